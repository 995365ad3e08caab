#include <cmath>

#include "model_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;

namespace {

NeuralOde scalar_model(const char* phi, double u, double w, double v, const Rational& sigma_w = 1) {
  const auto one = [](double x) { return Eigen::MatrixXd::Constant(1, 1, x); };
  return NeuralOde({.w = one(w), .u = one(u), .v = one(v), .phi = &activation(phi), .sigma_w = sigma_w});
}

/// The outputs by the formulas of the theory, entry by entry.
Eigen::VectorXd naive_outputs(const NeuralOde& model, const Eigen::VectorXd& x, long depth) {
  const auto number = [](const Rational& q) { return nearest_double(q); };
  const double n = static_cast<double>(model.width()), d = static_cast<double>(model.input_dimension());
  std::vector<double> h(static_cast<std::size_t>(model.width()), 0.0);
  for (Eigen::Index i = 0; i < model.width(); ++i)
    for (Eigen::Index j = 0; j < model.input_dimension(); ++j)
      h[static_cast<std::size_t>(i)] += number(model.sigma_u()) / std::sqrt(d) * model.u()(i, j) * x(j);
  for (long l = 0; l < depth; ++l) {
    std::vector<double> next = h;
    for (Eigen::Index i = 0; i < model.width(); ++i)
      for (Eigen::Index j = 0; j < model.width(); ++j)
        next[static_cast<std::size_t>(i)] += number(model.time()) / static_cast<double>(depth) *
                                             number(model.sigma_w()) / std::sqrt(n) * model.w()(i, j) *
                                             model.phi().value(h[static_cast<std::size_t>(j)]);
    h = next;
  }
  Eigen::VectorXd f = Eigen::VectorXd::Zero(model.outputs());
  for (Eigen::Index o = 0; o < model.outputs(); ++o)
    for (Eigen::Index i = 0; i < model.width(); ++i)
      f(o) += number(model.sigma_v()) / std::sqrt(n) * model.v()(o, i) *
              model.phi().value(h[static_cast<std::size_t>(i)]);
  return f;
}

/// The derivative of all outputs in a direction of parameter space, forward through the layers.
RealMatrix<double> forward_derivative(const NeuralOde& model, const RealMatrix<double>& x, long depth,
                                      const Gradient<double>& by) {
  const Layer<double> layer(model, kDoubleBits);
  const double step = layer.time() / static_cast<double>(depth);
  RealMatrix<double> h = layer.start(x), dh = layer.input_scale() * by.u * x;
  for (long l = 0; l < depth; ++l) {
    const RealMatrix<double> phi = layer.phi(h), dphi = layer.phi_prime(h).cwiseProduct(dh);
    dh += step * layer.field_scale() * (by.w * phi + model.w() * dphi);
    h += step * layer.field_scale() * model.w() * phi;
  }
  return layer.output_scale() * (by.v * layer.phi(h) + model.v() * layer.phi_prime(h).cwiseProduct(dh));
}

NeuralOde moved(const NeuralOde& model, const Gradient<double>& by, double amount) {
  NeuralOdeParameters parameters = model.parameters();
  parameters.u += amount * by.u;
  parameters.w += amount * by.w;
  parameters.v += amount * by.v;
  return NeuralOde(std::move(parameters));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resnet)

BOOST_AUTO_TEST_CASE(outputs_follow_the_formulas) {
  const NeuralOde model = scaled_model(5, 3, 2, "silu", 3);
  const Eigen::MatrixXd x = inputs(3, 4);
  for (const long depth : {1L, 2L, 7L}) {
    const ResNet<double> net(model, depth);
    const RealMatrix<double> f = net.outputs(x);
    for (Eigen::Index j = 0; j < x.cols(); ++j)
      BOOST_TEST((f.col(j) - naive_outputs(model, x.col(j), depth)).norm() < 1e-14);
    BOOST_TEST(net.states(x).size() == static_cast<std::size_t>(depth) + 1);
  }
}

BOOST_AUTO_TEST_CASE(exact_cases) {
  // phi = id, n = 1: f = v (1 + w/L)^L u x, and its derivatives.
  const ResNet<double> net(scalar_model("identity", 0.5, 2, 4), 4);
  const RealMatrix<double> x = RealMatrix<double>::Constant(1, 1, 2);
  BOOST_TEST(net.outputs(x)(0, 0) == 4 * 5.0625);
  const Gradient<double> gradient = net.gradient(x);
  BOOST_TEST(gradient.v(0, 0) == 5.0625);
  BOOST_TEST(gradient.u(0, 0) == 2 * 4 * 5.0625);
  BOOST_TEST(gradient.w(0, 0) == 4 * 3.375);
  // theory S8: n = 1, sigma_w = 2, L = T = 1: d f/d h^0 = 3 lambda^1, the slide says 2 lambda^1.
  const ResNet<double> slide(scalar_model("identity", 1, 1, 1, 2), 1);
  const auto lambda = slide.adjoints(slide.states(RealMatrix<double>::Ones(1, 1)));
  BOOST_TEST(lambda[1](0, 0) == 1);
  BOOST_TEST(lambda[0](0, 0) == 3);
}

BOOST_AUTO_TEST_CASE(backpropagation_is_forward_differentiation) {
  for (const char* phi : {"softplus", "tanh", "gelu", "relu"}) {
    const NeuralOde model = scaled_model(12, 4, 3, phi, 5);
    const RealMatrix<double> x = inputs(4, 5);
    RealMatrix<double> g(3, 5);
    for (Eigen::Index k = 0; k < g.size(); ++k) g(k) = std::cos(static_cast<double>(k));
    for (const long depth : {1L, 3L, 120L}) {  // 120 layers: more than one product of gathered layers
      const Gradient<double> gradient = ResNet<double>(model, depth).gradient(x, g);
      for (std::uint64_t seed = 100; seed < 103; ++seed) {
        const Gradient<double> by = direction(model, seed);
        const double expected = g.cwiseProduct(forward_derivative(model, x, depth, by)).sum();
        BOOST_TEST(std::abs(inner_product(gradient, by) - expected) < 1e-12 * gradient.norm() * by.norm());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(backpropagation_is_the_limit_of_differences) {
  constexpr long kBits = 240;
  constexpr double kStep = 0x1p-40;  // central: error about 2^-80
  const MpPrecision scope(kBits);
  for (const char* phi : {"softplus", "erf"}) {
    const NeuralOde model = scaled_model(4, 2, 2, phi, 6);
    const RealMatrix<MpFloat> x = real_matrix<MpFloat>(inputs(2, 2), kBits);
    const Gradient<MpFloat> gradient = ResNet<MpFloat>(model, 3, kBits).gradient(x);
    for (std::uint64_t seed = 200; seed < 203; ++seed) {
      // Directions of 8 bits, so that the moved weights are doubles.
      Gradient<double> by = direction(model, seed);
      for (RealMatrix<double>* block : {&by.u, &by.w, &by.v})
        *block = (*block * 32).array().round().matrix() / 32;
      const auto sum = [&](double amount) {
        const NeuralOde there = moved(model, by, amount);
        BOOST_TEST_REQUIRE((there.w() - model.w() == amount * by.w));
        BOOST_TEST_REQUIRE((there.u() - model.u() == amount * by.u));
        BOOST_TEST_REQUIRE((there.v() - model.v() == amount * by.v));
        return MpFloat(ResNet<MpFloat>(there, 3, kBits).outputs(x).sum());
      };
      const MpFloat difference = (sum(kStep) - sum(-kStep)) / make_mp(2 * kStep, kBits);
      const Gradient<MpFloat> exact_by{real_matrix<MpFloat>(by.u, kBits), real_matrix<MpFloat>(by.w, kBits),
                                       real_matrix<MpFloat>(by.v, kBits)};
      const MpFloat error = abs(MpFloat(difference - inner_product(gradient, exact_by)));
      BOOST_TEST(static_cast<double>(error) < 1e-20);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_recursion_of_the_slides_is_another) {
  // theory S8: lambda^{l-1} = lambda^l + (T/L) phi'(h^{l-1}) o W^T lambda^l lacks sigma_w/sqrt n.
  const NeuralOde model = gaussian_model(50, 10, 1, activation("softplus"), 8);
  constexpr long kDepth = 5;
  const ResNet<double> net(model, kDepth);
  const auto h = net.states(inputs(10, 1));
  const auto lambda = net.adjoints(h);
  const Layer<double> layer(model, kDoubleBits);
  RealMatrix<double> slide = lambda[kDepth], shifted = lambda[kDepth], right = lambda[kDepth];
  for (std::size_t l = kDepth; l-- > 0;) {
    const auto pulled = [&](const RealMatrix<double>& y, std::size_t at) {
      return RealMatrix<double>(layer.phi_prime(h[at]).cwiseProduct(model.w().transpose() * y) / kDepth);
    };
    slide += pulled(slide, l);
    right += pulled(right, l) / std::sqrt(50.0);
    shifted += pulled(shifted, l + 1) / std::sqrt(50.0);
  }
  BOOST_TEST((right - lambda[0]).norm() < 1e-14 * right.norm());
  BOOST_TEST((slide - lambda[0]).norm() > 0.5 * right.norm());
  BOOST_TEST((shifted - lambda[0]).norm() > 1e-3 * right.norm());
}

BOOST_AUTO_TEST_CASE(a_batch_is_the_sum_of_its_inputs) {
  const NeuralOde model = scaled_model(9, 3, 2, "gelu", 9);
  const RealMatrix<double> x = inputs(3, 4);
  RealMatrix<double> g(2, 4);
  g << 1, 0, -2, 0.5, 0.25, 3, 0, -1;
  const ResNet<double> net(model, 6);
  const Gradient<double> all = net.gradient(x, g);
  Gradient<double> sum = net.gradient(x.col(0), g.col(0));
  for (Eigen::Index j = 1; j < 4; ++j) sum += net.gradient(x.col(j), g.col(j));
  BOOST_TEST((all - sum).norm() < 1e-13 * all.norm());
  for (Eigen::Index j = 0; j < 4; ++j)
    BOOST_TEST((net.outputs(x).col(j) - net.outputs(x.col(j))).norm() < 1e-14);
  // One output of several is the model with that row of V alone.
  NeuralOdeParameters second = model.parameters();
  second.v = model.v().row(1).eval();
  const Gradient<double> alone = ResNet<double>(NeuralOde(second), 6).gradient(x, g.row(1));
  RealMatrix<double> masked = g;
  masked.row(0).setZero();
  const Gradient<double> chosen = net.gradient(x, masked);
  BOOST_TEST((chosen.w - alone.w).norm() < 1e-14 * all.norm());
  BOOST_TEST((chosen.u - alone.u).norm() < 1e-14 * all.norm());
  BOOST_TEST((chosen.v.row(1) - alone.v).norm() < 1e-14 * all.norm());
  BOOST_TEST(chosen.v.row(0).norm() == 0);
  // No cotangent means ones.
  BOOST_TEST((net.gradient(x) - net.gradient(x, RealMatrix<double>::Ones(2, 4))).norm() == 0);
}

BOOST_AUTO_TEST_CASE(balls_contain_and_are_tight) {
  constexpr long kBits = 100, kMoreBits = 300;
  const MpPrecision scope(kMoreBits);
  for (const char* phi : {"softplus", "tanh", "relu"}) {
    const NeuralOde model = scaled_model(8, 3, 2, phi, 10);
    const Eigen::MatrixXd x = inputs(3, 2);
    for (const long depth : {1L, 20L}) {
      const Gradient<Ball> balls = ResNet<Ball>(model, depth, kBits).gradient(real_matrix<Ball>(x, kBits));
      const Gradient<MpFloat> points =
          ResNet<MpFloat>(model, depth, kMoreBits).gradient(real_matrix<MpFloat>(x, kMoreBits));
      const Gradient<double> doubles = ResNet<double>(model, depth).gradient(x);
      const auto compare = [&](const BallMatrix& b, const RealMatrix<MpFloat>& p,
                               const RealMatrix<double>& d) {
        for (Eigen::Index k = 0; k < b.size(); ++k) {
          const Ball& ball = *(b.data() + k);
          // The reference errs by less than 2^-250.
          const Ball around = Ball::exact(*(p.data() + k), kMoreBits) - ldexp(Ball(1), -250);
          const Ball beyond = Ball::exact(*(p.data() + k), kMoreBits) + ldexp(Ball(1), -250);
          BOOST_TEST_REQUIRE(ball.overlaps(Ball::hull(around, beyond)));
          BOOST_TEST_REQUIRE(ball.radius().value() < 1e-25);
          BOOST_TEST_REQUIRE(ball.bits() == kBits);
          BOOST_TEST_REQUIRE(std::abs(ball.midpoint() - *(d.data() + k)) < 1e-13);
        }
      };
      compare(balls.u, points.u, doubles.u);
      compare(balls.w, points.w, doubles.w);
      compare(balls.v, points.v, doubles.v);
      BOOST_TEST(std::abs(balls.norm().midpoint() - doubles.norm()) < 1e-13 * doubles.norm());
      BOOST_TEST(balls.norm().radius().value() < 1e-25);
      const Ball nothing = (balls - balls).norm();
      BOOST_TEST((nothing.contains_zero() && nothing.upper() < 1e-24));
    }
  }
}

BOOST_AUTO_TEST_CASE(balls_contain_every_input_of_a_box) {
  const NeuralOde model = scaled_model(6, 2, 1, "softplus", 12);
  const Ball width = ldexp(Ball(1), -20);
  BallMatrix box(2, 1);
  for (Eigen::Index i = 0; i < 2; ++i) box(i) = Ball::with_radius(Ball::exact(inputs(2, 1)(i), 80), width);
  const Gradient<Ball> enclosed = ResNet<Ball>(model, 5, 80).gradient(box);
  for (int sample = 0; sample < 8; ++sample) {
    Eigen::MatrixXd x = inputs(2, 1);
    x(0) += (sample % 3 - 1) * 0x1p-20;
    x(1) += (sample / 3 - 1) * 0x1p-20;
    const Gradient<Ball> point = ResNet<Ball>(model, 5, 120).gradient(real_matrix<Ball>(x, 120));
    for (Eigen::Index k = 0; k < point.w.size(); ++k)
      BOOST_TEST_REQUIRE((enclosed.w.data() + k)->contains(*(point.w.data() + k)));
    for (Eigen::Index k = 0; k < point.u.size(); ++k)
      BOOST_TEST_REQUIRE((enclosed.u.data() + k)->contains(*(point.u.data() + k)));
  }
  BOOST_TEST(enclosed.w(0, 0).radius().value() < 1e-4);
}

BOOST_AUTO_TEST_CASE(refusals) {
  const NeuralOde model = gaussian_model(3, 2, 2, activation("tanh"), 1);
  BOOST_TEST(throws_with<InputError>([&] { ResNet<double>(model, 0); }, "depth L"));
  BOOST_TEST(throws_with<InputError>([&] { ResNet<Ball>(model, -4, 64); }, "not -4"));
  BOOST_CHECK_THROW(ResNet<MpFloat>(model, 1, 0), PrecisionError);
  const ResNet<double> net(model, 2);
  RealMatrix<double> x = inputs(2, 3);
  BOOST_TEST(throws_with<InputError>([&] { net.outputs(inputs(3, 3)); }, "2 rows"));
  BOOST_TEST(throws_with<InputError>([&] { net.gradient(RealMatrix<double>(2, 0)); }, "at least one"));
  BOOST_TEST(throws_with<InputError>([&] { net.gradient(x, RealMatrix<double>::Ones(3, 2)); }, "2 x 3"));
  BOOST_TEST(throws_with<InputError>([&] { net.adjoints({x}); }, "3 of them"));
  RealMatrix<double> g = RealMatrix<double>::Ones(2, 3);
  g(1, 2) = std::numeric_limits<double>::infinity();
  BOOST_TEST(throws_with<InputError>([&] { net.gradient(x, g); }, "(1, 2) of the cotangent"));
  x(1, 0) = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(throws_with<InputError>([&] { net.states(x); }, "(1, 0) of the inputs"));
  BallMatrix unbounded = BallMatrix::Constant(2, 1, 1 / Ball(0));
  BOOST_TEST(throws_with<InputError>([&] { ResNet<Ball>(model, 1, 64).outputs(unbounded); }, "inputs"));
}

BOOST_AUTO_TEST_SUITE_END()
