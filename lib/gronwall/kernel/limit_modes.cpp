#include "gronwall/kernel/limit_modes.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/activation/derivative_bounds.hpp"
#include "gronwall/gaussian/hermite.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/numbers/arb_poly.hpp"
#include "gronwall/numbers/nonnegative.hpp"
#include "gronwall/numbers/threads.hpp"

namespace gronwall {
namespace {

constexpr long kTailBits = 64;
constexpr std::size_t kMostTerms = 4000;
constexpr int kMostDerivatives = 160;

/// Tails of L50 for one activation.
class Tails {
 public:
  explicit Tails(const Activation& phi) {
    for (int j = 1; j <= kMostDerivatives; ++j) {
      const std::optional<Ball> s = derivative_bound(phi, j, kTailBits);
      if (!s) throw InputError("no bounds of all derivatives of " + phi.name() + " are known");
      sup_squared_.push_back(*s * *s);
    }
  }
  /// sqrt(T_m(q)) and sqrt(T'_m(q)). // bound: L50
  std::pair<UpperBound, UpperBound> at(const Ball& q, std::size_t m) const {
    const std::size_t last = std::min<std::size_t>(m, sup_squared_.size());
    Ball power = Ball(1).with_bits(kTailBits);  // q^(k-1) (m-k)!/(m-1)!
    Ball value, slope;
    for (std::size_t k = 1; k <= last; ++k) {
      if (k > 1) power = power * q / Ball(static_cast<long>(m - k + 1));
      const Ball slope_k = power * sup_squared_[k - 1];
      const Ball value_k = slope_k * q / Ball(static_cast<long>(m));
      value = k == 1 ? value_k : min(value, value_k);
      slope = k <= 2 ? slope_k : min(slope, slope_k);
    }
    return {sqrt(abs(value)).magnitude(), sqrt(abs(slope)).magnitude()};
  }

