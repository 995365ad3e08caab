#include "gronwall/data/array_layout.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "gronwall/data/exact_scaling.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (const std::uint64_t extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text;
}

/// Bytes of data the header declares.
std::uint64_t declared_bytes(const ArrayLayout& layout, const std::string& where) {
  std::uint64_t total = layout.type.bytes;
  for (const std::uint64_t extent : layout.shape) {
    if (__builtin_mul_overflow(total, extent, &total)) {
      throw InputError(where + " declares the impossible shape " + shape_text(layout.shape) +
                       "; the header is corrupt");
    }
  }
  return total;
}

void check_length(const ArrayLayout& layout, std::size_t file_bytes, const std::string& where) {
  const std::uint64_t declared = declared_bytes(layout, where);
  const std::uint64_t present = file_bytes - layout.data_offset;
  if (declared == present) return;
  const std::string what = " declares " + shape_text(layout.shape) + " elements of type " +
                           to_string(layout.type) + ", that is " + std::to_string(declared) + " bytes, but " +
                           std::to_string(present) + " follow its header: ";
  throw InputError(where + what +
                   (present < declared ? "the file is truncated; copy or download it again"
                                       : "it has trailing bytes; is it the file you meant?"));
}

/// The elements of the selected points, in the order of the points' coordinates.
class Elements {
 public:
  Elements(const ArrayLayout& layout, ByteView data, RowRange rows, std::size_t dimension)
      : layout_(layout), data_(data), rows_(rows), dimension_(dimension) {
    offsets_.reserve(layout.fortran_order ? dimension : 0);
    if (layout.fortran_order) {
      for (std::size_t column = 0; column < dimension; ++column) offsets_.push_back(fortran_offset(column));
    }
  }

  std::size_t count() const { return rows_.count * dimension_; }

  /// The bits of element k, in the low bytes.
  std::uint64_t bits(std::size_t k) const {
    const std::size_t row = rows_.first + k / dimension_;
    const std::size_t column = k % dimension_;
    const std::size_t index = layout_.fortran_order ? row + offsets_[column] : row * dimension_ + column;
    const std::size_t size = layout_.type.bytes;
    const std::uint8_t* element = data_.data() + index * size;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value = value << 8 | element[layout_.big_endian ? i : size - 1 - i];
    return value;
  }

 private:
  /// Position in Fortran order of the element (0, j_1, ..., j_r), where `column` numbers (j_1, ..., j_r) in C
  /// order.
  std::size_t fortran_offset(std::size_t column) const {
    std::size_t stride = 1;
    for (const std::uint64_t extent : layout_.shape) stride *= extent;
    std::size_t offset = 0;
    for (std::size_t axis = layout_.shape.size() - 1; axis > 0; --axis) {
      const std::size_t extent = layout_.shape[axis];
      stride /= extent;
      offset += column % extent * stride;
      column /= extent;
    }
    return offset;
  }

  const ArrayLayout& layout_;
  ByteView data_;
  RowRange rows_;
  std::size_t dimension_;
  std::vector<std::size_t> offsets_;
};

std::string place(const PointSource& source, std::size_t k, std::size_t dimension) {
  return source.name + ": row " + std::to_string(source.first_row + k / dimension) + ", column " +
         std::to_string(k % dimension);
}

std::vector<std::int64_t> read_integers(const Elements& elements, ElementType type, std::size_t dimension,
                                        const PointSource& source) {
  std::vector<std::int64_t> values(elements.count());
  const auto unused_bits = static_cast<int>(64 - 8 * type.bytes);
  for (std::size_t k = 0; k < values.size(); ++k) {
    const std::uint64_t bits = elements.bits(k);
    if (type.kind == NumberKind::kSigned) {
      values[k] = static_cast<std::int64_t>(bits << unused_bits) >> unused_bits;  // extends the sign
    } else if (std::in_range<std::int64_t>(bits)) {
      values[k] = static_cast<std::int64_t>(bits);
    } else {
      throw InputError(place(source, k, dimension) + " holds " + std::to_string(bits) +
                       ", which is beyond 64-bit signed integers; rescale the data");
    }
  }
  return values;
}

