// gauss/1: both methods against double quadrature, against each other at high precision, and at the knife's
// edge.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "kinds.hpp"
#include "writer.hpp"

namespace {
using namespace checker_test;
using proofs_check::Interval;

/// The checker's enclosures themselves, for comparison with other truths.
std::vector<Interval> enclosures(const std::string& statement, const std::string& witness) {
  proofs_check::Budget budget;
  proofs_check::Checker checker("/nonexistent");
  proofs_check::Report report;
  const proofs_check::Context context{checker, budget, report};
  const auto s = proofs_check::parse_gauss_statement(proofs_check::parse_json(statement), budget);
  const proofs_check::Value w = proofs_check::parse_json(witness);
  return w["method"].text() == "trapezoid" ? proofs_check::trapezoid(s, w, context)
                                           : proofs_check::closed_forms(s, w, context);
}
std::vector<Bound> wide(int top) {
  std::vector<Bound> bounds;
  for (int n = 0; n <= top; ++n) bounds.push_back({n, "-1000", "1000"});
  return bounds;
}
mpq_class rational(mpfr_srcptr x) {
  mpq_class q;
  mpfr_get_q(q.get_mpq_t(), x);
  return q;
}
double middle(const Interval& x) {
  return mpq_class((rational(x.lo()) + rational(x.hi())) / 2).get_d();
}
bool meet(const Interval& a, const Interval& b) {
  return (possible_orders(a, b) & proofs_check::equal) != 0;
}
double log2_width(const Interval& x) {
  const mpq_class width = rational(x.hi()) - rational(x.lo());
  if (width == 0) return -1e9;
  long e;
  const double m = mpz_get_d_2exp(&e, width.get_num_mpz_t());
  long f;
  const double d = mpz_get_d_2exp(&f, width.get_den_mpz_t());
  return std::log2(m / d) + static_cast<double>(e - f);
}
const std::vector<std::string> analytic{"softplus", "tanh", "sigmoid", "gelu",    "silu",
                                        "erf",      "sin",  "cos",     "gaussian"};
const std::vector<std::string> closed{
    "relu", "leaky-relu:1/10", "elu", "identity", "polynomial:1,0,-2/3,1*2^-2", "sin",
    "cos",  "gaussian",        "erf"};

std::string real(const mpq_class& x) {
  return proofs_check::spell(x);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(gauss)

BOOST_AUTO_TEST_CASE(against_double_quadrature) {
  for (const std::string q : {"1", "2", "1/3"})
    for (const bool by_trapezoid : {true, false})
      for (const std::string& name : by_trapezoid ? analytic : closed) {
        const double q_value = q == "1/3" ? 1.0 / 3 : std::stod(q);
        const auto phi = [&](double x) { return activation_value(name, x); };
        const auto found = enclosures(gauss_statement(name, q, wide(12)),
                                      by_trapezoid ? trapezoid_witness() : closed_witness());
        for (int n = 0; n <= 12; ++n) {
          const double expected = coefficient(phi, q_value, n);
          BOOST_TEST(std::abs(middle(found[static_cast<std::size_t>(n)]) - expected) < 1e-10,
                     name << " q = " << q << " n = " << n);
        }
        const bool has_square = by_trapezoid || name == "relu" || name == "elu" || name == "identity" ||
                                name[0] == 'l' || name[0] == 'p';
        if (!has_square) continue;
        const auto square = enclosures(gauss_statement(name, q, wide(0), 2),
                                       by_trapezoid ? trapezoid_witness() : closed_witness());
        BOOST_TEST(std::abs(middle(square[0]) - coefficient(phi, q_value, 0, 2)) < 1e-10, name);
      }
}

// Two derivations, two algorithms, 30 and 60 digits; and the radius is useful: within 2^30 of the working
// precision of the rule.
BOOST_AUTO_TEST_CASE(trapezoid_against_closed_form) {
  for (const std::string name : {"sin", "cos", "gaussian", "erf"})
    for (const std::string q : {"1", "2", "7/5"}) {
      const auto statement = gauss_statement(name, q, wide(40));
      const auto a = enclosures(statement, closed_witness(400));
      const auto b = enclosures(statement, trapezoid_witness(640, "1*2^-4", "6", 400));
      for (std::size_t n = 0; n <= 40; ++n) {
        BOOST_TEST(meet(a[n], b[n]), name << " n = " << n << a[n].text() << b[n].text());
        BOOST_TEST(log2_width(a[n]) < -380);
        BOOST_TEST(log2_width(b[n]) < -180);
      }
    }
}

// The enclosures for different rules of the same coefficient meet: n, q, step, strip and nodes vary.
BOOST_AUTO_TEST_CASE(rules_agree) {
  for (const std::string& name : analytic) {
    const std::string strip = name == "tanh" ? "3*2^-1" : "3";
    const auto statement = gauss_statement(name, "3*2^-1", wide(30));
    const auto fine = enclosures(statement, trapezoid_witness(512, "1*2^-5", strip, 300));
    for (const auto& [nodes, step, b] : {std::tuple(40, "1*2^-2", "5*2^-2"),
                                         {64, "1*2^-2", "1"},
                                         {80, "1*2^-3", "1*2^-3"},
                                         {20, "1*2^-1", "11*2^-3"}}) {
      const auto coarse = enclosures(statement, trapezoid_witness(nodes, step, b, 200));
      for (std::size_t n = 0; n <= 30; ++n)
        BOOST_TEST(meet(fine[n], coarse[n]), name << " n = " << n << " step " << step);
    }
    BOOST_TEST(log2_width(fine[1]) < -100);
  }
}

// sqrt(n) a_n(softplus) = sqrt(q) a_(n-1)(sigmoid): Stein's identity ties two independent sums together.
BOOST_AUTO_TEST_CASE(stein) {
  const auto a =
      enclosures(gauss_statement("softplus", "2", wide(20)), trapezoid_witness(256, "1*2^-4", "3", 256));
  const auto b =
      enclosures(gauss_statement("sigmoid", "2", wide(20)), trapezoid_witness(256, "1*2^-4", "3", 256));
  for (std::size_t n = 1; n <= 20; ++n)
    BOOST_TEST(meet(a[n] * sqrt(Interval(n, 256)), b[n - 1] * sqrt(Interval(2, 256))));
}

// softplus at q = 1 from theory.md S23, and the exact values of relu.
BOOST_AUTO_TEST_CASE(published_values) {
  const auto a = enclosures(gauss_statement("softplus", "1", wide(4)), trapezoid_witness());
  const double expected[] = {.80606, .5, .14610, 0, -.01274};
  for (std::size_t n = 0; n < 5; ++n) BOOST_TEST(std::abs(middle(a[n]) - expected[n]) < 6e-6);
  const auto r = enclosures(gauss_statement("relu", "2", wide(4)), closed_witness());
  BOOST_TEST(middle(r[0]) == 1 / std::sqrt(std::numbers::pi), boost::test_tools::tolerance(1e-14));
  BOOST_TEST(middle(r[4]) == -1 / std::sqrt(24 * std::numbers::pi), boost::test_tools::tolerance(1e-14));
}

// n = 1000: the recurrence keeps enough of its bits.
BOOST_AUTO_TEST_CASE(high_order) {
  const auto statement = gauss_statement(
      "softplus", "1", {{0, "0", "1"}, {500, "-1", "1"}, {998, "-1", "1"}, {1000, "-1", "1"}});
  const auto a = enclosures(statement, trapezoid_witness(600, "1*2^-3", "3", 1000));
  BOOST_TEST(log2_width(a[0]) < -70);
  BOOST_TEST(log2_width(a[3]) < -60);
  const auto b = enclosures(statement, trapezoid_witness(800, "1*2^-4", "3", 1200));
  for (std::size_t k = 0; k < 4; ++k) BOOST_TEST(meet(a[k], b[k]));
  BOOST_TEST(log2_width(b[3]) < -100);
}

// The radius is L4 + L5 as docs/bounds.md has them, evaluated here in doubles: no constant is halved or
// doubled.
BOOST_AUTO_TEST_CASE(remainder_is_the_stated_bound) {
  constexpr double pi = std::numbers::pi;
  const auto growth = [](const std::string& name, double b) -> std::pair<double, double> {
    const double m = b <= pi / 2 ? 1 : 1 / std::sin(b), p = 1 + b * std::exp(b * b / 2) / std::sqrt(2 * pi);
    if (name == "softplus") return {std::log(2) + b * m, 1};
    if (name == "sigmoid") return {m, 0};
    if (name == "silu") return {b * m, m};
    if (name == "tanh") return {std::max(1.0, std::tan(b)), 0};
    if (name == "gelu") return {b * p, p};
    if (name == "erf") return {1 + 2 * b * std::exp(b * b) / std::sqrt(pi), 0};
    if (name == "gaussian") return {std::exp(b * b / 2), 0};
    return {std::cosh(b), 0};  // sin, cos
  };
  int by_discretisation = 0, by_e1 = 0, by_e2 = 0, by_e3 = 0;
  for (const std::string& name : analytic)
    for (const double q : {0.5, 2.0})
      for (const auto& [nodes, step, strip] : {std::tuple(400, 0.25, 1.5),
                                               {400, 0.25, 0.75},
                                               {48, 0.125, 1.5},
                                               {96, 0.0625, 1.25},
                                               {70, 0.125, 1.0}})
        for (const int power : {1, 2}) {
          const auto [g0, g1] = growth(name, 0);
          const auto [s0, s1] = growth(name, strip);
          std::vector<Bound> bounds{{0, "0", "0"}};
          for (const int n : {1, 2, 9, 60})
            if (power == 1) bounds.push_back({n, "0", "0"});
          const auto found = enclosures(gauss_statement(name, dyadic(q), bounds, power),
                                        trapezoid_witness(nodes, dyadic(step), dyadic(strip), 160));
          for (std::size_t k = 0; k < found.size(); ++k) {
            const int n = bounds[k].n;
            const mpq_class width = rational(found[k].hi()) - rational(found[k].lo());
            if (width == 0) continue;  // zero by parity
            const double b = strip, root_n = std::sqrt(n), root_q = std::sqrt(q), x = nodes * step / root_q,
                         t = x - root_n;
            const double l4 = 2 * std::exp(b * b / (2 * q)) * std::pow(s0 + s1 * root_q, power) *
                              std::exp(b * std::sqrt(n / q)) / std::expm1(2 * pi * b / step);
            const double c = n == 0 ? 1 : std::exp((std::lgamma(n + 1) - n * std::log(n)) / 2 + n),
                         front = 2 / std::sqrt(2 * pi);
            const double e1 = front * 1.0865 * std::exp(-x * x / 4) * (2 * g0 / x + 2 * g1 * root_q);
            const double e2 =
                t < 1 ? INFINITY
                      : front * c * std::exp(-t * t / 2) * (g0 / t + g1 * root_q * (1 + root_n / t));
            const double e3 = front * std::exp(-x * x / 2) *
                              (g0 * g0 / x + 2 * g0 * g1 * root_q + g1 * g1 * q * (x + 1 / x));
            const double l5 = power == 2 ? e3 : std::min(e1, e2);
            (l4 > l5 ? by_discretisation : power == 2 ? by_e3 : e1 < e2 ? by_e1 : by_e2) += 1;
            BOOST_TEST(mpq_class(width / 2).get_d() == l4 + l5, boost::test_tools::tolerance(1e-9));
          }
        }
  BOOST_TEST((by_discretisation > 30 && by_e1 > 10 && by_e2 > 30 && by_e3 > 5));
}

BOOST_AUTO_TEST_CASE(valid_certificates) {
  const Folder folder;
  int count = 0;
  for (const bool by_trapezoid : {true, false})
    for (const std::string& name : by_trapezoid ? analytic : closed) {
      std::vector<Bound> bounds;
      for (int n = 0; n <= 8; ++n) {
        const double a = coefficient([&](double x) { return activation_value(name, x); }, 1, n);
        bounds.push_back({n, dyadic(a - 1e-11), dyadic(a + 1e-11)});
      }
      const Outcome outcome =
          check_bytes(folder, lemma("gauss/1", gauss_statement(name, "1", bounds),
                                    by_trapezoid ? trapezoid_witness() : closed_witness()));
      BOOST_TEST(outcome.exit == Exit::verified, name << outcome.reason);
      BOOST_TEST(outcome.report.lemmas.contains(4) == by_trapezoid);
      ++count;
      // One bound moved past the value: refused.
      for (std::size_t n = 0; n <= 8; ++n)
        for (const bool low : {true, false}) {
          auto moved = bounds;
          const double a =
              coefficient([&](double x) { return activation_value(name, x); }, 1, static_cast<int>(n));
          (low ? moved[n].lo : moved[n].hi) = dyadic(low ? a + 1e-10 : a - 1e-10);
          BOOST_TEST(check_bytes(folder, lemma("gauss/1", gauss_statement(name, "1", moved),
                                               by_trapezoid ? trapezoid_witness() : closed_witness()))
                         .exit == Exit::not_verified);
        }
    }
  BOOST_TEST(count == 18);
}

// The exact ends of the checker's enclosure are accepted, one unit beyond is refused; an exact value is a
// point.
BOOST_AUTO_TEST_CASE(boundary) {
  const Folder folder;
  const auto verdict = [&](const std::string& name, const std::string& witness, const mpq_class& lo,
                           const mpq_class& hi, int n, int power = 1) {
    return check_bytes(folder, lemma("gauss/1", gauss_statement(name, "2", {{n, real(lo), real(hi)}}, power),
                                     witness))
        .exit;
  };
  for (const auto& [name, n, power] :
       {std::tuple("softplus", 2, 1), {"gelu", 4, 1}, {"tanh", 0, 2}, {"silu", 1, 1}}) {
    const Interval a =
        enclosures(gauss_statement(name, "2", {{n, "0", "0"}}, power), trapezoid_witness(100))[0];
    const mpq_class lo = rational(a.lo()), hi = rational(a.hi()), unit = proofs_check::power_of_two(-400);
    BOOST_TEST(verdict(name, trapezoid_witness(100), lo, hi, n, power) == Exit::verified);
    BOOST_TEST(verdict(name, trapezoid_witness(100), lo + unit, hi, n, power) == Exit::not_verified);
    BOOST_TEST(verdict(name, trapezoid_witness(100), lo, hi - unit, n, power) == Exit::not_verified);
  }
  BOOST_TEST(verdict("relu", closed_witness(), 1, 1, 0, 2) == Exit::verified);
  BOOST_TEST(verdict("relu", closed_witness(), 0, 0, 3) == Exit::verified);
  BOOST_TEST(verdict("identity", closed_witness(), 0, 0, 2) == Exit::verified);
  BOOST_TEST(verdict("polynomial:0,0,3", closed_witness(), 6, 6, 0) == Exit::verified);         // 3 q
  BOOST_TEST(verdict("polynomial:0,0,3", closed_witness(), 108, 108, 0, 2) == Exit::verified);  // 27 q^2
  BOOST_TEST(verdict("polynomial:0,0,3", closed_witness(), 0, 0, 3) == Exit::verified);
  // Exact zeros by parity; but not of the square, and not by an identity that does not hold.
  BOOST_TEST(verdict("tanh", trapezoid_witness(), 0, 0, 4) == Exit::verified);
  BOOST_TEST(verdict("softplus", trapezoid_witness(), 0, 0, 3) == Exit::verified);
  BOOST_TEST(verdict("sigmoid", trapezoid_witness(), 0, 0, 2) == Exit::verified);
  BOOST_TEST(verdict("cos", trapezoid_witness(), 0, 0, 1) == Exit::verified);
  BOOST_TEST(verdict("softplus", trapezoid_witness(), 0, 0, 1) == Exit::not_verified);
  BOOST_TEST(verdict("sigmoid", trapezoid_witness(), 0, 0, 0) == Exit::not_verified);
  BOOST_TEST(verdict("tanh", trapezoid_witness(), 0, 0, 0, 2) == Exit::not_verified);
  BOOST_TEST(verdict("elu", closed_witness(), 0, 0, 3) == Exit::not_verified);
}

BOOST_AUTO_TEST_CASE(invalid_witnesses) {
  const Folder folder;
  const auto verdict = [&](const std::string& witness, const std::string& name = "softplus") {
    return check_bytes(folder, lemma("gauss/1", gauss_statement(name, "1", {{0, "0", "1"}, {30, "-1", "1"}}),
                                     witness))
        .exit;
  };
  BOOST_TEST(verdict(trapezoid_witness()) == Exit::verified);
  BOOST_TEST(verdict(trapezoid_witness(0)) == Exit::not_verified);   // no tail bound applies
  BOOST_TEST(verdict(trapezoid_witness(15)) == Exit::not_verified);  // X < 2: E1 does not apply to n = 30
  BOOST_TEST(verdict(trapezoid_witness(16)) == Exit::verified);      // X = 2: it does
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "22/7")) == Exit::not_verified);  // strip too wide
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "3*2^-1"), "tanh") == Exit::verified);
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "11/7"), "tanh") == Exit::not_verified);
  BOOST_TEST(verdict(trapezoid_witness(128, "0")) == Exit::malformed);
  BOOST_TEST(verdict(trapezoid_witness(128, "-1*2^-3")) == Exit::malformed);
  BOOST_TEST(verdict(trapezoid_witness(128, "1/10")) == Exit::malformed);
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "0")) == Exit::malformed);
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "-1")) == Exit::malformed);
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "1*2^-20")) ==
             Exit::not_verified);                                          // strip too narrow to prove it
  BOOST_TEST(verdict(trapezoid_witness(128, "4")) == Exit::not_verified);  // step too wide
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "3*2^-1", 1)) == Exit::malformed);
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "3*2^-1", 5)) == Exit::not_verified);
  BOOST_TEST(verdict(trapezoid_witness(128, "1*2^-3", "3*2^-1", 65537)) == Exit::over_limit);
  BOOST_TEST(verdict(trapezoid_witness(1000001)) == Exit::over_limit);
  BOOST_TEST(verdict(trapezoid_witness(1000000, "1*2^-3", "3*2^-1", 65536)) == Exit::over_limit);  // budget
  BOOST_TEST(verdict(closed_witness()) == Exit::not_verified);
  BOOST_TEST(verdict(trapezoid_witness(), "relu") == Exit::not_verified);
  BOOST_TEST(verdict(trapezoid_witness(), "polynomial:0,1") == Exit::not_verified);
  BOOST_TEST(verdict(R"({"method":"guess","precision":64})") == Exit::malformed);
  BOOST_TEST(verdict(R"({"method":"closed-form","nodes":1,"precision":64})") == Exit::malformed);
  BOOST_TEST(verdict(R"({"method":"trapezoid","precision":64})") == Exit::malformed);
  BOOST_TEST(verdict("{}") == Exit::malformed);
}

