#include "gronwall/gaussian/hermite.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "gronwall/gaussian/closed_coefficients.hpp"
#include "gronwall/gaussian/closed_dual.hpp"
#include "gronwall/gaussian/hermite_sum.hpp"
#include "gronwall/gaussian/nodes.hpp"
#include "gronwall/gaussian/product_mean.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

/// Working bits beyond the accuracy, before magnitudes are known.
constexpr long kGuardBits = 16;
/// How often a computation whose radius came out too large is repeated with more guard bits.
constexpr int kAttempts = 4;

/// `log2` of the radius, or minus infinity for exact balls.
double log2_radius(const Ball& x) {
  if (x.is_exact()) return -std::numeric_limits<double>::infinity();
  if (!x.is_finite()) return std::numeric_limits<double>::infinity();
  return mag_get_d_log2_approx(arb_radref(x.raw()));
}

/// How many bits the worst radius misses 2^-bits by; at most 0 when all are small enough.
double missing_bits(const std::vector<Ball>& values, long bits) {
  double worst = -std::numeric_limits<double>::infinity();
  for (const Ball& x : values) {
    if (mag_cmp_2exp_si(arb_radref(x.raw()), -bits) > 0)
      worst = std::max(worst, std::max(1.0, log2_radius(x) + static_cast<double>(bits)));
  }
  return worst;
}

/// Repeats `compute(working accuracy)` until all radii are at most 2^-bits.
template <class Compute>
std::vector<Ball> to_accuracy(long bits, const std::string& what, Compute compute) {
  long working = bits;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::vector<Ball> values = compute(working);
    const double missing = missing_bits(values, bits);
    if (missing <= 0) return values;
    working += std::isfinite(missing) ? static_cast<long>(std::ceil(missing)) + 8 : 64 + working / 2;
  }
  throw PrecisionError("the accuracy 2^-" + std::to_string(bits) + " was not reached for " + what +
                       "; ask for fewer bits");
}

/// The parities of n that need a sum over nodes.
struct ParityPlan {
  bool even = false;
  bool odd = false;
};

ParityPlan parities_needed(const ParitySplit& split, unsigned first, unsigned last) {
  const auto some = [first, last](unsigned parity) { return first % 2 == parity || last > first; };
  return {split.rest != Parity::odd && some(0), split.rest != Parity::even && some(1)};
}

/// The residues of the poles inside the lines of the grid, in units of `E[phi He_n] sqrt(2 pi)`.
class PoleTerms {
 public:
  PoleTerms(PoleLattice lattice, const TrapezoidGrid& grid, Ball q, Ball root_q, long bits)
      : lattice_(std::move(lattice)),
        grid_(grid),
        q_(std::move(q)),
        root_q_(std::move(root_q)),
        bits_(bits) {}

  /// Subtracts the pole terms for n = parity, parity + 2, ..., n_i = parity + 2 i.
  void subtract_from(std::vector<Ball>& sums, unsigned parity) const {
    const Rational line = lattice_.safe_line_over_pi * grid_.lines;
    for (Rational height = lattice_.first_over_pi; height < line; height += lattice_.spacing_over_pi)
      subtract_one(sums, parity, height);
  }

 private:
  void subtract_one(std::vector<Ball>& sums, unsigned parity, const Rational& height_over_pi) const {
    const Ball eta = Ball::pi(bits_) * Ball::from(height_over_pi, bits_);
    const Ball t = eta / root_q_;
    const Ball step = grid_.step.ball(bits_);
    // 2 pi i r h_n(i t) with h_n(i t) = i^n g_n(t), g_n > 0: for a constant residue and odd n, (-1)^((n+1)/2)
    // 2 pi r g_n; for a residue r' i eta and even n, -(-1)^(n/2) 2 pi r' eta g_n; other combinations have no
    // real part.
    // bound: L6
    Ball factor = 4 * Ball::pi(bits_) * exp(ldexp(eta * eta / q_, -1)) /
                  (root_q_ * expm1(2 * Ball::pi(bits_) * t / step));
    const bool odd = parity == 1;
    factor *= odd ? Ball(-lattice_.residue_constant) : -(lattice_.residue_slope * eta);
    if (factor.is_exact() && factor.contains_zero()) return;

    // g_{n+2} = (t^2 + 2n + 1) g_n - n (n-1) g_{n-2} would cancel; g_{n+1} = t g_n + n g_{n-1} does not.
    Ball current = Ball(1).with_bits(bits_), previous = Ball().with_bits(bits_);
    const std::size_t count = sums.size();
    for (unsigned n = 0;; ++n) {
      if (n % 2 == parity) {
        const std::size_t i = (n - parity) / 2;
        if (i >= count) return;
        const Ball term = factor * current;
        if (i % 2 == 0)
          sums[i] -= term;
        else
          sums[i] += term;
      }
      arb_mul_ui(previous.raw(), previous.raw(), n, bits_);
      arb_addmul(previous.raw(), t.raw(), current.raw(), bits_);
      std::swap(previous, current);
    }
  }

