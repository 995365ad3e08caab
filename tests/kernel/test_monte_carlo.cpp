#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/kernel/finite.hpp"
#include "gronwall/kernel/monte_carlo.hpp"
#include "gronwall/model/gaussian_weights.hpp"

using namespace gronwall;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

MonteCarloSetup setup_of(const char* phi, std::vector<Index> widths, std::size_t samples) {
  MonteCarloSetup setup;
  setup.limit = {.activation = &activation(phi),
                 .sigma_w = Rational(9, 10),
                 .sigma_v = Rational(13, 10),
                 .c0 = Rational(121, 100)};
  setup.depth = 4;
  setup.widths = std::move(widths);
  setup.samples = samples;
  return setup;
}

std::vector<double> gaussians(Index count, std::uint64_t seed) {
  const MatrixXd column = gaussian_weights(count, 1, 7, seed);
  return {column.data(), column.data() + count};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(statistics)

BOOST_AUTO_TEST_CASE(estimates_by_hand) {
  const std::vector<double> x{1, 2, 3, 6};
  const Estimate e = estimate(x);
  BOOST_TEST(std::abs(e.mean - 3) < 1e-15);
  BOOST_TEST(std::abs(e.deviation - std::sqrt(14.0 / 3)) < 1e-15);
  BOOST_TEST(std::abs(e.standard_error - std::sqrt(14.0 / 3) / 2) < 1e-15);
  BOOST_TEST(std::abs(e.log_deviation_error - std::sqrt((98.0 / 4 / (3.5 * 3.5) - 1) / 4) / 2) < 1e-15);
  BOOST_CHECK_THROW(estimate(std::vector<double>{1, 2, 3}), InputError);
}

BOOST_AUTO_TEST_CASE(error_of_the_deviation) {
  // Over many experiments the deviation scatters as its own error says.
  std::vector<double> logs, errors;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Estimate e = estimate(gaussians(200, seed));
    logs.push_back(std::log(e.deviation));
    errors.push_back(e.log_deviation_error);
  }
  BOOST_TEST(std::abs(estimate(logs).deviation / estimate(errors).mean - 1) < 0.12);
}

BOOST_AUTO_TEST_CASE(lines) {
  // Points on a line, whatever the weights; errors from the normal equations for equal weights.
  const std::vector<double> x{0, 1, 3}, y{2, 1.5, 0.5}, error{0.5, 0.1, 2};
  const LineFit fit = fit_line(x, y, error);
  BOOST_TEST(std::abs(fit.intercept - 2) < 1e-14);
  BOOST_TEST(std::abs(fit.slope + 0.5) < 1e-14);
  const std::vector<double> equal{2, 2, 2};
  const LineFit same = fit_line(x, y, equal);  // sum x = 4, sum x^2 = 10: covariance 4 [[10, -4], [-4, 3]]/14
  BOOST_TEST(std::abs(same.intercept_error - 2 * std::sqrt(10.0 / 14)) < 1e-14);
  BOOST_TEST(std::abs(same.slope_error - 2 * std::sqrt(3.0 / 14)) < 1e-14);
  // Uncertain points do not count.
  const std::vector<double> bent{2, 1.5, 5}, third_unknown{0.1, 0.1, 1000};
  BOOST_TEST(std::abs(fit_line(x, bent, third_unknown).intercept - 2) < 1e-6);
  BOOST_CHECK_THROW(fit_line(x, y, std::vector<double>{1, 1}), InputError);
  BOOST_CHECK_THROW(fit_line(x, y, std::vector<double>{1, 0, 1}), InputError);
  BOOST_CHECK_THROW(fit_line(std::vector<double>{1, 1}, std::vector<double>{1, 2}, std::vector<double>{1, 1}),
                    InputError);
}

BOOST_AUTO_TEST_CASE(levels) {
  BOOST_TEST(std::abs(critical_value(0.05, 1) - 1.959963984540054) < 1e-12);
  BOOST_TEST(std::abs(critical_value(0.1, 10) - 2.5758293035489004) < 1e-12);
  BOOST_TEST(std::abs(two_sided_p(-1.959963984540054) - 0.05) < 1e-12);
  BOOST_CHECK_THROW(critical_value(0, 1), InputError);
  BOOST_CHECK_THROW(critical_value(0.05, 0), InputError);
}

BOOST_AUTO_TEST_CASE(published_moment_tests) {
  // D'Agostino, Belanger, D'Agostino, The American Statistician 44 (1990) 316: 62 cholesterol values.
  BOOST_TEST(std::abs(skewness_statistic(1.02, 62) - 3.14) < 0.02);
  BOOST_TEST(std::abs(kurtosis_statistic(4.58, 62) - 2.21) < 0.02);
  BOOST_TEST(std::abs(skewness_statistic(-1.02, 62) + 3.14) < 0.02);
  BOOST_TEST(kurtosis_statistic(2.2, 62) < -1);
  BOOST_CHECK_THROW(skewness_statistic(0, 19), InputError);
}

