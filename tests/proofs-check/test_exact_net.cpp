// gradient/1, kink/1 and well-posed/1.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "activation.hpp"
#include "writer.hpp"

namespace {
using namespace checker_test;

const std::string one =
    R"({"T":"1","U":[["1"]],"W":[["1"]],"factor_u":"1","factor_v":"1","factor_w":"2","v":[["1"]],"x":[["1"]]})";
const std::string two =
    R"({"T":"1","U":[["1","0"],["1*2^-1","-1"]],"W":[["1","2"],["-1","1*2^-1"]],"factor_u":"1","factor_v":"1/3","factor_w":"1*2^-1","v":[["1","-2"]],"x":[["1","3"]]})";
const std::string r4 =
    R"({"T":"1","U":[["1"],["1"],["3*2^-1"]],"W":[["0","0","0"],["1","0","0"],["0","-1","0"]],"factor_u":"1","factor_v":"1","factor_w":"1","v":[["0","0","1"]],"x":[["1"]]})";
const std::string r5 =
    R"({"T":"1","U":[["1"],["-1*2^-1"],["1*2^-3"],["0"]],"W":[["0","0","0","0"],["1","0","0","0"],["0","1","0","-1*2^-1"],["1","0","0","0"]],"factor_u":"1","factor_v":"1","factor_w":"1","v":[["0","0","1","0"]],"x":[["1"]]})";
const std::string r4_pieces =
    R"({"breakpoints":["0","1"],"pieces":[[["1"],["1","1"],["3*2^-1","-1","-1*2^-1"]]]})";
const std::string r5_pieces =
    R"({"breakpoints":["0","1*2^-1","1"],"pieces":[[["1"],["-1*2^-1","1"],["1*2^-3","0","-1*2^-2"],["0","1"]],[["1"],["-1*2^-1","1"],["1*2^-2","-1*2^-1","1*2^-2"],["0","1"]]]})";

/// `text` with the first occurrence of `from` replaced.
std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from + " does not occur in " + text);
  return text.replace(at, from.size(), to);
}

struct ExactFixture {
  Folder folder;
  Exit verdict(const std::string& id, const std::string& kind, const std::string& statement,
               const std::string& witness, const std::string& v) const {
    return check_bytes(folder, certificate(id, kind, statement, witness, v)).exit;
  }
  static std::string statement(const std::string& activation, const std::string& depth,
                               const std::string& formula, const std::string& model) {
    return R"({"activation":")" + activation + R"(","depth":)" + depth + R"(,"formula":")" + formula +
           R"(","model":)" + model + "}";
  }
  Exit gradient(const std::string& activation, const std::string& depth, const std::string& formula,
                const std::string& model) const {
    return verdict("lemma", "gradient/1", statement(activation, depth, formula, model), "{}", "proved");
  }
  Exit kink(const std::string& model, const std::string& pieces,
            const std::vector<std::pair<int, mpq_class>>& gaps) const {
    std::string list;
    for (const auto& [depth, gap] : gaps)
      list += (list.empty() ? "" : ",") +
              (R"({"L":)" + std::to_string(depth) + R"(,"gap_squared":")" + proofs_check::spell(gap) + "\"}");
    return verdict("lemma", "kink/1",
                   R"({"activation":"relu","depths":[)" + list + R"(],"model":)" + model + "}", pieces,
                   "proved");
  }
};

mpq_class r4_gap(int depth) {
  const mpq_class x = mpq_class(depth - 1) / (2 * depth);
  return 2 + x * x;
}
mpq_class r5_gap(int depth) {
  if (depth % 2 == 0) return 0;
  const mpq_class x = mpq_class(depth - 1) / depth;
  return 1 + x * x / 2 + x * x * x * x / 64;
}
}  // namespace

BOOST_FIXTURE_TEST_SUITE(exact_nets, ExactFixture)

