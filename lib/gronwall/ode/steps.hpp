#pragma once
/// \file What every integrator reports: its steps, and solutions that cannot be continued.

#include <optional>
#include <string>

#include "gronwall/numbers/error.hpp"

namespace gronwall {

/// Steps of one integration.
struct StepStatistics {
  long accepted = 0;
  /// No value where Odeint does not tell (Bulirsch-Stoer with dense output).
  std::optional<long> rejected = 0;
  /// Evaluations of the field; for the Taylor integrator, of one coefficient of the solution.
  long evaluations = 0;

  StepStatistics& operator+=(const StepStatistics& other) {
    accepted += other.accepted;
    if (rejected && other.rejected)
      *rejected += *other.rejected;
    else
      rejected.reset();
    evaluations += other.evaluations;
    return *this;
  }
};

/// The solution leaves every bound (or the range of its number type) near `time()`, as that of h' = h^2,
/// h(0) = 1 does at t = 1. A numerical finding, not a proof: with step control `time()` agrees with the
/// blow-up time to about half the digits of the working precision; with fixed steps it is where the computed
/// states overflow, at or after the blow-up.
class BlowUpError : public Error {
 public:
  BlowUpError(const std::string& message, double time) : Error(message), time_(time) {}
  double time() const { return time_; }

 private:
  double time_;
};

}  // namespace gronwall
