#include "gronwall/numbers/ball.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ostream>
#include <string>

#include "gronwall/numbers/text.hpp"

namespace gronwall {
namespace {

/// An `arf_t` with a lifetime.
class Arf {
 public:
  Arf() { arf_init(value_); }
  ~Arf() { arf_clear(value_); }
  Arf(Arf&& other) noexcept {
    arf_init(value_);
    arf_swap(value_, other.value_);
  }
  Arf& operator=(Arf&&) = delete;
  arf_ptr raw() { return value_; }
  arf_srcptr raw() const { return value_; }

 private:
  arf_t value_;
};

/// Numbers between 2^-kMostExponent and 2^kMostExponent have rationals of bearable size, whose decimals
/// `parse_rational` reads back: 2^3321928 < 10^1000000.
constexpr long kMostExponent = 3321928;

/// The position of the leading bit: 2^(result-1) <= |x| < 2^result for finite x != 0 (clamped when huge).
long leading_bit(const Arf& x) {
  return arf_abs_bound_lt_2exp_si(x.raw());
}

bool has_bearable_exponent(const Arf& x) {
  return arf_is_zero(x.raw()) != 0 || (leading_bit(x) <= kMostExponent && leading_bit(x) > -kMostExponent);
}

/// Exact value of a finite arf: mantissa times a power of two.
Rational to_rational(const Arf& x) {
  if (arf_is_finite(x.raw()) == 0) throw PrecisionError("an unbounded enclosure has no rational ends");
  if (!has_bearable_exponent(x))
    throw PrecisionError(
        "an end of the enclosure is beyond 10^1,000,000 or below 10^-1,000,000: too far for an exact "
        "rational");
  fmpq_t q;
  fmpq_init(q);
  arf_get_fmpq(q, x.raw());
  Rational result;
  fmpq_get_mpq(result.backend().data(), q);
  fmpq_clear(q);
  return result;
}

/// An `fmpq_t` of a rational, with a lifetime.
class Fmpq {
 public:
  explicit Fmpq(const Rational& x) {
    fmpq_init(value_);
    fmpq_set_mpq(value_, x.backend().data());
  }
  ~Fmpq() { fmpq_clear(value_); }
  Fmpq(const Fmpq&) = delete;
  Fmpq& operator=(const Fmpq&) = delete;
  const fmpq* raw() const { return value_; }

