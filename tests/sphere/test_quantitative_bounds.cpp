#include "gronwall/numbers/error.hpp"
#include "gronwall/sphere/quantitative_bounds.hpp"
#include "sphere_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(quantitative_bounds)

BOOST_AUTO_TEST_CASE(never_above_the_true_least_eigenvalue) {
  Random random(5);
  double closest_lines = 0, closest_gershgorin = 0, closest_distances = 0;
  for (int trial = 0; trial < 120; ++trial) {
    const std::size_t count = 2 + static_cast<std::size_t>(trial) % 5,
                      dimension = 2 + static_cast<std::size_t>(trial) % 3;
    const bool antipodes = trial % 2 == 0;
    const PointSet points = random_directions(count, dimension, 7, antipodes, random);
    // All mass at one degree, or spread out.
    std::vector<double> b(count + 4, 0);
    if (trial % 3 == 0)
      b[count - 1] = 1;
    else
      for (double& x : b) x = std::exponential_distribution<double>()(random);
    // Rank deficient kernels have lambda_min 0 in a ball around it; a shift keeps the truth computable.
    BallMatrix gram = ball_gram(points, b, 300);
    for (Eigen::Index i = 0; i < gram.rows(); ++i) gram(i, i) += Ball(1);
    const double truth = (ball_lambda_min(gram, 300, 60) - Ball(1)).upper();
    const double gershgorin = lambda_min_by_gershgorin(points, b).lower();
    BOOST_TEST(gershgorin <= truth);
    closest_gershgorin = std::max(closest_gershgorin, gershgorin / truth);
    const double distances = lambda_min_by_distances(points, b).lower();
    BOOST_TEST(distances <= truth);
    closest_distances = std::max(closest_distances, distances / truth);
    if (inspect(points).antipodal.empty()) {
      const double lines = lambda_min_by_line_angles(points, b).lower();
      BOOST_TEST(lines <= truth);
      closest_lines = std::max(closest_lines, lines / truth);
    }
  }
  // The bounds are not wasteful on such small sets.
  BOOST_TEST(closest_lines > 0.5);
  BOOST_TEST(closest_gershgorin > 0.5);
  BOOST_TEST(closest_distances > 0.1);
}

BOOST_AUTO_TEST_CASE(two_points_by_hand) {
  // Cosine 3/5: sin^2 = 16/25. b = (0, 2, 1): lambda_min = 2 (1 - 3/5) + (1 - 9/25) = 0.8 + 0.64.
  const PointSet points = points_of(2, {1, 0, 3, 4});
  const std::vector<double> b = {0, 2, 1};
  BOOST_TEST(lambda_min_by_line_angles(points, b).contains(Rational(3 * 16, 2 * 25)));
  BOOST_TEST(
      lambda_min_by_line_angles(points, {5, 2, 1}).contains(Rational(3 * 16, 2 * 25)));  // b_0 does not count
  BOOST_TEST(lambda_min_by_gershgorin(points, b).contains(Rational(144, 100)));
  BOOST_TEST((lambda_min_by_distances(points, b).lower() == 0));
  // b = (1, 2): 1/(1/1 + 1/2) / (2 (2/5)^-2) = (2/3) (4/25)/2 = 4/75.
  BOOST_TEST(lambda_min_by_distances(points, {1, 2}).contains(Rational(4, 75)));
  for (const Ball& bound : {lambda_min_by_line_angles(points, b), lambda_min_by_gershgorin(points, b)})
    BOOST_TEST(bound.radius().value() < 1e-30);
}

BOOST_AUTO_TEST_CASE(three_points_by_hand) {
  // e_1, e_2, -e_1: products 1/4, 1, 1/4; binomials 1, 2, 1 squared, each over 1/2: 1 / (12 * 3/2).
  const PointSet points = points_of(2, {1, 0, 0, 1, -1, 0});
  BOOST_TEST(lambda_min_by_distances(points, {0.5, 0.5, 0.5}).contains(Rational(1, 18)));
}

BOOST_AUTO_TEST_CASE(one_point_and_opposite_points) {
  const PointSet one = points_of(3, {1, 2, 2});
  const std::vector<double> b = {0.5, 0.25};
  BOOST_TEST(lambda_min_by_line_angles(one, b).contains(Rational(3, 4)));
  BOOST_TEST(lambda_min_by_gershgorin(one, b).contains(Rational(3, 4)));
  BOOST_TEST(lambda_min_by_distances(one, b).contains(Rational(1, 2)));
  const PointSet pair = points_of(2, {1, 2, -1, -2});
  BOOST_CHECK_THROW(lambda_min_by_line_angles(pair, b), InputError);
  BOOST_TEST(lambda_min_by_gershgorin(pair, b).contains(Rational(0)));
  BOOST_TEST(lambda_min_by_distances(pair, {1, 1}).contains(Rational(1)));
  BOOST_CHECK_THROW(lambda_min_by_gershgorin(points_of(1, {1, 2}), b), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
