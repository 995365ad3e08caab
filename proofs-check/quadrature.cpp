// Gaussian means by the trapezoidal rule with L4 and L5.

#include "quadrature.hpp"

#include "kinds.hpp"
#include "matrix.hpp"

namespace proofs_check {
namespace {

/// The bounds L4 + L5 for one n, from data that are the same for all n. The few bits of a bound are enough.
class Remainder {
 public:
  Remainder(const Activation& phi, std::uint64_t power, const mpq_class& q, const Trapezoid& rule)
      : power_(power),
        q_(q, bits_),
        root_q_(sqrt(q_)),
        b_(rule.strip, bits_),
        x_(number(rule.step * rule.nodes) / root_q_),
        on_line_(strip_growth(phi, number(0))),
        two_over_root_2pi_(sqrt(number(2) / pi(bits_))) {
    // bound: L4, the factors that do not depend on n
    const Growth in_strip = strip_growth(phi, b_);
    const Interval norm = in_strip.g0 + in_strip.g1 * root_q_;
    discretisation_ = number(2) * exp(square(b_) / (number(2) * q_)) * (power_ == 2 ? square(norm) : norm) /
                      expm1(number(2) * pi(bits_) * b_ / number(rule.step));
  }

  /// A bound of |a_n - truncated sum|; `factorial` encloses n!.
  Interval bound(std::uint64_t n, const Interval& factorial) const {
    const Interval order = number(n), root_n = sqrt(order);
    // bound: L4
    return discretisation_ * exp(b_ * root_n / root_q_) +
           (power_ == 2 ? tail_of_square() : tail(n, order, root_n, factorial));
  }

 private:
  static constexpr long bits_ = 128;
  static Interval number(const mpq_class& x) { return Interval(x, bits_); }
  static bool at_least(const Interval& x, long k) { return !(possible_orders(x, number(k)) & less); }

  // bound: L5, the smaller of E1 and E2
  Interval tail(std::uint64_t n, const Interval& order, const Interval& root_n,
                const Interval& factorial) const {
    const Interval t = x_ - root_n;
    const bool use_1 = at_least(x_, 2), use_2 = at_least(t, 1) && at_least(x_, 1);
    if (!use_1 && !use_2)
      not_verified("too few nodes: neither E1 nor E2 of L5 applies to n = " + std::to_string(n));
    Interval e1 = number(0), e2 = number(0);
    if (use_1)
      e1 = two_over_root_2pi_ * number(mpq_class(10865, 10000)) * exp(-square(x_) / number(4)) * number(2) *
           (on_line_.g0 / x_ + on_line_.g1 * root_q_);
    if (use_2) {
      // c_n e^n = sqrt(n! e^(2n) / n^n)
      const Interval scale = n == 0 ? number(1) : sqrt(factorial * exp(order * (number(2) - log(order))));
      e2 = two_over_root_2pi_ * scale * exp(-square(t) / number(2)) *
           (on_line_.g0 / t + on_line_.g1 * root_q_ * (number(1) + root_n / t));
    }
    return use_1 && use_2 ? min(e1, e2) : use_1 ? e1 : e2;
  }
  // bound: L5, E3
  Interval tail_of_square() const {
    if (!at_least(x_, 2)) not_verified("too few nodes: E3 of L5 does not apply");
    const Interval &g0 = on_line_.g0, &g1 = on_line_.g1;
    return two_over_root_2pi_ * exp(-square(x_) / number(2)) *
           (square(g0) / x_ + number(2) * g0 * g1 * root_q_ + square(g1) * q_ * (x_ + inverse(x_)));
  }

