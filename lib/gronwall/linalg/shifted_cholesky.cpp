#include "gronwall/linalg/shifted_cholesky.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/symmetric.hpp"

namespace gronwall {

UpperBound cholesky_slack(Eigen::Index n, UpperBound trace, UpperBound largest, UpperBound largest_root) {
  const auto order = static_cast<double>(n);
  const UpperBound g = gamma(order + 2.0);
  if (!(g.value() < 0.5)) throw PrecisionError("the matrix is too large for a proof in double arithmetic");
  const double one_minus_g = std::nextafter(1.0 - g.value(), 0.0);
  // bound: L11
  return g / one_minus_g * trace + UpperBound(kUnitRoundoff) / (1.0 - kUnitRoundoff) * largest +
         UpperBound(order) * (UpperBound(2.0 * order) + largest_root) * UpperBound(0x1p-1074);
}

std::optional<ShiftedCholesky> factor_shifted(const Eigen::MatrixXd& a, double shift, KernelBuffer& factor) {
  dense::require_ieee_arithmetic();
  const Eigen::Index n = a.rows(), stride = padded_stride(n);
  double* l = factor.as<double>();
  Eigen::VectorXd diagonal(n);
  for (Eigen::Index j = 0; j < n; ++j) {
    double* column = l + j * stride;
    std::copy(a.col(j).data() + j, a.col(j).data() + n, column + j);
    column[j] = a(j, j) - shift;
    // A pivot is at most the diagonal entry up to rounding, so a diagonal entry that is not positive fails
    // anyway.
    if (!(column[j] > 0) || !std::isfinite(column[j])) return std::nullopt;
    diagonal(j) = column[j];
  }
  if (dense::kernels().f64.cholesky(l, n, stride) >= 0) return std::nullopt;
  double largest_root = 0;
  for (Eigen::Index j = 0; j < n; ++j) {
    const double root = l[j + j * stride];
    if (!(root > 0) || !std::isfinite(root)) return std::nullopt;
    largest_root = std::max(largest_root, root);
  }
  return ShiftedCholesky{shift, cholesky_slack(n, sum_upper(diagonal.data(), n),
                                               UpperBound(diagonal.maxCoeff()), UpperBound(largest_root))};
}

}  // namespace gronwall
