// gauss-zero/1, singular/1, sphere-spd/1, mehler/1, orthonormal/1 and refute/1.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>

#include "writer.hpp"

namespace {
using namespace checker_test;

const std::string hexagon =
    R"([["1","-1","0"],["1","0","-1"],["0","1","-1"],["-1","1","0"],["-1","0","1"],["0","-1","1"]])";

struct Fixture {
  Folder folder;
  Exit verdict(const std::string& kind, const std::string& statement, const std::string& witness) const {
    return check_bytes(folder, lemma(kind, statement, witness)).exit;
  }
};
struct ZeroFixture : Fixture {
  Exit zero(const std::string& activation, const std::string& kind, const std::string& identity,
            const std::string& extra = "") const {
    return verdict("gauss-zero/1",
                   R"({"activation":")" + activation + R"(","class":")" + kind + "\"" + extra + "}",
                   R"({"identity":")" + identity + "\"}");
  }
};
struct SingularFixture : Fixture {
  Exit singular(const std::string& activation, const std::string& points, const std::string& identity,
                const std::string& vector) const {
    return verdict("singular/1", R"({"activation":")" + activation + R"(","points":)" + points + "}",
                   R"({"identity":")" + identity + R"(","vector":)" + vector + "}");
  }
};
struct RefuteFixture : Fixture {
  Exit refute(const std::string& conclusion, const std::string& hypotheses = "[]",
              const std::string& variables = "[]", const std::string& point = "{}",
              int precision = 128) const {
    return verdict("refute/1",
                   R"({"conclusion":)" + conclusion + R"(,"hypotheses":)" + hypotheses + R"(,"variables":)" +
                       variables + "}",
                   R"({"point":)" + point + R"(,"precision":)" + std::to_string(precision) + "}");
  }
};
}  // namespace

BOOST_FIXTURE_TEST_SUITE(gauss_zero, ZeroFixture)

BOOST_AUTO_TEST_CASE(valid) {
  for (const std::string name : {"softplus", "gelu", "silu", "relu"})
    BOOST_TEST(zero(name, "odd-from-3", "linear-plus-even", R"(,"slope":"1*2^-1")") == Exit::verified, name);
  for (const std::string name : {"tanh", "erf", "sin", "identity", "polynomial:0,1,0,5"})
    BOOST_TEST(zero(name, "even", "odd") == Exit::verified, name);
  for (const std::string name : {"cos", "gaussian", "leaky-relu:-1", "polynomial:1,0,2"})
    BOOST_TEST(zero(name, "odd", "even") == Exit::verified, name);
  BOOST_TEST(zero("sigmoid", "even-from-2", "constant-plus-odd", R"(,"constant":"1*2^-1")") ==
             Exit::verified);
  BOOST_TEST(zero("leaky-relu:1/10", "odd-from-3", "linear-plus-even", R"(,"slope":"11/20")") ==
             Exit::verified);
  BOOST_TEST(zero("polynomial:1/3,1,0,5", "even-from-2", "constant-plus-odd", R"(,"constant":"1/3")") ==
             Exit::verified);
  BOOST_TEST(zero("identity", "odd-from-3", "linear-plus-even", R"(,"slope":"1")") == Exit::verified);
}

