#pragma once
/// \file
/// NPZ, NumPy's archives of named arrays (numpy.savez, numpy.load): zip files of NPY members, not compressed.

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gronwall/data/file_io.hpp"

namespace gronwall {

/// Writes an archive that appears complete or not at all (AtomicFile). Equal contents in equal order make
/// equal files, byte for byte. Needs no memory for copies beyond a few MiB.
class NpzWriter {
 public:
  /// \throws FileError as AtomicFile.
  explicit NpzWriter(const std::filesystem::path& path);
  ~NpzWriter();
  NpzWriter(const NpzWriter&) = delete;
  NpzWriter& operator=(const NpzWriter&) = delete;

  /// A member that is a text, under its whole name ("format.json"). \throws InputError for a name that
  /// NpzReader would refuse, FileError.
  void add_text(const std::string& member, std::string_view text);
  /// An array of shape (rows, columns) of doubles in C order; the member is called "<name>.npy". \throws as
  /// add_text.
  void add_matrix(const std::string& name, const Eigen::Ref<const Eigen::MatrixXd>& matrix);

  /// Puts the file into place. Call once, at the end. \throws FileError; an old file is then still there.
  void commit();

 private:
  class Archive;
  std::unique_ptr<Archive> archive_;
};

/// Reads an archive written by NpzWriter or numpy.savez. Every number is covered by the checksum of its
/// member, which is verified; nothing is allocated before the sizes that a file declares have been seen to
/// fit it.
class NpzReader {
 public:
  /// \throws FileError when the file cannot be opened; InputError when it is not a zip archive, is truncated,
  /// or has members that are compressed, encrypted, of equal names, or named like paths.
  explicit NpzReader(const std::filesystem::path& path);
  ~NpzReader();
  NpzReader(const NpzReader&) = delete;
  NpzReader& operator=(const NpzReader&) = delete;

  /// Members in the order of the archive, arrays with their ".npy".
  std::vector<std::string> members() const;

  /// A member as it is. \throws InputError when there is none of that name, or it is longer than `max_bytes`
  /// or damaged, naming the range of bytes.
  std::string text(const std::string& member, std::uint64_t max_bytes = 1 << 20) const;
  /// The array "<name>.npy" of float64 in C or Fortran order. \throws InputError as `text`, and when its
  /// shape is not that of `into`.
  void read_matrix(const std::string& name, Eigen::Ref<Eigen::MatrixXd> into) const;

 private:
  class Archive;
  std::unique_ptr<Archive> archive_;
};

}  // namespace gronwall
