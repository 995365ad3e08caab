#pragma once
/// \file Exact dot products of integer points, and the cosines of the angles between them.

#include <Eigen/Core>

#include "gronwall/data/point_set.hpp"
#include "gronwall/numbers/bound.hpp"

namespace gronwall {

/// Cosines `rho_ij = <x_i, x_j> / (|x_i| |x_j|)` with a relative error bound.
struct Cosines {
  /// N x N, symmetric, entries in [-1, 1], diagonal exactly 1.
  Eigen::MatrixXd values;
  /// `|values(i,j) - rho_ij| <= relative_error * |rho_ij|`.
  UpperBound relative_error;
  /// Upper bound of `|rho_ij|` over `i != j`, at most 1; 0 for one point.
  UpperBound largest_off_diagonal;
};

/// Cosines of all pairs of points. Dot products are exact integers: by floating-point matrix products where
/// every partial sum is below 2^53, in 128-bit integers otherwise. \throws InputError, naming the rows, for
/// zero vectors and for two points of the same direction.
Cosines cosines(const PointSet& points);

}  // namespace gronwall