BOOST_AUTO_TEST_CASE(invalid) {
  const std::string half = R"(,"slope":"1*2^-1")", constant = R"(,"constant":"1*2^-1")";
  BOOST_TEST(zero("softplus", "odd", "even") == Exit::not_verified);
  BOOST_TEST(zero("softplus", "even", "odd") == Exit::not_verified);
  BOOST_TEST(zero("softplus", "odd-from-3", "linear-plus-even", R"(,"slope":"1*2^-2")") ==
             Exit::not_verified);
  BOOST_TEST(zero("softplus", "odd-from-3", "linear-plus-even", R"(,"slope":"0")") == Exit::malformed);
  BOOST_TEST(zero("softplus", "odd-from-3", "even", half) == Exit::not_verified);
  BOOST_TEST(zero("softplus", "even-from-2", "constant-plus-odd", constant) == Exit::not_verified);
  BOOST_TEST(zero("elu", "odd-from-3", "linear-plus-even", half) == Exit::not_verified);
  BOOST_TEST(zero("tanh", "odd", "odd") == Exit::not_verified);
  BOOST_TEST(zero("tanh", "even", "even") == Exit::not_verified);
  BOOST_TEST(zero("tanh", "even-from-2", "constant-plus-odd", R"(,"constant":"0")") == Exit::malformed);
  BOOST_TEST(zero("sigmoid", "even-from-2", "constant-plus-odd", R"(,"constant":"1/3")") ==
             Exit::not_verified);
  BOOST_TEST(zero("sigmoid", "even", "odd") == Exit::not_verified);
  BOOST_TEST(zero("cos", "odd-from-3", "linear-plus-even", half) == Exit::not_verified);
  BOOST_TEST(zero("polynomial:0,1,0,5", "odd-from-3", "linear-plus-even", R"(,"slope":"1")") ==
             Exit::not_verified);
  BOOST_TEST(zero("tanh", "even", "symmetric") == Exit::malformed);
  BOOST_TEST(zero("tanh", "evens", "odd") == Exit::malformed);
  BOOST_TEST(zero("tanh", "even", "odd", half) == Exit::malformed);
  BOOST_TEST(zero("softplus", "odd-from-3", "linear-plus-even") == Exit::malformed);
  BOOST_TEST(zero("softplus", "odd-from-3", "linear-plus-even", constant) == Exit::malformed);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(singular_sets, SingularFixture)

BOOST_AUTO_TEST_CASE(valid) {
  const std::string null = R"(["1","-1","1","-1","1","-1"])";
  for (const std::string name : {"softplus", "gelu", "silu", "relu", "leaky-relu:1/10"})
    BOOST_TEST(singular(name, hexagon, "linear-plus-even", null) == Exit::verified, name);
  for (const std::string name : {"tanh", "erf", "sin", "identity"})
    BOOST_TEST(singular(name, R"([["1","0"],["-1","0"]])", "odd", R"(["1","1"])") == Exit::verified, name);
  for (const std::string name : {"cos", "gaussian", "polynomial:1,0,1"})
    BOOST_TEST(singular(name, R"([["3"],["-3"]])", "even", R"(["1","-1"])") == Exit::verified, name);
  // sigmoid - 1/2 is odd: two antipodal pairs with opposite weights
  BOOST_TEST(singular("sigmoid", R"([["3","4"],["-3","-4"],["5","0"],["-5","0"]])", "constant-plus-odd",
                      R"(["1","1","-1","-1"])") == Exit::verified);
  BOOST_TEST(singular("tanh", R"([["1","0"],["-1","0"],["0","1"]])", "odd", R"(["-7","-7","0"])") ==
             Exit::verified);
}

BOOST_AUTO_TEST_CASE(invalid) {
  const std::string null = R"(["1","-1","1","-1","1","-1"])", pair = R"([["1","0"],["-1","0"]])";
  BOOST_TEST(singular("softplus", hexagon, "linear-plus-even", R"(["1","-1","1","-1","1","1"])") ==
             Exit::not_verified);
  BOOST_TEST(singular("softplus", hexagon, "linear-plus-even", R"(["1","1","1","-1","-1","-1"])") ==
             Exit::not_verified);  // cancels on pairs, not the sum
  BOOST_TEST(singular("softplus", hexagon, "linear-plus-even", R"(["0","0","0","0","0","0"])") ==
             Exit::not_verified);
  BOOST_TEST(singular("softplus", hexagon, "linear-plus-even", R"(["1","-1","1"])") == Exit::malformed);
  BOOST_TEST(singular("softplus", hexagon, "even", null) == Exit::not_verified);
  BOOST_TEST(singular("elu", hexagon, "linear-plus-even", null) == Exit::not_verified);
  BOOST_TEST(singular("tanh", hexagon, "linear-plus-even", null) == Exit::not_verified);
  BOOST_TEST(singular("tanh", pair, "odd", R"(["1","-1"])") == Exit::not_verified);
  BOOST_TEST(singular("tanh", pair, "odd", R"(["1","2"])") == Exit::not_verified);
  BOOST_TEST(singular("tanh", R"([["1","0"],["-1","1"]])", "odd", R"(["1","1"])") ==
             Exit::not_verified);  // norms differ
  BOOST_TEST(singular("tanh", R"([["1","0"],["-2","0"]])", "odd", R"(["1","1"])") == Exit::not_verified);
  BOOST_TEST(singular("tanh", R"([["1","0"],["-1","0"],["0","2"]])", "odd", R"(["1","1","0"])") ==
             Exit::not_verified);
  BOOST_TEST(singular("tanh", R"([["1","0"],["1","0"]])", "odd", R"(["1","-1"])") ==
             Exit::not_verified);  // not distinct
  BOOST_TEST(singular("tanh", R"([["0","0"],["0","0"]])", "odd", R"(["1","1"])") == Exit::not_verified);
  BOOST_TEST(singular("tanh", R"([["0","0"]])", "odd", R"(["1"])") == Exit::not_verified);
  BOOST_TEST(singular("tanh", R"([["1","0"],["-1"]])", "odd", R"(["1","1"])") == Exit::malformed);
  BOOST_TEST(singular("tanh", "[]", "odd", "[]") == Exit::malformed);
  BOOST_TEST(singular("tanh", "[[]]", "odd", R"(["1"])") == Exit::not_verified);
  BOOST_TEST(singular("tanh", R"([["1*2^-1"],["-1*2^-1"]])", "odd", R"(["1","1"])") == Exit::malformed);
  BOOST_TEST(singular("cos", R"([["3"],["-3"]])", "even", R"(["1","1"])") == Exit::not_verified);
  BOOST_TEST(singular("sigmoid", pair, "constant-plus-odd", R"(["1","1"])") ==
             Exit::not_verified);  // the constant remains
  BOOST_TEST(singular("sigmoid", pair, "odd", R"(["1","1"])") == Exit::not_verified);
  BOOST_TEST(singular("softplus", pair, "linear-plus-even", R"(["1","-1"])") ==
             Exit::not_verified);  // the slope remains
}

BOOST_AUTO_TEST_SUITE_END()

struct SphereFixture : Fixture {
  std::string softplus, elu;
  SphereFixture() {
    std::vector<Bound> bounds;
    for (const int n : {0, 1, 2, 3, 4, 6}) {
      const double a = coefficient([](double x) { return activation_value("softplus", x); }, 1, n);
      bounds.push_back({n, dyadic(a - 1e-10), dyadic(a + 1e-10)});
    }
    softplus = folder.add("softplus.cert.json",
                          lemma("gauss/1", gauss_statement("softplus", "1", bounds), trapezoid_witness()));
    bounds.clear();
    for (const int n : {3, 4, 5, 6}) {
      const double a = coefficient([](double x) { return activation_value("elu", x); }, 1, n);
      bounds.push_back({n, dyadic(a - 1e-9), dyadic(a + 1e-9)});
    }
    elu =
        folder.add("elu.cert.json", lemma("gauss/1", gauss_statement("elu", "1", bounds), closed_witness()));
  }
  Exit sphere(const std::string& activation, int points, const std::string& set, const std::string& indices,
              const std::string& q = "1") const {
    return verdict(
        "sphere-spd/1",
        R"({"activation":")" + activation + R"(","points":)" + std::to_string(points) + R"(,"q":")" + q +
            R"(","set":")" + set + "\"}",
        R"({"gauss":)" + (activation == "elu" ? elu : softplus) + R"(,"indices":)" + indices + "}");
  }
};
BOOST_FIXTURE_TEST_SUITE(sphere, SphereFixture)

