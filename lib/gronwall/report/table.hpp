#pragma once
/// \file The verdicts as a table for the terminal.

#include <span>
#include <string>

#include "gronwall/certificate/claim.hpp"

namespace gronwall {

/// One line a claim, grouped by family: id, verdict, and the first piece of evidence (or the reason where
/// there is none), cut to fit. The reason of an inconclusive claim is given in full, on as many lines as it
/// takes. The last line counts: `3 proved, 1 refuted, 0 supported, 2 inconclusive`.
///
/// No line is wider than `width` columns (widths under 60 count as 60). Escape sequences appear only when
/// `colour` is true; control characters in the records never reach the terminal.
std::string render_table(std::span<const ClaimRecord> records, int width = 80, bool colour = false);

}  // namespace gronwall
