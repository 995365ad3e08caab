#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "../model/model_testing.hpp"
#include "gronwall/kernel/finite.hpp"
#include "gronwall/kernel/layer_factors.hpp"

using namespace gronwall;
using namespace gronwall::testing;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

FiniteKernel kernel_by(GramMethod method, const NeuralOde& model, const MatrixXd& x, long depth,
                       FiniteKernelOptions options = {}) {
  options.method = method;
  return finite_kernel(model, x, depth, options);
}

/// The largest difference of two Gram matrices next to their diagonals.
double distance(const MatrixXd& a, const MatrixXd& b) {
  const Eigen::VectorXd root = b.diagonal().cwiseSqrt();
  return (a - b).cwiseAbs().cwiseQuotient(root * root.transpose()).maxCoeff();
}

double distance(const FiniteKernel& a, const FiniteKernel& b) {
  return std::max({distance(a.K_v, b.K_v), distance(a.K_W, b.K_W), distance(a.K_U, b.K_U)});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(finite_kernels)

BOOST_AUTO_TEST_CASE(three_methods_agree) {
  for (const char* phi : {"softplus", "tanh", "relu", "polynomial:0,1,1/4", "elu", "sin"})
    for (const long depth : {1L, 2L, 9L}) {
      const NeuralOde model = scaled_model(17, 3, 2, phi, 5);
      const MatrixXd x = inputs(3, 7);
      for (const Index output : {0, 1}) {
        FiniteKernelOptions options;
        options.output = output;
        const FiniteKernel truth = kernel_by(GramMethod::gradients, model, x, depth, options);
        const FiniteKernel pairs = kernel_by(GramMethod::layer_pairs, model, x, depth, options);
        const FiniteKernel compressed = kernel_by(GramMethod::compressed, model, x, depth, options);
        BOOST_TEST(distance(pairs, truth) < 3e-14, phi << " " << depth);
        BOOST_TEST(distance(compressed, truth) < 3e-14 + compressed.relative_tail, phi << " " << depth);
        BOOST_TEST(pairs.terms == depth);
        BOOST_TEST(compressed.relative_tail <= options.tolerance);
        BOOST_TEST((truth.K_W == truth.K_W.transpose()));
        BOOST_TEST((compressed.K() == compressed.K().transpose()));
      }
    }
}

BOOST_AUTO_TEST_CASE(finite_differences) {
  // K_ij = <grad f_i, grad f_j> is the derivative of f_i in the direction of grad f_j.
  const NeuralOde model = scaled_model(6, 3, 1, "gelu", 11);
  const MatrixXd x = inputs(3, 4);
  const long depth = 5;
  const FiniteKernel kernel = finite_kernel(model, x, depth);
  constexpr double kStep = 1e-5;
  for (Index j = 0; j < x.cols(); ++j) {
    const Gradient<double> direction = ResNet<double>(model, depth).gradient(x.col(j));
    const auto difference = [&](double u, double w, double v) {
      const auto outputs = [&](double step) {
        NeuralOdeParameters parameters = model.parameters();
        parameters.u += step * u * direction.u;
        parameters.w += step * w * direction.w;
        parameters.v += step * v * direction.v;
        return ResNet<double>(NeuralOde(std::move(parameters)), depth).outputs(x);
      };
      return MatrixXd((outputs(kStep) - outputs(-kStep)) / (2 * kStep));
    };
    BOOST_TEST((difference(1, 0, 0) - kernel.K_U.row(j)).norm() < 1e-8 * kernel.K_U.norm());
    BOOST_TEST((difference(0, 1, 0) - kernel.K_W.row(j)).norm() < 1e-8 * kernel.K_W.norm());
    BOOST_TEST((difference(0, 0, 1) - kernel.K_v.row(j)).norm() < 1e-8 * kernel.K_v.norm());
  }
}

BOOST_AUTO_TEST_CASE(linear_network_of_width_one) {
  // phi = id, n = d = 1: f = v (1 + w/L)^L u x, so K_v = (u x)^2 s^2L, K_U = (v x)^2 s^2L, K_W = (v u x)^2
  // s^(2L - 2).
  const auto one = [](double value) { return MatrixXd::Constant(1, 1, value); };
  const NeuralOde model({.w = one(2), .u = one(0.5), .v = one(3), .phi = &activation("identity")});
  const MatrixXd x{{1, -2}};
  for (const GramMethod method : {GramMethod::gradients, GramMethod::layer_pairs, GramMethod::compressed}) {
    const FiniteKernel kernel = kernel_by(method, model, x, 4);
    const double power = std::pow(1.5, 6);
    for (Index i = 0; i < 2; ++i)
      for (Index j = 0; j < 2; ++j) {
        const double product = x(i) * x(j);
        BOOST_TEST(std::abs(kernel.K_v(i, j) - 0.25 * 2.25 * power * product) < 1e-12);
        BOOST_TEST(std::abs(kernel.nngp()(i, j) - 0.25 * 2.25 * power * product) < 1e-12);
        BOOST_TEST(std::abs(kernel.K_U(i, j) - 9 * 2.25 * power * product) < 1e-11);
        BOOST_TEST(std::abs(kernel.K_W(i, j) - 2.25 * power * product) < 1e-12);
      }
  }
}

BOOST_AUTO_TEST_CASE(compression_keeps_its_promise) {
  const NeuralOde model = scaled_model(40, 3, 1, "softplus", 2);
  const MatrixXd x = inputs(3, 10);
  const FiniteKernel pairs = kernel_by(GramMethod::layer_pairs, model, x, 30);
  Index terms = 30;
  for (const double tolerance : {1e-13, 1e-10, 1e-7, 1e-4}) {
    FiniteKernelOptions options;
    options.tolerance = tolerance;
    const FiniteKernel compressed = finite_kernel(model, x, 30, options);
    BOOST_TEST_MESSAGE(tolerance << ": " << compressed.terms << " terms, bound " << compressed.relative_tail
                                 << ", error " << distance(compressed.K_W, pairs.K_W));
    BOOST_TEST(compressed.relative_tail <= tolerance);
    BOOST_TEST(compressed.relative_tail > 0);
    BOOST_TEST(distance(compressed.K_W, pairs.K_W) <= compressed.relative_tail + 1e-14);
    BOOST_TEST(compressed.terms < terms);  // a laxer tolerance saves terms
    terms = compressed.terms;
  }
  BOOST_TEST(terms <= 4);
  // The bound is not wasteful: with few terms the error is of its size.
  FiniteKernelOptions coarse;
  coarse.tolerance = 1e-3;
  const FiniteKernel few = finite_kernel(model, x, 30, coarse);
  BOOST_TEST(distance(few.K_W, pairs.K_W) > few.relative_tail / 100);
}

BOOST_AUTO_TEST_CASE(kinks_do_not_compress) {
  const NeuralOde model = scaled_model(40, 3, 1, "relu", 2);
  const FiniteKernel kernel = finite_kernel(model, inputs(3, 10), 24);
  BOOST_TEST(kernel.terms == 24);
  BOOST_TEST(kernel.relative_tail == 0);
}

BOOST_AUTO_TEST_CASE(threads_and_tiles_change_nothing) {
  const NeuralOde model = scaled_model(24, 3, 1, "silu", 8);
  MatrixXd x(3, 300);  // three tiles
  for (Index j = 0; j < x.cols(); ++j)
    for (Index i = 0; i < 3; ++i) x(i, j) = std::sin(static_cast<double>(3 * j + i));
  for (const GramMethod method : {GramMethod::layer_pairs, GramMethod::compressed}) {
    FiniteKernelOptions options;
    options.method = method;
    options.threads = 1;
    const FiniteKernel one = finite_kernel(model, x, 12, options);
    options.threads = 3;
    const FiniteKernel three = finite_kernel(model, x, 12, options);
    BOOST_TEST((one.K_v == three.K_v && one.K_W == three.K_W && one.K_U == three.K_U));
    // The same inputs in another order, so in other tiles.
    const FiniteKernel reversed = finite_kernel(model, x.rowwise().reverse(), 12, options);
    const MatrixXd back = reversed.K().rowwise().reverse().colwise().reverse();
    BOOST_TEST(distance(back, one.K()) < 2e-12);
    BOOST_TEST(distance(one.K(), kernel_by(GramMethod::gradients, model, x, 12).K()) < 2e-12);
  }
}

BOOST_AUTO_TEST_CASE(polynomials_in_the_layer_index) {
  for (const Index layers : {1, 2, 5, 20, 100}) {
    const MatrixXd q = layer_polynomials(layers);
    BOOST_TEST((q.transpose() * q - MatrixXd::Identity(layers, layers)).cwiseAbs().maxCoeff() < 1e-14);
    // Column p has degree p: its differences of order p + 1 vanish. (Low p: differences amplify rounding.)
    for (Index p = 0; p < std::min(layers - 1, Index{5}); ++p) {
      Eigen::VectorXd difference = q.col(p);
      for (Index order = 0; order <= p && difference.size() > 1; ++order)
        difference =
            Eigen::VectorXd(difference.tail(difference.size() - 1) - difference.head(difference.size() - 1));
      if (difference.size() > 0 && p + 1 < layers) BOOST_TEST(difference.cwiseAbs().maxCoeff() < 1e-12);
    }
  }
}

BOOST_AUTO_TEST_CASE(large_states) {
  // |h| > 16: tanh is 1 and its derivative tiny.
  NeuralOdeParameters parameters = scaled_model(12, 3, 1, "tanh", 4).parameters();
  parameters.u *= 40;
  const NeuralOde model(std::move(parameters));
  const MatrixXd x = inputs(3, 5);
  BOOST_TEST(distance(finite_kernel(model, x, 6), kernel_by(GramMethod::gradients, model, x, 6)) < 1e-11);
}

BOOST_AUTO_TEST_CASE(bad_input) {
  const NeuralOde model = scaled_model(5, 3, 2, "tanh", 1);
  MatrixXd x = inputs(3, 4);
  const auto refused = [&](const MatrixXd& points, long depth, const FiniteKernelOptions& options,
                           const char* part) {
    return throws_with<InputError>([&] { finite_kernel(model, points, depth, options); }, part);
  };
  BOOST_TEST(refused(x, 0, {}, "depth"));
  BOOST_TEST(refused(inputs(2, 4), 3, {}, "3 rows"));
  BOOST_TEST(refused(MatrixXd(3, 0), 3, {}, "at least one column"));
  FiniteKernelOptions options;
  options.output = 2;
  BOOST_TEST(refused(x, 3, options, "no output 2"));
  options.output = 0;
  for (const double tolerance : {0.0, 1.0, std::numeric_limits<double>::quiet_NaN()}) {
    options.tolerance = tolerance;
    BOOST_TEST(refused(x, 3, options, "tolerance"));
  }
  x(1, 2) = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(refused(x, 3, {}, "coordinate 1 of input 2"));
  x(1, 2) = 1e308;
  BOOST_TEST(refused(x * 10, 3, {}, "coordinate 1 of input 2"));
}

BOOST_AUTO_TEST_CASE(states_that_overflow_are_refused) {
  // At the start, half way or at the end; phi of it may be bounded, infinite or not a number.
  const auto refused = [](const char* phi, double scale_of_x, double scale_of_w, long depth) {
    NeuralOdeParameters parameters = scaled_model(5, 3, 1, phi, 1).parameters();
    parameters.u *= 8;
    parameters.w *= scale_of_w;
    const NeuralOde model(std::move(parameters));
    bool all = true;
    for (const GramMethod method : {GramMethod::layer_pairs, GramMethod::compressed})
      all &= throws_with<InputError>([&] { kernel_by(method, model, scale_of_x * inputs(3, 40), depth); },
                                     "overflow");
    return all;
  };
  for (const char* phi : {"tanh", "gaussian", "relu", "softplus", "sin"})
    BOOST_TEST(refused(phi, 0x1p1023, 1, 4), phi);
  for (const char* phi : {"relu", "gelu", "polynomial:0,0,1"}) BOOST_TEST(refused(phi, 1, 0x1p1000, 4), phi);
  BOOST_TEST(refused("identity", 1, 0x1p600, 2));
}

BOOST_AUTO_TEST_SUITE_END()
