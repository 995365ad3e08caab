#include <limits>

#include "gronwall/linalg/bounded_operator.hpp"
#include "gronwall/linalg/spectrum.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

/// The error of every column as a share of its bound, and the bounds themselves.
struct Shares {
  double largest = 0;
  double largest_bound = 0;
};
Shares shares(const MatrixXd& a, const MatrixXd& x, const ProductColumns& found, bool transposed) {
  const BallMatrix exact =
      product(exact_balls(transposed ? MatrixXd(a.transpose()) : a, 400), exact_balls(x, 400));
  Shares result;
  for (Index j = 0; j < x.cols(); ++j) {
    Ball square;
    for (Index i = 0; i < exact.rows(); ++i) {
      Ball difference = exact(i, j) - Ball::exact(found.high(i, j));
      if (found.low.size() != 0) difference -= Ball::exact(found.low(i, j));
      square += difference * difference;
    }
    result.largest = std::max(result.largest, sqrt(abs(square)).upper() / found.error(j));
    result.largest_bound = std::max(result.largest_bound, found.error(j));
  }
  return result;
}

BOOST_AUTO_TEST_SUITE(bounded_operator)

BOOST_AUTO_TEST_CASE(products_lie_within_their_bounds) {
  Random random(31);
  for (const auto& [rows, columns] :
       {std::pair<Index, Index>{1, 1}, {1, 5}, {7, 1}, {6, 6}, {30, 257}, {3, 1100}})
    for (const bool transposed : {false, true})
      for (const Index count : {1, 3}) {
        BOOST_TEST_CONTEXT(rows << " x " << columns << (transposed ? " transposed, " : ", ") << count) {
          const MatrixXd a = random_matrix(rows, columns, random);
          const BoundedOperator w(a);
          const MatrixXd x = random_matrix(transposed ? rows : columns, count, random);
          const double size = a.norm() * x.colwise().norm().maxCoeff();
          const Shares plain =
              shares(a, x, w.apply_bounded(x, ProductAccuracy::plain, transposed), transposed);
          BOOST_TEST(plain.largest <= 1);
          BOOST_TEST(plain.largest_bound < 3e-14 * size);
          const Shares split =
              shares(a, x, w.apply_bounded(x, ProductAccuracy::split, transposed), transposed);
          BOOST_TEST(split.largest <= 1);
          BOOST_TEST(split.largest_bound < 6e-20 * size);
          MatrixXd y(transposed ? columns : rows, count);
          w.apply(x.data(), count, y.data(), transposed);
          const MatrixXd reference = transposed ? MatrixXd(a.transpose() * x) : MatrixXd(a * x);
          BOOST_TEST((y - reference).norm() < 1e-13 * size);
        }
      }
}

BOOST_AUTO_TEST_CASE(small_products_use_a_good_part_of_the_bound) {
  Random random(32);
  double plain = 0, split = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const MatrixXd a = random_matrix(1, 1, random), x = random_matrix(1, 1, random);
    const BoundedOperator w(a);
    plain = std::max(plain, shares(a, x, w.apply_bounded(x, ProductAccuracy::plain), false).largest);
    split = std::max(split, shares(a, x, w.apply_bounded(x, ProductAccuracy::split), false).largest);
  }
  BOOST_TEST_MESSAGE("largest shares of the bounds: plain " << plain << ", split " << split);
  BOOST_TEST((plain > 0.4 && plain <= 1));
  BOOST_TEST((split > 0.1 && split <= 1));
}

BOOST_AUTO_TEST_CASE(scales_far_from_one) {
  Random random(33);
  for (const int a_scale : {-1060, -600, 0, 490})
    for (const int x_scale : {-1070, -600, 0, 400}) {
      BOOST_TEST_CONTEXT(a_scale << " " << x_scale) {
        const MatrixXd a =
            random_matrix(5, 300, random).unaryExpr([&](double v) { return std::ldexp(v, a_scale); });
        const MatrixXd x =
            random_matrix(300, 2, random).unaryExpr([&](double v) { return std::ldexp(v, x_scale); });
        const BoundedOperator w(a);
        for (const ProductAccuracy accuracy : {ProductAccuracy::plain, ProductAccuracy::split}) {
          const Shares found = shares(a, x, w.apply_bounded(x, accuracy), false);
          BOOST_TEST(found.largest <= 1);
          BOOST_TEST(std::isfinite(found.largest_bound));
        }
      }
    }
  // Products that vanish one by one, but not together.
  const MatrixXd small = MatrixXd::Constant(2, 300, 0x1p-600),
                 smaller = MatrixXd::Constant(300, 1, 0x1.8p-476);
  for (const ProductAccuracy accuracy : {ProductAccuracy::plain, ProductAccuracy::split})
    BOOST_TEST(
        shares(small, smaller, BoundedOperator(small).apply_bounded(smaller, accuracy), false).largest <= 1);
  // Entries of very different sizes: what is below the leading bits is in the rest.
  MatrixXd a = random_matrix(4, 520, random), x = random_matrix(520, 1, random);
  for (Index j = 0; j < a.cols(); ++j) {
    a.col(j) *= std::ldexp(1.0, -static_cast<int>(j % 60));
    x(j, 0) *= std::ldexp(1.0, -static_cast<int>((7 * j) % 90));
  }
  const Shares found = shares(a, x, BoundedOperator(a).apply_bounded(x, ProductAccuracy::split), false);
  BOOST_TEST(found.largest <= 1);
  const MatrixXd zero = MatrixXd::Zero(3, 3);
  const ProductColumns nothing =
      BoundedOperator(zero).apply_bounded(MatrixXd::Ones(3, 2), ProductAccuracy::split);
  BOOST_TEST(nothing.high.norm() == 0);
  BOOST_TEST(nothing.error.maxCoeff() < 1e-300);
}

