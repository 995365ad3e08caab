# gronwall_kernels(NAME [OPTION...]): the library's source NAME.cpp, which chooses kernels at run time
# (numbers/instruction_sets.hpp tests exactly the features named here), and the copies it chooses from: NAME_baseline.cpp
# and, for x86-64, NAME_avx2.cpp and NAME_avx512.cpp, all compiled with the options given.
function(gronwall_kernels name)
  set(copies ${name}_baseline.cpp)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
    list(APPEND copies ${name}_avx2.cpp ${name}_avx512.cpp)
    set_property(SOURCE ${name}_avx2.cpp ${name}_avx512.cpp TARGET_DIRECTORY gronwall
                 APPEND PROPERTY COMPILE_OPTIONS -mavx2 -mfma)
    set_property(SOURCE ${name}_avx512.cpp TARGET_DIRECTORY gronwall
                 APPEND PROPERTY COMPILE_OPTIONS -mavx512f -mavx512dq -mavx512vl -mavx512bw)
    set_property(SOURCE ${name}.cpp TARGET_DIRECTORY gronwall
                 APPEND PROPERTY COMPILE_DEFINITIONS GRONWALL_X86_KERNELS)
  endif()
  target_sources(gronwall PRIVATE ${name}.cpp ${copies})
  # Unoptimised kernels would make every debug run of a proof or a training minutes long.
  set_property(SOURCE ${copies} TARGET_DIRECTORY gronwall APPEND PROPERTY COMPILE_OPTIONS -O3 ${ARGN})
  # Some rename what they include.
  set_property(SOURCE ${copies} TARGET_DIRECTORY gronwall PROPERTY SKIP_PRECOMPILE_HEADERS ON)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False positives of gcc 12 inside its own AVX-512 intrinsics (GCC bug 105593).
    set_property(SOURCE ${copies} TARGET_DIRECTORY gronwall
                 APPEND PROPERTY COMPILE_OPTIONS -Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
endfunction()
