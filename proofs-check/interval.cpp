#include "interval.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proofs_check {
namespace {

/// a * b rounded, with 0 * infinity = 0: an infinite endpoint is a bound, never a value.
void multiply(mpfr_ptr result, mpfr_srcptr a, mpfr_srcptr b, mpfr_rnd_t round) {
  if (mpfr_zero_p(a) || mpfr_zero_p(b))
    mpfr_set_zero(result, 1);
  else
    mpfr_mul(result, a, b, round);
}

/// sum += a * b, both operations rounded; faster than mpfr_fma.
void multiply_add(mpfr_ptr sum, mpfr_srcptr a, mpfr_srcptr b, mpfr_rnd_t round) {
  struct Scratch {
    mpfr_t x;
    Scratch() { mpfr_init2(x, 64); }
    ~Scratch() { mpfr_clear(x); }
  };
  static thread_local Scratch product;
  if (mpfr_get_prec(product.x) != mpfr_get_prec(sum)) mpfr_set_prec(product.x, mpfr_get_prec(sum));
  multiply(product.x, a, b, round);
  mpfr_add(sum, sum, product.x, round);
}

/// Gives back the bits an exact endpoint does not need.
void shrink(mpfr_ptr x) {
  mpfr_prec_round(x, std::max<mpfr_prec_t>(mpfr_min_prec(x), MPFR_PREC_MIN), MPFR_RNDN);
}

}  // namespace

Interval::Interval(long precision) : precision_(precision) {
  mpfr_init2(lo_, precision);
  mpfr_init2(hi_, precision);
}
Interval::Interval(const mpq_class& x, long precision) : Interval(precision) {
  const int inexact = mpfr_set_q(lo_, x.get_mpq_t(), MPFR_RNDD);
  mpfr_set_q(hi_, x.get_mpq_t(), MPFR_RNDU);
  if (inexact == 0) shrink(lo_), shrink(hi_);
}
Interval::Interval(const Interval& other) : precision_(other.precision_) {
  mpfr_init2(lo_, mpfr_get_prec(other.lo_));
  mpfr_init2(hi_, mpfr_get_prec(other.hi_));
  mpfr_set(lo_, other.lo_, MPFR_RNDD);
  mpfr_set(hi_, other.hi_, MPFR_RNDU);
}
Interval::Interval(Interval&& other) noexcept : precision_(other.precision_), owner_(other.owner_) {
  *lo_ = *other.lo_;
  *hi_ = *other.hi_;
  other.owner_ = false;
}
Interval& Interval::operator=(Interval other) noexcept {
  std::swap(precision_, other.precision_);
  std::swap(owner_, other.owner_);
  std::swap(*lo_, *other.lo_);
  std::swap(*hi_, *other.hi_);
  return *this;
}
Interval::~Interval() {
  if (owner_) mpfr_clear(lo_), mpfr_clear(hi_);
}
Interval Interval::checked() && {
  if (mpfr_nan_p(lo_) || mpfr_nan_p(hi_)) not_verified("an interval operation may leave its domain");
  return std::move(*this);
}

bool Interval::inside(const mpq_class& lo, const mpq_class& hi) const {
  return mpfr_number_p(lo_) && mpfr_number_p(hi_) && mpfr_cmp_q(lo_, lo.get_mpq_t()) >= 0 &&
         mpfr_cmp_q(hi_, hi.get_mpq_t()) <= 0;
}
std::string Interval::text() const {
  std::array<char, 120> buffer{};
  mpfr_snprintf(buffer.data(), buffer.size(), "[%.25RDe, %.25RUe]", lo_, hi_);
  return buffer.data();
}
std::string decimal_below(const mpq_class& x) {
  std::array<char, 60> buffer{};
  mpfr_snprintf(buffer.data(), buffer.size(), "%.6RDe", Interval(x, 64).lo());
  return buffer.data();
}

