#include "gronwall/kernel/dual_pairs.hpp"

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gronwall/gaussian/closed_coefficients.hpp"
#include "gronwall/gaussian/closed_dual.hpp"
#include "gronwall/gaussian/dual.hpp"
#include "gronwall/kernel/limit_bounds.hpp"
#include "gronwall/kernel/mehler_pairs.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

/// q1, q2, c and q1 q2 - c^2 >= 0.
template <class R>
struct Point {
  R q1, c, q2, determinant;
};

/// The formulas of gaussian/closed_dual.cpp without error bounds.
template <class R>
using Formula = std::function<Duals<R>(const Point<R>&)>;

template <class R>
Formula<R> leaky_relu(const Rational& slope) {
  return [slope](const Point<R>& at) -> Duals<R> {
    using std::atan2;
    using std::sqrt;
    const R a = constant_like(slope, at.c), kink = (1 - a) * (1 - a), pi = pi_like(at.c);
    const R root = sqrt(at.determinant), share = (pi - atan2(root, at.c)) / (2 * pi);
    return {R(a * at.c + kink * (root / (2 * pi) + share * at.c)), R(a + kink * share)};
  };
}

template <class R>
Duals<R> erf_duals(const Point<R>& at) {
  using std::atan2;
  using std::sqrt;
  const R root = sqrt(R(1 + 2 * (at.q1 + at.q2) + 4 * at.determinant)), factor = 2 / pi_like(at.c);
  return {R(factor * atan2(R(2 * at.c), root)), R(2 * factor / root)};
}

/// e^(-(q1+q2)/2) sinh c and the same with cosh, without overflow and cancellation.
template <class R>
Duals<R> sin_duals(const Point<R>& at) {
  using std::abs;
  using std::exp;
  using std::expm1;
  const R size = abs(at.c), scale = exp(R(size - (at.q1 + at.q2) / 2)) / 2;
  const R sinh_part = -scale * expm1(R(-2 * size)), cosh_part = scale * (1 + exp(R(-2 * size)));
  return {at.c < 0 ? R(-sinh_part) : sinh_part, cosh_part};
}

template <class R>
Duals<R> cos_duals(const Point<R>& at) {
  const Duals<R> sine = sin_duals(at);
  return {sine.derivative, sine.value};
}

template <class R>
Duals<R> gaussian_duals(const Point<R>& at) {
  using std::sqrt;
  const R d = 1 + at.q1 + at.q2 + at.determinant, value = 1 / sqrt(d);
  return {value, R(at.c * value / d)};
}

template <class R>
Duals<R> gelu_duals(const Point<R>& at) {
  using std::atan2;
  using std::sqrt;
  const R a = 1 + at.q1, b = 1 + at.q2, d = 1 + at.q1 + at.q2 + at.determinant, root = sqrt(d);
  const R m = 1 / a + 1 / b - 1, n = at.q1 * at.q2 + m * at.c * at.c;
  const R angle = atan2(at.c, root), two_pi = 2 * pi_like(at.c);
  return {R(at.c / 4 + (at.c * angle + n / root) / two_pi),
          R(constant_like(Rational(1, 4), at.c) +
            (angle + at.c * (1 + 2 * m) / root + n * at.c / (d * root)) / two_pi)};
}

template <class R>
std::optional<Formula<R>> closed_formula(const Activation& phi) {
  if (const auto slope = negative_slope(phi)) return leaky_relu<R>(*slope);
  const std::string name = phi.name();
  if (name == "erf") return erf_duals<R>;
  if (name == "sin") return sin_duals<R>;
  if (name == "cos") return cos_duals<R>;
  if (name == "gaussian") return gaussian_duals<R>;
  if (name == "gelu") return gelu_duals<R>;
  return std::nullopt;
}

bool is_finite(double x) {
  return std::isfinite(x);
}
bool is_finite(const MpFloat& x) {
  return mpfr_number_p(x.backend().data()) != 0;
}

template <class R>
class FormulaPairs : public DualPairs<R> {
 public:
  explicit FormulaPairs(Formula<R> formula) : formula_(std::move(formula)) {}

  void add(const R& q) override {
    if (!is_finite(q) || !is_finite(R(q * q)))
      throw PrecisionError("a variance overflowed; decrease sigma_w T");
    variances_.push_back(q);
  }
  Duals<R> at(std::size_t k, std::size_t l, const R& c, bool singular) override {
    const R &q1 = variances_[k], &q2 = variances_[l];
    const R zero = q1 - q1, rounded = q1 * q2 - c * c;
    return formula_({q1, c, q2, singular || rounded < 0 ? zero : rounded});
  }

 private:
  Formula<R> formula_;
  std::vector<R> variances_;
};

