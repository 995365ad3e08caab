#include "gronwall/kernel/nodal_errors.hpp"

#include <cmath>
#include <limits>

#include "gronwall/numbers/error.hpp"

namespace gronwall {

using Eigen::MatrixXd;

MatrixXd symmetric_sum(const Eigen::VectorXd& x) {
  return x.replicate(1, x.size()) + x.transpose().replicate(x.size(), 1);
}

MatrixXd NodalErrors::integrated(const MatrixXd& inside) const {
  return tau_squared_ * kNodalSlack * integrate_bounds(rule_, inside);
}

// bound: L47
MatrixXd NodalErrors::discretisation(UpperBound derivative) const {
  const double factor = (derivative * rule_.remainder * UpperBound(tau_squared_)).value() * kNodalSlack;
  const MatrixXd one_sided = (rule_.node_bound + rule_.row_sums) * rule_.node_bound.transpose();
  return factor * one_sided.cwiseMin(one_sided.transpose());
}

// bound: L47
UpperBound NodalErrors::at_end(UpperBound derivative, const MatrixXd& inside) const {
  const UpperBound integral = UpperBound(integrate_bounds_to_end(rule_, inside)) * UpperBound(kNodalSlack);
  return UpperBound(tau_squared_) * (UpperBound(2) * derivative * rule_.remainder + integral);
}

// bound: L49
MatrixXd NodalErrors::close(const MatrixXd& base, UpperBound factor, UpperBound diagonal) const {
  const auto step = [&](const MatrixXd& y) -> MatrixXd {
    const MatrixXd inside =
        (factor.value() * y + diagonal.value() * symmetric_sum(y.diagonal())) * kNodalSlack;
    return (base + integrated(inside)) * kNodalSlack;
  };
  // Strictly positive, so that the inequality can be strict.
  const double least = std::max(base.maxCoeff() * 0x1p-40, std::numeric_limits<double>::min());
  MatrixXd y = base.array() + least;
  constexpr int kMostSweeps = 2000;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    const MatrixXd next = step(y).array() + least;
    const double growth = (next - y).cwiseQuotient(next).maxCoeff();
    y = next;
    if (!std::isfinite(growth) || growth < 1e-9) break;
  }
  y *= 1.001;
  if (!y.allFinite() || !((step(y).array() < y.array()).all()))
    throw PrecisionError("the errors of the limit kernel cannot be closed: sigma_w T is too large");
  return y;
}

}  // namespace gronwall
