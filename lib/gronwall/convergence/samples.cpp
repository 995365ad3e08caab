#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gronwall/convergence/rate.hpp"
#include "gronwall/data/philox.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Choice = std::vector<std::size_t>;

constexpr std::size_t kLeastInstances = 5;
constexpr std::uint32_t kResamplings = 2000;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double root_mean_square(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

/// Slope of the least-squares line through (log L, log y); NaN if some y is 0.
double log_slope(const std::vector<SampledErrors>& samples, const std::vector<double>& y) {
  for (const double value : y)
    if (value == 0) return std::numeric_limits<double>::quiet_NaN();
  double x_mean = 0, y_mean = 0;
  const auto count = static_cast<double>(y.size());
  for (std::size_t k = 0; k < y.size(); ++k) {
    x_mean += std::log(static_cast<double>(samples[k].resolution)) / count;
    y_mean += std::log(y[k]) / count;
  }
  double covariance = 0, variance = 0;
  for (std::size_t k = 0; k < y.size(); ++k) {
    const double x = std::log(static_cast<double>(samples[k].resolution)) - x_mean;
    covariance += x * (std::log(y[k]) - y_mean);
    variance += x * x;
  }
  return covariance / variance;
}

template <class Statistic>
std::vector<double> of_each(const std::vector<SampledErrors>& samples, const Choice& chosen,
                            const Statistic& statistic) {
  std::vector<double> result;
  for (const SampledErrors& sample : samples) {
    std::vector<double> values;
    for (const std::size_t i : chosen) values.push_back(sample.errors[i]);
    result.push_back(statistic(std::move(values)));
  }
  return result;
}

/// The same number of instances, drawn with replacement.
Choice resampled(std::size_t count, std::uint32_t number, std::uint64_t seed) {
  Choice chosen;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto words = philox4x32({i, number, 0x5A3D, 0},
                                  {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    chosen.push_back(static_cast<std::size_t>((static_cast<std::uint64_t>(words[0]) * count) >> 32));
  }
  return chosen;
}

/// The middle 95 % of the values; the whole line if some are undefined.
Interval percentile_interval(std::vector<double> values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double value : values)
    if (std::isnan(value)) return {-kInfinity, kInfinity};
  std::sort(values.begin(), values.end());
  const std::size_t cut = values.size() / 40;
  return {values[cut], values[values.size() - 1 - cut]};
}

void require_usable(const std::vector<SampledErrors>& samples) {
  if (samples.size() < 2) throw InputError("a slope needs at least two resolutions");
  long before = 0;
  for (const SampledErrors& sample : samples) {
    if (sample.resolution <= before) throw InputError("resolutions must increase strictly, from 1 on");
    before = sample.resolution;
    if (sample.errors.size() != samples.front().errors.size())
      throw InputError("every resolution needs the errors of the same instances");
    if (sample.errors.size() < kLeastInstances)
      throw InputError("a statement of confidence needs at least 5 instances");
    for (const double error : sample.errors)
      if (!(error >= 0) || std::isinf(error))
        throw InputError("sampled errors must be finite and not negative");
  }
}

}  // namespace

SampledRate analyse_samples(const std::vector<SampledErrors>& samples, std::uint64_t seed) {
  require_usable(samples);
  Choice all(samples.front().errors.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  SampledRate result;
  result.medians = of_each(samples, all, median);
  result.root_mean_squares = of_each(samples, all, root_mean_square);
  std::vector<double> median_slopes, rms_slopes;
  for (std::uint32_t number = 0; number < kResamplings; ++number) {
    const Choice chosen = resampled(all.size(), number, seed);
    median_slopes.push_back(log_slope(samples, of_each(samples, chosen, median)));
    rms_slopes.push_back(log_slope(samples, of_each(samples, chosen, root_mean_square)));
  }
  result.median_slope = percentile_interval(std::move(median_slopes));
  result.rms_slope = percentile_interval(std::move(rms_slopes));
  return result;
}

}  // namespace gronwall
