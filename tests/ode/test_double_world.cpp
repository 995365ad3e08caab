#include <cmath>
#include <random>

#include "gronwall/ode/flow_world.hpp"
#include "ode_testing.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Block = DoubleWorld::Block;

constexpr long kBits = 300;
constexpr Index kDimension = 5, kSamples = 2;
constexpr int kDegree = 6;

MatrixXd random_matrix(Index rows, Index columns, std::mt19937_64& random) {
  return MatrixXd::NullaryExpr(rows, columns, [&] { return std::normal_distribution<double>()(random); });
}

BallMatrix balls(const MatrixXd& a) {
  return a.unaryExpr([](double x) { return Ball::exact(x, kBits); });
}

/// A block of coefficients or node values, and one of the true blocks it stands for: as far off as its errors
/// allow.
struct Known {
  Block block;
  BallMatrix truth;
};
Known known(Index columns, double error, bool with_low, std::mt19937_64& random) {
  const Index rows = kDimension * kSamples;
  Known result{{random_matrix(rows, columns, random), MatrixXd::Constant(kSamples, columns, error), {}}, {}};
  if (with_low) result.block.low = 1e-17 * random_matrix(rows, columns, random);
  result.truth = balls(result.block.value);
  if (with_low) result.truth += balls(result.block.low);
  for (Index c = 0; c < columns; ++c)
    for (Index s = 0; s < kSamples; ++s) {
      VectorXd off = random_matrix(kDimension, 1, random);
      off *= 0.999999 * error / off.norm();
      for (Index i = 0; i < kDimension; ++i)
        result.truth(s * kDimension + i, c) += Ball::exact(off(i), kBits);
    }
  return result;
}

/// |truth - block| of each sample and column as a share of the block's error: at most 1.
double share(const BallMatrix& truth, const Block& found) {
  double largest = 0;
  for (Index c = 0; c < truth.cols(); ++c)
    for (Index s = 0; s < kSamples; ++s) {
      Ball square;
      for (Index i = s * kDimension; i < (s + 1) * kDimension; ++i) {
        Ball difference = truth(i, c) - Ball::exact(found.value(i, c));
        if (found.low.size() != 0) difference -= Ball::exact(found.low(i, c));
        square += difference * difference;
      }
      largest = std::max(largest, sqrt(abs(square)).upper() / found.error(s, c));
    }
  return largest;
}

double norm_of(const BallMatrix& truth, Index sample, Index column) {
  Ball square;
  for (Index i = sample * kDimension; i < (sample + 1) * kDimension; ++i)
    square += truth(i, column) * truth(i, column);
  return sqrt(square).lower();
}

/// Shares of all operations, the largest over random blocks: each bound must hold and none may be a waste.
struct Fixture {
  std::mt19937_64 random{3};
  BoundedOperator w{random_matrix(kDimension, kDimension, random)};
  const Activation& phi = activation("gelu");
  DoubleWorld world(ProductAccuracy accuracy) const {
    DoubleWorld result(w, phi, kSamples, accuracy);
    result.use_degree(kDegree);
    return result;
  }
  UpperBound l1{phi.lipschitz(64)->upper()};
};

constexpr ProductAccuracy kBoth[] = {ProductAccuracy::plain, ProductAccuracy::split};
constexpr double kErrors[] = {0, 1e-20, 1e-3};

BOOST_FIXTURE_TEST_SUITE(double_world, Fixture)

BOOST_AUTO_TEST_CASE(sampling) {
  const ChebyshevTables tables(kDegree, kBits);
  for (const ProductAccuracy accuracy : kBoth)
    for (const double error : kErrors)
      for (const Sampling which : {Sampling::values, Sampling::derivatives}) {
        double used = 0;
        for (int trial = 0; trial < 30; ++trial) {
          const Known c = known(kDegree + 2, error, trial % 2 == 1, random);
          const BallMatrix& table = which == Sampling::values ? tables.values : tables.derivatives;
          used = std::max(used, share(product(c.truth, table), world(accuracy).sample(c.block, which)));
        }
        BOOST_TEST(used <= 1);
        BOOST_TEST(used > 0.01);
      }
  // Multiples of one polynomial: roundings of the table do not average out.
  double used = 0;
  for (Index k = 0; k < kDegree + 2; ++k) {
    Known c = known(kDegree + 2, 0, false, random);
    for (Index other = 0; other < kDegree + 2; ++other)
      if (other != k) c.block.value.col(other).setZero();
    used = std::max(used, share(product(balls(c.block.value), tables.values),
                                world(ProductAccuracy::split).sample(c.block, Sampling::values)));
  }
  BOOST_TEST(used <= 1);
  BOOST_TEST(used > 0.2);
}

BOOST_AUTO_TEST_CASE(products_with_the_matrix) {
  for (const ProductAccuracy accuracy : kBoth)
    for (const double error : kErrors)
      for (const bool transposed : {false, true}) {
        double used = 0;
        for (int trial = 0; trial < 20; ++trial) {
          const Known x = known(3, error, false, random);
          const BallMatrix m = balls(transposed ? MatrixXd(w.matrix().transpose()) : w.matrix());
          BallMatrix truth(x.truth.rows(), 3);
          for (Index s = 0; s < kSamples; ++s)
            truth.middleRows(s * kDimension, kDimension) =
                product(m, BallMatrix(x.truth.middleRows(s * kDimension, kDimension)));
          const Block found = world(accuracy).apply(x.block, transposed);
          used = std::max(used, share(truth, found));
          BOOST_TEST(share(truth, world(accuracy).merged(found)) <= 1);
          const MatrixXd sizes = world(accuracy).magnitudes(found);
          for (Index k = 0; k < truth.size(); ++k)
            BOOST_TEST(sizes.data()[k] >= abs(truth.data()[k]).lower());
        }
        BOOST_TEST(used <= 1);
        BOOST_TEST(used > 0.01);
      }
}

