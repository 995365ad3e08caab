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

/// Integers in one, two or three dimensions; exactly one of `wide` (dtype i8) and `bytes` (u1) is in use, row
/// by row.
struct Array {
  std::string name, sha256;
  std::vector<std::uint64_t> shape;
  bool is_wide = false;
  std::vector<std::int64_t> wide;
  std::vector<std::uint8_t> bytes;
};

/// Loads the side file that `reference` describes from `folder` and checks its size, sha256 and header.
Array load_array(const std::filesystem::path& folder, const Value& reference);

}  // namespace proofs_check
