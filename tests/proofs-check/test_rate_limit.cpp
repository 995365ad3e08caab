// rate-limit/1. The truth is extrapolated from gradients of nets; the bounds of L42 are recomputed in long
// double arithmetic for rough witnesses, where each term counts.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "recomputed.hpp"

namespace {
using namespace checker_test;

const std::vector<std::string> analytic{"softplus", "tanh", "sigmoid", "gelu",    "silu",
                                        "erf",      "sin",  "cos",     "gaussian"};
constexpr Real pi = std::numbers::pi_v<Real>;

Reals product(const Reals& a, const Reals& b) {
  Reals c;
  for (std::size_t i = 0; i < a.size(); ++i) c.push_back(a[i] * b[i]);
  return c;
}
Real largest(const Reals& a) {
  Real most = 0;
  for (const Real entry : a) most = std::max(most, std::abs(entry));
  return most;
}
/// p + factor q', coefficient by coefficient: T_k' = 2 k (T_{k-1} + T_{k-3} + ...), with T_0 halved.
Polynomial plus_derivative(Polynomial p, Real factor, const Polynomial& q) {
  for (std::size_t i = 0; i < p.size(); ++i)
    for (std::size_t k = 1; k < q[i].size(); ++k)
      for (std::size_t j = 1 - k % 2; j < k; j += 2)
        p[i][j] += factor * static_cast<Real>(j == 0 ? k : 2 * k) * q[i][k];
  return p;
}

/// The enclosure of |G| once more, from the coefficients of the witness.
struct RecomputedLimit {
  const FirstOrder& terms;
  Recomputed flow;
  Real lo = 0, hi = 0;

  struct Term {
    Polynomial w = {};
    Real error = 0, largest = 0, interpolation = 0;
  };
  std::vector<Term> on_piece = {};
  Real l3 = 0, p_error = 0, mu_error = 0, dW_error = 0;

  Reals image(const Reals& x) const {
    Reals y(index(flow.n));
    for (int i = 0; i < flow.n; ++i)
      for (int j = 0; j < flow.n; ++j) y[index(i)] += flow.net.W[index(i * flow.n + j)] * x[index(j)];
    return y;
  }
  Reals phi(Real (*f)(const std::string&, Real), const Reals& x) const {
    Reals y;
    for (const Real entry : x) y.push_back(f(flow.net.activation, entry));
    return y;
  }
  /// alpha times the integral of p (I g)^T, for the values of g at the nodes.
  void add_integral(Reals& sum, Real alpha, const Polynomial& p, const std::vector<Reals>& values) const {
    const int n = flow.n, m = flow.m;
    for (int b = 0; b < n; ++b) {
      Reals c(index(m + 1));  // of I g_b
      for (int k = 0; k <= m; ++k)
        for (int j = 0; j <= m; ++j)
          c[index(k)] += (k == 0 || k == m ? 0.5L : 1.0L) * (j == 0 || j == m ? 0.5L : 1.0L) * 2 / m *
                         values[index(j)][index(b)] * std::cos(k * flow.angle(j));
      for (int a = 0; a < n; ++a)
        for (int k = 0; k < m + 2; ++k)
          for (int l = k % 2; l <= m; l += 2)
            sum[index(a * n + b)] += alpha * p[index(a)][index(k)] * c[index(l)] *
                                     (1 / (1.0L - (k + l) * (k + l)) + 1 / (1.0L - (k - l) * (k - l)));
    }
  }