Interval operator+(const Interval& a, const Interval& b) {
  Interval c(std::max(a.precision_, b.precision_));
  mpfr_add(c.lo_, a.lo_, b.lo_, MPFR_RNDD);
  mpfr_add(c.hi_, a.hi_, b.hi_, MPFR_RNDU);
  return std::move(c).checked();
}
Interval operator-(const Interval& a, const Interval& b) {
  Interval c(std::max(a.precision_, b.precision_));
  mpfr_sub(c.lo_, a.lo_, b.hi_, MPFR_RNDD);
  mpfr_sub(c.hi_, a.hi_, b.lo_, MPFR_RNDU);
  return std::move(c).checked();
}
Interval operator-(const Interval& a) {
  Interval c(a);
  mpfr_swap(c.lo_, c.hi_);
  mpfr_neg(c.lo_, c.lo_, MPFR_RNDD);
  mpfr_neg(c.hi_, c.hi_, MPFR_RNDU);
  return c;
}
Interval operator*(const Interval& a, const Interval& b) {
  const bool a_straddles = mpfr_sgn(a.lo_) < 0 && mpfr_sgn(a.hi_) > 0;
  if (mpfr_sgn(a.hi_) <= 0 && mpfr_sgn(a.lo_) < 0) return -(-a * b);
  if (a_straddles && mpfr_sgn(b.lo_) >= 0) return b * a;
  if (a_straddles && mpfr_sgn(b.hi_) <= 0) return -(-b * a);
  Interval c(std::max(a.precision_, b.precision_));
  if (!a_straddles) {  // 0 <= a
    multiply(c.lo_, mpfr_sgn(b.lo_) >= 0 ? a.lo_ : a.hi_, b.lo_, MPFR_RNDD);
    multiply(c.hi_, mpfr_sgn(b.hi_) >= 0 ? a.hi_ : a.lo_, b.hi_, MPFR_RNDU);
  } else {  // both straddle 0
    Interval d(c.precision_);
    multiply(c.lo_, a.lo_, b.hi_, MPFR_RNDD);
    multiply(d.lo_, a.hi_, b.lo_, MPFR_RNDD);
    mpfr_min(c.lo_, c.lo_, d.lo_, MPFR_RNDD);
    multiply(c.hi_, a.lo_, b.lo_, MPFR_RNDU);
    multiply(d.hi_, a.hi_, b.hi_, MPFR_RNDU);
    mpfr_max(c.hi_, c.hi_, d.hi_, MPFR_RNDU);
  }
  return std::move(c).checked();
}
Interval inverse(const Interval& a) {
  if (!a.positive() && !a.negative()) not_verified("division by an interval that contains 0");
  Interval c(a.precision_);
  mpfr_ui_div(c.lo_, 1, a.hi_, MPFR_RNDD);
  mpfr_ui_div(c.hi_, 1, a.lo_, MPFR_RNDU);
  return std::move(c).checked();
}
Interval min(const Interval& a, const Interval& b) {
  Interval c(std::max(a.precision_, b.precision_));
  mpfr_min(c.lo_, a.lo_, b.lo_, MPFR_RNDD);
  mpfr_min(c.hi_, a.hi_, b.hi_, MPFR_RNDU);
  return c;
}
Interval max(const Interval& a, const Interval& b) {
  return -min(-a, -b);
}
Interval abs(const Interval& x) {
  if (mpfr_sgn(x.lo()) >= 0) return x;
  if (mpfr_sgn(x.hi()) <= 0) return -x;
  return max(Interval(0, x.precision()), max(x, -x));
}

Interval symmetric(const Interval& radius) {
  Interval c(radius);
  mpfr_set_prec(c.lo_, mpfr_get_prec(c.hi_));
  mpfr_neg(c.lo_, c.hi_, MPFR_RNDD);
  return c;
}

Interval between(const mpq_class& lo, const mpq_class& hi, long precision) {
  Interval c(precision);
  mpfr_set_q(c.lo_, lo.get_mpq_t(), MPFR_RNDD);
  mpfr_set_q(c.hi_, hi.get_mpq_t(), MPFR_RNDU);
  return c;
}
Interval from_to(const Interval& lo, const Interval& hi) {
  Interval c(std::max(lo.precision_, hi.precision_));
  mpfr_set(c.lo_, lo.lo_, MPFR_RNDD);
  mpfr_set(c.hi_, hi.hi_, MPFR_RNDU);
  if (mpfr_greater_p(c.lo_, c.hi_)) not_verified("the ends of an interval are in the wrong order");
  return c;
}
Interval scaled(std::int64_t m, long exponent, long precision) {
  Interval c(precision);
  mpfr_set_si_2exp(c.lo_, m, exponent, MPFR_RNDD);
  mpfr_set_si_2exp(c.hi_, m, exponent, MPFR_RNDU);
  return c;
}
Interval midpoint(const Interval& x) {
  Interval c(x.precision_);
  mpfr_add(c.lo_, x.lo_, x.hi_, MPFR_RNDN);
  mpfr_div_2ui(c.lo_, c.lo_, 1, MPFR_RNDN);
  if (!mpfr_number_p(c.lo_)) not_verified("an interval has no middle");
  mpfr_max(c.lo_, c.lo_, x.lo_, MPFR_RNDD);
  mpfr_min(c.lo_, c.lo_, x.hi_, MPFR_RNDD);
  mpfr_set(c.hi_, c.lo_, MPFR_RNDU);
  return c;
}

