/// \file Family `limit`: the kernels of infinite width, in the limit of depth: values, functions of rho,
/// positive definiteness, dependence on T.

#include <array>
#include <cmath>

#include "claims/gram_certificate.hpp"
#include "claims/limit_certificate.hpp"
#include "claims/limit_json.hpp"
#include "claims/registry.hpp"
#include "gronwall/activation/derivative_bounds.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

constexpr std::array kActivations{"softplus", "tanh", "sigmoid", "gelu", "silu", "erf"};

Figure kernel_figure(const std::string& name, const LimitSeries& series) {
  Figure figure;
  figure.title = "Kernels of " + name + " at T = 1 as functions of rho";
  figure.x_label = "rho";
  figure.y_label = "kernel / sigma_v^2";
  const auto add = [&figure](const std::string& label, const SeriesEnclosure& kernel) {
    Series curve{label, {}, {}};
    for (int i = -50; i <= 50; ++i) {
      const double rho = i / 50.0;
      curve.x.push_back(rho);
      curve.y.push_back(kernel.at(Ball::exact(rho)).midpoint());
    }
    figure.series.push_back(std::move(curve));
  };
  add("K_inf", series.K_inf), add("Sigma*", series.Sigma), add("K_W", series.K_W), add("K_U", series.K_U);
  return figure;
}

void add_evidence(ClaimRecord& record, const LimitValues& values) {
  record.evidence.push_back(enclosure("K_inf", values.K_inf));
  record.evidence.push_back(enclosure("Sigma* = K_v", values.Sigma));
  record.evidence.push_back(enclosure("K_W", values.K_W));
  record.evidence.push_back(enclosure("K_U", values.K_U));
  record.evidence.push_back(enclosure("C(T,T)", values.C_TT));
  record.evidence.push_back(enclosure("q(T)", values.q_T));
}

void check_value(ClaimContext& context, ClaimRecord& record, const std::string& name, const Rational& rho) {
  const LimitKernel& kernel = solved_limit(context, name);
  LimitValues values;
  context.certify(record, limit_value_draft(context, record.text.id, kernel, rho, values));
  add_evidence(record, values);
  record.reason =
      "Collocation at " + std::to_string(kernel.nodes()) +
      " nodes in each time, its error bounded beforehand, residuals in balls, closed by a verified "
      "discrete Gronwall inequality.";
}

void check_function(ClaimContext& context, ClaimRecord& record, const std::string& name) {
  const LimitSeries series = certify_limit_series(context, record, name);
  record.evidence.push_back(enclosure("K_inf at rho = 1", series.K_inf.at(Ball(1).with_bits(96))));
  record.evidence.push_back({"error of K_inf at every |rho| <= 1, at most",
                             decimal_above(to_rational(series.K_inf.radius.value()), 3), ""});
  for (const std::size_t m : {0, 1, 2, 3, 4, 5, 10, 20})
    if (m < series.K_inf.coefficients.size() && series.K_inf.coefficients[m].midpoint() > 1e-10)
      record.evidence.push_back(
          enclosure("coefficient of rho^" + std::to_string(m),
                    Ball::with_radius(series.K_inf.coefficients[m], series.K_inf.radius)));
  record.reason =
      "Power series in rho solved at all nodes of time at once; non-negative coefficients make the sum of "
      "all errors a bound for every rho.";
  record.figures.push_back(kernel_figure(name, series));
}

void certify_limit_gram(ClaimContext& context, ClaimRecord& record, const std::string& name,
                        const Rational& time, const PointSet& points, const CanonicalJson& points_file) {
  const CertifiedKernel& certified_kernel = certified_limit_kernel(context, name, time);
  const GramBound bound = bound_gram(points, certified_kernel.kernel);
  CanonicalJson::Object matrix = limit_statement(limit_parameters(name, time));
  matrix["points"] = points_file;
  matrix["type"] = "limit-kernel";
  const double certified = certify_gram(context, record, bound,
                                        {.kernel = certified_kernel.kernel.lower(),
                                         .matrix = std::move(matrix),
                                         .lemma = {"limit", certified_kernel.reference}});
  if (!(certified > 0))
    throw PrecisionError("the proof gives lambda_min >= " + std::to_string(bound.lower) +
                         " only: use points further apart, or more coefficients of the kernel");
  const std::string lo = decimal_below(to_rational(certified), 6);
  // ReLU's coefficients are lower bounds: they say nothing from above.
  record.evidence.push_back({"lambda_min(K_inf), lower end certified", lo,
                             name == "relu" ? "" : decimal_above(to_rational(bound.upper), 6)});
  record.reason = gram_reason(lo, points.size());
}

