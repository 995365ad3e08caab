#pragma once
/// \file Points on which the Gram matrix of an activation is singular, exactly (docs/bounds.md L17).

#include <optional>
#include <string_view>
#include <vector>

#include "gronwall/activation/activation.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall {

/// What L17 uses of an activation; the names are those of certificates (kind `singular/1`).
enum class SingularIdentity {
  even,               ///< phi(-z) = phi(z)
  odd,                ///< phi(-z) = -phi(z)
  linear_plus_even,   ///< phi(z) - s z even, s != 0
  constant_plus_odd,  ///< phi(z) - c odd, c != 0
};

/// `even`, `odd`, `linear-plus-even`, `constant-plus-odd`.
std::string_view to_text(SingularIdentity identity);

/// The identity that a parity split gives, if any.
std::optional<SingularIdentity> singular_identity(const ParitySplit& split);

/// A vector with `sum_i w_i phi(<g, x_i>) = 0` for every `g`: `K w = 0` for the Gram matrix at every
/// variance.
struct NullVector {
  SingularIdentity identity;
  std::vector<Integer> weights;  ///< primitive, not all zero, one for each point
};

/// Finds a null vector of L17 on the given points, if the identity has one there: opposite pairs for even and
/// odd activations; two opposite pairs for a constant plus an odd one; opposite pairs along linearly
/// dependent lines (such as three in a plane, the hexagon) for a linear plus an even one, solved exactly over
/// the rationals. \throws InputError for zero vectors, equal points (naming rows), or points of different
/// norm.
std::optional<NullVector> null_vector(const PointSet& points, const ParitySplit& split);

/// Checks every condition of L17 in exact integers. False if one fails. \throws InputError for zero vectors,
/// equal points, points of different norm, or a number of weights that is not the number of points.
bool is_null_vector(const PointSet& points, SingularIdentity identity, const std::vector<Integer>& weights);

}  // namespace gronwall
