#pragma once
/// \file phi and phi' of many doubles at once, as fast as the library has them.

#include <span>

#include "gronwall/activation/certified_table.hpp"

namespace gronwall {

/// Values of an activation for approximate computations: within a few units of the last place of the exact
/// ones (from CertifiedTable where that applies, else from the Activation's own functions). Safe to use from
/// several threads; the result for one block of arguments depends on that block alone.
class FastActivation {
 public:
  explicit FastActivation(const Activation& phi);

  /// `value[i] = phi(z[i])`, `derivative[i] = phi'(z[i])`; all of one length. \throws InputError for an
  /// argument that is not finite.
  void evaluate(std::span<const double> z, std::span<double> value, std::span<double> derivative) const;

 private:
  const Activation& phi_;
  const CertifiedTable* table_;  ///< null where the activation has none
};

}  // namespace gronwall
