#include "gronwall/linalg/product.hpp"

#include <limits>

#include "gronwall/linalg/dense_kernels.hpp"

namespace gronwall {

EnclosedProduct multiply_enclosed(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  if (a.cols() != b.rows()) throw InputError("the shapes of the factors of a matrix product do not fit");
  if (!a.allFinite() || !b.allFinite())
    throw InputError("a factor of a matrix product has an entry that is not finite");
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
  for (Eigen::Index j = 0; j < columns; ++j)
    for (Eigen::Index i = 0; i < rows; ++i)
      if (!std::isfinite(result.midpoint(i, j)) || !std::isfinite(result.radius(i, j))) {
        result.midpoint(i, j) = 0;
        result.radius(i, j) = std::numeric_limits<double>::infinity();
      }
  return result;
}

}  // namespace gronwall
