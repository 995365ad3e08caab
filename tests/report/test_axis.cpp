#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include "gronwall/numbers/error.hpp"
#include "gronwall/report/axis.hpp"

using namespace gronwall;

namespace {

std::vector<std::string> labels(const Axis& axis) {
  std::vector<std::string> texts;
  for (const Tick& tick : axis.ticks()) texts.push_back(tick.label);
  return texts;
}

using Labels = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(axis)

BOOST_AUTO_TEST_CASE(linear_ticks_are_round) {
  BOOST_TEST(labels(Axis(AxisScale::linear, {0, 1}, 6)) == (Labels{"0", "0.2", "0.4", "0.6", "0.8", "1"}));
  BOOST_TEST(labels(Axis(AxisScale::linear, {0, 42000, 0, 0}, 5)) ==
             (Labels{"0", "10000", "20000", "30000", "40000"}));
  BOOST_TEST(labels(Axis(AxisScale::linear, {-0.5, 0.5, 0, 0}, 4)) == (Labels{"-0.5", "0", "0.5"}));
  BOOST_TEST(labels(Axis(AxisScale::linear, {-4e-7, 4e-7, 0, 0}, 4)) ==
             (Labels{"-4·10⁻⁷", "-2·10⁻⁷", "0", "2·10⁻⁷", "4·10⁻⁷"}));
}

BOOST_AUTO_TEST_CASE(logarithmic_ticks_are_powers_of_ten) {
  BOOST_TEST(labels(Axis(AxisScale::logarithmic, {1e-3, 1e2}, 6)) ==
             (Labels{"0.001", "0.01", "0.1", "1", "10", "100"}));
  BOOST_TEST(labels(Axis(AxisScale::logarithmic, {1e-40, 1}, 5)) ==
             (Labels{"10⁻⁴⁰", "10⁻³⁰", "10⁻²⁰", "10⁻¹⁰", "1"}));
  BOOST_TEST(labels(Axis(AxisScale::logarithmic, {1, 30}, 6)) == (Labels{"1", "2", "5", "10", "20"}));
  BOOST_TEST(labels(Axis(AxisScale::logarithmic, {2e-6, 2e-5}, 6)) ==
             (Labels{"2·10⁻⁶", "5·10⁻⁶", "10⁻⁵", "2·10⁻⁵"}));
}

BOOST_AUTO_TEST_CASE(positions_follow_the_scale) {
  const Axis linear(AxisScale::linear, {10, 20, 0, 0}, 5);
  BOOST_TEST(linear.position(10) == 0.0);
  BOOST_TEST(linear.position(15) == 0.5);
  BOOST_TEST(linear.position(20) == 1.0);
  const Axis logarithmic(AxisScale::logarithmic, {1e-4, 1e4, 0, 0}, 5);
  BOOST_TEST(logarithmic.position(1) == 0.5, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(logarithmic.position(100) == 0.75, boost::test_tools::tolerance(1e-12));
}

// Any range, however small, large or narrow, has a few distinct ticks inside.
BOOST_AUTO_TEST_CASE(ticks_of_random_ranges) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (int trial = 0; trial < 20000; ++trial) {
    const AxisScale scale = trial % 2 == 0 ? AxisScale::linear : AxisScale::logarithmic;
    const double size = std::pow(10.0, 280 * uniform(random));
    double lo = scale == AxisScale::linear ? size * uniform(random) : size;
    const double relative = std::pow(10.0, -9 * std::abs(uniform(random)));
    double hi = scale == AxisScale::linear ? lo + size * relative
                                           : std::min(1e300, size * std::pow(10.0, 300 * relative));
    const Axis axis(scale, {lo, std::max(lo, hi)}, 6);
    BOOST_TEST_INFO("range " << lo << " to " << hi);
    BOOST_TEST(axis.ticks().size() >= 2u);
    BOOST_TEST(axis.ticks().size() <= 10u);
    std::set<std::string> texts;
    for (const Tick& tick : axis.ticks()) {
      BOOST_TEST(tick.position >= -1e-9);
      BOOST_TEST(tick.position <= 1 + 1e-9);
      texts.insert(tick.label);
    }
    BOOST_TEST(texts.size() == axis.ticks().size());
  }
}

BOOST_AUTO_TEST_CASE(single_values_get_a_neighbourhood) {
  for (const double value : {0.0, 3.0, -1e200, 1e-300}) {
    const Axis axis(AxisScale::linear, {value, value}, 5);
    BOOST_TEST(axis.position(value) == 0.5, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(axis.ticks().size() >= 2u);
  }
  const Axis axis(AxisScale::logarithmic, {1e-300, 1e-300}, 5);
  BOOST_TEST(axis.position(1e-300) == 0.5, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(impossible_ranges_are_refused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_CHECK_THROW(Axis(AxisScale::linear, {nan, 1}, 5), InputError);
  BOOST_CHECK_THROW(Axis(AxisScale::linear, {0, infinity}, 5), InputError);
  BOOST_CHECK_THROW(Axis(AxisScale::linear, {1, 0}, 5), InputError);
  BOOST_CHECK_THROW(Axis(AxisScale::linear, {-1.7e308, 1.7e308}, 5), InputError);
  BOOST_CHECK_THROW(Axis(AxisScale::logarithmic, {0, 1}, 5), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
