#include "gronwall/activation/enclosure.hpp"

#include <algorithm>

#include "gronwall/numbers/error.hpp"

namespace gronwall::enclosure {

Ball intersect(const Ball& a, const Ball& b) {
  if (!a.is_finite() || b.contains(a) || !b.is_finite() || a.contains(b)) {
    const bool take_a = a.is_finite() && (!b.is_finite() || b.contains(a));
    return take_a ? a : b;
  }
  Ball result = Ball().with_bits(std::max(a.working_bits(), b.working_bits()));
  if (arb_intersection(result.raw(), a.raw(), b.raw(), result.bits()) == 0)
    throw PrecisionError("two enclosures of one number are disjoint: please report this as a bug");
  return result;
}

Ball mean_value(const Ball& at_midpoint, const Ball& slope, const Ball& z) {
  Ball radius;
  arb_get_rad_arb(radius.raw(), z.raw());
  Ball result = at_midpoint;
  arb_add_error(result.raw(), (radius * slope).raw());
  return result;
}

namespace {

Ball end(const Ball& z, void (*find)(arf_t, const arb_t, slong)) {
  Ball result = Ball().with_bits(z.working_bits());
  find(arb_midref(result.raw()), z.raw(), z.working_bits());
  return result;
}

}  // namespace

Ball lower_end(const Ball& z) {
  return end(z, arb_get_lbound_arf);
}

Ball upper_end(const Ball& z) {
  return end(z, arb_get_ubound_arf);
}

Ball round_to(const Ball& x, long bits) {
  Ball result = x.with_bits(bits);
  arb_set_round(result.raw(), result.raw(), bits);
  return result;
}

}  // namespace gronwall::enclosure
