// limit-value/1, limit-depth/1 and correlation/1. The truth comes from Picard iteration with the Mehler
// series in long double arithmetic; the bounds of L45-L50 are recomputed in that arithmetic for coarse grids,
// where each term counts.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <numbers>

#include "limit_grid.hpp"
#include "recomputed_limit.hpp"

namespace {
using namespace checker_test;

const std::vector<std::string> smooth{"softplus", "tanh", "sigmoid", "gelu",    "silu",
                                      "erf",      "sin",  "cos",     "gaussian"};

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  BOOST_REQUIRE_MESSAGE(place != std::string::npos, from + " does not occur in " + text.substr(0, 400));
  return text.replace(place, from.size(), to);
}

/// A quantity's name, the truth or its radius.
std::map<std::string, Real> named(const LimitPoint& p) {
  return {{"C", p.C}, {"K", p.K}, {"K_U", p.K_U}, {"K_W", p.K_W}, {"Sigma", p.Sigma}, {"q", p.q}};
}

/// One panel of eight nodes at sigma_w T = 3/4, c0 = 5/4.
const LimitCase& coarse(const std::string& activation) {
  static std::map<std::string, LimitCase> cases;
  const auto found = cases.find(activation);
  if (found != cases.end()) return found->second;
  LimitProblem problem{activation, 1.5L, 0.5L, 1.25L, 1, 8};
  return cases.emplace(activation, LimitCase(problem)).first->second;
}
const std::string coarse_modes = modes_witness(60, 120, "3*2^-1", 128);

std::string data(const LimitProblem& problem) {
  return R"({"T":")" + spelled(problem.T) + R"(","activation":")" + problem.activation + R"(","c0":")" +
         spelled(problem.c0) + "\"";
}
std::string statement(const LimitProblem& problem, Real rho, const std::string& claimed) {
  return data(problem) + R"(,"quantities":)" + claimed + R"(,"rho":")" + spelled(rho) + R"(","sigma_w":")" +
         spelled(problem.sigma_w) + "\"}";
}

struct LimitFixture {
  Folder folder;

