#pragma once
// Witnesses and statements about the limit kernel: GRID, QUANTITIES of docs/certificates.md.

#include "limit_prover.hpp"

namespace proofs_check {

/// A GRID: nodal values in units of 2^scale, lower triangles row by row.
struct Grid {
  Modes modes;
  std::uint64_t panels, order;
  Array state, values;
  long state_scale, values_scale;
  std::size_t size() const { return panels * order; }
  TimeRule rule() const { return collocation(panels, order, limit_bits); }
  Vector state_matrix() const;
  /// Field 0, 1 or 2 of `values` when they are numbers.
  Vector field(std::size_t which) const;
};
/// `coefficients` a nodal value: 0 for a number.
Grid parse_grid(const Value& witness, std::uint64_t coefficients, const Context& context);

/// The field `rho`, at most 1 in modulus.
mpq_class parse_cosine(const Value& statement, Budget& budget);
std::string in_words(const LimitModel& model);

/// {"radius","value"}: the enclosure must lie within the radius of the value.
void require_value(const Value& claimed, const Interval& found, const std::string& name,
                   const Context& context);

}  // namespace proofs_check
