#pragma once
/// \file
/// A file that appears complete or not at all.

#include <cstdint>
#include <filesystem>

#include "gronwall/data/file_io.hpp"

namespace gronwall {

/// A temporary file in the folder of `path`, renamed over `path` by `commit`. Until then, and for ever when
/// the process dies, the old file, if there was one, is untouched; without `commit` the temporary file is
/// removed. Every member function but the destructor throws FileError when the file system refuses (disk
/// full, ...).
class AtomicFile {
 public:
  /// \throws FileError also when the folder is missing or not writable, or `path` exists and is not a regular
  /// file (a device or folder is never replaced).
  explicit AtomicFile(std::filesystem::path path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  /// Writes at the present position.
  void write(ByteView bytes);
  std::uint64_t position() const { return position_; }
  /// Moves to a byte counted from the start, at most size().
  void seek(std::uint64_t position);
  std::uint64_t size() const { return size_; }

  /// Flushes to the disk, renames, flushes the folder. Call once, at the end.
  void commit();

 private:
  [[noreturn]] void fail(int error_number) const;

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
  std::uint64_t position_ = 0;
  std::uint64_t size_ = 0;
};

/// Removes temporary files of `path` that processes which were killed have left. For a caller who knows that
/// nobody else is writing `path`.
void remove_abandoned_temporaries(const std::filesystem::path& path);

}  // namespace gronwall
