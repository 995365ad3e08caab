// Witnesses of certificates: a naive checker that knows only the witness must land inside the claimed
// intervals.
#include <boost/test/unit_test.hpp>

#include "gronwall/gaussian/hermite.hpp"
#include "gronwall/gaussian/trapezoid.hpp"
#include "gronwall/numbers/error.hpp"
#include "oracle.hpp"

using namespace gaussian_test;
using namespace gronwall;

namespace {

/// docs/certificates.md, gauss/1, in ball arithmetic, for one n; formulas of docs/bounds.md written out once
/// more.
Ball check(const Activation& phi, const Rational& q_exact, unsigned n, int power, const TrapezoidWitness& w) {
  const long bits = w.precision;
  const Ball q = Ball::from(q_exact, bits), root = sqrt(q), step = Ball::from(w.step, bits);
  Ball sum = Ball().with_bits(bits);
  for (long j = -w.nodes; j <= w.nodes; ++j) {
    const Ball y = j * step;
    // q^(n/2) He_n(y / sqrt q)
    Ball h = Ball(1).with_bits(bits), before = Ball().with_bits(bits);
    for (unsigned m = 0; m < n; ++m) {
      Ball next = y * h - m * q * before;
      before = std::exchange(h, std::move(next));
    }
    Ball value = phi.value(y.with_bits(bits));
    if (power == 2) value *= value;
    sum += value * h * exp(-(y * y) / (2 * q));
  }
  const Ball scaled = sum * step / (sqrt(2 * Ball::pi(bits) * q) * sqrt(factorial(n, bits) * pow(q, n)));

  const Ball b = Ball::from(w.strip, 64), order = sqrt(Ball(n).with_bits(64)), s = root.with_bits(64);
  const LinearGrowth strip = phi.growth(b), line = phi.growth(Ball(0).with_bits(64));
  Ball norm = strip.g0 + strip.g1 * s;
  if (power == 2) norm *= norm;
  const Ball l4 = 2 * exp(b * b / (2 * q)) * norm * exp(b * order / s) / expm1(2 * Ball::pi(64) * b / step);
  const Ball x = w.nodes * step / s, front = 2 / sqrt(2 * Ball::pi(64)), g1 = line.g1 * s;
  Ball l5;
  if (power == 2) {
    l5 = front * exp(-(x * x) / 2) * (line.g0 * line.g0 / x + 2 * line.g0 * g1 + g1 * g1 * (x + 1 / x));
  } else {
    l5 = front * Ball::from(Rational(10865, 10000), 64) * exp(-(x * x) / 4) * (2 * line.g0 / x + 2 * g1);
    const Ball t = x - order;
    if (certainly(less_equal(1, t))) {
      const Ball c = n == 0 ? Ball(1) : sqrt(factorial(n, 64) / pow(Ball(n).with_bits(64), n));
      l5 = min(l5, front * c * exp(Ball(n)) * exp(-(t * t) / 2) * (line.g0 / t + g1 * (1 + order / t)));
    }
  }
  return widened(widened(scaled, l4), l5);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(witness)

BOOST_AUTO_TEST_CASE(naive_checker_lands_inside) {
  for (const std::string name :
       {"softplus", "sigmoid", "silu", "tanh", "gelu", "erf", "sin", "cos", "gaussian"}) {
    const Activation& phi = activation(name);
    for (const Rational& q : {Rational(1), Rational(7, 2), Rational(1, 5)}) {
      for (const auto& [last, bits] : {std::pair<unsigned, long>{0, 40}, {6, 64}, {60, 100}}) {
        const TrapezoidWitness w = trapezoid_witness(phi, q, last, bits);
        const auto a = hermite_coefficients(phi, q, 0, last, bits + 40);
        for (const unsigned n : {0U, last / 2, last}) {
          const Ball claimed = widened(a.at(n).exact_midpoint(), ldexp(Ball(1), -bits));
          BOOST_TEST(claimed.contains(check(phi, q, n, 1, w)),
                     name << " q=" << to_canonical_text(q) << " n=" << n);
        }
      }
      const TrapezoidWitness w = trapezoid_witness(phi, q, 0, 80, 2);
      const Ball claimed = widened(gaussian_norm(phi, q, 120).exact_midpoint(), ldexp(Ball(1), -80));
      BOOST_TEST(claimed.contains(check(phi, q, 0, 2, w)), name << " squared");
    }
  }
}

BOOST_AUTO_TEST_CASE(parameters_have_the_certificates_form) {
  const TrapezoidWitness w = trapezoid_witness(activation("softplus"), Rational(1), 64, 333);
  BOOST_TEST(to_canonical_text(w.step).find('/') == std::string::npos);  // dyadic
  BOOST_TEST(w.strip > 0);
  BOOST_TEST(w.strip < Rational(355, 113));
  BOOST_TEST(w.nodes > 100);
  BOOST_TEST(w.nodes < 1000);
  BOOST_TEST(w.precision > 333 + 64);
  BOOST_TEST(w.precision < 700);
}

BOOST_AUTO_TEST_CASE(bad_input) {
  BOOST_CHECK_THROW(trapezoid_witness(activation("relu"), Rational(1), 4, 50), InputError);
  BOOST_CHECK_THROW(trapezoid_witness(activation("polynomial:0,0,1"), Rational(1), 4, 50), InputError);
  BOOST_CHECK_THROW(trapezoid_witness(activation("tanh"), Rational(0), 4, 50), InputError);
  BOOST_CHECK_THROW(trapezoid_witness(activation("tanh"), Rational(1), 4, 50, 2), InputError);
  BOOST_CHECK_THROW(trapezoid_witness(activation("tanh"), Rational(1), 4, 50, 3), InputError);
  BOOST_CHECK_THROW(trapezoid_witness(activation("tanh"), Rational(1), 4, 0), PrecisionError);
  BOOST_CHECK_THROW(trapezoid_witness(activation("tanh"), Rational(1), 4, 1L << 30), PrecisionError);
  BOOST_CHECK_THROW(trapezoid_witness(activation("tanh"), Rational("1000000000"), 4, 2000), PrecisionError);
}

BOOST_AUTO_TEST_SUITE_END()