BOOST_AUTO_TEST_CASE(entrywise_operations) {
  double by_phi = 0, by_times = 0, by_scaled = 0;
  for (const double error : {0.0, 1e-16, 1e-3})
    for (int trial = 0; trial < 20; ++trial) {
      const DoubleWorld here = world(ProductAccuracy::split);
      const Known a = known(3, error, false, random), b = known(3, error, trial % 2 == 1, random);
      const BallMatrix value = a.truth.unaryExpr([&](const Ball& x) -> Ball { return phi.value(x); });
      by_phi = std::max(by_phi, share(value, here.activate(a.block, 0, l1)));
      double largest = 0;
      for (Index k = 0; k < a.truth.size(); ++k)
        largest = std::max(largest, a.truth.data()[k].magnitude().value());
      by_times = std::max(by_times, share(BallMatrix(a.truth.cwiseProduct(b.truth)),
                                          here.times(a.block, b.block, UpperBound(largest))));
      const Ball third = Ball::from(Rational(1, 3), kBits);
      const BallMatrix scaled = b.truth.unaryExpr([&](const Ball& x) -> Ball { return x * third; });
      by_scaled = std::max(by_scaled, share(scaled, here.scaled(b.block, third)));
      // Norms: of the sum, too, where nearly everything cancels.
      Known c = b;
      c.block.value = -3 * a.block.value;
      c.block.low = {};
      c.truth = a.truth.unaryExpr([](const Ball& x) -> Ball { return -3 * x; });
      c.block.error *= 3;
      const MatrixXd norms = here.norms(b.block), sums = here.norms_of_sum(a.block, third, b.block),
                     cancelled = here.norms_of_sum(a.block, third, c.block);
      for (Index column = 0; column < 3; ++column)
        for (Index s = 0; s < kSamples; ++s) {
          BOOST_TEST(norms(s, column) >= norm_of(b.truth, s, column));
          BOOST_TEST(norms(s, column) <= norm_of(b.truth, s, column) + 2.1 * error + 1e-9);
          const BallMatrix sum = a.truth + scaled;
          BOOST_TEST(sums(s, column) >= norm_of(sum, s, column));
          BOOST_TEST(sums(s, column) <= norm_of(sum, s, column) + 3 * error + 1e-9);
          BOOST_TEST(cancelled(s, column) >= error);
          BOOST_TEST(cancelled(s, column) <= 2 * error + 1e-12);
        }
    }
  for (const double used : {by_phi, by_times, by_scaled}) BOOST_TEST((used <= 1 && used > 0.1));
}

BOOST_AUTO_TEST_CASE(cancelling_sums_keep_their_roundings) {
  // a + fl(1/3) b with a = -fl(b/3): what is left is rounding, and the bound must see it.
  const Ball third = Ball::from(Rational(1, 3), kBits);
  for (int trial = 0; trial < 20; ++trial) {
    const Known b = known(2, 0, false, random);
    const Block a{-b.block.value / 3, MatrixXd::Zero(kSamples, 2), {}};
    const BallMatrix sum =
        balls(a.value) + b.truth.unaryExpr([&](const Ball& x) -> Ball { return x * third; });
    const MatrixXd found = world(ProductAccuracy::plain).norms_of_sum(a, third, b.block);
    for (Index c = 0; c < 2; ++c)
      for (Index s = 0; s < kSamples; ++s) {
        BOOST_TEST(found(s, c) >= norm_of(sum, s, c));
        BOOST_TEST(found(s, c) < 1e-15 * (1 + b.block.value.norm()));
      }
  }
}

BOOST_AUTO_TEST_CASE(integrals_of_outer_products) {
  const ChebyshevTables tables(kDegree, kBits);
  const Ball factor = Ball::from(Rational(2, 7), kBits);
  for (const double error : {0.0, 1e-3}) {
    double used = 0;
    for (int trial = 0; trial < 20; ++trial) {
      const Known p = known(kDegree + 2, 0, false, random), f = known(kDegree + 1, error, false, random);
      const BallMatrix weighted = product(p.truth, tables.moments);
      BallMatrix truth = BallMatrix::Zero(kDimension, kDimension);
      for (Index s = 0; s < kSamples; ++s)
        truth += product(BallMatrix(weighted.middleRows(s * kDimension, kDimension)),
                         BallMatrix(f.truth.middleRows(s * kDimension, kDimension).transpose()));
      const auto [found, bound] = world(ProductAccuracy::plain).outer_integral(p.block, f.block, factor);
      Ball square;
      for (Index k = 0; k < found.size(); ++k) {
        const Ball difference = truth.data()[k] * factor - Ball::exact(found.data()[k]);
        square += difference * difference;
      }
      used = std::max(used, sqrt(abs(square)).upper() / bound.value());
      BOOST_TEST(bound.value() < 1e-12 + 100 * error);
    }
    BOOST_TEST(used <= 1);
    BOOST_TEST(used > 0.003);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
