#include "gronwall/report/plot.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "gronwall/numbers/error.hpp"
#include "gronwall/report/axis.hpp"
#include "gronwall/report/display_number.hpp"
#include "gronwall/report/markup.hpp"
#include "gronwall/report/plot_data.hpp"
#include "gronwall/report/unicode.hpp"

namespace gronwall {
namespace {

// Lengths in SVG user units. The page shows a plot at up to one CSS pixel a unit, and enlarges its text on
// narrow screens; widths of text are reckoned with the larger size.
constexpr double kWidth = 560;
constexpr double kPlotHeight = 240;
constexpr double kCharacter = 9;
constexpr double kTextLine = 20;
constexpr double kMargin = 10;
constexpr double kLevelHeight = 26;
constexpr int kMaxLevelLabel = 20;
// Markers of a joined series: beyond the first count they show only under the pointer, beyond the second not
// at all.
constexpr std::size_t kMaxVisibleMarkers = 64;
constexpr std::size_t kMaxMarkers = 400;
constexpr int kVerticalTicks = 7;
constexpr int kHorizontalTicks = 7;
constexpr int kLevelTicks = 5;
constexpr std::size_t kColours = 6;
constexpr std::size_t kShapes = 4;

/// `value` with at most two decimals, the way SVG wants it.
std::string length(double value) {
  std::array<char, 350> buffer{};
  const double rounded = std::round(value * 100) / 100 + 0.0;  // no negative zero
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded, std::chars_format::fixed).ptr;
  return std::string(buffer.data(), end);
}

double text_width(std::string_view text) {
  return kCharacter * display_width(text);
}

/// Position of the frame in which values are drawn.
struct Frame {
  double left;
  double top;
  double right;
  double bottom;

  double x(double position) const { return left + position * (right - left); }
  double y(double position) const { return bottom - position * (bottom - top); }
};

struct Range {
  double lo = std::numeric_limits<double>::infinity();
  double hi = -std::numeric_limits<double>::infinity();

