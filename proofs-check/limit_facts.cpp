// limit-spd/1, variance-growth/1 and limit-structure/1: what L43, L52, L53 and L54 say without any number.

#include "kinds.hpp"
#include "limit_grid.hpp"

namespace proofs_check {

// bound: L53
std::string check_limit_spd(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "set"});
  const std::uint64_t derivative = witness.require({"derivative"})["derivative"].count();
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const std::string& set = statement["set"].text();
  if (set != "distinct" && set != "no-antipodal-pair") malformed("unknown set " + set.substr(0, 40));
  const std::optional<std::uint64_t> k = coherent_from(phi);
  if (!k) not_verified(phi.name + " is not in the table of L52");
  if (*k != derivative) not_verified("the derivative of L52 is k = " + std::to_string(*k));
  const bool proved = context.report.verdict == "proved", all = set == "distinct", odd = is_odd(phi);
  if (proved ? all && odd : !all || !odd)
    not_verified(odd ? phi.name + " is odd: its kernel is singular exactly on sets with an antipodal pair"
                     : "the kernel of " + phi.name + " is positive definite");
  context.rely_on({43, 51, 52, 53});
  const std::string whose = "the infinite-width kernel of " + phi.name;
  return proved
             ? whose + " is strictly positive definite on every finite set of distinct points of the sphere" +
                   (all ? "" : " without antipodal pairs") + ", for every T, sigma_w and sigma_u^2/d > 0"
             : whose + " is singular on every antipodal pair, for every T, sigma_w and sigma_u^2/d > 0";
}

// bound: L54
std::string check_variance_growth(const Value& statement, const Value& witness, const Context& context) {
  witness.require({});
  const Activation phi =
      parse_activation(statement.require({"activation"})["activation"].text(), context.budget);
  context.rely_on({43, 52, 54});
  if (context.report.verdict == "proved") {
    const std::optional<mpq_class> slope = linear_plus_even(phi);
    if (!coherent_from(phi) || !slope || *slope == 0)
      not_verified(phi.name + " has no linear part s z with an even rest, or is not in the table of L52");
    return "Sigma* of " + phi.name + " is at least " + spell(mpq_class(*slope * *slope)) +
           " C0 I_0(2 s sigma_w T), s = " + spell(*slope) + ": it grows exponentially with T";
  }
  switch (phi.family) {
    case Family::sigmoid:
    case Family::tanh:
    case Family::erf:
    case Family::sin:
    case Family::cos:
    case Family::gaussian:
      return "Sigma* of " + phi.name + " is at most 1 for every T";
    default:
      not_verified(phi.name + " is not bounded by 1");
  }
}

// bound: L43
std::string check_limit_structure(const Value& statement, const Value& witness, const Context& context) {
  witness.require({});
  context.rely_on({43});
  const std::string& property = statement["property"].text();
  if (property == "ntk-above-nngp") {
    statement.require({"property"});
    return "K_inf - Sigma* is positive semidefinite for every Lipschitz activation";
  }
  if (property != "scale-invariance") malformed("unknown property " + property.substr(0, 40));
  const std::vector<Value>& configurations =
      statement.require({"configurations", "property"})["configurations"].list();
  if (configurations.size() < 2) malformed("at least two configurations are compared");
  std::optional<mpq_class> tau;
  for (const Value& pair : configurations) {
    if (pair.list().size() != 2) malformed("a configuration is T and sigma_w");
    const mpq_class time = parse_real(pair.list()[0].text(), context.budget),
                    sigma = parse_real(pair.list()[1].text(), context.budget);
    if (time <= 0 || sigma <= 0) malformed("T and sigma_w must be positive");
    if (tau && *tau != time * sigma) not_verified("the configurations differ in sigma_w T");
    tau = time * sigma;
  }
  return "the infinite-width kernels agree for all " + std::to_string(configurations.size()) +
         " configurations (T, sigma_w): sigma_w T = " + spell(*tau);
}

}  // namespace proofs_check