BOOST_AUTO_TEST_CASE(valid) {
  for (const int points : {1, 2, 6, 7})
    BOOST_TEST(sphere("softplus", points, "no-antipodal-pair", "[6]") == Exit::verified);
  for (const int points : {1, 2, 4, 5})
    BOOST_TEST(sphere("softplus", points, "distinct", "[1,2]") == Exit::verified);
  for (const int points : {1, 10, 11, 12, 13})
    BOOST_TEST(sphere("elu", points, "distinct", "[5,6]") == Exit::verified);
  BOOST_TEST(sphere("softplus", 1, "no-antipodal-pair", "[0]") == Exit::verified);
  BOOST_TEST(sphere("softplus", 3, "distinct", "[0,1]") == Exit::verified);
}

BOOST_AUTO_TEST_CASE(invalid) {
  BOOST_TEST(sphere("softplus", 8, "no-antipodal-pair", "[6]") == Exit::not_verified);
  BOOST_TEST(sphere("softplus", 2, "no-antipodal-pair", "[0]") == Exit::not_verified);
  BOOST_TEST(sphere("softplus", 2, "no-antipodal-pair", "[3]") == Exit::not_verified);  // a_3 = 0
  BOOST_TEST(sphere("softplus", 2, "no-antipodal-pair", "[5]") == Exit::not_verified);  // not listed
  BOOST_TEST(sphere("softplus", 0, "no-antipodal-pair", "[6]") == Exit::malformed);
  BOOST_TEST(sphere("softplus", 2, "no-antipodal-pair", "[]") == Exit::malformed);
  BOOST_TEST(sphere("softplus", 2, "no-antipodal-pair", "[2,6]") == Exit::malformed);
  BOOST_TEST(sphere("softplus", 6, "distinct", "[1,2]") == Exit::not_verified);
  BOOST_TEST(sphere("softplus", 4, "distinct", "[0,1]") == Exit::not_verified);
  BOOST_TEST(sphere("softplus", 2, "distinct", "[2,4]") == Exit::not_verified);  // one parity
  BOOST_TEST(sphere("softplus", 2, "distinct", "[2,3]") == Exit::not_verified);  // a_3 = 0
  BOOST_TEST(sphere("elu", 14, "distinct", "[5,6]") == Exit::not_verified);
  BOOST_TEST(sphere("elu", 2, "distinct", "[6,5]") == Exit::malformed);
  BOOST_TEST(sphere("elu", 2, "distinct", "[5]") == Exit::malformed);
  BOOST_TEST(sphere("elu", 2, "distinct", "[5,5]") == Exit::malformed);
  BOOST_TEST(sphere("elu", 2, "any", "[5,6]") == Exit::malformed);
  BOOST_TEST(sphere("elu", 2, "distinct", "[5,6]", "2") == Exit::not_verified);  // certificate for another q
  BOOST_TEST(sphere("gelu", 2, "distinct", "[1,2]") == Exit::not_verified);      // for another activation
}

