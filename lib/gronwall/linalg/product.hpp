#pragma once
/// \file Matrix products in double arithmetic with entrywise error bounds.

#include <Eigen/Core>

#include "gronwall/numbers/bound.hpp"

namespace gronwall {

/// A matrix product: `|exact_ij - midpoint_ij| <= radius_ij`.
struct EnclosedProduct {
  Eigen::MatrixXd midpoint;
  Eigen::MatrixXd radius;
};

/// `a b` with radius `gamma_k |a| |b|` (k the inner dimension), docs/bounds.md L23. Costs two products.
/// \throws InputError if shapes do not fit or an entry is not finite; an overflowing product has infinite
/// radius.
EnclosedProduct multiply_enclosed(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b);

}  // namespace gronwall
