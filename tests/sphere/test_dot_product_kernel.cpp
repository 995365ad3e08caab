#include <cmath>
#include <limits>

#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/sphere/dot_product_kernel.hpp"
#include "sphere_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;

/// Every entry of `truth` must lie within the radii of `found`; a radius beyond `useful` is a failure, too.
void check_enclosure(const EnclosedMatrix& found, const BallMatrix& truth, double useful) {
  const Eigen::Index n = truth.rows();
  const UpperBound diagonal = found.radius.row_sum(0, 1);
  const double off_diagonal = n == 1 ? 0
                                     : (found.radius.row_sum(0, n).value() - diagonal.value()) /
                                           static_cast<double>(n - 1) * (1 + 1e-12);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j) {
      const double gap = abs(Ball::exact(found.midpoint(i, j), 300) - truth(i, j)).upper();
      BOOST_TEST(gap <= (i == j ? diagonal.value() : off_diagonal));
      BOOST_TEST(found.midpoint(i, j) == found.midpoint(j, i));
    }
  BOOST_TEST(diagonal.value() <= useful);
  BOOST_TEST(off_diagonal <= useful);
}

BOOST_AUTO_TEST_SUITE(dot_product_kernel)

BOOST_AUTO_TEST_CASE(minorant_gram_encloses) {
  Random random(2);
  for (int trial = 0; trial < 40; ++trial) {
    const std::size_t count = 1 + static_cast<std::size_t>(trial) % 8,
                      degree = static_cast<std::size_t>(trial) % 50;
    std::vector<double> b(degree + 1);
    for (double& x : b) x = std::exponential_distribution<double>()(random) / static_cast<double>(degree + 1);
    const PointSet points = random_directions(count, 3, 30, true, random);
    const EnclosedMatrix found = minorant_gram(points, b);
    double slope = 0, sum = 0;
    for (std::size_t n = 0; n <= degree; ++n) {
      sum += b[n];
      slope += static_cast<double>(n) * b[n];
    }
    check_enclosure(found, ball_gram(points, b, 300),
                    (2.1 * static_cast<double>(degree + 1) * sum + 10 * slope) * 0x1p-53);
  }
}

BOOST_AUTO_TEST_CASE(underflow_is_inside_the_radius) {
  // Products b_n rho^n far below the least normal number.
  const PointSet points = points_of(2, {1, 0, 1, 1000000, 1, -999999});
  check_enclosure(minorant_gram(points, {0, 0, 0, 0x1p-1050, 0x1p-1060}),
                  ball_gram(points, {0, 0, 0, 0x1p-1050, 0x1p-1060}, 300), 1e-300);
}

BOOST_AUTO_TEST_CASE(a_stuck_horner_rule_is_inside_the_radius) {
  // 1024 units of the least subnormal number times 0.9999 rounds back to 1024 units, 4000 times over.
  std::vector<double> b(4001, 0.0);
  b.back() = 0x1p-1064;
  const PointSet points = points_of(2, {1, 0, 10000, 141});
  check_enclosure(minorant_gram(points, b), ball_gram(points, b, 300), 1e-300);
}

BOOST_AUTO_TEST_CASE(errors_of_the_cosines_are_inside_the_radius) {
  // A cluster: every cosine is near the largest, and a power of 60 multiplies its relative error by 60.
  Random random(11);
  std::uniform_int_distribution<std::int64_t> coordinate(1'000'000, 1'002'000);
  std::vector<std::int64_t> cluster(120);
  for (auto& x : cluster) x = coordinate(random);
  std::vector<double> b(61, 0.0);
  b.back() = 1;
  const PointSet points = points_of(3, std::move(cluster));
  check_enclosure(minorant_gram(points, b), ball_gram(points, b, 300), (2 * 60 + 10 * 60) * 0x1p-53);
}

