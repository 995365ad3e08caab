#pragma once
/// \file Where a dual activation is evaluated.

#include "gronwall/numbers/ball.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall {

/// What is asked of `V(q1, c, q2) = E[phi(u) phi(v)]`.
enum class DualPart {
  value,  ///< V
  by_c,   ///< dV/dc = E[phi'(u) phi'(v)]
  by_q1   ///< dV/dq1 = E[phi''(u) phi(v)] / 2
};

/// The covariance [[q1, c], [c, q2]] of centred Gaussians (u, v), exact.
class Covariance {
 public:
  /// \throws InputError unless the matrix is positive semidefinite.
  Covariance(Rational q1, Rational c, Rational q2)
      : q1_(std::move(q1)), c_(std::move(c)), q2_(std::move(q2)), determinant_(q1_ * q2_ - c_ * c_) {
    if (q1_ < 0 || q2_ < 0 || determinant_ < 0)
      throw InputError("variances " + to_canonical_text(q1_) + ", " + to_canonical_text(q2_) +
                       " with covariance " + to_canonical_text(c_) +
                       " are impossible: |c| <= sqrt(q1 q2) is required, |rho| <= 1");
  }

  const Rational& q1() const { return q1_; }
  const Rational& c() const { return c_; }
  const Rational& q2() const { return q2_; }
  const Rational& determinant() const { return determinant_; }
  /// u or v vanishes.
  bool is_degenerate() const { return q1_ == 0 || q2_ == 0; }
  /// |rho| = 1 (or degenerate).
  bool is_singular() const { return determinant_ == 0; }
  Covariance swapped() const { return {q2_, c_, q1_}; }

 private:
  Rational q1_, c_, q2_, determinant_;
};

/// The same, enclosed.
struct CovarianceBall {
  Ball q1, c, q2;
  Ball determinant;  ///< q1 q2 - c^2, non-negative

  CovarianceBall(const Covariance& exact, long bits)
      : q1(Ball::from(exact.q1(), bits)),
        c(Ball::from(exact.c(), bits)),
        q2(Ball::from(exact.q2(), bits)),
        determinant(Ball::from(exact.determinant(), bits)) {}
  /// The caller knows that the true covariance is positive semidefinite.
  CovarianceBall(const Ball& q1_, const Ball& c_, const Ball& q2_)
      : q1(q1_), c(c_), q2(q2_), determinant(q1_ * q2_ - c_ * c_) {
    if (arb_contains_nonpositive(determinant.raw()) != 0)
      arb_nonnegative_part(determinant.raw(), determinant.raw());
  }
};

}  // namespace gronwall
