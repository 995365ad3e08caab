#pragma once
/// \file The report: one HTML file for a reader who was not there.

#include <span>
#include <string>
#include <string_view>

#include "gronwall/certificate/claim.hpp"

namespace gronwall {

/// A self-contained page (no script, nothing loaded) that is also well-formed XML after its document type:
/// what was checked on which data, counts by verdict, the verdict of the independent checker; the ledger of
/// all claims; then a section a claim, false statements side by side with their corrections. A claim has the
/// anchor `claim_anchor(id)`; certificates are linked as `certificates/<file>`, relative to the page. \throws
/// InputError when two records have the same id or a figure is malformed (see `render_plot`).
std::string render_html(std::span<const ClaimRecord> records, const RunInfo& run);

/// The id of the element about claim `id`; different claims have different anchors.
std::string claim_anchor(std::string_view id);

}  // namespace gronwall
