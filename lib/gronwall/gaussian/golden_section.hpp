#pragma once
/// \file Golden-section search, for choosing parameters of proofs (never for proving).

namespace gronwall {

/// A point of [low, high] near the maximum of the unimodal `f`, found with about `evaluations` values of `f`.
template <class Function>
double golden_section(Function f, double low, double high, int evaluations) {
  constexpr double kGolden = 0.6180339887498949;
  double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
  double at_left = f(left), at_right = f(right);
  for (int i = 2; i < evaluations; ++i) {
    if (at_left < at_right) {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      at_right = f(right);
    } else {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      at_left = f(left);
    }
  }
  return at_left < at_right ? right : left;
}

}  // namespace gronwall
