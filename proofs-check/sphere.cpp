// sphere-spd/1: strict positive definiteness on every set of N points of the sphere, from one or two
// coefficients.

#include "kinds.hpp"

namespace proofs_check {

std::string check_sphere_spd(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "points", "q", "set"});
  witness.require({"gauss", "indices"});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const mpq_class q = parse_real(statement["q"].text(), context.budget);
  const std::uint64_t points = statement["points"].count();
  const std::string& set = statement["set"].text();
  if (points == 0) malformed("a set of no points");
  if (set != "distinct" && set != "no-antipodal-pair")
    malformed("unknown class of sets " + set.substr(0, 40));

  const GaussStatement gauss = context.use_gauss(witness["gauss"], phi, q, 1);
  std::vector<std::uint64_t> indices;
  for (const Value& index : witness["indices"].list()) {
    indices.push_back(index.count());
    const GaussStatement::Entry* a = gauss.find(indices.back());
    if (a == nullptr || (a->lo <= 0 && a->hi >= 0))
      not_verified("coefficient " + std::to_string(indices.back()) + " is not proved different from 0");
  }
  if (set == "no-antipodal-pair") {
    // bound: L14
    if (indices.size() != 1) malformed("one index is needed");
    if (indices[0] + 1 < points) not_verified("the index must be at least N - 1");
    context.rely_on({8, 9, 14});
  } else {
    // bound: L15
    if (indices.size() != 2 || indices[0] >= indices[1]) malformed("two increasing indices are needed");
    if ((indices[0] + indices[1]) % 2 == 0) not_verified("the indices must be of different parity");
    if (indices[0] + 1 < points / 2) not_verified("the indices must be at least floor(N/2) - 1");
    context.rely_on({8, 9, 15});
  }
  return "the kernel of " + phi.name + " at q = " + spell(q) +
         " is strictly positive definite on every set of " + std::to_string(points) +
         (set == "distinct" ? " distinct points" : " points without antipodal pair") +
         " of every sphere in dimension >= 2";
}

}  // namespace proofs_check