  PoleLattice lattice_;
  const TrapezoidGrid& grid_;
  Ball q_, root_q_;
  long bits_;
};

/// `step * sum_k e^(-z_k^2/2) phi(y_k) He_n(z_k)` over all nodes of both signs, that is `E[phi He_n] sqrt(2
/// pi)` but for errors of the rule; for n = 0, 2, ... and for n = 1, 3, ..., where planned.
struct ParitySums {
  std::vector<Ball> even, odd;
};

/// Walks once over the nodes.
ParitySums sum_over_nodes(const Activation& phi, const Rational& q, const TrapezoidGrid& grid,
                          ParityPlan plan, unsigned last, long bits) {
  std::optional<HermiteSum> even, odd;
  if (plan.even) even.emplace(grid.step, 0, last, grid.nodes, bits);
  if (plan.odd) odd.emplace(grid.step, 1, last, grid.nodes, bits);
  constexpr double kLog2E = 1.4426950408889634;
  const double step = grid.step.approximate();
  const LinearGrowth growth = phi.growth(Ball(0).with_bits(Ball::kLeastBits));
  const double root_q = sqrt(Ball::from(q, Ball::kLeastBits)).midpoint();
  const double g0 = growth.g0.upper(), g1 = growth.g1.upper() * root_q;

  // Relative precision of each node, then the precision that this and all later nodes need of the walks.
  const auto count = static_cast<std::size_t>(grid.nodes) + 1;
  std::vector<long> relative(count);
  for (std::size_t k = 0; k < count; ++k) {
    const double z = static_cast<double>(k) * step;
    const long absolute =
        std::max(even ? even->needed_bits(static_cast<long>(k)) : 0,
                 odd ? odd->needed_bits(static_cast<long>(k)) + static_cast<long>(std::log2(1 + z)) + 1 : 0);
    relative[k] = std::max<long>(
        32, absolute + static_cast<long>(std::ceil(std::log2(1 + g0 + g1 * z) - 0.5 * z * z * kLog2E)) + 4);
  }
  std::vector<long> walk(relative);
  for (std::size_t k = count - 1; k-- > 0;) walk[k] = std::max(walk[k], walk[k + 1]);

  const long most = walk.front() + walk_guard_bits(grid.nodes);
  const Ball exact_step = grid.step.ball(most);
  const Ball spacing = sqrt(Ball::from(q, most + 32)) * exact_step;
  const auto values = walk_over_nodes(phi, spacing, grid.nodes, most);
  WeightWalk weights(exact_step, grid.nodes, most);
  for (std::size_t k = 0; k < count; ++k) {
    const long precision = walk[k] + walk_guard_bits(grid.nodes);
    const ParityParts parts = values->next(precision);
    Ball weight = weights.next(precision);
    if (k == 0) weight = ldexp(weight, -1);
    if (even) even->add(static_cast<long>(k), weight * parts.even);
    if (odd && k > 0) odd->add(static_cast<long>(k), weight * parts.odd);
  }

  ParitySums sums;
  const auto collect = [&](std::vector<Ball>& target, const std::optional<HermiteSum>& source,
                           unsigned parity) {
    if (!source) return;
    for (unsigned n = parity; n <= last; n += 2) target.push_back(source->sum(n) * (2 * exact_step));
  };
  collect(sums.even, even, 0);
  collect(sums.odd, odd, 1);
  return sums;
}

