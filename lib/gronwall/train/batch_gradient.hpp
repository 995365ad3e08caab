#pragma once
/// \file The trainer's heart: loss and exact gradient of the discretised network over a batch.

#include <memory>
#include <span>

#include "gronwall/train/loss.hpp"
#include "gronwall/train/network.hpp"
#include "gronwall/train/scheme.hpp"

namespace gronwall {

/// A network with the way its flow is computed: `steps` equal steps of `scheme` in each block.
struct DiscreteNetwork {
  Network network;
  const Scheme* scheme = nullptr;
  long steps = 0;  ///< L

  /// \throws InputError as Network::check, and for no scheme or steps < 1.
  void check() const;
};

struct BatchOptions {
  unsigned threads = 0;  ///< 0: one for each processor; never changes a result
  /// The weight gradient sum_l mu_l phi_l^T is formed from a few orthonormal polynomials in l when what that
  /// leaves out is at most this part of (sum |mu_l|^2 sum |phi_l|^2)^{1/2}. 0: always the full sum.
  double compression = 1e-13;
  /// Keep states at about sqrt(L) steps of each block only and compute the others again: memory like
  /// sqrt(L), half as much time again.
  bool checkpoints = false;
  /// Memory for the factors of the W gradients, in bytes; a batch goes through in as many waves as that
  /// takes, each of at least four chunks of 144 inputs.
  std::size_t factor_memory = std::size_t{160} << 20;
};

/// Sums over a batch.
struct BatchResult {
  double loss = 0;
  Eigen::Index correct = 0;  ///< inputs whose class was found; 0 for regression
  Weights gradient;
  /// Bound, but for rounding, of the Frobenius norm of what compression left out of all W gradients together.
  double left_out = 0;
  Eigen::Index terms = 0;  ///< most terms kept for the sum over l, at most `steps`
};

/// Discretise-then-optimise: the exact gradient, up to rounding and `left_out`, of the loss of the
/// DiscreteNetwork, by the chain rule (theory 0.1 for Euler). Cost for each weight matrix W: 4 s L n^2 N
/// operations for states and adjoints (s stages) and 2 s r n^2 N for the gradient, r = L without compression;
/// for wide networks an eighth less for the former (winograd_product.hpp).
///
/// Keeps its working memory between calls; for one caller at a time. Results do not depend on the number of
/// threads: samples go through in chunks fixed by the sizes, and every sum has a fixed order. They do depend
/// on the instruction set.
class BatchGradient {
 public:
  /// \throws InputError as DiscreteNetwork::check, and for a compression outside [0, 1).
  BatchGradient(DiscreteNetwork network, Loss loss, BatchOptions options = {});
  ~BatchGradient();
  BatchGradient(BatchGradient&&) noexcept;
  BatchGradient& operator=(BatchGradient&&) noexcept;

  const DiscreteNetwork& network() const;

  /// Over the inputs `samples` of `data`, in this order; all for an empty list. Numbers that are not finite
  /// are passed on: the caller looks at the loss. \throws InputError for data of other dimensions than the
  /// network's.
  const BatchResult& evaluate(const Weights& weights, const LabelledData& data,
                              std::span<const Eigen::Index> samples = {});

  /// f, outputs x N. \throws InputError for inputs of another dimension.
  Eigen::MatrixXd outputs(const Weights& weights, const Eigen::MatrixXd& x);

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace gronwall