BOOST_AUTO_TEST_CASE(tests_of_normality_hold_their_level) {
  constexpr int kExperiments = 1000;
  int skewness = 0, kurtosis = 0, anderson_darling = 0, median = 0;
  for (std::uint64_t seed = 0; seed < kExperiments; ++seed) {
    const NormalityTests t = normality_tests(gaussians(150, 10'000 + seed));
    skewness += std::abs(t.skewness_z) > 1.96;
    kurtosis += std::abs(t.kurtosis_z) > 1.96;
    anderson_darling += t.anderson_darling_p < 0.05;
    median += t.anderson_darling_p < 0.5;
  }
  // 50 expected, standard deviation 7; 500 and 16.
  for (const int rejected : {skewness, kurtosis, anderson_darling}) BOOST_TEST(std::abs(rejected - 50) < 26);
  BOOST_TEST(std::abs(median - 500) < 60);
}

BOOST_AUTO_TEST_CASE(tests_of_normality_reject) {
  std::vector<double> skewed = gaussians(500, 1), flat, heavy;
  for (double& x : skewed) x = std::exp(x / 2);
  for (int i = 0; i < 500; ++i) flat.push_back(i);
  for (const double x : gaussians(500, 2)) heavy.push_back(x * x * x);
  BOOST_TEST(normality_tests(skewed).skewness_z > 5);
  BOOST_TEST(normality_tests(flat).kurtosis_z < -5);
  BOOST_TEST(normality_tests(heavy).kurtosis_z > 5);
  for (const auto* samples : {&skewed, &flat, &heavy})
    BOOST_TEST(normality_tests(*samples).anderson_darling_p < 1e-4);
  BOOST_CHECK_THROW(normality_tests(std::vector<double>(30, 1.0)), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(monte_carlo)

BOOST_AUTO_TEST_CASE(kernels_of_wide_networks) {
  MonteCarloSetup setup = setup_of("softplus", {24, 48, 96, 192}, 300);
  const std::vector<Rational> rhos{Rational(1), Rational(1, 2), Rational(-1)};
  const WidthScan scan = width_scan(setup, rhos);
  BOOST_TEST(scan.bias_supported);
  BOOST_TEST(scan.fluctuation_supported);
  for (const WidthScanAtRho& at : scan.at) {
    BOOST_TEST_MESSAGE("rho " << at.rho << ": K_inf^L " << at.limit.K << ", intercept " << at.bias.intercept
                              << " +- " << at.bias.intercept_error << ", slope " << at.bias.slope << " +- "
                              << at.bias.slope_error << ", log-log slope " << at.fluctuation.slope << " +- "
                              << at.fluctuation.slope_error);
    // The errors are small enough to tell: an index slip in K_W would show.
    BOOST_TEST(at.bias.intercept_error < 0.03 * at.limit.K);
    BOOST_TEST(at.fluctuation.slope_error < 0.05);
    const auto& widest = at.rows.back();
    BOOST_TEST(std::abs(widest.K_v.mean - at.limit.K_v) < 0.1 * at.limit.K);
    BOOST_TEST(std::abs(widest.K_W.mean - at.limit.K_W) < 0.1 * at.limit.K);
    BOOST_TEST(std::abs(widest.K_U.mean - at.limit.K_U) < 0.1 * at.limit.K);
    BOOST_TEST(std::abs(widest.K.mean - widest.K_v.mean - widest.K_W.mean - widest.K_U.mean) < 1e-12);
  }
  // Reproducible, on any number of threads; another seed is another experiment.
  setup.widths = {8, 16};
  setup.samples = 20;
  const double once = width_scan(setup, rhos).at[1].rows[0].K.mean;
  setup.threads = 1;
  BOOST_TEST(width_scan(setup, rhos).at[1].rows[0].K.mean == once);
  setup.seed = 2;
  BOOST_TEST(width_scan(setup, rhos).at[1].rows[0].K.mean != once);
}

BOOST_AUTO_TEST_CASE(centred_read_out_is_needed) {
  MonteCarloSetup setup = setup_of("softplus", {32, 64, 128}, 150);
  setup.limit.T = 2;
  setup.read_out = ReadOut::rademacher;
  const WidthScan signs = width_scan(setup, {1});
  BOOST_TEST(signs.bias_supported);
  setup.read_out = ReadOut::ones;
  const WidthScan ones = width_scan(setup, {1});
  BOOST_TEST(!ones.bias_supported);
  BOOST_TEST(ones.at[0].bias_z() > 6);
  // Theory 0.5: K_W and K_U suffer, K_v does not.
  const auto& widest = ones.at[0].rows.back();
  BOOST_TEST(widest.K_W.mean > 1.4 * ones.at[0].limit.K_W);
  BOOST_TEST(widest.K_U.mean > 1.8 * ones.at[0].limit.K_U);
  BOOST_TEST(std::abs(widest.K_v.mean / ones.at[0].limit.K_v - 1) < 0.1);
}

BOOST_AUTO_TEST_CASE(outputs_become_independent_gaussians) {
  const MonteCarloSetup setup = setup_of("softplus", {32, 64, 128}, 1500);
  const OutputScan scan = output_scan(setup);
  BOOST_TEST(scan.gaussian);
  BOOST_TEST(scan.independent);
  BOOST_TEST(scan.variance_supported);
  BOOST_TEST(scan.bias.intercept_error < 0.02 * scan.variance);
  for (const OutputScan::Row& row : scan.rows) {
    BOOST_TEST_MESSAGE("n " << row.width << ": variance " << row.variance.mean << " +- "
                            << row.variance.standard_error << " (" << scan.variance
                            << "), Cov(f1^2, f2^2)/variance^2 " << row.square_covariance.mean << " +- "
                            << row.square_covariance.standard_error << ", from the hidden layers "
                            << std::pow(row.conditional_variance.deviation / row.variance.mean, 2));
    // Two ways to the same covariance and variance.
    const double dependence = std::pow(row.conditional_variance.deviation / row.conditional_variance.mean, 2);
    BOOST_TEST(std::abs(row.square_covariance.mean - dependence) <
               4.5 * row.square_covariance.standard_error);
    BOOST_TEST(std::abs(row.variance.mean - row.conditional_variance.mean) <
               4.5 * row.variance.standard_error);
  }
}

BOOST_AUTO_TEST_CASE(narrow_networks_are_not_gaussian) {
  MonteCarloSetup setup = setup_of("softplus", {1, 2}, 1500);
  const OutputScan scan = output_scan(setup);
  BOOST_TEST(!scan.gaussian);
  BOOST_TEST(scan.rows[0].square_covariance.mean > 0.5);
}

BOOST_AUTO_TEST_CASE(least_eigenvalues) {
  MatrixXd points(3, 6);
  for (Index j = 0; j < points.cols(); ++j)
    for (Index i = 0; i < 3; ++i) points(i, j) = std::cos(static_cast<double>(5 * j + 2 * i * i + 1));
  points.colwise().normalize();
  MonteCarloSetup setup = setup_of("tanh", {16, 400}, 6);
  const LambdaMinScan scan = lambda_min_scan(setup, points);
  BOOST_TEST(scan.limit > 0);
  const auto scatter = [&scan](std::size_t row) {
    double largest = 0;
    for (const double x : scan.rows[row].lambda_min)
      largest = std::max(largest, std::abs(x / scan.limit - 1));
    return largest;
  };
  BOOST_TEST(scan.rows[0].lambda_min.size() == 6u);
  BOOST_TEST(scatter(1) < 0.7);
  BOOST_TEST(scatter(1) < scatter(0));
  // tanh is odd: an antipodal pair makes every Gram matrix singular.
  points.col(5) = -points.col(0);
  setup.widths = {64};
  setup.samples = 2;
  const LambdaMinScan singular = lambda_min_scan(setup, points);
  BOOST_TEST(std::abs(singular.limit) < 1e-12);
  for (const double x : singular.rows[0].lambda_min) BOOST_TEST(std::abs(x) < 1e-12);
}

BOOST_AUTO_TEST_CASE(bad_input) {
  const MonteCarloSetup good = setup_of("tanh", {8, 16}, 20);
  const auto with = [&good](auto&& change) {
    MonteCarloSetup setup = good;
    change(setup);
    return setup;
  };
  BOOST_CHECK_THROW(width_scan(good, {}), InputError);
  BOOST_CHECK_THROW(width_scan(good, {Rational(2)}), InputError);
  BOOST_CHECK_THROW(width_scan(with([](auto& s) { s.samples = 3; }), {1}), InputError);
  BOOST_CHECK_THROW(width_scan(with([](auto& s) { s.widths = {8}; }), {1}), InputError);
  BOOST_CHECK_THROW(width_scan(with([](auto& s) { s.widths = {8, 8}; }), {1}), InputError);
  BOOST_CHECK_THROW(width_scan(with([](auto& s) { s.widths = {0, 8}; }), {1}), InputError);
  BOOST_CHECK_THROW(width_scan(with([](auto& s) { s.limit.T = 0; }), {1}), InputError);
  BOOST_CHECK_THROW(output_scan(with([](auto& s) { s.samples = 19; })), InputError);
  BOOST_CHECK_THROW(output_scan(with([](auto& s) { s.read_out = ReadOut::ones; })), InputError);
  BOOST_CHECK_THROW(lambda_min_scan(good, MatrixXd(3, 0)), InputError);
  BOOST_CHECK_THROW(lambda_min_scan(good, MatrixXd::Constant(2, 2, 1)), InputError);
  BOOST_CHECK_THROW(lambda_min_scan(good, MatrixXd::Constant(2, 2, std::nan(""))), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
