#include <cmath>
#include <limits>

#include "enclosure_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr long kBits = 200;

/// Distance of the enclosure's middle from the exact gradient, relative to its radius, block by block.
struct Ratios {
  double u, w, v;
};
Ratios ratios(const NeuralOde& model, const VectorXd& x, long depth, const EnclosedGradient& found,
              Index output) {
  BallMatrix g = zeros<Ball>(model.outputs(), 1, kBits);
  g(output, 0) = Ball(1);
  const Gradient<Ball> truth = ResNet<Ball>(model, depth, kBits).gradient(real_matrix<Ball>(x, kBits), g);
  const auto ratio = [](const BallMatrix& exact, const MatrixXd& middle, UpperBound radius) {
    BallMatrix difference = exact;
    for (Index k = 0; k < middle.size(); ++k) difference.data()[k] -= Ball::exact(middle.data()[k], kBits);
    return Gradient<Ball>::norm_of(difference).upper() / radius.value();
  };
  return {ratio(truth.u, found.u, found.u_error), ratio(truth.w, found.w, found.w_error),
          ratio(BallMatrix(truth.v.row(output).transpose()), found.v, found.v_error)};
}

BOOST_AUTO_TEST_SUITE(resnet_enclosure)

BOOST_AUTO_TEST_CASE(encloses_backpropagation_in_balls) {
  for (const char* name : {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "sin", "cos", "gaussian",
                           "identity", "polynomial:1/3,-2"})
    for (const Index n : {1, 2, 7})
      for (const long depth : {1L, 2L, 9L, 300L}) {
        if (depth == 300 && n == 7) continue;
        BOOST_TEST_CONTEXT(name << " n " << n << " L " << depth) {
          const NeuralOde model = scaled_model(n, 3, 2, name, static_cast<std::uint64_t>(3 + n));
          const VectorXd x = inputs(3, 1);
          const EnclosedGradient found = enclose_resnet_gradient(model, x, depth, 1);
          const Ratios r = ratios(model, x, depth, found, 1);
          BOOST_TEST(r.u <= 1);
          BOOST_TEST(r.w <= 1);
          BOOST_TEST(r.v <= 1);
          BOOST_TEST(found.error().value() < 3e-14 * static_cast<double>((depth + 5) * n));
        }
      }
}

BOOST_AUTO_TEST_CASE(one_layer_loses_only_a_few_roundings) {
  // Without these errors the true ones would stick out: each block's radius is within a small factor of them.
  double u = 0, w = 0, v = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const NeuralOde model = scaled_model(1, 1, 1, "identity", seed);
    const VectorXd x = VectorXd::Constant(1, 1.0 / static_cast<double>(seed));
    const EnclosedGradient found = enclose_resnet_gradient(model, x, 1);
    const Ratios r = ratios(model, x, 1, found, 0);
    u = std::max(u, r.u);
    w = std::max(w, r.w);
    v = std::max(v, r.v);
  }
  BOOST_TEST_MESSAGE("largest shares of the radius that are used: " << u << " " << w << " " << v);
  BOOST_TEST((u > 0.1 && u <= 1));
  BOOST_TEST((w > 0.1 && w <= 1));
  BOOST_TEST((v > 0.1 && v <= 1));
}

BOOST_AUTO_TEST_CASE(roundings_grow_where_the_network_is_unstable) {
  // sin at pi with W < 0 repels: roundings are multiplied by nearly (1 + |W|/L)^L while the state stays of
  // size pi.
  NeuralOdeParameters p = gaussian_model(1, 1, 1, activation("sin"), 1).parameters();
  p.w(0, 0) = -20;
  p.u(0, 0) = std::acos(-1.0);
  p.v(0, 0) = 1;
  const NeuralOde model(p);
  const VectorXd x = VectorXd::Ones(1);
  const EnclosedGradient found = enclose_resnet_gradient(model, x, 200);
  const Ratios r = ratios(model, x, 200, found, 0);
  BOOST_TEST_MESSAGE("unstable: " << r.u << " " << r.w << " " << r.v);
  BOOST_TEST((r.u <= 1 && r.w <= 1 && r.v <= 1));
  BOOST_TEST((r.v > 1e-3));
}

BOOST_AUTO_TEST_CASE(large_arguments_and_small_ones) {
  for (const double scale : {0.0, 1e-300, 1e-9, 40.0, 1e6}) {
    BOOST_TEST_CONTEXT(scale) {
      NeuralOdeParameters p = scaled_model(3, 2, 1, "softplus", 5).parameters();
      p.u *= scale;
      const NeuralOde model(p);
      const VectorXd x = inputs(2, 1);
      const EnclosedGradient found = enclose_resnet_gradient(model, x, 5);
      const Ratios r = ratios(model, x, 5, found, 0);
      BOOST_TEST((r.u <= 1 && r.w <= 1 && r.v <= 1));
      BOOST_TEST(found.error().value() < 1e-11 * (1 + scale * scale));
    }
  }
}

BOOST_AUTO_TEST_CASE(bad_requests) {
  const NeuralOde model = scaled_model(3, 2, 2, "tanh", 1);
  const VectorXd x = inputs(2, 1);
  BOOST_CHECK_THROW(enclose_resnet_gradient(model, x, 0), InputError);
  BOOST_CHECK_THROW(enclose_resnet_gradient(model, x, 3, 2), InputError);
  BOOST_CHECK_THROW(enclose_resnet_gradient(model, x, 3, -1), InputError);
  BOOST_CHECK_THROW(enclose_resnet_gradient(model, VectorXd::Ones(3), 3), InputError);
  VectorXd bad = x;
  bad(1) = std::numeric_limits<double>::quiet_NaN();
  BOOST_CHECK_THROW(enclose_resnet_gradient(model, bad, 3), InputError);
  for (const char* name : {"relu", "elu", "polynomial:0,0,1"})
    BOOST_CHECK_THROW(enclose_resnet_gradient(scaled_model(3, 2, 1, name, 1), x, 3), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