BOOST_AUTO_TEST_CASE(coefficients_round_down) {
  const std::vector<Ball> a = {Ball::from(Rational(1, 3), 128), Ball(0), Ball::from(Rational(-2, 7), 128),
                               Ball::with_radius(Ball(0), UpperBound(1e-3)),
                               Ball::from(Rational(1, 10), 128)};
  const Rational norm = Rational(1, 9) + Rational(4, 49) + Rational(1, 100) + Rational(1, 50);
  const DotProductKernel kernel = DotProductKernel::from_hermite(a, Ball::from(norm, 128));
  BOOST_TEST_REQUIRE(kernel.lower().size() == 5u);
  const Rational squares[] = {Rational(1, 9), Rational(0), Rational(4, 49), Rational(0), Rational(1, 100)};
  for (std::size_t n = 0; n < 5; ++n) {
    BOOST_TEST(to_rational(kernel.lower()[n]) <= squares[n]);
    BOOST_TEST(to_rational(kernel.lower()[n]) >= squares[n] * (1 - power_of_two(-51)));
    BOOST_TEST(to_rational(kernel.lower()[n]) + to_rational(kernel.gaps()[n].value()) >= squares[n]);
  }
  BOOST_TEST(kernel.lower()[3] == 0);
  BOOST_TEST(kernel.gaps()[3].value() >= 1e-6);
  BOOST_TEST(to_rational(kernel.tail().value()) >= Rational(1, 50));
  BOOST_TEST(to_rational(kernel.tail().value()) <= Rational(1, 50) + Rational(1, 500000));
}

BOOST_AUTO_TEST_CASE(kernel_gram_encloses_a_closed_form) {
  // kappa(rho) = sinh(rho) / e: Hermite coefficients of sin at q = 1, a_n = ± e^(-1/2) / sqrt(n!) for odd n.
  const long bits = 200;
  Random random(3);
  std::vector<Ball> a;
  for (unsigned n = 0; n <= 9; ++n)
    a.push_back(n % 2 == 0 ? Ball(0) : exp(Ball::from(Rational(-1, 2), bits)) / sqrt(factorial(n, bits)));
  const Ball norm = sinh(Ball(1).with_bits(bits)) * exp(Ball(-1).with_bits(bits));
  const DotProductKernel kernel = DotProductKernel::from_hermite(a, norm);
  for (const bool antipodes : {false, true}) {
    const PointSet points =
        antipodes ? points_of(2, {3, 4, -3, -4, 5, 0}) : random_directions(6, 3, 20, false, random);
    const auto n = static_cast<Eigen::Index>(points.size());
    BallMatrix truth(n, n);
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j)
        truth(i, j) = sinh(cosine(points, static_cast<std::size_t>(i), static_cast<std::size_t>(j), bits)) *
                      exp(Ball(-1).with_bits(bits));
    // The tail, 1/(11! e) + ..., is all of the radius where |rho| = 1.
    check_enclosure(kernel_gram(points, kernel), truth, 1.0001 / 39916800 / std::exp(1.0) * 1.01);
  }
}

