#include "gronwall/linalg/exact_rank.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

RationalRows random_of_rank(std::size_t rows, std::size_t columns, std::size_t rank, Random& random) {
  std::uniform_int_distribution<int> entry(-5, 5);
  // Unit triangles times unit triangles: the rank is exact by construction.
  RationalRows left(rows, std::vector<Rational>(rank)), right(rank, std::vector<Rational>(columns));
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = 0; k < rank; ++k) left[i][k] = i == k ? 1 : i > k ? entry(random) : 0;
  for (std::size_t k = 0; k < rank; ++k)
    for (std::size_t j = 0; j < columns; ++j)
      right[k][columns - 1 - j] = j == k  ? Rational(1, 3)
                                  : j > k ? Rational(entry(random), 1 + j)
                                          : Rational(0);
  RationalRows product(rows, std::vector<Rational>(columns));
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t k = 0; k < rank; ++k) product[i][j] += left[i][k] * right[k][j];
  return product;
}

BOOST_AUTO_TEST_SUITE(rank)

BOOST_AUTO_TEST_CASE(planted_rank_and_null_vectors) {
  Random random(13);
  for (int trial = 0; trial < 200; ++trial) {
    const std::size_t rows = 1 + static_cast<std::size_t>(trial) % 6,
                      columns = 1 + static_cast<std::size_t>(trial / 6) % 6;
    const std::size_t planted_rank = static_cast<std::size_t>(trial) % (std::min(rows, columns) + 1);
    const RationalRows a = random_of_rank(rows, columns, planted_rank, random);
    BOOST_TEST(exact_rank(a) == planted_rank);
    const auto w = exact_null_vector(a);
    BOOST_TEST_REQUIRE(w.has_value() == (planted_rank < columns));
    if (!w) continue;
    Integer content = 0;
    for (const Integer& x : *w) content = gcd(content, x);
    BOOST_TEST(content == 1);
    for (const auto& row : a) {
      Rational sum = 0;
      for (std::size_t j = 0; j < columns; ++j) sum += row[j] * Rational((*w)[j]);
      BOOST_TEST(sum == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(edges) {
  BOOST_TEST(exact_rank({}) == 0u);
  BOOST_TEST(exact_rank({{0, 0}, {0, 0}}) == 0u);
  BOOST_CHECK_THROW(exact_rank({{1, 2}, {3}}), InputError);
  const std::vector<Integer> expected = {1, -1,
                                         1};  // the hexagon's lines, in coordinates of the triangular lattice
  BOOST_TEST((exact_null_vector({{1, 1, 0}, {0, 1, 1}}) == expected));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
