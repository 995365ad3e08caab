/// Taylor coefficients against power-series composition of the textbook formula.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/activation/activation.hpp"
#include "gronwall/numbers/error.hpp"
#include "oracle.hpp"
#include "samples.hpp"

using namespace gronwall;

namespace {

std::size_t index(int k) {
  return static_cast<std::size_t>(k);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(taylor)

BOOST_AUTO_TEST_CASE(all_worlds_agree_with_power_series_composition) {
  constexpr int kOrder = 24;
  constexpr long kBits = 160;
  samples::Random random(21);
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (int trial = 0; trial < 25; ++trial) {
      const double z = trial % 2 == 0 ? random.uniform(-3, 3) : random.uniform(-20, 20);
      const std::vector<Ball> truth = oracle::taylor(name, to_rational(z), kOrder, 300);
      const std::vector<Ball> balls = phi.taylor(Ball::exact(z, kBits), kOrder);
      const std::vector<MpFloat> floats = phi.taylor(make_mp(z, kBits), kOrder);
      const std::vector<double> doubles = phi.taylor(z, kOrder);
      BOOST_TEST_REQUIRE(balls.size() == index(kOrder) + 1);
      BOOST_TEST_REQUIRE(floats.size() == balls.size());
      BOOST_TEST_REQUIRE(doubles.size() == balls.size());
      double neighbourhood = 0;  // coefficients oscillate: measure by the larger one of two neighbours
      for (int k = 0; k <= kOrder; ++k) {
        const auto i = index(k);
        BOOST_TEST(balls[i].overlaps(truth[i]), name << " c_" << k << " at " << z);
        const double size = truth[i].magnitude().value();
        const double scale = std::max(size, neighbourhood);
        neighbourhood = size;
        BOOST_TEST(balls[i].radius().value() <= std::ldexp(scale, 6 - static_cast<int>(kBits)),
                   name << " c_" << k << " at " << z << ": " << balls[i]);
        const double float_error = (Ball::exact(floats[i], kBits) - truth[i]).magnitude().value();
        BOOST_TEST(float_error <= std::ldexp(scale, 6 - static_cast<int>(kBits)),
                   name << " c_" << k << " at " << z);
        const double double_error = (Ball::exact(doubles[i], kBits) - truth[i]).magnitude().value();
        if (k <= 8)
          BOOST_TEST(double_error <= std::ldexp(scale, 10 - 53) + 1e-300,
                     name << " c_" << k << " at " << z << ": " << doubles[i] << " for " << truth[i]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(first_coefficients_are_value_and_derivative) {
  samples::Random random(22);
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (int trial = 0; trial < 40; ++trial) {
      const double z = random.uniform(-8, 8);
      const std::vector<double> c = phi.taylor(z, 1);
      BOOST_TEST(std::abs(c[0] - phi.value(z)) <= 1e-14 * (1 + std::abs(c[0])), name);
      BOOST_TEST(std::abs(c[1] - phi.derivative(z)) <= 1e-14 * (1 + std::abs(c[1])), name);
      const std::vector<Ball> b = phi.taylor(Ball::exact(z), 1);
      BOOST_TEST(b[0].overlaps(phi.value(Ball::exact(z))), name);
      BOOST_TEST(b[1].overlaps(phi.derivative(Ball::exact(z))), name);
    }
  }
}

BOOST_AUTO_TEST_CASE(high_orders_keep_the_asked_precision) {
  constexpr int kOrder = 200;
  constexpr long kBits = 128;
  for (const std::string& name : samples::kAnalytic) {
    for (const double z : {-5.0, 0.7, 3.0}) {
      const std::vector<Ball> c = activation(name).taylor(Ball::exact(z, kBits), kOrder);
      const std::vector<Ball> truth = oracle::taylor(name, to_rational(z), kOrder, 200);
      for (int k = 1; k <= kOrder; ++k) {
        const double scale =
            std::max(truth[index(k)].magnitude().value(), truth[index(k - 1)].magnitude().value());
        BOOST_TEST(c[index(k)].overlaps(truth[index(k)]), name << " c_" << k << " at " << z);
        if (scale > 1e-250)
          BOOST_TEST(c[index(k)].radius().value() <= std::ldexp(scale, 10 - static_cast<int>(kBits)),
                     name << " c_" << k << " at " << z << ": " << c[index(k)]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(coefficients_over_balls_enclose_those_at_their_points) {
  constexpr int kOrder = 10;
  samples::Random random(23);
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    for (int trial = 0; trial < 20; ++trial) {
      const double mid = random.uniform(-5, 5);
      const double radius = std::abs(random.spread(1e-15, 1));
      const std::vector<Ball> c =
          phi.taylor(Ball::with_radius(Ball::exact(mid, 100), UpperBound(radius)), kOrder);
      for (const double t : {-1.0, 1.0, random.uniform(-1, 1)}) {
        const Rational x = to_rational(mid) + to_rational(t) * to_rational(radius);
        const std::vector<Ball> truth = oracle::taylor(name, x, kOrder, 250);
        for (int k = 0; k <= kOrder; ++k)
          BOOST_TEST(c[index(k)].overlaps(truth[index(k)]),
                     name << " c_" << k << " over " << mid << " ± " << radius);
      }
      // Narrow balls: first-order tight, that is within (k+1) |c_{k+1}| rad of the midpoint's, up to 10 %.
      if (radius < 1e-4 && std::abs(mid) > radius) {
        const std::vector<Ball> centre = phi.taylor(Ball::exact(mid, 100), kOrder + 1);
        for (int k = 0; k <= kOrder; ++k)
          BOOST_TEST(c[index(k)].radius().value() <=
                         1.1 * (k + 1) * radius * centre[index(k + 1)].magnitude().value() +
                             40 * radius * radius + 1e-25,
                     name << " c_" << k << " over " << mid << " ± " << radius << ": " << c[index(k)]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(negative_order_is_refused) {
  BOOST_CHECK_THROW(activation("tanh").taylor(0.5, -1), InputError);
  BOOST_CHECK_THROW(activation("tanh").taylor(make_mp(0.5, 100), -1), InputError);
  BOOST_CHECK_THROW(activation("tanh").taylor(Ball::exact(0.5), -1), InputError);
  for (const std::string& name : samples::kEveryName) {
    BOOST_TEST(activation(name).taylor(0.5, 0).size() == 1U, name);
    BOOST_TEST(activation(name).taylor(Ball::exact(0.5), 0).size() == 1U, name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
