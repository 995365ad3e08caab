#pragma once
/// \file Functions given by two formulas that meet at zero (ReLU, leaky ReLU, ELU).

#include <algorithm>
#include <vector>

#include "gronwall/numbers/real.hpp"

namespace gronwall::kink {

enum class Side { left, right, both };

/// Where `z` lies: the approximate worlds count zero itself to the left; a ball that touches zero has both
/// sides.
template <Real R>
Side side_of(const R& z) {
  if constexpr (std::same_as<R, Ball>) {
    if (certainly(is_positive(z))) return Side::right;
    return certainly(is_positive(-z)) ? Side::left : Side::both;
  } else {
    return z <= 0 ? Side::left : Side::right;
  }
}

/// The parts of a ball on each side of zero.
inline Ball negative_part(const Ball& z) {
  return min(z, Ball(0));
}
inline Ball positive_part(const Ball& z) {
  return max(z, Ball(0));
}

/// `left(z)` for z <= 0, `right(z)` for z > 0; on a ball with both sides the hull.
template <Real R, class Left, class Right>
R value(const R& z, Left left, Right right) {
  switch (side_of(z)) {
    case Side::left:
      return left(z);
    case Side::right:
      return right(z);
    default:
      break;
  }
  if constexpr (std::same_as<R, Ball>) return Ball::hull(left(negative_part(z)), right(positive_part(z)));
  return z;
}

/// The same for Taylor coefficients. Beyond `first_jump`, the order of the first derivative that jumps at
/// zero, a ball with both sides has unbounded coefficients.
template <Real R, class Left, class Right>
std::vector<R> taylor(const R& z, int order, int first_jump, Left left, Right right) {
  switch (side_of(z)) {
    case Side::left:
      return left(z);
    case Side::right:
      return right(z);
    default:
      break;
  }
  if constexpr (std::same_as<R, Ball>) {
    std::vector<Ball> result = left(negative_part(z));
    const std::vector<Ball> from_right = right(positive_part(z));
    for (int k = 0; k <= order; ++k) {
      const auto i = static_cast<std::size_t>(k);
      if (k <= first_jump)
        result[i] = Ball::hull(result[i], from_right[i]);
      else
        arb_zero_pm_inf(result[i].raw());
    }
    return result;
  }
  return {};
}

}  // namespace gronwall::kink
