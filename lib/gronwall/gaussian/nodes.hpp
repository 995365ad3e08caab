#pragma once
/// \file Values of an activation at equidistant nodes, with its parity used.

#include <memory>

#include "gronwall/activation/activation.hpp"

namespace gronwall {

/// The even and the odd part of phi at one node: `phi(y) = even + odd`, `phi(-y) = even - odd`. Parts known
/// to be linear or constant (`ParitySplit`) are left out: they contribute to a_0 and a_1 alone, exactly.
struct ParityParts {
  Ball even;
  Ball odd;
};

/// Walks over the nodes `y_k = k * spacing`, `k = 0, 1, 2, ...`.
class NodeWalk {
 public:
  virtual ~NodeWalk() = default;
  /// Parts at the current node, with a relative error (to the size of phi) of about `2^-bits`; then moves on.
  /// `bits` may not exceed the precision of the walk.
  virtual ParityParts next(long bits) = 0;
};

/// A walk for phi. Logistic activations (softplus, sigmoid, SiLU, tanh) take one product per node for
/// `e^(-k spacing)` instead of an exponential. `bits` is the highest precision that will be asked for.
std::unique_ptr<NodeWalk> walk_over_nodes(const Activation& phi, const Ball& spacing, long nodes, long bits);

/// The Gaussian weights `e^(-(k step)^2 / 2)`, `k = 0, 1, 2, ...`, by a two-term recurrence.
class WeightWalk {
 public:
  WeightWalk(const Ball& step, long nodes, long bits);
  Ball next(long bits);

 private:
  Ball weight_, ratio_, decay_;
};

/// Guard bits for quantities that accumulate rounding errors along a walk over that many nodes.
long walk_guard_bits(long nodes);

}  // namespace gronwall
