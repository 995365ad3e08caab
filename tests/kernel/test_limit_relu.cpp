/// Lower bounds of ReLU's coefficients: below everything else that is known about them, and not far below.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/gaussian/hermite.hpp"
#include "gronwall/kernel/limit_relu.hpp"
#include "limit_testing.hpp"

using namespace limit_testing;

namespace {

double horner(const std::vector<double>& b, double rho) {
  double sum = 0;
  for (std::size_t m = b.size(); m-- > 0;) sum = sum * rho + b[m];
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limit_relu)

BOOST_AUTO_TEST_CASE(below_the_kernel_and_near_it) {
  for (const Rational& tau : {Rational(1, 2), Rational(1)}) {
    const LimitParameters p = unit("relu", tau);
    const std::vector<double> b =
        relu_coefficients_below(p, {.grid = 32, .inner_degree = 16, .degree = 200, .terms = 200});
    BOOST_TEST_REQUIRE(b.size() == 201u);
    for (const double x : b) BOOST_TEST(x >= 0);
    for (const Rational& rho : {Rational(1), Rational(3, 4), Rational(1, 2), Rational(1, 8), Rational(0)}) {
      const double limit = extrapolated(p, rho, 4, 64)[5], below = horner(b, nearest_double(rho));
      BOOST_TEST(below <= limit * (1 + 1e-5), below << " " << limit);
      BOOST_TEST(below >= 0.94 * limit, below << " " << limit);
    }
  }
}

BOOST_AUTO_TEST_CASE(single_coefficients) {
  // b_0 = K(0), b_1 = K'(0), 2 b_2 = K''(0), by differences of the depth-L kernel, extrapolated.
  const LimitParameters p = unit("relu", 1);
  const std::vector<double> b =
      relu_coefficients_below(p, {.grid = 48, .inner_degree = 16, .degree = 40, .terms = 200});
  const double h = 1.0 / 16;
  const auto k = [&p](int step) { return extrapolated(p, Rational(step, 16), 4, 64)[5]; };
  const double at_zero = k(0), plus = k(1), minus = k(-1), plus2 = k(2), minus2 = k(-2);
  const double first = (8 * (plus - minus) - (plus2 - minus2)) / (12 * h);
  const double second = (16 * (plus + minus) - (plus2 + minus2) - 30 * at_zero) / (12 * h * h) / 2;
  for (const auto& [found, truth] :
       {std::pair(b[0], at_zero), std::pair(b[1], first), std::pair(b[2], second)}) {
    BOOST_TEST(found <= truth * (1 + 1e-4), found << " " << truth);
    BOOST_TEST(found >= 0.97 * truth, found << " " << truth);
  }
}

BOOST_AUTO_TEST_CASE(two_layers) {
  // C = Theta = c0 rho: the coefficient of rho^m is c0 (1 + m) a_m(1)^2.
  LimitParameters p = unit("relu", 0);
  p.c0 = Rational(1, 3);
  const std::vector<double> b =
      relu_coefficients_below(p, {.grid = 2, .inner_degree = 1, .degree = 60, .terms = 70});
  const auto a = hermite_coefficients(*p.activation, 1, 0, 60, 100);
  for (std::size_t m = 0; m <= 60; ++m) {
    const Ball truth = Ball::from(p.c0, 100) * Ball(m + 1) * a[m] * a[m];
    BOOST_TEST(!certainly(less(truth, Ball::exact(b[m]))), m);
    BOOST_TEST(b[m] >= truth.lower() * (1 - 1e-13), m);
  }
}

BOOST_AUTO_TEST_CASE(finer_is_larger) {
  const LimitParameters p = unit("relu", 1);
  const ReluSeriesOptions rough{.grid = 8, .inner_degree = 4, .degree = 20, .terms = 20};
  const std::vector<double> base = relu_coefficients_below(p, rough);
  for (const int what : {0, 1, 2}) {
    ReluSeriesOptions fine = rough;
    if (what == 0) fine.grid = 16;
    if (what == 1) fine.inner_degree = 20;
    if (what == 2) fine.terms = 60;
    const std::vector<double> b = relu_coefficients_below(p, fine);
    double gain = 0;
    for (std::size_t m = 0; m < b.size(); ++m) {
      BOOST_TEST(b[m] >= base[m] * (1 - 1e-12), what << " " << m);
      gain += b[m] - base[m];
    }
    BOOST_TEST(gain > 1e-6, what);
  }
}

BOOST_AUTO_TEST_CASE(one_cell_by_hand) {
  // L = 1, three terms of V, degree 2: C = rho + tau^2 V, Theta = C + tau^2 V' rho at C = rho, with Q_1 =
  // cosh^2(tau/sqrt 2) as the upper bound of both variances.
  const double tau = 0.75, t = tau * tau, q = std::pow(std::cosh(tau / std::sqrt(2.0)), 2);
  const std::vector<double> b = relu_coefficients_below(
      unit("relu", Rational(3, 4)), {.grid = 1, .inner_degree = 2, .degree = 2, .terms = 3});
  const double a0 = 1 / (2 * std::acos(-1.0)), a1 = 0.25, a2 = a0 / 2;
  const double c[] = {t * a0, 1 + t * a1, t * a2 / q};
  const double theta[] = {c[0], c[1] + t * a1, c[2] + 2 * t * a2 / q};
  const double slope[] = {a1 + 2 * a2 / q * c[0], 2 * a2 / q * c[1], 2 * a2 / q * c[2]};
  const double square[] = {c[0] * c[0], 2 * c[0] * c[1], 2 * c[0] * c[2] + c[1] * c[1]};
  for (std::size_t m = 0; m <= 2; ++m) {
    double k = (m == 0 ? a0 * (c[0] + c[1] + c[2]) : 0) + a1 * c[m] + a2 / q * square[m];
    for (std::size_t i = 0; i <= m; ++i) k += slope[i] * theta[m - i];
    BOOST_TEST(std::abs(b[m] - k) < 1e-14, m);
  }
}

BOOST_AUTO_TEST_CASE(scales) {
  LimitParameters p = unit("relu", Rational(3, 4));
  const ReluSeriesOptions options{.grid = 6, .inner_degree = 8, .degree = 30, .terms = 40};
  const std::vector<double> one = relu_coefficients_below(p, options);
  p.c0 = 4, p.T = Rational(1, 4), p.sigma_w = 3, p.sigma_v = 7;
  const std::vector<double> four = relu_coefficients_below(p, options);
  for (std::size_t m = 0; m < one.size(); ++m)
    BOOST_TEST(std::abs(four[m] - 4 * one[m]) <= 1e-14 * four[m], m);
}

BOOST_AUTO_TEST_CASE(bad_input) {
  BOOST_CHECK_THROW(relu_coefficients_below({}), InputError);
  BOOST_CHECK_THROW(relu_coefficients_below(unit("leaky-relu:1/2", 1)), InputError);
  BOOST_CHECK_THROW(relu_coefficients_below(unit("relu", -1)), InputError);
  const LimitParameters p = unit("relu", 1);
  for (const ReluSeriesOptions& options :
       {ReluSeriesOptions{.grid = 0}, ReluSeriesOptions{.grid = 65}, ReluSeriesOptions{.inner_degree = 0},
        ReluSeriesOptions{.inner_degree = 9, .degree = 8}, ReluSeriesOptions{.degree = 0},
        ReluSeriesOptions{.terms = 1}})
    BOOST_CHECK_THROW(relu_coefficients_below(p, options), InputError);
  // Far beyond the range of doubles: useless, but true.
  LimitParameters huge = unit("relu", 5000);
  for (const double x :
       relu_coefficients_below(huge, {.grid = 2, .inner_degree = 2, .degree = 4, .terms = 9}))
    BOOST_TEST((x >= 0 && std::isfinite(x)));
}

BOOST_AUTO_TEST_SUITE_END()
