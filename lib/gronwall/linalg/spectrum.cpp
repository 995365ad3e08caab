#include "gronwall/linalg/spectrum.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/product.hpp"

namespace gronwall {

namespace {

/// Upper bound of the spectral norm of every matrix within `product.radius` of `product.midpoint`.
UpperBound norm_upper(const EnclosedProduct& product) {
  return norm_two_upper_cheap(product.midpoint) + norm_two_upper_cheap(product.radius);
}

}  // namespace

EigenvalueEnclosures eigenvalue_enclosures(const Eigen::MatrixXd& a, const EntryRadius& radius) {
  require_symmetric(a);
  const Eigen::Index n = a.rows();
  const UpperBound radius_norm = radius.norm(n);
  EigenvalueEnclosures result{Eigen::VectorXd::Zero(n), norm_one_upper(a) + radius_norm};
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(a);
  if (eigen.info() != Eigen::Success || !eigen.eigenvectors().allFinite() || !eigen.eigenvalues().allFinite())
    return result;
  const Eigen::MatrixXd& x = eigen.eigenvectors();
  Eigen::VectorXd values = eigen.eigenvalues();
  std::sort(values.begin(), values.end());

  EnclosedProduct defect = multiply_enclosed(x.transpose(), x);
  // Entries of X^T X near 1 lose nothing when 1 is subtracted (Sterbenz); the others may lose one rounding.
  defect.midpoint.diagonal().array() -= 1.0;
  defect.radius.diagonal().array() +=
      2 * kUnitRoundoff * defect.midpoint.diagonal().array().abs() + 0x1p-1074;
  const UpperBound delta = norm_upper(defect);

  EnclosedProduct residual = multiply_enclosed(a, x);
  const Eigen::MatrixXd scaled = x * values.asDiagonal();
  residual.midpoint -= scaled;
  // One rounding in each product and one in each difference; doubled to cover the rounding of this line.
  residual.radius.array() +=
      2 * kUnitRoundoff * (scaled.array().abs() + residual.midpoint.array().abs()) + 8 * 0x1p-1074;
  if (!residual.midpoint.allFinite() || !(delta.value() < 0.5)) return result;
  const UpperBound rho = norm_upper(residual);

  // bound: L24
  const UpperBound spread(std::max(0.0, std::nextafter(values(n - 1) - values(0), INFINITY)));
  const double root = std::nextafter(std::sqrt(std::nextafter(1.0 - delta.value(), 0.0)), 0.0);
  const UpperBound sharp = (rho + delta * spread) / root + radius_norm;
  if (sharp < result.radius) result = {std::move(values), sharp};
  return result;
}

UpperBound spectral_norm_upper(const Eigen::MatrixXd& w) {
  if (w.size() == 0) throw InputError("the matrix is empty");
  if (!w.allFinite()) throw InputError("the matrix has an entry that is not a finite number");
  const UpperBound cheap = norm_two_upper_cheap(w);
  if (!cheap.is_finite() || cheap.value() == 0) return cheap;
  // Scaled by a power of two to norm about 1: squares neither overflow nor underflow.
  const int exponent = std::clamp(std::ilogb(cheap.value()), -1000, 1000);
  const Eigen::MatrixXd scaled = w / std::ldexp(1.0, exponent);  // exact, or an underflow below 2^-1074
  const bool tall = w.rows() >= w.cols();
  EnclosedProduct gram =
      tall ? multiply_enclosed(scaled.transpose(), scaled) : multiply_enclosed(scaled, scaled.transpose());
  // The product need not be exactly symmetric; the true one is, so the lower triangle speaks for both.
  gram.midpoint.triangularView<Eigen::StrictlyUpper>() = gram.midpoint.transpose();
  gram.radius.triangularView<Eigen::StrictlyUpper>() = gram.radius.transpose();
  if (!gram.radius.allFinite()) return cheap;
  const double largest = -lambda_min_lower_bound(-gram.midpoint, EntryRadius::of_entries(gram.radius));
  // Entries that underflowed changed the norm by at most the square root of the size times 2^-1074.
  const UpperBound norm = (sqrt(UpperBound(std::max(0.0, largest))) +
                           UpperBound(static_cast<double>(w.size())) * UpperBound(0x1p-1074)) *
                          UpperBound(std::ldexp(1.0, exponent));
  return norm < cheap ? norm : cheap;
}

}  // namespace gronwall
