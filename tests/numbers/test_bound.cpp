#include <boost/test/unit_test.hpp>
#include <cfenv>
#include <cmath>
#include <limits>

#include "gronwall/numbers/bound.hpp"
#include "random.hpp"

using gronwall::InputError;
using gronwall::Integer;
using gronwall::LowerBound;
using gronwall::PrecisionError;
using gronwall::Rational;
using gronwall::to_rational;
using gronwall::UpperBound;
using numbers_test::Random;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kModes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};

/// Sets a rounding mode for a scope: only tests do this.
class Rounding {
 public:
  explicit Rounding(int mode) { std::fesetround(mode); }
  ~Rounding() { std::fesetround(FE_TONEAREST); }
  Rounding(const Rounding&) = delete;
  Rounding& operator=(const Rounding&) = delete;
};

double steps_below(double x, int steps) {
  for (int i = 0; i < steps; ++i) x = std::nextafter(x, -kInfinity);
  return x;
}

/// `bound >= exact`, and the double two steps below is not.
bool bounds_tightly(UpperBound bound, const Rational& exact, int steps = 2) {
  if (!bound.is_finite()) return to_rational(steps_below(kInfinity, steps)) < exact;
  return to_rational(bound.value()) >= exact && to_rational(steps_below(bound.value(), steps)) < exact;
}

/// `bound <= exact`, and the double two steps above is not (or is infinite).
bool bounds_tightly(LowerBound bound, const Rational& exact) {
  const double above = std::nextafter(std::nextafter(bound.value(), kInfinity), kInfinity);
  return to_rational(bound.value()) <= exact && (std::isinf(above) || to_rational(above) > exact);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bound)

BOOST_AUTO_TEST_CASE(operations_bound_the_exact_result_in_every_rounding_mode) {
  Random random(21);
  for (int i = 0; i < 10000; ++i) {
    const UpperBound a(std::fabs(random.any_double()));
    const UpperBound b(std::fabs(random.any_double()));
    const Rational x = to_rational(a.value());
    const Rational y = to_rational(b.value());
    for (const int mode : kModes) {
      UpperBound sum, product, quotient, root;
      {
        const Rounding rounding(mode);
        sum = a + b;
        product = a * b;
        if (b.value() > 0) quotient = a / b.value();
        root = sqrt(a);
      }
      BOOST_TEST_REQUIRE(bounds_tightly(sum, x + y));
      BOOST_TEST_REQUIRE(bounds_tightly(product, x * y));
      if (b.value() > 0) BOOST_TEST_REQUIRE(bounds_tightly(quotient, x / y));
      const Rational r = to_rational(root.value());
      const double below = steps_below(root.value(), 2);
      BOOST_TEST_REQUIRE(r * r >= x);
      BOOST_TEST_REQUIRE((below < 0 || to_rational(below) * to_rational(below) < x));
    }
  }
}

BOOST_AUTO_TEST_CASE(sums_of_many_terms_stay_bounds) {
  Random random(22);
  for (const int mode : kModes) {
    UpperBound sum;
    UpperBound product(1.0);
    Rational exact_sum = 0;
    Rational exact_product = 1;
    for (int i = 0; i < 300; ++i) {
      const double term = std::fabs(std::ldexp(static_cast<double>(random.integer(1, 1L << 53)), -53));
      {
        const Rounding rounding(mode);
        sum += UpperBound(term);
        product *= UpperBound(term + 0.5);
      }
      exact_sum += to_rational(term);
      const Rounding rounding(mode);
      exact_product *= to_rational(term + 0.5);
    }
    BOOST_TEST(to_rational(sum.value()) >= exact_sum);
    BOOST_TEST(to_rational(product.value()) >= exact_product);
    BOOST_TEST(to_rational(sum.value()) <= exact_sum * to_rational(1 + 300 * 0x1p-51));
    BOOST_TEST(to_rational(product.value()) <= exact_product * to_rational(1 + 300 * 0x1p-51));
  }
}

BOOST_AUTO_TEST_CASE(zeros_are_exact_and_infinities_harmless) {
  const UpperBound zero;
  const UpperBound infinite(kInfinity);
  const UpperBound three(3.0);
  BOOST_TEST((zero + three).value() == 3);
  BOOST_TEST((three + zero).value() == 3);
  BOOST_TEST((zero + zero).value() == 0);
  BOOST_TEST((zero * infinite).value() == 0);
  BOOST_TEST((infinite * zero).value() == 0);
  BOOST_TEST((zero / 3.0).value() == 0);
  BOOST_TEST(sqrt(zero).value() == 0);
  BOOST_TEST((infinite + three).value() == kInfinity);
  BOOST_TEST((infinite * three).value() == kInfinity);
  BOOST_TEST((infinite / 3.0).value() == kInfinity);
  BOOST_TEST(sqrt(infinite).value() == kInfinity);
  BOOST_TEST(!infinite.is_finite());
  BOOST_TEST(!std::signbit(UpperBound(-0.0).value()));
  BOOST_TEST((max(zero, three) == three && min(zero, three) == zero && zero < three));
}

