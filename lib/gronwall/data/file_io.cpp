#include "gronwall/data/file_io.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

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
  /// Closes now and reports errors that the file system held back until then.
  bool close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

 private:
  int descriptor_;
};

/// Removes a temporary file unless it has been renamed into place.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  const std::filesystem::path& path() const { return path_; }
  void keep() { path_.clear(); }

 private:
  std::filesystem::path path_;
};

[[noreturn]] void throw_write_error(const std::filesystem::path& path, int error_number) {
  throw FileError("cannot write " + path.string() + ": " + reason(error_number));
}

void write_all(int descriptor, ByteView bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw_write_error(path, errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

std::filesystem::path temporary_name(const std::filesystem::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() / ("." + path.filename().string() + ".tmp-" + std::to_string(::getpid()) + "-" +
                               std::to_string(counter.fetch_add(1)));
}

/// A rename survives a power failure only once the folder itself has been flushed. Some file systems cannot
/// flush a folder; the file's own bytes are safe by then, so that is not an error.
void flush_folder(const std::filesystem::path& path) {
  const std::filesystem::path folder =
      path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const FileDescriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() >= 0) ::fsync(descriptor.get());
}

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
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    throw FileError("cannot write " + path.string() + ": it exists and is not a regular file");
  }
  TemporaryFile temporary(temporary_name(path));
  FileDescriptor descriptor(::open(temporary.path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (descriptor.get() < 0) {
    const int error_number = errno;
    temporary.keep();  // not ours: it could not be created
    throw_write_error(path, error_number);
  }
  for (const ByteView part : parts) write_all(descriptor.get(), part, path);
  if (::fsync(descriptor.get()) != 0) throw_write_error(path, errno);
  if (!descriptor.close()) throw_write_error(path, errno);
  if (::rename(temporary.path().c_str(), path.c_str()) != 0) throw_write_error(path, errno);
  temporary.keep();
  flush_folder(path);
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text) {
  write_file_atomically(path, {byte_view(text)});
}

}  // namespace gronwall
