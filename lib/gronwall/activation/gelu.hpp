#pragma once
/// \file GELU, exactly: z Phi(z) with the normal distribution function Phi (not the tanh approximation).

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/normal.hpp"

namespace gronwall {

struct Gelu : ActivationDefaults {
  std::string name() const { return "gelu"; }
  std::string formula() const { return "z Phi(z) = z erfc(-z/sqrt 2)/2"; }

  template <Real R>
  R value(const R& z) const {
    if constexpr (std::same_as<R, double>) {
      if (z < -kCentralHalfWidth)
        return elementary::times_exp_of_minus_square(DoublePair{z} * scaled_normal_tail(-z), z, 0.5);
    }
    return z * normal_cdf(z);
  }
  /// Phi(z) + z g(z). It vanishes at z = -0.7517...; near there the double errs by at most 4 ulp of Phi(z),
  /// not of the result.
  template <Real R>
  R derivative(const R& z) const {
    if constexpr (std::same_as<R, double>) {
      if (z < -kCentralHalfWidth) {
        const DoublePair factor = scaled_normal_tail(-z) + DoublePair{z} * kNormalDensityAtZero;
        return elementary::times_exp_of_minus_square(factor, z, 0.5);
      }
    }
    return normal_cdf(z) + z * normal_density(z);
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    return elementary::times_argument(z, normal_cdf_series(z, order));
  }

  /// gelu(z) = z/2 + (z/2) erf(z/sqrt 2).
  ParitySplit parity_split() const { return {Rational(1, 2), 0, Parity::even}; }
  /// phi'' = (2 - z^2) g, so phi' rises on [-sqrt 2, sqrt 2] and falls outside; with phi'(z) + phi'(-z) = 1
  /// and limits 0 and 1, max |phi'| = phi'(sqrt 2) = 1.1289...
  std::optional<Ball> lipschitz(long bits) const { return derivative(sqrt(Ball::from(2, bits))); }
  /// phi''' = z (z^2 - 4) g: |phi''| is extreme at 0, sqrt(2/pi) = 0.797..., and at ±2, 2 g(2) = 0.107...
  std::optional<Ball> lipschitz_of_derivative(long bits) const { return sqrt(2 / Ball::pi(bits)); }

  Analyticity analyticity() const { return {true, std::nullopt}; }
  LinearGrowth growth(const Ball& b) const {
    const Ball p = 1 + b * exp(b * b / 2) / sqrt(2 * pi_like(b));
    return {b * p, p};  // bound: L1
  }
};

}  // namespace gronwall
