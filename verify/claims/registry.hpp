#pragma once
/// \file The registered claims of `gronwall verify`: each one's text, and the code that decides it.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gronwall/certificate/claim.hpp"

namespace gronwall::verify {

class ClaimContext;

/// A claim: fixed text, and a check that fills in verdict, reason, evidence and certificate.
struct Claim {
  ClaimText text;
  /// Must set the verdict; throws gronwall::Error where it cannot decide, which makes the claim
  /// `inconclusive`.
  std::function<void(ClaimContext&, ClaimRecord&)> check;
};

/// Makes the texts of one family's claims; `correction` and `corrected_by` as in ClaimText.
struct ClaimFamily {
  const char* name;
  ClaimText operator()(std::string id, std::string title, std::string source, std::string statement,
                       std::vector<std::string> hypotheses, std::string check, std::string correction = "",
                       std::string corrected_by = "") const {
    return {.id = std::move(id),
            .family = name,
            .title = std::move(title),
            .source = std::move(source),
            .statement = std::move(statement),
            .hypotheses = std::move(hypotheses),
            .check = std::move(check),
            .correction = std::move(correction),
            .corrected_by = std::move(corrected_by)};
  }
};

/// Every claim, in the order of the ledger.
const std::vector<Claim>& claim_registry();

/// The claims selected by id or by family; everything if both lists are empty.
/// \throws InputError for an unknown id or family, suggesting the nearest.
std::vector<const Claim*> select_claims(const std::vector<std::string>& ids,
                                        const std::vector<std::string>& families);

/// One function per file of this folder; each appends the claims of its family.
void register_hermite_claims(std::vector<Claim>& claims);
void register_dual_claims(std::vector<Claim>& claims);
void register_parity_claims(std::vector<Claim>& claims);
void register_sphere_claims(std::vector<Claim>& claims);
void register_gram_claims(std::vector<Claim>& claims);
void register_flow_claims(std::vector<Claim>& claims);
void register_rate_claims(std::vector<Claim>& claims);
void register_limit_claims(std::vector<Claim>& claims);
void register_tangent_claims(std::vector<Claim>& claims);
void register_width_claims(std::vector<Claim>& claims);

}  // namespace gronwall::verify
