#include "limit_rule.hpp"

#include <algorithm>
#include <cmath>

namespace proofs_check {
namespace {

Vector moduli(const Vector& x) {
  Vector result;
  for (const Interval& component : x) result.push_back(abs(component));
  return result;
}
auto interval_dot(std::size_t order) {
  return [order](const Interval* w, const Interval* x) {
    Interval sum = scaled(0, 0, std::max(w->precision(), x->precision()));
    for (std::size_t l = 0; l < order; ++l) sum.add_product(w[l], x[l]);
    return sum;
  };
}
std::vector<double> approximations(const Vector& x) {
  std::vector<double> result;
  for (const Interval& component : x) result.push_back(mpfr_get_d(component.hi(), MPFR_RNDU));
  return result;
}

/// The bracket that |J| and |J|^T are applied to.
template <class T>
std::vector<T> bracket(const std::vector<T>& y, std::size_t n, const T& factor, const T& coupling) {
  std::vector<T> result;
  result.reserve(y.size());
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l < n; ++l)
      result.push_back(factor * y[k * n + l] + coupling * (y[k * n + k] + y[l * n + l]));
  return result;
}

/// An approximate solution of the equation, a little enlarged. Nothing is proved here.
std::vector<double> candidate(const TimeRule& rule, const Vector& b, double factor, double coupling) {
  const std::vector<double> weights = approximations(rule.weights),
                            partial = approximations(moduli(rule.partial));
  std::vector<double> start = approximations(b);
  // Every entry positive, also where b is 0.
  const double floor = std::ldexp(*std::max_element(start.begin(), start.end()), -60) + 0x1p-400;
  for (double& x : start) x += floor;
  std::vector<double> y = start;
  const auto dot = [&rule](const double* w, const double* x) {
    double sum = 0;
    for (std::size_t l = 0; l < rule.order; ++l) sum += w[l] * x[l];
    return sum;
  };
  for (int round = 0; round < 400; ++round) {
    std::vector<double> next = twice_integrated(bracket(y, rule.size(), factor, coupling), rule.panels,
                                                rule.order, weights, partial, 0.0, dot);
    double change = 0;
    for (std::size_t i = 0; i < next.size(); ++i) {
      next[i] += start[i];
      change = std::max(change, std::abs(next[i] - y[i]) / next[i]);
    }
    y = std::move(next);
    if (!(change > 1e-13)) break;
  }
  for (double& x : y) x *= 1 + 0x1p-7;
  return y;
}

}  // namespace

// bound: L47
TimeRule collocation(std::size_t panels, std::size_t order, long p) {
  const auto number = [p](const mpq_class& x) { return Interval(x, p); };
  const auto size = static_cast<long>(order);
  TimeRule rule{panels, order, {}, zeros(order * order, p), {}, number(0)};
  // cosine[n] = cos(n pi / (2p)); node i is the cosine of (2 (p - i) - 1) pi / (2p), i = 0..p-1.
  Vector cosine;
  for (long n = 0; n < 4 * size; ++n) cosine.push_back(cos(number(mpq_class(n) / (2 * size)) * pi(p)));
  const auto chebyshev = [&](std::size_t k, std::size_t i) {
    return cosine[k * (2 * (order - i) - 1) % (4 * order)];
  };
  const Interval one = number(1), half = number(mpq_class(1, 2));
  /// The integrals of T_k from -1 to x, t = T_(k-1)(x), T_(k+1)(x).
  const auto integral = [&](std::size_t k, const Interval& x, const Interval& before, const Interval& after) {
    if (k == 0) return x + one;
    if (k == 1) return (square(x) - one) * half;
    const auto n = static_cast<long>(k);
    return (after / number(n + 1) - before / number(n - 1)) * half +
           number(mpq_class(k % 2 == 0 ? -1 : 1) / (n * n - 1));
  };
  /// The integral from -1 of the l-th Lagrange polynomial, from those of T_k; then for a panel of length 1/P.
  const auto lagrange = [&](const Vector& integrals, std::size_t l) {
    Interval sum = integrals[0] * half;
    for (std::size_t k = 1; k < order; ++k) sum.add_product(chebyshev(k, l), integrals[k]);
    return sum * number(mpq_class(1) / (size * static_cast<long>(panels)));
  };
  Vector whole;
  for (std::size_t k = 0; k < order; ++k) whole.push_back(integral(k, one, one, one));
  for (std::size_t l = 0; l < order; ++l) rule.weights.push_back(lagrange(whole, l));
  for (std::size_t j = 0; j < order; ++j) {
    Vector integrals;
    for (std::size_t k = 0; k < order; ++k)
      integrals.push_back(
          integral(k, chebyshev(1, j), k == 0 ? one : chebyshev(k - 1, j), chebyshev(k + 1, j)));
    for (std::size_t l = 0; l < order; ++l) rule.partial[j * order + l] = lagrange(integrals, l);
  }
  for (std::size_t panel = 0; panel < panels; ++panel)
    for (std::size_t j = 0; j < order; ++j)
      rule.position.push_back((number(panel) + (one + chebyshev(1, j)) * half) *
                              number(mpq_class(1) / static_cast<long>(panels)));
  rule.theta = number(2) * inverse(power(number(4 * panels), size));
  return rule;
}

TimeRule left_sums(std::size_t depth, long p) {
  TimeRule rule{depth,       1,  {Interval(mpq_class(1) / static_cast<long>(depth), p)},
                zeros(1, p), {}, Interval(0, p)};
  for (std::size_t k = 0; k < depth; ++k)
    rule.position.emplace_back(mpq_class(static_cast<long>(k)) / static_cast<long>(depth), p);
  return rule;
}

Vector twice_integrated(const TimeRule& rule, const Vector& x) {
  return twice_integrated(x, rule.panels, rule.order, rule.weights, rule.partial,
                          Interval(0, x[0].precision()), interval_dot(rule.order));
}
Vector twice_integrated_moduli(const TimeRule& rule, const Vector& x) {
  return twice_integrated(x, rule.panels, rule.order, rule.weights, moduli(rule.partial),
                          Interval(0, x[0].precision()), interval_dot(rule.order));
}
Interval twice_integrated_to_end(const TimeRule& rule, const Vector& x) {
  const std::size_t n = rule.size();
  Interval sum = scaled(0, 0, x[0].precision());
  for (std::size_t k = 0; k < n; ++k) {
    Interval row = scaled(0, 0, x[0].precision());
    for (std::size_t l = 0; l < n; ++l) row.add_product(rule.weights[l % rule.order], x[k * n + l]);
    sum.add_product(rule.weights[k % rule.order], row);
  }
  return sum;
}

// bound: L49
Vector dominating(const TimeRule& rule, const Vector& b, const Interval& factor, const Interval& coupling) {
  const auto above = [](const Interval& x) { return mpfr_get_d(x.hi(), MPFR_RNDU); };
  Vector y;
  for (const double x : candidate(rule, b, above(factor), above(coupling))) {
    if (!std::isfinite(x)) not_verified("the errors are not bounded");
    y.emplace_back(mpq_class(x), 64);
  }
  const Vector image = twice_integrated_moduli(rule, bracket(y, rule.size(), factor, coupling));
  for (std::size_t i = 0; i < y.size(); ++i)
    if (!certainly_less(b[i] + image[i], y[i])) not_verified("no bound of the errors at the nodes is found");
  return y;
}

}  // namespace proofs_check
