#include "gronwall/sphere/singular.hpp"

#include <algorithm>
#include <string>

#include "gronwall/data/inspect.hpp"
#include "gronwall/linalg/exact_rank.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

namespace {

/// Points of equal non-zero norm, pairwise distinct; returns the pairs of opposite points.
std::vector<std::pair<std::size_t, std::size_t>> opposite_pairs(const PointSet& points) {
  const Inspection inspection = inspect(points);
  require_distinct(points, inspection);
  const auto norm_square = [&points](std::size_t i) {
    Integer sum = 0;
    for (const std::int64_t x : points[i]) sum += Integer(x) * x;
    return sum;
  };
  const Integer first = norm_square(0);
  for (std::size_t i = 1; i < points.size(); ++i)
    if (norm_square(i) != first)
      throw InputError("points " + std::to_string(points.source_row(0)) + " and " +
                       std::to_string(points.source_row(i)) +
                       " have different norms: scale them to one sphere");
  return inspection.antipodal;
}

bool all_zero(const std::vector<Integer>& weights) {
  return std::all_of(weights.begin(), weights.end(), [](const Integer& w) { return w == 0; });
}

}  // namespace

std::string_view to_text(SingularIdentity identity) {
  switch (identity) {
    case SingularIdentity::even:
      return "even";
    case SingularIdentity::odd:
      return "odd";
    case SingularIdentity::linear_plus_even:
      return "linear-plus-even";
    case SingularIdentity::constant_plus_odd:
      return "constant-plus-odd";
  }
  return "";
}

std::optional<SingularIdentity> singular_identity(const ParitySplit& split) {
  // A constant is even and a multiple of z odd: each joins the rest of its own parity.
  if (split.rest == Parity::even)
    return split.slope == 0 ? SingularIdentity::even : SingularIdentity::linear_plus_even;
  if (split.rest == Parity::odd)
    return split.constant == 0 ? SingularIdentity::odd : SingularIdentity::constant_plus_odd;
  return std::nullopt;
}

std::optional<NullVector> null_vector(const PointSet& points, const ParitySplit& split) {
  const auto pairs = opposite_pairs(points);
  const auto identity = singular_identity(split);
  if (!identity) return std::nullopt;
  NullVector result{*identity, std::vector<Integer>(points.size(), Integer(0))};
  // Weights t_p on the first point of each opposite pair; the other point has the same weight, or its
  // negative.
  std::vector<Integer> t(pairs.size(), Integer(0));
  const bool even = *identity == SingularIdentity::even || *identity == SingularIdentity::linear_plus_even;
  switch (*identity) {
    case SingularIdentity::even:
    case SingularIdentity::odd:
      if (pairs.empty()) return std::nullopt;
      t[0] = 1;
      break;
    case SingularIdentity::constant_plus_odd:
      if (pairs.size() < 2) return std::nullopt;
      t[0] = 1;
      t[1] = -1;
      break;
    case SingularIdentity::linear_plus_even: {
      // sum_i w_i x_i = 2 sum_p t_p x_p = 0. More than d + 1 pairs are never needed.
      const std::size_t used = std::min(pairs.size(), points.dimension() + 1);
      RationalRows lines(points.dimension());
      for (std::size_t k = 0; k < points.dimension(); ++k)
        for (std::size_t p = 0; p < used; ++p) lines[k].emplace_back(points[pairs[p].first][k]);
      const auto dependence = exact_null_vector(lines);
      if (!dependence) return std::nullopt;
      std::copy(dependence->begin(), dependence->end(), t.begin());
      break;
    }
  }
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    result.weights[pairs[p].first] = t[p];
    result.weights[pairs[p].second] = even ? Integer(-t[p]) : t[p];
  }
  return result;
}

bool is_null_vector(const PointSet& points, SingularIdentity identity, const std::vector<Integer>& weights) {
  if (weights.size() != points.size()) throw InputError("a null vector needs one weight for each point");
  const auto pairs = opposite_pairs(points);
  if (all_zero(weights)) return false;
  // bound: L17
  const bool even = identity == SingularIdentity::even || identity == SingularIdentity::linear_plus_even;
  std::vector<Integer> unpaired = weights;
  for (const auto& [first, second] : pairs) {
    if (weights[first] != (even ? Integer(-weights[second]) : weights[second])) return false;
    unpaired[first] = unpaired[second] = 0;
  }
  if (!all_zero(unpaired)) return false;
  if (identity == SingularIdentity::linear_plus_even)
    for (std::size_t k = 0; k < points.dimension(); ++k) {
      Integer sum = 0;
      for (std::size_t i = 0; i < points.size(); ++i) sum += weights[i] * points[i][k];
      if (sum != 0) return false;
    }
  if (identity == SingularIdentity::constant_plus_odd) {
    Integer sum = 0;
    for (const Integer& w : weights) sum += w;
    if (sum != 0) return false;
  }
  return true;
}

}  // namespace gronwall
