#include <random>

#include "data_testing.hpp"
#include "gronwall/data/inspect.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall {
namespace {

using namespace testing;

using Pair = std::pair<std::size_t, std::size_t>;

/// +1 for equal directions, -1 for opposite ones, 0 otherwise: by 2 x 2 determinants, in big integers.
int relation(std::span<const std::int64_t> x, std::span<const std::int64_t> y) {
  Integer dot = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    dot += Integer(x[i]) * y[i];
    for (std::size_t j = 0; j < i; ++j) {
      if (Integer(x[i]) * y[j] != Integer(x[j]) * y[i]) return 0;
    }
  }
  return dot > 0 ? 1 : -1;
}

BOOST_AUTO_TEST_SUITE(inspection)

BOOST_AUTO_TEST_CASE(findings_by_hand) {
  const PointSet points(2, {1, 2, 0, 0, 3, 6, -5, -10, 2, 1, -1, -2, 0, 0, -4, -2},
                        {.name = "p", .first_row = 100});
  const Inspection found = inspect(points);
  BOOST_TEST((found.zero_rows == std::vector<std::size_t>{1, 6}));
  BOOST_TEST((found.duplicates == std::vector<Pair>{{0, 2}, {3, 5}}));
  BOOST_TEST((found.antipodal == std::vector<Pair>{{0, 3}, {4, 7}}));
  BOOST_TEST(!found.distinct());
  check_refused([&] { require_distinct(points, found); }, {"p: zero vector", "row 101, 106"});
  const std::string note = describe_antipodal(points, found);
  BOOST_TEST(note.find("100 and 103; 104 and 107") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(duplicates_are_named) {
  const PointSet points(1, {1, 2, 3, 4, 5, 6}, {.name = "p"});
  check_refused([&] { require_distinct(points, inspect(points)); },
                {"0 and 1; 0 and 2; 0 and 3; and 2 more", "singular"});
}

BOOST_AUTO_TEST_CASE(one_point_and_clean_sets) {
  const PointSet one(2, {3, 4}, {.name = "p"});
  BOOST_TEST(inspect(one).distinct());
  BOOST_CHECK_NO_THROW(require_distinct(one, inspect(one)));
  BOOST_TEST(describe_antipodal(one, inspect(one)).empty());
  const PointSet zero(2, {0, 0}, {.name = "p"});
  BOOST_TEST(!inspect(zero).distinct());
}

BOOST_AUTO_TEST_CASE(large_coordinates) {
  const std::int64_t m = max_coordinate(2);
  const PointSet points(2, {m, m - 1, m - 1, m - 2, -m, 1 - m, m, -m, 1, -1}, {.name = "p"});
  const Inspection found = inspect(points);
  BOOST_TEST((found.antipodal == std::vector<Pair>{{0, 2}}));
  BOOST_TEST((found.duplicates == std::vector<Pair>{{3, 4}}));
}

// Against all pairs, compared by determinants.
BOOST_AUTO_TEST_CASE(random_small_sets_agree_with_all_pairs) {
  std::mt19937_64 engine(4);
  std::uniform_int_distribution<std::int64_t> coordinate(-3, 3);
  for (int trial = 0; trial < 100; ++trial) {
    const std::size_t dimension = 1 + static_cast<std::size_t>(trial % 3);
    Integers values(30 * dimension);
    for (auto& value : values) value = coordinate(engine);
    const PointSet points(dimension, values, {.name = "p"});
    const Inspection found = inspect(points);

    std::vector<std::size_t> zero_rows;
    std::vector<Pair> duplicates;
    std::vector<Pair> antipodal;
    const auto is_zero = [&](std::size_t i) {
      return std::all_of(points[i].begin(), points[i].end(), [](auto x) { return x == 0; });
    };
    const auto first_with = [&](std::size_t i, int sign) {
      for (std::size_t j = 0; j < i; ++j) {
        if (!is_zero(j) && relation(points[i], points[j]) == sign) return j;
      }
      return i;
    };
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (is_zero(i)) {
        zero_rows.push_back(i);
        continue;
      }
      if (first_with(i, 1) < i) {
        duplicates.emplace_back(first_with(i, 1), i);
      } else if (first_with(i, -1) < i) {
        antipodal.emplace_back(first_with(i, -1), i);
      }
    }
    BOOST_TEST((found.zero_rows == zero_rows));
    BOOST_TEST((found.duplicates == duplicates));
    BOOST_TEST((found.antipodal == antipodal));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
