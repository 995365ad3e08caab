#include "limit_path.hpp"

#include <algorithm>

namespace proofs_check {
namespace {

constexpr long limit_precision = 128;
Interval number(const mpq_class& x) {
  return Interval(x, limit_precision);
}

/// R = x_J and m_0 = B_J of L45.
struct Variance {
  mpq_class deviation;
  Interval mean;
};

// bound: L45
Variance bound_variance(const LimitModel& model, const Modes& modes, const Interval& s1,
                        const Context& context) {
  constexpr std::size_t batch = 64, most_points = 8192;
  Trapezoid rule = modes.rule;
  rule.precision = 96;  // a few digits of M are enough
  mpq_class step = power_of_two(-8);
  while (step * step * power_of_two(18) <= model.c0) step *= 2;
  const mpq_class start = least(sqrt(number(model.c0)));  // at most sqrt(c0), so its X is 0
  const Interval tau = number(model.tau), half_step = number(step / 2);
  Interval reached = number(0), mean = number(0), time = number(0);
  for (std::size_t first = 0; first < most_points; first += batch) {
    std::vector<mpq_class> variances;
    for (std::size_t j = first; j < first + batch; ++j) {
      const mpq_class x = start + step * j;
      variances.push_back(x * x);
    }
    const auto squares = gaussian_means(model.phi, 2, rule, variances, {0}, context);
    for (std::size_t k = 0; k < batch; ++k) {
      mean = max(mean, sqrt(max(squares[k][0], number(0))));
      if (first + k == 0) continue;
      const Interval excess = number(variances[k] - model.c0), next = sqrt(max(excess, number(0))) / tau,
                     bound = mean + s1 * half_step;
      time = time + (next - reached) / bound;
      reached = next;
      if (!(possible_orders(time, number(1)) & less)) return {start + step * (first + k), bound};
    }
  }
  not_verified("no bound of the variance: it grows too far");
}

/// The coefficients of x^0, x^1, ... of phi^(i)(h) along the path, bounded in L2: m_k or m'_k of L46 from
/// sigma.
class Composition {
 public:
  Composition(const std::vector<Interval>& s, std::size_t order, std::size_t shift)
      : s_(s), shift_(shift), powers_(order + 1, std::vector<Interval>(order + 1, number(0))) {
    Interval odd = number(1), factorial = number(1);  // (2j-1)!! and j!
    for (std::size_t j = 1; j <= order; ++j) {
      odd = odd * number(2 * j - 1);
      factorial = factorial * number(j);
      factors_.push_back(s_[j + shift_] * sqrt(odd) / factorial);
    }
  }
  /// The coefficient of x^k for k = 1, 2, ... on successive calls, from sigma_1, ..., sigma_k.
  Interval next(const std::vector<Interval>& sigma) {
    const std::size_t k = ++k_;
    powers_[1][k] = sigma[k];
    Interval sum = factors_[0] * sigma[k];
    for (std::size_t j = 2; j <= k; ++j) {
      Interval entry = scaled(0, 0, limit_precision);
      for (std::size_t i = 1; i + j - 1 <= k; ++i) entry.add_product(sigma[i], powers_[j - 1][k - i]);
      sum.add_product(factors_[j - 1], entry);
      powers_[j][k] = std::move(entry);
    }
    return sum;
  }

