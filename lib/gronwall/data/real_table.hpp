#pragma once
/// \file
/// Tables of doubles, for computations that are not about angles: training data, labels, weights.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "gronwall/data/point_set.hpp"
#include "gronwall/data/read_options.hpp"

namespace gronwall {

/// N >= 1 rows of d >= 1 finite doubles.
struct RealTable {
  std::size_t columns = 0;     ///< d
  std::vector<double> values;  ///< N x d, row by row
  PointSource source;
  std::uint64_t available = 0;  ///< rows of the whole file, read or not

  std::size_t rows() const { return values.size() / columns; }
};

/// Reads a table from an IDX, NPY or text (CSV) file as read_points does, but into doubles and without a
/// limit on their range: float64 comes through as it is, everything else as the nearest double. An array of
/// one dimension is one column. options.quantise_bits is not used. \throws as read_points.
RealTable read_table(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace gronwall
