#include <cmath>
#include <vector>

#include "gronwall/ode/chebyshev.hpp"
#include "ode_testing.hpp"

namespace gronwall {
namespace {

using Eigen::Index;

/// Coefficients of T_k in powers of x, exactly.
std::vector<Rational> powers_of(Index k) {
  std::vector<Rational> before = {1}, now = {0, 1};
  if (k == 0) return before;
  for (Index j = 1; j < k; ++j) {
    std::vector<Rational> next(now.size() + 1);
    for (std::size_t i = 0; i < now.size(); ++i) next[i + 1] += 2 * now[i];
    for (std::size_t i = 0; i < before.size(); ++i) next[i] -= before[i];
    before = std::move(now);
    now = std::move(next);
  }
  return now;
}

Ball value_at(const std::vector<Rational>& p, const Ball& x, bool derivative) {
  Ball sum = Ball::from(0, x.bits());
  for (std::size_t i = p.size(); i-- > (derivative ? 1 : 0);)
    sum = sum * x + Ball::from(derivative ? Rational(p[i] * static_cast<long>(i)) : p[i], x.bits());
  return sum;
}

/// int over [-1,1] of T_k T_l.
Rational inner_product(Index k, Index l) {
  const auto a = powers_of(k), b = powers_of(l);
  Rational sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j)
      if ((i + j) % 2 == 0) sum += 2 * a[i] * b[j] / static_cast<long>(i + j + 1);
  return sum;
}

BOOST_AUTO_TEST_SUITE(chebyshev)

BOOST_AUTO_TEST_CASE(tables_hold_the_polynomials) {
  constexpr long kBits = 200;
  for (const int m : {2, 3, 4, 7, 16}) {
    BOOST_TEST_CONTEXT("degree " << m) {
      const ChebyshevTables tables(m, kBits);
      for (Index k = 0; k <= m + 1; ++k) {
        const auto p = powers_of(k);
        for (Index j = 0; j <= m; ++j) {
          const Ball x = cos(Ball::pi(kBits) * Ball::from(Rational(j, m), kBits));
          BOOST_TEST(tables.values(k, j).overlaps(value_at(p, x, false)));
          BOOST_TEST(tables.derivatives(k, j).overlaps(value_at(p, x, true)));
          BOOST_TEST(tables.values(k, j).radius().value() < 1e-55);
          BOOST_TEST(tables.derivatives(k, j).radius().value() < 1e-50);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(interpolation_and_integration_are_exact_for_polynomials) {
  constexpr long kBits = 200;
  for (const int m : {2, 3, 6, 11}) {
    const ChebyshevTables tables(m, kBits);
    const BallMatrix nodes = tables.values.topRows(m + 1);
    const BallMatrix identity = product(nodes, tables.coefficients);
    for (Index k = 0; k <= m; ++k)
      for (Index l = 0; l <= m; ++l) {
        BOOST_TEST(identity(k, l).contains(k == l ? 1 : 0));
        BOOST_TEST(identity(k, l).radius().value() < 1e-54);
      }
    const BallMatrix integrals = product(tables.moments, BallMatrix(nodes.transpose()));
    for (Index k = 0; k <= m + 1; ++k)
      for (Index l = 0; l <= m; ++l) {
        BOOST_TEST(integrals(k, l).contains(inner_product(k, l)));
        BOOST_TEST(integrals(k, l).radius().value() < 1e-54);
      }
  }
}

BOOST_AUTO_TEST_CASE(lebesgue_constants_are_bounded_from_above) {
  for (const int m : {2, 3, 4, 8, 17, 40}) {
    const ChebyshevTables& tables = chebyshev_tables(m);
    double largest = 0;
    for (int point = 0; point <= 40 * m; ++point) {
      const double theta = point * std::acos(-1.0) / (40 * m);
      double sum = 0;
      for (Index j = 0; j <= m; ++j) {
        double cardinal = 0;
        for (Index l = 0; l <= m; ++l)
          cardinal += tables.coefficients(j, l).midpoint() * std::cos(static_cast<double>(l) * theta);
        sum += std::abs(cardinal);
      }
      largest = std::max(largest, sum);
    }
    const double bound = lebesgue_constant(m).value();
    BOOST_TEST(bound >= largest * (1 - 1e-12));
    BOOST_TEST(bound <= largest + 0.5);
  }
}

BOOST_AUTO_TEST_CASE(degrees_out_of_range) {
  for (const int m : {-1, 0, 1, 1001}) {
    BOOST_CHECK_THROW(ChebyshevTables(m, 64), InputError);
    BOOST_CHECK_THROW(chebyshev_tables(m), InputError);
  }
  BOOST_TEST(&chebyshev_tables(5) == &chebyshev_tables(5));
  BOOST_TEST(chebyshev_tables(5).degree == 5);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
