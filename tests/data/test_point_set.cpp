#include "data_testing.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(point_set)

BOOST_AUTO_TEST_CASE(rows) {
  const PointSet points(3, {1, 2, 3, -4, -5, -6}, {.name = "p", .first_row = 10}, {10, -1});
  BOOST_TEST(points.size() == 2U);
  BOOST_TEST(points.dimension() == 3U);
  BOOST_TEST(points[1][0] == -4);
  BOOST_TEST(points[1].size() == 3U);
  BOOST_TEST(points.source_row(1) == 11U);
  BOOST_TEST((points.scale() == Scale{10, -1}));
}

BOOST_AUTO_TEST_CASE(largest_coordinate_is_sharp) {
  const Integer limit = Integer(1) << 126;
  for (const std::size_t d : {1UL, 2UL, 3UL, 10UL, 784UL, 3072UL, 1UL << 28, 1UL << 40}) {
    const Integer m = max_coordinate(d);
    BOOST_TEST(m * m * d < limit);
    BOOST_TEST((m + 1) * (m + 1) * d >= limit);
  }
}

BOOST_AUTO_TEST_CASE(refusals) {
  check_refused([] { PointSet(0, {}, {.name = "p"}); }, {"p", "coordinate"});
  check_refused([] { PointSet(3, {}, {.name = "p"}); }, {"p", "no points"});
  check_refused([] { PointSet(3, {1, 2, 3, 4}, {.name = "p"}); }, {"4 coordinates", "dimension 3"});
  const std::int64_t m = max_coordinate(2);
  BOOST_TEST(PointSet(2, {m, -m}, {.name = "p"}).size() == 1U);
  check_refused([&] { PointSet(2, {0, 0, 0, m + 1}, {.name = "p"}); }, {"row 1, column 1", "--quantise"});
  check_refused([&] { PointSet(2, {-m - 1, 0}, {.name = "p"}); }, {"row 0, column 0"});
  check_refused([&] { PointSet(1, {std::numeric_limits<std::int64_t>::min()}, {.name = "p"}); }, {"row 0"});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
