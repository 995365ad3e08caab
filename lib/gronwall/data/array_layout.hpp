#pragma once
/// \file
/// Binary arrays of numbers, the part that IDX and NPY files have in common.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "gronwall/data/file_io.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/data/read_options.hpp"
#include "gronwall/data/real_table.hpp"

namespace gronwall {

enum class NumberKind { kUnsigned, kSigned, kFloat };

/// Type of one element: kind and size in bytes (1, 2, 4, 8; floats 4 or 8).
struct ElementType {
  NumberKind kind = NumberKind::kUnsigned;
  std::size_t bytes = 1;

  friend bool operator==(const ElementType&, const ElementType&) = default;
};

/// "u1", "i4", "f8", ...
std::string to_string(ElementType type);

/// What the header of an array file declares.
struct ArrayLayout {
  ElementType type;
  bool big_endian = false;
  bool fortran_order = false;  ///< the first index runs fastest instead of the last
  std::vector<std::uint64_t> shape;
  std::size_t data_offset = 0;  ///< bytes before the first element
};

/// Reads the points that `options` select from the file `bytes` with header `layout`: the first index numbers
/// the points, the others are flattened with the last running fastest. Integers are kept, floats written
/// exactly as integers times a power of two. The length of the file is checked against the header before
/// anything is allocated. `format` ("IDX", "NPY") and source.name stand in messages; source.description and
/// source.first_row are set here. \throws InputError for fewer than two dimensions, a wrong length, NaN or
/// infinity, values that exact integers cannot hold, and as select_rows does.
PointSet decode_points(const ArrayLayout& layout, ByteView bytes, const ReadOptions& options,
                       const std::string& format, PointSource source);

/// The same as doubles, each the nearest one; an array of one dimension is one column. \throws InputError for
/// no dimensions, a wrong length, NaN or infinity, and as select_rows does.
RealTable decode_table(const ArrayLayout& layout, ByteView bytes, const ReadOptions& options,
                       const std::string& format, PointSource source);

}  // namespace gronwall
