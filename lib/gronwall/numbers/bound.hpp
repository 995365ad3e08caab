#pragma once
/// \file Upper bounds of non-negative quantities, in double arithmetic that only ever errs upward.

#include <cmath>
#include <compare>
#include <concepts>
#include <limits>

#include "gronwall/numbers/error.hpp"

#if defined(__FAST_MATH__)
#error "rigorous bounds need IEEE arithmetic: compile without -ffast-math"
#endif

namespace gronwall {

static_assert(std::numeric_limits<double>::is_iec559, "rigorous bounds need IEEE doubles");

/// A double that is known to be at least some non-negative real quantity. Sums, products and quotients stay
/// upper bounds under any rounding mode: each result is moved one double upward, and a correctly rounded
/// operation errs by less than the distance to the next double. Operations with a zero operand are exact.
/// `+infinity` is a valid (useless) upper bound; NaN is refused.
///
/// Not covered: processors told to flush subnormal numbers to zero.
class UpperBound {
 public:
  constexpr UpperBound() = default;

  /// The bound is `value` itself, taken as exact. \throws InputError if `value` is NaN or negative.
  explicit UpperBound(double value) : value_(value == 0 ? 0 : value) {  // no negative zero
    if (!(value >= 0)) throw InputError("an upper bound of a magnitude must be a number >= 0");
  }
  /// The integer `n`, rounded up where it has more than 53 bits. \throws InputError if `n` is negative.
  template <std::integral I>
  explicit UpperBound(I n) : UpperBound(static_cast<double>(n)) {
    if (value_ >= 0x1p53) *this = up(value_);
  }
  /// A long double would be rounded on the way.
  explicit UpperBound(long double) = delete;

  double value() const { return value_; }
  bool is_finite() const { return std::isfinite(value_); }

  friend UpperBound operator+(UpperBound a, UpperBound b) {
    if (a.value_ == 0) return b;
    if (b.value_ == 0) return a;
    return up(a.value_ + b.value_);
  }
  friend UpperBound operator*(UpperBound a, UpperBound b) {
    // Also for 0 * infinity: a real number bounded by zero is zero, whatever real number it multiplies.
    if (a.value_ == 0 || b.value_ == 0) return UpperBound();
    return up(a.value_ * b.value_);
  }
  /// Quotient by an exact positive number (or a lower bound of one). \throws InputError unless `divisor` is
  /// positive and finite.
  friend UpperBound operator/(UpperBound a, double divisor) {
    if (!(divisor > 0) || std::isinf(divisor))
      throw InputError("a bound can only be divided by a positive, finite number");
    if (a.value_ == 0) return a;
    return up(a.value_ / divisor);
  }
  UpperBound& operator+=(UpperBound b) { return *this = *this + b; }
  UpperBound& operator*=(UpperBound b) { return *this = *this * b; }
  friend auto operator<=>(UpperBound, UpperBound) = default;

  friend UpperBound sqrt(UpperBound a) { return a.value_ == 0 ? a : up(std::sqrt(a.value_)); }
  friend UpperBound max(UpperBound a, UpperBound b) { return a.value_ < b.value_ ? b : a; }
  /// Both bound the same quantity: so does the smaller one.
  friend UpperBound min(UpperBound a, UpperBound b) { return b.value_ < a.value_ ? b : a; }

 private:
  static UpperBound up(double nearest) {
    return UpperBound(std::nextafter(nearest, std::numeric_limits<double>::infinity()));
  }

  double value_ = 0;
};

/// A double that is known to be at most some non-negative real quantity; the mirror image of UpperBound.
/// Never negative: a result that would be rounded below 0 is 0.
class LowerBound {
 public:
  constexpr LowerBound() = default;
  /// \throws InputError if `value` is NaN, negative or infinite.
  explicit LowerBound(double value) : value_(value == 0 ? 0 : value) {
    if (!(value >= 0) || std::isinf(value)) throw InputError("a lower bound must be a finite number >= 0");
  }

  double value() const { return value_; }

  friend LowerBound operator+(LowerBound a, LowerBound b) {
    if (a.value_ == 0) return b;
    if (b.value_ == 0) return a;
    return down(a.value_ + b.value_);
  }
  friend LowerBound operator*(LowerBound a, LowerBound b) { return down(a.value_ * b.value_); }
  /// Quotient by a quantity with the upper bound `b`. \throws InputError for b = 0.
  friend LowerBound operator/(LowerBound a, UpperBound b) {
    if (b.value() == 0) throw InputError("a lower bound cannot be divided by zero");
    return b.is_finite() ? down(a.value_ / b.value()) : LowerBound();
  }
  LowerBound& operator+=(LowerBound b) { return *this = *this + b; }
  LowerBound& operator*=(LowerBound b) { return *this = *this * b; }
  friend auto operator<=>(LowerBound, LowerBound) = default;
  friend LowerBound sqrt(LowerBound a) { return down(std::sqrt(a.value_)); }

 private:
  /// Sums and products that overflow are still at least the largest double.
  static LowerBound down(double nearest) {
    LowerBound result;
    result.value_ = nearest > 0 ? std::nextafter(nearest, 0.0) : 0;
    return result;
  }

  double value_ = 0;
};

/// Half the distance between 1 and the next double: the relative error of one correctly rounded operation.
inline constexpr double kUnitRoundoff = 0x1p-53;

/// `gamma_n = n u / (1 - n u)` for a count `n`, rounded up (Higham, Accuracy and Stability, 2002, lemma 3.1).
/// \throws PrecisionError unless `0 <= n < 2^52`.
inline UpperBound gamma(double n) {
  if (!(n >= 0 && n < 0x1p52)) throw PrecisionError("gamma_n needs 0 <= n < 2^52");
  const double nu = n * kUnitRoundoff;  // exact, as is 1 - nu: multiples of 2^-53 for a whole n
  return UpperBound(nu) / std::nextafter(1.0 - nu, 0.0);
}

}  // namespace gronwall
