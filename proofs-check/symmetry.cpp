// gauss-zero/1 and singular/1: consequences of the exact identities of activation.hpp.

#include <map>

#include "kinds.hpp"

namespace proofs_check {
namespace {

/// Does the table of activation.hpp hold this identity for phi?
bool holds(const std::string& identity, const Activation& phi) {
  if (identity == "even") return is_even(phi);
  if (identity == "odd") return is_odd(phi);
  if (identity == "linear-plus-even") return linear_plus_even(phi).has_value();
  if (identity == "constant-plus-odd") return constant_plus_odd(phi).has_value();
  malformed("unknown identity " + identity.substr(0, 40));
}

using Vector = std::vector<mpz_class>;

Vector parse_vector(const Value& list, Budget& budget) {
  Vector x;
  for (const Value& component : list.list()) x.push_back(parse_integer(component.text(), budget));
  return x;
}

}  // namespace

std::string check_gauss_zero(const Value& statement, const Value& witness, const Context& context) {
  const std::string& kind = statement["class"].text();
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const std::string& identity = witness.require({"identity"})["identity"].text();
  std::string needed, meaning;
  if (kind == "odd" || kind == "even") {
    // The odd coefficients of an even function vanish, and the even ones of an odd function.
    statement.require({"activation", "class"});
    needed = kind == "odd" ? "even" : "odd";
    meaning = "every " + kind + " Hermite coefficient of " + phi.name + " vanishes";
  } else if (kind == "odd-from-3") {
    statement.require({"activation", "class", "slope"});
    const mpq_class slope = parse_real(statement["slope"].text(), context.budget);
    if (slope == 0) malformed("the slope must not be 0: use class odd");
    needed = "linear-plus-even";
    if (holds(needed, phi) && *linear_plus_even(phi) != slope)
      not_verified("the slope is " + spell(*linear_plus_even(phi)));
    meaning = "a_1 = " + spell(slope) + " sqrt(q) is the only odd Hermite coefficient of " + phi.name;
  } else if (kind == "even-from-2") {
    statement.require({"activation", "class", "constant"});
    const mpq_class constant = parse_real(statement["constant"].text(), context.budget);
    if (constant == 0) malformed("the constant must not be 0: use class even");
    needed = "constant-plus-odd";
    if (holds(needed, phi) && *constant_plus_odd(phi) != constant)
      not_verified("the constant is " + spell(*constant_plus_odd(phi)));
    meaning = "a_0 = " + spell(constant) + " is the only even Hermite coefficient of " + phi.name;
  } else {
    malformed("unknown class " + kind.substr(0, 40));
  }
  const bool known = holds(identity, phi);
  if (identity != needed || !known)
    not_verified("identity " + needed + " is needed; " + identity + (known ? " holds" : " fails") + " for " +
                 phi.name);
  return meaning + ", for every q > 0";
}

// bound: L17
std::string check_singular(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "points"});
  witness.require({"identity", "vector"});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const Vector weights = parse_vector(witness["vector"], context.budget);
  std::vector<Vector> points;
  for (const Value& point : statement["points"].list()) points.push_back(parse_vector(point, context.budget));
  if (points.empty() || weights.size() != points.size())
    malformed("one weight a point is needed, and at least one point");

  const std::string& identity = witness["identity"].text();
  if (!holds(identity, phi)) not_verified("identity " + identity + " fails for " + phi.name);
  const bool rest_is_odd = identity == "odd" || identity == "constant-plus-odd";
  const mpq_class slope = rest_is_odd ? mpq_class(0) : *linear_plus_even(phi);
  const mpq_class constant = rest_is_odd ? *constant_plus_odd(phi) : mpq_class(0);

  Vector weighted_sum(points[0].size());
  mpz_class total = 0, first_norm = 0;
  bool all_zero = true;
  std::map<Vector, int> seen;
  std::map<Vector, mpz_class> classes;  // by the larger of x and -x
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Vector& x = points[i];
    if (x.size() != points[0].size()) malformed("points of different dimension");
    Vector minus;
    mpz_class norm = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      minus.push_back(-x[k]);
      norm += x[k] * x[k];
      weighted_sum[k] += weights[i] * x[k];
    }
    if (i == 0) first_norm = norm;
    if (norm == 0 || norm != first_norm) not_verified("the points must have equal, non-zero norms");
    if (++seen[x] > 1) not_verified("point " + std::to_string(i) + " occurs twice");
    const bool flipped = x < minus;
    classes[flipped ? minus : x] += rest_is_odd && flipped ? mpz_class(-weights[i]) : weights[i];
    total += weights[i];
    all_zero = all_zero && weights[i] == 0;
  }
  if (all_zero) not_verified("the null vector is zero");
  for (const auto& [x, sum] : classes)
    if (sum != 0) not_verified("the weights do not cancel on a pair x, -x");
  for (const mpz_class& component : weighted_sum)
    if (slope * component != 0) not_verified("the weighted points do not sum to 0");
  if (constant * total != 0) not_verified("the weights do not sum to 0");
  context.rely_on({17});
  return "the Gram matrix of " + phi.name + " on the " + std::to_string(points.size()) +
         " points is singular, for every q > 0";
}

}  // namespace proofs_check
