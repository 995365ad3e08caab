#pragma once
/// \file A Neural ODE's formulas in one real type: what its discretisations and its flow have in common.

#include "gronwall/model/gradient.hpp"
#include "gronwall/model/neural_ode.hpp"

namespace gronwall {

/// The weights and scales of a model as numbers of type R. Batches are matrices, one column an input.
template <Real R>
class Layer {
 public:
  /// `bits`: precision of MpFloat and Ball; doubles have 53. MpFloat: weights are exact from 53 bits on; keep
  /// a thread's MpPrecision of that many bits while working with it.
  Layer(const NeuralOde& model, long bits);

  /// The precision it was made with.
  long bits() const { return bits_; }
  const R& field_scale() const { return field_scale_; }    ///< sigma_w/sqrt n
  const R& input_scale() const { return input_scale_; }    ///< sigma_u/sqrt d
  const R& output_scale() const { return output_scale_; }  ///< sigma_v/sqrt n
  const R& time() const { return time_; }                  ///< T
  const RealMatrix<R>& w() const { return w_; }

  /// phi and phi' of every entry.
  RealMatrix<R> phi(const RealMatrix<R>& h) const;
  RealMatrix<R> phi_prime(const RealMatrix<R>& h) const;

  /// h(0), n x N, for inputs x, d x N. \throws InputError for another number of rows, no columns, or an entry
  /// that is not finite.
  RealMatrix<R> start(const RealMatrix<R>& x) const;
  /// (sigma_w/sqrt n) W phi_h, where phi_h = phi(h).
  RealMatrix<R> field(const RealMatrix<R>& phi_h) const;
  /// f = (sigma_v/sqrt n) V phi_h, outputs x N, where phi_h = phi(h(T)).
  RealMatrix<R> read_out(const RealMatrix<R>& phi_h) const;

  /// The cotangent itself, or ones (outputs x N) if it is empty. \throws InputError for another shape or an
  /// entry that is not finite.
  RealMatrix<R> checked_cotangent(const RealMatrix<R>& g, Eigen::Index inputs) const;
  /// lambda at the end: (sigma_v/sqrt n) phi'(h) o (V^T g).
  RealMatrix<R> adjoint_end(const RealMatrix<R>& h, const RealMatrix<R>& g) const;
  /// (sigma_w/sqrt n) phi'(h) o (W^T lambda), which is -lambda' in continuous time.
  RealMatrix<R> adjoint_field(const RealMatrix<R>& h, const RealMatrix<R>& lambda) const;

  /// Gradient blocks from lambda at time 0 and from phi(h(T)); the W block is zero.
  Gradient<R> outer_blocks(const RealMatrix<R>& lambda_start, const RealMatrix<R>& x,
                           const RealMatrix<R>& phi_end, const RealMatrix<R>& g) const;

 private:
  long bits_;
  const Activation* phi_;
  RealMatrix<R> w_, w_transposed_, u_, v_;
  R field_scale_, input_scale_, output_scale_, time_;
};

extern template class Layer<double>;
extern template class Layer<MpFloat>;
extern template class Layer<Ball>;

}  // namespace gronwall