// An enclosure that touches 0 does not prove a coefficient different from 0.
BOOST_AUTO_TEST_CASE(touching_zero) {
  for (const auto& [n, lo, hi, good] : {std::tuple(2, "0", "1", false),
                                        {4, "-1", "0", false},
                                        {2, "1*2^-9", "1", true},
                                        {4, "-1", "-1*2^-9", true}}) {
    softplus =
        folder.add("softplus.cert.json",
                   lemma("gauss/1", gauss_statement("softplus", "1", {{n, lo, hi}}), trapezoid_witness()));
    BOOST_TEST(sphere("softplus", 2, "no-antipodal-pair", "[" + std::to_string(n) + "]") ==
               (good ? Exit::verified : Exit::not_verified));
  }
}

BOOST_AUTO_TEST_SUITE_END()

struct MehlerFixture : Fixture {
  /// The closed dual by two-dimensional quadrature: kappa = E[phi(sqrt(q) U) E[phi(sqrt(q)(rho U + sqrt(1 -
  /// rho^2) V)) | U]].
  static double dual(const std::string& name, double q, double rho) {
    const int points = name == "relu" ? 600 : 150;
    const auto phi = [&](double x) { return activation_value(name, x); };
    const auto outer = [&](double x) {
      const auto inner = [&](double y) { return phi(rho * x + std::sqrt(q * (1 - rho * rho)) * y); };
      double sum = 0;
      for (int k = -points; k <= points; ++k) {
        const double y = 10.0 * k / points;
        sum += inner(y) * std::exp(-y * y / 2);
      }
      return phi(x) * sum * 10 / points / std::sqrt(2 * std::numbers::pi);
    };
    double sum = 0;
    for (int k = -points; k <= points; ++k) {
      const double x = 10.0 * k / points;
      sum += outer(std::sqrt(q) * x) * std::exp(-x * x / 2);
    }
    return sum * 10 / points / std::sqrt(2 * std::numbers::pi);
  }
  std::string gauss, norm;
  void prepare(const std::string& name, int top, double slack = 1e-12, int first = 0) {
    const bool trapezoid = name != "relu" && name != "identity";
    const auto phi = [&](double x) { return activation_value(name, x); };
    std::vector<Bound> bounds;
    for (int n = first; n <= top; ++n) {
      const double a = coefficient(phi, 2, n);
      bounds.push_back({n, dyadic(a - slack), dyadic(a + slack)});
    }
    const std::string witness = trapezoid ? trapezoid_witness(160, "1*2^-3", "3") : closed_witness();
    gauss = folder.add("gauss.cert.json", lemma("gauss/1", gauss_statement(name, "2", bounds), witness));
    const double square = coefficient(phi, 2, 0, 2);
    norm = folder.add(
        "norm.cert.json",
        lemma("gauss/1", gauss_statement(name, "2", {{0, dyadic(square - slack), dyadic(square + slack)}}, 2),
              witness));
  }
  Outcome mehler(const std::string& name, const std::string& lo, const std::string& hi,
                 const std::string& rho, const std::string& q = "2") const {
    return check_bytes(folder, lemma("mehler/1",
                                     R"({"activation":")" + name + R"(","hi":")" + hi + R"(","lo":")" + lo +
                                         R"(","q":")" + q + R"(","rho":")" + rho + "\"}",
                                     R"({"gauss":)" + gauss + R"(,"norm":)" + norm + R"(,"precision":128})"));
  }
};
BOOST_FIXTURE_TEST_SUITE(mehler_expansion, MehlerFixture)

