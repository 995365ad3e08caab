#include <charconv>
#include <cmath>
#include <random>

#include "data_testing.hpp"
#include "gronwall/data/csv.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall {
namespace {

using namespace testing;

PointSet parse(std::string_view text, const ReadOptions& options = {}) {
  return parse_csv(byte_view(text), options, {.name = "f.csv"});
}

void check(std::string_view text, std::size_t dimension, const Integers& expected, int exponent = 0) {
  const PointSet points = parse(text);
  BOOST_TEST(points.dimension() == dimension);
  BOOST_TEST(coordinates(points) == expected, boost::test_tools::per_element());
  BOOST_TEST((points.scale() == Scale{10, exponent}), "the exponent is " << points.scale().exponent);
}

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(layouts) {
  check("1,2\n3,4\n", 2, {1, 2, 3, 4});
  check("1;2\n3;4", 2, {1, 2, 3, 4});
  check("1\t2\r\n3\t4\r\n\r\n", 2, {1, 2, 3, 4});
  check(
      "\xEF\xBB\xBF"
      "1, 2 \n \"3\",4\n",
      2, {1, 2, 3, 4});
  check("x,y\n1,2\n", 2, {1, 2});
  check(",x,y\n0,1,2\n", 3, {0, 1, 2});
  check("label,1x1,1x2\n7,1,2\n", 3, {7, 1, 2});
  check("5\n6\n7\n", 1, {5, 6, 7});
  check("7", 1, {7});
}

BOOST_AUTO_TEST_CASE(decimals_are_exact) {
  check("0.5,1.25\n-3,0\n", 2, {50, 125, -300, 0}, -2);
  check("1e3,2.5E+2\n+7.,.5e1\n", 2, {1000, 250, 7, 5});
  check("100,0.010\n", 2, {10000, 1}, -2);
  check("0.000,0e99,-0\n", 3, {0, 0, 0});
  check("1e40,3e41\n", 2, {1, 30}, 40);
  check("123456789012345678,1\n", 2, {123456789012345678, 1});
  check("1000000000000000000e-18,2\n", 2, {1, 2});
  check("0.00000000000000000000000000012,0\n", 2, {12, 0}, -29);
}

// Against the exact parser of the numbers storey, which shares no code with this one.
BOOST_AUTO_TEST_CASE(random_decimals_agree_with_exact_parsing) {
  std::mt19937_64 engine(3);
  std::uniform_int_distribution<int> digit(0, 9);
  std::uniform_int_distribution<int> length(1, 6);
  std::uniform_int_distribution<int> exponent(-3, 3);
  for (int trial = 0; trial < 300; ++trial) {
    std::string text = trial % 2 == 0 ? "" : "-";
    for (int k = length(engine); k > 0; --k) text += static_cast<char>('0' + digit(engine));
    text += '.';
    for (int k = length(engine); k > 0; --k) text += static_cast<char>('0' + digit(engine));
    text += "e" + std::to_string(exponent(engine));
    const PointSet point = parse(text);
    Rational unit = 1;
    for (int k = 0; k < -point.scale().exponent; ++k) unit /= 10;
    for (int k = 0; k < point.scale().exponent; ++k) unit *= 10;
    BOOST_TEST(point[0][0] * unit == parse_rational(text), "wrong value of " << text);
  }
}

BOOST_AUTO_TEST_CASE(selection) {
  const PointSet points = parse("x,y\n1,2\n3,4\n5,6\n", {.offset = 1, .limit = 1});
  BOOST_TEST(coordinates(points) == (Integers{3, 4}), boost::test_tools::per_element());
  BOOST_TEST(points.source_row(0) == 1U);
  check_refused([] { parse("1,2\n3,4\n", {.offset = 2}); }, {"2 points"});
  check_refused([] { parse("1,2\n", {.offset = 1}); }, {"1 point;"});
  check_refused([] { parse("1,2\n3,4\n", {.limit = 0}); }, {"limit of 0"});
}

BOOST_AUTO_TEST_CASE(quantising) {
  const PointSet points = parse("0.1,1e-400\n-0.7,+0.35\n", {.quantise_bits = 3});
  // unit 2^-3: 0.8, 0, -5.6, 2.8
  BOOST_TEST(coordinates(points) == (Integers{1, 0, -6, 3}), boost::test_tools::per_element());
  BOOST_TEST((points.scale() == Scale{2, -3}));
  BOOST_TEST(points.source().quantise_bits.value() == 3);
  check_refused([] { parse("1e400,1\n", {.quantise_bits = 3}); }, {"line 1, column 1", "too large"});
  BOOST_CHECK_NO_THROW(parse("3.14159265358979323846264338327950288,1\n", {.quantise_bits = 40}));
}

BOOST_AUTO_TEST_CASE(refusals) {
  check_refused([] { parse(""); }, {"empty"});
  check_refused([] { parse("\n\r\n \n"); }, {"empty"});
  check_refused([] { parse("x,y\n"); }, {"no points"});
  check_refused([] { parse("1,2\n3\n"); }, {"line 2", "1 field,", "line 1 has 2"});
  check_refused([] { parse("x,y\n1,2\n3,4,5\n"); }, {"line 3", "3 fields"});
  check_refused([] { parse("1,2\n\n3,4\n"); }, {"line 2 is empty"});
  check_refused([] { parse("1\n2\n \r\n3\n"); }, {"line 3 is empty"});
  check_refused([] { parse("1,2\n3,nan\n"); }, {"line 2, column 2", "'nan'", "finite"});
  check_refused([] { parse("nan,nan\n3,4\n"); }, {"line 1, column 1", "finite"});
  check_refused([] { parse("1,-Inf\n"); }, {"line 1, column 2", "finite"});
  check_refused([] { parse("1,Infinity\n"); }, {"finite"});
  check_refused([] { parse("1,\n"); }, {"line 1, column 2", "empty"});
  check_refused([] { parse("1,x\n3,4\n"); }, {"line 1, column 2", "'x'"});
  check_refused([] { parse("1,5;2,5\n"); }, {"'1,5'", "point"});
  check_refused([] { parse("1 2 3\n4 5 6\n7 8\n"); }, {"line 1", "'1 2 3'", "spaces do not separate"});
  for (const char* bad : {"1,0x10", "1,1e", "1,1e+", "1,.", "1,-", "1,1.2.3", "1,1 2", "1,--1", "1,1f"}) {
    check_refused([&] { parse(bad); }, {"line 1, column 2"});
  }
  check_refused([] { parse("1234567890123456789,1\n"); }, {"18 significant digits", "--quantise"});
  check_refused([] { parse("1e-30,1\n"); }, {"column 1", "--quantise"});
  check_refused([] { parse("1e999999999999,1\n"); }, {"--quantise"});
  check_refused([] { parse("1e-999999999999,1\n"); }, {"--quantise"});
}

BOOST_AUTO_TEST_CASE(text_is_recognised) {
  BOOST_TEST(is_text(byte_view("1,2\r\n\t")));
  BOOST_TEST(
      is_text(byte_view("gr\xc3\xb6\xc3\x9f"
                        "e\n1\n")));
  BOOST_TEST(!is_text(byte_view("")));
  BOOST_TEST(
      !is_text(byte_view(std::string_view("1\0"
                                          "2",
                                          3))));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
