#pragma once
/// \file
/// NPZ, NumPy's archives of named arrays (numpy.savez, numpy.load): zip files of NPY members, not compressed.

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gronwall/data/zip.hpp"

namespace gronwall {

/// Writes an archive that appears complete or not at all (AtomicFile). Equal contents in equal order make
/// equal files, byte for byte. Needs no memory for copies beyond a few MiB.
class NpzWriter {
 public:
  /// `zip64_from` as ZipWriter. \throws FileError as AtomicFile.
  explicit NpzWriter(const std::filesystem::path& path, std::uint64_t zip64_from = kInZip64);

  /// A member that is a text, under its whole name ("format.json"). \throws InputError for a name that
  /// NpzReader would refuse, FileError.
  void add_text(const std::string& member, std::string_view text);
  /// An array of shape (rows, columns) of doubles in C order; the member is called "<name>.npy". \throws as
  /// add_text.
  void add_matrix(const std::string& name, const Eigen::Ref<const Eigen::MatrixXd>& matrix);

  /// Puts the file into place. Call once, at the end. \throws FileError; an old file is then still there.
  void commit();

 private:
  ZipWriter zip_;
};

/// Reads an archive written by NpzWriter or numpy.savez. Every number is covered by the checksum of its
/// member, which is verified; nothing is allocated before the sizes that a file declares have been seen to
/// fit it.
class NpzReader {
 public:
  /// \throws as ZipReader.
  explicit NpzReader(const std::filesystem::path& path);

  /// Members in the order of the archive, arrays with their ".npy".
  std::vector<std::string> members() const;

  /// A member as it is. \throws InputError when there is none of that name, or it is longer than `max_bytes`
  /// or damaged, naming the range of bytes.
  std::string text(const std::string& member, std::uint64_t max_bytes = 1 << 20) const;
  /// The array "<name>.npy" of float64 in C or Fortran order. \throws InputError as `text`, and when its
  /// shape is not that of `into`.
  void read_matrix(const std::string& name, Eigen::Ref<Eigen::MatrixXd> into) const;

 private:
  mutable ZipReader zip_;  // has a place where it reads
};

}  // namespace gronwall
