#pragma once
// Integration over [0, u_i] x [0, u_j] by values at nodes: collocation, or the left sums of the depth-L net.

#include "matrix.hpp"

namespace proofs_check {

/// J and w of L47: N = panels * order nodes. J is the integral over the panels before a node, and from the
/// left end of its own panel to it.
struct TimeRule {
  std::size_t panels, order;
  Vector weights;   ///< over one panel, all of them not negative
  Vector partial;   ///< order x order, row by row
  Vector position;  ///< u_i
  Interval theta;   ///< 2 (4P)^-p, or 0 for left sums
  std::size_t size() const { return panels * order; }
};
/// L47
TimeRule collocation(std::size_t panels, std::size_t order, long precision);
/// Last sentence of L49.
TimeRule left_sums(std::size_t depth, long precision);

/// X J^T for a square X, row by row; `dot(w, x)` is the sum of `order` products.
template <class T, class W, class Dot>
std::vector<T> times_transpose(const std::vector<T>& x, std::size_t panels, std::size_t order,
                               const std::vector<W>& weights, const std::vector<W>& partial, const T& zero,
                               Dot dot) {
  const std::size_t n = panels * order;
  std::vector<T> result;
  result.reserve(n * n);
  for (std::size_t row = 0; row < n; ++row) {
    T before = zero;
    for (std::size_t panel = 0; panel < panels; ++panel) {
      const T* values = &x[row * n + panel * order];
      for (std::size_t j = 0; j < order; ++j) result.push_back(before + dot(&partial[j * order], values));
      before = before + dot(weights.data(), values);
    }
  }
  return result;
}
template <class T>
std::vector<T> transposed(const std::vector<T>& x, std::size_t n) {
  std::vector<T> result;
  result.reserve(x.size());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) result.push_back(x[j * n + i]);
  return result;
}
/// J X J^T for a symmetric X.
template <class T, class W, class Dot>
std::vector<T> twice_integrated(const std::vector<T>& x, std::size_t panels, std::size_t order,
                                const std::vector<W>& weights, const std::vector<W>& partial, const T& zero,
                                Dot dot) {
  const auto once = times_transpose(x, panels, order, weights, partial, zero, dot);
  return times_transpose(transposed(once, panels * order), panels, order, weights, partial, zero, dot);
}
Vector twice_integrated(const TimeRule& rule, const Vector& x);
/// |J| X |J|^T
Vector twice_integrated_moduli(const TimeRule& rule, const Vector& x);
/// sum_kl w_k w_l X_kl
Interval twice_integrated_to_end(const TimeRule& rule, const Vector& x);

/// Some Y > 0 with b + factor |J| Y |J|^T + coupling |J| (Y_kk + Y_ll) |J|^T < Y in every entry; not_verified
/// if none is found. All symmetric.
Vector dominating(const TimeRule& rule, const Vector& b, const Interval& factor, const Interval& coupling);

}  // namespace proofs_check
