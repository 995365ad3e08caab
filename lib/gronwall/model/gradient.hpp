#pragma once
/// \file Gradients with respect to the weights, block by block.

#include "gronwall/ode/real_matrix.hpp"

namespace gronwall {

/// The gradient of a number with respect to U, W and V, in their shapes: entry (i, j) is the partial
/// derivative by that weight.
template <Real R>
struct Gradient {
  RealMatrix<R> u;  ///< n x d
  RealMatrix<R> w;  ///< n x n; row index: adjoint, column index: activation
  RealMatrix<R> v;  ///< outputs x n

  /// Euclidean norm of all blocks together. Ball: encloses it.
  R norm() const {
    return root_of_nonnegative(R(squared_norm<R>(u) + squared_norm<R>(w) + squared_norm<R>(v)));
  }
  /// Euclidean (Frobenius) norm of one block.
  static R norm_of(const RealMatrix<R>& block) { return root_of_nonnegative(squared_norm<R>(block)); }

  Gradient& operator+=(const Gradient& other) {
    u += other.u;
    w += other.w;
    v += other.v;
    return *this;
  }
  Gradient& operator-=(const Gradient& other) {
    u -= other.u;
    w -= other.w;
    v -= other.v;
    return *this;
  }
  friend Gradient operator+(Gradient a, const Gradient& b) { return a += b; }
  friend Gradient operator-(Gradient a, const Gradient& b) { return a -= b; }
};

}  // namespace gronwall