template <class R>
std::unique_ptr<DualPairs<R>> approximate_pairs(const LimitParameters& parameters, long bits) {
  if (auto formula = closed_formula<R>(*parameters.activation))
    return std::make_unique<FormulaPairs<R>>(std::move(*formula));
  return std::make_unique<MehlerPairs<R>>(*parameters.activation, bits);
}

/// Closed forms in ball arithmetic.
class ClosedBallPairs : public DualPairs<Ball> {
 public:
  explicit ClosedBallPairs(const Activation& phi) : phi_(phi) {}

  static bool knows(const Activation& phi) {
    return closed_dual(phi, DualPart::value, CovarianceBall(Covariance(1, 0, 1), Ball::kLeastBits), false)
        .has_value();
  }

  void add(const Ball& q) override {
    if (!certainly(is_positive(q)) || !q.is_finite())
      throw PrecisionError("the enclosure of a variance has become useless; work with more bits");
    variances_.push_back(q);
  }
  Duals<Ball> at(std::size_t k, std::size_t l, const Ball& c, bool singular) override {
    CovarianceBall covariance(variances_[k], c, variances_[l]);
    if (singular) covariance.determinant = Ball(0).with_bits(c.working_bits());
    return {*closed_dual(phi_, DualPart::value, covariance, singular),
            *closed_dual(phi_, DualPart::by_c, covariance, singular)};
  }

 private:
  const Activation& phi_;
  std::vector<Ball> variances_;
};

/// Mehler series at exact points within the balls, widened by the Lipschitz constants of L48.
class WidenedBallPairs : public DualPairs<Ball> {
 public:
  WidenedBallPairs(const LimitParameters& parameters, long bits)
      : bits_(bits),
        least_(parameters.c0),
        bounds_(limit_bounds(parameters, 0)),
        duals_(*parameters.activation, bits) {
    const Rational root = to_rational(bounds_.root_variance.value());
    most_ = root * root;
  }

  void add(const Ball& q) override {
    if (!q.is_finite())
      throw PrecisionError("the enclosure of a variance has become useless; work with more bits");
    // L48 is about variances between c0 and R^2, as the true one is.
    const Rational middle = q.exact_midpoint().lower_rational();
    variances_.push_back({std::min(std::max(middle, least_), most_), q});
  }

  Duals<Ball> at(std::size_t k, std::size_t l, const Ball& c, bool singular) override {
    const Variance &left = variances_[k], &right = variances_[l];
    Rational middle = c.exact_midpoint().lower_rational();
    const Rational product = left.middle * right.middle;
    if (singular) {
      middle = certainly(less(c, 0)) ? Rational(-left.middle) : left.middle;
    } else if (middle * middle > product) {
      const Rational size = std::max(Rational(0), sqrt(Ball::from(product, bits_)).lower_rational());
      middle = middle < 0 ? Rational(-size) : size;
    }
    const Ball by_c = distance(c, middle),
               by_q = distance(left.q, left.middle) + distance(right.q, right.middle);
    // bound: L48
    const UpperBound s1 = bounds_.s1, s2 = bounds_.s2;
    const UpperBound value_radius =
        s1 * s1 * by_c.magnitude() + s2 * bounds_.size * UpperBound(0.5) * by_q.magnitude();
    const UpperBound derivative_radius =
        s2 * s2 * by_c.magnitude() + s1 * bounds_.s3 * UpperBound(0.5) * by_q.magnitude();
    Duals<Ball> result{duals_.value(left.middle, middle, right.middle),
                       duals_.derivative_by_c(left.middle, middle, right.middle)};
    result.value = Ball::with_radius(result.value, value_radius).with_bits(bits_);
    result.derivative = Ball::with_radius(result.derivative, derivative_radius).with_bits(bits_);
    return result;
  }

 private:
  struct Variance {
    Rational middle;
    Ball q;
  };
  Ball distance(const Ball& x, const Rational& middle) const { return abs(x - Ball::from(middle, bits_)); }

  long bits_;
  Rational least_, most_;
  LimitBounds bounds_;
  DualActivation duals_;
  std::vector<Variance> variances_;
};

}  // namespace

template <>
std::unique_ptr<DualPairs<double>> make_dual_pairs(const LimitParameters& parameters, long bits) {
  return approximate_pairs<double>(parameters, bits);
}
template <>
std::unique_ptr<DualPairs<MpFloat>> make_dual_pairs(const LimitParameters& parameters, long bits) {
  return approximate_pairs<MpFloat>(parameters, bits);
}
template <>
std::unique_ptr<DualPairs<Ball>> make_dual_pairs(const LimitParameters& parameters, long bits) {
  if (ClosedBallPairs::knows(*parameters.activation))
    return std::make_unique<ClosedBallPairs>(*parameters.activation);
  return std::make_unique<WidenedBallPairs>(parameters, bits);
}

}  // namespace gronwall
