#pragma once
/// \file A scaled axis with ticks at round numbers.

#include <string>
#include <vector>

namespace gronwall {

enum class AxisScale { linear, logarithmic };

struct Tick {
  double position;  ///< 0 at the start of the axis, 1 at its end
  std::string label;
};

/// What an axis has to show.
struct AxisRange {
  double lo;
  double hi;
  /// Room beyond the ends, as a fraction of the length.
  double pad_lo = 0.04;
  double pad_hi = 0.04;
};

/// Maps values to positions from 0 to 1, and holds about `tick_target` ticks: multiples of 1, 2 or 5 times a
/// power of ten on a linear axis; powers of ten on a logarithmic one, with their multiples by 2 and 5 when it
/// spans little.
class Axis {
 public:
  /// \param range finite, `lo <= hi`, and positive on a logarithmic axis; a single value gets a
  /// neighbourhood. \throws InputError otherwise.
  Axis(AxisScale scale, const AxisRange& range, int tick_target);

  double position(double value) const;
  const std::vector<Tick>& ticks() const { return ticks_; }
  AxisScale scale() const { return scale_; }

 private:
  double transform(double value) const;
  double position_of_transformed(double at) const { return (at - start_) / (end_ - start_); }
  void add_linear_ticks(double lo, double hi, int target);
  void add_decade_ticks(int target);

  AxisScale scale_;
  double start_ = 0;  ///< transformed value at position 0
  double end_ = 1;
  std::vector<Tick> ticks_;
};

}  // namespace gronwall
