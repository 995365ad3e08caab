#pragma once
/// \file The floating-point Cholesky factorisation of `A - sI` and what its success proves.

#include <Eigen/Core>
#include <optional>

#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/numbers/bound.hpp"

namespace gronwall {

/// Success of a factorisation: `lambda_min(A) >= shift - slack`.
struct ShiftedCholesky {
  double shift;
  UpperBound slack;
};

/// Factors `fl(a - shift I)` in `factor` (column-major lower triangle, leading dimension
/// `padded_stride(n)`, room for `padded_stride(n) * n` doubles). Empty when a pivot is not a positive finite
/// number, as happens with entries that are not finite. Only the lower triangle of `a` is read, and stands
/// for the symmetric matrix.
std::optional<ShiftedCholesky> factor_shifted(const Eigen::MatrixXd& a, double shift, KernelBuffer& factor);

/// The slack of L11 for a matrix of order `n` with trace and largest diagonal entry (after the shift) at most
/// `trace` and `largest`, and diagonal of the factor at most `largest_root`.
UpperBound cholesky_slack(Eigen::Index n, UpperBound trace, UpperBound largest, UpperBound largest_root);

}  // namespace gronwall