PointSet integer_points(std::size_t dimension, std::vector<std::int64_t> coordinates,
                        const std::string& name) {
  return PointSet(dimension, std::move(coordinates), PointSource{.name = name});
}

void check_small_set(ClaimContext& context, ClaimRecord& record, const std::string& name,
                     const Rational& time, const PointSet& points) {
  const CanonicalJson file = context.bundle().add_array(points.source().name, points.coordinates(),
                                                        {points.size(), points.dimension()});
  certify_limit_gram(context, record, name, time, points, file);
}

void check_depth_rate(ClaimContext& context, ClaimRecord& record, const std::string& name) {
  const LimitParameters parameters = limit_parameters(name);
  const LimitKernel& limit = solved_limit(context, name);
  LimitValues values;
  const std::string stem = "limit-value." + name;
  const CanonicalJson reference =
      add_lemma(context, stem, limit_value_draft(context, stem, limit, 1, values));
  Figure figure;
  figure.title = "L (K^L - K_inf), " + name + ", rho = 1";
  figure.x_label = "L";
  figure.y_label = "L (K^L - K_inf)";
  figure.log_x = true;
  Series curve{"L (K^L - K_inf)", {}, {}};
  CanonicalJson::Array depths;
  for (const int depth : {1, 2, 4, 8, 16, 32, 64}) {
    const LimitKernel network(parameters, depth, kLimitOptions);
    const Ball gap = Ball(depth) * (network.at(1).K_inf - values.K_inf);
    const Ball wide =
        Ball::with_radius(gap.exact_midpoint(), UpperBound(3) * gap.radius() + UpperBound(1e-13));
    depths.emplace_back(
        CanonicalJson::Object{{"L", CanonicalJson::count(static_cast<std::uint64_t>(depth))},
                              {"hi", parse_rational(decimal_above(wide.upper_rational(), 16))},
                              {"lo", parse_rational(decimal_below(wide.lower_rational(), 16))}});
    record.evidence.push_back(enclosure("L (K^L - K_inf), L = " + std::to_string(depth), wide));
    curve.x.push_back(depth), curve.y.push_back(gap.midpoint());
  }
  figure.series.push_back(std::move(curve));
  record.figures.push_back(std::move(figure));
  CanonicalJson::Object statement = limit_statement(parameters);
  statement["depths"] = std::move(depths);
  statement["rho"] = Rational(1);
  context.certify(record, {.kind = "limit-depth/1",
                           .verdict = Verdict::proved,
                           .statement = std::move(statement),
                           .witness = CanonicalJson::Object{{"limit", reference},
                                                            {"modes", modes_json(limit, values.q_T)}}});
  record.reason =
      "At L = 1, ..., 64 the depth-L kernel of infinite width is enclosed next to its limit: L times the gap "
      "settles at a non-zero number.";
}

void check_every_set(ClaimContext& context, ClaimRecord& record, const std::string& name, bool antipodes,
                     Verdict verdict) {
  context.certify(
      record,
      {.kind = "limit-spd/1",
       .verdict = verdict,
       .statement =
           CanonicalJson::Object{{"activation", name}, {"set", antipodes ? "distinct" : "no-antipodal-pair"}},
       .witness = CanonicalJson::Object{{"derivative", CanonicalJson::count(static_cast<std::uint64_t>(
                                                           *coherent_derivative(activation(name))))}}});
  record.reason = verdict == Verdict::refuted
                      ? "tanh is odd: K_inf is odd in rho, and singular on every pair x, -x, at every T."
                      : "Gaussian means of the derivatives keep their sign (L52), so every coefficient of "
                        "Sigma* in rho that parity "
                        "allows is positive (L53), for every N, T > 0 and sigma.";
}

void check_correlation(ClaimContext& context, ClaimRecord& record, const std::string& name, Verdict verdict) {
  const LimitKernel& kernel = solved_limit(context, name);
  LimitValues values;
  CertificateDraft draft = limit_value_draft(context, record.text.id, kernel, 1, values);
  context.certify(record, {.kind = "correlation/1",
                           .verdict = verdict,
                           .statement = limit_statement(kernel.parameters()),
                           .witness = std::move(draft.witness)});
  record.evidence.push_back(enclosure("q(T)", values.q_T));
  record.reason =
      verdict == Verdict::proved
          ? "The slope of the correlation map at rho = 1 is below 1, and the map is convex on [0,1]."
          : "The slope of the correlation map at rho = 1 is above 1: near 1 it lies below the diagonal.";
}

