#pragma once
/// \file "Did you mean ...?"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gronwall {

/// Levenshtein distance: insertions, deletions and substitutions of one character, case ignored for ASCII
/// letters.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substitution = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, diagonal + 1, substitution});
    }
  }
  return row[b.size()];
}

/// The known name nearest to `typed`, if a third of its letters (at least one) or fewer differ, or one that
/// begins with `typed` (three letters or more); else empty. The first one wins a tie.
inline std::string nearest_name(std::string_view typed, std::span<const std::string> known) {
  constexpr std::size_t kLongest = 100;  // nobody mistypes more; keeps the quadratic cost small
  if (typed.size() > kLongest) return {};
  std::string best;
  std::size_t least = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string& name : known) {
    const bool begun = typed.size() >= 3 && name.starts_with(typed);
    std::size_t distance = edit_distance(typed, name);
    if (begun) distance = std::min<std::size_t>(distance, 1);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return best;
}

}  // namespace gronwall
