#include "gronwall/linalg/ball_cholesky.hpp"

#include <cmath>

namespace gronwall {

namespace {

using Eigen::Index;

/// Cholesky factor, or the sign of the first pivot that is not certainly positive.
struct Attempt {
  std::optional<BallMatrix> factor;
  Truth positive = Truth::yes;
};

Attempt attempt_cholesky(const BallMatrix& a) {
  if (a.rows() != a.cols() || a.rows() == 0)
    throw InputError("a Cholesky factorisation needs a square matrix");
  const Index n = a.rows();
  BallMatrix l = BallMatrix::Constant(n, n, Ball(0));
  for (Index j = 0; j < n; ++j) {
    Ball pivot = a(j, j);
    for (Index k = 0; k < j; ++k) pivot -= l(j, k) * l(j, k);
    // A pivot that is certainly not positive refutes: it is a Schur complement of every matrix in `a`.
    if (const Truth positive = is_positive(pivot); positive != Truth::yes) return {std::nullopt, positive};
    l(j, j) = sqrt(pivot);
    const Ball reciprocal = Ball(1).with_bits(pivot.working_bits()) / l(j, j);
    for (Index i = j + 1; i < n; ++i) {
      Ball sum = a(i, j);
      for (Index k = 0; k < j; ++k) sum -= l(i, k) * l(j, k);
      l(i, j) = sum * reciprocal;
    }
  }
  return {std::move(l), Truth::yes};
}

BallMatrix shifted(BallMatrix a, const Ball& shift) {
  for (Index i = 0; i < a.rows(); ++i) a(i, i) -= shift;
  return a;
}

/// `x := (L L^T)^-1 x` on midpoints: an approximation.
void solve_midpoints(const BallMatrix& l, BallVector& x) {
  const Index n = l.rows();
  for (Index i = 0; i < n; ++i) {
    for (Index k = 0; k < i; ++k) x(i) -= l(i, k) * x(k);
    x(i) = (x(i) / l(i, i)).exact_midpoint();
  }
  for (Index i = n; i-- > 0;) {
    for (Index k = i + 1; k < n; ++k) x(i) -= l(k, i) * x(k);
    x(i) = (x(i) / l(i, i)).exact_midpoint();
  }
}

Ball rayleigh_quotient(const BallMatrix& a, const BallVector& x) {
  const Index n = a.rows();
  Ball form(0), squares(0);
  for (Index j = 0; j < n; ++j) {
    form += a(j, j) * x(j) * x(j);
    squares += x(j) * x(j);
    for (Index i = j + 1; i < n; ++i) form += Ball(2) * a(i, j) * x(i) * x(j);
  }
  return form / squares;
}

}  // namespace

std::optional<BallMatrix> ball_cholesky(const BallMatrix& a) {
  return attempt_cholesky(a).factor;
}

Truth is_positive_definite(const BallMatrix& a) {
  return attempt_cholesky(a).positive;
}

BallMatrix exact_balls(const Eigen::MatrixXd& a, long bits) {
  BallMatrix result(a.rows(), a.cols());
  for (Index j = 0; j < a.cols(); ++j)
    for (Index i = 0; i < a.rows(); ++i) result(i, j) = Ball::exact(a(i, j), bits);
  return result;
}

Ball ball_lambda_min(const BallMatrix& input, long bits, int width_bits) {
  if (input.rows() != input.cols() || input.rows() == 0) throw InputError("eigenvalues need a square matrix");
  const Index n = input.rows();
  BallMatrix a = input;
  Ball norm = Ball(0).with_bits(bits);
  for (Index j = 0; j < n; ++j)
    for (Index i = j; i < n; ++i) {
      a(i, j) = a(i, j).with_bits(bits);
      norm += abs(a(i, j)) * Ball(i == j ? 1 : 2);
    }
  if (!norm.is_finite()) throw InputError("the matrix has an unbounded entry");

  // A factor of a - sI with s below lambda_min: s = 0 if that works, else negative, up to the norm.
  Ball shift = Ball(0).with_bits(bits);
  std::optional<BallMatrix> factor = ball_cholesky(a);
  for (long exponent = -bits / 2; !factor && exponent <= 8; exponent += 8) {
    shift = -ldexp(norm.exact_midpoint(), exponent);
    factor = ball_cholesky(shifted(a, shift));
  }
  if (!factor)
    throw PrecisionError("no shifted Cholesky factorisation succeeds with " + std::to_string(bits) + " bits");

  // Inverse iteration; the start vector has no zero components and no symmetry. Every round moves the shift
  // closer to the quotient, as long as a factorisation shows that it is still below all eigenvalues.
  BallVector x(n);
  for (Index i = 0; i < n; ++i) x(i) = Ball(1 + (7 * i * i + 3 * i) % 11).with_bits(bits);
  Ball quotient = rayleigh_quotient(a, x);
  constexpr int kRounds = 8, kIterations = 12;
  for (int round = 1; round <= kRounds; ++round) {
    Ball change = abs(quotient);
    for (int iteration = 0; iteration < kIterations; ++iteration) {
      solve_midpoints(*factor, x);
      double largest = 0;
      for (Index i = 0; i < n; ++i) largest = std::max(largest, std::abs(x(i).midpoint()));
      if (!(largest > 0) || !std::isfinite(largest)) break;
      for (Index i = 0; i < n; ++i) x(i) = ldexp(x(i), -std::ilogb(largest));
      const Ball next = rayleigh_quotient(a, x);
      change = abs(next - quotient);
      quotient = next;
    }
    if (certainly(less(ldexp(change, width_bits + 3), abs(quotient)))) break;
    const Ball closer = quotient.exact_midpoint() - ldexp(abs(quotient.exact_midpoint()), -3 * round);
    if (auto better = ball_cholesky(shifted(a, closer.exact_midpoint()))) factor = std::move(better);
  }
  const Ball upper = quotient;
  // Lower end: the closest shift below the quotient that a factorisation proves.
  const Ball size = max(abs(upper).exact_midpoint(), ldexp(norm, -bits));
  for (long exponent = -width_bits - 1; exponent <= 64; exponent += 2) {
    const Ball lower = upper.exact_midpoint() - ldexp(size, exponent);
    const Ball exact_lower = lower.exact_midpoint();
    if (ball_cholesky(shifted(a, exact_lower))) return Ball::hull(exact_lower, upper);
  }
  throw PrecisionError("the least eigenvalue is not enclosed with " + std::to_string(bits) +
                       " bits: use more");
}

}  // namespace gronwall
