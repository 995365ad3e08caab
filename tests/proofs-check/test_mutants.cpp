// Byte mutants and semantic mutants under one rule: verified implies independently true.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "json.hpp"
#include "tangent_testing.hpp"
#include "trajectory.hpp"

namespace {
using namespace checker_test;

/// Every deletion, and several insertions and replacements at every byte.
template <class Visit>
void for_each_mutant(const std::string& bytes, std::uint64_t seed, Visit visit) {
  std::mt19937_64 random(seed);
  const std::string letters = "0123456789-*^/{}[]\",:abcdeghilnoprstuvx ";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    visit(std::string(bytes).erase(i, 1));
    for (int k = 0; k < 2; ++k) {
      const char c = letters[random() % letters.size()];
      visit(std::string(bytes).insert(i, 1, c));
      std::string other = bytes;
      if (other[i] != c) visit((other[i] = c, other));
    }
    visit(std::string(bytes).replace(i, 1, 1, static_cast<char>(bytes[i] ^ (1 << random() % 8))));
  }
}

double real(const std::string& text) {
  proofs_check::Budget budget;
  return proofs_check::parse_real(text, budget).get_d();
}

/// Is a gauss/1 statement true, to 1e-9?
bool gauss_is_true(const proofs_check::Value& statement) {
  const std::string name = statement["activation"].text();
  const double q = real(statement["q"].text());
  for (const auto& entry : statement["coefficients"].list()) {
    const double a =
        coefficient([&](double x) { return activation_value(name, x); }, q,
                    static_cast<int>(entry["n"].count()), static_cast<int>(statement["power"].count()));
    if (!(real(entry["lo"].text()) < a + 1e-9 && a - 1e-9 < real(entry["hi"].text()))) return false;
  }
  return true;
}

