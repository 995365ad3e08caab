#include "gronwall/gaussian/trapezoid.hpp"

#include <cmath>
#include <numbers>

#include "gronwall/gaussian/golden_section.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr long kBoundBits = 64;
constexpr double kLn2 = std::numbers::ln2;

/// What the error must not exceed: half of 2^-bits for the discretisation, half for the truncation.
Ball half_of_target(long bits) {
  return ldexp(Ball(1), -bits - 1);
}

bool is_at_most(const Ball& value, const Ball& limit) {
  return value.is_finite() && certainly(less_equal(value, limit));
}

/// `(g0 + g1 sqrt(q))^power`, the norm L2 of the growth bound.
Ball norm_factor(const LinearGrowth& growth, const Ball& root_q, int power) {
  return pow(growth.g0 + growth.g1 * root_q, power);
}

/// Everything the planning in double needs to know; the proof never uses it.
struct Demand {
  double root_q;
  double root_last;  // sqrt(last)
  unsigned last;
  double log_target;  // -log of the target of one half of the error
  int power;

  Demand(const Rational& q, unsigned last_n, long bits, int power_of_phi)
      : root_q(sqrt(Ball::from(q, kBoundBits)).midpoint()),
        root_last(std::sqrt(static_cast<double>(last_n))),
        last(last_n),
        log_target(kLn2 * static_cast<double>(bits + 1)),
        power(power_of_phi) {}
};

double log_norm_factor(const LinearGrowth& growth, const Demand& demand) {
  const Ball factor = growth.g0 + growth.g1 * Ball::exact(demand.root_q);
  return demand.power * log(factor + ldexp(Ball(1), -60)).midpoint();
}

/// The step (in units of z) that L4 allows on lines at height `b` with the given growth.
double step_for(double b, const LinearGrowth& growth, const Demand& demand) {
  const double a = b / demand.root_q;
  const double exponent =
      demand.log_target + kLn2 + 0.5 * a * a + log_norm_factor(growth, demand) + a * demand.root_last;
  return 2 * std::numbers::pi * a / std::max(exponent, 1.0);
}

/// The reach X that L5 needs.
double reach_for(const LinearGrowth& growth, const Demand& demand) {
  const double g0 = growth.g0.upper(), g1 = growth.g1.upper() * demand.root_q;
  const double front = 2 / std::sqrt(2 * std::numbers::pi);
  const auto size = [](double x) { return std::log(std::max(x, 1e-300)); };
  if (demand.power == 2) {
    double x = 2;
    for (int i = 0; i < 8; ++i)
      x = std::sqrt(2 * std::max(2.0, demand.log_target +
                                          size(front * (g0 * g0 / x + 2 * g0 * g1 + g1 * g1 * (x + 1 / x)))));
    return x;
  }
  double by_cramer = 2;
  for (int i = 0; i < 8; ++i)
    by_cramer = 2 * std::sqrt(std::max(
                        1.0, demand.log_target + size(front * 1.0865 * (2 * g0 / by_cramer + 2 * g1))));
  const double n = static_cast<double>(demand.last);
  const double log_c = n == 0 ? 0 : 0.5 * (std::lgamma(n + 1) - n * std::log(n));
  double t = 1;
  for (int i = 0; i < 8; ++i)
    t = std::sqrt(2 * std::max(0.5, demand.log_target + log_c + n +
                                        size(front * (g0 / t + g1 * (1 + demand.root_last / t)))));
  return std::min(by_cramer, std::max(1.0, t) + demand.root_last);
}

/// The half-strip for the plain rule: the one that allows the largest step.
Rational choose_strip(const Activation& phi, const Demand& demand) {
  const Analyticity analyticity = phi.analyticity();
  double widest = 1.1 * demand.root_q * std::sqrt(2 * (demand.log_target + 2));
  if (analyticity.strip_over_pi)
    widest =
        std::min(widest, static_cast<double>(*analyticity.strip_over_pi) * std::numbers::pi * (1 - 0x1p-11));
  const auto step_at = [&phi, &demand](double b) { return step_for(b, phi.growth(Ball::exact(b)), demand); };
  return round_down_to_bits(golden_section(step_at, widest / 64, widest, 12), 12);
}

void require_analytic(const Activation& phi) {
  if (!phi.analyticity().analytic_on_real_line)
    throw InputError("the trapezoidal rule has no error bound for " + phi.name() +
                     ", which is not analytic on the real line; use the closed form");
}

/// Growth in units of z = y / sqrt(q).
LinearGrowth in_z(const LinearGrowth& growth, const Ball& root_q) {
  return {growth.g0, growth.g1 * root_q};
}

