/// \file Family `width`: networks of finite width against the infinite-width limit, by Monte Carlo. Nothing
/// here is proved: verdicts are `supported` at a stated level, or inconclusive.

#include <array>
#include <cmath>

#include "claims/context.hpp"
#include "claims/registry.hpp"
#include "gronwall/kernel/monte_carlo.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

constexpr double kLevel = 1e-3;
const std::string kTest =
    "Two-sided tests at the joint level 0.001 (Bonferroni); weights from the seed of the run.";

MonteCarloSetup setup_of(const ClaimContext& context, const std::string& name,
                         std::vector<Eigen::Index> widths, std::size_t samples) {
  MonteCarloSetup setup;
  setup.limit.activation = &activation(name);
  setup.widths = std::move(widths);
  setup.samples = samples;
  setup.seed = context.seed();
  setup.level = kLevel;
  return setup;
}

std::string number(double x) {
  return x < 0 ? "-" + decimal_above(to_rational(-x), 4) : decimal_below(to_rational(x), 4);
}

/// `value ± error`, as an interval of one standard error.
Evidence with_error(const std::string& label, double value, double error) {
  return {label + " (one standard error)", number(value - error), number(value + error)};
}

Figure bias_figure(const std::string& title, const WidthScan& scan) {
  Figure figure;
  figure.title = title;
  figure.x_label = "n";
  figure.y_label = "standard deviation of K";
  figure.log_x = figure.log_y = true;
  for (const WidthScanAtRho& at : scan.at) {
    Series series{"rho = " + decimal_below(at.rho, 3), {}, {}};
    for (std::size_t i = 0; i < scan.widths.size(); ++i) {
      series.x.push_back(static_cast<double>(scan.widths[i]));
      series.y.push_back(at.rows[i].K.deviation);
    }
    figure.series.push_back(std::move(series));
  }
  return figure;
}

void add_fits(ClaimRecord& record, const WidthScan& scan) {
  for (const WidthScanAtRho& at : scan.at) {
    const std::string rho = ", rho = " + decimal_below(at.rho, 3);
    record.evidence.push_back({"limit K^8_inf" + rho, number(at.limit.K), ""});
    record.evidence.push_back(
        with_error("a in mean(K) - K_inf = a + b/n" + rho, at.bias.intercept, at.bias.intercept_error));
    record.evidence.push_back(with_error("b" + rho, at.bias.slope, at.bias.slope_error));
    record.evidence.push_back(with_error("slope of log deviation against log n" + rho, at.fluctuation.slope,
                                         at.fluctuation.slope_error));
  }
}

void check_width(ClaimContext& context, ClaimRecord& record, const std::string& name) {
  const WidthScan scan =
      width_scan(setup_of(context, name, {32, 64, 128, 256}, 240), {1, Rational(1) / 2, -1});
  add_fits(record, scan);
  const bool holds = scan.bias_supported && scan.fluctuation_supported;
  record.verdict = holds ? Verdict::supported : Verdict::inconclusive;
  record.reason =
      holds ? "240 networks for each width 32 to 256, L = 8: intercepts a agree with 0 and slopes with -1/2."
            : "a test rejects at level 0.001; larger widths and more samples would tell bias of higher order "
              "from a wrong limit.";
  record.figures.push_back(bias_figure(name + ": fluctuation of K at width n", scan));
}

void check_negative_control(ClaimContext& context, ClaimRecord& record) {
  MonteCarloSetup setup = setup_of(context, "softplus", {64, 128, 256}, 240);
  setup.limit.T = 2;
  const WidthScan centred = [&setup] {
    MonteCarloSetup signs = setup;
    signs.read_out = ReadOut::rademacher;
    return width_scan(signs, {1});
  }();
  setup.read_out = ReadOut::ones;
  const WidthScan ones = width_scan(setup, {1});
  const auto show = [&record](const std::string& label, const WidthScan& scan) {
    record.evidence.push_back(
        with_error("a, " + label, scan.at.front().bias.intercept, scan.at.front().bias.intercept_error));
    const auto& widest = scan.at.front().rows.back();
    record.evidence.push_back(
        with_error("K_W at n = 256, " + label, widest.K_W.mean, widest.K_W.standard_error));
    record.evidence.push_back(
        with_error("K_U at n = 256, " + label, widest.K_U.mean, widest.K_U.standard_error));
  };
  record.evidence.push_back({"K_W of the limit", number(ones.at.front().limit.K_W), ""});
  record.evidence.push_back({"K_U of the limit", number(ones.at.front().limit.K_U), ""});
  show("v = (1, ..., 1)", ones);
  show("v of random signs", centred);
  const bool holds = !ones.bias_supported && centred.bias_supported;
  record.verdict = holds ? Verdict::supported : Verdict::inconclusive;
  record.reason = holds ? "With v = (1, ..., 1) the kernel misses the limit by many standard errors, with "
                          "random signs it does "
                          "not: the mean of v must be 0, its distribution need not be Gaussian."
                        : "the experiment does not separate the two; more samples would.";
}

