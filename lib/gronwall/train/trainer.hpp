#pragma once
/// \file Training: epochs of steps, resumable at the bit.

#include <functional>
#include <memory>
#include <optional>

#include "gronwall/train/adjoint.hpp"
#include "gronwall/train/batch_gradient.hpp"
#include "gronwall/train/optimiser.hpp"

namespace gronwall {

struct TrainingOptions {
  DiscreteNetwork network;
  /// Optimise-then-discretise with these settings, in the place of the discrete network's own gradient.
  std::optional<AdjointSolver> adjoint;
  Loss loss = Loss::squared;
  OptimiserOptions optimiser;
  Eigen::Index batch_size = 0;  ///< 0: the whole set
  std::uint64_t seed = 1;       ///< of the order of minibatches
  BatchOptions batch;

  /// \throws InputError naming what is wrong.
  void check(const LabelledData& data) const;
};

/// Means over a pass through the training set, each batch with the weights it was met with.
struct EpochReport {
  std::uint64_t epoch = 0;  ///< finished epochs, from 1
  double loss = 0;          ///< mean over inputs, before each step
  std::optional<double> accuracy;
  double gradient_norm = 0;  ///< of the last step's mean gradient
  double left_out = 0;       ///< largest bound of what compression left out, relative to that norm
  Eigen::Index terms = 0;
};

/// A loss, gradient or step that is not finite, or so large that the next ones will not be. what() names step
/// and cause.
class DivergedError : public Error {
 public:
  DivergedError(const std::string& message, std::uint64_t step) : Error(message), step_(step) {}
  std::uint64_t step() const { return step_; }  ///< counted from 1

 private:
  std::uint64_t step_;
};

/// All of a run's state at the end of an epoch.
struct TrainingState {
  Weights weights;
  std::vector<Eigen::VectorXd> optimiser_memory;
  std::uint64_t optimiser_steps = 0;
  std::uint64_t epoch = 0;
};

struct Evaluation {
  double loss = 0;  ///< mean over inputs
  std::optional<double> accuracy;
};

/// The objective is the *mean* loss over the batch; a rate eta for it is eta/N for the theory's sum (0.7).
class Trainer {
 public:
  /// `data` must outlive the trainer. \throws InputError as TrainingOptions::check, and for weights of
  /// another network.
  Trainer(TrainingOptions options, const LabelledData& data, Weights start);
  ~Trainer();

  /// One pass; `after_step(step, steps)` is called after every step (for progress). The order of minibatches
  /// depends on (seed, epoch) alone. \throws DivergedError; the weights are then those before the step.
  EpochReport epoch(const std::function<void(std::size_t, std::size_t)>& after_step = {});

  /// Copies; a trainer with this state goes on bit for bit as this one. \throws InputError from `restore` for
  /// a state of other sizes.
  TrainingState state() const;
  void restore(TrainingState state);

  const Weights& weights() const;
  const TrainingOptions& options() const;
  std::uint64_t finished_epochs() const;

  /// Mean loss and accuracy on other data, in batches.
  Evaluation evaluate(const LabelledData& data);
  /// f, outputs x N.
  Eigen::MatrixXd outputs(const Eigen::MatrixXd& x);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace gronwall
