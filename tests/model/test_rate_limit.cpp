#include "enclosure_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

BOOST_AUTO_TEST_SUITE(first_order_of_the_gradient)

BOOST_AUTO_TEST_CASE(limit_agrees_with_extrapolated_networks) {
  for (const char* name : kSmooth) {
    BOOST_TEST_CONTEXT(name) {
      const NeuralOde model = scaled_model(3, 2, 2, name, 41);
      const VectorXd x = inputs(2, 1);
      const Extrapolated truth = extrapolated(model, x, 1);
      EnclosureOptions options;
      options.output = 1;
      options.flow.tolerance = 1e-12;
      const EnclosedGradient found = rate_limit(NeuralOdeEnclosure(model, x, options)).gradient;
      check_inside(truth.first_order, found, 1, 1e-12);
      BOOST_TEST(found.error().value() < 1e-9);
      BOOST_TEST(norm(found).lower > 1e-3);  // and nothing is trivially zero
    }
  }
}

BOOST_AUTO_TEST_CASE(coarse_polynomials_still_enclose) {
  for (const char* name : {"tanh", "gelu", "softplus", "sin"})
    for (const int degree : {3, 4, 6})
      for (const double tolerance : {1e-1, 1e-3}) {
        BOOST_TEST_CONTEXT(name << " " << degree << " " << tolerance) {
          const NeuralOde model = scaled_model(2, 1, 1, name, 43);
          const VectorXd x = VectorXd::Ones(1);
          EnclosureOptions options;
          options.flow.tolerance = tolerance;
          options.flow.degree = degree;
          const EnclosedGradient found = rate_limit(NeuralOdeEnclosure(model, x, options)).gradient;
          check_inside(extrapolated(model, x, 0).first_order, found, 0, 1e-9);
          BOOST_TEST(found.error().value() < 1e3 * tolerance);
        }
      }
}

BOOST_AUTO_TEST_CASE(scaled_distance_approaches_the_limit_like_one_over_depth) {
  for (const char* name : {"softplus", "tanh", "silu"}) {
    BOOST_TEST_CONTEXT(name) {
      const NeuralOde model = scaled_model(6, 3, 1, name, 42);
      const VectorXd x = inputs(3, 1);
      EnclosureOptions options;
      options.flow.tolerance = 1e-12;
      const NeuralOdeEnclosure enclosure(model, x, options);
      const EnclosedGradient continuous = enclosure.gradient();
      const Interval limit = norm(rate_limit(enclosure).gradient);
      BOOST_TEST(limit.upper - limit.lower < 1e-8 * limit.upper);
      double before = 0;
      for (const long depth : {100L, 200L, 400L, 800L}) {
        const Interval e = distance(enclose_resnet_gradient(model, x, depth), continuous);
        const auto l = static_cast<double>(depth);
        BOOST_TEST(l * (e.upper - e.lower) < 1e-6 * limit.upper);
        const double gap = std::abs(l * e.upper - limit.upper);
        if (before > 0) BOOST_TEST((gap < 0.55 * before && gap > 0.45 * before));
        before = gap;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(constant_of_the_law_dominates_every_depth) {
  for (const char* name : kSmooth)
    for (const Index n : {1, 2, 5}) {
      BOOST_TEST_CONTEXT(name << " " << n) {
        const NeuralOde model = scaled_model(n, 2, 1, name, static_cast<std::uint64_t>(n));
        const VectorXd x = inputs(2, 1);
        const NeuralOdeEnclosure enclosure(model, x);
        const EnclosedGradient continuous = enclosure.gradient();
        const RateConstants constants = rate_constants(enclosure);
        const double constant = rate_constant(enclosure).value();
        BOOST_TEST(std::isfinite(constant));
        for (const long depth : {1L, 2L, 3L, 10L, 100L}) {
          const EnclosedGradient net = enclose_resnet_gradient(model, x, depth);
          const BlockDistances blocks = block_distances(net, continuous);
          const auto l = static_cast<double>(depth);
          BOOST_TEST(l * distance(net, continuous).upper <= constant);
          BOOST_TEST(l * blocks.u.upper <= constants.u.value());
          BOOST_TEST(l * blocks.w.upper <= constants.w.value());
          BOOST_TEST(l * blocks.v.upper <= constants.v.value());
        }
        BOOST_TEST(norm(rate_limit(enclosure).gradient).upper <= constant);
      }
    }
}

BOOST_AUTO_TEST_CASE(constant_of_the_law_is_nearly_attained) {
  // h' = w h: one neuron. Of L33 the blocks u and v are attained, and d_w loses w + w^2 against w + w^2/2.
  NeuralOdeParameters p = gaussian_model(1, 1, 1, activation("identity"), 1).parameters();
  p.w(0, 0) = 0.125;
  p.u(0, 0) = 1;
  p.v(0, 0) = 1;
  const NeuralOdeEnclosure enclosure(NeuralOde(p), VectorXd::Ones(1));
  // f^L = (1 + w/L)^L: d_u = d_v = that, d_w = (1 + w/L)^(L-1); the limits of L times the differences to e^w:
  const double w = 0.125, e = std::exp(w);
  const double outer = -w * w / 2 * e, inner = -(w + w * w / 2) * e;
  const double truth = std::sqrt(2 * outer * outer + inner * inner);
  const Interval limit = norm(rate_limit(enclosure).gradient);
  BOOST_TEST(limit.lower <= truth * (1 + 1e-14));
  BOOST_TEST(limit.upper >= truth * (1 - 1e-14));
  BOOST_TEST(limit.upper - limit.lower < 1e-12);
  const RateConstants constants = rate_constants(enclosure);
  for (const UpperBound outer_constant : {constants.u, constants.v}) {
    BOOST_TEST(outer_constant.value() >= -outer * (1 - 1e-14));
    BOOST_TEST(outer_constant.value() <= -outer * 1.0001);
  }
  const double constant = rate_constant(enclosure).value();
  BOOST_TEST(constant >= truth);
  BOOST_TEST(constant <= 1.07 * truth);
}

BOOST_AUTO_TEST_CASE(one_input_only) {
  const NeuralOde model = scaled_model(3, 2, 1, "tanh", 1);
  const NeuralOdeEnclosure two(model, inputs(2, 2));
  BOOST_CHECK_THROW(rate_limit(two), InputError);
  BOOST_CHECK_THROW(rate_constant(two), InputError);
  BOOST_CHECK_THROW(growth_bounds(two), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
