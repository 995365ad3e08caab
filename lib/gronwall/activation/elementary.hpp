#pragma once
/// \file Building blocks the formulas of the catalogue share, in the three real types.

#include <cmath>
#include <concepts>
#include <vector>

#include "gronwall/activation/double_pair.hpp"
#include "gronwall/numbers/real.hpp"

namespace gronwall::elementary {

/// Functions with one name in every real type (`using elementary::erf;`): Boost has no own multiprecision
/// version of these, and MPFR's are correctly rounded.
using gronwall::erf;
using gronwall::erfc;
using gronwall::expm1;
using gronwall::log1p;
using std::erf;
using std::erfc;
using std::expm1;
using std::log1p;

namespace detail {
template <class Function>
MpFloat apply(const MpFloat& x, Function function) {
  MpFloat result = make_mp(0, bits_of(x));
  function(result.backend().data(), x.backend().data(), MPFR_RNDN);
  return result;
}
}  // namespace detail

inline MpFloat erf(const MpFloat& x) {
  return detail::apply(x, mpfr_erf);
}
inline MpFloat erfc(const MpFloat& x) {
  return detail::apply(x, mpfr_erfc);
}
inline MpFloat expm1(const MpFloat& x) {
  return detail::apply(x, mpfr_expm1);
}
inline MpFloat log1p(const MpFloat& x) {
  return detail::apply(x, mpfr_log1p);
}

/// Whether `x` is negative, for a ball: whether its midpoint is. Chooses between two formulas that both hold
/// for every `x` but are accurate on one side of zero only.
inline bool leans_negative(double x) {
  return x < 0;
}
inline bool leans_negative(const MpFloat& x) {
  return x < 0;
}
inline bool leans_negative(const Ball& x) {
  return arf_sgn(arb_midref(x.raw())) < 0;
}

/// `e^(-|x|)`; for a ball, of the sign its midpoint has.
template <Real R>
R exp_minus_abs(const R& x) {
  using std::exp;
  return leans_negative(x) ? R(exp(x)) : R(exp(-x));
}

/// `factor * e^x` with one rounding into the subnormal range at the end, so that a large `factor` does not
/// magnify the rounding of a subnormal exponential.
inline double times_exp(DoublePair factor, double x) {
  constexpr double kFarFromUnderflow = -700;
  const double rounded = factor.hi + factor.lo;
  if (!(x < kFarFromUnderflow)) return rounded * std::exp(x);
  const double half = std::exp(x / 2);
  return rounded * half * half;
}

/// `factor * e^(-scale z^2)`, `scale` a power of two. The rounding error of `z^2`, which the exponential
/// would magnify up to 745 times, is put back to first order.
inline double times_exp_of_minus_square(DoublePair factor, double z, double scale) {
  const DoublePair square = exact_product(z, z);
  if (!(scale * square.hi < 2000)) return factor.hi * std::exp(-square.hi);  // 0, or NaN for NaN
  factor.lo -= factor.hi * (scale * square.lo);
  return times_exp(factor, -scale * square.hi);
}

/// Coefficients k = 0..order of a straight line of value `value` and slope `slope` at the point.
template <Real R>
std::vector<R> line_series(const R& value, const R& slope, int order) {
  std::vector<R> c(static_cast<std::size_t>(order) + 1, constant_like(0, value));
  c[0] = value;
  if (order >= 1) c[1] = slope;
  return c;
}

/// Coefficients k = 0..order of the primitive with constant term `constant` of a series whose coefficients
/// are `derivative` (at least `order` of them).
template <Real R>
std::vector<R> integrate_series(const R& constant, const std::vector<R>& derivative, int order) {
  std::vector<R> result{constant};
  for (int k = 1; k <= order; ++k) result.push_back(derivative[static_cast<std::size_t>(k - 1)] / k);
  return result;
}

/// Coefficients of `(z + h) * series(h)`.
template <Real R>
std::vector<R> times_argument(const R& z, const std::vector<R>& series) {
  std::vector<R> result{z * series[0]};
  for (std::size_t k = 1; k < series.size(); ++k) result.push_back(z * series[k] + series[k - 1]);
  return result;
}

}  // namespace gronwall::elementary
