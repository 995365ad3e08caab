/// \file Proved statements about finite lists of errors, against laws that are known exactly.

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/convergence/rate.hpp"
#include "gronwall/numbers/error.hpp"

using namespace gronwall;

namespace {

/// `c L^-p` known to within a relative `width`.
std::vector<EnclosedError> power_law(double c, double p, double width = 1e-9) {
  std::vector<EnclosedError> errors;
  for (const long l : {1, 2, 5, 10, 100, 1000}) {
    const double e = c * std::pow(static_cast<double>(l), -p);
    errors.push_back({l, {e * (1 - width), e * (1 + width)}});
  }
  return errors;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_power_law_is_recognised) {
  for (const double p : {0.5, 1.0, 2.0, 3.5}) {
    const RateReport report = analyse_rate(power_law(0.375, p), p);
    BOOST_TEST(report.constant.lower <= 0.375);
    BOOST_TEST(report.constant.upper >= 0.375);
    BOOST_TEST(report.constant.upper - report.constant.lower < 1e-8);
    BOOST_TEST(report.orders.size() == 5U);
    for (const Interval& order : report.orders) {
      BOOST_TEST(order.lower <= p);
      BOOST_TEST(order.upper >= p);
      BOOST_TEST(order.upper - order.lower < 1e-8);
    }
    BOOST_TEST((report.decreasing == Truth::yes));
    BOOST_TEST((report.bounded_by(0.376) == Truth::yes));
    BOOST_TEST((report.bounded_by(0.374) == Truth::no));
    BOOST_TEST((report.bounded_by(0.375) == Truth::unknown));
  }
}

BOOST_AUTO_TEST_CASE(wide_enclosures_decide_less) {
  const RateReport report = analyse_rate({{1, {0.0, 1.0}}, {2, {0.25, 0.5}}, {4, {0.5, 0.75}}}, 1);
  BOOST_TEST(std::isinf(report.orders[0].lower));
  BOOST_TEST(report.orders[0].upper >= 2.0);  // log(1 / 0.25) / log 2
  BOOST_TEST(report.orders[0].upper <= 2.0 + 1e-15);
  BOOST_TEST((report.decreasing == Truth::no));
  BOOST_TEST((analyse_rate({{1, {0.2, 1.0}}, {2, {0.25, 0.5}}}, 1).decreasing == Truth::unknown));
  // The constant of {1: [0,1], 2: [.5,1], 4: [2,3]}.
  BOOST_TEST(report.constant.lower == 2.0);
  BOOST_TEST(report.constant.upper == 3.0);
}

BOOST_AUTO_TEST_CASE(a_limit_is_confirmed_or_not) {
  std::vector<EnclosedError> errors;
  for (const long l : {1, 10, 100, 1000, 10000}) {
    const auto x = static_cast<double>(l);
    const double e = 0.25 / x + 0.125 / (x * x);
    errors.push_back({l, {e * (1 - 1e-12), e * (1 + 1e-12)}});
  }
  const LimitReport right = compare_with_limit(errors, 1, {0.25, 0.25});
  BOOST_TEST(right.consistent);
  BOOST_TEST(right.constant.upper >= 0.125);
  BOOST_TEST(right.differences[0].lower <= 0.125);
  BOOST_TEST(right.differences[0].upper < 0.1250001);
  BOOST_TEST(!compare_with_limit(errors, 1, {0.251, 0.251}).consistent);
}

BOOST_AUTO_TEST_CASE(useless_lists_are_refused) {
  BOOST_CHECK_THROW(analyse_rate({}, 1), InputError);
  BOOST_CHECK_THROW(analyse_rate({{0, {1, 1}}}, 1), InputError);
  BOOST_CHECK_THROW(analyse_rate({{2, {1, 1}}, {2, {1, 1}}}, 1), InputError);
  BOOST_CHECK_THROW(analyse_rate({{1, {-1, 1}}}, 1), InputError);
  BOOST_CHECK_THROW(analyse_rate({{1, {2, 1}}}, 1), InputError);
  BOOST_CHECK_THROW(analyse_rate({{1, {1, INFINITY}}}, 1), InputError);
  BOOST_CHECK_THROW(analyse_rate({{1, {NAN, 1}}}, 1), InputError);
}