void check_growth(ClaimContext& context, ClaimRecord& record, const std::string& name, Verdict verdict) {
  context.certify(record, {.kind = "variance-growth/1",
                           .verdict = verdict,
                           .statement = CanonicalJson::Object{{"activation", name}},
                           .witness = CanonicalJson::Object{}});
  record.reason =
      verdict == Verdict::proved
          ? "Sigma*(x, x) >= (C0/4) I_0(sigma_w T): the linear part of phi alone grows like that (L54)."
          : "|phi| <= 1, so Sigma*(x, x) <= 1 for every T (L54).";
}

void check_structure(ClaimContext& context, ClaimRecord& record, CanonicalJson::Object statement,
                     const char* reason) {
  context.certify(record, {.kind = "limit-structure/1",
                           .verdict = Verdict::proved,
                           .statement = std::move(statement),
                           .witness = CanonicalJson::Object{}});
  record.reason = reason;
}

constexpr ClaimFamily text_of{"limit"};

const std::vector<std::string> kUnit{"n = infinity", "T = sigma_w = sigma_v = 1", "sigma_u^2/d = 1, |x| = 1"};

PointSet hexagon() {
  return integer_points(3, {1, -1, 0, 1, 0, -1, 0, 1, -1, -1, 1, 0, -1, 0, 1, 0, -1, 1}, "hexagon");
}
PointSet antipodal_pair() {
  return integer_points(1, {1, -1}, "antipodal-pair");
}

void register_values(std::vector<Claim>& claims) {
  const std::string check =
      "Collocation in both times with a-priori derivative bounds, residuals in balls, verified "
      "discrete Gronwall inequality (L43-L50).";
  for (const char* name : kActivations) {
    claims.push_back(
        {text_of(
             std::string("limit-kernel-diagonal.") + name, std::string("K_inf(x, x) and its blocks, ") + name,
             "S15, S17; theory 0.5",
             "K_inf(x, x) = K_v + K_W + K_U of the Neural ODE of infinite width lies in the interval given.",
             kUnit, check),
         [name](ClaimContext& context, ClaimRecord& record) { check_value(context, record, name, 1); }});
    claims.push_back({text_of(std::string("limit-kernel-sixty-degrees.") + name,
                              std::string("K_inf and its blocks for inputs at 60 degrees, ") + name,
                              "S15, S17; theory 0.5",
                              "K_inf(x, xbar), <x, xbar> = 1/2, lies in the interval given.", kUnit, check),
                      [name](ClaimContext& context, ClaimRecord& record) {
                        check_value(context, record, name, Rational(1) / 2);
                      }});
    claims.push_back(
        {text_of(std::string("limit-function.") + name,
                 std::string("K_inf as a function on the sphere, ") + name, "S23 corrected; theory 0.5",
                 "K_inf(x, xbar) = sum_m b_m <x, xbar>^m with b_m >= 0; the polynomial given is within the "
                 "radius given for "
                 "every <x, xbar> in [-1, 1].",
                 kUnit,
                 "All coefficients of C, y and z at the nodes of time, non-negative; norms of polynomials "
                 "(L51)."),
         [name](ClaimContext& context, ClaimRecord& record) { check_function(context, record, name); }});
  }
}