 private:
  fmpq_t value_;
};

/// Arb writes [-inf, inf] with a NaN as midpoint where a function is not defined.
bool has_nan_midpoint(const arb_t x) {
  return arf_is_nan(arb_midref(x)) != 0;
}

/// Lower end, rounded down to `bits` bits unless the ball is exact.
Arf lower_end(const arb_t x, long bits) {
  Arf end;
  if (has_nan_midpoint(x))
    arf_neg_inf(end.raw());
  else if (arb_is_exact(x) != 0)
    arf_set(end.raw(), arb_midref(x));
  else
    arb_get_lbound_arf(end.raw(), x, bits);
  return end;
}

template <class Function>
Ball unary(const Ball& x, Function function) {
  Ball result = Ball().with_bits(x.working_bits());
  function(result.raw(), x.raw(), x.working_bits());
  return result;
}

Truth decide(bool proved, bool disproved) {
  return proved ? Truth::yes : disproved ? Truth::no : Truth::unknown;
}

}  // namespace

Ball Ball::exact(double x, long bits) {
  if (!std::isfinite(x)) throw InputError("a NaN or an infinity is not a real number");
  Ball result;
  arb_set_d(result.value_, x);
  result.bits_ = checked_bits(bits);
  return result;
}

Ball Ball::exact(const MpFloat& x, long bits) {
  if (mpfr_number_p(x.backend().data()) == 0) throw InputError("a NaN or an infinity is not a real number");
  Ball result;
  arf_set_mpfr(arb_midref(result.value_), x.backend().data());
  result.bits_ = checked_bits(bits);
  return result;
}

Ball Ball::from(const Rational& x, long bits) {
  Ball result;
  result.bits_ = checked_bits(bits);
  arb_set_fmpq(result.value_, Fmpq(x).raw(), bits);
  return result;
}

Ball Ball::with_radius(const Ball& mid, UpperBound radius) {
  Ball result = mid;
  Arf r;
  arf_set_d(r.raw(), radius.value());
  arb_add_error_arf(result.value_, r.raw());
  return result;
}

Ball Ball::with_radius(const Ball& mid, const Ball& radius) {
  Ball result = mid;
  arb_add_error(result.value_, radius.value_);
  return result;
}

Ball Ball::hull(const Ball& a, const Ball& b) {
  Ball result;
  result.bits_ = std::max(a.bits_, b.bits_);
  arb_union(result.value_, a.value_, b.value_, result.working_bits());
  return result;
}

Ball Ball::pi(long bits) {
  Ball result;
  result.bits_ = checked_bits(bits);
  arb_const_pi(result.value_, bits);
  return result;
}

Ball Ball::with_bits(long bits) const {
  Ball result = *this;
  result.bits_ = checked_bits(bits);
  return result;
}

MpFloat Ball::midpoint_mp() const {
  MpFloat result;
  mpfr_set_prec(result.backend().data(), working_bits());
  arf_get_mpfr(result.backend().data(), arb_midref(value_), MPFR_RNDN);
  return result;
}

Ball Ball::exact_midpoint() const {
  if (!is_finite()) throw PrecisionError("an unbounded enclosure has no midpoint");
  Ball result;
  result.bits_ = bits_;
  arb_get_mid_arb(result.value_, value_);
  return result;
}

UpperBound Ball::radius() const {
  Arf r;
  arf_set_mag(r.raw(), arb_radref(value_));
  return UpperBound(arf_get_d(r.raw(), ARF_RND_CEIL));
}

double Ball::lower() const {
  const Arf end = lower_end(value_, std::max(working_bits(), kLeastBits));
  return arf_get_d(end.raw(), ARF_RND_FLOOR);
}

double Ball::upper() const {
  return -(-*this).lower();
}

Rational Ball::lower_rational() const {
  return to_rational(lower_end(value_, working_bits()));
}

Rational Ball::upper_rational() const {
  return -(-*this).lower_rational();
}

UpperBound Ball::magnitude() const {
  if (has_nan_midpoint(value_)) return UpperBound(std::numeric_limits<double>::infinity());
  Arf end;
  arb_get_abs_ubound_arf(end.raw(), value_, std::max(working_bits(), kLeastBits));
  return UpperBound(arf_get_d(end.raw(), ARF_RND_CEIL));
}

Ball Ball::lower_magnitude() const {
  Ball result;
  result.bits_ = bits_;
  if (is_finite()) arb_get_abs_lbound_arf(arb_midref(result.value_), value_, working_bits());
  return result;
}

bool Ball::arb_contains_fmpq_of(const Rational& x) const {
  return arb_contains_fmpq(value_, Fmpq(x).raw()) != 0;
}

Ball abs(const Ball& x) {
  return unary(x, [](arb_t y, const arb_t v, slong) {
    if (arb_is_finite(v) != 0 && arb_contains_zero(v) != 0) {
      // [0, u] with u >= |v|: the midpoint u/2 is a mag like the radius, so that 0 is met exactly.
      arb_get_mag(arb_radref(y), v);
      mag_mul_2exp_si(arb_radref(y), arb_radref(y), -1);
      arf_set_mag(arb_midref(y), arb_radref(y));
    } else {
      arb_abs(y, v);
    }
  });
}
Ball sqrt(const Ball& x) {
  return unary(x, arb_sqrt);
}
Ball exp(const Ball& x) {
  return unary(x, arb_exp);
}
Ball expm1(const Ball& x) {
  return unary(x, arb_expm1);
}
Ball log(const Ball& x) {
  return unary(x, arb_log);
}
Ball log1p(const Ball& x) {
  return unary(x, arb_log1p);
}
Ball sin(const Ball& x) {
  return unary(x, arb_sin);
}
Ball cos(const Ball& x) {
  return unary(x, arb_cos);
}
Ball tan(const Ball& x) {
  return unary(x, arb_tan);
}
Ball asin(const Ball& x) {
  return unary(x, arb_asin);
}
Ball acos(const Ball& x) {
  return unary(x, arb_acos);
}
Ball atan(const Ball& x) {
  return unary(x, arb_atan);
}
Ball sinh(const Ball& x) {
  return unary(x, arb_sinh);
}
Ball cosh(const Ball& x) {
  return unary(x, arb_cosh);
}
Ball tanh(const Ball& x) {
  return unary(x, arb_tanh);
}
Ball erf(const Ball& x) {
  return unary(x, arb_hypgeom_erf);
}
Ball erfc(const Ball& x) {
  return unary(x, arb_hypgeom_erfc);
}

Ball pow(const Ball& x, long exponent) {
  return unary(x, [exponent](arb_t y, const arb_t v, slong bits) {
    const auto magnitude = static_cast<unsigned long>(exponent);
    arb_pow_ui(y, v, exponent < 0 ? 0UL - magnitude : magnitude, bits);
    if (exponent < 0) arb_inv(y, y, bits);
  });
}

Ball ldexp(const Ball& x, long exponent) {
  Ball result = x;
  arb_mul_2exp_si(result.raw(), result.raw(), exponent);
  return result;
}

Ball min(const Ball& a, const Ball& b) {
  Ball result = Ball().with_bits(std::max(a.working_bits(), b.working_bits()));
  arb_min(result.raw(), a.raw(), b.raw(), result.bits());
  return result;
}

Ball max(const Ball& a, const Ball& b) {
  Ball result = Ball().with_bits(std::max(a.working_bits(), b.working_bits()));
  arb_max(result.raw(), a.raw(), b.raw(), result.bits());
  return result;
}

Ball factorial(unsigned long n, long bits) {
  Ball result = Ball().with_bits(bits);
  arb_fac_ui(result.raw(), n, bits);
  return result;
}

Truth less(const Ball& a, const Ball& b) {
  return decide(arb_lt(a.raw(), b.raw()) != 0, arb_ge(a.raw(), b.raw()) != 0);
}
Truth less_equal(const Ball& a, const Ball& b) {
  return decide(arb_le(a.raw(), b.raw()) != 0, arb_gt(a.raw(), b.raw()) != 0);
}
Truth is_positive(const Ball& a) {
  return decide(arb_is_positive(a.raw()) != 0, arb_is_nonpositive(a.raw()) != 0);
}
Truth is_nonnegative(const Ball& a) {
  return decide(arb_is_nonnegative(a.raw()) != 0, arb_is_negative(a.raw()) != 0);
}
Truth is_nonzero(const Ball& a) {
  return decide(arb_is_nonzero(a.raw()) != 0, arb_is_zero(a.raw()) != 0);
}

namespace {

/// A decimal at or below `x`, however large or small that is.
std::string printed_below(const Arf& x) {
  constexpr int kDigits = 17;
  const bool negative = arf_sgn(x.raw()) < 0;
  if (arf_is_finite(x.raw()) == 0 || leading_bit(x) > kMostExponent) return negative ? "-inf" : "1e999999";
  if (!has_bearable_exponent(x)) return negative ? "-1e-999999" : "0";
  return decimal_below(to_rational(x), kDigits);
}

std::string negated(const std::string& decimal) {
  return decimal == "0" ? decimal : decimal.front() == '-' ? decimal.substr(1) : '-' + decimal;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Ball& x) {
  const Ball mirrored = -x;
  return out << '[' << printed_below(lower_end(x.raw(), x.working_bits())) << ", "
             << negated(printed_below(lower_end(mirrored.raw(), x.working_bits()))) << ']';
}

}  // namespace gronwall
