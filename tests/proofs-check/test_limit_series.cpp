// limit-series/1, limit-relu/1 and the matrices of spd/1 that rest on them.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <numbers>
#include <random>

#include "lower_series.hpp"
#include "recomputed_limit.hpp"

namespace {
using namespace checker_test;

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  BOOST_REQUIRE_MESSAGE(place != std::string::npos, from + " does not occur in " + text.substr(0, 400));
  return text.replace(place, from.size(), to);
}
std::string data(const std::string& activation, const std::string& time = "1", const std::string& c0 = "1") {
  return R"({"T":")" + time + R"(","activation":")" + activation + R"(","c0":")" + c0 + "\"";
}
std::string series_statement(const std::string& activation, int degree, const std::string& claimed) {
  return data(activation, "1*2^-1") + R"(,"degree":)" + std::to_string(degree) + R"(,"quantities":)" +
         claimed + R"(,"sigma_w":"1"})";
}
const std::string modes = modes_witness(60, 120, "3*2^-1", 128);

struct SeriesCase {
  LimitProblem problem;
  LimitSolver solver;
  LimitFields fields;
  SeriesCase(const std::string& activation, int degree, int order = 8)
      : problem{activation, 0.5L, 1, 1, 1, order, false, 60},
        solver(problem),
        fields(solver.series(degree)) {}
  GridWitness grid() const { return grid_witness(problem, solver, fields, modes); }
};
const SeriesCase& softplus_case() {
  static const SeriesCase c("softplus", 10);
  return c;
}

struct SeriesFixture {
  Folder folder;
  Outcome outcome(const std::string& kind, const std::string& statement, const std::string& witness,
                  const std::string& id = "lemma") const {
    return check_bytes(folder, certificate(id, kind, statement, witness));
  }
};

Real value_at(const Series& s, Real rho) {
  Real sum = 0, power = 1;
  for (const Real c : s) sum += c * power, power *= rho;
  return sum;
}
std::string list(const Series& s, Real shift = 0) {
  std::string text;
  for (const Real c : s) text += (text.empty() ? "\"" : ",\"") + spelled(std::max(c + shift, Real{0})) + "\"";
  return "[" + text + "]";
}

/// L56, naively.
Series relu_from_below(Real tau, int cells, int inner, int terms, int degree) {
  const auto product = [](const Series& a, const Series& b) {
    Series c(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; i + j < a.size(); ++j) c[i + j] += a[i] * b[j];
    return c;
  };
  Series alpha{1 / (2 * std::numbers::pi_v<Real>), 0.25L};
  for (int n = 2; n < terms; ++n)
    alpha.push_back(alpha[static_cast<std::size_t>(n - 2)] * (n - 3) * (n - 3) / (Real{1} * n * (n - 1)));
  const auto root = [&](int k) { return std::cosh(tau * k / cells / std::numbers::sqrt2_v<Real>); };
  const auto total = [](const Series& s) { return value_at(s, 1); };
  // V and V' at C, by powers
  const auto dual = [&](const Series& c, Real scale, Real variance) {
    Series v(c.size()), slope(c.size()), power(c.size());
    power[0] = 1;
    v[0] = alpha[0] * variance;
    for (std::size_t n = 1; n < alpha.size(); ++n) {
      for (std::size_t m = 0; m < c.size(); ++m)
        slope[m] += static_cast<Real>(n) * alpha[n] * std::pow(scale, 1 - static_cast<Real>(n)) * power[m];
      power = product(power, c);
      for (std::size_t m = 0; m < c.size(); ++m)
        v[m] += alpha[n] * std::pow(scale, 1 - static_cast<Real>(n)) * power[m];
    }
    return std::pair{v, slope};
  };
  const auto n = static_cast<std::size_t>(cells + 1);
  Series start(static_cast<std::size_t>(inner + 1));
  start[1] = 1;
  std::vector<Series> c(n * n, start), theta(n * n, start), v(n * n), g(n * n);
  const Real step = tau / cells;
  // by increasing max(i, j): every value is a full double sum
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      Series sum_v(start.size()), sum_g(start.size());
      for (std::size_t k = 0; k < i; ++k)
        for (std::size_t l = 0; l < j; ++l)
          for (std::size_t m = 0; m < start.size(); ++m)
            sum_v[m] += v[k * n + l][m], sum_g[m] += g[k * n + l][m];
      for (std::size_t m = 0; m < start.size(); ++m) {
        c[i * n + j][m] = start[m] + step * step * sum_v[m];
        theta[i * n + j][m] = c[i * n + j][m] + step * step * sum_g[m];
      }
    }
    for (std::size_t j = 0; j <= i && i + 1 < n; ++j) {
      const auto [value, slope] =
          dual(c[i * n + j], root(static_cast<int>(i) + 1) * root(static_cast<int>(j) + 1),
               std::sqrt(total(c[i * n + i]) * total(c[j * n + j])));
      v[i * n + j] = v[j * n + i] = value;
      g[i * n + j] = g[j * n + i] = product(slope, theta[i * n + j]);
    }
  }
  Series end = c.back(), end_theta = theta.back();
  end.resize(static_cast<std::size_t>(degree + 1)), end_theta.resize(end.size());
  auto [value, slope] = dual(end, root(cells) * root(cells), total(end));
  const Series rest = product(slope, end_theta);
  for (std::size_t m = 0; m < end.size(); ++m) value[m] += rest[m];
  return value;
}

