#pragma once
/// \file The rigorous world: real balls (Arb) with explicit working precision.

#include <algorithm>
#include <concepts>
#include <iosfwd>
#include <utility>

#include "gronwall/numbers/approximate.hpp"
#include "gronwall/numbers/arb.hpp"
#include "gronwall/numbers/bound.hpp"
#include "gronwall/numbers/exact.hpp"
#include "gronwall/numbers/truth.hpp"

namespace gronwall {

/// Integers that count: not bool and the character types, not wider than 64 bits.
template <class I>
concept PlainInteger = std::integral<I> && sizeof(I) <= sizeof(long) && !std::same_as<I, bool> &&
                       !std::same_as<I, char> && !std::same_as<I, wchar_t> && !std::same_as<I, char8_t> &&
                       !std::same_as<I, char16_t> && !std::same_as<I, char32_t>;

/// A set `[mid - rad, mid + rad]` that provably contains the real number it stands for.
///
/// **Guarantee.** If every operand contains a real value, the result of an operation contains the value of
/// the operation (inclusion isotonicity). Values outside a function's domain give an unbounded ball
/// (`is_finite() == false`), never a wrong one.
///
/// **Precision** is explicit: a ball carries the number of bits it works with, a result takes the larger one
/// of its operands. Integers are exact and bring no precision of their own; operations between balls without
/// one use `kLeastBits`: write `Ball::from(Rational(1, 3), bits)`, not `Ball(1) / Ball(3)`.
///
/// **No accident.** There is no conversion from or to floating point: use `exact`, `with_radius`, `midpoint`,
/// each of which says what it claims. Comparisons are three-valued (`Truth`); there is no `operator<`.
///
/// A ball is an Eigen scalar (gronwall/numbers/eigen.hpp) for products and sums; use linalg/ for
/// factorisations. Objects may be used from any thread, one thread at a time or read-only; see ThreadCaches
/// in gronwall/numbers/threads.hpp. A moved-from ball is a valid ball of unspecified value.
class Ball {
 public:
  static constexpr long kLeastBits = 64;
  static constexpr long kMostBits = gronwall::kMostBits;

  /// Exact zero.
  Ball() { arb_init(value_); }
  /// Exact integer.
  template <PlainInteger I>
  Ball(I integer) : Ball() {  // NOLINT: an exact integer is meant to mix with balls
    if constexpr (std::is_signed_v<I>)
      arb_set_si(value_, static_cast<slong>(integer));
    else
      arb_set_ui(value_, static_cast<ulong>(integer));
  }
  /// A truth value or a character is not a number.
  template <std::integral I>
  requires(!PlainInteger<I>) Ball(I)
  = delete;
  /// A floating-point number says nothing about its error: use `exact`, `with_radius` or `from`.
  template <std::floating_point F>
  Ball(F) = delete;

  Ball(const Ball& other) : bits_(other.bits_) {
    arb_init(value_);
    arb_set(value_, other.value_);
  }
  Ball(Ball&& other) noexcept : bits_(other.bits_) {
    arb_init(value_);
    arb_swap(value_, other.value_);
  }
  Ball& operator=(const Ball& other) {
    if (this != &other) {
      arb_set(value_, other.value_);
      bits_ = other.bits_;
    }
    return *this;
  }
  Ball& operator=(Ball&& other) noexcept {
    arb_swap(value_, other.value_);
    std::swap(bits_, other.bits_);
    return *this;
  }
  ~Ball() { arb_clear(value_); }

  /// The double `x`, taken as an exact real. \throws InputError for NaN and infinities.
  static Ball exact(double x, long bits = kLeastBits);
  /// The multiprecision float `x`, taken as an exact real. \throws InputError for NaN and infinities.
  static Ball exact(const MpFloat& x, long bits);
  /// A ball of precision `bits` that contains the rational `x` (exactly `x` where it fits).
  static Ball from(const Rational& x, long bits);
  /// The ball around `mid` that the caller has proved to contain the value: `|value - mid| <= radius`.
  static Ball with_radius(const Ball& mid, UpperBound radius);
  /// The same with `|value - mid| <= |radius|`, for radii below the range of doubles.
  static Ball with_radius(const Ball& mid, const Ball& radius);
  /// The least ball (up to rounding) that contains both arguments.
  static Ball hull(const Ball& a, const Ball& b);
  static Ball pi(long bits);

  /// Working precision in bits; 0 for exact integers.
  long bits() const { return bits_; }
  /// The same set, working with `bits` from here on (not rounded to fewer bits). \throws PrecisionError
  /// outside [2, kMostBits].
  Ball with_bits(long bits) const;

