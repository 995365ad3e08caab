#pragma once
/// \file Integer factors that prove a lower bound of lambda_min without floating-point arithmetic
/// (docs/bounds.md L13, certificate kind `spd/1`).

#include <Eigen/Core>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "gronwall/linalg/symmetric.hpp"

namespace gronwall {

/// A lower triangular matrix `L = factor * 2^scale` and the bound it proves.
struct SpdWitness {
  Eigen::Index order = 0;
  /// Lower triangle row by row: entry `(i, j)`, `j <= i`, at `i (i + 1) / 2 + j`. `order * max|entry|^2 <
  /// 2^126`.
  std::vector<std::int64_t> factor;
  long scale = 0;
  /// The largest double `c` such that `E = A' - cI - L L^T` is diagonally dominant with non-negative diagonal
  /// for every `A'` within the radii: then `lambda_min(A') >= c` (L13). -infinity if there is none.
  double bound = -std::numeric_limits<double>::infinity();
};

/// Factors `a - shift I` in double arithmetic, rounds the factor to integers and finds the largest bound it
/// proves in exact arithmetic, usually `shift` less about `n^(3/2)` units of roundoff of the largest diagonal
/// entry and less
/// `||radius||_inf`. Choose `shift` a little below `lambda_min(a)`. A checker that encloses the entries of
/// `A'` itself with radius `w` needs a bound lower by `2 n w` at most.
///
/// Costs `n^3 / 6` exact integer multiplications on all processors.
/// \return nothing if the factorisation fails (`a - shift I` is not clearly positive definite) or the
/// magnitudes of
///   the entries do not fit 126 bits.
/// \throws InputError for an empty, unsymmetric or non-finite matrix.
std::optional<SpdWitness> spd_witness(const Eigen::MatrixXd& a, const EntryRadius& radius, double shift);

/// The bound that `witness.factor` proves for `a` and `radius`, recomputed in exact integer arithmetic.
/// \throws InputError if orders differ, the factor is not of the right size or its entries exceed the limit.
double witnessed_bound(const Eigen::MatrixXd& a, const EntryRadius& radius, const SpdWitness& witness);

}  // namespace gronwall
