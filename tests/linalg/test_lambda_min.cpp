#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/shifted_cholesky.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(lambda_min)

/// The proved enclosure must meet the true value, and bounds just inside it must be refused.
void check_sound(const MatrixXd& a) {
  const Ball truth = true_lambda_min(a);
  const LambdaMin found = enclose_lambda_min(a);
  BOOST_TEST_REQUIRE(found.lower <= truth.upper());
  BOOST_TEST_REQUIRE(found.upper >= truth.lower());
  const double above = std::nextafter(truth.upper(), INFINITY);
  BOOST_TEST_REQUIRE(!verify_lower_bound(a, {}, above).proved);
}

BOOST_AUTO_TEST_CASE(soundness_on_random_spectra) {
  Random random(3);
  for (int trial = 0; trial < 150; ++trial) {
    const Index n = 1 + trial % 12;
    VectorXd eigenvalues(n);
    for (double& x : eigenvalues) x = std::ldexp(normal(random), -(trial % 50));
    check_sound(planted(eigenvalues, random));
  }
}

BOOST_AUTO_TEST_CASE(soundness_near_singularity) {
  Random random(4);
  for (int trial = 0; trial < 100; ++trial) {
    const Index n = 2 + trial % 14;
    VectorXd eigenvalues(n);
    for (double& x : eigenvalues) x = std::abs(normal(random));
    // From clearly positive through rounding level to negative.
    eigenvalues(0) = (trial % 3 - 1) * std::ldexp(1.0, -40 - trial % 16);
    check_sound(planted(eigenvalues, random));
  }
  // Exactly singular: rank one, integers.
  for (const Index n : {2, 9, 60}) {
    const MatrixXd ones = MatrixXd::Ones(n, n);
    const LambdaMin found = enclose_lambda_min(ones);
    BOOST_TEST(found.lower <= 0);
    BOOST_TEST(found.upper >= 0);
    BOOST_TEST(found.upper - found.lower < 1e-12 * static_cast<double>(n * n));
    BOOST_TEST((found.positive_definite() == Truth::unknown));
  }
}

BOOST_AUTO_TEST_CASE(closed_form_spectrum) {
  for (const Index n : {1, 2, 3, 10, 47, 49, 64, 100, 333, 1000}) {
    const double truth = second_differences_eigenvalue(n, 1);
    const LambdaMin found = enclose_lambda_min(second_differences(n));
    const double trace = 2.0 * static_cast<double>(n);
    BOOST_TEST_CONTEXT("n = " << n) {
      BOOST_TEST(found.lower <= truth * (1 + 1e-14));
      BOOST_TEST(found.upper >= truth * (1 - 1e-14));
      // Useful: the loss is the slack and the requested relative loss.
      BOOST_TEST(found.lower >= truth * (1 - 1e-6) - 3 * static_cast<double>(n + 2) * 0x1p-53 * trace);
      BOOST_TEST(found.upper <= truth * (1 + 1e-6) + 8 * static_cast<double>(n + 2) * 0x1p-53 * 4);
    }
  }
}

BOOST_AUTO_TEST_CASE(tight_where_the_arithmetic_allows) {
  Random random(5);
  for (const Index n : {60, 200, 500}) {
    const MatrixXd a = exponential_gram(n, 12, random);
    const LambdaMin found = enclose_lambda_min(a);
    BOOST_TEST_CONTEXT("n = " << n << ", lower " << found.lower << ", upper " << found.upper) {
      BOOST_TEST(found.lower > 0);
      BOOST_TEST(found.upper - found.lower <=
                 1e-6 * found.upper + 3 * found.rounding_slack.value() + 4e-15 * static_cast<double>(n * n));
      BOOST_TEST((found.positive_definite() == Truth::yes));
      // A given bound close to the least eigenvalue is verified as well.
      const BoundCheck check = verify_lower_bound(a, {}, found.lower);
      BOOST_TEST(check.proved);
      BOOST_TEST(check.lower >= found.lower);
    }
  }
}

