#include "gronwall/linalg/product.hpp"

#include <limits>
#include <utility>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/linalg/symmetric_blocks.hpp"

namespace gronwall {
namespace {

void require_finite(const Eigen::MatrixXd& factor) {
  if (!factor.allFinite()) throw InputError("a factor of a matrix product has an entry that is not finite");
}

/// What has overflowed is enclosed by the whole line.
void unbound_overflow(EnclosedProduct& product) {
  for (Eigen::Index j = 0; j < product.midpoint.cols(); ++j)
    for (Eigen::Index i = 0; i < product.midpoint.rows(); ++i)
      if (!std::isfinite(product.midpoint(i, j)) || !std::isfinite(product.radius(i, j))) {
        product.midpoint(i, j) = 0;
        product.radius(i, j) = std::numeric_limits<double>::infinity();
      }
}

}  // namespace

EnclosedProduct multiply_enclosed(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  if (a.cols() != b.rows()) throw InputError("the shapes of the factors of a matrix product do not fit");
  require_finite(a);
  require_finite(b);
  dense::require_ieee_arithmetic();
  const Eigen::Index rows = a.rows(), columns = b.cols(), inner = a.cols();
  EnclosedProduct result{Eigen::MatrixXd::Zero(rows, columns), Eigen::MatrixXd::Zero(rows, columns)};
  if (inner == 0) return result;
  const auto& kernel = dense::kernels().f64;
  kernel.multiply(rows, columns, inner, 1.0, a.data(), rows, b.data(), inner, result.midpoint.data(), rows);
  const Eigen::MatrixXd abs_a = a.cwiseAbs(), abs_b = b.cwiseAbs();
  kernel.multiply(rows, columns, inner, 1.0, abs_a.data(), rows, abs_b.data(), inner, result.radius.data(),
                  rows);
  // bound: L23. The computed |a| |b| is at least 1 - gamma_k times the exact one, less underflow; two
  // roundings here.
  const auto k = static_cast<double>(inner);
  const UpperBound factor = gamma(k) * (UpperBound(1.0) + gamma(2.0 * k + 4.0));
  const double underflow = (UpperBound(4.0 * k) * UpperBound(0x1p-1074)).value();
  result.radius = (result.radius.array() * factor.value() + underflow).matrix();
  unbound_overflow(result);
  return result;
}

EnclosedProduct enclosed_gram(const Eigen::MatrixXd& a, const std::vector<UpperBound>& errors) {
  const Eigen::Index count = a.cols(), inner = a.rows();
  if (static_cast<Eigen::Index>(errors.size()) != count)
    throw InputError("a Gram matrix of enclosed vectors needs one error for each of them");
  require_finite(a);
  dense::require_ieee_arithmetic();
  Eigen::MatrixXd products = Eigen::MatrixXd::Zero(count, count);
  dense::kernels().f64.multiply_at_b(count, count, inner, 1.0, a.data(), inner, a.data(), inner,
                                     products.data(), count);
  EnclosedProduct result{Eigen::MatrixXd(count, count), Eigen::MatrixXd(count, count)};
  place_symmetric(std::move(products), 0, 0, result.midpoint);
  std::vector<UpperBound> norms;
  for (Eigen::Index i = 0; i < count; ++i) norms.push_back(norm_frobenius_upper(a.col(i)));
  // bound: L57
  const auto size = static_cast<double>(inner);
  const UpperBound rounding = gamma(size), underflow = UpperBound(size) * UpperBound(0x1p-1074);
  for (std::size_t i = 0; i < errors.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const UpperBound radius = rounding * norms[i] * norms[j] + norms[i] * errors[j] + errors[i] * norms[j] +
                                errors[i] * errors[j] + underflow;
      const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
      result.radius(row, column) = result.radius(column, row) = radius.value();
    }
  unbound_overflow(result);
  return result;
}

}  // namespace gronwall
