#include <Eigen/Eigenvalues>
#include <Eigen/SVD>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/kernel/finite.hpp"
#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/model/gradient_enclosure.hpp"
#include "gronwall/model/resnet.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/monitor.hpp"
#include "gronwall/train/optimiser.hpp"
#include "train_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

constexpr long kDepth = 8;

DiscreteNetwork plain(const char* phi = "softplus", Index width = 20) {
  return {scaled_network(phi, width, 5, 2), &scheme("euler"), kDepth};
}

MatrixXd probe(Index count) {
  return gaussian_weights(5, count, 44, 1);
}

/// Gradients of one output by the model's own backpropagation, one a row.
template <Real R>
RealMatrix<R> jacobian(const DiscreteNetwork& network, const Weights& weights, const MatrixXd& x,
                       Index output, long bits = kDoubleBits) {
  const PrecisionScope<R> scope(bits);
  const ResNet<R> net(neural_ode(network.network, weights), network.steps, bits);
  RealMatrix<R> rows(x.cols(), network.network.parameters());
  RealMatrix<R> cotangent = zeros<R>(network.network.outputs, 1, bits);
  cotangent(output, 0) = real_constant<R>(1, bits);
  for (Index i = 0; i < x.cols(); ++i) {
    const Gradient<R> g = net.gradient(real_matrix<R>(x.col(i), bits), cotangent);
    rows.row(i) << g.u.reshaped().transpose(), g.w.reshaped().transpose(), g.v.reshaped().transpose();
  }
  return rows;
}

double spectral_norm(const MatrixXd& m) {
  return Eigen::BDCSVD<MatrixXd>(m).singularValues()(0);
}

