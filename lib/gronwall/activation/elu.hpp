#pragma once
/// \file ELU with alpha = 1: z for z > 0, e^z - 1 for z <= 0.

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/elementary.hpp"
#include "gronwall/activation/kink.hpp"

namespace gronwall {

struct Elu : ActivationDefaults {
  std::string name() const { return "elu"; }
  std::string formula() const { return "z for z > 0, e^z - 1 for z <= 0"; }

  template <Real R>
  R value(const R& z) const {
    using elementary::expm1;
    return kink::value(
        z, [](const R& x) { return R(expm1(x)); }, [](const R& x) { return x; });
  }
  template <Real R>
  R derivative(const R& z) const {
    using std::exp;
    return kink::value(
        z, [](const R& x) { return R(exp(x)); }, [](const R& x) { return constant_like(1, x); });
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    const auto left = [order](const R& x) {
      using elementary::expm1;
      using std::exp;
      std::vector<R> c{expm1(x)};
      R coefficient = exp(x);
      for (int k = 1; k <= order; ++k) {
        c.push_back(coefficient);
        coefficient /= k + 1;
      }
      return c;
    };
    const auto right = [order](const R& x) { return elementary::line_series(x, constant_like(1, x), order); };
    return kink::taylor(z, order, 2, left, right);
  }

  ParitySplit parity_split() const { return {}; }
  OverBall over_ball() const { return OverBall::ends; }
  std::optional<Ball> lipschitz(long bits) const { return Ball::from(1, bits); }
  /// phi' = min(1, e^z) is continuous with slope at most 1.
  std::optional<Ball> lipschitz_of_derivative(long bits) const { return Ball::from(1, bits); }
  Analyticity analyticity() const { return {false, std::nullopt}; }
  /// |e^x - 1| <= min(1, |x|) for x <= 0.
  LinearGrowth growth(const Ball& b) const {
    if (!b.is_exact() || !b.contains_zero())
      throw InputError("elu is not analytic: its growth is known on the real line (b = 0) only");
    return {Ball(0), Ball(1)};
  }
};

}  // namespace gronwall
