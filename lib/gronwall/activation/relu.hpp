#pragma once
/// \file ReLU and leaky ReLU: z for z > 0, A z for z <= 0.

#include "gronwall/activation/activation_model.hpp"
#include "gronwall/activation/elementary.hpp"
#include "gronwall/activation/kink.hpp"

namespace gronwall {

/// Leaky ReLU of any rational slope A on the left; ReLU is A = 0, A = 1 the identity, A = -1 the absolute
/// value.
struct LeakyRelu : ActivationDefaults {
  LeakyRelu(std::string spelling, Rational slope);

  std::string name() const { return spelling_; }
  std::string formula() const;

  template <Real R>
  R value(const R& z) const {
    return kink::value(
        z, [this](const R& x) { return R(left_slope(x) * x); }, [](const R& x) { return x; });
  }
  template <Real R>
  R derivative(const R& z) const {
    return kink::value(
        z, [this](const R& x) { return left_slope(x); }, [](const R& x) { return constant_like(1, x); });
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    // Without a jump every order is smooth.
    const int first_jump = slope_ == 1 ? order : 1;
    return kink::taylor(
        z, order, first_jump,
        [&](const R& x) { return elementary::line_series(R(left_slope(x) * x), left_slope(x), order); },
        [&](const R& x) { return elementary::line_series(x, constant_like(1, x), order); });
  }

  /// (1+A)/2 z + (1-A)/2 |z|.
  ParitySplit parity_split() const;
  OverBall over_ball() const { return OverBall::direct; }
  std::optional<Ball> lipschitz(long bits) const;
  std::optional<Ball> lipschitz_of_derivative(long bits) const;
  Analyticity analyticity() const;
  /// |phi(x)| <= max(1, |A|) |x|.
  LinearGrowth growth(const Ball& b) const;

 private:
  double left_slope(double /*like*/) const { return rounded_slope_; }
  template <Real R>
  R left_slope(const R& like) const {
    return constant_like(slope_, like);
  }

  std::string spelling_;
  Rational slope_;
  double rounded_slope_;
};

/// The plain one.
LeakyRelu relu();
/// `leaky-relu:A`. \throws InputError unless the parameter is one exact number.
LeakyRelu leaky_relu(std::string_view parameter);

}  // namespace gronwall
