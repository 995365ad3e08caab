// limit-spd/1, variance-growth/1 and limit-structure/1, and the rows of the registry about the limit kernel.
#include <boost/test/unit_test.hpp>

#include "registry.hpp"
#include "writer.hpp"

namespace {
using namespace checker_test;

struct FactFixture {
  Folder folder;
  Exit verdict(const std::string& kind, const std::string& statement, const std::string& witness = "{}",
               const std::string& id = "lemma", const std::string& v = "proved") const {
    return check_bytes(folder, certificate(id, kind, statement, witness, v)).exit;
  }
  Exit spd(const std::string& activation, const std::string& set, int k, const std::string& id = "lemma",
           const std::string& v = "proved") const {
    return verdict("limit-spd/1", R"({"activation":")" + activation + R"(","set":")" + set + "\"}",
                   R"({"derivative":)" + std::to_string(k) + "}", id, v);
  }
};
const std::vector<std::pair<std::string, int>> table{
    {"gaussian", 0}, {"cos", 0},      {"tanh", 1}, {"erf", 1},  {"sigmoid", 1},
    {"sin", 1},      {"softplus", 2}, {"gelu", 2}, {"silu", 2}, {"relu", 2}};
bool is_odd(const std::string& name) {
  return name == "tanh" || name == "erf" || name == "sin";
}
}  // namespace

BOOST_FIXTURE_TEST_SUITE(limit_facts, FactFixture)

BOOST_AUTO_TEST_CASE(positive_definite) {
  for (const auto& [name, k] : table) {
    BOOST_TEST(spd(name, "distinct", k) == (is_odd(name) ? Exit::not_verified : Exit::verified), name);
    BOOST_TEST(spd(name, "no-antipodal-pair", k) == Exit::verified, name);
    for (const int other : {0, 1, 2, 3})
      if (other != k) BOOST_TEST(spd(name, "no-antipodal-pair", other) == Exit::not_verified, name);
    if (name != "gaussian" || k == 0)
      BOOST_TEST(spd(name, is_odd(name) ? "no-antipodal-pair" : "distinct", k, "limit-spd." + name) ==
                     Exit::verified,
                 name);
    BOOST_TEST(spd(name, is_odd(name) ? "distinct" : "no-antipodal-pair", k, "limit-spd." + name) ==
                   Exit::not_verified,
               name);
  }
  for (const std::string name : {"elu", "identity", "leaky-relu:1/10", "polynomial:0,1,1"})
    BOOST_TEST(spd(name, "no-antipodal-pair", 2) == Exit::not_verified, name);
  BOOST_TEST(spd("tanh", "distinct", 1, "corollary-1-limit", "refuted") == Exit::verified);
  BOOST_TEST(spd("tanh", "distinct", 1, "corollary-1-limit") == Exit::not_verified);
  BOOST_TEST(spd("tanh", "no-antipodal-pair", 1, "corollary-1-limit", "refuted") == Exit::not_verified);
  BOOST_TEST(spd("softplus", "distinct", 2, "corollary-1-limit", "refuted") == Exit::not_verified);
  BOOST_TEST(spd("tanh", "distinct", 1, "lemma", "refuted") == Exit::not_verified);
  BOOST_TEST(spd("softplus", "all", 2) == Exit::malformed);
  BOOST_TEST(verdict("limit-spd/1", R"({"activation":"softplus","set":"distinct"})", "{}") ==
             Exit::malformed);
}

