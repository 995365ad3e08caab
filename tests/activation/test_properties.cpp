/// Parity, functional equations, values at zero, Lipschitz constants.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include "gronwall/activation/activation.hpp"
#include "samples.hpp"

using namespace gronwall;

namespace {

constexpr long kBits = 300;

Ball at(const std::string& name, const Ball& z) {
  return activation(name).value(z);
}

void check_equal(const Ball& a, const Ball& b, const std::string& what) {
  BOOST_TEST(a.overlaps(b), what << ": " << a << " against " << b);
  BOOST_TEST((a - b).magnitude().value() <= 0x1p-280 * (1 + a.magnitude().value()), what << " is too wide");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(properties)

BOOST_AUTO_TEST_CASE(parity_of_every_kind) {
  const std::map<std::string, Parity> expected = {{"softplus", Parity::neither},
                                                  {"tanh", Parity::odd},
                                                  {"sigmoid", Parity::neither},
                                                  {"gelu", Parity::neither},
                                                  {"silu", Parity::neither},
                                                  {"erf", Parity::odd},
                                                  {"sin", Parity::odd},
                                                  {"cos", Parity::even},
                                                  {"gaussian", Parity::even},
                                                  {"relu", Parity::neither},
                                                  {"leaky-relu:-1", Parity::even},
                                                  {"leaky-relu:1", Parity::odd},
                                                  {"elu", Parity::neither},
                                                  {"identity", Parity::odd},
                                                  {"polynomial:0,2", Parity::odd},
                                                  {"polynomial:3", Parity::even},
                                                  {"polynomial:1,2", Parity::neither},
                                                  {"polynomial:0", Parity::even},
                                                  {"polynomial:1,0,5", Parity::even},
                                                  {"polynomial:0,1,0,5", Parity::odd},
                                                  {"polynomial:1,1,1,1", Parity::neither}};
  samples::Random random(31);
  for (const auto& [name, parity] : expected) {
    const Activation& phi = activation(name);
    BOOST_TEST((phi.parity() == parity), name);
    if (parity == Parity::neither) continue;
    for (int i = 0; i < 200; ++i) {
      const double z = random.spread(1e-5, 50);
      BOOST_TEST(phi.value(-z) == (parity == Parity::odd ? -1 : 1) * phi.value(z), name << " at " << z);
    }
  }
}

BOOST_AUTO_TEST_CASE(parity_split_is_an_identity) {
  std::vector<std::string> names = samples::kEveryName;
  for (const char* more :
       {"leaky-relu:1", "leaky-relu:-1", "polynomial:0", "polynomial:3", "polynomial:1,2", "polynomial:1,2,3",
        "polynomial:1,2,0,3", "polynomial:0,2,0,3", "polynomial:5,0,1"})
    names.emplace_back(more);
  samples::Random random(32);
  int known = 0;
  for (const std::string& name : names) {
    const ParitySplit split = activation(name).parity_split();
    if (split.rest == Parity::neither) {
      BOOST_TEST(split.slope == 0);
      BOOST_TEST(split.constant == 0);
      continue;
    }
    ++known;
    // Even functions absorb constants, odd ones multiples of z.
    BOOST_TEST((split.rest == Parity::even ? split.constant == 0 : split.slope == 0), name);
    const auto rest = [&](const Ball& z) {
      return at(name, z) - Ball::from(split.slope, kBits) * z - Ball::from(split.constant, kBits);
    };
    for (int i = 0; i < 40; ++i) {
      const Ball z = Ball::exact(random.spread(1e-3, 20), kBits);
      check_equal(rest(-z), split.rest == Parity::even ? rest(z) : -rest(z), name);
    }
  }
  BOOST_TEST(known == 22);
}

BOOST_AUTO_TEST_CASE(elu_and_mixed_polynomials_have_no_split) {
  BOOST_TEST((activation("elu").parity_split().rest == Parity::neither));
  BOOST_TEST((activation("polynomial:0,0,1,1").parity_split().rest == Parity::neither));
}

BOOST_AUTO_TEST_CASE(functional_equations) {
  samples::Random random(33);
  for (int i = 0; i < 100; ++i) {
    const Ball z = Ball::exact(random.spread(1e-3, 60), kBits);
    for (const char* name : {"softplus", "gelu", "silu", "relu"})
      check_equal(at(name, z) - at(name, -z), z, name);
    check_equal(at("sigmoid", z) + at("sigmoid", -z), Ball(1), "sigmoid");
    const Ball t = at("tanh", z);
    check_equal(at("tanh", 2 * z), 2 * t / (1 + t * t), "tanh of the double");
    check_equal(t, 2 * at("sigmoid", 2 * z) - 1, "tanh by sigmoid");
    check_equal(at("silu", z), z * at("sigmoid", z), "silu by sigmoid");
    check_equal(activation("softplus").derivative(z), at("sigmoid", z), "softplus' = sigmoid");
    const Ball root = sqrt(Ball::from(2, kBits));
    check_equal(at("gelu", root * z), root * z * (1 + at("erf", z)) / 2, "gelu by erf");
    check_equal(at("sin", z) * at("sin", z) + at("cos", z) * at("cos", z), Ball(1), "circle");
    check_equal(at("gaussian", z) * at("gaussian", z), at("gaussian", root * z), "gaussian squared");
    check_equal(at("elu", -abs(z)), exp(-abs(z)) - 1, "elu");
    check_equal(at("leaky-relu:1/10", -abs(z)), -abs(z) / 10, "leaky relu");
    check_equal(at("identity", z), z, "identity");
    check_equal(at("polynomial:1,2,3", z), 1 + z * (2 + 3 * z), "polynomial");
  }
}

BOOST_AUTO_TEST_CASE(value_at_zero) {
  check_equal(activation("softplus").at_zero(kBits), log(Ball::from(2, kBits)), "softplus(0)");
  const std::map<std::string, Rational> exact = {{"tanh", 0},
                                                 {"sigmoid", Rational(1, 2)},
                                                 {"gelu", 0},
                                                 {"silu", 0},
                                                 {"erf", 0},
                                                 {"sin", 0},
                                                 {"cos", 1},
                                                 {"gaussian", 1},
                                                 {"relu", 0},
                                                 {"leaky-relu:1/10", 0},
                                                 {"elu", 0},
                                                 {"identity", 0},
                                                 {"polynomial:5*2^-3,1", Rational(5, 8)}};
  for (const auto& [name, value] : exact) {
    const Ball zero = activation(name).at_zero(64);
    BOOST_TEST(zero.is_exact(), name << ": " << zero);
    BOOST_TEST(zero.contains(value), name << ": " << zero);
  }
  BOOST_TEST(activation("polynomial:1/3").at_zero(64).contains(Rational(1, 3)));
}

BOOST_AUTO_TEST_CASE(lipschitz_constants_hold_and_are_attained) {
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    const auto first = phi.lipschitz(100);
    const auto second = phi.lipschitz_of_derivative(100);
    double steepest = 0;
    double sharpest = 0;
    for (int i = -30000; i <= 30000; ++i) {
      const std::vector<double> c = phi.taylor(i / 1000.0, 2);
      steepest = std::max(steepest, std::abs(c[1]));
      sharpest = std::max(sharpest, std::abs(2 * c[2]));
    }
    BOOST_TEST(first.has_value() == !name.starts_with("polynomial"), name);
    if (first) {
      BOOST_TEST(steepest <= first->upper() * (1 + 1e-15), name << ": " << steepest << " beyond " << *first);
      BOOST_TEST(steepest >= first->upper() - 1e-6, name << ": " << steepest << " far below " << *first);
    }
    const bool kink = name == "relu" || name.starts_with("leaky-relu") || name.starts_with("polynomial");
    BOOST_TEST(second.has_value() == !kink, name);
    if (second) {
      BOOST_TEST(sharpest <= second->upper() * (1 + 1e-15),
                 name << ": " << sharpest << " beyond " << *second);
      BOOST_TEST(sharpest >= second->upper() - 1e-6, name << ": " << sharpest << " far below " << *second);
    }
  }
}

BOOST_AUTO_TEST_CASE(lipschitz_constants_bound_rigorous_derivatives_at_their_maximum) {
  // The maximum is attained (or approached at infinity): the constant must contain it to full precision.
  const Ball one = Ball::from(1, kBits);
  const auto constant = [](const std::string& name) { return *activation(name).lipschitz(kBits); };
  check_equal(constant("tanh"), activation("tanh").derivative(Ball::from(0, kBits)), "tanh");
  check_equal(constant("sigmoid"), activation("sigmoid").derivative(Ball::from(0, kBits)), "sigmoid");
  check_equal(constant("erf"), activation("erf").derivative(Ball::from(0, kBits)), "erf");
  check_equal(constant("gaussian"), -activation("gaussian").derivative(one), "gaussian");
  check_equal(constant("gelu"), activation("gelu").derivative(sqrt(2 * one)), "gelu");
  // silu: 1/2 + z0/4 with phi''(z0) = 0; at z0 = 4 L1 - 2 the derivative must be L1 and the curvature 0.
  const Ball z0 = 4 * constant("silu") - 2;
  check_equal(activation("silu").derivative(z0), constant("silu"), "silu");
  BOOST_TEST(activation("silu").taylor(z0, 2)[2].contains_zero());
  // Independent digits (published for swish).
  BOOST_TEST(constant("silu").overlaps(
      Ball::with_radius(Ball::from(parse_rational("1.0998393201288"), kBits), UpperBound(1e-12))));
}

BOOST_AUTO_TEST_CASE(lipschitz_constants_of_special_parameters) {
  BOOST_TEST(activation("leaky-relu:-3").lipschitz(64)->contains(Rational(3)));
  BOOST_TEST(activation("leaky-relu:1").lipschitz_of_derivative(64)->contains(Rational(0)));
  BOOST_TEST(activation("polynomial:7,-2").lipschitz(64)->contains(Rational(2)));
  BOOST_TEST(activation("polynomial:7,-2").lipschitz_of_derivative(64)->is_exact());
  BOOST_TEST(activation("polynomial:7").lipschitz(64)->contains(Rational(0)));
  BOOST_TEST(!activation("polynomial:0,0,1").lipschitz(64).has_value());
  BOOST_TEST(activation("polynomial:0,0,-5").lipschitz_of_derivative(64)->contains(Rational(10)));
  BOOST_TEST(!activation("polynomial:0,0,0,1").lipschitz_of_derivative(64).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
