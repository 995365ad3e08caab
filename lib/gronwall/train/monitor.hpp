#pragma once
/// \file What the theory asks of a run, measured next to it: tangent kernel, its change, movement, decay.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gronwall/linalg/product.hpp"
#include "gronwall/train/batch_gradient.hpp"

namespace gronwall {

/// What happened to the training loss, for the decay.
struct LossHistory {
  double rate = 0;          ///< eta, for the mean loss over `inputs`
  Eigen::Index inputs = 0;  ///< N of the batches
  double loss_before = 0;   ///< `steps` steps ago
  double loss_now = 0;
  std::uint64_t steps = 0;
};

/// Of the tangent kernel K = J J^T of one output at the probe inputs, row i of J being the gradient of f(x_i)
/// by all weights.
struct MonitorReport {
  double lambda_min = 0;  ///< of K, computed; errs by about 1e-15 lambda_max
  double lambda_max = 0;
  /// A rigorous lower bound of lambda_min for the exact discrete network with these weights; it becomes a
  /// proof for others with a certificate (certificate/tangent_certificate.hpp). No value where the library
  /// has no enclosure of the gradients: `not_enclosed` says why.
  std::optional<double> enclosed_lambda_min;
  std::string not_enclosed;

  double jacobian_change = 0;  ///< |J_k - J_0|, spectral norm
  double jacobian_norm = 0;    ///< |J_k|
  /// |W - W_start|_F/|W_start|_F for each matrix of weights, by name (without the quotient if it started at
  /// 0).
  std::vector<std::pair<std::string, double>> movement;

  /// The factor of the squared loss in each step of gradient descent for the linearised network, at worst:
  /// max over the eigenvalues of K of (1 - eta lambda/N)^2 (theory 0.7). It is a prediction for the probe
  /// inputs as training set; for a part of the training set lambda_min is larger than for the whole (Cauchy's
  /// interlacing), so the prediction is then too fast. K is that of the report's weights, after the steps of
  /// the history, and N the number of inputs in a batch, not of probe inputs. It says nothing about another
  /// loss. NaN without a history.
  double predicted_decay = 0;
  /// (loss_now/loss_before)^{1/steps}. NaN without a history.
  double measured_decay = 0;
};

/// Compares networks with the one training began with. For one caller at a time.
///
/// The rows of J - J_0 are differences of gradients, so |J - J_0| errs by about 1e-15 |J| (a Gram matrix of
/// [J; J_0] would lose half of the digits). Gradients of the probe inputs are taken one by one, in tiles of
/// at most 128 MiB; where a tile does not hold all of them the tiles before it are computed again.
class Monitor {
 public:
  /// `probe`: d x M inputs. `output`: whose kernel, counted from 0. With several outputs the kernel of all of
  /// them together has M times as many rows; each output's own kernel is a block on its diagonal, and in the
  /// limit of infinite width there are no other blocks. \throws InputError for a bad network, weights of
  /// another one, inputs of another dimension or not finite, none, or no such output.
  Monitor(DiscreteNetwork network, Weights start, Eigen::MatrixXd probe, unsigned threads = 0,
          Eigen::Index output = 0);
  ~Monitor();
  Monitor(Monitor&&) noexcept;
  Monitor& operator=(Monitor&&) noexcept;

  /// `enclose`: also a rigorous bound of lambda_min, for plain networks with Euler steps and analytic
  /// Lipschitz activations whose probe gradients are at most 2^27 numbers: the kernel enclosed
  /// (enclose_tangent_kernel), one verified factorisation.
  /// \throws InputError for weights of another network or not finite, or states that overflow.
  MonitorReport report(const Weights& weights, const std::optional<LossHistory>& history = {},
                       bool enclose = true);

  /// The kernel of the last report, M x M.
  const Eigen::MatrixXd& kernel() const;
  /// Its enclosure behind `enclosed_lambda_min`, where there is one.
  const std::optional<EnclosedProduct>& enclosed_kernel() const;
  /// d x M.
  const Eigen::MatrixXd& probe() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace gronwall
