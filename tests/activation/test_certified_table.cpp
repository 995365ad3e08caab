#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "gronwall/activation/certified_table.hpp"
#include "samples.hpp"

namespace {

using namespace gronwall;

/// `phi^(order)(x)` at many bits.
Ball exact_value(const Activation& phi, int order, double x) {
  const Ball z = Ball::exact(x, 700);
  return order == 0 ? phi.value(z) : order == 1 ? phi.derivative(z) : Ball(2 * phi.taylor(z, 2)[2]);
}

/// Arguments where something changes: centres and edges of cells, the ends of the table, their neighbours.
std::vector<double> arguments(std::uint64_t seed) {
  samples::Random random(seed);
  std::vector<double> z = {0, -0.0, 5e-324, 1e-300, 1e-9, 16, 15.96875, 16.5, 40, 800, 1e5};
  for (const double edge : {1.0 / 32, 3.0 / 32, 1.0 / 16, 0.75 + 1.0 / 32, 8 - 1.0 / 32, 16 - 1.0 / 32, 16.0})
    for (const double toward : {0.0, 100.0}) z.push_back(std::nextafter(edge, toward));
  for (int i = 0; i < 60; ++i) {
    z.push_back(random.uniform(0, 2));
    z.push_back(random.uniform(0, 16));
  }
  for (std::size_t i = z.size(); i-- > 0;) z.push_back(-z[i]);
  return z;
}

const std::vector<std::string> kTabulated = {
    "softplus", "tanh",     "sigmoid",          "gelu", "silu", "erf", "sin", "cos",
    "gaussian", "identity", "polynomial:1/3,-2"};

BOOST_AUTO_TEST_SUITE(certified_table)

BOOST_AUTO_TEST_CASE(bounds_hold_and_are_worth_having) {
  double most_used = 0;
  for (const std::string& name : kTabulated) {
    const Activation& phi = activation(name);
    const CertifiedTable& table = CertifiedTable::of(phi);
    for (int order = 0; order < CertifiedTable::kOrders; ++order) {
      BOOST_TEST_CONTEXT(name << " order " << order) {
        for (const double z : arguments(static_cast<std::uint64_t>(order))) {
          double found = 0;
          const UpperBound bound = table.evaluate(order, {&z, 1}, {&found, 1});
          const double error = (exact_value(phi, order, z) - Ball::exact(found)).magnitude().value();
          if (!(error <= bound.value())) BOOST_ERROR("at " << z << ": " << error << " > " << bound.value());
          // A few roundings of the value and of its slope times the half-width of a cell.
          if (!(bound.value() <= 4e-16 * (0.1 + std::abs(found)))) BOOST_ERROR("useless at " << z);
          if (std::abs(z) <= 16 && bound.value() > 0) most_used = std::max(most_used, error / bound.value());
        }
      }
    }
  }
  BOOST_TEST_MESSAGE("largest share of a bound that is used: " << most_used);
  BOOST_TEST(most_used > 0.3);
}

BOOST_AUTO_TEST_CASE(vectors_have_the_root_of_the_sum_of_squares) {
  const std::vector<double> z = arguments(9);
  for (const char* name : {"tanh", "softplus"}) {
    const CertifiedTable& table = CertifiedTable::of(activation(name));
    std::vector<double> all(z.size());
    const double together = table.evaluate(0, z, all).value();
    double squares = 0, error = 0;
    for (std::size_t i = 0; i < z.size(); ++i) {
      double one = 0;
      const double bound = table.evaluate(0, {&z[i], 1}, {&one, 1}).value();
      BOOST_TEST(one == all[i]);
      squares += bound * bound;
      error += std::pow((exact_value(table.phi(), 0, z[i]) - Ball::exact(all[i])).magnitude().value(), 2);
    }
    BOOST_TEST(together >= std::sqrt(error));
    BOOST_TEST(together >= std::sqrt(squares) * (1 - 1e-14));
    BOOST_TEST(together <= std::sqrt(squares) * (1 + 1e-12));
    std::vector<double> in_place = z;
    table.evaluate(0, in_place, in_place);
    BOOST_TEST(in_place == all, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(one_table_each) {
  BOOST_TEST(&CertifiedTable::of(activation("tanh")) == &CertifiedTable::of(activation("tanh")));
  BOOST_TEST(&CertifiedTable::of(activation("tanh")) != &CertifiedTable::of(activation("erf")));
}

BOOST_AUTO_TEST_CASE(bad_requests) {
  for (const char* name : {"relu", "leaky-relu:1/10", "elu", "polynomial:0,0,1"})
    BOOST_CHECK_THROW(CertifiedTable{activation(name)}, InputError);
  const CertifiedTable& table = CertifiedTable::of(activation("tanh"));
  double z = 0.5, out[2];
  BOOST_CHECK_THROW(table.evaluate(3, {&z, 1}, {out, 1}), InputError);
  BOOST_CHECK_THROW(table.evaluate(-1, {&z, 1}, {out, 1}), InputError);
  BOOST_CHECK_THROW(table.evaluate(0, {&z, 1}, {out, 2}), InputError);
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), HUGE_VAL, -HUGE_VAL})
    BOOST_CHECK_THROW(table.evaluate(0, {&bad, 1}, {out, 1}), InputError);
  BOOST_TEST(table.evaluate(0, {}, {}).value() < 1e-150);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
