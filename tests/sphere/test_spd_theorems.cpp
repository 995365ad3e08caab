#include "gronwall/numbers/error.hpp"
#include "gronwall/sphere/spd_theorems.hpp"
#include "sphere_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(spd_theorems)

/// The unit vectors of the plane with rational slopes, in integer coordinates of different norm: only
/// directions count in the rank of homogeneous monomials of one degree.
PointSet lines_in_the_plane(std::size_t count) {
  std::vector<std::int64_t> coordinates;
  for (std::size_t i = 0; i < count; ++i) {
    coordinates.push_back(1);
    coordinates.push_back(static_cast<std::int64_t>(i));
  }
  return points_of(2, std::move(coordinates));
}

/// `pairs` antipodal pairs on one circle: (p^2 - q^2, 2 p q) scaled to a common norm.
PointSet pairs_on_a_circle(std::int64_t pairs) {
  std::int64_t common = 1;
  for (std::int64_t p = 1; p <= pairs; ++p) common *= p * p + 1;
  std::vector<std::int64_t> coordinates;
  for (std::int64_t p = 1; p <= pairs; ++p) {
    const std::int64_t unit = common / (p * p + 1);
    for (const std::int64_t sign : {1, -1}) {
      coordinates.push_back(sign * (p * p - 1) * unit);
      coordinates.push_back(sign * 2 * p * unit);
    }
  }
  return points_of(2, std::move(coordinates));
}

BOOST_AUTO_TEST_CASE(exact_ranks_confirm_one_index) {
  Random random(6);
  for (int trial = 0; trial < 60; ++trial) {
    const std::size_t count = 1 + static_cast<std::size_t>(trial) % 6,
                      dimension = 2 + static_cast<std::size_t>(trial) % 2;
    const PointSet points = random_directions(count, dimension, 4, false, random);
    for (const unsigned m : {static_cast<unsigned>(count) - 1, static_cast<unsigned>(count), 7u})
      BOOST_TEST(monomial_rank(points, {m}) == count);
  }
}

BOOST_AUTO_TEST_CASE(one_index_is_optimal_in_the_plane) {
  for (const std::size_t count : {2u, 3u, 5u, 8u}) {
    const auto m = static_cast<unsigned>(count) - 2;
    BOOST_TEST(monomial_rank(lines_in_the_plane(count), {m}) == count - 1);
  }
}

BOOST_AUTO_TEST_CASE(exact_ranks_confirm_two_indices) {
  Random random(7);
  for (int trial = 0; trial < 60; ++trial) {
    // Points of one sphere: permutations and signs of a fixed vector, opposite ones welcome.
    const std::size_t count = 2 + static_cast<std::size_t>(trial) % 5;
    std::vector<std::int64_t> all;
    for (const std::vector<std::int64_t>& v : std::vector<std::vector<std::int64_t>>{
             {1, 2, 2}, {2, 1, 2}, {2, 2, 1}, {3, 0, 0}, {0, 3, 0}, {0, 0, 3}})
      for (const std::int64_t sign : {1, -1})
        for (const std::int64_t x : v) all.push_back(sign * x);
    std::vector<std::size_t> order(12);
    for (std::size_t i = 0; i < 12; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::int64_t> chosen;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t k = 0; k < 3; ++k) chosen.push_back(all[3 * order[i] + k]);
    const auto least = static_cast<unsigned>(count / 2) - 1;
    for (const unsigned first : {least, least + 1})
      for (const unsigned second : {first + 1, first + 3})
        BOOST_TEST(monomial_rank(points_of(3, chosen), {first, second}) == count);
  }
}

BOOST_AUTO_TEST_CASE(two_indices_are_optimal_in_the_plane) {
  for (const unsigned pairs : {2u, 3u, 4u}) {
    const PointSet points = pairs_on_a_circle(static_cast<std::int64_t>(pairs));
    const unsigned enough = pairs - 1;  // floor(N/2) - 1 with N = 2 pairs
    BOOST_TEST(monomial_rank(points, {enough, enough + 1}) == 2 * pairs);
    BOOST_TEST(monomial_rank(points, {enough - 1, enough + 6}) == 2 * pairs - 1);
  }
}

BOOST_AUTO_TEST_CASE(indices_are_found_or_refused) {
  const Ball zero(0), unsure = Ball::with_radius(Ball(0), UpperBound(1e-9)),
                      one = Ball::from(Rational(-1, 3), 64);
  const std::vector<Ball> a = {one, one, zero, one, unsure, zero, one, one};
  const auto indices = [](const SpdTheorem& theorem) { return theorem.indices; };
  using List = std::vector<unsigned>;
  BOOST_TEST((indices(spd_every_set_without_antipodes(a, 1)) == List{0}));
  BOOST_TEST((indices(spd_every_set_without_antipodes(a, 3)) == List{3}));
  BOOST_TEST((indices(spd_every_set_without_antipodes(a, 4)) == List{3}));
  BOOST_TEST((indices(spd_every_set_without_antipodes(a, 5)) == List{6}));
  BOOST_TEST((indices(spd_every_set_without_antipodes(a, 8)) == List{7}));
  BOOST_TEST(!spd_every_set_without_antipodes(a, 9).proved);
  BOOST_TEST(!spd_every_set_without_antipodes(a, 9).reason.empty());

  BOOST_TEST((indices(spd_every_distinct_set(a, 1)) == List{0, 1}));
  BOOST_TEST((indices(spd_every_distinct_set(a, 3)) == List{0, 1}));
  BOOST_TEST((indices(spd_every_distinct_set(a, 4)) == List{1, 6}));
  BOOST_TEST((indices(spd_every_distinct_set(a, 6)) == List{3, 6}));
  BOOST_TEST((indices(spd_every_distinct_set(a, 10)) == List{6, 7}));
  BOOST_TEST((indices(spd_every_distinct_set(a, 14)) == List{6, 7}));
  BOOST_TEST((indices(spd_every_distinct_set(a, 15)) == List{6, 7}));
  BOOST_TEST(!spd_every_distinct_set(a, 16).proved);
  const std::vector<Ball> even = {one, zero, one, zero, one};
  BOOST_TEST(!spd_every_distinct_set(even, 2).proved);
  BOOST_TEST((spd_every_distinct_set(even, 2).reason.find("odd") != std::string::npos));
  BOOST_CHECK_THROW(spd_every_distinct_set(a, 0), InputError);
  BOOST_CHECK_THROW(spd_every_set_without_antipodes(a, 0), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
