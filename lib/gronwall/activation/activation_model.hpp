#pragma once
/// \file From one set of formulas to an `Activation`: `ActivationModel<F>`.
///
/// A catalogue entry F is a small struct deriving from `ActivationDefaults` that says, once for all real
/// types R (docs/adding-an-activation.md):
///
///     std::string name() const;  std::string formula() const;
///     template <Real R> R value(const R& z) const;
///     template <Real R> R derivative(const R& z) const;
///     template <Real R> std::vector<R> taylor(const R& z, int order) const;   // order + 1 coefficients
///     ParitySplit parity_split() const;
///     std::optional<Ball> lipschitz(long bits) const;
///     std::optional<Ball> lipschitz_of_derivative(long bits) const;
///     Analyticity analyticity() const;
///     LinearGrowth growth(const Ball& b) const;
///
/// and hides the defaults it does not share. The model adds guard bits, refuses nothing, and tightens balls.

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gronwall/activation/activation.hpp"
#include "gronwall/activation/enclosure.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

/// How the value over a ball of positive radius is found.
enum class OverBall {
  bisect,  ///< ends where phi is monotone, bisection elsewhere: right for every phi
  ends,    ///< phi is non-decreasing on the real line: the hull of the values at both ends
  direct,  ///< `value(const Ball&)` is already tight
};

/// What most activations have in common.
struct ActivationDefaults {
  OverBall over_ball() const { return OverBall::bisect; }
  std::optional<PoleLattice> poles() const { return std::nullopt; }
  std::optional<std::vector<Rational>> polynomial() const { return std::nullopt; }
};

template <class F>
class ActivationModel final : public Activation {
 public:
  explicit ActivationModel(F formulas) : f_(std::move(formulas)) {}

  std::string name() const override { return f_.name(); }
  std::string formula() const override { return f_.formula(); }

  double value(double z) const override { return std::isnan(z) ? z : f_.value(z); }
  double derivative(double z) const override { return std::isnan(z) ? z : f_.derivative(z); }
  std::vector<double> taylor(double z, int order) const override {
    if (std::isnan(z)) return std::vector<double>(length(order), z);
    return f_.taylor(z, checked(order));
  }

  MpFloat value(const MpFloat& z) const override {
    if (isnan(z)) return z;
    const GuardedFloat guarded(z, 0);
    return rounded(f_.value(guarded.z), bits_of(z));
  }
  MpFloat derivative(const MpFloat& z) const override {
    if (isnan(z)) return z;
    const GuardedFloat guarded(z, 0);
    return rounded(f_.derivative(guarded.z), bits_of(z));
  }
  std::vector<MpFloat> taylor(const MpFloat& z, int order) const override {
    if (isnan(z)) return std::vector<MpFloat>(length(order), z);
    const GuardedFloat guarded(z, checked(order));
    std::vector<MpFloat> result = f_.taylor(guarded.z, order);
    for (MpFloat& coefficient : result) coefficient = rounded(coefficient, bits_of(z));
    return result;
  }

  Ball value(const Ball& z) const override {
    return enclosure::round_to(tight_value(guarded(z, 0)), z.working_bits());
  }
  Ball derivative(const Ball& z) const override {
    return enclosure::round_to(tight_derivative(guarded(z, 0)), z.working_bits());
  }
  std::vector<Ball> taylor(const Ball& z, int order) const override {
    std::vector<Ball> result = tight_taylor(guarded(z, checked(order)), order);
    for (Ball& coefficient : result) coefficient = enclosure::round_to(coefficient, z.working_bits());
    return result;
  }

  Parity parity() const override {
    const ParitySplit split = f_.parity_split();
    if (split.rest == Parity::even && split.slope != 0) return Parity::neither;
    if (split.rest == Parity::odd && split.constant != 0) return Parity::neither;
    return split.rest;
  }
  ParitySplit parity_split() const override { return f_.parity_split(); }
  Ball at_zero(long bits) const override { return value(Ball::from(0, bits)); }

  std::optional<Ball> lipschitz(long bits) const override { return f_.lipschitz(bits); }
  std::optional<Ball> lipschitz_of_derivative(long bits) const override {
    return f_.lipschitz_of_derivative(bits);
  }

  Analyticity analyticity() const override { return f_.analyticity(); }
  LinearGrowth growth(const Ball& b) const override {
    if (!certainly(is_nonnegative(b)) || !b.is_finite())
      throw InputError("the half-width of a strip must be a number >= 0");
    return f_.growth(b);
  }
  std::optional<PoleLattice> poles() const override { return f_.poles(); }
  std::optional<std::vector<Rational>> polynomial() const override { return f_.polynomial(); }