/// Mutants of a certificate with a fixed registered statement: verified only if claim, kind, statement and
/// verdict stand.
void frozen_statement(const std::string& bytes, const Folder& folder) {
  BOOST_REQUIRE(check_bytes(folder, bytes).exit == Exit::verified);
  const auto frozen = [](const std::string& text) { return text.substr(0, text.find(",\"witness\"")); };
  int verified = 0, count = 0;
  for_each_mutant(bytes, 1, [&](const std::string& mutant) {
    ++count;
    if (check_in_memory(folder, mutant) != Exit::verified) return;
    ++verified;
    BOOST_TEST(frozen(mutant) == frozen(bytes), mutant);
  });
  BOOST_TEST(count > 400);
  BOOST_TEST(verified < count / 20);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(mutants)

BOOST_AUTO_TEST_CASE(registered) {
  const Folder folder;
  frozen_statement(certificate("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}"), folder);
  frozen_statement(
      certificate(
          "slide-hermite-h2", "refute/1",
          R"({"conclusion":["eq",["gaussian-mean","1","0","-2","0","1"],"1"],"hypotheses":[],"variables":[]})",
          R"({"point":{},"precision":64})", "refuted"),
      folder);
  frozen_statement(
      certificate(
          "dual-expansion-unit-variance", "refute/1",
          R"({"conclusion":["eq",["mul","q","rho"],"rho"],"hypotheses":[["gt","q","0"],["ge","rho","-1"],["le","rho","1"]],"variables":["q","rho"]})",
          R"({"point":{"q":"2","rho":"1"},"precision":64})", "refuted"),
      folder);
  frozen_statement(certificate("one-odd-coefficient.softplus", "gauss-zero/1",
                               R"({"activation":"softplus","class":"odd-from-3","slope":"1*2^-1"})",
                               R"({"identity":"linear-plus-even"})"),
                   folder);
  frozen_statement(
      certificate(
          "theorem-11-two-layer", "singular/1",
          R"({"activation":"softplus","points":[["1","-1","0"],["1","0","-1"],["0","1","-1"],["-1","1","0"],["-1","0","1"],["0","-1","1"]]})",
          R"({"identity":"linear-plus-even","vector":["1","-1","1","-1","1","-1"]})", "refuted"),
      folder);
  const std::string one =
      R"({"T":"1","U":[["1"]],"W":[["1"]],"factor_u":"1","factor_v":"1","factor_w":"2","v":[["1"]],"x":[["1"]]})";
  frozen_statement(
      certificate("backward-recursion-as-stated", "gradient/1",
                  R"({"activation":"identity","depth":1,"formula":"slide-backward","model":)" + one + "}",
                  "{}", "refuted"),
      folder);
}

// One neuron with tanh: sinh h = e^(sigma_w T W) sinh(sigma_u U x) whatever the mutated model is.
BOOST_AUTO_TEST_CASE(flow) {
  const Folder folder;
  const Net net = one_neuron("tanh", 0.75, 0.5, 1.5, 0.5);
  const Trajectory t = integrate(net, 2, 10);
  const std::string bytes = lemma("ode/1",
                                  R"({"activation":"tanh","adjoint":)" + row(t.start_adjoint) +
                                      R"(,"adjoint_radius":"1*2^-9","model":)" + net.json() + R"(,"state":)" +
                                      row(t.end_state) + R"(,"state_radius":"1*2^-9"})",
                                  flow_witness(folder, net, t, 64));
  BOOST_REQUIRE(check_bytes(folder, bytes).exit == Exit::verified);
  int verified = 0;
  for_each_mutant(bytes, 5, [&](const std::string& mutant) {
    if (check_in_memory(folder, mutant) != Exit::verified) return;
    ++verified;
    const auto document = proofs_check::parse_json(mutant);
    const auto &statement = document["statement"], &model = statement["model"];
    const auto entry = [](const proofs_check::Value& rows) { return real(rows.list()[0].list()[0].text()); };
    const double stretch =
                     std::exp(real(model["sigma_w"].text()) * real(model["T"].text()) * entry(model["W"])),
                 start = real(model["sigma_u"].text()) * entry(model["U"]) * entry(model["x"]),
                 h = std::asinh(stretch * std::sinh(start)), slope = 1 - std::tanh(h) * std::tanh(h);
    const double lambda =
        real(model["sigma_v"].text()) * entry(model["v"]) * slope * stretch * std::cosh(start) / std::cosh(h);
    BOOST_TEST(statement["activation"].text() == "tanh");
    BOOST_TEST(std::abs(h - entry(statement["state"])) <= real(statement["state_radius"].text()) + 1e-9,
               mutant);
    BOOST_TEST(
        std::abs(lambda - entry(statement["adjoint"])) <= real(statement["adjoint_radius"].text()) + 1e-9,
        mutant);
  });
  BOOST_TEST(verified > 0);
}

// One neuron again: what is verified lies around the limit extrapolated for the mutated model.
BOOST_AUTO_TEST_CASE(rate_limit) {
  const Folder folder;
  const Net net = one_neuron("tanh", 0.75, 0.5, 1.5, 0.5);
  const Trajectory t = integrate(net, 2, 10);
  const auto size = [](const Trajectory::Gradient& g) {
    return static_cast<double>(std::hypot(g.U[0], g.W[0], g.v[0]));
  };
  const double limit = size(extrapolated_limit(net));
  const std::string bytes =
      lemma("rate-limit/1",
            R"({"activation":"tanh","hi":")" + dyadic(limit + 0x1p-9, 12) + R"(","lo":")" +
                dyadic(limit - 0x1p-9, 12) + R"(","model":)" + net.json() + "}",
            limit_witness(folder, net, t, first_order(net, t), 64));
  BOOST_REQUIRE(check_bytes(folder, bytes).exit == Exit::verified);
  int verified = 0;
  for_each_mutant(bytes, 6, [&](const std::string& mutant) {
    if (check_in_memory(folder, mutant) != Exit::verified) return;
    ++verified;
    const auto document = proofs_check::parse_json(mutant);
    const auto &statement = document["statement"], &model = statement["model"];
    const auto number = [&](const char* key) { return real(model[key].text()); };
    const auto entry = [&](const char* key) { return real(model[key].list()[0].list()[0].text()); };
    const Net meant{statement["activation"].text(),
                    1,
                    1,
                    {entry("U")},
                    {entry("W")},
                    {entry("v")},
                    {entry("x")},
                    number("T"),
                    number("sigma_u"),
                    number("sigma_v"),
                    number("sigma_w")};
    const double truth = size(extrapolated_limit(meant));
    BOOST_TEST(real(statement["lo"].text()) <= truth + 1e-9, mutant);
    BOOST_TEST(real(statement["hi"].text()) >= truth - 1e-9, mutant);
  });
  BOOST_TEST(verified > 0);
}

