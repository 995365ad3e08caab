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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