 private:
  std::size_t k_ = 0;
  const std::vector<Interval>& s_;
  std::size_t shift_;
  std::vector<Interval> factors_;
  std::vector<std::vector<Interval>> powers_;  // [x^k] (sum sigma_i x^i)^j
};

/// sum_i a_i b_(k-i)
Interval convolution(const std::vector<Interval>& a, const std::vector<Interval>& b, std::size_t k) {
  Interval sum = scaled(0, 0, limit_precision);
  for (std::size_t i = 0; i <= k; ++i) sum.add_product(a[i], b[k - i]);
  return sum;
}

}  // namespace

LimitModel parse_limit_model(const Value& statement, Budget& budget) {
  const mpq_class time = parse_real(statement["T"].text(), budget),
                  sigma = parse_real(statement["sigma_w"].text(), budget),
                  c0 = parse_real(statement["c0"].text(), budget);
  if (time <= 0 || sigma <= 0 || c0 <= 0) malformed("T, sigma_w and c0 must be positive");
  if (bits(time) + bits(sigma) + bits(c0) > limit::model_bits)
    over_limit("T, sigma_w and c0 have too many digits");
  return {parse_activation(statement["activation"].text(), budget), time * sigma, c0};
}

Modes parse_modes(const Value& value, Budget& budget) {
  value.require({"nodes", "precision", "step", "strip", "terms"});
  const Modes modes{parse_trapezoid(value, budget), value["terms"].count()};
  if (modes.terms < 2) malformed("at least two terms are needed");
  if (modes.terms > limit::terms) over_limit("too many terms");
  return modes;
}

// bound: L44
std::vector<Interval> derivative_bounds(const Activation& phi, std::uint64_t top, long p) {
  const auto exactly = [p](const mpq_class& x) { return Interval(x, p); };
  const Interval one = exactly(1), two = exactly(2), circle = pi(p);
  // Gamma(j/2) from j = 1, and G_j from j = 2
  std::vector<Interval> half_gamma{one, sqrt(circle), one}, g{one, one};
  Interval pi_power = circle, factorial = one, half_power = exactly(mpq_class(1, 2));  // pi^j, (j-1)!, 2^-j
  for (std::uint64_t j = 3; j <= top + 2; ++j)
    half_gamma.push_back(exactly(mpq_class(j - 2) / 2) * half_gamma[j - 2]);
  for (std::uint64_t j = 2; j <= top + 1; ++j) {
    pi_power = pi_power * circle;
    factorial = factorial * exactly(j - 1);
    half_power = half_power * exactly(mpq_class(1, 2));
    g.push_back(two * (one - half_power) * factorial * zeta(j, p) / pi_power);
  }
  std::vector<Interval> s{exactly(0)};
  for (std::uint64_t j = 1; j <= top; ++j) {
    const auto order = static_cast<long>(j);
    if (j <= 2) {
      s.push_back(j == 1 ? lipschitz(phi, p) : lipschitz_of_derivative(phi, p));
      continue;
    }
    switch (phi.family) {
      case Family::softplus:
        s.push_back(g[j]);
        break;
      case Family::sigmoid:
        s.push_back(g[j + 1]);
        break;
      case Family::tanh:
        s.push_back(power(two, order + 1) * g[j + 1]);
        break;
      case Family::silu:
        s.push_back(exactly(j) * g[j]);
        break;
      case Family::erf:
        s.push_back(power(two, order) * half_gamma[j] / circle);
        break;
      case Family::gaussian:
        s.push_back(power(sqrt(two), order) * half_gamma[j + 1] / sqrt(circle));
        break;
      case Family::gelu:
        s.push_back((power(sqrt(two), order - 1) * half_gamma[j - 1] +
                     power(sqrt(two), order + 1) * half_gamma[j + 1]) /
                    (two * circle));
        break;
      case Family::sin:
      case Family::cos:
        s.push_back(one);
        break;
      default:
        not_verified("the derivatives of " + phi.name + " are not bounded by L44");
    }
  }
  return s;
}

PathBounds path_bounds(const LimitModel& model, const Modes& modes, std::uint64_t order,
                       const Context& context) {
  const std::uint64_t top = std::max({order + 1, modes.terms, std::uint64_t{3}});
  context.budget.memory({top + order * order + 64, 4096});
  context.budget.work({top + order * order * order + 64, 256});
  PathBounds bounds{0,         number(0), derivative_bounds(model.phi, top, limit_precision),
                    number(0), number(0), number(0)};
  const Interval& s1 = bounds.s[1];
  const Variance found = bound_variance(model, modes, s1, context);
  bounds.variance = found.deviation * found.deviation;
  bounds.mean = found.mean;

  // bound: L46
  const Interval tau = number(model.tau), growth = exp(tau * s1), half = number(mpq_class(1, 2));
  std::vector<Interval> sigma{number(0)}, m{found.mean}, m_prime{s1};
  std::vector<Interval> dy{sqrt(number(model.c0)) * (growth + inverse(growth)) * half},
      dz{found.mean / s1 * (growth - inverse(growth)) * half}, ny, g;
  Composition value(bounds.s, order, 0), slope(bounds.s, order, 1);
  for (std::uint64_t k = 0;; ++k) {
    ny.push_back(convolution(m_prime, dy, k));
    g.push_back(sqrt(square(m[k]) + square(convolution(m_prime, dz, k))));
    if (k == order) break;
    const Interval rate = tau / number(k + 1);
    sigma.push_back(rate * m[k]);
    dy.push_back(rate * ny[k]);
    dz.push_back(rate * g[k]);
    m.push_back(value.next(sigma));
    m_prime.push_back(slope.next(sigma));
  }
  bounds.value = m[order] * m[0];
  bounds.state = ny[order] * ny[0];
  bounds.both = g[order] * g[0];
  context.rely_on({44, 45, 46});
  return bounds;
}

}  // namespace proofs_check
