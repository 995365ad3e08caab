#pragma once
/// \file Strict positive definiteness of dot-product kernels on every set of N points: finite certificates.

#include <span>
#include <string>
#include <vector>

#include "gronwall/numbers/ball.hpp"

namespace gronwall {

/// A proof that a kernel is strictly positive definite on a class of point sets, or why none was found.
struct SpdTheorem {
  bool proved = false;
  /// Indices of coefficients that are certainly not zero and suffice.
  std::vector<unsigned> indices;
  /// In words, when not proved. Not a refutation.
  std::string reason;
};

/// Is `sum_n a_n^2 rho^n` strictly positive definite on every set of `count` unit vectors, pairwise distinct
/// and not opposite, in every dimension? One index `m >= count - 1` with `a_m != 0` suffices (docs/bounds.md
/// L14); the least such index is returned. It cannot be less than `count - 1` in dimension 2 if it is to
/// stand alone. \param coefficients enclosures of `a_0, ..., a_M`. \throws InputError for `count = 0`.
SpdTheorem spd_every_set_without_antipodes(std::span<const Ball> coefficients, unsigned count);

/// The same for every set of `count` distinct unit vectors, opposite ones allowed, in every dimension >= 2:
/// one even and one odd index, both at least `floor(count / 2) - 1` (L15); returned in increasing order.
SpdTheorem spd_every_distinct_set(std::span<const Ball> coefficients, unsigned count);

}  // namespace gronwall
