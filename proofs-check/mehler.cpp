// mehler/1: sum_n a_n(q)^2 rho^n (L8) and the closed form of kappa(rho) = E[phi(sqrt(q) U) phi(sqrt(q) V)]
// agree.
//
// Closed forms, c = q rho the covariance of x = sqrt(q) U and y = sqrt(q) V:
// relu (Cho and Saul 2009): q (sqrt(1 - rho^2) + rho (pi - arccos rho)) / (2 pi), and pi - arccos = pi/2 +
// arcsin. erf (Williams 1997): (2/pi) arcsin(2c / (1 + 2q)). sin, cos: E[cos(x -+ y)] = e^(-(q -+ c)): (e^(c
// - q) -+ e^(-c - q)) / 2. gaussian: E[e^(-(x^2 + y^2)/2)] = det(I + S)^(-1/2) = ((1 + q)^2 - c^2)^(-1/2), S
// the covariance matrix. gelu, phi(x) = x F(x), F' = g the standard normal distribution function: by parts
// (Stein) in x,
//   E[x y F(x) F(y)] = q E[g(x) y F(y)] + c E[F(x) F(y)] + c E[F(x) y g(y)], with
//   E[F(x) F(y)] = 1/4 + arcsin(c / (1 + q)) / (2 pi), B = E[g(x) g(y)] = ((1 + q)^2 - c^2)^(-1/2) / (2 pi),
//   E[F(x) y g(y)] = (c B - q E[F(x) y g(y)]), so = c B / (1 + q); E[g(x) y F(y)] = q B - c E[x g(x) F(y)] =
//   q B - c^2 B / (1 + q). Together c/4 + c arcsin(c / (1 + q)) / (2 pi) + B (q^2 + c^2 (1 - q) / (1 + q)).

#include "kinds.hpp"

namespace proofs_check {
namespace {

Interval closed_dual(const Activation& phi, const mpq_class& q, const mpq_class& rho, long p) {
  const auto number = [p](const mpq_class& x) { return Interval(x, p); };
  const mpq_class c = q * rho;
  switch (phi.family) {
    case Family::identity:
      return number(c);
    case Family::relu: {
      const Interval angle = number(mpq_class(1, 2)) * pi(p) + asin(number(rho));
      return number(q / 2) * (sqrt(number(1 - rho * rho)) + number(rho) * angle) / pi(p);
    }
    case Family::erf:
      return number(2) * asin(number(2 * c / (1 + 2 * q))) / pi(p);
    case Family::sin:
      return (exp(number(c - q)) - exp(number(-c - q))) * number(mpq_class(1, 2));
    case Family::cos:
      return (exp(number(c - q)) + exp(number(-c - q))) * number(mpq_class(1, 2));
    case Family::gaussian:
      return inverse(sqrt(number((1 + q) * (1 + q) - c * c)));
    case Family::gelu: {
      const Interval two_pi = number(2) * pi(p);
      const Interval b = inverse(two_pi * sqrt(number((1 + q) * (1 + q) - c * c)));
      return number(c / 4) + number(c) * asin(number(c / (1 + q))) / two_pi +
             b * number(q * q + c * c * (1 - q) / (1 + q));
    }
    default:
      not_verified("no closed dual activation is known to the checker for " + phi.name);
  }
}

}  // namespace

std::string check_mehler(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "hi", "lo", "q", "rho"});
  witness.require({"gauss", "norm", "precision"});
  Budget& budget = context.budget;
  const Activation phi = parse_activation(statement["activation"].text(), budget);
  const mpq_class lo = parse_real(statement["lo"].text(), budget),
                  hi = parse_real(statement["hi"].text(), budget);
  const mpq_class q = parse_real(statement["q"].text(), budget),
                  rho = parse_real(statement["rho"].text(), budget);
  const long p = parse_precision(witness);
  if (abs(rho) > 1) malformed("|rho| must be at most 1");

  const GaussStatement gauss = context.use_gauss(witness["gauss"], phi, q, 1),
                       norm = context.use_gauss(witness["norm"], phi, q, 2);
  // bound: L8
  const Interval ratio(rho, p);
  Interval sum(0, p), known(0, p), power(1, p);  // sum a_n^2 rho^n, sum a_n^2, rho^n
  for (std::size_t n = 0; n < gauss.entries.size(); ++n) {
    const GaussStatement::Entry& a = gauss.entries[n];
    if (a.n != n) not_verified("the coefficients must be n = 0, 1, 2, ... without gaps");
    const Interval square_of_a = square(between(a.lo, a.hi, p));
    sum = sum + square_of_a * power;
    known = known + square_of_a;
    power = power * ratio;
  }
  const Interval tail = max(between(norm.entries[0].lo, norm.entries[0].hi, p) - known, Interval(0, p));
  const Interval series = sum + symmetric(abs(power) * tail), closed = closed_dual(phi, q, rho, p);
  if (!series.inside(lo, hi))
    not_verified("the series is enclosed by " + series.text() + ", not within the claimed interval");
  if (!closed.inside(lo, hi))
    not_verified("the closed form is enclosed by " + closed.text() + ", not within the claimed interval");
  context.rely_on({8});
  return "dual activation of " + phi.name + " at q = " + spell(q) + ", rho = " + spell(rho) +
         ": series and closed form lie within " + between(lo, hi, 128).text();
}

}  // namespace proofs_check
