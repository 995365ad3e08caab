/// \file Family `parity`: which Hermite coefficients vanish identically.

#include "claims/context.hpp"
#include "claims/registry.hpp"

namespace gronwall::verify {
namespace {

/// `{"identity": ...}` of the witness for an activation whose parity split is known (docs/certificates.md,
/// gauss-zero/1).
struct VanishingClass {
  std::string name;
  std::string identity;
  CanonicalJson::Object statement;
  std::string words;
};

VanishingClass vanishing_class(const Activation& phi) {
  const ParitySplit split = phi.parity_split();
  CanonicalJson::Object statement{{"activation", phi.name()}};
  if (split.rest == Parity::even && split.slope != 0) {
    statement["class"] = "odd-from-3";
    statement["slope"] = split.slope;
    return {"odd-from-3", "linear-plus-even", statement,
            "phi(z) - (" + split.slope.str() + ") z is even, so a_n = 0 for every odd n >= 3 and a_1 = (" +
                split.slope.str() + ") sqrt(q)"};
  }
  if (split.rest == Parity::odd && split.constant != 0) {
    statement["class"] = "even-from-2";
    statement["constant"] = split.constant;
    return {"even-from-2", "constant-plus-odd", statement,
            "phi(z) - (" + split.constant.str() + ") is odd, so a_n = 0 for every even n >= 2"};
  }
  if (phi.parity() == Parity::odd) {
    statement["class"] = "even";
    return {"even", "odd", statement, "phi(-z) = -phi(z), so a_n = 0 for every even n"};
  }
  if (phi.parity() == Parity::even) {
    statement["class"] = "odd";
    return {"odd", "even", statement, "phi(-z) = phi(z), so a_n = 0 for every odd n"};
  }
  throw InputError("no vanishing Hermite coefficients are known for " + phi.name());
}

void check_vanishing(ClaimContext& context, ClaimRecord& record, const std::string& name, Verdict verdict) {
  const VanishingClass vanishing = vanishing_class(activation(name));
  context.certify(record, {.kind = "gauss-zero/1",
                           .verdict = verdict,
                           .statement = vanishing.statement,
                           .witness = CanonicalJson::Object{{"identity", vanishing.identity}}});
  record.reason = vanishing.words + ", for every q > 0.";
  record.figures.push_back(context.coefficient_figure(activation(name)));
}

}  // namespace

void register_parity_claims(std::vector<Claim>& claims) {
  const auto refuted = [&](const std::string& name, const std::string& corrected_by) {
    claims.push_back(
        {{.id = "both-parities-infinite." + name,
          .family = "parity",
          .title = name + " has infinitely many non-zero Hermite coefficients of both parities",
          .source = "A4b (paper, mechanism 2), S26",
          .statement =
              "phi = " + name +
              " is not a polynomial, hence infinitely many even and infinitely many odd a_n are non-zero.",
          .hypotheses = {"phi Lipschitz, not a polynomial", "q > 0"},
          .check = "An exact symmetry of phi, and the coefficients it makes vanish.",
          .correction =
              "Only one parity is infinite for this activation; at T = 0 positive definiteness then "
              "fails on some sets with antipodal pairs (for softplus and its like the hexagon, for odd and "
              "even phi every pair) and "
              "holds on sets without.",
          .corrected_by = corrected_by},
         [name](ClaimContext& context, ClaimRecord& record) {
           check_vanishing(context, record, name, Verdict::refuted);
         }});
  };
  for (const char* name : {"softplus", "gelu", "silu", "relu"}) {
    refuted(name, std::string("one-odd-coefficient.") + name);
    claims.push_back({{.id = std::string("one-odd-coefficient.") + name,
                       .family = "parity",
                       .title = std::string(name) + " has exactly one non-zero odd Hermite coefficient",
                       .source = "S26 and A4b, corrected",
                       .statement = std::string("For phi = ") + name +
                                    ": a_1(q) = sqrt(q)/2 and a_n(q) = 0 for every odd n >= 3.",
                       .hypotheses = {"q > 0"},
                       .check = "phi(z) - phi(-z) = z, exactly.",
                       .correction = "",
                       .corrected_by = ""},
                      [name](ClaimContext& context, ClaimRecord& record) {
                        check_vanishing(context, record, name, Verdict::proved);
                      }});
  }
  refuted("tanh", "spd-without-antipodes.tanh.1000");
  refuted("cos", "");
}

}  // namespace gronwall::verify
