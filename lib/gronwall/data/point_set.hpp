#pragma once
/// \file
/// Finite sets of points with integer coordinates. The kernels of this library depend on points only through
/// the cosines of their angles, which a common positive factor leaves alone; integers therefore lose nothing,
/// and every dot product is exact.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gronwall {

/// The common factor between stored integers and the values they stand for: value = integer * base^exponent.
struct Scale {
  int base = 2;  ///< 2 or 10
  int exponent = 0;

  friend bool operator==(const Scale&, const Scale&) = default;
};

/// Where points come from.
struct PointSource {
  std::string name = {};         ///< file name, or "generated"
  std::string description = {};  ///< format, element type, shape; or the generator and its seed
  std::string sha256 = {};    ///< of the bytes of the file as it lies on the disk; empty for generated points
  std::size_t first_row = 0;  ///< number of the first point within the source, counted from 0
  std::optional<int> quantise_bits = std::nullopt;  ///< set when coordinates were rounded to this many bits
};

/// The largest magnitude of a coordinate in dimension `dimension` >= 1: the largest m with m^2 * dimension <
/// 2^126, so that sums and differences of two dot products still fit a signed 128-bit integer.
std::int64_t max_coordinate(std::size_t dimension);

/// N points with d integer coordinates, N >= 1, d >= 1, every |coordinate| <= max_coordinate(d).
class PointSet {
 public:
  /// `coordinates` holds N x d integers, row by row.
  /// \throws InputError when there are no points or no coordinates, when the count of coordinates is not a
  /// multiple of `dimension`, or when a coordinate exceeds max_coordinate(dimension).
  PointSet(std::size_t dimension, std::vector<std::int64_t> coordinates, PointSource source,
           Scale scale = {});

  std::size_t size() const { return coordinates_.size() / dimension_; }  ///< N
  std::size_t dimension() const { return dimension_; }                   ///< d

  /// Coordinates of point `i`, 0 <= i < N.
  std::span<const std::int64_t> operator[](std::size_t i) const {
    return std::span(coordinates_).subspan(i * dimension_, dimension_);
  }

  /// All coordinates, N x d, row by row.
  std::span<const std::int64_t> coordinates() const { return coordinates_; }

  const Scale& scale() const { return scale_; }
  const PointSource& source() const { return source_; }

  /// Number of point `i` within its source, for messages.
  std::size_t source_row(std::size_t i) const { return source_.first_row + i; }

 private:
  std::size_t dimension_;
  std::vector<std::int64_t> coordinates_;
  PointSource source_;
  Scale scale_;
};

}  // namespace gronwall
