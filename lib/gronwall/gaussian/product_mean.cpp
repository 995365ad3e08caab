#include "gronwall/gaussian/product_mean.hpp"

#include <cmath>
#include <numbers>

#include "gronwall/gaussian/golden_section.hpp"
#include "gronwall/gaussian/nodes.hpp"
#include "gronwall/gaussian/trapezoid.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr long kBoundBits = 64;
constexpr int kAttempts = 4;

/// Cauchy's estimate of a derivative takes circles of radius half the distance to the edge of the strip, or 1
/// in entire functions.
Rational cauchy_radius(const Activation& phi, const Rational& height) {
  const auto strip = phi.analyticity().strip_over_pi;
  if (!strip) return 1;
  const double room =
      static_cast<double>(*strip) * std::numbers::pi * (1 - 0x1p-20) - static_cast<double>(height);
  return round_down_to_bits(std::min(1.0, room / 2), 12);
}

/// Bounds `|phi^(order)(s (x + iy))| <= g0 + g1 |x|` for `|y| s <= height`.
LinearGrowth growth_of_factor(const Activation& phi, const MeanFactor& factor, const Rational& height) {
  const Ball s = sqrt(Ball::from(factor.q, kBoundBits));
  const Ball b = Ball::from(height, kBoundBits);
  if (factor.order == 0) {
    const LinearGrowth growth = phi.growth(b);
    return {growth.g0, growth.g1 * s};
  }
  const Rational r = cauchy_radius(phi, height);
  const Ball radius = Ball::from(r, kBoundBits);
  const LinearGrowth wide = phi.growth(b + radius);
  // bound: L19 (Cauchy's estimate)
  const Ball scale =
      factorial(static_cast<unsigned long>(factor.order), kBoundBits) / pow(radius, factor.order);
  return {scale * (wide.g0 + wide.g1 * radius), scale * wide.g1 * s};
}

/// The even and the odd part of phi^(order) at the nodes.
class FactorWalk {
 public:
  FactorWalk(const Activation& phi, const MeanFactor& factor, const Ball& spacing, long nodes, long bits)
      : phi_(phi), split_(phi.parity_split()), order_(factor.order), spacing_(spacing) {
    if (order_ == 0) walk_ = walk_over_nodes(phi, spacing, nodes, bits);
  }

  ParityParts next(long bits) {
    Ball y = Ball().with_bits(bits);
    arb_mul_si(y.raw(), spacing_.raw(), index_++, bits);
    const Ball slope = Ball::from(split_.slope, bits);
    if (order_ == 0) {
      ParityParts parts = walk_->next(bits);
      parts.even += Ball::from(split_.constant, bits);
      parts.odd += slope * y;
      return parts;
    }
    const Ball right = derivative(y);
    if (split_.rest == Parity::neither) {
      const Ball left = derivative(-y);
      return {ldexp(right + left, -1), ldexp(right - left, -1)};
    }
    // The linear part contributes its slope to the first derivative; the rest changes parity with each
    // derivative.
    const Ball linear = order_ == 1 ? slope : Ball();
    const bool rest_is_even = (split_.rest == Parity::even) == (order_ % 2 == 0);
    if (rest_is_even) return {right, Ball()};
    return {linear, right - linear};
  }

 private:
  Ball derivative(const Ball& y) const {
    return factorial(static_cast<unsigned long>(order_), y.bits()) *
           phi_.taylor(y, order_)[static_cast<std::size_t>(order_)];
  }

  const Activation& phi_;
  ParitySplit split_;
  int order_;
  Ball spacing_;
  long index_ = 0;
  std::unique_ptr<NodeWalk> walk_;
};

struct ProductGrid {
  DyadicStep step;
  long nodes = 0;
  Ball error;
};

