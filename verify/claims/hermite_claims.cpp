/// \file Family `hermite`: the orthonormal basis, and the slide's h_2.

#include "claims/context.hpp"
#include "claims/registry.hpp"

namespace gronwall::verify {
namespace {

constexpr int kDegree = 64;

void check_orthonormality(ClaimContext& context, ClaimRecord& record) {
  // The moments are integers, E[z^(2k)] = (2k-1)!!, so the check is exact and belongs to the checker alone.
  context.certify(record, {.kind = "orthonormal/1",
                           .verdict = Verdict::proved,
                           .statement = CanonicalJson::Object{{"degree", CanonicalJson::count(kDegree)}},
                           .witness = CanonicalJson::Object{}});
  record.reason =
      "Exact integer moments: E[He_m(z) He_n(z)] = n! if m = n and 0 otherwise, for all m, n <= 64.";
}

void check_slide_h2(ClaimContext& context, ClaimRecord& record) {
  // E[(z^2 - 1)^2] = E[z^4 - 2 z^2 + 1]
  const CanonicalJson square_mean = CanonicalJson::Array{"gaussian-mean", "1", "0", "-2", "0", "1"};
  context.certify(
      record,
      {.kind = "refute/1",
       .verdict = Verdict::refuted,
       .statement = CanonicalJson::Object{{"conclusion", CanonicalJson::Array{"eq", square_mean, "1"}},
                                          {"hypotheses", CanonicalJson::Array{}},
                                          {"variables", CanonicalJson::Array{}}},
       .witness = CanonicalJson::Object{{"point", CanonicalJson::Object{}},
                                        {"precision", CanonicalJson::count(64)}}});
  record.reason = "E[(z^2 - 1)^2] = 3 - 2 + 1 = 2, not 1.";
  record.evidence.push_back({"E[h_2(z)^2] with the slide's h_2 = z^2 - 1", "2", "2"});
}

}  // namespace

void register_hermite_claims(std::vector<Claim>& claims) {
  claims.push_back(
      {{.id = "slide-hermite-h2",
        .family = "hermite",
        .title = "The slide's Hermite polynomials h_0 = 1, h_1 = z, h_2 = z^2 - 1 are orthonormal",
        .source = "S20 (slides, Hermite expansion)",
        .statement = "E[h_2(z)^2] = 1 for z ~ N(0,1) and h_2 = z^2 - 1.",
        .hypotheses = {},
        .check = "The Gaussian moment E[(z^2 - 1)^2], exactly.",
        .correction = "h_n = He_n / sqrt(n!), so h_2 = (z^2 - 1)/sqrt(2).",
        .corrected_by = "hermite-orthonormal"},
       check_slide_h2});
  claims.push_back({{.id = "hermite-orthonormal",
                     .family = "hermite",
                     .title = "h_n = He_n / sqrt(n!) is orthonormal under the standard Gaussian",
                     .source = "S20, corrected",
                     .statement = "E[h_m(z) h_n(z)] = 1 if m = n and 0 otherwise, for all m, n <= 64.",
                     .hypotheses = {"z ~ N(0,1)"},
                     .check = "All 2,145 moments E[He_m He_n] in exact integers.",
                     .correction = "",
                     .corrected_by = ""},
                    check_orthonormality});
}

}  // namespace gronwall::verify
