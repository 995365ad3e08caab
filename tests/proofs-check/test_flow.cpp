// ode/1. The bounds of L27-L30 are recomputed in long double arithmetic (recomputed.hpp), and whatever the
// checker proves is compared with a fine integration and with closed forms.
#include <cmath>

#include "flow_testing.hpp"
#include "recomputed.hpp"

using namespace checker_test;

BOOST_FIXTURE_TEST_SUITE(flows, FlowFixture)

// Every error bound is the one of the lemmas: rough trajectories, where each term counts.
BOOST_AUTO_TEST_CASE(formulas) {
  const auto close = [](const proofs_check::Interval& found, Real expected, const std::string& what) {
    BOOST_TEST(high(found) == static_cast<double>(expected), boost::test_tools::tolerance(2e-3) << what);
    BOOST_TEST(high(found) >= static_cast<double>(expected) * (1 - 1e-6), what);
  };
  int cases = 0;
  for (const std::string& name : analytic)
    for (const int n : {1, 2})
      for (const int variant : {0, 1, 2, 3, 4, 5}) {
        Net net = random_net(name, n, 2, static_cast<unsigned>(10 + variant));
        net.T = 0.75, net.sigma_u = 0.5, net.sigma_v = 1.5, net.sigma_w = 0.5;
        // 0: interpolation dominates; others: a defect, a jump of the state or the adjoint, or a wrong start.
        Trajectory t = integrate(net, 2, variant == 0 ? 3 : 12);
        const std::size_t second = index(n * (t.degree + 2));
        const auto kick = [](std::int64_t& c) { c += std::int64_t{1} << 42; };  // 2^-10
        if (variant == 1) kick(t.state[second + 3]);
        if (variant == 2) kick(t.state[second]);
        if (variant == 3) kick(t.adjoint[4]);
        if (variant == 4) kick(t.adjoint[0]);
        if (variant == 5) kick(t.state[0]), kick(t.adjoint[second + 1]);
        Recomputed expected{net, t};
        expected.run();
        const proofs_check::Flow flow = prove(net, t);
        const std::string what = name + " " + std::to_string(n) + " " + std::to_string(variant);
        if (expected.end_error > 1e-9L) close(flow.end_error, expected.end_error, what + " state");
        close(flow.start_error, expected.start_error, what + " adjoint");
        close(flow.dW_error, expected.dW_error, what + " W");
        close(flow.largest_product, expected.largest_product, what + " W^T lambda");
        const Real v_scale = net.sigma_v / std::sqrt(static_cast<Real>(n)),
                   u_scale = net.sigma_u / std::sqrt(2.0L);
        if (expected.end_error > 1e-9L)
          close(flow.dv_error, v_scale * expected.l1 * expected.end_error, what + " v");
        close(flow.dU_error, u_scale * norm(reals(net.x)) * expected.start_error, what + " U");
        ++cases;

        // and the bounds are true
        const Trajectory truth = integrate(net, 8, 16);
        const auto distance_from = [](const proofs_check::Vector& center, const Reals& x) {
          Reals difference;
          for (std::size_t i = 0; i < x.size(); ++i)
            difference.push_back(mpfr_get_ld(center[i].lo(), MPFR_RNDN) - x[i]);
          return static_cast<double>(norm(difference));
        };
        BOOST_TEST(distance_from(flow.end_state, truth.end_state) <= high(flow.end_error) + 1e-13, what);
        BOOST_TEST(distance_from(flow.start_adjoint, truth.start_adjoint) <= high(flow.start_error) + 1e-13,
                   what);
        BOOST_TEST(distance_from(flow.dW.entries, truth.gradient.W) <= high(flow.dW_error) + 1e-13, what);
        BOOST_TEST(distance_from(flow.dv, truth.gradient.v) <= high(flow.dv_error) + 1e-13, what);
      }
  BOOST_TEST(cases == 96);
}