/// Both errors of L19 at most 2^-(bits+1) each.
ProductGrid choose_product_grid(const Activation& phi, const MeanFactor& first, const MeanFactor& second,
                                long bits) {
  const double widest_root = std::sqrt(static_cast<double>(first.q > second.q ? first.q : second.q));
  const double log_target = std::numbers::ln2 * static_cast<double>(bits + 1);
  double widest = 1.1 * widest_root * std::sqrt(2 * (log_target + 2));
  if (const auto strip = phi.analyticity().strip_over_pi)
    widest = std::min(widest, static_cast<double>(*strip) * std::numbers::pi * (1 - 0x1p-10));

  const auto norms = [&](const Rational& height) {
    const LinearGrowth f = growth_of_factor(phi, first, height), g = growth_of_factor(phi, second, height);
    return (f.g0 + f.g1) * (g.g0 + g.g1);
  };
  const auto step_at = [&](double height) {
    const double a = height / widest_root;
    const double exponent = log_target + std::numbers::ln2 + a * a / 2 +
                            log(norms(to_rational(height)) + ldexp(Ball(1), -60)).midpoint();
    return 2 * std::numbers::pi * a / std::max(1.0, exponent);
  };
  const Rational height = round_down_to_bits(golden_section(step_at, widest / 64, widest, 12), 12);

  ProductGrid grid;
  const Ball target = ldexp(Ball(1), -bits - 1);
  const Ball root = sqrt(Ball::from(first.q > second.q ? first.q : second.q, kBoundBits));
  const Ball a = Ball::from(height, kBoundBits) / root, norm = norms(height);
  double step = step_at(static_cast<double>(height));
  constexpr int kPatience = 200;
  for (int attempt = 0;; ++attempt) {
    grid.step = DyadicStep::at_most(step, 10);
    grid.error = discretisation_bound(a, norm, grid.step.ball(kBoundBits), 0);
    if (grid.error.is_finite() && certainly(less_equal(grid.error, target))) break;
    if (attempt == kPatience)
      throw PrecisionError("no trapezoidal step reaches the requested accuracy for " + phi.name());
    step *= 1 - 0x1p-8;
  }
  const LinearGrowth f = growth_of_factor(phi, first, 0), g = growth_of_factor(phi, second, 0);
  double reach = std::sqrt(2 * (log_target + 8));
  for (int attempt = 0;; ++attempt) {
    grid.nodes = static_cast<long>(std::ceil(reach / grid.step.approximate()));
    const Ball x = grid.nodes * grid.step.ball(kBoundBits);
    const Ball truncation = product_truncation_bound(f, g, x);
    if (truncation.is_finite() && certainly(less_equal(truncation, target))) {
      grid.error += truncation;
      return grid;
    }
    if (attempt == kPatience)
      throw PrecisionError("no number of nodes reaches the requested accuracy for " + phi.name());
    reach *= 1 + 0x1p-5;
  }
}

}  // namespace

Ball product_mean(const Activation& phi, const MeanFactor& first, const MeanFactor& second, bool opposite,
                  long bits) {
  if (!phi.analyticity().analytic_on_real_line)
    throw InputError("the trapezoidal rule has no error bound for " + phi.name() +
                     ", which is not analytic on the real line");
  if (first.q <= 0 || second.q <= 0) throw InputError("variances must be positive");
  const ProductGrid grid = choose_product_grid(phi, first, second, bits + 1);
  const bool squared = first.order == second.order && first.q == second.q;
  const double step = grid.step.approximate();
  constexpr double kLog2E = 1.4426950408889634;
  long guard = 24 + static_cast<long>(std::log2(static_cast<double>(grid.nodes) + 2));
  for (int attempt = 0; attempt < kAttempts; ++attempt, guard *= 2) {
    const long most = bits + guard + walk_guard_bits(grid.nodes);
    const Ball exact_step = grid.step.ball(most);
    const auto walk = [&](const MeanFactor& factor) {
      return FactorWalk(phi, factor, sqrt(Ball::from(factor.q, most + 32)) * exact_step, grid.nodes, most);
    };
    FactorWalk left = walk(first), right = walk(second);
    WeightWalk weights(exact_step, grid.nodes, most);
    Ball sum = Ball().with_bits(most);
    for (long k = 0; k <= grid.nodes; ++k) {
      const double z = static_cast<double>(k) * step;
      const long decay = static_cast<long>(0.5 * z * z * kLog2E);
      const long precision = std::max(64L, bits + guard - decay) + walk_guard_bits(grid.nodes);
      const ParityParts f = left.next(precision);
      const ParityParts g = squared ? f : right.next(precision);
      // f(z) g(±z) + f(-z) g(∓z) = 2 (even even ± odd odd)
      const Ball odd = f.odd * g.odd;
      Ball term = weights.next(precision) * (opposite ? f.even * g.even - odd : f.even * g.even + odd);
      if (k == 0) term = ldexp(term, -1);
      sum += term;
    }
    Ball result = 2 * exact_step * sum / sqrt(2 * Ball::pi(most));
    arb_add_error(result.raw(), grid.error.raw());
    if (mag_cmp_2exp_si(arb_radref(result.raw()), -bits) <= 0) return result;
  }
  throw PrecisionError("the accuracy 2^-" + std::to_string(bits) + " was not reached for " + phi.name());
}

}  // namespace gronwall
