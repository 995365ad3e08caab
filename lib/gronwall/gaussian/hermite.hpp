#pragma once
/// \file Hermite coefficients of activations under Gaussian arguments, as rigorous enclosures.

#include <string>
#include <string_view>
#include <vector>

#include "gronwall/activation/activation.hpp"
#include "gronwall/gaussian/trapezoid.hpp"

namespace gronwall {

/// How coefficients are computed.
enum class HermiteMethod {
  automatic,    ///< closed form where there is one, else poles, else trapezoid
  closed_form,  ///< relu, leaky-relu, elu, identity, polynomials, gelu, erf, sin, cos, gaussian
  poles,     ///< sigmoid, tanh, silu: trapezoidal rule with the residues of near poles removed (L6); softplus
             ///< from sigmoid (L7), its n = 0 by the plain rule
  trapezoid  ///< every activation analytic on the real line with linear growth: plain rule (L4, L5)
};

/// `closed-form`, `poles`, `trapezoid`, `automatic`.
std::string_view to_text(HermiteMethod method);

struct HermiteOptions {
  HermiteMethod method = HermiteMethod::automatic;
};

/// Coefficients `a_first .. a_last` and how they were obtained.
struct HermiteCoefficients {
  unsigned first = 0;
  std::vector<Ball> values;
  HermiteMethod method = HermiteMethod::automatic;
  long nodes = 0;      ///< nodes on each side of 0 of the largest trapezoidal sum; 0 for closed forms
  unsigned lines = 0;  ///< lines of poles removed

  unsigned last() const { return first + static_cast<unsigned>(values.size()) - 1; }
  /// The coefficient `a_n`. \throws InputError outside first..last.
  const Ball& at(unsigned n) const;
  /// The i-th of the values, `a_{first + i}`, unchecked.
  const Ball& operator[](std::size_t i) const { return values[i]; }
};

inline constexpr long kMostAccuracyBits = 1L << 20;
inline constexpr unsigned kLastHermiteIndex = 100'000;

/// Enclosures of `a_n(q) = E[phi(sqrt(q) Z) h_n(Z)]`, `n = first..last`, where `h_n = He_n / sqrt(n!)` is the
/// orthonormal Hermite polynomial and `Z` a standard Gaussian.
///
/// Every radius is at most `2^-accuracy_bits` (absolute).
/// Coefficients that vanish by the parity of phi are the exact ball 0, `a_1 = slope sqrt(q)` and `a_0 =
/// constant` are exact where phi minus its linear part is even, or minus its constant odd (`ParitySplit`).
///
/// Sources: docs/bounds.md L1-L7 and L18; closed forms in gaussian/closed_coefficients.cpp.
/// \throws InputError for `q <= 0`, `last < first`, `last > 100,000`, and methods that phi does not have;
/// PrecisionError for `accuracy_bits` outside [1, 2^20] or accuracy that cannot be reached.
HermiteCoefficients hermite_coefficients(const Activation& phi, const Rational& q, unsigned first,
                                         unsigned last, long accuracy_bits,
                                         const HermiteOptions& options = {});

/// The same for every variance in the ball `q` at once: closed forms in ball arithmetic, else the
/// coefficients at the midpoint, widened by L20, that is by the radius of `sqrt(q)` times L1 sqrt(2n + 1).
/// \throws InputError unless `q` is certainly positive, or where phi has no Lipschitz constant and there is
/// no closed form; else as above.
std::vector<Ball> hermite_coefficients_over(const Activation& phi, const Ball& q, unsigned first,
                                            unsigned last, long accuracy_bits);

/// Enclosure of `E[phi(sqrt(q) Z)^2] = sum_n a_n(q)^2`, radius at most `2^-accuracy_bits`. By closed form
/// (`automatic`, `closed_form`) or by the trapezoidal rule for phi^2 (`automatic`, `trapezoid`). \throws as
/// hermite_coefficients.
Ball gaussian_norm(const Activation& phi, const Rational& q, long accuracy_bits,
                   HermiteMethod method = HermiteMethod::automatic);

}  // namespace gronwall