void check_outputs(ClaimContext& context, ClaimRecord& record, bool independence) {
  const OutputScan scan = output_scan(setup_of(context, "softplus", {32, 64, 128, 256}, 600));
  const auto& widest = scan.rows.back();
  record.evidence.push_back({"variance of the limit", number(scan.variance), ""});
  if (independence) {
    record.evidence.push_back(
        {"correlation of f_1, f_2 at n = 256: standard score", number(widest.correlation_z), ""});
    record.evidence.push_back(with_error("slope of log deviation of |phi(h_T)|^2/n against log n",
                                         scan.dependence.slope, scan.dependence.slope_error));
  } else {
    for (std::size_t k = 0; k < 2; ++k) {
      const std::string f = "f_" + std::to_string(k + 1) + ", n = 256: ";
      record.evidence.push_back({f + "skewness, standard score", number(widest.normality[k].skewness_z), ""});
      record.evidence.push_back({f + "kurtosis, standard score", number(widest.normality[k].kurtosis_z), ""});
      record.evidence.push_back(
          {f + "Anderson-Darling, p", number(widest.normality[k].anderson_darling_p), ""});
    }
    record.evidence.push_back(
        with_error("a in mean variance - limit = a + b/n", scan.bias.intercept, scan.bias.intercept_error));
  }
  const bool holds = independence ? scan.independent : scan.gaussian && scan.variance_supported;
  record.verdict = holds ? Verdict::supported : Verdict::inconclusive;
  record.reason = !holds ? "a test rejects at level 0.001; larger widths and more samples would settle it."
                  : independence ? "600 networks a width: no correlation, and Cov(f_1^2, f_2^2) = "
                                   "Var(sigma_v^2 |phi(h_T)|^2/n) falls like 1/n."
                                 : "600 networks a width: skewness, kurtosis and Anderson-Darling do not "
                                   "reject a Gaussian of variance "
                                   "sigma_v^2 Sigma*.";
}

void check_lambda_min(ClaimContext& context, ClaimRecord& record) {
  const std::vector<Eigen::Index> widths{500, 1000, 2000, 4000};
  Figure figure;
  figure.title = "lambda_min of the empirical NTK, softplus";
  figure.x_label = "n";
  figure.y_label = "lambda_min";
  figure.log_x = true;
  bool positive = true, near = true;
  for (const std::size_t wanted : {25, 50, 100}) {
    const std::size_t count = std::min(wanted, context.points().size());
    const LambdaMinScan scan =
        lambda_min_scan(setup_of(context, "softplus", widths, 1), context.directions(count));
    Series series{"N = " + std::to_string(count), {}, {}};
    for (const auto& row : scan.rows) {
      record.evidence.push_back({"N = " + std::to_string(count) + ", n = " + std::to_string(row.width),
                                 number(row.lambda_min.front()), ""});
      positive = positive && row.lambda_min.front() > 0;
      series.x.push_back(static_cast<double>(row.width)), series.y.push_back(row.lambda_min.front());
    }
    record.evidence.push_back({"N = " + std::to_string(count) + ", limit", number(scan.limit), ""});
    near = near && std::fabs(scan.rows.back().lambda_min.front() / scan.limit - 1) < 0.3;
    figure.series.push_back(std::move(series));
  }
  record.verdict = positive && near ? Verdict::supported : Verdict::inconclusive;
  record.reason =
      positive && near
          ? "lambda_min is positive at every width and tends to the limit's as n grows; it falls with N."
          : "widths up to 4000 are not yet near the limit for these points.";
  record.figures.push_back(std::move(figure));
}

ClaimText text_of(std::string id, std::string title, std::string source, std::string statement,
                  std::string check) {
  return ClaimFamily{"width"}(
      std::move(id), std::move(title), std::move(source), std::move(statement),
      {"independent standard Gaussian weights unless said otherwise", "L = 8, sigma_u^2/d = 1"},
      std::move(check) + " " + kTest);
}

}  // namespace

void register_width_claims(std::vector<Claim>& claims) {
  for (const char* name : {"softplus", "tanh", "relu"})
    claims.push_back(
        {text_of(
             std::string("width-limit.") + name,
             std::string("Proposition 4, Theorem 2: the NTK of width n tends to its limit, ") + name,
             "S12, S15, S19 (Proposition 4, Theorem 2)",
             "mean K_theta - K_inf is of order 1/n, and the standard deviation of K_theta of order n^(-1/2).",
             "Regression of the mean on 1/n and of the log deviation on log n, for rho = 1, 1/2, -1."),
         [name](ClaimContext& context, ClaimRecord& record) { check_width(context, record, name); }});
  claims.push_back(
      {text_of("width-negative-control", "The limit needs a read-out of mean 0",
               "theory 0.5, negative control",
               "With v = (1, ..., 1) K_theta does not tend to K_inf; with random signs it does.",
               "Intercept of the mean against 1/n, T = 2."),
       [](ClaimContext& context, ClaimRecord& record) { check_negative_control(context, record); }});
  claims.push_back(
      {text_of("gaussian-process-limit", "Outputs tend to a Gaussian of variance sigma_v^2 Sigma*", "B1, S12",
               "f(x) tends to a centred Gaussian of variance sigma_v^2 Sigma*(x, x) as n grows.",
               "Skewness, kurtosis, Anderson-Darling at n = 256; mean variance against 1/n."),
       [](ClaimContext& context, ClaimRecord& record) { check_outputs(context, record, false); }});
  claims.push_back(
      {text_of(
           "outputs-independent", "Outputs become independent as the width grows", "B3",
           "Outputs of independent rows of v are uncorrelated at every width; Cov(f_1^2, f_2^2) = O(1/n).",
           "Correlation test; slope of the log deviation of |phi(h_T)|^2/n against log n."),
       [](ClaimContext& context, ClaimRecord& record) { check_outputs(context, record, true); }});
  claims.push_back(
      {text_of("lambda-min-width", "lambda_min of the empirical NTK at widths 500 to 4000", "A16",
               "lambda_min(K_theta) > 0 on the run's points for n > N, near lambda_min(K_inf).",
               "One network a width; N = 25, 50, 100; eigenvalues in double."),
       [](ClaimContext& context, ClaimRecord& record) { check_lambda_min(context, record); }});
}

}  // namespace gronwall::verify
