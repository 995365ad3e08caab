#pragma once
/// \file What the empirical NTK needs of the layers: activations and adjoints, compressed in the layer index.
///
/// The W-block of the gradient at one input is the matrix (T/L)(sigma_w/sqrt n) M with M = sum_l lambda^{l+1}
/// phi(h^l)^T (docs/bounds.md, L37). For an orthogonal L x L matrix Q also M = sum_p lambdahat_p phihat_p^T,
/// phihat_p = sum_l Q_lp phi(h^l) and lambdahat_p likewise. Both factors are smooth in l; with orthonormal
/// polynomials in l for the columns of Q the sum may stop after a few terms. What it leaves out has a
/// Frobenius norm of at most the product of two tails, each the root of a sum of squares of discarded terms.

#include <Eigen/Core>
#include <memory>
#include <optional>

#include "gronwall/activation/vector_activation.hpp"
#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/model/neural_ode.hpp"

namespace gronwall {

/// Polynomials in l = 0..layers-1, orthonormal for the sum over l: column p has degree p, p < `terms` (all
/// `layers` of them if absent). Orthogonal to a few units of roundoff.
Eigen::MatrixXd layer_polynomials(Eigen::Index layers, std::optional<Eigen::Index> terms = std::nullopt);

/// The factors of M for a tile of inputs.
struct LayerFactors {
  Eigen::Index first = 0;   ///< column of the tile's first input in X
  Eigen::Index inputs = 0;  ///< b
  Eigen::Index terms = 0;   ///< r: M = sum of so many products lambdahat_p phihat_p^T
  /// n x (r b), column p b + i belongs to term p and input i.
  std::unique_ptr<KernelBuffer> phi, lambda;
  std::unique_ptr<KernelBuffer> phi_end;       ///< phi(h^L), n x b
  std::unique_ptr<KernelBuffer> lambda_start;  ///< lambda^0, n x b
  /// Largest |M - (what is kept)|_F / |M|_F over the inputs.
  double relative_tail = 0;
};

/// Runs the residual network of depth L forward and backward on tiles of inputs. Immutable, for several
/// threads at once.
class LayerSweep {
 public:
  /// For output `output` of the model. `model` must outlive the object.
  LayerSweep(const NeuralOde& model, long depth, Eigen::Index output);

  /// The factors of the inputs `first .. first + count - 1`, columns of `x` (d x N). Keeps as few terms as
  /// leave a relative tail of at most `relative_tail`, all L of them where fewer do not; for 0 the terms are
  /// the layers themselves. Works in 2 L n b doubles. \throws InputError where the states overflow.
  LayerFactors factors(const Eigen::MatrixXd& x, Eigen::Index first, Eigen::Index count, double relative_tail,
                       ReusableBuffer& memory) const;

  double w_scale() const { return step_ * field_scale_; }  ///< (T/L)(sigma_w/sqrt n)
  double input_scale() const { return input_scale_; }      ///< sigma_u/sqrt d
  double output_scale() const { return output_scale_; }    ///< sigma_v/sqrt n

 private:
  /// Replaces the layers by their coefficients and decides how many of them to keep.
  void compress(double* phis, double* lambdas, LayerFactors& factors, double relative_tail) const;

  const NeuralOde& model_;
  VectorActivation activation_;
  Eigen::MatrixXd polynomials_;
  Eigen::VectorXd v_;
  long depth_;
  double step_, field_scale_, input_scale_, output_scale_;
};

}  // namespace gronwall
