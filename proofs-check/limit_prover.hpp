#pragma once
// The limit kernel at nodes in time: what numbers and power series in rho have in common (L43, L48-L50).

#include "limit_path.hpp"
#include "limit_rule.hpp"

namespace proofs_check {

inline constexpr long limit_bits = 128;  ///< of the intervals behind the Hermite coefficients

/// The Hermite coefficients a_n(q), n < m, and what is cut off (L50).
struct Hermite {
  mpq_class q;
  Interval inverse_root;      ///< 1/sqrt(q)
  Vector a;                   ///< a_n(q)
  Interval tail, slope_tail;  ///< T_m(q) and T'_m(q)
};

/// V and V' = dV/dc at one pair of variances.
struct DualPair {
  Interval value, slope;
};
DualPair dual(const Hermite& x, const Hermite& y, const Interval& c);

/// Bounds of the errors of a field at the nodes and at the end.
struct FieldErrors {
  Vector nodal;
  Interval end;
};

/// Errors at s = t = 1 (L49): of V, of V' y and of V' z; the kernel has their sum.
struct EndErrors {
  Interval Sigma, K_U, K_W;
};

class LimitProver {
 public:
  /// `path` is for the order of the rule; `values` may serve several rules.
  LimitProver(const LimitModel& model, const Modes& modes, PathBounds path, TimeRule rule, NodeValues& values,
              const Context& context);

  /// Nodal values of C at rho = 1, all N^2 of them, exact, and the expansions at those on the diagonal.
  /// Encloses q at the nodes and at 1.
  void prove_variances(const Vector& state, std::vector<Hermite> hermite);

  std::size_t size() const { return rule_.size(); }
  const TimeRule& rule() const { return rule_; }
  const LimitModel& model() const { return model_; }
  const Context& context() const { return context_; }
  const std::vector<Hermite>& hermite() const { return hermite_; }
  const Interval& end_variance() const { return end_variance_; }  ///< q(1)
  const Interval& mean() const { return path_.mean; }             ///< m_0
  const Interval& tau_squared() const { return tau_squared_; }
  static Interval number(const mpq_class& x) { return Interval(x, limit_bits); }

  std::vector<Hermite> expand(const std::vector<mpq_class>& variances) const;
  /// Refuses unless |c_kl|^2 <= Q_k Q_l for the moduli (or norms) of the nodal values.
  void require_admissible(const std::vector<mpq_class>& moduli) const;

  /// From |residual| and, for y and z, the nodal moduli and errors found before.
  FieldErrors errors_of_C(const Vector& residual, const Vector& cut) const;
  FieldErrors errors_of_y(const Vector& residual, const Vector& cut, const Vector& moduli,
                          const FieldErrors& of_C) const;
  FieldErrors errors_of_z(const Vector& residual, const Vector& cut, const Vector& moduli,
                          const FieldErrors& of_C) const;

  /// The expansion at a variance Q near q(1), not below `least_variance`.
  const Hermite& expand_end(const mpq_class& least_variance);
  EndErrors end_errors(const Interval& of_C, const Interval& of_y, const Interval& of_z,
                       const Interval& modulus_y, const Interval& modulus_z) const;

 private:
  FieldErrors errors(const Vector& residual, const Vector& source, const Interval& derivative,
                     const Interval& coupling) const;
  Interval of_variances(const Interval& factor, std::size_t k, std::size_t l) const {
    return factor * (variance_error_[k] + variance_error_[l]);
  }

  const LimitModel& model_;
  const Modes& modes_;
  TimeRule rule_;
  NodeValues& values_;
  const Context& context_;
  PathBounds path_;
  Interval tau_squared_;
  Interval lipschitz_c_, lipschitz_q_;              ///< of V (L48), in c and in each variance
  Interval slope_lipschitz_c_, slope_lipschitz_q_;  ///< of V'
  std::vector<Hermite> hermite_;
  Vector variance_error_;  ///< eq_k
  Interval end_variance_;
  std::vector<Hermite> end_;
  Interval end_variance_error_;
};

/// The full symmetric matrix from its lower triangle, row by row.
template <class T>
std::vector<T> from_triangle(const std::vector<T>& lower, std::size_t n) {
  std::vector<T> full;
  full.reserve(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t row = std::max(i, j), column = std::min(i, j);
      full.push_back(lower[row * (row + 1) / 2 + column]);
    }
  return full;
}

/// The variances Q_k = C_kk of exact nodal values.
std::vector<mpq_class> diagonal(const Vector& state);

/// All six quantities at one rho, enclosed; and y(1,1).
struct LimitValues {
  Interval C, K, K_U, K_W, Sigma, q, y;
};
/// Exact nodal values of C, y and z, N^2 each.
struct NodalValues {
  Vector C, y, z;
};
LimitValues prove_values(LimitProver& prover, const mpq_class& rho, const NodalValues& nodal);

}  // namespace proofs_check