BOOST_AUTO_TEST_CASE(gradient_registered) {
  const std::string square = "polynomial:0,1,1*2^-1";
  BOOST_TEST(verdict("backward-recursion-as-stated", "gradient/1",
                     statement("identity", "1", "slide-backward", one), "{}", "refuted") == Exit::verified);
  BOOST_TEST(verdict("gradient-layout-as-stated", "gradient/1", statement(square, "3", "slide-layout", two),
                     "{}", "refuted") == Exit::verified);
  BOOST_TEST(verdict("backpropagation-exact", "gradient/1", statement(square, "3", "backpropagation", two),
                     "{}", "proved") == Exit::verified);
  BOOST_TEST(verdict("backpropagation-exact.relu", "gradient/1",
                     statement("relu", "3", "backpropagation", two), "{}", "proved") == Exit::verified);
  // another verdict, formula, depth or model under the same id
  BOOST_TEST(verdict("backpropagation-exact", "gradient/1", statement(square, "3", "backpropagation", two),
                     "{}", "refuted") == Exit::not_verified);
  BOOST_TEST(verdict("gradient-layout-as-stated", "gradient/1", statement(square, "3", "next-state", two),
                     "{}", "refuted") == Exit::not_verified);
  BOOST_TEST(verdict("backpropagation-exact", "gradient/1", statement(square, "2", "backpropagation", two),
                     "{}", "proved") == Exit::not_verified);
  BOOST_TEST(verdict("backpropagation-exact", "gradient/1", statement(square, "3", "backpropagation", one),
                     "{}", "proved") == Exit::not_verified);
}

BOOST_AUTO_TEST_CASE(gradient_valid) {
  for (const std::string name : {"identity", "relu", "leaky-relu:1/10", "leaky-relu:-2", "polynomial:1,1",
                                 "polynomial:0,1,1*2^-1", "polynomial:1/3,-1,0,2/7"})
    for (const std::string depth : {"1", "2", "3"})
      for (const std::string& model : {one, two})
        BOOST_TEST(gradient(name, depth, "backpropagation", model) == Exit::verified, name + " " + depth);
  BOOST_TEST(gradient("relu", "40", "backpropagation", two) == Exit::verified);
}

BOOST_AUTO_TEST_CASE(gradient_invalid) {
  const std::string bp = "backpropagation";
  for (const std::string formula : {"slide-backward", "slide-layout", "next-state"})
    BOOST_TEST(gradient("polynomial:0,1,1*2^-1", "3", formula, two) == Exit::not_verified, formula);
  // a formula that happens to agree is not proved by that
  BOOST_TEST(gradient("identity", "3", "next-state", two) == Exit::not_verified);
  BOOST_TEST(gradient("relu", "2", bp, with(two, R"(["1*2^-1","-1"])", R"(["3","-1"])")) ==
             Exit::not_verified);  // h_2 = 0
  BOOST_TEST(gradient("identity", "2", bp, with(two, R"(["1*2^-1","-1"])", R"(["3","-1"])")) ==
             Exit::verified);
  for (const std::string name : {"softplus", "elu", "sin"})
    BOOST_TEST(gradient(name, "1", bp, one) == Exit::not_verified, name);
  BOOST_TEST(gradient("polynomial:0,0,1", "40", bp, two) == Exit::over_limit);
  BOOST_TEST(gradient("identity", "0", bp, two) == Exit::malformed);
  BOOST_TEST(gradient("identity", "1", "forward", two) == Exit::malformed);
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {R"("T":"1")", R"("T":"0")"},
           {R"("T":"1")", R"("T":"-1")"},
           {R"("factor_v":"1/3")", R"("factor_v":"0")"},
           {R"("factor_w":"1*2^-1")", R"("factor_w":"2*2^-2")"},
           {R"([["1","0"],["1*2^-1","-1"]])", R"([["1","0"],["1*2^-1"]])"},
           {R"([["1","0"],["1*2^-1","-1"]])", "[]"},
           {R"([["1","0"],["1*2^-1","-1"]])", "[[],[]]"},
           {R"([["1","2"],["-1","1*2^-1"]])", R"([["1","2"]])"},
           {R"([["1","2"],["-1","1*2^-1"]])", R"([["1"],["2"]])"},
           {R"([["1","-2"]])", R"([["1","-2"],["1","-2"]])"},
           {R"([["1","-2"]])", R"([["1","-2","3"]])"},
           {R"([["1","3"]])", R"([["1"]])"},
           {R"([["1","3"]])", R"(["1","3"])"},
           {R"("x":)", R"("y":)"}})
    BOOST_TEST(gradient("identity", "1", bp, with(two, from, to)) == Exit::malformed, to);
  BOOST_TEST(verdict("lemma", "gradient/1", statement("identity", "1", bp, two), R"({"a":1})", "proved") ==
             Exit::malformed);
}

