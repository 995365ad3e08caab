#include <cstring>
#include <memory>

#include "ode_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;

namespace {

RealMatrix<double> sample(Eigen::Index rows, Eigen::Index columns, double seed) {
  RealMatrix<double> m(rows, columns);
  for (Eigen::Index k = 0; k < m.size(); ++k) m(k) = std::sin(seed + 1.7 * static_cast<double>(k));
  return m;
}

bool identical(const RealMatrix<double>& a, const RealMatrix<double>& b) {
  return std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(double)) == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(real_matrix_products)

BOOST_AUTO_TEST_CASE(three_worlds_agree) {
  constexpr long kBits = 120;
  for (const auto& [rows, inner, columns] : {std::array{1, 1, 1}, {3, 5, 2}, {20, 30, 1}, {33, 40, 37}}) {
    const RealMatrix<double> a = sample(rows, inner, 1), b = sample(inner, columns, 2);
    const auto c = multiply(a, b);
    const auto fine = multiply(real_matrix<MpFloat>(a, kBits), real_matrix<MpFloat>(b, kBits));
    const auto balls = multiply(real_matrix<Ball>(a, kBits), real_matrix<Ball>(b, kBits));
    for (Eigen::Index k = 0; k < c.size(); ++k) {
      BOOST_TEST_REQUIRE(std::abs(c(k) - static_cast<double>(fine(k))) < 1e-14);
      BOOST_TEST_REQUIRE(balls(k).overlaps(
          Ball::with_radius(Ball::exact(fine(k), kBits), UpperBound(std::ldexp(40.0, -kBits)))));
      BOOST_TEST_REQUIRE(balls(k).radius().value() < std::ldexp(40.0, -kBits));
    }
  }
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_heap) {
  for (const auto& [rows, inner, columns] : {std::array{5, 3, 4}, {7, 7, 3}, {40, 40, 1}, {31, 50, 9}}) {
    const RealMatrix<double> a = sample(rows, inner, 3), b = sample(inner, columns, 4);
    const RealMatrix<double> c = multiply(a, b);
    std::vector<std::unique_ptr<char[]>> holes;
    for (std::size_t size = 8; size < 400; size += 24) {
      holes.push_back(std::make_unique<char[]>(size));  // moves what is allocated next
      const RealMatrix<double> a_elsewhere = a, b_elsewhere = b;
      BOOST_TEST_REQUIRE(identical(multiply(a_elsewhere, b_elsewhere), c));
    }
  }
}

BOOST_AUTO_TEST_CASE(norms_and_refusals) {
  RealMatrix<double> m(2, 2);
  m << 1, 2, 4, 10;
  BOOST_TEST(squared_norm<double>(m) == 121);
  BOOST_TEST(root_of_nonnegative(squared_norm<Ball>(real_matrix<Ball>(m, 64))).contains(11));
  BOOST_TEST(squared_norm<double>(RealMatrix<double>(0, 2)) == 0);
  const Ball around_zero = Ball::with_radius(Ball::from(0, 64), UpperBound(4.0));
  const Ball root = root_of_nonnegative(around_zero);
  BOOST_TEST((root.is_finite() && root.contains(0) && root.contains(2) && root.upper() < 2.001));
  BOOST_CHECK_THROW(multiply(m, RealMatrix<double>(RealMatrix<double>::Ones(3, 1))), InputError);
  BOOST_CHECK_THROW(multiply(real_matrix<MpFloat>(m, 64), zeros<MpFloat>(3, 1, 64)), InputError);
  m(0, 1) = std::numeric_limits<double>::quiet_NaN();
  BOOST_CHECK_THROW(real_matrix<Ball>(m, 64), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
