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
  if (data.y.cols() != data.x.cols())
    throw InputError("there are " + std::to_string(data.x.cols()) + " inputs but " +
                     std::to_string(data.y.cols()) + " targets: give one target for each input");
  if (data.is_classification() && static_cast<Eigen::Index>(data.labels.size()) != data.x.cols())
    throw InputError("there are " + std::to_string(data.x.cols()) + " inputs but " +
                     std::to_string(data.labels.size()) + " labels: give one label for each input");
  require_finite(data.x, "input");
  require_finite(data.y, "target");
  for (std::size_t i = 0; i < data.labels.size(); ++i)
    if (data.labels[i] < 0 || data.labels[i] >= data.outputs())
      throw InputError("label " + std::to_string(data.labels[i]) + " of input " + std::to_string(i) +
                       " (counted from 0) is not a class: labels must lie in 0.." +
                       std::to_string(data.outputs() - 1));
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
