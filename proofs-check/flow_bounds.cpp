// ode/1, flow-bounds/1 and perturbation/1: inequalities between enclosures of a flow and of its bounds.

#include <functional>
#include <map>

#include "flow.hpp"
#include "kinds.hpp"

namespace proofs_check {
namespace {

/// left <= right
struct Inequality {
  Interval left, right;
  bool holds() const { return !(possible_orders(left, right) & greater); }
  bool fails() const { return certainly_less(right, left); }
};
using Inequalities = std::vector<Inequality>;
using Bounds = std::map<std::string, std::function<Inequalities()>>;

/// Decides the listed bounds by the verdict: all certainly hold, or all certainly fail (at some time).
std::string decide(const Value& names, const Bounds& bounds, const Context& context) {
  const bool proved = context.report.verdict == "proved";
  std::string listed;
  const std::string* last = nullptr;
  for (const Value& name : names.list()) {
    const auto bound = bounds.find(name.text());
    if (bound == bounds.end()) malformed("unknown bound " + name.text().substr(0, 40));
    if (last != nullptr && name.text() <= *last) malformed("the names of the bounds must increase");
    last = &name.text();
    bool all_hold = true, one_fails = false;
    for (const Inequality& inequality : bound->second()) {
      all_hold = all_hold && inequality.holds();
      one_fails = one_fails || inequality.fails();
    }
    if (proved ? !all_hold : !one_fails)
      not_verified("the bound " + *last + " is not certain to " + (proved ? "hold" : "fail"));
    listed += (listed.empty() ? "" : ", ") + *last;
  }
  if (listed.empty()) malformed("no bound is listed");
  return std::string("the bounds ") + listed + (proved ? " hold" : " fail");
}

std::string describe(const Activation& phi, const Model& model) {
  return "the Neural ODE of " + phi.name + " with " + std::to_string(model.n) + " neurons and " +
         std::to_string(model.d) + " inputs";
}

}  // namespace

std::string check_ode(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "adjoint", "adjoint_radius", "model", "state", "state_radius"});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const Flow flow = prove_flow(phi, statement["model"], witness, context);
  const long p = flow.model.precision;
  std::string radii;
  const auto require_near = [&](const std::string& key, const Vector& found, const Interval& error) {
    const mpq_class radius = parse_real(statement[key + "_radius"].text(), context.budget);
    if (radius <= 0) malformed("a radius must be positive");
    const Vector center = parse_matrix(statement[key], 1, flow.model.n, p, context).entries;
    const Interval distance = norm(found - center) + error;
    if (possible_orders(distance, Interval(radius, p)) & greater)
      not_verified("the " + key + " is proved within " + distance.text() + " only");
    radii += (radii.empty() ? "" : " and ") + key + " is known within " + decimal_below(radius) +
             " (rounded down)";
  };
  require_near("state", flow.end_state, flow.end_error);
  require_near("adjoint", flow.start_adjoint, flow.start_error);
  return describe(phi, flow.model) + ": " + radii;
}

