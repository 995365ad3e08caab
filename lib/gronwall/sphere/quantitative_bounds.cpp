#include "gronwall/sphere/quantitative_bounds.hpp"

#include <cmath>

#include "gronwall/data/inspect.hpp"
#include "gronwall/numbers/eigen.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/sphere/dot_product_kernel.hpp"

namespace gronwall {

namespace {

using Eigen::Index;

Integer dot(const PointSet& points, std::size_t i, std::size_t j) {
  Integer sum = 0;
  for (std::size_t k = 0; k < points.dimension(); ++k) sum += Integer(points[i][k]) * points[j][k];
  return sum;
}

/// Calls `visit(i, j, g_ij, g_ii g_jj)` with exact integers for all `i < j`.
template <class Visit>
void for_each_pair(const PointSet& points, const Visit& visit) {
  std::vector<Integer> squares;
  for (std::size_t i = 0; i < points.size(); ++i) squares.push_back(dot(points, i, i));
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = i + 1; j < points.size(); ++j)
      visit(i, j, dot(points, i, j), Integer(squares[i] * squares[j]));
}

Inspection checked(const PointSet& points, const std::vector<double>& b) {
  require_coefficients(b);
  Inspection inspection = inspect(points);
  require_distinct(points, inspection);
  return inspection;
}

Ball one(long bits) {
  return Ball(1).with_bits(bits);
}

/// `sum_i prod_{j != i} factor_ij` from the products gathered for each point.
Ball total(const std::vector<Ball>& products, long bits) {
  Ball sum = Ball(0).with_bits(bits);
  for (const Ball& product : products) sum += product;
  return sum;
}

}  // namespace

Ball lambda_min_by_line_angles(const PointSet& points, const std::vector<double>& b, long bits) {
  const Inspection inspection = checked(points, b);
  if (!inspection.antipodal.empty())
    throw InputError("this bound needs points without opposite pairs: " +
                     describe_antipodal(points, inspection));
  std::vector<Ball> products(points.size(), one(bits));
  for_each_pair(points, [&](std::size_t i, std::size_t j, const Integer& g, const Integer& squares) {
    // sin^-2 = g_ii g_jj / (g_ii g_jj - g_ij^2), exact before the division.
    const Ball factor = Ball::from(Rational(squares, Integer(squares - g * g)), bits);
    products[i] *= factor;
    products[j] *= factor;
  });
  Ball mass = Ball(0).with_bits(bits);
  for (std::size_t n = points.size() - 1; n < b.size(); ++n) mass += Ball::exact(b[n], bits);
  // bound: L16
  return mass / total(products, bits);
}

Ball lambda_min_by_gershgorin(const PointSet& points, const std::vector<double>& b, long bits) {
  checked(points, b);
  Rational largest_square = 0;
  for_each_pair(points, [&](std::size_t, std::size_t, const Integer& g, const Integer& squares) {
    const Rational square(Integer(g * g), squares);
    if (square > largest_square) largest_square = square;
  });
  const Ball delta = sqrt(Ball::from(largest_square, bits));
  const Ball others = Ball(points.size() - 1).with_bits(bits);
  const Ball zero = Ball(0).with_bits(bits);
  Ball sum = zero, power = one(bits);
  for (const double coefficient : b) {
    // bound: L16
    sum += Ball::exact(coefficient, bits) * max(zero, one(bits) - others * power);
    power *= delta;
  }
  return sum;
}

Ball lambda_min_by_distances(const PointSet& points, const std::vector<double>& b, long bits) {
  checked(points, b);
  const std::size_t count = points.size();
  const Ball zero = Ball(0).with_bits(bits);
  if (b.size() < count) return zero;
  Ball weights = zero;
  Integer binomial = 1;
  for (std::size_t k = 0; k < count; ++k) {
    if (b[k] == 0) return zero;
    weights += Ball::from(Rational(Integer(binomial * binomial)), bits) / Ball::exact(b[k], bits);
    binomial = binomial * (count - 1 - k) / (k + 1);
  }
  std::vector<Ball> products(count, one(bits));
  for_each_pair(points, [&](std::size_t i, std::size_t j, const Integer& g, const Integer& squares) {
    // 1 - rho = (squares - g^2) / (squares + g sqrt(squares)) for g > 0, without cancellation.
    const Ball root = sqrt(Ball::from(Rational(squares), bits));
    const Ball dot_ball = Ball::from(Rational(g), bits);
    const Ball distance =
        g > 0 ? Ball::from(Rational(Integer(squares - g * g)), bits) / (root * (root + dot_ball))
              : one(bits) - dot_ball / root;
    const Ball factor = one(bits) / (distance * distance);
    products[i] *= factor;
    products[j] *= factor;
  });
  // bound: L16
  return one(bits) / (weights * total(products, bits));
}

}  // namespace gronwall
