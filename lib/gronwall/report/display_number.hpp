#pragma once
/// \file Numbers as a reader sees them: rounded doubles, durations, enclosures shortened outward.

#include <string>

#include "gronwall/certificate/claim.hpp"

namespace gronwall {

/// `x` to at most `digits` significant digits, trailing zeros dropped, as `0.25`, `-3` or `1.2·10⁻⁷`.
std::string number_text(double x, int digits = 6);

/// `10` with a raised exponent, as `10⁻¹²`.
std::string power_of_ten_text(int exponent);

/// `820 ms`, `1.4 s`, `2 min 5 s`, `1 h 3 min`. Negative and not finite durations count as zero.
std::string duration_text(double seconds);

/// The number of `evidence`: `[lo, hi]`, or one number where there is one or both ends are the same.
std::string evidence_value(const Evidence& evidence);

/// `evidence_value` made short enough for a table: an enclosure with an end of more than 17 characters is
/// rounded outward to `digits` significant digits at each end, so it still holds. A single number is never
/// shortened, because its direction of rounding is not known here.
std::string short_evidence_value(const Evidence& evidence, int digits = 8);

/// The label of `evidence`, followed by a colon unless it ends in a relation such as `≥`.
std::string evidence_label(const Evidence& evidence);

}  // namespace gronwall