 private:
  static int checked(int order) {
    if (order < 0) throw InputError("the order of a Taylor polynomial must be >= 0");
    return order;
  }
  static std::size_t length(int order) { return static_cast<std::size_t>(checked(order)) + 1; }

  /// Bits the formulas may lose at a point |z| < 2^exponent: a few by rounding, twice the exponent by
  /// e^(-z^2), whose exponent must be known absolutely, and at most two per order by the recurrences.
  static long guard_bits(long exponent, int order) {
    constexpr long kRounding = 16;
    constexpr long kGuardedExponent = 64;
    return kRounding + 2 * std::clamp(exponent, 0L, kGuardedExponent) + 2L * order;
  }

  static long exponent_of(const MpFloat& z) {
    return mpfr_regular_p(z.backend().data()) != 0 ? static_cast<long>(mpfr_get_exp(z.backend().data())) : 0;
  }
  static MpFloat rounded(MpFloat x, long bits) {
    mpfr_prec_round(x.backend().data(), bits, MPFR_RNDN);
    return x;
  }
  /// `z` with guard bits, and the thread's default precision to match while it lives.
  struct GuardedFloat {
    GuardedFloat(const MpFloat& point, int order)
        : bits(bits_of(point) + guard_bits(exponent_of(point), order)), z(rounded(point, bits)) {}
    long bits;
    MpPrecision scope{bits};
    MpFloat z;
  };

  static Ball guarded(const Ball& z, int order) {
    const double size = z.magnitude().value();
    const long exponent = std::isfinite(size) && size > 0 ? std::ilogb(size) + 1L : 0L;
    return z.with_bits(std::min(z.working_bits() + guard_bits(exponent, order), Ball::kMostBits));
  }

  static constexpr int kMostBisections = 12;

  Ball tight_value(const Ball& z, int bisections = kMostBisections) const {
    if (z.is_exact() || !z.is_finite() || f_.over_ball() == OverBall::direct) return f_.value(z);
    const Ball lower = enclosure::lower_end(z);
    const Ball upper = enclosure::upper_end(z);
    if (f_.over_ball() == OverBall::ends) return Ball::hull(f_.value(lower), f_.value(upper));
    const Ball slope = tight_derivative(z);
    if (certainly(is_nonnegative(slope)) || certainly(is_nonnegative(-slope)))
      return Ball::hull(f_.value(lower), f_.value(upper));
    constexpr double kNarrow = 0x1p-10;
    if (bisections > 0 && z.radius().value() > kNarrow) {
      const Ball middle = z.exact_midpoint();
      return Ball::hull(tight_value(Ball::hull(lower, middle), bisections - 1),
                        tight_value(Ball::hull(middle, upper), bisections - 1));
    }
    return enclosure::intersect(f_.value(z), enclosure::mean_value(f_.value(z.exact_midpoint()), slope, z));
  }

  /// phi' over a ball: the formula, both mean-value forms (with phi'' over the ball, with its global bound;
  /// both unbounded or absent across a jump of phi'), and for wide balls the global bounds of phi' itself.
  Ball tight_derivative(const Ball& z) const {
    Ball result = f_.derivative(z);
    if (z.is_exact() || !z.is_finite()) return result;
    const Ball centre = f_.derivative(z.exact_midpoint());
    result = enclosure::intersect(result, enclosure::mean_value(centre, 2 * f_.taylor(z, 2)[2], z));
    if (const auto curvature = f_.lipschitz_of_derivative(z.bits()))
      result = enclosure::intersect(result, enclosure::mean_value(centre, *curvature, z));
    constexpr double kWide = 1;
    if (z.radius().value() < kWide) return result;
    if (const auto steepest = f_.lipschitz(Ball::kLeastBits)) {
      const Ball least = f_.over_ball() == OverBall::ends ? Ball(0) : -*steepest;
      result = enclosure::intersect(result, Ball::hull(least, *steepest));
    }
    return result;
  }

  /// Naive recurrence over the ball, then downward from the highest order: coefficient k is within
  /// `(k+1) |c_{k+1}| rad` of its value at the midpoint.
  std::vector<Ball> tight_taylor(const Ball& z, int order) const {
    if (z.is_exact() || !z.is_finite()) return f_.taylor(z, order);
    std::vector<Ball> result = f_.taylor(z, order + 1);
    const std::vector<Ball> centre = f_.taylor(z.exact_midpoint(), order);
    for (std::size_t k = centre.size(); k-- > 2;)
      result[k] = enclosure::intersect(
          result[k], enclosure::mean_value(centre[k], result[k + 1] * static_cast<long>(k + 1), z));
    result.resize(centre.size());
    result[0] = tight_value(z);
    if (order >= 1) result[1] = tight_derivative(z);
    return result;
  }

  F f_;
};

}  // namespace gronwall
