#pragma once
/// \file Gaussian numbers that are the same on every machine.

#include <Eigen/Core>
#include <cstdint>

namespace gronwall {

/// The inverse of the standard Gaussian distribution function at p in (0, 1), relative error about 1e-15, in
/// IEEE basic operations only, so the same double on every machine. Wichura, "Algorithm AS 241: the
/// percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16.
double normal_quantile(double p);

/// rows x columns independent Gaussian numbers, multiples of 2^-40 of absolute value below 8.3; entry (i, j)
/// depends on (seed, role, i, j) alone, and different roles are independent. See `gaussian_model`.
Eigen::MatrixXd gaussian_weights(Eigen::Index rows, Eigen::Index columns, std::uint32_t role,
                                 std::uint64_t seed);

}  // namespace gronwall