BOOST_AUTO_TEST_CASE(what_is_no_bound_is_refused) {
  for (const double x : {std::nan(""), -std::nan(""), -1.0, -0x1p-1074, -kInfinity})
    BOOST_CHECK_THROW(UpperBound{x}, InputError);
  for (const double x : {std::nan(""), -1.0, 0.0, -0.0, kInfinity, -kInfinity})
    BOOST_CHECK_THROW(UpperBound(1.0) / x, InputError);
  BOOST_CHECK_THROW(UpperBound(kInfinity) / kInfinity, InputError);
  BOOST_CHECK_THROW(UpperBound(-1), InputError);
}

BOOST_AUTO_TEST_CASE(integers_are_rounded_up) {
  Random random(23);
  BOOST_TEST(UpperBound(7).value() == 7);
  BOOST_TEST(UpperBound((1L << 53) - 1).value() == 0x1p53 - 1);
  for (int i = 0; i < 5000; ++i) {
    const long n = random.integer(0, std::numeric_limits<long>::max()) >> random.integer(0, 62);
    for (const int mode : kModes) {
      UpperBound bound;
      {
        const Rounding rounding(mode);
        bound = UpperBound(n);
      }
      BOOST_TEST_REQUIRE(to_rational(bound.value()) >= n);
      BOOST_TEST_REQUIRE(to_rational(steps_below(bound.value(), 3)) < n);
    }
  }
  BOOST_TEST(UpperBound(std::numeric_limits<unsigned long>::max()).value() >= 0x1p64);
}

BOOST_AUTO_TEST_CASE(gamma_bounds_its_formula) {
  Random random(24);
  for (int i = 0; i < 5000; ++i) {
    const long n = random.integer(1, (1L << 52) - 1) >> random.integer(0, 51);
    if (n == 0) continue;
    const Rational nu = Rational(n) / (Integer(1) << 53);
    for (const int mode : kModes) {
      UpperBound bound;
      {
        const Rounding rounding(mode);
        bound = gronwall::gamma(static_cast<double>(n));
      }
      BOOST_TEST_REQUIRE(bounds_tightly(bound, nu / (1 - nu), 5));
    }
  }
  BOOST_TEST(gronwall::gamma(0).value() == 0);
  for (const double n : {-1.0, 0x1p52, 0x1p60, kInfinity, std::nan("")})
    BOOST_CHECK_THROW(gronwall::gamma(n), PrecisionError);
}

BOOST_AUTO_TEST_CASE(lower_bounds_in_every_rounding_mode) {
  Random random(24);
  for (int i = 0; i < 10000; ++i) {
    const LowerBound a(std::fabs(random.any_double()));
    const LowerBound b(std::fabs(random.any_double()));
    const Rational x = to_rational(a.value());
    const Rational y = to_rational(b.value());
    for (const int mode : kModes) {
      LowerBound sum, product, quotient, root;
      {
        const Rounding rounding(mode);
        sum = a + b;
        product = a * b;
        if (b.value() > 0) quotient = a / UpperBound(b.value());
        root = sqrt(a);
      }
      BOOST_TEST_REQUIRE(bounds_tightly(sum, x + y));
      BOOST_TEST_REQUIRE(bounds_tightly(product, x * y));
      if (b.value() > 0) BOOST_TEST_REQUIRE(bounds_tightly(quotient, x / y));
      const Rational r = to_rational(root.value());
      const double above = std::nextafter(std::nextafter(root.value(), kInfinity), kInfinity);
      BOOST_TEST_REQUIRE(r * r <= x);
      BOOST_TEST_REQUIRE(to_rational(above) * to_rational(above) > x);
    }
  }
}

BOOST_AUTO_TEST_CASE(lower_bounds_at_the_ends_of_the_range) {
  const LowerBound zero, three(3.0), least(0x1p-1074), most(std::numeric_limits<double>::max());
  BOOST_TEST((zero + three).value() == 3);
  BOOST_TEST((three + zero).value() == 3);
  BOOST_TEST((zero * most).value() == 0);
  BOOST_TEST((zero / UpperBound(3.0)).value() == 0);
  BOOST_TEST(sqrt(zero).value() == 0);
  BOOST_TEST((least * least).value() == 0);
  BOOST_TEST((least / UpperBound(3.0)).value() == 0);
  BOOST_TEST((three / UpperBound(kInfinity)).value() == 0);
  BOOST_TEST((most + most).value() == most.value());
  BOOST_TEST((most * three).value() == most.value());
  BOOST_TEST(!std::signbit(LowerBound(-0.0).value()));
  BOOST_TEST((zero < three && three == LowerBound(3.0)));
  LowerBound running(1.0);
  running += three;
  BOOST_TEST((running.value() <= 4 && running.value() >= 4 - 0x1p-50));
  running *= three;
  BOOST_TEST((running.value() <= 12 && running.value() >= 12 - 0x1p-48));
  for (const double x : {std::nan(""), -std::nan(""), -1.0, -0x1p-1074, kInfinity, -kInfinity})
    BOOST_CHECK_THROW(LowerBound{x}, InputError);
  BOOST_CHECK_THROW(three / UpperBound(), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
