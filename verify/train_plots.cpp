#include "train_plots.hpp"

#include <algorithm>

#include "gronwall/data/file_io.hpp"
#include "gronwall/report/plot.hpp"

namespace gronwall::verify {
namespace {

/// A metric against the epochs it was measured in.
Series series_of(const std::string& label, std::size_t column, const std::vector<MetricsRecord>& records) {
  Series series{label, {}, {}};
  for (const MetricsRecord& record : records) {
    if (!record.values[column]) continue;
    series.x.push_back(static_cast<double>(record.epoch));
    series.y.push_back(*record.values[column]);
  }
  return series;
}

struct Curve {
  std::string column;
  std::string label;
};

}  // namespace

std::vector<std::string> write_plots(const std::filesystem::path& folder,
                                     const std::vector<std::string>& columns,
                                     const std::vector<MetricsRecord>& records) {
  std::vector<std::string> written;
  const auto draw = [&](const std::string& file, const std::string& title, const std::string& y_label,
                        bool logarithmic, const std::vector<Curve>& curves) {
    Figure figure;
    figure.title = title;
    figure.x_label = "epoch";
    figure.y_label = y_label;
    bool positive = true;
    for (const Curve& curve : curves) {
      const auto found = std::find(columns.begin(), columns.end(), curve.column);
      if (found == columns.end()) continue;
      Series series = series_of(curve.label, static_cast<std::size_t>(found - columns.begin()), records);
      if (series.y.empty()) continue;
      positive = positive && *std::min_element(series.y.begin(), series.y.end()) > 0;
      figure.series.push_back(std::move(series));
    }
    if (figure.series.empty()) return;
    figure.log_y = logarithmic && positive;
    write_file_atomically(folder / file, svg_document(figure));
    written.push_back(file);
  };

  draw("loss.svg", "Mean loss", "loss", true, {{"loss", "training"}, {"test_loss", "test"}});
  draw("accuracy.svg", "Accuracy", "part of the inputs", false,
       {{"accuracy", "training"}, {"test_accuracy", "test"}});
  std::vector<Curve> moved;
  for (const std::string& column : columns)
    if (constexpr std::string_view kPrefix = "moved_"; column.starts_with(kPrefix))
      moved.push_back({column, column.substr(kPrefix.size())});
  draw("movement.svg", "Distance of the weights from their start", "Frobenius norm", false, moved);
  draw("lambda_min.svg", "Smallest eigenvalue of the tangent kernel", "lambda_min", true,
       {{"lambda_min", "computed"}, {"proved_lambda_min", "proved lower bound"}});
  return written;
}

}  // namespace gronwall::verify
