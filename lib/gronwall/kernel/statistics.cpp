#include "gronwall/kernel/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

/// Mean and central moments (divided by the number of samples).
struct Moments {
  double mean = 0, m2 = 0, m3 = 0, m4 = 0;
};

Moments moments(std::span<const double> samples) {
  const auto count = static_cast<double>(samples.size());
  Moments m;
  for (const double x : samples) m.mean += x / count;
  for (const double x : samples) {
    const double d = x - m.mean, square = d * d;
    m.m2 += square / count;
    m.m3 += square * d / count;
    m.m4 += square * square / count;
  }
  return m;
}

void require(bool condition, const std::string& message) {
  if (!condition) throw InputError(message);
}

double require_count(std::size_t count) {
  require(count >= 20, "tests of normality need at least 20 samples, not " + std::to_string(count));
  return static_cast<double>(count);
}

}  // namespace

Estimate estimate(std::span<const double> samples) {
  require(samples.size() >= 4, "an estimate needs at least 4 samples, not " + std::to_string(samples.size()));
  const auto count = static_cast<double>(samples.size());
  const Moments m = moments(samples);
  Estimate e;
  e.mean = m.mean;
  e.deviation = std::sqrt(m.m2 * count / (count - 1));
  e.standard_error = e.deviation / std::sqrt(count);
  // Var(m2) = (m4 - m2^2)/count, and log(deviation) = log(m2)/2.
  if (m.m2 > 0) e.log_deviation_error = std::sqrt(std::max(0.0, m.m4 / (m.m2 * m.m2) - 1) / count) / 2;
  return e;
}

LineFit fit_line(std::span<const double> x, std::span<const double> y, std::span<const double> error) {
  require(x.size() == y.size() && x.size() == error.size(), "a line is fitted to as many x as y and errors");
  double weights = 0, mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    require(error[i] > 0, "a line is fitted to values with standard errors above 0");
    const double w = 1 / (error[i] * error[i]);
    weights += w;
    mean_x += w * x[i];
    mean_y += w * y[i];
  }
  mean_x /= weights;
  mean_y /= weights;
  double spread = 0, product = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double w = 1 / (error[i] * error[i]);
    spread += w * (x[i] - mean_x) * (x[i] - mean_x);
    product += w * (x[i] - mean_x) * (y[i] - mean_y);
  }
  require(spread > 0, "a line is fitted to at least two different x");
  LineFit fit;
  fit.slope = product / spread;
  fit.slope_error = 1 / std::sqrt(spread);
  fit.intercept = mean_y - fit.slope * mean_x;
  fit.intercept_error = std::sqrt(1 / weights + mean_x * mean_x / spread);
  return fit;
}

double critical_value(double level, std::size_t tests) {
  require(level > 0 && level < 1, "the level of a test lies between 0 and 1");
  require(tests > 0, "a critical value needs at least one test");
  return -normal_quantile(level / (2 * static_cast<double>(tests)));
}

double two_sided_p(double z) {
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}

double skewness_statistic(double g1, std::size_t count) {
  const double n = require_count(count);
  const double y = g1 * std::sqrt((n + 1) * (n + 3) / (6 * (n - 2)));
  const double beta = 3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
  const double w_square = -1 + std::sqrt(2 * (beta - 1));
  return std::asinh(y / std::sqrt(2 / (w_square - 1))) / std::sqrt(std::log(w_square) / 2);
}

double kurtosis_statistic(double b2, std::size_t count) {
  const double n = require_count(count);
  const double mean = 3 * (n - 1) / (n + 1);
  const double variance = 24 * n * (n - 2) * (n - 3) / ((n + 1) * (n + 1) * (n + 3) * (n + 5));
  const double x = (b2 - mean) / std::sqrt(variance);
  const double root_beta = 6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9)) *
                           std::sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)));
  const double a = 6 + 8 / root_beta * (2 / root_beta + std::sqrt(1 + 4 / (root_beta * root_beta)));
  const double cube_root = std::cbrt((1 - 2 / a) / (1 + x * std::sqrt(2 / (a - 4))));
  return (1 - 2 / (9 * a) - cube_root) / std::sqrt(2 / (9 * a));
}

NormalityTests normality_tests(std::span<const double> samples) {
  const double n = require_count(samples.size());
  std::vector<double> sorted(samples.begin(), samples.end());
  std::sort(sorted.begin(), sorted.end());
  require(sorted.front() < sorted.back(), "tests of normality need samples that differ");
  const Moments m = moments(samples);
  NormalityTests tests;
  tests.skewness_z = skewness_statistic(m.m3 / (m.m2 * std::sqrt(m.m2)), samples.size());
  tests.kurtosis_z = kurtosis_statistic(m.m4 / (m.m2 * m.m2), samples.size());

  const double deviation = std::sqrt(m.m2 * n / (n - 1));
  const auto log_tail = [](double z) { return std::log(std::erfc(z / std::sqrt(2.0)) / 2); };  // log P(Z > z)
  double sum = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double low = (sorted[i] - m.mean) / deviation;
    const double high = (sorted[sorted.size() - 1 - i] - m.mean) / deviation;
    sum += (2 * static_cast<double>(i) + 1) * (log_tail(-low) + log_tail(high));
  }
  const double a = (-n - sum / n) * (1 + 0.75 / n + 2.25 / (n * n));
  if (a >= 0.6)
    tests.anderson_darling_p = std::exp(1.2937 - 5.709 * a + 0.0186 * a * a);
  else if (a >= 0.34)
    tests.anderson_darling_p = std::exp(0.9177 - 4.279 * a - 1.38 * a * a);
  else if (a >= 0.2)
    tests.anderson_darling_p = 1 - std::exp(-8.318 + 42.796 * a - 59.938 * a * a);
  else
    tests.anderson_darling_p = 1 - std::exp(-13.436 + 101.14 * a - 223.73 * a * a);
  return tests;
}

}  // namespace gronwall
