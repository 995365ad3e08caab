#include "gronwall/data/point_set.hpp"

#include <utility>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

__extension__ typedef unsigned __int128 Uint128;  // NOLINT(modernize-use-using)

}  // namespace

std::int64_t max_coordinate(std::size_t dimension) {
  const Uint128 limit = ((Uint128{1} << 126) - 1) / dimension;
  std::int64_t root = 0;
  for (int bit = 62; bit >= 0; --bit) {
    const std::int64_t candidate = root | std::int64_t{1} << bit;
    if (static_cast<Uint128>(candidate) * static_cast<Uint128>(candidate) <= limit) root = candidate;
  }
  return root;
}

PointSet::PointSet(std::size_t dimension, std::vector<std::int64_t> coordinates, PointSource source,
                   Scale scale)
    : dimension_(dimension), coordinates_(std::move(coordinates)), source_(std::move(source)), scale_(scale) {
  if (dimension_ == 0) throw InputError(source_.name + ": points need at least one coordinate");
  if (coordinates_.empty()) throw InputError(source_.name + " contains no points; at least one is needed");
  if (coordinates_.size() % dimension_ != 0) {
    throw InputError(source_.name + ": " + std::to_string(coordinates_.size()) +
                     " coordinates do not make whole points of dimension " + std::to_string(dimension_));
  }
  const std::int64_t largest = max_coordinate(dimension_);
  for (std::size_t k = 0; k < coordinates_.size(); ++k) {
    if (coordinates_[k] > largest || coordinates_[k] < -largest) {
      throw InputError(source_.name + ": row " + std::to_string(source_row(k / dimension_)) + ", column " +
                       std::to_string(k % dimension_) + " needs the integer " +
                       std::to_string(coordinates_[k]) + "; in dimension " + std::to_string(dimension_) +
                       " exact dot products allow at most " + std::to_string(largest) +
                       " in magnitude. Use fewer digits, or ask for rounding (--quantise BITS)");
    }
  }
}

}  // namespace gronwall
