// The bounds L4, L5, L6, L18, L19, L20 against what they bound, at steps so coarse that the errors are large:
// an actual error above the bound refutes it, and one far below would let wrong constants pass.
#include <boost/test/unit_test.hpp>

#include "gronwall/gaussian/hermite.hpp"
#include "gronwall/gaussian/hermite_sum.hpp"
#include "gronwall/gaussian/trapezoid.hpp"
#include "oracle.hpp"

using namespace gaussian_test;
using namespace gronwall;

namespace {

constexpr long kBits = 256;
const Rational kOne = 1;

/// actual / bound, both upper ends.
double share(const Ball& actual, const Ball& bound) {
  return abs(actual).midpoint() / bound.midpoint();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bounds)

// For cos the error of the rule is known from Poisson's formula: the bound on the best line is attained up to
// 2 %.
BOOST_AUTO_TEST_CASE(discretisation_of_cosine_is_nearly_attained) {
  for (const double step : {1.75, 1.5, 1.25, 1.0, 0.75}) {
    const double height = 2 * 3.14159265358979 / step - 1;
    const LinearGrowth growth = activation("cos").growth(ball(height));
    const Ball bound = discretisation_bound(ball(height), growth.g0 + growth.g1, ball(step), 0);
    const Ball error = trapezoid([](const Ball& z) { return cos(z); }, ball(step), 40, 0, kBits)[0] -
                       exp(-ldexp(Ball(1).with_bits(kBits), -1));
    BOOST_TEST(share(error, bound) <= 1);
    BOOST_TEST(share(error, bound) >= 0.98);
  }
}

// The factor e^(a sqrt n): without it the bound fails.
BOOST_AUTO_TEST_CASE(discretisation_grows_with_the_degree) {
  const double step = 1.25, height = 2 * 3.14159265358979 / step - 1;
  const LinearGrowth growth = activation("sin").growth(ball(height));
  const Ball norm = growth.g0 + growth.g1;
  const auto sums = trapezoid([](const Ball& z) { return sin(z); }, ball(step), 40, 7, kBits);
  const auto exact = hermite_coefficients(activation("sin"), kOne, 0, 7, 200);
  for (unsigned n = 1; n <= 7; n += 2) {
    const Ball error = sums[n] - exact.at(n);
    BOOST_TEST(share(error, discretisation_bound(ball(height), norm, ball(step), n)) <= 1);
    BOOST_TEST(share(error, discretisation_bound(ball(height), norm, ball(step), 0)) > 1);
  }
}

// All catalogue functions with a strip: no error above the bound, on any line and for any degree.
BOOST_AUTO_TEST_CASE(discretisation_bounds_every_activation) {
  for (const char* name : {"softplus", "sigmoid", "silu", "tanh", "gelu", "erf", "sin", "cos", "gaussian"}) {
    const Activation& phi = activation(name);
    const auto strip = phi.analyticity().strip_over_pi;
    const double widest = strip ? 3.14159 * static_cast<double>(*strip) : 4.0;
    for (const Rational& q : {Rational(1), Rational(2), Rational(1, 3)}) {
      const Ball root = sqrt(Ball::from(q, kBits));
      const auto exact = hermite_coefficients(phi, q, 0, 12, 100);
      for (const double step : {1.5, 1.0, 0.625}) {
        const auto sums =
            trapezoid([&](const Ball& z) { return phi.value(root * z); }, ball(step), 60, 12, kBits);
        for (const double part : {0.3, 0.6, 0.95}) {
          const Ball b = ball(part * widest);
          const LinearGrowth growth = phi.growth(b);
          for (unsigned n = 0; n <= 12; ++n) {
            const Ball bound = discretisation_bound(b / root, growth.g0 + growth.g1 * root, ball(step), n);
            BOOST_TEST(!certainly(less(bound, abs(sums[n] - exact.at(n)))),
                       name << " n=" << n << " step=" << step << " b=" << part * widest);
          }
        }
      }
    }
  }
}

// Without the residues the error is far above the bound on the line beyond the poles; with them it is below.
BOOST_AUTO_TEST_CASE(residues_are_needed_and_sufficient) {
  const Activation& phi = activation("tanh");
  const double step = 0.75;
  const Ball pi = Ball::pi(kBits);
  const auto sums = trapezoid([&](const Ball& z) { return tanh(z); }, ball(step), 60, 3, kBits);
  const auto exact = hermite_coefficients(phi, kOne, 0, 3, 200, {HermiteMethod::trapezoid});
  for (const unsigned n : {1U, 3U}) {
    const Ball bound = discretisation_bound(pi, 1, ball(step), n);  // |tanh| <= 1 on Im z = pi
    // h_n(i t) for the one pole t = pi/2 inside, written out: h_1 = i t, h_3 = -i (t^3 + 3t)/sqrt(6).
    const Ball t = pi / 2;
    const Ball h = n == 1 ? t : -((t * t * t + 3 * t) / sqrt(Ball(6).with_bits(kBits)));
    // -2 Re(2 pi i * i h w / (e^(2 pi t/step) - 1))
    const Ball residue = 4 * pi * h * exp(t * t / 2) / (sqrt(2 * pi) * expm1(2 * pi * t / ball(step)));
    BOOST_TEST(share(sums[n] - exact.at(n), bound) > 5);
    BOOST_TEST(share(sums[n] + residue - exact.at(n), bound) <= 1);
  }
}

// The worst function of given growth is g0 + g1 |z| with the sign of h_n: sum its neglected terms.
BOOST_AUTO_TEST_CASE(truncation) {
  const double step = 0x1p-5;
  double sharpest_linear = 0, sharpest_constant = 0, sharpest_cramer = 0;
  for (const unsigned last : {0U, 1U, 2U, 5U, 20U, 60U}) {
    for (const double reach : {2.0, 3.0, 5.0, 8.0, 12.0}) {
      std::vector<Ball> constant(last + 1, Ball().with_bits(kBits)), linear = constant;
      const Ball scale = ball(step) / sqrt(2 * Ball::pi(kBits));
      for (double z = reach + step; z < reach + 12; z += step) {
        const Ball x = ball(z), weight = 2 * scale * exp(-(x * x) / 2);
        const auto h = hermite_polynomials(x, last);
        for (unsigned n = 0; n <= last; ++n) {
          constant[n] += weight * abs(h[n]);
          linear[n] += weight * abs(h[n]) * x;
        }
      }
      const Ball bound_constant = truncation_bound({1, 0}, ball(reach), last);
      const Ball bound_linear = truncation_bound({0, 1}, ball(reach), last);
      for (unsigned n = 0; n <= last; ++n) {
        BOOST_TEST(share(constant[n], bound_constant) <= 1);
        BOOST_TEST(share(linear[n], bound_linear) <= 1);
      }
      if (last == 0) sharpest_constant = std::max(sharpest_constant, share(constant[0], bound_constant));
      if (last == 0) sharpest_linear = std::max(sharpest_linear, share(linear[0], bound_linear));
      if (last == 60 && reach == 12.0) sharpest_cramer = share(linear[60], bound_linear);
      if (last > 0) continue;
      const Ball square = product_truncation_bound({0, 1}, {0, 1}, ball(reach));
      Ball actual;
      for (double z = reach + step; z < reach + 12; z += step)
        actual += 2 * scale * exp(-(ball(z) * ball(z)) / 2) * ball(z) * ball(z);
      BOOST_TEST(share(actual, square) <= 1);
      if (reach >= 3) BOOST_TEST(share(actual, square) >= 0.8);
      BOOST_TEST(share(constant[0], product_truncation_bound({1, 0}, {1, 0}, ball(reach))) <= 1);
      BOOST_TEST(share(linear[0], product_truncation_bound({1, 0}, {0, 1}, ball(reach))) <= 1);
    }
  }
  BOOST_TEST(sharpest_constant >= 0.8);
  BOOST_TEST(sharpest_linear >= 0.9);
  BOOST_TEST(sharpest_cramer >= 0.05);
  BOOST_TEST(!truncation_bound({1, 1}, ball(0.5), 0).is_finite());
  BOOST_TEST(!product_truncation_bound({1, 1}, {1, 1}, ball(1.5)).is_finite());
}

// Sums in fixed point against the recurrence in balls, at low and high accuracy, both parities.
BOOST_AUTO_TEST_CASE(fixed_point_sums_enclose) {
  std::mt19937_64 engine(20);
  for (int trial = 0; trial < 60; ++trial) {
    const auto pick = [&](long low, long high) {
      return std::uniform_int_distribution<long>(low, high)(engine);
    };
    const DyadicStep step{pick(300, 900), pick(9, 13)};
    const auto last = static_cast<unsigned>(pick(0, 150));
    const long nodes = pick(1, 40), bits = pick(1, 300);
    const unsigned parity = static_cast<unsigned>(pick(0, 1));
    HermiteSum sum(step, parity, last, nodes, bits);
    std::vector<Ball> naive(last + 1, Ball().with_bits(2000));
    for (long k = 0; k <= nodes; ++k) {
      const Ball z = k * step.ball(2000);
      const Ball f = ldexp(Ball(pick(-1'000'000, 1'000'000)).with_bits(2000), -20) * exp(-ldexp(z * z, -1));
      sum.add(k, f);
      Ball current = Ball(1).with_bits(2000), previous = Ball().with_bits(2000);
      for (unsigned n = 0; n <= last; ++n) {
        naive[n] += f * current;
        Ball next = z * current - n * previous;
        previous = std::exchange(current, std::move(next));
      }
    }
    for (unsigned n = parity; n <= last; n += 2) {
      BOOST_TEST(sum.sum(n).contains(naive[n]), "n=" << n << " bits=" << bits);
      // relative to sqrt(n!), which the scale follows within a factor 2
      const double scale = 0.5 * std::lgamma(n + 1.0) / std::log(2.0);
      BOOST_TEST(log2_radius(sum.sum(n)) <= scale - static_cast<double>(bits) + 1);
    }
  }
}

// An uncertain value must come out with its error amplified: the ends of the ball stay inside, and nearly
// touch.
BOOST_AUTO_TEST_CASE(fixed_point_sums_amplify_the_radius) {
  const DyadicStep step{800, 7};
  constexpr long kNode = 4;  // z = 25
  for (unsigned parity = 0; parity < 2; ++parity) {
    HermiteSum uncertain(step, parity, 11, 10, 200), upper(step, parity, 11, 10, 200),
        centre(step, parity, 11, 10, 200);
    const Ball one = Ball(1).with_bits(300);
    uncertain.add(kNode, widened(one, ldexp(one, -30)));
    upper.add(kNode, one + ldexp(one, -30));
    centre.add(kNode, one);
    for (unsigned n = parity; n <= 11; n += 2) {
      BOOST_TEST(uncertain.sum(n).overlaps(upper.sum(n)));
      const double actual = std::log2(abs(upper.sum(n) - centre.sum(n)).midpoint());
      BOOST_TEST(log2_radius(uncertain.sum(n)) >= actual - 1e-3);
      BOOST_TEST(log2_radius(uncertain.sum(n)) <= actual + 1);
    }
  }
}

// The whole ball of variances: both ends are inside; a_1(q) = sqrt(q) + ... of tanh moves at 1/sqrt(3) of the
// bound L20.
BOOST_AUTO_TEST_CASE(change_of_the_variance) {
  for (const char* name : {"softplus", "tanh", "silu", "sigmoid"}) {
    const Ball q = widened(Ball::from(Rational(1, 500), 200), ldexp(Ball(1), -11));
    const auto over = hermite_coefficients_over(activation(name), q, 0, 5, 150);
    for (const Rational& end : {q.lower_rational(), q.upper_rational()}) {
      const auto at_end = hermite_coefficients(activation(name), end, 0, 5, 150);
      for (unsigned n = 0; n <= 5; ++n) BOOST_TEST(over[n].overlaps(at_end.at(n)), name << " n=" << n);
      if (std::string(name) == "tanh") {
        const Ball moved = at_end.at(1) - over[1].exact_midpoint();
        BOOST_TEST(std::log2(abs(moved).midpoint()) >= log2_radius(over[1]) - 1);
      }
    }
  }
  // Closed forms carry the radius by themselves.
  const auto relu = hermite_coefficients_over(activation("relu"),
                                              widened(Ball(1).with_bits(100), ldexp(Ball(1), -20)), 0, 3, 80);
  BOOST_TEST(relu[0].contains(Ball(1).with_bits(200) / sqrt(2 * Ball::pi(200))));
  BOOST_TEST(log2_radius(relu[0]) < -20);
}

BOOST_AUTO_TEST_SUITE_END()
