#pragma once
/// \file Small integer point sets and exact truths about their Gram matrices.

#include <boost/test/unit_test.hpp>
#include <random>

#include "gronwall/data/inspect.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/linalg/ball_cholesky.hpp"
#include "gronwall/linalg/exact_rank.hpp"

namespace gronwall::testing {

using Random = std::mt19937_64;

inline PointSet points_of(std::size_t dimension, std::vector<std::int64_t> coordinates) {
  return PointSet(dimension, std::move(coordinates), {.name = "test"});
}

/// `count` random non-zero points with coordinates in [-size, size], redrawn until they are of distinct
/// directions and, if asked, no two opposite.
inline PointSet random_directions(std::size_t count, std::size_t dimension, int size, bool antipodes,
                                  Random& random) {
  std::uniform_int_distribution<std::int64_t> coordinate(-size, size);
  for (;;) {
    std::vector<std::int64_t> coordinates(count * dimension);
    for (auto& x : coordinates) x = coordinate(random);
    PointSet points = points_of(dimension, std::move(coordinates));
    const Inspection inspection = inspect(points);
    if (inspection.distinct() && (antipodes || inspection.antipodal.empty())) return points;
  }
}

inline Integer dot(const PointSet& points, std::size_t i, std::size_t j) {
  Integer sum = 0;
  for (std::size_t k = 0; k < points.dimension(); ++k) sum += Integer(points[i][k]) * points[j][k];
  return sum;
}

/// The cosine of points i and j as a ball.
inline Ball cosine(const PointSet& points, std::size_t i, std::size_t j, long bits) {
  const Integer g = dot(points, i, j), squares = dot(points, i, i) * dot(points, j, j);
  const Ball size = sqrt(Ball::from(Rational(Integer(g * g), squares), bits));
  return g < 0 ? -size : size;
}

/// `sum_n b_n rho_ij^n` in balls.
inline BallMatrix ball_gram(const PointSet& points, const std::vector<double>& b, long bits) {
  const auto n = static_cast<Eigen::Index>(points.size());
  BallMatrix gram(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) {
      const Ball rho = cosine(points, static_cast<std::size_t>(i), static_cast<std::size_t>(j), bits);
      Ball sum = Ball(0).with_bits(bits);
      for (std::size_t k = b.size(); k-- > 0;) sum = sum * rho + Ball::exact(b[k], bits);
      gram(i, j) = sum;
    }
  return gram;
}

/// Rank of the monomials of the given degrees at the points: the rank of the Gram matrix of any kernel with
/// positive coefficients at exactly these degrees (points on one sphere up to scale: homogeneous monomials).
inline std::size_t monomial_rank(const PointSet& points, const std::vector<unsigned>& degrees) {
  RationalRows rows;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::vector<Rational> row;
    for (const unsigned degree : degrees) {
      // All products of `degree` coordinates with repetition.
      std::vector<std::pair<Rational, std::size_t>> monomials = {{Rational(1), 0}};
      for (unsigned k = 0; k < degree; ++k) {
        std::vector<std::pair<Rational, std::size_t>> longer;
        for (const auto& [value, least] : monomials)
          for (std::size_t c = least; c < points.dimension(); ++c)
            longer.emplace_back(value * Rational(points[i][c]), c);
        monomials = std::move(longer);
      }
      for (const auto& monomial : monomials) row.push_back(monomial.first);
    }
    rows.push_back(std::move(row));
  }
  return exact_rank(rows);
}

}  // namespace gronwall::testing
