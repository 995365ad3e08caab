#pragma once
/// \file Second algorithms, written naively, for the tests of gaussian/.

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gronwall/activation/activation.hpp"
#include "gronwall/numbers/ball.hpp"

namespace gaussian_test {

using gronwall::Activation;
using gronwall::Ball;
using gronwall::Rational;

/// log2 of the radius; minus infinity for exact balls.
inline double log2_radius(const Ball& x) {
  if (x.is_exact()) return -INFINITY;
  return x.is_finite() ? mag_get_d_log2_approx(arb_radref(x.raw())) : INFINITY;
}

/// Radius at most 2^-bits.
inline bool is_accurate(const Ball& x, long bits) {
  return mag_cmp_2exp_si(arb_radref(x.raw()), -bits) <= 0;
}

inline bool is_exact_zero(const Ball& x) {
  return x.is_exact() && x.contains_zero();
}

/// `x` with its radius enlarged by the upper bound of `error`.
inline Ball widened(Ball x, const Ball& error) {
  arb_add_error(x.raw(), error.raw());
  return x;
}

/// The orthonormal h_0 .. h_last at z by the three-term recurrence.
inline std::vector<Ball> hermite_polynomials(const Ball& z, unsigned last) {
  std::vector<Ball> h{Ball(1).with_bits(z.working_bits())};
  if (last >= 1) h.push_back(z);
  for (unsigned n = 1; n < last; ++n)
    h.push_back((z * h[n] - sqrt(Ball(n).with_bits(z.working_bits())) * h[n - 1]) /
                sqrt(Ball(n + 1).with_bits(z.working_bits())));
  return h;
}

/// The trapezoidal sum of f(z) h_n(z) under the Gaussian density with nodes |k| <= nodes, for n = 0..last.
template <class Function>
std::vector<Ball> trapezoid(Function f, const Ball& step, long nodes, unsigned last, long bits) {
  std::vector<Ball> sums(last + 1, Ball().with_bits(bits));
  const Ball scale = step / sqrt(2 * Ball::pi(bits));
  for (long k = -nodes; k <= nodes; ++k) {
    const Ball z = (k * step).with_bits(bits);
    const Ball weighted = f(z) * exp(-ldexp(z * z, -1)) * scale;
    const std::vector<Ball> h = hermite_polynomials(z, last);
    for (unsigned n = 0; n <= last; ++n) sums[n] += weighted * h[n];
  }
  return sums;
}

/// Dyadic parts of a double, for ball constants.
inline Ball ball(double x, long bits = 256) {
  return Ball::exact(x, bits);
}

}  // namespace gaussian_test
