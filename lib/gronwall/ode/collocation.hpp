#pragma once
/// \file Approximate collocation solutions by Picard's iteration on one piece of time. Nothing here is
/// proved.

#include <algorithm>
#include <cmath>

#include "gronwall/ode/flow_world.hpp"

namespace gronwall {

/// The end of the piece where the value is prescribed.
enum class Edge { left, right };

/// Coefficients (degree m+1) of the primitive of a polynomial with coefficients `slope` (degree m) that has
/// the value `value` at the edge.
template <class World>
typename World::Matrix primitive(const typename World::Matrix& slope, const typename World::Matrix& value,
                                 Edge edge) {
  using Matrix = typename World::Matrix;
  const Eigen::Index terms = slope.cols() + 1;
  Matrix result = Matrix::Zero(slope.rows(), terms);
  for (Eigen::Index k = 1; k < terms; ++k)
    for (Eigen::Index i = 0; i < slope.rows(); ++i) {
      auto sum = slope(i, k - 1);
      if (k == 1) sum += slope(i, 0);
      if (k + 1 < slope.cols()) sum -= slope(i, k + 1);
      result(i, k) = sum / static_cast<int>(2 * k);
    }
  for (Eigen::Index i = 0; i < slope.rows(); ++i) {
    auto rest = value(i, 0);
    for (Eigen::Index k = terms - 1; k >= 1; --k)
      if (edge == Edge::left && k % 2 == 1)
        rest += result(i, k);
      else
        rest -= result(i, k);
    result(i, 0) = rest;
  }
  World::drop_radii(result);
  return result;
}

/// Iterates `q' = alpha I field(q)`, `q(edge) = value`, from the coefficients `guess` until the coefficients
/// settle. `field` maps node values to node values.
template <class World, class Field>
typename World::Matrix solve_by_sweeps(const World& world, typename World::Matrix guess, const Field& field,
                                       const Ball& alpha, const typename World::Matrix& value, Edge edge,
                                       double tolerance) {
  using Matrix = typename World::Matrix;
  constexpr int kMostSweeps = 400;
  const auto factor = World::scalar(alpha);
  double before = std::numeric_limits<double>::infinity();
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    const Matrix nodes = world.approximate_nodes(guess);
    if (!world.magnitudes(world.exact(nodes)).allFinite()) break;
    Matrix slope = world.interpolate(field(nodes));
    for (Eigen::Index k = 0; k < slope.size(); ++k) slope.data()[k] *= factor;
    Matrix next = primitive<World>(slope, value, edge);
    const Matrix difference = next - guess;
    const double change = world.magnitudes(world.exact(difference)).maxCoeff();
    guess = std::move(next);
    // A change well below the tolerance shrinks further by the iteration's own contraction; rounding stops
    // it.
    if (!(change > 1e-3 * tolerance / std::sqrt(static_cast<double>(guess.rows()))) ||
        (sweep > 3 && change > 0.7 * before && change < 1e-12))
      break;
    if (!std::isfinite(change)) break;
    before = change;
  }
  return guess;
}

}  // namespace gronwall
