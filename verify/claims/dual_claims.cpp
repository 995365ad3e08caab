/// \file Family `dual`: the Hermite expansion of the dual activation, with unit and with any variance.

#include "claims/context.hpp"
#include "claims/registry.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

const Rational kVariance = 2;
const Rational kCorrelation = Rational(9, 10);
/// Half-width 2^-70 of the common enclosure: the registry asks for a width of at most 2^-60.
constexpr long kAgreementBits = 70;

void check_unit_variance(ClaimContext& context, ClaimRecord& record) {
  const CanonicalJson::Array hypotheses = {CanonicalJson::Array{"gt", "q", "0"},
                                           CanonicalJson::Array{"ge", "rho", "-1"},
                                           CanonicalJson::Array{"le", "rho", "1"}};
  context.certify(
      record,
      {.kind = "refute/1",
       .verdict = Verdict::refuted,
       .statement =
           CanonicalJson::Object{
               {"conclusion", CanonicalJson::Array{"eq", CanonicalJson::Array{"mul", "q", "rho"}, "rho"}},
               {"hypotheses", hypotheses},
               {"variables", CanonicalJson::Array{"q", "rho"}}},
       .witness = CanonicalJson::Object{{"point", CanonicalJson::Object{{"q", "2"}, {"rho", Rational(1, 2)}}},
                                        {"precision", CanonicalJson::count(64)}}});
  record.reason =
      "phi(z) = z has a_1 = 1 and no other coefficient, so the slide's series is rho; but E[u v] = q rho. At "
      "q = 2, rho = 1/2: 1 against 1/2.";
  record.evidence.push_back({"E[phi(u) phi(v)], phi = id, q = 2, rho = 1/2", "1", "1"});
  record.evidence.push_back({"the slide's series", "0.5", "0.5"});
}

/// Both sides in one enclosure: the series from certified coefficients with its tail, and the closed form.
void check_any_variance(ClaimContext& context, ClaimRecord& record, const std::string& name) {
  const Activation& phi = activation(name);
  const MehlerWitness witness = context.mehler_witness(phi, kVariance, kCorrelation, kAgreementBits);
  context.certify(record, {.kind = "mehler/1",
                           .verdict = Verdict::proved,
                           .statement = CanonicalJson::Object{{"activation", phi.name()},
                                                              {"hi", witness.hi},
                                                              {"lo", witness.lo},
                                                              {"q", kVariance},
                                                              {"rho", kCorrelation}},
                           .witness = CanonicalJson::Object{{"gauss", witness.gauss},
                                                            {"norm", witness.norm},
                                                            {"precision", CanonicalJson::count(256)}}});
  record.reason =
      "The series of " + std::to_string(witness.terms) +
      " certified terms with its tail and the closed form lie in one interval of width below 2^-60.";
  record.evidence.push_back(
      {"both sides at q = 2, rho = 9/10", decimal_below(witness.lo, 22), decimal_above(witness.hi, 22)});
}

}  // namespace

void register_dual_claims(std::vector<Claim>& claims) {
  claims.push_back({{.id = "dual-expansion-unit-variance",
                     .family = "dual",
                     .title = "The slide's expansion of the dual activation holds for every variance",
                     .source = "S22, S23 (slides, Hermite expansion of Sigma*)",
                     .statement = "E[phi(u) phi(v)] = sum a_n^2 rho^n with a_n = E[phi(z) h_n(z)], for (u, "
                                  "v) of variance q and correlation rho.",
                     .hypotheses = {"q > 0", "-1 <= rho <= 1"},
                     .check = "phi(z) = z: exact rational arithmetic at q = 2, rho = 1/2.",
                     .correction = "a_n must be taken at the variance: a_n(q) = E[phi(sqrt(q) z) h_n(z)].",
                     .corrected_by = "dual-expansion.erf"},
                    check_unit_variance});
  for (const char* name : {"erf", "sin", "gaussian", "gelu", "relu"})
    claims.push_back(
        {{.id = std::string("dual-expansion.") + name,
          .family = "dual",
          .title = std::string("The expansion of the dual activation of ") + name + " with a_n(q), q = 2",
          .source = "S23, corrected",
          .statement = "At q = 2 and rho = 9/10 the closed form of E[phi(u) phi(v)] and the series sum "
                       "a_n(q)^2 rho^n, a_n(q) = "
                       "E[phi(sqrt(q) z) h_n(z)], lie in one interval of width below 2^-60. (Equality for "
                       "all q and rho is L8 of docs/bounds.md.)",
          .hypotheses = {"q = 2", "rho = 9/10"},
          .check =
              "Two independent rigorous enclosures: the series with Parseval's tail, and the closed form.",
          .correction = "",
          .corrected_by = ""},
         [name](ClaimContext& context, ClaimRecord& record) { check_any_variance(context, record, name); }});
}

}  // namespace gronwall::verify
