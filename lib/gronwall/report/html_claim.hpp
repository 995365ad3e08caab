#pragma once
/// \file The parts of the report that show one claim.

#include <string>
#include <string_view>

#include "gronwall/certificate/claim.hpp"
#include "gronwall/report/claim_index.hpp"
#include "gronwall/report/markup.hpp"

namespace gronwall {

/// A mark, coloured by verdict, with the verdict in words.
void add_verdict(Markup& page, Verdict verdict);

/// The id of a claim, linked to its section when this run has it.
void add_claim_link(Markup& page, std::string_view id, const ClaimIndex& index);

/// The row of the ledger. Columns: claim, statement, verdict, evidence, certificate.
void add_ledger_row(Markup& page, const ClaimRecord& record, const ClaimIndex& index);

/// The section: statement (with its correction), hypotheses, what was checked, result, evidence, figures.
void add_claim_section(Markup& page, const ClaimRecord& record, const ClaimIndex& index);

}  // namespace gronwall
