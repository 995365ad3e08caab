#include "gronwall/report/claim_index.hpp"

#include <algorithm>
#include <numeric>

#include "gronwall/numbers/error.hpp"

namespace gronwall {

std::size_t VerdictCounts::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

VerdictCounts count_verdicts(std::span<const ClaimRecord> records) {
  VerdictCounts counts;
  for (const ClaimRecord& record : records) counts.add(record.verdict);
  return counts;
}

std::string to_text(const VerdictCounts& counts) {
  std::string text;
  for (const Verdict verdict : kVerdicts) {
    if (!text.empty()) text += ", ";
    text.append(std::to_string(counts.of(verdict))).append(" ").append(to_text(verdict));
  }
  return text;
}

std::vector<ClaimFamily> group_by_family(std::span<const ClaimRecord> records) {
  std::vector<ClaimFamily> families;
  for (const ClaimRecord& record : records) {
    auto family = std::find_if(families.begin(), families.end(), [&record](const ClaimFamily& known) {
      return known.name == record.text.family;
    });
    if (family == families.end()) family = families.insert(family, ClaimFamily{record.text.family, {}, {}});
    family->records.push_back(&record);
    family->counts.add(record.verdict);
  }
  return families;
}

ClaimIndex::ClaimIndex(std::span<const ClaimRecord> records) {
  for (const ClaimRecord& record : records) {
    if (!by_id_.emplace(record.text.id, &record).second) {
      throw InputError("two records of the claim '" + record.text.id + "': give each claim once");
    }
    if (!record.text.corrected_by.empty()) corrected_by_.emplace(record.text.corrected_by, &record);
  }
}

const ClaimRecord* ClaimIndex::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::vector<const ClaimRecord*> ClaimIndex::corrected_by(std::string_view id) const {
  std::vector<const ClaimRecord*> records;
  const auto [first, last] = corrected_by_.equal_range(id);
  for (auto it = first; it != last; ++it) records.push_back(it->second);
  return records;
}

}  // namespace gronwall
