#include "gronwall/gaussian/closed_coefficients.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace gronwall {
namespace {

/// The arguments of one evaluation: variance and its root at the working precision.
struct Context {
  Ball q;
  Ball root_q;
  unsigned last;
  long bits;

  Ball zero() const { return Ball(); }
  Ball one() const { return Ball(1).with_bits(bits); }
  Ball root_2pi() const { return sqrt(2 * Ball::pi(bits)); }
};

/// All coefficients 0..last, without the common factor 1/sqrt(n!): E[phi(sqrt(q) Z) He_n(Z)].
using Moments = std::vector<Ball>;

/// `E[e^(-t q Z^2 / 2) He_n(Z)] = (1 + t q)^(-1/2) (n-1)!! (-t q / (1 + t q))^(n/2)`, n even (completing the
/// square: E He_2m(s X) = (2m-1)!! (s^2 - 1)^m with s^2 = 1/(1 + t q)).
Moments gaussian_moments(const Context& c, int t, unsigned last) {
  Moments moments(last + 1, c.zero());
  const Ball width = 1 + t * c.q;
  const Ball factor = -(t * c.q) / width;
  Ball value = 1 / sqrt(width);
  for (unsigned n = 0; n <= last; n += 2) {
    moments[n] = value;
    value *= factor * (n + 1);
  }
  return moments;
}

Moments sine_moments(const Context& c, bool cosine) {
  // E[sin^(n)(sqrt(q) Z)] q^(n/2); E cos = e^(-q/2), E sin = 0.
  Moments moments(c.last + 1, c.zero());
  Ball value = exp(-ldexp(c.q, -1));
  for (unsigned n = 0; n <= c.last; ++n) {
    if (n % 2 == (cosine ? 0U : 1U)) moments[n] = (n / 2) % 2 == 0 ? value : -value;
    value *= c.root_q;
  }
  return moments;
}

/// L7 with erf' = 2/sqrt(pi) e^(-z^2).
Moments erf_moments(const Context& c) {
  Moments moments(c.last + 1, c.zero());
  const Moments derivative = gaussian_moments(c, 2, c.last);
  const Ball factor = c.root_q * 2 / sqrt(Ball::pi(c.bits));
  for (unsigned n = 1; n <= c.last; n += 2) moments[n] = factor * derivative[n - 1];
  return moments;
}

/// gelu'' = g - g'' for the Gaussian density g, hence with L7 the moments q M_{n-2}(g) - M_n(g), n >= 2 even.
Moments gelu_moments(const Context& c) {
  Moments moments(c.last + 1, c.zero());
  Moments density = gaussian_moments(c, 1, c.last + 1);
  const Ball root_2pi = c.root_2pi();
  for (Ball& m : density) m /= root_2pi;
  moments[0] = c.q * density[0];
  if (c.last >= 1) moments[1] = ldexp(c.root_q, -1);
  for (unsigned n = 2; n <= c.last; n += 2) moments[n] = c.q * density[n - 2] - density[n];
  return moments;
}

/// phi = a z + (1 - a) max(z, 0): E[Z_+ He_n] = He_{n-2}(0) / sqrt(2 pi) for n >= 2.
Moments leaky_relu_moments(const Context& c, const Rational& slope) {
  Moments moments(c.last + 1, c.zero());
  const Ball rest = Ball::from(1 - slope, c.bits);
  Ball value = rest * c.root_q / c.root_2pi();
  moments[0] = value;
  if (c.last >= 1) moments[1] = c.root_q * Ball::from((1 + slope) / 2, c.bits);
  for (unsigned n = 2; n <= c.last; n += 2) {
    moments[n] = value;
    value *= -Ball(n - 1);
  }
  return moments;
}

/// phi'' = e^z 1{z<0} =: psi, psi' = psi - delta. With B = E[e^(sqrt(q) Z); Z < 0] = e^(q/2) erfc(sqrt(q/2))
/// / 2 and L7: M_0 = sqrt(q/(2 pi)) + B - 1/2, M_1 = sqrt(q) (1/2 + B), M_2 = q B, M_{n+1} = sqrt(q) M_n - q
/// He_{n-2}(0)/sqrt(2 pi).
Moments elu_moments(const Context& c) {
  Moments moments(c.last + 1, c.zero());
  const Ball half = ldexp(c.one(), -1);
  const Ball tilted = ldexp(exp(ldexp(c.q, -1)) * erfc(c.root_q / sqrt(2 * c.one())), -1);
  moments[0] = c.root_q / c.root_2pi() + tilted - half;
  if (c.last >= 1) moments[1] = c.root_q * (half + tilted);
  if (c.last >= 2) moments[2] = c.q * tilted;
  Ball at_zero = c.q / c.root_2pi();  // q He_{n-2}(0) / sqrt(2 pi) for even n
  for (unsigned n = 2; n < c.last; ++n) {
    moments[n + 1] = c.root_q * moments[n];
    if (n % 2 == 0) {
      moments[n + 1] -= at_zero;
      at_zero *= -Ball(n - 1);
    }
  }
  return moments;
}

/// E[Z^k He_n(Z)] = k! / (2^j j!), j = (k - n)/2 >= 0.
Moments polynomial_moments(const Context& c, const std::vector<Rational>& coefficients) {
  Moments moments(c.last + 1, c.zero());
  for (std::size_t n = 0; n <= c.last && n < coefficients.size(); ++n) {
    for (std::size_t k = n; k < coefficients.size(); k += 2) {
      if (coefficients[k] == 0) continue;
      Integer numerator = 1;
      for (std::size_t i = 2; i <= k; ++i) numerator *= i;
      Integer denominator = 1;
      for (std::size_t i = 1; i <= (k - n) / 2; ++i) denominator *= 2 * i;
      Ball power = pow(c.q, static_cast<long>(k / 2));
      if (k % 2 == 1) power *= c.root_q;
      moments[n] += Ball::from(coefficients[k] * Rational(numerator, denominator), c.bits) * power;
    }
  }
  return moments;
}

std::optional<Moments> closed_moments(const Activation& phi, const Context& c) {
  const std::string name = phi.name();
  if (name == "sin") return sine_moments(c, false);
  if (name == "cos") return sine_moments(c, true);
  if (name == "gaussian") return gaussian_moments(c, 1, c.last);
  if (name == "erf") return erf_moments(c);
  if (name == "gelu") return gelu_moments(c);
  if (name == "elu") return elu_moments(c);
  if (const auto slope = negative_slope(phi)) return leaky_relu_moments(c, *slope);
  if (const auto polynomial = phi.polynomial()) return polynomial_moments(c, *polynomial);
  return std::nullopt;
}

}  // namespace

