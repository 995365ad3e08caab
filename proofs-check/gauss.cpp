// gauss/1: enclosures of a_n(q) = E[phi(sqrt(q) Z)^power h_n(Z)] by the trapezoidal rule with L4 and L5.

#include <algorithm>

#include "kinds.hpp"

namespace proofs_check {
namespace {

/// The bounds L4 + L5 for one n, from data that are the same for all n. The few bits of a bound are enough.
class Remainder {
 public:
  Remainder(const GaussStatement& s, std::uint64_t nodes, const mpq_class& step, const mpq_class& strip)
      : power_(s.power),
        q_(s.q, bits_),
        root_q_(sqrt(q_)),
        b_(strip, bits_),
        x_(number(step * nodes) / root_q_),
        on_line_(strip_growth(s.phi, number(0))),
        two_over_root_2pi_(sqrt(number(2) / pi(bits_))) {
    // bound: L4, the factors that do not depend on n
    const Growth in_strip = strip_growth(s.phi, b_);
    const Interval norm = in_strip.g0 + in_strip.g1 * root_q_;
    discretisation_ = number(2) * exp(square(b_) / (number(2) * q_)) * (power_ == 2 ? square(norm) : norm) /
                      expm1(number(2) * pi(bits_) * b_ / number(step));
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

std::vector<Interval> trapezoid(const GaussStatement& s, const Value& witness, const Context& context) {
  witness.require({"method", "nodes", "precision", "step", "strip"});
  Budget& budget = context.budget;
  const std::uint64_t nodes = witness["nodes"].count(), top = s.entries.back().n;
  if (nodes > limit::nodes) over_limit("too many nodes");
  const long p = parse_precision(witness);
  const auto words = static_cast<std::uint64_t>(p / 64 + 1);
  const mpq_class step = parse_real(witness["step"].text(), budget),
                  strip = parse_real(witness["strip"].text(), budget);
  if (step <= 0 || !is_dyadic(step) || strip <= 0)
    malformed("step must be positive and dyadic, strip positive");
  budget.memory({s.entries.size() + 8, 2 * static_cast<std::uint64_t>(p) + 1024});
  budget.memory({top + 1, 2 * static_cast<std::uint64_t>(p) + 1024});
  budget.work({nodes + 1, top + 1 + s.entries.size() + 64, words + 16, words / 8 + 16});

  const Remainder remainder(s, nodes, step, strip);
  // He^[q]_n(y) = q^(n/2) He_n(y / sqrt q) obeys H_(n+1) = y H_n - n q H_(n-1).
  const Interval zero(0, p), one(1, p);
  std::vector<Interval> n_q;
  for (std::uint64_t n = 0; n <= top; ++n) n_q.emplace_back(s.q * n, p);
  std::vector<Interval> sums(s.entries.size(), zero);
  for (std::uint64_t j = 0; j <= nodes; ++j) {
    const mpq_class y_exact = step * j;
    const Interval y(y_exact, p), weight = exp(Interval(-y_exact * y_exact / (2 * s.q), p));
    const auto term = [&](const Interval& at) {
      const Interval phi = value(s.phi, at);
      return weight * (s.power == 2 ? square(phi) : phi);
    };
    // The nodes y and -y share H_n(-y) = (-1)^n H_n(y).
    const Interval right = term(y), left = j == 0 ? zero : term(-y);
    const Interval even = right + left, odd = right - left;
    Interval before = zero, h = one;
    for (std::uint64_t n = 0, k = 0; n <= top; ++n) {
      if (s.entries[k].n == n) {
        sums[k] = sums[k] + (n % 2 == 0 ? even : odd) * h;
        ++k;
      }
      Interval next = y * h - n_q[n] * before;
      before = std::move(h);
      h = std::move(next);
    }
  }

  const Interval scale = Interval(step, p) / sqrt(Interval(2 * s.q, p) * pi(p));
  Interval norm = one, factorial(1, 128);  // n! q^n and n!
  for (std::uint64_t n = 0, k = 0; n <= top; ++n) {
    if (n > 0) norm = norm * n_q[n], factorial = factorial * Interval(n, 128);
    if (s.entries[k].n != n) continue;
    // An exact zero would otherwise be enclosed by the error of the rule.
    const bool is_zero = s.power == 1 && vanishes_by_parity(s.phi, n);
    sums[k] = is_zero ? zero : sums[k] * scale / sqrt(norm) + symmetric(remainder.bound(n, factorial));
    ++k;
  }
  context.rely_on({1, 2, 3, 4, 5});
  return sums;
}

const GaussStatement::Entry* GaussStatement::find(std::uint64_t n) const {
  const auto at = std::lower_bound(entries.begin(), entries.end(), n,
                                   [](const Entry& e, std::uint64_t m) { return e.n < m; });
  return at != entries.end() && at->n == n ? &*at : nullptr;
}

long parse_precision(const Value& witness) {
  const std::uint64_t bits = witness["precision"].count();
  if (bits > limit::precision) over_limit("precision is too high");
  if (bits < 2) malformed("precision must be at least 2 bits");
  return static_cast<long>(bits);
}

GaussStatement parse_gauss_statement(const Value& statement, Budget& budget) {
  statement.require({"activation", "coefficients", "power", "q"});
  GaussStatement s{parse_activation(statement["activation"].text(), budget),
                   parse_real(statement["q"].text(), budget),
                   statement["power"].count(),
                   {}};
  for (const Value& entry : statement["coefficients"].list()) {
    entry.require({"hi", "lo", "n"});
    const std::uint64_t n = entry["n"].count();
    if (!s.entries.empty() && n <= s.entries.back().n) malformed("the indices n must strictly increase");
    s.entries.push_back({n, parse_real(entry["lo"].text(), budget), parse_real(entry["hi"].text(), budget)});
  }
  if (s.entries.empty()) malformed("gauss/1 without coefficients says nothing");
  if (s.q <= 0) malformed("q must be positive");
  if (s.power != 1 && (s.power != 2 || s.entries.back().n != 0))
    malformed("power is 1, or 2 with n = 0 alone");
  return s;
}

std::string check_gauss(const Value& statement, const Value& witness, const Context& context) {
  const GaussStatement s = parse_gauss_statement(statement, context.budget);
  const std::string& method = witness["method"].text();
  if (method != "trapezoid" && method != "closed-form") malformed("unknown method " + method.substr(0, 40));
  const std::vector<Interval> found =
      method == "trapezoid" ? trapezoid(s, witness, context) : closed_forms(s, witness, context);
  for (std::size_t k = 0; k < found.size(); ++k) {
    const auto& [n, lo, hi] = s.entries[k];
    if (!found[k].inside(lo, hi))
      not_verified("coefficient n = " + std::to_string(n) + " is enclosed by " + found[k].text() +
                   ", not within the claimed " + between(lo, hi, 128).text());
  }
  return std::to_string(found.size()) + " Hermite coefficient(s) of " + s.phi.name +
         (s.power == 2 ? "^2" : "") + " at q = " + spell(s.q) +
         ", the last n = " + std::to_string(s.entries.back().n);
}

}  // namespace proofs_check
