#pragma once
/// \file Tight enclosures over wide balls: intersections, mean-value forms, ends.

#include "gronwall/numbers/ball.hpp"

namespace gronwall::enclosure {

/// The common part of two enclosures of the same number. \throws PrecisionError if they have none, which
/// proves that one of them is wrong.
Ball intersect(const Ball& a, const Ball& b);

/// Enclosure of f over `z` from `f(mid z)` and an enclosure of f' over `z` (mean-value theorem):
/// `f(mid) ± |slope| rad z`.
Ball mean_value(const Ball& at_midpoint, const Ball& slope, const Ball& z);

/// The ends of a bounded ball, rounded outward at the working precision, as balls of radius 0.
Ball lower_end(const Ball& z);
Ball upper_end(const Ball& z);

/// `x` with midpoint rounded to `bits` (the rounding error joins the radius), working with `bits` from here
/// on.
Ball round_to(const Ball& x, long bits);

}  // namespace gronwall::enclosure
