// Elementary functions against MPFR, at random points of random balls; functional equations; accuracy.
#include <boost/test/unit_test.hpp>
#include <string>

#include "gronwall/numbers/ball.hpp"
#include "random.hpp"

using namespace gronwall;
using numbers_test::Random;

namespace {

using BallFunction = Ball (*)(const Ball&);
using MpfrFunction = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

/// A function and the exponents of the arguments at which to try it.
struct Case {
  const char* name;
  BallFunction function;
  MpfrFunction oracle;
  long low;
  long high;
  bool only_positive;
};

const Case kCases[] = {
    {"sqrt", sqrt, mpfr_sqrt, -200, 200, true},   {"exp", exp, mpfr_exp, -200, 12, false},
    {"expm1", expm1, mpfr_expm1, -200, 8, false}, {"log", log, mpfr_log, -200, 200, true},
    {"log1p", log1p, mpfr_log1p, -200, 0, false}, {"sin", sin, mpfr_sin, -200, 30, false},
    {"cos", cos, mpfr_cos, -200, 30, false},      {"tan", tan, mpfr_tan, -200, 0, false},
    {"asin", asin, mpfr_asin, -200, 0, false},    {"acos", acos, mpfr_acos, -200, 0, false},
    {"atan", atan, mpfr_atan, -200, 200, false},  {"sinh", sinh, mpfr_sinh, -200, 8, false},
    {"cosh", cosh, mpfr_cosh, -200, 8, false},    {"tanh", tanh, mpfr_tanh, -200, 8, false},
    {"erf", erf, mpfr_erf, -200, 4, false},       {"erfc", erfc, mpfr_erfc, -200, 4, false},
};

/// [f(x) rounded down, f(x) rounded up] by MPFR, for a dyadic x that fits the precision.
Ball oracle(const Case& c, const Rational& x, long bits) {
  MpFloat point = make_mp(0, bits);
  BOOST_REQUIRE(mpfr_set_q(point.backend().data(), x.backend().data(), MPFR_RNDN) == 0);
  MpFloat lo = make_mp(0, bits);
  MpFloat hi = make_mp(0, bits);
  c.oracle(lo.backend().data(), point.backend().data(), MPFR_RNDD);
  c.oracle(hi.backend().data(), point.backend().data(), MPFR_RNDU);
  return Ball::hull(Ball::exact(lo, bits), Ball::exact(hi, bits));
}

/// An argument: a dyadic number strictly inside the domain.
Rational argument(Random& random, const Case& c, long bits) {
  const Rational x = random.dyadic(bits, c.low, c.high);
  return c.only_positive ? Rational(abs(x)) : x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(functions)

BOOST_AUTO_TEST_CASE(balls_contain_what_mpfr_computes_at_every_point) {
  Random random(61);
  for (const Case& c : kCases) {
    for (int i = 0; i < 300; ++i) {
      const long bits = random.integer(2, 400);
      const Rational centre = argument(random, c, bits);
      const Ball thin = Ball::from(centre, bits);
      BOOST_TEST_REQUIRE(thin.is_exact());
      BOOST_TEST_REQUIRE(c.function(thin).overlaps(oracle(c, centre, 1000)), c.name << " at " << thin);

      // A thick ball, here and there across the edge of the domain: then the result must be unbounded.
      const double radius = round_up(abs(centre) * power_of_two(random.integer(-40, 1)));
      const Ball thick = Ball::with_radius(thin, UpperBound(radius));
      const Ball image = c.function(thick);
      if (!image.is_finite()) continue;
      for (const long k : {-8L, -5L, -1L, 0L, 2L, 7L, 8L}) {
        const Rational x = centre + to_rational(radius) * Rational(k, 8);
        const Ball value = oracle(c, x, 1500);
        BOOST_TEST_REQUIRE(image.overlaps(value), c.name << " of " << thick << " at " << k << "/8");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(results_are_accurate) {
  Random random(62);
  for (const Case& c : kCases) {
    for (int i = 0; i < 300; ++i) {
      const long bits = random.integer(30, 400);
      const Rational x = argument(random, c, 30);
      const Ball y = c.function(Ball::from(x, bits));
      // Near a zero of cos, log, ... that is not a zero of the argument the relative error may grow a little.
      const Rational size = std::max(abs(y.lower_rational()), abs(y.upper_rational()));
      BOOST_TEST_REQUIRE(y.upper_rational() - y.lower_rational() <= size * power_of_two(8 - bits),
                         c.name << " at " << to_canonical_text(x));
    }
  }
}

BOOST_AUTO_TEST_CASE(more_bits_refine) {
  Random random(63);
  for (const Case& c : kCases) {
    for (int i = 0; i < 300; ++i) {
      const Rational x = argument(random, c, 30);
      const Ball coarse = c.function(Ball::from(x, random.integer(30, 200)));
      const Ball fine = c.function(Ball::from(x, random.integer(300, 900)));
      BOOST_TEST_REQUIRE(coarse.overlaps(fine));
    }
  }
}

BOOST_AUTO_TEST_CASE(functional_equations_at_two_precisions) {
  Random random(64);
  for (int i = 0; i < 1000; ++i) {
    const long low_bits = random.integer(2, 300);
    const long high_bits = random.integer(2, 300);
    const Rational r = random.dyadic(60, -30, 3);
    const Ball x = Ball::with_radius(Ball::from(r, low_bits), UpperBound(random.coin() ? 0.0 : 1e-9));
    const Ball y = x.with_bits(high_bits);
    const Ball z = Ball::from(random.dyadic(60, -20, 3), high_bits);
    BOOST_TEST_REQUIRE(exp(x + z).overlaps(exp(y) * exp(z)));
    BOOST_TEST_REQUIRE(log(exp(x)).overlaps(y));
    BOOST_TEST_REQUIRE(expm1(x).overlaps(exp(y) - 1));
    BOOST_TEST_REQUIRE(log1p(abs(x)).overlaps(log(1 + abs(y))));
    BOOST_TEST_REQUIRE((sin(x) * sin(y) + cos(x) * cos(y)).contains(1));
    BOOST_TEST_REQUIRE(sin(x + z).overlaps(sin(y) * cos(z) + cos(y) * sin(z)));
    BOOST_TEST_REQUIRE(tan(x).overlaps(sin(y) / cos(y)));
    BOOST_TEST_REQUIRE(tan(atan(x)).overlaps(y));
    BOOST_TEST_REQUIRE(
        (asin(sin(x)) * 0 + acos(cos(x) / 2) + asin(cos(y) / 2)).overlaps(ldexp(Ball::pi(high_bits), -1)));
    BOOST_TEST_REQUIRE((cosh(x) * cosh(y) - sinh(x) * sinh(y)).contains(1));
    BOOST_TEST_REQUIRE(tanh(x).overlaps(1 - 2 / (exp(2 * y) + 1)));
    BOOST_TEST_REQUIRE((erf(x) + erfc(y)).contains(1));
    BOOST_TEST_REQUIRE(erf(-x).overlaps(-erf(y)));
    BOOST_TEST_REQUIRE((sqrt(abs(x)) * sqrt(abs(y))).overlaps(abs(x)));
    const long n = random.integer(-30, 30);
    BOOST_TEST_REQUIRE(pow(exp(x), n).overlaps(exp(n * y)));
  }
}

BOOST_AUTO_TEST_CASE(huge_and_tiny_arguments_end_in_time) {
  for (const Case& c : kCases) {
    for (const long exponent : {-(1L << 60), -1000000000L, -5000L, 5000L, 1000000000L, 1L << 60}) {
      for (const int sign : {-1, 1}) {
        const Ball x = ldexp(Ball(sign).with_bits(200), exponent);
        const Ball y = c.function(x);
        if (exponent < 0 && y.is_finite() && c.function != BallFunction{log})
          BOOST_TEST(y.magnitude().value() < 2, c.name);
      }
    }
  }
  BOOST_TEST((tanh(Ball(1000).with_bits(64)).contains(1) || tanh(Ball(1000).with_bits(64)).upper() <= 1));
  BOOST_TEST(exp(Ball(-1000000000)).lower() == 0);
  BOOST_TEST(exp(Ball(-1000000000)).upper() == 0x1p-1074);
  BOOST_TEST((is_positive(exp(Ball(-1000000000))) == Truth::yes));
  BOOST_TEST(erfc(Ball(100)).upper() == 0x1p-1074);
}

BOOST_AUTO_TEST_CASE(published_values) {
  // Digits of pi, e, log 2, erf(1): OEIS A000796, A001113, A002162, A102847's companion DLMF 7.23.
  const auto agrees = [](const Ball& x, const std::string& digits) {
    const Rational value = parse_rational(digits);
    const Rational last = power_of_two(-98);
    return x.lower_rational() < value + last && x.upper_rational() > value;
  };
  BOOST_TEST(agrees(Ball::pi(200), "3.14159265358979323846264338327950288"));
  BOOST_TEST(agrees(exp(Ball(1).with_bits(200)), "2.71828182845904523536028747135266249"));
  BOOST_TEST(agrees(log(Ball(2).with_bits(200)), "0.693147180559945309417232121458176568"));
  BOOST_TEST(agrees(erf(Ball(1).with_bits(200)), "0.842700792949714869341220635082609259"));
}

BOOST_AUTO_TEST_SUITE_END()