/// A factor of sum b_n rho_ij^n - bound I for integer points, in units of 2^-45.
std::vector<std::int64_t> factor_of(const std::vector<std::vector<int>>& points, const Series& b,
                                    Real bound) {
  std::vector<std::int64_t> factor;
  const std::size_t n = points.size();
  std::vector<Reals> l(n, Reals(n));
  const auto dot = [&](std::size_t i, std::size_t j) {
    Real sum = 0;
    for (std::size_t k = 0; k < points[i].size(); ++k) sum += static_cast<Real>(points[i][k] * points[j][k]);
    return sum;
  };
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      Real x = value_at(b, i == j ? 1 : dot(i, j) / std::sqrt(dot(i, i) * dot(j, j))) - (i == j ? bound : 0);
      for (std::size_t k = 0; k < j; ++k) x -= l[i][k] * l[j][k];
      BOOST_REQUIRE((i != j || x > 0));
      l[i][j] = i == j ? std::sqrt(x) : x / l[j][j];
      factor.push_back(std::llround(std::ldexp(l[i][j], 45)));
    }
  return factor;
}
}  // namespace

BOOST_FIXTURE_TEST_SUITE(limit_series, SeriesFixture)

// Fixed point from below: never above the exact result, and off by a few units.
BOOST_AUTO_TEST_CASE(lower_arithmetic) {
  using proofs_check::Fixed;
  std::mt19937_64 random(5);
  const auto draw = [&](int bits) {
    return ((static_cast<Fixed>(random()) << 64) + random()) >> (128 - bits);
  };
  const mpq_class unit = proofs_check::power_of_two(-proofs_check::fixed_bits);
  for (int round = 0; round < 200; ++round) {
    proofs_check::LowerSum sum;
    mpq_class exact = 0;
    for (int k = 0; k < 50; ++k) {
      const Fixed a = draw(104 + round % 6), b = draw(round % 3 == 0 ? 40 : 104);
      sum.add(a, b);
      exact += proofs_check::rational(a) * proofs_check::rational(b);
    }
    const mpq_class gap = exact - proofs_check::rational(sum.value());
    BOOST_TEST((gap >= 0 && gap < 2 * unit));
  }
  const mpq_class x = mpq_class(22) / 7;
  const mpq_class gap = x - proofs_check::rational(proofs_check::fixed_below(x));
  BOOST_TEST((gap >= 0 && gap < unit));
  BOOST_TEST((proofs_check::fixed_below(proofs_check::Interval(x, 200)) == proofs_check::fixed_below(x)));
  BOOST_TEST((proofs_check::fixed_below(proofs_check::Interval(-x, 200)) == 0));
  const proofs_check::Interval huge =
      proofs_check::exp(proofs_check::Interval(mpq_class("1000000000000"), 64));
  BOOST_CHECK_THROW(proofs_check::fixed_below(huge), proofs_check::Failure);
  BOOST_TEST((proofs_check::fixed_below(inverse(huge)) == 0));
  BOOST_TEST((proofs_check::fixed_below(mpq_class(-1)) == 0));
  BOOST_CHECK_THROW(proofs_check::fixed_below(mpq_class(1024)), proofs_check::Failure);

  // compositions against powers in rationals
  for (const bool odd : {false, true})
    for (const int terms : {1, 2, 3, 5, 14}) {
      proofs_check::LowerSeries r;
      for (int m = 0; m < 6; ++m) r.push_back(draw(100));
      std::vector<Fixed> b;
      for (int n = 0; n < terms; ++n) b.push_back(odd && n % 2 == terms % 2 ? Fixed{0} : draw(103));
      const proofs_check::LowerSeries found = proofs_check::LowerComposition(r, odd)(b);
      std::vector<mpq_class> power(13), sum(13), full(13);  // in rho
      for (std::size_t m = 0; m < 6; ++m) full[odd ? 2 * m + 1 : m] = proofs_check::rational(r[m]);
      power[0] = 1;
      for (int n = 0; n < terms; ++n) {
        for (std::size_t m = 0; m < 13; ++m)
          sum[m] += proofs_check::rational(b[static_cast<std::size_t>(n)]) * power[m];
        std::vector<mpq_class> next(13);
        for (std::size_t i = 0; i < 13; ++i)
          for (std::size_t j = 0; i + j < 13; ++j) next[i + j] += power[i] * full[j];
        power = next;
      }
      const std::size_t offset = odd && (terms - 1) % 2 == 1 ? 1 : 0;
      for (std::size_t m = 0; m < 6; ++m) {
        const mpq_class off = sum[odd ? 2 * m + offset : m] - proofs_check::rational(found[m]);
        BOOST_TEST((off >= 0 && off < 1000 * unit), odd << terms << " " << m);
      }
    }
}

