// The closed table of activations: names, values, identities, and growth in the strip by sampling.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <map>
#include <random>

#include "activation.hpp"
#include "writer.hpp"

namespace {
using namespace proofs_check;
using Complex = std::complex<double>;

Activation activation(const std::string& name) {
  Budget budget;
  return parse_activation(name, budget);
}
double upper(const Interval& x) {
  return mpfr_get_d(x.hi(), MPFR_RNDU);
}

/// e^(-z^2/2) and its integral need the complex plane; Simpson along the vertical segment from the real line.
Complex gaussian_integral(double x, double y, double a) {  // int_0^y i e^(-a (x + is)^2) ds
  Complex sum = 0;
  constexpr int panels = 400;
  for (int k = 0; k <= 2 * panels; ++k) {
    const Complex z(x, y * k / (2 * panels));
    sum += std::exp(-a * z * z) * (k == 0 || k == 2 * panels ? 1.0 : k % 2 == 1 ? 4.0 : 2.0);
  }
  return Complex(0, 1) * sum * y / (6.0 * panels);
}
Complex complex_value(const std::string& name, double x, double y) {
  const Complex z(x, y), one = 1;
  if (name == "softplus") return std::log(one + std::exp(z));  // |Im| < pi: the principal branch
  if (name == "sigmoid") return one / (one + std::exp(-z));
  if (name == "silu") return z / (one + std::exp(-z));
  if (name == "tanh") return std::tanh(z);
  if (name == "sin") return std::sin(z);
  if (name == "cos") return std::cos(z);
  if (name == "gaussian") return std::exp(-z * z / 2.0);
  if (name == "erf") return std::erf(x) + 2 / std::sqrt(M_PI) * gaussian_integral(x, y, 1);
  return z * (std::erfc(-x / std::sqrt(2)) / 2 + gaussian_integral(x, y, 0.5) / std::sqrt(2 * M_PI));  // gelu
}
const std::map<std::string, double> strips{{"softplus", M_PI}, {"sigmoid", M_PI}, {"silu", M_PI},
                                           {"tanh", M_PI / 2}, {"gelu", 3},       {"erf", 3},
                                           {"sin", 3},         {"cos", 3},        {"gaussian", 3}};
}  // namespace

BOOST_AUTO_TEST_SUITE(activations)

BOOST_AUTO_TEST_CASE(names) {
  for (const std::string name :
       {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "sin", "cos", "gaussian", "relu", "elu",
        "identity", "leaky-relu:1/10", "leaky-relu:0", "leaky-relu:-1", "polynomial:0", "polynomial:0,0,1",
        "polynomial:-1/3,5*2^-3"})
    BOOST_TEST(activation(name).name == name);
  for (const std::string name :
       {"", "Softplus", "softplus ", "softplus:1", "leaky-relu", "leaky-relu:", "leaky-relu:0.1",
        "leaky-relu:2/20", "polynomial", "polynomial:", "polynomial:,", "polynomial:1,", "polynomial:,1",
        "polynomial:1,,2", "polynomial:1, 2"})
    BOOST_CHECK_THROW(activation(name), Failure);
}

BOOST_AUTO_TEST_CASE(values) {
  for (const auto& [name, strip] : strips)
    for (double x = -6; x <= 6; x += 0.37) {
      const Interval y = value(activation(name), Interval(mpq_class(x), 150));
      const double expected = checker_test::activation_value(name, x);
      BOOST_TEST(mpfr_get_d(y.lo(), MPFR_RNDN) == expected, boost::test_tools::tolerance(1e-13));
      mpfr_t width;  // and narrow
      mpfr_init2(width, 150);
      mpfr_sub(width, y.hi(), y.lo(), MPFR_RNDU);
      BOOST_TEST(mpfr_get_d(width, MPFR_RNDU) < 1e-40);
      mpfr_clear(width);
    }
  for (const std::string name : {"relu", "elu", "identity", "leaky-relu:1/10", "polynomial:1"})
    BOOST_CHECK_THROW(value(activation(name), Interval(1, 64)), Failure);
}

