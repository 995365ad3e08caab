#pragma once
/// \file Hermite coefficients in closed form.

#include <optional>
#include <vector>

#include "gronwall/activation/activation.hpp"

namespace gronwall {

/// `a_first .. a_last` of phi at variance `q`, evaluated at `bits` working bits, or nothing if no closed form
/// of phi is known. Coefficients that vanish identically are exact zeros.
std::optional<std::vector<Ball>> closed_coefficients(const Activation& phi, const Ball& q, unsigned first,
                                                     unsigned last, long bits);

/// Whether closed_coefficients knows phi.
bool has_closed_coefficients(const Activation& phi);

/// relu is `leaky(0)`, leaky-relu:A is `leaky(A)`: the slope for negative arguments, if phi is of this
/// family.
std::optional<Rational> negative_slope(const Activation& phi);

}  // namespace gronwall