// The gap of R4 and R5 at many depths, with the formulas of docs/claims.md.
BOOST_AUTO_TEST_CASE(kink_valid) {
  std::vector<std::pair<int, mpq_class>> four, five;
  for (int depth = 1; depth <= 70; ++depth) {
    four.emplace_back(depth, r4_gap(depth)), five.emplace_back(depth, r5_gap(depth));
    BOOST_TEST(kink(r4, r4_pieces, {four.back()}) == Exit::verified);
    BOOST_TEST(kink(r5, r5_pieces, {five.back()}) == Exit::verified);
  }
  BOOST_TEST(kink(r4, r4_pieces, four) == Exit::verified);
  BOOST_TEST(kink(r5, r5_pieces, five) == Exit::verified);
  // The claims of the registry list L = 1, ..., 32.
  const auto claim = [](const std::string& model, mpq_class (*gap)(int), int last) {
    std::string depths;
    for (int depth = 1; depth <= last; ++depth)
      depths += (depth == 1 ? "" : ",") + (R"({"L":)" + std::to_string(depth)) + R"(,"gap_squared":")" +
                proofs_check::spell(gap(depth)) + R"("})";
    return R"({"activation":"relu","depths":[)" + depths + R"(],"model":)" + model + "}";
  };
  const auto no_convergence = [&](const std::string& c, const std::string& pieces) {
    return verdict("proposition-2-relu", "kink/1", c, pieces, "refuted");
  };
  BOOST_TEST(no_convergence(claim(r4, r4_gap, 32), r4_pieces) == Exit::verified);
  BOOST_TEST(verdict("relu-oscillation", "kink/1", claim(r5, r5_gap, 32), r5_pieces, "proved") ==
             Exit::verified);
  BOOST_TEST(no_convergence(claim(r4, r4_gap, 31), r4_pieces) == Exit::not_verified);
  BOOST_TEST(no_convergence(claim(r4, r4_gap, 33), r4_pieces) == Exit::not_verified);
  BOOST_TEST(no_convergence(claim(r5, r5_gap, 32), r5_pieces) == Exit::not_verified);
  BOOST_TEST(verdict("relu-oscillation", "kink/1", claim(r5, r5_gap, 32), r5_pieces, "refuted") ==
             Exit::not_verified);
  // a breakpoint more, and a polynomial with zeros at its end
  BOOST_TEST(
      kink(
          r4,
          R"({"breakpoints":["0","1/3","1"],"pieces":[[["1","0"],["1","1"],["3*2^-1","-1","-1*2^-1"]],[["1"],["1","1"],["3*2^-1","-1","-1*2^-1","0"]]]})",
          {{2, r4_gap(2)}}) == Exit::verified);
  // the component whose sign changes does not matter: its column of W vanishes
  const std::string alone =
      R"({"T":"2","U":[["1"],["-1"]],"W":[["0","0"],["1","0"]],"factor_u":"1","factor_v":"1","factor_w":"1","v":[["0","0"]],"x":[["1"]]})";
  BOOST_TEST(kink(alone, R"({"breakpoints":["0","2"],"pieces":[[["1"],["-1","1"]]]})", {{1, 0}, {9, 0}}) ==
             Exit::verified);
}

