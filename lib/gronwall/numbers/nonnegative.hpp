#pragma once
/// \file Balls of quantities that are known not to be negative.

#include <algorithm>

#include "gronwall/numbers/ball.hpp"

namespace gronwall {

/// An upper bound of a quantity that lies in the ball and is known not to be negative; `magnitude` would be
/// one of the whole ball's absolute values.
inline UpperBound upper(const Ball& x) {
  return UpperBound(std::max(0.0, x.upper()));
}

}  // namespace gronwall