BOOST_AUTO_TEST_CASE(valid_and_shifted) {
  for (const std::string name : {"erf", "sin", "cos", "gaussian", "gelu", "identity", "relu"}) {
    prepare(name, name == "relu" ? 30 : 24, 1e-11);
    for (const auto& [text, rho] : {std::pair("1*2^-1", 0.5), {"-3/10", -0.3}, {"0", 0.0}}) {
      const double kappa = dual(name, 2, rho);
      const double slack = name == "relu" ? 2e-5 : 1e-7;  // the test's quadrature does not like the kink
      const Outcome good = mehler(name, dyadic(kappa - slack), dyadic(kappa + slack), text);
      BOOST_TEST(good.exit == Exit::verified, name << " " << text << " " << good.reason);
      BOOST_TEST(mehler(name, dyadic(kappa + 2 * slack), dyadic(kappa + 1), text).exit == Exit::not_verified,
                 name);
      BOOST_TEST(mehler(name, dyadic(kappa - 1), dyadic(kappa - 2 * slack), text).exit == Exit::not_verified,
                 name);
    }
  }
}

// sin: kappa = e^(-q) sinh(q rho); at rho = +-1 the series is Parseval's sum and the tail is the whole
// remainder.
BOOST_AUTO_TEST_CASE(boundary) {
  prepare("sin", 30);
  const double end = (1 - std::exp(-4.0)) / 2;
  BOOST_TEST(mehler("sin", dyadic(end - 1e-9), dyadic(end + 1e-9), "1").exit == Exit::verified);
  BOOST_TEST(mehler("sin", dyadic(-end - 1e-9), dyadic(-end + 1e-9), "-1").exit == Exit::verified);
  BOOST_TEST(mehler("sin", "0", "1", "11/10").exit == Exit::malformed);
  BOOST_TEST(mehler("sin", "1", "0", "1*2^-1").exit == Exit::not_verified);
  // identity: exactly q rho, the closed form is a point and the series nearly so
  prepare("identity", 3);
  BOOST_TEST(mehler("identity", "9/5", "19/10", "9/10").exit == Exit::not_verified);
  BOOST_TEST(mehler("identity", "179/100", "181/100", "9/10").exit == Exit::verified);
  BOOST_TEST(mehler("identity", "181/100", "19/10", "9/10").exit == Exit::not_verified);
}

BOOST_AUTO_TEST_CASE(tail_counts) {
  prepare("gaussian",
          2);  // kappa(9/10) = 1/sqrt(9 - 3.24) = 0.41667; three terms leave a tail far above 1e-3
  BOOST_TEST(mehler("gaussian", "41*2^-10", "1", "9/10").exit == Exit::verified);
  BOOST_TEST(mehler("gaussian", "414/1000", "1", "9/10").exit == Exit::malformed);
  BOOST_TEST(mehler("gaussian", "207/500", "419/1000", "9/10").exit == Exit::not_verified);
  // Exactly the tail of L8: the upper end is the sum plus |rho|^3 (E phi^2 - sum a_n^2), a_n^2 = 1/3, 0,
  // (2/9)/3.
  const double rest = 1 / std::sqrt(5) - 11.0 / 27, end = 1 / 3.0 + 2.0 / 27 * 0.81 + 0.729 * rest;
  BOOST_TEST(mehler("gaussian", "0", dyadic(end + 1e-9), "9/10").exit == Exit::verified);
  BOOST_TEST(mehler("gaussian", "0", dyadic(end - 1e-9), "9/10").exit == Exit::not_verified);
  BOOST_TEST(mehler("gaussian", "0", dyadic(1 / 3.0 + 2.0 / 27 * 0.81 + 0.729 * rest + 1e-9), "-9/10").exit ==
             Exit::verified);
  BOOST_TEST(mehler("gaussian", dyadic(1 / 3.0 + 2.0 / 27 * 0.81 - 0.729 * rest - 1e-9), "1", "-9/10").exit ==
             Exit::verified);
  BOOST_TEST(mehler("gaussian", dyadic(1 / 3.0 + 2.0 / 27 * 0.81 - 0.729 * rest + 1e-9), "1", "-9/10").exit ==
             Exit::not_verified);
  prepare("gaussian", 40);
  BOOST_TEST(mehler("gaussian", "207/500", "419/1000", "9/10").exit == Exit::verified);
}

