#pragma once
/// \file
/// Whole files as bytes: reading with a size limit, and writing so that no reader ever sees a part of a file.

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace gronwall {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text, without a copy.
ByteView byte_view(std::string_view text);

/// The largest file read unless a caller asks otherwise: 2 GiB.
inline constexpr std::uint64_t kMaxFileBytes = std::uint64_t{1} << 31;

/// Reads a regular file. \throws FileError when it does not exist, is not a regular file or cannot be read;
/// InputError when it is larger than `max_bytes`.
Bytes read_file(const std::filesystem::path& path, std::uint64_t max_bytes = kMaxFileBytes);

/// Writes the concatenation of `parts` to `path`: into a temporary file of the same folder, flushed to the
/// disk, then renamed over `path`. On any failure the old file, if there was one, is untouched and the
/// temporary file is removed. \throws FileError when the folder is missing or not writable, the disk is full,
/// or `path` exists and is not a regular file (a device or folder is never replaced).
void write_file_atomically(const std::filesystem::path& path, std::initializer_list<ByteView> parts);

/// The same for a text.
void write_file_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace gronwall
