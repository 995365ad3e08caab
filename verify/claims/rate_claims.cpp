/// \file Family `rate`: the gradient of the depth-L ResNet converges like 1/L; what is true for ReLU.

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "claims/context.hpp"
#include "claims/flow_json.hpp"
#include "claims/registry.hpp"
#include "gronwall/convergence/rate.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/model/resnet.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

constexpr const char* kSmooth[] = {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf"};
constexpr std::array<long, 13> kDepths = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};
constexpr Eigen::Index kWidth = 16;
constexpr Eigen::Index kDimension = 4;

/// One random model and input, its enclosed gradient, and the enclosed L e_L.
struct RateCase {
  RateCase(const ClaimContext& context, const char* name)
      : model(gaussian_model(kWidth, kDimension, 1, activation(name), context.seed())),
        x(input()),
        enclosure(model, x, options()) {
    const EnclosedGradient gradient = enclosure.gradient();
    for (const long depth : kDepths) {
      const Interval e = distance(enclose_resnet_gradient(model, x, depth), gradient);
      errors.push_back({depth, e});
    }
  }
  /// Some point with |x|^2 near d.
  static Eigen::VectorXd input() { return Eigen::Vector4d(1.25, -0.5, 1.0, -1.0625); }
  static EnclosureOptions options() {
    EnclosureOptions result;
    result.flow.tolerance = 2e-13;
    return result;
  }

  NeuralOde model;
  Eigen::VectorXd x;
  NeuralOdeEnclosure enclosure;
  std::vector<EnclosedError> errors;
};

std::string short_interval(const Interval& x) {
  return "[" + decimal_below(to_rational(x.lower), 10) + ", " + decimal_above(to_rational(x.upper), 10) + "]";
}

Interval times(long depth, const Interval& e) {
  const auto l = static_cast<double>(depth);
  return {std::nextafter(l * e.lower, 0.0), std::nextafter(l * e.upper, INFINITY)};
}

Figure error_figure(const std::string& name, const std::vector<EnclosedError>& errors) {
  Figure figure;
  figure.title = "L |grad f^L - grad f|, " + name;
  figure.x_label = "L";
  figure.y_label = "L e_L";
  figure.log_x = true;
  Series series{"L e_L", {}, {}};
  for (const EnclosedError& e : errors) {
    series.x.push_back(static_cast<double>(e.resolution));
    series.y.push_back(static_cast<double>(e.resolution) * e.error.upper);
  }
  figure.series.push_back(std::move(series));
  return figure;
}

void check_rate(ClaimContext& context, ClaimRecord& record, const char* name) {
  const RateCase instance(context, name);
  // The checker's norm of W and its rounding differ a little from the library's.
  constexpr double kMargin = 1.25;
  const Rational constant = rounded_up(kMargin * rate_constant(instance.enclosure).value(), 3);
  CanonicalJson::Array depths;
  for (const EnclosedError& e : instance.errors) {
    const Interval scaled = times(e.resolution, e.error);
    const double slack = 2 * (scaled.upper - scaled.lower) + 1e-9;
    depths.emplace_back(CanonicalJson::Object{
        {"L", CanonicalJson::count(static_cast<std::uint64_t>(e.resolution))},
        {"hi", parse_rational(decimal_above(to_rational(scaled.upper + slack), 12))},
        {"lo", parse_rational(decimal_below(to_rational(std::max(0.0, scaled.lower - slack)), 12))}});
  }
  auto& bundle = context.bundle();
  context.certify(
      record, {.kind = "rate/1",
               .verdict = Verdict::proved,
               .statement = CanonicalJson::Object{{"activation", name},
                                                  {"constant", constant},
                                                  {"depths", std::move(depths)},
                                                  {"model", model_json(bundle, "small-model", "small-input",
                                                                       instance.model, instance.x)}},
               .witness = flow_json(bundle, record.text.id, instance.enclosure)});
  const RateReport report = analyse_rate(instance.errors, 1);
  record.evidence.push_back({"C with e_L <= C/L for every L", decimal_above(constant, 3), ""});
  for (const EnclosedError& e : instance.errors) {
    const Interval scaled = times(e.resolution, e.error);
    record.evidence.push_back({"L e_L, L = " + std::to_string(e.resolution),
                               decimal_below(to_rational(scaled.lower), 9),
                               decimal_above(to_rational(scaled.upper), 9)});
  }
  const EnclosedGradient deepest = enclose_resnet_gradient(instance.model, instance.x, kDepths.back());
  const BlockDistances blocks = block_distances(deepest, instance.enclosure.gradient());
  const RateConstants constants = rate_constants(instance.enclosure);
  const auto show_block = [&](const char* block, const Interval& e, UpperBound bound) {
    const Interval scaled = times(kDepths.back(), e);
    record.evidence.push_back({std::string("block ") + block + ", L = 10000 (constant " +
                                   decimal_above(to_rational(bound.value()), 3) + ")",
                               decimal_below(to_rational(scaled.lower), 8),
                               decimal_above(to_rational(scaled.upper), 8)});
  };
  show_block("U", blocks.u, constants.u);
  show_block("W", blocks.w, constants.w);
  show_block("v", blocks.v, constants.v);
  const Interval order = report.orders.back();
  record.evidence.push_back({"observed order between the last two L",
                             decimal_below(to_rational(order.lower), 6),
                             decimal_above(to_rational(order.upper), 6)});
  record.reason =
      "Width 16: both gradients enclosed for L = 1 to 10,000, and e_L <= C/L for every L by the explicit "
      "constant of L33.";
  record.figures.push_back(error_figure(name, instance.errors));
}

