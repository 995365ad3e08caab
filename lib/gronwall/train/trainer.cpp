#include "gronwall/train/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "gronwall/numbers/counted.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/labelled_data.hpp"

namespace gronwall {

using Eigen::Index;

namespace {

/// One of the two ways to a gradient.
class GradientSource {
 public:
  GradientSource(const TrainingOptions& options) {
    if (options.adjoint)
      adjoint_.emplace(options.network.network, *options.adjoint, options.loss, options.batch.threads);
    else
      discrete_.emplace(options.network, options.loss, options.batch);
  }
  const BatchResult& evaluate(const Weights& weights, const LabelledData& data,
                              std::span<const Index> samples) {
    return discrete_ ? discrete_->evaluate(weights, data, samples)
                     : adjoint_->evaluate(weights, data, samples);
  }
  Eigen::MatrixXd outputs(const Weights& weights, const Eigen::MatrixXd& x) {
    return discrete_ ? discrete_->outputs(weights, x) : adjoint_->outputs(weights, x);
  }

 private:
  std::optional<BatchGradient> discrete_;
  std::optional<AdjointGradient> adjoint_;
};

std::string in_words(double x) {
  std::ostringstream text;
  text << x;
  return text.str();
}

}  // namespace

void TrainingOptions::check(const LabelledData& data) const {
  network.check();
  if (adjoint) adjoint->check();
  optimiser.check();
  gronwall::check(data);
  if (batch_size < 0) throw InputError("the batch size must not be negative: 0 means the whole set");
  if (batch_size > data.size())
    throw InputError("a batch of " + std::to_string(batch_size) + " is larger than the training set of " +
                     counted(data.size(), "input"));
  require_data(data, network.network.input_dimension, network.network.outputs, loss);
}

class Trainer::Implementation {
 public:
  Implementation(TrainingOptions options, const LabelledData& data, Weights start)
      : options_(checked(std::move(options), data)),
        data_(data),
        weights_(std::move(start)),
        gradients_(options_),
        optimiser_(options_.optimiser, options_.network.network.parameters()) {
    if (weights_.flat().size() != options_.network.network.parameters())
      throw InputError("the weights belong to another network: " + std::to_string(weights_.flat().size()) +
                       " numbers, not " + std::to_string(options_.network.network.parameters()));
    if (!weights_.flat().allFinite())
      throw InputError("the initial weights hold a number that is not finite");
  }

  EpochReport epoch(const std::function<void(std::size_t, std::size_t)>& after_step) {
    const Index inputs = data_.size();
    const Index size = options_.batch_size == 0 ? inputs : options_.batch_size;
    const bool whole = size == inputs;
    // Order 0 of a seed is that of `split`.
    const std::vector<Index> order =
        whole ? std::vector<Index>() : random_order(inputs, options_.seed, epoch_ + 1);
    const auto steps = static_cast<std::size_t>((inputs + size - 1) / size);
    EpochReport report;
    report.epoch = epoch_ + 1;
    Index correct = 0;
    for (std::size_t step = 0; step < steps; ++step) {
      const Index first = static_cast<Index>(step) * size, count = std::min(size, inputs - first);
      const std::span<const Index> samples =
          whole ? std::span<const Index>()
                : std::span(order).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
      const BatchResult& result = gradients_.evaluate(weights_, data_, samples);
      gradient_ = result.gradient.flat() / static_cast<double>(count);
      report.gradient_norm = gradient_.norm();
      require_finite(result.loss, report.gradient_norm, samples);
      const double left_out = result.left_out / static_cast<double>(count);
      if (left_out > 0) report.left_out = std::max(report.left_out, left_out / report.gradient_norm);
      report.terms = std::max(report.terms, result.terms);
      report.loss += result.loss;
      correct += result.correct;
      optimiser_.step(weights_.flat(), gradient_, options_.batch.threads);
      if (after_step) after_step(step + 1, steps);
    }
    report.loss /= static_cast<double>(inputs);
    if (data_.is_classification())
      report.accuracy = static_cast<double>(correct) / static_cast<double>(inputs);
    ++epoch_;
    return report;
  }

  TrainingState state() const { return {weights_, optimiser_.memory(), optimiser_.steps(), epoch_}; }

  void restore(TrainingState state) {
    if (state.weights.flat().size() != weights_.flat().size())
      throw InputError("the state holds " + std::to_string(state.weights.flat().size()) +
                       " weights, the network has " + std::to_string(weights_.flat().size()));
    optimiser_.restore(std::move(state.optimiser_memory), state.optimiser_steps);
    weights_ = std::move(state.weights);
    epoch_ = state.epoch;
  }

