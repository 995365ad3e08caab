#pragma once
/// \file
/// Generated points, the same on every machine.

#include <cstddef>
#include <cstdint>

#include "gronwall/data/point_set.hpp"

namespace gronwall {

/// `count` points with `dimension` independent integer coordinates, nearly Gaussian: each is the sum of the
/// eight 16-bit halves of one Philox block, minus its mean 262,140. That is a centred Irwin-Hall distribution
/// of standard deviation 53,510 and excess kurtosis -0.15, integer arithmetic only, so directions are nearly
/// uniform on the sphere. Coordinate j of point i depends on (seed, i, j) alone: a longer or wider set
/// extends a smaller one. Distinctness is not promised (inspect tells); in dimension 1 there are only two
/// directions. \throws InputError when count or dimension is 0 or their product exceeds kMaxCoordinates.
PointSet random_points(std::size_t count, std::size_t dimension, std::uint64_t seed);

}  // namespace gronwall
