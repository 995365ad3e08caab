#pragma once
/// \file The infinite-width limit of the Neural ODE's kernels, enclosed: as numbers at one rho, as power
/// series in rho, in the limit of depth and at depth L.

#include <cstdint>
#include <memory>
#include <vector>

#include "gronwall/kernel/limit_parameters.hpp"
#include "gronwall/numbers/ball.hpp"

namespace gronwall {

struct LimitTask;
struct LimitSolution;

/// Enclosures at one rho = <x, xbar>, |x| = |xbar| = 1 (docs/bounds.md, L43; theory 0.5).
struct LimitValues {
  Ball C_TT;   ///< covariance of one coordinate of h_T(x), h_T(xbar)
  Ball Sigma;  ///< NNGP kernel E[phi(h_T(x)) phi(h_T(xbar))]; K_v = sigma_v^2 Sigma
  Ball K_v, K_W, K_U;
  Ball K_inf;  ///< K_v + K_W + K_U
  Ball q_T;    ///< variance of one coordinate of h_T
};

/// A power series in rho with non-negative coefficients: `sum_m |true_m - coefficients[m]| <= radius` over
/// all m
/// >= 0 (coefficients beyond the last count as 0). So each coefficient, and the function at every |rho| <= 1,
/// is known within the radius.
struct SeriesEnclosure {
  std::vector<Ball> coefficients;  ///< exact dyadic numbers, of rho^0, ..., rho^M
  UpperBound radius;

  /// The function at `rho`, |rho| <= 1. \throws InputError outside.
  Ball at(const Ball& rho) const;
};

/// The kernels as functions of rho on [-1,1].
struct LimitSeries {
  SeriesEnclosure C_TT, Sigma, K_v, K_W, K_U, K_inf;
  Ball q_T;
};

/// Nodal values that prove an enclosure: witness of the certificates limit-value/1 and limit-series/1
/// (docs/certificates.md). Integers in units of `2^scale`.
struct LimitWitness {
  int panels = 0, order = 0;
  long scale = 0;
  std::vector<std::int64_t> state;   ///< lower triangle by rows, rho = 1
  std::vector<std::int64_t> values;  ///< [3][lower triangle][degree + 1]: C, y, z
  std::size_t degree = 0;            ///< 0 for numbers
  unsigned terms = 0;                ///< of V (L50)
};

/// What a computation of the limit may use, and how sure it shall be.
struct LimitOptions {
  /// Wanted bound of the absolute errors (of quantities of order 1).
  double radius = 1e-12;
  unsigned threads = 0;  ///< 0: one for each processor
};

/// The limit kernel of one model. The set-up solves for the variance q(t) (rho = 1); each further rho or
/// series is one verified collocation (L47-L51). Safe to use from several threads.
class LimitKernel {
 public:
  /// The limit of infinite depth. \throws InputError for bad parameters and for activations that are not
  /// smooth with bounded derivatives (L44); PrecisionError when `sigma_w T` is too large (naming the time
  /// reached), or when the radius cannot be reached, with the one that can.
  LimitKernel(const LimitParameters& parameters, const LimitOptions& options = {});
  /// The depth-L network's limit of infinite width; `1 <= depth <= 2000`. \throws as above.
  LimitKernel(const LimitParameters& parameters, int depth, const LimitOptions& options = {});
  ~LimitKernel();
  LimitKernel(LimitKernel&&) noexcept;
  LimitKernel& operator=(LimitKernel&&) noexcept;

  /// Enclosures at `rho`. \throws InputError unless |rho| <= 1.
  LimitValues at(const Rational& rho) const;
  /// Enclosures of the power series up to degree `degree`: what lies above enters the radius. \throws
  /// InputError for activations outside L52 (signs of Hermite coefficients must not depend on the variance).
  LimitSeries series(unsigned degree) const;
  /// The same of the least degree tried (24, 40, 64, ..., at most 400) that brings the radius of K_inf below
  /// `radius` times sigma_v^2. \throws PrecisionError, with the radius reached, when degree 400 does not.
  LimitSeries series_within(double radius) const;

  /// The same with the witness of a certificate: nodal values rounded to 62 bits, and enclosures that leave
  /// room for the checker's own rounding.
  LimitValues at(const Rational& rho, LimitWitness& witness) const;
  LimitSeries series(unsigned degree, LimitWitness& witness) const;
  LimitSeries series_within(double radius, LimitWitness& witness) const;

  const LimitParameters& parameters() const;
  /// Number of nodes in each time, and of terms of V.
  std::size_t nodes() const;
  std::size_t terms() const;

 private:
  class Solver;
  void fill(LimitWitness& witness, const LimitTask& task, const LimitSolution& solution,
            std::size_t degree) const;
  std::unique_ptr<Solver> solver_;
};

}  // namespace gronwall
