#include "gronwall/gaussian/closed_dual.hpp"

#include <string>
#include <vector>

#include "gronwall/gaussian/closed_coefficients.hpp"

namespace gronwall {
namespace {

Ball atan2(const Ball& y, const Ball& x) {
  const long bits = std::max(y.working_bits(), x.working_bits());
  Ball result = Ball().with_bits(bits);
  arb_atan2(result.raw(), y.raw(), x.raw(), bits);
  return result;
}

Ball pi_of(const CovarianceBall& at) {
  return Ball::pi(at.c.working_bits());
}

/// phi = a z + (1 - a) max(z, 0): V = a c + (1 - a)^2 J, J = (sqrt(det) + (pi - theta) c)/(2 pi), theta =
/// arg(c + i sqrt(det)).
Ball leaky_relu(const Rational& slope, DualPart part, const CovarianceBall& at) {
  const long bits = at.c.working_bits();
  const Ball a = Ball::from(slope, bits), kink = Ball::from((1 - slope) * (1 - slope), bits);
  const Ball root = sqrt(at.determinant), two_pi = 2 * pi_of(at);
  if (part == DualPart::by_q1) return kink * root / (2 * two_pi * at.q1);
  const Ball share = (pi_of(at) - atan2(root, at.c)) / two_pi;
  if (part == DualPart::by_c) return a + kink * share;
  return a * at.c + kink * (root / two_pi + share * at.c);
}

/// V = (2/pi) asin(2c / sqrt((1 + 2 q1)(1 + 2 q2))).
Ball erf_dual(DualPart part, const CovarianceBall& at) {
  const Ball rest = 1 + 2 * (at.q1 + at.q2) + 4 * at.determinant;  // (1 + 2 q1)(1 + 2 q2) - 4 c^2
  const Ball root = sqrt(rest), factor = 2 / pi_of(at);
  switch (part) {
    case DualPart::value:
      return factor * atan2(2 * at.c, root);
    case DualPart::by_c:
      return 2 * factor / root;
    default:
      return -(2 * factor * at.c) / ((1 + 2 * at.q1) * root);
  }
}

/// E[sin u sin v] = e^(-(q1+q2)/2) sinh c, E[cos u cos v] = e^(-(q1+q2)/2) cosh c.
Ball trigonometric(bool cosine, DualPart part, const CovarianceBall& at) {
  const Ball damping = exp(-ldexp(at.q1 + at.q2, -1));
  if (part == DualPart::by_c) return damping * (cosine ? sinh(at.c) : cosh(at.c));
  const Ball value = damping * (cosine ? cosh(at.c) : sinh(at.c));
  return part == DualPart::value ? value : -ldexp(value, -1);
}

/// V = D^(-1/2), D = (1 + q1)(1 + q2) - c^2.
Ball gaussian_dual(DualPart part, const CovarianceBall& at) {
  const Ball d = 1 + at.q1 + at.q2 + at.determinant;
  const Ball value = 1 / sqrt(d);
  switch (part) {
    case DualPart::value:
      return value;
    case DualPart::by_c:
      return at.c * value / d;
    default:
      return -ldexp((1 + at.q2) * value / d, -1);
  }
}

/// gelu = z Phi(z). With a = 1 + q1, b = 1 + q2, D = ab - c^2, m = 1/a + 1/b - 1, N = q1 q2 + m c^2:
/// V = c/4 + (c asin(c / sqrt(ab)) + N / sqrt(D)) / (2 pi).
Ball gelu_dual(DualPart part, const CovarianceBall& at) {
  const Ball a = 1 + at.q1, b = 1 + at.q2;
  const Ball d = 1 + at.q1 + at.q2 + at.determinant, root = sqrt(d);
  const Ball m = 1 / a + 1 / b - 1;
  const Ball square = at.c * at.c, n = at.q1 * at.q2 + m * square;
  const Ball angle = atan2(at.c, root), two_pi = 2 * pi_of(at);
  switch (part) {
    case DualPart::value:
      return ldexp(at.c, -2) + (at.c * angle + n / root) / two_pi;
    case DualPart::by_c:
      return ldexp(Ball(1), -2) + (angle + at.c * (1 + 2 * m) / root + n * at.c / (d * root)) / two_pi;
    default:
      return (-(square / (2 * a)) + at.q2 - square / (a * a) - n * b / (2 * d)) / (root * two_pi);
  }
}

std::vector<Rational> derivative(std::vector<Rational> p) {
  for (std::size_t k = 1; k < p.size(); ++k) p[k - 1] = p[k] * k;
  if (!p.empty()) p.pop_back();
  return p;
}

/// Finite Mehler sums without dividing by variances: E[phi(u) phi(v)] = sum_n c^n/n! A_n(q1) A_n(q2) with
/// A_n(q) = E phi^(n)(sqrt(q) Z) = sum_k c_k k!/(k-n)! E[(sqrt(q) Z)^(k-n)].
Ball polynomial_dual(std::vector<Rational> left, std::vector<Rational> right, const CovarianceBall& at) {
  const long bits = at.c.working_bits();
  const auto mean = [bits](const std::vector<Rational>& p, const Ball& q) {
    Ball sum = Ball().with_bits(bits), moment = Ball(1).with_bits(bits);  // (2j-1)!! q^j
    for (std::size_t k = 0; k < p.size(); k += 2) {
      sum += Ball::from(p[k], bits) * moment;
      moment *= q * (k + 1);
    }
    return sum;
  };
  Ball sum = Ball().with_bits(bits), power = Ball(1).with_bits(bits);  // c^n / n!
  for (std::size_t n = 0; !left.empty() && !right.empty(); ++n) {
    sum += power * mean(left, at.q1) * mean(right, at.q2);
    power *= at.c / (n + 1);
    left = derivative(std::move(left));
    right = derivative(std::move(right));
  }
  return sum;
}

Ball polynomial(const std::vector<Rational>& phi, DualPart part, const CovarianceBall& at) {
  const std::vector<Rational> first = derivative(phi);
  switch (part) {
    case DualPart::value:
      return polynomial_dual(phi, phi, at);
    case DualPart::by_c:
      return polynomial_dual(first, first, at);
    default:
      return ldexp(polynomial_dual(derivative(first), phi, at), -1);
  }
}

/// E[e^(sZ); Z < 0].
Ball tilted(const Ball& s) {
  return ldexp(exp(ldexp(s * s, -1)) * erfc(s / sqrt(Ball(2).with_bits(s.working_bits()))), -1);
}

/// elu on |rho| = 1: u = s1 Z, v = ± s2 Z. With
/// E[Z e^(-sZ); Z > 0] = 1/sqrt(2 pi) - s tilted(s), integrate each half line.
Ball elu_on_boundary(DualPart part, const CovarianceBall& at) {
  const Ball s1 = sqrt(at.q1), s2 = sqrt(at.q2);
  const Ball density = 1 / sqrt(2 * pi_of(at));
  const auto ramp = [&](const Ball& s) { return density - s * tilted(s); };
  const Ball half = ldexp(Ball(1).with_bits(at.c.working_bits()), -1);
  const bool opposite = certainly(less(at.c, 0));
  switch (part) {
    case DualPart::value:
      if (opposite) return s1 * (ramp(s2) - density) + s2 * (ramp(s1) - density);
      return s1 * s2 / 2 + tilted(s1 + s2) - tilted(s1) - tilted(s2) + half;
    case DualPart::by_c:
      return opposite ? tilted(s1) + tilted(s2) : half + tilted(s1 + s2);
    default:
      return opposite ? s2 * ramp(s1) / 2 : (tilted(s1 + s2) - tilted(s1)) / 2;
  }
}

}  // namespace

std::optional<Ball> closed_dual(const Activation& phi, DualPart part, const CovarianceBall& at,
                                bool singular) {
  const std::string name = phi.name();
  if (const auto slope = negative_slope(phi)) return leaky_relu(*slope, part, at);
  if (name == "erf") return erf_dual(part, at);
  if (name == "sin") return trigonometric(false, part, at);
  if (name == "cos") return trigonometric(true, part, at);
  if (name == "gaussian") return gaussian_dual(part, at);
  if (name == "gelu") return gelu_dual(part, at);
  if (const auto coefficients = phi.polynomial()) return polynomial(*coefficients, part, at);
  if (name == "elu" && singular) return elu_on_boundary(part, at);
  return std::nullopt;
}

std::optional<Ball> closed_norm(const Activation& phi, int order, const Ball& q) {
  const CovarianceBall diagonal(q, q, q);
  if (order == 0) return closed_dual(phi, DualPart::value, diagonal, true);
  if (order == 1) return closed_dual(phi, DualPart::by_c, diagonal, true);
  if (negative_slope(phi))
    throw InputError("the second derivative of " + phi.name() + " is a point mass at 0");
  if (const auto coefficients = phi.polynomial()) {
    const std::vector<Rational> second = derivative(derivative(*coefficients));
    return polynomial_dual(second, second, diagonal);
  }
  if (phi.name() == "elu") return tilted(2 * sqrt(q));
  return std::nullopt;
}

}  // namespace gronwall