void register_positivity(std::vector<Claim>& claims) {
  for (const char* name : {"softplus", "gelu", "silu", "sigmoid", "relu", "cos", "gaussian"})
    claims.push_back(
        {text_of(
             std::string("limit-spd.") + name,
             std::string("Corollary 1 corrected: K_inf is positive definite on every finite set, ") + name,
             "S16 corrected; theory 0.6 (a)",
             "For T > 0 and every finite set of distinct points of the sphere, antipodal pairs included, "
             "Sigma* and K_inf "
             "are strictly positive definite.",
             {"sigma_w, sigma_u, sigma_v > 0", "T > 0"},
             "phi^(k) is even with a non-negative Fourier transform (table of L52); then the argument of "
             "L53."),
         [name](ClaimContext& context, ClaimRecord& record) {
           check_every_set(context, record, name, true, Verdict::proved);
         }});
  for (const char* name : {"tanh", "erf", "sin"})
    claims.push_back(
        {text_of(
             std::string("limit-spd.") + name,
             std::string("Corollary 1 corrected for odd activations, ") + name,
             "S16 corrected; theory 0.6 (a)",
             "For T > 0, Sigma* and K_inf are strictly positive definite on every finite set of distinct "
             "points without "
             "antipodal pairs, and singular on every antipodal pair.",
             {"sigma_w, sigma_u, sigma_v > 0", "T > 0"},
             "phi' is even with a non-negative Fourier transform (table of L52); then the argument of L53."),
         [name](ClaimContext& context, ClaimRecord& record) {
           check_every_set(context, record, name, false, Verdict::proved);
         }});
  claims.push_back({text_of("corollary-1-limit", "Corollary 1 as stated, for the limit kernel at T > 0",
                            "S16 (Corollary 1)",
                            "phi Lipschitz, nonlinear and not a polynomial makes lambda_min(K_inf) > 0 on "
                            "every set of distinct points.",
                            {"T > 0"}, "tanh on x and -x.",
                            "K_inf is positive definite on every finite set of distinct points for softplus, "
                            "GELU, SiLU, sigmoid, ReLU; "
                            "for odd phi exactly on those without antipodal pairs.",
                            "limit-spd.tanh"),
                    [](ClaimContext& context, ClaimRecord& record) {
                      check_every_set(context, record, "tanh", true, Verdict::refuted);
                    }});
  for (const char* name : {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "relu"})
    claims.push_back(
        {text_of(
             std::string("limit-gram-lambda-min.") + name,
             std::string("lambda_min(K_inf) > 0 on the points of the run, with a bound, ") + name,
             "S16, S17, S27, on data; theory 0.6 (e)",
             "lambda_min(K_inf) >= c > 0 for the limiting NTK of the run's points, taken by their direction.",
             kUnit,
             "Certified coefficients b_m of K_inf, entries from exact integer dot products, an integer "
             "factor of K - cI with "
             "a diagonally dominant remainder."),
         [name](ClaimContext& context, ClaimRecord& record) {
           certify_limit_gram(context, record, name, 1, context.points(), context.points_file());
         }});
  const std::array times{std::pair("1/4", Rational(1) / 4), std::pair("1", Rational(1))};
  for (const char* name : {"softplus", "gelu", "silu"})
    for (const auto& [label, time] : times)
      claims.push_back(
          {text_of(std::string("limit-hexagon.") + name + "." + (label[1] == '/' ? "quarter" : "one"),
                   std::string("The hexagon, singular at T = 0, is positive definite at T = ") + label +
                       ", " + name,
                   "S16, S24; theory 0.6 (b)",
                   std::string(
                       "lambda_min(K_inf) >= c > 0 on three coplanar antipodal pairs at 60 degrees, T = ") +
                       label + ".",
                   {"n = infinity", "sigma_w = sigma_v = 1, sigma_u^2/d = 1"},
                   "As limit-gram-lambda-min, on six exact points."),
           [name, time = time](ClaimContext& context, ClaimRecord& record) {
             check_small_set(context, record, name, time, hexagon());
           }});
  for (const auto& [label, time] : times)
    claims.push_back(
        {text_of(
             std::string("limit-antipodal.cos.") + (label[1] == '/' ? "quarter" : "one"),
             std::string("The pair x, -x, singular for cos at T = 0, is positive definite at T = ") + label,
             "theory 0.6 (b)",
             std::string("lambda_min(K_inf) >= c > 0 on {x, -x} for phi = cos, T = ") + label + ".",
             {"n = infinity", "sigma_w = sigma_v = 1, sigma_u^2/d = 1"},
             "As limit-gram-lambda-min, on two exact points."),
         [time = time](ClaimContext& context, ClaimRecord& record) {
           check_small_set(context, record, "cos", time, antipodal_pair());
         }});
  claims.push_back(
      {text_of("two-layer-antipodal.cos", "cos on x and -x at T = 0 is singular", "theory 0.6 (b)",
               "For phi = cos and T = 0 the NNGP and NTK Gram matrices of {x, -x} are singular for every q.",
               {"T = 0"}, "phi is even: the null vector (1, -1)."),
       [](ClaimContext& context, ClaimRecord& record) {
         const auto row = [](std::vector<const char*> entries) {
           return CanonicalJson::Array(entries.begin(), entries.end());
         };
         context.certify(
             record,
             {.kind = "singular/1",
              .verdict = Verdict::proved,
              .statement = CanonicalJson::Object{{"activation", "cos"},
                                                 {"points", CanonicalJson::Array{row({"1"}), row({"-1"})}}},
              .witness = CanonicalJson::Object{{"identity", "even"}, {"vector", row({"1", "-1"})}}});
         record.reason = "cos(-z) = cos(z): the two rows of the Gram matrix are equal.";
       }});
}

