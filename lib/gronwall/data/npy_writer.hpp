#pragma once
/// \file
/// Writing NPY files, with the header that docs/certificates.md fixes byte for byte.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gronwall {

/// The header of exactly 128 bytes (version 1.0, C order) of an array of elements `descr` ("<i8", "|u1",
/// "<f8"). \throws InputError when the shape does not fit (ranks up to 4 always do).
std::string npy_header(std::string_view descr, std::span<const std::uint64_t> shape);

/// Writes an array in C order, atomically (write_file_atomically), and returns the sha256 of the file. The
/// product of `shape` must be the number of elements. \throws InputError when it is not; FileError as
/// write_file_atomically does.
std::string write_npy(const std::filesystem::path& path, std::span<const std::int64_t> elements,
                      const std::vector<std::uint64_t>& shape);
std::string write_npy(const std::filesystem::path& path, std::span<const std::uint8_t> elements,
                      const std::vector<std::uint64_t>& shape);
std::string write_npy(const std::filesystem::path& path, std::span<const double> elements,
                      const std::vector<std::uint64_t>& shape);

}  // namespace gronwall
