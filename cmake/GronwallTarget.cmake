# gronwall_target(NAME): the compile flags every target of the project shares.
function(gronwall_target name)
  target_compile_features(${name} PUBLIC cxx_std_20)
  # Contraction changes results between compilers and breaks error-free transformations.
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${name} PRIVATE -Wno-restrict)  # false positives of gcc 12 on std::string (GCC bug 105651)
  endif()
  if(GRONWALL_WARNINGS_AS_ERRORS)
    target_compile_options(${name} PRIVATE -Werror)
  endif()
endfunction()

option(GRONWALL_PRECOMPILE_HEADERS "Precompile slow headers: faster from scratch, but ccache no longer helps" OFF)

# gronwall_precompile(NAME HEADERS...): precompiles headers for a target, where asked for. Sources with compile options
# of their own (another instruction set, another rounding behaviour) cannot share them and are left out; their options
# are known only when the folder has been read to its end.
function(gronwall_precompile name)
  if(GRONWALL_PRECOMPILE_HEADERS)
    target_precompile_headers(${name} PRIVATE ${ARGN})
    cmake_language(EVAL CODE "cmake_language(DEFER CALL gronwall_skip_precompiled ${name})")
  endif()
endfunction()

function(gronwall_skip_precompiled name)
  get_target_property(sources ${name} SOURCES)
  foreach(source ${sources})
    get_property(options SOURCE ${source} TARGET_DIRECTORY ${name} PROPERTY COMPILE_OPTIONS)
    if(options)
      set_property(SOURCE ${source} TARGET_DIRECTORY ${name} PROPERTY SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
endfunction()
