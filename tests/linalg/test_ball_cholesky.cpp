#include "gronwall/linalg/ball_cholesky.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(ball_factorisation)

BOOST_AUTO_TEST_CASE(factor_encloses) {
  Random random(12);
  for (const long bits : {64L, 150L}) {
    const MatrixXd a = exponential_gram(15, 4, random);
    const BallMatrix exact = exact_balls(a, bits);
    const auto l = ball_cholesky(exact);
    BOOST_TEST_REQUIRE(l.has_value());
    const BallMatrix back = *l * l->transpose();
    for (Index i = 0; i < 15; ++i)
      for (Index j = 0; j < 15; ++j) {
        BOOST_TEST(back(i, j).contains(to_rational(a(i, j))));
        BOOST_TEST(back(i, j).radius().value() < std::ldexp(1.0, 20 - static_cast<int>(bits)));
      }
  }
}

BOOST_AUTO_TEST_CASE(three_valued) {
  BallMatrix a = exact_balls(MatrixXd::Identity(2, 2), 64);
  BOOST_TEST((is_positive_definite(a) == Truth::yes));
  a(1, 0) = Ball(1);
  BOOST_TEST((is_positive_definite(a) == Truth::no));  // exactly singular
  a(1, 0) = Ball::with_radius(Ball(1), UpperBound(0.1));
  BOOST_TEST((is_positive_definite(a) == Truth::unknown));
  a(1, 0) = Ball(2);
  BOOST_TEST((is_positive_definite(a) == Truth::no));
}

BOOST_AUTO_TEST_CASE(hilbert_matrices_against_published_values) {
  // Least eigenvalues (Fettis and Caslin, Eigenvalues and eigenvectors of Hilbert matrices, ARL 67-0183,
  // 1967).
  const struct {
    Index n;
    double value;
  } table[] = {{2, 0.06574145408933510}, {5, 3.287928772171e-6}, {10, 1.093153819379e-13}};
  for (const auto& [n, value] : table) {
    const Ball found = ball_lambda_min(hilbert(n, 256), 256, 50);
    BOOST_TEST(found.midpoint() == value, boost::test_tools::tolerance(1e-11));
    BOOST_TEST(found.radius().value() < 1e-14 * value);
  }
  // Too few bits: a wide ball, or none, but not a wrong one. lambda_min(H_20) is about 7.8e-29.
  try {
    const Ball wide = ball_lambda_min(hilbert(20, 64), 64);
    BOOST_TEST(wide.contains(Ball::from(parse_rational("7.8e-29"), 64)));
  } catch (const PrecisionError&) {
  }
}

BOOST_AUTO_TEST_CASE(closed_forms_of_either_sign) {
  for (const Index n : {1, 2, 12}) {
    MatrixXd a = second_differences(n);
    const double truth = second_differences_eigenvalue(n, 1);
    Ball found = ball_lambda_min(exact_balls(a, 128), 128);
    BOOST_TEST(found.lower() <= truth * (1 + 1e-15));
    BOOST_TEST(found.upper() >= truth * (1 - 1e-15));
    BOOST_TEST(found.radius().value() < 1e-8 * truth);
    a.diagonal().array() -= 3;
    found = ball_lambda_min(exact_balls(a, 128), 128);
    BOOST_TEST(found.lower() <= truth - 3 + 1e-14);
    BOOST_TEST(found.upper() >= truth - 3 - 1e-14);
    BOOST_TEST(found.radius().value() < 1e-8);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
