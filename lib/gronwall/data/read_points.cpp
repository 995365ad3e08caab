#include "gronwall/data/read_points.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "gronwall/data/csv.hpp"
#include "gronwall/data/gzip.hpp"
#include "gronwall/data/idx.hpp"
#include "gronwall/data/npy.hpp"
#include "gronwall/data/real_table.hpp"
#include "gronwall/data/sha256.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

std::string first_bytes(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  constexpr std::size_t kShown = 8;
  std::string text;
  for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), kShown))) {
    if (!text.empty()) text += ' ';
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

bool is_zip(ByteView bytes) {
  constexpr std::array<std::uint8_t, 4> kMagic = {'P', 'K', 3, 4};
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

enum class Format { npy, idx, csv };

/// The bytes of a file, decompressed, and what they are.
struct RecognisedFile {
  Format format;
  Bytes bytes;
  PointSource source;
};

RecognisedFile recognise(const std::filesystem::path& path, const ReadOptions& options) {
  check_options(options);
  Bytes bytes = read_file(path, options.max_bytes);
  PointSource source{path.filename().string(), {}, sha256_hex(bytes)};
  const std::string name = path.string();
  if (bytes.empty()) throw InputError(name + " is empty");
  std::filesystem::path plain_name = path.filename();
  if (is_gzip(bytes)) {
    bytes = gunzip(bytes, name, options.max_bytes);
    if (plain_name.extension() == ".gz") plain_name.replace_extension();
  }

  if (is_npy(bytes)) return {Format::npy, std::move(bytes), std::move(source)};
  if (is_idx(bytes)) return {Format::idx, std::move(bytes), std::move(source)};
  if (is_zip(bytes)) throw InputError(name + " is a zip archive (.npz): save one array with numpy.save");
  const bool called_npy = plain_name.extension() == ".npy";
  const bool called_idx = plain_name.extension() == ".idx" || plain_name.string().ends_with("-ubyte");
  if (called_npy || called_idx) {
    throw InputError(name + " is called " + (called_npy ? "an NPY" : "an IDX") +
                     " file but has the wrong magic number: it begins with the bytes " + first_bytes(bytes));
  }
  if (is_text(bytes)) return {Format::csv, std::move(bytes), std::move(source)};
  throw InputError(name + " is neither IDX nor NPY nor text (CSV): it begins with the bytes " +
                   first_bytes(bytes));
}

}  // namespace

PointSet read_points(const std::filesystem::path& path, const ReadOptions& options) {
  RecognisedFile file = recognise(path, options);
  switch (file.format) {
    case Format::npy:
      return parse_npy(file.bytes, options, std::move(file.source));
    case Format::idx:
      return parse_idx(file.bytes, options, std::move(file.source));
    default:
      return parse_csv(file.bytes, options, std::move(file.source));
  }
}

RealTable read_table(const std::filesystem::path& path, const ReadOptions& options) {
  RecognisedFile file = recognise(path, options);
  switch (file.format) {
    case Format::npy:
      return parse_npy_table(file.bytes, options, std::move(file.source));
    case Format::idx:
      return parse_idx_table(file.bytes, options, std::move(file.source));
    default:
      return parse_csv_table(file.bytes, options, std::move(file.source));
  }
}

}  // namespace gronwall