std::string check_flow_bounds(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "bounds", "model"});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const Flow flow = prove_flow(phi, statement["model"], witness, context);
  const Model& model = flow.model;
  const long p = model.precision;
  const Interval &T = model.T, one(1, p), size_x = norm(model.x);
  const Interval dv = around(norm(flow.dv), flow.dv_error), dW = around(norm(flow.dW.entries), flow.dW_error),
                 dU = model.scale_u * size_x * flow.adjoint.front();
  // bound: L31
  const FlowGrowth g = growth_of(phi, flow);
  const Interval growth = exp(g.beta * T);
  // The slides' exponential, without the Lipschitz constant, and their norms.
  const Interval slide = exp(model.scale_w * T * flow.norm_w);
  const Interval size_u = spectral_norm(model.U, context.budget), root_n = sqrt(Interval(model.n, p)),
                 size_v = norm(model.v) / root_n;
  const Bounds bounds{
      {"state",
       [&] {  // an equality at t = 0
         Inequalities all;
         for (std::size_t k = 1; k < flow.times.size(); ++k)
           all.push_back({g.at_zero + flow.l1 * flow.state[k], g.P0 * exp(g.beta * T * flow.times[k])});
         return all;
       }},
      {"adjoint",
       [&] {
         Inequalities all;
         for (std::size_t k = 0; k < flow.times.size(); ++k)
           all.push_back({flow.adjoint[k], g.V * exp(g.beta * T * (one - flow.times[k]))});
         return all;
       }},
      {"dv",
       [&] {
         return Inequalities{{dv, model.scale_v * g.P0 * growth}};
       }},
      {"dw",
       [&] {
         return Inequalities{{dW, model.scale_w * T * g.P0 * g.V * growth}};
       }},
      {"du",
       [&] {
         return Inequalities{{dU, model.scale_u * size_x * g.V * growth}};
       }},
      {"slide-4",
       [&] {
         return Inequalities{{flow.state.back(), size_u * size_x * slide}};
       }},
      {"slide-5",
       [&] {
         return Inequalities{{flow.adjoint.front(), size_v * slide}};
       }},
      {"slide-du",
       [&] {
         return Inequalities{{dU, size_x * size_v * slide}};
       }},
      {"slide-dv",
       [&] {
         return Inequalities{{dv, size_u * size_x * slide / root_n}};
       }},
      {"slide-dw", [&] {
         return Inequalities{{dW, model.sigma_w * T * size_u / root_n * size_v * size_x * slide}};
       }}};
  return decide(statement["bounds"], bounds, context) + " for " + describe(phi, model);
}

std::string check_perturbation(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "bounds", "model", "reference"});
  witness.require({"model", "reference"});
  for (const char* key : {"T", "sigma_u", "sigma_v", "sigma_w", "x"})
    if (statement["model"][key] != statement["reference"][key])
      malformed(std::string("the models differ in ") + key);
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const Flow flow = prove_flow(phi, statement["model"], witness["model"], context),
             other = prove_flow(phi, statement["reference"], witness["reference"], context);
  const Model &model = flow.model, &reference = other.model;
  if (model.n != reference.n) malformed("the models differ in size");
  const long p = model.precision;
  const Interval &T = model.T, size_x = norm(model.x), root_n = sqrt(Interval(model.n, p));
  const Matrix dU = model.U - reference.U, dW = model.W - reference.W;
  const Vector dv = model.v - reference.v;
  const Interval size_dW = spectral_norm(dW, context.budget);
  const Interval state = around(norm(flow.end_state - other.end_state), flow.end_error + other.end_error),
                 adjoint = around(norm(flow.start_adjoint - other.start_adjoint),
                                  flow.start_error + other.start_error);
  // bound: L32
  const FlowGrowth g = growth_of(phi, flow), r = growth_of(phi, other);
  const Interval growth = exp(g.beta * T), drift = T * exp(max(g.beta, r.beta) * T);
  const Interval dh = growth * model.scale_u * spectral_norm(dU, context.budget) * size_x +
                      model.scale_w * size_dW * r.P0 * drift;
  const Interval at_end = model.scale_v * (flow.l1 * norm(dv) + flow.l2 * largest(reference.v) * dh);
  const Interval dlambda =
      growth * at_end + model.scale_w * (flow.l1 * size_dW + flow.l2 * other.norm_w * dh) * r.V * drift;

  const Interval distance = sqrt(square(norm(dU.entries)) + square(norm(dW.entries)) + square(norm(dv)));
  const Interval slide = exp(model.scale_w * T * (flow.norm_w + other.norm_w));
  const Bounds bounds{
      {"state",
       [&] {
         return Inequalities{{state, dh}};
       }},
      {"adjoint",
       [&] {
         return Inequalities{{adjoint, dlambda}};
       }},
      {"slide-6",
       [&] {
         return Inequalities{
             {state, distance * spectral_norm(model.U, context.budget) * flow.norm_w * slide * size_x}};
       }},
      {"slide-7", [&] {
         return Inequalities{{adjoint, distance * norm(model.v) * flow.norm_w / root_n * slide}};
       }}};
  return decide(statement["bounds"], bounds, context) + " for two parameters of " + describe(phi, model);
}

}  // namespace proofs_check