BOOST_AUTO_TEST_CASE(valid) {
  for (const std::string name :
       {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "sin", "cos", "gaussian"}) {
    const int degree = name == "tanh" ? 11 : 10;
    const SeriesCase c(name, degree, 7);
    // the series and the numbers of the solver agree
    const LimitPoint point = c.solver.at(0.5L);
    BOOST_TEST(std::abs(value_at(c.fields.K, 0.5L) - point.K) < 1e-3L, name);
    const std::string shown = c.grid().write(folder);
    const Outcome good = outcome(
        "limit-series/1",
        series_statement(name, degree, quantities(c.fields, c.solver.end_variance(), "1*2^-4")), shown);
    BOOST_TEST(good.exit == Exit::verified, name << good.reason);
    BOOST_TEST(good.report.lemmas.contains(51));
    // a coefficient off by more than the radius
    for (const int m : {1, 4, degree}) {
      LimitFields other = c.fields;
      other.K_W[static_cast<std::size_t>(m)] += 0.0626L;
      BOOST_TEST(
          outcome("limit-series/1",
                  series_statement(name, degree, quantities(other, c.solver.end_variance(), "1*2^-4")), shown)
                  .exit == Exit::not_verified,
          name << m);
    }
  }
}

// Every radius is the one of L45-L51, also where the degree is low and most of it is what lies above the
// degree; and it covers the coefficients above.
BOOST_AUTO_TEST_CASE(radii) {
  for (const std::string name : {"softplus", "tanh", "gaussian"})
    for (const int degree : {3, 10}) {
      const LimitCase c({name, 0.5L, 1, 1, 1, 5, false, 60});
      const LimitFields low = c.solver.series(degree), high = c.solver.series(24);
      const LimitPoint expected = RecomputedLimit{c}.radii(low);
      const std::string shown = grid_witness(c.problem, c.solver, low, modes).write(folder);
      const auto above = [&](const Series& x) {
        Real sum = 0;
        for (std::size_t m = static_cast<std::size_t>(degree) + 1; m < x.size(); ++m) sum += x[m];
        return sum;
      };
      for (const auto& [quantity, radius, missed] :
           {std::tuple{"C", expected.C, above(high.end_C)}, std::tuple{"K", expected.K, above(high.K)},
            std::tuple{"K_U", expected.K_U, above(high.K_U)},
            std::tuple{"K_W", expected.K_W, above(high.K_W)},
            std::tuple{"Sigma", expected.Sigma, above(high.Sigma)}}) {
        // only this quantity is claimed with radius 0
        std::string claimed = quantities(low, c.solver.end_variance(), "1000");
        const std::size_t at = claimed.find("\"" + std::string(quantity) + "\":{"),
                          place = claimed.find("\"1000\"", at);
        claimed.replace(place, 6, "\"0\"");
        const Outcome refused = outcome("limit-series/1", series_statement(name, degree, claimed), shown);
        const std::string mark = "within ", what = name + std::to_string(degree) + quantity;
        const std::size_t found_at = refused.reason.find(mark);
        BOOST_REQUIRE_MESSAGE(found_at != std::string::npos, what << refused.reason);
        const Real found = std::strtold(refused.reason.c_str() + found_at + mark.size(), nullptr);
        const double ratio = static_cast<double>(found / radius);
        BOOST_TEST(ratio > 0.995, what << " " << ratio);
        BOOST_TEST(ratio < 1.06, what << " " << ratio);
        BOOST_TEST(found > missed, what);
      }
    }
}

