#include "registry.hpp"

#include <map>
#include <sstream>

#include "activation.hpp"

namespace proofs_check {
namespace {

const std::string hexagon =
    R"([["1","-1","0"],["1","0","-1"],["0","1","-1"],["-1","1","0"],["-1","0","1"],["0","-1","1"]])";
const std::string tanh_on_antipodes = R"({"activation":"tanh","points":[["1","0"],["-1","0"]]})";
const std::string softplus_on_hexagon = R"({"activation":"softplus","points":)" + hexagon + "}";
const std::string hexagonal = "softplus gelu silu relu";
const std::string one_odd = R"({"activation":"ACT","class":"odd-from-3","slope":"1*2^-1"})";

const std::string smooth = "softplus tanh sigmoid gelu silu erf";

/// One neuron and one input (docs/claims.md).
std::string one(const std::string& u, const std::string& w, const std::string& v = "1") {
  return R"({"T":"1","U":[[")" + u + R"("]],"W":[[")" + w +
         R"("]],"sigma_u":"1","sigma_v":"1","sigma_w":"1","v":[[")" + v + R"("]],"x":[["1"]]})";
}
const std::string two =
    R"({"T":"1","U":[["1","0"],["1*2^-1","-1"]],"W":[["1","2"],["-1","1*2^-1"]],"factor_u":"1",)"
    R"("factor_v":"1/3","factor_w":"1*2^-1","v":[["1","-2"]],"x":[["1","3"]]})";
const std::string r4 =
    R"({"T":"1","U":[["1"],["1"],["3*2^-1"]],"W":[["0","0","0"],["1","0","0"],["0","-1","0"]],)"
    R"("factor_u":"1","factor_v":"1","factor_w":"1","v":[["0","0","1"]],"x":[["1"]]})";
const std::string r5 =
    R"({"T":"1","U":[["1"],["-1*2^-1"],["1*2^-3"],["0"]],)"
    R"("W":[["0","0","0","0"],["1","0","0","0"],["0","1","0","-1*2^-1"],["1","0","0","0"]],)"
    R"("factor_u":"1","factor_v":"1","factor_w":"1","v":[["0","0","1","0"]],"x":[["1"]]})";

std::string gradient(const std::string& activation, int depth, const std::string& formula,
                     const std::string& model) {
  return R"({"activation":")" + activation + R"(","depth":)" + std::to_string(depth) + R"(,"formula":")" +
         formula + R"(","model":)" + model + "}";
}
std::string flow_bounds(const std::string& activation, const std::string& bounds, const std::string& model,
                        const std::string& reference = "") {
  return R"({"activation":")" + activation + R"(","bounds":)" + bounds + R"(,"model":)" + model +
         (reference.empty() ? "" : R"(,"reference":)" + reference) + "}";
}

/// The data of a limit kernel, and other fields between `activation` and `sigma_w`.
std::string limit_statement(const std::string& fields) {
  return R"({"T":"1","activation":"ACT","c0":"1")" + fields + R"(,"sigma_w":"1"})";
}
/// lambda_min on a given file of points
std::string limit_gram(const std::string& activation, const std::string& time, const std::string& sha256) {
  return R"({"bound":"?positive","matrix":{"T":")" + time + R"(","activation":")" + activation +
         R"(","c0":"1","points":"?file:)" + sha256 + R"(","sigma_w":"1","type":"limit-kernel"}})";
}
/// The i8 files with the rows of `hexagon`, and with the rows 1 and -1.
const std::string hexagon_file = "e2e08caefe97f79d85f8d6c0bca0a08d879f08da9e075c7b5222db3849e4b199",
                  antipodes_file = "eb4c0570c619833cf12aef906f8eabc2713382f65d02a2841eee15b10cad240c";

