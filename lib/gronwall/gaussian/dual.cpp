#include "gronwall/gaussian/dual.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/gaussian/closed_coefficients.hpp"
#include "gronwall/gaussian/closed_dual.hpp"
#include "gronwall/gaussian/product_mean.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr int kAttempts = 4;
/// Series longer than this are refused: closed coefficients are cheap, quadrature works with precision
/// growing with n.
constexpr unsigned kMostClosedTerms = kLastHermiteIndex - 2;
constexpr unsigned kMostTerms = 20'000;

bool is_accurate(const Ball& x, long bits) {
  return mag_cmp_2exp_si(arb_radref(x.raw()), -bits) <= 0;
}

/// Orders of the derivatives of phi under the mean, for u and for v.
struct Orders {
  int u, v;
};
Orders orders_of(DualPart part) {
  switch (part) {
    case DualPart::by_c:
      return {1, 1};
    case DualPart::by_q1:
      return {2, 0};
    default:
      return {0, 0};
  }
}

/// `E phi^(order)(sqrt(q) Z)` by L7.
Ball mean_of_derivative(const Activation& phi, int order, const Rational& q, long bits) {
  const Ball a =
      hermite_coefficients(phi, q, static_cast<unsigned>(order), static_cast<unsigned>(order), bits)
          .values.front();
  const long working = bits + 32;
  const Ball root = sqrt(Ball::from(q, working));
  // bound: L7
  if (order == 1) return a / root;
  if (order == 2) return a * sqrt(Ball(2).with_bits(working)) / Ball::from(q, working);
  return a;
}

/// `phi^(order)(0)`.
Ball derivative_at_zero(const Activation& phi, int order, long bits) {
  const Ball result = phi.taylor(Ball(0).with_bits(bits), order)[static_cast<std::size_t>(order)] *
                      factorial(static_cast<unsigned long>(order), bits);
  if (!result.is_finite() || mag_cmp_2exp_si(arb_radref(result.raw()), -bits / 2) > 0)
    throw InputError("derivative " + std::to_string(order) + " of " + phi.name() +
                     " does not exist at 0, where a Gaussian of variance 0 sits");
  return result;
}

/// Least number of terms after which the tail is below 2^-bits, if the known tails reach that far.
std::optional<unsigned> terms_needed(HermiteExpansion& u, HermiteExpansion& v, Orders orders, double log2_r,
                                     long bits) {
  const long last = std::min(u.last() - orders.u, v.last() - orders.v);
  for (long m = 0; m <= last; ++m) {
    const auto index = static_cast<unsigned>(m);
    const double log2_bound = static_cast<double>(m + 1) * log2_r +
                              0.5 * (u.log2_tail(orders.u, index) + v.log2_tail(orders.v, index));
    if (log2_bound < -static_cast<double>(bits)) return index;
  }
  return std::nullopt;
}

/// A guess of how far the coefficients must be known, from tails that fall like e^(-alpha sqrt(M)) or faster.
unsigned extrapolate(HermiteExpansion& u, HermiteExpansion& v, Orders orders, double log2_r, long bits) {
  const long last = std::min(u.last() - orders.u, v.last() - orders.v);
  const auto log2_bound = [&](long m) {
    const auto index = static_cast<unsigned>(m);
    return 0.5 * (u.log2_tail(orders.u, index) + v.log2_tail(orders.v, index));
  };
  const double here = log2_bound(last), before = log2_bound(last / 4);
  const double root = std::sqrt(static_cast<double>(last));
  const double slope = std::max(0.0, (before - here) / (root / 2));
  double m = static_cast<double>(last);
  const auto missing = [&](double n) {
    return here - slope * (std::sqrt(n) - root) + n * log2_r + static_cast<double>(bits);
  };
  while (missing(m) > 0 && m < 1e7) m *= 1.02;
  return static_cast<unsigned>(std::max(1.04 * m + 8, 1.25 * static_cast<double>(last)));
}

}  // namespace

DualActivation::DualActivation(const Activation& phi, long accuracy_bits, DualMethod method)
    : phi_(phi), bits_(accuracy_bits), method_(method), guard_(48) {
  if (accuracy_bits < 1 || accuracy_bits > kMostAccuracyBits)
    throw PrecisionError("accuracy must be between 1 and " + std::to_string(kMostAccuracyBits) +
                         " bits, not " + std::to_string(accuracy_bits));
}