  void include(double value) {
    lo = std::min(lo, value);
    hi = std::max(hi, value);
  }
};

struct Extent {
  Range x;
  Range y;
};

Extent extent_of(const PlotData& data) {
  Extent extent;
  for (const PlotSeries& series : data.series) {
    for (const PlotPoint& point : series.points) {
      extent.x.include(point.x);
      extent.y.include(point.y);
    }
  }
  return extent;
}

AxisScale scale_of(bool logarithmic) {
  return logarithmic ? AxisScale::logarithmic : AxisScale::linear;
}

/// An axis on which bars stand: it starts at zero, or below the smallest value when it is logarithmic.
Axis bar_axis(bool logarithmic, const Range& values, int tick_target) {
  if (logarithmic) return Axis(AxisScale::logarithmic, {values.lo, values.hi, 0.1, 0.04}, tick_target);
  const double lo = std::min(0.0, values.lo);
  const double hi = std::max(0.0, values.hi);
  return Axis(AxisScale::linear, {lo, hi, lo < 0 ? 0.04 : 0.0, hi > 0 ? 0.04 : 0.0}, tick_target);
}

/// The position from which bars rise.
double base_position(const Axis& axis) {
  return axis.scale() == AxisScale::logarithmic ? 0.0 : std::clamp(axis.position(0), 0.0, 1.0);
}

std::string series_class(std::size_t index) {
  return "series s" + std::to_string(index % kColours);
}

void add_line(Markup& svg, std::string_view style, double x1, double y1, double x2, double y2) {
  svg.empty("line", {{"class", std::string(style)},
                     {"x1", length(x1)},
                     {"y1", length(y1)},
                     {"x2", length(x2)},
                     {"y2", length(y2)}});
}

void add_text(Markup& svg, std::string_view style, double x, double y, std::string_view anchor,
              std::string_view text) {
  svg.leaf("text",
           {{"class", std::string(style)},
            {"x", length(x)},
            {"y", length(y)},
            {"text-anchor", std::string(anchor)}},
           text);
}

/// A marker whose shape and colour tell its series, with a tooltip when there is text for one.
void add_marker(Markup& svg, std::size_t index, double x, double y, std::string_view tooltip) {
  const auto at = [x, y](double dx, double dy) { return length(x + dx) + " " + length(y + dy); };
  std::string path;
  switch ((index + index / kColours) % kShapes) {
    case 0:
      path = "M" + at(-3.5, 0) + "a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z";
      break;
    case 1:
      path = "M" + at(-3.2, -3.2) + "h6.4v6.4h-6.4z";
      break;
    case 2:
      path = "M" + at(0, -4.2) + "l4.2 7.2h-8.4z";
      break;
    default:
      path = "M" + at(0, -4.6) + "l4.6 4.6l-4.6 4.6l-4.6 -4.6z";
  }
  const Attributes attributes{{"class", "marker"}, {"d", path}};
  if (tooltip.empty()) {
    svg.empty("path", attributes);
  } else {
    svg.open("path", attributes).leaf("title", tooltip).close();
  }
}

void add_bar(Markup& svg, double x1, double y1, double x2, double y2, std::string_view tooltip) {
  svg.open("rect", {{"class", "bar"},
                    {"x", length(std::min(x1, x2))},
                    {"y", length(std::min(y1, y2))},
                    {"width", length(std::abs(x2 - x1))},
                    {"height", length(std::abs(y2 - y1))}});
  svg.leaf("title", tooltip).close();
}

std::string tooltip_text(const Figure& figure, const PlotSeries& series, const PlotPoint& point) {
  const std::string x_name = figure.x_label.empty() ? "x" : figure.x_label;
  const std::string y_name = figure.y_label.empty() ? "y" : figure.y_label;
  std::string text = series.label.empty() ? "" : series.label + "\n";
  return text + x_name + ": " + number_text(point.x) + "\n" + y_name + ": " + number_text(point.y);
}

std::string_view mark_name(PlotMark mark) {
  switch (mark) {
    case PlotMark::lines:
      return "Line plot";
    case PlotMark::points:
      return "Point plot";
    case PlotMark::bars:
      return "Histogram";
    case PlotMark::levels:
      break;
  }
  return "Bar chart";
}

/// The figure in words, for readers who do not see it.
std::string describe(const Figure& figure, const PlotData& data) {
  std::string text = std::string(mark_name(data.mark)) + ": " + figure.title + ".";
  if (!figure.y_label.empty()) text += " " + figure.y_label;
  if (figure.log_y) text += " (logarithmic)";
  if (data.mark != PlotMark::levels && !figure.x_label.empty()) {
    text += " against " + figure.x_label + (figure.log_x ? " (logarithmic)" : "");
  }
  text += ".";
  for (const PlotSeries& series : data.series) {
    text += " " + (series.label.empty() ? std::string("Values") : series.label) + ": ";
    if (series.points.empty()) {
      text += "nothing drawn.";
      continue;
    }
    const auto [lowest, highest] =
        std::minmax_element(series.points.begin(), series.points.end(),
                            [](const PlotPoint& a, const PlotPoint& b) { return a.y < b.y; });
    if (data.mark == PlotMark::levels) {
      text += number_text(lowest->y) + ".";
    } else {
      text += std::to_string(series.points.size()) + " values from " + number_text(lowest->y) + " to " +
              number_text(highest->y) + ".";
    }
  }
  return one_line(text);
}

void open_svg(Markup& svg, double height, const std::string& description) {
  svg.open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                   {"class", "plot"},
                   {"viewBox", "0 0 " + length(kWidth) + " " + length(height)},
                   {"role", "img"},
                   {"aria-label", description}});
}