BOOST_AUTO_TEST_CASE(growth) {
  const auto of = [&](const std::string& name, const std::string& v, const std::string& id) {
    return verdict("variance-growth/1", R"({"activation":")" + name + "\"}", "{}", id, v);
  };
  for (const std::string name : {"softplus", "gelu", "silu", "relu"}) {
    BOOST_TEST(of(name, "proved", "variance-grows." + name) == Exit::verified, name);
    BOOST_TEST(of(name, "refuted", "variance-grows." + name) == Exit::not_verified, name);
  }
  for (const std::string name : {"tanh", "erf", "sigmoid"}) {
    BOOST_TEST(of(name, "refuted", "variance-grows." + name) == Exit::verified, name);
    BOOST_TEST(of(name, "proved", "lemma") == Exit::not_verified, name);
  }
  for (const std::string name : {"sin", "cos", "gaussian", "elu", "identity", "leaky-relu:1/10"})
    BOOST_TEST(of(name, "proved", "lemma") == Exit::not_verified, name);
  // no registered claim refutes the growth of an unbounded one: the kind itself does not either
  proofs_check::Checker checker(folder.path());
  for (const std::string name : {"softplus", "relu", "identity", "elu"}) {
    proofs_check::Budget budget;
    proofs_check::Report report;
    report.verdict = "refuted";
    const proofs_check::Context context{checker, budget, report};
    (void)context;
    BOOST_TEST(of(name, "refuted", "variance-grows." + name) == Exit::not_verified, name);
  }
  BOOST_TEST(verdict("variance-growth/1", R"({"activation":"softplus"})", R"({"x":1})") == Exit::malformed);
  BOOST_TEST(verdict("variance-growth/1", R"({"activations":"softplus"})") == Exit::malformed);
}

BOOST_AUTO_TEST_CASE(structure) {
  const std::string scale =
      R"({"configurations":[["1","1"],["2","1*2^-1"],["5","1/5"],["10","1/10"]],"property":"scale-invariance"})";
  BOOST_TEST(verdict("limit-structure/1", scale, "{}", "scale-invariance") == Exit::verified);
  BOOST_TEST(verdict("limit-structure/1", R"({"property":"ntk-above-nngp"})", "{}", "ntk-above-nngp") ==
             Exit::verified);
  BOOST_TEST(verdict("limit-structure/1", R"({"property":"ntk-above-nngp"})", "{}", "scale-invariance") ==
             Exit::not_verified);
  const auto configurations = [&](const std::string& list) {
    return verdict("limit-structure/1",
                   R"({"configurations":[)" + list + R"(],"property":"scale-invariance"})");
  };
  BOOST_TEST(configurations(R"(["3","1/3"],["1","1"])") == Exit::verified);
  BOOST_TEST(configurations(R"(["3","1/3"],["1","1"],["2","1"])") == Exit::not_verified);
  BOOST_TEST(configurations(R"(["3","1/3"],["1","1048577*2^-20"])") == Exit::not_verified);
  BOOST_TEST(configurations(R"(["3","1/3"])") == Exit::malformed);
  BOOST_TEST(configurations("") == Exit::malformed);
  BOOST_TEST(configurations(R"(["-1","-1"],["1","1"])") == Exit::malformed);
  BOOST_TEST(configurations(R"(["1","1","1"],["1","1"])") == Exit::malformed);
  BOOST_TEST(verdict("limit-structure/1", R"({"property":"nngp-above-ntk"})") == Exit::malformed);
  BOOST_TEST(verdict("limit-structure/1", R"({"more":"1","property":"ntk-above-nngp"})") == Exit::malformed);
  BOOST_TEST(verdict("limit-structure/1", R"({"property":"ntk-above-nngp"})", R"({"a":1})") ==
             Exit::malformed);
  BOOST_TEST(verdict("singular/1", R"({"activation":"cos","points":[["1"],["-1"]]})",
                     R"({"identity":"even","vector":["1","-1"]})",
                     "two-layer-antipodal.cos") == Exit::verified);
}