/// Trapezoidal rule, with or without poles, for first..last.
HermiteCoefficients by_trapezoid(const Activation& phi, const Rational& q, unsigned first, unsigned last,
                                 long bits, PoleUse poles) {
  HermiteCoefficients result;
  result.first = first;
  result.method = poles == PoleUse::allowed ? HermiteMethod::poles : HermiteMethod::trapezoid;
  const ParitySplit split = phi.parity_split();
  const ParityPlan plan = parities_needed(split, first, last);
  const TrapezoidGrid grid = choose_grid(phi, q, last, bits + 1, poles);
  result.nodes = grid.nodes;
  result.lines = grid.lines;

  result.values = to_accuracy(bits, phi.name(), [&](long working) {
    // The sums are multiplied by 2 step / sqrt(2 pi) and by at most 2 for the rounded scale of sqrt(n!).
    const long sum_bits = working + kGuardBits / 2;
    ParitySums sums = sum_over_nodes(phi, q, grid, plan, last, sum_bits);
    const long precision =
        sum_bits + kGuardBits + static_cast<long>(std::log2(static_cast<double>(grid.nodes) + 2));
    const Ball root_q = sqrt(Ball::from(q, precision));
    if (grid.lines > 0) {
      const PoleTerms terms(*phi.poles(), grid, Ball::from(q, precision), root_q, precision);
      if (plan.even) terms.subtract_from(sums.even, 0);
      if (plan.odd) terms.subtract_from(sums.odd, 1);
    }
    std::vector<Ball> values;
    Ball factorial_of_n = factorial(first, precision);
    const Ball two_pi = 2 * Ball::pi(precision);
    for (unsigned n = first; n <= last; ++n) {
      if (n > first) factorial_of_n *= Ball(n);
      Ball value;
      if (n % 2 == 0 ? plan.even : plan.odd) {
        value = (n % 2 == 0 ? sums.even : sums.odd)[n / 2] / sqrt(two_pi * factorial_of_n);
        arb_add_error(value.raw(), grid.error.raw());
      }
      if (n == 0 && split.constant != 0) value += Ball::from(split.constant, precision);
      if (n == 1 && split.slope != 0) value += Ball::from(split.slope, precision) * root_q;
      values.push_back(std::move(value));
    }
    return values;
  });
  return result;
}

/// Softplus: a_n = sqrt(q/n) a_{n-1}(sigmoid), n >= 1.
HermiteCoefficients softplus_by_sigmoid(const Activation& softplus, const Rational& q, unsigned first,
                                        unsigned last, long bits) {
  HermiteCoefficients result;
  result.first = first;
  result.method = HermiteMethod::poles;
  if (first == 0) {
    const HermiteCoefficients mean = by_trapezoid(softplus, q, 0, 0, bits, PoleUse::never);
    result.nodes = mean.nodes;
    result.values.push_back(mean.values.front());
  }
  const unsigned start = std::max(first, 1U);
  if (last < start) return result;
  const double root_q = sqrt(Ball::from(q, Ball::kLeastBits)).upper();
  const long more = 2 + std::max(0L, static_cast<long>(std::ceil(std::log2(root_q))));
  const HermiteCoefficients slopes =
      by_trapezoid(activation("sigmoid"), q, start - 1, last - 1, bits + more, PoleUse::allowed);
  result.nodes = std::max(result.nodes, slopes.nodes);
  result.lines = slopes.lines;
  const long precision = bits + more + kGuardBits;
  const Ball variance = Ball::from(q, precision);
  for (unsigned n = start; n <= last; ++n) {
    const Ball& slope = slopes.values[n - start];
    const bool is_exact_zero = slope.is_exact() && slope.contains_zero();
    // bound: L7
    result.values.push_back(is_exact_zero ? Ball() : sqrt(variance / n) * slope);
  }
  return result;
}

HermiteCoefficients by_closed_form(const Activation& phi, const Rational& q, unsigned first, unsigned last,
                                   long bits) {
  HermiteCoefficients result;
  result.first = first;
  result.method = HermiteMethod::closed_form;
  // Relative errors of a few units per degree; magnitudes are found by the retry.
  const long guard = 2 * kGuardBits + static_cast<long>(2 * std::log2(static_cast<double>(last) + 2));
  result.values = to_accuracy(bits, phi.name(), [&](long working) {
    return *closed_coefficients(phi, Ball::from(q, working + guard), first, last, working + guard);
  });
  return result;
}

void check_request(unsigned first, unsigned last, long accuracy_bits) {
  if (last < first) throw InputError("the last index must not be below the first");
  if (last > kLastHermiteIndex)
    throw InputError("coefficients are computed up to n = " + std::to_string(kLastHermiteIndex));
  if (accuracy_bits < 1 || accuracy_bits > kMostAccuracyBits)
    throw PrecisionError("accuracy must be between 1 and " + std::to_string(kMostAccuracyBits) +
                         " bits, not " + std::to_string(accuracy_bits));
}

}  // namespace

