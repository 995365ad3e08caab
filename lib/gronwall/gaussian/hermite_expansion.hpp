#pragma once
/// \file The Hermite expansion of an activation at one variance, with proved tails; grows on demand.

#include <array>
#include <optional>
#include <vector>

#include "gronwall/gaussian/hermite.hpp"

namespace gronwall {

/// Coefficients `a_0 .. a_last` of phi, and through L21 of phi' and phi'', at variance `q`, each with the
/// tail `sum_{n > M} a_n^2`.
class HermiteExpansion {
 public:
  HermiteExpansion(const Activation& phi, Rational q, long accuracy_bits);

  /// Highest index of a known coefficient of phi; -1 before the first `extend`.
  long last() const { return static_cast<long>(coefficients_.size()) - 1; }
  /// Makes the coefficients up to `last` known. \throws as hermite_coefficients.
  void extend(unsigned last);

  /// The n-th coefficient of phi^(order), `n + order <= last()`, but for the common factor `q^(-order/2)`.
  Ball coefficient(int order, unsigned n) const;
  /// Enclosure of a non-negative number that is at least `sum_{n > M} a_n(phi^(order))^2`, `M + order <=
  /// last()`.
  Ball tail(int order, unsigned m);
  /// log2 of the tail, approximately, for planning.
  double log2_tail(int order, unsigned m);

 private:
  struct Energy {
    Ball norm;                  // E[phi^(order)(sqrt(q) Z)^2]
    std::vector<Ball> partial;  // sum_{n <= M} a_n^2
    std::vector<double> log2_tails;
  };
  Energy& energy(int order);

  const Activation& phi_;
  Rational q_;
  long bits_;
  std::vector<Ball> coefficients_;
  std::array<std::optional<Energy>, 3> energies_;
};

}  // namespace gronwall
