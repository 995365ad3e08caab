#include "gronwall/linalg/spectrum.hpp"
#include "matrices.hpp"

namespace gronwall {
namespace {

using namespace testing;

BOOST_AUTO_TEST_SUITE(spectrum)

BOOST_AUTO_TEST_CASE(closed_form_spectra) {
  for (const Index n : {1, 2, 5, 40, 150}) {
    const EigenvalueEnclosures found = eigenvalue_enclosures(second_differences(n));
    BOOST_TEST(found.values.size() == n);
    for (Index k = 1; k <= n; ++k) {
      const double truth = second_differences_eigenvalue(n, k);
      BOOST_TEST(found.lower(k - 1) <= truth + 1e-15);
      BOOST_TEST(found.upper(k - 1) >= truth - 1e-15);
    }
    BOOST_TEST(found.radius.value() <= 4e-15 * std::pow(static_cast<double>(n) + 3, 1.6));
  }
}

BOOST_AUTO_TEST_CASE(multiplicities_and_planted_values) {
  // n - 1 zeros and one n, exactly.
  const EigenvalueEnclosures ones = eigenvalue_enclosures(MatrixXd::Ones(30, 30));
  for (Index i = 0; i < 29; ++i) BOOST_TEST((ones.lower(i) <= 0 && ones.upper(i) >= 0));
  BOOST_TEST((ones.lower(29) <= 30 && ones.upper(29) >= 30));
  BOOST_TEST(ones.radius.value() < 1e-11);
  Random random(17);
  for (int trial = 0; trial < 40; ++trial) {
    const Index n = 2 + trial % 10;
    VectorXd eigenvalues(n);
    for (double& x : eigenvalues) x = std::ldexp(normal(random), 3 * (trial % 20) - 30);
    const MatrixXd a = planted(eigenvalues, random);
    const EigenvalueEnclosures found = eigenvalue_enclosures(a);
    const Ball least = true_lambda_min(a), greatest = -true_lambda_min(-a);
    BOOST_TEST(found.lower(0) <= least.upper());
    BOOST_TEST(found.upper(0) >= least.lower());
    BOOST_TEST(found.lower(n - 1) <= greatest.upper());
    BOOST_TEST(found.upper(n - 1) >= greatest.lower());
    BOOST_TEST(found.radius.value() <= 1e-13 * a.norm());
  }
}

BOOST_AUTO_TEST_CASE(inertia_counts_agree_with_balls) {
  // Between enclosures, the number of eigenvalues below a shift is the number of negative pivots of LDL^T.
  Random random(18);
  for (int trial = 0; trial < 10; ++trial) {
    const Index n = 12;
    const MatrixXd a = symmetrised(random_matrix(n, n, random));
    const EigenvalueEnclosures found = eigenvalue_enclosures(a);
    for (Index i = 0; i + 1 < n; ++i) {
      const double shift = (found.upper(i) + found.lower(i + 1)) / 2;
      BallMatrix s = exact_balls(a, 300);
      Index negative = 0;
      for (Index k = 0; k < n; ++k) s(k, k) -= Ball::exact(shift, 300);
      for (Index k = 0; k < n; ++k) {
        negative += certainly(less(s(k, k), Ball(0))) ? 1 : 0;
        for (Index r = k + 1; r < n; ++r)
          for (Index c = k + 1; c < n; ++c) s(r, c) -= s(r, k) * s(k, c) / s(k, k);
      }
      BOOST_TEST(negative == i + 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(radii_widen_by_their_norm) {
  const MatrixXd a = second_differences(10);
  const double sharp = eigenvalue_enclosures(a).radius.value();
  const double wide = eigenvalue_enclosures(a, UpperBound(0x1p-20)).radius.value();
  BOOST_TEST(wide >= sharp + 10 * 0x1p-20);
  BOOST_TEST(wide <= sharp + 10.001 * 0x1p-20);
}

BOOST_AUTO_TEST_CASE(spectral_norms) {
  Random random(19);
  for (int trial = 0; trial < 30; ++trial) {
    const Index rows = 1 + trial % 9, columns = 1 + trial % 7;
    const double unit = std::ldexp(1.0, 60 * (trial % 29) - 840);
    const MatrixXd w = random_matrix(rows, columns, random);
    const double bound = spectral_norm_upper(w * unit).value() / unit;
    // Truth: the greatest eigenvalue of W^T W in balls.
    const BallMatrix exact = exact_balls(w, 256);
    const BallMatrix gram = exact.transpose() * exact;
    const Ball truth = sqrt(-ball_lambda_min(-gram, 256, 50));
    BOOST_TEST(bound >= truth.lower());
    BOOST_TEST(bound <= truth.upper() * (1 + 1e-6));
  }
  BOOST_TEST(spectral_norm_upper(MatrixXd::Zero(3, 2)).value() == 0);
  BOOST_TEST(spectral_norm_upper(MatrixXd::Ones(200, 300)).value() >= std::sqrt(60000.0) * (1 - 1e-15));
  BOOST_TEST(spectral_norm_upper(MatrixXd::Ones(200, 300)).value() <= std::sqrt(60000.0) * (1 + 1e-6));
}

BOOST_AUTO_TEST_CASE(quick_spectral_norms_bound_the_sharp_ones) {
  constexpr double kLoss = 1e-2;
  Random random(23);
  for (const auto& [rows, columns] :
       {std::pair<Index, Index>{1, 1}, {7, 3}, {3, 7}, {60, 60}, {300, 300}, {40, 700}, {700, 40}})
    for (const double unit : {1.0, 0x1p-20, 0x1p28, 0x1p-400, 0x1p400}) {
      const MatrixXd w = random_matrix(rows, columns, random) * unit;
      const double sharp = spectral_norm_upper(w).value(), quick = spectral_norm_upper(w, kLoss).value();
      // The sharp bound may be 1e-6 above the norm.
      BOOST_TEST(quick >= sharp * (1 - 1e-6));
      BOOST_TEST(quick <= sharp * (1 + kLoss));
    }
  // Rounding to single precision would lose the small entries: the norm is known exactly.
  MatrixXd low_rank = MatrixXd::Ones(500, 500);
  low_rank.array() += 0x1p-30;
  const double truth = 500 * (1 + 0x1p-30);
  BOOST_TEST(spectral_norm_upper(low_rank, kLoss).value() >= truth);
  BOOST_TEST(spectral_norm_upper(low_rank, kLoss).value() <= truth * (1 + kLoss));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
