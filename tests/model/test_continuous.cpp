#include <cmath>

#include "gronwall/model/continuous.hpp"
#include "gronwall/ode/taylor.hpp"
#include "model_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;

namespace {

Eigen::MatrixXd one(double x) {
  return Eigen::MatrixXd::Constant(1, 1, x);
}

/// e^{A} by squaring the Taylor polynomial of e^{A/256}.
Eigen::MatrixXd exponential(const Eigen::MatrixXd& a) {
  Eigen::MatrixXd sum = Eigen::MatrixXd::Identity(a.rows(), a.cols()), term = sum;
  for (int k = 1; k <= 16; ++k) {
    term = term * a / 256 / k;
    sum += term;
  }
  for (int k = 0; k < 8; ++k) sum = (sum * sum).eval();
  return sum;
}

double relative_error(const Gradient<double>& a, const Gradient<double>& b) {
  return (a - b).norm() / b.norm();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(continuous)

BOOST_AUTO_TEST_CASE(linear_models_have_matrix_exponentials) {
  // phi = id: h_T = e^{a T W} h_0; nilpotent, diagonal, rotation.
  Eigen::MatrixXd nilpotent(2, 2), diagonal(2, 2), rotation(2, 2);
  nilpotent << 0, 3, 0, 0;
  diagonal << 1.5, 0, 0, -2;
  rotation << 0, -2, 2, 0;
  const double a = 0.75 * 2 / std::sqrt(2);  // sigma_w T/sqrt n
  Eigen::MatrixXd nilpotent_flow(2, 2), diagonal_flow(2, 2), rotation_flow(2, 2);
  nilpotent_flow << 1, 3 * a, 0, 1;
  diagonal_flow << std::exp(1.5 * a), 0, 0, std::exp(-2 * a);
  rotation_flow << std::cos(2 * a), -std::sin(2 * a), std::sin(2 * a), std::cos(2 * a);
  for (const auto& [w, flow] : {std::pair{nilpotent, nilpotent_flow}, std::pair{diagonal, diagonal_flow},
                                std::pair{rotation, rotation_flow}}) {
    Eigen::MatrixXd u(2, 1), v(1, 2);
    u << 1, -0.5;
    v << 2, 1;
    const NeuralOde model(
        {.w = w, .u = u, .v = v, .phi = &activation("identity"), .sigma_w = Rational(3, 4), .time = 2});
    const auto run = continuous_gradient<double>(model, one(1));
    BOOST_TEST((run.state - flow * u).norm() < 1e-10);
    BOOST_TEST((run.adjoint - flow.transpose() * v.transpose() / std::sqrt(2)).norm() < 1e-10);
    BOOST_TEST((run.outputs - v * flow * u / std::sqrt(2)).norm() < 1e-10);
    BOOST_TEST((run.gradient.u - run.adjoint).norm() == 0);
    BOOST_TEST((run.gradient.v - (flow * u).transpose() / std::sqrt(2)).norm() < 1e-10);
    // d/dW of v e^{aW} u is the corner block of an exponential of twice the size.
    Eigen::MatrixXd doubled = Eigen::MatrixXd::Zero(4, 4);
    doubled.topLeftCorner(2, 2) = doubled.bottomRightCorner(2, 2) = a * w.transpose();
    doubled.topRightCorner(2, 2) = a * v.transpose() * u.transpose() / std::sqrt(2);
    BOOST_TEST((run.gradient.w - exponential(doubled).topRightCorner(2, 2)).norm() < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(scalar_closed_forms) {
  // tanh: sinh h_T = e^{wT} sinh h_0, so dh_T/dw = T tanh h_T, dh_T/dh_0 = e^{wT} cosh h_0/cosh h_T.
  const double w = 1.25, h0 = 0.5, v = 2, factor = std::exp(w);
  const NeuralOde model({.w = one(w), .u = one(h0), .v = one(v), .phi = &activation("tanh")});
  const auto run = continuous_gradient<double>(model, one(1));
  const double h = std::asinh(factor * std::sinh(h0)), slope = 1 / std::pow(std::cosh(h), 2);
  BOOST_TEST(std::abs(run.state(0, 0) - h) < 1e-10);
  BOOST_TEST(std::abs(run.gradient.u(0, 0) - v * slope * factor * std::cosh(h0) / std::cosh(h)) < 1e-10);
  BOOST_TEST(std::abs(run.gradient.w(0, 0) - v * slope * std::tanh(h)) < 1e-10);
  BOOST_TEST(std::abs(run.gradient.v(0, 0) - std::tanh(h)) < 1e-10);
  // softplus from 0 (theory S30).
  const NeuralOde softplus({.w = one(1), .u = one(0), .v = one(1), .phi = &activation("softplus")});
  BOOST_TEST(std::abs(continuous_gradient<double>(softplus, one(1)).state(0, 0) - 0.93355) < 5e-6);
}

BOOST_AUTO_TEST_CASE(the_flow_of_taylor_and_every_stepper_agree) {
  const NeuralOde model = scaled_model(10, 3, 2, "gelu", 21);
  const RealMatrix<double> x = inputs(3, 3);
  const Layer<double> layer(model, kDoubleBits);
  const auto taylor =
      integrate_taylor<double>({model.w(), layer.field_scale(), &model.phi()}, layer.start(x), layer.time());
  const auto reference = continuous_gradient<double>(model, x);
  BOOST_TEST((reference.state - taylor.end()).norm() < 1e-10 * taylor.end().norm());
  BOOST_TEST((reference.outputs - layer.read_out(layer.phi(taylor.end()))).norm() < 1e-10);
  for (const char* stepper : {"dopri5", "bulirsch-stoer"})
    BOOST_TEST(relative_error(continuous_gradient<double>(model, x, {}, {.stepper = stepper}).gradient,
                              reference.gradient) < 1e-9);
  BOOST_TEST(reference.pieces >= 1);
  BOOST_TEST(reference.forward.evaluations > 0);
  BOOST_TEST(reference.backward.accepted > 0);
}

BOOST_AUTO_TEST_CASE(the_gradient_is_the_limit_of_differences) {
  const NeuralOde model = scaled_model(6, 2, 2, "softplus", 22);
  const RealMatrix<double> x = inputs(2, 2);
  RealMatrix<double> g(2, 2);
  g << 1, -2, 0.5, 3;
  const auto run = continuous_gradient<double>(model, x, g);
  for (std::uint64_t seed = 300; seed < 303; ++seed) {
    const Gradient<double> by = direction(model, seed);
    const auto value = [&](double amount) {
      NeuralOdeParameters there = model.parameters();
      there.u += amount * by.u;
      there.w += amount * by.w;
      there.v += amount * by.v;
      const Layer<double> layer(NeuralOde(there), kDoubleBits);
      const auto flow = integrate_taylor<double>({there.w, layer.field_scale(), &model.phi()}, layer.start(x),
                                                 layer.time());
      return g.cwiseProduct(layer.read_out(layer.phi(flow.end()))).sum();
    };
    constexpr double kStep = 1e-3;  // fourth-order difference: error about 1e-11
    const double difference =
        (8 * (value(kStep) - value(-kStep)) - (value(2 * kStep) - value(-2 * kStep))) / (12 * kStep);
    BOOST_TEST(std::abs(difference - inner_product(run.gradient, by)) <
               3e-9 * run.gradient.norm() * by.norm());
  }
}

BOOST_AUTO_TEST_CASE(a_batch_is_the_sum_of_its_inputs) {
  const NeuralOde model = scaled_model(7, 3, 2, "tanh", 23);
  const RealMatrix<double> x = inputs(3, 3);
  Gradient<double> sum = continuous_gradient<double>(model, x.col(0)).gradient;
  for (Eigen::Index j = 1; j < 3; ++j) sum += continuous_gradient<double>(model, x.col(j)).gradient;
  BOOST_TEST(relative_error(continuous_gradient<double>(model, x).gradient, sum) < 1e-9);
}

BOOST_AUTO_TEST_CASE(thirty_digits) {
  constexpr long kBits = 130;
  const MpPrecision scope(kBits);
  const ContinuousOptions options{
      .stepper = "bulirsch-stoer", .absolute_tolerance = 1e-31, .relative_tolerance = 1e-31};
  const double h0 = 0.5;
  const NeuralOde model({.w = one(1), .u = one(h0), .v = one(1), .phi = &activation("tanh")});
  const auto run =
      continuous_gradient<MpFloat>(model, real_matrix<MpFloat>(one(1), kBits), {}, options, kBits);
  const MpFloat e = exp(make_mp(1, kBits)), start = make_mp(h0, kBits);
  const MpFloat h = asinh(MpFloat(e * sinh(start))), cosh_h = cosh(h);
  const auto close = [](const MpFloat& a, const MpFloat& b) {
    return static_cast<double>(MpFloat(abs(MpFloat(a - b)))) < 1e-28;
  };
  BOOST_TEST(close(run.state(0, 0), h));
  BOOST_TEST(close(run.gradient.w(0, 0), MpFloat(tanh(h) / (cosh_h * cosh_h))));
  BOOST_TEST(close(run.gradient.u(0, 0), MpFloat(e * cosh(start) / (cosh_h * cosh_h * cosh_h))));
}

BOOST_AUTO_TEST_CASE(the_discrete_gradient_converges_like_one_over_depth) {
  // Proposition 2; theory S6 has L e_L = 0.349 for softplus at n = 200, 0.373 at n = 50.
  for (const char* phi : {"softplus", "tanh", "gelu"}) {
    const NeuralOde model = gaussian_model(40, 10, 1, activation(phi), 31);
    Eigen::MatrixXd x = inputs(10, 1);
    x *= std::sqrt(10.0) / x.norm();
    const Gradient<double> limit = continuous_gradient<double>(model, x).gradient;
    std::vector<double> scaled;
    for (const long depth : {100L, 200L, 400L, 800L})
      scaled.push_back(static_cast<double>(depth) *
                       (ResNet<double>(model, depth).gradient(x) - limit).norm());
    BOOST_TEST_CONTEXT(phi << ": L e_L = " << scaled.back()) {
      BOOST_TEST(std::abs(scaled[0] / scaled[3] - 1) < 0.02);
      BOOST_TEST(std::abs(scaled[2] / scaled[3] - 1) < 0.003);
      BOOST_TEST((scaled.back() > 0.1 && scaled.back() < 2));
    }
    // Richardson extrapolation removes the 1/L term: what is left is of order 1/L^2.
    const Gradient<double> coarse = ResNet<double>(model, 200).gradient(x);
    Gradient<double> extrapolated = ResNet<double>(model, 400).gradient(x);
    extrapolated += extrapolated - coarse;
    BOOST_TEST((extrapolated - limit).norm() < 0.01 * (coarse - limit).norm());
  }
}

BOOST_AUTO_TEST_CASE(kinks_are_resolved_by_short_pieces) {
  // h_2 = 1, h_1 = t - 0.3 passes its kink at 0.3 and feeds h_0. No piece ends there.
  Eigen::MatrixXd w(3, 3), u(3, 1), v(1, 3);
  w << 0, 1, 0,  // h_0' = relu(h_1)
      0, 0, 1,   // h_1' = relu(h_2) = 1
      0, 0, 0;
  u << 1, -0.3, 1;
  v << 1, 0, 0;
  const NeuralOde model({.w = w * std::sqrt(3), .u = u, .v = v * std::sqrt(3), .phi = &activation("relu")});
  const auto run = continuous_gradient<double>(
      model, one(1), {}, {.stepper = "dopri5", .absolute_tolerance = 1e-8, .relative_tolerance = 1e-8});
  // A jump of phi' costs Odeint's estimate of the error of a step a factor of about a hundred.
  constexpr double kError = 3e-6;
  BOOST_TEST(std::abs(run.state(0, 0) - 1.245) < 1e-7);
  // lambda = (1, min(1 - t, 0.7), int_t^1 lambda_1).
  BOOST_TEST(std::abs(run.adjoint(0, 0) - 1) < kError);
  BOOST_TEST(std::abs(run.adjoint(1, 0) - 0.7) < kError);
  BOOST_TEST(std::abs(run.adjoint(2, 0) - 0.455) < kError);
  // d f/d W_01 = int lambda_0 relu(h_1), d f/d W_12 = int lambda_1 relu(h_2), over sqrt 3 by the scale.
  BOOST_TEST(std::abs(run.gradient.w(0, 1) * std::sqrt(3) - 0.245) < kError);
  BOOST_TEST(std::abs(run.gradient.w(1, 2) * std::sqrt(3) - 0.455) < kError);
  BOOST_TEST(run.pieces > 5);
}

BOOST_AUTO_TEST_CASE(each_factor_of_the_w_gradient_is_resolved) {
  const ContinuousOptions options{
      .stepper = "dopri5", .absolute_tolerance = 1e-8, .relative_tolerance = 1e-8};
  constexpr double kError = 3e-6;
  const double root = std::sqrt(4.0);
  const auto gradient = [&](double speed, double coupling) {
    // h_3 = 1, h_2 = speed, h_1 = speed (t - 0.3), h_0' = relu(h_3) + coupling relu(h_1).
    Eigen::MatrixXd w = Eigen::MatrixXd::Zero(4, 4), u(4, 1), v = Eigen::MatrixXd::Zero(1, 4);
    w(0, 3) = 1;
    w(0, 1) = coupling;
    w(1, 2) = 1;
    u << 1, -0.3 * speed, speed, 1;
    v(0, 0) = 1;
    const NeuralOde model({.w = w * root, .u = u, .v = v * root, .phi = &activation("relu")});
    return RealMatrix<double>(continuous_gradient<double>(model, one(1), {}, options).gradient.w * root);
  };
  // Only relu(h_1) has a kink: lambda_0 = 1, int relu(t - 0.3) = 0.245.
  BOOST_TEST(std::abs(gradient(1, 0)(0, 1) - 0.245) < kError);
  // Only lambda_1 = min(1 - t, 0.7) has a visible kink: int lambda_1 (1 + t) = 0.455 + 0.0315 + 0.392/3.
  BOOST_TEST(std::abs(gradient(1e-10, 1)(1, 0) - (0.4865 + 0.392 / 3)) < kError);
}

BOOST_AUTO_TEST_CASE(refusals) {
  const NeuralOde model = gaussian_model(3, 2, 1, activation("tanh"), 1);
  const auto run = [&](const ContinuousOptions& options) {
    continuous_gradient<double>(model, inputs(2, 1), {}, options);
  };
  BOOST_TEST(throws_with<InputError>([&] { run({.stepper = "dopri"}); }, "dopri5"));
  BOOST_TEST(throws_with<InputError>([&] { run({.stepper = "euler"}); }, "error estimate"));
  BOOST_TEST(throws_with<InputError>([&] { run({.absolute_tolerance = 0}); }, "absolute"));
  BOOST_TEST(throws_with<PrecisionError>([&] { run({.absolute_tolerance = 1e-25, .relative_tolerance = 0}); },
                                         "bits"));
  BOOST_TEST(throws_with<InputError>([&] { continuous_gradient<double>(model, inputs(3, 1)); }, "2 rows"));
  BOOST_TEST(throws_with<InputError>(
      [&] { continuous_gradient<double>(model, inputs(2, 1), RealMatrix<double>::Ones(2, 1)); },
      "cotangent"));
  NeuralOdeParameters lasting = model.parameters();
  lasting.time = 30;
  const NeuralOde long_flow(lasting);
  BOOST_TEST(throws_with<PrecisionError>(
      [&] { continuous_gradient<double>(long_flow, inputs(2, 1), {}, {.most_pieces = 2}); }, "most_pieces"));
  const NeuralOde quadratic(
      {.w = one(1), .u = one(1), .v = one(1), .phi = &activation("polynomial:0,0,1"), .time = 2});
  BOOST_TEST(
      throws_with<BlowUpError>([&] { continuous_gradient<double>(quadratic, one(1)); }, "near t = 1 "));
}

BOOST_AUTO_TEST_SUITE_END()