std::vector<double> read_floats(const Elements& elements, ElementType type, std::size_t dimension,
                                const PointSource& source) {
  std::vector<double> values(elements.count());
  for (std::size_t k = 0; k < values.size(); ++k) {
    const std::uint64_t bits = elements.bits(k);
    values[k] = type.bytes == 4 ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                                : std::bit_cast<double>(bits);
    if (!std::isfinite(values[k])) {
      throw InputError(place(source, k, dimension) + " is " + (std::isnan(values[k]) ? "NaN" : "infinite") +
                       "; every number must be finite");
    }
  }
  return values;
}

struct Selection {
  RowRange rows;
  std::size_t dimension;
};

/// The rows that `options` select, seen to lie in the file. Completes `source`.
Selection select(const ArrayLayout& layout, ByteView bytes, const ReadOptions& options,
                 const std::string& format, PointSource& source) {
  const std::string where = source.name + " (" + format + ")";
  check_length(layout, bytes.size(), where);
  std::uint64_t dimension = 1;  // cannot overflow: the whole array has been seen to fit the file, or is empty
  for (std::size_t axis = 1; axis < layout.shape.size(); ++axis) dimension *= layout.shape[axis];
  const RowRange rows = select_rows(layout.shape[0], dimension, options, where);
  source.description = format + " " + to_string(layout.type) + ", " + shape_text(layout.shape);
  source.first_row = rows.first;
  return {rows, static_cast<std::size_t>(dimension)};
}

}  // namespace

std::string to_string(ElementType type) {
  const char kind = type.kind == NumberKind::kUnsigned ? 'u' : type.kind == NumberKind::kSigned ? 'i' : 'f';
  return kind + std::to_string(type.bytes);
}

RealTable decode_table(const ArrayLayout& layout, ByteView bytes, const ReadOptions& options,
                       const std::string& format, PointSource source) {
  if (layout.shape.empty())
    throw InputError(source.name + " (" + format + ") holds one number, not an array of rows");
  const auto [rows, columns] = select(layout, bytes, options, format, source);
  const Elements elements(layout, bytes.subspan(layout.data_offset), rows, columns);
  if (layout.type.kind == NumberKind::kFloat) {
    std::vector<double> values = read_floats(elements, layout.type, columns, source);
    return {columns, std::move(values), std::move(source), layout.shape[0]};
  }
  const std::vector<std::int64_t> integers = read_integers(elements, layout.type, columns, source);
  return {columns, std::vector<double>(integers.begin(), integers.end()), std::move(source), layout.shape[0]};
}

PointSet decode_points(const ArrayLayout& layout, ByteView bytes, const ReadOptions& options,
                       const std::string& format, PointSource source) {
  const std::string where = source.name + " (" + format + ")";
  if (layout.shape.size() < 2) {
    throw InputError(
        where + " holds an array of " + std::to_string(layout.shape.size()) +
        " dimension(s), not points (labels, perhaps?); points need a shape (N, d), or (N, rows, columns)");
  }
  const auto [rows, dimension] = select(layout, bytes, options, format, source);
  const Elements elements(layout, bytes.subspan(layout.data_offset), rows, dimension);

  if (layout.type.kind == NumberKind::kFloat) {
    const std::vector<double> values = read_floats(elements, layout.type, dimension, source);
    ScaledIntegers scaled = options.quantise_bits ? quantise(values, *options.quantise_bits)
                                                  : scale_exactly(values, dimension, source);
    source.quantise_bits = options.quantise_bits;
    return PointSet(dimension, std::move(scaled.values), std::move(source), scaled.scale);
  }
  std::vector<std::int64_t> values = read_integers(elements, layout.type, dimension, source);
  if (options.quantise_bits) {
    ScaledIntegers scaled =
        quantise(std::vector<double>(values.begin(), values.end()), *options.quantise_bits);
    source.quantise_bits = options.quantise_bits;
    return PointSet(dimension, std::move(scaled.values), std::move(source), scaled.scale);
  }
  return PointSet(dimension, std::move(values), std::move(source));
}

}  // namespace gronwall