  void run() {
    flow.run();
    const int n = flow.n, m = flow.m;
    const Net& net = flow.net;
    const Real v_scale = net.sigma_v / std::sqrt(static_cast<Real>(n)), v_most = largest(reals(net.v)),
               l1 = flow.l1, l2 = flow.l2, norm_w = flow.norm_w;
    Real range = 0;
    for (const auto& on : flow.pieces) range = std::max(range, largest_component(on.q) + on.error);
    bool inside = false;
    l3 = 48 * strip_bound(net.activation, 0.5L, range + 0.5L, inside);

    Reals before(index(n));
    for (int k = 0; k < flow.t.pieces; ++k) {
      const auto& on = flow.pieces[index(k)];
      const Polynomial p = flow.polynomial(terms.state, k);
      Term term{plus_derivative(p, -1 / on.tau, on.q)};
      Real defect = 0;
      for (int j = 0; j <= m; ++j) {
        const Reals slope = phi(phi_slope, at(on.q, flow.angle(j)));
        Reals field = image(product(slope, at(term.w, flow.angle(j))));
        for (Real& entry : field) entry *= on.alpha;
        defect = std::max(defect, norm(minus(slope_at(p, flow.angle(j)), field)));
      }
      term.largest = largest_component(term.w);
      term.interpolation = flow.interpolation_error(on.q, {&term.w}, 1);
      const Real speed = (on.alpha * l1 * norm_w * on.error + on.defect) / on.tau;
      const Real delta = flow.lebesgue() * defect + on.alpha * norm_w * term.interpolation +
                         on.alpha * l1 * norm_w * speed + on.alpha * norm_w * l2 * on.error * term.largest;
      p_error = on.growth * (p_error + norm(minus(before, at(p, pi))) + 2 * delta);
      term.error = p_error + speed;
      before = at(p, 0);
      on_piece.push_back(term);
    }
    const Reals end = at(flow.pieces.back().q, 0);
    const Real p_most = largest(before) + p_error;
    const Real v_size = v_scale * norm(product(phi(phi_slope, end), before)),
               v_error = v_scale * (l2 * flow.end_error * p_most + l1 * p_error);
    before = product(product(phi(phi_curvature, end), before), reals(net.v));
    for (Real& entry : before) entry *= v_scale;
    mu_error = v_scale * v_most * (l3 * flow.end_error * p_most + l2 * p_error);

    Reals dW(index(n * n));
    for (int k = flow.t.pieces; k-- > 0;) {
      const auto& on = flow.pieces[index(k)];
      const Term& term = on_piece[index(k)];
      const Polynomial mu = flow.polynomial(terms.adjoint, k), nu = plus_derivative(mu, 1 / on.tau, on.p),
                       x = flow.transposed_image(nu);
      Real defect = 0;
      std::vector<Reals> values, slopes;
      for (int j = 0; j <= m; ++j) {
        const Reals q = at(on.q, flow.angle(j)), slope = phi(phi_slope, q), w = at(term.w, flow.angle(j));
        const Reals first = product(slope, at(x, flow.angle(j))),
                    second = product(product(phi(phi_curvature, q), w), at(on.product, flow.angle(j)));
        Reals residual = slope_at(mu, flow.angle(j));
        for (int i = 0; i < n; ++i) residual[index(i)] += on.alpha * (first[index(i)] + second[index(i)]);
        defect = std::max(defect, norm(residual));
        values.push_back(phi(phi_value, q)), slopes.push_back(product(slope, w));
      }
      add_integral(dW, on.alpha, nu, values);
      add_integral(dW, on.alpha, on.p, slopes);
      const Real speed = (on.alpha * l1 * norm_w * on.dual_error + on.dual_defect) / on.tau;
      const Real first = l1 * norm_w * speed + l2 * on.error * largest_component(x) +
                         flow.interpolation_error(on.q, {&x}, 1),
                 second = l3 * on.error * term.largest * on.product_size + l2 * term.error * on.product_size +
                          l2 * (term.largest + term.error) * norm_w * on.dual_error +
                          flow.interpolation_error(on.q, {&term.w, &on.product}, 2);
      const Real delta = flow.lebesgue() * defect + on.alpha * (first + second);
      mu_error = on.growth * (mu_error + norm(minus(before, at(mu, 0))) + 2 * delta);
      before = at(mu, pi);
      dW_error += 2 * on.alpha *
                  ((mu_error + speed) * on.size + sum_of_norms(nu) * (l1 * on.error + on.interpolation) +
                   on.dual_error * l1 * (sum_of_norms(term.w) + term.error) +
                   on.dual_size * (l1 * term.error + l2 * on.error * term.largest + term.interpolation));
    }
    const Real u_scale = net.sigma_u / std::sqrt(static_cast<Real>(net.d)) * norm(reals(net.x));
    for (const auto& [size, error] : {std::pair{v_size, v_error}, std::pair{norm(dW), dW_error},
                                      std::pair{u_scale * norm(before), u_scale * mu_error}}) {
      lo += std::pow(std::max(0.0L, size - error), 2.0L);
      hi += std::pow(size + error, 2.0L);
    }
    lo = std::sqrt(lo), hi = std::sqrt(hi);
  }
};

Real true_limit(const Net& net) {
  const Trajectory::Gradient g = extrapolated_limit(net);
  return std::sqrt(norm(g.U) * norm(g.U) + norm(g.W) * norm(g.W) + norm(g.v) * norm(g.v));
}
std::string statement(const Net& net, const std::string& lo, const std::string& hi) {
  return R"({"activation":")" + net.activation + R"(","hi":")" + hi + R"(","lo":")" + lo + R"(","model":)" +
         net.json() + "}";
}
std::string statement(const Net& net, Real lo, Real hi) {
  return statement(net, dyadic(static_cast<double>(lo)), dyadic(static_cast<double>(hi)));
}
std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  BOOST_REQUIRE_MESSAGE(place != std::string::npos, from + " does not occur in " + text);
  return text.replace(place, from.size(), to);
}

