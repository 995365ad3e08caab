#pragma once
/// \file Bounds of the errors at the nodes of a limit equation X = x0 + tau^2 (double integral of F(X)).

#include "gronwall/kernel/limit_rule.hpp"

namespace gronwall {

/// Enlarges results of non-negative arithmetic in double by far more than their few roundings.
inline constexpr double kNodalSlack = 1 + 0x1p-40;

/// x_i + x_j.
Eigen::MatrixXd symmetric_sum(const Eigen::VectorXd& x);

/// All matrices are upper bounds, entry by entry, for the pairs of nodes of one rule.
class NodalErrors {
 public:
  /// `rule` must outlive the object. \param tau_squared an upper bound of tau^2
  NodalErrors(const NodalRule& rule, double tau_squared) : rule_(rule), tau_squared_(tau_squared) {}

  /// What the double integral makes of an error `inside` of F.
  Eigen::MatrixXd integrated(const Eigen::MatrixXd& inside) const;
  /// Of the rule itself, where time derivatives of order p are at most `derivative` (L47).
  Eigen::MatrixXd discretisation(UpperBound derivative) const;
  /// Both for the integral to the end s = t = 1.
  UpperBound at_end(UpperBound derivative, const Eigen::MatrixXd& inside) const;

  /// An E with `base + integrated(factor E + diagonal (E_ii + E_jj)) < E`, so that the error is at most E
  /// (L49). \throws PrecisionError if none is found.
  Eigen::MatrixXd close(const Eigen::MatrixXd& base, UpperBound factor, UpperBound diagonal) const;

 private:
  const NodalRule& rule_;
  double tau_squared_;
};

}  // namespace gronwall