/// Point files whose origin was reviewed: sha256 of the .npy file and what it is.
const std::map<std::string, std::string> point_files{
    {"bfea67cf210d8b4ba311a3c6fa76ac886194f730ed76ea8b4fff17f9542d51a2",
     "the first 1000 test images of Fashion-MNIST (28 x 28 pixels, bytes)"},
    {hexagon_file, "the regular hexagon"},
    {antipodes_file, "the pair 1, -1"}};

/// The squared gaps of the two ReLU nets at depth L (docs/claims.md), and a list of them for L = 1..32.
mpq_class no_convergence(long l) {
  const mpq_class a = mpq_class(l - 1) / (2 * l);
  return 2 + a * a;
}
mpq_class oscillation(long l) {
  const mpq_class a = mpq_class(l - 1) / (2 * l), b = a * a / 2;
  return l % 2 == 0 ? mpq_class(0) : mpq_class(1 + 2 * a * a + b * b);
}
std::string gaps(mpq_class (*gap_squared)(long)) {
  std::string list;
  for (long l = 1; l <= 32; ++l)
    list += (l == 1 ? R"([{"L":)" : R"(,{"L":)") + std::to_string(l) + R"(,"gap_squared":")" +
            spell(gap_squared(l)) + "\"}";
  return list + "]";
}

