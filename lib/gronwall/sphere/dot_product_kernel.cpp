#include "gronwall/sphere/dot_product_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/numbers/nonnegative.hpp"
#include "gronwall/sphere/dot_products.hpp"

namespace gronwall {

namespace {

using Eigen::Index;

struct PolynomialGram {
  Eigen::MatrixXd values;
  UpperBound largest_cosine;
  UpperBound diagonal_error;
  UpperBound off_diagonal_error;
};

PolynomialGram polynomial_gram(const PointSet& points, const std::vector<double>& b) {
  require_coefficients(b);
  Cosines cosine = cosines(points);
  const auto n = static_cast<Index>(points.size());
  const auto degree = static_cast<Index>(b.size()) - 1;
  Eigen::MatrixXd& values = cosine.values;
  const auto& kernels = dense::kernels();
  // Columns below the diagonal, in place; mirrored afterwards so that the matrix is exactly symmetric.
  parallel_for(static_cast<std::size_t>(n), [&](std::size_t column) {
    const auto j = static_cast<Index>(column);
    double* below = values.col(j).data() + j;
    kernels.horner(b.data(), degree, below, below, n - j);
  });
  values.triangularView<Eigen::StrictlyUpper>() = values.transpose();

  // bound: L10
  const UpperBound x = cosine.largest_off_diagonal;
  const UpperBound horner = gamma(2.0 * static_cast<double>(degree) + 1.0);
  const UpperBound underflow = UpperBound(2.0 * static_cast<double>(degree)) * UpperBound(0x1p-1074);
  return {std::move(values), x, horner * polynomial_upper(b, UpperBound(1.0)),
          horner * polynomial_upper(b, x) + cosine.relative_error * x * derivative_upper(b, x) + underflow};
}

}  // namespace

void require_coefficients(const std::vector<double>& b) {
  if (b.empty()) throw InputError("a kernel needs at least one coefficient");
  for (std::size_t n = 0; n < b.size(); ++n)
    if (!(b[n] >= 0) || !std::isfinite(b[n]))
      throw InputError("coefficient " + std::to_string(n) + " of the kernel is not a finite number >= 0");
}

UpperBound polynomial_upper(const std::vector<double>& b, UpperBound x) {
  UpperBound sum;
  for (auto coefficient = b.rbegin(); coefficient != b.rend(); ++coefficient)
    sum = sum * x + UpperBound(*coefficient);
  return sum;
}

UpperBound derivative_upper(const std::vector<double>& b, UpperBound x) {
  UpperBound sum;
  for (std::size_t n = b.size(); n-- > 1;)
    sum = sum * x + UpperBound(static_cast<double>(n)) * UpperBound(b[n]);
  return sum;
}

DotProductKernel DotProductKernel::from_hermite(const std::vector<Ball>& coefficients, const Ball& norm) {
  if (coefficients.empty()) throw InputError("a kernel needs at least one coefficient");
  DotProductKernel kernel;
  Ball remaining = norm;
  for (const Ball& a : coefficients) {
    const Ball square = a * a;
    if (!square.is_finite())
      throw InputError("a Hermite coefficient is not bounded: compute it more accurately");
    // The least magnitude is sharper than the square's lower end when the ball contains zero.
    const Ball least = a.lower_magnitude();
    const double b = std::max(0.0, (least * least).lower());
    kernel.lower_.push_back(b);
    kernel.gaps_.push_back(upper(square - Ball::exact(b)));
    remaining -= square;
  }
  // bound: L8
  kernel.tail_ = upper(remaining);
  if (!kernel.tail_.is_finite())
    throw InputError("the norm of the kernel is not bounded: compute it more accurately");
  kernel.diagonal_ = norm.midpoint();
  kernel.diagonal_radius_ = (norm - Ball::exact(kernel.diagonal_)).magnitude();
  return kernel;
}

DotProductKernel DotProductKernel::from_series(const std::vector<Ball>& coefficients, UpperBound radius) {
  if (coefficients.empty() || !radius.is_finite())
    throw InputError("a kernel needs at least one coefficient and a finite radius");
  DotProductKernel kernel;
  const Ball spread = Ball::with_radius(Ball(0), radius);
  Ball sum = spread;
  for (const Ball& c : coefficients) {
    if (!c.is_finite()) throw InputError("a coefficient of the kernel is not bounded");
    const double b = std::max(0.0, (c + spread).lower());
    kernel.lower_.push_back(b);
    kernel.gaps_.push_back(upper(c - Ball::exact(b)));
    sum += c;
  }
  // The part of unknown degree, at every |rho| <= 1.
  kernel.gaps_.front() += radius;
  kernel.diagonal_ = sum.midpoint();
  kernel.diagonal_radius_ = (sum - Ball::exact(kernel.diagonal_)).magnitude();
  return kernel;
}

EnclosedMatrix minorant_gram(const PointSet& points, const std::vector<double>& b) {
  PolynomialGram gram = polynomial_gram(points, b);
  return {std::move(gram.values), EntryRadius(gram.diagonal_error, gram.off_diagonal_error)};
}

EnclosedMatrix kernel_gram(const PointSet& points, const DotProductKernel& kernel) {
  PolynomialGram gram = polynomial_gram(points, kernel.lower());
  const auto missing = [&kernel](UpperBound x) {
    UpperBound sum;
    for (auto gap = kernel.gaps().rbegin(); gap != kernel.gaps().rend(); ++gap) sum = sum * x + *gap;
    // bound: L8
    UpperBound power(1.0);
    for (std::size_t n = 0; n < kernel.gaps().size(); ++n) power *= x;
    return sum + power * kernel.tail();
  };
  gram.values.diagonal().setConstant(kernel.diagonal());
  return {std::move(gram.values),
          EntryRadius(kernel.diagonal_radius(), gram.off_diagonal_error + missing(gram.largest_cosine))};
}

}  // namespace gronwall
