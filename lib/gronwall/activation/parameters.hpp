#pragma once
/// \file Parameters of activations: exact numbers after the colon.

#include <string_view>
#include <vector>

#include "gronwall/numbers/exact.hpp"

namespace gronwall {

/// Reads `C0,C1,...`. \throws InputError for an empty list or a malformed number.
std::vector<Rational> parse_list(std::string_view text);

}  // namespace gronwall
