#pragma once
/// \file Symmetric fields on the nodes of the limit equations: numbers or power series in rho.

#include <vector>

#include "gronwall/kernel/limit_modes.hpp"
#include "gronwall/kernel/limit_picard.hpp"

namespace gronwall {

/// N x N symmetric matrices, one for each slot of the power series (one for numbers); each slot is
/// contiguous.
class NodalField {
 public:
  NodalField() = default;
  NodalField(std::size_t nodes, std::size_t slots) : nodes_(nodes), slots_(slots, ArbVector(nodes * nodes)) {}

  std::size_t nodes() const { return nodes_; }
  std::size_t slots() const { return slots_.size(); }
  ArbVector& slot(std::size_t s) { return slots_[s]; }
  const ArbVector& slot(std::size_t s) const { return slots_[s]; }
  arb_srcptr at(std::size_t s, std::size_t i, std::size_t j) const { return slots_[s].at(i * nodes_ + j); }
  /// Sets (i, j) and (j, i) of every slot.
  void set(std::size_t i, std::size_t j, const ArbVector& entry);
  ArbVector gather(std::size_t i, std::size_t j) const;

 private:
  std::size_t nodes_ = 0;
  std::vector<ArbVector> slots_;
};

/// A field and, entry by entry, a bound of the sum of moduli of what it leaves out.
struct BoundedField {
  NodalField field;
  Eigen::MatrixXd rest;
};

/// Sum over the slots of upper bounds of the moduli, entry by entry.
Eigen::MatrixXd norms(const NodalField& field);

/// Exact nodal values in units of `2^scale`: the midpoints of `field`, rounded.
NodalField rounded(const NodalField& field, long scale, bool non_negative);
/// The same from doubles.
NodalField rounded(const ApproximateField& field, std::size_t nodes, long scale, bool non_negative);

/// Makes `|c_kl|^2 <= Q_k Q_l` true exactly, by lowering the largest coefficient where it fails; c in units
/// of `2^scale`, Q exact. \throws PrecisionError where that would change c by more than rounding can explain.
void limit_to_cone(NodalField& c, const std::vector<Ball>& variances, long scale);

}  // namespace gronwall
