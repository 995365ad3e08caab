#pragma once
/// \file Bounds of all derivatives of an activation, and the signs of its Gaussian means.

#include <optional>

#include "gronwall/activation/activation.hpp"

namespace gronwall {

/// Enclosure of a number `S_j >= sup |phi^(j)|`, `j >= 1` (docs/bounds.md, L44; L26 where it is smaller for
/// `j
/// <= 2`). No value where L44 has no line for phi (piecewise smooth activations, polynomials of degree > 1).
std::optional<Ball> derivative_bound(const Activation& phi, int j, long bits);

/// The k of L52 for which phi^(k) is even with a non-negative Fourier transform: then `A_n(q) = E
/// phi^(n)(sqrt q Z)` keeps its sign for all q > 0 and every n, and is not 0 for n = k, k + 2, k + 4, ... No
/// value where L52 has no line for phi.
std::optional<int> coherent_derivative(const Activation& phi);

/// Does L52 say that `A_0(q) = E phi(sqrt q Z)` is positive for every q > 0? False also for activations that
/// it does not know.
bool has_positive_mean(const Activation& phi);

}  // namespace gronwall
