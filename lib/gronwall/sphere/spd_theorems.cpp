#include "gronwall/sphere/spd_theorems.hpp"

#include <algorithm>
#include <optional>

#include "gronwall/numbers/error.hpp"

namespace gronwall {

namespace {

/// The least index `n >= first`, in steps of `step`, whose coefficient is certainly not zero.
std::optional<unsigned> first_nonzero(std::span<const Ball> coefficients, unsigned first, unsigned step) {
  for (std::size_t n = first; n < coefficients.size(); n += step)
    if (certainly(is_nonzero(coefficients[n]))) return static_cast<unsigned>(n);
  return std::nullopt;
}

std::string none_found(const std::string& which, unsigned first, std::size_t known) {
  return "no " + which + "coefficient of index >= " + std::to_string(first) + " is known to be non-zero (" +
         std::to_string(known) + " coefficients given)";
}

void require_points(unsigned count) {
  if (count == 0) throw InputError("a set of points needs at least one point");
}

}  // namespace

SpdTheorem spd_every_set_without_antipodes(std::span<const Ball> coefficients, unsigned count) {
  require_points(count);
  // bound: L14
  const unsigned least = count - 1;
  if (const auto index = first_nonzero(coefficients, least, 1)) return {true, {*index}, {}};
  return {false, {}, none_found("", least, coefficients.size())};
}

SpdTheorem spd_every_distinct_set(std::span<const Ball> coefficients, unsigned count) {
  require_points(count);
  // bound: L15
  const unsigned least = std::max(count / 2, 1u) - 1;
  const auto even = first_nonzero(coefficients, least + least % 2, 2);
  const auto odd = first_nonzero(coefficients, least + 1 - least % 2, 2);
  if (even && odd) return {true, {std::min(*even, *odd), std::max(*even, *odd)}, {}};
  return {false, {}, none_found(even ? "odd " : "even ", least, coefficients.size())};
}

}  // namespace gronwall
