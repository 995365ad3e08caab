#pragma once
/// \file
/// Which points of a file to read, and whether to round them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gronwall/data/file_io.hpp"

namespace gronwall {

struct ReadOptions {
  std::size_t offset = 0;                           ///< number of points to skip
  std::optional<std::size_t> limit = std::nullopt;  ///< read at most so many points; all when absent
  /// Round coordinates to integers of at most this many bits (1 to 52) times a common power of two. This
  /// changes the data: statements then hold for the rounded points. Integers and floats that fit already stay
  /// as they are.
  std::optional<int> quantise_bits = std::nullopt;
  std::uint64_t max_bytes = kMaxFileBytes;  ///< largest file read, before and after decompression
};

/// The most coordinates held at once: 2^28, that is 2 GiB.
inline constexpr std::uint64_t kMaxCoordinates = std::uint64_t{1} << 28;

/// \throws InputError when `options` ask for no points or for an impossible number of bits.
void check_options(const ReadOptions& options);

/// A run of consecutive points of a file.
struct RowRange {
  std::size_t first;
  std::size_t count;
};

/// The points that `options` select among `available` points of `dimension` coordinates.
/// \throws InputError when none is left or they exceed kMaxCoordinates.
RowRange select_rows(std::uint64_t available, std::uint64_t dimension, const ReadOptions& options,
                     std::string_view name);

}  // namespace gronwall
