#include "gronwall/linalg/lambda_min.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/linalg/lowest_eigenpairs.hpp"
#include "gronwall/linalg/shifted_cholesky.hpp"

namespace gronwall {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

KernelBuffer workspace_for(Eigen::Index n) {
  return KernelBuffer(static_cast<std::size_t>(padded_stride(n) * n) * sizeof(double));
}

/// The slack to expect for `a - c I`, before factoring.
UpperBound expected_slack(const Eigen::MatrixXd& a, double c) {
  const Eigen::VectorXd shifted = (a.diagonal().array() - c).max(0.0);
  const UpperBound largest(shifted.maxCoeff());
  return cholesky_slack(a.rows(), sum_upper(shifted.data(), shifted.size()), largest,
                        UpperBound(1.0) + largest);
}

/// Rayleigh quotient bound without validation; `norm` bounds `||a||_inf`.
double rayleigh_upper_bound(const Eigen::MatrixXd& a, UpperBound norm, UpperBound radius,
                            const Eigen::VectorXd& x) {
  const auto n = static_cast<double>(a.rows());
  // A diagonal entry is the Rayleigh quotient of a unit vector, exactly.
  double upper = a.diagonal().minCoeff();
  if (x.size() == a.rows() && x.allFinite() && norm.value() > 0 && norm.value() < 0x1p1022) {
    const double size = x.cwiseAbs().maxCoeff();
    if (size > 0) {
      // Scaled by powers of two to entries below 1, so that nothing overflows and underflow is far away.
      const auto power_at_least = [](double value) {
        return std::ldexp(1.0, std::min(std::ilogb(value) + 1, 1023));
      };
      const double unit = power_at_least(norm.value());
      const Eigen::VectorXd y = x / power_at_least(size);
      const double squares = y.squaredNorm();
      Eigen::VectorXd image(a.rows());
      for (Eigen::Index j = 0; j < a.cols(); ++j) image(j) = (a.col(j) / unit).dot(y);
      const double form = image.dot(y);
      // bound: L23 for the products, |y|^T |a| |y| <= ||a||_inf |y|^2;
      // every product may also underflow.
      const UpperBound y_squared = UpperBound(squares) * (UpperBound(1.0) + gamma(2.0 * n + 4.0));
      const UpperBound error =
          gamma(2.0 * n + 4.0) * y_squared + UpperBound(4.0 * n * (n + 1.0)) * UpperBound(0x1p-1074);
      const double numerator = std::nextafter(form + error.value(), kInfinity);
      const double least = std::nextafter(squares * std::nextafter(1.0 - gamma(2.0 * n).value(), 0.0), 0.0);
      const double quotient =
          std::nextafter(numerator >= 0 ? numerator / least : numerator / y_squared.value(), kInfinity);
      const double scaled = std::nextafter(quotient * unit, kInfinity);
      if (!std::isnan(scaled)) upper = std::min(upper, scaled);
    }
  }
  return std::nextafter(upper + radius.value(), kInfinity);
}

}  // namespace

BoundCheck verify_lower_bound(const Eigen::MatrixXd& a, const EntryRadius& radius, double c) {
  require_symmetric(a);
  if (!std::isfinite(c)) throw InputError("the lower bound to verify is not a finite number");
  const UpperBound radius_norm = radius.norm(a.rows());
  const UpperBound slack = expected_slack(a, c) + radius_norm;
  BoundCheck result{false, -kInfinity, slack, {}};
  // Two doubles more than the slack: the final subtraction rounds down.
  const double shift = std::nextafter(std::nextafter((UpperBound(std::abs(c)) + slack).is_finite()
                                                         ? std::nextafter(c + slack.value(), kInfinity)
                                                         : kInfinity,
                                                     kInfinity),
                                      kInfinity);
  if (!std::isfinite(shift)) {
    result.reason = "the slack of the proof overflows: scale the matrix";
    return result;
  }
  KernelBuffer factor = workspace_for(a.rows());
  const auto proof = factor_shifted(a, shift, factor);
  if (!proof) {
    result.reason = "the Cholesky factorisation of the shifted matrix met a pivot that is not positive";
    return result;
  }
  result.slack = proof->slack + radius_norm;
  result.lower = subtract_down(proof->shift, result.slack);
  result.proved = result.lower >= c;
  if (!result.proved) result.reason = "the rounding slack of the proof was larger than foreseen";
  return result;
}

LambdaMin enclose_lambda_min(const Eigen::MatrixXd& a, const EntryRadius& radius, double relative_loss) {
  require_symmetric(a);
  const Eigen::Index n = a.rows();
  const UpperBound norm = norm_one_upper(a);  // symmetric: the same as norm_inf, read along the columns
  const UpperBound radius_norm = radius.norm(n);
  KernelBuffer workspace = workspace_for(n);
  const LowestEigenpair pair = approximate_lowest_eigenpair(a, 0.2 * relative_loss, norm.value(), workspace);

  LambdaMin result;
  result.estimate = pair.value;
  result.radius_slack = radius_norm;
  result.upper = rayleigh_upper_bound(a, norm, radius_norm, pair.vector);
  const double by_norm =
      subtract_down(0.0, norm + radius_norm);  // Gershgorin's theorem, without a factorisation
  // Floating-point Cholesky breaks down already a little above zero; a few units of the norm's roundoff.
  const double noise = 8 * kUnitRoundoff * std::min(norm.value(), 8 * a.diagonal().cwiseAbs().maxCoeff());
  double margin = std::max(relative_loss * std::abs(pair.value), 3 * pair.error) + noise;
  constexpr int kAttempts = 6;
  for (int attempt = 0; attempt < kAttempts && std::isfinite(pair.value - margin); ++attempt, margin *= 32) {
    if (const auto proof = factor_shifted(a, pair.value - margin, workspace)) {
      result.rounding_slack = proof->slack;
      result.lower = std::max(by_norm, subtract_down(proof->shift, proof->slack + radius_norm));
      return result;
    }
  }
  result.lower = by_norm;
  result.reason = "no shifted factorisation succeeded; the lower bound is the negative norm";
  return result;
}

double lambda_min_lower_bound(const Eigen::MatrixXd& a, const EntryRadius& radius) {
  return enclose_lambda_min(a, radius).lower;
}

double lambda_min_upper_bound(const Eigen::MatrixXd& a, const EntryRadius& radius, const Eigen::VectorXd& x) {
  require_symmetric(a);
  return rayleigh_upper_bound(a, norm_one_upper(a), radius.norm(a.rows()), x);
}

}  // namespace gronwall
