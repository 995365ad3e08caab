#include "gronwall/train/labelled_data.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "gronwall/data/philox.hpp"
#include "gronwall/data/read_points.hpp"
#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/numbers/counted.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/digits.hpp"
#include "gronwall/train/named.hpp"

namespace gronwall {
namespace {

constexpr std::array<Named<Normalisation>, 2> kNormalisations = {
    {{"none", Normalisation::none}, {"sphere", Normalisation::sphere}}};

/// Last counter word of Philox, which is 0 for weights and points: what is drawn is independent of them.
enum class Purpose : std::uint32_t { order = 1, labels = 2 };

/// Uniform in 0..bound-1 up to a bias of bound/2^64; `at` < 2^32.
Eigen::Index draw(Purpose purpose, Eigen::Index at, Eigen::Index bound, std::uint64_t seed,
                  std::uint64_t stream = 0) {
  const auto words =
      philox4x32({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(stream),
                  static_cast<std::uint32_t>(stream >> 32), static_cast<std::uint32_t>(purpose)},
                 {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
  const std::uint64_t random = std::uint64_t{words[0]} << 32 | words[1];
  return static_cast<Eigen::Index>(random % static_cast<std::uint64_t>(bound));
}

void require_drawable(Eigen::Index count) {
  if (count > Eigen::Index{1} << 32) throw InputError("random numbers are drawn for at most 2^32 inputs");
}

void scale_to_sphere(Eigen::MatrixXd& x, const std::string& name, std::size_t first_row) {
  const double radius = std::sqrt(static_cast<double>(x.rows()));
  for (Eigen::Index j = 0; j < x.cols(); ++j) {
    const double largest = x.col(j).cwiseAbs().maxCoeff();
    if (largest == 0)
      throw InputError(name + ": row " + std::to_string(first_row + static_cast<std::size_t>(j)) +
                       " is zero and has no direction: remove it, or do not normalise (--normalise none)");
    // Squares must neither overflow nor lose digits by underflow.
    if (largest < 1e-100 || largest > 1e100) x.col(j) /= largest;
    x.col(j) *= radius / x.col(j).norm();
  }
}

std::int32_t label_of(double value, Eigen::Index classes, const std::string& name, std::size_t row) {
  if (value >= 0 && value < static_cast<double>(classes) && value == std::floor(value))
    return static_cast<std::int32_t>(value);
  const std::string cause = value != std::floor(value)
                                ? ", which is not a whole number; for real targets use --targets; labels"
                                : "; labels";
  throw InputError(name + ": row " + std::to_string(row) + " (counted from 0) holds the label " +
                   shortest_text(value) + cause + " are whole numbers from 0 to " +
                   std::to_string(classes - 1));
}

void require_same_rows(const RealTable& inputs, const RealTable& other, const std::string& what) {
  if (inputs.available == other.available) return;
  throw InputError(inputs.source.name + " has " + counted(inputs.available, "row") + " but " +
                   other.source.name + " has " + std::to_string(other.available) +
                   ": every input needs its " + what);
}

/// What is wrong with the file is said of `role`: it may have nothing to do with the inputs.
RealTable read_answers(const std::filesystem::path& path, const std::string& role) {
  try {
    return read_table(path);
  } catch (const InputError& error) {
    throw InputError(role + ": " + error.what());
  }
}

/// The rows of `whole` that were read of the inputs.
RowRange rows_like(const RealTable& inputs) {
  return {inputs.source.first_row, inputs.rows()};
}

LabelledData with_labels(Eigen::MatrixXd x, const RealTable& labels, RowRange rows, Eigen::Index classes) {
  const std::string& name = labels.source.name;
  if (labels.columns != 1)
    throw InputError(name + " has " + counted(labels.columns, "column") +
                     "; labels are one column of integers (real targets: --targets)");
  constexpr Eigen::Index kMostClasses = 1'000'000;
  if (classes == 0) {
    const double largest = *std::max_element(labels.values.begin(), labels.values.end());
    classes = largest < kMostClasses ? std::max<Eigen::Index>(2, static_cast<Eigen::Index>(largest) + 1)
                                     : kMostClasses;
  }
  std::vector<std::int32_t> chosen;
  chosen.reserve(rows.count);
  for (std::size_t row = 0; row < labels.rows(); ++row) {
    const std::int32_t label = label_of(labels.values[row], classes, name, row);
    if (row >= rows.first && row < rows.first + rows.count) chosen.push_back(label);
  }
  return classification(std::move(x), std::move(chosen), classes);
}

LabelledData with_targets(Eigen::MatrixXd x, const RealTable& targets, RowRange rows) {
  LabelledData data{std::move(x), {}, {}};
  data.y.resize(static_cast<Eigen::Index>(targets.columns), static_cast<Eigen::Index>(rows.count));
  const auto start = static_cast<std::ptrdiff_t>(rows.first * targets.columns);
  std::copy_n(targets.values.begin() + start, data.y.size(), data.y.data());
  check(data);
  return data;
}

}  // namespace

Normalisation normalisation_of(const std::string& name) {
  return value_named<Normalisation>(kNormalisations, name, "normalisation");
}

std::string to_string(Normalisation normalisation) {
  return name_of<Normalisation>(kNormalisations, normalisation);
}

Eigen::MatrixXd inputs_of(const RealTable& table, Normalisation normalisation) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(table.columns), static_cast<Eigen::Index>(table.rows()));
  std::copy(table.values.begin(), table.values.end(), x.data());
  if (normalisation == Normalisation::sphere) scale_to_sphere(x, table.source.name, table.source.first_row);
  return x;
}

LabelledData classification(Eigen::MatrixXd x, std::vector<std::int32_t> labels, Eigen::Index classes) {
  LabelledData data{std::move(x), {}, std::move(labels)};
  data.y = Eigen::MatrixXd::Zero(classes, static_cast<Eigen::Index>(data.labels.size()));
  for (std::size_t i = 0; i < data.labels.size(); ++i)
    if (data.labels[i] >= 0 && data.labels[i] < classes)
      data.y(data.labels[i], static_cast<Eigen::Index>(i)) = 1;
  check(data);
  return data;
}

LoadedData load_data(const DataFiles& files) {
  if (files.labels.has_value() == files.targets.has_value())
    throw InputError(
        "inputs need labels (--labels FILE) or real targets (--targets FILE), exactly one of the two");
  RealTable inputs = read_table(files.inputs, {.offset = files.offset, .limit = files.limit});
  const RowRange rows = rows_like(inputs);
  // Labels and targets are small: reading all of them shows whether they belong to the inputs.
  RealTable answers =
      files.labels ? read_answers(*files.labels, "labels") : read_answers(*files.targets, "targets");
  require_same_rows(inputs, answers, files.labels ? "label" : "target");
  Eigen::MatrixXd x = inputs_of(inputs, files.normalisation);
  return {files.labels ? with_labels(std::move(x), answers, rows, files.classes)
                       : with_targets(std::move(x), answers, rows),
          {std::move(inputs.source), std::move(answers.source)}};
}

std::vector<Eigen::Index> random_order(Eigen::Index count, std::uint64_t seed, std::uint64_t stream) {
  require_drawable(count);
  std::vector<Eigen::Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  // Fisher and Yates.
  for (Eigen::Index i = count - 1; i > 0; --i) {
    const Eigen::Index j = draw(Purpose::order, i, i + 1, seed, stream);
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(j)]);
  }
  return order;
}