  /// Midpoint as a double: an approximation, without its error; NaN or infinite where the ball is unbounded.
  double midpoint() const { return arf_get_d(arb_midref(value_), ARF_RND_NEAR); }
  /// Midpoint as a multiprecision float of the ball's precision: an approximation as above.
  MpFloat midpoint_mp() const;
  /// The midpoint as a ball of radius 0. \throws PrecisionError if the ball is unbounded.
  Ball exact_midpoint() const;
  /// Upper bound of the radius.
  UpperBound radius() const;
  /// Lower and upper end as doubles, rounded outward (may be infinite, never NaN).
  double lower() const;
  double upper() const;
  /// Lower and upper end: dyadic numbers, rounded outward at the working precision unless the ball is exact.
  /// \throws PrecisionError if the ball is unbounded or an end is not 0 and its absolute value not between
  /// 10^-1,000,000 and 10^1,000,000.
  Rational lower_rational() const;
  Rational upper_rational() const;
  /// Upper (lower) bound of the absolute value; the lower one is an exact ball.
  UpperBound magnitude() const;
  Ball lower_magnitude() const;

  bool is_finite() const { return arb_is_finite(value_) != 0; }
  /// Radius zero: the ball is one dyadic number.
  bool is_exact() const { return arb_is_exact(value_) != 0; }
  bool contains_zero() const { return arb_contains_zero(value_) != 0; }
  bool contains(const Rational& x) const { return arb_contains_fmpq_of(x); }
  template <PlainInteger I>
  bool contains(I x) const {
    return contains(Ball(x));
  }
  bool contains(const Ball& inner) const { return arb_contains(value_, inner.value_) != 0; }
  bool overlaps(const Ball& other) const { return arb_overlaps(value_, other.value_) != 0; }

  Ball& operator+=(const Ball& b) { return combine(b, arb_add); }
  Ball& operator-=(const Ball& b) { return combine(b, arb_sub); }
  Ball& operator*=(const Ball& b) { return combine(b, arb_mul); }
  Ball& operator/=(const Ball& b) { return combine(b, arb_div); }
  friend Ball operator+(Ball a, const Ball& b) { return std::move(a += b); }
  friend Ball operator-(Ball a, const Ball& b) { return std::move(a -= b); }
  friend Ball operator*(Ball a, const Ball& b) { return std::move(a *= b); }
  friend Ball operator/(Ball a, const Ball& b) { return std::move(a /= b); }
  friend Ball operator-(Ball a) {
    arb_neg(a.value_, a.value_);
    return a;
  }
  friend Ball operator+(Ball a) { return a; }

  /// The Arb object, for code that works on it directly and keeps the guarantee.
  arb_srcptr raw() const { return value_; }
  arb_ptr raw() { return value_; }

  /// Precision at which an operation on this ball works.
  long working_bits() const { return bits_ > 0 ? bits_ : kLeastBits; }

 private:
  using BinaryOperation = void (*)(arb_t, const arb_t, const arb_t, slong);
  Ball& combine(const Ball& b, BinaryOperation operation) {
    bits_ = std::max(bits_, b.bits_);
    operation(value_, value_, b.value_, working_bits());
    return *this;
  }
  bool arb_contains_fmpq_of(const Rational& x) const;

  arb_t value_;
  long bits_ = 0;
};

/// Elementary functions; each result contains the function's value at every point of the argument.
/// `abs` of a ball around zero starts at zero.
Ball abs(const Ball& x);
Ball sqrt(const Ball& x);
Ball exp(const Ball& x);
Ball expm1(const Ball& x);
Ball log(const Ball& x);
Ball log1p(const Ball& x);
Ball sin(const Ball& x);
Ball cos(const Ball& x);
Ball tan(const Ball& x);
Ball asin(const Ball& x);
Ball acos(const Ball& x);
Ball atan(const Ball& x);
Ball sinh(const Ball& x);
Ball cosh(const Ball& x);
Ball tanh(const Ball& x);
Ball erf(const Ball& x);
Ball erfc(const Ball& x);
/// Integer power; `x^0 = 1`.
Ball pow(const Ball& x, long exponent);
/// Exact multiplication by `2^exponent`.
Ball ldexp(const Ball& x, long exponent);
Ball min(const Ball& a, const Ball& b);
Ball max(const Ball& a, const Ball& b);
/// `n!` as a ball of `bits` bits.
Ball factorial(unsigned long n, long bits);

/// Three-valued comparisons.
Truth less(const Ball& a, const Ball& b);
Truth less_equal(const Ball& a, const Ball& b);
Truth is_positive(const Ball& a);
Truth is_nonnegative(const Ball& a);
Truth is_nonzero(const Ball& a);

/// Prints `[lo, hi]` in short decimal, rounded outward: for messages.
std::ostream& operator<<(std::ostream& out, const Ball& x);

}  // namespace gronwall