BOOST_AUTO_TEST_CASE(invalid) {
  const SeriesCase& c = softplus_case();
  const GridWitness grid = c.grid();
  const std::string good = series_statement("softplus", 10,
                                            quantities(c.fields, c.solver.end_variance(), "1*2^-9")),
                    shown = grid.write(folder);
  const auto verdict = [&](const std::string& statement, const std::string& witness) {
    return outcome("limit-series/1", statement, witness).exit;
  };
  const Outcome first = outcome("limit-series/1", good, shown);
  BOOST_REQUIRE_MESSAGE(first.exit == Exit::verified, first.reason);
  // a negative coefficient, of each field
  const std::size_t pairs = grid.state.size();
  for (std::size_t field = 0; field < 3; ++field) {
    GridWitness other = grid;
    other.values[(field * pairs + 20) * 11 + 7] = -1;
    BOOST_TEST(verdict(good, other.write(folder, "other")) == Exit::not_verified);
    other = grid;  // far off
    other.values[(field * pairs + 20) * 11 + 7] += std::int64_t{1} << (grid_bits + 2);
    BOOST_TEST(verdict(good, other.write(folder, "other")) == Exit::not_verified);
  }
  GridWitness other = grid;  // the sum of the coefficients of C at (7, 7) beyond Q_7
  const std::size_t corner = (pairs - 1) * 11;
  std::int64_t sum = 0;
  for (std::size_t m = 0; m < 11; ++m) sum += grid.values[corner + m];
  other.values[corner + 5] += grid.state.back() - sum;
  BOOST_TEST(verdict(with(good, "1*2^-9", "1*2^-9"), other.write(folder, "other")) == Exit::verified);
  other.values[corner + 5] += 1;
  BOOST_TEST(verdict(good, other.write(folder, "other")) == Exit::not_verified);
  other = grid;
  other.state.back() -= std::int64_t{1} << (grid_bits - 4);
  BOOST_TEST(verdict(good, other.write(folder, "other")) == Exit::not_verified);

  for (const auto& [from, to] :
       {std::pair{R"("T":"1*2^-1")", R"("T":"3*2^-2")"}, std::pair{R"("c0":"1")", R"("c0":"2")"},
        std::pair{R"("softplus")", R"("gelu")"}, std::pair{R"("softplus")", R"("relu")"},
        std::pair{R"("softplus")", R"("elu")"}})
    BOOST_TEST(verdict(with(good, from, to), shown) == Exit::not_verified, to);
  for (const auto& [from, to] :
       {std::pair{R"("degree":10)", R"("degree":9)"}, std::pair{R"("degree":10)", R"("degree":0)"},
        std::pair{R"("degree":10)", R"("degree":"10")"},
        std::pair{R"("C":{"coefficients":[)", R"("C":{"coefficients":["1",)"},
        std::pair{R"("q":{"radius")", R"("q":{"radii")"}, std::pair{R"("K_W")", R"("K_X")"}})
    BOOST_TEST(verdict(with(good, from, to), shown) == Exit::malformed, to);
  BOOST_TEST(verdict(with(good, R"("degree":10)", R"("degree":401)"), shown) == Exit::over_limit);
  BOOST_TEST(verdict(with(good, R"("T":"1*2^-1")", R"("T":"16")"), shown) != Exit::verified);
  BOOST_TEST(verdict(good, with(shown, R"("shape":[3,36,11])", R"("shape":[3,11,36])")) == Exit::malformed);
  BOOST_TEST(verdict(good, with(shown, R"("shape":[3,36,11])", R"("shape":[108,11])")) == Exit::malformed);
  BOOST_TEST(verdict(good, with(shown, R"("scale":"-58"}})", R"("scale":"-57"}})")) == Exit::not_verified);
  BOOST_TEST(verdict(good, with(shown, R"("scale":"-58"}})", R"("scale":"-40"}})")) != Exit::verified);

  // an odd activation has no even coefficients
  const SeriesCase odd("tanh", 7);
  const std::string odd_good =
      series_statement("tanh", 7, quantities(odd.fields, odd.solver.end_variance(), "1*2^-4"));
  GridWitness odd_grid = odd.grid();
  BOOST_TEST(verdict(odd_good, odd_grid.write(folder, "odd")) == Exit::verified);
  odd_grid.values[8 * 20 + 2] = 1;
  BOOST_TEST(verdict(odd_good, odd_grid.write(folder, "odd")) == Exit::not_verified);
}