// Widths, signs and radii that the registry asks for.
BOOST_AUTO_TEST_CASE(registered) {
  const auto accepts = [](const std::string& id, const std::string& kind, const std::string& statement) {
    try {
      proofs_check::require_registered(id, kind, "proved", proofs_check::parse_json(statement));
      return true;
    } catch (const proofs_check::Failure&) {
      return false;
    }
  };
  const auto depths = [&](const std::string& list) {
    return accepts(
        "depth-rate.softplus", "limit-depth/1",
        R"({"T":"1","activation":"softplus","c0":"1","depths":[)" + list + R"(],"rho":"1","sigma_w":"1"})");
  };
  const auto entry = [](int layers, const std::string& lo, const std::string& hi) {
    return R"({"L":)" + std::to_string(layers) + R"(,"hi":")" + hi + R"(","lo":")" + lo + "\"}";
  };
  const std::string one = entry(1, "-1", "-1048575*2^-20"), two = entry(2, "-1", "-1"),
                    three = entry(4, "-1*2^-1", "-1*2^-1");
  BOOST_TEST(depths(one + "," + two + "," + three));
  BOOST_TEST(!depths(one + "," + two));
  BOOST_TEST(!depths(one + "," + two + "," + entry(4, "1*2^-1", "1*2^-1")));
  BOOST_TEST(!depths(one + "," + two + "," + entry(4, "-1*2^-30", "0")));
  BOOST_TEST(!depths(one + "," + two + "," + entry(4, "-1", "-2097149*2^-21")));
  BOOST_TEST(depths(entry(1, "1", "1") + "," + entry(2, "1", "1") + "," + entry(4, "1*2^-30", "1*2^-30")));
  BOOST_TEST(!depths(entry(1, "1", "1") + "," + entry(2, "1", "1") + "," + entry(4, "0", "1*2^-30")));

  const auto values = [&](const std::string& id, const std::string& fields, const std::string& radius) {
    return accepts(id, id.starts_with("limit-function") ? "limit-series/1" : "limit-value/1",
                   R"({"T":"1","activation":"silu","c0":"1",)" + fields +
                       R"("quantities":{"C":{"radius":"0","value":"1"},"q":{"radius":")" + radius +
                       (id.starts_with("limit-function") ? R"(","value":"1"}},"sigma_w":"1"})"
                                                         : R"(","value":"1"}},"rho":"1","sigma_w":"1"})"));
  };
  BOOST_TEST(values("limit-kernel-diagonal.silu", "", "1*2^-40"));
  BOOST_TEST(!values("limit-kernel-diagonal.silu", "", "1*2^-39"));
  BOOST_TEST(!values("limit-kernel-sixty-degrees.silu", "", "1*2^-40"));
  BOOST_TEST(values("limit-function.silu", R"("degree":5,)", "1*2^-30"));
  BOOST_TEST(!values("limit-function.silu", R"("degree":5,)", "1*2^-29"));
  BOOST_TEST(!values("limit-function.cos", R"("degree":5,)", "1*2^-30"));

  // the very points of the hexagon
  const auto gram = [&](const std::string& id, const std::string& name, const std::string& time,
                        const std::string& points) {
    return accepts(id, "spd/1",
                   R"({"bound":"1","matrix":{"T":")" + time + R"(","activation":")" + name +
                       R"(","c0":"1","points":)" + points + R"(,"sigma_w":"1","type":"limit-kernel"}})");
  };
  const std::string hexagon = folder.add_i8(
                        "h.npy", {1, -1, 0, 1, 0, -1, 0, 1, -1, -1, 1, 0, -1, 0, 1, 0, -1, 1}, {6, 3}),
                    mirrored = folder.add_i8(
                        "m.npy", {-1, 1, 0, 1, 0, -1, 0, 1, -1, -1, 1, 0, -1, 0, 1, 0, -1, 1}, {6, 3}),
                    pair = folder.add_i8("p.npy", {1, -1}, {2, 1}),
                    same = folder.add_i8("s.npy", {1, 1}, {2, 1});
  for (const std::string name : {"softplus", "gelu", "silu"}) {
    BOOST_TEST(gram("limit-hexagon." + name + ".one", name, "1", hexagon));
    BOOST_TEST(gram("limit-hexagon." + name + ".quarter", name, "1*2^-2", hexagon));
    BOOST_TEST(!gram("limit-hexagon." + name + ".quarter", name, "1", hexagon));
    BOOST_TEST(!gram("limit-hexagon." + name + ".one", name, "1", mirrored));
    BOOST_TEST(!gram("limit-hexagon." + name + ".one", name, "1", R"("?")"));
    BOOST_TEST(gram("limit-gram-lambda-min." + name, name, "3", mirrored));
  }
  BOOST_TEST(gram("limit-antipodal.cos.one", "cos", "1", pair));
  BOOST_TEST(gram("limit-antipodal.cos.quarter", "cos", "1*2^-2", pair));
  BOOST_TEST(!gram("limit-antipodal.cos.one", "cos", "1", same));
  BOOST_TEST(!gram("limit-antipodal.cos.one", "sin", "1", pair));
}

BOOST_AUTO_TEST_SUITE_END()