struct LimitFixture {
  Folder folder;

  Outcome outcome(const std::string& statement_text, const std::string& witness,
                  const std::string& id = "lemma", const std::string& v = "proved") const {
    return check_bytes(folder, certificate(id, "rate-limit/1", statement_text, witness, v));
  }
  Exit verdict(const std::string& statement_text, const std::string& witness, const std::string& id = "lemma",
               const std::string& v = "proved") const {
    return outcome(statement_text, witness, id, v).exit;
  }
  /// The ends of the checker's enclosure as it prints them when [0, 0] is claimed, 26 digits rounded outward.
  std::pair<std::string, std::string> enclosure(const Net& net, const std::string& witness) const {
    const Outcome refused = outcome(statement(net, "0", "0"), witness);
    BOOST_REQUIRE_MESSAGE(refused.exit == Exit::not_verified, refused.reason);
    const std::size_t from = refused.reason.find('['), comma = refused.reason.find(", ", from),
                      to = refused.reason.find(']', from);
    BOOST_REQUIRE_MESSAGE(to != std::string::npos, refused.reason);
    return {refused.reason.substr(from + 1, comma - from - 1),
            refused.reason.substr(comma + 2, to - comma - 2)};
  }
};
const Real margin = 0x1p-33L;  // 1.2e-10
}  // namespace

BOOST_FIXTURE_TEST_SUITE(rate_limits, LimitFixture)

BOOST_AUTO_TEST_CASE(valid) {
  for (const std::string& name : analytic)
    for (const int n : {1, 2, 3}) {
      Net net = random_net(name, n, 2, static_cast<unsigned>(40 + n));
      net.sigma_w = n == 1 ? 1.25 : 0.5, net.sigma_u = 0.75, net.sigma_v = 1.5, net.T = 1.125;
      const Trajectory t = integrate(net, 8, 18);
      const std::string witness = limit_witness(folder, net, t, first_order(net, t)),
                        what = name + std::to_string(n);
      const Real limit = true_limit(net);
      const Outcome good = outcome(statement(net, limit - margin, limit + margin), witness);
      BOOST_TEST(good.exit == Exit::verified, what << ": " << good.reason << static_cast<double>(limit));
      BOOST_TEST(verdict(statement(net, limit + margin, limit + 1), witness) == Exit::not_verified, what);
      BOOST_TEST(verdict(statement(net, 0, limit - margin), witness) == Exit::not_verified, what);
      BOOST_TEST(good.report.lemmas.contains(42));
    }
}

