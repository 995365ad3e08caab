#pragma once
/// \file What the integrators refuse, in the same words: tolerances out of reach, solutions without bound.

#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>

#include "gronwall/ode/integrate.hpp"

namespace gronwall::limits {

/// `x` to six digits, for messages.
template <Floating R>
std::string text(const R& x) {
  std::ostringstream out;
  out << std::setprecision(6) << static_cast<double>(x);
  return out.str();
}

/// \throws InputError unless absolute > 0 and relative >= 0, both finite.
void require_tolerances(double absolute, double relative);

/// \throws PrecisionError unless `bits` bits can hold errors of `tolerance` in states of size `size`, naming
/// the bits that can.
void require_reachable(double tolerance, double size, long bits);

/// A step from (t, state of size `size` changing at `speed`) came out too small to be seen in t.
/// \throws BlowUpError if the state changes by its own size in a time that is not seen in `duration` either,
/// \throws PrecisionError otherwise.
[[noreturn]] void explain_small_step(double t, double size, double speed, double duration, double tolerance,
                                     long bits);

/// \throws BlowUpError at `t`; `how` says how it showed.
[[noreturn]] void report_blow_up(double t, const std::string& how);

}  // namespace gronwall::limits
