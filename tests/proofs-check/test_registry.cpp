// Envelope and registry: the claim checked is the one of the registry, whatever the certificate would like to
// prove.
#include <boost/test/unit_test.hpp>

#include "registry.hpp"
#include "writer.hpp"

namespace {
using namespace checker_test;

const std::string hexagon =
    R"([["1","-1","0"],["1","0","-1"],["0","1","-1"],["-1","1","0"],["-1","0","1"],["0","-1","1"]])";
const std::string antipodes = R"({"activation":"tanh","points":[["1","0"],["-1","0"]]})",
                  on_antipodes = R"({"identity":"odd","vector":["1","1"]})";
const std::string on_hexagon = R"({"identity":"linear-plus-even","vector":["1","-1","1","-1","1","-1"]})";
const std::string
    h2 = R"({"conclusion":["eq",["gaussian-mean","1","0","-2","0","1"],"1"],"hypotheses":[],"variables":[]})",
    h2_witness = R"({"point":{},"precision":64})";
const std::string half = R"({"activation":"softplus","class":"odd-from-3","slope":"1*2^-1"})",
                  linear = R"({"identity":"linear-plus-even"})";
}  // namespace

BOOST_AUTO_TEST_SUITE(registry)

BOOST_AUTO_TEST_CASE(registered_claims) {
  const Folder folder;
  const auto verdict = [&](const std::string& id, const std::string& kind, const std::string& statement,
                           const std::string& witness, const std::string& v) {
    return check_bytes(folder, certificate(id, kind, statement, witness, v)).exit;
  };
  BOOST_TEST(verdict("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}", "proved") ==
             Exit::verified);
  BOOST_TEST(verdict("slide-hermite-h2", "refute/1", h2, h2_witness, "refuted") == Exit::verified);
  BOOST_TEST(
      verdict(
          "dual-expansion-unit-variance", "refute/1",
          R"({"conclusion":["eq",["mul","q","rho"],"rho"],"hypotheses":[["gt","q","0"],["ge","rho","-1"],["le","rho","1"]],"variables":["q","rho"]})",
          R"({"point":{"q":"2","rho":"1*2^-1"},"precision":64})", "refuted") == Exit::verified);
  BOOST_TEST(verdict("one-odd-coefficient.softplus", "gauss-zero/1", half, linear, "proved") ==
             Exit::verified);
  BOOST_TEST(verdict("both-parities-infinite.softplus", "gauss-zero/1", half, linear, "refuted") ==
             Exit::verified);
  BOOST_TEST(verdict("both-parities-infinite.tanh", "gauss-zero/1", R"({"activation":"tanh","class":"even"})",
                     R"({"identity":"odd"})", "refuted") == Exit::verified);
  BOOST_TEST(verdict("both-parities-infinite.cos", "gauss-zero/1", R"({"activation":"cos","class":"odd"})",
                     R"({"identity":"even"})", "refuted") == Exit::verified);
  for (const std::string id : {"theorem-11-as-stated", "corollary-1-as-stated", "tanh-spd"})
    BOOST_TEST(verdict(id, "singular/1", antipodes, on_antipodes, "refuted") == Exit::verified, id);
  for (const std::string id : {"theorem-11-two-layer", "corollary-1-two-layer"})
    BOOST_TEST(verdict(id, "singular/1", R"({"activation":"softplus","points":)" + hexagon + "}", on_hexagon,
                       "refuted") == Exit::verified,
               id);
  for (const std::string name : {"softplus", "gelu", "silu", "relu"})
    BOOST_TEST(verdict("hexagon-singular." + name, "singular/1",
                       R"({"activation":")" + name + R"(","points":)" + hexagon + "}", on_hexagon,
                       "proved") == Exit::verified,
               name);
  for (const std::string name : {"relu", "leaky-relu:1/10", "polynomial:0,0,1"})
    BOOST_TEST(verdict("coefficients." + name, "gauss/1", gauss_statement(name, "1", {{0, "0", "1"}}),
                       closed_witness(), "proved") == Exit::verified,
               name);
  const std::string a = folder.add_i8("a.npy", {2}, {1, 1}), l = folder.add_i8("l.npy", {1}, {1});
  BOOST_TEST(
      verdict("matrix-lambda-min", "spd/1",
              R"({"bound":"1","matrix":{"entries":)" + a + R"(,"radius":"0","scale":"0","type":"explicit"}})",
              R"({"factor":)" + l + R"(,"scale":"0"})", "proved") == Exit::verified);
  const std::string gauss = folder.add(
      "g.cert.json",
      lemma("gauss/1",
            gauss_statement("relu", "1", {{0, "1*2^-3", "1"}, {2, "1*2^-3", "1"}, {10, "1*2^-10", "1"}}),
            closed_witness()));
  const std::string gauss_statement_of_kernel = R"("matrix":{"activation":"relu","points":)" +
                                                folder.add_u1("p.npy", {1, 0}, {1, 2}) +
                                                R"(,"q":"1","type":"dot-product-kernel"}})";
  const std::string kernel_witness = R"({"coefficients":["1*2^-6"],"factor":)" +
                                     folder.add_i8("z.npy", {0}, {1}) + R"(,"gauss":)" + gauss +
                                     R"(,"scale":"0"})";
  BOOST_TEST(verdict("gram-lambda-min.relu", "spd/1", R"({"bound":"1*2^-6",)" + gauss_statement_of_kernel,
                     kernel_witness, "proved") == Exit::verified);
  BOOST_TEST(verdict("gram-lambda-min.relu", "spd/1", R"({"bound":"0",)" + gauss_statement_of_kernel,
                     kernel_witness, "proved") == Exit::not_verified);
  BOOST_TEST(verdict("gram-lambda-min.relu", "spd/1", R"({"bound":"-1",)" + gauss_statement_of_kernel,
                     kernel_witness, "proved") == Exit::not_verified);
  BOOST_TEST(verdict("gram-lambda-min.elu", "spd/1", R"({"bound":"1*2^-6",)" + gauss_statement_of_kernel,
                     kernel_witness, "proved") == Exit::not_verified);
  BOOST_TEST(verdict("lemma", "spd/1", R"({"bound":"-1",)" + gauss_statement_of_kernel, kernel_witness,
                     "proved") == Exit::verified);
  const std::string sphere = R"({"activation":"relu","points":10,"q":"1","set":"no-antipodal-pair"})",
                    index = R"({"gauss":)" + gauss + R"(,"indices":[10]})";
  BOOST_TEST(verdict("spd-without-antipodes.relu.10", "sphere-spd/1", sphere, index, "proved") ==
             Exit::verified);
  BOOST_TEST(verdict("spd-without-antipodes.relu.100", "sphere-spd/1", sphere, index, "proved") ==
             Exit::not_verified);
}

