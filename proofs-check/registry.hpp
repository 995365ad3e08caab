#pragma once
// The reviewed list of claims: which statement an id stands for.

#include <string>
#include <vector>

#include "json.hpp"

namespace proofs_check {

/// One row of docs/claims.md. `ACT` in id and statement stands for one of `activations` (separated by spaces;
/// `*`: every activation of the catalogue). In the statement "?" is a free value, "?positive" a real > 0,
/// "?file" a side file, "?file:SHA256" the side file with this sha256.
struct Claim {
  std::string id, activations, kind, verdict, statement;
  int width = 0;   ///< If not 0: hi - lo <= 2^-width.
  int radius = 0;  ///< If not 0: every radius of the quantities is at most 2^-radius.
};
const std::vector<Claim>& registry();

/// Throws Failure (not_verified) unless `id` is in the registry with exactly this kind, verdict and
/// statement.
void require_registered(const std::string& id, const std::string& kind, const std::string& verdict,
                        const Value& statement);

/// What is known about a file of points: its description, else its sha256 in words.
std::string known_points(const std::string& sha256);

}  // namespace proofs_check
