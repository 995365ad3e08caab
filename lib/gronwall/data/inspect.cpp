#include "gronwall/data/inspect.hpp"

#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <unordered_map>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Row = std::span<const std::int64_t>;

/// Sign of the first non-zero coordinate times the greatest common divisor of all; 0 for a zero vector.
/// Dividing by it gives the same primitive vector for a direction and its opposite.
std::int64_t signed_content(Row row) {
  std::int64_t content = 0;
  bool negative = false;
  for (const std::int64_t x : row) {
    if (x == 0) continue;
    if (content == 0) negative = x < 0;
    content = std::gcd(content, x);
    if (content == 1) break;
  }
  return negative ? -content : content;
}

std::uint64_t hash_primitive(Row row, std::int64_t content) {
  std::uint64_t hash = 0x9e3779b97f4a7c15;
  for (const std::int64_t x : row) {
    hash ^= static_cast<std::uint64_t>(x / content);
    hash *= 0xff51afd7ed558ccd;  // the multiplier of MurmurHash3's finaliser
    hash ^= hash >> 32;
  }
  return hash;
}

/// A line through the origin: its first row in either direction.
struct Line {
  std::size_t representative;
  std::optional<std::size_t> first_along;    ///< same direction as the primitive vector
  std::optional<std::size_t> first_against;  ///< opposite direction
};

std::string rows_text(const PointSet& points, std::pair<std::size_t, std::size_t> rows) {
  return std::to_string(points.source_row(rows.first)) + " and " +
         std::to_string(points.source_row(rows.second));
}

constexpr std::size_t kNamed = 3;  // how many findings a message lists

std::string list(const PointSet& points, const std::vector<std::pair<std::size_t, std::size_t>>& pairs) {
  std::string text;
  for (std::size_t k = 0; k < pairs.size() && k < kNamed; ++k) {
    text += (k == 0 ? "" : "; ") + rows_text(points, pairs[k]);
  }
  if (pairs.size() > kNamed) text += "; and " + std::to_string(pairs.size() - kNamed) + " more";
  return text;
}

}  // namespace

Inspection inspect(const PointSet& points) {
  Inspection result;
  std::vector<std::int64_t> content(points.size());
  std::unordered_multimap<std::uint64_t, Line> lines;
  lines.reserve(points.size());

  const auto same_line = [&](std::size_t i, std::size_t j) {
    const Row x = points[i];
    const Row y = points[j];
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (x[k] / content[i] != y[k] / content[j]) return false;
    }
    return true;
  };

  for (std::size_t i = 0; i < points.size(); ++i) {
    content[i] = signed_content(points[i]);
    if (content[i] == 0) {
      result.zero_rows.push_back(i);
      continue;
    }
    const std::uint64_t hash = hash_primitive(points[i], content[i]);
    auto [candidate, end] = lines.equal_range(hash);
    while (candidate != end && !same_line(candidate->second.representative, i)) ++candidate;
    if (candidate == end) candidate = lines.emplace(hash, Line{i, {}, {}});

    Line& line = candidate->second;
    auto& own = content[i] > 0 ? line.first_along : line.first_against;
    const auto& other = content[i] > 0 ? line.first_against : line.first_along;
    if (own) {
      result.duplicates.emplace_back(*own, i);
    } else {
      own = i;
      if (other) result.antipodal.emplace_back(*other, i);
    }
  }
  return result;
}

void require_distinct(const PointSet& points, const Inspection& inspection) {
  const std::string& name = points.source().name;
  if (!inspection.zero_rows.empty()) {
    std::string rows;
    for (std::size_t k = 0; k < inspection.zero_rows.size() && k < kNamed; ++k) {
      rows += (k == 0 ? "" : ", ") + std::to_string(points.source_row(inspection.zero_rows[k]));
    }
    if (inspection.zero_rows.size() > kNamed) {
      rows += " and " + std::to_string(inspection.zero_rows.size() - kNamed) + " more";
    }
    throw InputError(name + ": zero vector in row " + rows +
                     " (counted from 0); it has no direction, so it is no point of the sphere. Remove it");
  }
  if (!inspection.duplicates.empty()) {
    throw InputError(
        name + ": duplicate points, rows " + list(points, inspection.duplicates) +
        " (counted from 0), are equal up to a positive factor. A kernel matrix with two equal rows is "
        "singular: remove one of each");
  }
}

std::string describe_antipodal(const PointSet& points, const Inspection& inspection) {
  if (inspection.antipodal.empty()) return {};
  return points.source().name + ": antipodal points, rows " + list(points, inspection.antipodal) +
         " (counted from 0), point in opposite directions; an odd activation gives them a singular kernel "
         "matrix";
}

}  // namespace gronwall
