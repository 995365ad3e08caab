#pragma once
/// \file Optimise-then-discretise: gradients of the continuous network by the adjoint ODE.

#include <memory>
#include <span>
#include <string>

#include "gronwall/model/flow_adjoint.hpp"
#include "gronwall/train/batch_gradient.hpp"

namespace gronwall {

/// How the adjoint ODE is solved.
struct AdjointSolver {
  /// A stepper of ode/integrate.hpp with step control.
  std::string stepper = "dopri5";
  double tolerance = 1e-6;
  /// Go back along the state computed backward from h(T), as is often done, instead of along the stored one.
  /// The backward flow of a contracting field is unstable.
  bool reconstruct_backward = false;

  /// \throws InputError for an unknown stepper or one without step control, or a tolerance outside (0, 1).
  void check() const;
};

/// Loss and gradient of the *continuous* network over a batch, by the adjoint ODE (FlowAdjoint) of each
/// block. Errors are of the size of the tolerance times the growth of the flow; nothing is proved.
///
/// Samples go through in groups whose size depends on the network and the tolerance alone, so that the stored
/// trajectories of a group take about 128 MiB (more where a trajectory needs many pieces) for each thread;
/// the steps of a group suit its worst sample. Sums over groups have a fixed order: results do not depend on
/// the number of threads.
class AdjointGradient {
 public:
  /// \throws InputError as Network::check and AdjointSolver::check.
  AdjointGradient(Network network, AdjointSolver solver, Loss loss, unsigned threads = 0);
  ~AdjointGradient();
  AdjointGradient(AdjointGradient&&) noexcept;
  AdjointGradient& operator=(AdjointGradient&&) noexcept;

  /// As BatchGradient::evaluate. Where the states leave every bound loss and gradient are NaN: the caller
  /// looks at the loss. \throws PrecisionError for a tolerance that cannot be reached.
  const BatchResult& evaluate(const Weights& weights, const LabelledData& data,
                              std::span<const Eigen::Index> samples = {});

  /// f, outputs x N. \throws InputError for inputs of another dimension; PrecisionError.
  Eigen::MatrixXd outputs(const Weights& weights, const Eigen::MatrixXd& x);

  /// Steps of the last `evaluate`, over all groups and blocks.
  const StepStatistics& forward_steps() const;
  const StepStatistics& backward_steps() const;

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

/// Discretise-then-optimise against optimise-then-discretise. The difference is the discretisation error of
/// the scheme, up to the adjoint solver's tolerance.
struct GradientComparison {
  double discrete_loss = 0;  ///< sums over the batch
  double continuous_loss = 0;
  double relative_difference = 0;  ///< |g_discrete - g_continuous| / |g_continuous|, all weights together
  struct Part {
    std::string name;  ///< as Weights::parts
    double relative_difference;
  };
  std::vector<Part> parts;  ///< the same for each matrix of weights
};

/// The self-check of gradients. \throws as BatchGradient and AdjointGradient.
GradientComparison compare_gradients(const DiscreteNetwork& network, const Weights& weights,
                                     const LabelledData& data, Loss loss, const AdjointSolver& solver = {},
                                     std::span<const Eigen::Index> samples = {}, unsigned threads = 0);

}  // namespace gronwall
