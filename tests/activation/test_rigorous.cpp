/// The rigorous world: enclosure, accuracy, tightness over wide balls; the multiprecision world against it.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/activation/activation.hpp"
#include "oracle.hpp"
#include "samples.hpp"

using namespace gronwall;

namespace {

/// `x` widened by 2^-bits of its magnitude, for comparisons up to rounding.
Ball widened(Ball x, long bits) {
  const Ball margin = ldexp(abs(x), -bits);
  arb_add_error(x.raw(), margin.raw());
  return x;
}

/// log2 of radius over magnitude; -infinity for exact balls.
double relative_accuracy(const Ball& x) {
  return x.is_exact() ? -HUGE_VAL : -static_cast<double>(arb_rel_accuracy_bits(x.raw()));
}

/// The zeros of phi and phi' off the origin, where relative accuracy is not to be had.
bool near_a_zero(const std::string& name, double z) {
  return (name == "gelu" && std::abs(z + 0.7518) < 0.02) || (name == "silu" && std::abs(z + 1.2785) < 0.02) ||
         name == "sin" || name == "cos" || name.starts_with("polynomial");
}

std::vector<double> moderate_points(int n, std::uint64_t seed) {
  samples::Random random(seed);
  std::vector<double> points = {0.0, 1.0, -1.0, 30.0, -30.0};
  for (int i = 0; i < n; ++i) {
    points.push_back(random.uniform(-4, 4));
    points.push_back(random.uniform(-30, 30));
    points.push_back(random.spread(1e-12, 1));
  }
  return points;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rigorous)

BOOST_AUTO_TEST_CASE(agrees_with_the_textbook_formula_at_two_precisions) {
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (const double z : moderate_points(25, 1)) {
      if (z == 0 && !phi.analyticity().analytic_on_real_line)
        continue;  // the oracle knows one side of a kink
      const std::vector<Ball> truth = oracle::taylor(name, to_rational(z), 1, 500);
      for (const long bits : {53L, 333L}) {
        const Ball value = phi.value(Ball::exact(z, bits));
        const Ball slope = phi.derivative(Ball::exact(z, bits));
        BOOST_TEST(value.overlaps(truth[0]), name << " at " << z << ": " << value << " misses " << truth[0]);
        BOOST_TEST(slope.overlaps(truth[1]), name << "' at " << z << ": " << slope << " misses " << truth[1]);
        BOOST_TEST(value.bits() == bits);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(exact_points_lose_at_most_three_bits) {
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (const double z : samples::points_of_every_scale(20, 2)) {
      for (const long bits : {64L, 400L}) {
        const Ball at = Ball::exact(z, bits);
        if (near_a_zero(name, z)) continue;
        const bool kink = z == 0 && !phi.analyticity().analytic_on_real_line;
        BOOST_TEST(relative_accuracy(phi.value(at)) <= 3.0 - static_cast<double>(bits), name << " at " << z);
        if (!kink)
          BOOST_TEST(relative_accuracy(phi.derivative(at)) <= 3.0 - static_cast<double>(bits),
                     name << "' at " << z);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(multiprecision_lies_within_half_an_ulp_of_the_enclosure) {
  constexpr long kBits = 200;
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (const double z : samples::points_of_every_scale(15, 3)) {
      if (near_a_zero(name, z) || (z == 0 && !phi.analyticity().analytic_on_real_line)) continue;
      const MpFloat at = make_mp(z, kBits);
      const Ball value = phi.value(Ball::exact(z, kBits + 60));
      const Ball slope = phi.derivative(Ball::exact(z, kBits + 60));
      BOOST_TEST(widened(value, kBits - 1).contains(Ball::exact(phi.value(at), kBits)), name << " at " << z);
      BOOST_TEST(widened(slope, kBits - 1).contains(Ball::exact(phi.derivative(at), kBits)),
                 name << "' at " << z);
      BOOST_TEST(bits_of(phi.value(at)) == kBits);
    }
  }
}

BOOST_AUTO_TEST_CASE(balls_enclose_the_values_at_their_points) {
  samples::Random random(4);
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (int trial = 0; trial < 40; ++trial) {
      const double mid = random.uniform(-12, 12);
      const double radius = std::abs(random.spread(1e-25, 20));
      for (const long bits : {40L, 150L}) {
        const Ball z = Ball::with_radius(Ball::exact(mid, bits), UpperBound(radius));
        const Ball value = phi.value(z);
        const Ball slope = phi.derivative(z);
        for (const double t : {-1.0, -0.5, 0.0, 0.25, 1.0, random.uniform(-1, 1)}) {
          const Rational x = to_rational(mid) + to_rational(t) * to_rational(radius);
          if (x == 0) continue;
          const std::vector<Ball> truth = oracle::taylor(name, x, 1, 300);
          BOOST_TEST(value.overlaps(truth[0]),
                     name << " over " << z << ": " << value << " misses " << truth[0]);
          BOOST_TEST(slope.overlaps(truth[1]),
                     name << "' over " << z << ": " << slope << " misses " << truth[1]);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(wide_balls_give_tight_ranges) {
  samples::Random random(5);
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (int trial = 0; trial < 60; ++trial) {
      const double mid = random.uniform(-10, 10);
      const double radius = std::abs(random.spread(1e-6, 10));
      const Ball value = phi.value(Ball::with_radius(Ball::exact(mid), UpperBound(radius)));
      double least = HUGE_VAL;
      double greatest = -HUGE_VAL;
      constexpr int kSteps = 400;
      for (int i = -kSteps; i <= kSteps; ++i) {
        const double f = phi.value(mid + radius * i / kSteps);
        least = std::min(least, f);
        greatest = std::max(greatest, f);
      }
      // 2 % more than the sampled range, and a radius that is stored in 30 bits.
      const double slack = 0.02 * (greatest - least) + 1e-8 * value.magnitude().value() + 1e-9;
      BOOST_TEST(value.lower() >= least - slack, name << " over " << mid << " ± " << radius << ": " << value);
      BOOST_TEST(value.upper() <= greatest + slack,
                 name << " over " << mid << " ± " << radius << ": " << value);
    }
  }
}

BOOST_AUTO_TEST_CASE(derivatives_over_wide_balls_stay_within_global_bounds) {
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    const auto steepest = phi.lipschitz(64);
    if (!steepest) continue;
    const Ball slope = phi.derivative(Ball::with_radius(Ball::exact(0.25), UpperBound(500)));
    BOOST_TEST(slope.magnitude().value() <= steepest->upper() * (1 + 1e-8), name << ": " << slope);
  }
}

BOOST_AUTO_TEST_CASE(smaller_balls_give_smaller_results) {
  samples::Random random(6);
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (int trial = 0; trial < 60; ++trial) {
      const double mid = random.uniform(-6, 6);
      const double radius = std::abs(random.spread(1e-10, 3));
      const double shrink = random.uniform(0, 1);
      const double shift = random.uniform(-1, 1) * (1 - shrink) * radius;
      const Ball outer = Ball::with_radius(Ball::exact(mid, 128), UpperBound(radius * (1 + 1e-9)));
      const Ball inner = Ball::with_radius(Ball::exact(mid + shift, 128), UpperBound(radius * shrink));
      if (!outer.contains(inner)) continue;
      // Up to the 30 bits of a radius, and the second-order excess where the extremum is bracketed.
      const Ball result = phi.value(outer);
      const double excess = 1e-7 * (1 + result.magnitude().value()) + 0.02 * result.radius().value();
      BOOST_TEST((Ball::with_radius(result, UpperBound(excess)).contains(phi.value(inner))),
                 name << " over " << outer << " and " << inner);
    }
  }
}

BOOST_AUTO_TEST_CASE(balls_across_a_kink) {
  const Ball z = Ball::with_radius(Ball::exact(0.5), UpperBound(1));  // [-1/2, 3/2]
  const Ball slope = activation("relu").derivative(z);
  BOOST_TEST(slope.contains(Rational(0)));
  BOOST_TEST(slope.contains(Rational(1)));
  BOOST_TEST(slope.magnitude().value() <= 1 + 1e-8);
  BOOST_TEST(!activation("relu").taylor(z, 2)[2].is_finite());
  const std::vector<Ball> elu = activation("elu").taylor(z, 3);
  BOOST_TEST(elu[2].contains(Rational(0)));
  BOOST_TEST(elu[2].contains(Rational(1, 2)));
  BOOST_TEST(elu[2].is_finite());
  BOOST_TEST(!elu[3].is_finite());
  // A ball that only touches the kink has both sides as well.
  const Ball at_kink = activation("relu").derivative(Ball::from(0, 64));
  BOOST_TEST(at_kink.contains(Rational(0)));
  BOOST_TEST(at_kink.contains(Rational(1)));
  BOOST_TEST(activation("leaky-relu:1").taylor(z, 4)[3].is_exact());
}

BOOST_AUTO_TEST_CASE(unbounded_balls_are_never_wrong) {
  Ball everything = Ball().with_bits(64);
  arb_zero_pm_inf(everything.raw());
  for (const std::string& name : samples::kEveryName) {
    const Ball value = activation(name).value(everything);
    for (const double z : {-3.0, 0.5, 100.0})
      BOOST_TEST(value.overlaps(activation(name).value(Ball::exact(z))), name << ": " << value);
  }
}

BOOST_AUTO_TEST_SUITE_END()
