#pragma once
// What is known about the limit kernel before anything is computed: the sizes of the activation's
// derivatives, of the variance and of the derivatives in time (L44-L46).

#include "quadrature.hpp"

namespace proofs_check {

/// T, sigma_w and c0 only enter through these.
struct LimitModel {
  Activation phi;
  mpq_class tau, c0;  ///< T sigma_w and sigma_u^2/d
};
/// Reads `T`, `activation`, `c0` and `sigma_w` of a statement; the numbers are positive.
LimitModel parse_limit_model(const Value& statement, Budget& budget);

/// MODES of docs/certificates.md.
struct Modes {
  Trapezoid rule;
  std::uint64_t terms;
};
Modes parse_modes(const Value& value, Budget& budget);

/// S_0 = 0 (not used), S_1, ..., S_top of L44.
std::vector<Interval> derivative_bounds(const Activation& phi, std::uint64_t top, long precision);

/// L45 and L46. The bounds of derivatives hold for `order` p.
struct PathBounds {
  mpq_class variance;           ///< R^2
  Interval mean;                ///< m_0
  std::vector<Interval> s;      ///< S_j, j <= max(order + 1, terms, 3)
  Interval value, state, both;  ///< m_p m_0, ny_p ny_0, g_p g_0
};
PathBounds path_bounds(const LimitModel& model, const Modes& modes, std::uint64_t order,
                       const Context& context);

}  // namespace proofs_check
