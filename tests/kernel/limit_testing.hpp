#pragma once
/// What the tests of the limit kernel share.

#include <array>
#include <cmath>
#include <vector>

#include "gronwall/kernel/depth.hpp"
#include "gronwall/kernel/limit_kernel.hpp"

namespace limit_testing {

using namespace gronwall;

inline const char* const kSmooth[] = {"softplus", "tanh", "sigmoid", "gelu",    "silu",
                                      "erf",      "sin",  "cos",     "gaussian"};

/// sigma_w T = tau, everything else 1.
inline LimitParameters unit(const char* phi, const Rational& tau) {
  return {.activation = &activation(phi), .T = tau};
}
/// sigma_w T = 1/2, no scale is 1.
inline LimitParameters scaled(const char* phi) {
  return {.activation = &activation(phi),
          .T = Rational(5, 4),
          .sigma_w = Rational(2, 5),
          .sigma_v = Rational(3, 2),
          .c0 = Rational(3, 4)};
}

inline std::array<Ball, 6> blocks(const LimitValues& v) {
  return {v.C_TT, v.Sigma, v.K_v, v.K_W, v.K_U, v.K_inf};
}
template <Real R>
std::array<R, 6> blocks(const DepthKernel<R>& k) {
  return {k.C_TT, k.Sigma, k.K_v, k.K_W, k.K_U, k.K};
}
inline std::array<SeriesEnclosure, 6> blocks(const LimitSeries& s) {
  return {s.C_TT, s.Sigma, s.K_v, s.K_W, s.K_U, s.K_inf};
}

/// The limit L -> infinity by Richardson's extrapolation from L = first, 2 first, ..., last in powers of 1/L.
inline std::array<double, 6> extrapolated(const LimitParameters& p, const Rational& rho, long first,
                                          long last) {
  std::vector<std::array<double, 6>> k;
  for (long depth = first; depth <= last; depth *= 2)
    k.push_back(blocks(depth_kernel<double>(p, rho, depth)));
  double factor = 2;
  for (std::size_t order = 1; order < k.size(); ++order, factor *= 2)
    for (std::size_t i = 0; i + order < k.size(); ++i)
      for (std::size_t b = 0; b < 6; ++b) k[i][b] = (factor * k[i + 1][b] - k[i][b]) / (factor - 1);
  return k[0];
}

/// sum_m weight(m) tau^(2m)/m!^2: I_0(2 tau) for weight 1.
inline Ball bessel_sum(const Rational& tau, const auto& weight, long bits = 200) {
  Ball sum = Ball(0).with_bits(bits), term = Ball(1).with_bits(bits);
  const Ball t = Ball::from(tau, bits);
  for (long m = 0; m < 120; ++m) {
    sum += Ball(weight(m)) * term;
    term *= t * t / Ball((m + 1) * (m + 1));
  }
  return sum;  // the rest is far below 2^-200 for tau < 4
}

}  // namespace limit_testing
