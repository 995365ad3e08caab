#pragma once
/// \file Decimal output of rigorous numbers, rounded outward.

#include <string>

#include "gronwall/numbers/ball.hpp"

namespace gronwall {

/// Two decimal strings with `lo <= value <= hi`, exactly as decimals. Plain notation for moderate exponents,
/// else `1.5e-40`; no trailing zeros after the point; both forms are read back by `parse_rational`.
struct DecimalBounds {
  std::string lo;
  std::string hi;
};

/// `x` rounded outward to `digits` significant decimal digits (or one more) at each end.
/// \throws PrecisionError if `x` is unbounded, has an end beyond 10^1,000,000 or below 10^-1,000,000 (other
/// than 0), or `digits` is not between 1 and 19,990.
DecimalBounds decimal_bounds(const Ball& x, int digits);

/// `x` rounded outward to multiples of `10^-places`. The width grows by less than `2 * 10^-places`.
/// \throws PrecisionError if `x` is unbounded or too large or small as above, if `|places| > 1,000,000`, or
/// if a decimal would have more than 19,990 digits.
DecimalBounds decimal_bounds_absolute(const Ball& x, int places);

/// A decimal of `digits` significant digits (or one more) next below (above) `x`, or `x` itself.
/// \throws PrecisionError as `decimal_bounds`.
std::string decimal_below(const Rational& x, int digits);
std::string decimal_above(const Rational& x, int digits);

}  // namespace gronwall
