#pragma once
/// \file The infinite-width limit kernel by Picard iteration in long double arithmetic, and certificates from
/// it.

#include <functional>

#include "writer.hpp"

namespace checker_test {

using Real = long double;
using Reals = std::vector<Real>;

/// The equations of L43 on a grid of `panels` times `order` Chebyshev nodes, or the left sums of the depth-L
/// net.
struct LimitProblem {
  std::string activation;
  Real T = 1, sigma_w = 1, c0 = 1;
  int panels = 1, order = 12;
  bool left_sums = false;  ///< `panels` is L, `order` 1
  int terms = 60;          ///< of the Hermite expansions
  Real tau() const { return T * sigma_w; }
  int size() const { return panels * order; }
};

/// The six quantities, and y(1,1).
struct LimitPoint {
  Real C, K, K_U, K_W, Sigma, q, y;
};

/// Series in rho: the coefficients of rho^0, ..., rho^M; a number is a series of one coefficient.
using Series = Reals;
struct LimitFields {
  std::vector<Series> C, y, z;  ///< at all N^2 pairs of nodes
  Series end_C, end_y, end_z, Sigma, K_U, K_W, K;
};

class LimitSolver {
 public:
  explicit LimitSolver(const LimitProblem& problem);
  const Reals& state() const { return state_; }  ///< C at rho = 1, N^2
  Real end_variance() const { return end_variance_; }
  LimitPoint at(Real rho) const;
  LimitFields fields(Real rho) const;    ///< numbers
  LimitFields series(int degree) const;  ///< power series

  /// What is cut off of V, V' y and V' z by the degree of a series, at rho = 1; 0 for numbers.
  struct Missing {
    Real C, y, z;
  };
  Missing missing(int k, int l, const LimitFields& fields) const;
  Missing missing_at_end(const LimitFields& fields) const;

 private:
  using Modes = Reals;  // a_n(q), n < terms
  Modes modes(Real q) const;
  Series dual(const Modes& a, const Modes& b, Real q1, Real q2, const Series& c, bool slope) const;
  LimitFields solve(const Series& start) const;
  std::vector<Series> integrated(const std::vector<Series>& x) const;
  Missing missing(const Modes& a, const Modes& b, Real q1, Real q2, const Series& c, const Series& y,
                  const Series& z) const;
  Series integrated_to_end(const std::vector<Series>& x) const;

  LimitProblem problem_;
  Reals integral_, weight_;  // J, w
  Reals state_;
  std::vector<Modes> modes_;
  Real end_variance_ = 0;
  Modes end_modes_;
};

/// A witness GRID; nodal values in units of 2^-58, rounded toward 0.
struct GridWitness {
  std::vector<std::int64_t> state, values;
  int panels, order, coefficients = 0;  ///< 0: numbers
  std::string modes;
  std::string write(const Folder& folder, const std::string& name = "grid") const;
};
inline constexpr int grid_bits = 58;
/// Step 2^-3 and the nodes that reach far enough.
std::string modes_witness(int terms, int nodes = 256, const std::string& strip = "3*2^-1",
                          int precision = 256, const std::string& step = "1*2^-3");
GridWitness grid_witness(const LimitProblem& problem, const LimitSolver& solver, const LimitFields& fields,
                         const std::string& modes);

/// A real of up to 62 fractional bits in canonical spelling.
std::string spelled(Real x, int fractional_bits = 58);
/// QUANTITIES with one radius for all.
std::string quantities(const LimitPoint& point, const std::string& radius);
std::string quantities(const LimitFields& fields, Real q, const std::string& radius);

}  // namespace checker_test
