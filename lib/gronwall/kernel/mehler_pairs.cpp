#include "gronwall/kernel/mehler_pairs.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

double approximation(double x) {
  return x;
}
double approximation(const MpFloat& x) {
  return static_cast<double>(x);
}

/// Half-width of the strip of analyticity, infinite for entire functions.
double strip_of(const Activation& phi) {
  const auto strip = phi.analyticity().strip_over_pi;
  return strip ? std::numbers::pi * nearest_double(*strip) : std::numeric_limits<double>::infinity();
}

struct Plan {
  Eigen::Index terms;
  double step, range;
};

/// |a_n(q)| falls like exp(-strip sqrt(n/q)), and the trapezoidal rule for it errs by about exp(-2 pi a/step
/// + a sqrt n + a^2/2) for every a < strip/sqrt q (L4 with L_n(-a^2) <= e^(2 a sqrt n)); the weight at the
/// end of the range times h_n is at most e^(-range^2/4) (Cramer).
Plan plan_for(const Activation& phi, double q, double accuracy) {
  constexpr double kMostTerms = 20'000, kMostEntries = 3e7;
  double terms, a = std::sqrt(2 * accuracy);
  if (const auto polynomial = phi.polynomial()) {
    terms = static_cast<double>(polynomial->size());
  } else {
    const double strip = strip_of(phi) / std::sqrt(q);
    const double root = (accuracy + 10) / (2 * strip);
    terms = root * root + 16;
    a = std::min(a, 0.97 * strip);
  }
  Plan plan{};
  plan.step = 2 * std::numbers::pi * a / (accuracy + a * std::sqrt(terms) + a * a / 2);
  plan.range = 2 * std::sqrt(accuracy) + 2;
  if (!(terms <= kMostTerms && terms * 2 * plan.range / plan.step <= kMostEntries))
    throw PrecisionError("the variance " + std::to_string(q) + " is too large for the dual activation of " +
                         phi.name() + " to this precision; decrease sigma_w T, sigma_u or the precision");
  plan.terms = static_cast<Eigen::Index>(terms);
  return plan;
}

}  // namespace

template <Real R>
MehlerPairs<R>::MehlerPairs(const Activation& phi, long bits)
    : phi_(phi),
      bits_(bits),
      accuracy_(static_cast<double>(bits) * std::numbers::ln2 + 4),
      capacity_(constant(0)) {
  if (!phi.polynomial() && !phi.analyticity().strip_over_pi)
    throw InputError("no fast dual activation of " + phi.name() +
                     " is known: it is neither a polynomial nor known to be analytic in a strip");
}

template <Real R>
R MehlerPairs<R>::constant(double x) const {
  if constexpr (std::same_as<R, double>)
    return x;
  else
    return make_mp(x, bits_);
}

template <Real R>
void MehlerPairs<R>::make_table(const R& capacity) {
  using std::exp;
  using std::sqrt;
  capacity_ = capacity;
  const Plan plan = plan_for(phi_, approximation(capacity), accuracy_);
  const auto half = static_cast<Eigen::Index>(std::ceil(plan.range / plan.step));
  const R step = constant(plan.step), two_pi = 2 * pi_like(step);
  nodes_.clear();
  table_ = RealMatrix<R>::Constant(2 * half + 1, plan.terms, constant(0));
  std::vector<R> up, down;  // sqrt(n + 1), sqrt(n)
  for (Eigen::Index n = 0; n < plan.terms; ++n) {
    up.push_back(sqrt(constant(static_cast<double>(n + 1))));
    down.push_back(sqrt(constant(static_cast<double>(n))));
  }
  for (Eigen::Index j = -half; j <= half; ++j) {
    const R z = step * constant(static_cast<double>(j));
    nodes_.push_back(z);
    // Orthonormal Hermite polynomials times the root of the weight, which keeps them bounded.
    const R root_weight = exp(R(-z * z / 4));
    const R scale = root_weight * step / sqrt(two_pi);
    R before = constant(0), current = root_weight;
    for (Eigen::Index n = 0; n < plan.terms; ++n) {
      table_(j + half, n) = current * scale;
      const auto at = static_cast<std::size_t>(n);
      R next = (z * current - down[at] * before) / up[at];
      before = current;
      current = next;
    }
  }
}

template <Real R>
typename MehlerPairs<R>::Expansion MehlerPairs<R>::expand(const R& q) const {
  using std::sqrt;
  Expansion e{q, sqrt(q), {}, constant(0), constant(0)};
  RealMatrix<R> phi(1, table_.rows());
  for (Eigen::Index j = 0; j < table_.rows(); ++j) {
    const R z = e.root * nodes_[static_cast<std::size_t>(j)];
    phi(0, j) = phi_.value(z);
    const R derivative = phi_.derivative(z);
    e.square += phi(0, j) * phi(0, j) * table_(j, 0);
    e.derivative_square += derivative * derivative * table_(j, 0);
  }
  const RealMatrix<R> a = multiply(phi, table_);
  e.a.assign(a.data(), a.data() + a.size());
  return e;
}

template <Real R>
void MehlerPairs<R>::add(const R& q) {
  if (!(q > 0) || !std::isfinite(approximation(q)))
    throw PrecisionError("a variance left the range of its numbers");
  if (q > capacity_) {
    make_table(2 * q);
    for (Expansion& e : expansions_) e = expand(e.q);
  }
  expansions_.push_back(expand(q));
}

template <Real R>
Duals<R> MehlerPairs<R>::at(std::size_t k, std::size_t l, const R& c, bool singular) {
  const Expansion &left = expansions_[k], &right = expansions_[l];
  if (singular && k == l && c > 0) return {left.square, left.derivative_square};
  const R roots = left.root * right.root, one = constant(1);
  R r = c / roots;
  if (r > one) r = one;
  if (r < -one) r = -one;
  std::size_t terms = left.a.size();
  if (const double log_r = std::log(std::abs(approximation(r))); log_r < 0) {
    const double enough = (accuracy_ + 10) / -log_r;
    if (enough < static_cast<double>(terms)) terms = static_cast<std::size_t>(enough) + 1;
  }
  R value = constant(0), derivative = constant(0);
  for (std::size_t n = terms; n-- > 0;) {
    derivative = derivative * r + value;
    value = value * r + left.a[n] * right.a[n];
  }
  return {value, R(derivative / roots)};
}

template class MehlerPairs<double>;
template class MehlerPairs<MpFloat>;

}  // namespace gronwall
