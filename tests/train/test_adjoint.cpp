#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

#include "../shared/refusals.hpp"
#include "gronwall/model/continuous.hpp"
#include "gronwall/model/resnet.hpp"
#include "gronwall/train/adjoint.hpp"
#include "train_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

const AdjointSolver kTight{.stepper = "fehlberg78", .tolerance = 1e-11};

Network network(const char* phi, long blocks, double skip, Gate gate) {
  Network net = scaled_network(phi, 6, 3, 2);
  net.blocks = blocks;
  net.skip = skip;
  net.gate = gate;
  return net;
}

/// f by the classical Runge-Kutta scheme, written out for one input: an independent forward pass.
Eigen::VectorXd hand_made_outputs(const Network& net, const Weights& weights, const Eigen::VectorXd& x) {
  constexpr int kSteps = 400;
  const auto root = [](const Rational& sigma, Index size) {
    return static_cast<double>(sigma) / std::sqrt(static_cast<double>(size));
  };
  const auto phi = [&](const Eigen::VectorXd& h) {
    return Eigen::VectorXd(h.unaryExpr([&](double z) { return net.phi->value(z); }));
  };
  const double time = static_cast<double>(net.time), k = time / kSteps;
  Eigen::VectorXd z = root(net.sigma_u, net.input_dimension) * (weights.u() * x);
  for (long block = 0; block < net.blocks; ++block) {
    const auto field = [&](const Eigen::VectorXd& h, double t) {
      Eigen::VectorXd slope = weights.w(block, 0) * phi(h);
      if (net.gate == Gate::rotation) {
        const double angle = std::acos(0.0) * t / time;
        slope = std::cos(angle) * slope + std::sin(angle) * (weights.w(block, 1) * phi(h));
      }
      return Eigen::VectorXd(root(net.sigma_w, net.width) * slope);
    };
    Eigen::VectorXd h = z;
    for (int step = 0; step < kSteps; ++step) {
      const double t = k * step;
      const Eigen::VectorXd k1 = field(h, t), k2 = field(h + k / 2 * k1, t + k / 2),
                            k3 = field(h + k / 2 * k2, t + k / 2), k4 = field(h + k * k3, t + k);
      h += k / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    z = h + net.skip * z;
  }
  return root(net.sigma_v, net.width) * (weights.v() * phi(z));
}

double hand_made_loss(const Network& net, const Weights& weights, const LabelledData& data) {
  double sum = 0;
  for (Index j = 0; j < data.size(); ++j)
    sum += (hand_made_outputs(net, weights, data.x.col(j)) - data.y.col(j)).squaredNorm() / 2;
  return sum;
}

/// One neuron, input and output: U = u, V = v, the W's in order.
Weights scalars(const Network& net, double u, const std::vector<double>& w, double v) {
  Weights weights(net);
  weights.flat()[0] = u;
  for (std::size_t k = 0; k < w.size(); ++k) weights.flat()[static_cast<Index>(k) + 1] = w[k];
  weights.flat()[weights.flat().size() - 1] = v;
  return weights;
}

LabelledData one_input(double x, double y) {
  return {.x = MatrixXd::Constant(1, 1, x), .y = MatrixXd::Constant(1, 1, y), .labels = {}};
}

/// tanh(h_1) is drawn to tanh(h_2)/2 at rate 4, h_2 stays: errors of h_1 grow like e^{3t} backward in time.
struct Contracting {
  Network net{.phi = &activation("tanh"), .width = 2, .input_dimension = 1, .time = 20};
  Weights weights{net};
  LabelledData data = one_input(1, 0);

  Contracting() {
    weights.w(0) << -4 * std::sqrt(2), 2 * std::sqrt(2), 0, 0;
    weights.u() << 1.5, 1;
    weights.v() << 1, 2;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(adjoint)

BOOST_AUTO_TEST_CASE(linear_scalars_with_blocks_and_skips_have_closed_forms) {
  // phi = id: f = sv v prod_b (e^{sw T w_b} + skip) su u x.
  const Network net{.phi = &activation("identity"),
                    .width = 1,
                    .input_dimension = 1,
                    .blocks = 3,
                    .skip = 0.75,
                    .time = 2,
                    .sigma_w = Rational(1, 2),
                    .sigma_u = 3,
                    .sigma_v = Rational(1, 4)};
  const std::vector<double> w = {0.5, -1.25, 0.25};
  const double u = 1.5, v = -2, x = 0.8, y = 0.3;
  double product = 1;
  for (const double rate : w) product *= std::exp(rate) + net.skip;
  const double f = 0.25 * v * product * 3 * u * x;
  AdjointGradient gradient(net, kTight, Loss::squared);
  const BatchResult& result = gradient.evaluate(scalars(net, u, w, v), one_input(x, y));
  BOOST_TEST(std::abs(result.loss - (f - y) * (f - y) / 2) < 1e-9);
  const double g = f - y;
  BOOST_TEST(std::abs(result.gradient.u()(0) - g * f / u) < 1e-8);
  BOOST_TEST(std::abs(result.gradient.v()(0) - g * f / v) < 1e-8);
  for (long b = 0; b < 3; ++b) {
    const double e = std::exp(w[static_cast<std::size_t>(b)]);
    BOOST_TEST(std::abs(result.gradient.w(b)(0) - g * f * e / (e + net.skip)) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(a_linear_rotating_scalar_has_a_closed_form) {
  // int_0^T cos(pi t/(2T)) dt = int sin = 2T/pi: h_T = e^{sw (2T/pi) (w_0 + w_1)} h_0.
  const Network net{.phi = &activation("identity"),
                    .width = 1,
                    .input_dimension = 1,
                    .gate = Gate::rotation,
                    .time = Rational(3, 2),
                    .sigma_w = 2};
  const double u = 0.7, v = 1.25, x = 2, c = 2 * 1.5 / std::acos(0.0);
  const double f = v * std::exp(c * (0.25 - 0.5)) * u * x;
  for (const bool reconstruct : {false, true}) {
    AdjointSolver solver = kTight;
    solver.reconstruct_backward = reconstruct;
    AdjointGradient gradient(net, solver, Loss::squared);
    const BatchResult& result = gradient.evaluate(scalars(net, u, {0.25, -0.5}, v), one_input(x, 1));
    BOOST_TEST(std::abs(result.loss - (f - 1) * (f - 1) / 2) < 1e-9);
    // d f/d w_k is the same for both: f c.
    BOOST_TEST(std::abs(result.gradient.w(0, 0)(0) - (f - 1) * f * c) < 1e-8);
    BOOST_TEST(std::abs(result.gradient.w(0, 1)(0) - (f - 1) * f * c) < 1e-8);
    BOOST_TEST(std::abs(result.gradient.u()(0) - (f - 1) * f / u) < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(each_gate_gets_its_own_weighted_integral) {
  // Two neurons, linear: h_2 stays 1, h_1' = a(t) h_2 with a = c_0 w_0 + c_1 w_1. By W_k(2, 1) instead, with
  // f = h_2: the integral of c_k(t) h_1(t), h_1 = h_1(0) + (2T/pi) (w_0 sin + w_1 (1 - cos)).
  const double time = 1.5, quarter = std::acos(0.0), root = std::sqrt(2.0);
  const Network net{.phi = &activation("identity"),
                    .width = 2,
                    .input_dimension = 1,
                    .gate = Gate::rotation,
                    .time = Rational(3, 2)};
  Weights weights(net);
  weights.u() << 0.5, 1;
  weights.w(0, 0)(0, 1) = 2 * root;
  weights.w(0, 1)(0, 1) = 3 * root;
  weights.v() << 0, root;
  AdjointGradient gradient(net, kTight, Loss::squared);
  const BatchResult& result = gradient.evaluate(weights, one_input(1, 0));
  const double c = time / quarter;  // f = 1, so the loss has derivative 1
  // int_0^{pi/2} cos (1 - cos) = 1 - pi/4, int sin (1 - cos) = 1/2, int cos sin = 1/2, int sin^2 = pi/4.
  const double pi_4 = quarter / 2;
  const double first = c * (0.5 + c * (2 * 0.5 + 3 * (1 - pi_4)));
  const double second = c * (0.5 + c * (2 * pi_4 + 3 * 0.5));
  BOOST_TEST(std::abs(result.gradient.w(0, 0)(1, 0) * root - first) < 1e-9);
  BOOST_TEST(std::abs(result.gradient.w(0, 1)(1, 0) * root - second) < 1e-9);
}

BOOST_AUTO_TEST_CASE(plain_networks_agree_with_the_model) {
  const Network net = network("gelu", 1, 0, Gate::none);
  const Weights weights = Weights::gaussian(net, 11);
  const LabelledData data = data_for(net, 1);
  const NeuralOde model = neural_ode(net, weights);
  const MpPrecision scope(70);
  const ContinuousOptions precise{
      .stepper = "bulirsch-stoer", .absolute_tolerance = 1e-11, .relative_tolerance = 1e-11};
  const RealMatrix<MpFloat> x = real_matrix<MpFloat>(data.x, 70), y = real_matrix<MpFloat>(data.y, 70);
  const auto outputs = continuous_gradient<MpFloat>(model, x, {}, precise, 70).outputs;
  const auto truth = continuous_gradient<MpFloat>(model, x, RealMatrix<MpFloat>(outputs - y), precise, 70);
  Weights expected(net);
  const auto round = [](const RealMatrix<MpFloat>& m) {
    return MatrixXd(m.unaryExpr([](const MpFloat& z) { return static_cast<double>(z); }));
  };
  expected.u() = round(truth.gradient.u);
  expected.w(0) = round(truth.gradient.w);
  expected.v() = round(truth.gradient.v);
  AdjointGradient gradient(net, kTight, Loss::squared);
  BOOST_TEST(relative_distance(gradient.evaluate(weights, data).gradient.flat(), expected.flat()) < 1e-9);
  BOOST_TEST((gradient.outputs(weights, data.x) - round(outputs)).norm() < 1e-9);
  // Looser tolerances cost less and err more, but not by much more than they say.
  AdjointGradient loose(net, {}, Loss::squared);
  const double error = relative_distance(loose.evaluate(weights, data).gradient.flat(), expected.flat());
  BOOST_TEST_MESSAGE("relative error at tolerance 1e-6: " << error);
  BOOST_TEST((error > 1e-12 && error < 2e-6));
  BOOST_TEST(loose.forward_steps().evaluations < gradient.forward_steps().evaluations);
  BOOST_TEST(loose.backward_steps().accepted > 0);
}

BOOST_AUTO_TEST_CASE(blocks_skips_and_gates_follow_their_definition) {
  for (const Gate gate : {Gate::none, Gate::rotation})
    for (const auto& [blocks, skip] : {std::pair{1L, 0.0}, {2L, 0.0}, {1L, -0.5}, {3L, 0.5}}) {
      const Network net = network("softplus", blocks, skip, gate);
      const LabelledData data = data_for(net, 2);
      const Weights weights = Weights::gaussian(net, 5);
      AdjointGradient gradient(net, kTight, Loss::squared);
      const BatchResult& result = gradient.evaluate(weights, data);
      BOOST_TEST_CONTEXT(blocks << " blocks, skip " << skip << ", gate " << to_string(gate)) {
        const MatrixXd f = gradient.outputs(weights, data.x);
        for (Index j = 0; j < data.size(); ++j)
          BOOST_TEST((f.col(j) - hand_made_outputs(net, weights, data.x.col(j))).norm() < 1e-8 * f.norm());
        BOOST_TEST(std::abs(result.loss - hand_made_loss(net, weights, data)) < 1e-8 * result.loss);
        for (const Weights::Part& part : weights.parts()) {
          // Fourth-order differences along a direction in this matrix alone.
          Weights direction(net);
          direction.flat().segment(part.offset, part.rows * part.columns) =
              gaussian_weights(part.rows * part.columns, 1, 90, 3);
          const auto loss = [&](double amount) {
            Weights there = weights;
            there.flat() += amount * direction.flat();
            return hand_made_loss(net, there, data);
          };
          constexpr double kStep = 1e-3;
          const double difference =
              (8 * (loss(kStep) - loss(-kStep)) - (loss(2 * kStep) - loss(-2 * kStep))) / (12 * kStep);
          const double slope = result.gradient.flat().dot(direction.flat());
          BOOST_TEST(std::abs(slope - difference) <
                     1e-7 * result.gradient.flat().segment(part.offset, part.rows * part.columns).norm() *
                         direction.flat().norm());
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(cross_entropy_and_counts) {
  const Network net = network("tanh", 1, 0, Gate::none);
  LabelledData data = data_for(net, 5);
  data.labels = {0, 1, 1, 0, 1};
  const Weights weights = Weights::gaussian(net, 8);
  AdjointGradient gradient(net, kTight, Loss::cross_entropy);
  const BatchResult& result = gradient.evaluate(weights, data);
  double loss = 0;
  Index correct = 0;
  for (Index j = 0; j < 5; ++j) {
    const Eigen::VectorXd f = hand_made_outputs(net, weights, data.x.col(j));
    const Index label = data.labels[static_cast<std::size_t>(j)];
    loss += std::log(std::exp(f[0]) + std::exp(f[1])) - f[label];
    correct += f[label] > f[1 - label];
  }
  BOOST_TEST(std::abs(result.loss - loss) < 1e-9);
  BOOST_TEST(result.correct == correct);
}

BOOST_AUTO_TEST_CASE(going_back_along_a_reconstructed_state_loses_everything_where_the_flow_contracts) {
  const Contracting example;
  // The truth at many digits.
  const MpPrecision scope(70);
  const NeuralOde model = neural_ode(example.net, example.weights);
  const ContinuousOptions precise{
      .stepper = "bulirsch-stoer", .absolute_tolerance = 1e-13, .relative_tolerance = 1e-13};
  const RealMatrix<MpFloat> x = real_matrix<MpFloat>(example.data.x, 70);
  const auto outputs = continuous_gradient<MpFloat>(model, x, {}, precise, 70).outputs;
  const auto truth = continuous_gradient<MpFloat>(model, x, outputs, precise, 70).gradient.w;
  const MatrixXd w = truth.unaryExpr([](const MpFloat& z) { return static_cast<double>(z); });
  AdjointSolver solver{.tolerance = 1e-8};
  AdjointGradient stored(example.net, solver, Loss::squared);
  solver.reconstruct_backward = true;
  AdjointGradient reconstructed(example.net, solver, Loss::squared);
  const double stored_error =
      (stored.evaluate(example.weights, example.data).gradient.w(0) - w).norm() / w.norm();
  const double reconstructed_error =
      (reconstructed.evaluate(example.weights, example.data).gradient.w(0) - w).norm() / w.norm();
  BOOST_TEST_MESSAGE("stored " << stored_error << ", reconstructed " << reconstructed_error);
  BOOST_TEST(stored_error < 1e-6);
  BOOST_TEST(!(reconstructed_error < 0.1));
}

BOOST_AUTO_TEST_CASE(reconstruction_serves_gentle_flows) {
  for (const Gate gate : {Gate::none, Gate::rotation}) {
    const Network net = network("softplus", 2, 0.5, gate);
    const LabelledData data = data_for(net, 3);
    const Weights weights = Weights::gaussian(net, 5);
    AdjointSolver solver = kTight;
    AdjointGradient stored(net, solver, Loss::squared);
    solver.reconstruct_backward = true;
    AdjointGradient reconstructed(net, solver, Loss::squared);
    BOOST_TEST(relative_distance(reconstructed.evaluate(weights, data).gradient.flat(),
                                 stored.evaluate(weights, data).gradient.flat()) < 1e-7);
  }
}

BOOST_AUTO_TEST_CASE(groups_and_threads_change_nothing) {
  const Network net = network("tanh", 1, 0, Gate::none);
  const LabelledData data = data_for(net, 600);  // three groups
  const Weights weights = Weights::gaussian(net, 2);
  AdjointGradient one(net, {}, Loss::squared, 1), three(net, {}, Loss::squared, 3);
  const BatchResult& a = one.evaluate(weights, data);
  const BatchResult& b = three.evaluate(weights, data);
  BOOST_TEST(a.loss == b.loss);
  BOOST_TEST((a.gradient.flat().array() == b.gradient.flat().array()).all());
  // All samples in order, and a batch is the sum of its parts.
  std::vector<Index> order(600);
  std::iota(order.begin(), order.end(), Index{0});
  BOOST_TEST(
      (three.evaluate(weights, data, order).gradient.flat().array() == a.gradient.flat().array()).all());
  AdjointGradient tight(net, kTight, Loss::squared);
  const std::vector<Index> some = {17, 3, 599, 3};
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(net.parameters());
  for (const Index sample : some) sum += tight.evaluate(weights, data, std::span(&sample, 1)).gradient.flat();
  BOOST_TEST(relative_distance(tight.evaluate(weights, data, some).gradient.flat(), sum) < 1e-9);
}

BOOST_AUTO_TEST_CASE(the_two_gradients_differ_by_the_error_of_the_scheme) {
  const Network net = network("gelu", 2, 0.5, Gate::rotation);
  const LabelledData data = data_for(net, 4);
  const Weights weights = Weights::gaussian(net, 6);
  for (const auto& [name, steps] :
       {std::pair{"euler", 400L}, std::pair{"midpoint", 50L}, std::pair{"rk4", 12L}}) {
    const Scheme& method = scheme(name);
    const auto compare = [&](long count) {
      return compare_gradients({net, &method, count}, weights, data, Loss::squared, kTight);
    };
    const GradientComparison coarse = compare(steps), fine = compare(2 * steps);
    const double order = std::log2(coarse.relative_difference / fine.relative_difference);
    BOOST_TEST_CONTEXT(name << ": " << coarse.relative_difference << ", order " << order) {
      BOOST_TEST(std::abs(order - method.order) < 0.25);
      BOOST_TEST(fine.relative_difference < 0.02);
      BOOST_TEST(std::abs(fine.discrete_loss - fine.continuous_loss) < 0.02 * fine.continuous_loss);
      BOOST_TEST(fine.parts.size() == 6U);
      BOOST_TEST(fine.parts[1].name == "W1a");
      double largest = 0;
      for (const auto& part : fine.parts) largest = std::max(largest, part.relative_difference);
      BOOST_TEST(largest >= fine.relative_difference);
    }
  }
}

BOOST_AUTO_TEST_CASE(states_that_leave_every_bound_give_a_loss_that_is_not_finite) {
  const Network net{.phi = &activation("polynomial:0,0,1"), .width = 1, .input_dimension = 1, .time = 2};
  const Weights weights = scalars(net, 1, {1}, 1);  // h' = h^2
  AdjointGradient gradient(net, {}, Loss::squared);
  const BatchResult& result = gradient.evaluate(weights, one_input(1, 0));
  BOOST_TEST(!std::isfinite(result.loss));
  BOOST_TEST(!result.gradient.flat().allFinite());
  BOOST_TEST(!gradient.outputs(weights, one_input(1, 0).x).allFinite());
  Weights broken = weights;
  broken.flat()[0] = HUGE_VAL;
  BOOST_TEST(!std::isfinite(gradient.evaluate(broken, one_input(1, 0)).loss));
  BOOST_TEST(std::isfinite(gradient.evaluate(weights, one_input(0.25, 0)).loss));
}

BOOST_AUTO_TEST_CASE(refusals) {
  const Network net = network("tanh", 1, 0, Gate::none);
  const auto refused = [&](const AdjointSolver& solver, const std::string& part) {
    return throws_with<InputError>([&] { AdjointGradient(net, solver, Loss::squared); }, part);
  };
  BOOST_TEST(refused({.stepper = "dopri"}, "dopri5"));
  BOOST_TEST(refused({.stepper = "rk4"}, "error estimate"));
  BOOST_TEST(refused({.tolerance = 0}, "tolerance"));
  BOOST_TEST(refused({.tolerance = std::nan("")}, "tolerance"));
  AdjointGradient gradient(net, {}, Loss::squared);
  const Weights weights = Weights::gaussian(net, 1);
  LabelledData data = data_for(net, 2);
  BOOST_CHECK_THROW(gradient.outputs(weights, MatrixXd::Ones(4, 1)), InputError);
  data.y = MatrixXd::Ones(1, 2);
  BOOST_CHECK_THROW(gradient.evaluate(weights, data), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
