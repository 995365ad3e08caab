#pragma once
/// \file Means of products of an activation and its derivatives at one Gaussian variable.

#include "gronwall/activation/activation.hpp"

namespace gronwall {

/// One factor `phi^(order)(±sqrt(q) Z)`; `order` is 0, 1 or 2.
struct MeanFactor {
  int order = 0;
  Rational q;
};

/// Enclosure of `E[phi^(i)(s1 Z) phi^(j)(s2 Z)]`, or of `E[phi^(i)(s1 Z) phi^(j)(-s2 Z)]` when `opposite`,
/// with `s_k = sqrt(q_k)`: the boundary |rho| = 1 of dual activations, and the norms behind the tails of L8.
/// Plain trapezoidal rule with the error bound L19; radius at most `2^-bits`. \throws InputError when phi is
/// not analytic on the real line with linear growth, or `q <= 0`; PrecisionError when the radius is not
/// reached.
Ball product_mean(const Activation& phi, const MeanFactor& first, const MeanFactor& second, bool opposite,
                  long bits);

}  // namespace gronwall
