#include "gronwall/data/file_io.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "gronwall/data/atomic_file.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

std::string reason(int error_number) {
  return std::generic_category().message(error_number);
}

/// Owns a POSIX file descriptor.
class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

ByteView byte_view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Bytes read_file(const std::filesystem::path& path, std::uint64_t max_bytes) {
  const FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (descriptor.get() < 0) throw FileError("cannot open " + path.string() + ": " + reason(errno));
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) {
    throw FileError("cannot read " + path.string() + ": " + reason(errno));
  }
  if (!S_ISREG(status.st_mode)) throw FileError(path.string() + " is not a regular file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > max_bytes) {
    throw InputError(path.string() + " has " + std::to_string(size) + " bytes; files of more than " +
                     std::to_string(max_bytes) + " bytes are not read");
  }
  Bytes bytes(size);
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(descriptor.get(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw FileError("cannot read " + path.string() + ": " + reason(errno));
    }
    if (got == 0) throw FileError(path.string() + " became shorter while it was read; try again");
    filled += static_cast<std::size_t>(got);
  }
  return bytes;
}

void write_file_atomically(const std::filesystem::path& path, std::initializer_list<ByteView> parts) {
  AtomicFile file(path);
  for (const ByteView part : parts) file.write(part);
  file.commit();
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  write_file_atomically(path, {byte_view(text)});
}

}  // namespace gronwall
