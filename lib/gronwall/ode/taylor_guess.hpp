#pragma once
/// \file Taylor polynomials as first guesses for collocation. Nothing here is proved.

#include "gronwall/ode/flow_enclosure.hpp"

namespace gronwall {

/// Chebyshev coefficients (degree m+1) on one piece of length `width` of the Taylor polynomial of the flow at
/// its left end.
Eigen::MatrixXd taylor_guess(const DoubleWorld& world, const FlowProblem& problem,
                             const Eigen::MatrixXd& left, double width, int degree);

/// In balls: the constant; sweeps do the rest.
BallMatrix taylor_guess(const BallWorld& world, const FlowProblem& problem, const BallMatrix& left,
                        double width, int degree);

}  // namespace gronwall
