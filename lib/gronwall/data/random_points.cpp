#include "gronwall/data/random_points.hpp"

#include <utility>
#include <vector>

#include "gronwall/data/philox.hpp"
#include "gronwall/data/read_options.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

PointSet random_points(std::size_t count, std::size_t dimension, std::uint64_t seed) {
  if (count == 0 || dimension == 0) {
    throw InputError("cannot generate " + std::to_string(count) + " points of dimension " +
                     std::to_string(dimension) + "; both numbers must be at least 1");
  }
  if (count > kMaxCoordinates / dimension) {
    throw InputError("cannot generate " + std::to_string(count) + " points of dimension " +
                     std::to_string(dimension) + ": more than " + std::to_string(kMaxCoordinates) +
                     " coordinates; ask for fewer");
  }
  const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                         static_cast<std::uint32_t>(seed >> 32)};
  constexpr std::int64_t kMean = 8 * 65535 / 2;
  std::vector<std::int64_t> coordinates;
  coordinates.reserve(count * dimension);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < dimension; ++j) {
      // Both indices are below kMaxCoordinates, so one word holds each.
      std::int64_t sum = 0;
      for (const std::uint32_t word :
           philox4x32({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j), 0, 0}, key)) {
        sum += (word & 0xffff) + (word >> 16);
      }
      coordinates.push_back(sum - kMean);
    }
  }
  PointSource source{"generated",
                     "Philox 4x32-10, seed " + std::to_string(seed) + ", " + std::to_string(count) + " x " +
                         std::to_string(dimension) + ", sums of eight 16-bit integers",
                     {}};
  return PointSet(dimension, std::move(coordinates), std::move(source));
}

}  // namespace gronwall