BOOST_AUTO_TEST_CASE(kink_invalid) {
  const auto four = [&](const std::string& from, const std::string& to) {
    return kink(r4, with(r4_pieces, from, to), {{2, r4_gap(2)}});
  };
  const auto five = [&](const std::string& from, const std::string& to) {
    return kink(r5, with(r5_pieces, from, to), {{3, r5_gap(3)}});
  };
  BOOST_TEST(kink(r4, r4_pieces, {{2, r4_gap(3)}}) == Exit::not_verified);
  BOOST_TEST(kink(r4, r4_pieces, {{2, r4_gap(2) + proofs_check::power_of_two(-100)}}) == Exit::not_verified);
  BOOST_TEST(kink(r5, r5_pieces, {{2, r5_gap(2)}, {3, 0}}) == Exit::not_verified);
  BOOST_TEST(kink(r4, r4_pieces, {{3, r4_gap(3)}, {2, r4_gap(2)}}) == Exit::malformed);
  BOOST_TEST(kink(r4, r4_pieces, {{2, r4_gap(2)}, {2, r4_gap(2)}}) == Exit::malformed);
  BOOST_TEST(kink(r4, r4_pieces, {{0, 0}}) == Exit::malformed);
  BOOST_TEST(kink(r4, r4_pieces, {}) == Exit::malformed);
  BOOST_TEST(four(R"("-1*2^-1"])", R"("-1"])") == Exit::not_verified);         // not a solution
  BOOST_TEST(four(R"(["3*2^-1",)", R"(["5*2^-2",)") == Exit::not_verified);    // wrong start
  BOOST_TEST(four(R"(["1","1"])", R"(["1","1","1"])") == Exit::not_verified);  // degree too high
  BOOST_TEST(four(R"(["1","1"])", R"(["1"])") == Exit::not_verified);          // degree too low
  BOOST_TEST(four(R"(["0","1"])", R"(["0","1*2^-1"])") == Exit::malformed);    // ends before T
  BOOST_TEST(four(R"(["0","1"])", R"(["0","1","2"])") == Exit::malformed);
  BOOST_TEST(four(R"(["0","1"])", R"(["1*2^-1","1"])") == Exit::malformed);
  BOOST_TEST(four(R"([["1"],)", "[[],") == Exit::malformed);
  BOOST_TEST(four(R"([["1"],)", "[") == Exit::malformed);
  BOOST_TEST(five(R"(["0","1*2^-1","1"])", R"(["0","1","1"])") == Exit::malformed);
  BOOST_TEST(five(R"(["0","1*2^-1","1"])", R"(["0","1*2^-2","1"])") == Exit::not_verified);  // sign changes
  BOOST_TEST(five(R"(["1*2^-2","-1*2^-1","1*2^-2"])", R"(["5*2^-4","-1*2^-1","1*2^-2"])") ==
             Exit::not_verified);  // a jump
  // phi(h_2) = h_2 on the first piece, where h_2 < 0
  BOOST_TEST(five(R"(["1*2^-3","0","-1*2^-2"])", R"(["1*2^-3","-1*2^-1","1*2^-2"])") == Exit::not_verified);
  // an adjoint that does not vanish
  BOOST_TEST(kink(with(r4, R"("v":[["0","0","1"]])", R"("v":[["0","1","1"]])"), r4_pieces,
                  {{2, r4_gap(2)}}) == Exit::not_verified);
  const std::string alive =
      R"({"T":"1","U":[["1"]],"W":[["0"]],"factor_u":"1","factor_v":"1","factor_w":"1","v":[["1"]],"x":[["1"]]})";
  BOOST_TEST(kink(alive, R"({"breakpoints":["0","1"],"pieces":[[["1"]]]})", {{1, 1}}) == Exit::not_verified);
  BOOST_TEST(kink(with(alive, R"("U":[["1"]])", R"("U":[["-1"]])"),
                  R"({"breakpoints":["0","1"],"pieces":[[["-1"]]]})", {{1, 0}}) == Exit::verified);
  // h_1 = t - 1/2 changes its sign, and h_2 = -1 would be right if it stayed negative
  const std::string crossing =
      R"({"T":"1","U":[["-1*2^-1"],["-1"],["1"]],"W":[["0","0","1"],["1","0","0"],["0","0","0"]],"factor_u":"1","factor_v":"1","factor_w":"1","v":[["0","0","0"]],"x":[["1"]]})";
  BOOST_TEST(kink(crossing, R"({"breakpoints":["0","1"],"pieces":[[["-1*2^-1","1"],["-1"],["1"]]]})",
                  {{1, 0}}) == Exit::not_verified);
  BOOST_TEST(kink(with(r4, R"("factor_w":"1")", R"("factor_w":"2")"), r4_pieces, {{2, r4_gap(2)}}) ==
             Exit::not_verified);
  BOOST_TEST(
      verdict("lemma", "kink/1",
              R"({"activation":"identity","depths":[{"L":2,"gap_squared":"33*2^-4"}],"model":)" + r4 + "}",
              r4_pieces, "proved") == Exit::malformed);
}

