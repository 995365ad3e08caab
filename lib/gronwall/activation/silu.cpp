#include "gronwall/activation/silu.hpp"

namespace gronwall {
namespace {

/// h(z) = z tanh(z/2) - 2 increases on z > 0 and has its root near 2.3994.
Ball critical_equation(const Ball& z) {
  return z * tanh(z / 2) - 2;
}

/// Encloses the positive root of h: Newton steps give a candidate, a change of sign around it the proof.
Ball critical_point(long bits) {
  const long inner = bits + 32;
  Ball z = Ball::from(Rational(12, 5), inner);
  for (long correct = 8; correct < 2 * inner; correct *= 2) {
    const Ball t = tanh(z / 2);
    z = (z - critical_equation(z) / (t + z * (1 - t * t) / 2)).exact_midpoint();
  }
  const Ball step = ldexp(Ball::from(1, inner), -(bits + 8));
  if (certainly(is_positive(-critical_equation(z - step))) &&
      certainly(is_positive(critical_equation(z + step))))
    return Ball::hull(z - step, z + step);
  throw PrecisionError("the critical point of silu could not be isolated: ask for more bits");
}

}  // namespace

std::optional<Ball> Silu::lipschitz(long bits) const {
  return enclosure::round_to(Ball::from(Rational(1, 2), bits) + critical_point(bits) / 4, bits);
}

}  // namespace gronwall
