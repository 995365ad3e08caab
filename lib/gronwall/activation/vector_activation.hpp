#pragma once
/// \file Value and derivative of an activation for many doubles in one pass, in vector code of the running
/// machine.

#include <cstddef>
#include <vector>

#include "gronwall/activation/activation.hpp"

namespace gronwall {

namespace vector_activation {
struct Kernels;
}

/// phi and phi' of many doubles. The same source is compiled once for every instruction set
/// (vector_activation_unit.ipp) and the best copy is chosen at run time.
///
/// **Accuracy.** The promise of `Activation` for double, over all finite doubles: value and derivative err by
/// at most 4 ulp, tails and subnormal results included, except where phi' crosses zero (GELU, SiLU: there at
/// most 4 ulp of Phi(z) and of the sigmoid) and for polynomials (at most 4 (degree + 1) u sum |c_k z^k|, for
/// the derivative with k |c_k z^(k-1)|). This is measured (tests/activation/test_vector_activation.cpp), not
/// proved. NaN gives NaN; infinities give the limits, NaN where there is none (sin, cos). Kinks take the
/// derivative from the left.
///
/// **Reproducibility.** The result for z[i] depends on z[i] and the instruction set alone: not on its
/// position, the alignment, `count`, other elements or threads. Immutable and safe to use from several
/// threads.
class VectorActivation {
 public:
  /// Never fails: an activation without vector code is evaluated by its own `value` and `derivative`. `phi`
  /// must outlive this object (those of the catalogue live for the whole run of the program).
  explicit VectorActivation(const Activation& phi);

  /// `value[i] = phi(z[i])`, `derivative[i] = phi'(z[i])` for 0 <= i < count. Either of `value` and
  /// `derivative` may be `z` itself; otherwise the three ranges must not overlap.
  void evaluate(const double* z, double* value, double* derivative, std::ptrdiff_t count) const;

  /// Whether `phi` has vector code.
  bool is_vectorised() const { return kernel_ != nullptr; }
  /// "avx512", "avx2", "baseline", or "scalar" for an activation without vector code.
  const char* instruction_set() const;
  const Activation& phi() const { return *phi_; }

  /// One evaluator for every instruction set this machine can run, best first (tests compare them).
  static std::vector<VectorActivation> on_every_instruction_set(const Activation& phi);

 private:
  using Kernel = void (*)(const double* parameters, std::ptrdiff_t parameter_count, const double* z,
                          double* value, double* derivative, std::ptrdiff_t count);
  VectorActivation(const Activation& phi, const vector_activation::Kernels& kernels);

  const Activation* phi_;
  const vector_activation::Kernels* kernels_;
  std::vector<double> parameters_;
  Kernel kernel_ = nullptr;
};

}  // namespace gronwall
