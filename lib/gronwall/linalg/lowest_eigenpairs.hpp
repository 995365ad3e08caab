#pragma once
/// \file Approximate lowest eigenpairs of a symmetric matrix. Nothing here is proved; lambda_min.hpp proves.

#include <Eigen/Core>

#include "gronwall/linalg/kernel_buffer.hpp"

namespace gronwall {

/// Approximation of the least eigenvalue.
struct LowestEigenpair {
  double value;            ///< Rayleigh quotient of `vector`: above the least eigenvalue, up to rounding
  Eigen::VectorXd vector;  ///< unit vector
  double error;            ///< guess of `value - lambda_min`, from the residual and the gap; not a bound
};

/// Approximates the least eigenvalue and its vector for a finite symmetric `a` of order n >= 1.
///
/// A Cholesky factor of `a` (in single precision if that exists, else in double precision) serves as
/// preconditioner: block Lanczos on the inverse gives the lowest few vectors, a block Davidson iteration in
/// double precision improves them. If eigenvalues are too close to each other for that, or `a` is indefinite,
/// factors of `a - sI` with `s` just below the estimate finish, until `error` is below `relative_error *
/// |value|` or rounding level. \param workspace `padded_stride(n) * n` doubles, overwritten. \param scale a
/// positive number of the size of the largest eigenvalue (any norm will do).
LowestEigenpair approximate_lowest_eigenpair(const Eigen::MatrixXd& a, double relative_error, double scale,
                                             KernelBuffer& workspace);

}  // namespace gronwall
