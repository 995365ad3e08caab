#pragma once
/// \file Proved enclosures of all eigenvalues of a symmetric matrix, and sharp bounds of spectral norms.

#include <Eigen/Core>

#include "gronwall/linalg/symmetric.hpp"

namespace gronwall {

/// Enclosures of the eigenvalues `lambda_1 <= ... <= lambda_n`, counted with multiplicity.
struct EigenvalueEnclosures {
  /// Proved: `|lambda_i(A') - values(i)| <= radius` for every `i` and every `A'` within the radii.
  Eigen::VectorXd values;  ///< increasing
  UpperBound radius;

  double lower(Eigen::Index i) const { return subtract_down(values(i), radius); }
  double upper(Eigen::Index i) const { return -subtract_down(-values(i), radius); }
};

/// Encloses all eigenvalues by an approximate eigendecomposition and its residual (docs/bounds.md L24): the
/// common radius is about `n^(3/2)` units of roundoff of the norm, plus the norm of the radii. For small
/// eigenvalues `enclose_lambda_min` is sharper. O(n^3); meant for orders up to a few hundred. If the
/// decomposition is useless the radius is the norm of the matrix. \throws InputError for an empty,
/// unsymmetric or non-finite matrix.
EigenvalueEnclosures eigenvalue_enclosures(const Eigen::MatrixXd& a, const EntryRadius& radius = {});

/// Upper bound of the spectral norm of any rectangular matrix, usually within `relative_loss` (from
/// `lambda_max(w^T w)`); never above `norm_two_upper_cheap`. From 1e-3 on one product and usually one
/// factorisation suffice, a fifth of the time of the sharp bound. \throws InputError for an empty or
/// non-finite matrix.
UpperBound spectral_norm_upper(const Eigen::MatrixXd& w, double relative_loss = 1e-6);

}  // namespace gronwall
