#include "gronwall/report/plot_data.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

// Beyond this the length of an axis could overflow.
constexpr double kLargest = 1e300;

constexpr double kMaxGapShare = 0.25;

bool is_drawable(double x) {
  return std::abs(x) <= kLargest;
}

bool is_count(double y) {
  return y >= 0 && y <= kLargest && y == std::floor(y);
}

bool is_evenly_spaced(const std::vector<double>& x) {
  if (x.size() < 4) return false;
  const double step = x[1] - x[0];
  if (!(step > 0)) return false;
  for (std::size_t i = 2; i < x.size(); ++i) {
    if (!(std::abs(x[i] - x[i - 1] - step) <= 1e-6 * step)) return false;
  }
  return true;
}

bool is_histogram(const Figure& figure) {
  if (figure.series.empty() || figure.log_x || !is_evenly_spaced(figure.series.front().x)) return false;
  return std::all_of(figure.series.begin(), figure.series.end(), [&figure](const Series& series) {
    return series.x == figure.series.front().x && std::all_of(series.y.begin(), series.y.end(), is_count);
  });
}

bool increases(const Series& series) {
  return std::is_sorted(series.x.begin(), series.x.end(), [](double a, double b) { return a <= b; });
}

PlotMark choose_mark(const Figure& figure) {
  const auto has_one_point = [](const Series& series) { return series.x.size() == 1; };
  const bool several = figure.series.size() > 1;
  if (several && std::all_of(figure.series.begin(), figure.series.end(), has_one_point))
    return PlotMark::levels;
  if (is_histogram(figure)) return PlotMark::bars;
  const bool ordered = std::all_of(figure.series.begin(), figure.series.end(), increases);
  return ordered ? PlotMark::lines : PlotMark::points;
}

}  // namespace

PlotData prepare_plot(const Figure& figure) {
  for (const Series& series : figure.series) {
    if (series.x.size() != series.y.size()) {
      throw InputError("figure '" + figure.title + "', series '" + series.label +
                       "': " + std::to_string(series.x.size()) + " abscissas but " +
                       std::to_string(series.y.size()) + " ordinates");
    }
  }
  PlotData data;
  data.mark = choose_mark(figure);
  // The abscissa of a level is not drawn.
  const bool shows_x = data.mark != PlotMark::levels;
  for (const Series& series : figure.series) {
    PlotSeries drawable{series.label, {}, false};
    bool after_gap = false;
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      const double x = shows_x ? series.x[i] : 0;
      const double y = series.y[i];
      const bool finite = is_drawable(x) && is_drawable(y);
      const bool positive = !(shows_x && figure.log_x && x <= 0) && !(figure.log_y && y <= 0);
      data.not_finite += finite ? 0 : 1;
      data.not_positive += finite && !positive ? 1 : 0;
      if (finite && positive) drawable.points.push_back({x, y, after_gap});
      after_gap = !(finite && positive);
    }
    const auto gaps = std::count_if(drawable.points.begin(), drawable.points.end(),
                                    [](const PlotPoint& point) { return point.after_gap; });
    drawable.joined = data.mark == PlotMark::lines && drawable.points.size() > 1 &&
                      kMaxGapShare * static_cast<double>(drawable.points.size()) >= static_cast<double>(gaps);
    data.series.push_back(std::move(drawable));
  }
  return data;
}

}  // namespace gronwall
