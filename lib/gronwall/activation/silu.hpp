#pragma once
/// \file SiLU, also called swish: z/(1 + e^-z).

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/logistic.hpp"
#include "gronwall/activation/strip_growth.hpp"

namespace gronwall {

struct Silu : ActivationDefaults {
  std::string name() const { return "silu"; }
  std::string formula() const { return "z/(1 + e^-z)"; }

  template <Real R>
  R value(const R& z) const {
    if constexpr (std::same_as<R, double>) {
      if (z < 0) return elementary::times_exp({z / (1 + std::exp(z))}, z);
    }
    return z * logistic(z);
  }
  /// s(z) (1 + z s(-z)). It vanishes at z = -1.2784...; near there the double errs by at most 4 ulp of s(z),
  /// not of the result.
  template <Real R>
  R derivative(const R& z) const {
    if constexpr (std::same_as<R, double>) {
      if (z < 0) {
        const DoublePair denominator = exact_sum(1, std::exp(z));
        return elementary::times_exp((DoublePair{1} + DoublePair{z} / denominator) / denominator, z);
      }
    }
    return logistic(z) * (1 + z * logistic(R(-z)));
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    return elementary::times_argument(z, logistic_series(z, order));
  }

  /// silu(z) = z/2 + (z/2) tanh(z/2).
  ParitySplit parity_split() const { return {Rational(1, 2), 0, Parity::even}; }
  /// phi'' = s' (2 - z tanh(z/2)), so phi' rises on [-z0, z0] and falls outside, where z0 tanh(z0/2) = 2;
  /// with phi'(z) + phi'(-z) = 1 and limits 0 and 1 this gives max |phi'| = phi'(z0) = 1/2 + z0/4 = 1.0998...
  std::optional<Ball> lipschitz(long bits) const;
  /// |phi''| <= 2 s' <= 1/2 = phi''(0) where |z tanh(z/2)| <= 4; elsewhere |phi''| <= |z| s' <= |z| e^-|z| <=
  /// 1/e.
  std::optional<Ball> lipschitz_of_derivative(long bits) const { return Ball::from(Rational(1, 2), bits); }

  Analyticity analyticity() const { return {true, Rational(1)}; }
  LinearGrowth growth(const Ball& b) const {
    require_strip(b, 1, name());
    const Ball m = logistic_strip_bound(b);
    return {b * m, m};  // bound: L1
  }
  std::optional<PoleLattice> poles() const { return PoleLattice{1, 2, 2, 0, 1}; }
};

}  // namespace gronwall
