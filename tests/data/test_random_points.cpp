#include <cmath>

#include "data_testing.hpp"
#include "gronwall/data/inspect.hpp"
#include "gronwall/data/philox.hpp"
#include "gronwall/data/random_points.hpp"

namespace gronwall {
namespace {

using namespace testing;

using Words = std::array<std::uint32_t, 4>;

BOOST_AUTO_TEST_SUITE(random_point_sets)

// The known answers that the authors of Random123 publish for philox4x32 with 10 rounds (kat_vectors).
BOOST_AUTO_TEST_CASE(philox_known_answers) {
  constexpr std::uint32_t ones = 0xffffffff;
  BOOST_TEST((philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  BOOST_TEST((philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
              Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  BOOST_TEST((philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

BOOST_AUTO_TEST_CASE(first_coordinate_by_hand) {
  constexpr std::int64_t sum = 0x6627 + 0xe8d5 + 0xe169 + 0xc58d + 0xbc57 + 0xac4c + 0x9b00 + 0xdbd8;
  BOOST_TEST(random_points(1, 1, 0)[0][0] == sum - 262140);
}

BOOST_AUTO_TEST_CASE(larger_sets_extend_smaller_ones) {
  const PointSet small = random_points(5, 7, 42);
  const PointSet large = random_points(9, 11, 42);
  for (std::size_t i = 0; i < small.size(); ++i) {
    for (std::size_t j = 0; j < small.dimension(); ++j) BOOST_TEST(small[i][j] == large[i][j]);
  }
  BOOST_TEST(random_points(5, 7, 43)[0][0] != small[0][0]);
  BOOST_TEST(random_points(5, 7, 42 + (1ULL << 32))[0][0] != small[0][0]);
}

BOOST_AUTO_TEST_CASE(moments_are_the_stated_ones) {
  const PointSet points = random_points(1000, 100, 1);
  BOOST_TEST(inspect(points).distinct());
  const double n = static_cast<double>(points.coordinates().size());
  const double sigma = std::sqrt(8 * (65536.0 * 65536.0 - 1) / 12);
  double mean = 0;
  double second = 0;
  double fourth = 0;
  double neighbours = 0;
  double previous = 0;
  for (const std::int64_t x : points.coordinates()) {
    const double z = static_cast<double>(x) / sigma;
    mean += z / n;
    second += z * z / n;
    fourth += z * z * z * z / n;
    neighbours += z * previous / n;
    previous = z;
  }
  // Five standard errors of each estimate.
  BOOST_TEST(std::abs(mean) < 5 / std::sqrt(n));
  BOOST_TEST(std::abs(second - 1) < 5 * std::sqrt(1.85 / n));
  BOOST_TEST(std::abs(fourth - 2.85) < 5 * std::sqrt(90 / n));
  BOOST_TEST(std::abs(neighbours) < 5 / std::sqrt(n));
}

BOOST_AUTO_TEST_CASE(refusals) {
  check_refused([] { random_points(0, 3, 1); }, {"0 points", "at least 1"});
  check_refused([] { random_points(3, 0, 1); }, {"dimension 0"});
  check_refused([] { random_points(1ULL << 40, 1ULL << 40, 1); }, {"ask for fewer"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