BOOST_AUTO_TEST_CASE(indefinite_matrices_give_negative_bounds) {
  Random random(6);
  for (const Index n : {3, 60, 150}) {
    VectorXd eigenvalues = VectorXd::LinSpaced(n, -2.5, 7);
    const MatrixXd a = planted(eigenvalues, random);
    const LambdaMin found = enclose_lambda_min(a);
    BOOST_TEST(found.lower > -2.5 - 1e-5);
    BOOST_TEST(found.upper < -2.5 + 1e-5);
    BOOST_TEST((found.positive_definite() == Truth::no));
  }
  const MatrixXd zero = MatrixXd::Zero(70, 70);
  const LambdaMin found = enclose_lambda_min(zero);
  BOOST_TEST(found.lower <= 0);
  BOOST_TEST(found.lower >= -1e-300);
  BOOST_TEST(found.upper >= 0);
  BOOST_TEST(found.upper <= 1e-300);
}

BOOST_AUTO_TEST_CASE(agrees_with_balls_up_to_order_100) {
  Random random(7);
  const MatrixXd a = exponential_gram(100, 8, random);
  const Ball truth = ball_lambda_min(exact_balls(a, 128), 128, 40);
  const LambdaMin found = enclose_lambda_min(a);
  BOOST_TEST(found.lower <= truth.upper());
  BOOST_TEST(found.upper >= truth.lower());
  BOOST_TEST(found.lower >= truth.lower() * (1 - 1e-6) - 1e-11);
}

BOOST_AUTO_TEST_CASE(radii_are_subtracted) {
  // The worst symmetric perturbation with entries of size r of the identity plus ones is -r everywhere: -n r.
  const Index n = 20;
  const MatrixXd a = MatrixXd::Identity(n, n);
  const double r = 0x1p-10;
  const UpperBound uniform{r};
  const double lower = lambda_min_lower_bound(a, uniform);
  BOOST_TEST(lower <= 1 - static_cast<double>(n) * r);
  BOOST_TEST(lower >= 1 - static_cast<double>(n) * r - 1e-6);
  const double by_entries = lambda_min_lower_bound(a, EntryRadius::of_entries(MatrixXd::Constant(n, n, r)));
  BOOST_TEST(std::abs(by_entries - lower) < 1e-14);
  // Diagonal and off-diagonal radii apart.
  const double apart = lambda_min_lower_bound(a, EntryRadius(UpperBound(0.25), UpperBound(r)));
  BOOST_TEST(apart <= 0.75 - static_cast<double>(n - 1) * r);
  BOOST_TEST(apart >= 0.75 - static_cast<double>(n - 1) * r - 1e-6);
  // The upper bound moves up by as much.
  BOOST_TEST(enclose_lambda_min(a, uniform).upper >= 1 + static_cast<double>(n) * r);
  BOOST_TEST(!verify_lower_bound(a, uniform, 1 - static_cast<double>(n) * r).proved);
  BOOST_TEST(verify_lower_bound(a, uniform, 1 - 1.001 * static_cast<double>(n) * r).proved);
}

BOOST_AUTO_TEST_CASE(extreme_scales) {
  Random random(8);
  const MatrixXd a = exponential_gram(60, 10, random);
  const LambdaMin middle = enclose_lambda_min(a);
  for (const int exponent : {-900, -300, 300, 900}) {
    const double unit = std::ldexp(1.0, exponent);
    const LambdaMin found = enclose_lambda_min(a * unit);
    BOOST_TEST(found.lower / unit == middle.lower, boost::test_tools::tolerance(1e-5));
    BOOST_TEST(found.lower <= middle.upper * unit);
  }
  // Where sums overflow there is no proof, but no wrong one either, and no exception.
  const LambdaMin huge = enclose_lambda_min(MatrixXd::Constant(3, 3, 1.7e308));
  BOOST_TEST(huge.lower <= 0);
  // Where everything is subnormal the underflow term of L11 decides.
  const MatrixXd tiny = MatrixXd::Identity(60, 60) * 0x1p-1060;
  const LambdaMin small = enclose_lambda_min(tiny);
  BOOST_TEST(small.lower <= 0x1p-1060);
  BOOST_TEST(small.upper >= 0x1p-1060);
}

