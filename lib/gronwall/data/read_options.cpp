#include "gronwall/data/read_options.hpp"

#include <algorithm>
#include <string>

#include "gronwall/numbers/counted.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

void check_options(const ReadOptions& options) {
  if (options.limit == std::size_t{0}) {
    throw InputError("a limit of 0 points leaves nothing to work on; ask for at least one");
  }
  if (options.quantise_bits && (*options.quantise_bits < 1 || *options.quantise_bits > 52)) {
    throw InputError("cannot round coordinates to " + std::to_string(*options.quantise_bits) +
                     " bits; choose between 1 and 52");
  }
}

RowRange select_rows(std::uint64_t available, std::uint64_t dimension, const ReadOptions& options,
                     std::string_view name) {
  check_options(options);
  const std::string file(name);
  if (available == 0) throw InputError(file + " contains no points; at least one is needed");
  if (dimension == 0) throw InputError(file + " contains points without coordinates");
  if (options.offset >= available) {
    throw InputError(file + " contains " + counted(available, "point") + "; an offset of " +
                     std::to_string(options.offset) + " leaves none");
  }
  const std::uint64_t remaining = available - options.offset;
  const std::uint64_t count = options.limit ? std::min<std::uint64_t>(*options.limit, remaining) : remaining;
  if (count > kMaxCoordinates / dimension) {
    throw InputError(file + ": " + std::to_string(count) + " points of dimension " +
                     std::to_string(dimension) + " are more than " + std::to_string(kMaxCoordinates) +
                     " coordinates; read a part of them (--limit N)");
  }
  return {options.offset, static_cast<std::size_t>(count)};
}

}  // namespace gronwall
