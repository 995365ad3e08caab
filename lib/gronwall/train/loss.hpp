#pragma once
/// \file Inputs with targets, and the losses.

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

namespace gronwall {

/// N inputs with what is to be learnt. Immutable by convention once made.
struct LabelledData {
  Eigen::MatrixXd x;                 ///< d x N
  Eigen::MatrixXd y;                 ///< outputs x N targets of the squared loss; one-hot for classes
  std::vector<std::int32_t> labels;  ///< classes counted from 0, one for each input; empty for regression

  Eigen::Index size() const { return x.cols(); }
  Eigen::Index outputs() const { return y.rows(); }
  bool is_classification() const { return !labels.empty(); }
};

/// \throws InputError unless there is at least one input, the numbers of inputs, targets and labels agree,
/// everything is finite and labels lie in 0..outputs-1; names the first offender.
void check(const LabelledData& data);

/// `squared`: |f - y|^2/2. `cross_entropy`: log sum_o e^{f_o} - f_label.
enum class Loss { squared, cross_entropy };
/// "squared", "cross-entropy". \throws InputError for another name.
Loss loss_of(const std::string& name);
std::string to_string(Loss loss);

/// \throws InputError unless there is at least one input and all have this dimension.
void require_inputs(const Eigen::MatrixXd& x, Eigen::Index dimension);
/// \throws InputError unless inputs and targets have these dimensions, their numbers agree, and there is a
/// label for each input where the loss needs one. Numbers are not looked at.
void require_data(const LabelledData& data, Eigen::Index dimension, Eigen::Index outputs, Loss loss);

/// The loss at one input and its derivative by the outputs. Overflow-safe; not finite where `f` is not.
/// f, y, derivative: one number for each output; `label` is used by the cross-entropy only.
double loss_at(Loss loss, const double* f, const double* y, std::int32_t label, Eigen::Index outputs,
               double* derivative);

/// The class of the largest output, the first of equals.
std::int32_t predicted_class(const double* f, Eigen::Index outputs);

}  // namespace gronwall
