#pragma once
/// \file The least eigenvalue of a symmetric matrix, proved from below and above.
///
/// One floating-point Cholesky factorisation of `A - sI` that runs to completion proves
/// `lambda_min(A) >= s - slack` with an a-priori slack (docs/bounds.md L11; Rump, BIT 46 (2006) 433). Nothing
/// else has to be trusted: the estimate that suggests `s` may be arbitrarily wrong.

#include <Eigen/Core>
#include <string>

#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/numbers/truth.hpp"

namespace gronwall {

/// Outcome of testing one bound.
struct BoundCheck {
  /// True: `lambda_min(A') >= bound` for every `A'` within the radii, proved. False says nothing about `A`.
  bool proved = false;
  /// The bound the factorisation gave, at least the requested one when `proved`; -infinity otherwise.
  double lower;
  /// What the proof costs: rounding slack of L11 plus the norm of the radii (L12).
  UpperBound slack;
  /// In words, when not proved.
  std::string reason;
};

/// Tests whether `lambda_min(A') >= c` for every symmetric `A'` within `radius` of `a`, by one Cholesky
/// factorisation of `a - s I` with `s = c + slack`. Succeeds when `lambda_min(a)` exceeds `c` by a little
/// more than the slack, about `(n + 2) 2^-53 trace(a - cI)` plus `||radius||_inf`. \param a symmetric n x n,
/// n >= 1; both triangles are read and compared exactly. \throws InputError for an empty, unsymmetric or
/// non-finite matrix, or a non-finite `c`.
BoundCheck verify_lower_bound(const Eigen::MatrixXd& a, const EntryRadius& radius, double c);

/// Two-sided enclosure of the least eigenvalue.
struct LambdaMin {
  double lower;               ///< proved: `lambda_min(A') >= lower` for every `A'` within the radii
  double upper;               ///< proved: `lambda_min(A') <= upper` for every `A'` within the radii
  double estimate;            ///< approximate `lambda_min(a)`, not proved
  UpperBound rounding_slack;  ///< what L11 took from `lower`
  UpperBound radius_slack;    ///< what the radii (L12) took from `lower`
  std::string reason;         ///< empty, or why the lower bound is only the crude norm bound

  /// Is every `A'` within the radii positive definite? `no`: none is.
  Truth positive_definite() const { return lower > 0 ? Truth::yes : upper <= 0 ? Truth::no : Truth::unknown; }
};

/// Encloses `lambda_min(A')` for all symmetric `A'` within `radius` of `a`.
///
/// Estimate (approximate factor in single precision where that suffices, block inverse iteration, refinement
/// in double precision), then one factorisation as proof; one more only if the estimate was too optimistic.
/// Works for indefinite and singular matrices, too (the bound is then negative, at least `-||a||_inf` up to
/// the slack). \param relative_loss how far below the estimate the shift may be put, relative to its absolute
/// value; smaller
///   values cost more iterations.
/// \throws InputError for an empty, unsymmetric or non-finite matrix.
LambdaMin enclose_lambda_min(const Eigen::MatrixXd& a, const EntryRadius& radius = {},
                             double relative_loss = 5e-7);

/// `enclose_lambda_min(a, radius).lower`.
double lambda_min_lower_bound(const Eigen::MatrixXd& a, const EntryRadius& radius = {});

/// Upper bound of `lambda_min(A')` for every symmetric `A'` within `radius` of `a`, from the Rayleigh
/// quotient of `x` (any vector; zero or non-finite ones give the least diagonal entry). \throws InputError as
/// above.
double lambda_min_upper_bound(const Eigen::MatrixXd& a, const EntryRadius& radius, const Eigen::VectorXd& x);

}  // namespace gronwall