  std::uint64_t power_;
  Interval q_, root_q_, b_, x_;  // x_ = K delta / sqrt(q)
  Growth on_line_;
  Interval two_over_root_2pi_, discretisation_ = Interval(0, bits_);
};

}  // namespace

Trapezoid parse_trapezoid(const Value& witness, Budget& budget) {
  Trapezoid rule{witness["nodes"].count(), parse_real(witness["step"].text(), budget),
                 parse_real(witness["strip"].text(), budget), parse_precision(witness)};
  if (rule.nodes > limit::nodes) over_limit("too many nodes");
  if (rule.step <= 0 || !is_dyadic(rule.step) || rule.strip <= 0)
    malformed("step must be positive and dyadic, strip positive");
  return rule;
}

std::vector<std::vector<Interval>> gaussian_means(const Activation& phi, std::uint64_t power,
                                                  const Trapezoid& rule,
                                                  const std::vector<mpq_class>& variances,
                                                  const std::vector<std::uint64_t>& orders,
                                                  const Context& context, NodeValues* known) {
  const long p = rule.precision;
  const std::uint64_t top = orders.back(), words = static_cast<std::uint64_t>(p / 64 + 1);
  context.budget.memory(
      {variances.size(), top + orders.size() + 9, 2 * static_cast<std::uint64_t>(p) + 1024});
  context.budget.work(
      {variances.size(), rule.nodes + 1, top + 1 + orders.size() + 64, words + 16, words / 8 + 16});

  // He^[q]_n(y) = q^(n/2) He_n(y / sqrt q) obeys H_(n+2) = (y^2 - (2n+1) q) H_n - n (n-1) q^2 H_(n-2), for
  // even n and for odd n on its own (from H_(n+1) = y H_n - n q H_(n-1), used three times).
  struct Parity {
    std::vector<std::size_t> wanted;  ///< indices of the orders of this parity that do not vanish
    std::uint64_t last = 0;           ///< the largest of them
  };
  Parity parities[2];
  for (std::size_t k = 0; k < orders.size(); ++k)
    if (power == 2 || !vanishes_by_parity(phi, orders[k])) {
      Parity& parity = parities[orders[k] % 2];
      parity.wanted.push_back(k), parity.last = orders[k];
    }
  const Interval zero(0, p), one(1, p);
  std::vector<Vector> shift(variances.size()), factor(variances.size()), sums(variances.size());
  for (std::size_t i = 0; i < variances.size(); ++i) {
    const mpq_class& q = variances[i];
    for (std::uint64_t n = 0; n <= top; ++n) {
      shift[i].emplace_back(q * (2 * n + 1), p);
      factor[i].push_back(n < 2 ? zero : Interval(-q * q * (n * (n - 1)), p));
    }
    sums[i] = zeros(orders.size(), p);
  }
  NodeValues own;
  for (std::uint64_t j = 0; j <= rule.nodes; ++j) {
    const mpq_class y_exact = rule.step * j;
    const Interval y(y_exact, p), y_squared(y_exact * y_exact, p);
    const auto term = [&](const Interval& at) {
      const Interval x = value(phi, at);
      return power == 2 ? square(x) : x;
    };
    NodeValues& values = known ? *known : own;
    const std::size_t at = known ? j : 0;
    if (at == values.even.size()) {
      // The nodes y and -y share H_n(-y) = (-1)^n H_n(y).
      const Interval right = term(y), left = j == 0 ? zero : term(-y);
      values.even.push_back(right + left), values.odd.push_back(right - left);
    }
    for (std::size_t i = 0; i < variances.size(); ++i) {
      const Interval weight = exp(Interval(-y_exact * y_exact / (2 * variances[i]), p));
      for (const std::uint64_t odd : {0U, 1U}) {
        const Parity& parity = parities[odd];
        if (parity.wanted.empty()) continue;
        const Interval weighted = weight * (odd == 0 ? values.even : values.odd)[at];
        Interval before = zero, h = odd == 0 ? one : y;
        std::size_t next_wanted = 0;
        for (std::uint64_t n = odd;; n += 2) {
          if (orders[parity.wanted[next_wanted]] == n)
            sums[i][parity.wanted[next_wanted++]].add_product(weighted, h);
          if (n == parity.last) break;
          Interval next = (y_squared - shift[i][n]) * h;
          next.add_product(factor[i][n], before);
          before = std::move(h);
          h = std::move(next);
        }
      }
    }
    if (!known) own.even.clear(), own.odd.clear();
  }

  for (std::size_t i = 0; i < variances.size(); ++i) {
    const Remainder remainder(phi, power, variances[i], rule);
    const Interval scale = Interval(rule.step, p) / sqrt(Interval(2 * variances[i], p) * pi(p));
    Interval norm = one, factorial(1, 128);  // n! q^n and n!
    for (std::uint64_t n = 0, k = 0; n <= top; ++n) {
      if (n > 0) norm = norm * Interval(variances[i] * n, p), factorial = factorial * Interval(n, 128);
      if (orders[k] != n) continue;
      // An exact zero would otherwise be enclosed by the error of the rule.
      if (power == 2 || !vanishes_by_parity(phi, n))
        sums[i][k] = sums[i][k] * scale / sqrt(norm) + symmetric(remainder.bound(n, factorial));
      ++k;
    }
  }
  context.rely_on({1, 2, 3, 4, 5});
  return sums;
}

}  // namespace proofs_check
