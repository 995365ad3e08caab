#pragma once
/// \file Chebyshev polynomials on [-1, 1] and their Lobatto nodes, enclosed.

#include <Eigen/Core>

#include "gronwall/numbers/eigen.hpp"

namespace gronwall {

/// Tables for polynomials `q = sum_{k <= m+1} c_k T_k` and interpolation at the `m + 1` nodes
/// `x_j = cos(j pi / m)` (from 1 down to -1). Rows belong to coefficients, columns to nodes: values at the
/// nodes are `c^T values`.
struct ChebyshevTables {
  int degree;               ///< m >= 2: of interpolants
  BallMatrix values;        ///< (m+2) x (m+1): T_k(x_j)
  BallMatrix derivatives;   ///< (m+2) x (m+1): T_k'(x_j)
  BallMatrix moments;       ///< (m+2) x (m+1): int T_k l_j over [-1,1], l_j the cardinal polynomials
  BallMatrix coefficients;  ///< (m+1) x (m+1): c = f * coefficients gives the interpolant's coefficients from
                            ///< node values (row vectors)

  /// \throws InputError for a degree outside [2, 1000].
  ChebyshevTables(int degree, long bits);
};

/// The tables of a degree at double precision, made once.
const ChebyshevTables& chebyshev_tables(int degree);

/// Upper bound of the Lebesgue constant of the nodes (docs/bounds.md, L27).
UpperBound lebesgue_constant(int degree);

}  // namespace gronwall
