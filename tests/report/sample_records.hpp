#pragma once
#include <string>
#include <vector>

#include "gronwall/certificate/claim.hpp"

namespace report_test {

/// Two families interleaved, every verdict, a refuted claim with its correction and one whose correction is
/// missing, enclosures, figures of every kind.
std::vector<gronwall::ClaimRecord> sample_records();

gronwall::RunInfo sample_run();

/// Markup, quotes, an escape sequence, a directional override, a null byte and broken UTF-8.
std::string hostile_text();

/// A record that has `hostile_text` in every field.
gronwall::ClaimRecord hostile_record();

}  // namespace report_test