std::string_view to_text(HermiteMethod method) {
  switch (method) {
    case HermiteMethod::automatic:
      return "automatic";
    case HermiteMethod::closed_form:
      return "closed-form";
    case HermiteMethod::poles:
      return "poles";
    case HermiteMethod::trapezoid:
      return "trapezoid";
  }
  throw InputError("not a Hermite method");
}

const Ball& HermiteCoefficients::at(unsigned n) const {
  if (n < first || n - first >= values.size())
    throw InputError("coefficient " + std::to_string(n) + " was not computed");
  return values[n - first];
}

HermiteCoefficients hermite_coefficients(const Activation& phi, const Rational& q, unsigned first,
                                         unsigned last, long accuracy_bits, const HermiteOptions& options) {
  check_request(first, last, accuracy_bits);
  if (q <= 0) throw InputError("the variance q must be positive, not " + to_canonical_text(q));
  const bool is_softplus = phi.name() == "softplus";
  const bool has_closed_form = has_closed_coefficients(phi);
  const bool has_poles = phi.poles().has_value() || is_softplus;
  switch (options.method) {
    case HermiteMethod::automatic:
      if (has_closed_form) return by_closed_form(phi, q, first, last, accuracy_bits);
      [[fallthrough]];
    case HermiteMethod::poles:
      if (is_softplus) return softplus_by_sigmoid(phi, q, first, last, accuracy_bits);
      if (has_poles) return by_trapezoid(phi, q, first, last, accuracy_bits, PoleUse::allowed);
      if (options.method == HermiteMethod::poles)
        throw InputError("the poles of " + phi.name() + " are not known; use another method");
      [[fallthrough]];
    case HermiteMethod::trapezoid:
      return by_trapezoid(phi, q, first, last, accuracy_bits, PoleUse::never);
    case HermiteMethod::closed_form:
      if (!has_closed_form) throw InputError("no closed form is known for the coefficients of " + phi.name());
      return by_closed_form(phi, q, first, last, accuracy_bits);
  }
  throw InputError("not a Hermite method");
}

std::vector<Ball> hermite_coefficients_over(const Activation& phi, const Ball& q, unsigned first,
                                            unsigned last, long accuracy_bits) {
  check_request(first, last, accuracy_bits);
  if (!q.is_finite() || !certainly(is_positive(q)))
    throw InputError("the variance q must be certainly positive and finite");
  if (auto closed = closed_coefficients(phi, q, first, last, accuracy_bits + 4 * kGuardBits)) return *closed;
  const auto lipschitz = phi.lipschitz(Ball::kLeastBits);
  if (!lipschitz)
    throw InputError("the coefficients of " + phi.name() + " are not known to vary smoothly with q");
  const long precision = std::max(q.working_bits(), accuracy_bits + kGuardBits);
  const Rational middle = q.exact_midpoint().lower_rational();
  std::vector<Ball> values = hermite_coefficients(phi, middle, first, last, accuracy_bits).values;
  const Ball root = sqrt(q.with_bits(precision));
  const Ball distance = abs(root - sqrt(Ball::from(middle, precision)));
  const ParitySplit split = phi.parity_split();
  for (unsigned n = first; n <= last; ++n) {
    Ball& value = values[n - first];
    if (split.rest == Parity::even && n % 2 == 1) {
      // What is left of an odd n is the linear part.
      value = n == 1 ? Ball::from(split.slope, precision) * root : Ball();
    } else if (split.rest != Parity::odd || n % 2 == 1) {
      // bound: L20
      const Ball radius = *lipschitz * sqrt(Ball(2 * n + 1).with_bits(Ball::kLeastBits)) * distance;
      arb_add_error(value.raw(), radius.raw());
    }
  }
  return values;
}

Ball gaussian_norm(const Activation& phi, const Rational& q, long accuracy_bits, HermiteMethod method) {
  check_request(0, 0, accuracy_bits);
  if (q <= 0) throw InputError("the variance q must be positive, not " + to_canonical_text(q));
  if (method != HermiteMethod::trapezoid) {
    const bool is_known = closed_norm(phi, 0, Ball(1).with_bits(Ball::kLeastBits)).has_value();
    if (is_known) {
      return to_accuracy(accuracy_bits, phi.name(),
                         [&](long working) {
                           const long bits = working + 2 * kGuardBits;
                           return std::vector<Ball>{*closed_norm(phi, 0, Ball::from(q, bits))};
                         })
          .front();
    }
    if (method == HermiteMethod::closed_form)
      throw InputError("no closed form is known for the mean square of " + phi.name());
  }
  return product_mean(phi, {0, q}, {0, q}, false, accuracy_bits);
}

}  // namespace gronwall
