#pragma once
/// \file
/// What may be wrong with points on the sphere: zero vectors, equal directions, opposite directions.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "gronwall/data/point_set.hpp"

namespace gronwall {

/// Findings about the directions x / |x| of a set of points; rows are indices into the set.
struct Inspection {
  /// Rows of zero vectors, which have no direction.
  std::vector<std::size_t> zero_rows;
  /// (first, row): `row` is a positive multiple of the earlier row `first`, the first of that direction.
  std::vector<std::pair<std::size_t, std::size_t>> duplicates;
  /// (first, opposite), first < opposite: the first rows of two opposite directions.
  std::vector<std::pair<std::size_t, std::size_t>> antipodal;

  /// Whether the points are pairwise distinct points of the sphere (antipodal pairs allowed).
  bool distinct() const { return zero_rows.empty() && duplicates.empty(); }
};

/// Compares all directions exactly, in expected time O(N d), by hashing primitive integer vectors.
Inspection inspect(const PointSet& points);

/// \throws InputError, naming the rows by their numbers in the source, when there are zero vectors or
/// duplicates.
void require_distinct(const PointSet& points, const Inspection& inspection);

/// One sentence about the antipodal pairs, naming the first few by their numbers in the source; empty if
/// none.
std::string describe_antipodal(const PointSet& points, const Inspection& inspection);

}  // namespace gronwall