std::vector<Claim> make_registry() {
  std::vector<Claim> claims{
      {"hermite-orthonormal", "", "orthonormal/1", "proved", R"({"degree":64})"},
      {"slide-hermite-h2", "", "refute/1", "refuted",
       R"({"conclusion":["eq",["gaussian-mean","1","0","-2","0","1"],"1"],"hypotheses":[],"variables":[]})"},
      {"dual-expansion-unit-variance", "", "refute/1", "refuted",
       R"({"conclusion":["eq",["mul","q","rho"],"rho"],"hypotheses":[["gt","q","0"],["ge","rho","-1"],["le","rho","1"]],)"
       R"("variables":["q","rho"]})"},
      {"dual-expansion.ACT", "erf sin gaussian gelu relu", "mehler/1", "proved",
       R"({"activation":"ACT","hi":"?","lo":"?","q":"2","rho":"9/10"})", 60},
      {"one-odd-coefficient.ACT", hexagonal, "gauss-zero/1", "proved", one_odd},
      {"both-parities-infinite.ACT", hexagonal, "gauss-zero/1", "refuted", one_odd},
      {"both-parities-infinite.ACT", "tanh", "gauss-zero/1", "refuted",
       R"({"activation":"ACT","class":"even"})"},
      {"both-parities-infinite.ACT", "cos", "gauss-zero/1", "refuted",
       R"({"activation":"ACT","class":"odd"})"},
      {"theorem-11-as-stated", "", "singular/1", "refuted", tanh_on_antipodes},
      {"theorem-11-two-layer", "", "singular/1", "refuted", softplus_on_hexagon},
      {"corollary-1-as-stated", "", "singular/1", "refuted", tanh_on_antipodes},
      {"corollary-1-two-layer", "", "singular/1", "refuted", softplus_on_hexagon},
      {"tanh-spd", "", "singular/1", "refuted", tanh_on_antipodes},
      {"hexagon-singular.ACT", hexagonal, "singular/1", "proved",
       R"({"activation":"ACT","points":)" + hexagon + "}"},
      {"gram-lambda-min.ACT", "*", "spd/1", "proved",
       R"({"bound":"?positive","matrix":{"activation":"ACT","points":"?file","q":"?positive","type":"dot-product-kernel"}})"},
      {"matrix-lambda-min", "", "spd/1", "proved",
       R"({"bound":"?","matrix":{"entries":"?file","radius":"?","scale":"?","type":"explicit"}})"},
      {"coefficients.ACT", "*", "gauss/1", "proved",
       R"({"activation":"ACT","coefficients":"?","power":1,"q":"?"})"},
      {"well-posed.ACT", "softplus tanh sigmoid gelu silu erf sin gaussian elu", "well-posed/1", "proved",
       R"({"activation":"ACT","lipschitz":"?positive"})"},
      {"relu-not-unique", "", "well-posed/1", "refuted", R"({"activation":"relu","lipschitz":"1"})"},
      {"flow-enclosure.ACT", smooth, "ode/1", "proved",
       R"({"activation":"ACT","adjoint":"?","adjoint_radius":"?positive","model":"?","state":"?",)"
       R"("state_radius":"?positive"})"},
      {"lemma-17-as-stated", "", "flow-bounds/1", "refuted",
       flow_bounds("softplus", R"(["slide-4"])", one("0", "1"))},
      {"gradient-bounds-as-stated", "", "flow-bounds/1", "refuted",
       flow_bounds("softplus", R"(["slide-dv","slide-dw"])", one("0", "0"))},
      {"adjoint-bounds-as-stated.ACT", "softplus tanh", "flow-bounds/1", "proved",
       flow_bounds("ACT", R"(["slide-5","slide-du"])", R"("?")")},
      {"growth-bounds.ACT", smooth, "flow-bounds/1", "proved",
       flow_bounds("ACT", R"(["adjoint","du","dv","dw","state"])", R"("?")")},
      {"lemma-18-state-as-stated", "", "perturbation/1", "refuted",
       flow_bounds("softplus", R"(["slide-6"])", one("1", "0"), one("0", "0"))},
      {"lemma-18-adjoint-as-stated", "", "perturbation/1", "refuted",
       flow_bounds("sin", R"(["slide-7"])", one("0", "0"), one("0", "0", "0"))},
      {"perturbation-bounds.ACT", smooth, "perturbation/1", "proved",
       flow_bounds("ACT", R"(["adjoint","state"])", R"("?")", R"("?")")},
      {"rate-limit.ACT", smooth, "rate-limit/1", "proved",
       R"({"activation":"ACT","hi":"?positive","lo":"?","model":"?"})", 20},
      {"gradient-rate.ACT", smooth, "rate/1", "proved",
       R"({"activation":"ACT","constant":"?positive","depths":"?","model":"?"})"},
      {"backward-recursion-as-stated", "", "gradient/1", "refuted",
       gradient("identity", 1, "slide-backward",
                R"({"T":"1","U":[["1"]],"W":[["1"]],"factor_u":"1","factor_v":"1","factor_w":"2",)"
                R"("v":[["1"]],"x":[["1"]]})")},
      {"gradient-layout-as-stated", "", "gradient/1", "refuted",
       gradient("polynomial:0,1,1*2^-1", 3, "slide-layout", two)},
      {"backpropagation-exact", "", "gradient/1", "proved",
       gradient("polynomial:0,1,1*2^-1", 3, "backpropagation", two)},
      {"backpropagation-exact.relu", "", "gradient/1", "proved", gradient("relu", 3, "backpropagation", two)},
      {"proposition-2-relu", "", "kink/1", "refuted",
       R"({"activation":"relu","depths":)" + gaps(no_convergence) + R"(,"model":)" + r4 + "}"},
      {"relu-oscillation", "", "kink/1", "proved",
       R"({"activation":"relu","depths":)" + gaps(oscillation) + R"(,"model":)" + r5 + "}"},
      {"limit-kernel-diagonal.ACT", smooth, "limit-value/1", "proved",
       limit_statement(R"(,"quantities":"?","rho":"1")"), 0, 40},
      {"limit-kernel-sixty-degrees.ACT", smooth, "limit-value/1", "proved",
       limit_statement(R"(,"quantities":"?","rho":"1*2^-1")"), 0, 40},
      {"limit-function.ACT", smooth, "limit-series/1", "proved",
       limit_statement(R"(,"degree":"?","quantities":"?")"), 0, 30},
      {"depth-rate.ACT", "softplus gelu tanh", "limit-depth/1", "proved",
       limit_statement(R"(,"depths":"?","rho":"1")"), 20},
      {"limit-spd.ACT", "softplus gelu silu sigmoid relu cos gaussian", "limit-spd/1", "proved",
       R"({"activation":"ACT","set":"distinct"})"},
      {"limit-spd.ACT", "tanh erf sin", "limit-spd/1", "proved",
       R"({"activation":"ACT","set":"no-antipodal-pair"})"},
      {"limit-gram-lambda-min.ACT", smooth + " relu", "spd/1", "proved",
       R"({"bound":"?positive","matrix":{"T":"?","activation":"ACT","c0":"?","points":"?file","sigma_w":"?",)"
       R"("type":"limit-kernel"}})"},
      {"tangent-lambda-min.ACT", smooth + " sin cos gaussian", "spd/1", "proved",
       R"({"bound":"?positive","matrix":{"T":"?","U":"?file","W":"?file","activation":"ACT","depth":"?",)"
       R"("points":"?file","sigma_u":"?","sigma_v":"?","sigma_w":"?","type":"tangent-kernel","v":"?file"}})"},
      {"limit-hexagon.ACT.one", "softplus gelu silu", "spd/1", "proved",
       limit_gram("ACT", "1", hexagon_file)},
      {"limit-hexagon.ACT.quarter", "softplus gelu silu", "spd/1", "proved",
       limit_gram("ACT", "1*2^-2", hexagon_file)},
      {"limit-antipodal.cos.one", "", "spd/1", "proved", limit_gram("cos", "1", antipodes_file)},
      {"limit-antipodal.cos.quarter", "", "spd/1", "proved", limit_gram("cos", "1*2^-2", antipodes_file)},
      {"two-layer-antipodal.cos", "", "singular/1", "proved",
       R"({"activation":"cos","points":[["1"],["-1"]]})"},
      {"corollary-1-limit", "", "limit-spd/1", "refuted", R"({"activation":"tanh","set":"distinct"})"},
      {"correlation-contracts.ACT", "softplus sigmoid", "correlation/1", "proved", limit_statement("")},
      {"correlation-contracts.ACT", "gelu silu tanh erf", "correlation/1", "refuted", limit_statement("")},
      {"variance-grows.ACT", "softplus gelu silu relu", "variance-growth/1", "proved",
       R"({"activation":"ACT"})"},
      {"variance-grows.ACT", "tanh erf sigmoid", "variance-growth/1", "refuted", R"({"activation":"ACT"})"},
      {"scale-invariance", "", "limit-structure/1", "proved",
       R"({"configurations":[["1","1"],["2","1*2^-1"],["5","1/5"],["10","1/10"]],"property":"scale-invariance"})"},
      {"ntk-above-nngp", "", "limit-structure/1", "proved", R"({"property":"ntk-above-nngp"})"}};
  for (const std::string points : {"10", "100", "1000"}) {
    claims.push_back(
        {"spd-without-antipodes.ACT." + points, "softplus tanh sigmoid gelu silu erf relu elu",
         "sphere-spd/1", "proved",
         R"({"activation":"ACT","points":)" + points + R"(,"q":"1","set":"no-antipodal-pair"})"});
    claims.push_back({"spd-distinct.ACT." + points, "elu", "sphere-spd/1", "proved",
                      R"({"activation":"ACT","points":)" + points + R"(,"q":"1","set":"distinct"})"});
  }
  return claims;
}

