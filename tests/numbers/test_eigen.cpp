#include <boost/test/unit_test.hpp>

#include "gronwall/numbers/eigen.hpp"
#include "random.hpp"

using namespace gronwall;
using numbers_test::Random;
using numbers_test::sample;

namespace {

using Eigen::Index;
using RationalMatrix = std::vector<std::vector<Rational>>;

struct MatrixSample {
  BallMatrix balls;
  RationalMatrix points;
};

MatrixSample matrix_sample(Random& random, Index rows, Index cols, long bits) {
  MatrixSample result{BallMatrix(rows, cols), RationalMatrix(static_cast<std::size_t>(rows))};
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < cols; ++j) {
      auto [ball, point] = sample(random, bits, -20, 20);
      result.balls(i, j) = ball;
      result.points[static_cast<std::size_t>(i)].push_back(point);
    }
  }
  return result;
}

const Rational& at(const RationalMatrix& m, Index i, Index j) {
  return m[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
}

Rational exact_entry(const MatrixSample& a, const MatrixSample& b, Index i, Index j) {
  Rational sum = 0;
  for (Index k = 0; k < a.balls.cols(); ++k) sum += at(a.points, i, k) * at(b.points, k, j);
  return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(eigen)

BOOST_AUTO_TEST_CASE(products_contain_the_exact_product) {
  Random random(41);
  // Below and above the sizes at which Eigen switches its algorithm; row, column and inner products.
  const Index shapes[][3] = {{1, 1, 1},   {3, 2, 4},    {1, 30, 1}, {30, 1, 30}, {24, 30, 1},
                             {1, 30, 24}, {25, 33, 28}, {0, 3, 2},  {2, 0, 3}};
  for (const auto& [rows, inner, cols] : shapes) {
    for (const long bits : {30L, 64L, 200L}) {
      const MatrixSample a = matrix_sample(random, rows, inner, bits);
      const MatrixSample b = matrix_sample(random, inner, cols, bits + 20);
      const BallMatrix c = a.balls * b.balls;
      BallMatrix plus = BallMatrix::Constant(rows, cols, Ball(5));
      plus += a.balls * b.balls;
      BallMatrix minus = BallMatrix::Constant(rows, cols, Ball(5));
      minus.noalias() -= a.balls * b.balls;
      const BallMatrix scaled = Ball(3) * (a.balls * b.balls).eval() + 2 * a.balls * b.balls;
      const BallMatrix transposed = b.balls.transpose() * a.balls.transpose();
      BOOST_TEST_REQUIRE((c.rows() == rows && c.cols() == cols));
      for (Index i = 0; i < rows; ++i) {
        for (Index j = 0; j < cols; ++j) {
          const Rational exact = exact_entry(a, b, i, j);
          BOOST_TEST_REQUIRE(c(i, j).contains(exact));
          BOOST_TEST_REQUIRE(plus(i, j).contains(5 + exact));
          BOOST_TEST_REQUIRE(minus(i, j).contains(5 - exact));
          BOOST_TEST_REQUIRE(scaled(i, j).contains(5 * exact));
          BOOST_TEST_REQUIRE(transposed(j, i).contains(exact));
          if (inner > 0) BOOST_TEST_REQUIRE(c(i, j).bits() == bits + 20);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(products_of_exact_matrices_are_tight) {
  Random random(42);
  constexpr Index kSize = 30;
  constexpr long kBits = 128;
  BallMatrix a(kSize, kSize);
  BallMatrix b(kSize, kSize);
  for (Index i = 0; i < a.size(); ++i) {
    a(i) = Ball::from(abs(random.dyadic(100, 0, 1)), kBits);
    b(i) = Ball::from(abs(random.dyadic(100, 0, 1)), kBits);
  }
  const BallMatrix c = a * b;
  for (Index i = 0; i < c.size(); ++i) {
    BOOST_TEST_REQUIRE(c(i).radius().value() <= c(i).midpoint() * std::ldexp(1.0, 4 - kBits));
    BOOST_TEST_REQUIRE(!c(i).contains_zero());
  }
}

BOOST_AUTO_TEST_CASE(integers_stay_exact_and_aliasing_is_harmless) {
  BallMatrix a = BallMatrix::Constant(30, 30, Ball(3));
  a = a * a;
  for (Index i = 0; i < a.size(); ++i)
    BOOST_TEST_REQUIRE((a(i).is_exact() && a(i).contains(270) && a(i).bits() == 0));
}

BOOST_AUTO_TEST_CASE(an_unbounded_entry_spreads_where_it_must_and_only_there) {
  BallMatrix a = BallMatrix::Constant(25, 25, Ball(1));
  a(3, 4) = 1 / Ball(0);
  const BallMatrix c = a * BallMatrix::Constant(25, 25, Ball(2));
  for (Index i = 0; i < 25; ++i) BOOST_TEST(c(i, 0).is_finite() == (i != 3));
}

BOOST_AUTO_TEST_CASE(sums_norms_and_inner_products) {
  Random random(43);
  for (const Index n : {1, 7, 40}) {
    const MatrixSample a = matrix_sample(random, n, 1, 100);
    const MatrixSample b = matrix_sample(random, n, 1, 100);
    Rational sum = 0, inner = 0, squares = 0;
    for (Index i = 0; i < n; ++i) {
      sum += at(a.points, i, 0);
      inner += at(a.points, i, 0) * at(b.points, i, 0);
      squares += at(a.points, i, 0) * at(a.points, i, 0);
    }
    const BallVector x = a.balls;
    const BallVector y = b.balls;
    BOOST_TEST(x.sum().contains(sum));
    BOOST_TEST(x.dot(y).contains(inner));
    BOOST_TEST((x.transpose() * y).value().contains(inner));
    BOOST_TEST(x.squaredNorm().contains(squares));
    BOOST_TEST((x + 2 * y - x)(0).contains(2 * at(b.points, 0, 0)));
  }
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit_are_refused) {
  BOOST_CHECK_THROW(product(BallMatrix(2, 3), BallMatrix(2, 3)), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