BOOST_AUTO_TEST_CASE(series_known_in_sum) {
  // The kernel sum_n 2^-n rho^n = 1/(1 - rho/2), known through coefficients that are wrong by +-1/64 and by
  // the tail 2^-12 of unknown degree.
  const UpperBound radius(3 * 0x1p-6 + 0x1p-12);
  std::vector<Ball> coefficients;
  for (int n = 0; n <= 12; ++n) coefficients.push_back(ldexp(Ball(1), -n));
  coefficients[2] += ldexp(Ball(1), -6), coefficients[6] -= ldexp(Ball(1), -6);
  coefficients[7] = Ball::with_radius(coefficients[7], UpperBound(0x1p-30)) - ldexp(Ball(1), -6);  // below 0
  const DotProductKernel kernel = DotProductKernel::from_series(coefficients, radius);
  BOOST_TEST_REQUIRE(kernel.lower().size() == 13u);
  double gaps = 0;
  for (std::size_t n = 0; n < 13; ++n) {
    const double truth = std::ldexp(1.0, -static_cast<int>(n));
    BOOST_TEST((kernel.lower()[n] >= 0 && kernel.lower()[n] <= truth), n);
    BOOST_TEST(kernel.lower()[n] >= truth - 2.01 * radius.value(), n);
    gaps += kernel.gaps()[n].value();
  }
  BOOST_TEST(gaps <= 14.01 * radius.value());
  BOOST_TEST(std::abs(kernel.diagonal() - 2) <= kernel.diagonal_radius().value());
  BOOST_TEST(kernel.diagonal_radius().value() <= radius.value() * 1.001);
  // At the edge: all of the radius in one coefficient.
  for (const int sign : {-1, 1}) {
    const DotProductKernel edge =
        DotProductKernel::from_series({Ball(1), Ball(1) + ldexp(Ball(sign), -6)}, UpperBound(0x1p-6));
    BOOST_TEST(edge.lower()[1] <= 1);
    BOOST_TEST(std::abs(edge.diagonal() - 2) <= edge.diagonal_radius().value());
  }
  const long bits = 128;
  for (const auto& points : {points_of(2, {1, 0, 3, 4, -3, -4, -1, 0}), points_of(2, {1, 0, 99, 1, 0, 1})}) {
    const auto n = static_cast<Eigen::Index>(points.size());
    BallMatrix truth(n, n);
    for (Eigen::Index i = 0; i < n; ++i)
      for (Eigen::Index j = 0; j < n; ++j)
        truth(i, j) =
            Ball(1) /
            (Ball(1) -
             ldexp(cosine(points, static_cast<std::size_t>(i), static_cast<std::size_t>(j), bits), -1));
    check_enclosure(kernel_gram(points, kernel), truth, 14.1 * radius.value());
  }
  BOOST_CHECK_THROW(DotProductKernel::from_series({}, UpperBound(1.0)), InputError);
  BOOST_CHECK_THROW(
      DotProductKernel::from_series({Ball(1)}, UpperBound(std::numeric_limits<double>::infinity())),
      InputError);
  BOOST_CHECK_THROW(DotProductKernel::from_series({Ball(1) / Ball(0)}, UpperBound()), InputError);
}

BOOST_AUTO_TEST_CASE(exact_series) {
  const DotProductKernel kernel =
      DotProductKernel::from_series({Ball(1), ldexp(Ball(3), -2), Ball(0), Ball(2)}, UpperBound());
  BOOST_TEST((kernel.lower() == std::vector<double>{1, 0.75, 0, 2}));
  for (const UpperBound gap : kernel.gaps()) BOOST_TEST(gap.value() == 0);
  BOOST_TEST(kernel.tail().value() == 0);
  BOOST_TEST(kernel.diagonal() == 3.75);
  BOOST_TEST(kernel.diagonal_radius().value() == 0);
}

BOOST_AUTO_TEST_CASE(the_minorant_bounds_the_kernel_from_below) {
  // L9 on a kernel with positive least eigenvalue: dropping terms loses, never gains.
  Random random(4);
  for (int trial = 0; trial < 20; ++trial) {
    const PointSet points = random_directions(6, 3, 12, false, random);
    std::vector<double> full(14), part(14);
    for (std::size_t n = 0; n < full.size(); ++n) {
      full[n] = std::ldexp(1.0, -static_cast<int>(n) / 2);
      part[n] = (trial + static_cast<int>(n)) % 4 == 0 ? 0 : full[n];
    }
    const EnclosedMatrix minorant = minorant_gram(points, part);
    const double lower = lambda_min_lower_bound(minorant.midpoint, minorant.radius);
    const Ball truth = ball_lambda_min(ball_gram(points, full, 200), 200);
    BOOST_TEST(lower <= truth.upper());
  }
}

BOOST_AUTO_TEST_CASE(bad_coefficients) {
  const PointSet points = points_of(2, {1, 0, 0, 1});
  BOOST_CHECK_THROW(minorant_gram(points, {}), InputError);
  for (const double bad :
       {-1e-9, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    BOOST_CHECK_THROW(minorant_gram(points, {1, bad}), InputError);
  BOOST_CHECK_THROW(DotProductKernel::from_hermite({}, Ball(1)), InputError);
  BOOST_CHECK_THROW(minorant_gram(points_of(2, {1, 1, 2, 2}), {1, 1}), InputError);
  BOOST_CHECK_THROW(minorant_gram(points_of(2, {1, 1, 0, 0}), {1, 1}), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