// L5 applies from X = 2 on (E1, E3), or t = X >= 1 at n = 0 (E2); not one node before, however wide the
// claim.
BOOST_AUTO_TEST_CASE(tail_preconditions) {
  const Folder folder;
  const auto verdict = [&](int nodes, int n, int power) {
    const std::string statement = gauss_statement("softplus", "1", {{n, "-1000000", "1000000"}}, power);
    return check_bytes(folder, lemma("gauss/1", statement, trapezoid_witness(nodes))).exit;
  };
  for (const auto& [nodes, n, power] : {std::tuple(16, 30, 1), {8, 0, 1}, {16, 0, 2}}) {
    BOOST_TEST(verdict(nodes, n, power) == Exit::verified);
    BOOST_TEST(verdict(nodes - 1, n, power) == Exit::not_verified);
  }
}

BOOST_AUTO_TEST_CASE(invalid_statements) {
  const Folder folder;
  const auto verdict = [&](const std::string& statement) {
    return check_bytes(folder, lemma("gauss/1", statement, trapezoid_witness())).exit;
  };
  const std::vector<Bound> fine{{0, "0", "1"}, {2, "0", "1"}};
  BOOST_TEST(verdict(gauss_statement("softplus", "1", fine)) == Exit::verified);
  BOOST_TEST(verdict(gauss_statement("softplus", "0", fine)) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "-1", fine)) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "2/2", fine)) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "1", {})) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "1", {{2, "0", "1"}, {0, "0", "1"}})) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "1", {{0, "0", "1"}, {0, "0", "1"}})) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "1", fine, 2)) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "1", {{1, "0", "1"}}, 2)) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "1", {{0, "0", "1"}}, 3)) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "1", {{0, "0", "1"}}, 0)) == Exit::malformed);
  BOOST_TEST(verdict(gauss_statement("softplus", "1", {{0, "1", "0"}})) ==
             Exit::not_verified);  // empty interval
  BOOST_TEST(verdict(gauss_statement("softmax", "1", fine)) == Exit::malformed);
  BOOST_TEST(
      verdict(R"({"activation":"softplus","coefficients":[{"hi":"1","lo":"0","m":0}],"power":1,"q":"1"})") ==
      Exit::malformed);
  BOOST_TEST(
      verdict(R"({"activation":"softplus","coefficients":[{"hi":1,"lo":"0","n":0}],"power":1,"q":"1"})") ==
      Exit::malformed);
  BOOST_TEST(
      verdict(
          R"({"activation":"softplus","coefficients":[{"hi":"1","lo":"0","n":999999999999999999}],"power":1,"q":"1"})") ==
      Exit::over_limit);
}

BOOST_AUTO_TEST_SUITE_END()
