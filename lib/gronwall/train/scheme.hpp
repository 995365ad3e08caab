#pragma once
/// \file The fixed-step schemes the trainer differentiates exactly.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gronwall {

/// An explicit Runge-Kutta scheme with s stages:
///
///     y_i = h + sum_{j<i} a_ij k_j,   k_i = step * F(t + c_i step, y_i),   h := h + sum_i b_i k_i.
struct Scheme {
  std::string_view name;
  int order;
  std::span<const double> c;        ///< c_0 = 0
  std::span<const double> tableau;  ///< a_ij, i, j < s, row by row; 0 for j >= i
  std::span<const double> b;

  std::size_t stages() const { return b.size(); }
  double a(std::size_t i, std::size_t j) const { return tableau[i * stages() + j]; }
};

/// | name | order | stages | |
/// |---|---|---|---|
/// | `euler` | 1 | 1 | the residual network |
/// | `midpoint` | 2 | 2 | |
/// | `rk4` | 4 | 4 | the classical scheme |
/// | `dopri5` | 5 | 6 | Dormand and Prince, J. Comput. Appl. Math. 6 (1980), without its error estimate |
/// | `butcher6` | 6 | 7 | Butcher, J. Austral. Math. Soc. 4 (1964) |
///
/// \throws InputError for another name.
const Scheme& scheme(const std::string& name);
std::vector<std::string> scheme_names();

}  // namespace gronwall