LabelledData subset(const LabelledData& data, std::span<const Eigen::Index> samples) {
  const auto count = static_cast<Eigen::Index>(samples.size());
  LabelledData result{Eigen::MatrixXd(data.x.rows(), count), Eigen::MatrixXd(data.y.rows(), count), {}};
  for (Eigen::Index k = 0; k < count; ++k) {
    const Eigen::Index sample = samples[static_cast<std::size_t>(k)];
    result.x.col(k) = data.x.col(sample);
    result.y.col(k) = data.y.col(sample);
    if (data.is_classification()) result.labels.push_back(data.labels[static_cast<std::size_t>(sample)]);
  }
  return result;
}

std::pair<LabelledData, LabelledData> split(const LabelledData& data, Eigen::Index first,
                                            std::uint64_t seed) {
  if (first < 1 || first >= data.size())
    throw InputError("cannot split " + std::to_string(data.size()) + " inputs into " + std::to_string(first) +
                     " and the others: both parts need at least one");
  const std::vector<Eigen::Index> order = random_order(data.size(), seed);
  const std::span<const Eigen::Index> all(order);
  const auto cut = static_cast<std::size_t>(first);
  return {subset(data, all.first(cut)), subset(data, all.subspan(cut))};
}

Eigen::MatrixXd gaussian_inputs(Eigen::Index dimension, Eigen::Index count, std::uint64_t seed,
                                Normalisation normalisation) {
  if (dimension < 1 || count < 1)
    throw InputError("cannot generate " + std::to_string(count) + " inputs of dimension " +
                     std::to_string(dimension) + "; both numbers must be at least 1");
  constexpr std::uint32_t kInputs = std::numeric_limits<std::uint32_t>::max();  // no role of weights
  Eigen::MatrixXd x = gaussian_weights(dimension, count, kInputs, seed);
  if (normalisation == Normalisation::sphere) scale_to_sphere(x, "generated inputs", 0);
  return x;
}

std::vector<std::int32_t> random_labels(Eigen::Index count, Eigen::Index classes, std::uint64_t seed) {
  if (classes < 2 || classes > std::numeric_limits<std::int32_t>::max())
    throw InputError("random labels need at least two classes, not " + std::to_string(classes));
  require_drawable(count);
  std::vector<std::int32_t> labels;
  for (Eigen::Index i = 0; i < count; ++i)
    labels.push_back(static_cast<std::int32_t>(draw(Purpose::labels, i, classes, seed)));
  return labels;
}

}  // namespace gronwall
