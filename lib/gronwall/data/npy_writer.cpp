#include "gronwall/data/npy_writer.hpp"

#include <bit>

#include "gronwall/data/file_io.hpp"
#include "gronwall/data/sha256.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr std::size_t kHeaderBytes = 128;

template <typename Element>
std::string write_array(const std::filesystem::path& path, std::string_view descr,
                        std::span<const Element> elements, const std::vector<std::uint64_t>& shape) {
  static_assert(std::endian::native == std::endian::little, "elements are written as they lie in memory");
  std::uint64_t count = 1;
  for (const std::uint64_t extent : shape) {
    if (__builtin_mul_overflow(count, extent, &count))
      throw InputError(path.string() + ": the shape is too large");
  }
  if (count != elements.size()) {
    throw InputError(path.string() + ": the shape holds " + std::to_string(count) + " elements, but " +
                     std::to_string(elements.size()) + " were given");
  }
  const std::string header = npy_header(descr, shape);
  const ByteView data{reinterpret_cast<const std::uint8_t*>(elements.data()), elements.size_bytes()};
  write_file_atomically(path, {byte_view(header), data});
  return Sha256().update(byte_view(header)).update(data).hex_digest();
}

}  // namespace

std::string npy_header(std::string_view descr, std::span<const std::uint64_t> shape) {
  std::string text = "\x93NUMPY";
  text += '\x01';
  text += '\x00';
  text += static_cast<char>(kHeaderBytes - 10);
  text += '\x00';
  text += "{'descr': '" + std::string(descr) + "', 'fortran_order': False, 'shape': (";
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  }
  text += shape.size() == 1 ? ",), }" : "), }";
  if (text.size() >= kHeaderBytes)
    throw InputError("an array of so many dimensions does not fit an NPY header");
  text.resize(kHeaderBytes - 1, ' ');
  return text + '\n';
}

std::string write_npy(const std::filesystem::path& path, std::span<const std::int64_t> elements,
                      const std::vector<std::uint64_t>& shape) {
  return write_array(path, "<i8", elements, shape);
}

std::string write_npy(const std::filesystem::path& path, std::span<const std::uint8_t> elements,
                      const std::vector<std::uint64_t>& shape) {
  return write_array(path, "|u1", elements, shape);
}

std::string write_npy(const std::filesystem::path& path, std::span<const double> elements,
                      const std::vector<std::uint64_t>& shape) {
  return write_array(path, "<f8", elements, shape);
}

}  // namespace gronwall