BOOST_AUTO_TEST_CASE(another_claim_is_refused) {
  const Folder folder;
  const auto verdict = [&](const std::string& id, const std::string& kind, const std::string& statement,
                           const std::string& witness, const std::string& v) {
    return check_bytes(folder, certificate(id, kind, statement, witness, v)).exit;
  };
  BOOST_TEST(verdict("hermite-orthonormal", "orthonormal/1", R"({"degree":63})", "{}", "proved") ==
             Exit::not_verified);  // true, weaker
  BOOST_TEST(verdict("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}", "refuted") ==
             Exit::not_verified);
  BOOST_TEST(verdict("hermite-orthonorma", "orthonormal/1", R"({"degree":64})", "{}", "proved") ==
             Exit::not_verified);
  BOOST_TEST(verdict("", "orthonormal/1", R"({"degree":64})", "{}", "proved") == Exit::not_verified);
  BOOST_TEST(verdict("hermite-orthonormal", "orthonormal/2", R"({"degree":64})", "{}", "proved") ==
             Exit::malformed);
  BOOST_TEST(verdict("hermite-orthonormal", "singular/1", antipodes, on_antipodes, "proved") ==
             Exit::not_verified);
  BOOST_TEST(verdict("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}", "likely") ==
             Exit::malformed);
  BOOST_TEST(verdict("slide-hermite-h2", "refute/1", h2, h2_witness, "proved") == Exit::not_verified);
  BOOST_TEST(verdict("slide-hermite-h2", "refute/1",
                     R"({"conclusion":["eq","1","2"],"hypotheses":[],"variables":[]})", h2_witness,
                     "refuted") == Exit::not_verified);
  BOOST_TEST(verdict("one-odd-coefficient.gelu", "gauss-zero/1", half, linear, "proved") ==
             Exit::not_verified);
  BOOST_TEST(verdict("one-odd-coefficient.elu", "gauss-zero/1", half, linear, "proved") ==
             Exit::not_verified);
  BOOST_TEST(verdict("one-odd-coefficient.ACT", "gauss-zero/1", half, linear, "proved") ==
             Exit::not_verified);
  BOOST_TEST(verdict("one-odd-coefficient.", "gauss-zero/1", half, linear, "proved") == Exit::not_verified);
  BOOST_TEST(verdict("tanh-spd", "singular/1", R"({"activation":"erf","points":[["1","0"],["-1","0"]]})",
                     on_antipodes, "refuted") == Exit::not_verified);
  BOOST_TEST(verdict("tanh-spd", "singular/1",
                     R"({"activation":"tanh","points":[["1","0"],["-1","0"],["0","1"]]})",
                     R"({"identity":"odd","vector":["1","1","0"]})",
                     "refuted") == Exit::not_verified);  // one point more
  BOOST_TEST(verdict("coefficients.relu", "gauss/1", gauss_statement("elu", "1", {{0, "0", "1"}}),
                     closed_witness(), "proved") == Exit::not_verified);
  BOOST_TEST(verdict("coefficients.relu", "gauss/1", gauss_statement("relu", "1", {{0, "0", "1"}}, 2),
                     closed_witness(), "proved") == Exit::not_verified);
  BOOST_TEST(verdict("coefficients.nonsense", "gauss/1", gauss_statement("relu", "1", {{0, "0", "1"}}),
                     closed_witness(), "proved") == Exit::malformed);
  BOOST_TEST(verdict("lemma", "refute/1", h2, h2_witness, "refuted") == Exit::not_verified);
  BOOST_TEST(verdict("lemma", "refute/1", h2, h2_witness, "proved") == Exit::verified);
  BOOST_TEST(verdict("spd-distinct.elu.20", "sphere-spd/1", "{}", "{}", "proved") == Exit::not_verified);
}

