#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "sha256.hpp"

namespace proofs_check {
namespace {

static_assert(std::endian::native == std::endian::little, "side files are read in place as little-endian");

/// An open regular file. The check is made on the open file, so that it cannot be exchanged in between.
class RegularFile {
 public:
  explicit RegularFile(const std::filesystem::path& path)
      : path_(path), fd_(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {
    if (fd_ < 0) unreadable("cannot open " + path.string() + ": " + std::strerror(errno));
    struct stat info {};
    if (fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) {
      close(fd_);
      unreadable(path.string() + " is not a regular file");
    }
    size_ = static_cast<std::uint64_t>(info.st_size);
  }
  ~RegularFile() { close(fd_); }
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;

  std::uint64_t size() const { return size_; }
  void read(void* data, std::uint64_t size) {
    auto* to = static_cast<char*>(data);
    while (size > 0) {
      const ssize_t got = ::read(fd_, to, size);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) unreadable("cannot read " + path_.string());
      to += got, size -= static_cast<std::uint64_t>(got);
    }
  }

 private:
  std::filesystem::path path_;
  int fd_;
  std::uint64_t size_ = 0;
};

constexpr std::size_t header_size = 128;

/// The one .npy header of an array with this type and shape.
std::string npy_header(const std::string& dtype, const std::vector<std::uint64_t>& shape) {
  std::string sizes;
  for (const std::uint64_t n : shape) sizes += (sizes.empty() ? "" : ", ") + std::to_string(n);
  if (shape.size() == 1) sizes += ",";
  std::string header("\x93NUMPY\x01\x00\x76\x00", 10);
  header += std::string("{'descr': '") + (dtype == "u1" ? "|" : "<") + dtype +
            "', 'fortran_order': False, 'shape': (" + sizes + "), }";
  header.resize(header_size - 1, ' ');
  return header + '\n';
}

}  // namespace

void require_name(const std::string& name) {
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  bool good = !name.empty() && name.size() <= 100 && alphanumeric(name[0]);
  for (const char c : name) good = good && (alphanumeric(c) || c == '_' || c == '.' || c == '-');
  if (!good) malformed("a file name must match [a-z0-9][a-z0-9_.-]*, at most 100 bytes");
}

void require_sha256(const std::string& text) {
  if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != std::string::npos)
    malformed("a sha256 has 64 lower-case hexadecimal digits");
}

std::string read_file(const std::filesystem::path& path, std::uint64_t most) {
  RegularFile file(path);
  if (file.size() > most) over_limit(path.filename().string() + " is too long");
  std::string bytes(file.size(), '\0');
  file.read(bytes.data(), bytes.size());
  return bytes;
}

std::string hash_file(const std::filesystem::path& path) {
  RegularFile file(path);
  if (file.size() > limit::side_file_bytes) over_limit(path.filename().string() + " is too long");
  Sha256 hash;
  std::vector<char> piece(1 << 20);
  for (std::uint64_t left = file.size(); left > 0;) {
    const std::uint64_t size = std::min<std::uint64_t>(left, piece.size());
    file.read(piece.data(), size);
    hash.update(piece.data(), size);
    left -= size;
  }
  return hash.hex();
}

std::string printable(std::string text) {
  for (char& c : text)
    if (c < 0x20 || c > 0x7e) c = '?';
  return text;
}

Array load_array(const std::filesystem::path& folder, const Value& reference) {
  reference.require({"dtype", "name", "sha256", "shape"});
  Array array;
  array.name = reference["name"].text();
  array.sha256 = reference["sha256"].text();
  require_name(array.name);
  require_sha256(array.sha256);
  const std::string& dtype = reference["dtype"].text();
  if (dtype != "i8" && dtype != "u1" && dtype != "f8") malformed("a side file has dtype i8, u1 or f8");
  array.dtype = dtype == "i8" ? Dtype::i8 : dtype == "u1" ? Dtype::u1 : Dtype::f8;
  std::uint64_t count = 1;
  for (const Value& size : reference["shape"].list()) {
    array.shape.push_back(size.count());
    if (size.count() == 0) malformed("an empty side file");
    if (count > limit::side_file_bytes / size.count()) over_limit(array.name + " is too long");
    count *= size.count();
  }
  if (array.shape.empty() || array.shape.size() > 3) malformed("a side file has one to three dimensions");
  const std::uint64_t data_size = count * (array.dtype == Dtype::u1 ? 1 : 8);
  if (header_size + data_size > limit::side_file_bytes) over_limit(array.name + " is too long");

  RegularFile file(folder / array.name);
  if (file.size() != header_size + data_size)
    not_verified("size of " + array.name + " does not fit its shape");
  std::string header(header_size, '\0');
  file.read(header.data(), header_size);
  const auto room = [count](auto& numbers) -> void* { return numbers.resize(count), numbers.data(); };
  void* data = array.dtype == Dtype::i8   ? room(array.wide)
               : array.dtype == Dtype::u1 ? room(array.bytes)
                                          : room(array.reals);
  file.read(data, data_size);
  Sha256 hash;
  hash.update(header.data(), header_size);
  hash.update(data, data_size);
  if (hash.hex() != array.sha256) not_verified("sha256 of " + array.name + " differs");
  if (header != npy_header(dtype, array.shape)) malformed("header of " + array.name);
  for (const double x : array.reals)
    if (!std::isfinite(x)) malformed(array.name + " holds a number that is not finite");
  return array;
}

}  // namespace proofs_check
