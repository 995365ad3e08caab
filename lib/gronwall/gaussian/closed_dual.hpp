#pragma once
/// \file Dual activations in closed form.

#include <optional>

#include "gronwall/activation/activation.hpp"
#include "gronwall/gaussian/dual_point.hpp"

namespace gronwall {

/// `V`, `dV/dc` or `dV/dq1` of relu, leaky-relu, erf, sin, cos, gaussian, gelu, identity and polynomials, at
/// every covariance with q1, q2 > 0; of elu on the boundary |rho| = 1 alone (`singular`, then the sign of c
/// counts). Nothing where no closed form is known. Evaluated at the precision of the balls.
///
/// Sources: Cho and Saul (2009) for relu, Williams (1998) for erf and gaussian; gelu: integrate dV/dc =
/// E[phi' phi'] by parts. Every one is checked against the Mehler series in tests/gaussian.
std::optional<Ball> closed_dual(const Activation& phi, DualPart part, const CovarianceBall& at,
                                bool singular);

/// `E[phi^(order)(sqrt(q) Z)^2]`, order 0, 1 or 2, where known. \throws InputError where phi^(order) is not
/// square integrable (the second derivative of relu is a point mass).
std::optional<Ball> closed_norm(const Activation& phi, int order, const Ball& q);

}  // namespace gronwall
