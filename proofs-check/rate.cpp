// rate/1: the gradient of the depth-L net, by backpropagation in intervals, against that of the Neural ODE.

#include "flow.hpp"
#include "kinds.hpp"

namespace proofs_check {
namespace {

/// h^L, lambda^0 and the W-block of the depth-L net.
struct Net {
  Vector end_value;  ///< phi(h^L)
  Vector start_adjoint;
  Matrix dW;
};

// bound: L37
Net run_net(const Activation& phi, const Flow& flow, std::uint64_t depth) {
  const Model& model = flow.model;
  const std::size_t n = model.n;
  const Interval step = model.T * model.scale_w / Interval(depth, model.precision);  // kappa sigma_w / sqrt n
  std::vector<Vector> value(depth + 1), slope(depth + 1);
  Vector h = model.initial_state(), product = zeros(n, model.precision);
  for (std::uint64_t l = 0;; ++l) {
    evaluate(phi, flow.l2, h, value[l], slope[l]);
    if (l == depth) break;
    multiply(model.W, value[l], product);
    for (std::size_t i = 0; i < n; ++i) h[i] = h[i] + step * product[i];
  }
  Net net{value[depth], model.scale_v * hadamard(slope[depth], model.v), Matrix(n, n, model.precision)};
  Vector& lambda = net.start_adjoint;
  for (std::uint64_t l = depth; l-- > 0;) {
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) net.dW(i, j).add_product(lambda[i], value[l][j]);
    multiply_transposed(model.W, lambda, product);
    for (std::size_t i = 0; i < n; ++i) lambda[i] = lambda[i] + step * slope[l][i] * product[i];
  }
  net.dW.entries = step * net.dW.entries;
  return net;
}

/// C of L33.
// bound: L33
Interval constant(const Activation& phi, const Flow& flow) {
  const Model& model = flow.model;
  const long p = model.precision;
  const Interval one(1, p), half(mpq_class(1, 2), p);
  const Interval &T = model.T, &l1 = flow.l1, &l2 = flow.l2;
  const auto [beta, P0, V, at_zero] = growth_of(phi, flow);
  const Interval growth = exp(beta * T);
  Vector start, slope, product = zeros(model.n, p);
  evaluate(phi, l2, model.initial_state(), start, slope);
  multiply(model.W, start, product);
  const Interval F0 = model.scale_w * norm(product);
  const Interval Q =
      beta * T * growth * F0 * model.scale_v * l2 * largest(model.v) +
      T * (model.scale_w * l2 * flow.largest_product * F0 * growth * (one + beta * T) + square(beta) * V);
  const Interval Cv = T * half * model.scale_v * l1 * beta * T * growth * F0;
  const Interval CU = T * half * model.scale_u * norm(model.x) * growth * Q;
  const Interval CW =
      T * half * model.scale_w * T * growth * (P0 * (Q + beta * V) + V * l1 * F0 * (one + beta * T));
  return sqrt(square(Cv) + square(CU) + square(CW));
}

}  // namespace

std::string check_rate(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "constant", "depths", "model"});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const mpq_class claimed = parse_real(statement["constant"].text(), context.budget);
  struct Entry {
    std::uint64_t depth;
    mpq_class lo, hi;
  };
  std::vector<Entry> entries;
  std::uint64_t steps = 0;
  for (const Value& entry : statement["depths"].list()) {
    const std::uint64_t depth = entry.require({"L", "hi", "lo"})["L"].count();
    if (depth == 0 || (!entries.empty() && depth <= entries.back().depth))
      malformed("the depths must be positive and increase");
    if (depth > limit::depth) over_limit("a net is too deep");
    entries.push_back({depth, parse_real(entry["lo"].text(), context.budget),
                       parse_real(entry["hi"].text(), context.budget)});
    steps += depth;
  }
  if (entries.empty()) malformed("rate/1 without depths says nothing");

  const Flow flow = prove_flow(phi, statement["model"], witness, context);
  const Model& model = flow.model;
  const long p = model.precision;
  const auto words = static_cast<std::uint64_t>(p / 64 + 1);
  context.budget.memory({entries.back().depth + 1, 2 * model.n, 2 * static_cast<std::uint64_t>(p) + 1152});
  context.budget.work({steps, model.n, 4 * model.n + 64, words + 16, words / 8 + 16});

  const Interval bound = constant(phi, flow);
  if (possible_orders(bound, Interval(claimed, p)) & greater)
    not_verified("the constant of L33 is enclosed by " + bound.text());
  for (const Entry& entry : entries) {
    const Net net = run_net(phi, flow, entry.depth);
    const Interval v = around(norm(model.scale_v * net.end_value - flow.dv), flow.dv_error);
    const Interval U =
        around(model.scale_u * norm(model.x) * norm(net.start_adjoint - flow.start_adjoint), flow.dU_error);
    const Interval W = around(norm(net.dW.entries - flow.dW.entries), flow.dW_error);
    const Interval scaled_error = Interval(entry.depth, p) * sqrt(square(v) + square(U) + square(W));
    if (!scaled_error.inside(entry.lo, entry.hi))
      not_verified("L |grad f^L - grad f| at L = " + std::to_string(entry.depth) + " is enclosed by " +
                   scaled_error.text());
  }
  context.rely_on({31, 33, 37});
  return "the gradient of the depth-L net of " + phi.name + " with " + std::to_string(model.n) +
         " neurons tends to that of the Neural ODE: L times their distance lies in the claimed intervals "
         "for " +
         std::to_string(entries.size()) + " depths up to " + std::to_string(entries.back().depth) +
         ", and below " + spell(claimed).substr(0, 60) + " for every L >= 1";
}

}  // namespace proofs_check
