#pragma once
/// \file The ledger: every record and how it was made, as JSON.

#include <span>
#include <string>

#include "gronwall/certificate/claim.hpp"
#include "gronwall/report/json_text.hpp"

namespace gronwall {

/// Object with the members, in this order,
/// - `format`: `"gronwall-ledger/1"`;
/// - `run`: the fields of `RunInfo`, with `checker` as `{"ran", "accepted", "message"}`;
/// - `counts`: one count a verdict;
/// - `claims`: one object a record, in the order given. A piece of evidence is `{"label", "lo", "hi"}` for an
/// enclosure
///   and `{"label", "value"}` for another number, all strings. `certificate` is null without one;
///   `correction` and `corrected_by` are null where the claim has none. Values of figures that are not finite
///   are null.
std::string ledger_json(std::span<const ClaimRecord> records, const RunInfo& run,
                        JsonLayout layout = JsonLayout::pretty);

}  // namespace gronwall