HermiteExpansion& DualActivation::expansion(const Rational& q) {
  auto& entry = expansions_[q];
  if (!entry) entry = std::make_unique<HermiteExpansion>(phi_, q, bits_ + guard_);
  return *entry;
}

Ball DualActivation::value(const Rational& q1, const Rational& c, const Rational& q2) {
  return evaluate(DualPart::value, Covariance(q1, c, q2));
}
Ball DualActivation::derivative_by_c(const Rational& q1, const Rational& c, const Rational& q2) {
  return evaluate(DualPart::by_c, Covariance(q1, c, q2));
}
Ball DualActivation::derivative_by_q1(const Rational& q1, const Rational& c, const Rational& q2) {
  return evaluate(DualPart::by_q1, Covariance(q1, c, q2));
}

Ball DualActivation::evaluate(DualPart part, const Covariance& at) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (at.is_degenerate()) return degenerate(part, at);
  if (method_ != DualMethod::series) {
    const bool is_known =
        closed_dual(phi_, part, CovarianceBall(at, Ball::kLeastBits), at.is_singular()).has_value();
    if (is_known) return closed(part, at);
    if (method_ == DualMethod::closed_form)
      throw InputError("no closed form is known for the dual activation of " + phi_.name() + " there");
    if (at.is_singular()) return on_boundary(part, at);
  }
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const Ball result = series(part, at);
    if (is_accurate(result, bits_)) return result;
    guard_ *= 2;
    expansions_.clear();
  }
  throw PrecisionError("the accuracy 2^-" + std::to_string(bits_) +
                       " was not reached for the dual activation of " + phi_.name());
}

Ball DualActivation::closed(DualPart part, const Covariance& at) {
  long bits = bits_ + 48;
  for (int attempt = 0; attempt < kAttempts; ++attempt, bits += bits / 2) {
    const Ball result = *closed_dual(phi_, part, CovarianceBall(at, bits), at.is_singular());
    if (is_accurate(result, bits_)) return result;
  }
  throw PrecisionError("the accuracy 2^-" + std::to_string(bits_) +
                       " was not reached for the dual activation of " + phi_.name());
}

Ball DualActivation::degenerate(DualPart part, const Covariance& at) {
  const auto [u, v] = orders_of(part);
  long bits = bits_ + 48;
  for (int attempt = 0; attempt < kAttempts; ++attempt, bits += bits / 2) {
    const auto mean = [&](int order, const Rational& q) {
      return q == 0 ? derivative_at_zero(phi_, order, bits) : mean_of_derivative(phi_, order, q, bits);
    };
    Ball result = mean(u, at.q1()) * mean(v, at.q2());
    if (part == DualPart::by_q1) result = ldexp(result, -1);
    if (is_accurate(result, bits_)) return result;
  }
  throw PrecisionError("the accuracy 2^-" + std::to_string(bits_) +
                       " was not reached for the dual activation of " + phi_.name());
}

Ball DualActivation::on_boundary(DualPart part, const Covariance& at) {
  const auto [u, v] = orders_of(part);
  const Ball mean = product_mean(phi_, {u, at.q1()}, {v, at.q2()}, at.c() < 0, bits_);
  return part == DualPart::by_q1 ? ldexp(mean, -1) : mean;
}

