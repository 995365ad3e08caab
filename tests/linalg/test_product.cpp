#include "gronwall/linalg/product.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(product)

BOOST_AUTO_TEST_CASE(contains_the_exact_product_and_is_sharp) {
  Random random(11);
  for (int trial = 0; trial < 30; ++trial) {
    const Index rows = 1 + trial % 5, inner = 1 + trial % 40, columns = 1 + trial % 3;
    const double unit =
        std::ldexp(1.0, trial % 3 == 0 ? -530 : 0);  // products around the underflow threshold
    const MatrixXd a = random_matrix(rows, inner, random) * unit,
                   b = random_matrix(inner, columns, random) * unit;
    const EnclosedProduct product = multiply_enclosed(a, b);
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j) {
        Rational exact = 0, size = 0;
        for (Index k = 0; k < inner; ++k) {
          exact += to_rational(a(i, k)) * to_rational(b(k, j));
          size += to_rational(std::abs(a(i, k))) * to_rational(std::abs(b(k, j)));
        }
        const Rational radius = to_rational(product.radius(i, j));
        const Rational gap = to_rational(product.midpoint(i, j)) - exact;
        BOOST_TEST((gap <= radius && -gap <= radius));
        // L23: gamma_k |a| |b|, within rounding of the bound itself.
        const Rational bound = size * inner * power_of_two(-53);
        BOOST_TEST(radius >= bound);
        BOOST_TEST(radius <= bound * (1 + Rational(1, 1000000)) + 5 * inner * power_of_two(-1074));
      }
  }
}

BOOST_AUTO_TEST_CASE(overflow_is_an_unbounded_entry) {
  const EnclosedProduct product =
      multiply_enclosed(MatrixXd::Constant(1, 1, 1e200), MatrixXd::Constant(1, 1, 1e200));
  BOOST_TEST(std::isinf(product.radius(0, 0)));
  BOOST_TEST(std::isfinite(product.midpoint(0, 0)));
}

BOOST_AUTO_TEST_CASE(a_gram_matrix_contains_the_products_of_all_enclosed_vectors) {
  // Parallel vectors with errors along them: each term of L57 is then attained. Any other direction for the
  // roundings.
  const Index size = 64;
  const VectorXd direction = VectorXd::Constant(size, 0.125);
  const VectorXd lengths{{1, -0.5, 3}};
  const std::vector<double> errors = {0x1p-10, 0.25, 2};
  std::vector<UpperBound> bounds;
  for (const double error : errors) bounds.emplace_back(error);
  const EnclosedProduct gram = enclosed_gram(direction * lengths.transpose(), bounds);
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j) {
      const double far_i = std::abs(lengths(i)) + errors[static_cast<std::size_t>(i)],
                   far_j = std::abs(lengths(j)) + errors[static_cast<std::size_t>(j)];
      const double gap = far_i * far_j - std::abs(lengths(i) * lengths(j));
      BOOST_TEST(gram.midpoint(i, j) == lengths(i) * lengths(j));
      BOOST_TEST(gram.radius(i, j) >= gap);
      BOOST_TEST(gram.radius(i, j) <= gap + 1e-12);
    }

  Random random(12);
  const MatrixXd a = random_matrix(300, 4, random);
  const EnclosedProduct exact = enclosed_gram(a, std::vector<UpperBound>(4));
  BOOST_TEST((exact.midpoint - exact.midpoint.transpose()).norm() == 0);
  for (Index i = 0; i < 4; ++i)
    for (Index j = 0; j < 4; ++j) {
      Rational truth = 0;
      for (Index k = 0; k < 300; ++k) truth += to_rational(a(k, i)) * to_rational(a(k, j));
      const Rational gap = to_rational(exact.midpoint(i, j)) - truth,
                     radius = to_rational(exact.radius(i, j));
      BOOST_TEST((gap <= radius && -gap <= radius));
    }
  BOOST_TEST(exact.radius.maxCoeff() < 1e-10);
  BOOST_CHECK_THROW(enclosed_gram(a, bounds), InputError);
  BOOST_TEST(std::isinf(enclosed_gram(a, std::vector<UpperBound>(4, UpperBound(1e200))).radius(0, 1)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
