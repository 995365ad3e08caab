#include <cmath>
#include <limits>

#include "enclosure_testing.hpp"
#include "gronwall/model/continuous.hpp"
#include "gronwall/ode/taylor.hpp"

namespace gronwall {
namespace {

using namespace testing;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

BOOST_AUTO_TEST_SUITE(gradient_enclosure)

BOOST_AUTO_TEST_CASE(gradients_of_batches_against_extrapolated_networks) {
  for (const char* name : kSmooth) {
    BOOST_TEST_CONTEXT(name) {
      const NeuralOde model = scaled_model(3, 2, 2, name, 21);
      const MatrixXd x = inputs(2, 2);
      const Extrapolated truth = extrapolated(model, x, 1);
      for (const double tolerance : {1e-2, 1e-11}) {
        EnclosureOptions options;
        options.output = 1;
        options.flow.tolerance = tolerance;
        if (tolerance > 1e-3) options.flow.degree = 3;
        const NeuralOdeEnclosure enclosure(model, x, options);
        const EnclosedGradient found = enclosure.gradient();
        check_inside(truth.limit, found, 1, 1e-15);
        BOOST_TEST(found.error().value() < 100 * tolerance);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(states_and_adjoints_against_taylor_series) {
  constexpr long kBits = 160;
  const MpPrecision scope(kBits);
  for (const char* name : kSmooth) {
    BOOST_TEST_CONTEXT(name) {
      const NeuralOde model = scaled_model(4, 2, 1, name, 22);
      const MatrixXd x = inputs(2, 1);
      EnclosureOptions options;
      options.flow.tolerance = 1e-12;
      const NeuralOdeEnclosure enclosure(model, x, options);
      const Layer<MpFloat> layer(model, kBits);
      const LayerField<MpFloat> field{layer.w(), layer.field_scale(), &model.phi()};
      TaylorOptions taylor;
      taylor.absolute_tolerance = taylor.relative_tolerance = 1e-25;
      const auto flow =
          integrate_taylor<MpFloat>(field, layer.start(real_matrix<MpFloat>(x, kBits)), layer.time(), taylor);
      for (const double t : {0.0, 0.1, 0.3333, 0.75, 1.0, 1.1999, 1.2}) {
        const MpFloat time = t == 1.2 ? layer.time() : make_mp(t, kBits);
        const EnclosedStates found = enclosure.state(t);
        const double distance = exact_distance(flow.at(time), found.values);
        BOOST_TEST(distance <= found.radius(0) + 1e-22);
        BOOST_TEST(found.radius(0) < 1e-12);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(doubles_agree_with_many_digits) {
  for (const char* name : {"softplus", "tanh", "gelu", "identity"}) {
    BOOST_TEST_CONTEXT(name) {
      const NeuralOde model = scaled_model(3, 2, 2, name, 23);
      const VectorXd x = inputs(2, 1);
      EnclosureOptions options;
      options.output = 1;
      options.flow.tolerance = 1e-12;
      const NeuralOdeEnclosure enclosure(model, x, options);
      const PreciseEnclosure precise = enclose_digits(model, x, 30, 1);
      const auto inside = [](const BallVector& truth, const EnclosedStates& found) {
        Ball square;
        for (Index i = 0; i < truth.size(); ++i) {
          BOOST_TEST(truth(i).radius().value() < 1e-29);
          const Ball difference = truth(i) - Ball::exact(found.values(i, 0), 200);
          square += difference * difference;
        }
        return sqrt(abs(square)).upper() <= found.radius(0);
      };
      BOOST_TEST(inside(precise.state, enclosure.state(1.2)));
      BOOST_TEST(inside(precise.adjoint, enclosure.adjoint_at_start()));
      const Interval output = enclosure.outputs().front();
      BOOST_TEST(output.lower <= precise.output.upper());
      BOOST_TEST(output.upper >= precise.output.lower());
      BOOST_TEST(output.upper - output.lower < 1e-11);
      BOOST_TEST(precise.output.radius().value() < 1e-29);
      const Interval size = norm(enclosure.gradient());
      BOOST_TEST(size.lower <= precise.gradient_norm.upper());
      BOOST_TEST(size.upper >= precise.gradient_norm.lower());
      BOOST_TEST(size.upper - size.lower < 1e-9);
      BOOST_TEST(precise.gradient_norm.radius().value() < 1e-27);
    }
  }
}

BOOST_AUTO_TEST_CASE(batches_are_sums_of_their_inputs) {
  // More than one group of samples.
  const Index count = NeuralOdeEnclosure::kGroup + 3;
  const NeuralOde model = scaled_model(4, 3, 1, "silu", 24);
  const MatrixXd x = inputs(3, count);
  const NeuralOdeEnclosure all(model, x);
  const EnclosedGradient batch = all.gradient();
  EnclosedGradient sum{MatrixXd::Zero(4, 3), MatrixXd::Zero(4, 4), VectorXd::Zero(4), {}, {}, {}};
  const EnclosedStates states = all.state(0.7), adjoints = all.adjoint_at_start();
  const std::vector<Interval> outputs = all.outputs();
  BOOST_TEST(outputs.size() == static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i) {
    const NeuralOdeEnclosure one(model, x.col(i));
    const EnclosedGradient part = one.gradient();
    sum.u += part.u;
    sum.w += part.w;
    sum.v += part.v;
    sum.u_error += part.u_error;
    sum.w_error += part.w_error;
    sum.v_error += part.v_error;
    const EnclosedStates state = one.state(0.7), adjoint = one.adjoint_at_start();
    BOOST_TEST((state.values - states.values.col(i)).norm() <= state.radius(0) + states.radius(i));
    BOOST_TEST((adjoint.values - adjoints.values.col(i)).norm() <= adjoint.radius(0) + adjoints.radius(i));
    const Interval output = one.outputs().front();
    const auto k = static_cast<std::size_t>(i);
    BOOST_TEST((output.lower <= outputs[k].upper && outputs[k].lower <= output.upper));
  }
  const BlockDistances apart = block_distances(batch, sum);
  BOOST_TEST((apart.u.lower == 0 && apart.w.lower == 0 && apart.v.lower == 0));
  BOOST_TEST(apart.w.upper < 1e-7);
  BOOST_TEST(all.product_bound().value() < 100);
}

BOOST_AUTO_TEST_CASE(state_at_a_time_is_the_end_of_a_shorter_flow) {
  const NeuralOde model = scaled_model(5, 2, 1, "gelu", 25);
  const VectorXd x = inputs(2, 1);
  const NeuralOdeEnclosure enclosure(model, x);
  for (const Rational& t : {Rational(1, 16), Rational(5, 8), Rational(9, 8)}) {
    NeuralOdeParameters p = model.parameters();
    p.time = t;
    const NeuralOdeEnclosure shorter(NeuralOde(p), x);
    const EnclosedStates a = enclosure.state(nearest_double(t)), b = shorter.state(nearest_double(t));
    BOOST_TEST((a.values - b.values).norm() <= a.radius(0) + b.radius(0));
    BOOST_TEST(a.radius(0) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(growth_bounds_hold_and_are_attained) {
  for (const char* name : kSmooth) {
    BOOST_TEST_CONTEXT(name) {
      const NeuralOde model = scaled_model(4, 2, 1, name, 26);
      const NeuralOdeEnclosure enclosure(model, inputs(2, 1));
      const GrowthBounds bounds = growth_bounds(enclosure);
      const EnclosedGradient g = enclosure.gradient();
      BOOST_TEST(enclosure.state(1.2).values.norm() <= bounds.state.value());
      BOOST_TEST(enclosure.adjoint_at_start().values.norm() <= bounds.adjoint.value());
      BOOST_TEST(g.u.norm() <= bounds.u.value());
      BOOST_TEST(g.w.norm() <= bounds.w.value());
      BOOST_TEST(g.v.norm() <= bounds.v.value());
    }
  }
  // theory 0.2: n = 1, phi(z) = c + z, everything positive.
  NeuralOdeParameters p = scaled_model(1, 1, 1, "polynomial:1/2,1", 1).parameters();
  p.w(0, 0) = p.u(0, 0) = p.v(0, 0) = 1;
  const NeuralOdeEnclosure enclosure(NeuralOde(p), VectorXd::Ones(1));
  const GrowthBounds bounds = growth_bounds(enclosure);
  const EnclosedGradient g = enclosure.gradient();
  const auto attained = [](double truth, UpperBound bound) {
    return truth <= bound.value() * (1 + 1e-12) && bound.value() <= truth * (1 + 1e-9);
  };
  BOOST_TEST(attained(enclosure.state(1.2).values(0, 0), bounds.state));
  BOOST_TEST(attained(enclosure.adjoint_at_start().values(0, 0), bounds.adjoint));
  BOOST_TEST(attained(g.u(0, 0), bounds.u));
  BOOST_TEST(attained(g.v(0), bounds.v));
  BOOST_TEST(attained(g.w(0, 0), bounds.w));
}

BOOST_AUTO_TEST_CASE(nothing_to_do) {
  // No coupling, no input, no output weights: each is an ordinary model.
  const NeuralOde model = scaled_model(3, 2, 1, "tanh", 27);
  const VectorXd x = inputs(2, 1);
  for (const int what : {0, 1, 2}) {
    NeuralOdeParameters p = model.parameters();
    if (what == 0) p.w.setZero();
    if (what == 1) p.v.setZero();
    const VectorXd input = what == 2 ? VectorXd(VectorXd::Zero(2)) : x;
    const NeuralOde changed(p);
    const NeuralOdeEnclosure enclosure(changed, input);
    const EnclosedGradient g = enclosure.gradient();
    check_inside(extrapolated(changed, input, 0).limit, g, 0, 1e-15);
    BOOST_TEST(g.error().value() < 1e-9);
    const PreciseEnclosure precise = enclose_digits(changed, input, 20);
    BOOST_TEST(precise.gradient_norm.is_finite());
    BOOST_TEST(precise.gradient_norm.radius().value() < 1e-18);
    BOOST_TEST(std::abs(precise.gradient_norm.midpoint() - norm(g).upper) < 1e-8);
    if (what == 0) BOOST_TEST((enclosure.state(0.5).values - enclosure.state(1.2).values).norm() < 1e-13);
    if (what == 1) BOOST_TEST(enclosure.adjoint_at_start().values.norm() == 0);
  }
}

BOOST_AUTO_TEST_CASE(many_digits_of_a_closed_form) {
  // tanh, one neuron: sinh h_T = e^(w T) sinh h_0.
  NeuralOdeParameters p = gaussian_model(1, 1, 1, activation("tanh"), 1).parameters();
  p.w(0, 0) = 0.5;
  p.u(0, 0) = 0.75;
  const NeuralOde model(p);
  for (const int digits : {10, 80}) {
    const long bits = 4 * digits + 60;
    const PreciseEnclosure found = enclose_digits(model, VectorXd::Ones(1), digits);
    const Ball truth = exp(Ball::from(Rational(1, 2), bits)) * sinh(Ball::from(Rational(3, 4), bits));
    BOOST_TEST(sinh(found.state(0).with_bits(bits)).overlaps(truth));
    BOOST_TEST(found.state(0).radius().value() < 2 * std::pow(10.0, -digits));
  }
  BOOST_CHECK_THROW(enclose_digits(model, VectorXd::Ones(1), 0), InputError);
  BOOST_CHECK_THROW(enclose_digits(model, VectorXd::Ones(1), 251), InputError);
  p.w(0, 0) = 0x1p400;
  BOOST_CHECK_THROW(enclose_digits(NeuralOde(p), VectorXd::Ones(1), 10), PrecisionError);
}

BOOST_AUTO_TEST_CASE(distances_are_enclosed) {
  EnclosedGradient a{
      MatrixXd::Constant(1, 1, 3), MatrixXd::Constant(1, 1, 0), VectorXd::Constant(1, 4), {}, {}, {}};
  const EnclosedGradient zero{MatrixXd::Zero(1, 1), MatrixXd::Zero(1, 1), VectorXd::Zero(1), {}, {}, {}};
  Interval d = distance(a, zero);
  BOOST_TEST((d.lower <= 5 && d.upper >= 5 && d.upper - d.lower < 1e-13));
  a.u_error = UpperBound(0.5);
  a.w_error = UpperBound(0.25);
  d = distance(a, zero);  // the blocks: [2.5, 3.5], [0, 0.25], 4
  BOOST_TEST(std::abs(d.lower - std::sqrt(2.5 * 2.5 + 16)) < 1e-13);
  BOOST_TEST(std::abs(d.upper - std::sqrt(3.5 * 3.5 + 0.0625 + 16)) < 1e-13);
  // Squares that overflow leave a lower bound of nothing, not of infinity.
  a.u(0, 0) = 1e200;
  BOOST_TEST(std::isfinite(distance(a, zero).lower));
}

BOOST_AUTO_TEST_CASE(bad_requests) {
  const NeuralOde model = scaled_model(3, 2, 2, "tanh", 1);
  const MatrixXd x = inputs(2, 1);
  const auto with = [&](double tolerance) {
    EnclosureOptions options;
    options.flow.tolerance = tolerance;
    return NeuralOdeEnclosure(model, x, options);
  };
  BOOST_TEST(throws_with<PrecisionError>([&] { with(1e-17); }, "bits"));
  BOOST_TEST(throws_with<PrecisionError>([&] { with(1e-30); }, "bits"));
  for (const double tolerance : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), HUGE_VAL})
    BOOST_CHECK_THROW(with(tolerance), InputError);
  for (const char* name : {"relu", "elu", "leaky-relu:1/10", "polynomial:0,0,1"})
    BOOST_CHECK_THROW(NeuralOdeEnclosure(scaled_model(3, 2, 2, name, 1), x), InputError);
  BOOST_CHECK_THROW(NeuralOdeEnclosure(model, inputs(3, 1)), InputError);
  BOOST_CHECK_THROW(NeuralOdeEnclosure(model, MatrixXd(2, 0)), InputError);
  MatrixXd bad = x;
  bad(0, 0) = std::numeric_limits<double>::quiet_NaN();
  BOOST_CHECK_THROW(NeuralOdeEnclosure(model, bad), InputError);
  EnclosureOptions options;
  options.output = 2;
  BOOST_CHECK_THROW(NeuralOdeEnclosure(model, x, options), InputError);
  options.output = 0;
  for (const int degree : {1, -3, 1001}) {
    options.flow.degree = degree;
    BOOST_CHECK_THROW(NeuralOdeEnclosure(model, x, options), InputError);
  }
  const NeuralOdeEnclosure enclosure(model, x);
  for (const double t : {-1e-9, 1.2000001, std::numeric_limits<double>::quiet_NaN()})
    BOOST_CHECK_THROW(enclosure.state(t), InputError);
  // Weights beyond anything that can be followed: a matter of precision, not of input.
  NeuralOdeParameters p = model.parameters();
  p.w *= 1e100;
  BOOST_CHECK_THROW(NeuralOdeEnclosure(NeuralOde(p), x), PrecisionError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
