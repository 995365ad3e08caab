#pragma once
/// \file Records looked at as a whole: counted, grouped by family, and linked to their corrections.

#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gronwall/certificate/claim.hpp"

namespace gronwall {

/// All verdicts, in the order in which they are counted and shown.
inline constexpr std::array kVerdicts = {Verdict::proved, Verdict::refuted, Verdict::supported,
                                         Verdict::inconclusive};

/// How many records have each verdict.
class VerdictCounts {
 public:
  void add(Verdict verdict) { ++counts_[static_cast<std::size_t>(verdict)]; }
  std::size_t of(Verdict verdict) const { return counts_[static_cast<std::size_t>(verdict)]; }
  std::size_t total() const;

 private:
  std::array<std::size_t, kVerdicts.size()> counts_{};
};

VerdictCounts count_verdicts(std::span<const ClaimRecord> records);

/// `3 proved, 1 refuted, 0 supported, 2 inconclusive`.
std::string to_text(const VerdictCounts& counts);

/// The records of one family, in their order of registration.
struct ClaimFamily {
  std::string name;
  std::vector<const ClaimRecord*> records;
  VerdictCounts counts;
};

/// Families in the order of their first record. The records must outlive the result.
std::vector<ClaimFamily> group_by_family(std::span<const ClaimRecord> records);

/// Finds records by id, and the records a claim corrects. The records must outlive the index.
class ClaimIndex {
 public:
  /// \throws InputError when two records have the same id.
  explicit ClaimIndex(std::span<const ClaimRecord> records);

  /// The record, or null when this run has none of that id.
  const ClaimRecord* find(std::string_view id) const;

  /// The records whose `corrected_by` is `id`.
  std::vector<const ClaimRecord*> corrected_by(std::string_view id) const;

 private:
  std::map<std::string_view, const ClaimRecord*> by_id_;
  std::multimap<std::string_view, const ClaimRecord*> corrected_by_;
};

}  // namespace gronwall
