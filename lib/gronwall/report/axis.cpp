#include "gronwall/report/axis.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/numbers/error.hpp"
#include "gronwall/report/display_number.hpp"

namespace gronwall {
namespace {

/// The smallest of 1, 2, 5 times a power of ten that is at least `x > 0`.
double round_step_above(double x) {
  const double power = std::pow(10.0, std::floor(std::log10(x)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= x * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

/// `1 * 10^e`, `2 * 10^e` or `5 * 10^e` as text.
std::string mantissa_text(int mantissa, int exponent) {
  if (-4 < exponent && exponent < 4) return number_text(mantissa * std::pow(10.0, exponent));
  const std::string power = power_of_ten_text(exponent);
  return mantissa == 1 ? power : std::to_string(mantissa) + "·" + power;
}

}  // namespace

Axis::Axis(AxisScale scale, const AxisRange& range, int tick_target) : scale_(scale) {
  const bool positive = scale == AxisScale::linear || range.lo > 0;
  if (!std::isfinite(range.lo) || !std::isfinite(range.hi) || range.lo > range.hi || !positive) {
    throw InputError("axis: the range must be finite, ordered, and positive on a logarithmic axis");
  }
  double lo = transform(range.lo);
  double hi = transform(range.hi);
  if (!std::isfinite(hi - lo)) throw InputError("axis: the range is longer than the largest double");
  if (hi - lo <= 1e-12 * std::max(std::abs(lo), std::abs(hi))) {
    const double margin = scale == AxisScale::linear && lo != 0 ? 0.1 * std::abs(lo) : 0.5;
    lo -= margin;
    hi += margin;
  }
  start_ = lo - range.pad_lo * (hi - lo);
  end_ = hi + range.pad_hi * (hi - lo);
  if (scale == AxisScale::linear) {
    add_linear_ticks(start_, end_, tick_target);
  } else {
    add_decade_ticks(tick_target);
  }
}

double Axis::transform(double value) const {
  return scale_ == AxisScale::linear ? value : std::log10(value);
}

double Axis::position(double value) const {
  return position_of_transformed(transform(value));
}

void Axis::add_linear_ticks(double lo, double hi, int target) {
  const double step = round_step_above((hi - lo) / target);
  const double largest = std::max(std::abs(lo), std::abs(hi));
  // Neighbouring labels differ in the digit of the step; integers up to 10^6 are written out.
  const double magnitude = std::log10(largest);
  const int for_step = static_cast<int>(std::clamp(std::ceil(magnitude - std::log10(step)) + 1, 3.0, 17.0));
  const int for_integers = magnitude < 6 ? static_cast<int>(std::max(magnitude, 0.0)) + 1 : 0;
  const int digits = std::max(for_step, for_integers);
  for (double k = std::ceil(lo / step); k * step <= hi; ++k) {
    const double value = k * step + 0.0;  // no negative zero
    ticks_.push_back({position(value), number_text(value, digits)});
  }
}

void Axis::add_decade_ticks(int target) {
  const int first = static_cast<int>(std::ceil(start_));
  const int last = static_cast<int>(std::floor(end_));
  const double span = end_ - start_;
  if (span < 0.7) return add_linear_ticks(std::pow(10.0, start_), std::pow(10.0, end_), target);
  if (span < 2) {
    for (int exponent = first - 1; exponent <= last; ++exponent) {
      for (const int mantissa : {1, 2, 5}) {
        const double at = exponent + std::log10(mantissa);
        if (start_ <= at && at <= end_) {
          ticks_.push_back({position_of_transformed(at), mantissa_text(mantissa, exponent)});
        }
      }
    }
    return;
  }
  const int step = std::max(1, static_cast<int>(round_step_above(span / target)));
  for (int exponent = first; exponent <= last; ++exponent) {
    if (exponent % step == 0)
      ticks_.push_back({position_of_transformed(exponent), mantissa_text(1, exponent)});
  }
}

}  // namespace gronwall
