#include "gronwall/numbers/error.hpp"
#include "gronwall/sphere/singular.hpp"
#include "sphere_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;

const ParitySplit kEven{0, 0, Parity::even};
const ParitySplit kOdd{0, 0, Parity::odd};
const ParitySplit kLinearPlusEven{Rational(1, 2), 0, Parity::even};  // softplus, GELU, SiLU, ReLU
const ParitySplit kConstantPlusOdd{0, Rational(1, 2), Parity::odd};  // sigmoid

/// Three opposite pairs in the plane x + y + z = 0: the hexagon in integers.
PointSet hexagon() {
  return points_of(3, {1, -1, 0, 0, -1, 1, -1, 0, 1, -1, 1, 0, 0, 1, -1, 1, 0, -1});
}

/// Evaluates `sum_i w_i phi(<g, x_i>)` for polynomials that have the identity, at integer g: must vanish.
void check_functionally(const PointSet& points, const NullVector& vector, Random& random) {
  std::uniform_int_distribution<int> coordinate(-9, 9);
  for (int trial = 0; trial < 10; ++trial) {
    Integer even = 0, odd = 0, linear = 0, constant = 0;
    std::vector<int> g(points.dimension());
    for (int& x : g) x = coordinate(random);
    for (std::size_t i = 0; i < points.size(); ++i) {
      Integer z = 0;
      for (std::size_t k = 0; k < g.size(); ++k) z += Integer(g[k]) * points[i][k];
      const Integer& w = vector.weights[i];
      even += w * (7 * z * z * z * z - 3 * z * z + 1);
      odd += w * (5 * z * z * z + 2 * z);
      linear += w * z;
      constant += w;
    }
    switch (vector.identity) {
      case SingularIdentity::even:
        BOOST_TEST(even == 0);
        break;
      case SingularIdentity::odd:
        BOOST_TEST(odd == 0);
        break;
      case SingularIdentity::linear_plus_even:
        BOOST_TEST((even == 0 && linear == 0));
        break;
      case SingularIdentity::constant_plus_odd:
        BOOST_TEST((odd == 0 && constant == 0));
        break;
    }
  }
}

BOOST_AUTO_TEST_SUITE(singular)

BOOST_AUTO_TEST_CASE(hexagon_for_linear_plus_even) {
  Random random(8);
  const PointSet points = hexagon();
  const auto found = null_vector(points, kLinearPlusEven);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(is_null_vector(points, found->identity, found->weights));
  for (const Integer& w : found->weights) BOOST_TEST((w == 1 || w == -1));
  check_functionally(points, *found, random);
  // Two pairs are not enough, nor are three whose lines are independent.
  BOOST_TEST(!null_vector(points_of(2, {1, 2, -1, -2, 2, 1, -2, -1}), kLinearPlusEven).has_value());
  BOOST_TEST(
      !null_vector(points_of(3, {1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1}), kLinearPlusEven)
           .has_value());
}

BOOST_AUTO_TEST_CASE(opposite_pairs) {
  Random random(9);
  const PointSet pair = points_of(2, {3, 4, 5, 0, -3, -4});
  for (const ParitySplit& split : {kEven, kOdd}) {
    const auto found = null_vector(pair, split);
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(is_null_vector(pair, found->identity, found->weights));
    BOOST_TEST(found->weights[1] == 0);
    check_functionally(pair, *found, random);
  }
  BOOST_TEST(!null_vector(pair, kConstantPlusOdd).has_value());
  BOOST_TEST(!null_vector(pair, ParitySplit{}).has_value());
  const auto two = null_vector(hexagon(), kConstantPlusOdd);
  BOOST_TEST_REQUIRE(two.has_value());
  BOOST_TEST(is_null_vector(hexagon(), two->identity, two->weights));
  check_functionally(hexagon(), *two, random);
  const PointSet general = points_of(2, {3, 4, 5, 0, 4, -3});
  for (const ParitySplit& split : {kEven, kOdd, kLinearPlusEven, kConstantPlusOdd})
    BOOST_TEST(!null_vector(general, split).has_value());
}

