#pragma once
/// \file Fields with known flows.

#include <algorithm>

#include "../shared/refusals.hpp"
#include "gronwall/ode/integrate.hpp"
#include "gronwall/ode/real_matrix.hpp"

namespace gronwall::testing {

/// h' = h cos t, h = h(0) e^{sin t}, in every component.
template <Floating R>
Field<R> growing_and_shrinking() {
  return [](const State<R>& h, State<R>& derivative, const R& t) {
    using std::cos;
    const R c = cos(t);
    std::transform(h.begin(), h.end(), derivative.begin(), [&c](const R& x) { return R(c * x); });
  };
}

template <Floating R>
State<R> state(std::initializer_list<R> entries) {
  State<R> x(entries.size());
  std::copy(entries.begin(), entries.end(), x.begin());
  return x;
}

inline Field<double> quadratic() {
  return
      [](const Eigen::VectorXd& h, Eigen::VectorXd& derivative, double) { derivative = h.cwiseProduct(h); };
}

/// |a - b| as a double.
template <Floating R>
double distance(const R& a, const R& b) {
  using std::abs;
  return static_cast<double>(R(abs(R(a - b))));
}

}  // namespace gronwall::testing
