#pragma once
/// \file How well Chebyshev interpolation approximates phi along a polynomial path (docs/bounds.md, L27).

#include <Eigen/Core>
#include <initializer_list>
#include <vector>

#include "gronwall/activation/activation.hpp"

namespace gronwall {

/// Bounds of phi, phi', phi'' on strips around the real line, for one activation.
class EllipseBounds {
 public:
  static constexpr int kOrders = 3;

  /// \throws InputError for an activation that is not analytic or grows faster than linearly.
  explicit EllipseBounds(const Activation& phi);

  /// For components `g_i = phi^(order)(q_i) y_i z_i...` with polynomials q_i, y_i, ... of degree at most m+1
  /// on [-1,1]: upper bounds of the Euclidean norm, over the n components of each sample, of `sup |g_i - I
  /// g_i|`, I the interpolation of degree m. Each component takes the best of a list of ellipses; infinite if
  /// none of them stays inside the strip of analyticity. \param q,factors magnitudes of Chebyshev
  /// coefficients, (n samples) x (m+2); there may be no factor.
  Eigen::VectorXd interpolation_errors(const Eigen::MatrixXd& q,
                                       std::initializer_list<const Eigen::MatrixXd*> factors, int order,
                                       int m, Eigen::Index samples) const;

  /// Upper bound of `sup |phi^(order)|` over the real interval [-x, x], by Cauchy's estimate; order at
  /// most 3.
  UpperBound derivative_bound(int order, double x) const;

 private:
  /// |phi^(o)(z)| <= constant[o] + slope[o] |z| where |Im z| <= half_width.
  struct Strip {
    double half_width;
    double constant[kOrders + 1];
    double slope[kOrders + 1];
  };
  std::vector<Strip> strips_;  ///< increasing half-widths
};

}  // namespace gronwall
