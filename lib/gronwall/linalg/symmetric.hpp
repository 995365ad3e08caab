#pragma once
/// \file Symmetric matrices with radii: validation, rigorous norms.

#include <Eigen/Core>

#include "gronwall/numbers/bound.hpp"

namespace gronwall {

/// What is known about the entries of a symmetric matrix around its stored midpoint: `|A'_ij - A_ij| <=
/// r_ij`. Converts implicitly from an UpperBound (the same radius everywhere); default: exact entries.
class EntryRadius {
 public:
  EntryRadius() = default;
  /// Every entry, on and off the diagonal, is known to within `uniform`.
  EntryRadius(UpperBound uniform) : EntryRadius(uniform, uniform) {}  // NOLINT: a bound says what it claims
  /// Diagonal entries are known to within `diagonal`, the others to within `off_diagonal`.
  EntryRadius(UpperBound diagonal, UpperBound off_diagonal)
      : diagonal_(diagonal), off_diagonal_(off_diagonal) {}
  /// Entry `(i, j)` is known to within `radii(i, j)`.
  /// \throws InputError unless `radii` is square, symmetric and finite with entries >= 0.
  static EntryRadius of_entries(const Eigen::MatrixXd& radii);

  /// Upper bound of `||A' - A||_2` over all symmetric `A'` of order `n` within the radii.
  /// \throws InputError if the radii were given for another order.
  UpperBound norm(Eigen::Index n) const;
  /// Upper bound of `sum_j r_ij`.
  UpperBound row_sum(Eigen::Index row, Eigen::Index n) const;

 private:
  UpperBound diagonal_;
  UpperBound off_diagonal_;
  Eigen::VectorXd row_sums_;  // empty unless given entry by entry
};

/// Throws unless `a` is a non-empty square matrix of finite entries with `a(i,j) == a(j,i)` for all `i, j`.
/// Every rigorous function of this storey calls it: triangular factorisations read one triangle only, and
/// NaN passes their pivot tests. \throws InputError naming the first offending entry.
void require_symmetric(const Eigen::MatrixXd& a);

/// Upper bound of the sum of `n` non-negative doubles, `n >= 0`. \throws InputError if one is negative or
/// NaN.
UpperBound sum_upper(const double* terms, Eigen::Index n);

/// Upper bound of `max_i sum_j |a_ij|`. \throws InputError for NaN.
UpperBound norm_inf_upper(const Eigen::MatrixXd& a);
/// Upper bound of `max_j sum_i |a_ij|`. \throws InputError for NaN.
UpperBound norm_one_upper(const Eigen::MatrixXd& a);
/// Upper bound of the Frobenius norm. \throws InputError for NaN.
UpperBound norm_frobenius_upper(const Eigen::MatrixXd& a);
/// Whether no entry is NaN or infinite; in one fast pass unless entries are huge.
bool all_finite(const Eigen::MatrixXd& a);
/// Cheap upper bound of the spectral norm: `min(||a||_F, sqrt(||a||_1 ||a||_inf))`. See `spectral_norm_upper`
/// (linalg/spectral_norm.hpp) for a sharp one. \throws InputError for NaN.
UpperBound norm_two_upper_cheap(const Eigen::MatrixXd& a);

/// A lower bound of the real number `x - y`, in double arithmetic.
double subtract_down(double x, UpperBound y);

}  // namespace gronwall
