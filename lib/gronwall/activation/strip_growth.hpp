#pragma once
/// \file Growth in a strip |Im z| <= b of functions with poles on the imaginary axis (docs/bounds.md, L1).

#include <string>

#include "gronwall/activation/activation.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

/// \throws InputError unless `b < pi * limit_over_pi` is certain.
inline void require_strip(const Ball& b, const Rational& limit_over_pi, const std::string& name) {
  const Ball limit = pi_like(b) * constant_like(limit_over_pi, b);
  if (!certainly(less(b, limit)))
    throw InputError(name + " is analytic only in |Im z| < " + to_canonical_text(limit_over_pi) +
                     " pi: choose a strip half-width b below that");
}

/// `M(b)`, the supremum of |1/(1 + e^-z)| over |Im z| <= b < pi: 1 for b <= pi/2, else 1/sin b.
inline Ball logistic_strip_bound(const Ball& b) {
  if (certainly(less_equal(2 * b, pi_like(b)))) return Ball(1);
  return 1 / sin(b);  // bound: L1 (and 1/sin b >= M(b) for every b)
}

}  // namespace gronwall
