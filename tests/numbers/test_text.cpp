#include <boost/test/unit_test.hpp>
#include <sstream>
#include <string>

#include "gronwall/numbers/text.hpp"
#include "random.hpp"

using namespace gronwall;
using numbers_test::Random;
using numbers_test::sample;

namespace {

Rational power_of_ten(long exponent) {
  const Integer power = pow(Integer(10), static_cast<unsigned>(std::labs(exponent)));
  return exponent >= 0 ? Rational(power) : Rational(Integer(1), power);
}

/// Significant digits of a decimal text.
std::size_t significant(const std::string& text) {
  std::string digits;
  for (const char c : text.substr(0, text.find('e')))
    if (c >= '0' && c <= '9') digits += c;
  const auto first = digits.find_first_not_of('0');
  return first == std::string::npos ? 0 : digits.substr(first).find_last_not_of('0') + 1;
}

std::string printed(const Ball& x) {
  std::ostringstream out;
  out << x;
  return out.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(decimals_of_known_numbers) {
  BOOST_TEST(decimal_below(Rational(2, 3), 3) == "0.666");
  BOOST_TEST(decimal_above(Rational(2, 3), 3) == "0.667");
  BOOST_TEST(decimal_below(Rational(-2, 3), 3) == "-0.667");
  BOOST_TEST(decimal_above(Rational(-2, 3), 3) == "-0.666");
  BOOST_TEST(decimal_above(Rational(13, 9), 3) == "1.445");  // one digit more than asked for
  BOOST_TEST(decimal_below(0, 5) == "0");
  BOOST_TEST(decimal_below(Rational(1, 8), 10) == "0.125");
  BOOST_TEST(decimal_above(1200, 10) == "1200");
  BOOST_TEST(decimal_above(Rational(12001, 10), 3) == "1201");
  BOOST_TEST(decimal_above(power_of_ten(40), 3) == "1e40");
  BOOST_TEST(decimal_below(-power_of_ten(-40) * 15, 3) == "-1.5e-39");
  BOOST_TEST(decimal_above(Rational(999999, 1000000), 3) == "1");
  const DecimalBounds pi = decimal_bounds(Ball::pi(200), 10);
  BOOST_TEST(pi.lo == "3.141592653");
  BOOST_TEST(pi.hi == "3.141592654");
  const DecimalBounds absolute = decimal_bounds_absolute(-Ball::pi(200), 3);
  BOOST_TEST(absolute.lo == "-3.142");
  BOOST_TEST(absolute.hi == "-3.141");
  BOOST_TEST(decimal_bounds_absolute(Ball::pi(200), -1).hi == "10");
}

BOOST_AUTO_TEST_CASE(decimals_are_outward_and_tight) {
  Random random(11);
  for (int i = 0; i < 3000; ++i) {
    const Rational x = i % 3 == 0 ? random.rational(random.integer(1, 300)) : random.dyadic(200, -400, 400);
    const int digits = static_cast<int>(random.integer(1, 60));
    const std::string below = decimal_below(x, digits);
    const std::string above = decimal_above(x, digits);
    const Rational lo = parse_rational(below);
    const Rational hi = parse_rational(above);
    BOOST_TEST_REQUIRE((lo <= x && x <= hi));
    BOOST_TEST_REQUIRE(hi - lo <= abs(x) * power_of_ten(1 - digits));
    BOOST_TEST_REQUIRE(significant(below) <= static_cast<std::size_t>(digits) + 1);
    BOOST_TEST_REQUIRE(significant(above) <= static_cast<std::size_t>(digits) + 1);
    // The decimal itself is a fixed point.
    BOOST_TEST_REQUIRE(decimal_above(lo, digits + 1) == below);
    BOOST_TEST_REQUIRE(decimal_below(hi, digits + 1) == above);
  }
}

BOOST_AUTO_TEST_CASE(bounds_of_balls_are_outward_and_tight) {
  Random random(12);
  for (int i = 0; i < 2000; ++i) {
    const auto [ball, point] = sample(random, random.integer(2, 300), -100, 100);
    const int digits = static_cast<int>(random.integer(1, 40));
    const DecimalBounds relative = decimal_bounds(ball, digits);
    BOOST_TEST_REQUIRE((parse_rational(relative.lo) <= point && point <= parse_rational(relative.hi)));
    const int places = static_cast<int>(random.integer(-40, 60));
    const DecimalBounds absolute = decimal_bounds_absolute(ball, places);
    const Rational lo = parse_rational(absolute.lo);
    const Rational hi = parse_rational(absolute.hi);
    const Rational width = ball.upper_rational() - ball.lower_rational();
    BOOST_TEST_REQUIRE((lo <= point && point <= hi));
    BOOST_TEST_REQUIRE(hi - lo < width + 2 * power_of_ten(-places));
    BOOST_TEST_REQUIRE(denominator(Rational(lo * power_of_ten(places))) == 1);
    BOOST_TEST_REQUIRE(denominator(Rational(hi * power_of_ten(places))) == 1);
  }
}

BOOST_AUTO_TEST_CASE(extreme_exponents) {
  for (const long exponent : {1000000L, -1000000L, 3321928L - 2, -3321927L - 1}) {
    const DecimalBounds bounds = decimal_bounds(ldexp(Ball(-3), exponent), 20);
    const Rational lo = parse_rational(bounds.lo);
    const Rational hi = parse_rational(bounds.hi);
    BOOST_TEST((lo < hi && hi < 0));
    BOOST_TEST(hi - lo <= -hi * power_of_ten(-19));
  }
  for (const long exponent : {3321928L, -3321932L, 1000000000L, -1000000000L, 1L << 62, -(1L << 62)}) {
    const Ball far = ldexp(Ball(3), exponent);
    BOOST_CHECK_THROW(far.lower_rational(), PrecisionError);
    BOOST_CHECK_THROW(far.upper_rational(), PrecisionError);
    BOOST_CHECK_THROW(decimal_bounds(far, 10), PrecisionError);
    BOOST_CHECK_THROW(decimal_bounds_absolute(far, 10), PrecisionError);
  }
  BOOST_TEST(printed(ldexp(Ball(1), 1L << 62)) == "[1e999999, inf]");
  BOOST_TEST(printed(ldexp(Ball(-1), 1L << 62)) == "[-inf, -1e999999]");
  BOOST_TEST(printed(ldexp(Ball(1), -(1L << 62))) == "[0, 1e-999999]");
  BOOST_TEST(printed(ldexp(Ball(-1), -(1L << 62))) == "[-1e-999999, 0]");
  BOOST_TEST(printed(log(Ball(-1))) == "[-inf, inf]");
  BOOST_TEST(printed(Ball(-3)) == "[-3, -3]");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_refused) {
  const Ball unbounded = 1 / Ball(0);
  BOOST_CHECK_THROW(decimal_bounds(unbounded, 10), PrecisionError);
  BOOST_CHECK_THROW(decimal_bounds_absolute(unbounded, 10), PrecisionError);
  for (const int digits : {0, -1, 19991, std::numeric_limits<int>::max(), std::numeric_limits<int>::min()}) {
    BOOST_CHECK_THROW(decimal_below(Rational(1, 3), digits), PrecisionError);
    BOOST_CHECK_THROW(decimal_bounds(Ball(1), digits), PrecisionError);
  }
  for (const int places : {1000001, -1000001, 19995, std::numeric_limits<int>::max()})
    BOOST_CHECK_THROW(decimal_bounds_absolute(Ball::pi(64), places), PrecisionError);
  // The longest that is written is read back.
  const Rational third(1, 300000);
  BOOST_TEST(parse_rational(decimal_below(third, 19990)) < third);
  BOOST_TEST(parse_rational(decimal_above(third, 19990)) > third);
}

BOOST_AUTO_TEST_SUITE_END()
