#include "gronwall/report/table.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "gronwall/report/claim_index.hpp"
#include "gronwall/report/display_number.hpp"
#include "gronwall/report/terminal.hpp"
#include "gronwall/report/unicode.hpp"

namespace gronwall {
namespace {

constexpr int kMinWidth = 60;
constexpr int kVerdictWidth = 12;  // "inconclusive"
constexpr std::string_view kGap = "  ";
constexpr int kGapWidth = 2;

/// Column widths in terminal columns; every row is indented by one gap.
struct Layout {
  int id;
  int detail;
};

Layout choose_layout(std::span<const ClaimRecord> records, int width) {
  const int available = width - 3 * kGapWidth - kVerdictWidth;
  int longest = 5;  // "claim"
  for (const ClaimRecord& record : records)
    longest = std::max(longest, display_width(one_line(record.text.id)));
  const int id = std::min(longest, 3 * available / 5);
  return {id, available - id};
}

/// The first piece of evidence, with as many digits as fit, or the reason.
std::string one_line_detail(const ClaimRecord& record, int width) {
  if (record.evidence.empty()) return one_line(record.reason);
  const Evidence& evidence = record.evidence.front();
  std::string line;
  for (const int digits : {8, 5, 3}) {
    line = one_line(evidence_label(evidence) + " " + short_evidence_value(evidence, digits));
    if (display_width(line) <= width) break;
  }
  return line;
}

std::vector<std::string> detail_lines(const ClaimRecord& record, int width) {
  if (record.verdict == Verdict::inconclusive) return wrap_to_width(record.reason, width);
  return {fit_to_width(one_line_detail(record, width), width)};
}

void trim_right(std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
}

void append_record(std::string& out, const ClaimRecord& record, const Layout& layout, bool colour) {
  const std::vector<std::string> ids = wrap_to_width(record.text.id, layout.id);
  const std::vector<std::string> details = detail_lines(record, layout.detail);
  for (std::size_t i = 0; i < std::max(ids.size(), details.size()); ++i) {
    std::string verdict = fit_to_width(i == 0 ? to_text(record.verdict) : "", kVerdictWidth);
    if (colour && i == 0) verdict = coloured(verdict, record.verdict);
    std::string line(kGap);
    line.append(fit_to_width(i < ids.size() ? ids[i] : "", layout.id))
        .append(kGap)
        .append(verdict)
        .append(kGap);
    if (i < details.size()) line += details[i];
    trim_right(line);
    out.append(line).append("\n");
  }
}

}  // namespace

std::string render_table(std::span<const ClaimRecord> records, int width, bool colour) {
  width = std::max(width, kMinWidth);
  const Layout layout = choose_layout(records, width);
  std::string out;
  for (const ClaimFamily& family : group_by_family(records)) {
    for (const std::string& line : wrap_to_width(family.name, width)) {
      out.append(colour ? bold(line) : line).append("\n");
    }
    for (const ClaimRecord* record : family.records) append_record(out, *record, layout, colour);
    out += "\n";
  }
  return out + to_text(count_verdicts(records)) + "\n";
}

}  // namespace gronwall
