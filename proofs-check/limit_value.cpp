// limit-value/1 and correlation/1: the limit kernel at one rho (L43-L50), and the correlation map (L55).

#include "kinds.hpp"
#include "limit_grid.hpp"

namespace proofs_check {
namespace {

/// The lower triangle that begins at `offset`, in full.
Vector matrix_of(const Array& array, std::size_t offset, long scale, std::size_t n) {
  Vector lower;
  for (std::size_t i = 0; i < n * (n + 1) / 2; ++i)
    lower.push_back(scaled(array.wide[offset + i], scale, limit_bits));
  return from_triangle(lower, n);
}

LimitValues prove_on_grid(const LimitModel& model, const mpq_class& rho, const Value& witness,
                          const Context& context) {
  const Grid grid = parse_grid(witness, 0, context);
  NodeValues values;
  LimitProver prover(model, grid.modes, path_bounds(model, grid.modes, grid.order, context), grid.rule(),
                     values, context);
  const Vector state = grid.state_matrix();
  prover.prove_variances(state, prover.expand(diagonal(state)));
  return prove_values(prover, rho, {grid.field(0), grid.field(1), grid.field(2)});
}

}  // namespace

Vector Grid::state_matrix() const {
  return matrix_of(state, 0, state_scale, size());
}
Vector Grid::field(std::size_t which) const {
  return matrix_of(values, which * (size() * (size() + 1) / 2), values_scale, size());
}

mpq_class parse_cosine(const Value& statement, Budget& budget) {
  mpq_class rho = parse_real(statement["rho"].text(), budget);
  if (abs(rho) > 1) malformed("|rho| must be at most 1");
  if (bits(rho) > limit::model_bits) over_limit("rho has too many digits");
  return rho;
}

std::string in_words(const LimitModel& model) {
  return model.phi.name + " at sigma_w T = " + spell(model.tau) + ", sigma_u^2/d = " + spell(model.c0);
}

Grid parse_grid(const Value& witness, std::uint64_t coefficients, const Context& context) {
  witness.require({"modes", "order", "panels", "state", "values"});
  Grid grid{parse_modes(witness["modes"], context.budget),
            witness["panels"].count(),
            witness["order"].count(),
            {},
            {},
            0,
            0};
  if (grid.panels == 0 || grid.order == 0) malformed("the grid has no nodes");
  if (grid.order > limit::order || grid.panels > limit::grid || grid.size() > limit::grid)
    over_limit("the grid has too many nodes");
  const std::uint64_t pairs = grid.size() * (grid.size() + 1) / 2;
  std::vector<std::uint64_t> shape{3, pairs};
  if (coefficients != 0) shape.push_back(coefficients);
  const auto load = [&](const char* key, const std::vector<std::uint64_t>& expected, long& scale) {
    const Value& value = witness[key].require({"entries", "scale"});
    scale = parse_exponent(value["scale"].text(), context.budget);
    if (scale < -100 || scale > 0) over_limit("nodal values are integers in units of 2^-100 to 1");
    Array array = context.load(value["entries"]);
    if (array.dtype != Dtype::i8 || array.shape != expected)
      malformed("the nodal values do not have the shape of the grid");
    return array;
  };
  grid.state = load("state", {pairs}, grid.state_scale);
  grid.values = load("values", shape, grid.values_scale);
  return grid;
}

void require_value(const Value& claimed, const Interval& found, const std::string& name,
                   const Context& context) {
  claimed.require({"radius", "value"});
  const mpq_class radius = parse_real(claimed["radius"].text(), context.budget),
                  value = parse_real(claimed["value"].text(), context.budget);
  if (radius < 0) malformed("a radius must not be negative");
  if (!found.inside(value - radius, value + radius))
    not_verified(name + " is enclosed by " + found.text() + ", not within the claimed radius " +
                 decimal_below(radius) + " of " + decimal_below(value));
}

std::string check_limit_value(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"T", "activation", "c0", "quantities", "rho", "sigma_w"});
  const LimitModel model = parse_limit_model(statement, context.budget);
  const mpq_class rho = parse_cosine(statement, context.budget);
  const Value& claimed = statement["quantities"].require({"C", "K", "K_U", "K_W", "Sigma", "q"});
  const LimitValues found = prove_on_grid(model, rho, witness, context);
  require_value(claimed["C"], found.C, "C(1,1)", context);
  require_value(claimed["K"], found.K, "K_inf", context);
  require_value(claimed["K_U"], found.K_U, "K^U", context);
  require_value(claimed["K_W"], found.K_W, "K^W", context);
  require_value(claimed["Sigma"], found.Sigma, "Sigma*", context);
  require_value(claimed["q"], found.q, "q(1)", context);
  return "the infinite-width kernel of " + in_words(model) + ", rho = " + spell(rho) +
         ": K_inf/sigma_v^2 in " + found.K.text();
}

std::string check_correlation(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"T", "activation", "c0", "sigma_w"});
  const LimitModel model = parse_limit_model(statement, context.budget);
  const LimitValues found = prove_on_grid(model, 1, witness, context);
  if (!coherent_from(model.phi)) not_verified(model.phi.name + " is not in the table of L52");
  // bound: L55
  const Interval slope = found.y / found.q;
  const unsigned order = possible_orders(slope, Interval(1, limit_bits));
  const bool contracts = context.report.verdict == "proved";
  if (contracts ? (order & greater) != 0 : order != greater)
    not_verified("r'(1) is enclosed by " + slope.text());
  context.rely_on({51, 52, 55});
  return "the correlation map of " + in_words(model) +
         (contracts ? " nowhere decreases the correlation: " : " decreases correlations near 1: ") +
         "r'(1) in " + slope.text();
}

}  // namespace proofs_check
