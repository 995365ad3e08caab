#include <cmath>
#include <limits>
#include <random>

#include "data_testing.hpp"
#include "gronwall/data/exact_scaling.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall {
namespace {

using namespace testing;

Rational value(std::int64_t integer, Scale scale) {
  Rational factor = 1;
  for (int i = 0; i < std::abs(scale.exponent); ++i) factor *= scale.base;
  return scale.exponent < 0 ? Rational(integer) / factor : Rational(integer) * factor;
}

BOOST_AUTO_TEST_SUITE(scaling)

BOOST_AUTO_TEST_CASE(doubles_exactly) {
  const std::vector<double> values{0.5, -0.75, 3, 0};
  const ScaledIntegers scaled = scale_exactly(values, 2, {.name = "p"});
  BOOST_TEST((scaled.scale == Scale{2, -2}));
  BOOST_TEST(scaled.values == (Integers{2, -3, 12, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(random_doubles_keep_their_value) {
  std::mt19937_64 engine(1);
  std::uniform_int_distribution<std::int64_t> mantissa(-(1 << 30), 1 << 30);
  std::uniform_int_distribution<int> exponent(-20, 5);
  for (const int shift : {-1070, -300, 0, 40, 900}) {
    std::vector<double> values(60);
    for (double& x : values) x = std::ldexp(static_cast<double>(mantissa(engine)), exponent(engine) + shift);
    const ScaledIntegers scaled = scale_exactly(values, 6, {.name = "p"});
    for (std::size_t k = 0; k < values.size(); ++k) {
      BOOST_TEST(value(scaled.values[k], scaled.scale) == to_rational(values[k]));
    }
  }
}

BOOST_AUTO_TEST_CASE(integers_keep_scale_one) {
  BOOST_TEST((scale_exactly(std::vector<double>{4, 8}, 2, {}).scale == Scale{2, 0}));
  BOOST_TEST((scale_exactly(std::vector<Decimal>{{1, 2}, {3, 1}}, 2, {}).scale == Scale{10, 0}));
  BOOST_TEST((scale_exactly(std::vector<double>{0, 0}, 2, {}).scale == Scale{2, 0}));
  // Too large for scale 1, but exact with a positive exponent.
  const ScaledIntegers large = scale_exactly(std::vector<double>{0x1p200, 0x1.8p201}, 2, {});
  BOOST_TEST((large.scale == Scale{2, 200}));
  BOOST_TEST(large.values == (Integers{1, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(spread_beyond_integers_is_refused) {
  const PointSource source{.name = "p", .first_row = 7};
  check_refused(
      [&] {
        scale_exactly(std::vector<double>{1, 2, 1e-300, 3}, 2, source);
      },
      {"row 7, column 0", "row 8, column 0", "--quantise"});
  check_refused([&] { scale_exactly(std::vector<Decimal>{{1, 0}, {1, -300}}, 2, source); }, {"--quantise"});
  // The last exponent that fits, and the next.
  const double largest = std::ldexp(1.0, std::ilogb(static_cast<double>(max_coordinate(2) / 2)));
  BOOST_CHECK_NO_THROW(scale_exactly(std::vector<double>{0.5, largest / 2}, 2, source));
  BOOST_CHECK_THROW(scale_exactly(std::vector<double>{0.5, largest * 4}, 2, source), InputError);
}

BOOST_AUTO_TEST_CASE(quantising_stays_within_the_stated_error) {
  std::mt19937_64 engine(2);
  std::normal_distribution<double> normal;
  for (const int bits : {1, 2, 8, 24, 52}) {
    std::vector<double> values(200);
    for (double& x : values) x = normal(engine) * std::ldexp(1.0, 100);
    values[3] = 1e-300;
    const ScaledIntegers scaled = quantise(values, bits);
    Rational largest = 0;
    for (const double x : values) largest = std::max(largest, abs(to_rational(x)));
    for (std::size_t k = 0; k < values.size(); ++k) {
      BOOST_TEST(abs(Integer(scaled.values[k])) <= (Integer(1) << bits));
      const Rational error = abs(value(scaled.values[k], scaled.scale) - to_rational(values[k]));
      BOOST_TEST(error * Rational(Integer(1) << bits) <= largest);
    }
  }
}

BOOST_AUTO_TEST_CASE(quantising_leaves_what_fits) {
  const ScaledIntegers pixels = quantise(std::vector<double>{0, 17, 255, 254}, 8);
  BOOST_TEST((pixels.scale == Scale{2, 0}));
  BOOST_TEST(pixels.values == (Integers{0, 17, 255, 254}), boost::test_tools::per_element());
  const ScaledIntegers eighths = quantise(std::vector<double>{0.125, -1}, 10);
  BOOST_TEST((eighths.scale == Scale{2, -3}));
  BOOST_TEST(quantise(std::vector<double>{0, 0}, 10).values == (Integers{0, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
