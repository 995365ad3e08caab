#pragma once
/// \file The error bounds of L27-L30 once more, in long double arithmetic from the coefficients of a witness.

#include "trajectory.hpp"

namespace checker_test {

/// sup |phi'| and sup |phi''| by sampling.
struct Constants {
  Real l1, l2;
};
const Constants& constants(const std::string& activation);

Real norm(const Reals& x);
Reals reals(const std::vector<double>& x);
Reals minus(const Reals& a, const Reals& b);
/// Spectral norm of a matrix with at most two rows or columns.
Real spectral(const Reals& a, int rows, int columns);
/// Growth of phi in the strip (L1), and whether b is inside.
Real strip_bound(const std::string& activation, Real b, Real x, bool& inside);

/// Chebyshev coefficients by component, and the sum at cos(angle).
using Polynomial = std::vector<Reals>;
Reals at(const Polynomial& c, Real angle);
/// The derivative of the sum at cos(angle).
Reals slope_at(const Polynomial& c, Real angle);
/// Bounds of sup |p_i| for all i, and of sup ||p||.
Real largest_component(const Polynomial& c);
Real sum_of_norms(const Polynomial& c);

struct Recomputed {
  const Net& net;
  const Trajectory& t;
  int n = net.n, m = t.degree;
  Real norm_w = spectral(reals(net.W), net.n, net.n), l1 = constants(net.activation).l1,
       l2 = constants(net.activation).l2;
  Real end_error = 0, start_error = 0, dW_error = 0, largest_product = 0;
  struct Piece {
    Real tau, alpha, growth;
    Polynomial q, p = {}, product = {};                                     // product = W^T p
    Real error = 0, defect = 0, interpolation = 0, size = 0;                // of the state
    Real dual_error = 0, dual_defect = 0, dual_size = 0, product_size = 0;  // of the adjoint
  };
  std::vector<Piece> pieces = {};

  /// The polynomials of a piece of a witness, and their values.
  Polynomial polynomial(const std::vector<std::int64_t>& array, int piece) const;
  Reals at(const std::vector<std::int64_t>& array, int piece, Real angle) const {
    return checker_test::at(polynomial(array, piece), angle);
  }
  Polynomial transposed_image(const Polynomial& p) const;
  /// A bound of || phi^(order)(q) o factors - its interpolant ||, by L27.
  Real interpolation_error(const Polynomial& q, const std::vector<const Polynomial*>& factors,
                           int order) const;
  Real lebesgue() const;
  Real angle(int j) const;  ///< of the j-th node
  void run() { state(), adjoint(); }
  void state();
  void adjoint();
};

}  // namespace checker_test
