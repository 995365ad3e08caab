#include "ode_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;

namespace {

const double kGrown = std::exp(std::sin(1.0));

/// In 160 bits, where rounding does not hide the order.
double error_with_steps(const std::string& stepper, long steps) {
  constexpr long kBits = 160;
  const auto run =
      integrate<MpFloat>(growing_and_shrinking<MpFloat>(), {make_mp(1, kBits), make_mp(-2, kBits)},
                         make_mp(0, kBits), make_mp(1, kBits), {.stepper = stepper, .fixed_steps = steps});
  BOOST_TEST(run.statistics.accepted == steps);
  BOOST_TEST(*run.statistics.rejected == 0);
  const MpFloat exact = exp(sin(make_mp(1, kBits)));
  return distance<MpFloat>(run.end[0], exact) + distance<MpFloat>(run.end[1], -2 * exact);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(integrating)

BOOST_AUTO_TEST_CASE(fixed_steps_have_the_order_of_their_method) {
  const struct {
    const char* name;
    int order;
    long steps;
  } methods[] = {{"euler", 1, 400}, {"rk4", 4, 100}, {"dopri5", 5, 100}, {"fehlberg78", 8, 100}};
  for (const auto& [name, order, steps] : methods) {
    const double observed = std::log2(error_with_steps(name, steps) / error_with_steps(name, 2 * steps));
    BOOST_TEST_CONTEXT(name) BOOST_TEST(std::abs(observed - order) < 0.1, "observed order " << observed);
  }
}

BOOST_AUTO_TEST_CASE(step_control_keeps_what_it_is_asked) {
  for (const char* name : {"dopri5", "fehlberg78", "bulirsch-stoer"}) {
    double last_error = 1;
    long last_evaluations = 0;
    for (const double tolerance : {1e-4, 1e-7, 1e-10, 1e-13}) {
      const auto run = integrate<double>(
          growing_and_shrinking<double>(), state({1.0}), 0.0, 1.0,
          {.stepper = name, .absolute_tolerance = tolerance, .relative_tolerance = tolerance});
      BOOST_TEST_CONTEXT(name << " at " << tolerance) {
        const double error = std::abs(run.end[0] - kGrown);
        BOOST_TEST(error < 20 * tolerance);
        BOOST_TEST(error <= last_error);
        BOOST_TEST(run.statistics.evaluations >= last_evaluations);
        last_error = std::max(error, 2e-15);
        last_evaluations = run.statistics.evaluations;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(states_at_requested_times) {
  const std::vector<double> times = {0.0, 0.0, 1e-3, 0.3, 0.30001, 1.7, 2.0};
  for (const char* name : {"dopri5", "fehlberg78", "bulirsch-stoer"}) {
    for (const bool stop : {false, true}) {
      const auto run =
          integrate<double>(growing_and_shrinking<double>(), state({3.0}), 0.0, 2.0,
                            {.stepper = name, .stop_at_times = stop}, std::span<const double>(times));
      BOOST_TEST_REQUIRE(run.at.size() == times.size());
      for (std::size_t k = 0; k < times.size(); ++k)
        BOOST_TEST_CONTEXT(name << " stop " << stop << " t " << times[k])
      BOOST_TEST(std::abs(run.at[k][0] - 3 * std::exp(std::sin(times[k]))) < 3e-8);
      BOOST_TEST(std::abs(run.end[0] - 3 * std::exp(std::sin(2.0))) < 1e-8);
    }
  }
  // A stop costs a step, and no more: the step before it is taken up again.
  const std::vector<double> close = {1.0, 1.0 + 1e-9, 1.0 + 2e-9, std::nextafter(1.0 + 2e-9, 2.0)};
  for (const char* name : {"fehlberg78", "dopri5"}) {
    const IntegrationOptions stopping{.stepper = name, .stop_at_times = true};
    const auto straight =
        integrate<double>(growing_and_shrinking<double>(), state({3.0}), 0.0, 2.0, stopping);
    const auto stopped = integrate<double>(growing_and_shrinking<double>(), state({3.0}), 0.0, 2.0, stopping,
                                           std::span<const double>(close));
    BOOST_TEST(stopped.statistics.accepted <= straight.statistics.accepted + 5);
  }
  // Dense output takes the steps it would take anyway.
  const auto plain = integrate<double>(growing_and_shrinking<double>(), state({3.0}), 0.0, 2.0);
  const auto dense = integrate<double>(growing_and_shrinking<double>(), state({3.0}), 0.0, 2.0, {},
                                       std::span<const double>(times));
  BOOST_TEST(plain.statistics.accepted == dense.statistics.accepted);
  BOOST_TEST(plain.end[0] == dense.end[0]);
}

BOOST_AUTO_TEST_CASE(fixed_steps_give_states_at_their_ends) {
  const std::vector<double> times = {0.0, 0.25, 1.0};
  const Field<double> field = [](const Eigen::VectorXd& h, Eigen::VectorXd& derivative, double) {
    derivative = h;
  };
  const auto run = integrate<double>(field, state({1.0}), 0.0, 1.0, {.stepper = "euler", .fixed_steps = 4},
                                     std::span<const double>(times));
  BOOST_TEST_REQUIRE(run.at.size() == 3);
  BOOST_TEST(run.at[0][0] == 1);
  BOOST_TEST(run.at[1][0] == 1.25);
  BOOST_TEST(run.at[2][0] == 2.44140625);  // 1.25^4
  BOOST_TEST(run.statistics.evaluations == 4);
  const std::vector<double> between = {0.3};
  BOOST_TEST(throws_with<InputError>(
      [&] {
        integrate<double>(field, state({1.0}), 0.0, 1.0, {.stepper = "euler", .fixed_steps = 4},
                          std::span<const double>(between));
      },
      "ends of steps"));
}

BOOST_AUTO_TEST_CASE(statistics_count_what_happens) {
  long calls = 0;
  const Field<double> field = [&](const Eigen::VectorXd& h, Eigen::VectorXd& derivative, double t) {
    ++calls;
    derivative = -h + Eigen::VectorXd::Constant(h.size(), t > 0.5 ? 100.0 : 0.0);
  };
  for (const char* name : {"dopri5", "fehlberg78", "bulirsch-stoer"}) {
    calls = 0;
    const auto run = integrate<double>(field, state({1.0, 2.0}), 0.0, 1.0, {.stepper = name});
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(run.statistics.evaluations == calls);
      BOOST_TEST(*run.statistics.rejected > 0);  // at the jump
      BOOST_TEST(run.statistics.accepted > 0);
    }
  }
  const std::vector<double> times = {0.5};
  const auto dense = integrate<double>(field, state({1.0}), 0.0, 1.0, {.stepper = "bulirsch-stoer"},
                                       std::span<const double>(times));
  BOOST_TEST(!dense.statistics.rejected.has_value());
}

BOOST_AUTO_TEST_CASE(many_digits_whatever_ran_before) {
  for (const long bits : {100L, 200L, 120L}) {  // up and down again: nothing static may keep a precision
    const MpPrecision scope(bits);
    const MpFloat one = make_mp(1, bits), zero = make_mp(0, bits);
    const MpFloat exact = exp(sin(make_mp(1, 2 * bits)));
    const double tolerance = std::exp2(12.0 - static_cast<double>(bits));
    const auto run = integrate<MpFloat>(
        growing_and_shrinking<MpFloat>(), {one}, zero, one,
        {.stepper = "bulirsch-stoer", .absolute_tolerance = tolerance, .relative_tolerance = tolerance});
    BOOST_TEST_CONTEXT(bits << " bits") {
      BOOST_TEST(distance<MpFloat>(run.end[0], exact) < 200 * tolerance);
      BOOST_TEST(bits_of(run.end[0]) >= bits);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_stepper_takes_multiprecision_states) {
  constexpr long kBits = 80;
  const MpFloat one = make_mp(1, kBits), zero = make_mp(0, kBits);
  const MpFloat exact = exp(sin(make_mp(1, kBits)));
  const std::vector<MpFloat> times = {make_mp(0.25, kBits)};
  for (const std::string& name : stepper_names()) {
    const bool fixed = name == "euler" || name == "rk4";
    const auto run = integrate<MpFloat>(growing_and_shrinking<MpFloat>(), {one, -one}, zero, one,
                                        {.stepper = name,
                                         .fixed_steps = fixed ? 400 : 0,
                                         .absolute_tolerance = 1e-15,
                                         .relative_tolerance = 1e-15},
                                        std::span<const MpFloat>(times));
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(distance<MpFloat>(run.end[0], exact) < (name == "euler" ? 2e-2 : fixed ? 1e-10 : 1e-13));
      BOOST_TEST(distance<MpFloat>(run.end[1], -exact) < (name == "euler" ? 2e-2 : fixed ? 1e-10 : 1e-13));
      BOOST_TEST(distance<MpFloat>(run.at[0][0], exp(sin(times[0]))) < (name == "euler" ? 2e-2
                                                                        : fixed         ? 1e-10
                                                                                        : 1e-11));
    }
  }
}

BOOST_AUTO_TEST_CASE(blow_up_is_named_with_its_time) {
  // h' = h^2 from 1 blows up at 1, from 1/2 at 2.
  for (const char* name : {"dopri5", "fehlberg78", "bulirsch-stoer"}) {
    for (const double start : {1.0, 0.5}) {
      try {
        integrate<double>(quadratic(), state({start, 0.1}), 0.0, 3.0, {.stepper = name});
        BOOST_ERROR("no blow-up noticed by " << name);
      } catch (const BlowUpError& error) {
        BOOST_TEST_CONTEXT(name << ": " << error.what())
        BOOST_TEST(std::abs(error.time() - 1 / start) < 1e-6);
      }
    }
  }
  try {
    integrate<double>(quadratic(), state({1.0}), 0.0, 3.0, {.stepper = "rk4", .fixed_steps = 300});
    BOOST_ERROR("no blow-up noticed by rk4");
  } catch (const BlowUpError& error) {
    BOOST_TEST(error.time() >= 1);
    BOOST_TEST(error.time() < 1.2);
  }
  BOOST_CHECK_NO_THROW(integrate<double>(quadratic(), state({1.0}), 0.0, 0.99));
}

BOOST_AUTO_TEST_CASE(trial_steps_that_overflow_are_taken_back) {
  // To 0.01 so fast that the first trials leave the domain of the root: NaN, which Odeint would accept.
  const Field<double> field = [](const Eigen::VectorXd& h, Eigen::VectorXd& derivative, double) {
    derivative = -1e4 * (h.cwiseSqrt() - Eigen::VectorXd::Constant(h.size(), 0.1));
  };
  for (const char* name : {"dopri5", "fehlberg78", "bulirsch-stoer"})
    BOOST_TEST(std::abs(integrate<double>(field, state({1.0}), 0.0, 0.1, {.stepper = name}).end[0] - 0.01) <
               1e-8);
}

BOOST_AUTO_TEST_CASE(tolerances_out_of_reach_name_the_precision) {
  const auto ask = [](double tolerance) {
    integrate<double>(growing_and_shrinking<double>(), state({1.0}), 0.0, 1.0,
                      {.absolute_tolerance = tolerance, .relative_tolerance = 0});
  };
  BOOST_TEST(throws_with<PrecisionError>([&] { ask(1e-20); }, "at least 72 bits"));  // 66.4 + 5
  BOOST_CHECK_NO_THROW(ask(1e-14));
  // Reachable at the start, not when the state has grown by 1e6.
  const Field<double> grow = [](const Eigen::VectorXd& h, Eigen::VectorXd& derivative, double) {
    derivative = 14 * h;
  };
  BOOST_TEST(throws_with<PrecisionError>(
      [&] {
        integrate<double>(grow, state({1.0}), 0.0, 1.0,
                          {.stepper = "fehlberg78", .absolute_tolerance = 1e-14, .relative_tolerance = 0});
      },
      "bits"));
  constexpr long kBits = 72;
  BOOST_CHECK_NO_THROW(integrate<MpFloat>(
      growing_and_shrinking<MpFloat>(), {make_mp(1, kBits)}, make_mp(0, kBits), make_mp(0.01, kBits),
      {.stepper = "fehlberg78", .absolute_tolerance = 1e-20, .relative_tolerance = 0}));
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const auto field = growing_and_shrinking<double>();
  const auto run = [&](const IntegrationOptions& options, double t1 = 1) {
    integrate<double>(field, state({1.0}), 0.0, t1, options);
  };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(throws_with<InputError>([&] { run({.stepper = "dopri"}); }, "did you mean 'dopri5'"));
  BOOST_TEST(throws_with<InputError>([&] { run({.stepper = "magic"}); }, "Known: euler, rk4"));
  BOOST_TEST(throws_with<InputError>([&] { run({.stepper = "rk4"}); }, "fixed_steps"));
  BOOST_TEST(throws_with<InputError>([&] { run({.stepper = "bulirsch-stoer", .fixed_steps = 3}); },
                                     "chooses its own steps"));
  BOOST_TEST(throws_with<InputError>([&] { run({.fixed_steps = -1}); }, "fixed_steps"));
  BOOST_TEST(throws_with<InputError>([&] { run({.most_steps = 0}); }, "most_steps"));
  BOOST_TEST(throws_with<InputError>([&] { run({.absolute_tolerance = 0}); }, "absolute"));
  BOOST_TEST(throws_with<InputError>([&] { run({.absolute_tolerance = kNan}); }, "absolute"));
  BOOST_TEST(throws_with<InputError>([&] { run({.relative_tolerance = -1}); }, "relative"));
  BOOST_TEST(throws_with<InputError>([&] { run({}, 0); }, "later t1"));
  BOOST_TEST(throws_with<InputError>([&] { run({}, -1); }, "later t1"));
  BOOST_TEST(throws_with<InputError>([&] { run({}, kNan); }, "later t1"));
  BOOST_TEST(throws_with<Error>([&] { run({.most_steps = 3}); }, "more than 3 steps"));
  BOOST_TEST(throws_with<Error>([&] { run({.stepper = "rk4", .fixed_steps = 5, .most_steps = 4}); },
                                "more than 4 steps"));
  BOOST_CHECK_THROW(integrate<double>(field, Eigen::VectorXd(), 0.0, 1.0), InputError);
  BOOST_CHECK_THROW(integrate<double>(field, state({1.0, kNan}), 0.0, 1.0), InputError);
  for (const std::vector<double>& times : {std::vector<double>{0.5, 0.4}, {-0.1}, {1.1}, {kNan}})
    BOOST_CHECK_THROW(integrate<double>(field, state({1.0}), 0.0, 1.0, {}, std::span<const double>(times)),
                      InputError);
}

BOOST_AUTO_TEST_SUITE_END()
