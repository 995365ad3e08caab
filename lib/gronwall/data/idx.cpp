#include "gronwall/data/idx.hpp"

#include <optional>
#include <string>
#include <utility>

#include "gronwall/data/array_layout.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

std::optional<ElementType> element_type(std::uint8_t code) {
  switch (code) {
    case 0x08:
      return ElementType{NumberKind::kUnsigned, 1};
    case 0x09:
      return ElementType{NumberKind::kSigned, 1};
    case 0x0B:
      return ElementType{NumberKind::kSigned, 2};
    case 0x0C:
      return ElementType{NumberKind::kSigned, 4};
    case 0x0D:
      return ElementType{NumberKind::kFloat, 4};
    case 0x0E:
      return ElementType{NumberKind::kFloat, 8};
    default:
      return std::nullopt;
  }
}

ArrayLayout parse_header(ByteView bytes, const std::string& name) {
  if (!is_idx(bytes))
    throw InputError(name + " is not an IDX file: it does not begin with the bytes 0, 0, type, rank");
  const std::size_t rank = bytes[3];
  ArrayLayout layout{*element_type(bytes[2]), /*big_endian=*/true, /*fortran_order=*/false, {}, 4 + 4 * rank};
  if (bytes.size() < layout.data_offset) {
    throw InputError(name + " (IDX) ends inside its header of " + std::to_string(layout.data_offset) +
                     " bytes: the file is truncated; copy or download it again");
  }
  for (std::size_t axis = 0; axis < rank; ++axis) {
    std::uint64_t extent = 0;
    for (std::size_t i = 0; i < 4; ++i) extent = extent << 8 | bytes[4 + 4 * axis + i];
    layout.shape.push_back(extent);
  }
  return layout;
}

}  // namespace

bool is_idx(ByteView bytes) {
  return bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 && element_type(bytes[2]) && bytes[3] >= 1;
}

RealTable parse_idx_table(ByteView bytes, const ReadOptions& options, PointSource source) {
  const ArrayLayout layout = parse_header(bytes, source.name);
  return decode_table(layout, bytes, options, "IDX", std::move(source));
}

PointSet parse_idx(ByteView bytes, const ReadOptions& options, PointSource source) {
  const ArrayLayout layout = parse_header(bytes, source.name);
  return decode_points(layout, bytes, options, "IDX", std::move(source));
}

}  // namespace gronwall