BOOST_AUTO_TEST_CASE(invalid) {
  prepare("erf", 20);
  BOOST_TEST(mehler("erf", "0", "1", "1*2^-1").exit == Exit::verified);
  BOOST_TEST(mehler("erf", "0", "1", "1*2^-1", "1").exit == Exit::not_verified);  // certificates for q = 2
  BOOST_TEST(mehler("sin", "0", "1", "1*2^-1").exit == Exit::not_verified);       // for erf
  std::swap(gauss, norm);
  BOOST_TEST(mehler("erf", "0", "1", "1*2^-1").exit == Exit::not_verified);
  std::swap(gauss, norm);
  norm = gauss;
  BOOST_TEST(mehler("erf", "0", "1", "1*2^-1").exit == Exit::not_verified);
  prepare("erf", 20, 1e-12, 1);  // n = 0 is missing
  BOOST_TEST(mehler("erf", "0", "1", "1*2^-1").exit == Exit::not_verified);
  prepare("softplus", 10, 1e-11);
  BOOST_TEST(mehler("softplus", "0", "3", "1*2^-1").exit == Exit::not_verified);  // no closed form
  const std::string good = R"({"activation":"erf","hi":"1","lo":"0","q":"2","rho":"1*2^-1"})";
  prepare("erf", 20);
  BOOST_TEST(
      verdict("mehler/1", good, R"({"gauss":)" + gauss + R"(,"norm":)" + norm + R"(,"precision":128})") ==
      Exit::verified);
  BOOST_TEST(
      verdict("mehler/1", good, R"({"gauss":)" + gauss + R"(,"norm":)" + norm + R"(,"precision":1})") ==
      Exit::malformed);
  BOOST_TEST(verdict("mehler/1", good, R"({"gauss":)" + gauss + R"(,"norm":)" + norm + "}") ==
             Exit::malformed);
  BOOST_TEST(verdict("mehler/1", good, R"({"gauss":)" + gauss + R"(,"precision":128})") == Exit::malformed);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(orthonormality, Fixture)
BOOST_AUTO_TEST_CASE(degrees) {
  for (const int degree : {0, 1, 2, 3, 5, 8, 13, 21, 40, 64})
    BOOST_TEST(verdict("orthonormal/1", R"({"degree":)" + std::to_string(degree) + "}", "{}") ==
               Exit::verified);
  for (const std::string degree : {"-1", "01", "\"4\"", "[4]", "{}", "1.0", ""})
    BOOST_TEST(verdict("orthonormal/1", R"({"degree":)" + degree + "}", "{}") == Exit::malformed);
  BOOST_TEST(verdict("orthonormal/1", R"({"degree":999999999999999999})", "{}") == Exit::over_limit);
  BOOST_TEST(verdict("orthonormal/1", R"({"degree":100000})", "{}") == Exit::over_limit);
  BOOST_TEST(verdict("orthonormal/1", R"({"degree":4})", R"({"a":1})") == Exit::malformed);
  BOOST_TEST(verdict("orthonormal/1", "{}", "{}") == Exit::malformed);
}
BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(refutations, RefuteFixture)

// A refutation of `a REL b` is verified exactly when the relation certainly fails.
BOOST_AUTO_TEST_CASE(relations) {
  struct Case {
    const char *a, *b;
    int order;  // of a against b
  };
  for (const auto& [a, b, order] : {Case{"\"1\"", "\"2\"", -1},
                                    {"\"1/3\"", "\"1/3\"", 0},
                                    {"\"1*2^-1\"", "\"1/3\"", 1},
                                    {R"(["sqrt","4"])", "\"2\"", 0},
                                    {R"(["sqrt","2"])", "\"3*2^-1\"", -1},
                                    {R"(["pi"])", "\"22/7\"", -1}})
    for (const auto& [name, holds] : {std::pair("eq", order == 0),
                                      {"ne", order != 0},
                                      {"lt", order < 0},
                                      {"le", order <= 0},
                                      {"gt", order > 0},
                                      {"ge", order >= 0}}) {
      const std::string relation = std::string("[\"") + name + "\"," + a + "," + b + "]";
      BOOST_TEST(refute(relation) == (holds ? Exit::not_verified : Exit::verified), relation);
      BOOST_TEST(
          refute(R"(["eq","0","1"])", "[" + relation + "]") == (holds ? Exit::verified : Exit::not_verified),
          relation);
    }
  // Undecided at any precision: neither refuted nor usable as a hypothesis.
  for (const std::string name : {"eq", "ne", "lt", "le", "gt", "ge"}) {
    const std::string relation = "[\"" + name + R"(",["mul",["sqrt","2"],["sqrt","2"]],"2"])";
    BOOST_TEST(refute(relation) == Exit::not_verified);
    BOOST_TEST(refute(R"(["eq","0","1"])", "[" + relation + "]") == Exit::not_verified);
  }
}

