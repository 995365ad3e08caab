#include <cmath>

#include "gronwall/model/gaussian_weights.hpp"
#include "model_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;

BOOST_AUTO_TEST_SUITE(neural_ode)

BOOST_AUTO_TEST_CASE(quantiles_invert_the_distribution_function) {
  // Phi(x) = erfc(-x/sqrt 2)/2 by MPFR; the error of x is that of Phi over the density.
  constexpr long kBits = 120;
  const auto relative_error = [](double p) {
    const double x = normal_quantile(p);
    const MpFloat z = make_mp(x, kBits);
    const MpFloat value = erfc(MpFloat(-z / sqrt(make_mp(2, kBits)))) / 2;
    const MpFloat density = exp(MpFloat(-z * z / 2)) / sqrt(MpFloat(2 * pi_like(z)));
    return std::abs(static_cast<double>(MpFloat((value - make_mp(p, kBits)) / density / z)));
  };
  double worst = 0;
  for (int k = 1; k <= 52; ++k) {
    const double tail = std::ldexp(1.0, -k);
    for (const double p : {tail, 0.7072 * tail, 0.707 * tail, 1 - 0.9 * tail})
      if (p < 1 && p != 0.5) worst = std::max(worst, relative_error(p));
  }
  for (int k = 1; k < 200; ++k)
    if (k != 100) worst = std::max(worst, relative_error(k / 200.0));
  BOOST_TEST(worst < 2e-15);
  BOOST_TEST(normal_quantile(0.5) == 0);
  BOOST_TEST(normal_quantile(0.03125) == -normal_quantile(0.96875));
}

BOOST_AUTO_TEST_CASE(gaussian_models_are_the_same_everywhere) {
  const NeuralOde model = gaussian_model(3, 2, 2, activation("tanh"), 42);
  BOOST_TEST((model.width() == 3 && model.input_dimension() == 2 && model.outputs() == 2));
  constexpr double kGrain = 0x1p40;
  const auto grains = [](double x) { return static_cast<long long>(x * kGrain); };
  // From another implementation of Philox and 40 digits of the inverse error function.
  BOOST_TEST(grains(model.w()(0, 0)) == -1258169922039);
  BOOST_TEST(grains(model.w()(2, 1)) == -1550358193571);
  BOOST_TEST(grains(model.u()(1, 1)) == -233333826364);
  BOOST_TEST(grains(model.v()(1, 2)) == 1574430612117);
  for (const Eigen::MatrixXd& m : {model.w(), model.u(), model.v()})
    BOOST_TEST(((m * kGrain).array().round().matrix() == m * kGrain));
  // Another seed and another role give other numbers; a larger model extends a smaller one.
  BOOST_TEST(gaussian_model(3, 2, 2, activation("tanh"), 43).w()(0, 0) != model.w()(0, 0));
  BOOST_TEST(gaussian_model(3, 2, 2, activation("tanh"), 42 + (1ULL << 32)).w()(0, 0) != model.w()(0, 0));
  BOOST_TEST(model.u()(0, 0) != model.w()(0, 0));
  BOOST_TEST(model.v()(0, 0) != model.w()(0, 0));
  BOOST_TEST(model.v()(0, 0) != model.u()(0, 0));
  BOOST_TEST((gaussian_model(5, 2, 2, activation("tanh"), 42).w().topLeftCorner(3, 3) == model.w()));
}

BOOST_AUTO_TEST_CASE(weights_look_gaussian_and_independent) {
  // Sample moments of m = 90,000 numbers within 4 standard errors; m-sample correlations too.
  constexpr Eigen::Index kSide = 300;
  constexpr double kCount = kSide * kSide;
  const Eigen::ArrayXXd a = gaussian_weights(kSide, kSide, 1, 7).array();
  const Eigen::ArrayXXd b = gaussian_weights(kSide, kSide, 2, 7).array();
  const double error = 4 / std::sqrt(kCount);
  BOOST_TEST(std::abs(a.mean()) < error);
  BOOST_TEST(std::abs(a.square().mean() - 1) < error * std::sqrt(2));
  BOOST_TEST(std::abs(a.cube().mean()) < error * std::sqrt(15));
  BOOST_TEST(std::abs(a.square().square().mean() - 3) < error * std::sqrt(96));
  BOOST_TEST(std::abs((a * b).mean()) < error);
  BOOST_TEST(std::abs((a.leftCols(kSide - 1) * a.rightCols(kSide - 1)).mean()) < error);
  BOOST_TEST(std::abs((a.topRows(kSide - 1) * a.bottomRows(kSide - 1)).mean()) < error);
  BOOST_TEST(std::abs((a * a.transpose()).sum() - a.matrix().diagonal().squaredNorm()) <
             4 * std::sqrt(2 * kCount));
}

BOOST_AUTO_TEST_CASE(bad_parameters_are_named) {
  const NeuralOdeParameters good = gaussian_model(3, 2, 1, activation("tanh"), 1).parameters();
  BOOST_CHECK_NO_THROW(NeuralOde{good});
  const auto refused = [&](const auto& spoil, const std::string& part) {
    NeuralOdeParameters bad = good;
    spoil(bad);
    return throws_with<InputError>([&] { NeuralOde{bad}; }, part);
  };
  using P = NeuralOdeParameters;
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  BOOST_TEST(refused([](P& p) { p.phi = nullptr; }, "activation"));
  BOOST_TEST(refused([](P& p) { p.w.resize(0, 0); }, "width"));
  BOOST_TEST(refused([](P& p) { p.w.resize(3, 2); }, "square, not 3 x 2"));
  BOOST_TEST(refused([](P& p) { p.u.resize(2, 2); }, "U must have a row for each of the 3"));
  BOOST_TEST(refused([](P& p) { p.u.resize(3, 0); }, "U has no columns"));
  BOOST_TEST(refused([](P& p) { p.v.resize(0, 3); }, "V has no rows"));
  BOOST_TEST(refused([](P& p) { p.v.resize(1, 2); }, "V must have a column"));
  BOOST_TEST(refused([](P& p) { p.w(2, 1) = kNan; }, "W(2, 1)"));
  BOOST_TEST(refused([](P& p) { p.u(0, 1) = kInfinity; }, "U(0, 1)"));
  BOOST_TEST(refused([](P& p) { p.v(0, 2) = -kInfinity; }, "V(0, 2)"));
  BOOST_TEST(refused([](P& p) { p.sigma_w = 0; }, "sigma_w must be > 0, not 0"));
  BOOST_TEST(refused([](P& p) { p.sigma_u = -1; }, "sigma_u"));
  BOOST_TEST(refused([](P& p) { p.sigma_v = Rational(-1, 3); }, "not -1/3"));
  BOOST_TEST(refused([](P& p) { p.time = 0; }, "time T"));
  BOOST_TEST(throws_with<InputError>([] { gaussian_model(0, 2, 1, activation("tanh"), 1); }, "width 0"));
  BOOST_TEST(throws_with<InputError>([] { gaussian_model(2, 0, 1, activation("tanh"), 1); }, "dimension 0"));
  BOOST_TEST(throws_with<InputError>([] { gaussian_model(2, 1, 0, activation("tanh"), 1); }, "outputs 0"));
  BOOST_TEST(
      throws_with<InputError>([] { gaussian_model(1 << 20, 1, 1, activation("tanh"), 1); }, "at most 2^34"));
}

BOOST_AUTO_TEST_SUITE_END()
