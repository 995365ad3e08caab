#include "gronwall/ode/taylor.hpp"
#include "ode_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;

namespace {

LayerField<double> scalar(const char* phi, double w) {
  return {RealMatrix<double>::Constant(1, 1, w), 1.0, &activation(phi)};
}

/// A fixed 3 x 3 matrix with nothing special about it.
RealMatrix<double> some_matrix() {
  RealMatrix<double> w(3, 3);
  w << 0.5, -1.25, 0.75, 1.5, 0.25, -0.5, -1.0, 0.625, 0.375;
  return w;
}

template <Floating R>
Field<R> as_field(const LayerField<R>& layer) {
  return [layer](const State<R>& h, State<R>& derivative, const R&) {
    const auto n = static_cast<Eigen::Index>(h.size());
    RealMatrix<R> phi(n, 1);
    for (Eigen::Index i = 0; i < n; ++i) phi(i, 0) = layer.phi->value(h[static_cast<std::size_t>(i)]);
    const RealMatrix<R> product = layer.alpha * multiply(layer.w, phi);
    for (Eigen::Index i = 0; i < n; ++i) derivative[static_cast<std::size_t>(i)] = product(i, 0);
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(taylor)

BOOST_AUTO_TEST_CASE(coefficients_of_known_solutions) {
  // phi = z^2, n = 1: h = 1/(1-t), every coefficient 1.
  const auto geometric =
      taylor_coefficients<double>(scalar("polynomial:0,0,1", 1), RealMatrix<double>::Ones(1, 1), 12);
  BOOST_TEST_REQUIRE(geometric.size() == 13);
  for (const auto& c : geometric) BOOST_TEST(c(0, 0) == 1);
  // phi = id: h_k = (alpha W)^k h_0/k!.
  const LayerField<double> linear{some_matrix(), 0.5, &activation("identity")};
  const RealMatrix<double> start = RealMatrix<double>::Identity(3, 2);
  RealMatrix<double> expected = start;
  const auto exponential = taylor_coefficients(linear, start, 9);
  for (int k = 0; k <= 9; ++k) {
    BOOST_TEST((exponential[static_cast<std::size_t>(k)] - expected).norm() < 1e-15);
    expected = (0.5 / (k + 1)) * some_matrix() * expected;
  }
  // phi = sin, n = 1, h_0 = pi/2: h = 2 atan(e^t) has derivative 1/cosh t.
  const auto gudermann =
      taylor_coefficients<double>(scalar("sin", 1), RealMatrix<double>::Constant(1, 1, std::acos(-1) / 2), 7);
  const double sech[] = {1, 0, -1.0 / 2, 0, 5.0 / 24, 0, -61.0 / 720};
  for (int k = 0; k < 7; ++k)
    BOOST_TEST(std::abs((k + 1) * gudermann[static_cast<std::size_t>(k + 1)](0, 0) - sech[k]) < 1e-15);
}

BOOST_AUTO_TEST_CASE(closed_forms) {
  // tanh, n = 1: sinh h_t = e^{wt} sinh h_0.
  const auto run =
      integrate_taylor<double>(scalar("tanh", 1.5), RealMatrix<double>::Constant(1, 1, 0.25), 2.0);
  for (const double t : {0.0, 0.123, 1.0, 1.999, 2.0})
    BOOST_TEST(std::abs(run.at(t)(0, 0) - std::asinh(std::exp(1.5 * t) * std::sinh(0.25))) < 1e-11);
  BOOST_TEST(run.end()(0, 0) == run.at(2.0)(0, 0));
  BOOST_TEST(run.statistics().accepted == static_cast<long>(run.pieces().size()));
  BOOST_TEST(run.statistics().evaluations % run.statistics().accepted == 0);
  // softplus from 0 (theory S30).
  const auto softplus = integrate_taylor<double>(scalar("softplus", 1), RealMatrix<double>::Zero(1, 1), 1.0);
  BOOST_TEST(std::abs(softplus.end()(0, 0) - 0.93355) < 5e-6);
}

BOOST_AUTO_TEST_CASE(any_order_meets_the_tolerance) {
  const LayerField<double> layer{some_matrix(), 0.7, &activation("gelu")};
  RealMatrix<double> start(3, 2);
  start << 0.5, -1, 1.25, 0.25, -0.75, 2;
  const RealMatrix<double> reference =
      integrate_taylor<double>(layer, start, 1.5, {.absolute_tolerance = 4e-15, .relative_tolerance = 4e-15})
          .end();
  long last_steps = 1'000'000;
  for (const int order : {2, 4, 8, 16, 24}) {
    const auto run = integrate_taylor<double>(
        layer, start, 1.5, {.order = order, .absolute_tolerance = 1e-8, .relative_tolerance = 1e-8});
    BOOST_TEST_CONTEXT("order " << order) {
      const double error = (run.end() - reference).cwiseAbs().maxCoeff();
      BOOST_TEST(error < 1e-7 * static_cast<double>(run.statistics().accepted));
      BOOST_TEST(run.statistics().accepted <= last_steps);
      last_steps = run.statistics().accepted;
    }
  }
}

BOOST_AUTO_TEST_CASE(a_last_coefficient_that_vanishes_does_not_lengthen_the_step) {
  // sin from pi/2: h = 2 atan(e^t), whose even coefficients vanish up to rounding.
  const RealMatrix<double> start = RealMatrix<double>::Constant(1, 1, std::acos(-1) / 2);
  for (const int order : {7, 8})
    for (const double t : {0.5, 3.0}) {
      const auto run = integrate_taylor<double>(
          scalar("sin", 1), start, t, {.order = order, .absolute_tolerance = 1e-9, .relative_tolerance = 0});
      BOOST_TEST(std::abs(run.end()(0, 0) - 2 * std::atan(std::exp(t))) < 2e-8);
    }
}

BOOST_AUTO_TEST_CASE(agrees_with_odeint_at_forty_digits) {
  constexpr long kBits = 150;
  const MpPrecision scope(kBits);
  RealMatrix<double> start(3, 1);
  start << 0.5, -0.25, 1;
  for (const char* phi : {"softplus", "tanh", "gelu"}) {
    const LayerField<MpFloat> layer{real_matrix<MpFloat>(some_matrix(), kBits), make_mp(0.75, kBits),
                                    &activation(phi)};
    const auto h0 = real_matrix<MpFloat>(start, kBits);
    const auto taylor = integrate_taylor<MpFloat>(layer, h0, make_mp(1, kBits),
                                                  {.absolute_tolerance = 1e-42, .relative_tolerance = 1e-42});
    const auto odeint = integrate<MpFloat>(
        as_field(layer), {h0(0), h0(1), h0(2)}, make_mp(0, kBits), make_mp(1, kBits),
        {.stepper = "bulirsch-stoer", .absolute_tolerance = 1e-42, .relative_tolerance = 1e-42});
    for (Eigen::Index i = 0; i < 3; ++i) BOOST_TEST_CONTEXT(phi)
    BOOST_TEST(distance<MpFloat>(taylor.end()(i, 0), odeint.end[static_cast<std::size_t>(i)]) < 1e-39);
    BOOST_TEST(distance<MpFloat>(taylor.end()(0, 0), h0(0)) > 1e-2);
  }
}

BOOST_AUTO_TEST_CASE(many_digits_of_a_closed_form) {
  constexpr long kBits = 700;
  const MpPrecision scope(kBits);
  const LayerField<MpFloat> layer{RealMatrix<MpFloat>::Constant(1, 1, make_mp(1, kBits)), make_mp(1, kBits),
                                  &activation("tanh")};
  const RealMatrix<MpFloat> start = RealMatrix<MpFloat>::Constant(1, 1, make_mp(0.5, kBits));
  const auto run = integrate_taylor<MpFloat>(layer, start, make_mp(1, kBits),
                                             {.absolute_tolerance = 1e-205, .relative_tolerance = 1e-205});
  const MpFloat exact = asinh(exp(make_mp(1, kBits)) * sinh(make_mp(0.5, kBits)));
  BOOST_TEST(distance<MpFloat>(run.end()(0, 0), exact) < 1e-202);
}

BOOST_AUTO_TEST_CASE(a_batch_equals_its_columns) {
  const LayerField<double> layer{some_matrix(), 1.0, &activation("silu")};
  RealMatrix<double> start(3, 2);
  start << 0.5, -1, 1.25, 0.25, -0.75, 2;
  const auto both = taylor_coefficients(layer, start, 10);
  for (Eigen::Index j = 0; j < 2; ++j) {
    const auto one = taylor_coefficients<double>(layer, start.col(j), 10);
    for (std::size_t k = 0; k < one.size(); ++k) BOOST_TEST((both[k].col(j) - one[k]).norm() < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(refusals) {
  const RealMatrix<double> one = RealMatrix<double>::Ones(1, 1);
  const auto run = [&](const char* phi, double time, const TaylorOptions& options = {}) {
    return integrate_taylor<double>(scalar(phi, 1), one, time, options);
  };
  BOOST_TEST(throws_with<InputError>([&] { run("relu", 1); }, "analytic"));
  BOOST_TEST(throws_with<InputError>([&] { run("tanh", 0); }, "time"));
  BOOST_TEST(throws_with<InputError>([&] { run("tanh", -1); }, "time"));
  BOOST_TEST(throws_with<InputError>([&] { run("tanh", 1, {.order = -1}); }, "order"));
  BOOST_TEST(throws_with<InputError>([&] { run("tanh", 1, {.absolute_tolerance = 0}); }, "absolute"));
  BOOST_TEST(throws_with<InputError>([&] { run("tanh", 1, {.most_steps = 0}); }, "most_steps"));
  BOOST_TEST(throws_with<Error>([&] { run("tanh", 100, {.order = 3, .most_steps = 5}); }, "more than 5"));
  BOOST_TEST(throws_with<PrecisionError>(
      [&] { run("tanh", 1, {.absolute_tolerance = 1e-30, .relative_tolerance = 0}); }, "at least 105 bits"));
  BOOST_TEST(throws_with<InputError>([&] { run("tanh", 1).at(1.5); }, "known on"));
  BOOST_TEST(throws_with<InputError>([&] { run("tanh", 1).at(-0.5); }, "known on"));
  BOOST_TEST(throws_with<InputError>(
      [&] { taylor_coefficients(scalar("tanh", 1), RealMatrix<double>(RealMatrix<double>::Ones(2, 1)), 3); },
      "square"));
  BOOST_TEST(throws_with<InputError>([&] { taylor_coefficients(scalar("tanh", 1), one, 0); }, "order"));
  const RealMatrix<double> infinite = one / 0.0;
  BOOST_CHECK_THROW(integrate_taylor<double>(scalar("tanh", 1), infinite, 1.0), InputError);
  try {
    run("polynomial:0,0,1", 2);
    BOOST_ERROR("no blow-up noticed");
  } catch (const BlowUpError& error) {
    BOOST_TEST(std::abs(error.time() - 1) < 1e-6);
  }
}

BOOST_AUTO_TEST_SUITE_END()
