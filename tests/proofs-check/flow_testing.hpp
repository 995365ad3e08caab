#pragma once
/// \file What the tests of the flow's certificate kinds share: statements and witnesses of nets, verdicts on
/// them.

#include <boost/test/unit_test.hpp>

#include "flow.hpp"
#include "kinds.hpp"
#include "trajectory.hpp"

namespace checker_test {

inline const std::vector<std::string> analytic{"softplus", "tanh", "sigmoid", "gelu",
                                               "silu",     "erf",  "sin",     "gaussian"};

inline double high(const proofs_check::Interval& x) {
  return mpfr_get_d(x.hi(), MPFR_RNDD);
}

struct FlowFixture {
  Folder folder;
  proofs_check::Checker checker{folder.path()};

  proofs_check::Flow prove(const Net& net, const Trajectory& t, int precision = 128) {
    proofs_check::Budget budget;
    proofs_check::Report report;
    const auto phi = proofs_check::parse_activation(net.activation, budget);
    return proofs_check::prove_flow(phi, proofs_check::parse_json(net.json()),
                                    proofs_check::parse_json(flow_witness(folder, net, t, precision)),
                                    {checker, budget, report});
  }
  Exit verdict(const std::string& kind, const std::string& statement, const std::string& witness,
               const std::string& v = "proved", const std::string& id = "lemma") const {
    return check_bytes(folder, certificate(id, kind, statement, witness, v)).exit;
  }
  /// A kind's check, also of a refutation that is not in the registry.
  Exit direct(proofs_check::KindCheck kind, const std::string& statement, const std::string& witness,
              const std::string& v) {
    proofs_check::Budget budget;
    proofs_check::Report report;
    report.verdict = v;
    try {
      kind(proofs_check::parse_json(statement), proofs_check::parse_json(witness), {checker, budget, report});
      return Exit::verified;
    } catch (const proofs_check::Failure& failure) {
      return failure.exit;
    }
  }

  static std::string ode(const Net& net, const Reals& state, const std::string& state_radius,
                         const Reals& adjoint, const std::string& adjoint_radius) {
    return R"({"activation":")" + net.activation + R"(","adjoint":)" + row(adjoint) +
           R"(,"adjoint_radius":")" + adjoint_radius + R"(","model":)" + net.json() + R"(,"state":)" +
           row(state) + R"(,"state_radius":")" + state_radius + "\"}";
  }
  static std::string bounds(const Net& net, const std::string& names) {
    return R"({"activation":")" + net.activation + R"(","bounds":[)" + names + R"(],"model":)" + net.json() +
           "}";
  }
  static std::string bounds(const Net& net, const Net& reference, const std::string& names) {
    return R"({"activation":")" + net.activation + R"(","bounds":[)" + names + R"(],"model":)" + net.json() +
           R"(,"reference":)" + reference.json() + "}";
  }
  struct Depth {
    int depth;
    double lo, hi;
  };
  static std::string rate(const Net& net, double constant, const std::vector<Depth>& depths) {
    std::string list;
    for (const auto& [depth, lo, hi] : depths)
      list += (list.empty() ? "" : ",") + (R"({"L":)" + std::to_string(depth) + R"(,"hi":")" +
                                           dyadic(hi, 45) + R"(","lo":")" + dyadic(lo, 45) + "\"}");
    return R"({"activation":")" + net.activation + R"(","constant":")" + dyadic(constant, 30) +
           R"(","depths":[)" + list + R"(],"model":)" + net.json() + "}";
  }
};

/// `text` with the first `from` in it replaced.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from + " does not occur in " + text);
  return text.replace(at, from.size(), to);
}
inline const std::string tiny = "1*2^-33";  // 1.2e-10

}  // namespace checker_test
