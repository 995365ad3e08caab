#include <boost/test/unit_test.hpp>
#include <limits>

#include "gronwall/numbers/exact.hpp"
#include "gronwall/report/display_number.hpp"

using namespace gronwall;

BOOST_AUTO_TEST_SUITE(display_number)

BOOST_AUTO_TEST_CASE(numbers) {
  BOOST_TEST(number_text(0) == "0");
  BOOST_TEST(number_text(-3) == "-3");
  BOOST_TEST(number_text(0.1 + 0.2) == "0.3");
  BOOST_TEST(number_text(123456789) == "1.23457·10⁸");
  BOOST_TEST(number_text(1e-12) == "10⁻¹²");
  BOOST_TEST(number_text(-2.5e-7) == "-2.5·10⁻⁷");
  BOOST_TEST(number_text(std::numeric_limits<double>::quiet_NaN()) == "NaN");
  BOOST_TEST(number_text(-std::numeric_limits<double>::infinity()) == "-∞");
  BOOST_TEST(power_of_ten_text(-308) == "10⁻³⁰⁸");
}

BOOST_AUTO_TEST_CASE(durations) {
  BOOST_TEST(duration_text(0) == "0 ms");
  BOOST_TEST(duration_text(-1) == "0 ms");
  BOOST_TEST(duration_text(std::numeric_limits<double>::quiet_NaN()) == "0 ms");
  BOOST_TEST(duration_text(0.0123) == "12 ms");
  BOOST_TEST(duration_text(0.9994) == "999 ms");
  BOOST_TEST(duration_text(0.9996) == "1 s");
  BOOST_TEST(duration_text(1.44) == "1.4 s");
  BOOST_TEST(duration_text(59.94) == "59.9 s");
  BOOST_TEST(duration_text(59.96) == "1 min 0 s");
  BOOST_TEST(duration_text(125) == "2 min 5 s");
  BOOST_TEST(duration_text(3600 + 180) == "1 h 3 min");
}

BOOST_AUTO_TEST_CASE(evidence) {
  BOOST_TEST(evidence_value({"a", "1/3", "1/2"}) == "[1/3, 1/2]");
  BOOST_TEST(evidence_value({"a", "3", "3"}) == "3");
  BOOST_TEST(evidence_value({"a", "0.25", ""}) == "0.25");
  BOOST_TEST(evidence_label({"λ_min ≥", "1", ""}) == "λ_min ≥");
  BOOST_TEST(evidence_label({"width", "1", ""}) == "width:");
  BOOST_TEST(evidence_label({"", "1", ""}) == "");
}

BOOST_AUTO_TEST_CASE(shortened_enclosures_still_enclose) {
  const Evidence cases[] = {{"a", "0.8060591833471265440192", "0.8060591833471265440193"},
                            {"a", "-0.8060591833471265440193", "-0.8060591833471265440192"},
                            {"a", "-1.00000000000000000001e-40", "1.00000000000000000001e-40"},
                            {"a", "0", "1.23456789012345678901e-217"}};
  for (const Evidence& exact : cases) {
    for (const int digits : {3, 8}) {
      const std::string text = short_evidence_value(exact, digits);
      const std::size_t comma = text.find(", ");
      BOOST_TEST_REQUIRE(comma != std::string::npos);
      const Rational lo = parse_rational(text.substr(1, comma - 1));
      const Rational hi = parse_rational(text.substr(comma + 2, text.size() - comma - 3));
      BOOST_TEST((lo <= parse_rational(exact.lo)));
      BOOST_TEST((hi >= parse_rational(exact.hi)));
      const Rational unit = abs(parse_rational(exact.hi)) * parse_rational(digits == 3 ? "1e-2" : "1e-7");
      BOOST_TEST((parse_rational(exact.lo) - lo <= unit));
      BOOST_TEST((hi - parse_rational(exact.hi) <= unit));
      BOOST_TEST(text.size() < 40u);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_rounded_safely_is_left_alone) {
  const std::string digits = "0.123456789012345678901234567890";
  BOOST_TEST(short_evidence_value({"λ_min ≥", digits, ""}) == digits);
  BOOST_TEST(short_evidence_value({"a", digits, digits}) == digits);
  BOOST_TEST(short_evidence_value({"a", digits, "infinity"}) == "[" + digits + ", infinity]");
  BOOST_TEST(short_evidence_value({"a", "0.25", "0.5"}) == "[0.25, 0.5]");
}

BOOST_AUTO_TEST_SUITE_END()
