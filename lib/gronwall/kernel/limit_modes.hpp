#pragma once
/// \file The dual activation at many pairs of variances: Hermite coefficients once for each variance, then
/// short series for each covariance, a number or a power series in rho.

#include <vector>

#include "gronwall/kernel/arb_vector.hpp"
#include "gronwall/kernel/limit_parameters.hpp"

namespace gronwall {

/// V and dV/dc at one covariance, enclosed.
struct DualPair {
  Ball value, slope;
};

/// The same for a covariance that is a polynomial in rho: coefficients enclosed, and bounds of the sum of the
/// moduli of everything left out (degrees above the last, terms above the last of V).
struct DualSeries {
  ArbVector value, slope;
  UpperBound value_rest, slope_rest;
};

/// Which powers of rho a truncated series keeps: rho^(offset + stride s), s = 0, ..., slots - 1.
struct SeriesShape {
  std::size_t slots = 1;
  int offset = 0;
  int stride = 1;
};

/// Hermite coefficients `a_n(Q_k)`, `n < terms()`, at variances `Q_k`, with the tails of L50.
class LimitModes {
 public:
  /// Exact dyadic `variances`; as many terms as bring the tails at all of them below `2^-tail_bits`. \throws
  /// InputError without L44; PrecisionError when more than 4000 terms would be needed.
  LimitModes(const Activation& phi, std::vector<Ball> variances, long bits, long tail_bits);

  std::size_t terms() const { return terms_; }
  long bits() const { return bits_; }
  const Ball& variance(std::size_t k) const { return variances_[k]; }

  /// At variances `Q_k`, `Q_l` and an exact covariance with `c^2 <= Q_k Q_l` (not checked).
  DualPair at(std::size_t k, std::size_t l, arb_srcptr c) const;

  /// At a polynomial `c` with exact non-negative coefficients of sum `norm`, `norm^2 <= Q_k Q_l` (not
  /// checked). Only for activations of coherent signs (L52). For odd shapes (stride 2) phi must be odd, and
  /// the slope, even in rho, has slot s for rho^(2s).
  DualSeries series(std::size_t k, std::size_t l, const ArbVector& c, const Ball& norm,
                    const SeriesShape& shape) const;

  /// Approximations for planning: `a_n(Q_k)`, one row a variance.
  std::vector<double> approximate(std::size_t k) const;

 private:
  /// `a_n(Q_k) a_n(Q_l)`
  ArbVector products(std::size_t k, std::size_t l) const;

  std::vector<Ball> variances_, roots_;
  std::vector<ArbVector> coefficients_;
  std::vector<UpperBound> value_tail_, slope_tail_;  // square roots of T_m, T'_m
  std::size_t terms_ = 0;
  long bits_;
};

/// `sum_j u_j D^j` to degree `length - 1`, for `D` of at most `length` coefficients: by powers of `D` up to
/// about the square root of the number of terms, then Horner's rule in the highest of them.
ArbVector compose_series(const ArbVector& u, const ArbVector& d, std::size_t length, long bits);

}  // namespace gronwall
