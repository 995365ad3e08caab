#include "gronwall/data/random_points.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/sphere/dot_products.hpp"
#include "sphere_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;

void check_against_exact(const PointSet& points) {
  const Cosines found = cosines(points);
  double largest = 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = 0; j < points.size(); ++j) {
      const auto row = static_cast<Eigen::Index>(i), column = static_cast<Eigen::Index>(j);
      const Ball truth = cosine(points, i, j, 256);
      const Ball gap = abs(Ball::exact(found.values(row, column), 256) - truth);
      BOOST_TEST(certainly(less_equal(gap, abs(truth) * Ball::exact(found.relative_error.value()))));
      BOOST_TEST(found.values(row, column) == found.values(column, row));
      if (i != j) largest = std::max(largest, abs(truth).lower());
      if (i == j) BOOST_TEST(found.values(row, column) == 1);
    }
  BOOST_TEST(found.largest_off_diagonal.value() >= largest);
  BOOST_TEST(found.largest_off_diagonal.value() <= largest * (1 + 1e-14));
  BOOST_TEST(found.largest_off_diagonal.value() <= 1);
  // A relative error of nine roundings, no more is claimed, no less.
  BOOST_TEST(found.relative_error.value() >= 9 * 0x1p-53);
  BOOST_TEST(found.relative_error.value() <= 9.001 * 0x1p-53);
}

BOOST_AUTO_TEST_SUITE(dot_products)

BOOST_AUTO_TEST_CASE(small_and_large_coordinates) {
  Random random(1);
  for (const std::size_t dimension : {1u, 2u, 5u, 40u})
    for (const std::size_t count : {1u, 2u, 9u}) {
      if (dimension == 1 && count > 2) continue;
      check_against_exact(random_directions(count, dimension, 9, true, random));
      std::vector<std::int64_t> wide(count * dimension);
      // On both sides of the border of exact double sums, and at the limit of 128-bit sums.
      for (const std::int64_t size :
           {(std::int64_t{1} << 22), (std::int64_t{1} << 26), (std::int64_t{1} << 27),
            (std::int64_t{1} << 40), max_coordinate(dimension)}) {
        std::uniform_int_distribution<std::int64_t> coordinate(-size, size);
        do {
          for (auto& x : wide) x = coordinate(random);
        } while (!inspect(points_of(dimension, wide)).distinct());
        check_against_exact(points_of(dimension, wide));
      }
    }
}

BOOST_AUTO_TEST_CASE(extremes_at_the_border_of_exact_double_sums) {
  // 2^26 - 1 squared times 2 is just below 2^53; 2^26 squared times 2 is 2^53.
  for (const std::int64_t x : {(std::int64_t{1} << 26) - 1, std::int64_t{1} << 26}) {
    check_against_exact(points_of(2, {x, x, x, x - 1, x - 1, x, -x, -x}));
    check_against_exact(points_of(2, {x, 1, x, 2, x, 3}));
  }
}

BOOST_AUTO_TEST_CASE(many_coordinates_in_blocks) {
  check_against_exact(random_points(3, 2500, 5));
}

BOOST_AUTO_TEST_CASE(zero_and_duplicate_rows_are_named) {
  const auto says = [](const std::string& word) {
    return
        [word](const InputError& error) { return std::string(error.what()).find(word) != std::string::npos; };
  };
  BOOST_CHECK_EXCEPTION(cosines(points_of(2, {1, 2, 0, 0, 3, 1})), InputError, says("1"));
  BOOST_CHECK_EXCEPTION(cosines(points_of(2, {1, 2, 5, 5, 3, 6})), InputError, says("0 and 2"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