// Values and slopes together: narrow, and the slope is the limit of quotients.
BOOST_AUTO_TEST_CASE(jets) {
  for (const auto& [name, strip] : strips)
    for (double x = -6; x <= 6; x += 0.37) {
      const Activation phi = activation(name);
      const long p = 200;
      const Interval at(mpq_class(x), p), h(power_of_two(-60), p);
      const Jet found = jet(phi, at);
      BOOST_TEST((possible_orders(found.value, value(phi, at)) & equal) != 0U);
      const Interval quotient = (value(phi, at + h) - value(phi, at - h)) / (h + h);
      const Interval gap = abs(quotient - found.slope), width = abs(found.value - found.value);
      BOOST_TEST(upper(gap) < 1e-30, name << " at " << x);
      BOOST_TEST(upper(width) < 1e-50, name << " at " << x);
      // on a wide interval: everything in it
      const Interval wide = between(mpq_class(x), mpq_class(x) + mpq_class(1, 10), 53);
      const Jet all = jet(phi, wide);
      for (double y = x; y <= x + 0.1; y += 0.01) {
        const Jet one = jet(phi, Interval(mpq_class(y), 53));
        BOOST_TEST((possible_orders(all.value, one.value) & equal) != 0U, name << " at " << y);
        BOOST_TEST((possible_orders(all.slope, one.slope) & equal) != 0U, name << " at " << y);
      }
    }
  for (const std::string name : {"relu", "elu", "identity", "polynomial:1"})
    BOOST_CHECK_THROW(jet(activation(name), Interval(1, 64)), Failure);
}

// Second derivatives: the limit of quotients, narrow, right on wide intervals, and known where they are
// known.
BOOST_AUTO_TEST_CASE(curvatures) {
  for (const auto& [name, strip] : strips)
    for (double x = -6; x <= 6; x += 0.37) {
      const Activation phi = activation(name);
      const long p = 200;
      const Interval at(mpq_class(x), p), h(power_of_two(-60), p);
      const Interval found = curvature(phi, at);
      const Interval quotient = (jet(phi, at + h).slope - jet(phi, at - h).slope) / (h + h);
      BOOST_TEST(upper(abs(quotient - found)) < 1e-30, name << " at " << x);
      BOOST_TEST(upper(abs(found - found)) < 1e-50, name << " at " << x);
      const Interval wide = between(mpq_class(x), mpq_class(x) + mpq_class(1, 10), 53);
      const Interval all = curvature(phi, wide);
      BOOST_TEST(upper(all - all) < 1, name << " at " << x);
      for (double y = x; y <= x + 0.1; y += 0.01)
        BOOST_TEST((possible_orders(all, curvature(phi, Interval(mpq_class(y), 53))) & equal) != 0U,
                   name << " at " << y);
    }
  const std::map<std::string, double> at_zero{
      {"softplus", 0.25}, {"sigmoid", 0}, {"silu", 0.5}, {"tanh", 0},     {"gelu", std::sqrt(2 / M_PI)},
      {"erf", 0},         {"sin", 0},     {"cos", -1},   {"gaussian", -1}};
  for (const auto& [name, expected] : at_zero) {
    const Interval found = curvature(activation(name), Interval(0, 100));
    BOOST_TEST(std::abs(upper(found) - expected) < 1e-15, name);
    BOOST_TEST(std::abs(upper(-found) + expected) < 1e-15, name);
  }
  for (const std::string name : {"relu", "elu", "identity", "leaky-relu:0", "polynomial:0,0,1"})
    BOOST_CHECK_THROW(curvature(activation(name), Interval(1, 64)), Failure);
}

// L26 against samples of the derivatives.
BOOST_AUTO_TEST_CASE(lipschitz_constants) {
  for (const auto& [name, strip] : strips) {
    const Activation phi = activation(name);
    const auto slope = [&](double x) { return upper(jet(phi, Interval(mpq_class(x), 64)).slope); };
    double first = 0, second = 0;
    for (double x = -4; x <= 4; x += 0x1p-8) {
      first = std::max(first, std::abs(slope(x)));
      second = std::max(second, std::abs(slope(x + 0x1p-12) - slope(x - 0x1p-12)) * 0x1p11);
    }
    if (name == "softplus") first = 1;  // at infinity
    const double l1 = upper(lipschitz(phi, 64)), l2 = upper(lipschitz_of_derivative(phi, 64));
    BOOST_TEST(l1 == first, boost::test_tools::tolerance(1e-5));
    BOOST_TEST(l2 == second, boost::test_tools::tolerance(1e-4));
    BOOST_TEST(l1 >= first * (1 - 1e-12), name);
    BOOST_TEST(l2 >= second * (1 - 1e-9), name);
  }
  BOOST_CHECK_THROW(lipschitz(activation("polynomial:0,0,1"), 64), Failure);
  BOOST_CHECK_THROW(lipschitz_of_derivative(activation("relu"), 64), Failure);
  BOOST_TEST(upper(lipschitz_of_derivative(activation("elu"), 64)) == 1);
}

