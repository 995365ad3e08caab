#pragma once
/// \file What the infinite-width kernels depend on.

#include <string>
#include <utility>

#include "gronwall/activation/activation.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

/// The Neural ODE (or its residual network) at infinite width, on inputs x, xbar of norm 1 with <x, xbar> =
/// rho; the entries of W, U and v are independent, of mean 0 and variance 1 (theory 0.5). Exact numbers.
///
/// All kernels depend on (T, sigma_w) through sigma_w T alone. sigma_w T = 0 is the two-layer network.
struct LimitParameters {
  const Activation* activation = nullptr;
  Rational T = 1;        ///< time
  Rational sigma_w = 1;  ///< scale of W
  Rational sigma_v = 1;  ///< scale of v: K_v, K_W, K_U and K carry sigma_v^2; C_TT and Sigma do not
  Rational c0 = 1;       ///< sigma_u^2/d: the covariance of h(0) is c0 rho, its variance c0

  /// \throws InputError without an activation, T or sigma_w below 0, or sigma_v or c0 not above 0.
  void check() const {
    if (activation == nullptr) throw InputError("an infinite-width kernel needs an activation");
    for (const auto& [value, name] : {std::pair(&T, "T"), std::pair(&sigma_w, "sigma_w")})
      if (*value < 0)
        throw InputError(std::string(name) + " must not be negative, but is " + to_canonical_text(*value));
    for (const auto& [value, name] : {std::pair(&sigma_v, "sigma_v"), std::pair(&c0, "c0 = sigma_u^2/d")})
      if (*value <= 0)
        throw InputError(std::string(name) + " must be above 0, not " + to_canonical_text(*value));
  }
};

}  // namespace gronwall