void check_limit(ClaimContext& context, ClaimRecord& record, const char* name) {
  const RateCase instance(context, name);
  const RateLimit first_order = rate_limit(instance.enclosure);
  const Interval limit = norm(first_order.gradient);
  // The checker's derivative bounds are coarser than the library's.
  const double slack = 4 * (limit.upper - limit.lower) + 1e-9;
  auto& bundle = context.bundle();
  const std::string stem = record.text.id;
  context.certify(
      record,
      {.kind = "rate-limit/1",
       .verdict = Verdict::proved,
       .statement =
           CanonicalJson::Object{
               {"activation", name},
               {"hi", parse_rational(decimal_above(to_rational(limit.upper + slack), 12))},
               {"lo", parse_rational(decimal_below(to_rational(std::max(0.0, limit.lower - slack)), 12))},
               {"model", model_json(bundle, "small-model", "small-input", instance.model, instance.x)}},
       .witness = CanonicalJson::Object{
           {"adjoint_term", pieces_json(bundle, stem + ".adjoint-term", first_order.adjoint_term)},
           {"flow", flow_json(bundle, stem, instance.enclosure)},
           {"state_term", pieces_json(bundle, stem + ".state-term", first_order.state_term)}}});
  record.evidence.push_back({"limit of L e_L", decimal_below(to_rational(limit.lower), 10),
                             decimal_above(to_rational(limit.upper), 10)});
  const LimitReport agreement = compare_with_limit(instance.errors, 1, limit);
  if (!agreement.consistent)
    throw PrecisionError(
        "the enclosures of L e_L do not approach that of the limit: a defect of the library");
  record.evidence.push_back({"max L |L e_L - limit| for L = 1 to 10,000",
                             decimal_below(to_rational(agreement.constant.lower), 4),
                             decimal_above(to_rational(agreement.constant.upper), 4)});
  const Interval last = times(instance.errors.back().resolution, instance.errors.back().error);
  record.reason = "The limit lies in " + short_interval(limit) + ", L e_L at L = 10,000 in " +
                  short_interval(last) + ": the difference shrinks like 1/L, as L42 says.";
}

CanonicalJson rows_json(const std::vector<std::vector<const char*>>& rows) {
  CanonicalJson::Array result;
  for (const auto& row : rows) result.push_back(CanonicalJson::Array(row.begin(), row.end()));
  return result;
}

/// A ReLU net of width n on x = 1 with v = e_3 and all factors 1.
CanonicalJson relu_net(const std::vector<std::vector<const char*>>& u,
                       const std::vector<std::vector<const char*>>& w, const std::vector<const char*>& v) {
  return CanonicalJson::Object{
      {"T", "1"},        {"U", rows_json(u)}, {"W", rows_json(w)},   {"factor_u", "1"},
      {"factor_v", "1"}, {"factor_w", "1"},   {"v", rows_json({v})}, {"x", rows_json({{"1"}})}};
}

