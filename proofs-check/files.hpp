#pragma once
// Reading certificates and side files: regular files of one folder, never through a symbolic link.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "failure.hpp"
#include "json.hpp"

namespace proofs_check {

/// Is `name` of the form [a-z0-9][a-z0-9_.-]*, at most 100 bytes? Throws Failure (malformed) if not.
void require_name(const std::string& name);
/// Is `text` 64 lower-case hexadecimal digits? Throws Failure (malformed) if not.
void require_sha256(const std::string& text);

/// The bytes of a regular file; throws Failure (usage) if there is none, (over_limit) if it is longer than
/// `most`.
std::string read_file(const std::filesystem::path& path, std::uint64_t most);

/// sha256 of a regular file of at most limit::side_file_bytes, read piece by piece.
std::string hash_file(const std::filesystem::path& path);

/// `text` with every byte outside printable ASCII replaced, for messages.
std::string printable(std::string text);

/// What a side file holds: 64-bit integers, bytes, or finite IEEE doubles.
enum class Dtype { i8, u1, f8 };

/// Numbers in one, two or three dimensions, row by row, in the one of the three vectors that `dtype` names.
struct Array {
  std::string name, sha256;
  std::vector<std::uint64_t> shape;
  Dtype dtype = Dtype::i8;
  std::vector<std::int64_t> wide;   // i8
  std::vector<std::uint8_t> bytes;  // u1
  std::vector<double> reals;        // f8
};

/// Loads the side file that `reference` describes from `folder` and checks its size, sha256 and header.
Array load_array(const std::filesystem::path& folder, const Value& reference);

}  // namespace proofs_check
