#pragma once
/// \file Rank and null vectors of rational matrices, exactly.

#include <optional>
#include <vector>

#include "gronwall/numbers/exact.hpp"

namespace gronwall {

/// A rational matrix, row by row; all rows of equal length.
using RationalRows = std::vector<std::vector<Rational>>;

/// Rank over the rationals, by fraction-free elimination (Bareiss, Math. Comp. 22 (1968) 565).
/// \throws InputError for ragged rows.
std::size_t exact_rank(const RationalRows& matrix);

/// A primitive integer vector `w != 0` with `matrix w = 0`, if the columns are linearly dependent; the
/// dependent column with the least index has a positive entry and all later columns have none. \throws
/// InputError for ragged rows.
std::optional<std::vector<Integer>> exact_null_vector(const RationalRows& matrix);

}  // namespace gronwall
