#include "gronwall/data/npz.hpp"

#include <algorithm>
#include <array>

#include "gronwall/data/npy.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/data/row_blocks.hpp"
#include "gronwall/data/zip.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

NpzWriter::NpzWriter(const std::filesystem::path& path, std::uint64_t zip64_from) : zip_(path, zip64_from) {}

void NpzWriter::add_text(const std::string& member, std::string_view text) {
  zip_.open(member, text.size());
  zip_.write(byte_view(text));
  zip_.close();
}

void NpzWriter::add_matrix(const std::string& name, const Eigen::Ref<const Eigen::MatrixXd>& matrix) {
  const std::string header = npy_header("<f8", std::array{static_cast<std::uint64_t>(matrix.rows()),
                                                          static_cast<std::uint64_t>(matrix.cols())});
  zip_.open(name + ".npy", header.size() + static_cast<std::uint64_t>(matrix.size()) * sizeof(double));
  zip_.write(byte_view(header));
  for_each_row_block(matrix, [&](ByteView bytes) { zip_.write(bytes); });
  zip_.close();
}

void NpzWriter::commit() {
  zip_.commit();
}

namespace {

/// The NPY header, read with no more trust than needed.
ArrayLayout read_header(ZipMemberStream& stream) {
  constexpr std::size_t kPrefix = 12;  // magic, version, length of the text (2 or 4 bytes)
  std::array<std::uint8_t, kPrefix> header{};
  if (stream.left() < kPrefix) stream.damaged("is too short for an array");
  stream.read(header.data(), kPrefix);
  const bool wide = header[6] > 1;
  std::uint64_t length = header[8] | std::uint64_t{header[9]} << 8;
  if (wide) length |= std::uint64_t{header[10]} << 16 | std::uint64_t{header[11]} << 24;
  const std::uint64_t total = (wide ? 12 : 10) + length;
  constexpr std::uint64_t kLongest = 1 << 16;
  if (total > kLongest + kPrefix || total < kPrefix || total - kPrefix > stream.left())
    stream.damaged("has no proper array header");
  Bytes whole(total);
  std::copy(header.begin(), header.end(), whole.begin());
  stream.read(whole.data() + kPrefix, total - kPrefix);
  return parse_npy_header(whole, stream.place());
}

}  // namespace

NpzReader::NpzReader(const std::filesystem::path& path) : zip_(path) {}

std::vector<std::string> NpzReader::members() const {
  std::vector<std::string> names;
  for (const ZipMember& member : zip_.members()) names.push_back(member.name);
  return names;
}

std::string NpzReader::text(const std::string& member, std::uint64_t max_bytes) const {
  ZipMemberStream stream(zip_, member);
  if (stream.left() > max_bytes)
    throw InputError(stream.place() + " has " + std::to_string(stream.left()) + " bytes, more than " +
                     std::to_string(max_bytes));
  std::string text(stream.left(), '\0');
  stream.read(text.data(), text.size());
  stream.finish();
  return text;
}

void NpzReader::read_matrix(const std::string& name, Eigen::Ref<Eigen::MatrixXd> into) const {
  ZipMemberStream stream(zip_, name + ".npy");
  const ArrayLayout layout = read_header(stream);
  const auto rows = static_cast<std::uint64_t>(into.rows()),
             columns = static_cast<std::uint64_t>(into.cols());
  if (layout.type != ElementType{NumberKind::kFloat, sizeof(double)} || layout.big_endian)
    throw InputError(stream.place() + " has elements of type " + to_string(layout.type) +
                     ", not float64 (<f8)");
  if (layout.shape != std::vector<std::uint64_t>{rows, columns}) {
    std::string shape;
    for (const std::uint64_t extent : layout.shape)
      shape += (shape.empty() ? "" : ", ") + std::to_string(extent);
    throw InputError(stream.place() + " has the shape (" + shape + "), not (" + std::to_string(rows) + ", " +
                     std::to_string(columns) + ")");
  }
  if (stream.left() != rows * columns * sizeof(double)) stream.damaged("is not as long as its shape says");

  if (layout.fortran_order) {
    for (Eigen::Index j = 0; j < into.cols(); ++j) stream.read(into.col(j).data(), rows * sizeof(double));
  } else {
    const Eigen::Index step = rows_per_block(into.cols());
    RowMajorMatrix block;
    for (Eigen::Index first = 0; first < into.rows(); first += step) {
      block.resize(std::min(step, into.rows() - first), into.cols());
      stream.read(block.data(), static_cast<std::uint64_t>(block.size()) * sizeof(double));
      into.middleRows(first, block.rows()) = block;
    }
  }
  stream.finish();
}

}  // namespace gronwall
