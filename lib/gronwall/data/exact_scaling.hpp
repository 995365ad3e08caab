#pragma once
/// \file
/// From finite doubles and decimals to integers with one common scale, exactly.

#include <cstdint>
#include <span>
#include <vector>

#include "gronwall/data/point_set.hpp"

namespace gronwall {

/// The decimal mantissa * 10^exponent; zero is {0, 0}.
struct Decimal {
  std::int64_t mantissa = 0;
  int exponent = 0;
};

/// Points as integers: values[k] * scale is coordinate k.
struct ScaledIntegers {
  std::vector<std::int64_t> values;
  Scale scale;
};

/// Writes finite doubles (N x d, row by row) exactly as integers times one power of two, 2^0 where that fits.
/// \throws InputError, naming the coordinates, when the largest and the smallest are too far apart for
/// max_coordinate(dimension). `source` stands in messages.
ScaledIntegers scale_exactly(std::span<const double> coordinates, std::size_t dimension,
                             const PointSource& source);

/// Writes decimals (N x d, row by row) exactly as integers times one power of ten, 10^0 where that fits.
/// \throws InputError as above.
ScaledIntegers scale_exactly(std::span<const Decimal> coordinates, std::size_t dimension,
                             const PointSource& source);

/// Rounds finite doubles to integers of magnitude at most 2^bits times one power of two, to nearest. The data
/// change, each coordinate by at most 2^-bits times the largest magnitude; doubles that fit exactly do not.
/// `bits` is between 1 and 52.
ScaledIntegers quantise(std::span<const double> coordinates, int bits);

}  // namespace gronwall
