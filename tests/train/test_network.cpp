#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "../shared/refusals.hpp"
#include "gronwall/train/network.hpp"
#include "gronwall/train/scheme.hpp"

using namespace gronwall;
using namespace gronwall::testing;

namespace {

Network network(long blocks = 1, Gate gate = Gate::none) {
  return {.phi = &activation("tanh"),
          .width = 7,
          .input_dimension = 3,
          .outputs = 2,
          .blocks = blocks,
          .gate = gate,
          .time = Rational(3, 2)};
}

bool refused(const Network& bad, const std::string& part) {
  return throws_with<InputError>([&] { bad.check(); }, part);
}

/// The error at t = 1 for y' = -2 t y^2, y(0) = 1, whose solution is 1/(1 + t^2).
long double error_after(const Scheme& scheme, int steps) {
  const std::size_t s = scheme.stages();
  const long double dt = 1.0L / steps;
  long double y = 1;
  for (int l = 0; l < steps; ++l) {
    std::vector<long double> k(s);
    for (std::size_t i = 0; i < s; ++i) {
      long double at = y;
      for (std::size_t j = 0; j < s; ++j) at += scheme.a(i, j) * k[j];
      k[i] = dt * -2 * (l * dt + scheme.c[i] * dt) * at * at;
    }
    for (std::size_t i = 0; i < s; ++i) y += scheme.b[i] * k[i];
  }
  return std::abs(y - 0.5L);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(network_and_scheme)

BOOST_AUTO_TEST_CASE(plain_gaussian_weights_are_those_of_the_model) {
  const NeuralOde model = gaussian_model(7, 3, 2, activation("tanh"), 12345);
  const Weights weights = Weights::gaussian(network(), 12345);
  BOOST_TEST((weights.u().array() == model.u().array()).all());
  BOOST_TEST((weights.w(0).array() == model.w().array()).all());
  BOOST_TEST((weights.v().array() == model.v().array()).all());
  const NeuralOde same = neural_ode(network(), weights);
  BOOST_TEST((same.w().array() == model.w().array()).all());
  BOOST_TEST((same.time() == Rational(3, 2)));
}

BOOST_AUTO_TEST_CASE(all_matrices_are_different) {
  const Network gated = network(3, Gate::rotation);
  const Weights weights = Weights::gaussian(gated, 5);
  std::set<double> seen(weights.flat().begin(), weights.flat().end());
  BOOST_TEST(seen.size() == static_cast<std::size_t>(gated.parameters()));
  BOOST_TEST((Weights::gaussian(network(), 5).w(0).array() == weights.w(0, 0).array()).all());
}

BOOST_AUTO_TEST_CASE(parts_tile_the_vector_and_are_the_matrices) {
  const auto names = [](const Network& net) {
    std::string all;
    Eigen::Index next = 0;
    const Weights weights = Weights::gaussian(net, 3);
    for (const Weights::Part& part : weights.parts()) {
      all += part.name + " ";
      BOOST_TEST(part.offset == next);
      next += part.rows * part.columns;
    }
    BOOST_TEST(next == net.parameters());
    BOOST_TEST(weights.flat().size() == net.parameters());
    return all;
  };
  BOOST_TEST(names(network()) == "U W V ");
  BOOST_TEST(names(network(3)) == "U W1 W2 W3 V ");
  BOOST_TEST(names(network(1, Gate::rotation)) == "U W1a W1b V ");
  BOOST_TEST(names(network(2, Gate::rotation)) == "U W1a W1b W2a W2b V ");

  Weights weights(network(2, Gate::rotation));
  BOOST_TEST(weights.flat().norm() == 0);
  weights.w(1, 0)(4, 2) = 8;
  const Weights::Part part = weights.parts()[3];
  BOOST_TEST(part.name == "W2a");
  BOOST_TEST(weights.flat()[part.offset + 2 * part.rows + 4] == 8);
  weights.v()(1, 6) = 9;
  BOOST_TEST(weights.flat()[weights.flat().size() - 1] == 9);
}

BOOST_AUTO_TEST_CASE(gate_factors_are_cosine_and_sine) {
  const Network gated = network(1, Gate::rotation);
  BOOST_TEST(network().gate_factor(0, 0.3) == 1);
  BOOST_TEST((gated.gate_factor(0, 0) == 1 && gated.gate_factor(1, 0) == 0));
  BOOST_TEST((gated.gate_factor(0, 1.5) == 0 && gated.gate_factor(1, 1.5) == 1));
  BOOST_TEST(std::abs(gated.gate_factor(0, 0.5) - std::sqrt(0.75)) < 1e-15);
  BOOST_TEST(std::abs(gated.gate_factor(1, 0.5) - 0.5) < 1e-15);
  BOOST_TEST(std::abs(gated.gate_factor(0, 1) - 0.5) < 1e-15);
  BOOST_TEST(std::abs(gated.gate_factor(1, 1) - std::sqrt(0.75)) < 1e-15);
}

BOOST_AUTO_TEST_CASE(bad_networks_are_refused_by_name) {
  BOOST_CHECK_NO_THROW(network().check());
  const auto changed = [](auto&& change) {
    Network bad = network();
    change(bad);
    return bad;
  };
  BOOST_TEST(refused(changed([](Network& n) { n.phi = nullptr; }), "activation"));
  BOOST_TEST(refused(changed([](Network& n) { n.width = 0; }), "width"));
  BOOST_TEST(refused(changed([](Network& n) { n.input_dimension = -1; }), "input dimension"));
  BOOST_TEST(refused(changed([](Network& n) { n.outputs = 0; }), "outputs"));
  BOOST_TEST(refused(changed([](Network& n) { n.blocks = 0; }), "blocks"));
  BOOST_TEST(refused(changed([](Network& n) { n.skip = std::nan(""); }), "skip"));
  BOOST_TEST(refused(changed([](Network& n) { n.time = 0; }), "time"));
  BOOST_TEST(refused(changed([](Network& n) { n.sigma_w = -1; }), "sigma_w"));
  BOOST_TEST(refused(changed([](Network& n) { n.sigma_u = 0; }), "sigma_u"));
  BOOST_TEST(refused(changed([](Network& n) { n.sigma_v = 0; }), "sigma_v"));
  BOOST_TEST(refused(changed([](Network& n) { n.width = Eigen::Index{1} << 30; }), "2^40"));
}

BOOST_AUTO_TEST_CASE(only_plain_networks_are_the_theorys) {
  BOOST_CHECK_THROW(neural_ode(network(2), Weights(network(2))), InputError);
  BOOST_CHECK_THROW(neural_ode(network(1, Gate::rotation), Weights(network(1, Gate::rotation))), InputError);
  BOOST_CHECK_THROW(neural_ode(network(), Weights(network(2))), InputError);
  Network skipping = network();
  skipping.skip = 1;
  BOOST_CHECK_THROW(neural_ode(skipping, Weights(skipping)), InputError);
}

BOOST_AUTO_TEST_CASE(schemes_have_their_orders) {
  for (const std::string& name : scheme_names()) {
    const Scheme& known = scheme(name);
    BOOST_TEST(known.name == name);
    BOOST_REQUIRE(known.tableau.size() == known.stages() * known.stages());
    BOOST_REQUIRE(known.c.size() == known.stages());
    for (std::size_t i = 0; i < known.stages(); ++i) {
      double sum = 0;
      for (std::size_t j = 0; j < known.stages(); ++j) {
        sum += known.a(i, j);
        if (j >= i) BOOST_TEST(known.a(i, j) == 0);
      }
      BOOST_TEST(std::abs(sum - known.c[i]) < 1e-14);
    }
    const auto order = static_cast<double>(std::log2(error_after(known, 24) / error_after(known, 48)));
    BOOST_TEST(std::abs(order - known.order) < 0.2);
  }
  BOOST_TEST(scheme_names().size() == 5U);
  BOOST_CHECK_EXCEPTION(scheme("rk5"), InputError, [](const InputError& error) {
    return std::string(error.what()).find("did you mean 'rk4'") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(names) {
  for (const Gate gate : {Gate::none, Gate::rotation}) BOOST_TEST((gate_of(to_string(gate)) == gate));
  BOOST_CHECK_THROW(gate_of("spin"), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
