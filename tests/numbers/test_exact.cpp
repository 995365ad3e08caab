#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/exact.hpp"
#include "random.hpp"

using namespace gronwall;
using numbers_test::Random;

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargest = std::numeric_limits<double>::max();
}  // namespace

BOOST_AUTO_TEST_SUITE(exact)

BOOST_AUTO_TEST_CASE(every_form_is_read_exactly) {
  const struct {
    const char* text;
    Rational value;
  } cases[] = {
      {"0", 0},
      {"-0", 0},
      {"+0.000", 0},
      {"12", 12},
      {"-12", -12},
      {"+12", 12},
      {"007", 7},
      {"08", 8},  // not octal
      {"0.9", Rational(9, 10)},
      {".5", Rational(1, 2)},
      {"5.", 5},
      {"-.5", Rational(-1, 2)},
      {"+.5", Rational(1, 2)},
      {"1.5e-3", Rational(3, 2000)},
      {"1.5E+3", 1500},
      {"-2e2", -200},
      {"5.e1", 50},
      {"0e1000000", 0},
      {"2/3", Rational(2, 3)},
      {"-6/4", Rational(-3, 2)},
      {"+6/4", Rational(3, 2)},
      {"0/5", 0},
      {"10/05", 2},
      {"3*2^-4", Rational(3, 16)},
      {"-12*2^-4", Rational(-3, 4)},
      {"3*2^4", 48},
      {"3*2^+4", 48},
      {"0*2^-1000000", 0},
  };
  for (const auto& c : cases) BOOST_TEST(parse_rational(c.text) == c.value, c.text);
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  const std::string million(1000000, '1');
  const std::string hostile[] = {"",
                                 " ",
                                 "+",
                                 "-",
                                 ".",
                                 "+.",
                                 "-.",
                                 "e",
                                 "e5",
                                 ".e5",
                                 "1e",
                                 "1e+",
                                 "1e-",
                                 "1e1.5",
                                 "1e--1",
                                 "1e1e1",
                                 "--1",
                                 "+-1",
                                 "-+1",
                                 "1-",
                                 "1.2.3",
                                 "1..2",
                                 ".-5",
                                 ".+5",
                                 "1.-5",
                                 "1.+5",
                                 "-.-5",
                                 " 1",
                                 "1 ",
                                 "1\n",
                                 "\t1",
                                 "1 /2",
                                 "1_000",
                                 "1,000",
                                 "1'000",
                                 "0x10",
                                 "0b1",
                                 "1f",
                                 "1L",
                                 "1.0f",
                                 "nan",
                                 "NaN",
                                 "-nan",
                                 "inf",
                                 "-inf",
                                 "Infinity",
                                 "1/0",
                                 "0/0",
                                 "1/00",
                                 "1/-2",
                                 "1/+2",
                                 "1//2",
                                 "1/2/3",
                                 "/2",
                                 "1/",
                                 "/",
                                 "1.5/2",
                                 "1/2.5",
                                 "1e3/2",
                                 "1/2e3",
                                 "*2^3",
                                 "3*2^",
                                 "3*2^-",
                                 "3*2^x",
                                 "3*2^1.5",
                                 "1.5*2^3",
                                 "1/3*2^1",
                                 "3*2^1*2^1",
                                 "3*3^2",
                                 "3*2",
                                 "2^3",
                                 "3*2^1/2",
                                 "3 *2^1",
                                 "1e999999999",
                                 "1e-999999999",
                                 "1e1000001",
                                 "1*2^999999999",
                                 "1*2^-1000001",
                                 "1e99999999999999999999",
                                 million,
                                 "1/" + million,
                                 million + "*2^1",
                                 "0." + million,
                                 "1e" + million,
                                 std::string("1\0", 2),
                                 std::string("\0"
                                             "1",
                                             2),
                                 "\xd9\xa1",
                                 "\xef\xbc\x91",
                                 "1\x80",
                                 std::string(20001, '1'),
                                 std::string(20001, '0')};
  for (const auto& text : hostile) BOOST_CHECK_THROW(parse_rational(text), InputError);
}

BOOST_AUTO_TEST_CASE(refusals_show_the_text_without_its_control_characters) {
  try {
    parse_rational("\x1b[31mred\n" + std::string(500, 'x'));
    BOOST_FAIL("accepted");
  } catch (const InputError& error) {
    const std::string message = error.what();
    BOOST_TEST(message.find("?[31mred?") != std::string::npos);
    BOOST_TEST(message.find('\n') == std::string::npos);
    BOOST_TEST(message.size() < 300);
  }
}

BOOST_AUTO_TEST_CASE(the_limits_themselves_are_read) {
  const std::string most(kMostDigits, '7');
  BOOST_TEST(parse_rational(most) == Rational(Integer(most)));
  BOOST_TEST(parse_rational("1e1000000") * parse_rational("1e-1000000") == 1);
  BOOST_TEST(parse_rational("1*2^1000000") * parse_rational("1*2^-1000000") == 1);
  BOOST_TEST(parse_rational("." + most) == Rational(Integer(most), pow(Integer(10), kMostDigits)));
}

BOOST_AUTO_TEST_CASE(canonical_text_is_the_one_of_the_certificates) {
  const struct {
    Rational value;
    const char* text;
  } cases[] = {
      {0, "0"},
      {-7, "-7"},
      {Rational(6, 3), "2"},
      {Rational(1, 2), "1*2^-1"},
      {Rational(-12, 16), "-3*2^-2"},
      {Rational(2, 3), "2/3"},
      {Rational(-10, 4 * 3), "-5/6"},
      {Rational(1, 10), "1/10"},
  };
  for (const auto& c : cases) BOOST_TEST(to_canonical_text(c.value) == c.text);
}

