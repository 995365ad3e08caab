#pragma once
/// \file tanh(z).

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/logistic.hpp"
#include "gronwall/activation/strip_growth.hpp"

namespace gronwall {

struct Tanh : ActivationDefaults {
  std::string name() const { return "tanh"; }
  std::string formula() const { return "tanh(z)"; }

  template <Real R>
  R value(const R& z) const {
    using std::tanh;
    return tanh(z);
  }
  /// 1/cosh^2 z = 4 s'(2z) with the logistic function s.
  template <Real R>
  R derivative(const R& z) const {
    return 4 * logistic_derivative(R(2 * z));
  }
  /// t' = 1 - t^2: (k+1) t_{k+1} = -sum_j t_j t_{k-j} for k >= 1.
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    std::vector<R> t{value(z)};
    if (order >= 1) t.push_back(derivative(z));
    for (std::size_t k = 1; k < static_cast<std::size_t>(order); ++k) {
      R sum = 2 * t[0] * t[k];
      for (std::size_t j = 1; j < k; ++j) sum += t[j] * t[k - j];
      t.push_back(-sum / static_cast<int>(k + 1));
    }
    return t;
  }

  ParitySplit parity_split() const { return {0, 0, Parity::odd}; }
  OverBall over_ball() const { return OverBall::ends; }
  std::optional<Ball> lipschitz(long bits) const { return Ball::from(1, bits); }
  /// t'' = -2 t (1 - t^2) is extreme at t^2 = 1/3: 4/(3 sqrt 3).
  std::optional<Ball> lipschitz_of_derivative(long bits) const { return 4 / (3 * sqrt(Ball::from(3, bits))); }

  Analyticity analyticity() const { return {true, Rational(1, 2)}; }
  LinearGrowth growth(const Ball& b) const {
    require_strip(b, Rational(1, 2), name());
    return {max(constant_like(1, b), tan(b)), Ball(0)};  // bound: L1
  }
  std::optional<PoleLattice> poles() const { return PoleLattice{Rational(1, 2), 1, 1, 1, 0}; }
};

}  // namespace gronwall
