#pragma once
/// \file Kernels compiled once for every instruction set (cmake/GronwallKernels.cmake), and which of the
/// copies the running processor has instructions for.

#include <type_traits>
#include <vector>

namespace gronwall {

#ifdef GRONWALL_X86_KERNELS

/// What the compiler may use in the sources *_avx2.cpp.
inline bool processor_has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

/// What the compiler may use in the sources *_avx512.cpp.
inline bool processor_has_avx512() {
  return processor_has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
}

#endif

/// The copies of one table of kernels. Of processors other than x86-64 only `baseline` is ever linked.
template <const auto& baseline, const auto& avx2, const auto& avx512>
struct KernelCopies {
  using Kernels = std::remove_cvref_t<decltype(baseline)>;

  /// Those this machine can run, best first.
  static std::vector<const Kernels*> runnable() {
    std::vector<const Kernels*> copies;
#ifdef GRONWALL_X86_KERNELS
    if (processor_has_avx512()) copies.push_back(&avx512);
    if (processor_has_avx2()) copies.push_back(&avx2);
#endif
    copies.push_back(&baseline);
    return copies;
  }

  /// The best of them; chosen once, thread-safe.
  static const Kernels& best() {
    static const Kernels& chosen = *runnable().front();
    return chosen;
  }
};

}  // namespace gronwall
