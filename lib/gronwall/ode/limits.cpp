#include "gronwall/ode/limits.hpp"

#include <algorithm>

namespace gronwall::limits {
namespace {

long bits_for(double tolerance, double size) {
  constexpr long kSpare = 5;
  return kSpare + std::max(0L, static_cast<long>(std::ceil(std::log2(size) - std::log2(tolerance))));
}

[[noreturn]] void refuse(double tolerance, double size, long bits, const std::string& when) {
  const long needed = std::max(bits_for(tolerance, size), bits + 8);
  throw PrecisionError("errors of " + text(tolerance) + " a step in states of size " + text(size) + when +
                       " are below what " + std::to_string(bits) +
                       " bits can hold: loosen the tolerances, or take multiprecision states of at least " +
                       std::to_string(needed) + " bits");
}

}  // namespace

void require_tolerances(double absolute, double relative) {
  if (!(absolute > 0) || !std::isfinite(absolute))
    throw InputError("the absolute tolerance must be a number > 0, not " + text(absolute));
  if (!(relative >= 0) || !std::isfinite(relative))
    throw InputError("the relative tolerance must be a number >= 0, not " + text(relative));
}

void require_reachable(double tolerance, double size, long bits) {
  if (size > 0 && bits_for(tolerance, size) > bits + 1) refuse(tolerance, size, bits, "");
}

void explain_small_step(double t, double size, double speed, double duration, double tolerance, long bits) {
  const double half_precision = std::exp2(-static_cast<double>(bits) / 2);
  if (size > 0 && !(size > half_precision * speed * duration)) report_blow_up(t, "it grows to " + text(size));
  refuse(tolerance, size, bits, " at t = " + text(t));
}

void report_blow_up(double t, const std::string& how) {
  throw BlowUpError("the solution blows up near t = " + text(t) + " (" + how +
                        "): integrate to an earlier time, or take an activation of at most linear growth",
                    t);
}

}  // namespace gronwall::limits
