/// Growth in strips (docs/bounds.md, L1), poles and lines between them (L6), against complex Arb.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <numbers>

#include "gronwall/activation/activation.hpp"
#include "gronwall/numbers/error.hpp"
#include "oracle.hpp"
#include "samples.hpp"

using namespace gronwall;

namespace {

/// Widths to try: below, at and beyond pi/2 where the formulas change, close to the strip's end.
std::vector<double> widths(const Activation& phi) {
  const auto strip = phi.analyticity().strip_over_pi;
  if (!strip) return {0.0, 0.1, 1.0, 2.5};
  const double end = std::numbers::pi * static_cast<double>(*strip);
  return {0.0, 0.2 * end, 0.45 * end, 0.55 * end, 0.8 * end, 0.99 * end};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(strip)

BOOST_AUTO_TEST_CASE(growth_bounds_hold_at_random_points) {
  samples::Random random(41);
  // Bounds that some point of the strip attains, or approaches within a percent.
  const std::map<std::string, double> attained = {{"sigmoid", 0.99}, {"tanh", 0.98},     {"sin", 0.99},
                                                  {"cos", 0.99},     {"gaussian", 0.99}, {"identity", 0.7},
                                                  {"softplus", 0.2}, {"silu", 0.5}};
  for (const std::string& name : samples::kAnalytic) {
    if (name.starts_with("polynomial")) continue;
    const Activation& phi = activation(name);
    for (const double b : widths(phi)) {
      const LinearGrowth growth = phi.growth(Ball::exact(b, 100));
      double nearest = 0;
      const auto probe = [&](double x, double y) {
        const Ball size = oracle::magnitude(name, to_rational(x), to_rational(y), 100);
        const Ball bound = growth.g0 + growth.g1 * abs(Ball::exact(x, 100));
        BOOST_TEST(size.lower() <= bound.upper() * (1 + 1e-25),
                   name << " at " << x << " + " << y << "i: " << size << " beyond " << bound);
        nearest = std::max(nearest, size.midpoint() / bound.midpoint());
      };
      for (int i = 0; i < 150; ++i) probe(random.spread(1e-3, 30), b * random.uniform(-1, 1));
      for (int i = 0; i < 300; ++i) probe(random.uniform(-3, 3), i % 2 == 0 ? b : -b);
      probe(0, b);
      if (b > std::numbers::pi / 2) probe(-std::log(-std::cos(b)), b);  // where |1 + e^-z| is least
      if (attained.contains(name))
        BOOST_TEST(nearest >= attained.at(name),
                   name << " b = " << b << ": only " << nearest << " of the bound");
    }
  }
}

BOOST_AUTO_TEST_CASE(growth_on_the_real_line_of_every_activation) {
  samples::Random random(42);
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    if (name.starts_with("polynomial")) {
      BOOST_CHECK_THROW(phi.growth(Ball(0)), InputError);
      continue;
    }
    const LinearGrowth growth = phi.growth(Ball(0));
    for (int i = 0; i < 500; ++i) {
      const double x = random.spread(1e-4, 1e3);
      BOOST_TEST(std::abs(phi.value(x)) <= growth.g0.upper() + growth.g1.upper() * std::abs(x) * (1 + 1e-15),
                 name);
    }
  }
  const LinearGrowth line = activation("polynomial:-3,1/2").growth(Ball::from(2, 64));
  BOOST_TEST(line.g0.contains(Rational(4)));
  BOOST_TEST(line.g1.contains(Rational(1, 2)));
}

BOOST_AUTO_TEST_CASE(strips_beyond_the_domain_are_refused) {
  BOOST_CHECK_THROW(activation("softplus").growth(Ball::exact(3.1416)), InputError);
  BOOST_CHECK_THROW(activation("sigmoid").growth(Ball::exact(4.0)), InputError);
  BOOST_CHECK_THROW(activation("silu").growth(Ball::pi(64)), InputError);
  BOOST_CHECK_THROW(activation("tanh").growth(Ball::exact(1.5708)), InputError);
  BOOST_CHECK_NO_THROW(activation("tanh").growth(Ball::exact(1.5707)));
  for (const char* name : {"relu", "elu", "leaky-relu:1/10"})
    BOOST_CHECK_THROW(activation(name).growth(Ball::exact(0.1)), InputError);
  BOOST_CHECK_NO_THROW(activation("leaky-relu:1").growth(Ball::exact(0.1)));
  BOOST_CHECK_THROW(activation("erf").growth(Ball::exact(-0.1)), InputError);
}

BOOST_AUTO_TEST_CASE(growth_accepts_a_width_that_straddles_half_pi) {
  const Ball b = Ball::with_radius(Ball::exact(1.5708), UpperBound(0.01));
  const LinearGrowth growth = activation("sigmoid").growth(b);
  BOOST_TEST(growth.g0.upper() >= 1 / std::sin(1.5808));
  BOOST_TEST(growth.g0.upper() <= 1.02);
}

BOOST_AUTO_TEST_CASE(poles_and_residues) {
  const Ball pi = Ball::pi(400);
  for (const char* name : {"sigmoid", "tanh", "silu"}) {
    const Activation& phi = activation(name);
    const PoleLattice lattice = *phi.poles();
    // The first pole ends the strip of analyticity.
    BOOST_TEST(lattice.first_over_pi == *phi.analyticity().strip_over_pi);
    for (int k = 0; k < 4; ++k) {
      const Ball eta = Ball::from(lattice.first_over_pi + k * lattice.spacing_over_pi, 400) * pi;
      // (z - i eta) phi(z) at z = i eta + offset tends to the residue; the neighbour of the pole is taken
      // exactly.
      const Rational offset = power_of_two(-60);
      const Rational y = eta.lower_rational();
      const oracle::ComplexBall value = oracle::taylor(name, offset, y, 0, 400)[0];
      const Ball re = Ball::from(offset, 400) * value.re;
      const Ball im = Ball::from(offset, 400) * value.im;
      const Ball residue_im = lattice.residue_slope * eta;
      BOOST_TEST((re - lattice.residue_constant).magnitude().value() <= 1e-15,
                 name << " pole " << k << ": " << re);
      BOOST_TEST((im - residue_im).magnitude().value() <= 1e-15, name << " pole " << k << ": " << im);
    }
  }
  for (const char* name : {"softplus", "gelu", "erf", "sin", "relu", "identity"})
    BOOST_TEST(!activation(name).poles().has_value());
}

BOOST_AUTO_TEST_CASE(lines_between_the_poles_are_safe) {
  samples::Random random(43);
  const Ball pi = Ball::pi(200);
  for (const char* name : {"sigmoid", "tanh", "silu"}) {
    const PoleLattice lattice = *activation(name).poles();
    for (int j = 1; j <= 3; ++j) {
      const Rational y = (Ball::from(lattice.safe_line_over_pi * j, 200) * pi).lower_rational();
      for (int i = 0; i < 100; ++i) {
        const double x = random.uniform(-20, 20);
        const Ball size = oracle::magnitude(name, to_rational(x), y, 150);
        // |phi| <= |residue_constant + residue_slope z| on the line
        const double modulus =
            lattice.residue_slope == 0 ? 1.0 : std::hypot(x, static_cast<double>(y)) * (1 + 1e-15);
        BOOST_TEST(size.upper() <= modulus * (1 + 1e-15),
                   name << " at " << x << " + " << j << " lines: " << size);
        if (name == std::string("tanh") || name == std::string("sigmoid")) {
          const Ball real = abs(activation(name).value(Ball::exact(x, 150)));
          BOOST_TEST((size - real).magnitude().value() <= 1e-40, name);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(strips_of_analyticity) {
  for (const std::string& name : samples::kEveryName) {
    const bool analytic =
        std::find(samples::kAnalytic.begin(), samples::kAnalytic.end(), name) != samples::kAnalytic.end();
    BOOST_TEST(activation(name).analyticity().analytic_on_real_line == analytic, name);
  }
  BOOST_TEST(*activation("softplus").analyticity().strip_over_pi == 1);
  BOOST_TEST(*activation("tanh").analyticity().strip_over_pi == Rational(1, 2));
  BOOST_TEST(!activation("gelu").analyticity().strip_over_pi.has_value());
  BOOST_TEST(activation("leaky-relu:1").analyticity().analytic_on_real_line);
}

BOOST_AUTO_TEST_SUITE_END()