constexpr long kExactDepths = 32;

void check_no_convergence(ClaimContext& context, ClaimRecord& record) {
  CanonicalJson::Array depths;
  for (long l = 1; l <= kExactDepths; ++l) {
    const Rational ratio(l - 1, 2 * l);
    depths.emplace_back(CanonicalJson::Object{{"L", CanonicalJson::count(static_cast<std::uint64_t>(l))},
                                              {"gap_squared", Rational(2 + ratio * ratio)}});
  }
  // h_1 = 1, h_2 = 1 + t, h_3 = 3/2 - t - t^2/2.
  CanonicalJson::Array pieces{CanonicalJson(rows_json({{"1"}, {"1", "1"}, {"3*2^-1", "-1", "-1*2^-1"}}))};
  context.certify(
      record,
      {.kind = "kink/1",
       .verdict = Verdict::refuted,
       .statement =
           CanonicalJson::Object{
               {"activation", "relu"},
               {"depths", std::move(depths)},
               {"model", relu_net({{"1"}, {"1"}, {"3*2^-1"}},
                                  {{"0", "0", "0"}, {"1", "0", "0"}, {"0", "-1", "0"}}, {"0", "0", "1"})}},
       .witness = CanonicalJson::Object{{"breakpoints", CanonicalJson::Array{"0", "1"}},
                                        {"pieces", std::move(pieces)}}});
  record.reason =
      "Width 3: h_3(T) = 0 but h^L_3 = 1/(2L) > 0 for every L, so |lambda^{0,L} - lambda_0|^2 = 2 + "
      "((L-1)/(2L))^2 >= 2: checked exactly for L = 1 to 32, and the formula holds for every L.";
}

void check_oscillation(ClaimContext& context, ClaimRecord& record) {
  CanonicalJson::Array depths;
  for (long l = 1; l <= kExactDepths; ++l) {
    const Rational a(l - 1, 2 * l), b = Rational(l - 1, l) * Rational(l - 1, l) / 8;
    const Rational gap = l % 2 == 0 ? Rational(0) : Rational(1 + 2 * a * a + b * b);
    depths.emplace_back(CanonicalJson::Object{{"L", CanonicalJson::count(static_cast<std::uint64_t>(l))},
                                              {"gap_squared", gap}});
  }
  // h_1 = 1, h_2 = t - 1/2, h_4 = t; h_3' = max(t - 1/2, 0) - t/2.
  CanonicalJson::Array pieces{
      CanonicalJson(rows_json({{"1"}, {"-1*2^-1", "1"}, {"1*2^-3", "0", "-1*2^-2"}, {"0", "1"}})),
      CanonicalJson(rows_json({{"1"}, {"-1*2^-1", "1"}, {"1*2^-2", "-1*2^-1", "1*2^-2"}, {"0", "1"}}))};
  context.certify(
      record, {.kind = "kink/1",
               .verdict = Verdict::proved,
               .statement = CanonicalJson::Object{{"activation", "relu"},
                                                  {"depths", std::move(depths)},
                                                  {"model", relu_net({{"1"}, {"-1*2^-1"}, {"1*2^-3"}, {"0"}},
                                                                     {{"0", "0", "0", "0"},
                                                                      {"1", "0", "0", "0"},
                                                                      {"0", "1", "0", "-1*2^-1"},
                                                                      {"1", "0", "0", "0"}},
                                                                     {"0", "0", "1", "0"})}},
               .witness = CanonicalJson::Object{{"breakpoints", CanonicalJson::Array{"0", "1*2^-1", "1"}},
                                                {"pieces", std::move(pieces)}}});
  record.reason =
      "Width 4, dyadic numbers: the discrete adjoint is 0 for every even L and at least 1 in norm for every "
      "odd L (checked exactly for L = 1 to 32); the gradient alternates for ever.";
}