BOOST_AUTO_TEST_CASE(operations) {
  // each expression against an exact or decimal value: `lt` one unit above, `gt` one unit below, both must
  // not be refutable
  for (const auto& [expression, value] : {std::pair(R"(["add","1/3","1/6"])", 0.5),
                                          {R"(["sub","1/3","1/6"])", 1.0 / 6},
                                          {R"(["mul","2/3","3/7"])", 2.0 / 7},
                                          {R"(["div","2/3","4"])", 1.0 / 6},
                                          {R"(["neg","5"])", -5.0},
                                          {R"(["abs","-5"])", 5.0},
                                          {R"(["abs",["sin","-1"]])", std::sin(1)},
                                          {R"(["max","1/3","2/7"])", 1.0 / 3},
                                          {R"(["min","1/3","2/7"])", 2.0 / 7},
                                          {R"(["max",["pi"],"3"])", std::numbers::pi},
                                          {R"(["min",["pi"],"3"])", 3.0},
                                          {R"(["neg",["pi"]])", -std::numbers::pi},
                                          {R"(["pow","2/3","3"])", 8.0 / 27},
                                          {R"(["pow","-2/3","-3"])", -27.0 / 8},
                                          {R"(["pow",["pi"],"2"])", std::pow(std::numbers::pi, 2)},
                                          {R"(["pow",["neg",["pi"]],"-3"])", -std::pow(std::numbers::pi, -3)},
                                          {R"(["pow","0","0"])", 1.0},
                                          {R"(["sqrt","2"])", std::sqrt(2)},
                                          {R"(["exp","1"])", std::exp(1)},
                                          {R"(["log","2"])", std::log(2)},
                                          {R"(["log1p","2"])", std::log1p(2)},
                                          {R"(["tanh","1/3"])", std::tanh(1.0 / 3)},
                                          {R"(["sigmoid","-2"])", activation_value("sigmoid", -2)},
                                          {R"(["softplus","-2"])", activation_value("softplus", -2)},
                                          {R"(["erf","1/3"])", std::erf(1.0 / 3)},
                                          {R"(["sin","5"])", std::sin(5)},
                                          {R"(["cos","5"])", std::cos(5)},
                                          {R"(["pi"])", std::numbers::pi},
                                          {R"(["gaussian-mean","1","5","-2","7","1"])", 2.0},
                                          {R"(["gaussian-mean"])", 0.0},
                                          {R"(["gaussian-mean","1/3"])", 1.0 / 3},
                                          {R"(["gaussian-mean","0","0","0","0","0","0","1"])", 15.0}}) {
    const std::string e = expression;
    BOOST_TEST(refute(R"(["gt",)" + e + ",\"" + dyadic(value + 1e-13) + "\"]") == Exit::verified, e);
    BOOST_TEST(refute(R"(["lt",)" + e + ",\"" + dyadic(value - 1e-13) + "\"]") == Exit::verified, e);
  }
}

