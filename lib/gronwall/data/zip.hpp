#pragma once
/// \file
/// Zip archives of stored (not compressed) members, after PKWARE's APPNOTE 6.3, with zip64 where a size or an
/// offset needs more than 32 bits. (Not from a library: minizip 1.1 reads no zip64 where `unsigned long` has
/// 64 bits, and libzip tells no offsets, which a message about damage is to name.)

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "gronwall/data/atomic_file.hpp"

namespace gronwall {

/// A 32-bit field of a zip archive that says so: the value stands in 64 bits elsewhere.
inline constexpr std::uint32_t kInZip64 = 0xffffffff;

/// A member as the directory at the archive's end has it.
struct ZipMember {
  std::string name;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;  ///< of its local header
  std::uint32_t crc = 0;
};

/// Writes an archive that appears complete or not at all (AtomicFile). Equal contents in equal order make
/// equal files: there are no times in it.
class ZipWriter {
 public:
  /// Sizes and offsets of at least `zip64_from` are written in 64 bits; a smaller value than the format's own
  /// makes valid archives too, and is for tests. \throws FileError as AtomicFile, as do all members.
  explicit ZipWriter(const std::filesystem::path& path, std::uint64_t zip64_from = kInZip64);

  /// Begins a member of exactly `size` bytes. \throws InputError for a name that ZipReader would refuse.
  void open(const std::string& name, std::uint64_t size);
  /// Its next bytes.
  void write(ByteView bytes);
  /// Ends it.
  void close();

  /// Writes the directory and puts the file into place. Call once, at the end.
  void commit();

 private:
  bool is_large(std::uint64_t value) const { return value >= zip64_from_; }
  /// What the 32-bit field of a size or offset says.
  std::uint32_t field(std::uint64_t value) const;
  std::string end_records(std::uint64_t directory, std::uint64_t bytes) const;

  AtomicFile file_;
  std::uint64_t zip64_from_;
  std::vector<ZipMember> members_;
};

/// An open archive and its members. Nothing is allocated before the sizes that the file declares have been
/// seen to fit it.
class ZipReader {
 public:
  /// \throws FileError when the file cannot be opened; InputError when it is not a zip archive, is truncated,
  /// or has members that are compressed, encrypted, of equal names, or named like paths.
  explicit ZipReader(const std::filesystem::path& path);

  const std::string& name() const { return name_; }
  const std::vector<ZipMember>& members() const { return members_; }
  /// \throws InputError when there is none of that name.
  const ZipMember& member(const std::string& name) const;

 private:
  friend class ZipMemberStream;

  /// False when the file does not have these bytes.
  bool read(std::uint64_t offset, std::uint64_t bytes, void* into);
  /// The same as a text, which is empty then.
  std::string record(std::uint64_t offset, std::uint64_t bytes);
  void find_directory();
  std::uint64_t find_zip64_directory(std::uint64_t end);
  void list_members();
  [[noreturn]] void refuse(const std::string& why) const;
  [[noreturn]] void damaged_directory() const;

  std::string name_;
  std::ifstream file_;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t directory_ = 0, directory_bytes_ = 0, entries_ = 0;
  std::vector<ZipMember> members_;
};

/// One member while it is read; one at a time of each archive.
class ZipMemberStream {
 public:
  /// \throws InputError when there is none of that name, or its own header disagrees with the directory.
  ZipMemberStream(ZipReader& archive, const std::string& name);

  std::uint64_t left() const { return left_; }
  /// \throws InputError as `damaged` when they are not there.
  void read(void* into, std::uint64_t bytes);
  /// After the last byte. \throws InputError as `damaged` when the checksum does not agree.
  void finish();

  /// \throws InputError that names the member and its range of bytes, always.
  [[noreturn]] void damaged(const std::string& how) const;
  /// File and member, for messages.
  std::string place() const { return archive_.name() + ", member " + member_.name; }

 private:
  ZipReader& archive_;
  const ZipMember& member_;
  std::uint64_t start_ = 0;
  std::uint64_t left_ = 0;
  std::uint32_t crc_ = 0;
};

}  // namespace gronwall
