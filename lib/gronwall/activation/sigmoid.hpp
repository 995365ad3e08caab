#pragma once
/// \file The logistic function as an activation: sigmoid(z) = 1/(1 + e^-z).

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/logistic.hpp"
#include "gronwall/activation/strip_growth.hpp"

namespace gronwall {

struct Sigmoid : ActivationDefaults {
  std::string name() const { return "sigmoid"; }
  std::string formula() const { return "1/(1 + e^-z)"; }

  template <Real R>
  R value(const R& z) const {
    return logistic(z);
  }
  template <Real R>
  R derivative(const R& z) const {
    return logistic_derivative(z);
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    return logistic_series(z, order);
  }

  /// sigmoid(z) = 1/2 + tanh(z/2)/2.
  ParitySplit parity_split() const { return {0, Rational(1, 2), Parity::odd}; }
  OverBall over_ball() const { return OverBall::ends; }
  std::optional<Ball> lipschitz(long bits) const { return Ball::from(Rational(1, 4), bits); }
  /// s'' = s (1-s) (1-2s) is extreme at s = (1 ± 1/sqrt 3)/2: sqrt(3)/18.
  std::optional<Ball> lipschitz_of_derivative(long bits) const { return sqrt(Ball::from(3, bits)) / 18; }

  Analyticity analyticity() const { return {true, Rational(1)}; }
  LinearGrowth growth(const Ball& b) const {
    require_strip(b, 1, name());
    return {logistic_strip_bound(b), Ball(0)};  // bound: L1
  }
  std::optional<PoleLattice> poles() const { return PoleLattice{1, 2, 2, 1, 0}; }
};

}  // namespace gronwall
