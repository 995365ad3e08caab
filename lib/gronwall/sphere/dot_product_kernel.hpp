#pragma once
/// \file Dot-product kernels on the sphere, `kappa(rho) = sum_n c_n rho^n` with `c_n >= 0`.

#include <vector>

#include "gronwall/data/point_set.hpp"
#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/numbers/ball.hpp"

namespace gronwall {

/// A matrix known through a midpoint and radii.
struct EnclosedMatrix {
  Eigen::MatrixXd midpoint;
  EntryRadius radius;
};

/// A power series kernel whose first coefficients are enclosed and whose remaining ones have a bounded sum;
/// for activations `c_n = a_n(q)^2` (docs/bounds.md L8).
class DotProductKernel {
 public:
  /// From enclosures of the Hermite coefficients `a_0, ..., a_M` and of `norm = sum_n a_n^2 = E phi^2`.
  /// \throws InputError for no coefficients or unbounded balls.
  static DotProductKernel from_hermite(const std::vector<Ball>& coefficients, const Ball& norm);

  /// From coefficients that are known in sum: `sum_n |c_n - coefficients[n]| <= radius` over all n (those
  /// beyond the last count as 0). \throws InputError for no coefficients or unbounded balls.
  static DotProductKernel from_series(const std::vector<Ball>& coefficients, UpperBound radius);

  /// `b_0, ..., b_M`: doubles with `0 <= b_n <= c_n`.
  const std::vector<double>& lower() const { return lower_; }
  /// Upper bounds of `c_n - b_n`, n = 0, ..., M. After from_series only together: with the tail they bound
  /// `sum_n (c_n - b_n) rho^n` at every |rho| <= 1 (the radius is in the first).
  const std::vector<UpperBound>& gaps() const { return gaps_; }
  /// Upper bound of `sum_{n > M} c_n`.
  UpperBound tail() const { return tail_; }
  /// `kappa(1) = sum_n c_n`, the diagonal of every Gram matrix, and how far it may be off.
  double diagonal() const { return diagonal_; }
  UpperBound diagonal_radius() const { return diagonal_radius_; }

 private:
  std::vector<double> lower_;
  std::vector<UpperBound> gaps_;
  UpperBound tail_;
  double diagonal_ = 0;
  UpperBound diagonal_radius_;
};

/// Enclosure of the matrix `sum_{n <= M} b_n rho_ij^n` (the Loewner minorant of L9 when `b_n <= c_n`): its
/// least eigenvalue bounds that of `kappa(rho_ij)` from below. Diagonal `sum b_n`. One Horner evaluation for
/// each pair; radius a few units of roundoff times `p'(max |rho_ij|)`. \param b exact doubles, finite and >=
/// 0, at least one. \throws InputError for bad coefficients; for zero vectors or equal directions, naming the
/// rows.
EnclosedMatrix minorant_gram(const PointSet& points, const std::vector<double>& b);

/// Enclosure of the Gram matrix `kappa(rho_ij)` itself: midpoint as `minorant_gram` off the diagonal, with
/// the gaps and the tail (L8) in the radius; `kappa(1)` on the diagonal. \throws InputError as minorant_gram.
EnclosedMatrix kernel_gram(const PointSet& points, const DotProductKernel& kernel);

/// Throws unless `b` holds at least one number and all are finite and >= 0. \throws InputError naming the
/// index.
void require_coefficients(const std::vector<double>& b);

/// Upper bound of `sum_n b_n x^n` and of its derivative, for non-negative coefficients and `0 <= x`.
UpperBound polynomial_upper(const std::vector<double>& b, UpperBound x);
UpperBound derivative_upper(const std::vector<double>& b, UpperBound x);

}  // namespace gronwall