// The ends of the enclosure are accepted, and one unit of their last digit further inside is refused.
BOOST_AUTO_TEST_CASE(ends) {
  const auto exact = [](const std::string& text, int units) {  // d.ddd...e-xx
    const std::size_t e = text.find('e');
    mpz_class digits(text.substr(0, 1) + text.substr(2, e - 2)), power;
    digits += units;
    const int exponent = 25 - std::stoi(text.substr(e + 1));
    BOOST_REQUIRE((exponent > 0 && e == 27U));
    mpz_ui_pow_ui(power.get_mpz_t(), 10, static_cast<unsigned long>(exponent));
    mpq_class x(digits, power);
    x.canonicalize();
    return proofs_check::spell(x);
  };
  for (const std::string name : {"softplus", "tanh"})
    for (const int degree : {3, 16}) {
      const Net net = random_net(name, 2, 2, 6);
      const Trajectory t = integrate(net, 6, degree);
      const std::string witness = limit_witness(folder, net, t, first_order(net, t), 128);
      const auto [lo, hi] = enclosure(net, witness);
      BOOST_TEST(verdict(statement(net, exact(lo, 0), exact(hi, 0)), witness) == Exit::verified);
      BOOST_TEST(verdict(statement(net, exact(lo, 1), exact(hi, 0)), witness) == Exit::not_verified);
      BOOST_TEST(verdict(statement(net, exact(lo, 0), exact(hi, -1)), witness) == Exit::not_verified);
    }
}

// Every error bound is the one of L42.
BOOST_AUTO_TEST_CASE(formulas) {
  int compared = 0;
  for (const std::string& name : analytic)
    for (const int n : {1, 2})
      for (int variant = 0; variant < 10; ++variant) {
        Net net = random_net(name, n, 2, static_cast<unsigned>(60 + variant));
        net.T = 0.75, net.sigma_u = 0.5, net.sigma_v = 1.5, net.sigma_w = 0.5;
        const int degree = variant == 0 ? 5 : variant == 1 ? 3 : 12;
        Trajectory t = integrate(net, variant == 0 ? 1 : 2, degree);
        FirstOrder terms = first_order(net, t);
        const std::size_t second = index(n * (degree + 2));
        const auto kick = [](std::int64_t& c) { c += std::int64_t{1} << 36; };  // 2^-16
        // 0, 1: interpolation; others: a defect, a jump or a wrong start of one of the four polynomials
        if (variant == 2) kick(t.state[second + 3]);
        if (variant == 3) kick(t.state[second]);
        if (variant == 4) kick(t.adjoint[4]);
        if (variant == 5) kick(t.adjoint[second]);
        if (variant == 6) kick(terms.state[3]);
        if (variant == 7) kick(terms.state[second]);
        if (variant == 8) kick(terms.adjoint[3]);
        if (variant == 9) kick(terms.adjoint[0]), kick(terms.adjoint[second]);
        RecomputedLimit expected{terms, {net, t}};
        expected.run();
        const auto [lo, hi] = enclosure(net, limit_witness(folder, net, t, terms, 128));
        const Real below = std::strtold(lo.c_str(), nullptr), above = std::strtold(hi.c_str(), nullptr);
        const std::string what = name + " " + std::to_string(n) + " " + std::to_string(variant);
        const double ratio = static_cast<double>((above - below) / (expected.hi - expected.lo));
        // The norm of a single weight is exact; of a matrix it is known up to 2^(1/2^12).
        BOOST_TEST(ratio == 1.0, boost::test_tools::tolerance(n == 1 ? 1e-6 : 2e-3) << what);
        BOOST_TEST(ratio > 1 - 1e-6, what);
        if (below > 0)
          BOOST_TEST(static_cast<double>(below + above) == static_cast<double>(expected.lo + expected.hi),
                     boost::test_tools::tolerance(1e-6) << what);
        // and they are true
        const Real limit = true_limit(net);
        BOOST_TEST((below <= limit + 1e-10L && limit - 1e-10L <= above), what);
        compared += below > 0 ? 1 : 0;
      }
  BOOST_TEST(compared > 140);
}

