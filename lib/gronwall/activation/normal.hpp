#pragma once
/// \file Density and distribution function of the standard normal law, on which GELU stands.

#include <array>
#include <numbers>
#include <vector>

#include "gronwall/activation/elementary.hpp"

namespace gronwall {

/// Coefficients in `q = (t - 4)/(t + 4)` of a polynomial that approximates `(1 + t) Phi(-t) e^(t^2/2)`, t >=
/// 0, with relative error below 2^-54: interpolation in the 26 Chebyshev nodes of [-1, 1], rounded to double
/// (recomputed by tests/activation/test_normal.cpp).
inline constexpr std::array<double, 26> kNormalTail = {
    0x1.e361ea6fba141p-2,  -0x1.8c18f2086e34ap-4,  0x1.cabd72a60f829p-7,   0x1.d4969f10dffc6p-6,
    -0x1.07c3c2582b303p-5, 0x1.25dd720601ed3p-6,   -0x1.47d5fc7509f7ep-8,  -0x1.2b7f5e0ae6403p-12,
    0x1.6c53834fd27a3p-11, -0x1.8c11aeea8be61p-14, -0x1.707bc4c6cf324p-14, 0x1.6483917534296p-16,
    0x1.c9427c966dff3p-17, -0x1.cc939724573cep-19, -0x1.5ee6f1e4df899p-19, 0x1.b07d8b888ccadp-22,
    0x1.29e2ee5772f2dp-21, 0x1.3806842ade5ecp-28,  -0x1.ebbd6dc6586cap-24, -0x1.9595113c81d09p-26,
    0x1.5c4ac01321f75p-26, 0x1.36af5e38f34d6p-27,  -0x1.68a2155c3362bp-29, -0x1.0f3b89d2ec4bfp-29,
    0x1.8b3426df06767p-33, 0x1.c85d41d2f8208p-33,
};

/// `Phi(-t) e^(t^2/2)` for t >= 0, a slowly varying function (Mills' ratio over sqrt(2 pi)); relative error
/// about 2^-53.
inline DoublePair scaled_normal_tail(double t) {
  // Equal to (t - 4)/(t + 4), and finite for infinite t.
  const double q = 1 - 8 / (t + 4);
  double sum = 0;
  for (std::size_t k = kNormalTail.size() - 1; k >= 1; --k) sum = sum * q + kNormalTail[k];
  return (DoublePair{kNormalTail[0]} + exact_product(sum, q)) / exact_sum(1, t);
}

/// 1/sqrt(2 pi) = 0.3989422804...
inline constexpr DoublePair kNormalDensityAtZero = {0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56};
inline double normal_density_at_zero(double /*like*/) {
  return kNormalDensityAtZero.hi;
}
template <Real R>
R normal_density_at_zero(const R& like) {
  using std::sqrt;
  return 1 / sqrt(R(2 * pi_like(like)));
}

/// `e^(-z^2/2)`. Double: at most 2 ulp.
template <Real R>
R bell(const R& z) {
  using std::exp;
  if constexpr (std::same_as<R, double>)
    return elementary::times_exp_of_minus_square({1}, z, 0.5);
  else
    return exp(R(-(z * z) / 2));
}

/// Density `g(z) = e^(-z^2/2)/sqrt(2 pi)`. Double: at most 4 ulp.
template <Real R>
R normal_density(const R& z) {
  return normal_density_at_zero(z) * bell(z);
}

/// Where Phi(z) = 1/2 + erf(z/sqrt 2)/2 loses nothing by cancellation.
inline constexpr double kCentralHalfWidth = 0.5;

/// Distribution function `Phi(z)`, accurate in the left tail. Double: at most 4 ulp.
template <Real R>
R normal_cdf(const R& z) {
  using elementary::erfc;
  using std::sqrt;
  if constexpr (std::same_as<R, double>) {
    if (std::abs(z) <= kCentralHalfWidth) return 0.5 + 0.5 * std::erf(z / std::numbers::sqrt2);
    const double tail = elementary::times_exp_of_minus_square(scaled_normal_tail(std::abs(z)), z, 0.5);
    return z > 0 ? 1 - tail : tail;
  } else {
    return erfc(R(-z * sqrt(constant_like(Rational(1, 2), z)))) / 2;
  }
}

/// Taylor coefficients of `e^(-z^2/2)`, from w' = -z w: (k+1) w_{k+1} = -(z w_k + w_{k-1}).
template <Real R>
std::vector<R> bell_series(const R& z, int order) {
  std::vector<R> w{bell(z)};
  if (order >= 1) w.push_back(-z * w[0]);
  for (std::size_t k = 1; k < static_cast<std::size_t>(order); ++k)
    w.push_back(-(z * w[k] + w[k - 1]) / static_cast<int>(k + 1));
  return w;
}

/// Taylor coefficients of Phi: the primitive of the density's.
template <Real R>
std::vector<R> normal_cdf_series(const R& z, int order) {
  std::vector<R> density = bell_series(z, order);
  const R at_zero = normal_density_at_zero(z);
  for (R& coefficient : density) coefficient *= at_zero;
  return elementary::integrate_series(normal_cdf(z), density, order);
}

}  // namespace gronwall
