#pragma once
/// \file What is known beforehand about the limit kernel: its size, its derivatives, its Lipschitz constants.

#include <vector>

#include "gronwall/kernel/limit_parameters.hpp"
#include "gronwall/numbers/ball.hpp"

namespace gronwall {

/// A-priori bounds for one `tau = sigma_w T`, `C0` and smooth activation, for all times in [0,1], all |rho|
/// <= 1 and all depths. Upper bounds unless said otherwise.
struct LimitBounds {
  UpperBound s1, s2, s3;     ///< sup |phi'|, |phi''|, |phi'''|
  UpperBound root_variance;  ///< R of L45: sqrt(q(t)) <= R
  UpperBound size;           ///< m_0 of L45: the L2 norm of phi(h_t)
  /// For every order p the bounds of L46 of `(1/p!) d^p/ds^p` of V, of V' y and of V + V' z.
  std::vector<UpperBound> state, y, z;
};

/// The bounds of L44-L46 for derivatives up to `order`. \throws InputError for activations without L44 (their
/// derivatives are not all bounded); PrecisionError, naming the time, when the variance bound grows beyond
/// 10^6 c0 before time T.
LimitBounds limit_bounds(const LimitParameters& parameters, int order);

}  // namespace gronwall
