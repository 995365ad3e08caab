#include "check.hpp"

#include "kinds.hpp"
#include "registry.hpp"
#include "sha256.hpp"

namespace proofs_check {
namespace {

const std::map<std::string, KindCheck> kinds{{"gauss/1", check_gauss},
                                             {"gauss-zero/1", check_gauss_zero},
                                             {"spd/1", check_spd},
                                             {"singular/1", check_singular},
                                             {"sphere-spd/1", check_sphere_spd},
                                             {"mehler/1", check_mehler},
                                             {"refute/1", check_refute},
                                             {"orthonormal/1", check_orthonormal},
                                             {"well-posed/1", check_well_posed},
                                             {"gradient/1", check_gradient},
                                             {"kink/1", check_kink},
                                             {"ode/1", check_ode},
                                             {"flow-bounds/1", check_flow_bounds},
                                             {"perturbation/1", check_perturbation},
                                             {"rate-limit/1", check_rate_limit},
                                             {"limit-value/1", check_limit_value},
                                             {"limit-series/1", check_limit_series},
                                             {"limit-depth/1", check_limit_depth},
                                             {"limit-spd/1", check_limit_spd},
                                             {"limit-relu/1", check_limit_relu},
                                             {"limit-structure/1", check_limit_structure},
                                             {"correlation/1", check_correlation},
                                             {"variance-growth/1", check_variance_growth},
                                             {"rate/1", check_rate}};

const std::map<int, std::string> lemma_titles{
    {1, "growth of the activation in a strip"},
    {2, "norm of the activation on a line of the strip"},
    {3, "Hermite functions off the axis"},
    {4, "discretisation error of the trapezoidal rule"},
    {5, "truncation of the trapezoidal sum"},
    {7, "Gaussian integration by parts"},
    {8, "Mehler's expansion and Parseval's identity"},
    {9, "dropping terms in the Loewner order"},
    {10, "evaluation of a power series with non-negative coefficients"},
    {13, "factor witness of a lower bound of lambda_min"},
    {14, "one positive coefficient suffices without antipodal pair"},
    {15, "two positive coefficients suffice for distinct points"},
    {17, "exact singularity from a symmetry"},
    {26, "Lipschitz constants of the activation and its derivative"},
    {27, "interpolation at Chebyshev-Lobatto nodes"},
    {28, "error of an approximate state, by its defect"},
    {29, "error of an approximate adjoint, by its defect"},
    {30, "the gradient from state and adjoint"},
    {31, "growth of state, adjoint and gradient"},
    {33, "the 1/L law with its constant"},
    {34, "spectral norm by squaring"},
    {35, "existence and uniqueness of state and adjoint"},
    {36, "piecewise polynomial solutions of ReLU nets"},
    {37, "backpropagation in the depth-L net"},
    {42, "the limit of the 1/L law"},
    {43, "the limit kernel as an integral equation"},
    {44, "bounds of all derivatives of the activation"},
    {45, "a bound of the variance along the path"},
    {46, "derivatives along the path"},
    {47, "collocation in both times"},
    {48, "Lipschitz constants of the dual activation"},
    {49, "verified discrete Gronwall inequality"},
    {50, "few terms of the dual activation"},
    {51, "power series in the correlation"},
    {52, "coherent signs of the Hermite coefficients"},
    {53, "positive definiteness of the limit kernel"},
    {54, "growth of the limit kernel with T"},
    {55, "the correlation map"},
    {56, "ReLU from below"},
    {58, "the tangent kernel of the depth-L net from rounded vectors"}};

}  // namespace

std::string lemma_title(int number) {
  return lemma_titles.at(number);
}

Array Context::load(const Value& reference) const {
  Array array = load_array(checker.folder(), reference);
  report.uses.insert(array.name);
  return array;
}

const Value& Context::use(const Value& reference, const std::set<std::string>& kinds_allowed) const {
  reference.require({"name", "sha256"});
  const std::string &name = reference["name"].text(), &sha256 = reference["sha256"].text();
  require_name(name);
  require_sha256(sha256);
  const Report& used = checker.verify(name);
  if (checker.sha256_of(name) != sha256) not_verified("sha256 of " + name + " differs");
  if (!kinds_allowed.contains(used.kind) || used.verdict != "proved")
    not_verified(name + " is not of kind " + *kinds_allowed.begin());
  report.uses.insert(name);
  report.lemmas.insert(used.lemmas.begin(), used.lemmas.end());
  return checker.statement_of(name);
}

GaussStatement Context::use_gauss(const Value& reference, const Activation& phi, const mpq_class& q,
                                  std::uint64_t power) const {
  GaussStatement s = parse_gauss_statement(use(reference, {"gauss/1"}), budget);
  if (s.phi.name != phi.name || s.q != q || s.power != power)
    not_verified(reference["name"].text() + " is about another activation, q or power");
  return s;
}

void check_document(const Value& document, const Context& context) {
  document.require({"claim", "format", "kind", "statement", "verdict", "witness"});
  Report& report = context.report;
  report.claim = document["claim"].text();
  report.kind = document["kind"].text();
  report.verdict = document["verdict"].text();
  if (document["format"].text() != "gronwall-certificate/1") malformed("unknown format");
  if (report.verdict != "proved" && report.verdict != "refuted") malformed("unknown verdict");
  const auto kind = kinds.find(report.kind);
  if (kind == kinds.end()) malformed("unknown kind " + report.kind.substr(0, 40));
  if (report.claim != "lemma")
    require_registered(report.claim, report.kind, report.verdict, document["statement"]);
  if (report.claim == "lemma" && report.verdict != "proved") not_verified("the verdict of a lemma is proved");
  report.meaning = kind->second(document["statement"], document["witness"], context);
}

const Report& Checker::verify(const std::string& name) {
  if (const auto found = done_.find(name); found != done_.end()) {
    if (found->second.failure) throw *found->second.failure;
    return found->second.report;
  }
  Done& done = done_[name];
  // A certificate that uses itself would need to contain its own sha256; its check then ends here.
  done.failure = Failure(Exit::not_verified, name + " uses itself");
  try {
    const std::string bytes = read_file(folder_ / name, limit::certificate_bytes);
    done.sha256 = sha256(bytes);
    done.document = parse_json(bytes);
    Budget budget;
    check_document(done.document, {*this, budget, done.report});
  } catch (const Failure& failure) {
    done.failure = Failure(failure.exit, name + ": " + failure.what());
    throw *done.failure;
  } catch (const std::bad_alloc&) {
    done.failure = Failure(Exit::over_limit, name + ": out of memory");
    throw *done.failure;
  }
  done.failure.reset();
  return done.report;
}

}  // namespace proofs_check
