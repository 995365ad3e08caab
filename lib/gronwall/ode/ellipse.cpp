#include "gronwall/ode/ellipse.hpp"

#include <cmath>
#include <limits>

#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr long kBits = 64;
/// Covers the roundings of sums of at most 2^10 non-negative terms and a few products and powers.
constexpr double kEnlarge = 1 + 0x1p-40;

/// Ellipses tried; powers of these are exact to a few units, well inside kEnlarge.
constexpr double kLeastRho = 1.25, kRhoStep = 1.25, kMostRho = 400;

/// rho^k rounded up.
double power_up(double rho, int k) {
  double result = 1;
  for (int i = 0; i < k; ++i) result *= rho;
  return result * kEnlarge;
}

}  // namespace

EllipseBounds::EllipseBounds(const Activation& phi) {
  const Analyticity analyticity = phi.analyticity();
  if (!analyticity.analytic_on_real_line)
    throw InputError(phi.name() + " is not analytic: its flow cannot be enclosed by this method");
  const bool entire = !analyticity.strip_over_pi;
  const Ball width = entire ? Ball::from(6, kBits) : Ball::pi(kBits) * Ball::from(*analyticity.strip_over_pi, kBits);
  for (const int percent : {8, 16, 25, 35, 45, 55, 65, 72, 80, 86, 92}) {
    const Ball b = width * Ball::from(Rational(percent, 100), kBits);
    Strip strip{};
    strip.half_width = b.lower();
    // Cauchy discs reach half of the way to the edge of the strip.
    const Ball s = entire ? Ball::from(1, kBits) : (width - b) / 2;
    const LinearGrowth here = phi.growth(b), wider = phi.growth(b + s);
    strip.constant[0] = here.g0.upper();
    strip.slope[0] = here.g1.upper();
    Ball factor = Ball::from(1, kBits);
    for (int order = 1; order <= kOrders; ++order) {
      factor = factor * order / s;
      strip.constant[order] = (factor * (wider.g0 + wider.g1 * s)).upper();
      strip.slope[order] = (factor * wider.g1).upper();
    }
    strips_.push_back(strip);
  }
}

VectorXd EllipseBounds::interpolation_errors(const MatrixXd& q,
                                             std::initializer_list<const MatrixXd*> factors, int order, int m,
                                             Index samples) const {
  const Index rows = q.rows(), terms = q.cols();
  VectorXd best = VectorXd::Constant(rows, std::numeric_limits<double>::infinity());
  for (double rho = kLeastRho; rho < kMostRho; rho *= kRhoStep) {
    const double highest = power_up(rho, static_cast<int>(terms) - 1);
    if (!(highest < 0x1p900)) break;
    VectorXd imaginary(terms), size(terms);
    double power = 1;
    for (Index k = 0; k < terms; ++k, power *= rho) {
      imaginary(k) = k == 0 ? 0.0 : power / 2;
      size(k) = k == 0 ? 1.0 : (power + 1) / 2;
    }
    // bound: L27
    const double factor = 4 / ((rho - 1) * power_up(rho, m)) * (1 + 0x1p-36);
    const VectorXd b = q * imaginary * kEnlarge;
    const VectorXd largest = q * size * kEnlarge;
    VectorXd factor_sizes = VectorXd::Ones(rows);
    for (const MatrixXd* other : factors)
      factor_sizes = factor_sizes.cwiseProduct(*other * size * kEnlarge) * kEnlarge;
    bool any = false;
    for (Index i = 0; i < rows; ++i) {
      const Strip* strip = nullptr;
      for (const Strip& candidate : strips_)
        if (b(i) <= candidate.half_width) {
          strip = &candidate;
          break;
        }
      if (strip == nullptr) continue;
      any = true;
      const double error = factor * (strip->constant[order] + strip->slope[order] * largest(i)) * factor_sizes(i);
      if (error < best(i)) best(i) = error;
    }
    if (!any) break;
  }
  const Index n = rows / samples;
  VectorXd result(samples);
  // A few roundings in each entry, some of which may have underflowed.
  for (Index s = 0; s < samples; ++s)
    result(s) = (norm_frobenius_upper(best.segment(s * n, n)) * UpperBound(1 + 0x1p-40) +
                 UpperBound(static_cast<double>(n)) * UpperBound(0x1p-1000))
                    .value();
  return result;
}

UpperBound EllipseBounds::derivative_bound(int order, double x) const {
  const Strip& strip = strips_.front();
  return UpperBound(strip.constant[order]) + UpperBound(strip.slope[order]) * UpperBound(std::abs(x));
}

}  // namespace gronwall