bool matches(const Value& pattern, const Value& value) {
  if (pattern.is(Value::Type::string)) {
    if (pattern.text() == "?" || pattern.text() == "?file") return true;  // the kind checks what it needs
    if (pattern.text().starts_with("?file:"))
      return value.is(Value::Type::object) && value["sha256"].text() == pattern.text().substr(6);
    if (!value.is(Value::Type::string)) return false;
    Budget budget;
    return pattern.text() == "?positive" ? parse_real(value.text(), budget) > 0
                                         : value.text() == pattern.text();
  }
  if (pattern.is(Value::Type::number))
    return value.is(Value::Type::number) && value.count() == pattern.count();
  const bool array = pattern.is(Value::Type::array);
  if (!value.is(array ? Value::Type::array : Value::Type::object)) return false;
  if (!array && pattern.keys() != value.keys()) return false;
  const std::vector<Value>&expected = array ? pattern.list() : pattern.members(),
        &found = array ? value.list() : value.members();
  if (expected.size() != found.size()) return false;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!matches(expected[i], found[i])) return false;
  return true;
}

/// The activation that `ACT` stands for when `id` is of the form of the claim; "-" when the claim has none;
/// else "".
std::string instance(const Claim& claim, const std::string& id) {
  const std::size_t at = claim.id.find("ACT");
  if (at == std::string::npos) return id == claim.id ? "-" : "";
  const std::string before = claim.id.substr(0, at), after = claim.id.substr(at + 3);
  if (id.size() <= before.size() + after.size() || !id.starts_with(before) || !id.ends_with(after)) return "";
  const std::string name = id.substr(before.size(), id.size() - before.size() - after.size());
  if (claim.activations == "*") {
    Budget budget;
    return parse_activation(name, budget).name;
  }
  std::istringstream names(claim.activations);
  for (std::string listed; names >> listed;)
    if (name == listed) return name;
  return "";
}

