/// \file Confidence statements about samples with known laws.

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/convergence/rate.hpp"
#include "gronwall/numbers/error.hpp"

using namespace gronwall;

namespace {

constexpr int kInstances = 200;

/// Instance i has the error `(1 + i/100) / L`, but a share of `1/sqrt(L)` of the instances err by 1 instead.
std::vector<SampledErrors> heavy_tailed() {
  std::vector<SampledErrors> samples;
  for (const long l : {16, 64, 256, 1024}) {
    SampledErrors sample{l, {}};
    const double share = kInstances / std::sqrt(static_cast<double>(l));
    for (int i = 0; i < kInstances; ++i)
      sample.errors.push_back(i < share ? 1.0 : (1 + i / 100.0) / static_cast<double>(l));
    samples.push_back(std::move(sample));
  }
  return samples;
}

}  // namespace

BOOST_AUTO_TEST_CASE(median_and_mean_square_fall_at_their_own_rates) {
  const SampledRate rate = analyse_samples(heavy_tailed());
  // The mean square is about L^-1/2, its root L^-1/4; the median is near 2/L.
  BOOST_TEST(rate.median_slope.lower < -0.95);
  BOOST_TEST(rate.median_slope.upper > -1.1);
  BOOST_TEST(rate.median_slope.upper < -0.9);
  BOOST_TEST(rate.rms_slope.lower < -0.24);
  BOOST_TEST(rate.rms_slope.upper > -0.27);
  BOOST_TEST(rate.rms_slope.upper < -0.1);
  BOOST_TEST(rate.medians.front() > rate.medians.back());
}

BOOST_AUTO_TEST_CASE(the_resampling_is_reproducible) {
  const SampledRate a = analyse_samples(heavy_tailed(), 7), b = analyse_samples(heavy_tailed(), 7),
                    c = analyse_samples(heavy_tailed(), 8);
  BOOST_TEST(a.rms_slope.lower == b.rms_slope.lower);
  BOOST_TEST(a.rms_slope.upper == b.rms_slope.upper);
  BOOST_TEST((a.rms_slope.lower != c.rms_slope.lower || a.rms_slope.upper != c.rms_slope.upper));
}

BOOST_AUTO_TEST_CASE(an_exact_law_leaves_no_spread) {
  std::vector<SampledErrors> samples;
  for (const long l : {1, 2, 4})
    samples.push_back({l, std::vector<double>(5, 3.0 / static_cast<double>(l * l))});
  const SampledRate rate = analyse_samples(samples);
  BOOST_TEST(std::abs(rate.median_slope.lower + 2) < 1e-12);
  BOOST_TEST(std::abs(rate.rms_slope.upper + 2) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_vanishing_statistic_gives_no_slope) {
  const SampledRate rate = analyse_samples({{1, {0, 0, 0, 1, 1}}, {2, {0, 0, 0, 1, 1}}});
  BOOST_TEST(std::isinf(rate.median_slope.lower));
  BOOST_TEST(std::isinf(rate.median_slope.upper));
}

BOOST_AUTO_TEST_CASE(poor_samples_are_refused) {
  BOOST_CHECK_THROW(analyse_samples({}), InputError);
  BOOST_CHECK_THROW(analyse_samples({{1, {1, 1, 1, 1, 1}}}), InputError);
  BOOST_CHECK_THROW(analyse_samples({{1, {1, 1, 1, 1}}, {2, {1, 1, 1, 1}}}), InputError);
  BOOST_CHECK_THROW(analyse_samples({{1, {1, 1, 1, 1, 1}}, {2, {1, 1, 1, 1}}}), InputError);
  BOOST_CHECK_THROW(analyse_samples({{1, {1, 1, 1, 1, -1}}, {2, {1, 1, 1, 1, 1}}}), InputError);
  BOOST_CHECK_THROW(analyse_samples({{1, {1, 1, 1, 1, NAN}}, {2, {1, 1, 1, 1, 1}}}), InputError);
}
