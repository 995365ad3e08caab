#include "gronwall/train/loss.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "gronwall/numbers/error.hpp"
#include "gronwall/train/named.hpp"

namespace gronwall {
namespace {

constexpr std::array<Named<Loss>, 2> kLosses = {
    {{"squared", Loss::squared}, {"cross-entropy", Loss::cross_entropy}}};

void require_finite(const Eigen::MatrixXd& m, const std::string& what) {
  if (m.allFinite()) return;
  for (Eigen::Index j = 0; j < m.cols(); ++j)
    for (Eigen::Index i = 0; i < m.rows(); ++i)
      if (!std::isfinite(m(i, j)))
        throw InputError("entry " + std::to_string(i) + " of " + what + " " + std::to_string(j) +
                         " (counted from 0) is not a finite number");
}

void require_as_many_answers(const LabelledData& data) {
  if (data.y.cols() != data.size())
    throw InputError("there are " + std::to_string(data.size()) + " inputs but " +
                     std::to_string(data.y.cols()) + " targets: give one target for each input");
  if (data.is_classification() && static_cast<Eigen::Index>(data.labels.size()) != data.size())
    throw InputError("there are " + std::to_string(data.size()) + " inputs but " +
                     std::to_string(data.labels.size()) + " labels: give one label for each input");
}

double squared_loss(const double* f, const double* y, Eigen::Index outputs, double* derivative) {
  double sum = 0;
  for (Eigen::Index o = 0; o < outputs; ++o) {
    derivative[o] = f[o] - y[o];
    sum += derivative[o] * derivative[o];
  }
  return sum / 2;
}

/// With the largest output m at `top`: (m - f_label) + log1p(sum of e^{f_o - m} over the others), which keeps
/// its digits when one class is nearly certain. So does the derivative by f_label, minus the probability of
/// the other classes.
double cross_entropy_loss(const double* f, std::int32_t label, Eigen::Index outputs, double* derivative) {
  const Eigen::Index top = predicted_class(f, outputs);
  double others = 0;  // than the top
  double wrong = 0;   // than the label
  for (Eigen::Index o = 0; o < outputs; ++o) {
    derivative[o] = std::exp(f[o] - f[top]);
    if (o != top) others += derivative[o];
    if (o != label) wrong += derivative[o];
  }
  const double sum = 1 + others;
  for (Eigen::Index o = 0; o < outputs; ++o) derivative[o] /= sum;
  derivative[label] = -wrong / sum;
  return (f[top] - f[label]) + std::log1p(others);
}

}  // namespace

void check(const LabelledData& data) {
  if (data.x.cols() == 0 || data.x.rows() == 0)
    throw InputError("there are no inputs to learn from: give at least one, with at least one coordinate");
  if (data.y.rows() == 0) throw InputError("targets need at least one output each");
  require_as_many_answers(data);
  require_finite(data.x, "input");
  require_finite(data.y, "target");
  for (std::size_t i = 0; i < data.labels.size(); ++i)
    if (data.labels[i] < 0 || data.labels[i] >= data.outputs())
      throw InputError("label " + std::to_string(data.labels[i]) + " of input " + std::to_string(i) +
                       " (counted from 0) is not a class: labels must lie in 0.." +
                       std::to_string(data.outputs() - 1));
}

void require_inputs(const Eigen::MatrixXd& x, Eigen::Index dimension) {
  if (x.cols() == 0) throw InputError("there are no inputs: give at least one");
  if (x.rows() != dimension)
    throw InputError("the inputs have " + std::to_string(x.rows()) + " coordinates, the network takes " +
                     std::to_string(dimension));
}

void require_data(const LabelledData& data, Eigen::Index dimension, Eigen::Index outputs, Loss loss) {
  require_inputs(data.x, dimension);
  if (data.outputs() != outputs)
    throw InputError("the data have " + std::to_string(data.outputs()) +
                     " targets an input, the network has " + std::to_string(outputs) + " outputs");
  if (loss == Loss::cross_entropy && !data.is_classification())
    throw InputError("the cross-entropy needs labels: take the squared loss for real targets");
  require_as_many_answers(data);
}

Loss loss_of(const std::string& name) {
  return value_named<Loss>(kLosses, name, "loss");
}

std::string to_string(Loss loss) {
  return name_of<Loss>(kLosses, loss);
}

double loss_at(Loss loss, const double* f, const double* y, std::int32_t label, Eigen::Index outputs,
               double* derivative) {
  if (!std::all_of(f, f + outputs, [](double x) { return std::isfinite(x); })) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    std::fill(derivative, derivative + outputs, kNan);
    return kNan;
  }
  return loss == Loss::squared ? squared_loss(f, y, outputs, derivative)
                               : cross_entropy_loss(f, label, outputs, derivative);
}

std::int32_t predicted_class(const double* f, Eigen::Index outputs) {
  return static_cast<std::int32_t>(std::max_element(f, f + outputs) - f);
}

}  // namespace gronwall
