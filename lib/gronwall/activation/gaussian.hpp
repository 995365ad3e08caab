#pragma once
/// \file The bell curve e^(-z^2/2).

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/normal.hpp"

namespace gronwall {

struct Gaussian : ActivationDefaults {
  std::string name() const { return "gaussian"; }
  std::string formula() const { return "e^(-z^2/2)"; }

  template <Real R>
  R value(const R& z) const {
    if constexpr (std::same_as<R, Ball>) {
      // Decreasing in |z|: the ends of |z| give the ends of the value.
      if (!z.is_exact() && z.is_finite()) {
        const Ball size = abs(z);
        return Ball::hull(bell(z.lower_magnitude()), bell(enclosure::upper_end(size)));
      }
    }
    return bell(z);
  }
  template <Real R>
  R derivative(const R& z) const {
    if constexpr (std::same_as<R, double>)
      return elementary::times_exp_of_minus_square({-z}, z, 0.5);
    else
      return -z * value(z);
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    return bell_series(z, order);
  }

  ParitySplit parity_split() const { return {0, 0, Parity::even}; }
  OverBall over_ball() const { return OverBall::direct; }
  /// |phi'| = |z| e^(-z^2/2) is greatest at 1.
  std::optional<Ball> lipschitz(long bits) const { return exp(-Ball::from(Rational(1, 2), bits)); }
  /// phi'' = (z^2 - 1) e^(-z^2/2): -1 at 0, 2 e^(-3/2) = 0.446... at ±sqrt 3.
  std::optional<Ball> lipschitz_of_derivative(long bits) const { return Ball::from(1, bits); }

  Analyticity analyticity() const { return {true, std::nullopt}; }
  LinearGrowth growth(const Ball& b) const { return {exp(b * b / 2), Ball(0)}; }  // bound: L1
};

}  // namespace gronwall
