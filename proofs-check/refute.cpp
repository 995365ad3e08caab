// refute/1: at the point of the witness every hypothesis certainly holds and the conclusion certainly fails.

#include <algorithm>
#include <map>
#include <variant>

#include "kinds.hpp"

namespace proofs_check {
namespace {

/// Rational as long as the operations are; then an interval.
using Number = std::variant<mpq_class, Interval>;

class Evaluator {
 public:
  Evaluator(std::map<std::string, mpq_class> point, long precision, Budget& budget)
      : point_(std::move(point)), precision_(precision), budget_(budget) {}

  /// Which truth values the relation `["lt", e, e]` ... may have at the point.
  struct Truth {
    bool may_hold, may_fail;
  };
  Truth relation(const Value& tree) {
    static const std::map<std::string, unsigned> relations{{"eq", equal},   {"ne", less | greater},
                                                           {"lt", less},    {"le", less | equal},
                                                           {"gt", greater}, {"ge", greater | equal}};
    if (tree.list().size() != 3) malformed("a relation has two sides");
    const auto found = relations.find(tree.list()[0].text());
    if (found == relations.end()) malformed("unknown relation");
    const Number a = number(tree.list()[1]), b = number(tree.list()[2]);
    unsigned possible;
    if (a.index() == 0 && b.index() == 0) {
      const int order = cmp(std::get<0>(a), std::get<0>(b));
      possible = order < 0 ? less : order == 0 ? equal : greater;
    } else {
      possible = possible_orders(interval(a), interval(b));
    }
    return {(possible & found->second) != 0, (possible & ~found->second) != 0};
  }

 private:
  Interval interval(const Number& x) const {
    return x.index() == 0 ? Interval(std::get<0>(x), precision_) : std::get<1>(x);
  }
  Number charged(const mpq_class& x) const {
    budget_.memory({bits(x) + 1024});
    budget_.work({bits(x) / 64 + 16, bits(x) / 512 + 16});
    return x;
  }

  Number number(const Value& e) {
    if (e.is(Value::Type::string)) {
      if (const auto variable = point_.find(e.text()); variable != point_.end()) return variable->second;
      return parse_real(e.text(), budget_);
    }
    const std::vector<Value>& list = e.list();
    if (list.empty()) malformed("an empty expression");
    const std::string& op = list[0].text();
    if (op == "gaussian-mean") return gaussian_mean(list);
    if (op == "pow") return power(list);
    const auto words = static_cast<std::uint64_t>(precision_ / 64 + 1);
    budget_.work({64, words + 16, words / 8 + 16});
    if (op == "pi") return arity(list, 0), Number(pi(precision_));
    if (list.size() == 2) return unary(op, number(list[1]));
    arity(list, 2);
    return binary(op, number(list[1]), number(list[2]));
  }
  static void arity(const std::vector<Value>& list, std::size_t n) {
    if (list.size() != n + 1) malformed("wrong number of operands of " + list[0].text().substr(0, 40));
  }

  Number unary(const std::string& op, const Number& x) {
    static const std::map<std::string, Interval (*)(const Interval&)> functions{
        {"sqrt", sqrt},       {"exp", exp},           {"log", log}, {"log1p", log1p}, {"tanh", tanh},
        {"sigmoid", sigmoid}, {"softplus", softplus}, {"erf", erf}, {"sin", sin},     {"cos", cos}};
    const bool exact = x.index() == 0;
    if (op == "neg") return exact ? Number(mpq_class(-std::get<0>(x))) : Number(-std::get<1>(x));
    if (op == "abs") return exact ? Number(mpq_class(abs(std::get<0>(x)))) : Number(abs(std::get<1>(x)));
    const auto found = functions.find(op);
    if (found == functions.end()) malformed("unknown operation " + op.substr(0, 40));
    return found->second(interval(x));
  }

