#include "gronwall/sphere/dot_products.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "gronwall/data/inspect.hpp"
#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/parallel.hpp"

namespace gronwall {

namespace {

__extension__ using Int128 = __int128;
using Eigen::Index;

/// Whether sums of products of coordinates stay below 2^53 in magnitude, whatever the order.
bool sums_fit_double(const PointSet& points) {
  std::uint64_t largest = 0;
  for (const std::int64_t x : points.coordinates())
    largest = std::max(largest, static_cast<std::uint64_t>(x < 0 ? -x : x));
  if (largest >= std::uint64_t{1} << 27) return false;
  return static_cast<Int128>(largest * largest) * static_cast<Int128>(points.dimension()) < (Int128{1} << 53);
}

/// Lower triangle of the Gram matrix in double arithmetic, exact: every product and partial sum is an integer
/// below 2^53 in magnitude (sums_fit_double), hence a double, so no operation rounds, in any order, fused or
/// not.
void gram_in_doubles(const PointSet& points, Eigen::MatrixXd& gram) {
  const auto n = static_cast<Index>(points.size()), d = static_cast<Index>(points.dimension());
  // Column-major n x d. A block of columns at a time keeps the copy small next to the Gram matrix.
  constexpr Index kColumns = 1024;
  for (Index k = 0; k < d; k += kColumns) {
    const Index width = std::min(kColumns, d - k);
    Eigen::MatrixXd block(n, width);
    for (Index i = 0; i < n; ++i) {
      const auto row = points[static_cast<std::size_t>(i)];
      for (Index j = 0; j < width; ++j)
        block(i, j) = static_cast<double>(row[static_cast<std::size_t>(k + j)]);
    }
    dense::kernels().f64.add_a_at_lower(n, width, 1.0, block.data(), n, gram.data(), n);
  }
}

/// Lower triangle of the Gram matrix from 128-bit integers, each entry rounded once.
void gram_in_integers(const PointSet& points, Eigen::MatrixXd& gram) {
  parallel_for(points.size(), [&](std::size_t j) {
    const auto right = points[j];
    for (std::size_t i = j; i < points.size(); ++i) {
      const auto left = points[i];
      Int128 sum = 0;  // max_coordinate keeps it below 2^126
      for (std::size_t k = 0; k < left.size(); ++k) sum += static_cast<Int128>(left[k]) * right[k];
      gram(static_cast<Index>(i), static_cast<Index>(j)) = static_cast<double>(sum);
    }
  });
}

}  // namespace

Cosines cosines(const PointSet& points) {
  require_distinct(points, inspect(points));
  dense::require_ieee_arithmetic();
  const auto n = static_cast<Index>(points.size());
  Cosines result;
  Eigen::MatrixXd& rho = result.values;
  rho = Eigen::MatrixXd::Zero(n, n);
  if (sums_fit_double(points))
    gram_in_doubles(points, rho);
  else
    gram_in_integers(points, rho);

  // bound: L22. At most nine roundings: three in each reciprocal norm, one in the integer, two in the
  // products. Everything lies between 2^-127 and 2^127: no underflow or overflow.
  result.relative_error = gamma(9);
  // Scalar square roots: Eigen's packet version need not be correctly rounded.
  Eigen::VectorXd reciprocal_norms(n);
  for (Index i = 0; i < n; ++i) reciprocal_norms(i) = 1.0 / std::sqrt(rho(i, i));
  double largest = 0;
  for (Index j = 0; j < n; ++j) {
    rho(j, j) = 1;
    if (j + 1 == n) break;
    auto below = rho.col(j).tail(n - j - 1).array();
    // The true cosine lies in [-1, 1]: moving the computed one there does not increase its error.
    below = (below * reciprocal_norms(j) * reciprocal_norms.tail(n - j - 1).array()).max(-1.0).min(1.0);
    largest = std::max(largest, below.abs().maxCoeff());
  }
  rho.triangularView<Eigen::StrictlyUpper>() = rho.transpose();
  const UpperBound bound = UpperBound(largest) * (UpperBound(1.0) + gamma(10));
  result.largest_off_diagonal = bound.value() < 1 ? bound : UpperBound(1.0);
  return result;
}

}  // namespace gronwall
