/// The constants of L44 against Taylor coefficients, and the signs of L52 against Gaussian means.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/activation/derivative_bounds.hpp"
#include "samples.hpp"

using namespace gronwall;

namespace {

const std::vector<std::string> kSmooth = {"softplus", "tanh", "sigmoid", "gelu",    "silu",
                                          "erf",      "sin",  "cos",     "gaussian"};

/// sup |phi^(j)|, j = 1, ..., order, over a fine grid.
std::vector<double> largest_derivatives(const Activation& phi, int order) {
  std::vector<double> largest(static_cast<std::size_t>(order) + 1, 0.0);
  constexpr long kBits = 96;
  for (int i = -1500; i <= 1500; ++i) {
    const std::vector<Ball> c = phi.taylor(Ball::from(Rational(i, 125), kBits), order);
    for (std::size_t j = 1; j < c.size(); ++j) {
      const double found = (abs(c[j]) * factorial(j, kBits)).lower();
      largest[j] = std::max(largest[j], found);
    }
  }
  return largest;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(derivative_bounds)

BOOST_AUTO_TEST_CASE(bounds_hold_and_are_of_the_right_size) {
  constexpr int kOrder = 16;
  for (const std::string& name : kSmooth) {
    const Activation& phi = activation(name);
    const std::vector<double> largest = largest_derivatives(phi, kOrder);
    for (int j = 1; j <= kOrder; ++j) {
      const std::optional<Ball> bound = derivative_bound(phi, j, 96);
      BOOST_TEST_REQUIRE(bound.has_value());
      const double found = largest[static_cast<std::size_t>(j)];
      // Where the transform has one sign and phi^(j) is even, |phi^(j)(0)| is the bound itself.
      BOOST_TEST(bound->upper() >= found * (1 - 1e-15), name << " " << j);
      BOOST_TEST(bound->upper() <= 1.7 * found, name << " " << j << ": " << bound->upper() << " " << found);
      BOOST_TEST(bound->radius().value() <= 1e-20 * bound->upper(), name << " " << j);
    }
  }
}

BOOST_AUTO_TEST_CASE(even_derivatives_reach_the_bound_at_zero) {
  // L44 is an equality at 0 for k + 2l, k of L52.
  for (const std::string& name : kSmooth) {
    const Activation& phi = activation(name);
    const std::optional<int> k = coherent_derivative(phi);
    BOOST_TEST_REQUIRE(k.has_value());
    const std::vector<Ball> c = phi.taylor(Ball(0).with_bits(128), 40);
    for (int j = std::max(*k, 4) + (std::max(*k, 4) - *k) % 2; j <= 40; j += 2) {
      const auto i = static_cast<std::size_t>(j);
      const Ball value = abs(c[i]) * factorial(i, 128), bound = *derivative_bound(phi, j, 128);
      BOOST_TEST(abs(value / bound - Ball(1)).upper() < 1e-25, name << " " << j);
    }
  }
}

BOOST_AUTO_TEST_CASE(identity_and_the_others) {
  BOOST_TEST(derivative_bound(activation("identity"), 1, 64)->contains(1));
  for (const int j : {2, 3, 30}) BOOST_TEST(derivative_bound(activation("identity"), j, 64)->contains(0));
  for (const char* name : {"relu", "leaky-relu:1/10", "elu", "polynomial:0,0,1"})
    for (const int j : {1, 2, 3}) BOOST_TEST(!derivative_bound(activation(name), j, 64).has_value(), name);
  BOOST_CHECK_THROW(derivative_bound(activation("tanh"), 0, 64), InputError);
}

BOOST_AUTO_TEST_CASE(signs_of_gaussian_means) {
  // E phi^(n)(sqrt(q) Z), n = k + 2l, by a sum in double: phi^(n) = taylor(., n) n!.
  for (const std::string& name : kSmooth) {
    const Activation& phi = activation(name);
    const int k = *coherent_derivative(phi);
    for (const double q : {0.2, 1.0, 3.0}) {
      std::vector<double> mean(8, 0.0);
      constexpr double kStep = 1.0 / 32;
      for (int i = -320; i <= 320; ++i) {
        const double z = i * kStep;
        const std::vector<double> c = phi.taylor(std::sqrt(q) * z, 7);
        for (std::size_t n = 0; n < mean.size(); ++n)
          mean[n] += c[n] * std::tgamma(static_cast<double>(n) + 1) * std::exp(-z * z / 2) * kStep /
                     std::sqrt(2 * std::acos(-1.0));
      }
      BOOST_TEST((std::abs(mean[0]) > 1e-6) == has_positive_mean(phi), name);
      if (has_positive_mean(phi)) BOOST_TEST(mean[0] > 0, name);
      for (int n = k; n < 8; ++n) {
        const double value = mean[static_cast<std::size_t>(n)];
        if ((n - k) % 2 == 0)
          BOOST_TEST(value * ((n - k) % 4 == 0 ? 1 : -1) > 1e-5, name << " " << n << " " << q);
        else
          BOOST_TEST(std::abs(value) < 1e-11, name << " " << n << " " << q);
      }
    }
  }
  BOOST_TEST((coherent_derivative(activation("relu")) == 2 && has_positive_mean(activation("relu"))));
  for (const char* name : {"identity", "elu", "leaky-relu:1/2", "polynomial:1,1"}) {
    BOOST_TEST(!coherent_derivative(activation(name)).has_value(), name);
    BOOST_TEST(!has_positive_mean(activation(name)), name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