// Fine trajectories give narrow enclosures, of the closed forms where there is one.
BOOST_AUTO_TEST_CASE(closed_forms) {
  for (const double w : {1.0, -0.5, 2.0, 0.0})
    for (const double u : {0.75, -0.25}) {
      const Net net = one_neuron("tanh", u, w, 1.5, 0.75);  // sinh h = e^(w T t) sinh u
      const Real stretch = std::exp(static_cast<Real>(w) * 0.75L),
                 h = std::asinh(stretch * std::sinh(static_cast<Real>(u))), t = std::tanh(h);
      const Real lambda = 1.5L * (1 - t * t) * stretch * std::cosh(static_cast<Real>(u)) / std::cosh(h);
      const Trajectory trajectory = integrate(net, 8, 14);
      const std::string witness = flow_witness(folder, net, trajectory);
      BOOST_TEST(verdict("ode/1", ode(net, {h}, tiny, {lambda}, tiny), witness) == Exit::verified);
      BOOST_TEST(verdict("ode/1", ode(net, {h + 3e-10L}, tiny, {lambda}, tiny), witness) ==
                 Exit::not_verified);
      BOOST_TEST(verdict("ode/1", ode(net, {h}, tiny, {lambda - 3e-10L}, tiny), witness) ==
                 Exit::not_verified);
    }
  // softplus, U = 0, W = 1: e^-h = Ei-type integral; its value at 1 by integration to many digits
  const Net softplus = one_neuron("softplus", 0, 1);
  const Trajectory t = integrate(softplus, 4, 14);
  BOOST_TEST(static_cast<double>(t.end_state[0]) == 0.93355, boost::test_tools::tolerance(1e-5));
  BOOST_TEST(verdict("ode/1", ode(softplus, t.end_state, tiny, t.start_adjoint, tiny),
                     flow_witness(folder, softplus, t)) == Exit::verified);
  // W = 0: nothing moves, and the trajectories are exact
  for (const std::string& name : analytic) {
    const Net still = one_neuron(name, 0.5, 0);
    const Trajectory exact = integrate(still, 1, 2);
    const proofs_check::Flow flow = prove(still, exact);
    BOOST_TEST(high(flow.end_error) == 0, name);
    BOOST_TEST(high(flow.start_error) < 1e-15, name);
  }
}

BOOST_AUTO_TEST_CASE(ode_valid) {
  for (const std::string& name : analytic)
    for (const int n : {1, 2, 4}) {
      Net net = random_net(name, n, 3, 77);
      net.sigma_w = 0.5;
      const Trajectory t = integrate(net, 8, 16);
      const Outcome outcome = check_bytes(
          folder, certificate("lemma", "ode/1", ode(net, t.end_state, tiny, t.start_adjoint, tiny),
                              flow_witness(folder, net, t)));
      BOOST_TEST(outcome.exit == Exit::verified, name << " " << n << ": " << outcome.reason);
    }
  const Net net = random_net("softplus", 2, 2, 5);
  const Trajectory t = integrate(net, 8, 14);
  const std::string good = ode(net, t.end_state, tiny, t.start_adjoint, tiny),
                    witness = flow_witness(folder, net, t);
  BOOST_TEST(verdict("ode/1", good, witness, "proved", "flow-enclosure.softplus") == Exit::verified);
  BOOST_TEST(verdict("ode/1", good, witness, "proved", "flow-enclosure.tanh") == Exit::not_verified);
  BOOST_TEST(verdict("ode/1", good, witness, "refuted", "flow-enclosure.softplus") == Exit::not_verified);
  // a model in side files
  std::vector<std::int64_t> entries;
  for (const double w : net.W) entries.push_back(std::llround(std::ldexp(w, 10)));
  const std::string file =
      R"("W":{"entries":)" + folder.add_i8("w.npy", entries, {2, 2}) + R"(,"scale":"-10"})";
  const std::size_t from = good.find("\"W\":"), to = good.find(",\"sigma_u\"");
  const std::string in_file = good.substr(0, from) + file + good.substr(to);
  BOOST_TEST(verdict("ode/1", in_file, witness) == Exit::verified);
  BOOST_TEST(verdict("ode/1", with(in_file, R"("scale":"-10")", R"("scale":"-9")"), witness) ==
             Exit::not_verified);
}

