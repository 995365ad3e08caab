#pragma once
/// \file From an activation and points to a proved bound of the least eigenvalue of their Gram matrix.

#include <vector>

#include "gronwall/activation/activation.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/sphere/dot_product_kernel.hpp"

namespace gronwall {

/// The Hermite coefficients from which a Gram matrix is built.
struct KernelCoefficients {
  /// Enclosures of a_0(q), ..., a_M(q), widened to a half-width of 2^-kAccuracyBits (exact zeros excepted),
  /// so that an independent computation confirms them.
  std::vector<Ball> hermite;
  /// Squares rounded down to doubles, and what is left out.
  DotProductKernel kernel;

  static constexpr long kAccuracyBits = 80;
  /// Series of activations with a kink decay like n^(-5/2); this many terms leave about 1e-5 of ReLU's
  /// variance.
  static constexpr unsigned kMostTerms = 513;
};

/// The ball of 2^-bits more radius: an enclosure that another arithmetic of similar accuracy can confirm.
/// Exact zeros, which are known by parity, stay exact.
Ball widened(const Ball& value, long bits);

/// As many coefficients as double precision can use: until the tail is below 2^-44 E phi^2, at most
/// kMostTerms. \throws as hermite_coefficients.
KernelCoefficients kernel_coefficients(const Activation& phi, const Rational& q);

/// Gram matrix K_ij = E[phi(sqrt(q) u) phi(sqrt(q) v)], u, v of correlation <x_i, x_j>/(|x_i| |x_j|), with
/// bounds.
struct GramBound {
  EnclosedMatrix gram;      ///< contains K
  EnclosedMatrix minorant;  ///< sum_{n <= M} b_n R^{o n}, below K in the Loewner order (L9)
  LambdaMin minorant_lambda_min;
  double lower;  ///< proved: lambda_min(K) >= lower
  double upper;  ///< proved: lambda_min(K) <= upper
};

/// \throws InputError for zero vectors or equal directions, naming the rows.
GramBound bound_gram(const PointSet& points, const KernelCoefficients& coefficients);
/// The same for any power-series kernel K_ij = kappa(rho_ij).
GramBound bound_gram(const PointSet& points, const DotProductKernel& kernel);

}  // namespace gronwall