BOOST_AUTO_TEST_CASE(relu) {
  const int cells = 6, inner = 8, terms = 14, degree = 12;
  const Real tau = 0.75L;
  const Series expected = relu_from_below(tau, cells, inner, terms, degree);
  const std::string witness = R"({"degree":8,"grid":6,"precision":128,"terms":14})";
  const auto statement = [&](const std::string& coefficients, const std::string& c0 = "1") {
    return data("relu", "3*2^-1", c0) + R"(,"coefficients":)" + coefficients + R"(,"sigma_w":"1*2^-1"})";
  };
  const auto verdict = [&](const std::string& s, const std::string& w) {
    return outcome("limit-relu/1", s, w).exit;
  };
  const Outcome good = outcome("limit-relu/1", statement(list(expected, -0x1p-55L)), witness);
  BOOST_TEST(good.exit == Exit::verified, good.reason);
  for (std::size_t m = 0; m < expected.size(); ++m) {
    Series other = expected;
    for (Real& x : other) x = std::max(x - 0x1p-55L, Real{0});
    other[m] = expected[m] + 0x1p-50L;
    BOOST_TEST(verdict(statement(list(other)), witness) == Exit::not_verified, m);
  }
  Series scaled = expected;
  for (Real& x : scaled) x *= 3;
  BOOST_TEST(verdict(statement(list(scaled, -0x1p-53L), "3"), witness) == Exit::verified);
  BOOST_TEST(verdict(statement(list(scaled, -0x1p-53L), "23*2^-3"), witness) == Exit::not_verified);
  const std::string plain = statement(R"(["0","0","0","0","0","0","0","0","0","0","0","0","0"])");
  BOOST_TEST(verdict(plain, witness) == Exit::verified);
  BOOST_TEST(verdict(with(plain, R"(["0")", R"(["-1")"), witness) == Exit::malformed);
  BOOST_TEST(verdict(with(plain, "relu", "softplus"), witness) == Exit::not_verified);
  BOOST_TEST(verdict(plain, with(witness, R"("degree":8)", R"("degree":13)")) == Exit::malformed);
  BOOST_TEST(verdict(plain, with(witness, R"("degree":8)", R"("degree":0)")) == Exit::malformed);
  BOOST_TEST(verdict(plain, with(witness, R"("grid":6)", R"("grid":0)")) == Exit::malformed);
  BOOST_TEST(verdict(plain, with(witness, R"("grid":6)", R"("grid":65)")) == Exit::over_limit);
  BOOST_TEST(verdict(plain, with(witness, R"("terms":14)", R"("terms":10001)")) == Exit::over_limit);
  BOOST_TEST(verdict(plain, with(witness, R"("terms":14)", R"("terms":1)")) == Exit::malformed);
  BOOST_TEST(verdict(with(plain, R"("T":"3*2^-1")", R"("T":"100")"), witness) == Exit::over_limit);

  // Below the truth: theory 0.5 has K_inf(1) = 1.86279 and K_inf(1/2) = 0.86587 at sigma_w T = 1; finer is
  // larger.
  const Series coarse = relu_from_below(1, 4, 12, 20, 40), fine = relu_from_below(1, 12, 12, 20, 40);
  for (std::size_t m = 0; m < coarse.size(); ++m) BOOST_TEST(coarse[m] <= fine[m] * (1 + 1e-15L), m);
  BOOST_TEST((value_at(fine, 1) < 1.8628L && value_at(fine, 1) > 1.4L));
  BOOST_TEST((value_at(fine, 0.5L) < 0.8659L && value_at(fine, 0.5L) > 0.65L));
}

