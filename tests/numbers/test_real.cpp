#include <boost/test/unit_test.hpp>
#include <numbers>

#include "gronwall/numbers/real.hpp"
#include "random.hpp"

using namespace gronwall;
using numbers_test::Random;

namespace {

/// One formula for the three worlds: (1/3 + x) exp(-x) + pi.
template <Real T>
T formula(const T& x) {
  using std::exp;
  return (constant_like(Rational(1, 3), x) + x) * exp(-x) + pi_like(x);
}

Ball ball_of(const MpFloat& x) {
  return Ball::exact(x, bits_of(x));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(real)

BOOST_AUTO_TEST_CASE(one_formula_in_three_worlds) {
  Random random(31);
  for (int i = 0; i < 300; ++i) {
    const double x = std::ldexp(static_cast<double>(random.integer(-(1L << 20), 1L << 20)), -18);
    const long bits = random.integer(100, 800);
    const Ball proved = formula(Ball::exact(x, bits));
    const MpFloat guess = formula(make_mp(x, bits));
    BOOST_TEST_REQUIRE(proved.bits() == bits);
    BOOST_TEST_REQUIRE(bits_of(guess) == bits);
    const Ball error = abs(ball_of(guess) - proved);
    BOOST_TEST_REQUIRE((less(error, ldexp(Ball(1), 16 - bits)) == Truth::yes));
    BOOST_TEST_REQUIRE(std::fabs(formula(x) - proved.midpoint()) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(constants_at_the_precision_of_the_argument) {
  Random random(32);
  BOOST_TEST(constant_like(Rational(1, 10), 0.0) == 0.1);
  BOOST_TEST(pi_like(1.0) == std::numbers::pi);
  for (int i = 0; i < 1000; ++i) {
    const Rational x = random.rational(90);
    const double nearest = constant_like(x, 0.0);
    const Rational down = to_rational(round_down(x));
    const Rational up = to_rational(round_up(x));
    BOOST_TEST_REQUIRE(abs(to_rational(nearest) - x) == std::min(Rational(x - down), Rational(up - x)));

    const long bits = random.integer(2, 500);
    const MpFloat mp = constant_like(x, make_mp(0, bits));
    const Ball ball = constant_like(x, Ball::exact(0.0, bits));
    BOOST_TEST_REQUIRE(bits_of(mp) == bits);
    BOOST_TEST_REQUIRE(ball.bits() == bits);
    BOOST_TEST_REQUIRE(ball.contains(x));
    const Rational half_unit = abs(x) * power_of_two(-bits);
    BOOST_TEST_REQUIRE(abs(ball_of(mp).lower_rational() - x) <= half_unit);
    BOOST_TEST_REQUIRE(ball.upper_rational() - ball.lower_rational() <= 8 * half_unit);
  }
  BOOST_TEST(pi_like(Ball::exact(1.0, 300)).contains(Ball::pi(400)));
  BOOST_TEST(
      pi_like(Ball::exact(1.0, 300)).overlaps(ball_of(pi_like(make_mp(1, 300))) + ldexp(Ball(1), -298) * 0));
}

BOOST_AUTO_TEST_CASE(default_precision_of_a_scope) {
  const unsigned before = MpFloat::thread_default_precision();
  for (const long bits : {2L, 24L, 53L, 64L, 113L, 333L, 3333L, 100000L}) {
    const MpPrecision scope(bits);
    BOOST_TEST(bits_of(MpFloat(1)) >= bits);
    BOOST_TEST(bits_of(MpFloat(1)) <= bits + bits / 1000 + 12);
    {
      const MpPrecision inner(bits + 50);
      BOOST_TEST(bits_of(MpFloat(1)) >= bits + 50);
    }
    BOOST_TEST(bits_of(MpFloat(1)) <= bits + bits / 1000 + 12);
  }
  BOOST_TEST(MpFloat::thread_default_precision() == before);
}

BOOST_AUTO_TEST_CASE(floats_keep_their_precision) {
  MpFloat x = make_mp(0.1, 700);
  BOOST_TEST(bits_of(x) == 700);
  BOOST_TEST(static_cast<double>(x) == 0.1);
  const MpFloat y = x;
  BOOST_TEST(bits_of(y) == 700);
  MpFloat z = make_mp(1, 64);
  z = y;
  BOOST_TEST(bits_of(z) == 700);
  // Boost counts decimal digits: an operation may lose the bits of one.
  for (const MpFloat& result : {MpFloat(exp(x)), MpFloat(2 * x), MpFloat(x * y), MpFloat(x + y)})
    BOOST_TEST((bits_of(result) > 700 - 4 && bits_of(result) <= 700));
  BOOST_TEST(Ball::exact(x, 700).midpoint_mp() == x);
  BOOST_TEST(bits_of(Ball::pi(500).midpoint_mp()) == 500);
}

BOOST_AUTO_TEST_CASE(absurd_precisions_are_refused) {
  for (const long bits :
       {1L, 0L, -1L, kMostBits + 1, std::numeric_limits<long>::max(), std::numeric_limits<long>::min()}) {
    BOOST_CHECK_THROW(make_mp(1, bits), PrecisionError);
    BOOST_CHECK_THROW(MpPrecision{bits}, PrecisionError);
    BOOST_CHECK_THROW(Ball::pi(bits), PrecisionError);
    BOOST_CHECK_THROW(Ball::exact(1.0, bits), PrecisionError);
    BOOST_CHECK_THROW(Ball::exact(make_mp(1, 64), bits), PrecisionError);
    BOOST_CHECK_THROW(Ball::from(1, bits), PrecisionError);
    BOOST_CHECK_THROW(Ball(1).with_bits(bits), PrecisionError);
    BOOST_CHECK_THROW(factorial(5, bits), PrecisionError);
  }
}

BOOST_AUTO_TEST_SUITE_END()
