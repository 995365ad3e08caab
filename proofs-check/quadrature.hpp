#pragma once
// Gaussian means by the trapezoidal rule, for several variances at once (L4, L5).

#include "check.hpp"

namespace proofs_check {

/// The nodes j delta, |j| <= K, the half-width b of the strip, and the precision of the intervals.
struct Trapezoid {
  std::uint64_t nodes;
  mpq_class step, strip;
  long precision;
};
/// The fields `nodes`, `precision`, `step` and `strip` of a witness.
Trapezoid parse_trapezoid(const Value& witness, Budget& budget);

/// phi^power(y) +- phi^power(-y) at the nodes y = j delta, remembered for further variances.
struct NodeValues {
  std::vector<Interval> even, odd;
};

/// Enclosures of E[phi(sqrt(q) Z)^power h_n(Z)] for each q > 0 of `variances` and, in this order, each n of
/// `orders` (strictly increasing). Coefficients that vanish by parity are exactly 0.
/// `known` belongs to the same phi, power and rule; the caller has charged its memory.
std::vector<std::vector<Interval>> gaussian_means(const Activation& phi, std::uint64_t power,
                                                  const Trapezoid& rule,
                                                  const std::vector<mpq_class>& variances,
                                                  const std::vector<std::uint64_t>& orders,
                                                  const Context& context, NodeValues* known = nullptr);

}  // namespace proofs_check