std::optional<Rational> negative_slope(const Activation& phi) {
  constexpr std::string_view kLeaky = "leaky-relu:";
  const std::string name = phi.name();
  if (name == "relu") return Rational(0);
  if (name.starts_with(kLeaky)) return parse_rational(std::string_view(name).substr(kLeaky.size()));
  return std::nullopt;
}

std::optional<std::vector<Ball>> closed_coefficients(const Activation& phi, const Ball& q, unsigned first,
                                                     unsigned last, long bits) {
  const Ball variance = q.with_bits(bits);
  const auto moments = closed_moments(phi, Context{variance, sqrt(variance), last, bits});
  if (!moments) return std::nullopt;
  std::vector<Ball> result;
  Ball factorial_of_n = factorial(first, bits);
  for (unsigned n = first; n <= last; ++n) {
    if (n > first) factorial_of_n *= Ball(n);
    const Ball& moment = (*moments)[n];
    const bool is_exact_zero = moment.is_exact() && moment.contains_zero();
    result.push_back(is_exact_zero ? Ball() : moment / sqrt(factorial_of_n));
  }
  return result;
}

bool has_closed_coefficients(const Activation& phi) {
  return closed_coefficients(phi, Ball(1), 0, 0, Ball::kLeastBits).has_value();
}

}  // namespace gronwall
