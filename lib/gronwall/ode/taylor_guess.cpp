#include "gronwall/ode/taylor_guess.hpp"

#include <vector>

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Row k: the Chebyshev coefficients of `((x + 1)/2)^k = 2^-2k (C(2k,k) + 2 sum_j C(2k,k-j) T_j(x))`.
MatrixXd shifted_powers(int highest) {
  MatrixXd result = MatrixXd::Zero(highest + 1, highest + 1);
  for (int k = 0; k <= highest; ++k) {
    double term = 1;  // 2^-2k C(2k, k - j), from j = k downward
    for (int i = 0; i < 2 * k; ++i) term /= 2;
    for (int j = k; j >= 0; --j) {
      result(k, j) = j == 0 ? term : 2 * term;
      term *= static_cast<double>(k + j) / (k - j + 1);
    }
  }
  return result;
}

}  // namespace

MatrixXd taylor_guess(const DoubleWorld& world, const FlowProblem& problem, const MatrixXd& left, double width,
                      int degree) {
  const Index rows = left.rows(), order = degree + 1;
  MatrixXd h = MatrixXd::Zero(rows, order + 1);
  h.col(0) = left;
  const double scale = problem.a.midpoint() * width;
  // powers[j - 1](i, k): coefficient k of (h_i(s) - h_i(0))^j.
  std::vector<MatrixXd> powers(static_cast<std::size_t>(order));
  for (auto& power : powers) power = MatrixXd::Zero(rows, order + 1);
  MatrixXd phi(rows, order + 1);
  for (Index i = 0; i < rows; ++i) {
    const std::vector<double> taylor = problem.phi.taylor(left(i, 0), static_cast<int>(order));
    for (Index j = 0; j <= order; ++j) phi(i, j) = taylor[static_cast<std::size_t>(j)];
  }
  MatrixXd series = phi.col(0);
  for (Index k = 1; k <= order; ++k) {
    h.col(k) = world.approximate_apply(series, false) * (scale / static_cast<double>(k));
    powers[0].col(k) = h.col(k);
    for (Index j = 2; j <= k; ++j) {
      auto target = powers[static_cast<std::size_t>(j - 1)].col(k).array();
      const MatrixXd& lower = powers[static_cast<std::size_t>(j - 2)];
      for (Index i = 1; i <= k - j + 1; ++i) target += h.col(i).array() * lower.col(k - i).array();
    }
    series.setZero();
    for (Index j = 1; j <= k; ++j)
      series.array() += phi.col(j).array() * powers[static_cast<std::size_t>(j - 1)].col(k).array();
  }
  return h * shifted_powers(static_cast<int>(order));
}

BallMatrix taylor_guess(const BallWorld& /*world*/, const FlowProblem& /*problem*/, const BallMatrix& left,
                        double /*width*/, int degree) {
  BallMatrix result = BallMatrix::Zero(left.rows(), degree + 2);
  result.col(0) = left;
  return result;
}

}  // namespace gronwall