// A radius below the true distance is refused, however the trajectory may look at its nodes.
BOOST_AUTO_TEST_CASE(ode_soundness) {
  for (const std::string name : {"softplus", "tanh", "gelu", "sin"})
    for (const int n : {1, 2}) {
      const Net net = random_net(name, n, 2, 31);
      const Trajectory truth = integrate(net, 8, 16);
      for (int variant = 0; variant < 6; ++variant) {
        Trajectory t =
            integrate(net, variant == 0 || variant == 1 || variant == 4 ? 1 : 4, variant == 0 ? 2 : 12);
        const std::size_t piece = index(n * (t.degree + 2));
        const std::int64_t kick = std::int64_t{1} << 32;   // 2^-20
        if (variant == 1) t.state[0] += kick;              // a wrong start
        if (variant == 2) t.state[3 * piece] += kick;      // a jump
        if (variant == 3) t.state[3 * piece + 1] += kick;  // a wrong slope
        if (variant == 4) t.adjoint[0] += kick;            // a wrong end
        if (variant == 5) t.adjoint[0] += kick;            // a jump
        const std::string witness = flow_witness(folder, net, t);
        // the ends of the trajectory itself
        Reals state, adjoint;
        for (int i = 0; i < n; ++i) {
          state.push_back(0), adjoint.push_back(0);
          for (int k = 0; k < t.degree + 2; ++k) {
            const std::size_t row_at = index(i * (t.degree + 2) + k);
            state.back() += std::ldexp(static_cast<Real>(t.state[t.state.size() - piece + row_at]), -52);
            adjoint.back() += (k % 2 == 0 ? 1 : -1) * std::ldexp(static_cast<Real>(t.adjoint[row_at]), -52);
          }
        }
        const auto state_gap = static_cast<double>(norm(minus(state, truth.end_state))),
                   adjoint_gap = static_cast<double>(norm(minus(adjoint, truth.start_adjoint)));
        if (state_gap > 1e-9)
          BOOST_TEST(verdict("ode/1", ode(net, state, dyadic(0.999 * state_gap), adjoint, "1"), witness) ==
                         Exit::not_verified,
                     name << n << variant);
        if (adjoint_gap > 1e-9)
          BOOST_TEST(verdict("ode/1", ode(net, state, "1", adjoint, dyadic(0.999 * adjoint_gap)), witness) ==
                         Exit::not_verified,
                     name << n << variant);
        BOOST_TEST((variant == 0 || state_gap > 1e-9 || adjoint_gap > 1e-9));
      }
    }
}