Ball DualActivation::series(DualPart part, const Covariance& at) {
  const Orders orders = orders_of(part);
  HermiteExpansion& u = expansion(at.q1());
  HermiteExpansion& v = expansion(at.q2());
  const long working = bits_ + guard_;
  const Rational square = at.c() * at.c() / (at.q1() * at.q2());
  const Ball root_q1q2 = sqrt(Ball::from(at.q1() * at.q2(), working));
  const Ball r = at.is_singular() ? Ball(at.c() < 0 ? -1 : 1) : Ball::from(at.c(), working) / root_q1q2;
  // log2 |r|, for planning
  const double log2_r =
      at.c() == 0 ? -1e9 : 0.5 * log(Ball::from(square, working)).midpoint() * 1.4426950408889634;
  // Scale of the derivatives' coefficients.
  const Ball scale = part == DualPart::value  ? Ball(1)
                     : part == DualPart::by_c ? 1 / root_q1q2
                                              : 1 / (2 * Ball::from(at.q1(), working));

  const unsigned most = has_closed_coefficients(phi_) ? kMostClosedTerms : kMostTerms;
  unsigned known = 64;
  std::optional<unsigned> terms;
  for (;;) {
    u.extend(known + 2);
    v.extend(known + 2);
    terms = terms_needed(u, v, orders, log2_r, bits_ + 4);
    if (terms || known == most) break;
    known = std::min(most, extrapolate(u, v, orders, log2_r, bits_ + 4));
  }
  if (!terms) {
    const double reached = -static_cast<double>(most) * log2_r -
                           0.5 * (u.log2_tail(orders.u, most) + v.log2_tail(orders.v, most));
    throw PrecisionError("the series for the dual activation of " + phi_.name() + " reaches about 2^-" +
                         std::to_string(std::max(0L, static_cast<long>(reached))) + " with " +
                         std::to_string(most) + " terms; ask for fewer digits or a smaller |rho|");
  }

  Ball sum = Ball().with_bits(working);
  for (unsigned n = *terms + 1; n-- > 0;) {
    sum *= r;
    const Ball left = u.coefficient(orders.u, n);
    if (left.is_exact() && left.contains_zero()) continue;
    sum += left * v.coefficient(orders.v, n);
  }
  Ball result = sum * scale;
  // bound: L8, L21
  Ball tail = pow(abs(r).with_bits(Ball::kLeastBits), static_cast<long>(*terms) + 1) *
              sqrt(u.tail(orders.u, *terms) * v.tail(orders.v, *terms));
  if (part == DualPart::by_q1) tail = ldexp(tail, -1);
  arb_add_error(result.raw(), tail.raw());
  return result;
}

Ball DualActivation::value_over(const Ball& q1, const Ball& c, const Ball& q2) {
  if (!q1.is_finite() || !c.is_finite() || !q2.is_finite()) throw InputError("the covariance must be finite");
  if (q1.upper() < 0 || q2.upper() < 0 || certainly(less(q1 * q2, c * c)))
    throw InputError("no point of these balls is a covariance: variances >= 0 and c^2 <= q1 q2 are required");
  const long working = bits_ + 48;
  if (certainly(is_positive(q1)) && certainly(is_positive(q2)) && method_ != DualMethod::series) {
    const CovarianceBall at(q1.with_bits(working), c.with_bits(working), q2.with_bits(working));
    if (const auto known = closed_dual(phi_, DualPart::value, at, false)) return *known;
  }
  const auto first = phi_.lipschitz(Ball::kLeastBits),
             second = phi_.lipschitz_of_derivative(Ball::kLeastBits);
  if (!first || !second)
    throw InputError("the dual activation of " + phi_.name() +
                     " is not known to vary smoothly with the covariance");

  // A covariance near the middle of the box: the midpoints, with |c| decreased where it is too large.
  const auto middle_of = [](const Ball& x) {
    const Rational middle = x.exact_midpoint().lower_rational();
    return middle < 0 ? Rational(0) : middle;
  };
  const Rational m1 = middle_of(q1), m2 = middle_of(q2);
  Rational mc = c.exact_midpoint().lower_rational();
  if (mc * mc > m1 * m2) {
    const Rational size = sqrt(Ball::from(m1 * m2, bits_ + 48)).lower_rational();
    mc = mc < 0 ? Rational(-std::max(size, Rational(0))) : std::max(size, Rational(0));
  }
  Ball result = value(m1, mc, m2);
  const auto distance = [working](const Ball& x, const Rational& middle) {
    return abs(x - Ball::from(middle, working));
  };
  const auto norm = [&](const Ball& q, const Rational& middle) {
    return abs(phi_.at_zero(working)) + *first * sqrt(max(max(q, Ball::from(middle, working)), Ball(0)));
  };
  // bound: L20
  const Ball radius =
      *first * *first * distance(c, mc) +
      ldexp(*second * (norm(q2, m2) * distance(q1, m1) + norm(q1, m1) * distance(q2, m2)), -1);
  arb_add_error(result.raw(), radius.raw());
  return result;
}

Ball dual_activation(const Activation& phi, const Rational& q, const Rational& rho, long accuracy_bits) {
  if (q <= 0) throw InputError("the variance q must be positive, not " + to_canonical_text(q));
  return DualActivation(phi, accuracy_bits).value(q, q * rho, q);
}

}  // namespace gronwall