/// The conditions on width and radii.
void require_narrow(const Claim& claim, const std::string& id, const Value& statement) {
  Budget budget;
  const auto number = [&budget](const Value& object, const char* key) {
    return parse_real(object[key].text(), budget);
  };
  if (claim.width != 0) {
    const bool depths = claim.kind == "limit-depth/1";
    const std::vector<Value> entries = depths ? statement["depths"].list() : std::vector<Value>{statement};
    if (depths && entries.size() < 3) not_verified("claim " + id + " needs at least 3 depths");
    const bool below = !entries.empty() && number(entries[0], "hi") < 0;
    for (const Value& entry : entries) {
      const mpq_class lo = number(entry, "lo"), hi = number(entry, "hi");
      if (hi - lo > power_of_two(-claim.width))
        not_verified("claim " + id + " needs hi - lo <= 2^-" + std::to_string(claim.width));
      if (depths && !(below ? hi < 0 : lo > 0))
        not_verified("claim " + id + " needs one sign for all depths");
    }
  }
  if (claim.radius != 0)
    for (const Value& quantity : statement["quantities"].members())
      if (number(quantity, "radius") > power_of_two(-claim.radius))
        not_verified("claim " + id + " needs radii of at most 2^-" + std::to_string(claim.radius));
}

}  // namespace

const std::vector<Claim>& registry() {
  static const std::vector<Claim> claims = make_registry();
  return claims;
}

void require_registered(const std::string& id, const std::string& kind, const std::string& verdict,
                        const Value& statement) {
  for (const Claim& claim : registry()) {
    const std::string activation = instance(claim, id);
    if (activation.empty()) continue;
    if (claim.kind != kind || claim.verdict != verdict)
      not_verified("claim " + id + " has kind " + claim.kind + " and verdict " + claim.verdict);
    std::string expected = claim.statement;
    if (const std::size_t at = expected.find("ACT"); at != std::string::npos)
      expected.replace(at, 3, activation);
    if (!matches(parse_json(expected), statement))
      not_verified("the statement is not the one of claim " + id + ": " + expected);
    require_narrow(claim, id, statement);
    return;
  }
  not_verified("claim " + id.substr(0, 100) + " is not in the registry");
}

std::string known_points(const std::string& sha256) {
  const auto found = point_files.find(sha256);
  return found == point_files.end() ? "points with sha256 " + sha256 : found->second;
}

}  // namespace proofs_check
