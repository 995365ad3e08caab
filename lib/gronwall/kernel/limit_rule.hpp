#pragma once
/// \file How the double integrals of the limit kernel become sums over nodes.

#include <Eigen/Core>

#include "gronwall/kernel/arb_vector.hpp"

namespace gronwall {

/// Nodes `u_i` in [0,1], a matrix J with `int_0^(u_i) F = sum_k J_ik F(u_k)` up to a known error, and weights
/// for `int_0^1`. Collocation (L47), or the left sums of the depth-L network, which define it and have no
/// error.
struct NodalRule {
  std::size_t size = 0;  ///< N
  long bits = 0;         ///< precision of the balls
  ArbVector integrals;   ///< J, N x N by rows
  ArbVector weights;     ///< w, N

  // The same for planning in double, and what the error bounds need (upper bounds).
  Eigen::MatrixXd approximate_integrals;
  Eigen::VectorXd approximate_weights;
  Eigen::MatrixXd absolute_integrals;  ///< at least |J_ik|
  Eigen::VectorXd absolute_weights;    ///< at least w_k
  Eigen::VectorXd node_bound;          ///< at least u_i
  Eigen::VectorXd row_sums;            ///< Lam_i of L47, rounded up
  int order = 0;                       ///< p; 0 for sums without error
  UpperBound remainder;                ///< 2 (4P)^-p, or 0
};

/// `panels` equal panels with `order` Chebyshev nodes each. \throws InputError unless both are positive and
/// `panels * order <= 2000`.
NodalRule collocation_rule(int panels, int order, long bits);

/// Nodes `i/L`, `i = 0, ..., L-1`, and `J_ik = 1/L` for `k < i`. \throws InputError unless 1 <= L <= 2000.
NodalRule depth_rule(int depth, long bits);

/// `J X J^T` for symmetric X (N x N by rows), enclosed.
ArbVector integrate_twice(const NodalRule& rule, const ArbVector& x);
/// `w^T X w`, enclosed.
Ball integrate_all(const NodalRule& rule, const ArbVector& x);

/// An upper bound, entry by entry, of `|J| X |J|^T` and of `w^T X w` for X >= 0 given in double.
Eigen::MatrixXd integrate_bounds(const NodalRule& rule, const Eigen::MatrixXd& x);
double integrate_bounds_to_end(const NodalRule& rule, const Eigen::MatrixXd& x);

}  // namespace gronwall
