#pragma once
/// \file Cholesky factorisation in ball arithmetic: slow, at any precision, for small matrices, tiny
/// eigenvalues and cross-checks of the fast path (lambda_min.hpp).

#include <optional>

#include "gronwall/numbers/eigen.hpp"

namespace gronwall {

/// Lower triangular `L` with positive diagonal that encloses the Cholesky factor of every symmetric matrix in
/// `a` (lower triangle read). Empty when some pivot is not certainly positive. O(n^3) ball operations.
/// \throws InputError unless `a` is square and not empty.
std::optional<BallMatrix> ball_cholesky(const BallMatrix& a);

/// `yes`: every symmetric matrix in `a` (lower triangle read) is positive definite. `no`: none is. `unknown`:
/// the balls are too wide; more bits may help. \throws InputError unless `a` is square and not empty.
Truth is_positive_definite(const BallMatrix& a);

/// The symmetric matrix `a` as exact balls that work with `bits` bits.
BallMatrix exact_balls(const Eigen::MatrixXd& a, long bits);

/// A two-sided enclosure of the least eigenvalue of every symmetric matrix in `a`, working with `bits` bits:
/// lower end by a ball Cholesky factorisation of `a - sI`, upper end by a Rayleigh quotient. Aims at a
/// relative width of `2^-width_bits`. Needs about `log2(norm / |lambda_min|)` bits more than that. \throws
/// InputError unless `a` is square and not empty; PrecisionError when no enclosure is found at this
/// precision.
Ball ball_lambda_min(const BallMatrix& a, long bits, int width_bits = 30);

}  // namespace gronwall