BOOST_AUTO_TEST_CASE(random_pairs_in_a_plane_of_space) {
  Random random(10);
  // Opposite pairs on a circle of the plane (x, y, 0), at radius 65: sixteen integer directions up to sign.
  const std::vector<std::pair<std::int64_t, std::int64_t>> circle = {
      {65, 0}, {63, 16}, {60, 25}, {56, 33}, {52, 39}, {39, 52}, {33, 56}, {25, 60}, {16, 63}, {0, 65}};
  for (int trial = 0; trial < 20; ++trial) {
    auto chosen = circle;
    std::shuffle(chosen.begin(), chosen.end(), random);
    std::vector<std::int64_t> coordinates;
    for (std::size_t p = 0; p < 3; ++p)
      for (const std::int64_t sign : {1, -1})
        for (const std::int64_t x : {chosen[p].first, chosen[p].second, std::int64_t{0}})
          coordinates.push_back(sign * x);
    const PointSet points = points_of(3, std::move(coordinates));
    const auto found = null_vector(points, kLinearPlusEven);
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(is_null_vector(points, found->identity, found->weights));
    check_functionally(points, *found, random);
    // And the Gram matrix of such a kernel is singular: rank 5 of 6.
    BOOST_TEST(monomial_rank(points, {0, 1, 2, 4, 6}) == 5u);
  }
}

BOOST_AUTO_TEST_CASE(wrong_vectors_are_rejected) {
  const PointSet points = hexagon();
  const auto found = null_vector(points, kLinearPlusEven);
  BOOST_TEST_REQUIRE(found.has_value());
  for (std::size_t i = 0; i < 6; ++i) {
    std::vector<Integer> changed = found->weights;
    changed[i] += 1;
    BOOST_TEST(!is_null_vector(points, found->identity, changed));
  }
  const std::vector<Integer> none(6, Integer(0));
  BOOST_TEST(!is_null_vector(points, found->identity, none));
  // A pair alone: the classes vanish, the linear part does not.
  BOOST_TEST(!is_null_vector(points, SingularIdentity::linear_plus_even, {1, 0, 0, -1, 0, 0}));
  BOOST_TEST(is_null_vector(points, SingularIdentity::even, {1, 0, 0, -1, 0, 0}));
  BOOST_TEST(!is_null_vector(points, SingularIdentity::odd, {1, 0, 0, -1, 0, 0}));
  BOOST_TEST(is_null_vector(points, SingularIdentity::odd, {1, 0, 0, 1, 0, 0}));
  BOOST_TEST(!is_null_vector(points, SingularIdentity::constant_plus_odd, {1, 0, 0, 1, 0, 0}));
  // Weight on a point without an opposite.
  BOOST_TEST(!is_null_vector(points_of(2, {3, 4, 5, 0, -3, -4}), SingularIdentity::even, {1, 1, -1}));
  BOOST_CHECK_THROW(is_null_vector(points, SingularIdentity::odd, {1}), InputError);
}

BOOST_AUTO_TEST_CASE(identities_of_parity_splits) {
  BOOST_TEST((singular_identity(kEven) == SingularIdentity::even));
  BOOST_TEST((singular_identity(kOdd) == SingularIdentity::odd));
  BOOST_TEST((singular_identity(kLinearPlusEven) == SingularIdentity::linear_plus_even));
  BOOST_TEST((singular_identity(kConstantPlusOdd) == SingularIdentity::constant_plus_odd));
  BOOST_TEST(!singular_identity(ParitySplit{}).has_value());
  BOOST_TEST(to_text(SingularIdentity::linear_plus_even) == "linear-plus-even");
}

BOOST_AUTO_TEST_CASE(bad_points) {
  BOOST_CHECK_THROW(null_vector(points_of(2, {1, 0, -2, 0}), kOdd), InputError);  // different norms
  BOOST_CHECK_THROW(null_vector(points_of(2, {1, 0, 0, 0}), kOdd), InputError);
  BOOST_CHECK_THROW(null_vector(points_of(2, {1, 0, 1, 0}), kOdd), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
