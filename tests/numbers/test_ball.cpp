#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "gronwall/numbers/ball.hpp"
#include "random.hpp"

using namespace gronwall;
using numbers_test::Random;
using numbers_test::Sample;
using numbers_test::sample;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Rational width(const Ball& x) {
  return x.upper_rational() - x.lower_rational();
}

/// Nested pairs: `inner` is contained in `outer`.
struct Nested {
  Ball inner;
  Ball outer;
};

Nested nested(Random& random, long bits) {
  const Sample s = sample(random, bits, -30, 30);
  const Rational other = s.point + random.dyadic(20, -60, 2);
  return {s.ball, Ball::hull(s.ball, Ball::from(other, bits))};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(ball)

BOOST_AUTO_TEST_CASE(arithmetic_contains_the_exact_result) {
  Random random(51);
  for (int i = 0; i < 6000; ++i) {
    const auto [a, x] = sample(random, random.integer(2, 400), -100, 100);
    const auto [b, y] = sample(random, random.integer(2, 400), -100, 100);
    const long bits = std::max(a.bits(), b.bits());
    BOOST_TEST_REQUIRE((a.contains(x) && b.contains(y)));
    BOOST_TEST_REQUIRE((a + b).contains(x + y));
    BOOST_TEST_REQUIRE((a - b).contains(x - y));
    BOOST_TEST_REQUIRE((a * b).contains(x * y));
    BOOST_TEST_REQUIRE((-a).contains(-x));
    if (y != 0) BOOST_TEST_REQUIRE((a / b).contains(x / y));
    BOOST_TEST_REQUIRE((3 * a - 7).contains(3 * x - 7));
    BOOST_TEST_REQUIRE(abs(a).contains(abs(x)));
    BOOST_TEST_REQUIRE(min(a, b).contains(std::min(x, y)));
    BOOST_TEST_REQUIRE(max(a, b).contains(std::max(x, y)));
    BOOST_TEST_REQUIRE(Ball::hull(a, b).contains(random.between(std::min(x, y), std::max(x, y))));
    const long shift = random.integer(-300, 300);
    BOOST_TEST_REQUIRE(ldexp(a, shift).contains(x * power_of_two(shift)));
    BOOST_TEST_REQUIRE((a * b).bits() == bits);
    // In place, and on itself.
    Ball c = a;
    const Ball& itself = c;
    c -= itself;
    BOOST_TEST_REQUIRE(c.contains(0));
    c = a;
    c *= itself;
    BOOST_TEST_REQUIRE(c.contains(x * x));
  }
}

BOOST_AUTO_TEST_CASE(arithmetic_is_accurate) {
  Random random(52);
  for (int i = 0; i < 5000; ++i) {
    const long bits = random.integer(2, 400);
    const Rational x = random.dyadic(400, -50, 50);
    const Rational y = random.dyadic(400, -50, 50);
    const Ball a = Ball::from(x, bits);
    const Ball b = Ball::from(y, bits);
    const Rational unit = power_of_two(4 - bits);
    BOOST_TEST_REQUIRE(width(a) <= abs(x) * unit);
    BOOST_TEST_REQUIRE(width(a + b) <= (abs(x) + abs(y)) * unit);
    BOOST_TEST_REQUIRE(width(a * b) <= abs(x * y) * unit * 2);
    if (bits > 8) BOOST_TEST_REQUIRE(width(a / b) <= abs(x / y) * unit * 2);
    if (bits > 8)
      BOOST_TEST_REQUIRE(width(sqrt(abs(a))) <= to_rational(std::sqrt(abs(x).convert_to<double>())) * unit);
  }
}

BOOST_AUTO_TEST_CASE(wider_operands_give_wider_results) {
  Random random(53);
  for (int i = 0; i < 5000; ++i) {
    const long bits = random.integer(10, 200);
    const Nested a = nested(random, bits);
    const Nested b = nested(random, bits);
    BOOST_TEST_REQUIRE(a.outer.contains(a.inner));
    // Rounding may move an end by a little.
    const auto holds = [&](const Ball& outer, const Ball& inner) {
      const Ball slack = Ball::with_radius(
          Ball(0),
          outer.magnitude() * UpperBound(std::ldexp(1.0, static_cast<int>(4 - std::min(bits, 30L)))));
      return !outer.is_finite() || (outer + slack).contains(inner);
    };
    BOOST_TEST_REQUIRE(holds(a.outer + b.outer, a.inner + b.inner));
    BOOST_TEST_REQUIRE(holds(a.outer * b.outer, a.inner * b.inner));
    BOOST_TEST_REQUIRE(holds(a.outer / b.outer, a.inner / b.inner));
    BOOST_TEST_REQUIRE(holds(abs(a.outer), abs(a.inner)));
    BOOST_TEST_REQUIRE(holds(Ball::hull(a.outer, b.outer), Ball::hull(a.inner, b.inner)));
  }
}

BOOST_AUTO_TEST_CASE(algebraic_identities_at_two_precisions) {
  Random random(54);
  for (int i = 0; i < 3000; ++i) {
    const auto [a, x] = sample(random, random.integer(2, 300), -20, 20);
    const auto [b, y] = sample(random, random.integer(2, 300), -20, 20);
    BOOST_TEST_REQUIRE(((a + b) * (a - b)).overlaps(a * a - b * b));
    BOOST_TEST_REQUIRE(((a + b) * (a + b)).overlaps(a * a + 2 * a * b + b * b));
    const long n = random.integer(-12, 12);
    const Ball power = pow(a, n);
    Rational exact = 1;
    for (long k = 0; k < std::labs(n); ++k) exact *= x;
    if (n < 0 && x == 0) continue;
    BOOST_TEST_REQUIRE(power.contains(n < 0 ? Rational(1 / exact) : exact));
  }
}

BOOST_AUTO_TEST_CASE(construction) {
  BOOST_TEST((Ball().is_exact() && Ball().contains(0) && Ball().bits() == 0));
  BOOST_TEST(Ball(std::numeric_limits<long>::min()).contains(Rational(std::numeric_limits<long>::min())));
  BOOST_TEST(Ball(std::numeric_limits<unsigned long>::max()).contains(power_of_two(64) - 1));
  BOOST_TEST(Ball(static_cast<signed char>(-5)).contains(-5));
  BOOST_TEST(Ball(static_cast<unsigned short>(65535)).contains(65535));
  BOOST_TEST(Ball(-1).is_exact());
  Random random(55);
  for (int i = 0; i < 5000; ++i) {
    const double d = random.any_double();
    const Ball x = Ball::exact(d, 20);
    BOOST_TEST_REQUIRE((x.is_exact() && x.contains(to_rational(d))));
    BOOST_TEST_REQUIRE((x.lower() == d && x.upper() == d && x.midpoint() == d));
    BOOST_TEST_REQUIRE((x.lower_rational() == to_rational(d) && x.upper_rational() == to_rational(d)));
    const long bits = random.integer(2, 200);
    const Rational dyadic = random.dyadic(bits, -2000, 2000);
    BOOST_TEST_REQUIRE(Ball::from(dyadic, bits).is_exact());
    BOOST_TEST_REQUIRE(Ball::from(dyadic / 3, bits).contains(dyadic / 3));
  }
  for (const double d : {kInfinity, -kInfinity, std::nan("")}) {
    BOOST_CHECK_THROW(Ball::exact(d), InputError);
    BOOST_CHECK_THROW(Ball::exact(make_mp(d, 64), 64), InputError);
  }
  BOOST_TEST(factorial(20, 100).contains(Rational(2432902008176640000L)));
  BOOST_TEST(factorial(0, 64).contains(1));
}

BOOST_AUTO_TEST_CASE(radii_are_added_not_replaced) {
  const Ball thick = Ball::with_radius(Ball(5), UpperBound(1.0));
  const Ball thicker = Ball::with_radius(thick, UpperBound(0.5));
  BOOST_TEST((thicker.contains(Rational(7, 2)) && thicker.contains(Rational(13, 2))));
  BOOST_TEST((!thicker.contains(Rational(339, 100)) && !thicker.contains(Rational(661, 100))));
  BOOST_TEST((thicker.radius().value() >= 1.5 && thicker.radius().value() < 1.5 * (1 + 1e-8)));
  BOOST_TEST(Ball::with_radius(Ball(5), UpperBound()).is_exact());
  const Ball all = Ball::with_radius(Ball(5), UpperBound(kInfinity));
  BOOST_TEST((!all.is_finite() && all.contains(Rational(-1000000)) && all.radius().value() == kInfinity));
  BOOST_TEST(Ball::with_radius(Ball(0), UpperBound(0x1p-1074)).contains(power_of_two(-1074)));
  // A radius below the least double.
  const Ball minute = ldexp(Ball::with_radius(Ball(0), UpperBound(1.0)), -5000);
  BOOST_TEST((minute.radius().value() == 0x1p-1074 && minute.magnitude().value() == 0x1p-1074));
  BOOST_TEST((thick.exact_midpoint().is_exact() && thick.exact_midpoint().contains(5)));
}

BOOST_AUTO_TEST_CASE(ends_are_outward_and_tight) {
  Random random(56);
  for (int i = 0; i < 10000; ++i) {
    const long bits = random.integer(2, 300);
    const auto [a, x] = sample(random, bits, -1200, 1100);
    const Rational lo = a.lower_rational();
    const Rational hi = a.upper_rational();
    BOOST_TEST_REQUIRE((lo <= x && x <= hi));
    BOOST_TEST_REQUIRE((a.contains(x)));
    // Outside by a millionth of the radius is outside.
    if (!a.is_exact() && bits > 100) {
      const Rational margin = (hi - lo) / 1000000;
      BOOST_TEST_REQUIRE((!a.contains(lo - margin) && !a.contains(hi + margin)));
      BOOST_TEST_REQUIRE((a.contains(lo + margin) && a.contains(hi - margin)));
    }
    const double low = a.lower();
    const double high = a.upper();
    BOOST_TEST_REQUIRE((low == -kInfinity || to_rational(low) <= x));
    BOOST_TEST_REQUIRE((high == kInfinity || to_rational(high) >= x));
    if (bits >= 64) {
      const double next = std::nextafter(std::nextafter(low, kInfinity), kInfinity);
      BOOST_TEST_REQUIRE((!std::isfinite(next) || to_rational(next) > lo));
    }
    const double magnitude = a.magnitude().value();
    BOOST_TEST_REQUIRE((magnitude == kInfinity || to_rational(magnitude) >= abs(x)));
    const Ball least = a.lower_magnitude();
    BOOST_TEST_REQUIRE((least.is_exact() && least.lower_rational() >= 0 && least.lower_rational() <= abs(x)));
    if (a.contains_zero()) BOOST_TEST_REQUIRE(least.contains(0));
    const Rational radius = to_rational(a.radius().is_finite() ? a.radius().value() : 0);
    if (a.radius().is_finite())
      BOOST_TEST_REQUIRE(2 * radius >= (hi - lo) * Rational(9, 10) - abs(x) * power_of_two(4 - bits));
  }
  const Ball beyond = ldexp(Ball(-3), 5000);
  BOOST_TEST((beyond.lower() == -kInfinity && beyond.upper() == -std::numeric_limits<double>::max()));
  BOOST_TEST(beyond.magnitude().value() == kInfinity);
  const Ball tiny = ldexp(Ball(3), -5000);
  BOOST_TEST((tiny.lower() == 0 && tiny.upper() == 0x1p-1074 && tiny.magnitude().value() == 0x1p-1074));
}

BOOST_AUTO_TEST_CASE(a_magnitude_starts_at_zero) {
  Random random(57);
  for (int i = 0; i < 2000; ++i) {
    const Sample s = sample(random, random.integer(2, 200), -20, 20);
    const Ball around_zero = Ball::hull(s.ball, -s.ball * Ball::from(random.dyadic(20, -30, 30), 64));
    const Ball magnitude = abs(around_zero);
    if (!around_zero.contains_zero()) continue;
    BOOST_TEST_REQUIRE(magnitude.lower_rational() >= 0);
    BOOST_TEST_REQUIRE(magnitude.contains(0));
    BOOST_TEST_REQUIRE(magnitude.contains(abs(s.point)));
    BOOST_TEST_REQUIRE(sqrt(magnitude).is_finite());
    BOOST_TEST_REQUIRE(magnitude.upper() <= around_zero.magnitude().value() * (1 + 0x1p-25));
  }
}

BOOST_AUTO_TEST_CASE(outside_the_domain_everything_is_possible) {
  const Ball around_zero = Ball::with_radius(Ball(0), UpperBound(1.0));
  const Ball undefined[] = {
      log(Ball(-1)),        log(Ball(0)),      log(around_zero),        1 / Ball(0),
      1 / around_zero,      sqrt(Ball(-1)),    sqrt(around_zero),       asin(Ball(2)),
      acos(Ball(-2)),       log1p(Ball(-1)),   pow(Ball(0), -1),        pow(around_zero, -3),
      tan(2 * around_zero), Ball(0) / Ball(0), log(Ball(-1)) * Ball(0), exp(log(Ball(-1)))};
  for (const Ball& x : undefined) {
    BOOST_TEST(!x.is_finite());
    BOOST_TEST((x.contains(0) && x.contains(Rational(-12345)) && x.contains_zero()));
    BOOST_TEST((x.lower() == -kInfinity && x.upper() == kInfinity));
    BOOST_TEST((x.radius().value() == kInfinity && x.magnitude().value() == kInfinity));
    BOOST_TEST((x.lower_magnitude().is_exact() && x.lower_magnitude().contains(0)));
    BOOST_TEST((!abs(x).is_finite() && !(x * 0).is_exact() && !min(x, Ball(1)).is_exact()));
    BOOST_TEST(((less(x, Ball(0)) == Truth::unknown) && (less(Ball(0), x) == Truth::unknown)));
    BOOST_TEST(((less_equal(x, x) == Truth::unknown) && (is_positive(x) == Truth::unknown)));
    BOOST_TEST(((is_nonnegative(x) == Truth::unknown) && (is_nonzero(x) == Truth::unknown)));
    BOOST_TEST(!Ball::hull(x, Ball(1)).is_finite());
    BOOST_TEST(!Ball::with_radius(x, UpperBound(1.0)).is_finite());
    BOOST_CHECK_THROW(x.lower_rational(), PrecisionError);
    BOOST_CHECK_THROW(x.upper_rational(), PrecisionError);
    BOOST_CHECK_THROW(x.exact_midpoint(), PrecisionError);
  }
  BOOST_TEST(pow(Ball(0), 0).contains(1));
}

BOOST_AUTO_TEST_CASE(comparisons_say_what_is_proved) {
  Random random(58);
  int decided = 0;
  for (int i = 0; i < 10000; ++i) {
    const Sample a = sample(random, 100, -3, 3);
    const Sample b = random.integer(0, 3) == 0 ? a : sample(random, 100, -3, 3);
    const auto agrees = [](Truth said, bool is) {
      return said == Truth::unknown || (said == Truth::yes) == is;
    };
    BOOST_TEST_REQUIRE(agrees(less(a.ball, b.ball), a.point < b.point));
    BOOST_TEST_REQUIRE(agrees(less_equal(a.ball, b.ball), a.point <= b.point));
    BOOST_TEST_REQUIRE(agrees(is_positive(a.ball), a.point > 0));
    BOOST_TEST_REQUIRE(agrees(is_nonnegative(a.ball), a.point >= 0));
    BOOST_TEST_REQUIRE(agrees(is_nonzero(a.ball), a.point != 0));
    if (!a.ball.overlaps(b.ball)) {
      ++decided;
      BOOST_TEST_REQUIRE(
          (less(a.ball, b.ball) != Truth::unknown && less_equal(a.ball, b.ball) != Truth::unknown));
    }
  }
  BOOST_TEST(decided > 1000);
  BOOST_TEST(((less(Ball(1), Ball(1)) == Truth::no) && (less_equal(Ball(1), Ball(1)) == Truth::yes)));
  BOOST_TEST(((is_positive(Ball(0)) == Truth::no) && (is_nonnegative(Ball(0)) == Truth::yes)));
  BOOST_TEST(((is_nonzero(Ball(0)) == Truth::no) && (is_nonzero(Ball(2)) == Truth::yes)));
  const Ball touching = abs(Ball::with_radius(Ball(0), UpperBound(1.0)));
  BOOST_TEST(((is_positive(touching) == Truth::unknown) && (is_nonnegative(touching) == Truth::yes)));
}

BOOST_AUTO_TEST_CASE(containment_and_overlap) {
  Random random(59);
  for (int i = 0; i < 5000; ++i) {
    const Sample a = sample(random, 200, -3, 3);
    const Sample b = sample(random, 200, -3, 3);
    const bool meet = a.ball.lower_rational() <= b.ball.upper_rational() &&
                      b.ball.lower_rational() <= a.ball.upper_rational();
    BOOST_TEST_REQUIRE(a.ball.overlaps(b.ball) == meet);
    if (a.ball.contains(b.ball)) BOOST_TEST_REQUIRE((a.ball.contains(b.point) && meet));
    BOOST_TEST_REQUIRE(Ball::hull(a.ball, b.ball).contains(a.ball));
  }
  // Exponents no rational could hold.
  const Ball huge = ldexp(Ball(1), 1L << 60);
  const Ball minute = ldexp(Ball(1), -(1L << 60));
  BOOST_TEST((!huge.contains(Rational(1, 3)) && !minute.contains(Rational(1, 3)) && !huge.overlaps(minute)));
  BOOST_TEST((less(minute, huge) == Truth::yes));
  BOOST_TEST((huge + minute).contains(huge));
}

BOOST_AUTO_TEST_CASE(precision_is_explicit) {
  const Ball x = Ball::pi(100);
  const Ball y = Ball::pi(300);
  BOOST_TEST(((x * y).bits() == 300 && (y - x).bits() == 300 && (2 * x).bits() == 100));
  BOOST_TEST((exp(x).bits() == 100 && min(x, y).bits() == 300 && Ball::hull(x, y).bits() == 300));
  BOOST_TEST((Ball(1).bits() == 0 && Ball(1).working_bits() == Ball::kLeastBits));
  // More bits from here on; the set stays as it is.
  BOOST_TEST(x.with_bits(500).contains(x));
  BOOST_TEST(x.contains(x.with_bits(500)));
  BOOST_TEST(x.contains(x.with_bits(2)));
  BOOST_TEST(exp(x.with_bits(500)).bits() == 500);
  BOOST_TEST(Ball::exact(0.1, 20).with_bits(2).is_exact());
}

BOOST_AUTO_TEST_CASE(copies_and_moves) {
  const Ball x = Ball::pi(200);
  Ball copy = x;
  Ball& alias = copy;
  copy = alias;
  BOOST_TEST((copy.contains(x) && copy.bits() == 200));
  copy = std::move(alias);
  BOOST_TEST((copy.contains(x) && copy.bits() == 200));
  Ball moved = std::move(copy);
  BOOST_TEST((moved.contains(x) && moved.bits() == 200));
  copy = Ball(7);  // a moved-from ball can be assigned to
  BOOST_TEST((copy.contains(7) && copy.is_exact()));
  std::swap(copy, moved);
  BOOST_TEST((copy.contains(x) && moved.contains(7)));
}

BOOST_AUTO_TEST_CASE(extreme_powers) {
  BOOST_TEST(pow(Ball(1), std::numeric_limits<long>::min()).contains(1));
  BOOST_TEST(pow(Ball(-1), std::numeric_limits<long>::max()).contains(-1));
  BOOST_TEST(pow(Ball(2), std::numeric_limits<long>::min()).upper() == 0x1p-1074);
  BOOST_TEST((less(pow(Ball(2), std::numeric_limits<long>::min()),
                   ldexp(Ball(1), std::numeric_limits<long>::min() + 1)) == Truth::yes));
  BOOST_TEST(pow(Ball(3), std::numeric_limits<long>::max()).lower() == std::numeric_limits<double>::max());
  BOOST_TEST(ldexp(ldexp(Ball(5), std::numeric_limits<long>::min()), std::numeric_limits<long>::max())
                 .contains(Rational(5, 2)));
}

BOOST_AUTO_TEST_SUITE_END()