BOOST_AUTO_TEST_CASE(upper_bounds_from_any_vector) {
  Random random(9);
  for (int trial = 0; trial < 100; ++trial) {
    const Index n = 1 + trial % 9;
    const MatrixXd a = symmetrised(random_matrix(n, n, random));
    const VectorXd x = random_matrix(n, 1, random);
    const double upper = lambda_min_upper_bound(a, {}, x);
    BOOST_TEST(upper >= true_lambda_min(a).lower());
    // Never above the exact Rayleigh quotient by more than rounding.
    Ball form(0), squares(0);
    for (Index i = 0; i < n; ++i) {
      squares += pow(Ball::exact(x(i), 200), 2);
      for (Index j = 0; j < n; ++j)
        form += Ball::exact(a(i, j), 200) * Ball::exact(x(i), 200) * Ball::exact(x(j), 200);
    }
    const double quotient = (form / squares).upper();
    const double least = std::min(quotient, a.diagonal().minCoeff());
    BOOST_TEST(upper <= least + 1e-13);
    if (quotient < a.diagonal().minCoeff()) BOOST_TEST(upper >= (form / squares).lower());
  }
}

BOOST_AUTO_TEST_CASE(slack_is_the_formula_of_the_lemma) {
  // Every constant of L11: computed exactly, the code may be above by rounding only.
  const Rational u = power_of_two(-53);
  for (const int n : {1, 2, 10, 4000}) {
    const Rational trace = Rational(7, 2) * n, largest = 5, root = 3;
    const Rational nu = (n + 2) * u, g = nu / (1 - nu);
    const Rational exact =
        g / (1 - g) * trace + u / (1 - u) * largest + Rational(n) * (2 * n + root) * power_of_two(-1074);
    const double slack =
        cholesky_slack(n, UpperBound(static_cast<double>(trace)), UpperBound(5.0), UpperBound(3.0)).value();
    BOOST_TEST(to_rational(slack) >= exact);
    BOOST_TEST(to_rational(slack) <= exact * (1 + Rational(1, 1000000)));
    // Underflow alone.
    const double underflow = cholesky_slack(n, UpperBound(), UpperBound(), UpperBound(3.0)).value();
    BOOST_TEST(to_rational(underflow) >= Rational(n) * (2 * n + root) * power_of_two(-1074));
    BOOST_TEST(to_rational(underflow) <= Rational(n) * (2 * n + root + 1) * power_of_two(-1074) * 2);
  }
}

BOOST_AUTO_TEST_CASE(norms_are_upper_bounds_and_sharp) {
  Random random(10);
  for (int trial = 0; trial < 50; ++trial) {
    const MatrixXd a =
        random_matrix(1 + trial % 7, 1 + trial % 5, random) * std::ldexp(1.0, 20 * (trial % 60) - 600);
    Rational squares = 0, row_largest = 0, column_largest = 0;
    for (Index i = 0; i < a.rows(); ++i) {
      Rational row = 0;
      for (Index j = 0; j < a.cols(); ++j) {
        row += to_rational(std::abs(a(i, j)));
        squares += to_rational(a(i, j)) * to_rational(a(i, j));
      }
      row_largest = std::max(row_largest, row);
    }
    for (Index j = 0; j < a.cols(); ++j) {
      Rational column = 0;
      for (Index i = 0; i < a.rows(); ++i) column += to_rational(std::abs(a(i, j)));
      column_largest = std::max(column_largest, column);
    }
    const Rational close = 1 + Rational(1, 1000000000);
    const auto check = [&close](UpperBound bound, const Rational& exact) {
      BOOST_TEST(to_rational(bound.value()) >= exact);
      BOOST_TEST(to_rational(bound.value()) <= exact * close);
    };
    check(norm_inf_upper(a), row_largest);
    check(norm_one_upper(a), column_largest);
    const Rational frobenius = to_rational(norm_frobenius_upper(a).value());
    BOOST_TEST(frobenius * frobenius >= squares);
    BOOST_TEST(frobenius * frobenius <= squares * close);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
