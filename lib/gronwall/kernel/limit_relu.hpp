#pragma once
/// \file Lower bounds of the power-series coefficients of ReLU's limit kernel.

#include <vector>

#include "gronwall/kernel/limit_parameters.hpp"

namespace gronwall {

/// How fine the lower solution is. Parameters of the certificate limit-relu/1.
struct ReluSeriesOptions {
  int grid = 48;               ///< L of L56: cells on a side
  unsigned inner_degree = 16;  ///< coefficients of rho kept inside, at most `degree`
  unsigned degree = 400;       ///< coefficients of the result
  unsigned terms = 400;        ///< terms of V
};

/// Doubles `b_m`, m = 0, ..., degree, with `0 <= b_m <=` the coefficient of `rho^m` in `K_inf / sigma_v^2`
/// for ReLU (docs/bounds.md, L56). \throws InputError unless the activation is relu and the options are
/// positive, `grid <= 64`.
std::vector<double> relu_coefficients_below(const LimitParameters& parameters,
                                            const ReluSeriesOptions& options = {});

}  // namespace gronwall
