#include "gronwall/data/exact_scaling.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

/// mantissa * 2^exponent with an odd mantissa; zero is {0, 0}.
struct Dyadic {
  std::int64_t mantissa = 0;
  int exponent = 0;
};

Dyadic to_dyadic(double x) {
  if (x == 0) return {};
  int exponent = 0;
  const double fraction = std::frexp(x, &exponent);  // exact, 1/2 <= |fraction| < 1
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  const int zeros = std::countr_zero(static_cast<std::uint64_t>(mantissa));
  return {mantissa / (std::int64_t{1} << zeros), exponent - 53 + zeros};
}

/// mantissa * base^power, when its magnitude is at most `largest`.
std::optional<std::int64_t> scaled(std::int64_t mantissa, int base, int power, std::int64_t largest) {
  if (mantissa == 0) return 0;
  for (; power > 0; --power) {
    if (mantissa > largest / base || mantissa < -(largest / base)) return std::nullopt;
    mantissa *= base;
  }
  if (mantissa > largest || mantissa < -largest) return std::nullopt;
  return mantissa;
}

/// `number(k)` is coordinate k as mantissa and exponent to the base.
template <typename Number>
ScaledIntegers scale_to_common_exponent(Number number, std::size_t count, int base, std::size_t dimension,
                                        const PointSource& source) {
  int smallest_exponent = 0;
  std::size_t smallest = 0;
  bool all_zero = true;
  for (std::size_t k = 0; k < count; ++k) {
    const auto value = number(k);
    if (value.mantissa == 0) continue;
    if (all_zero || value.exponent < smallest_exponent) {
      smallest_exponent = value.exponent;
      smallest = k;
    }
    all_zero = false;
  }

  const std::int64_t largest_allowed = max_coordinate(dimension);
  std::size_t failed = 0;
  // Integers stay as they are (scale 1) where they fit; a positive common exponent is the second choice.
  for (const int exponent : {std::min(smallest_exponent, 0), smallest_exponent}) {
    ScaledIntegers result{std::vector<std::int64_t>(count), {base, exponent}};
    bool fits = true;
    for (std::size_t k = 0; k < count && fits; ++k) {
      const auto value = number(k);
      const auto integer = scaled(value.mantissa, base, value.exponent - exponent, largest_allowed);
      fits = integer.has_value();
      if (fits) {
        result.values[k] = *integer;
      } else {
        failed = k;
      }
    }
    if (fits) return result;
  }
  const auto place = [&](std::size_t k) {
    return "row " + std::to_string(source.first_row + k / dimension) + ", column " +
           std::to_string(k % dimension);
  };
  throw InputError(source.name + ": the coordinate at " + place(failed) +
                   " is too large to be written exactly beside the one at " + place(smallest) +
                   ", in units of " + std::to_string(base) + "^" + std::to_string(smallest_exponent) +
                   " (at most " + std::to_string(largest_allowed) + " units in dimension " +
                   std::to_string(dimension) +
                   "). Ask for rounding, which changes the data (--quantise BITS), or store fewer digits");
}

}  // namespace

ScaledIntegers scale_exactly(std::span<const double> coordinates, std::size_t dimension,
                             const PointSource& source) {
  return scale_to_common_exponent([&](std::size_t k) { return to_dyadic(coordinates[k]); },
                                  coordinates.size(), 2, dimension, source);
}

ScaledIntegers scale_exactly(std::span<const Decimal> coordinates, std::size_t dimension,
                             const PointSource& source) {
  return scale_to_common_exponent([&](std::size_t k) { return coordinates[k]; }, coordinates.size(), 10,
                                  dimension, source);
}

ScaledIntegers quantise(std::span<const double> coordinates, int bits) {
  double largest = 0;
  int exact_exponent = std::numeric_limits<int>::max();
  for (const double x : coordinates) {
    largest = std::max(largest, std::abs(x));
    if (x != 0) exact_exponent = std::min(exact_exponent, to_dyadic(x).exponent);
  }
  ScaledIntegers result{std::vector<std::int64_t>(coordinates.size()), {2, 0}};
  if (largest == 0) return result;
  // The coarsest of: the exponent at which nothing changes, and the one that leaves `bits` bits. A positive
  // exponent is used only where the bits demand it, so that integers which fit stay as they are.
  const int exponent = std::max(std::min(exact_exponent, 0), std::ilogb(largest) + 1 - bits);
  result.scale.exponent = exponent;
  std::transform(coordinates.begin(), coordinates.end(), result.values.begin(), [&](double x) {
    return static_cast<std::int64_t>(std::nearbyint(std::ldexp(x, -exponent)));
  });
  return result;
}

}  // namespace gronwall