BOOST_AUTO_TEST_CASE(canonical_text_goes_round_and_is_unique) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const Rational x = i % 2 == 0 ? random.rational(random.integer(1, 300))
                                  : random.dyadic(random.integer(1, 300), -3000, 3000);
    const std::string text = to_canonical_text(x);
    BOOST_TEST_REQUIRE(parse_rational(text) == x);
    // Another spelling of the same number leads to the same text.
    const Integer k = abs(random.wide_integer(40)) + 1;
    const std::string longer = Integer(numerator(x) * k).str() + "/0" + Integer(denominator(x) * k).str();
    BOOST_TEST_REQUIRE(to_canonical_text(parse_rational(longer)) == text);
  }
}

BOOST_AUTO_TEST_CASE(canonical_text_refuses_what_could_not_be_read_back) {
  const Integer most = pow(Integer(10), kMostDigits) - 1;
  BOOST_TEST(parse_rational(to_canonical_text(Rational(-most, most - 1))) == Rational(-most, most - 1));
  BOOST_CHECK_THROW(to_canonical_text(Rational(most + 1)), InputError);
  BOOST_CHECK_THROW(to_canonical_text(Rational(Integer(1), most + 2)), InputError);
  BOOST_CHECK_THROW(to_canonical_text(power_of_two(1000000)), InputError);
  BOOST_TEST(to_canonical_text(power_of_two(-1000000)) == "1*2^-1000000");
  BOOST_CHECK_THROW(to_canonical_text(power_of_two(-1000000) / 2), InputError);
}

BOOST_AUTO_TEST_CASE(doubles_are_taken_by_their_exact_value) {
  BOOST_TEST(to_rational(0.1) == Rational(Integer("3602879701896397"), pow(Integer(2), 55)));
  BOOST_TEST(to_rational(-0.0) == 0);
  BOOST_TEST(to_rational(0x1p-1074) == power_of_two(-1074));
  for (const double x : {kInfinity, -kInfinity, std::nan("")}) BOOST_CHECK_THROW(to_rational(x), InputError);
}

BOOST_AUTO_TEST_CASE(powers_of_two) {
  BOOST_TEST(power_of_two(10) == 1024);
  BOOST_TEST(power_of_two(-3) == Rational(1, 8));
  for (const long e :
       {1000001L, -1000001L, std::numeric_limits<long>::min(), std::numeric_limits<long>::max()})
    BOOST_CHECK_THROW(power_of_two(e), InputError);
}

BOOST_AUTO_TEST_CASE(square_roots_of_squares_and_of_nothing_else) {
  Random random(2);
  for (int i = 0; i < 500; ++i) {
    const Rational x = abs(random.rational(100));
    BOOST_TEST_REQUIRE((exact_sqrt(x * x) == x));
    if (x != 0) {
      BOOST_TEST_REQUIRE(!exact_sqrt(-x).has_value());
      BOOST_TEST_REQUIRE(!exact_sqrt(2 * x * x).has_value());
      BOOST_TEST_REQUIRE(!exact_sqrt(x * x / 3).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(rounding_gives_the_neighbours) {
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const double d = random.any_double();
    const Rational exactly = to_rational(d);
    BOOST_TEST_REQUIRE(round_down(exactly) == d);
    BOOST_TEST_REQUIRE(round_up(exactly) == d);
    if (std::fabs(d) == kLargest) continue;
    // A knife's edge beside a double: much closer than its neighbours.
    const Rational edge = power_of_two(-1200 - random.integer(0, 200));
    BOOST_TEST_REQUIRE(round_down(exactly + edge) == d);
    BOOST_TEST_REQUIRE(round_up(exactly - edge) == d);
    BOOST_TEST_REQUIRE(round_up(exactly + edge) == std::nextafter(d, kInfinity));
    BOOST_TEST_REQUIRE(round_down(exactly - edge) == std::nextafter(d, -kInfinity));
  }
  for (int i = 0; i < 5000; ++i) {
    const Rational x = random.rational(random.integer(1, 900)) * power_of_two(random.integer(-1000, 100));
    const double lo = round_down(x);
    const double hi = round_up(x);
    BOOST_TEST_REQUIRE((to_rational(lo) <= x && x <= to_rational(hi)));
    BOOST_TEST_REQUIRE((lo == hi || std::nextafter(lo, kInfinity) == hi));
  }
}

BOOST_AUTO_TEST_CASE(rounding_at_the_ends_of_the_range) {
  const Rational largest = to_rational(kLargest);
  for (const Rational& beyond :
       {Rational(largest + power_of_two(-50)), Rational(2 * largest), power_of_two(5000)}) {
    BOOST_CHECK_THROW(round_down(beyond), InputError);
    BOOST_CHECK_THROW(round_up(beyond), InputError);
    BOOST_CHECK_THROW(round_down(-beyond), InputError);
    BOOST_CHECK_THROW(round_up(-beyond), InputError);
  }
  const Rational tiny = power_of_two(-20000);
  BOOST_TEST(round_down(tiny) == 0);
  BOOST_TEST(round_up(tiny) == 0x1p-1074);
  BOOST_TEST(round_down(-tiny) == -0x1p-1074);
  BOOST_TEST(round_up(-tiny) == 0);
  BOOST_TEST(!std::signbit(round_up(0)));
  BOOST_TEST(!std::signbit(round_down(0)));
}

BOOST_AUTO_TEST_SUITE_END()
