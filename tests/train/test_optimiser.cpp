#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/numbers/approximate.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/optimiser.hpp"

using namespace gronwall;

namespace {

constexpr long kBits = 200;
constexpr int kSteps = 25;

MpFloat mp(double x) {
  return make_mp(x, kBits);
}

/// Gradients that change sign and size from step to step.
double gradient_at(int step, double scale) {
  return scale * std::cos(1.0 + 0.7 * step) / step;
}

/// Largest difference between an optimiser's run from 1 and `reference(step, theta, g)` at many bits.
template <class Reference>
double worst_difference(const OptimiserOptions& options, const Reference& reference) {
  const MpPrecision scope(kBits);
  double worst = 0;
  for (const double scale : {1.0, 1e-6, 1e4}) {
    Optimiser optimiser(options, 1);
    Eigen::VectorXd theta = Eigen::VectorXd::Ones(1);
    MpFloat truth = mp(1), m = mp(0), v = mp(0);
    for (int step = 1; step <= kSteps; ++step) {
      const Eigen::VectorXd g = Eigen::VectorXd::Constant(1, gradient_at(step, scale));
      optimiser.step(theta, g);
      reference(step, mp(g[0]), m, v, truth);
      const MpFloat size = abs(truth) + 1;
      worst = std::max(worst, std::abs(static_cast<double>((mp(theta[0]) - truth) / size)));
    }
  }
  return worst;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optimiser)

BOOST_AUTO_TEST_CASE(descent_follows_the_gradient) {
  const OptimiserOptions options{.method = Method::sgd, .rate = 0.03125};
  BOOST_TEST(worst_difference(options, [](int, const MpFloat& g, MpFloat&, MpFloat&, MpFloat& theta) {
               theta -= mp(0.03125) * g;
             }) < 1e-14);
}

BOOST_AUTO_TEST_CASE(momentum_has_a_closed_form) {
  // theta_k = theta_0 - rate sum_j g_j (1 - beta^{k-j+1})/(1 - beta)
  const OptimiserOptions options{.method = Method::momentum, .rate = 0.03125, .momentum = 0.75};
  std::vector<double> gradients;
  Optimiser optimiser(options, 1);
  Eigen::VectorXd theta = Eigen::VectorXd::Ones(1);
  for (int k = 1; k <= kSteps; ++k) {
    gradients.push_back(gradient_at(k, 1));
    optimiser.step(theta, Eigen::VectorXd::Constant(1, gradients.back()));
    double truth = 1;
    for (int j = 1; j <= k; ++j)
      truth -= 0.03125 * gradients[static_cast<std::size_t>(j) - 1] * (1 - std::pow(0.75, k - j + 1)) / 0.25;
    BOOST_TEST(std::abs(theta[0] - truth) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(adam_is_the_published_algorithm) {
  const OptimiserOptions options{.method = Method::adam, .rate = 0.0625};
  BOOST_TEST(worst_difference(options, [](int t, const MpFloat& g, MpFloat& m, MpFloat& v, MpFloat& theta) {
               const MpFloat b1 = mp(0.9), b2 = mp(0.999);
               m = b1 * m + (1 - b1) * g;
               v = b2 * v + (1 - b2) * g * g;
               const MpFloat m_hat = m / (1 - pow(b1, t)), v_hat = v / (1 - pow(b2, t));
               theta -= mp(0.0625) * m_hat / (sqrt(v_hat) + mp(1e-8));
             }) < 1e-13);
}

BOOST_AUTO_TEST_CASE(the_first_step_of_adam_has_the_size_of_the_rate) {
  Optimiser optimiser({.method = Method::adam, .rate = 0.01}, 2);
  Eigen::VectorXd theta = Eigen::VectorXd::Zero(2);
  optimiser.step(theta, Eigen::Vector2d(1e3, -1e-3));
  BOOST_TEST(std::abs(theta[0] + 0.01) < 1e-9);
  BOOST_TEST(std::abs(theta[1] - 0.01) < 1e-6);
}

BOOST_AUTO_TEST_CASE(threads_change_nothing_and_a_restored_run_goes_on_bit_for_bit) {
  constexpr Eigen::Index kWeights = 100'003;
  for (const Method method : {Method::sgd, Method::momentum, Method::adam}) {
    const OptimiserOptions options{.method = method, .rate = 0.01};
    Optimiser one(options, kWeights), two(options, kWeights);
    Eigen::VectorXd theta_one = gaussian_weights(kWeights, 1, 50, 1), theta_two = theta_one;
    for (std::uint32_t step = 0; step < 4; ++step) {
      const Eigen::VectorXd g = gaussian_weights(kWeights, 1, 60 + step, 1);
      one.step(theta_one, g, 1);
      if (step == 2) {
        Optimiser resumed(options, kWeights);
        resumed.restore(two.memory(), two.steps());
        two = resumed;
      }
      two.step(theta_two, g, 3);
    }
    BOOST_TEST((theta_one.array() == theta_two.array()).all());
    BOOST_TEST(two.steps() == 4U);
  }
}

BOOST_AUTO_TEST_CASE(memory_of_another_shape_is_refused) {
  Optimiser adam({.method = Method::adam, .rate = 1}, 3);
  BOOST_CHECK_THROW(adam.restore({Eigen::VectorXd::Zero(3)}, 1), InputError);
  BOOST_CHECK_THROW(adam.restore({Eigen::VectorXd::Zero(3), Eigen::VectorXd::Zero(4)}, 1), InputError);
  BOOST_CHECK_NO_THROW(adam.restore({Eigen::VectorXd::Zero(3), Eigen::VectorXd::Zero(3)}, 1));
}

BOOST_AUTO_TEST_CASE(settings_out_of_range_are_refused) {
  for (const double rate : {0.0, -1.0, std::nan(""), HUGE_VAL})
    BOOST_CHECK_THROW(Optimiser({.rate = rate}, 1), InputError);
  BOOST_CHECK_THROW(Optimiser({.rate = 1, .momentum = 1}, 1), InputError);
  BOOST_CHECK_THROW(Optimiser({.rate = 1, .beta1 = -0.1}, 1), InputError);
  BOOST_CHECK_THROW(Optimiser({.rate = 1, .beta2 = std::nan("")}, 1), InputError);
  BOOST_CHECK_THROW(Optimiser({.rate = 1, .epsilon = 0}, 1), InputError);
}

BOOST_AUTO_TEST_CASE(names) {
  for (const Method method : {Method::sgd, Method::momentum, Method::adam})
    BOOST_TEST((method_of(to_string(method)) == method));
  BOOST_TEST((method_of("gd") == Method::sgd));
  BOOST_TEST(to_string(Method::sgd) == "sgd");
  BOOST_CHECK_EXCEPTION(method_of("adm"), InputError, [](const InputError& error) {
    return std::string(error.what()).find("did you mean 'adam'") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
