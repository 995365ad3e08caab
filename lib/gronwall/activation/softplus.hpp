#pragma once
/// \file softplus(z) = log(1 + e^z).

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/logistic.hpp"
#include "gronwall/activation/strip_growth.hpp"

namespace gronwall {

struct Softplus : ActivationDefaults {
  std::string name() const { return "softplus"; }
  std::string formula() const { return "log(1 + e^z)"; }

  template <Real R>
  R value(const R& z) const {
    using elementary::log1p;
    const R small = log1p(elementary::exp_minus_abs(z));
    return elementary::leans_negative(z) ? small : R(z + small);
  }
  template <Real R>
  R derivative(const R& z) const {
    return logistic(z);
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    return elementary::integrate_series(value(z), logistic_series(z, order), order);
  }

  /// softplus(z) = z/2 + log(2 cosh(z/2)).
  ParitySplit parity_split() const { return {Rational(1, 2), 0, Parity::even}; }
  OverBall over_ball() const { return OverBall::ends; }
  std::optional<Ball> lipschitz(long bits) const { return Ball::from(1, bits); }
  /// max s' = s'(0) = 1/4.
  std::optional<Ball> lipschitz_of_derivative(long bits) const { return Ball::from(Rational(1, 4), bits); }

  Analyticity analyticity() const { return {true, Rational(1)}; }
  LinearGrowth growth(const Ball& b) const {
    require_strip(b, 1, name());
    // bound: L1
    return {log(constant_like(2, b)) + b * logistic_strip_bound(b), Ball(1)};
  }
};

}  // namespace gronwall
