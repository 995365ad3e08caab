#include "claims/registry.hpp"

#include <algorithm>

#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/suggest.hpp"

namespace gronwall::verify {
namespace {

/// Every wish must name something that exists; `kind` is what it is called in the error.
void require_known(const std::vector<std::string>& wishes, std::vector<std::string> known,
                   const std::string& kind) {
  for (const std::string& wish : wishes) {
    if (std::find(known.begin(), known.end(), wish) != known.end()) continue;
    const std::string nearest = nearest_name(wish, known);
    throw InputError("unknown " + kind + " '" + wish + "'" +
                     (nearest.empty() ? "" : "; did you mean '" + nearest + "'?") +
                     " 'gronwall verify --list' shows all");
  }
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

const std::vector<Claim>& claim_registry() {
  static const std::vector<Claim> claims = [] {
    std::vector<Claim> all;
    register_hermite_claims(all);
    register_dual_claims(all);
    register_parity_claims(all);
    register_sphere_claims(all);
    register_gram_claims(all);
    register_flow_claims(all);
    register_rate_claims(all);
    register_limit_claims(all);
    register_tangent_claims(all);
    register_width_claims(all);
    return all;
  }();
  return claims;
}

std::vector<const Claim*> select_claims(const std::vector<std::string>& ids,
                                        const std::vector<std::string>& families) {
  std::vector<std::string> known_ids;
  std::vector<std::string> known_families;
  for (const Claim& claim : claim_registry()) {
    known_ids.push_back(claim.text.id);
    if (!contains(known_families, claim.text.family)) known_families.push_back(claim.text.family);
  }
  require_known(ids, known_ids, "claim");
  require_known(families, known_families, "family");
  std::vector<const Claim*> selected;
  for (const Claim& claim : claim_registry())
    if ((ids.empty() && families.empty()) || contains(ids, claim.text.id) ||
        contains(families, claim.text.family))
      selected.push_back(&claim);
  return selected;
}

}  // namespace gronwall::verify