Interval deviation(const Interval& x, const Interval& point) {
  Interval c(x.precision_);
  mpfr_sub(c.hi_, x.hi_, point.lo_, MPFR_RNDU);
  mpfr_sub(c.lo_, point.hi_, x.lo_, MPFR_RNDU);
  mpfr_max(c.hi_, c.hi_, c.lo_, MPFR_RNDU);
  mpfr_neg(c.lo_, c.hi_, MPFR_RNDD);
  return std::move(c).checked();
}

void Interval::set_zero() {
  mpfr_set_zero(lo_, 1);
  mpfr_set_zero(hi_, 1);
}
void Interval::add_product(const Interval& a, const Interval& b) {
  const bool not_negative = mpfr_sgn(a.lo_) >= 0, not_positive = mpfr_sgn(a.hi_) <= 0;
  if (not_negative || not_positive) {
    // With a of one sign, each end of the product takes the matching end of b, and the end of a that the sign
    // of that end asks for.
    mpfr_srcptr low = not_negative ? b.lo_ : b.hi_, high = not_negative ? b.hi_ : b.lo_;
    multiply_add(lo_, mpfr_sgn(low) >= 0 ? a.lo_ : a.hi_, low, MPFR_RNDD);
    multiply_add(hi_, mpfr_sgn(high) >= 0 ? a.hi_ : a.lo_, high, MPFR_RNDU);
  } else if (mpfr_sgn(b.lo_) >= 0 || mpfr_sgn(b.hi_) <= 0) {
    return add_product(b, a);
  } else {
    Interval other(*this);
    multiply_add(lo_, a.lo_, b.hi_, MPFR_RNDD);
    multiply_add(other.lo_, a.hi_, b.lo_, MPFR_RNDD);
    mpfr_min(lo_, lo_, other.lo_, MPFR_RNDD);
    multiply_add(hi_, a.lo_, b.lo_, MPFR_RNDU);
    multiply_add(other.hi_, a.hi_, b.hi_, MPFR_RNDU);
    mpfr_max(hi_, hi_, other.hi_, MPFR_RNDU);
  }
  if (mpfr_nan_p(lo_) || mpfr_nan_p(hi_)) not_verified("an interval operation may leave its domain");
}

Interval pi(long precision) {
  Interval c(precision);
  mpfr_const_pi(c.lo_, MPFR_RNDD);
  mpfr_const_pi(c.hi_, MPFR_RNDU);
  return c;
}
Interval zeta(unsigned long n, long precision) {
  Interval c(precision);
  mpfr_zeta_ui(c.lo_, n, MPFR_RNDD);
  mpfr_zeta_ui(c.hi_, n, MPFR_RNDU);
  return std::move(c).checked();
}
Interval rounded(const Interval& x, long precision) {
  Interval c(precision);
  mpfr_set(c.lo_, x.lo_, MPFR_RNDD);
  mpfr_set(c.hi_, x.hi_, MPFR_RNDU);
  return c;
}
namespace {
mpq_class exact(mpfr_srcptr x) {
  if (!mpfr_number_p(x)) not_verified("an interval is not bounded");
  mpq_class result;
  mpfr_get_q(result.get_mpq_t(), x);
  return result;
}
}  // namespace
mpq_class least(const Interval& x) {
  return exact(x.lo());
}
mpq_class greatest(const Interval& x) {
  return exact(x.hi());
}

