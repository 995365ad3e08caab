#pragma once
/// \file A learning rate from the data: what theory 0.7 allows, and not 1/|X|^2.

#include <cstddef>
#include <functional>
#include <string>

#include "gronwall/train/batch_gradient.hpp"

namespace gronwall {

/// Theory 0.7, (T-GD, a priori): gradient descent on 1/2 |u - y|^2 with a step of at most 1/(|J_0| +
/// alpha_0/2)^2, J_0 the derivative of all predictions by all weights at the start and alpha_0 its least
/// singular value, converges to a global minimum if 9 M |r_0| <= alpha_0^2, where J is M-Lipschitz on the
/// ball of radius (9/2)|r_0|/alpha_0. (The papers' 1/|X|^2 knows nothing of the kernel and diverges where
/// lambda_max(K) > 2 |X|^2, as for large sigma_w T.)
struct ProvableRate {
  double rate = 0;           ///< for the mean loss: N/(|J_0| + alpha_0/2)^2
  double jacobian_norm = 0;  ///< upper bound of |J_0|, from computed kernels
  double alpha = 0;          ///< upper bound of alpha_0, equal to it where one kernel holds all predictions
  double residual = 0;       ///< |r_0|
  /// Bound of M (worst case over the ball, theory 0.7, last part) for the Neural ODE of one output by Euler's
  /// method; infinite for other networks, for which none is known.
  double lipschitz = 0;
  bool hypotheses_hold = false;  ///< 9 M |r_0| <= alpha_0^2
  std::string explanation;       ///< all of this in a sentence
};

/// For the squared loss at these weights. Up to 1,024 predictions of one output make one kernel; else
/// predictions are taken in groups of 128 inputs and one output, |J_0|^2 <= sum over the groups of lambda_max
/// of their kernels: the rate is smaller than it could be by up to the number of groups. Kernels are computed
/// in double, without proof. Networks other than the Neural ODE by Euler's method need their gradients one by
/// one (Monitor), which takes long for many inputs. `after_kernel(done, total)` is called after each kernel
/// (for progress). \throws InputError as Monitor and finite_kernel, and for a kernel that overflows or is 0.
ProvableRate provable_rate(const DiscreteNetwork& network, const Weights& weights, const LabelledData& data,
                           const BatchOptions& options = {},
                           const std::function<void(std::size_t, std::size_t)>& after_kernel = {});

}  // namespace gronwall
