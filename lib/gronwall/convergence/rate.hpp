#pragma once
/// \file What errors at several resolutions prove about the order of convergence and its constant, and what
/// samples of errors suggest.

#include <cstdint>
#include <vector>

#include "gronwall/numbers/interval.hpp"
#include "gronwall/numbers/truth.hpp"

namespace gronwall {

/// An error known to lie in `error` at a resolution L (steps, layers, nodes).
struct EnclosedError {
  long resolution;
  Interval error;
};

/// What a finite list of enclosed errors proves, for a conjectured law `e_L <= C L^-order`. Nothing is said
/// about resolutions outside the list.
struct RateReport {
  Interval constant;             ///< of the largest `L^order e_L` on the list
  std::vector<Interval> scaled;  ///< of every `L^order e_L`
  std::vector<Interval>
      orders;  ///< of `log(e_L / e_L') / log(L' / L)` for neighbours; infinite ends where an error may be 0
  Truth decreasing;  ///< does every error lie strictly below the one before?

  /// Is `e_L <= bound L^-order` on the whole list?
  Truth bounded_by(double bound) const;
};

/// \throws InputError for an empty list, resolutions that do not increase strictly from 1 on, or enclosures
/// that are negative, reversed or not finite.
RateReport analyse_rate(const std::vector<EnclosedError>& errors, double order);

/// How `L^order e_L` approaches a limit.
struct LimitReport {
  std::vector<Interval> differences;  ///< of `L |L^order e_L - limit|`
  Interval constant;                  ///< of the largest of them
  /// No difference beyond the first half of the list certainly exceeds twice the largest of the first half:
  /// they stay bounded as far as the enclosures tell.
  bool consistent;
};
LimitReport compare_with_limit(const std::vector<EnclosedError>& errors, double order, const Interval& limit);

/// Errors of the same random instances, in the same order, at one resolution.
struct SampledErrors {
  long resolution;
  std::vector<double> errors;
};

/// Log-log slopes over a sample, with 95 % percentile intervals from resampling the instances (bootstrap). A
/// statement of confidence, not a proof: the intervals cover the population's slope in about 95 of 100
/// samples.
struct SampledRate {
  std::vector<double> medians;
  std::vector<double> root_mean_squares;
  Interval median_slope;
  Interval rms_slope;
};

/// \param seed of the resampling; equal seeds give equal results on every machine.
/// A slope whose statistic vanishes somewhere is not known: its interval is the whole line.
/// \throws InputError for fewer than two resolutions or five instances, unequal counts, or errors that are
/// negative or not finite.
SampledRate analyse_samples(const std::vector<SampledErrors>& samples, std::uint64_t seed = 1);

}  // namespace gronwall