Ball infinite() {
  Ball result = Ball().with_bits(kBoundBits);
  arb_pos_inf(result.raw());
  return result;
}

/// Planning in double may be a hair too optimistic: the step shrinks, and the nodes grow, until the bound is
/// proved.
constexpr int kPatience = 200;

}  // namespace

DyadicStep DyadicStep::at_most(double x, int places) {
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);
  if (!(x > 0) || exponent > places) throw PrecisionError("no dyadic step of the requested size");
  DyadicStep result;
  result.shift = places - exponent;
  result.numerator = static_cast<long>(std::floor(std::ldexp(mantissa, places)));
  return result;
}

Ball discretisation_bound(const Ball& height, const Ball& norm, const Ball& step, unsigned last) {
  // bound: L4 (also L6, L19)
  return 2 * exp(height * height / 2) * norm * exp(height * sqrt(Ball(last).with_bits(kBoundBits))) /
         expm1(2 * Ball::pi(kBoundBits) * height / step);
}

Ball truncation_bound(const LinearGrowth& growth, const Ball& reach, unsigned last) {
  Ball bound = infinite();
  const Ball front = 2 / sqrt(2 * Ball::pi(kBoundBits));
  if (certainly(less_equal(2, reach))) {
    // bound: L5 (E1)
    bound = front * Ball::from(Rational(10865, 10000), kBoundBits) * exp(-(reach * reach) / 4) *
            (2 * growth.g0 / reach + 2 * growth.g1);
  }
  const Ball n = Ball(last).with_bits(kBoundBits);
  const Ball t = reach - sqrt(n);
  if (certainly(less_equal(1, t)) && certainly(less_equal(1, reach))) {
    const Ball c = last == 0 ? Ball(1) : sqrt(factorial(last, kBoundBits) / pow(n, static_cast<long>(last)));
    // bound: L5 (E2, which grows with n)
    bound = min(bound, front * c * exp(n - t * t / 2) * (growth.g0 / t + growth.g1 * (1 + sqrt(n) / t)));
  }
  return bound;
}

Ball product_truncation_bound(const LinearGrowth& f, const LinearGrowth& g, const Ball& reach) {
  if (!certainly(less_equal(2, reach))) return infinite();
  // bound: L5 (E3), L19
  return 2 / sqrt(2 * Ball::pi(kBoundBits)) * exp(-(reach * reach) / 2) *
         (f.g0 * g.g0 / reach + f.g0 * g.g1 + f.g1 * g.g0 + f.g1 * g.g1 * (reach + 1 / reach));
}

TrapezoidGrid choose_grid(const Activation& phi, const Rational& q, unsigned last, long bits, PoleUse poles) {
  require_analytic(phi);
  const Demand demand(q, last, bits, 1);
  const Ball root_q = sqrt(Ball::from(q, kBoundBits));
  const LinearGrowth real_line = phi.growth(Ball(0).with_bits(kBoundBits));
  const double reach = reach_for(real_line, demand);

  TrapezoidGrid grid;
  Ball height, norm;
  double step = 0;
  double cheapest = std::numeric_limits<double>::infinity();
  // Nanoseconds, roughly: what matters is the ratio between a node and a pole.
  const double per_node = 500 + 12.5 * static_cast<double>(last);
  const double per_pole = 10000 + 40.0 * static_cast<double>(last);
  const auto consider = [&](const Ball& line, const LinearGrowth& growth, unsigned lines,
                            const Rational& strip) {
    const double candidate_step = step_for(line.midpoint(), growth, demand);
    const double cost = per_node * reach / candidate_step + per_pole * lines;
    if (cost >= cheapest) return;
    cheapest = cost;
    height = line / root_q;
    norm = norm_factor(growth, root_q, 1);
    step = candidate_step;
    grid.lines = lines;
    grid.strip = strip;
  };

  const std::optional<PoleLattice> lattice = poles == PoleUse::allowed ? phi.poles() : std::nullopt;
  const Rational strip = choose_strip(phi, demand);
  const Ball strip_ball = Ball::from(strip, kBoundBits);
  consider(strip_ball, phi.growth(strip_ball), 0, strip);
  if (lattice) {
    double previous_step = 0;
    for (unsigned lines = 1; lines < 100000; lines += 1 + lines / 8) {
      const Ball line = Ball::pi(kBoundBits) * Ball::from(lattice->safe_line_over_pi * lines, kBoundBits);
      // On these lines phi is bounded as on the real line, a factor z apart, which adds the height.
      // bound: L6
      const LinearGrowth on_line{real_line.g0 + real_line.g1 * line, real_line.g1};
      const double candidate_step = step_for(line.midpoint(), on_line, demand);
      if (candidate_step <= previous_step) break;
      previous_step = candidate_step;
      consider(line, on_line, lines, 0);
    }
  }

  const Ball target = half_of_target(bits);
  for (int attempt = 0;; ++attempt) {
    // Ten significant bits keep the multipliers of the recurrence small.
    grid.step = DyadicStep::at_most(step, 10);
    const Ball discretisation_error = discretisation_bound(height, norm, grid.step.ball(kBoundBits), last);
    if (is_at_most(discretisation_error, target)) {
      grid.error = discretisation_error;
      break;
    }
    if (attempt == kPatience)
      throw PrecisionError("no trapezoidal step reaches the requested accuracy for " + phi.name());
    step *= 1 - 0x1p-8;
  }
  grid.nodes = static_cast<long>(std::ceil(reach / grid.step.approximate()));
  for (int attempt = 0;; ++attempt) {
    const Ball truncation_error =
        truncation_bound(in_z(real_line, root_q), grid.nodes * grid.step.ball(kBoundBits), last);
    if (is_at_most(truncation_error, target)) {
      grid.error += truncation_error;
      return grid;
    }
    if (attempt == kPatience)
      throw PrecisionError("no number of nodes reaches the requested accuracy for " + phi.name());
    grid.nodes += 1 + grid.nodes / 64;
  }
}

