// well-posed/1: phi is Lipschitz (L26), so the Neural ODE and its adjoint have exactly one solution (L35).

#include "kinds.hpp"

namespace proofs_check {

std::string check_well_posed(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "lipschitz"});
  witness.require({});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const mpq_class c = parse_real(statement["lipschitz"].text(), context.budget);
  const Interval least = lipschitz(phi, 128);
  // Only `least <= c` may be concluded, whatever the enclosure of an irrational constant.
  if (possible_orders(Interval(c, 128), least) & less)
    not_verified("the Lipschitz constant of " + phi.name + " is enclosed by " + least.text());
  context.rely_on({26, 35});
  return phi.name + " is Lipschitz with constant " + spell(c) +
         ": the Neural ODE has exactly one solution for every T, weights and input, and so has its adjoint";
}

}  // namespace proofs_check