BOOST_AUTO_TEST_CASE(ode_invalid) {
  const Net net = random_net("softplus", 2, 2, 5);
  const Trajectory t = integrate(net, 4, 12);
  const std::string good = ode(net, t.end_state, tiny, t.start_adjoint, tiny),
                    witness = flow_witness(folder, net, t);
  BOOST_REQUIRE(verdict("ode/1", good, witness) == Exit::verified);
  const auto state = [&](const std::string& from, const std::string& to) {
    return verdict("ode/1", with(good, from, to), witness);
  };
  const auto flow = [&](const std::string& from, const std::string& to) {
    return verdict("ode/1", good, with(witness, from, to));
  };
  // every coefficient counts
  for (std::size_t i = 0; i < t.state.size(); i += 5)
    for (const bool adjoint : {false, true}) {
      Trajectory other = t;
      (adjoint ? other.adjoint : other.state)[i] += std::int64_t{1} << 26;  // 1.5e-8
      BOOST_TEST(verdict("ode/1", good, flow_witness(folder, net, other, 96, "other")) == Exit::not_verified);
    }
  BOOST_TEST(state(R"("activation":"softplus")", R"("activation":"silu")") == Exit::not_verified);
  for (const std::string name : {"relu", "elu", "identity", "polynomial:0,1"})
    BOOST_TEST(state(R"("softplus")", "\"" + name + "\"") == Exit::not_verified, name);
  BOOST_TEST(state(R"("sigma_w":"1")", R"("sigma_w":"1025*2^-10")") == Exit::not_verified);
  BOOST_TEST(state(R"("T":"1")", R"("T":"1025*2^-10")") == Exit::not_verified);
  BOOST_TEST(state(R"("state_radius":")" + tiny, R"("state_radius":"1*2^-60)") == Exit::not_verified);
  BOOST_TEST(state(R"("adjoint_radius":")" + tiny, R"("adjoint_radius":"1*2^-60)") == Exit::not_verified);
  for (const std::string radius : {"0", "-1"})
    BOOST_TEST(state(R"("state_radius":")" + tiny, R"("state_radius":")" + radius) == Exit::malformed);
  for (const std::string bad : {"0", "-1"}) {
    BOOST_TEST(state(R"("T":"1")", R"("T":")" + bad + "\"") == Exit::malformed);
    BOOST_TEST(state(R"("sigma_v":"1")", R"("sigma_v":")" + bad + "\"") == Exit::malformed);
  }
  BOOST_TEST(state(R"("sigma_u":"1",)", "") == Exit::malformed);
  BOOST_TEST(state(R"("state":[[)", R"("state":[["0",)") == Exit::malformed);
  BOOST_TEST(state(R"("v":[[)", R"("v":[["0",)") == Exit::malformed);
  BOOST_TEST(state(R"("x":[[)", R"("x":[["0",)") == Exit::malformed);
  BOOST_TEST(state(R"("W":[[)", R"("W":[["1","1"],[)") == Exit::malformed);
  // breakpoints: 0, 1/4, 1/2, 3/4, 1
  for (const std::string times :
       {R"(["0","1*2^-2","1*2^-2","3*2^-2","1"])", R"(["0","1*2^-1","1*2^-2","3*2^-2","1"])",
        R"(["0","1/3","1*2^-1","3*2^-2","1"])", R"(["0","1*2^-2","1*2^-1","3*2^-2","2"])",
        R"(["1*2^-3","1*2^-2","1*2^-1","3*2^-2","1"])", R"(["0","1*2^-2","1*2^-1","1"])", R"(["0"])", "[]"})
    BOOST_TEST(flow(R"(["0","1*2^-2","1*2^-1","3*2^-2","1"])", times) == Exit::malformed, times);
  BOOST_TEST(flow(R"(["0","1*2^-2","1*2^-1","3*2^-2","1"])", R"(["0","1*2^-3","1*2^-1","3*2^-2","1"])") ==
             Exit::not_verified);
  BOOST_TEST(flow(R"("degree":12)", R"("degree":11)") == Exit::malformed);
  BOOST_TEST(flow(R"("degree":12)", R"("degree":1)") == Exit::malformed);
  BOOST_TEST(flow(R"("degree":12)", R"("degree":201)") == Exit::over_limit);
  BOOST_TEST(flow(R"("precision":96)", R"("precision":1)") == Exit::malformed);
  BOOST_TEST(flow(R"("precision":96)", R"("precision":20)") == Exit::not_verified);
  BOOST_TEST(flow(R"("precision":96)", R"("precision":70000)") == Exit::over_limit);
  BOOST_TEST(flow(R"("scale":"-52")", R"("scale":"-51")") == Exit::not_verified);
  BOOST_TEST(flow(R"("scale":"-52")", R"("scale":"1000000")") == Exit::not_verified);
  BOOST_TEST(flow(R"("scale":"-52")", R"("scale":"1000001")") == Exit::over_limit);
  BOOST_TEST(flow(R"("scale":"-52")", R"("scale":"1*2^-1")") == Exit::malformed);
  BOOST_TEST(flow(R"({"adjoint")", R"({"a":1,"adjoint")") == Exit::malformed);
  const auto reshaped = [&](const std::vector<int>& shape) {
    const std::string file = folder.add_i8("reshaped.npy", t.state, shape);
    const std::size_t from = witness.find(R"("state":{"entries":)") + 19, to = witness.find("}", from) + 1;
    return verdict("ode/1", good, witness.substr(0, from) + file + witness.substr(to));
  };
  BOOST_TEST(reshaped({4, 2, 14}) == Exit::verified);
  BOOST_TEST(reshaped({2, 4, 14}) == Exit::malformed);
  BOOST_TEST(reshaped({8, 14}) == Exit::malformed);
  BOOST_TEST(reshaped({112}) == Exit::malformed);
  // one piece for a long time: no ellipse, or no precision
  Net fast = random_net("tanh", 2, 2, 5);
  fast.T = 30;
  const Trajectory coarse = integrate(fast, 1, 4);
  BOOST_TEST(verdict("ode/1", ode(fast, {0, 0}, "1000", {0, 0}, "1000"),
                     flow_witness(folder, fast, coarse)) == Exit::not_verified);
}

