#pragma once
/// \file A pair of doubles around a real number: the plain form in which proved enclosures leave the library.

namespace gronwall {

/// `lower <= x <= upper`, ends rounded outward.
struct Interval {
  double lower = 0;
  double upper = 0;
};

}  // namespace gronwall
