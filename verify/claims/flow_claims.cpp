/// \file Family `flow`: the Neural ODE is well-posed, its state and adjoint are enclosed, and the bounds of
/// the slides' lemmas 17 and 18 as stated, refuted, corrected and proved.

#include <cmath>

#include "claims/context.hpp"
#include "claims/flow_json.hpp"
#include "claims/registry.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

constexpr const char* kSmooth[] = {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf"};

CanonicalJson rows_json(const std::vector<std::vector<const char*>>& rows) {
  CanonicalJson::Array result;
  for (const auto& row : rows) result.push_back(CanonicalJson::Array(row.begin(), row.end()));
  return result;
}

/// A model of width and input dimension 1 with all scales and T equal to 1.
struct Scalar {
  int u, w, v = 1;

  CanonicalJson json() const {
    const auto number = [](int value) {
      return CanonicalJson(
          CanonicalJson::Array{CanonicalJson(CanonicalJson::Array{CanonicalJson(Rational(value))})});
    };
    return CanonicalJson::Object{{"T", "1"},       {"U", number(u)}, {"W", number(w)}, {"sigma_u", "1"},
                                 {"sigma_v", "1"}, {"sigma_w", "1"}, {"v", number(v)}, {"x", number(1)}};
  }
  NeuralOdeEnclosure enclosed(const char* phi) const {
    const auto one = [](int value) { return Eigen::MatrixXd::Constant(1, 1, value); };
    EnclosureOptions options;
    options.flow.tolerance = 1e-12;
    return NeuralOdeEnclosure(NeuralOde({.w = one(w), .u = one(u), .v = one(v), .phi = &activation(phi)}),
                              one(1), options);
  }
};

std::string decimal_interval(double lower, double upper) {
  return "[" + decimal_below(to_rational(lower), 12) + ", " + decimal_above(to_rational(upper), 12) + "]";
}

CanonicalJson names_json(const std::vector<const char*>& names) {
  return CanonicalJson::Array(names.begin(), names.end());
}

void check_well_posed(ClaimContext& context, ClaimRecord& record, const std::string& name, Verdict verdict) {
  const auto constant = activation(name).lipschitz(64);
  if (!constant) throw InputError(name + " is not Lipschitz");
  const Rational bound = rounded_up(constant->upper(), 5);
  context.certify(record, {.kind = "well-posed/1",
                           .verdict = verdict,
                           .statement = CanonicalJson::Object{{"activation", name}, {"lipschitz", bound}},
                           .witness = CanonicalJson::Object{}});
  record.evidence.push_back({"Lipschitz constant of phi, at most", decimal_above(bound, 6), ""});
  record.reason = "phi is Lipschitz with constant at most " + decimal_above(bound, 5) +
                  ": one solution forward (Picard-Lindelof), one of the adjoint once phi' is fixed at kinks "
                  "(Caratheodory).";
}

/// Width of the certified enclosures on data, and of the small random models.
constexpr Eigen::Index kDataWidth = 64;
constexpr Eigen::Index kSmallWidth = 16;
constexpr Eigen::Index kSmallDimension = 4;

void check_enclosure(ClaimContext& context, ClaimRecord& record, const char* name) {
  const Eigen::VectorXd x = context.first_point();
  const NeuralOde model = gaussian_model(kDataWidth, x.size(), 1, activation(name), context.seed());
  EnclosureOptions options;
  options.flow.tolerance = 1e-10;
  const NeuralOdeEnclosure enclosure(model, x, options);
  const EnclosedStates state = enclosure.state(1), adjoint = enclosure.adjoint_at_start();
  // The checker's ellipses are coarser, its rounding is finer.
  const Rational state_radius = rounded_up(2 * state.radius(0), 2),
                 adjoint_radius = rounded_up(2 * adjoint.radius(0), 2);
  auto& bundle = context.bundle();
  const std::string stem = record.text.id;
  context.certify(record,
                  {.kind = "ode/1",
                   .verdict = Verdict::proved,
                   .statement =
                       CanonicalJson::Object{
                           {"activation", name},
                           {"adjoint", matrix_json(bundle, stem + ".lambda", adjoint.values.transpose())},
                           {"adjoint_radius", adjoint_radius},
                           {"model", model_json(bundle, "data-model", "data-input", model, x)},
                           {"state", matrix_json(bundle, stem + ".h", state.values.transpose())},
                           {"state_radius", state_radius}},
                   .witness = flow_json(bundle, stem, enclosure)});
  const Interval f = enclosure.outputs().front();
  record.evidence.push_back({"radius of h(T), Euclidean norm", decimal_above(state_radius, 3), ""});
  record.evidence.push_back({"radius of lambda(0)", decimal_above(adjoint_radius, 3), ""});
  record.evidence.push_back({"f(x), by the library", decimal_below(to_rational(f.lower), 14),
                             decimal_above(to_rational(f.upper), 14)});
  record.reason =
      std::to_string(enclosure.flow().pieces().size()) + " polynomials of degree " +
      std::to_string(enclosure.flow().degree() + 1) +
      " follow the flow of width 64 on the first point; their defect and Gronwall's inequality leave "
      "the stated radii.";
  Figure figure;
  figure.title = "Components of h(t), width 64, " + std::string(name);
  figure.x_label = "t";
  figure.y_label = "h_i(t)";
  for (Eigen::Index i = 0; i < 6; ++i) figure.series.push_back({"i = " + std::to_string(i), {}, {}});
  constexpr int kSamples = 32;
  for (int k = 0; k <= kSamples; ++k) {
    const double t = static_cast<double>(k) / kSamples;
    const EnclosedStates at = enclosure.state(t);
    for (std::size_t i = 0; i < figure.series.size(); ++i) {
      figure.series[i].x.push_back(t);
      figure.series[i].y.push_back(at.values(static_cast<Eigen::Index>(i), 0));
    }
  }
  record.figures.push_back(std::move(figure));
}

/// A small random model and input, and its enclosure at the accuracy of a certificate.
struct SmallCase {
  NeuralOde model;
  Eigen::VectorXd x;

  NeuralOdeEnclosure enclosed() const {
    EnclosureOptions options;
    options.flow.tolerance = 1e-11;
    return NeuralOdeEnclosure(model, x, options);
  }
};

SmallCase small_case(const ClaimContext& context, const char* name) {
  // The input is any point of the sphere |x|^2 = d.
  Eigen::VectorXd x(kSmallDimension);
  x << 1.25, -0.5, 1.0, -1.0625;
  return {gaussian_model(kSmallWidth, kSmallDimension, 1, activation(name), context.seed()), x};
}

void check_growth(ClaimContext& context, ClaimRecord& record, const char* name,
                  const std::vector<const char*>& bounds) {
  const SmallCase instance = small_case(context, name);
  const NeuralOdeEnclosure enclosure = instance.enclosed();
  auto& bundle = context.bundle();
  context.certify(
      record, {.kind = "flow-bounds/1",
               .verdict = Verdict::proved,
               .statement = CanonicalJson::Object{{"activation", name},
                                                  {"bounds", names_json(bounds)},
                                                  {"model", model_json(bundle, "small-model", "small-input",
                                                                       instance.model, instance.x)}},
               .witness = flow_json(bundle, record.text.id, enclosure)});
  const GrowthBounds growth = growth_bounds(enclosure);
  const EnclosedGradient gradient = enclosure.gradient();
  const BlockDistances blocks =
      block_distances(gradient, {Eigen::MatrixXd::Zero(gradient.u.rows(), gradient.u.cols()),
                                 Eigen::MatrixXd::Zero(gradient.w.rows(), gradient.w.cols()),
                                 Eigen::VectorXd::Zero(gradient.v.size()),
                                 {},
                                 {},
                                 {}});
  const auto show = [&](const char* what, double value, UpperBound bound) {
    record.evidence.push_back({std::string(what) + ": value, bound", decimal_above(to_rational(value), 6),
                               decimal_above(to_rational(bound.value()), 6)});
  };
  show("|h(T)|", enclosure.state(1).values.norm(), growth.state);
  show("|lambda(0)|", enclosure.adjoint_at_start().values.norm(), growth.adjoint);
  show("|d_U f|", blocks.u.upper, growth.u);
  show("|d_W f|", blocks.w.upper, growth.w);
  show("|d_v f|", blocks.v.upper, growth.v);
  record.reason =
      "On a random model of width 16 every listed quantity, enclosed along the flow, is below its bound with "
      "certified "
      "constants.";
}

void refute_growth(ClaimContext& context, ClaimRecord& record, const Scalar& model,
                   const std::vector<const char*>& bounds) {
  const NeuralOdeEnclosure enclosure = model.enclosed("softplus");
  context.certify(record, {.kind = "flow-bounds/1",
                           .verdict = Verdict::refuted,
                           .statement = CanonicalJson::Object{{"activation", "softplus"},
                                                              {"bounds", names_json(bounds)},
                                                              {"model", model.json()}},
                           .witness = flow_json(context.bundle(), record.text.id, enclosure)});
}

void check_lemma_17(ClaimContext& context, ClaimRecord& record) {
  const Scalar model{.u = 0, .w = 1};
  refute_growth(context, record, model, {"slide-4"});
  const EnclosedStates end = model.enclosed("softplus").state(1);
  const double h = end.values(0, 0), r = end.radius(0);
  record.evidence.push_back({"h(1); the stated bound is 0", decimal_below(to_rational(h - r), 12),
                             decimal_above(to_rational(h + r), 12)});
  record.reason = "n = d = 1, U = 0, W = 1, softplus: the bound is 0 and h(1) is in " +
                  decimal_interval(h - r, h + r) + ".";
}

void check_gradient_bounds(ClaimContext& context, ClaimRecord& record) {
  refute_growth(context, record, {.u = 0, .w = 0}, {"slide-dv", "slide-dw"});
  record.reason =
      "n = d = 1, U = W = 0, v = 1, softplus: both bounds are 0, d_v f = ln 2 and d_W f = ln(2)/2.";
}

void refute_perturbation(ClaimContext& context, ClaimRecord& record, const char* phi, const Scalar& model,
                         const Scalar& reference, const char* bound) {
  auto& bundle = context.bundle();
  const std::string stem = record.text.id;
  context.certify(record,
                  {.kind = "perturbation/1",
                   .verdict = Verdict::refuted,
                   .statement = CanonicalJson::Object{{"activation", phi},
                                                      {"bounds", names_json({bound})},
                                                      {"model", model.json()},
                                                      {"reference", reference.json()}},
                   .witness = CanonicalJson::Object{
                       {"model", flow_json(bundle, stem + ".model", model.enclosed(phi))},
                       {"reference", flow_json(bundle, stem + ".reference", reference.enclosed(phi))}}});
}

void check_perturbation(ClaimContext& context, ClaimRecord& record, const char* name) {
  const SmallCase instance = small_case(context, name);
  // All three blocks change, W by a matrix of rank 1 in its direction of growth: the terms of the bound all
  // count.
  NeuralOdeParameters changed = instance.model.parameters();
  const NeuralOde other =
      gaussian_model(kSmallWidth, kSmallDimension, 1, activation(name), context.seed() + 1);
  changed.u += other.u() / 16;
  changed.v += other.v() / 16;
  changed.w.row(0) += other.w().row(0) / 16;
  const SmallCase reference{NeuralOde(changed), instance.x};
  auto& bundle = context.bundle();
  const std::string stem = record.text.id;
  const NeuralOdeEnclosure first = instance.enclosed(), second = reference.enclosed();
  context.certify(
      record,
      {.kind = "perturbation/1",
       .verdict = Verdict::proved,
       .statement = CanonicalJson::Object{{"activation", name},
                                          {"bounds", names_json({"adjoint", "state"})},
                                          {"model", model_json(bundle, "small-model", "small-input",
                                                               instance.model, instance.x)},
                                          {"reference", model_json(bundle, "changed-model", "small-input",
                                                                   reference.model, reference.x)}},
       .witness = CanonicalJson::Object{{"model", flow_json(bundle, stem + ".model", first)},
                                        {"reference", flow_json(bundle, stem + ".reference", second)}}});
  record.evidence.push_back(
      {"|h(T) - h'(T)|, measured",
       decimal_above(to_rational((first.state(1).values - second.state(1).values).norm()), 6), ""});
  record.evidence.push_back(
      {"|lambda(0) - lambda'(0)|, measured",
       decimal_above(to_rational((first.adjoint_at_start().values - second.adjoint_at_start().values).norm()),
                     6),
       ""});
  record.reason =
      "Two models of width 16 that differ in U, W and v, both enclosed: the distances of states and adjoints "
      "are below the "
      "corrected bounds.";
}

/// A net with `factor_w` for sigma_w/sqrt n, and so on, in exact numbers.
CanonicalJson exact_model(const CanonicalJson& u, const CanonicalJson& w, const CanonicalJson& v,
                          const CanonicalJson& x, const char* factor_w, const char* factor_v) {
  return CanonicalJson::Object{
      {"T", "1"}, {"U", u}, {"W", w}, {"factor_u", "1"}, {"factor_v", factor_v}, {"factor_w", factor_w},
      {"v", v},   {"x", x}};
}

CanonicalJson two_by_two() {
  return exact_model(rows_json({{"1", "0"}, {"1*2^-1", "-1"}}), rows_json({{"1", "2"}, {"-1", "1*2^-1"}}),
                     rows_json({{"1", "-2"}}), rows_json({{"1", "3"}}), "1*2^-1", "1/3");
}

void check_formula(ClaimContext& context, ClaimRecord& record, Verdict verdict, const char* phi, int depth,
                   const char* formula, const CanonicalJson& model, const char* reason) {
  context.certify(
      record,
      {.kind = "gradient/1",
       .verdict = verdict,
       .statement = CanonicalJson::Object{{"activation", phi},
                                          {"depth", CanonicalJson::count(static_cast<std::uint64_t>(depth))},
                                          {"formula", formula},
                                          {"model", model}},
       .witness = CanonicalJson::Object{}});
  record.reason = reason;
}

constexpr ClaimFamily text_of{"flow"};

void register_well_posedness(std::vector<Claim>& claims) {
  for (const char* name : {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "sin", "gaussian", "elu"})
    claims.push_back(
        {text_of(
             std::string("well-posed.") + name,
             std::string("The Neural ODE with ") + name + " has unique solutions, forward and backward",
             "A1, A7 (Proposition 1)",
             "For every theta, x and T the state and the adjoint ODE have exactly one solution on [0, T].",
             {}, "The Lipschitz constant of phi is certified; Picard-Lindelof and Caratheodory."),
         [name](ClaimContext& context, ClaimRecord& record) {
           check_well_posed(context, record, name, Verdict::proved);
         }});
  claims.push_back(
      {text_of(
           "relu-not-unique", "With ReLU, solutions may fail to be unique", "A1b",
           "If phi is not smooth (ReLU at the origin), the ODE solutions may not be globally unique.", {},
           "ReLU is 1-Lipschitz: solutions are unique, forward and, for each choice of phi'(0), backward.",
           "Uniqueness holds for ReLU, too; only the value of the adjoint depends on the choice of phi'(0), "
           "for parameters whose trajectory rests on a kink.",
           ""),
       [](ClaimContext& context, ClaimRecord& record) {
         check_well_posed(context, record, "relu", Verdict::refuted);
       }});
}

void register_enclosures(std::vector<Claim>& claims) {
  for (const char* name : kSmooth)
    claims.push_back(
        {text_of(std::string("flow-enclosure.") + name,
                 std::string("State and adjoint of a Neural ODE with ") + name + ", enclosed",
                 "S2, S7; theory 0.1",
                 "|h_T - state| and |lambda_0 - adjoint| are below the stated radii (Euclidean norm), for a "
                 "Gaussian model of width 64 on the run's first point.",
                 {"T = 1", "weights from the run's seed, multiples of 2^-40",
                  "|x|^2 = d up to rounding to multiples of 2^-40"},
                 "Defect of piecewise Chebyshev polynomials at and between the nodes, Gronwall (L27-L29)."),
         [name](ClaimContext& context, ClaimRecord& record) { check_enclosure(context, record, name); }});
}

void register_growth(std::vector<Claim>& claims) {
  claims.push_back(
      {text_of("lemma-17-as-stated", "Lemma 17 (4): the state's norm is bounded by |U||x| e^(..)",
               "S30 (slides, Lemma 17)", "|h_t| <= |U| |x| exp(sigma t |W|/sqrt n) for every theta and t.",
               {"phi Lipschitz"}, "One exact model on which the enclosed state is above the bound.",
               "sqrt n |phi(0)| + L1 |h_t| <= (sqrt n |phi(0)| + L1 |h_0|) e^(beta t), beta = sigma_w L1 "
               "|W|/sqrt n.",
               "growth-bounds.softplus"),
       check_lemma_17});
  claims.push_back(
      {text_of(
           "gradient-bounds-as-stated", "The bounds of d_v f and d_W f without phi(0)", "S36, S37",
           "|d_v f| <= |U||x| e^(..)/sqrt n and |d_W f| <= sigma T |U||v||x| e^(..)/n.", {"phi Lipschitz"},
           "One exact model on which both fail.",
           "Replace |U||x| by P0 = sqrt n |phi(0)| + L1 |h_0| and insert L1, sigma_v, sigma_u/sqrt d (L31).",
           "growth-bounds.softplus"),
       check_gradient_bounds});
  for (const char* name : {"softplus", "tanh"})
    claims.push_back(
        {text_of(std::string("adjoint-bounds-as-stated.") + name,
                 std::string("The bounds of lambda_0 and d_U f hold as stated, ") + name, "S30 (5), S38",
                 "|lambda_0| <= (|v|/sqrt n) e^(sigma T |W|/sqrt n) and |d_U f| <= |x| (|v|/sqrt n) e^(..).",
                 {"L1 = 1, sigma_v = 1"}, "Enclosures on a random model; L31 for every model."),
         [name](ClaimContext& context, ClaimRecord& record) {
           check_growth(context, record, name, {"slide-5", "slide-du"});
         }});
  for (const char* name : kSmooth)
    claims.push_back({text_of(std::string("growth-bounds.") + name,
                              std::string("Lemma 17 and the gradient bounds, corrected, ") + name,
                              "S30, S36-S38 corrected; theory 0.2",
                              "sqrt n |phi(0)| + L1 |h_t| <= P0 e^(beta t), |lambda_t| <= V e^(beta (T-t)), "
                              "and the three blocks of the gradient, with certified constants.",
                              {"phi Lipschitz with constant L1"},
                              "L31 for every model; enclosures of every quantity on a random one."),
                      [name](ClaimContext& context, ClaimRecord& record) {
                        check_growth(context, record, name, {"adjoint", "du", "dv", "dw", "state"});
                      }});
}

void register_perturbation(std::vector<Claim>& claims) {
  claims.push_back(
      {text_of("lemma-18-state-as-stated", "Lemma 18 (6): states of two models", "S31 (slides, Lemma 18)",
               "|h_t - h'_t| <= |theta - theta'| |U||W| exp(sigma t(|W|+|W'|)/sqrt n) |x|.",
               {"phi Lipschitz"}, "Two exact models with W = W' = 0.",
               "The difference of U enters without the factor |W|, that of W with P0' t e^(m t) sigma_w/sqrt "
               "n (L32).",
               "perturbation-bounds.softplus"),
       [](ClaimContext& context, ClaimRecord& record) {
         refute_perturbation(context, record, "softplus", {.u = 1, .w = 0}, {.u = 0, .w = 0}, "slide-6");
         record.reason =
             "n = d = 1, W = W' = 0, U = 1, U' = 0, x = 1: the states differ by 1, the bound is 0.";
       }});
  claims.push_back(
      {text_of(
           "lemma-18-adjoint-as-stated", "Lemma 18 (7): adjoints of two models", "S31 (slides, Lemma 18)",
           "|lambda_t - lambda'_t| <= |theta - theta'| (|v||W|/sqrt n) exp(sigma (T-t)(|W|+|W'|)/sqrt n).",
           {"phi' Lipschitz"}, "Two exact models with W = W' = 0.",
           "The difference of v enters without the factor |W|, and |h - h'| enters through L2 (L32).",
           "perturbation-bounds.softplus"),
       [](ClaimContext& context, ClaimRecord& record) {
         refute_perturbation(context, record, "sin", {.u = 0, .w = 0}, {.u = 0, .w = 0, .v = 0}, "slide-7");
         record.reason =
             "n = d = 1, U = W = W' = 0, v = 1, v' = 0, sin: the adjoints differ by 1, the bound is 0.";
       }});
  for (const char* name : kSmooth)
    claims.push_back(
        {text_of(
             std::string("perturbation-bounds.") + name, std::string("Lemma 18, corrected, ") + name,
             "S31 corrected, S47; theory 0.3",
             "|h_T - h'_T| and |lambda_0 - lambda'_0| are below the bounds of L32 with certified constants.",
             {"phi and phi' Lipschitz", "the same x and sigmas"},
             "L32 for every pair; enclosures of both models of one pair."),
         [name](ClaimContext& context, ClaimRecord& record) { check_perturbation(context, record, name); }});
}

void register_formulas(std::vector<Claim>& claims) {
  claims.push_back({text_of("backward-recursion-as-stated", "The slide's ResNet backward pass", "S8",
                            "lambda^{l-1} = lambda^l + (T/L) diag(phi'(h^{l-1})) W^T lambda^l.", {},
                            "Exact rational forward differentiation of one net.",
                            "The factor sigma_w/sqrt n is missing: lambda^{l-1} = lambda^l + "
                            "(T/L)(sigma_w/sqrt n) diag(phi'(h^{l-1})) W^T lambda^l.",
                            "backpropagation-exact"),
                    [](ClaimContext& context, ClaimRecord& record) {
                      check_formula(context, record, Verdict::refuted, "identity", 1, "slide-backward",
                                    exact_model(rows_json({{"1"}}), rows_json({{"1"}}), rows_json({{"1"}}),
                                                rows_json({{"1"}}), "2", "1"),
                                    "n = 1, sigma_w = 2, phi(z) = z, L = T = 1: the derivative is 3, the "
                                    "slide's recursion gives 2.");
                    }});
  claims.push_back(
      {text_of("gradient-layout-as-stated", "The slide's layout of d_W f", "S32",
               "d_W f = int (sigma_w/sqrt n) phi(h_t) (x) lambda_t dt as a matrix with row index phi.", {},
               "Exact rational forward differentiation of one net of depth 3.",
               "The row index is that of lambda: d_W f = int (sigma_w/sqrt n) lambda_t phi(h_t)^T dt.",
               "backpropagation-exact"),
       [](ClaimContext& context, ClaimRecord& record) {
         check_formula(
             context, record, Verdict::refuted, "polynomial:0,1,1*2^-1", 3, "slide-layout", two_by_two(),
             "On a net of width 2 and depth 3 the transposed matrix differs from the exact derivatives.");
       }});
  for (const bool relu : {false, true})
    claims.push_back(
        {text_of(
             relu ? "backpropagation-exact.relu" : "backpropagation-exact",
             std::string("Backpropagation gives the exact gradient of the ResNet") + (relu ? ", ReLU" : ""),
             relu ? "A11" : "S8, S32 corrected; A11",
             "lambda^l = lambda^{l+1} + (T/L)(sigma_w/sqrt n) phi'(h^l) o (W^T lambda^{l+1}) and the three "
             "blocks of theory 0.1 are the partial derivatives of f^L.",
             {relu ? "no h^l_i on the kink" : "phi differentiable"},
             "The chain rule (L37); every entry against forward differentiation in exact rationals on one "
             "net."),
         [relu](ClaimContext& context, ClaimRecord& record) {
           check_formula(context, record, Verdict::proved, relu ? "relu" : "polynomial:0,1,1*2^-1", 3,
                         "backpropagation", two_by_two(),
                         "All 10 partial derivatives of a net of width 2 and depth 3 agree exactly with "
                         "forward differentiation.");
         }});
}

}  // namespace

void register_flow_claims(std::vector<Claim>& claims) {
  register_well_posedness(claims);
  register_enclosures(claims);
  register_growth(claims);
  register_perturbation(claims);
  register_formulas(claims);
}

}  // namespace gronwall::verify
