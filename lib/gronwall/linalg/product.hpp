#pragma once
/// \file Matrix products in double arithmetic with entrywise error bounds.

#include <Eigen/Core>
#include <vector>

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

/// The Gram matrix of vectors that are known up to errors: `g_i . g_j` for all g_i within `errors[i]` of
/// column i of `a`, docs/bounds.md L57. Midpoint and radius are symmetric. Costs one product.
/// \throws InputError unless there is one error for each column, or for an entry that is not finite; an
/// overflowing product has infinite radius.
EnclosedProduct enclosed_gram(const Eigen::MatrixXd& a, const std::vector<UpperBound>& errors);

}  // namespace gronwall
