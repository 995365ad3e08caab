#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/spd_witness.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

/// L13 in rationals: the largest `c` for which E is diagonally dominant, every entry off by `radius`.
Rational largest_bound(const MatrixXd& a, const Rational& radius, const SpdWitness& witness) {
  const Index n = a.rows();
  const Rational unit = power_of_two(witness.scale);
  const auto l = [&](Index i, Index j) {
    return j > i ? Rational(0)
                 : unit * Rational(witness.factor[static_cast<std::size_t>(i * (i + 1) / 2 + j)]);
  };
  Rational least = 0;
  for (Index i = 0; i < n; ++i) {
    Rational slack = -radius * n;
    for (Index j = 0; j < n; ++j) {
      Rational e = to_rational(a(i, j));
      for (Index k = 0; k <= std::min(i, j); ++k) e -= l(i, k) * l(j, k);
      slack += i == j ? e : Rational(-abs(e));
    }
    if (i == 0 || slack < least) least = slack;
  }
  return least;
}

BOOST_AUTO_TEST_SUITE(witness)

BOOST_AUTO_TEST_CASE(bound_is_what_the_lemma_gives_in_rationals) {
  Random random(14);
  for (const Index n : {1, 2, 3, 17, 34, 70}) {
    for (const double r : {0.0, 0x1p-30}) {
      const MatrixXd a = exponential_gram(n, 9, random);
      const double shift = 0.999 * enclose_lambda_min(a).lower;
      const auto witness = spd_witness(a, UpperBound(r), shift);
      BOOST_TEST_REQUIRE(witness.has_value());
      const Rational exact = largest_bound(a, to_rational(r), *witness);
      BOOST_TEST(to_rational(witness->bound) <= exact);
      // Sharp: the allowance for rounding `a` is half a unit of 2^(2 scale) an entry.
      BOOST_TEST(to_rational(witness->bound) >=
                 exact - power_of_two(2 * witness->scale) * (n + 2) - abs(exact) * power_of_two(-51));
      BOOST_TEST(witness->bound >= shift - static_cast<double>(n) * r - 1e-13 * static_cast<double>(n));
      BOOST_TEST(witnessed_bound(a, UpperBound(r), *witness) == witness->bound);
    }
  }
}

BOOST_AUTO_TEST_CASE(sums_fit) {
  Random random(15);
  const MatrixXd a = exponential_gram(130, 9, random) * 1e6;
  const auto witness = spd_witness(a, {}, 0);
  BOOST_TEST_REQUIRE(witness.has_value());
  std::int64_t largest = 0;
  for (const std::int64_t x : witness->factor) largest = std::max(largest, std::abs(x));
  BOOST_TEST((130 * pow(Integer(largest), 2) < pow(Integer(2), 126)));
  BOOST_TEST(largest > std::int64_t{1} << 50);  // no accuracy given away
}

BOOST_AUTO_TEST_CASE(a_changed_factor_loses_the_bound) {
  Random random(16);
  const MatrixXd a = exponential_gram(40, 9, random);
  const double shift = 0.9 * enclose_lambda_min(a).lower;
  const auto witness = spd_witness(a, {}, shift);
  BOOST_TEST_REQUIRE(witness.has_value());
  for (const std::size_t position : {std::size_t{0}, std::size_t{400}, witness->factor.size() - 1}) {
    SpdWitness changed = *witness;
    changed.factor[position] += std::int64_t{1} << 30;
    BOOST_TEST(witnessed_bound(a, {}, changed) < witness->bound);
    BOOST_TEST(to_rational(witnessed_bound(a, {}, changed)) <= largest_bound(a, 0, changed));
  }
  SpdWitness oversized = *witness;
  oversized.factor[5] = std::int64_t{1} << 62;
  BOOST_CHECK_THROW(witnessed_bound(a, {}, oversized), InputError);
  SpdWitness short_one = *witness;
  short_one.factor.pop_back();
  BOOST_CHECK_THROW(witnessed_bound(a, {}, short_one), InputError);
  BOOST_CHECK_THROW(witnessed_bound(MatrixXd::Identity(3, 3), {}, *witness), InputError);
}

BOOST_AUTO_TEST_CASE(no_witness_above_the_least_eigenvalue) {
  BOOST_TEST(!spd_witness(MatrixXd::Identity(5, 5), {}, 1.5).has_value());
  BOOST_TEST(!spd_witness(-MatrixXd::Identity(5, 5), {}, 0).has_value());
  const auto negative = spd_witness(-MatrixXd::Identity(5, 5), {}, -1.25);
  BOOST_TEST_REQUIRE(negative.has_value());
  BOOST_TEST(negative->bound <= -1);
  BOOST_TEST(negative->bound >= -1.2500001);
}

BOOST_AUTO_TEST_CASE(diagonal_matrices_of_extreme_scale) {
  for (const int exponent : {-400, 0, 400}) {
    const double unit = std::ldexp(1.0, exponent);
    const MatrixXd a = MatrixXd::Identity(6, 6) * unit;
    for (const double part : {0.5, 1 - 0x1p-20}) {
      const auto witness = spd_witness(a, {}, part * unit);
      BOOST_TEST_REQUIRE(witness.has_value());
      BOOST_TEST(witness->bound <= unit);
      BOOST_TEST(witness->bound >= part * unit * (1 - 1e-14));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