// lambda_min on the hexagon, antipodal pairs included.
BOOST_AUTO_TEST_CASE(matrices) {
  const std::vector<std::vector<int>> hexagon{{1, -1, 0}, {1, 0, -1}, {0, 1, -1},
                                              {-1, 1, 0}, {-1, 0, 1}, {0, -1, 1}};
  std::vector<std::int64_t> flat;
  for (const auto& x : hexagon) flat.insert(flat.end(), x.begin(), x.end());
  const std::string points = folder.add_i8("hexagon.npy", flat, {6, 3});

  const Series k = relu_from_below(1, 8, 8, 20, 12);
  Series b = k;
  for (Real& x : b) x = std::max(x - 0x1p-50L, Real{0});
  const std::string relu = folder.add(
      "relu.cert.json",
      lemma("limit-relu/1", data("relu") + R"(,"coefficients":)" + list(k, -0x1p-55L) + R"(,"sigma_w":"1"})",
            R"({"degree":8,"grid":8,"precision":128,"terms":20})"));
  BOOST_REQUIRE(check(folder, "relu.cert.json").exit == Exit::verified);
  // the least eigenvalue, by trial
  const auto spd = [&](const std::string& activation, const std::string& time, const std::string& bound,
                       const std::string& coefficients, const std::vector<std::int64_t>& factor,
                       const std::string& limit, const std::string& id = "lemma") {
    const std::string l = folder.add_i8("factor.npy", factor, {21});
    return outcome("spd/1",
                   R"({"bound":")" + bound + R"(","matrix":)" + data(activation, time) + R"(,"points":)" +
                       points + R"(,"sigma_w":"1","type":"limit-kernel"}})",
                   R"({"coefficients":)" + coefficients + R"(,"factor":)" + l + R"(,"limit":)" + limit +
                       R"(,"scale":"-45"})",
                   id);
  };
  const Real bound = 0x1p-11L;
  const std::vector<std::int64_t> factor = factor_of(hexagon, b, bound + 0x1p-38L);
  const Outcome good = spd("relu", "1", "1*2^-11", list(b), factor, relu);
  BOOST_TEST(good.exit == Exit::verified, good.reason);
  BOOST_TEST(good.report.lemmas.contains(56));
  BOOST_TEST(spd("relu", "1", "1*2^-11", list(b), factor, relu, "limit-gram-lambda-min.relu").exit ==
             Exit::verified);
  BOOST_TEST(spd("relu", "1", "1*2^-10", list(b), factor, relu).exit == Exit::not_verified);
  BOOST_TEST(spd("relu", "1*2^-1", "1*2^-11", list(b), factor, relu).exit == Exit::not_verified);
  BOOST_TEST(spd("softplus", "1", "1*2^-11", list(b), factor, relu).exit == Exit::not_verified);
  for (std::size_t m = 0; m < b.size(); ++m) {
    Series above = b;
    above[m] = k[m];
    BOOST_TEST(
        spd("relu", "1", "1*2^-11", list(above), factor_of(hexagon, above, bound + 0x1p-38L), relu).exit ==
            Exit::not_verified,
        m);
  }
  Series longer = b;
  longer.push_back(0x1p-60L);
  BOOST_TEST(
      spd("relu", "1", "1*2^-11", list(longer).insert(list(longer).size() - 2, ""), factor, relu).exit ==
      Exit::verified);  // spelled as 0
  longer.back() = 0x1p-50L;
  BOOST_TEST(spd("relu", "1", "1*2^-11", list(longer), factor, relu).exit == Exit::not_verified);

  // softplus: the coefficient less the radius
  const SeriesCase& c = softplus_case();
  const std::string series = folder.add(
      "series.cert.json",
      lemma("limit-series/1",
            series_statement("softplus", 10, quantities(c.fields, c.solver.end_variance(), "1*2^-14")),
            c.grid().write(folder)));
  BOOST_REQUIRE_MESSAGE(check(folder, "series.cert.json").exit == Exit::verified,
                        check(folder, "series.cert.json").reason);
  Series below = c.fields.K;
  for (Real& x : below) x = std::max(std::ldexp(std::floor(std::ldexp(x, 40)), -40) - 0x1p-14L, Real{0});
  const std::vector<std::int64_t> own = factor_of(hexagon, below, 0x1p-20L + 0x1p-38L);
  const Outcome softplus = spd("softplus", "1*2^-1", "1*2^-20", list(below), own, series);
  BOOST_TEST(softplus.exit == Exit::verified, softplus.reason);
  for (const std::size_t m : {0U, 1U, 2U}) {
    Series above = below;
    above[m] += 0x1p-30L;
    BOOST_TEST(spd("softplus", "1*2^-1", "1*2^-20", list(above),
                   factor_of(hexagon, above, 0x1p-20L + 0x1p-38L), series)
                       .exit == Exit::not_verified,
               m);
  }
  BOOST_TEST(spd("softplus", "1*2^-1", "1*2^-20", list(below), own, relu).exit == Exit::not_verified);
  BOOST_TEST(
      spd("softplus", "1*2^-1", "1*2^-20", list(below), own, series, "limit-gram-lambda-min.softplus").exit ==
      Exit::verified);
  BOOST_TEST(
      spd("softplus", "1*2^-1", "1*2^-20", list(below), own, series, "limit-hexagon.softplus.one").exit ==
      Exit::not_verified);
  // a gauss certificate is no limit, and the witness of a two-layer kernel does not fit
  const std::string gauss = folder.add(
      "gauss.cert.json", lemma("gauss/1", gauss_statement("relu", "1", {{0, "0", "1"}}), closed_witness()));
  BOOST_TEST(spd("relu", "1", "1*2^-11", list(b), factor, gauss).exit == Exit::not_verified);
}

BOOST_AUTO_TEST_SUITE_END()
