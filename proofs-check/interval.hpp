#pragma once
// Intervals with MPFR endpoints, every operation rounded outward. An interval contains every real the exact
// operation can give on its operands; an operation that may leave its domain throws Failure (not_verified).

#include <mpfr.h>

#include <string>

#include "real.hpp"

namespace proofs_check {

class Interval {
 public:
  /// The smallest interval around x with endpoints of `precision` bits; results have the larger precision of
  /// their operands. (An x of fewer bits is stored in as many as it needs, which makes products cheaper.)
  Interval(const mpq_class& x, long precision);
  Interval(const Interval& other);
  Interval(Interval&& other) noexcept;
  Interval& operator=(Interval other) noexcept;
  ~Interval();

  long precision() const { return precision_; }
  mpfr_srcptr lo() const { return lo_; }
  mpfr_srcptr hi() const { return hi_; }
  /// Is every point of this interval in [lo, hi]? Exact.
  bool inside(const mpq_class& lo, const mpq_class& hi) const;
  bool positive() const { return mpfr_sgn(lo_) > 0; }
  bool negative() const { return mpfr_sgn(hi_) < 0; }
  /// Adds a * b in place; neither is this interval. The precision stays that of this interval.
  void add_product(const Interval& a, const Interval& b);
  void set_zero();
  /// Decimal endpoints, rounded outward.
  std::string text() const;

  friend Interval operator+(const Interval& a, const Interval& b);
  friend Interval operator-(const Interval& a, const Interval& b);
  friend Interval operator-(const Interval& a);
  friend Interval operator*(const Interval& a, const Interval& b);
  friend Interval inverse(const Interval& a);
  friend Interval min(const Interval& a, const Interval& b);
  friend Interval max(const Interval& a, const Interval& b);
  friend Interval symmetric(const Interval& radius);  ///< [-r, r] for the greatest r >= 0 of `radius`
  friend Interval between(const mpq_class& lo, const mpq_class& hi, long precision);
  friend Interval from_to(const Interval& lo, const Interval& hi);
  friend Interval scaled(std::int64_t m, long exponent, long precision);
  friend Interval midpoint(const Interval& x);
  friend Interval deviation(const Interval& x, const Interval& point);
  friend Interval pi(long precision);
  friend Interval zeta(unsigned long n, long precision);
  friend Interval rounded(const Interval& x, long precision);
  friend Interval sine_or_cosine(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), const Interval& x);
  friend Interval increasing(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), const Interval& x);
  friend Interval power_of_nonnegative(const Interval& x, long k);

 private:
  explicit Interval(long precision);  // endpoints to be set
  Interval checked() &&;              // throws on NaN
  long precision_;
  bool owner_ = true;  // false after a move
  mpfr_t lo_, hi_;
};

Interval pi(long precision);
/// sum_(k >= 1) k^-n, n >= 2
Interval zeta(unsigned long n, long precision);
/// x in endpoints of exactly `precision` bits, rounded outward.
Interval rounded(const Interval& x, long precision);
/// The endpoints, exact; not_verified if they are infinite.
mpq_class least(const Interval& x);
mpq_class greatest(const Interval& x);
/// The smallest interval that contains lo <= hi.
Interval between(const mpq_class& lo, const mpq_class& hi, long precision);
/// The hull of two intervals in this order: from the least point of `lo` to the greatest of `hi`.
Interval from_to(const Interval& lo, const Interval& hi);
/// m 2^exponent, with endpoints of exactly `precision` bits.
Interval scaled(std::int64_t m, long exponent, long precision);
/// Some point of x, near its middle; and [-r, r] that contains x - point.
Interval midpoint(const Interval& x);
Interval deviation(const Interval& x, const Interval& point);
inline Interval operator/(const Interval& a, const Interval& b) {
  return a * inverse(b);
}
/// A few decimal digits of x, rounded down.
std::string decimal_below(const mpq_class& x);
Interval abs(const Interval& x);
Interval power(const Interval& x, long k);
inline Interval square(const Interval& x) {
  return power(x, 2);
}
Interval sqrt(const Interval& x);
Interval exp(const Interval& x);
Interval expm1(const Interval& x);
Interval log(const Interval& x);
Interval log1p(const Interval& x);
Interval tanh(const Interval& x);
Interval tan(const Interval& x);  ///< For x inside (-pi/2, pi/2) only.
Interval erf(const Interval& x);
Interval erfc(const Interval& x);
Interval asin(const Interval& x);
Interval sin(const Interval& x);
Interval cos(const Interval& x);
Interval sigmoid(const Interval& x);
Interval softplus(const Interval& x);

/// Which of the three orders can hold between a point of a and a point of b; bits below.
enum Order : unsigned { less = 1, equal = 2, greater = 4 };
unsigned possible_orders(const Interval& a, const Interval& b);
inline bool certainly_less(const Interval& a, const Interval& b) {
  return possible_orders(a, b) == less;
}

}  // namespace proofs_check