BOOST_AUTO_TEST_CASE(sums_without_cancellation) {
  // Partial sums are as large as they can be.
  Random random(36);
  for (const Index k : {200, 256, 800}) {
    const MatrixXd a = random_matrix(3, k, random).cwiseAbs().cwiseMin(1).array() / 16 + 0.9;
    const MatrixXd x = random_matrix(k, 2, random).cwiseAbs().cwiseMin(1).array() / 16 + 0.9;
    for (const ProductAccuracy accuracy : {ProductAccuracy::plain, ProductAccuracy::split})
      BOOST_TEST(shares(a, x, BoundedOperator(a).apply_bounded(x, accuracy), false).largest <= 1);
  }
}

BOOST_AUTO_TEST_CASE(leading_parts_are_multiplied_exactly) {
  // Integers of 22 bits, three blocks: the product is known to the last bit.
  Random random(34);
  std::uniform_int_distribution<int> digits(-(1 << 22), 1 << 22);
  const MatrixXd a = MatrixXd::NullaryExpr(3, 700, [&] { return static_cast<double>(digits(random)); });
  const MatrixXd x = MatrixXd::NullaryExpr(700, 1, [&] { return static_cast<double>(digits(random)); });
  const ProductColumns found = BoundedOperator(a).apply_bounded(x, ProductAccuracy::split);
  for (Index i = 0; i < 3; ++i) {
    Integer exact = 0;
    for (Index j = 0; j < 700; ++j) exact += Integer(static_cast<long>(a(i, j))) * static_cast<long>(x(j, 0));
    BOOST_TEST((Integer(static_cast<long>(found.high(i, 0))) + static_cast<long>(found.low(i, 0)) == exact));
  }
}

BOOST_AUTO_TEST_CASE(spectral_norms_are_upper_bounds_and_sharp) {
  const auto close_above = [](double truth, double bound, double loss) {
    return bound >= truth * (1 - 1e-13) && bound <= truth * (1 + loss);
  };
  Random random(35);
  for (const Index n : {1, 2, 9, 60}) {
    const double truth = second_differences_eigenvalue(n, n);
    BOOST_TEST(close_above(truth, BoundedOperator(second_differences(n)).spectral_norm().value(), 1e-2));
    for (const double loss : {1e-2, 1e-3, 1e-6})
      BOOST_TEST(close_above(truth, spectral_norm_upper(second_differences(n), loss).value(), 1.1 * loss));
  }
  for (const auto& [rows, columns] : {std::pair<Index, Index>{1, 40}, {40, 1}, {30, 50}, {50, 30}}) {
    const VectorXd u = random_matrix(rows, 1, random), v = random_matrix(columns, 1, random);
    const double truth = u.norm() * v.norm();
    for (const double loss : {1e-2, 1e-6}) {
      const MatrixXd a = u * v.transpose();
      BOOST_TEST(close_above(truth, spectral_norm_upper(a, loss).value(), loss));
      BOOST_TEST(close_above(truth * 1e-200, spectral_norm_upper(1e-200 * a, loss).value(), loss));
      BOOST_TEST(close_above(truth * 1e140, spectral_norm_upper(1e140 * a, loss).value(), loss));
    }
  }
  // A largest singular value that hardly stands out.
  for (int trial = 0; trial < 10; ++trial) {
    VectorXd eigenvalues = VectorXd::Ones(30);
    eigenvalues(0) = 1 + 0.01 * trial;
    const MatrixXd a = planted(eigenvalues, random);
    const double truth = (-true_lambda_min(-a)).upper();
    BOOST_TEST(close_above(truth, spectral_norm_upper(a, 1e-2).value(), 1e-2));
  }
  BOOST_TEST(BoundedOperator(MatrixXd::Zero(4, 4)).spectral_norm().value() == 0);
}

BOOST_AUTO_TEST_CASE(bad_requests) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_CHECK_THROW(BoundedOperator(MatrixXd(0, 0)), InputError);
  BOOST_CHECK_THROW(BoundedOperator(MatrixXd::Constant(2, 2, nan)), InputError);
  BOOST_CHECK_THROW(BoundedOperator(MatrixXd::Constant(2, 2, HUGE_VAL)), InputError);
  BOOST_CHECK_THROW(BoundedOperator(MatrixXd::Constant(2, 2, 0x1p501)), InputError);
  const BoundedOperator w(MatrixXd::Ones(2, 3));
  BOOST_CHECK_THROW(w.apply_bounded(MatrixXd::Ones(2, 1), ProductAccuracy::plain), InputError);
  BOOST_CHECK_THROW(w.apply_bounded(MatrixXd::Ones(3, 1), ProductAccuracy::plain, true), InputError);
  for (const double bad : {nan, HUGE_VAL})
    for (const ProductAccuracy accuracy : {ProductAccuracy::plain, ProductAccuracy::split})
      BOOST_CHECK_THROW(w.apply_bounded(MatrixXd::Constant(3, 1, bad), accuracy), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
