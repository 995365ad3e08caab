#pragma once
/// \file The tangent kernel of a finite network, proved.

#include "gronwall/linalg/product.hpp"
#include "gronwall/model/neural_ode.hpp"

namespace gronwall {

/// The tangent kernel of one output of the depth-L ResNet at some inputs, K_ij = <grad f(x_i), grad f(x_j)>
/// by all of (U, W, v): entrywise enclosures for exactly these weights and inputs, from gradients with proved
/// errors (enclose_resnet_gradient) and L57.
///
/// \param x d x N, N >= 1. `threads` 0: one for each processor. Needs 8 N n (n + d + 1) bytes. \throws
/// InputError as enclose_resnet_gradient; PrecisionError if gradients or bounds overflow.
EnclosedProduct enclose_tangent_kernel(const NeuralOde& model, const Eigen::MatrixXd& x, long depth,
                                       Eigen::Index output = 0, unsigned threads = 0);

}  // namespace gronwall