/// A legend in rows of what fits, unless it would only repeat the label of the axis; returns the height it
/// takes.
double add_legend(Markup& svg, const Figure& figure, const PlotData& data, double top) {
  if (data.series.size() == 1 && data.series.front().label == figure.y_label) return 0;
  double x = kMargin;
  double y = top + kTextLine / 2;
  bool any = false;
  for (std::size_t i = 0; i < data.series.size(); ++i) {
    const std::string label = one_line(data.series[i].label);
    if (label.empty()) continue;
    const double width = 26 + text_width(label) + 12;
    if (any && x + width > kWidth) {
      x = kMargin;
      y += kTextLine;
    }
    svg.open("g", {{"class", series_class(i)}});
    if (data.mark == PlotMark::bars) {
      svg.empty(
          "rect",
          {{"class", "bar"}, {"x", length(x)}, {"y", length(y - 5)}, {"width", "18"}, {"height", "10"}});
    } else {
      if (data.series[i].joined) add_line(svg, "curve", x, y, x + 18, y);
      add_marker(svg, i, x + 9, y, "");
    }
    svg.close();
    add_text(svg, "label", x + 25, y + 4.5, "start", label);
    x += width;
    any = true;
  }
  return any ? y + kTextLine / 2 + 6 - top : 0;
}

void add_vertical_axis(Markup& svg, const Axis& axis, const Frame& frame) {
  for (const Tick& tick : axis.ticks()) {
    const double y = frame.y(tick.position);
    add_line(svg, "grid", frame.left, y, frame.right, y);
    add_text(svg, "tick", frame.left - 6, y + 4.5, "end", tick.label);
  }
}

void add_horizontal_axis(Markup& svg, const Axis& axis, const Frame& frame, std::string_view label) {
  for (const Tick& tick : axis.ticks()) {
    const double x = frame.x(tick.position);
    add_line(svg, "grid", x, frame.top, x, frame.bottom);
    add_text(svg, "tick", x, frame.bottom + 17, "middle", tick.label);
  }
  add_text(svg, "label", (frame.left + frame.right) / 2, frame.bottom + 17 + kTextLine, "middle", label);
}

double widest_label(const Axis& axis) {
  double width = 0;
  for (const Tick& tick : axis.ticks()) width = std::max(width, text_width(tick.label));
  return width;
}

void add_curve(Markup& svg, const PlotSeries& series, const Axis& x_axis, const Axis& y_axis,
               const Frame& frame) {
  std::string path;
  for (const PlotPoint& point : series.points) {
    path += path.empty() || point.after_gap ? "M" : "L";
    path += length(frame.x(x_axis.position(point.x))) + " " + length(frame.y(y_axis.position(point.y)));
  }
  svg.empty("path", {{"class", "curve"}, {"d", path}});
}

void add_curves_and_markers(Markup& svg, const Figure& figure, const PlotData& data, const Axis& x_axis,
                            const Axis& y_axis, const Frame& frame) {
  for (std::size_t i = 0; i < data.series.size(); ++i) {
    const PlotSeries& series = data.series[i];
    const bool crowded = series.joined && series.points.size() > kMaxVisibleMarkers;
    svg.open("g", {{"class", series_class(i) + (crowded ? " crowded" : "")}});
    if (series.joined) add_curve(svg, series, x_axis, y_axis, frame);
    if (!series.joined || series.points.size() <= kMaxMarkers) {
      for (const PlotPoint& point : series.points) {
        add_marker(svg, i, frame.x(x_axis.position(point.x)), frame.y(y_axis.position(point.y)),
                   tooltip_text(figure, series, point));
      }
    }
    svg.close();
  }
}

