#include "oracle.hpp"

#if __has_include(<flint/acb_poly.h>)
#include <flint/acb_hypgeom.h>
#include <flint/acb_poly.h>
#else
#include <acb_hypgeom.h>
#include <acb_poly.h>
#endif

#include <stdexcept>

#include "gronwall/numbers/exact.hpp"

namespace oracle {
namespace {

using gronwall::Ball;
using gronwall::Rational;

/// A complex power series truncated after `length` terms.
class Series {
 public:
  Series(long length, long bits) : length_(length), bits_(bits) { acb_poly_init(p_); }
  Series(const Series& other) : length_(other.length_), bits_(other.bits_) {
    acb_poly_init(p_);
    acb_poly_set(p_, other.p_);
  }
  Series& operator=(const Series& other) {
    acb_poly_set(p_, other.p_);
    length_ = other.length_;
    bits_ = other.bits_;
    return *this;
  }
  ~Series() { acb_poly_clear(p_); }

  acb_poly_struct* raw() { return p_; }
  const acb_poly_struct* raw() const { return p_; }

  Series constant(const Rational& c) const {
    Series result = like();
    acb_t value;
    acb_init(value);
    arb_set(acb_realref(value), Ball::from(c, bits_).raw());
    acb_poly_set_acb(result.p_, value);
    acb_clear(value);
    return result;
  }
  friend Series operator+(const Series& a, const Series& b) {
    Series result = a.like();
    acb_poly_add_series(result.p_, a.p_, b.p_, a.length_, a.bits_);
    return result;
  }
  friend Series operator-(const Series& a, const Series& b) {
    Series result = a.like();
    acb_poly_sub_series(result.p_, a.p_, b.p_, a.length_, a.bits_);
    return result;
  }
  friend Series operator*(const Series& a, const Series& b) {
    Series result = a.like();
    acb_poly_mullow(result.p_, a.p_, b.p_, a.length_, a.bits_);
    return result;
  }
  friend Series operator/(const Series& a, const Series& b) {
    Series result = a.like();
    acb_poly_div_series(result.p_, a.p_, b.p_, a.length_, a.bits_);
    return result;
  }
  Series apply(void (*function)(acb_poly_t, const acb_poly_t, slong, slong)) const {
    Series result = like();
    function(result.p_, p_, length_, bits_);
    return result;
  }
  std::vector<ComplexBall> coefficients() const {
    std::vector<ComplexBall> result;
    acb_t c;
    acb_init(c);
    for (long k = 0; k < length_; ++k) {
      acb_poly_get_coeff_acb(c, p_, k);
      ComplexBall entry{Ball().with_bits(bits_), Ball().with_bits(bits_)};
      arb_set(entry.re.raw(), acb_realref(c));
      arb_set(entry.im.raw(), acb_imagref(c));
      result.push_back(entry);
    }
    acb_clear(c);
    return result;
  }

 private:
  Series like() const { return {length_, bits_}; }

  acb_poly_t p_;
  long length_;
  long bits_;
};

Series sqrt_of_half(const Series& z) {
  return z.constant(Rational(1, 2)).apply(acb_poly_sqrt_series);
}

Series polynomial(const Series& z, std::string list) {
  Series sum = z.constant(0);
  Series power = z.constant(1);
  list += ',';
  for (std::size_t comma; (comma = list.find(',')) != std::string::npos; list.erase(0, comma + 1)) {
    sum = sum + power * z.constant(gronwall::parse_rational(list.substr(0, comma)));
    power = power * z;
  }
  return sum;
}

Series formula(const std::string& name, const Series& z, bool right) {
  const Series one = z.constant(1);
  const Series half = z.constant(Rational(1, 2));
  const auto exp = [](const Series& s) { return s.apply(acb_poly_exp_series); };
  const auto erf = [](const Series& s) { return s.apply(acb_hypgeom_erf_series); };
  const Series minus_z = z.constant(0) - z;
  if (name == "softplus") return (one + exp(z)).apply(acb_poly_log_series);
  if (name == "tanh") return (exp(z + z) - one) / (exp(z + z) + one);
  if (name == "sigmoid") return one / (one + exp(minus_z));
  if (name == "gelu") return half * z * (one + erf(z * sqrt_of_half(z)));
  if (name == "silu") return z / (one + exp(minus_z));
  if (name == "erf") return erf(z);
  if (name == "sin") return z.apply(acb_poly_sin_series);
  if (name == "cos") return z.apply(acb_poly_cos_series);
  if (name == "gaussian") return exp(minus_z * z * half);
  if (name == "relu") return right ? z : z.constant(0);
  if (name == "elu") return right ? z : exp(z) - one;
  if (name == "identity") return z;
  if (name.starts_with("leaky-relu:"))
    return right ? z : z * z.constant(gronwall::parse_rational(name.substr(11)));
  if (name.starts_with("polynomial:")) return polynomial(z, name.substr(11));
  throw std::logic_error("no oracle for " + name);
}

}  // namespace

std::vector<ComplexBall> taylor(const std::string& name, const Rational& x, const Rational& y, int order,
                                long bits) {
  // Cancellation costs at most the exponent of e^|x| (or of e^(x^2/2) in the tail of gelu).
  const long size = static_cast<long>(abs(x)) + static_cast<long>(abs(y)) + 1;
  const long extra = name == "gelu" ? size * size + 3 * size : 3 * size;
  const long inner = bits + extra + 4L * order + 64;
  Series z(order + 1, inner);
  acb_t point;
  acb_init(point);
  arb_set(acb_realref(point), Ball::from(x, inner).raw());
  arb_set(acb_imagref(point), Ball::from(y, inner).raw());
  acb_poly_set_coeff_acb(z.raw(), 0, point);
  acb_poly_set_coeff_si(z.raw(), 1, 1);
  acb_clear(point);
  return formula(name, z, x > 0).coefficients();
}

std::vector<Ball> taylor(const std::string& name, const Rational& x, int order, long bits) {
  std::vector<Ball> result;
  for (const ComplexBall& c : taylor(name, x, 0, order, bits)) result.push_back(c.re);
  return result;
}

Ball value(const std::string& name, const Rational& x, long bits) {
  return taylor(name, x, 0, bits)[0];
}

Ball magnitude(const std::string& name, const Rational& x, const Rational& y, long bits) {
  const ComplexBall c = taylor(name, x, y, 0, bits)[0];
  return sqrt(c.re * c.re + c.im * c.im);
}

}  // namespace oracle