  Number binary(const std::string& op, const Number& x, const Number& y) {
    static const std::vector<std::string> operations{"add", "sub", "mul", "div", "max", "min"};
    if (std::find(operations.begin(), operations.end(), op) == operations.end())
      malformed("unknown operation " + op.substr(0, 40));
    if (x.index() == 0 && y.index() == 0) {
      const mpq_class &a = std::get<0>(x), &b = std::get<0>(y);
      if (op == "div" && b == 0) not_verified("division by 0");
      return charged(op == "add"   ? mpq_class(a + b)
                     : op == "sub" ? mpq_class(a - b)
                     : op == "mul" ? mpq_class(a * b)
                     : op == "div" ? mpq_class(a / b)
                     : op == "max" ? std::max(a, b)
                                   : std::min(a, b));
    }
    const Interval a = interval(x), b = interval(y);
    return op == "add"   ? a + b
           : op == "sub" ? a - b
           : op == "mul" ? a * b
           : op == "div" ? a / b
           : op == "max" ? max(a, b)
                         : min(a, b);
  }

  Number power(const std::vector<Value>& list) {
    arity(list, 2);
    const Number x = number(list[1]);
    const long k = parse_exponent(list[2].text(), budget_);
    if (x.index() == 1) return proofs_check::power(std::get<1>(x), k);
    const mpq_class& base = std::get<0>(x);
    const auto size = static_cast<unsigned long>(k < 0 ? -k : k);
    if (k < 0 && base == 0) not_verified("division by 0");
    budget_.memory({bits(base), size + 1});
    budget_.work({bits(base) / 64 + 16, bits(base) / 512 + 16, size + 1, 1 + size / 64});
    mpq_class result;
    mpz_pow_ui(result.get_num_mpz_t(), base.get_num_mpz_t(), size);
    mpz_pow_ui(result.get_den_mpz_t(), base.get_den_mpz_t(), size);
    return k < 0 ? mpq_class(1 / result) : result;
  }

  /// E[sum c_k Z^k], E[Z^k] = (k - 1) E[Z^(k-2)].
  Number gaussian_mean(const std::vector<Value>& list) {
    budget_.work({list.size(), list.size() / 4 + 16, 64});
    mpq_class sum = 0, moment = 1;
    for (std::size_t k = 0; k + 1 < list.size(); ++k) {
      const mpq_class c = parse_real(list[k + 1].text(), budget_);
      if (k % 2 == 1) continue;
      if (k > 0) moment *= k - 1;
      sum += c * moment;
    }
    return charged(sum);
  }

  std::map<std::string, mpq_class> point_;
  long precision_;
  Budget& budget_;
};

void require_variable(const std::string& name) {
  bool good = !name.empty() && name[0] >= 'a' && name[0] <= 'z';
  for (const char c : name) good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
  if (!good) malformed("a variable must match [a-z][a-z0-9_]*");
}

}  // namespace

std::string check_refute(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"conclusion", "hypotheses", "variables"});
  witness.require({"point", "precision"});
  std::vector<std::string> names;
  for (const Value& name : statement["variables"].list()) require_variable(names.emplace_back(name.text()));
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end())
    malformed("a variable is declared twice");
  witness["point"].require(names);
  std::map<std::string, mpq_class> point;
  for (const std::string& name : names)
    point[name] = parse_real(witness["point"][name].text(), context.budget);

  Evaluator at_point(point, parse_precision(witness), context.budget);
  for (const Value& hypothesis : statement["hypotheses"].list())
    if (at_point.relation(hypothesis).may_fail)
      not_verified("a hypothesis is not certain to hold at the point");
  if (at_point.relation(statement["conclusion"]).may_hold)
    not_verified("the conclusion is not certain to fail at the point");
  std::string where;
  for (const auto& [name, value] : point)
    where += (where.empty() ? " at " : ", ") + name + " = " + spell(value).substr(0, 60);
  return "the conclusion fails" + where + ", where every hypothesis holds";
}

}  // namespace proofs_check
