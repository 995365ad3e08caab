#pragma once
/// \file Approximate nodal solutions of the limit equations, by Picard's iteration in double. Nothing here is
/// proved.

#include <vector>

#include "gronwall/kernel/limit_modes.hpp"
#include "gronwall/kernel/limit_rule.hpp"

namespace gronwall {

/// Approximate nodal values: one matrix for each slot.
using ApproximateField = std::vector<Eigen::MatrixXd>;

/// What Picard's iteration needs; coefficient rows from LimitModes.
struct PicardProblem {
  const NodalRule* rule;
  double tau_squared;
  std::vector<double> initial;             ///< C0 rho: one number for each slot
  std::vector<std::vector<double>> modes;  ///< a_n(Q_k)
  std::vector<double> variances;           ///< Q_k
  SeriesShape shape;
  bool is_series = false;
};

/// C, from `start` (or from the initial value, if empty).
ApproximateField picard_state(const PicardProblem& problem, ApproximateField start = {});

/// V and V' at a nodal solution.
struct ApproximateDual {
  ApproximateField value, slope;
};
ApproximateDual approximate_dual(const PicardProblem& problem, const ApproximateField& c);

/// `f = initial + tau^2 J (source + slope f) J^T`; `with_initial` and `source` as for y or z.
ApproximateField picard_linear(const PicardProblem& problem, const ApproximateField& slope,
                               const ApproximateField* source, bool with_initial);

}  // namespace gronwall