BOOST_AUTO_TEST_CASE(envelope) {
  const Folder folder;
  const std::string good = certificate("hermite-orthonormal", "orthonormal/1", R"({"degree":64})", "{}");
  BOOST_TEST(check_bytes(folder, good).exit == Exit::verified);
  for (const std::string& bad :
       {good + "\n", " " + good, good + good, std::string("{}"), std::string("[]"), std::string(),
        good.substr(0, good.size() - 1), R"({"a":1,)" + good.substr(1),
        good.substr(0, good.size() - 1) + R"(,"x":1})"})
    BOOST_TEST(check_bytes(folder, bad).exit == Exit::malformed);
  std::string other = good;
  other.replace(other.find("certificate/1"), 13, "certificate/2");
  BOOST_TEST(check_bytes(folder, other).exit == Exit::malformed);
  BOOST_TEST(check_bytes(folder, std::string((1 << 24) + 1, ' ')).exit == Exit::over_limit);
  BOOST_TEST(check(folder, "nothing.cert.json").exit == Exit::usage);
}

// The width of the dual expansions: 2^-60 is accepted, more is not, whatever is in the interval.
BOOST_AUTO_TEST_CASE(width) {
  const auto registered = [](const std::string& lo, const std::string& hi) {
    const auto statement = proofs_check::parse_json(R"({"activation":"sin","hi":")" + hi + R"(","lo":")" +
                                                    lo + R"(","q":"2","rho":"9/10"})");
    try {
      proofs_check::require_registered("dual-expansion.sin", "mehler/1", "proved", statement);
      return true;
    } catch (const proofs_check::Failure&) {
      return false;
    }
  };
  BOOST_TEST(registered("0", "1*2^-60"));
  BOOST_TEST(registered("0", "1*2^-61"));
  BOOST_TEST(!registered("0", "1048577*2^-80"));
  BOOST_TEST(!registered("0", "1"));
}

// Every template parses and speaks of its own activation.
BOOST_AUTO_TEST_CASE(table) {
  BOOST_TEST(proofs_check::registry().size() >= 20U);
  for (const proofs_check::Claim& claim : proofs_check::registry()) {
    BOOST_CHECK_NO_THROW(proofs_check::parse_json(claim.statement));
    const bool has_act = claim.id.find("ACT") != std::string::npos;
    BOOST_TEST(has_act == !claim.activations.empty(), claim.id);
    BOOST_TEST(has_act == (claim.statement.find("\"ACT\"") != std::string::npos), claim.id);
    BOOST_TEST((claim.verdict == "proved" || claim.verdict == "refuted"));
  }
  BOOST_TEST(proofs_check::known_points("00").find("sha256 00") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