// W = 0: state and adjoint stand still, and the nets of every depth are the flow.
BOOST_AUTO_TEST_CASE(nothing_moves) {
  for (const std::string& name : analytic) {
    const Net still = one_neuron(name, 0.5, 0);
    const Trajectory t = integrate(still, 1, 2);
    const std::string witness = limit_witness(folder, still, t, first_order(still, t));
    BOOST_TEST(verdict(statement(still, "0", "0"), witness) == Exit::verified, name);
    BOOST_TEST(verdict(statement(still, "1*2^-90", "1"), witness) == Exit::not_verified, name);
  }
}

BOOST_AUTO_TEST_CASE(registered) {
  Net net = random_net("softplus", 2, 2, 5);
  net.sigma_w = 0.5;
  const Trajectory t = integrate(net, 8, 16);
  const std::string witness = limit_witness(folder, net, t, first_order(net, t));
  const Real limit = true_limit(net);
  const std::string narrow = statement(net, limit - 0x1p-22L, limit + 0x1p-22L),
                    wide = statement(net, limit - 0x1p-20L, limit + 0x1p-22L);
  BOOST_TEST(verdict(narrow, witness, "rate-limit.softplus") == Exit::verified);
  BOOST_TEST(verdict(wide, witness, "rate-limit.softplus") == Exit::not_verified);
  BOOST_TEST(verdict(wide, witness) == Exit::verified);
  BOOST_TEST(verdict(narrow, witness, "rate-limit.tanh") == Exit::not_verified);
  BOOST_TEST(verdict(narrow, witness, "rate-limit.softplus", "refuted") == Exit::not_verified);
  BOOST_TEST(verdict(narrow, witness, "gradient-rate.softplus") == Exit::not_verified);
  const Net still = one_neuron("softplus", 0.5, 0);
  const Trajectory constant = integrate(still, 1, 2);
  const std::string zero = limit_witness(folder, still, constant, first_order(still, constant));
  BOOST_TEST(verdict(statement(still, "0", "0"), zero, "rate-limit.softplus") == Exit::not_verified);
  BOOST_TEST(verdict(statement(still, "0", "1*2^-20"), zero, "rate-limit.softplus") == Exit::verified);
}

