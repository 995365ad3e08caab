#pragma once
/// \file Sums over equidistant nodes against all Hermite polynomials at once, in fixed-point arithmetic.

#include <gmp.h>

#include <vector>

#include "gronwall/numbers/ball.hpp"

namespace gronwall {

/// The step `numerator * 2^-shift` of equidistant nodes `z_k = k * step`.
struct DyadicStep {
  long numerator = 1;
  long shift = 0;

  /// The largest step of `places` significant bits that does not exceed `x`. \throws PrecisionError unless
  /// 0 < x < 2^places.
  static DyadicStep at_most(double x, int places);

  Rational value() const { return Rational(numerator) * power_of_two(-shift); }
  double approximate() const { return static_cast<double>(value()); }
  Ball ball(long bits) const { return Ball::from(value(), bits); }
};

/// Encloses `sum_k f_k He_n(z_k)` for every `n <= last` of one parity, in one pass over the nodes.
///
/// Each node runs the two-step recurrence `He_{n+2} = (z^2 - 2n - 1) He_n - n (n-1) He_{n-2}`, scaled by
/// powers of two so that `He_n 2^-scale(n)` has the size of the orthonormal polynomial, on integers `V *
/// 2^(-64 j)`: one limb-by-vector product for each multiplier, since the nodes are dyadic. Truncation and its
/// amplification are bounded along the recurrence (docs/bounds.md, L18); limbs that lie below the accumulated
/// error are dropped.
class HermiteSum {
 public:
  /// Sums over nodes `k = 0..nodes`, `n = parity, parity + 2, ... <= last`, with an error of about
  /// `2^(scale(n) - bits)`. \throws PrecisionError when the nodes or the degree are too many for word-size
  /// multipliers (nodes * numerator >= 2^31).
  HermiteSum(const DyadicStep& step, unsigned parity, unsigned last, long nodes, long bits);

  /// Absolute accuracy `2^-needed_bits(k)` that `f_k` should have for the error of the sums to stay as
  /// requested.
  long needed_bits(long k) const;
  /// Adds `f He_n(z_k)` to the sum of every `n`.
  void add(long k, const Ball& f);

  /// The sum for the polynomial of degree `n` of the right parity.
  Ball sum(unsigned n) const;

 private:
  /// One step of the recurrence from n to n + 2: A = k^2 numerator^2 - offset, B = product, both over
  /// 2^shift.
  struct Step {
    unsigned long offset;
    unsigned long product;
    unsigned shift;
    double factor;  // 2^-shift
  };
  class Node;

  long amplification_bits(long k) const;
  void accumulate(std::size_t index, const Node& node);

  DyadicStep step_;
  unsigned parity_;
  long bits_;
  std::vector<Step> steps_;
  std::vector<long> scales_;
  long sample_stride_ = 1;
  std::vector<long> sampled_bits_;

  // Accumulators: magnitudes of the positive and of the negative terms, `width_` limbs each of which
  // `fraction_limbs_` lie behind the point, and the error in units of the last limb.
  long fraction_limbs_ = 1;
  std::size_t width_ = 0;
  std::vector<mp_limb_t> positive_, negative_;
  std::vector<double> errors_;
  bool overflow_ = false;
};

}  // namespace gronwall
