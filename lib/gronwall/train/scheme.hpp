#pragma once
/// \file The fixed-step schemes the trainer differentiates exactly.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gronwall {

/// An explicit Runge-Kutta scheme whose stages each use the stage before only:
///
///     y_i = h + a_i k_{i-1},   k_i = step * F(t + c_i step, y_i),   h := h + sum_i b_i k_i,   c_i = a_i.
struct Scheme {
  std::string_view name;
  int order;
  std::span<const double> a;  ///< a_1 = 0
  std::span<const double> b;
  std::size_t stages() const { return b.size(); }
};

/// "euler" (the residual network), "midpoint", "rk4". \throws InputError for another name.
const Scheme& scheme(const std::string& name);
std::vector<std::string> scheme_names();

}  // namespace gronwall
