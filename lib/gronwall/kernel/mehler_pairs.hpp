#pragma once
/// \file Dual activations by Mehler series from one table of Hermite functions, without error bounds.

#include <vector>

#include "gronwall/kernel/dual_pairs.hpp"
#include "gronwall/ode/real_matrix.hpp"

namespace gronwall {

/// Duals of an activation analytic in a strip, or of a polynomial: V = sum a_n(q1) a_n(q2) r^n and dV/dc =
/// sum n a_n(q1) a_n(q2) r^(n-1)/sqrt(q1 q2) (docs/bounds.md, L21), r = c/sqrt(q1 q2).
///
/// The coefficients a_n(q) come from the trapezoidal rule, a = phi(sqrt(q) z_j) . (step weight_j h_n(z_j)):
/// one table of the right factor serves all variances up to its capacity and is made anew when a larger one
/// arrives. Step, range and number of terms follow from the strip so that what they neglect is about
/// 2^-bits: a rule, not a bound. Where |rho| = 1 exactly the same nodes integrate phi^2 and phi'^2.
template <Real R>
class MehlerPairs : public DualPairs<R> {
 public:
  /// \throws InputError for an activation that is neither.
  MehlerPairs(const Activation& phi, long bits);

  void add(const R& q) override;
  Duals<R> at(std::size_t k, std::size_t l, const R& c, bool singular) override;

  /// a_0(q_k), a_1(q_k), ...
  const std::vector<R>& coefficients(std::size_t k) const { return expansions_[k].a; }

 private:
  struct Expansion {
    R q, root;
    std::vector<R> a;
    R square, derivative_square;  ///< E phi^2, E phi'^2
  };
  void make_table(const R& capacity);
  Expansion expand(const R& q) const;
  R constant(double x) const;

  const Activation& phi_;
  long bits_;
  double accuracy_;  ///< e^-accuracy may be neglected
  R capacity_;
  std::vector<R> nodes_;
  RealMatrix<R> table_;  ///< nodes x terms
  std::vector<Expansion> expansions_;
};

extern template class MehlerPairs<double>;
extern template class MehlerPairs<MpFloat>;

}  // namespace gronwall