void add_upright_bars(Markup& svg, const Figure& figure, const PlotData& data, double step,
                      const Axis& x_axis, const Axis& y_axis, const Frame& frame) {
  const double base = frame.y(base_position(y_axis));
  const double share = 0.92 * step / static_cast<double>(data.series.size());
  for (std::size_t i = 0; i < data.series.size(); ++i) {
    svg.open("g", {{"class", series_class(i)}});
    for (const PlotPoint& point : data.series[i].points) {
      const double start = point.x - 0.46 * step + share * static_cast<double>(i);
      add_bar(svg, frame.x(x_axis.position(start)), frame.y(y_axis.position(point.y)),
              frame.x(x_axis.position(start + share)), base, tooltip_text(figure, data.series[i], point));
    }
    svg.close();
  }
}

/// Lines, points and upright bars: two axes with a frame between them.
std::string draw_plane(const Figure& figure, const PlotData& data, const std::string& description) {
  const Extent extent = extent_of(data);
  const bool bars = data.mark == PlotMark::bars;
  const double step = bars ? figure.series.front().x[1] - figure.series.front().x[0] : 0;
  const Axis y_axis = bars ? bar_axis(figure.log_y, extent.y, kVerticalTicks)
                           : Axis(scale_of(figure.log_y), {extent.y.lo, extent.y.hi}, kVerticalTicks);
  const Axis x_axis(scale_of(figure.log_x), {extent.x.lo - step / 2, extent.x.hi + step / 2, 0.03, 0.03},
                    kHorizontalTicks);

  Markup content;
  double top = 4;
  top += add_legend(content, figure, data, top);
  add_text(content, "label", kMargin, top + 14, "start", figure.y_label);
  top += 14 + kTextLine / 2 + 4;
  const Frame frame{kMargin + widest_label(y_axis) + 6, top, kWidth - 2 * kMargin, top + kPlotHeight};
  add_vertical_axis(content, y_axis, frame);
  add_horizontal_axis(content, x_axis, frame, figure.x_label);
  if (bars) {
    add_upright_bars(content, figure, data, step, x_axis, y_axis, frame);
  } else {
    add_curves_and_markers(content, figure, data, x_axis, y_axis, frame);
  }
  const double base = bars ? frame.y(base_position(y_axis)) : frame.bottom;
  add_line(content, "axis", frame.left, base, frame.right, base);

  Markup svg;
  open_svg(svg, frame.bottom + 17 + kTextLine + 8, description);
  return svg.verbatim(content.finished()).close().finished();
}

/// One horizontal bar a series. On a logarithmic axis, where the length of a bar means nothing, a dot at the
/// value.
std::string draw_levels(const Figure& figure, const PlotData& data, const std::string& description) {
  const Axis axis = bar_axis(figure.log_y, extent_of(data).y, kLevelTicks);
  int longest = 0;
  for (const PlotSeries& series : data.series)
    longest = std::max(longest, display_width(one_line(series.label)));
  const double label_width = kCharacter * std::min(longest, kMaxLevelLabel);
  constexpr double kValueWidth = 11 * kCharacter;
  const double height = kLevelHeight * static_cast<double>(data.series.size());
  const Frame frame{kMargin + label_width + 8, 8, kWidth - kMargin - kValueWidth, 8 + height};

  Markup svg;
  open_svg(svg, frame.bottom + 17 + kTextLine + 8, description);
  add_horizontal_axis(svg, axis, frame, figure.y_label);
  const double base = frame.x(base_position(axis));
  for (std::size_t i = 0; i < data.series.size(); ++i) {
    const PlotSeries& series = data.series[i];
    const double y = frame.top + kLevelHeight * (static_cast<double>(i) + 0.5);
    std::string label = one_line(series.label);
    if (display_width(label) > kMaxLevelLabel) label = fit_to_width(label, kMaxLevelLabel);
    add_text(svg, "label", frame.left - 8, y + 4.5, "end", label);
    if (series.points.empty()) {
      add_text(svg, "tick", base + 8, y + 4.5, "start", "not drawn");
      continue;
    }
    const double value = series.points.front().y;
    const double x = frame.x(axis.position(value));
    const std::string tooltip = series.label + ": " + number_text(value);
    svg.open("g", {{"class", "series s0"}});
    if (figure.log_y) {
      add_line(svg, "stem", base, y, x, y);
      add_marker(svg, 0, x, y, tooltip);
    } else {
      add_bar(svg, base, y - kLevelHeight * 0.32, x, y + kLevelHeight * 0.32, tooltip);
    }
    svg.close();
    add_text(svg, "value", std::max(x, base) + 8, y + 4.5, "start", number_text(value, 3));
  }
  add_line(svg, "axis", base, frame.top, base, frame.bottom);
  return svg.close().finished();
}

