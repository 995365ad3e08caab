#pragma once
/// \file The flow of a Neural ODE and its continuous gradient by the adjoint method: approximations, never
/// proofs.

#include "gronwall/model/flow_adjoint.hpp"
#include "gronwall/model/layer.hpp"

namespace gronwall {

template <Floating R>
struct ContinuousGradient {
  RealMatrix<R> state;    ///< h(T), n x N
  RealMatrix<R> outputs;  ///< f, outputs x N
  RealMatrix<R> adjoint;  ///< lambda(0), n x N
  Gradient<R> gradient;   ///< of <G, f>
  long pieces = 0;
  StepStatistics forward, backward;
};

/// The gradient of <G, f> = sum_{o,i} G_oi f_o(x_i) for the continuous model (theory 0.1), optimise-then-
/// discretise: Odeint carries h forward through the Chebyshev nodes of pieces of [0, T] and lambda backward,
/// lambda' = -(sigma_w/sqrt n) phi'(h) o (W^T lambda), along the stored polynomials of h; the W block
/// (sigma_w/sqrt n) int lambda phi(h)^T is integrated exactly for the polynomials of lambda and phi(h).
/// Pieces are halved until the polynomials are resolved (around kinks too, though slowly). Errors are of the
/// size of the tolerances times the growth e^{L1 ||W|| sigma_w T/sqrt n}; nothing is proved.
///
/// x: d x N, one column an input; g: outputs x N, or empty for ones. MpFloat works at `bits` bits; take
/// `bulirsch-stoer` for more than about 20 digits.
/// \throws InputError as ResNet and `integrate`. \throws PrecisionError for tolerances that the precision or
/// the pieces cannot reach. \throws BlowUpError where the states leave every bound.
template <Floating R>
ContinuousGradient<R> continuous_gradient(const NeuralOde& model, const RealMatrix<R>& x,
                                          const RealMatrix<R>& g = {}, const ContinuousOptions& options = {},
                                          long bits = kDoubleBits);

extern template ContinuousGradient<double> continuous_gradient(const NeuralOde&, const RealMatrix<double>&,
                                                               const RealMatrix<double>&,
                                                               const ContinuousOptions&, long);
extern template ContinuousGradient<MpFloat> continuous_gradient(const NeuralOde&, const RealMatrix<MpFloat>&,
                                                                const RealMatrix<MpFloat>&,
                                                                const ContinuousOptions&, long);

}  // namespace gronwall
