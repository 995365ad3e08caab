#pragma once
/// \file The empirical NTK and NNGP of a residual network of finite width.

#include <Eigen/Core>

#include "gronwall/model/neural_ode.hpp"

namespace gronwall {

/// How the W-block is computed; all agree to rounding and, for `compressed`, to the tail stated.
enum class GramMethod {
  gradients,    ///< scalar products of the N gradients: the definition, N x P numbers, for small sizes
  layer_pairs,  ///< Grams of activations times Grams of adjoints over pairs of layers: 2 N^2 n L^2 operations
  compressed    ///< the same over pairs of r < L polynomials in the layer index: 2 N^2 n r^2 operations
};

struct FiniteKernelOptions {
  GramMethod method = GramMethod::compressed;
  /// `compressed`: bound of what compression may change, relative to the diagonal (`relative_tail`).
  double tolerance = 1e-12;
  Eigen::Index output = 0;  ///< which output's kernel, counted from 0
  unsigned threads = 0;     ///< 0: one for each processor
};

/// The empirical tangent kernel K = <grad f(x_i), grad f(x_j)> of one output by blocks of parameters, each N
/// x N and exactly symmetric.
struct FiniteKernel {
  Eigen::MatrixXd K_v;  ///< sigma_v^2 times the empirical NNGP Gram phi(h^L)^T phi(h^L)/n
  Eigen::MatrixXd K_W;
  Eigen::MatrixXd K_U;

  /// Bound, but for rounding, of what compression changed: |dK_W(i,j)| <= relative_tail * sqrt(K_W(i,i)
  /// K_W(j,j)). From the discarded terms themselves; 0 for the other methods.
  double relative_tail = 0;
  Eigen::Index terms = 0;  ///< largest number of terms kept for a tile of inputs; L if not compressed
  double sigma_v = 1;

  Eigen::MatrixXd K() const { return K_v + K_W + K_U; }
  /// The empirical NNGP Gram phi(h^L(x_i)) . phi(h^L(x_j))/n.
  Eigen::MatrixXd nngp() const { return K_v / (sigma_v * sigma_v); }
};

/// The kernel of the residual network of depth L (theory 0.1, 0.5 (iii)) at the columns of `x`, d x N, in
/// double arithmetic. With k = T/L, Phi_l = phi(h^l) and Lambda_l = lambda^l (n x N each):
///
///     K_v = (sigma_v^2/n) Phi_L^T Phi_L,    K_U = (sigma_u^2/d) X^T X o Lambda_0^T Lambda_0,
///     K_W = k^2 (sigma_w^2/n) sum_{l,m<L} Phi_l^T Phi_m o Lambda_{l+1}^T Lambda_{m+1}.
///
/// The cost is 4 n^2 L N operations for the states and adjoints and those of the method for K_W. Memory: 2 r
/// n N numbers (r = L for layer pairs), 2 L n numbers for each input of a tile of up to 128 and thread, and
/// the result. Results do not depend on the number of threads.
///
/// \throws InputError for depth < 1, inputs of another dimension, none, or not finite, an output that does
/// not exist, a tolerance outside (0, 1), states that overflow, and `gradients` for more than 2^27 numbers.
FiniteKernel finite_kernel(const NeuralOde& model, const Eigen::MatrixXd& x, long depth,
                           const FiniteKernelOptions& options = {});

}  // namespace gronwall
