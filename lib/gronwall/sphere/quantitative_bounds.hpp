#pragma once
/// \file Lower bounds of lambda_min of dot-product Gram matrices by formula, without a factorisation
/// (docs/bounds.md L16). They are far below the truth for many points, but hold for kernels known only
/// through their coefficients.

#include <vector>

#include "gronwall/data/point_set.hpp"
#include "gronwall/numbers/ball.hpp"

namespace gronwall {

/// Each function returns a ball around the value of its formula: the ball's lower end is a proved lower bound
/// of `lambda_min(sum_n c_n rho_ij^n)` for every `c_n >= b_n`, `n <= M`, and `c_n >= 0` beyond. `b` holds
/// exact doubles
/// >= 0; cosines come from exact integers; `bits` is the working precision.
/// All throw InputError for bad coefficients, zero vectors and equal directions (naming rows).

/// `(sum_{n >= N-1} b_n) / sum_i prod_{j != i} sin^-2 theta_ij`, theta_ij the angle between the lines.
/// \throws InputError, naming the rows, for opposite points.
Ball lambda_min_by_line_angles(const PointSet& points, const std::vector<double>& b, long bits = 128);

/// `sum_n b_n max(0, 1 - (N-1) delta^n)`, `delta = max_{i != j} |rho_ij|` (Gershgorin's theorem power by
/// power).
Ball lambda_min_by_gershgorin(const PointSet& points, const std::vector<double>& b, long bits = 128);

/// `1 / (sum_{k < N} C(N-1, k)^2 / b_k  sum_i prod_{j != i} (1 - rho_ij)^-2)`; opposite points allowed. Zero
/// if one of `b_0, ..., b_{N-1}` is zero or not given.
Ball lambda_min_by_distances(const PointSet& points, const std::vector<double>& b, long bits = 128);

}  // namespace gronwall
