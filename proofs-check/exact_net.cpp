// gradient/1 and kink/1: nets whose states and gradients are rational numbers.

#include <algorithm>
#include <map>

#include "exact.hpp"
#include "kinds.hpp"

namespace proofs_check {
namespace {

/// A polynomial sum c_k t^k.
mpq_class evaluate(const Row& c, const mpq_class& t, Budget& budget) {
  mpq_class sum = 0;
  for (std::size_t k = c.size(); k-- > 0;) {
    budget.work({bits(sum) / 64 + 16, bits(sum) / 512 + 16});
    sum = sum * t + c[k];
  }
  return sum;
}

/// 1 or -1 when the polynomial is certainly >= 0 or <= 0 on [a, b], 0 when undecided.
// bound: L36, Bernstein coefficients
int sign_on(const Row& c, const mpq_class& a, const mpq_class& b, Budget& budget) {
  // Horner in a + (b - a) s gives sum d_k s^k.
  Row d;
  for (std::size_t k = c.size(); k-- > 0;) {
    d.push_back(0);
    for (std::size_t i = d.size(); i-- > 0;) {
      budget.work({bits(d[i]) / 64 + 16, bits(d[i]) / 512 + 16});
      d[i] = a * d[i] + (i > 0 ? (b - a) * d[i - 1] : c[k]);
    }
  }
  bool not_negative = true, not_positive = true;
  const std::size_t degree = d.size() - 1;
  for (std::size_t i = 0; i <= degree; ++i) {
    mpq_class coefficient = 0, ratio = 1;  // C(i,k) / C(degree,k)
    for (std::size_t k = 0; k <= i; ++k) {
      budget.work({bits(ratio) / 64 + 16, bits(coefficient) / 512 + 16});
      coefficient += ratio * d[k];
      if (k < degree) ratio *= mpq_class(i - k) / (degree - k);
    }
    not_negative = not_negative && coefficient >= 0;
    not_positive = not_positive && coefficient <= 0;
  }
  return not_negative ? 1 : not_positive ? -1 : 0;
}

/// Is the piecewise polynomial the solution of the ReLU net, with lambda = 0 (L36)?
// bound: L36
void require_solution_without_adjoint(const ExactModel& model, const Value& witness, Budget& budget) {
  witness.require({"breakpoints", "pieces"});
  const Row times = parse_row(witness["breakpoints"], budget);
  const std::vector<Value>& pieces = witness["pieces"].list();
  if (times.size() < 2 || pieces.size() + 1 != times.size())
    malformed("a piece lies between two breakpoints");
  if (times.front() != 0 || times.back() != model.T) malformed("the breakpoints must go from 0 to T");
  if (!std::is_sorted(times.begin(), times.end(), std::less_equal<>()))
    malformed("the breakpoints must increase");
  const std::size_t n = model.n();
  Row before(n);  // the state at the left end of a piece
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < model.d(); ++k) before[i] += model.U[i][k] * model.x[k];
    before[i] *= model.factor_u;
  }
  for (std::size_t piece = 0; piece < pieces.size(); ++piece) {
    const mpq_class &a = times[piece], &b = times[piece + 1];
    Rows h;
    for (const Value& component : pieces[piece].list()) h.push_back(parse_row(component, budget));
    if (h.size() != n) malformed("a piece has one polynomial a component");
    std::size_t longest = 1;
    for (const Row& c : h) longest = std::max(longest, c.size());
    Rows rectified;  // phi(h_j), as far as it matters
    for (std::size_t j = 0; j < n; ++j) {
      h[j].resize(longest);
      if (evaluate(h[j], a, budget) != before[j])
        not_verified("component " + std::to_string(j) + " does not continue at " + spell(a));
      before[j] = evaluate(h[j], b, budget);
      bool matters = false;
      for (std::size_t i = 0; i < n; ++i) matters = matters || model.W[i][j] != 0;
      const int sign = matters ? sign_on(h[j], a, b, budget) : -1;
      if (sign == 0) not_verified("component " + std::to_string(j) + " has no certain sign on a piece");
      rectified.push_back(sign > 0 ? h[j] : Row(longest));
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < longest; ++k) {
        mpq_class right = 0;
        budget.work({n, 256});
        for (std::size_t j = 0; j < n; ++j) right += model.W[i][j] * rectified[j][k];
        const mpq_class left = k + 1 < longest ? mpq_class(h[i][k + 1] * (k + 1)) : mpq_class(0);
        if (left != model.factor_w * right)
          not_verified("component " + std::to_string(i) + " does not satisfy the equation");
      }
  }
  for (std::size_t i = 0; i < n; ++i)
    if (model.v[i] != 0 && before[i] > 0) not_verified("the adjoint does not vanish at T");
}

}  // namespace

