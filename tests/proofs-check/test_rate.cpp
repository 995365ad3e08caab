// rate/1: L e_L against an independent net and integration, the constant against its formula (L33).
#include <cmath>
#include <numbers>

#include "flow_testing.hpp"
#include "recomputed.hpp"

using namespace checker_test;

BOOST_FIXTURE_TEST_SUITE(flows, FlowFixture)

// L e_L against an independent net and integration; the constant against its formula.
BOOST_AUTO_TEST_CASE(rates) {
  for (const std::string& name : analytic)
    for (const int n : {1, 2}) {
      Net net = random_net(name, n, 2, 21);
      net.sigma_w = 0.5, net.sigma_u = 0.25, net.sigma_v = 0.75, net.T = 1.25;
      const Trajectory t = integrate(net, 8, 16);
      const std::string witness = flow_witness(folder, net, t);
      Recomputed bound{net, t};
      bound.run();
      // L33
      const Real root = std::sqrt(static_cast<Real>(n)), T = net.T, l1 = bound.l1, l2 = bound.l2;
      const Reals h0 = bound.at(t.state, 0, std::numbers::pi_v<Real>);
      Reals start(index(n));
      for (int a = 0; a < n; ++a)
        for (int b = 0; b < n; ++b)
          start[index(a)] += net.sigma_w / root * net.W[index(a * n + b)] * phi_value(name, h0[index(b)]);
      Real v_most = 0;
      for (const double entry : net.v) v_most = std::max<Real>(v_most, std::abs(entry));
      const Real beta = net.sigma_w * l1 * bound.norm_w / root, bt = beta * T, growth = std::exp(bt),
                 F0 = norm(start);
      const Real P0 = root * std::abs(phi_value(name, 0)) + l1 * norm(h0),
                 V = net.sigma_v * l1 * norm(reals(net.v)) / root;
      const Real Q =
          bt * growth * F0 * net.sigma_v * l2 * v_most / root +
          T * (net.sigma_w / root * l2 * bound.largest_product * F0 * growth * (1 + bt) + beta * beta * V);
      const Real Cv = T / 2 * net.sigma_v * l1 / root * bt * growth * F0,
                 CU = T / 2 * net.sigma_u / std::sqrt(2.0L) * norm(reals(net.x)) * growth * Q,
                 CW =
                     T / 2 * net.sigma_w / root * T * growth * (P0 * (Q + beta * V) + V * l1 * F0 * (1 + bt));
      const auto constant = static_cast<double>(std::sqrt(Cv * Cv + CU * CU + CW * CW));

      std::vector<Depth> depths;
      for (const int depth : {1, 2, 3, 10, 100}) {
        const auto e = static_cast<double>(depth * distance(discrete_gradient(net, depth), t.gradient));
        BOOST_TEST(e <= constant, name);
        depths.push_back({depth, e * (1 - 1e-6), e * (1 + 1e-6)});
      }
      const double margin = n == 1 ? 1e-7 : 2e-3;
      const Outcome outcome = check_bytes(
          folder, certificate("lemma", "rate/1", rate(net, constant * (1 + margin), depths), witness));
      BOOST_TEST(outcome.exit == Exit::verified, name << n << ": " << outcome.reason << constant);
      BOOST_TEST(verdict("rate/1", rate(net, constant * (1 - 1e-7), depths), witness) == Exit::not_verified,
                 name);
      for (std::size_t i = 0; i < depths.size(); ++i)
        for (const bool upper : {false, true}) {
          std::vector<Depth> wrong = depths;
          (upper ? wrong[i].hi : wrong[i].lo) =
              (depths[i].lo + depths[i].hi) / 2 * (upper ? 1 - 1e-8 : 1 + 1e-8);
          BOOST_TEST(verdict("rate/1", rate(net, 2 * constant, wrong), witness) == Exit::not_verified,
                     name << " " << depths[i].depth);
        }
    }
  const Net net = one_neuron("softplus", 0.5, 0.25);
  const Trajectory t = integrate(net, 2, 12);
  const std::string witness = flow_witness(folder, net, t);
  const std::string good = rate(net, 10, {{1, 0, 1}, {2, 0, 1}});
  BOOST_TEST(verdict("rate/1", good, witness) == Exit::verified);
  BOOST_TEST(verdict("rate/1", good, witness, "proved", "gradient-rate.softplus") == Exit::verified);
  BOOST_TEST(verdict("rate/1", good, witness, "refuted", "gradient-rate.softplus") == Exit::not_verified);
  BOOST_TEST(verdict("rate/1", good, witness, "proved", "gradient-rate.relu") == Exit::not_verified);
  BOOST_TEST(verdict("rate/1", rate(net, 10, {}), witness) == Exit::malformed);
  BOOST_TEST(verdict("rate/1", rate(net, 10, {{2, 0, 1}, {1, 0, 1}}), witness) == Exit::malformed);
  BOOST_TEST(verdict("rate/1", rate(net, 10, {{1, 0, 1}, {1, 0, 1}}), witness) == Exit::malformed);
  BOOST_TEST(verdict("rate/1", rate(net, 10, {{0, 0, 1}}), witness) == Exit::malformed);
  BOOST_TEST(verdict("rate/1", rate(net, 10, {{1, 1, 0}}), witness) == Exit::not_verified);
  BOOST_TEST(verdict("rate/1", rate(net, -1, {{1, 0, 1}}), witness) == Exit::not_verified);
  BOOST_TEST(verdict("rate/1", with(good, R"("lo":"0")", R"("low":"0")"), witness) == Exit::malformed);
}

