#pragma once
/// \file Random numbers of every world for the tests of numbers/, from fixed seeds.

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "gronwall/numbers/ball.hpp"

namespace numbers_test {

using gronwall::Ball;
using gronwall::Integer;
using gronwall::Rational;

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Uniform integer in [low, high].
  long integer(long low, long high) { return std::uniform_int_distribution<long>(low, high)(engine_); }
  bool coin() { return integer(0, 1) == 1; }

  /// Any finite double: random bits, with zeros, subnormals and the ends of the range over-represented.
  double any_double() {
    switch (integer(0, 7)) {
      case 0:
        return coin() ? 0.0 : -0.0;
      case 1:
        return std::bit_cast<double>(engine_() & 0x800fffffffffffffU);  // subnormal
      case 2: {
        const double edges[] = {1,      0x1p-1022, 0x1p-1074, std::numeric_limits<double>::max(),
                                0x1p53, 0x1p-537};
        return std::nextafter(edges[integer(0, 5)], coin() ? 0.0 : 4.0);
      }
      case 3:
        return std::ldexp(static_cast<double>(integer(-100, 100)), static_cast<int>(integer(-8, 8)));
      default: {
        double x = std::numeric_limits<double>::infinity();
        while (!std::isfinite(x)) x = std::bit_cast<double>(engine_());
        return x;
      }
    }
  }

  /// Odd-looking integer of up to `bits` bits, either sign.
  Integer wide_integer(long bits) {
    Integer result = 0;
    for (long have = 0; have < bits; have += 32) result = (result << 32) + integer(0, 0xffffffffL);
    result %= Integer(1) << static_cast<unsigned>(integer(1, bits));
    return coin() ? Integer(-result) : result;
  }

  /// A dyadic rational `m 2^e` with `m` of up to `bits` bits and the leading bit between 2^low and 2^high.
  Rational dyadic(long bits, long low, long high) {
    Integer m = 0;
    while (m == 0) m = wide_integer(bits);
    const long width = static_cast<long>(msb(Integer(abs(m)))) + 1;
    return Rational(m) * gronwall::power_of_two(integer(low, high) - width);
  }

  Rational rational(long bits) {
    Integer q = 0;
    while (q == 0) q = wide_integer(bits);
    return Rational(wide_integer(bits), Integer(abs(q)));
  }

  /// A point of [lo, hi], both ends included now and then.
  Rational between(const Rational& lo, const Rational& hi) {
    constexpr long kSteps = 1L << 20;
    const long corner = integer(0, 7);
    const long k = corner == 0 ? 0 : corner == 1 ? kSteps : integer(0, kSteps);
    return lo + (hi - lo) * Rational(k, kSteps);
  }

 private:
  std::mt19937_64 engine_;
};

/// A ball, and a number that it contains.
struct Sample {
  Ball ball;
  Rational point;
};

/// A ball of precision `bits` around a number of size about 2^low to 2^high, thin or thick.
inline Sample sample(Random& random, long bits, long low, long high) {
  const Rational centre = random.dyadic(bits, low, high);
  Ball ball = Ball::from(centre, bits);
  if (random.coin()) {
    const double radius = std::ldexp(1.0, static_cast<int>(random.integer(low - 60, low + 1)));
    ball = Ball::with_radius(ball, gronwall::UpperBound(radius));
  }
  constexpr long kEnough = 8000;  // bits at which the ends are not rounded
  const Ball same = ball.with_bits(kEnough);
  return {ball, random.between(same.lower_rational(), same.upper_rational())};
}

}  // namespace numbers_test
