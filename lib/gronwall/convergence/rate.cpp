#include "gronwall/convergence/rate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gronwall/numbers/ball.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr long kBits = 96;

Ball power_of(long resolution, double order) {
  const Ball base = Ball::from(resolution, kBits);
  if (order == std::floor(order) && std::abs(order) < 64) return pow(base, static_cast<long>(order));
  return exp(Ball::exact(order, kBits) * log(base));
}

// Ends are computed one by one: the hull of a wide interval as a ball would lose digits at both.
Interval scaled(const EnclosedError& e, double order) {
  const Ball power = power_of(e.resolution, order);
  return {std::max(0.0, (power * Ball::exact(e.error.lower, kBits)).lower()),
          (power * Ball::exact(e.error.upper, kBits)).upper()};
}

/// `L |x - y|`.
Interval scaled_distance(long resolution, const Interval& x, const Interval& y) {
  const auto difference = [&](double a, double b) {
    return resolution * (Ball::exact(a, kBits) - Ball::exact(b, kBits));
  };
  return {std::max({0.0, difference(x.lower, y.upper).lower(), difference(y.lower, x.upper).lower()}),
          std::max(difference(x.upper, y.lower).upper(), difference(y.upper, x.lower).upper())};
}

void require_usable(const std::vector<EnclosedError>& errors) {
  if (errors.empty()) throw InputError("there are no errors to analyse");
  long before = 0;
  for (const EnclosedError& e : errors) {
    if (e.resolution <= before) throw InputError("resolutions must increase strictly, from 1 on");
    before = e.resolution;
    if (!(e.error.lower >= 0) || !(e.error.upper >= e.error.lower) || std::isinf(e.error.upper))
      throw InputError("the enclosure of an error must be finite, ordered and not negative");
  }
}

/// Enclosure of the largest of several enclosed numbers.
Interval largest(const std::vector<Interval>& all) {
  Interval result{0, 0};
  for (const Interval& x : all) result = {std::max(result.lower, x.lower), std::max(result.upper, x.upper)};
  return result;
}

Interval order_between(const EnclosedError& a, const EnclosedError& b) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Ball step = log(Ball::from(b.resolution, kBits) / Ball::from(a.resolution, kBits));
  const auto end = [&](double numerator, double denominator) {
    return log(Ball::exact(numerator, kBits) / Ball::exact(denominator, kBits)) / step;
  };
  Interval result{-kInfinity, kInfinity};
  if (a.error.lower > 0 && b.error.upper > 0) result.lower = end(a.error.lower, b.error.upper).lower();
  if (b.error.lower > 0 && a.error.upper > 0) result.upper = end(a.error.upper, b.error.lower).upper();
  return result;
}

}  // namespace

Truth RateReport::bounded_by(double bound) const {
  if (constant.upper <= bound) return Truth::yes;
  return constant.lower > bound ? Truth::no : Truth::unknown;
}

RateReport analyse_rate(const std::vector<EnclosedError>& errors, double order) {
  require_usable(errors);
  RateReport report{{}, {}, {}, Truth::yes};
  for (const EnclosedError& e : errors) report.scaled.push_back(scaled(e, order));
  report.constant = largest(report.scaled);
  for (std::size_t k = 1; k < errors.size(); ++k) {
    report.orders.push_back(order_between(errors[k - 1], errors[k]));
    if (errors[k].error.lower >= errors[k - 1].error.upper)
      report.decreasing = Truth::no;
    else if (errors[k].error.upper >= errors[k - 1].error.lower && report.decreasing == Truth::yes)
      report.decreasing = Truth::unknown;
  }
  return report;
}

LimitReport compare_with_limit(const std::vector<EnclosedError>& errors, double order,
                               const Interval& limit) {
  require_usable(errors);
  LimitReport report{{}, {}, true};
  for (const EnclosedError& e : errors)
    report.differences.push_back(scaled_distance(e.resolution, scaled(e, order), limit));
  report.constant = largest(report.differences);
  const std::size_t half = (errors.size() + 1) / 2;
  const Interval early =
      largest({report.differences.begin(), report.differences.begin() + static_cast<long>(half)});
  for (std::size_t k = half; k < errors.size(); ++k)
    report.consistent = report.consistent && report.differences[k].lower <= 2 * early.upper;
  return report;
}

}  // namespace gronwall