BOOST_AUTO_TEST_CASE(hostile) {
  const Net net = one_neuron("softplus", 0, 1);
  const Trajectory t = integrate(net, 1, 12);
  const std::string good = ode(net, t.end_state, "1", t.start_adjoint, "1"),
                    witness = flow_witness(folder, net, t);
  BOOST_REQUIRE(verdict("ode/1", good, witness) == Exit::verified);
  const auto file = [](const std::string& shape) {
    return R"({"entries":{"dtype":"i8","name":"none.npy","sha256":")" + std::string(64, '0') +
           R"(","shape":)" + shape + R"(},"scale":"0"})";
  };
  BOOST_TEST(verdict("ode/1", with(good, R"("W":[["1"]])", R"("W":)" + file("[1000000,1000000]")), witness) ==
             Exit::over_limit);
  BOOST_TEST(verdict("ode/1", with(good, R"("W":[["1"]])", R"("W":)" + file("[1,1]")), witness) ==
             Exit::usage);
  BOOST_TEST(verdict("ode/1", with(good, R"("W":[["1"]])", R"("W":)" + file("[1,1,1,1]")), witness) ==
             Exit::malformed);
  BOOST_TEST(verdict("rate/1", rate(net, 10, {{100001, 0, 1}}), witness) == Exit::over_limit);
  BOOST_TEST(verdict("rate/1", rate(net, 10, {{100000, 0, 1}}),
                     with(witness, R"("precision":96)", R"("precision":65536)")) == Exit::over_limit);
  const std::string wide = folder.add_i8("wide.npy", std::vector<std::int64_t>(700 * 700, 1), {700, 700});
  const std::string U = folder.add_i8("u.npy", std::vector<std::int64_t>(700, 1), {700, 1}),
                    v = folder.add_i8("v.npy", std::vector<std::int64_t>(700, 1), {1, 700});
  std::string model = good;
  for (const auto& [from, to] :
       {std::pair{R"("U":[["0"]])", "\"U\":{\"entries\":" + U + R"(,"scale":"0"})"},
        std::pair{R"("W":[["1"]])", "\"W\":{\"entries\":" + wide + R"(,"scale":"0"})"},
        std::pair{R"("v":[["1"]])", "\"v\":{\"entries\":" + v + R"(,"scale":"0"})"}})
    model = with(model, from, to);
  const std::string long_file = folder.add_i8("long.npy", std::vector<std::int64_t>(700 * 14), {1, 700, 14});
  std::string large =
      R"({"adjoint":{"entries":)" + long_file +
      R"(,"scale":"0"},"breakpoints":["0","1"],"degree":12,"precision":20000,"state":{"entries":)" +
      long_file + R"(,"scale":"0"}})";
  BOOST_TEST(verdict("ode/1", model, large) == Exit::over_limit);
}

BOOST_AUTO_TEST_SUITE_END()
