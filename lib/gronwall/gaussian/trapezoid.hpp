#pragma once
/// \file The trapezoidal rule for Gaussian means: proved error bounds, and steps chosen from them.

#include <optional>

#include "gronwall/activation/activation.hpp"
#include "gronwall/gaussian/hermite_sum.hpp"

namespace gronwall {

/// Discretisation error of the trapezoidal rule in z (L4, L6, L19), for every `n <= last`: `height` is the
/// height a of the lines, `norm` bounds the mean square root L2 of the integrand's first factor on them.
Ball discretisation_bound(const Ball& height, const Ball& norm, const Ball& step, unsigned last);

/// Bound L5 of the terms `|z| > reach` of the trapezoidal sum for `|f(z)| <= g0 + g1 |z|` and `h_n`, every `n
/// <= last`. Infinite when `reach` is too small for the lemma.
Ball truncation_bound(const LinearGrowth& growth, const Ball& reach, unsigned last);

/// The same for a product of two functions and `n = 0` (L19; with both equal, E3 of L5).
Ball product_truncation_bound(const LinearGrowth& f, const LinearGrowth& g, const Ball& reach);

/// A trapezoidal rule: the step, the number of nodes on each side, and the lines that prove its error.
struct TrapezoidGrid {
  DyadicStep step;     ///< in units of z
  long nodes = 0;      ///< nodes -nodes..nodes
  Rational strip = 0;  ///< b of L4 in units of y = sqrt(q) z; 0 when poles are removed
  unsigned lines = 0;  ///< L6 with c = lines * pi * safe_line: that many lines of poles lie inside; 0 for L4
  Ball error;          ///< discretisation and truncation, proved, for every n <= last
};

/// Whether poles may be removed.
enum class PoleUse { never, allowed };

/// The cheapest grid found whose proved error is at most `2^-bits` for all `n <= last`.
/// \throws InputError when phi is not analytic on the real line or has no linear growth bound there.
TrapezoidGrid choose_grid(const Activation& phi, const Rational& q, unsigned last, long bits, PoleUse poles);

/// Parameters of the plain rule for the independent checker (docs/certificates.md, kind gauss/1): node `j`
/// lies at `y = j * step`, the checker sums `|j| <= nodes` at `precision` bits and adds L4 (with `strip`) and
/// L5.
struct TrapezoidWitness {
  Rational step;  ///< dyadic, in units of y
  long nodes = 0;
  Rational strip;
  long precision = 0;
};

/// Witness for `E[phi(sqrt(q) Z)^power h_n(Z)]`, every `n <= last`: an enclosure computed from it has a total
/// width below `2^-(accuracy_bits + 1)`, hence lies in every `[lo, hi]` that extends at least
/// `2^-accuracy_bits` to both sides of the true value. `power` 2 requires `last == 0`. \throws InputError for
/// activations without a strip of analyticity and bad arguments, PrecisionError beyond the checker's limits
/// (1,000,000 nodes, 65,536 bits).
TrapezoidWitness trapezoid_witness(const Activation& phi, const Rational& q, unsigned last,
                                   long accuracy_bits, int power = 1);

}  // namespace gronwall