Figure sample_figure(std::string title, std::string y_label, const std::vector<SampledErrors>& samples,
                     const SampledRate& rate) {
  Figure figure;
  figure.title = std::move(title);
  figure.x_label = "L";
  figure.y_label = std::move(y_label);
  figure.log_x = figure.log_y = true;
  Series median{"median", {}, {}}, rms{"root mean square", {}, {}}, largest{"largest", {}, {}};
  const auto add = [](Series& series, double x, double y) {
    if (y <= 0) return;
    series.x.push_back(x);
    series.y.push_back(y);
  };
  for (std::size_t k = 0; k < samples.size(); ++k) {
    const auto l = static_cast<double>(samples[k].resolution);
    add(median, l, rate.medians[k]);
    add(rms, l, rate.root_mean_squares[k]);
    add(largest, l, *std::max_element(samples[k].errors.begin(), samples[k].errors.end()));
  }
  for (Series& series : {std::ref(median), std::ref(rms), std::ref(largest)})
    if (!series.x.empty()) figure.series.push_back(series);
  return figure;
}

constexpr std::array<long, 6> kSampleDepths = {8, 16, 32, 64, 128, 256};
constexpr long kReferenceDepth = 4096;

std::string percent(const char* what) {
  return std::string(what) + ", 95 % interval";
}

Evidence slope_evidence(const char* what, const Interval& slope) {
  return {percent(what), decimal_below(to_rational(slope.lower), 3),
          decimal_above(to_rational(slope.upper), 3)};
}

/// The typical error of the gradient against a fine reference, over Gaussian models.
void check_median(ClaimContext& context, ClaimRecord& record, const std::string& name) {
  constexpr std::size_t kModels = 60;
  constexpr Eigen::Index kSampleWidth = 32;
  std::vector<SampledErrors> samples;
  for (const long depth : kSampleDepths) samples.push_back({depth, std::vector<double>(kModels)});
  parallel_for(kModels, [&](std::size_t k) {
    const NeuralOde model =
        gaussian_model(kSampleWidth, kDimension, 1, activation(name), context.seed() + 1000 + k);
    const Eigen::MatrixXd x = RateCase::input();
    const Gradient<double> reference = ResNet<double>(model, kReferenceDepth).gradient(x);
    for (SampledErrors& sample : samples)
      sample.errors[k] = (ResNet<double>(model, sample.resolution).gradient(x) - reference).norm();
  });
  const SampledRate rate = analyse_samples(samples);
  record.evidence.push_back(slope_evidence("slope of log median error against log L", rate.median_slope));
  const bool one = rate.median_slope.lower > -1.3 && rate.median_slope.upper < -0.8;
  record.verdict = one ? Verdict::supported : Verdict::inconclusive;
  record.reason = one ? "60 Gaussian models of width 32: the median error falls like 1/L from L = 8 to 256; "
                        "single runs stay on plateaus until "
                        "the last sign at T is right."
                      : "the sample does not fix the slope; more models would.";
  record.figures.push_back(
      sample_figure(name + ": |grad f^L - grad f| over 60 models", "error", samples, rate));
}

/// The mean over v of |lambda^L - lambda_T|^2 is (sigma_v^2/n) times the number of wrong signs at T (theory
/// section 4, R2): counting signs samples the mean square without its heavy tail.
void check_mean_square(ClaimContext& context, ClaimRecord& record) {
  constexpr std::size_t kModels = 48;
  constexpr Eigen::Index kSampleWidth = 128, kInputs = 16;
  constexpr long kReference = 2048;
  std::vector<SampledErrors> samples;
  for (const long depth : {4, 8, 16, 32, 64, 128}) samples.push_back({depth, std::vector<double>(kModels)});
  parallel_for(kModels, [&](std::size_t k) {
    const NeuralOde model =
        gaussian_model(kSampleWidth, kDimension, 1, activation("relu"), context.seed() + 2000 + k);
    // Any inputs will do: the columns of another Gaussian matrix.
    const Eigen::MatrixXd x =
        gaussian_model(kDimension, kInputs, 1, activation("relu"), context.seed() + 3000 + k).u();
    const auto signs = [&](long depth) -> Eigen::ArrayXXd {
      return (ResNet<double>(model, depth).states(x).back().array() > 0).cast<double>();
    };
    const Eigen::ArrayXXd reference = signs(kReference);
    for (SampledErrors& sample : samples)
      sample.errors[k] = std::sqrt((signs(sample.resolution) - reference).square().mean());
  });
  const SampledRate rate = analyse_samples(samples);
  record.evidence.push_back(
      slope_evidence("slope of log root mean square of |lambda^L - lambda_T| against log L", rate.rms_slope));
  const bool half = rate.rms_slope.lower > -0.65 && rate.rms_slope.upper < -0.35;
  record.verdict = half ? Verdict::supported : Verdict::inconclusive;
  record.reason = half ? "48 Gaussian models of width 128 with 16 inputs each, averaged over v exactly: the "
                         "root mean square falls like L^(-1/2)."
                       : "the sample does not fix the slope; more models would.";
  record.figures.push_back(
      sample_figure("ReLU: root of the share of wrong signs at T", "error of lambda_T", samples, rate));
}