  Outcome outcome(const std::string& kind, const std::string& statement_text, const std::string& witness,
                  const std::string& id = "lemma", const std::string& v = "proved") const {
    return check_bytes(folder, certificate(id, kind, statement_text, witness, v));
  }
  std::string witness(const LimitCase& c, Real rho, const std::string& modes = coarse_modes) const {
    return grid_witness(c.problem, c.solver, c.solver.fields(rho), modes).write(folder);
  }
  /// All enclosures of the checker.
  static std::map<std::string, std::pair<Real, Real>> enclosures(const Folder& folder,
                                                                 const LimitProblem& problem, Real rho,
                                                                 const std::string& shown) {
    proofs_check::Checker checker(folder.path());
    proofs_check::Budget budget;
    proofs_check::Report report;
    const proofs_check::Context context{checker, budget, report};
    const auto exactly = [](Real x) { return mpq_class(static_cast<double>(x)); };
    const proofs_check::LimitModel model{proofs_check::parse_activation(problem.activation, budget),
                                         exactly(problem.tau()), exactly(problem.c0)};
    const proofs_check::Grid grid = proofs_check::parse_grid(proofs_check::parse_json(shown), 0, context);
    proofs_check::NodeValues values;
    proofs_check::LimitProver prover(model, grid.modes,
                                     proofs_check::path_bounds(model, grid.modes, grid.order, context),
                                     grid.rule(), values, context);
    prover.prove_variances(grid.state_matrix(), prover.expand(proofs_check::diagonal(grid.state_matrix())));
    const auto found = prove_values(prover, exactly(rho), {grid.field(0), grid.field(1), grid.field(2)});
    const auto ends = [](const proofs_check::Interval& x) {
      return std::pair{mpfr_get_ld(x.lo(), MPFR_RNDD), mpfr_get_ld(x.hi(), MPFR_RNDU)};
    };
    return {{"C", ends(found.C)},     {"K", ends(found.K)},         {"K_U", ends(found.K_U)},
            {"K_W", ends(found.K_W)}, {"Sigma", ends(found.Sigma)}, {"q", ends(found.q)}};
  }
  /// The checker's enclosure of one quantity, as it prints it when another value is claimed.
  std::pair<Real, Real> enclosure(const LimitProblem& problem, Real rho, const std::string& name,
                                  const std::string& shown) const {
    std::string claimed = quantities(LimitPoint{}, "1000000");
    claimed = with(claimed, "\"" + name + R"(":{"radius":"1000000","value":"0")",
                   "\"" + name + R"(":{"radius":"0","value":"1000")");
    const Outcome refused = outcome("limit-value/1", statement(problem, rho, claimed), shown);
    BOOST_REQUIRE_MESSAGE(refused.exit == Exit::not_verified, refused.reason);
    const std::size_t from = refused.reason.find('['), comma = refused.reason.find(", ", from);
    BOOST_REQUIRE_MESSAGE(comma != std::string::npos, refused.reason);
    return {std::strtold(refused.reason.c_str() + from + 1, nullptr),
            std::strtold(refused.reason.c_str() + comma + 2, nullptr)};
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(limits, LimitFixture)

// S_j bounds the j-th derivative, by differences of many points, and is not far away.
BOOST_AUTO_TEST_CASE(derivatives) {
  for (const std::string& name : smooth) {
    proofs_check::Budget budget;
    const auto bounds = proofs_check::derivative_bounds(proofs_check::parse_activation(name, budget), 9, 128);
    BOOST_REQUIRE(bounds.size() == 10U);
    for (int j = 1; j <= 6; ++j) {
      // central differences; phi as the difference of exact formulas is good to 1e-16
      const double step = j <= 2 ? 1e-3 : 2e-2;
      double most = 0;
      for (double x = -6; x <= 6; x += 0.01) {
        double difference = 0, binomial = 1;
        for (int k = 0; k <= j; ++k) {
          difference += (k % 2 == 0 ? 1 : -1) * binomial * activation_value(name, x + (j / 2.0 - k) * step);
          binomial *= static_cast<double>(j - k) / (k + 1);
        }
        most = std::max(most, std::abs(difference) / std::pow(step, j));
      }
      const double bound = mpfr_get_d(bounds[static_cast<std::size_t>(j)].hi(), MPFR_RNDU);
      BOOST_TEST(most <= bound * (1 + 1e-2), name << j << " " << most << " " << bound);
      BOOST_TEST(bound <= most * 3, name << j << " " << most << " " << bound);
    }
  }
}

BOOST_AUTO_TEST_CASE(values) {
  for (const std::string& name : smooth)
    for (const Real rho : {1.0L, -0.625L, -1.0L}) {
      const LimitCase& c = coarse(name);
      const bool odd = name == "tanh" || name == "erf" || name == "sin";
      if (rho == -1 && !odd && name != "cos") continue;
      const std::string shown = witness(c, rho), what = name + " " + spelled(rho);
      const LimitPoint point = c.solver.at(rho);
      if (rho == 1) {
        const Outcome good =
            outcome("limit-value/1", statement(c.problem, rho, quantities(point, "1*2^-1")), shown);
        BOOST_TEST(good.exit == Exit::verified, what << ": " << good.reason);
        BOOST_TEST(good.report.lemmas.contains(49));
      }
      const auto found = enclosures(folder, c.problem, rho, shown);
      for (const auto& [field, truth] : named(point)) {
        const auto [lo, hi] = found.at(field);
        BOOST_TEST((lo < truth && truth < hi), what << field);
        // the middle is the collocation's value
        BOOST_TEST(std::abs((lo + hi) / 2 - truth) < 1e-8L,
                   what << field << static_cast<double>((lo + hi) / 2 - truth));
      }
      if (odd && rho == -1) {
        const LimitPoint opposite = c.solver.at(1);
        BOOST_TEST(std::abs(point.K + opposite.K) < 1e-15L);
      }
    }
}

// Closed forms of V: sin e^(-q) sinh c, erf (2/pi) arcsin(2c/(1 + 2q)), gaussian ((1+q)^2 - c^2)^(-1/2)
// (mehler.cpp); and the values of theory 0.5, which are good to about 1e-4.
BOOST_AUTO_TEST_CASE(truths) {
  for (const Real rho : {1.0L, 0.5L, -0.625L}) {
    const LimitPoint s = coarse("sin").solver.at(rho), e = coarse("erf").solver.at(rho),
                     g = coarse("gaussian").solver.at(rho);
    BOOST_TEST(std::abs(s.Sigma - std::exp(-s.q) * std::sinh(s.C)) < 1e-15L);
    BOOST_TEST(std::abs(e.Sigma - std::asin(2 * e.C / (1 + 2 * e.q)) * 2 / std::numbers::pi_v<Real>) < 1e-6L);
    BOOST_TEST(std::abs(g.Sigma - 1 / std::sqrt((1 + g.q) * (1 + g.q) - g.C * g.C)) < 1e-6L);
    // K^U = rho d Sigma*/d rho, K^W = tau d Sigma*/d tau / 2 at frozen q: here the first, by differences
    const Real h = 1e-5L, slope = (coarse("sin").solver.at(rho * (1 + h)).Sigma -
                                   coarse("sin").solver.at(rho * (1 - h)).Sigma) /
                                  (2 * h);
    BOOST_TEST(std::abs(s.K_U - slope) < 1e-8L);
  }
  for (const auto& [name, diagonal, sixty] :
       {std::tuple{"softplus", 2.18410L, 1.67565L}, std::tuple{"tanh", 1.2403L, 0.4902L},
        std::tuple{"erf", 1.57132L, 0.57210L}}) {
    const LimitSolver solver({name, 1, 1, 1, 1, 10, false, 90});
    BOOST_TEST(std::abs(solver.at(1).K - diagonal) < 2e-4L, name);
    BOOST_TEST(std::abs(solver.at(0.5L).K - sixty) < 2e-4L, name);
  }
}

// Every radius is the one of L45-L49, up to the 2^-7 that the checker adds and the steps of its variance
// bound.
BOOST_AUTO_TEST_CASE(formulas) {
  for (const std::string name : {"softplus", "tanh", "silu", "gaussian", "gelu"})
    for (const int order : {3, 6})
      for (const Real rho : {1.0L, -0.5L}) {
        if ((order == 6) != (name == "softplus" || name == "tanh")) continue;
        const LimitCase c({name, 1.5L, 0.375L, 0.75L, 1, order, false, 80});
        RecomputedLimit expected{c};
        const LimitPoint radii = expected.radii(rho);
        const std::string shown = witness(c, rho, modes_witness(90, 140, "3*2^-1", 160));
        const auto found = enclosures(folder, c.problem, rho, shown);
        for (const auto& [field, radius] : named(radii)) {
          const auto [lo, hi] = found.at(field);
          const double ratio = static_cast<double>((hi - lo) / 2 / radius);
          BOOST_TEST(ratio > 0.995, name << order << field << " " << ratio);
          BOOST_TEST(ratio < 1.06, name << order << field << " " << ratio);
        }
      }
}

// Nodal values that are off: wider, and still around the truth.
BOOST_AUTO_TEST_CASE(perturbed) {
  for (const std::string name : {"softplus", "erf", "cos"}) {
    const LimitCase& c = coarse(name);
    const LimitPoint truth = c.solver.at(0.5L);
    const GridWitness exact = grid_witness(c.problem, c.solver, c.solver.fields(0.5L), coarse_modes);
    const auto [lo0, hi0] = enclosures(folder, c.problem, 0.5L, exact.write(folder, "exact")).at("K");
    for (int variant = 1; variant < 8; ++variant) {  // Q_7 cannot be smaller
      GridWitness other = exact;
      const std::int64_t kick = (variant % 2 == 0 ? -1 : 1) * (std::int64_t{1} << (grid_bits - 8));
      const std::size_t pairs = exact.state.size(), pair = 30;  // (7, 2)
      if (variant / 2 == 0) other.state[pair + 5] += kick;      // Q_7
      if (variant / 2 == 1) other.values[pair] += kick;
      if (variant / 2 == 2) other.values[pairs + pair] += kick;
      if (variant / 2 == 3) other.values[2 * pairs + pair] += kick;
      const std::string shown = other.write(folder, "kicked");
      const auto found = enclosures(folder, c.problem, 0.5L, shown);
      for (const auto& [field, value] : named(truth)) {
        const auto [lo, hi] = found.at(field);
        BOOST_TEST((lo < value && value < hi), name << variant << field);
      }
      const auto [lo, hi] = found.at("K");
      BOOST_TEST(hi - lo > (hi0 - lo0), name << variant);
    }
  }
}

BOOST_AUTO_TEST_CASE(few_terms) {
  const LimitCase& c = coarse("softplus");
  const LimitPoint truth = c.solver.at(1);
  Real before = 0;
  for (const int terms : {40, 12, 6, 4}) {
    const std::string shown = witness(c, 1, modes_witness(terms, 120, "3*2^-1", 128));
    const auto [lo, hi] = enclosure(c.problem, 1, "Sigma", shown);
    BOOST_TEST((lo < truth.Sigma && truth.Sigma < hi), terms);
    BOOST_TEST(hi - lo > before, terms);
    before = hi - lo;
  }
}

BOOST_AUTO_TEST_CASE(invalid) {
  const LimitCase& c = coarse("softplus");
  const LimitFields fields = c.solver.fields(0.5L);
  const GridWitness grid = grid_witness(c.problem, c.solver, fields, coarse_modes);
  const std::string shown = grid.write(folder);
  const LimitPoint truth = c.solver.at(0.5L);
  const auto [lo, hi] = enclosure(c.problem, 0.5L, "K", shown);
  const Real radius = (hi - lo) / 2;
  LimitPoint shifted = truth;
  const auto verdict = [&](const std::string& statement_text, const std::string& witness_text) {
    return outcome("limit-value/1", statement_text, witness_text).exit;
  };
  const auto claimed = [&](const LimitPoint& point, Real r) {
    return statement(c.problem, 0.5L, quantities(point, spelled(r)));
  };
  // a radius too small, a value shifted: each quantity on its own
  const std::string good = statement(c.problem, 0.5L, quantities(truth, "1*2^-4"));
  BOOST_REQUIRE(verdict(good, shown) == Exit::verified);
  BOOST_TEST(verdict(claimed(truth, radius * 1.001L), shown) == Exit::verified);
  BOOST_TEST(verdict(claimed(truth, radius * 0.999L), shown) == Exit::not_verified);
  for (Real LimitPoint::*const field : {&LimitPoint::C, &LimitPoint::K, &LimitPoint::K_U, &LimitPoint::K_W,
                                        &LimitPoint::Sigma, &LimitPoint::q}) {
    shifted = truth;
    shifted.*field += 0.0625L;
    BOOST_TEST(verdict(statement(c.problem, 0.5L, quantities(shifted, "1*2^-4")), shown) ==
               Exit::not_verified);
  }
  // |C_kl|^2 <= Q_k Q_l, exactly
  const std::size_t last = grid.state.size() - 1;  // (7, 7); before it (7, 6)
  const auto product = static_cast<Real>(grid.state[last]) * static_cast<Real>(grid.state[last - 8]);
  const auto most = static_cast<std::int64_t>(std::floor(std::sqrt(product)));
  GridWitness edge = grid;
  edge.values[last - 1] = most - 64;
  BOOST_TEST(verdict(statement(c.problem, 0.5L, quantities(truth, "1000")), edge.write(folder, "edge")) ==
             Exit::verified);
  for (const int sign : {1, -1}) {
    edge.values[last - 1] = sign * (most + 64);
    BOOST_TEST(verdict(statement(c.problem, 0.5L, quantities(truth, "1000")), edge.write(folder, "edge")) ==
               Exit::not_verified);
  }
  edge = grid;
  edge.state[last - 1] = most + 64;
  BOOST_TEST(verdict(statement(c.problem, 0.5L, quantities(truth, "1000")), edge.write(folder, "edge")) ==
             Exit::not_verified);
  edge = grid;  // a variance below c0, and one above R^2
  edge.state[0] = static_cast<std::int64_t>(std::ldexp(1.25L, grid_bits)) - 1;
  BOOST_TEST(verdict(good, edge.write(folder, "edge")) == Exit::not_verified);
  edge = grid;
  edge.state[last] = std::int64_t{9} << (grid_bits - 1);
  BOOST_TEST(verdict(good, edge.write(folder, "edge")) == Exit::not_verified);
  // other data
  for (const auto& [from, to] :
       {std::pair{R"("T":"3*2^-1")", R"("T":"7*2^-2")"}, std::pair{R"("c0":"5*2^-2")", R"("c0":"3*2^-1")"},
        std::pair{R"("sigma_w":"1*2^-1")", R"("sigma_w":"5*2^-3")"},
        std::pair{R"("rho":"1*2^-1")", R"("rho":"1*2^-2")"}, std::pair{R"("softplus")", R"("gelu")"},
        std::pair{R"("softplus")", R"("relu")"}, std::pair{R"("softplus")", R"("identity")"},
        std::pair{R"("softplus")", R"("elu")"}})
    BOOST_TEST(verdict(with(claimed(truth, radius * 1.001L), from, to), shown) == Exit::not_verified, to);
  // the same sigma_w T
  BOOST_TEST(verdict(with(with(good, R"("T":"3*2^-1")", R"("T":"3")"), R"("sigma_w":"1*2^-1")",
                          R"("sigma_w":"1*2^-2")"),
                     shown) == Exit::verified);
  for (const auto& [from, to] :
       {std::pair{R"("T":"3*2^-1")", R"("T":"0")"}, std::pair{R"("T":"3*2^-1")", R"("T":"-1")"},
        std::pair{R"("c0":"5*2^-2")", R"("c0":"0")"},
        std::pair{R"("sigma_w":"1*2^-1")", R"("sigma_w":"-1*2^-1")"},
        std::pair{R"("rho":"1*2^-1")", R"("rho":"3*2^-1")"}, std::pair{R"("rho")", R"("rho1")"},
        std::pair{R"("K_U")", R"("K_V")"}, std::pair{R"(,"K_W")", R"(,"K_V":"0","K_W")"},
        std::pair{R"("radius":"1*2^-4")", R"("radius":"-1*2^-4")"}, std::pair{R"({"T")", R"({"S":"1","T")"}})
    BOOST_TEST(verdict(with(good, from, to), shown) == Exit::malformed, to);
  for (const auto& [from, to] : {std::pair{R"("c0":"5*2^-2")", R"("c0":"1*2^-500000")"},
                                 std::pair{R"("T":"3*2^-1")", R"("T":"1*2^-500000")"},
                                 std::pair{R"("rho":"1*2^-1")", R"("rho":"1*2^-500000")"}})
    BOOST_TEST(verdict(with(good, from, to), shown) == Exit::over_limit, to);
  // witnesses
  const auto shown_as = [&](const std::string& from, const std::string& to) {
    return verdict(good, with(shown, from, to));
  };
  BOOST_TEST(shown_as(R"("order":8)", R"("order":7)") == Exit::malformed);
  BOOST_TEST(shown_as(R"("order":8,"panels":1)", R"("order":4,"panels":2)") == Exit::not_verified);
  BOOST_TEST(shown_as(R"("order":8,"panels":1)", R"("order":0,"panels":1)") == Exit::malformed);
  BOOST_TEST(shown_as(R"("order":8,"panels":1)", R"("order":8,"panels":0)") == Exit::malformed);
  BOOST_TEST(shown_as(R"("order":8,"panels":1)", R"("order":65,"panels":1)") == Exit::over_limit);
  BOOST_TEST(shown_as(R"("order":8,"panels":1)", R"("order":8,"panels":51)") == Exit::over_limit);
  BOOST_TEST(shown_as(R"("order":8,"panels":1)", R"("order":64,"panels":999999999999999999)") ==
             Exit::over_limit);
  BOOST_TEST(shown_as(R"("terms":60)", R"("terms":1)") == Exit::malformed);
  BOOST_TEST(shown_as(R"("terms":60)", R"("terms":10001)") == Exit::over_limit);
  BOOST_TEST(verdict(claimed(truth, radius * 1.001L), with(shown, R"("terms":60)", R"("terms":6)")) ==
             Exit::not_verified);
  BOOST_TEST(shown_as(R"("nodes":120)", R"("nodes":8)") == Exit::not_verified);
  BOOST_TEST(shown_as(R"("nodes":120)", R"("nodes":1000000)") == Exit::over_limit);
  BOOST_TEST(shown_as(R"("nodes":120)", R"("nodes":1000001)") == Exit::over_limit);
  BOOST_TEST(shown_as(R"("precision":128)", R"("precision":12)") == Exit::not_verified);
  BOOST_TEST(shown_as(R"("step":"1*2^-3")", R"("step":"2")") == Exit::not_verified);
  BOOST_TEST(shown_as(R"("step":"1*2^-3")", R"("step":"1/3")") == Exit::malformed);
  BOOST_TEST(shown_as(R"("strip":"3*2^-1")", R"("strip":"22/7")") == Exit::not_verified);
  BOOST_TEST(shown_as(R"("scale":"-58"},"values")", R"("scale":"-57"},"values")") == Exit::not_verified);
  BOOST_TEST(shown_as(R"("scale":"-58"},"values")", R"("scale":"-101"},"values")") == Exit::over_limit);
  BOOST_TEST(shown_as(R"("scale":"-58"},"values")", R"("scale":"1"},"values")") == Exit::over_limit);
  BOOST_TEST(shown_as(R"("shape":[36])", R"("shape":[6,6])") == Exit::malformed);
  BOOST_TEST(shown_as(R"("shape":[3,36])", R"("shape":[36,3])") == Exit::malformed);
  BOOST_TEST(shown_as(R"({"modes")", R"({"mode":"1","modes")") == Exit::malformed);
  BOOST_TEST(shown_as(R"({"nodes")", R"({"node":1,"nodes")") == Exit::malformed);
}

BOOST_AUTO_TEST_CASE(registered) {
  const LimitCase c({"sigmoid", 1, 1, 1, 2, 14, false, 80});
  const std::string modes = modes_witness(90, 220, "5*2^-1", 192);
  for (const Real rho : {1.0L, 0.5L}) {
    const std::string shown = witness(c, rho, modes),
                      id = rho == 1 ? "limit-kernel-diagonal.sigmoid" : "limit-kernel-sixty-degrees.sigmoid";
    const LimitPoint truth = c.solver.at(rho);
    const auto verdict = [&](const std::string& radius, const std::string& claim) {
      return outcome("limit-value/1", statement(c.problem, rho, quantities(truth, radius)), shown, claim)
          .exit;
    };
    BOOST_TEST(verdict("1*2^-40", id) == Exit::verified);
    BOOST_TEST(verdict("1048577*2^-60", id) == Exit::not_verified);
    BOOST_TEST(verdict("1*2^-30", "lemma") == Exit::verified);
    BOOST_TEST(verdict("1*2^-40", "limit-kernel-diagonal.tanh") == Exit::not_verified);
    BOOST_TEST(verdict("1*2^-40", rho == 1 ? "limit-kernel-sixty-degrees.sigmoid"
                                           : "limit-kernel-diagonal.sigmoid") == Exit::not_verified);
  }
}

BOOST_AUTO_TEST_CASE(correlation) {
  const auto verdict = [&](const LimitCase& c, const std::string& v, const std::string& modes, Real rho = 1,
                           bool registered = true) {
    const std::string id = registered ? "correlation-contracts." + c.problem.activation : "lemma";
    return outcome("correlation/1", data(c.problem) + R"(,"sigma_w":")" + spelled(c.problem.sigma_w) + "\"}",
                   witness(c, rho, modes), id, v);
  };
  const std::string modes = modes_witness(80, 200, "3*2^-1", 160);
  for (const std::string name : {"softplus", "gelu", "sigmoid", "tanh"}) {
    const LimitCase c({name, 1, 1, 1, 1, 12, false, 80});
    const LimitPoint truth = c.solver.at(1);
    const bool contracts = truth.y / truth.q <= 1;
    BOOST_TEST(contracts == (name == "softplus" || name == "sigmoid"), name);
    const Outcome proved = verdict(c, "proved", modes, 1, contracts), refuted = verdict(c, "refuted", modes);
    BOOST_TEST((proved.exit == Exit::verified) == contracts, name << proved.reason);
    BOOST_TEST((refuted.exit == Exit::verified) == !contracts, name << refuted.reason);
    // nodal values of another rho
    if (name == "softplus" || name == "tanh")
      BOOST_TEST(verdict(c, contracts ? "proved" : "refuted", modes, 0.25L).exit == Exit::not_verified, name);
  }
  // too coarse to decide
  const LimitCase rough({"softplus", 1, 1, 1, 1, 2, false, 40});
  BOOST_TEST(verdict(rough, "proved", modes).exit == Exit::not_verified);
}

BOOST_AUTO_TEST_CASE(finite_depth) {
  struct Part {
    std::string name;
    Real rho;
    int panels;
    Real radius;
    std::string modes;
  };
  for (const Part& part : {Part{"softplus", 1.0L, 2, 0x1p-26L, modes_witness(80, 140, "5*2^-1", 160)},
                           Part{"tanh", -1.0L, 1, 0x1p-14L, modes_witness(60, 120, "3*2^-1", 128)},
                           Part{"sigmoid", 0.5L, 1, 0x1p-20L, modes_witness(60, 120, "3*2^-1", 128)}}) {
    const std::string &name = part.name, &modes = part.modes;
    const Real rho = part.rho, radius = part.radius;
    const LimitCase c({name, 1, 0.5L, 1, part.panels, 12, false, 80});
    const LimitPoint truth = c.solver.at(rho);
    const std::string limit =
        folder.add("limit.cert.json",
                   lemma("limit-value/1", statement(c.problem, rho, quantities(truth, spelled(radius))),
                         witness(c, rho, modes)));
    BOOST_REQUIRE_MESSAGE(check(folder, "limit.cert.json").exit == Exit::verified,
                          name << check(folder, "limit.cert.json").reason);
    const auto entry = [](int layers, Real lo, Real hi) {
      return R"({"L":)" + std::to_string(layers) + R"(,"hi":")" + spelled(hi) + R"(","lo":")" + spelled(lo) +
             "\"}";
    };
    std::string list, shifted;
    for (const int layers : {1, 5}) {
      const LimitSolver net({name, 1, 0.5L, 1, layers, 1, true, 80});
      const Real x = layers * (net.at(rho).K - truth.K), slack = layers * radius;
      list += (list.empty() ? "[" : ",") + entry(layers, x - slack * 1.1L, x + slack * 1.1L);
      shifted += (shifted.empty() ? "[" : ",") + entry(layers, x - slack * (layers == 5 ? 0.99L : 2), x + 1);
    }
    const auto verdict = [&](const std::string& depths, const std::string& d) {
      return outcome(
          "limit-depth/1",
          d + R"(,"depths":)" + depths + R"(],"rho":")" + spelled(rho) + R"(","sigma_w":"1*2^-1"})",
          R"({"limit":)" + limit + R"(,"modes":)" + modes + "}");
    };
    const Outcome good = verdict(list, data(c.problem));
    BOOST_TEST(good.exit == Exit::verified, name << good.reason);
    BOOST_TEST(verdict(shifted, data(c.problem)).exit == Exit::not_verified, name);
    BOOST_TEST(verdict(list, with(data(c.problem), R"("T":"1")", R"("T":"2")")).exit == Exit::not_verified);
    BOOST_TEST(verdict("[" + entry(3, -9, 9) + "," + entry(3, -9, 9), data(c.problem)).exit ==
               Exit::malformed);
    BOOST_TEST(verdict("[" + entry(0, -9, 9), data(c.problem)).exit == Exit::malformed);
    BOOST_TEST(verdict("[", data(c.problem)).exit == Exit::malformed);
    BOOST_TEST(verdict("[" + entry(129, -9, 9), data(c.problem)).exit == Exit::over_limit);
  }
}

BOOST_AUTO_TEST_SUITE_END()
