#pragma once
/// \file Dual activations at pairs of a growing list of variances, in each of the real types.

#include <cstddef>
#include <memory>

#include "gronwall/activation/activation.hpp"
#include "gronwall/kernel/limit_parameters.hpp"

namespace gronwall {

/// E[phi(u) phi(v)] and E[phi'(u) phi'(v)].
template <Real R>
struct Duals {
  R value, derivative;
};

/// Duals for Gaussians whose variances come from a list q_0, q_1, ...: what depends on one variance alone is
/// computed once.
template <Real R>
class DualPairs {
 public:
  virtual ~DualPairs() = default;
  /// Appends the variance `q > 0`. \throws PrecisionError where it is too large.
  virtual void add(const R& q) = 0;
  /// Variances q_k and q_l (numbers of earlier `add`s) and covariance c. `singular`: c = ±sqrt(q_k q_l) is
  /// known exactly; only the sign of `c` counts then, and k = l.
  virtual Duals<R> at(std::size_t k, std::size_t l, const R& c, bool singular) = 0;
};

/// double and MpFloat: closed forms for relu, leaky-relu, erf, sin, cos, gaussian and gelu, Mehler series
/// (MehlerPairs) for softplus, tanh, sigmoid, silu, identity and polynomials. Ball: closed forms of
/// gaussian/, for the first four of the latter DualActivation at exact points, widened by L48.
/// `parameters` bound the variances that can occur. \throws InputError for other activations (elu).
template <Real R>
std::unique_ptr<DualPairs<R>> make_dual_pairs(const LimitParameters& parameters, long bits);

template <>
std::unique_ptr<DualPairs<double>> make_dual_pairs(const LimitParameters& parameters, long bits);
template <>
std::unique_ptr<DualPairs<MpFloat>> make_dual_pairs(const LimitParameters& parameters, long bits);
template <>
std::unique_ptr<DualPairs<Ball>> make_dual_pairs(const LimitParameters& parameters, long bits);

}  // namespace gronwall
