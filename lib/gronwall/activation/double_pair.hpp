#pragma once
/// \file Unevaluated sums of two doubles, for the few steps whose rounding the 4 ulp of an activation cannot
/// bear.

#include <cmath>

namespace gronwall {

/// The number `hi + lo`, |lo| at most about an ulp of `hi`. An approximation (relative error about 2^-104 per
/// operation), not a bound.
struct DoublePair {
  double hi;
  double lo = 0;
};

/// `a + b` without error (Knuth).
inline DoublePair exact_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

/// `a * b` without error, barring underflow.
inline DoublePair exact_product(double a, double b) {
  const double product = a * b;
  return {product, std::fma(a, b, -product)};
}

inline DoublePair operator+(DoublePair a, DoublePair b) {
  const DoublePair sum = exact_sum(a.hi, b.hi);
  return {sum.hi, sum.lo + (a.lo + b.lo)};
}

inline DoublePair operator*(DoublePair a, DoublePair b) {
  const DoublePair product = exact_product(a.hi, b.hi);
  return {product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi)};
}

inline DoublePair operator/(DoublePair a, DoublePair b) {
  const double quotient = a.hi / b.hi;
  const double rest = std::fma(-quotient, b.hi, a.hi) + (a.lo - quotient * b.lo);
  return {quotient, rest / b.hi};
}

}  // namespace gronwall