BOOST_AUTO_TEST_CASE(invalid) {
  Net net = random_net("gelu", 2, 2, 5);
  net.sigma_w = 0.5;
  const Trajectory t = integrate(net, 4, 14);
  const FirstOrder terms = first_order(net, t);
  const Real limit = true_limit(net);
  const std::string good = statement(net, limit - margin, limit + margin),
                    witness = limit_witness(folder, net, t, terms);
  BOOST_REQUIRE(verdict(good, witness) == Exit::verified);
  // every coefficient counts, the terms cannot stand for each other or be those of another flow
  for (std::size_t i = 0; i < terms.state.size(); i += 3)
    for (const bool adjoint : {false, true}) {
      FirstOrder other = terms;
      (adjoint ? other.adjoint : other.state)[i] += std::int64_t{1} << 26;  // 1.5e-8
      BOOST_TEST(verdict(good, limit_witness(folder, net, t, other, 96, "other")) == Exit::not_verified, i);
    }
  BOOST_TEST(verdict(good, limit_witness(folder, net, t, {terms.adjoint, terms.state}, 96, "swapped")) ==
             Exit::not_verified);
  BOOST_TEST(verdict(good, limit_witness(folder, net, t, {t.state, t.adjoint}, 96, "flow")) ==
             Exit::not_verified);
  Net changed = net;
  changed.W[1] += 0x1p-10;
  BOOST_TEST(verdict(statement(changed, limit - margin, limit + margin), witness) == Exit::not_verified);

  limit_witness(folder, net, t, terms);
  const auto said = [&](const std::string& from, const std::string& to) {
    return verdict(with(good, from, to), witness);
  };
  const auto shown = [&](const std::string& from, const std::string& to) {
    return verdict(good, with(witness, from, to));
  };
  BOOST_REQUIRE(said("", "") == Exit::verified);
  for (const std::string name : {"relu", "leaky-relu:1/10", "elu", "identity", "polynomial:0,1", "silu"})
    BOOST_TEST(said(R"("gelu")", "\"" + name + "\"") == Exit::not_verified, name);
  BOOST_TEST(said(R"("sigma_v":"1")", R"("sigma_v":"1025*2^-10")") == Exit::not_verified);
  BOOST_TEST(said(R"("sigma_u":"1")", R"("sigma_u":"1025*2^-10")") == Exit::not_verified);
  BOOST_TEST(verdict(statement(net, limit + margin, limit - margin), witness) == Exit::malformed);
  BOOST_TEST(verdict(statement(net, "-1", "10"), witness) == Exit::malformed);
  BOOST_TEST(verdict(statement(net, "-2", "-1"), witness) == Exit::malformed);
  BOOST_TEST(verdict(statement(net, "0", "10"), witness) == Exit::verified);
  BOOST_TEST(said(R"("lo":)", R"("low":)") == Exit::malformed);
  BOOST_TEST(said(R"(,"lo")", R"(,"kappa":"1","lo")") == Exit::malformed);
  BOOST_TEST(shown(R"({"adjoint_term")", R"({"adjoint_terms")") == Exit::malformed);
  BOOST_TEST(shown(R"(,"state_term")", R"(,"more":"1","state_term")") == Exit::malformed);
  BOOST_TEST(verdict(good, flow_witness(folder, net, t)) == Exit::malformed);
  BOOST_TEST(verdict(good, "{}") == Exit::malformed);
  BOOST_TEST(shown(R"("scale":"-52"},"flow")", R"("scale":"-51"},"flow")") == Exit::not_verified);
  BOOST_TEST(shown(R"("precision":96)", R"("precision":20)") == Exit::not_verified);
  const auto reshaped = [&](const std::string& key, const std::vector<int>& shape, bool doubles = false) {
    const auto& numbers = key == "state_term" ? terms.state : terms.adjoint;
    const std::string file = doubles ? folder.add_f8("reshaped.npy", {numbers.begin(), numbers.end()}, shape)
                                     : folder.add_i8("reshaped.npy", numbers, shape),
                      opening = "\"" + key + R"(":{"entries":)";
    const std::size_t from = witness.find(opening) + opening.size(), to = witness.find("}", from) + 1;
    return verdict(good, witness.substr(0, from) + file + witness.substr(to));
  };
  for (const std::string key : {"state_term", "adjoint_term"}) {
    BOOST_TEST(reshaped(key, {4, 2, 16}) == Exit::verified);
    BOOST_TEST(reshaped(key, {4, 2, 16}, true) == Exit::malformed);
    BOOST_TEST(reshaped(key, {2, 4, 16}) == Exit::malformed);
    BOOST_TEST(reshaped(key, {8, 16}) == Exit::malformed);
    BOOST_TEST(reshaped(key, {128}) == Exit::malformed);
  }
}

// A flow within the budget, whose limit is not: refused before anything is computed.
BOOST_AUTO_TEST_CASE(hostile) {
  const Net net = one_neuron("softplus", 0, 0);
  constexpr int bits = 18, pieces = 1 << bits;
  std::string times = "\"0\"";
  for (int k = 1; k <= pieces; ++k) times += ",\"" + dyadic(std::ldexp(k, -bits), bits) + "\"";
  const std::string array = R"({"entries":)" +
                            folder.add_i8("long.npy", std::vector<std::int64_t>(4 * pieces), {pieces, 1, 4}) +
                            R"(,"scale":"0"})";
  const std::string flow = R"({"adjoint":)" + array + R"(,"breakpoints":[)" + times +
                           R"(],"degree":2,"precision":64,"state":)" + array + "}";
  BOOST_TEST(verdict(statement(net, "0", "0"), R"({"adjoint_term":)" + array + R"(,"flow":)" + flow +
                                                   R"(,"state_term":)" + array + "}") == Exit::over_limit);
}

BOOST_AUTO_TEST_SUITE_END()