 private:
  std::vector<Ball> sup_squared_;
};

}  // namespace

LimitModes::LimitModes(const Activation& phi, std::vector<Ball> variances, long bits, long tail_bits)
    : variances_(std::move(variances)), bits_(bits) {
  const Tails tails(phi);
  Ball largest = variances_.front();
  for (const Ball& q : variances_) largest = max(largest, q);
  const double wanted = std::ldexp(1.0, static_cast<int>(-tail_bits));
  for (terms_ = 8;; terms_ += 4 + terms_ / 16) {
    const auto [value, slope] = tails.at(largest, terms_);
    if ((value * value).value() <= wanted && (slope * slope).value() <= wanted) break;
    if (terms_ > kMostTerms)
      throw PrecisionError(
          "the dual activation of " + phi.name() + " would need more than 4000 terms at variance " +
          std::to_string(largest.midpoint()) + "; ask for fewer digits, or a smaller sigma_w T");
  }
  coefficients_.resize(variances_.size());
  value_tail_.resize(variances_.size()), slope_tail_.resize(variances_.size());
  roots_.resize(variances_.size());
  parallel_for(variances_.size(), [&](std::size_t k) {
    const Ball q = variances_[k].with_bits(bits);
    const HermiteCoefficients a =
        hermite_coefficients(phi, q.lower_rational(), 0, static_cast<unsigned>(terms_ - 1), bits);
    ArbVector row(terms_);
    for (std::size_t n = 0; n < terms_; ++n) row.set(n, a[n]);
    coefficients_[k] = std::move(row);
    std::tie(value_tail_[k], slope_tail_[k]) = tails.at(q, terms_);
    roots_[k] = sqrt(q);
  });
}

ArbVector LimitModes::products(std::size_t k, std::size_t l) const {
  ArbVector result(terms_);
  for (std::size_t n = 0; n < terms_; ++n)
    arb_mul(result.at(n), coefficients_[k].at(n), coefficients_[l].at(n), bits_);
  return result;
}

DualPair LimitModes::at(std::size_t k, std::size_t l, arb_srcptr c) const {
  const ArbVector v = products(k, l);
  const Ball root = roots_[k] * roots_[l];
  const Ball r = as_ball(c, bits_) / root;
  DualPair result{Ball().with_bits(bits_), Ball().with_bits(bits_)};
  _arb_poly_evaluate2_horner(result.value.raw(), result.slope.raw(), v.at(0), v.length(), r.raw(), bits_);
  result.slope /= root;
  // bound: L50, with |r| <= 1
  const Ball size = min(abs(r), Ball(1));
  const UpperBound shrink = pow(size, static_cast<long>(terms_) - 1).magnitude();
  result.value = Ball::with_radius(result.value, shrink * value_tail_[k] * value_tail_[l]);
  result.slope = Ball::with_radius(result.slope, shrink * slope_tail_[k] * slope_tail_[l]);
  return result;
}

DualSeries LimitModes::series(std::size_t k, std::size_t l, const ArbVector& c, const Ball& norm,
                              const SeriesShape& shape) const {
  const ArbVector v = products(k, l);
  const Ball root = roots_[k] * roots_[l];
  const Ball inverse_root = Ball(1).with_bits(bits_) / root;
  const std::size_t length = shape.slots;
  DualSeries result;
  ArbVector scaled(length);
  for (std::size_t i = 0; i < length; ++i) arb_mul(scaled.at(i), c.at(i), inverse_root.raw(), bits_);
  if (shape.stride == 1) {
    ArbVector derivative(terms_ - 1);
    for (std::size_t n = 1; n < terms_; ++n) arb_mul_ui(derivative.at(n - 1), v.at(n), n, bits_);
    result.value = compose_series(v, scaled, length, bits_);
    result.slope = compose_series(derivative, scaled, length, bits_);
  } else {
    // Odd phi: with X = rho^2 and r = rho s(X), V = r sum v_(2j+1) (X s^2)^j.
    ArbVector inner(length), odd(terms_ / 2), derivative(terms_ / 2);
    if (length > 1)
      _arb_poly_mullow(inner.at(1), scaled.at(0), static_cast<slong>(length - 1), scaled.at(0),
                       static_cast<slong>(length - 1), static_cast<slong>(length - 1), bits_);
    for (std::size_t j = 0; j < terms_ / 2; ++j) {
      arb_set(odd.at(j), v.at(2 * j + 1));
      arb_mul_ui(derivative.at(j), v.at(2 * j + 1), 2 * j + 1, bits_);
    }
    const ArbVector outer = compose_series(odd, inner, length, bits_);
    result.value = ArbVector(length);
    _arb_poly_mullow(result.value.at(0), outer.at(0), outer.length(), scaled.at(0), scaled.length(),
                     static_cast<slong>(length), bits_);
    result.slope = compose_series(derivative, inner, length, bits_);
  }
  for (std::size_t i = 0; i < length; ++i)
    arb_mul(result.slope.at(i), result.slope.at(i), inverse_root.raw(), bits_);
  // bound: L51; the values at rho = 1 contain the tails of L50 already.
  const DualPair at_one = at(k, l, norm.raw());
  result.value_rest = upper(at_one.value - sum_of(result.value, bits_));
  result.slope_rest = upper(at_one.slope - sum_of(result.slope, bits_));
  return result;
}

std::vector<double> LimitModes::approximate(std::size_t k) const {
  std::vector<double> row(terms_);
  for (std::size_t n = 0; n < terms_; ++n)
    row[n] = arf_get_d(arb_midref(coefficients_[k].at(n)), ARF_RND_NEAR);
  return row;
}

ArbVector compose_series(const ArbVector& u, const ArbVector& d, std::size_t length, long bits) {
  const auto count = u.size();
  const auto baby = std::max<std::size_t>(1, static_cast<std::size_t>(std::sqrt(static_cast<double>(count))));
  const auto n = static_cast<slong>(length);
  std::vector<ArbVector> powers;
  powers.emplace_back(length);
  arb_one(powers[0].at(0));
  for (std::size_t b = 1; b <= baby; ++b) {
    powers.emplace_back(length);
    _arb_poly_mullow(powers[b].at(0), powers[b - 1].at(0), n, d.at(0), n, n, bits);
  }
  // transposed[i * baby + b]: coefficient i of the b-th power
  ArbVector transposed(length * baby);
  for (std::size_t b = 0; b < baby; ++b)
    for (std::size_t i = 0; i < length; ++i) arb_set(transposed.at(i * baby + b), powers[b].at(i));
  ArbVector result(length), product(length);
  for (std::size_t block = (count + baby - 1) / baby; block-- > 0;) {
    _arb_poly_mullow(product.at(0), result.at(0), n, powers[baby].at(0), n, n, bits);
    const std::size_t begin = block * baby, terms = std::min(baby, count - begin);
    for (std::size_t i = 0; i < length; ++i)
      arb_dot(result.at(i), product.at(i), 0, transposed.at(i * baby), 1, u.at(begin), 1,
              static_cast<slong>(terms), bits);
  }
  return result;
}

}  // namespace gronwall
