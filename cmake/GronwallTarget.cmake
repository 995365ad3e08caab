# gronwall_target(NAME): the compile flags every target of the project shares.
function(gronwall_target name)
  target_compile_features(${name} PUBLIC cxx_std_20)
  # Contraction changes results between compilers and breaks error-free transformations.
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False positives of gcc 12 on std::string (GCC bug 105651), more of them with precompiled headers.
    target_compile_options(${name} PRIVATE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
  endif()
  if(GRONWALL_WARNINGS_AS_ERRORS)
    target_compile_options(${name} PRIVATE -Werror)
  endif()
endfunction()
