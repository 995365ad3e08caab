#pragma once
/// \file The error function erf(z) = (2/sqrt pi) int_0^z e^(-t^2) dt.

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/elementary.hpp"

namespace gronwall {

struct Erf : ActivationDefaults {
  std::string name() const { return "erf"; }
  std::string formula() const { return "erf(z)"; }

  template <Real R>
  R value(const R& z) const {
    using elementary::erf;
    return erf(z);
  }
  template <Real R>
  R derivative(const R& z) const {
    using std::exp;
    using std::sqrt;
    if constexpr (std::same_as<R, double>)
      return elementary::times_exp_of_minus_square({2 * std::numbers::inv_sqrtpi}, z, 1);
    else
      return 2 * exp(R(-(z * z))) / sqrt(pi_like(z));
  }
  /// w = erf' satisfies w' = -2 z w: (k+1) w_{k+1} = -2 (z w_k + w_{k-1}).
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    std::vector<R> w{derivative(z)};
    if (order >= 2) w.push_back(-2 * z * w[0]);
    for (std::size_t k = 1; k + 1 < static_cast<std::size_t>(order); ++k)
      w.push_back(-2 * (z * w[k] + w[k - 1]) / static_cast<int>(k + 1));
    return elementary::integrate_series(value(z), w, order);
  }

  ParitySplit parity_split() const { return {0, 0, Parity::odd}; }
  OverBall over_ball() const { return OverBall::ends; }
  std::optional<Ball> lipschitz(long bits) const { return 2 / sqrt(Ball::pi(bits)); }
  /// |erf''| = 4 |z| e^(-z^2)/sqrt pi is greatest at z^2 = 1/2: sqrt(8/(pi e)).
  std::optional<Ball> lipschitz_of_derivative(long bits) const {
    return sqrt(8 / (Ball::pi(bits) * exp(Ball::from(1, bits))));
  }

  Analyticity analyticity() const { return {true, std::nullopt}; }
  LinearGrowth growth(const Ball& b) const {
    return {1 + 2 * b * exp(b * b) / sqrt(pi_like(b)), Ball(0)};  // bound: L1
  }
};

}  // namespace gronwall
