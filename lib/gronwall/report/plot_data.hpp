#pragma once
/// \file What of a figure can be drawn, and how.

#include <cstddef>
#include <string>
#include <vector>

#include "gronwall/certificate/claim.hpp"

namespace gronwall {

/// How the values of a figure are drawn.
enum class PlotMark {
  lines,   ///< points joined in their order (see PlotSeries::joined); markers when there are few
  points,  ///< markers only: the abscissas do not increase
  bars,    ///< upright bars of counts over evenly spaced abscissas (a histogram)
  levels   ///< one horizontal bar a series, named by its label
};

struct PlotPoint {
  double x;
  double y;
  /// Whether a value between the point before and this one could not be drawn: the line is interrupted.
  bool after_gap;
};

struct PlotSeries {
  std::string label;
  std::vector<PlotPoint> points;
  /// Whether points are joined by a line: not when so many values are missing that only scraps of it were
  /// left.
  bool joined;
};

/// The drawable part of a figure.
struct PlotData {
  PlotMark mark = PlotMark::lines;
  std::vector<PlotSeries> series;
  std::size_t not_finite = 0;    ///< values dropped: NaN, infinite, or beyond 1e300
  std::size_t not_positive = 0;  ///< values dropped: zero or negative on a logarithmic axis
};

/// Sorts out what can be drawn. The mark follows from the data: `levels` when there are several series of one
/// point each; `bars` when all ordinates are counts (non-negative integers) over the same four or more evenly
/// spaced abscissas; `points` when the abscissas of a series do not increase; else `lines`. \throws
/// InputError when a series has abscissas and ordinates of different number.
PlotData prepare_plot(const Figure& figure);

}  // namespace gronwall