void register_dependence(std::vector<Claim>& claims) {
  for (const char* name : {"softplus", "gelu", "tanh"})
    claims.push_back(
        {text_of(std::string("depth-rate.") + name,
                 std::string("Lemma 2 at infinite width: K^L_inf - K_inf is of order 1/L, ") + name,
                 "S13, S14 (Lemma 2, Theorem 2)",
                 "L (K^L_inf(x, x) - K_inf(x, x)) lies in the intervals given for L = 1, 2, ..., 64.", kUnit,
                 "The depth-L recursion and its limit, both enclosed (L49)."),
         [name](ClaimContext& context, ClaimRecord& record) { check_depth_rate(context, record, name); }});
  claims.push_back(
      {text_of("scale-invariance", "sigma_w ~ 1/T: the kernels depend on sigma_w T only", "A12, A17",
               "The limit kernels are the same for (T, sigma_w) = (1, 1), (2, 1/2), (5, 1/5), (10, 1/10).",
               {"n = infinity"}, "Equal products, exactly; L43."),
       [](ClaimContext& context, ClaimRecord& record) {
         CanonicalJson::Array configurations;
         for (const long t : {1, 2, 5, 10})
           configurations.emplace_back(CanonicalJson::Array{Rational(t), Rational(1) / t});
         check_structure(context, record,
                         {{"configurations", std::move(configurations)}, {"property", "scale-invariance"}},
                         "In unit time T and sigma_w enter the limit equations as their product alone.");
       }});
  claims.push_back({text_of("ntk-above-nngp", "K_inf = K_v + K_W + K_U >= K_v in the Loewner order", "S17",
                            "K_inf - K_v is positive semidefinite on every set of points.", {"n = infinity"},
                            "K_W and K_U are sums of Schur products of positive semidefinite kernels (L43)."),
                    [](ClaimContext& context, ClaimRecord& record) {
                      check_structure(context, record, {{"property", "ntk-above-nngp"}},
                                      "K_W and K_U have power series in rho with non-negative coefficients.");
                    }});
  const auto correlation = [&claims](const char* name, Verdict verdict) {
    claims.push_back(
        {text_of(
             std::string("correlation-contracts.") + name,
             std::string("\"Preserving structure while reducing spread\": r(rho) >= rho, ") + name, "B3b",
             "The correlation r(rho) of h_T(x), h_T(xbar) is at least rho = <x, xbar> for every rho in [-1, "
             "1].",
             kUnit, "r is convex on [0, 1] with r(1) = 1; its slope r'(1) = y(T,T)/q(T) is enclosed (L55).",
             verdict == Verdict::refuted ? "r(rho) >= rho holds exactly if r'(1) <= 1, as for softplus." : "",
             verdict == Verdict::refuted ? "correlation-contracts.softplus" : ""),
         [name, verdict](ClaimContext& context, ClaimRecord& record) {
           check_correlation(context, record, name, verdict);
         }});
  };
  for (const char* name : {"softplus", "sigmoid"}) correlation(name, Verdict::proved);
  for (const char* name : {"gelu", "silu", "tanh", "erf"}) correlation(name, Verdict::refuted);
  const auto growth = [&claims](const char* name, Verdict verdict) {
    claims.push_back(
        {text_of(std::string("variance-grows.") + name,
                 std::string("The output variance grows exponentially with T, ") + name, "A12b, B2",
                 "Sigma*(x, x) grows exponentially with T at fixed sigma_w.", {"n = infinity"},
                 verdict == Verdict::proved ? "Comparison with the linear part of phi (L54)."
                                            : "phi is bounded (L54).",
                 verdict == Verdict::refuted ? "True for activations with a linear part, as softplus; "
                                               "bounded ones keep Sigma* <= sup phi^2."
                                             : "",
                 verdict == Verdict::refuted ? "variance-grows.softplus" : ""),
         [name, verdict](ClaimContext& context, ClaimRecord& record) {
           check_growth(context, record, name, verdict);
         }});
  };
  for (const char* name : {"softplus", "gelu", "silu", "relu"}) growth(name, Verdict::proved);
  for (const char* name : {"tanh", "erf", "sigmoid"}) growth(name, Verdict::refuted);
}

}  // namespace

void register_limit_claims(std::vector<Claim>& claims) {
  register_values(claims);
  register_positivity(claims);
  register_dependence(claims);
}

}  // namespace gronwall::verify
