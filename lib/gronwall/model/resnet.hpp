#pragma once
/// \file The residual network of depth L, which is Euler's method for the Neural ODE, and its exact gradient.

#include <vector>

#include "gronwall/model/layer.hpp"

namespace gronwall {

/// h^0 = (sigma_u/sqrt d) U x, h^{l+1} = h^l + (T/L) (sigma_w/sqrt n) W phi(h^l), f^L = (sigma_v/sqrt n) V
/// phi(h^L). Batches of N inputs are matrices x of shape d x N.
///
/// One code for three worlds: double; MpFloat, rounded to `bits`; Ball, where every result encloses the exact
/// one for every input in `x`. At kinks (ReLU) phi' is taken from the left, and a ball around a kink gets
/// both sides.
template <Real R>
class ResNet {
 public:
  /// `bits`: working precision of MpFloat and Ball. \throws InputError for depth < 1, PrecisionError for
  /// `bits` out of range.
  ResNet(const NeuralOde& model, long depth, long bits = kDoubleBits);

  long depth() const { return depth_; }

  /// h^0, ..., h^L, each n x N. \throws InputError for inputs of another dimension, none, or not finite; so
  /// do all members with an argument `x`.
  std::vector<RealMatrix<R>> states(const RealMatrix<R>& x) const;
  /// f^L, outputs x N, without keeping the states.
  RealMatrix<R> outputs(const RealMatrix<R>& x) const;

  /// lambda^0, ..., lambda^L (docs/bounds.md, L37), each n x N: the derivatives of <G, f^L> by h^l, with
  /// lambda^l = lambda^{l+1} + (T/L) (sigma_w/sqrt n) phi'(h^l) o (W^T lambda^{l+1}). `states` as returned
  /// above; `g` as for `gradient`. \throws InputError for another number of states.
  std::vector<RealMatrix<R>> adjoints(const std::vector<RealMatrix<R>>& states,
                                      const RealMatrix<R>& g = {}) const;

  /// The gradient of <G, f^L> = sum_{o,i} G_oi f^L_o(x_i) by backpropagation (L37): exact up to rounding. An
  /// empty `g` means ones. Keeps L + 1 states of n x N numbers. \throws InputError for another shape of `g`
  /// than outputs x N, or one not finite.
  Gradient<R> gradient(const RealMatrix<R>& x, const RealMatrix<R>& g = {}) const;

 private:
  RealMatrix<R> next(const RealMatrix<R>& phi_h, const RealMatrix<R>& h) const;
  RealMatrix<R> previous(const RealMatrix<R>& h, const RealMatrix<R>& lambda) const;

  Layer<R> layer_;
  long depth_;
  R step_;  ///< T/L
};

extern template class ResNet<double>;
extern template class ResNet<MpFloat>;
extern template class ResNet<Ball>;

}  // namespace gronwall
