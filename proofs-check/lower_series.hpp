#pragma once
// Power series in rho with non-negative coefficients, bounded from below in fixed point: every operation
// rounds down, so every coefficient stored is at most the true one.

#include <vector>

#include "interval.hpp"

namespace proofs_check {

/// A non-negative number in units of 2^-104. Callers see to it that the coefficients of every series, the
/// numbers of every sum of products and the results sum to less than 2^12, so that no accumulator overflows.
using Fixed = uint128;
inline constexpr int fixed_bits = 104;
inline constexpr int fixed_top = 10;  ///< numbers from outside are below 2^10

/// The largest multiple of the unit that is not above x (0 for x <= 0); over_limit from 2^10 on.
Fixed fixed_below(const mpq_class& x);
Fixed fixed_below(const Interval& x);
/// x as a rational.
mpq_class rational(Fixed x);

/// A sum of products, rounded down when it is read. The upper and lower halves of the factors are multiplied
/// separately; of the product of the lower halves the upper half is kept.
class LowerSum {
 public:
  void add(Fixed a, Fixed b) {
    const auto a1 = static_cast<std::uint64_t>(a >> 64), a0 = static_cast<std::uint64_t>(a),
               b1 = static_cast<std::uint64_t>(b >> 64), b0 = static_cast<std::uint64_t>(b);
    high_ += static_cast<uint128>(a1) * b1;
    middle_ += static_cast<uint128>(a1) * b0;
    middle_ += static_cast<uint128>(a0) * b1;
    middle_ += (static_cast<uint128>(a0) * b0) >> 64;
  }
  Fixed value() const { return (high_ << (128 - fixed_bits)) + (middle_ >> (fixed_bits - 64)); }

 private:
  uint128 high_ = 0, middle_ = 0;  // units of 2^-80 and 2^-144
};

/// The coefficients of x^0, x^1, ..., all series of the same length.
using LowerSeries = std::vector<Fixed>;
/// x^shift a b, cut to the length of a.
LowerSeries product(const LowerSeries& a, const LowerSeries& b, std::size_t shift = 0);
Fixed sum(const LowerSeries& a);

/// sum_n b_n r^n for many sequences b and one r, where r = rho^offset s(rho^stride), and (stride, offset) =
/// (1, 0), or (2, 1) for odd r. In the second case only even or only odd b_n are not 0; then the sum is
/// e(rho^2), or rho e(rho^2), and e is returned.
class LowerComposition {
 public:
  LowerComposition(LowerSeries r, bool odd);
  LowerSeries operator()(const std::vector<Fixed>& b);

 private:
  /// sum_j e_j R^j, R = r^2
  LowerSeries in_squares(const std::vector<Fixed>& e);
  LowerSeries r_;
  bool odd_;
  std::vector<LowerSeries> powers_;  // R^0, R^1, ...
};

}  // namespace proofs_check