/// The image under a function that increases on its domain; MPFR gives NaN outside of it.
Interval increasing(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), const Interval& x) {
  Interval c(x.precision_);
  const int inexact = f(c.lo_, x.lo_, MPFR_RNDD);
  if (mpfr_equal_p(x.lo_, x.hi_)) {  // a point: the value lies below the next number
    mpfr_set(c.hi_, c.lo_, MPFR_RNDU);
    if (inexact != 0) mpfr_nextabove(c.hi_);
  } else {
    f(c.hi_, x.hi_, MPFR_RNDU);
  }
  return std::move(c).checked();
}
Interval sqrt(const Interval& x) {
  return increasing(mpfr_sqrt, x);
}
Interval exp(const Interval& x) {
  return increasing(mpfr_exp, x);
}
Interval expm1(const Interval& x) {
  return increasing(mpfr_expm1, x);
}
Interval log(const Interval& x) {
  if (!x.positive()) not_verified("logarithm of an interval that reaches 0");
  return increasing(mpfr_log, x);
}
Interval log1p(const Interval& x) {
  if (mpfr_cmp_si(x.lo(), -1) <= 0) not_verified("log1p of an interval that reaches -1");
  return increasing(mpfr_log1p, x);
}
Interval tanh(const Interval& x) {
  return increasing(mpfr_tanh, x);
}
Interval tan(const Interval& x) {
  if (!certainly_less(abs(x), pi(x.precision()) * Interval(mpq_class(1, 2), x.precision())))
    not_verified("tan is used on (-pi/2, pi/2) only");
  return increasing(mpfr_tan, x);
}
Interval erf(const Interval& x) {
  return increasing(mpfr_erf, x);
}
Interval erfc(const Interval& x) {
  // erfc(x) = -(-erfc)(-(-x)) decreases: the endpoints change places.
  const auto reflected = [](mpfr_ptr result, mpfr_srcptr y, mpfr_rnd_t round) {
    mpfr_t minus_y;
    mpfr_init2(minus_y, mpfr_get_prec(y));
    mpfr_neg(minus_y, y, MPFR_RNDN);
    const int inexact = mpfr_erfc(result, minus_y, round);
    mpfr_clear(minus_y);
    return inexact;
  };
  return increasing(reflected, -x);
}
Interval asin(const Interval& x) {
  return increasing(mpfr_asin, x);
}

/// f(x) lies in f(lo) + (x - x), as |f'| <= 1, and in [-1, 1].
Interval sine_or_cosine(int (*f)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t), const Interval& x) {
  const Interval one(1, x.precision_);
  // Beyond this size the reduction modulo pi would need as many bits as the exponent says.
  constexpr unsigned long large = 1UL << 62;
  if (mpfr_cmpabs_ui(x.lo_, large) > 0 || mpfr_cmpabs_ui(x.hi_, large) > 0) return symmetric(one);
  Interval value(x.precision_);
  f(value.lo_, x.lo_, MPFR_RNDD);
  f(value.hi_, x.lo_, MPFR_RNDU);
  return max(min(value + (x - x), one), -one);
}
Interval sin(const Interval& x) {
  return sine_or_cosine(mpfr_sin, x);
}
Interval cos(const Interval& x) {
  return sine_or_cosine(mpfr_cos, x);
}

Interval power_of_nonnegative(const Interval& x, long k) {
  Interval c(x.precision_);
  mpfr_pow_ui(c.lo_, x.lo_, static_cast<unsigned long>(k), MPFR_RNDD);
  mpfr_pow_ui(c.hi_, x.hi_, static_cast<unsigned long>(k), MPFR_RNDU);
  return std::move(c).checked();
}
Interval power(const Interval& x, long k) {
  if (k < 0) return inverse(power(x, -k));
  if (k % 2 == 0) return power_of_nonnegative(abs(x), k);
  if (mpfr_sgn(x.lo()) >= 0) return power_of_nonnegative(x, k);
  if (mpfr_sgn(x.hi()) <= 0) return -power_of_nonnegative(-x, k);
  const Interval zero(0, x.precision());
  return power_of_nonnegative(max(x, zero), k) - power_of_nonnegative(max(-x, zero), k);
}

Interval sigmoid(const Interval& x) {
  return inverse(Interval(1, x.precision()) + exp(-x));
}
Interval softplus(const Interval& x) {
  return log1p(exp(x));
}

unsigned possible_orders(const Interval& a, const Interval& b) {
  const bool below = mpfr_less_p(a.lo(), b.hi()), above = mpfr_greater_p(a.hi(), b.lo());
  const bool meet = mpfr_lessequal_p(a.lo(), b.hi()) && mpfr_lessequal_p(b.lo(), a.hi());
  return (below ? less : 0U) | (meet ? equal : 0U) | (above ? greater : 0U);
}

}  // namespace proofs_check
