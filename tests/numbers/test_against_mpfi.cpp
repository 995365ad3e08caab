// The same random programs in Arb balls and in MPFI intervals: both enclose the value, so they must meet.
#include <mpfi.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <vector>

#include "gronwall/numbers/ball.hpp"
#include "random.hpp"

using namespace gronwall;
using numbers_test::Random;

namespace {

class Interval {
 public:
  explicit Interval(long bits) { mpfi_init2(value_, bits); }
  Interval(const Interval& other) {
    mpfi_init2(value_, mpfi_get_prec(other.value_));
    mpfi_set(value_, other.value_);
  }
  Interval& operator=(const Interval&) = delete;
  ~Interval() { mpfi_clear(value_); }
  mpfi_ptr raw() { return value_; }
  mpfi_srcptr raw() const { return value_; }

  bool bounded() const { return mpfi_bounded_p(value_) != 0; }
  Ball hull(long bits) const {
    MpFloat lo = make_mp(0, bits);
    MpFloat hi = make_mp(0, bits);
    mpfi_get_left(lo.backend().data(), value_);
    mpfi_get_right(hi.backend().data(), value_);
    return Ball::hull(Ball::exact(lo, bits), Ball::exact(hi, bits));
  }

 private:
  mpfi_t value_;
};

struct Both {
  Ball ball;
  Interval interval;
};

using BallFunction = Ball (*)(const Ball&);
using MpfiFunction = int (*)(mpfi_ptr, mpfi_srcptr);
const struct {
  BallFunction ball;
  MpfiFunction interval;
} kFunctions[] = {{abs, mpfi_abs},   {sqrt, mpfi_sqrt},   {exp, mpfi_exp},   {expm1, mpfi_expm1},
                  {log, mpfi_log},   {log1p, mpfi_log1p}, {sin, mpfi_sin},   {cos, mpfi_cos},
                  {tan, mpfi_tan},   {asin, mpfi_asin},   {acos, mpfi_acos}, {atan, mpfi_atan},
                  {sinh, mpfi_sinh}, {cosh, mpfi_cosh},   {tanh, mpfi_tanh}};

Both combine(Random& random, const Both& a, const Both& b, long bits) {
  Interval result(bits);
  switch (random.integer(0, 3)) {
    case 0:
      mpfi_add(result.raw(), a.interval.raw(), b.interval.raw());
      return {a.ball + b.ball, result};
    case 1:
      mpfi_sub(result.raw(), a.interval.raw(), b.interval.raw());
      return {a.ball - b.ball, result};
    case 2:
      mpfi_mul(result.raw(), a.interval.raw(), b.interval.raw());
      return {a.ball * b.ball, result};
    default:
      mpfi_div(result.raw(), a.interval.raw(), b.interval.raw());
      return {a.ball / b.ball, result};
  }
}

Both apply(Random& random, const Both& a, long bits) {
  const auto& f = kFunctions[random.integer(0, std::size(kFunctions) - 1)];
  Interval result(bits);
  f.interval(result.raw(), a.interval.raw());
  return {f.ball(a.ball), result};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(against_mpfi)

BOOST_AUTO_TEST_CASE(random_programs_agree) {
  Random random(71);
  int compared = 0;
  for (int program = 0; program < 3000; ++program) {
    const long bits = random.integer(53, 300);
    const bool thick = random.coin();
    std::vector<Both> values;
    for (int i = 0; i < 3; ++i) {
      const Rational x = random.dyadic(40, -6, 3);
      const Rational radius = thick ? power_of_two(-40) : Rational(0);
      Both both{Ball::with_radius(Ball::from(x, bits), UpperBound(round_up(radius))), Interval(bits)};
      const Rational lo = x - radius;
      const Rational hi = x + radius;
      Interval left(bits);
      mpfi_set_q(left.raw(), lo.backend().data());
      mpfi_set_q(both.interval.raw(), hi.backend().data());
      mpfi_union(both.interval.raw(), both.interval.raw(), left.raw());
      values.push_back(both);
    }
    for (int step = 0; step < 6; ++step) {
      const auto last = static_cast<long>(values.size()) - 1;
      const Both& a = values[static_cast<std::size_t>(random.integer(0, last))];
      const Both& b = values[static_cast<std::size_t>(random.integer(0, last))];
      Both next = random.coin() ? combine(random, a, b, bits) : apply(random, a, bits);
      if (!next.ball.is_finite() || !next.interval.bounded()) continue;
      const Ball other = next.interval.hull(bits + 64);
      BOOST_TEST_REQUIRE(next.ball.overlaps(other));
      // Radii that come from rounding alone are comparable; thick balls lose to intervals at extrema of cos,
      // ...
      const double width = 2 * next.ball.radius().value();
      const double other_width = 2 * other.radius().value();
      const double noise = std::ldexp(std::fabs(next.ball.midpoint()), static_cast<int>(8 - bits));
      if (!thick) BOOST_TEST_REQUIRE(width <= 1024 * other_width + noise);
      ++compared;
      values.push_back(next);
    }
  }
  BOOST_TEST(compared > 10000);
}

BOOST_AUTO_TEST_SUITE_END()