constexpr ClaimFamily text_of{"rate"};

}  // namespace

void register_rate_claims(std::vector<Claim>& claims) {
  for (const char* name : kSmooth)
    claims.push_back(
        {text_of(std::string("gradient-rate.") + name,
                 std::string("Proposition 2: the ResNet's gradient converges like 1/L, ") + name,
                 "S6, A5 (Proposition 2); theory 0.4",
                 "|grad f^L - grad f| <= C/L for every L >= 1, with an explicit C that depends on theta, x, "
                 "T and phi; and the enclosed values of L e_L at L = 1 to 10,000.",
                 {"phi in C^1, phi' Lipschitz",
                  "theta and x fixed (a Gaussian model of width 16 from the run's seed)"},
                 "Continuous and discrete gradients enclosed; the constant of L33 from certified norms."),
         [name](ClaimContext& context, ClaimRecord& record) { check_rate(context, record, name); }});
  for (const char* name : kSmooth)
    claims.push_back(
        {text_of(
             std::string("rate-limit.") + name,
             std::string("L times the gradient's error tends to the first-order term, ") + name,
             "S6; theory 0.4",
             "L |grad f^L - grad f| tends to |G|, G the gradient of the first-order term of Euler's method "
             "(L42).",
             {"phi in C^3 with bounded derivatives"},
             "Enclosures of |G| and of L e_L at L = 1 to 10,000: their difference times L stays bounded."),
         [name](ClaimContext& context, ClaimRecord& record) { check_limit(context, record, name); }});
  claims.push_back(
      {text_of("proposition-2-relu", "Gradient equivalence for every parameter, ReLU", "A5, section 4 (R4)",
               "grad f^L tends to grad f for every theta (Proposition 2 without the hypothesis on phi').",
               {"phi = ReLU, phi'(0) = 0"}, "One exact rational net on which the gap stays above sqrt 2.",
               "For almost every theta |grad f^L - grad f| <= C(theta)/L from some L on (theory section 4, "
               "R1); not for every theta, and not uniformly.",
               "relu-median-rate"),
       check_no_convergence});
  claims.push_back(
      {text_of("relu-oscillation", "A ReLU net whose gradient oscillates for ever", "A5b, section 4 (R5)",
               "There are parameters for which the gradient of the ReLU ResNet alternates between two values "
               "as L grows.",
               {"phi = ReLU, phi'(0) = 0"}, "One exact rational net."),
       check_oscillation});
  for (const char* name : {"relu", "leaky-relu:1/10"})
    claims.push_back(
        {text_of(std::string(name) == "relu" ? "relu-median-rate" : "leaky-relu-median-rate",
                 std::string(name) + ": 1/L for the typical model", "A5b, A15, section 4 (R1, R3)",
                 "The median of |grad f^L - grad f| over Gaussian models falls like 1/L: no general "
                 "stagnation or oscillation.",
                 {"Gaussian weights", "width 32, 60 models"},
                 "Log-log slope with a 95 % bootstrap interval, against L = 4,096."),
         [name](ClaimContext& context, ClaimRecord& record) { check_median(context, record, name); }});
  claims.push_back(
      {text_of("relu-mean-square-rate", "ReLU: L^(-1/2) in the mean square", "A15, section 4 (R2)",
               "The root mean square over Gaussian models of |lambda^L - lambda_T| falls like L^(-1/2), not "
               "like 1/L.",
               {"Gaussian weights", "width 128"},
               "Wrong signs at T counted against L = 2,048, averaged over v exactly; log-log slope with a 95 "
               "% bootstrap interval."),
       check_mean_square});
}

}  // namespace gronwall::verify