BOOST_AUTO_TEST_CASE(gauss) {
  const Folder folder;
  for (const bool trapezoid : {true, false}) {
    const std::string name = trapezoid ? "softplus" : "relu";
    std::vector<Bound> bounds;
    for (const int n : {0, 1, 4}) {
      const double a = coefficient([&](double x) { return activation_value(name, x); }, 1, n);
      bounds.push_back({n, dyadic(a - 1e-7, 26), dyadic(a + 1e-7, 26)});
    }
    const std::string bytes =
        lemma("gauss/1", gauss_statement(name, "1", bounds),
              trapezoid ? trapezoid_witness(64, "1*2^-2", "3", 100) : closed_witness(100));
    BOOST_REQUIRE(check_bytes(folder, bytes).exit == Exit::verified);
    int verified = 0, count = 0;
    for_each_mutant(bytes, 2, [&](const std::string& mutant) {
      ++count;
      if (check_in_memory(folder, mutant) != Exit::verified) return;
      ++verified;
      BOOST_TEST(gauss_is_true(proofs_check::parse_json(mutant)["statement"]), mutant);
    });
    BOOST_TEST(count > 1000);
    BOOST_TEST(verified > 0);
  }
}

// A 3 x 3 matrix with a bound close to the truth; the certificate and both side files are altered, with the
// hashes made right.
BOOST_AUTO_TEST_CASE(spd) {
  const Folder folder;
  std::vector<std::int64_t> entries{50, 20, 1, 20, 60, 30, 1, 30, 80}, factor{6, 3, 6, 0, 5, 6};
  const auto least_eigenvalue =
      [](const std::vector<std::int64_t>& a) {  // by bisection on the leading minors
        double low = -1e20, high = 1e20;
        for (int i = 0; i < 300; ++i) {
          const double s = (low + high) / 2, x = static_cast<double>(a[0]) - s, b = static_cast<double>(a[1]),
                       c = static_cast<double>(a[2]);
          const double y = static_cast<double>(a[4]) - s - b * b / x,
                       d = static_cast<double>(a[5]) - b * c / x;
          const double z = static_cast<double>(a[8]) - s - c * c / x - d * d / y;
          (x > 0 && y > 0 && z > 0 ? low : high) = s;
        }
        return low;
      };
  const auto bytes = [&](const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& l,
                         const std::string& bound) {
    return lemma("spd/1",
                 R"({"bound":")" + bound + R"(","matrix":{"entries":)" + folder.add_i8("a.npy", a, {3, 3}) +
                     R"(,"radius":"1*2^-3","scale":"0","type":"explicit"}})",
                 R"({"factor":)" + folder.add_i8("l.npy", l, {6}) + R"(,"scale":"0"})");
  };
  const double radius = 3 * 0.125;
  const std::string good = bytes(entries, factor, "10");
  BOOST_REQUIRE(check_bytes(folder, good).exit == Exit::verified);
  BOOST_TEST(check_bytes(folder, bytes(entries, factor, "20")).exit == Exit::not_verified);

  bytes(entries, factor, "10");
  int verified = 0;
  for_each_mutant(good, 3, [&](const std::string& mutant) {
    if (check_in_memory(folder, mutant) != Exit::verified) return;
    ++verified;
    const auto document = proofs_check::parse_json(mutant);
    const auto& statement = document["statement"];
    const double r = 3 * real(statement["matrix"]["radius"].text()),
                 unit = std::exp2(real(statement["matrix"]["scale"].text()));
    BOOST_TEST(unit * least_eigenvalue(entries) - r >= real(statement["bound"].text()) - 1e-9, mutant);
  });
  BOOST_TEST(verified > 0);

  std::mt19937_64 random(4);
  int accepted = 0;
  for (int i = 0; i < 1500; ++i) {
    auto a = entries, l = factor;
    const auto change = [&] { return static_cast<std::int64_t>(random() % 61) - 30; };
    const std::size_t row = random() % 3, column = random() % 3;
    if (i % 2 == 0)
      a[3 * row + column] = a[3 * column + row] += change();
    else
      l[random() % 6] += change() / 5;
    if (i % 7 == 0) a[3 * row + column] += 1;  // sometimes unsymmetric
    const bool symmetric = a[1] == a[3] && a[2] == a[6] && a[5] == a[7];
    const int bound = static_cast<int>(random() % 40);
    if (check_bytes(folder, bytes(a, l, std::to_string(bound))).exit != Exit::verified) continue;
    ++accepted;
    BOOST_TEST(symmetric);
    BOOST_TEST(least_eigenvalue(a) - radius >= bound - 1e-9);
  }
  BOOST_TEST(accepted > 40);
}

