// gauss/1: enclosures of a_n(q) = E[phi(sqrt(q) Z)^power h_n(Z)] by the trapezoidal rule with L4 and L5.

#include <algorithm>

#include "kinds.hpp"
#include "quadrature.hpp"

namespace proofs_check {

std::vector<Interval> trapezoid(const GaussStatement& s, const Value& witness, const Context& context) {
  witness.require({"method", "nodes", "precision", "step", "strip"});
  std::vector<std::uint64_t> orders;
  for (const GaussStatement::Entry& entry : s.entries) orders.push_back(entry.n);
  return gaussian_means(s.phi, s.power, parse_trapezoid(witness, context.budget), {s.q}, orders, context)[0];
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
