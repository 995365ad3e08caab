#include <cfenv>
#include <limits>
#include <string_view>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/numbers/error.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(dense_kernels)

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

/// Every kernel against Eigen's own result, for one instruction set, type and order.
template <class T>
void compare(const dense::Kernels& set, Index n, Random& random) {
  const auto& kernel = set.of<T>();
  const Index columns = 1 + n % 7, stride = padded_stride(n);
  const auto tolerance = static_cast<T>(n + 10) * 20 * std::numeric_limits<T>::epsilon();
  const Matrix<T> a = random_matrix(n, n, random).cast<T>(), b = random_matrix(n, columns, random).cast<T>();

  Matrix<T> c = b;
  kernel.multiply(n, columns, n, T(-2), a.data(), n, b.data(), n, c.data(), n);
  BOOST_TEST((c - (b - 2 * a * b)).cwiseAbs().maxCoeff() <= tolerance * a.norm());
  c.setZero();
  kernel.multiply_at_b(n, columns, n, T(1), a.data(), n, b.data(), n, c.data(), n);
  BOOST_TEST((c - a.transpose() * b).cwiseAbs().maxCoeff() <= tolerance * a.norm());
  const Matrix<T> symmetric = a + a.transpose();
  kernel.symmetric_multiply(n, symmetric.data(), n, b.data(), columns, n, c.data(), n);
  BOOST_TEST((c - symmetric * b).cwiseAbs().maxCoeff() <= tolerance * a.norm());

  // An SPD matrix in a larger frame; the strict upper triangle must stay as it is.
  Matrix<T> spd = Matrix<T>::Constant(stride, n, T(77));
  spd.topRows(n).template triangularView<Eigen::Lower>() = Matrix<T>::Identity(n, n);
  kernel.add_a_at_lower(n, n, T(1) / static_cast<T>(n), a.data(), n, spd.data(), stride);
  const Matrix<T> exact = Matrix<T>::Identity(n, n) + a * a.transpose() / static_cast<T>(n);
  BOOST_TEST(Matrix<T>(spd.topRows(n) - exact)
                 .template triangularView<Eigen::Lower>()
                 .toDenseMatrix()
                 .cwiseAbs()
                 .maxCoeff() <= tolerance * 10);
  BOOST_TEST(kernel.cholesky(spd.data(), n, stride) == -1);
  const Matrix<T> l = Matrix<T>(spd.topRows(n)).template triangularView<Eigen::Lower>();
  BOOST_TEST((l * l.transpose() - exact).cwiseAbs().maxCoeff() <= tolerance * 10);
  for (Index j = 1; j < n; ++j) BOOST_TEST_REQUIRE(spd(j - 1, j) == T(77));
  c = b;
  kernel.solve_lower(spd.data(), n, stride, c.data(), columns, n);
  BOOST_TEST((l * c - b).cwiseAbs().maxCoeff() <= tolerance * 20);
  c = b;
  kernel.solve_lower_transposed(spd.data(), n, stride, c.data(), columns, n);
  BOOST_TEST((l.transpose() * c - b).cwiseAbs().maxCoeff() <= tolerance * 20);
}

BOOST_AUTO_TEST_CASE(every_instruction_set_agrees_with_eigen) {
  Random random(1);
  for (const dense::Kernels* set : dense::runnable_kernels())
    for (const Index n : {1, 2, 7, 33, 64, 65, 130, 257}) {
      BOOST_TEST_CONTEXT(set->name << ", n = " << n) {
        compare<double>(*set, n, random);
        compare<float>(*set, n, random);
      }
    }
}

BOOST_AUTO_TEST_CASE(the_widest_instruction_set_is_the_default_and_the_portable_one_is_there) {
  const auto sets = dense::runnable_kernels();
  BOOST_TEST(&dense::kernels() == sets.front());
  BOOST_TEST(std::string_view(sets.back()->name) == "baseline");
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)
  BOOST_TEST(std::string_view(sets.front()->name) == "avx512");
#endif
}

BOOST_AUTO_TEST_CASE(no_bad_pivot_passes) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN(),
                   kInf = std::numeric_limits<double>::infinity();
  for (const dense::Kernels* set : dense::runnable_kernels())
    for (const Index n : {1, 5, 64, 100, 200})
      for (const double bad : {kNan, kInf, -kInf, 0.0, -1.0})
        for (const Index where : {Index{0}, n / 2, n - 1}) {
          MatrixXd a = 2 * MatrixXd::Identity(n, n);
          a(where, where) = bad;
          BOOST_TEST(set->f64.cholesky(a.data(), n, n) == where);
          Eigen::MatrixXf b = 2 * Eigen::MatrixXf::Identity(n, n);
          b(where, where) = static_cast<float>(bad);
          BOOST_TEST(set->f32.cholesky(b.data(), n, n) == where);
        }
  for (const dense::Kernels* set : dense::runnable_kernels()) {
    MatrixXd a = 2 * MatrixXd::Identity(150, 150);
    a(140, 3) = kNan;  // off the diagonal: poisons the pivot of its row
    BOOST_TEST(set->f64.cholesky(a.data(), 150, 150) == 140);
  }
}

BOOST_AUTO_TEST_CASE(horner_stays_within_its_bound) {
  Random random(2);
  for (const dense::Kernels* set : dense::runnable_kernels())
    for (const Index count : {1, 63, 64, 65, 200}) {
      VectorXd b(20);
      for (double& x : b) x = std::abs(normal(random));
      VectorXd x(count), y(count);
      for (double& t : x) t = std::uniform_real_distribution<double>(-1, 1)(random);
      set->horner(b.data(), 19, x.data(), y.data(), count);
      for (Index i = 0; i < count; ++i) {
        Ball sum(0), size(0);
        const Ball t = Ball::exact(x(i), 200);
        for (Index n = 19; n >= 0; --n) {
          sum = sum * t + Ball::exact(b(n), 200);
          size = size * abs(t) + Ball::exact(b(n), 200);
        }
        // L10 with M = 19: gamma_38 p(|x|).
        BOOST_TEST(certainly(
            less_equal(abs(sum - Ball::exact(y(i), 200)), size * Ball::exact(38.1 * 0x1p-53, 200))));
      }
    }
}

BOOST_AUTO_TEST_CASE(other_rounding_modes_are_refused) {
  BOOST_CHECK_NO_THROW(dense::require_ieee_arithmetic());
  for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    std::fesetround(mode);
    BOOST_CHECK_THROW(dense::require_ieee_arithmetic(), Error);
    std::fesetround(FE_TONEAREST);
  }
}

BOOST_AUTO_TEST_CASE(parallel_tasks_all_run_and_exceptions_arrive) {
  for (const unsigned threads : {0u, 1u, 2u, 5u}) {
    std::vector<int> done(100, 0);
    parallel_for(
        100, [&done](std::size_t i) { ++done[i]; }, threads);
    BOOST_TEST(std::count(done.begin(), done.end(), 1) == 100);
    BOOST_CHECK_THROW(parallel_for(
                          50,
                          [](std::size_t i) {
                            if (i == 20) throw InputError("task");
                          },
                          threads),
                      InputError);
  }
  parallel_for(0, [](std::size_t) { BOOST_ERROR("no task"); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