// A tangent kernel with a bound close to the truth; then its weights, inputs and factor altered, with the
// hashes made right.
BOOST_AUTO_TEST_CASE(tangent) {
  const Folder folder;
  const TangentNet net = TangentNet::random("tanh", 2, 2, 2, 2, 4);
  const Columns kernel = net.kernel();
  const Digits least = least_eigenvalue(kernel, 2);
  const auto factor = factor_of(kernel, 2, least * 0.97);
  const std::string good =
      lemma("spd/1", tangent_statement(net.json(folder), rational(floor(least * 16384 * 0.96) / 16384)),
            tangent_witness(folder, factor));
  BOOST_REQUIRE(check_bytes(folder, good).exit == Exit::verified);
  const auto is_true = [](TangentNet meant, const proofs_check::Value& statement) {
    const auto& m = statement["matrix"];
    meant.activation = m["activation"].text(), meant.depth = static_cast<int>(m["depth"].count());
    meant.T = m["T"].text(), meant.sigma_u = m["sigma_u"].text();
    meant.sigma_v = m["sigma_v"].text(), meant.sigma_w = m["sigma_w"].text();
    return least_eigenvalue(meant.kernel(), meant.inputs) >= digits(statement["bound"].text()) - 1e-20;
  };
  int verified = 0;
  for_each_mutant(good, 7, [&](const std::string& mutant) {
    if (check_in_memory(folder, mutant) != Exit::verified) return;
    ++verified;
    BOOST_TEST(is_true(net, proofs_check::parse_json(mutant)["statement"]), mutant);
  });
  BOOST_TEST(verified > 0);

  std::mt19937_64 random(8);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 400; ++i) {
    TangentNet other = net;
    auto l = factor;
    const double step =
        std::ldexp(static_cast<double>(random() % 2048) - 1024, -10 - static_cast<int>(random() % 12));
    std::vector<double>* const files[] = {&other.U, &other.W, &other.v, &other.x};
    std::vector<double>& file = *files[random() % 4];
    if (i % 5 == 0)
      l[random() % 3] += static_cast<std::int64_t>(std::ldexp(step, 44));
    else
      file[random() % file.size()] += step;
    const std::string bytes =
        lemma("spd/1", tangent_statement(other.json(folder), rational(least * (0.9 + 0.00025 * i))),
              tangent_witness(folder, l));
    if (check_bytes(folder, bytes).exit != Exit::verified) {
      ++refused;
      continue;
    }
    ++accepted;
    BOOST_TEST(is_true(other, proofs_check::parse_json(bytes)["statement"]));
  }
  BOOST_TEST(accepted > 40);
  BOOST_TEST(refused > 40);
}

// Altered bytes of a side file under the old sha256 are refused, each of them.
BOOST_AUTO_TEST_CASE(side_files) {
  const Folder folder;
  const std::string a = folder.add_i8("a.npy", {5, 1, 1, 5}, {2, 2}),
                    l = folder.add_i8("l.npy", {1, 0, 1}, {3});
  const std::string good =
      lemma("spd/1",
            R"({"bound":"1","matrix":{"entries":)" + a + R"(,"radius":"0","scale":"0","type":"explicit"}})",
            R"({"factor":)" + l + R"(,"scale":"0"})");
  BOOST_REQUIRE(check_bytes(folder, good).exit == Exit::verified);
  for (const std::string name : {"a.npy", "l.npy"}) {
    const std::string bytes = proofs_check::read_file(folder.path() / name, 10000);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::string other = bytes;
      other[i] = static_cast<char>(other[i] ^ 0x10);
      folder.write(name, other);
      BOOST_TEST(check_bytes(folder, good).exit == Exit::not_verified);
    }
    folder.write(name, bytes);
  }
  BOOST_TEST(check_bytes(folder, good).exit == Exit::verified);
}

BOOST_AUTO_TEST_SUITE_END()
