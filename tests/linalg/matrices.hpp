#pragma once
/// \file Matrices for tests, and exact truths about them.

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <random>

#include "gronwall/linalg/ball_cholesky.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall::testing {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

using Random = std::mt19937_64;

inline double normal(Random& random) {
  return std::normal_distribution<double>()(random);
}

inline MatrixXd random_matrix(Index rows, Index columns, Random& random) {
  return MatrixXd::NullaryExpr(rows, columns, [&random] { return normal(random); });
}

inline MatrixXd symmetrised(const MatrixXd& a) {
  return a.selfadjointView<Eigen::Lower>();
}

/// `Q diag(eigenvalues) Q^T` with a random orthogonal `Q`, up to rounding; exactly symmetric.
inline MatrixXd planted(const VectorXd& eigenvalues, Random& random) {
  const Index n = eigenvalues.size();
  const MatrixXd q = Eigen::HouseholderQR<MatrixXd>(random_matrix(n, n, random)).householderQ();
  return symmetrised(q * eigenvalues.asDiagonal() * q.transpose());
}

/// Second differences: eigenvalues `2 - 2 cos(k pi / (n + 1))`, k = 1..n.
inline MatrixXd second_differences(Index n) {
  MatrixXd a = MatrixXd::Zero(n, n);
  a.diagonal().setConstant(2);
  if (n > 1) {
    a.diagonal(1).setConstant(-1);
    a.diagonal(-1).setConstant(-1);
  }
  return a;
}
inline double second_differences_eigenvalue(Index n, Index k) {
  const double s = std::sin(static_cast<double>(k) * std::numbers::pi / (2.0 * static_cast<double>(n + 1)));
  return 4 * s * s;
}

/// A Gram matrix `exp(<x, y> - 1)` of random points of a sphere of dimension `d - 1`, on a grid of 2^-40.
inline MatrixXd exponential_gram(Index n, Index d, Random& random) {
  MatrixXd x = random_matrix(d, n, random);
  x.colwise().normalize();
  const MatrixXd inner = x.transpose() * x;
  return symmetrised(
      inner.unaryExpr([](double rho) { return std::round(std::exp(rho - 1) * 0x1p40) * 0x1p-40; }));
}

/// Hilbert matrix of order n, exact.
inline BallMatrix hilbert(Index n, long bits) {
  BallMatrix a(n, n);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < n; ++j) a(i, j) = Ball::from(Rational(1, i + j + 1), bits);
  return a;
}

/// The exact least eigenvalue of the matrix of doubles `a`, within a tiny ball.
inline Ball true_lambda_min(const MatrixXd& a) {
  return ball_lambda_min(exact_balls(a, 256), 256, 60);
}

}  // namespace gronwall::testing