// L1 by sampling the strip, with b near its end; and nowhere useless.
BOOST_AUTO_TEST_CASE(growth_in_the_strip) {
  for (const auto& [name, strip] : strips)
    for (const double part : {0.0, 0.3, 0.49, 0.55, 0.9, 0.97}) {
      const double b = part * strip;
      const Growth growth = strip_growth(activation(name), Interval(mpq_class(b), 128));
      const double g0 = upper(growth.g0), g1 = upper(growth.g1);
      double largest = 0;
      for (double x = -8; x <= 8; x += 0.05)
        for (const double y : {0.0, b / 2, b}) {
          const double size = std::abs(complex_value(name, x, y));
          BOOST_REQUIRE_MESSAGE(size <= (g0 + g1 * std::abs(x)) * (1 + 1e-9),
                                name << " at " << x << " + i " << y);
          largest = std::max(largest, size / (g0 + g1 * std::abs(x)));
        }
      BOOST_TEST(largest > 0.05, name << " b = " << b);
    }
}

BOOST_AUTO_TEST_CASE(strip_ends) {
  const auto growth = [](const std::string& name, const mpq_class& b) {
    return strip_growth(activation(name), Interval(b, 128));
  };
  const auto inside = [](const std::string& name, const mpq_class& b) {
    return inside_strip(activation(name), Interval(b, 128));
  };
  BOOST_TEST((inside("silu", mpq_class(314159265, 100000000)) && !inside("silu", mpq_class(22, 7))));
  BOOST_TEST((inside("tanh", mpq_class(157079632, 100000000)) && !inside("tanh", mpq_class(11, 7))));
  BOOST_TEST((inside("gelu", 50) && !inside("softplus", 4) && !inside("sigmoid", 4)));
  for (const std::string name : {"softplus", "sigmoid", "silu"}) {
    BOOST_CHECK_NO_THROW(growth(name, mpq_class(314159265, 100000000)));
    BOOST_CHECK_THROW(growth(name, mpq_class(314159266, 100000000)), Failure);
    BOOST_CHECK_THROW(growth(name, mpq_class(22, 7)), Failure);
  }
  BOOST_CHECK_NO_THROW(growth("tanh", mpq_class(157079632, 100000000)));
  BOOST_CHECK_THROW(growth("tanh", mpq_class(157079633, 100000000)), Failure);
  BOOST_CHECK_NO_THROW(growth("gelu", 5));
  for (const std::string name : {"relu", "elu", "identity", "leaky-relu:0", "polynomial:1"})
    BOOST_CHECK_THROW(growth(name, 0), Failure);
}

BOOST_AUTO_TEST_CASE(identities) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  for (const std::string name :
       {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "sin", "cos", "gaussian", "relu", "elu",
        "identity", "leaky-relu:1/10", "polynomial:1,0,-2/3,1*2^-2"}) {
    const Activation phi = activation(name);
    const auto slope = linear_plus_even(phi), constant = constant_plus_odd(phi);
    double even_defect = 0, odd_defect = 0;  // the best s and c are forced at one point
    const double s = (checker_test::activation_value(name, 1) - checker_test::activation_value(name, -1)) / 2;
    const double c = (checker_test::activation_value(name, 1) + checker_test::activation_value(name, -1)) / 2;
    for (int i = 0; i < 20; ++i) {
      const double z = normal(random), up = checker_test::activation_value(name, z),
                   down = checker_test::activation_value(name, -z);
      even_defect = std::max(even_defect, std::abs(up - down - 2 * s * z));
      odd_defect = std::max(odd_defect, std::abs(up + down - 2 * c));
    }
    BOOST_TEST(slope.has_value() == (even_defect < 1e-12), name);
    BOOST_TEST(constant.has_value() == (odd_defect < 1e-12), name);
    if (slope) BOOST_TEST(std::abs(slope->get_d() - s) < 1e-12, name);
    if (constant) BOOST_TEST(std::abs(constant->get_d() - c) < 1e-12, name);
    for (int n = 0; n <= 7; ++n)
      if (vanishes_by_parity(phi, static_cast<std::uint64_t>(n)))
        BOOST_TEST(std::abs(checker_test::coefficient(
                       [&](double x) { return checker_test::activation_value(name, x); }, 1.7, n)) < 1e-10,
                   name);
  }
  BOOST_TEST(is_even(activation("leaky-relu:-1")));
  BOOST_TEST(is_odd(activation("leaky-relu:1")));
  BOOST_TEST(!linear_plus_even(activation("polynomial:0,1,0,1")).has_value());
  BOOST_TEST((*linear_plus_even(activation("polynomial:5,1/3,2")) == mpq_class(1, 3)));
  BOOST_TEST((*constant_plus_odd(activation("polynomial:1/7,3,0,2")) == mpq_class(1, 7)));
  BOOST_TEST(!constant_plus_odd(activation("polynomial:0,0,1")).has_value());
  BOOST_TEST(is_even(activation("polynomial:0")));
  BOOST_TEST(is_odd(activation("polynomial:0")));
}

BOOST_AUTO_TEST_SUITE_END()