std::string not_drawn(std::size_t count, std::string_view why) {
  return "Not drawn: " + std::to_string(count) + (count == 1 ? " value, " : " values, ") + std::string(why) +
         ".";
}

}  // namespace

Plot render_plot(const Figure& figure) {
  const PlotData data = prepare_plot(figure);
  Plot plot;
  if (data.not_finite > 0) plot.notes.push_back(not_drawn(data.not_finite, "not finite or beyond 1e300"));
  if (data.not_positive > 0) {
    plot.notes.push_back(not_drawn(data.not_positive, "zero or negative on a logarithmic axis"));
  }
  const bool empty = std::all_of(data.series.begin(), data.series.end(),
                                 [](const PlotSeries& series) { return series.points.empty(); });
  if (empty) {
    plot.notes.emplace_back("There is nothing to draw.");
    return plot;
  }
  const std::string description = describe(figure, data);
  plot.svg = data.mark == PlotMark::levels ? draw_levels(figure, data, description)
                                           : draw_plane(figure, data, description);
  return plot;
}

std::string svg_document(const Figure& figure) {
  const Plot plot = render_plot(figure);
  if (plot.svg.empty()) throw InputError("the figure has no values that can be drawn");
  constexpr std::string_view kColours =
      ":root { --ink: #1c1f24; --muted: #5b626d; --line: #e1e3e8; --surface: #ffffff; --series-0: #2563b0; "
      "--series-1: #c2500f; --series-2: #11806a; --series-3: #8b3fc2; --series-4: #a0720a; --series-5: "
      "#b0304f; "
      "background: #ffffff; font-family: sans-serif; }";
  std::string document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + plot.svg + "\n";
  const std::size_t content = document.find('>', document.find("<svg")) + 1;
  return document.insert(content,
                         "<style>" + std::string(kColours) + std::string(plot_stylesheet()) + "</style>");
}

std::string_view plot_stylesheet() {
  return R"(
.plot { display: block; width: 100%; max-width: 35rem; height: auto; font-size: 12.5px; }
.plot text { fill: var(--muted); }
.plot .label, .plot .value { fill: var(--ink); }
.plot .grid { stroke: var(--line); stroke-width: 1; }
.plot .axis { stroke: var(--muted); stroke-width: 1.2; }
.plot .curve { fill: none; stroke: var(--series); stroke-width: 1.7; stroke-linejoin: round; }
.plot .again .curve { stroke-dasharray: 6 3; }
.plot .stem { stroke: var(--series); stroke-width: 1.7; stroke-dasharray: 1.5 3; }
.plot .marker { fill: var(--series); stroke: var(--surface); stroke-width: 0.8; }
.plot .crowded .marker { opacity: 0; }
.plot .crowded .marker:hover { opacity: 1; }
.plot .bar { fill: var(--series); }
.plot .marker:hover, .plot .bar:hover { stroke: var(--ink); stroke-width: 1.6; }
.plot .s0 { --series: var(--series-0); }
.plot .s1 { --series: var(--series-1); }
.plot .s2 { --series: var(--series-2); }
.plot .s3 { --series: var(--series-3); }
.plot .s4 { --series: var(--series-4); }
.plot .s5 { --series: var(--series-5); }
@media (max-width: 40rem) { .plot { font-size: 16px; } }
)";
}

}  // namespace gronwall
