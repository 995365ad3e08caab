#pragma once
/// \file Sums over the steps of a flow from a few polynomials in the step.
///
/// sum_l m_l phi_l^T = sum_p mhat_p phihat_p^T + rest for the coefficients by orthonormal polynomials q_p(l),
/// p < r, phihat_p = sum_l q_p(l) phi_l and mhat_p likewise; the rest is the same sum over what the
/// projections leave over, so |rest|_F <= (sum |m_l - ..|^2)^{1/2} (sum |phi_l - ..|^2)^{1/2}.

#include <Eigen/Core>
#include <vector>

namespace gronwall {

/// Orthonormal polynomials on 0..steps-1, for kernels that read q[l * terms + p].
class StepPolynomials {
 public:
  explicit StepPolynomials(Eigen::Index steps);

  Eigen::Index steps() const { return steps_; }
  /// Most terms that are worth their cost: beyond, the full sum is taken. 0: never worth it.
  Eigen::Index most_terms() const { return most_; }
  /// The first `terms` of them, 1 <= terms <= most_terms + 1.
  const double* values(Eigen::Index terms) const { return values_[static_cast<std::size_t>(terms)].data(); }

 private:
  Eigen::Index steps_, most_;
  std::vector<std::vector<double>> values_;  ///< by the number of terms
};

/// Squared norms: of the factors, and of what the terms leave over.
struct Energies {
  double phi[2] = {0, 0};
  double adjoint[2] = {0, 0};

  double bound() const;  ///< of what is left out
  double scale() const;  ///< (sum |m_l|^2 sum |phi_l|^2)^{1/2}
};

/// The number of terms that should leave out at most `tolerance` of the scale, judged by the squared
/// coefficients of a sample, one for each polynomial; one more than there are polynomials if none does.
Eigen::Index terms_for(const std::vector<double>& phi, const std::vector<double>& adjoint, double tolerance);

}  // namespace gronwall
