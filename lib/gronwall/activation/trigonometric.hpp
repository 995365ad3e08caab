#pragma once
/// \file sin(z) and cos(z).

#include "gronwall/activation/activation_model.hpp"

namespace gronwall {

/// What sine and cosine share: every derivative is one of both, up to sign, and none exceeds 1 on the real
/// line.
struct Trigonometric : ActivationDefaults {
  OverBall over_ball() const { return OverBall::direct; }
  std::optional<Ball> lipschitz(long bits) const { return Ball::from(1, bits); }
  std::optional<Ball> lipschitz_of_derivative(long bits) const { return Ball::from(1, bits); }
  Analyticity analyticity() const { return {true, std::nullopt}; }
  LinearGrowth growth(const Ball& b) const { return {cosh(b), Ball(0)}; }  // bound: L1

  /// Coefficients of the function with value `f` and derivative `slope` at z that satisfies f'' = -f.
  template <Real R>
  static std::vector<R> oscillation(const R& f, const R& slope, int order) {
    std::vector<R> c{f, slope};
    for (int k = 2; k <= order; ++k) c.push_back(-c[static_cast<std::size_t>(k - 2)] / (k * (k - 1)));
    c.resize(static_cast<std::size_t>(order) + 1);
    return c;
  }
};

struct Sin : Trigonometric {
  std::string name() const { return "sin"; }
  std::string formula() const { return "sin(z)"; }

  template <Real R>
  R value(const R& z) const {
    using std::sin;
    return sin(z);
  }
  template <Real R>
  R derivative(const R& z) const {
    using std::cos;
    return cos(z);
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    return oscillation<R>(value(z), derivative(z), order);
  }
  ParitySplit parity_split() const { return {0, 0, Parity::odd}; }
};

struct Cos : Trigonometric {
  std::string name() const { return "cos"; }
  std::string formula() const { return "cos(z)"; }

  template <Real R>
  R value(const R& z) const {
    using std::cos;
    return cos(z);
  }
  template <Real R>
  R derivative(const R& z) const {
    using std::sin;
    return -sin(z);
  }
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    return oscillation<R>(value(z), derivative(z), order);
  }
  ParitySplit parity_split() const { return {0, 0, Parity::even}; }
};

}  // namespace gronwall
