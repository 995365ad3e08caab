#pragma once
/// \file Which of the instruction sets that kernels are compiled for the running processor has.

#ifdef GRONWALL_X86_KERNELS

namespace gronwall {

/// What the compiler may use in the sources *_avx2.cpp.
inline bool processor_has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

/// What the compiler may use in the sources *_avx512.cpp.
inline bool processor_has_avx512() {
  return processor_has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
}

}  // namespace gronwall

#endif