BOOST_AUTO_TEST_CASE(claims_of_the_slides) {
  BOOST_TEST(refute(R"(["eq",["gaussian-mean","1","0","-2","0","1"],"1"])") == Exit::verified);
  const std::string hypotheses = R"([["gt","q","0"],["ge","rho","-1"],["le","rho","1"]])",
                    conclusion = R"(["eq",["mul","q","rho"],"rho"])", variables = R"(["q","rho"])";
  BOOST_TEST(refute(conclusion, hypotheses, variables, R"({"q":"2","rho":"1"})") ==
             Exit::verified);  // rho = 1: on the boundary
  BOOST_TEST(refute(conclusion, hypotheses, variables, R"({"q":"1","rho":"1"})") == Exit::not_verified);
  BOOST_TEST(refute(conclusion, hypotheses, variables, R"({"q":"2","rho":"0"})") == Exit::not_verified);
  BOOST_TEST(refute(conclusion, hypotheses, variables, R"({"q":"0","rho":"1"})") == Exit::not_verified);
  BOOST_TEST(refute(conclusion, hypotheses, variables, R"({"q":"2","rho":"1000001/1000000"})") ==
             Exit::not_verified);
  BOOST_TEST(refute(conclusion, hypotheses, variables, R"({"q":"2"})") == Exit::malformed);
  BOOST_TEST(refute(conclusion, hypotheses, variables, R"({"q":"2","r":"1","rho":"1"})") == Exit::malformed);
  BOOST_TEST(refute(conclusion, hypotheses, R"(["rho","q"])", R"({"q":"2","rho":"1"})") == Exit::verified);
}

BOOST_AUTO_TEST_CASE(undefined_and_malformed) {
  for (const std::string e : {R"(["div","1","0"])", R"(["div",["pi"],"0"])", R"(["div","1",["sin","0"]])",
                              R"(["sqrt","-1"])", R"(["log","0"])", R"(["log","-1"])", R"(["log1p","-1"])",
                              R"(["pow","0","-1"])", R"(["pow",["sin","0"],"-1"])"})
    BOOST_TEST(refute(R"(["eq",)" + e + ",\"7\"]") == Exit::not_verified, e);
  for (const std::string e :
       {R"("x")", R"(["neg"])", R"(["neg","1","2"])", R"(["add","1"])", R"(["add","1","2","3"])",
        R"(["pi","1"])", R"(["pow","1"])", R"(["pow","1","1*2^-1"])", R"(["pow","1",["neg","1"]])",
        R"(["foo","1"])", R"(["foo","1","2"])", R"(["gaussian-mean","x"])", R"(["gaussian-mean",["pi"]])",
        "[]", "[[]]", "1", "{}", R"("01")", R"(["sqrt","1","1"])"})
    BOOST_TEST(refute(R"(["eq",)" + e + ",\"7\"]") == Exit::malformed, e);
  for (const std::string r : {R"(["eq","1"])", R"(["eq","1","2","3"])", R"(["is","1","2"])", "[]", "{}",
                              "\"eq\"", R"([["eq"],"1","2"])"})
    BOOST_TEST(refute(r) == Exit::malformed, r);
  for (const std::string v : {R"(["Q"])", R"(["1"])", R"([""])", R"(["q","q"])", "[1]", "{}", R"(["a b"])"})
    BOOST_TEST(refute(R"(["eq","1","2"])", "[]", v, R"({"q":"1"})") == Exit::malformed, v);
  BOOST_TEST(refute(R"(["eq","1","2"])", "[]", "[]", "{}", 1) == Exit::malformed);
  BOOST_TEST(refute(R"(["eq","1","2"])", "[]", "[]", "{}", 65537) == Exit::over_limit);
  // costs: exponents that would fill the memory
  BOOST_TEST(refute(R"(["eq",["pow","3","1000000"],"2"])") == Exit::over_limit);
  BOOST_TEST(refute(R"(["eq",["pow",["pow",["pow","3","1000"],"1000"],"1000"],"2"])") == Exit::over_limit);
  BOOST_TEST(refute(R"(["eq",["pow","3","1000001"],"2"])") == Exit::over_limit);
  BOOST_TEST(refute(R"(["eq",["sin",["exp",["exp",["exp","60"]]]],"2"])") == Exit::verified);
  BOOST_TEST(refute(R"(["le",["exp",["exp",["exp","60"]]],"2"])") == Exit::verified);
}

BOOST_AUTO_TEST_SUITE_END()