  Eigen::MatrixXd outputs(const Eigen::MatrixXd& x) { return gradients_.outputs(weights_, x); }

  Evaluation evaluate(const LabelledData& data) {
    check(data);
    const Network& net = options_.network.network;
    require_data(data, net.input_dimension, net.outputs, options_.loss);
    const Eigen::MatrixXd f = outputs(data.x);
    const Index o = f.rows();
    std::vector<double> derivative(static_cast<std::size_t>(o));
    Evaluation result;
    Index correct = 0;
    for (Index i = 0; i < f.cols(); ++i) {
      const std::int32_t label = data.labels.empty() ? 0 : data.labels[static_cast<std::size_t>(i)];
      result.loss +=
          loss_at(options_.loss, f.data() + i * o, data.y.data() + i * o, label, o, derivative.data());
      correct += !data.labels.empty() && predicted_class(f.data() + i * o, o) == label;
    }
    result.loss /= static_cast<double>(f.cols());
    if (data.is_classification())
      result.accuracy = static_cast<double>(correct) / static_cast<double>(f.cols());
    return result;
  }

  const Weights& weights() const { return weights_; }
  const TrainingOptions& options() const { return options_; }
  std::uint64_t finished_epochs() const { return epoch_; }

 private:
  static TrainingOptions checked(TrainingOptions options, const LabelledData& data) {
    options.check(data);
    return options;
  }

  /// \throws DivergedError, before the weights are touched. A step beyond kLargestStep would make them
  /// overflow soon.
  void require_finite(double loss, double gradient_norm, std::span<const Index> samples) {
    constexpr double kLargestStep = 1e100;
    const bool step_fits =
        options_.optimiser.method == Method::adam || options_.optimiser.rate * gradient_norm <= kLargestStep;
    if (std::isfinite(loss) && std::isfinite(gradient_norm) && step_fits) return;
    const std::uint64_t step = optimiser_.steps() + 1;
    std::string cause;
    if (!std::isfinite(loss))
      cause = overflowing_input(samples);
    else if (!std::isfinite(gradient_norm))
      cause = "the gradient overflows while the loss is " + in_words(loss);
    else
      cause = "learning rate times gradient's norm is " + in_words(options_.optimiser.rate * gradient_norm) +
              ", too large a step";
    throw DivergedError("step " + std::to_string(step) + " of training diverges: " + cause +
                            ". The norm of all weights is " + in_words(weights_.flat().norm()) +
                            ", the learning rate " + in_words(options_.optimiser.rate) +
                            "; the weights are kept as they were before the step",
                        step);
  }

  std::string overflowing_input(std::span<const Index> samples) {
    const Index count = samples.empty() ? data_.size() : static_cast<Index>(samples.size());
    for (Index k = 0; k < count; ++k) {
      const Index i = samples.empty() ? k : samples[static_cast<std::size_t>(k)];
      const Eigen::MatrixXd f = outputs(data_.x.col(i));
      if (!f.allFinite())
        return "the network's states or outputs overflow for input " + std::to_string(i) +
               " (counted from 0)";
    }
    return "the loss overflows though all outputs are finite";
  }

  TrainingOptions options_;
  const LabelledData& data_;
  Weights weights_;
  GradientSource gradients_;
  Optimiser optimiser_;
  Eigen::VectorXd gradient_;
  std::uint64_t epoch_ = 0;
};

Trainer::Trainer(TrainingOptions options, const LabelledData& data, Weights start)
    : implementation_(std::make_unique<Implementation>(std::move(options), data, std::move(start))) {}
Trainer::~Trainer() = default;

EpochReport Trainer::epoch(const std::function<void(std::size_t, std::size_t)>& after_step) {
  return implementation_->epoch(after_step);
}
TrainingState Trainer::state() const {
  return implementation_->state();
}
void Trainer::restore(TrainingState state) {
  implementation_->restore(std::move(state));
}
const Weights& Trainer::weights() const {
  return implementation_->weights();
}
const TrainingOptions& Trainer::options() const {
  return implementation_->options();
}
std::uint64_t Trainer::finished_epochs() const {
  return implementation_->finished_epochs();
}
Evaluation Trainer::evaluate(const LabelledData& data) {
  return implementation_->evaluate(data);
}
Eigen::MatrixXd Trainer::outputs(const Eigen::MatrixXd& x) {
  return implementation_->outputs(x);
}

}  // namespace gronwall