Weights moved(const Weights& from, double amount) {
  Weights to = from;
  to.flat() += amount * gaussian_weights(from.flat().size(), 1, 45, 9);
  return to;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(monitor)

BOOST_AUTO_TEST_CASE(the_kernel_is_the_tangent_kernel_of_the_chosen_output) {
  const DiscreteNetwork network = plain();
  const Weights start = Weights::gaussian(network.network, 3), now = moved(start, 0.1);
  for (const Index output : {0, 1}) {
    Monitor monitor(network, start, probe(6), 0, output);
    const MonitorReport report = monitor.report(now);
    const MatrixXd kernel =
        finite_kernel(neural_ode(network.network, now), probe(6), kDepth, {.output = output}).K();
    BOOST_TEST((monitor.kernel() - kernel).norm() < 1e-11 * kernel.norm());
    BOOST_TEST((monitor.kernel() - monitor.kernel().transpose()).norm() == 0);
    const Eigen::VectorXd truth = Eigen::SelfAdjointEigenSolver<MatrixXd>(kernel).eigenvalues();
    BOOST_TEST(std::abs(report.lambda_min - truth(0)) < 1e-11 * truth(5));
    BOOST_TEST(std::abs(report.lambda_max - truth(5)) < 1e-11 * truth(5));
  }
}

BOOST_AUTO_TEST_CASE(the_proved_bound_is_below_the_truth_and_close) {
  for (const char* phi : {"softplus", "tanh", "gelu"}) {
    const DiscreteNetwork network = plain(phi);
    const Weights weights = Weights::gaussian(network.network, 4);
    Monitor monitor(network, weights, probe(6), 2, 1);
    const MonitorReport report = monitor.report(weights);
    constexpr long kBits = 120;
    const MpPrecision scope(kBits);
    const RealMatrix<MpFloat> rows = jacobian<MpFloat>(network, weights, probe(6), 1, kBits);
    const RealMatrix<MpFloat> gram = multiply(rows, RealMatrix<MpFloat>(rows.transpose()));
    const MpFloat truth = Eigen::SelfAdjointEigenSolver<RealMatrix<MpFloat>>(gram).eigenvalues()(0);
    BOOST_REQUIRE(report.enclosed_lambda_min.has_value());
    BOOST_TEST(report.not_enclosed.empty());
    const double gap = static_cast<double>(MpFloat(truth - make_mp(*report.enclosed_lambda_min, kBits)));
    BOOST_TEST_CONTEXT(phi << ": lambda_min " << report.lambda_min << ", proved bound lower by " << gap) {
      BOOST_TEST(gap > 0);
      BOOST_TEST(gap < 1e-5 * report.lambda_min);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_proved_bound_pays_for_the_errors_of_the_gradients) {
  // The same input twice: the computed Gram matrix is exactly singular, and L12 takes at least the radii of a
  // row, each at least twice |g| times the error of g.
  const DiscreteNetwork network = plain();
  const Weights weights = Weights::gaussian(network.network, 4);
  const MonitorReport report = Monitor(network, weights, probe(1).replicate(1, 2)).report(weights);
  const EnclosedGradient g = enclose_resnet_gradient(neural_ode(network.network, weights), probe(1), kDepth);
  const double size = std::sqrt(report.lambda_max / 2), radii = 2 * 2 * size * g.error().value();
  BOOST_REQUIRE(report.enclosed_lambda_min.has_value());
  BOOST_TEST(*report.enclosed_lambda_min < -radii);
  BOOST_TEST(*report.enclosed_lambda_min > -1e-8 * report.lambda_max);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_proved_is_not) {
  const auto reason = [](const DiscreteNetwork& network, bool prove = true) {
    const Weights weights = Weights::gaussian(network.network, 4);
    const MonitorReport report = Monitor(network, weights, probe(3)).report(weights, {}, prove);
    BOOST_TEST(!report.enclosed_lambda_min.has_value());
    BOOST_TEST(report.lambda_min > 0);
    return report.not_enclosed;
  };
  const auto contains = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  BOOST_TEST(contains(reason(plain("relu")), "analytic"));
  DiscreteNetwork network = plain();
  BOOST_TEST(contains(reason(network, false), "asked"));
  network.scheme = &scheme("rk4");
  BOOST_TEST(contains(reason(network), "Euler"));
  network = plain();
  network.network.gate = Gate::rotation;
  BOOST_TEST(contains(reason(network), "plain"));
  network = plain();
  network.network.blocks = 2;
  network.network.skip = 0.5;
  BOOST_TEST(contains(reason(network), "plain"));
}

BOOST_AUTO_TEST_CASE(changes_of_the_jacobian) {
  const DiscreteNetwork network = plain("tanh");
  const Weights start = Weights::gaussian(network.network, 5), now = moved(start, 0.05);
  Monitor monitor(network, start, probe(4));
  const MatrixXd before = jacobian<double>(network, start, probe(4), 0),
                 after = jacobian<double>(network, now, probe(4), 0);
  const MonitorReport report = monitor.report(now, {}, false);
  BOOST_TEST(std::abs(report.jacobian_change / spectral_norm(after - before) - 1) < 1e-10);
  BOOST_TEST(std::abs(report.jacobian_norm / spectral_norm(after) - 1) < 1e-12);
  BOOST_TEST(monitor.report(start, {}, false).jacobian_change < 1e-13 * report.jacobian_norm);
  // J is smooth: far smaller moves change it in proportion, with digits left.
  const double per_unit = monitor.report(moved(start, 1e-6), {}, false).jacobian_change / 1e-6;
  BOOST_TEST(std::abs(monitor.report(moved(start, 1e-10), {}, false).jacobian_change / 1e-10 / per_unit - 1) <
             1e-3);
}

BOOST_AUTO_TEST_CASE(movement_of_each_matrix) {
  DiscreteNetwork network = plain();
  network.network.blocks = 2;
  const Weights start = Weights::gaussian(network.network, 6);
  Weights now = start;
  now.w(1)(3, 4) += 3;
  now.w(1)(5, 4) -= 4;
  Monitor monitor(network, start, probe(2));
  const auto movement = monitor.report(now, {}, false).movement;
  BOOST_REQUIRE(movement.size() == 4U);
  BOOST_TEST((movement[0].first == "U" && movement[0].second == 0));
  BOOST_TEST((movement[1].first == "W1" && movement[1].second == 0));
  BOOST_TEST(movement[2].first == "W2");
  BOOST_TEST(std::abs(movement[2].second - 5 / start.w(1).norm()) < 1e-12);
  BOOST_TEST((movement[3].first == "V" && movement[3].second == 0));
}

BOOST_AUTO_TEST_CASE(the_slowest_direction_decays_as_predicted) {
  DiscreteNetwork network = plain("softplus", 60);
  network.network.outputs = 1;
  const Weights start = Weights::gaussian(network.network, 7);
  Monitor monitor(network, start, probe(5));
  const double lambda_max = monitor.report(start, {}, false).lambda_max;
  const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(monitor.kernel());
  BatchGradient gradient(network, Loss::squared);
  const double rate = 5 / lambda_max;  // of the mean over 5 inputs
  for (const Index mode : {0, 4}) {
    LabelledData data{.x = probe(5), .y = gradient.outputs(start, probe(5)), .labels = {}};
    data.y -= 1e-6 * eigen.eigenvectors().col(mode).transpose();
    Weights weights = start;
    Optimiser optimiser({.rate = rate * (mode == 0 ? 1 : 0.1)}, weights.flat().size());
    const double before = gradient.evaluate(weights, data).loss;
    optimiser.step(weights.flat(), gradient.evaluate(weights, data).gradient.flat() / 5);
    const LossHistory history{.rate = optimiser.options().rate,
                              .inputs = 5,
                              .loss_before = before,
                              .loss_now = gradient.evaluate(weights, data).loss,
                              .steps = 1};
    const MonitorReport report = monitor.report(start, history, false);
    if (mode == 0)
      BOOST_TEST(std::abs((1 - report.measured_decay) / (1 - report.predicted_decay) - 1) < 1e-3);
    else  // the fastest one
      BOOST_TEST(std::abs(report.measured_decay - 0.81) < 1e-3);
  }
  const MonitorReport report = monitor.report(
      start, LossHistory{.rate = 15 / lambda_max, .inputs = 5, .loss_before = 3, .loss_now = 24, .steps = 3},
      false);
  BOOST_TEST(std::abs(report.measured_decay - 2) < 1e-12);
  BOOST_TEST(std::abs(report.predicted_decay - 4) < 1e-9);  // (1 - 3)^2: such a rate diverges
  BOOST_TEST(std::isnan(monitor.report(start, {}, false).predicted_decay));
}

BOOST_AUTO_TEST_CASE(large_networks_go_through_in_tiles) {
  DiscreteNetwork network = plain("softplus", 1800);
  network.steps = 2;
  const Weights start = Weights::gaussian(network.network, 8);
  Monitor monitor(network, start, probe(7));
  const MonitorReport report = monitor.report(start, {}, false);
  const MatrixXd kernel = finite_kernel(neural_ode(network.network, start), probe(7), 2).K();
  BOOST_TEST((monitor.kernel() - kernel).norm() < 1e-11 * kernel.norm());
  BOOST_TEST(report.jacobian_change == 0);
}

BOOST_AUTO_TEST_CASE(refusals) {
  const DiscreteNetwork network = plain();
  const Weights start = Weights::gaussian(network.network, 1);
  BOOST_CHECK_THROW(Monitor(network, start, MatrixXd::Ones(4, 2)), InputError);
  BOOST_CHECK_THROW(Monitor(network, start, MatrixXd(5, 0)), InputError);
  BOOST_CHECK_THROW(Monitor(network, start, MatrixXd::Constant(5, 1, std::nan(""))), InputError);
  BOOST_CHECK_THROW(Monitor(network, start, probe(2), 0, 2), InputError);
  BOOST_CHECK_THROW(Monitor(network, Weights(plain("tanh", 4).network), probe(2)), InputError);
  Monitor monitor(network, start, probe(2));
  Weights broken = start;
  broken.flat()[3] = HUGE_VAL;
  BOOST_CHECK_THROW(monitor.report(broken), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
