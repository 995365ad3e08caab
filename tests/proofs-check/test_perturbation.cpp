// perturbation/1: the bounds of L32 and those of the slides, as an independent evaluation decides them.
#include <cmath>
#include <numbers>
#include <tuple>

#include "flow_testing.hpp"
#include "recomputed.hpp"

using namespace checker_test;

BOOST_FIXTURE_TEST_SUITE(flows, FlowFixture)

BOOST_AUTO_TEST_CASE(perturbations) {
  const auto witness = [&](const Net& a, const Net& b, int degree = 14) {
    return R"({"model":)" + flow_witness(folder, a, integrate(a, 4, degree), 96, "a") + R"(,"reference":)" +
           flow_witness(folder, b, integrate(b, 4, degree), 96, "b") + "}";
  };
  const auto claim = [&](const std::string& id, const Net& a, const Net& b, const std::string& names,
                         const std::string& v) {
    return verdict("perturbation/1", bounds(a, b, names), witness(a, b), v, id);
  };
  BOOST_TEST(claim("lemma-18-state-as-stated", one_neuron("softplus", 1, 0), one_neuron("softplus", 0, 0),
                   R"("slide-6")", "refuted") == Exit::verified);
  BOOST_TEST(claim("lemma-18-adjoint-as-stated", one_neuron("sin", 0, 0), one_neuron("sin", 0, 0, 0),
                   R"("slide-7")", "refuted") == Exit::verified);
  BOOST_TEST(claim("lemma-18-state-as-stated", one_neuron("softplus", 1, 0), one_neuron("softplus", 0, 1),
                   R"("slide-6")", "refuted") == Exit::not_verified);
  int held = 0, failed = 0;
  for (const std::string& name : analytic)
    for (const unsigned seed : {1U, 2U, 3U}) {
      const int n = seed == 1 ? 1 : 2;
      Net a = random_net(name, n, 2, seed), b = random_net(name, n, 2, seed + 50);
      b.x = a.x;
      if (seed == 3) {  // a small change of one block
        b = a;
        for (double& w : b.W) w += 0x1p-8;
        b.v[0] += 0x1p-9;
      }
      const std::string both = witness(a, b);
      const Trajectory s = integrate(a, 4, 14), t = integrate(b, 4, 14);
      const auto [l1, l2] = constants(name);
      const Real root = std::sqrt(static_cast<Real>(n)), x = norm(reals(a.x));
      const Real w = spectral(reals(a.W), n, n), w2 = spectral(reals(b.W), n, n), beta = l1 * w / root,
                 beta2 = l1 * w2 / root, m = std::max(beta, beta2);
      const Reals dU = minus(reals(a.U), reals(b.U)), dW = minus(reals(a.W), reals(b.W)),
                  dv = minus(reals(a.v), reals(b.v));
      Real v_most = 0;
      for (const double entry : b.v) v_most = std::max<Real>(v_most, std::abs(entry));
      Recomputed start{b, t};
      const Real P0 =
          root * std::abs(phi_value(name, 0)) + l1 * norm(start.at(t.state, 0, std::numbers::pi_v<Real>));
      const Real V = l1 * norm(reals(b.v)) / root, size_dW = spectral(dW, n, n);
      const Real dh =
          std::exp(beta) / std::sqrt(2.0L) * spectral(dU, n, 2) * x + size_dW / root * P0 * std::exp(m);
      const Real dl = std::exp(beta) / root * (l1 * norm(dv) + l2 * v_most * dh) +
                      (l1 * size_dW + l2 * w2 * dh) / root * V * std::exp(m);
      const Real theta = std::sqrt(norm(dU) * norm(dU) + norm(dW) * norm(dW) + norm(dv) * norm(dv)),
                 slide = std::exp((w + w2) / root);
      const Real state = norm(minus(s.end_state, t.end_state)),
                 adjoint = norm(minus(s.start_adjoint, t.start_adjoint));
      for (const auto& [bound, left, right] : std::vector<std::tuple<std::string, Real, Real>>{
               {"state", state, dh},
               {"adjoint", adjoint, dl},
               {"slide-6", state, theta * spectral(reals(a.U), n, 2) * w * slide * x},
               {"slide-7", adjoint, theta * norm(reals(a.v)) * w / root * slide}}) {
        const std::string statement = bounds(a, b, "\"" + bound + "\""),
                          what = name + std::to_string(seed) + bound;
        if (std::abs(left / right - 1) < 2e-3L) continue;
        BOOST_TEST((direct(proofs_check::check_perturbation, statement, both, "proved") == Exit::verified) ==
                       (left < right),
                   what);
        BOOST_TEST((direct(proofs_check::check_perturbation, statement, both, "refuted") == Exit::verified) ==
                       (left > right),
                   what);
        ++(left < right ? held : failed);
      }
      if (seed == 3 && name != "sin" && name != "gaussian")
        BOOST_TEST(verdict("perturbation/1", bounds(a, b, R"("adjoint","state")"), both, "proved",
                           "perturbation-bounds." + name) == Exit::verified,
                   name);
    }
  BOOST_TEST(held > 60);

  const Net a = one_neuron("softplus", 1, 0), b = one_neuron("softplus", 0, 0);
  const std::string good = bounds(a, b, R"("state")");
  BOOST_TEST(verdict("perturbation/1", bounds(a, a, R"("state")"), witness(a, a)) ==
             Exit::verified);  // exactly 0
  const Net moving = one_neuron("softplus", 1, 1);
  BOOST_TEST(verdict("perturbation/1", bounds(moving, moving, R"("state")"), witness(moving, moving)) ==
             Exit::not_verified);  // 0 <= 0, but the states are known up to an error
  const std::string both = witness(a, b);
  Net other = b;
  other.T = 2;
  BOOST_TEST(verdict("perturbation/1", bounds(a, other, R"("state")"), both) == Exit::malformed);
  other = b, other.x = {2};
  BOOST_TEST(verdict("perturbation/1", bounds(a, other, R"("state")"), both) == Exit::malformed);
  other = b, other.sigma_v = 2;
  BOOST_TEST(verdict("perturbation/1", bounds(a, other, R"("state")"), both) == Exit::malformed);
  BOOST_TEST(verdict("perturbation/1", bounds(a, random_net("softplus", 2, 1, 3), R"("state")"), both) ==
             Exit::malformed);
  for (const std::string names : {"", R"("state","adjoint")", R"("dv")", R"("slide-5")"})
    BOOST_TEST(verdict("perturbation/1", bounds(a, b, names), both) == Exit::malformed, names);
  BOOST_TEST(verdict("perturbation/1", good, flow_witness(folder, a, integrate(a, 1, 4))) == Exit::malformed);
  BOOST_TEST(verdict("perturbation/1", good, both) == Exit::verified);  // 1 <= 1, and nothing is rounded
}

BOOST_AUTO_TEST_SUITE_END()