BOOST_AUTO_TEST_CASE(well_posed) {
  const auto verify = [&](const std::string& name, const std::string& c) {
    return verdict("lemma", "well-posed/1", R"({"activation":")" + name + R"(","lipschitz":")" + c + "\"}",
                   "{}", "proved");
  };
  // equality is accepted, one unit below is not
  for (const std::string name :
       {"softplus", "tanh", "sin", "cos", "elu", "relu", "identity", "leaky-relu:1/10"}) {
    BOOST_TEST(verify(name, "1") == Exit::verified, name);
    BOOST_TEST(verify(name, "1073741823*2^-30") == Exit::not_verified, name);
  }
  BOOST_TEST(verify("sigmoid", "1*2^-2") == Exit::verified);
  BOOST_TEST(verify("sigmoid", "268435455*2^-30") == Exit::not_verified);
  BOOST_TEST(verify("leaky-relu:-3", "3") == Exit::verified);
  BOOST_TEST(verify("leaky-relu:-3", "2") == Exit::not_verified);
  // irrational constants, to nine digits
  const auto around = [&](const std::string& name, double constant) {
    BOOST_TEST(verify(name, dyadic(constant * (1 + 1e-9))) == Exit::verified, name);
    BOOST_TEST(verify(name, dyadic(constant * (1 - 1e-9))) == Exit::not_verified, name);
  };
  around("gelu", 1.128904145);
  around("silu", 1.099839320128867);
  around("erf", 1.128379167095513);
  around("gaussian", 0.606530659712633);
  BOOST_TEST(verify("polynomial:0,0,1", "1000") == Exit::not_verified);
  BOOST_TEST(verify("softplus", "-1") == Exit::not_verified);
  BOOST_TEST(verify("soft", "1") == Exit::malformed);
  BOOST_TEST(verify("softplus", "1.5") == Exit::malformed);
  const std::string relu = R"({"activation":"relu","lipschitz":"1"})",
                    tanh = R"({"activation":"tanh","lipschitz":"1"})";
  BOOST_TEST(verdict("relu-not-unique", "well-posed/1", relu, "{}", "refuted") == Exit::verified);
  BOOST_TEST(verdict("relu-not-unique", "well-posed/1", relu, "{}", "proved") == Exit::not_verified);
  for (const std::string name :
       {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "sin", "gaussian", "elu"})
    BOOST_TEST(
        verdict("well-posed." + name, "well-posed/1", R"({"activation":")" + name + R"(","lipschitz":"2"})",
                "{}", "proved") == Exit::verified,
        name);
  BOOST_TEST(verdict("well-posed.tanh", "well-posed/1", tanh, "{}", "proved") == Exit::verified);
  BOOST_TEST(verdict("well-posed.relu", "well-posed/1", relu, "{}", "proved") == Exit::not_verified);
  BOOST_TEST(verdict("lemma", "well-posed/1", relu, R"({"point":{}})", "proved") == Exit::malformed);
}

BOOST_AUTO_TEST_SUITE_END()