// The errors of the three blocks widen the interval, each as much as it must.
BOOST_AUTO_TEST_CASE(rate_of_a_rough_flow) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    Net net = random_net("tanh", 2, 2, seed);
    net.sigma_u = seed == 2 ? 4 : 0.5, net.sigma_v = seed == 3 ? 4 : 0.5;
    Trajectory t = integrate(net, 4, 12);
    t.state[t.state.size() - 14] += std::int64_t{1} << 38;  // 2^-14
    const proofs_check::Flow flow = prove(net, t);
    const auto middle = [](const proofs_check::Vector& x) {
      Reals y;
      for (const proofs_check::Interval& entry : x) y.push_back(mpfr_get_ld(entry.lo(), MPFR_RNDN));
      return y;
    };
    const auto discrete = discrete_gradient(net, 5);
    const Reals adjoint = middle(flow.start_adjoint);
    Reals U;
    for (const Real lambda : adjoint)
      for (const double x : net.x) U.push_back(net.sigma_u / std::sqrt(2.0L) * lambda * x);
    const Real gaps[] = {norm(minus(discrete.v, middle(flow.dv))), norm(minus(discrete.U, U)),
                         norm(minus(discrete.W, middle(flow.dW.entries)))};
    const double errors[] = {high(flow.dv_error), high(flow.dU_error), high(flow.dW_error)};
    Real low_square = 0, high_square = 0;
    for (int i = 0; i < 3; ++i) {
      low_square += std::pow(std::max(0.0L, gaps[i] - errors[i]), 2);
      high_square += std::pow(gaps[i] + errors[i], 2);
    }
    const auto lo = static_cast<double>(5 * std::sqrt(low_square)),
               hi = static_cast<double>(5 * std::sqrt(high_square));
    const std::string witness = flow_witness(folder, net, t);
    const double part = (hi - lo) * 1e-3;
    const auto claim = [&](double from, double to) {
      return verdict("rate/1", rate(net, 1e5, {{5, from, to}}), witness);
    };
    BOOST_TEST(claim(lo - 1e-10, hi + 1e-10) == Exit::verified);
    BOOST_TEST(claim(lo + part, hi + 1e-10) == Exit::not_verified);
    BOOST_TEST(claim(lo - 1e-10, hi - part) == Exit::not_verified);
  }
}

// A wider net, as the registered claims have it: the intervals stay narrow over many steps.
BOOST_AUTO_TEST_CASE(rate_of_a_wider_net) {
  const Net net = random_net("softplus", 16, 4, 7);
  const Trajectory t = integrate(net, 8, 16);
  std::vector<Depth> depths;
  for (const int depth : {1, 10, 100, 500}) {
    const auto e = static_cast<double>(depth * distance(discrete_gradient(net, depth), t.gradient));
    depths.push_back({depth, e - 1e-7, e + 1e-7});
  }
  BOOST_TEST(verdict("rate/1", rate(net, 1e4, depths), flow_witness(folder, net, t, 64)) == Exit::verified);
}

BOOST_AUTO_TEST_SUITE_END()