std::string check_gradient(const Value& statement, const Value& witness, const Context& context) {
  using Formula = ExactNet::Formula;
  static const std::map<std::string, Formula> formulas{{"backpropagation", {}},
                                                       {"slide-backward", {false, true, false}},
                                                       {"slide-layout", {true, false, false}},
                                                       {"next-state", {true, true, true}}};
  statement.require({"activation", "depth", "formula", "model"});
  witness.require({});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const ExactModel model = parse_exact_model(statement["model"], context.budget);
  const std::string& name = statement["formula"].text();
  const auto formula = formulas.find(name);
  if (formula == formulas.end()) malformed("unknown formula " + name.substr(0, 40));
  const ExactNet net(phi, model, statement["depth"].count(), context.budget);
  if (phi.family == Family::relu || phi.family == Family::leaky_relu)
    for (const Row& h : net.states())
      for (const mpq_class& z : h)
        if (z == 0) not_verified("a component of a state lies on the kink");
  const bool agrees = net.forward() == net.backward(formula->second);
  const bool proved = context.report.verdict == "proved";
  if (proved && name != "backpropagation") not_verified("only backpropagation is to be proved");
  if (agrees != proved)
    not_verified("the formula " + name + (agrees ? " agrees with" : " differs from") + " the derivatives");
  // L37 itself is what the comparison checks, on this net.
  return "formula " + name + (agrees ? " is the gradient" : " is not the gradient") + " of the depth-" +
         std::to_string(statement["depth"].count()) + " net of " + phi.name + " with " +
         std::to_string(model.n()) + " neurons, by exact differentiation in every parameter";
}

std::string check_kink(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "depths", "model"});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  if (phi.family != Family::relu) malformed("kink/1 is about relu");
  const ExactModel model = parse_exact_model(statement["model"], context.budget);
  require_solution_without_adjoint(model, witness, context.budget);
  const std::vector<Value>& depths = statement["depths"].list();
  if (depths.empty()) malformed("kink/1 without depths says nothing");
  std::uint64_t last = 0;
  mpq_class least, greatest;
  for (const Value& entry : depths) {
    const std::uint64_t depth = entry.require({"L", "gap_squared"})["L"].count();
    if (depth <= last) malformed("the depths must be positive and increase");
    const mpq_class gap = parse_real(entry["gap_squared"].text(), context.budget);
    mpq_class found = 0;
    for (const mpq_class& x : ExactNet(phi, model, depth, context.budget).adjoint()) found += x * x;
    if (found != gap)
      not_verified("the squared gap at L = " + std::to_string(depth) + " is " + spell(found).substr(0, 80));
    least = last == 0 ? gap : std::min(least, gap);
    greatest = last == 0 ? gap : std::max(greatest, gap);
    last = depth;
  }
  context.rely_on({35, 36, 37});
  return "relu with phi'(0) = 0: the adjoint of the flow vanishes, and |lambda^(0,L)|^2 lies between " +
         decimal_below(least) + " and " + decimal_below(greatest) + " (rounded down) for the " +
         std::to_string(depths.size()) + " listed depths, the last L = " + std::to_string(last);
}

}  // namespace proofs_check