TrapezoidWitness trapezoid_witness(const Activation& phi, const Rational& q, unsigned last,
                                   long accuracy_bits, int power) {
  constexpr long kMostNodes = 1'000'000, kMostPrecision = 65'536;
  require_analytic(phi);
  if (q <= 0) throw InputError("the variance q must be positive, not " + to_canonical_text(q));
  if (power != 1 && power != 2) throw InputError("power must be 1 or 2");
  if (power == 2 && last != 0) throw InputError("power 2 is defined for the coefficient n = 0 only");
  if (accuracy_bits < 1 || accuracy_bits > kMostPrecision)
    throw PrecisionError("accuracy must be between 1 and 65536 bits for a certificate");

  // The enclosure must be four times smaller than the interval it has to fit in.
  const long bits = accuracy_bits + 3;
  const Demand demand(q, last, bits, power);
  const Ball root_q = sqrt(Ball::from(q, kBoundBits));
  const LinearGrowth real_line = phi.growth(Ball(0).with_bits(kBoundBits));

  TrapezoidWitness witness;
  witness.strip = choose_strip(phi, demand);
  const Ball height = Ball::from(witness.strip, kBoundBits);
  const LinearGrowth in_strip = phi.growth(height);
  const Ball norm = norm_factor(in_strip, root_q, power);
  const Ball target = half_of_target(bits);
  double step = step_for(height.midpoint(), in_strip, demand) * demand.root_q;
  for (int attempt = 0;; ++attempt) {
    witness.step = round_down_to_bits(step, 10);
    if (is_at_most(
            discretisation_bound(height / root_q, norm, Ball::from(witness.step, kBoundBits) / root_q, last),
            target))
      break;
    if (attempt == kPatience)
      throw PrecisionError("no trapezoidal step reaches the requested accuracy for " + phi.name());
    step *= 1 - 0x1p-8;
  }
  witness.nodes = static_cast<long>(
      std::ceil(reach_for(real_line, demand) * demand.root_q / static_cast<double>(witness.step)));
  for (int attempt = 0;; ++attempt) {
    const Ball reach = witness.nodes * Ball::from(witness.step, kBoundBits) / root_q;
    const LinearGrowth growth = in_z(real_line, root_q);
    const Ball truncation =
        power == 2 ? product_truncation_bound(growth, growth, reach) : truncation_bound(growth, reach, last);
    if (is_at_most(truncation, target)) break;
    if (attempt == kPatience)
      throw PrecisionError("no number of nodes reaches the requested accuracy for " + phi.name());
    witness.nodes += 1 + witness.nodes / 64;
  }
  // Interval versions of the recurrence lose what |h_n(ix)| e^(-x^2/2) <= e^(n/2) gains, 0.72 bits per
  // degree; sums lose log2 of the number of terms; large arguments lose the size of phi.
  const double size = std::log2(2 + real_line.g0.upper() + real_line.g1.upper() * demand.root_q * 8);
  witness.precision =
      bits + 64 +
      static_cast<long>(1.0 * last + 2 * std::log2(static_cast<double>(witness.nodes) + 2) + 2 * size);
  if (witness.nodes > kMostNodes || witness.precision > kMostPrecision)
    throw PrecisionError("the certificate of " + phi.name() + " would need " + std::to_string(witness.nodes) +
                         " nodes at " + std::to_string(witness.precision) +
                         " bits; ask for fewer bits or coefficients");
  return witness;
}

}  // namespace gronwall
