/// Enclosures of the infinite-width limit against closed forms, finite depth, other accuracies, and against
/// the properties of the limit.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "gronwall/gaussian/dual.hpp"
#include "limit_testing.hpp"

using namespace limit_testing;

namespace {

void check_overlap(const std::array<Ball, 6>& a, const std::array<Ball, 6>& b, const std::string& what) {
  for (std::size_t i = 0; i < 6; ++i)
    BOOST_TEST(a[i].overlaps(b[i]), what << " block " << i << ": " << a[i] << " " << b[i]);
}

void check_radius(const std::array<Ball, 6>& a, double useful, const std::string& what) {
  for (const Ball& x : a) BOOST_TEST(x.radius().value() <= useful, what << ": " << x.radius().value());
}

/// Does the exception's message name `part`?
auto says(const std::string& part) {
  return [part](const std::exception& error) {
    return std::string(error.what()).find(part) != std::string::npos;
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limit_kernel)

BOOST_AUTO_TEST_CASE(linear_networks) {
  // C = Sigma = c0 rho I_0(2 tau), y = c0 rho I_0, z = c0 rho tau I_1.
  LimitParameters p = scaled("identity");
  p.T = 2;
  const Rational tau = p.T * p.sigma_w, v_square = p.sigma_v * p.sigma_v;
  for (const double radius : {1e-3, 1e-8, 1e-14, 1e-20}) {
    const LimitKernel kernel(p, {.radius = radius});
    for (const Rational& rho : {Rational(1), Rational(-1), Rational(0), Rational(17, 23), Rational(-5, 64)}) {
      const LimitValues k = kernel.at(rho);
      const Ball scale = Ball::from(p.c0 * rho, 200), v = Ball::from(v_square, 200);
      const Ball c = scale * bessel_sum(tau, [](long) { return 1; });
      const Ball w = scale * bessel_sum(tau, [](long m) { return m; });
      check_overlap(blocks(k), {c, c, v * c, v * w, v * c, v * (Ball(2) * c + w)},
                    "identity " + to_canonical_text(rho));
      check_radius(blocks(k), radius * 2.25, "identity");
      BOOST_TEST(k.q_T.overlaps(Ball::from(p.c0, 200) * bessel_sum(tau, [](long) { return 1; })));
      BOOST_TEST(k.q_T.radius().value() <= radius);
    }
  }
}

BOOST_AUTO_TEST_CASE(finite_depth) {
  for (const char* phi : {"softplus", "tanh", "gelu", "cos", "sigmoid"})
    for (const int depth : {1, 2, 5}) {
      const LimitKernel kernel(scaled(phi), depth, {.radius = 1e-10});
      const DepthRecursion<Ball> truth(scaled(phi), depth, 100);
      BOOST_TEST(kernel.nodes() == static_cast<std::size_t>(depth));
      for (const Rational& rho : {Rational(1), Rational(3, 7), Rational(-9, 10)}) {
        const LimitValues k = kernel.at(rho);
        const std::string what = std::string(phi) + " L=" + std::to_string(depth);
        check_overlap(blocks(k), blocks(truth.at(rho)), what);
        check_radius(blocks(k), 3e-10, what);
        BOOST_TEST(k.q_T.overlaps(truth.variances().back()), what);
      }
    }
}

BOOST_AUTO_TEST_CASE(finite_depth_as_a_series) {
  for (const char* phi : {"softplus", "erf"}) {
    const LimitKernel kernel(scaled(phi), 3, {.radius = 1e-10});
    const DepthRecursion<Ball> truth(scaled(phi), 3, 100);
    for (const unsigned degree : {1U, 2U, 3U, 30U}) {
      const LimitSeries series = kernel.series(degree);
      for (const Rational& rho : {Rational(1), Rational(3, 7), Rational(-9, 10)}) {
        const auto found = blocks(series);
        const auto expected = blocks(truth.at(rho));
        for (std::size_t i = 0; i < 6; ++i)
          BOOST_TEST(found[i].at(Ball::from(rho, 100)).overlaps(expected[i]),
                     phi << " block " << i << " degree " << degree << " at " << to_canonical_text(rho));
      }
      BOOST_TEST(series.K_inf.radius.value() < (degree < 30 ? 1.0 : 1e-5), phi);
    }
  }
}

BOOST_AUTO_TEST_CASE(extrapolated_depth) {
  for (const char* phi : kSmooth) {
    const LimitKernel kernel(scaled(phi), {.radius = 1e-10});
    for (const Rational& rho : {Rational(1), Rational(2, 5)}) {
      const auto expected = extrapolated(scaled(phi), rho, 2, 32);
      const auto k = blocks(kernel.at(rho));
      for (std::size_t i = 0; i < 6; ++i)
        BOOST_TEST(std::abs(k[i].midpoint() - expected[i]) < 3e-8,
                   phi << " block " << i << ": " << k[i].midpoint() - expected[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(coarse_and_fine_agree) {
  // Coarse grids have errors far above the radii of the fine one: a missing term shows here.
  const Rational cosines[] = {Rational(1), Rational(1, 3), Rational(-1)};
  for (const char* phi : kSmooth) {
    const LimitKernel fine(scaled(phi), {.radius = 1e-12});
    std::vector<LimitValues> truth;
    for (const Rational& rho : cosines) truth.push_back(fine.at(rho));
    for (const LimitValues& b : truth) {
      check_radius(blocks(b), 2.25e-12, phi);
      BOOST_TEST(b.q_T.radius().value() < 1e-12, phi);
    }
    for (const double radius : {0.5, 1e-1, 1e-2, 1e-4, 1e-7}) {
      const LimitKernel coarse(scaled(phi), {.radius = radius});
      BOOST_TEST(coarse.nodes() <= fine.nodes());
      for (std::size_t i = 0; i < truth.size(); ++i) {
        const LimitValues a = coarse.at(cosines[i]);
        const std::string what = std::string(phi) + " " + std::to_string(radius);
        check_overlap(blocks(a), blocks(truth[i]), what);
        check_radius(blocks(a), 2.25 * radius, what);
        BOOST_TEST(a.q_T.overlaps(truth[i].q_T), what);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(twenty_digits) {
  for (const char* phi : {"softplus", "sin"}) {
    const LimitKernel fine(unit(phi, Rational(1, 4)), {.radius = 1e-20}),
        coarse(unit(phi, Rational(1, 4)), {.radius = 1e-14});
    const auto a = blocks(fine.at(Rational(5, 8))), b = blocks(coarse.at(Rational(5, 8)));
    check_overlap(a, b, phi);
    check_radius(a, 1e-20, phi);
    check_radius(b, 1e-14, phi);
    const Ball exact = dual_activation(activation(phi), 1, Rational(5, 8), 80);
    const LimitValues flat = LimitKernel(unit(phi, 0), {.radius = 1e-20}).at(Rational(5, 8));
    BOOST_TEST(flat.Sigma.overlaps(exact));
  }
}

BOOST_AUTO_TEST_CASE(two_layers) {
  for (const char* phi : kSmooth)
    for (const bool by_time : {true, false}) {
      LimitParameters p = scaled(phi);
      p.c0 = Rational(2, 3);
      (by_time ? p.T : p.sigma_w) = 0;
      const LimitKernel kernel(p, {.radius = 1e-12});
      DualActivation dual(activation(phi), 80);
      for (const Rational& rho : {Rational(1), Rational(-3, 11), Rational(-1)}) {
        const Rational c = p.c0 * rho;
        const Ball v = Ball::from(p.sigma_v * p.sigma_v, 80), sigma = dual.value(p.c0, c, p.c0),
                   u = Ball::from(c, 80) * dual.derivative_by_c(p.c0, c, p.c0);
        const LimitValues k = kernel.at(rho);
        check_overlap(blocks(k), {Ball::from(c, 80), sigma, v * sigma, Ball(0), v * u, v * (sigma + u)}, phi);
        check_radius(blocks(k), 3e-12, phi);
        BOOST_TEST(k.q_T.contains(p.c0), phi);
      }
    }
}

BOOST_AUTO_TEST_CASE(only_the_product_of_sigma_w_and_time_counts) {
  LimitParameters p = scaled("softplus");
  const auto first = blocks(LimitKernel(p, {.radius = 1e-8}).at(Rational(1, 7)));
  p.T *= 5;
  p.sigma_w /= 5;
  const auto second = blocks(LimitKernel(p, {.radius = 1e-8}).at(Rational(1, 7)));
  for (std::size_t i = 0; i < 6; ++i)
    BOOST_TEST((first[i].contains(second[i]) && second[i].contains(first[i])));
}

BOOST_AUTO_TEST_CASE(scales) {
  LimitParameters p = unit("gelu", Rational(1, 2));
  const auto one = blocks(LimitKernel(p, {.radius = 1e-9}).at(Rational(1, 7)));
  p.sigma_v = 2;
  const auto two = blocks(LimitKernel(p, {.radius = 1e-9}).at(Rational(1, 7)));
  for (std::size_t i = 0; i < 6; ++i) {
    const Ball expected = i < 2 ? one[i] : ldexp(one[i], 2);
    BOOST_TEST(std::abs(two[i].midpoint() - expected.midpoint()) < 1e-15, i);
    BOOST_TEST(two[i].overlaps(expected), i);
  }
}

BOOST_AUTO_TEST_CASE(odd_activations) {
  for (const char* phi : {"tanh", "erf", "sin", "identity"}) {
    const LimitKernel kernel(scaled(phi), {.radius = 1e-7});
    for (const Rational& rho : {Rational(1), Rational(4, 9), Rational(1, 1000)}) {
      const auto a = blocks(kernel.at(rho)), b = blocks(kernel.at(-rho));
      for (std::size_t i = 0; i < 6; ++i) {
        BOOST_TEST((-a[i]).overlaps(b[i]), phi << i);
        BOOST_TEST(std::abs(a[i].midpoint() + b[i].midpoint()) < 1e-12, phi << i);
      }
    }
    for (const Ball& x : blocks(kernel.at(0))) BOOST_TEST(x.contains(0), phi);
  }
  BOOST_TEST(LimitKernel(scaled("softplus"), {.radius = 1e-6}).at(-1).K_inf.lower() > 0);
}

BOOST_AUTO_TEST_CASE(series_against_numbers) {
  std::mt19937_64 random(5);
  for (const char* phi : kSmooth) {
    const LimitKernel kernel(scaled(phi), {.radius = 1e-9});
    const LimitValues at_one = kernel.at(1);
    for (const unsigned degree : {1U, 4U, 24U}) {
      const LimitSeries series = kernel.series(degree);
      const auto all = blocks(series);
      const Rational v_square = kernel.parameters().sigma_v * kernel.parameters().sigma_v;
      for (std::size_t i = 0; i < 6; ++i) {
        BOOST_TEST_REQUIRE(all[i].coefficients.size() == degree + 1U);
        for (const Ball& c : all[i].coefficients) BOOST_TEST((c.is_exact() && c.lower() >= 0), phi << i);
        // The same lemma at rho = 1 with more terms dropped cannot give a smaller radius.
        BOOST_TEST(all[i].radius.value() >= 0.99 * blocks(at_one)[i].radius().value(), phi << i);
        if (degree == 24) BOOST_TEST(all[i].radius.value() < 1e-3, phi << i << " " << all[i].radius.value());
      }
      for (int trial = 0; trial < 3; ++trial) {
        const Rational rho(std::uniform_int_distribution<int>(-1000, 1000)(random), 1000);
        const auto numbers = blocks(kernel.at(rho));
        for (std::size_t i = 0; i < 6; ++i)
          BOOST_TEST(all[i].at(Ball::from(rho, 96)).overlaps(numbers[i]),
                     phi << " block " << i << " degree " << degree << " at " << to_canonical_text(rho));
      }
      for (std::size_t i = 0; i < 6; ++i) {
        BOOST_TEST(all[i].at(1).overlaps(blocks(at_one)[i]), phi << i << " degree " << degree);
        // Its radius is not far above what was dropped.
        double sum = 0;
        for (const Ball& c : all[i].coefficients) sum += c.midpoint();
        BOOST_TEST(all[i].radius.value() <= 40 * std::abs(blocks(at_one)[i].midpoint() - sum) + 1e-8,
                   phi << i << " degree " << degree << " " << all[i].radius.value());
      }
      // K_U = rho dK_v/drho, coefficient by coefficient, and K_v = sigma_v^2 Sigma.
      for (std::size_t m = 0; m <= degree; ++m) {
        const Ball b = series.Sigma.coefficients[m] * Ball::from(v_square, 96);
        const double slack =
            (1 + static_cast<double>(m)) * series.K_v.radius.value() + series.K_U.radius.value() + 1e-18;
        BOOST_TEST(abs(series.K_v.coefficients[m] - b).lower() <= slack, phi << m);
        BOOST_TEST(abs(series.K_U.coefficients[m] - Ball(m) * b).lower() <= slack, phi << m);
        const Ball sum = series.K_v.coefficients[m] + series.K_W.coefficients[m] + series.K_U.coefficients[m];
        BOOST_TEST(abs(series.K_inf.coefficients[m] - sum).lower() <= 1e-17, phi << m);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(identity_of_k_u_with_small_radius) {
  const LimitSeries series = LimitKernel(unit("gelu", Rational(1, 2)), {.radius = 1e-12}).series(60);
  BOOST_TEST(series.K_inf.radius.value() < 1e-9, series.K_inf.radius.value());
  for (std::size_t m = 0; m <= 60; ++m)
    BOOST_TEST(abs(series.K_U.coefficients[m] - Ball(m) * series.Sigma.coefficients[m]).upper() < 1e-8, m);
  BOOST_CHECK_THROW(series.Sigma.at(Ball::exact(1.0625)), InputError);
  BOOST_CHECK_THROW(series.Sigma.at(Ball::with_radius(Ball(1), UpperBound(1e-9))), InputError);
}

BOOST_AUTO_TEST_CASE(series_within_a_radius) {
  const LimitKernel kernel(scaled("sin"), {.radius = 1e-9});
  const LimitSeries series = kernel.series_within(1e-8);
  BOOST_TEST(series.K_inf.radius.value() <= 1e-8 * 2.25);
  BOOST_TEST(series.K_inf.coefficients.size() == 25u);
  BOOST_TEST(series.K_inf.at(Ball::from(Rational(1, 3), 96)).overlaps(kernel.at(Rational(1, 3)).K_inf));
  LimitWitness witness;
  BOOST_TEST(kernel.series_within(1e-8, witness).K_inf.radius.value() >= 2 * series.K_inf.radius.value());
  BOOST_TEST(witness.degree == 24u);
  // Finer than certificates can be.
  const LimitKernel fine(unit("sin", Rational(1, 8)), {.radius = 1e-20});
  BOOST_TEST(fine.series_within(1e-18).K_inf.radius.value() <= 1e-18);
  BOOST_CHECK_THROW(fine.series_within(1e-18, witness), PrecisionError);
}

BOOST_AUTO_TEST_CASE(witnesses) {
  const LimitKernel kernel(scaled("softplus"), {.radius = 1e-9});
  LimitWitness witness;
  const LimitValues wide = kernel.at(Rational(1, 3), witness), plain = kernel.at(Rational(1, 3));
  const std::size_t n = kernel.nodes(), triangle = n * (n + 1) / 2;
  BOOST_TEST(static_cast<std::size_t>(witness.panels * witness.order) == n);
  BOOST_TEST_REQUIRE(witness.state.size() == triangle);
  BOOST_TEST_REQUIRE(witness.values.size() == 3 * triangle);
  BOOST_TEST(witness.terms == kernel.terms());
  for (std::size_t i = 0; i < 6; ++i) {
    BOOST_TEST(blocks(wide)[i].contains(blocks(plain)[i]), i);
    BOOST_TEST(blocks(wide)[i].radius().value() <= 4 * blocks(plain)[i].radius().value() + 1e-16, i);
  }
  // Variances increase in time from c0 and end near q_T; at rho < 1 everything is smaller.
  double before = 0.75;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t e = i * (i + 1) / 2 + i;
    const double q = std::ldexp(static_cast<double>(witness.state[e]), static_cast<int>(witness.scale));
    BOOST_TEST((q > before && q < plain.q_T.upper()), i);
    BOOST_TEST(witness.values[e] < witness.state[e]);
    before = q;
  }
  LimitWitness of_series;
  const LimitSeries series = kernel.series(5, of_series);
  BOOST_TEST(of_series.values.size() == 3 * triangle * 6);
  BOOST_TEST((of_series.degree == 5 && of_series.state == witness.state));
  BOOST_TEST(series.Sigma.radius.value() >= 2 * kernel.series(5).Sigma.radius.value());
  BOOST_CHECK_EXCEPTION(LimitKernel(unit("sin", Rational(1, 8)), {.radius = 1e-20}).at(1, witness),
                        PrecisionError, says("1e-15"));
}

BOOST_AUTO_TEST_CASE(bad_input) {
  BOOST_CHECK_THROW(LimitKernel({}), InputError);
  for (const char* phi : {"relu", "leaky-relu:1/4", "elu", "polynomial:1,0,1"})
    BOOST_CHECK_EXCEPTION(LimitKernel{unit(phi, 1)}, InputError, says(activation(phi).name()));
  for (const double radius : {0.0, -1.0, 1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    BOOST_CHECK_THROW(LimitKernel(unit("sin", 1), {.radius = radius}), InputError);
  for (const int depth : {0, -1, 2001}) {
    LimitParameters p = unit("sin", Rational(1, 8));
    BOOST_CHECK_THROW(LimitKernel(p, depth, {.radius = 1e-3}), InputError);
  }
  for (const int which : {0, 1, 2, 3}) {
    LimitParameters p = unit("sin", 1);
    (which == 0 ? p.T : which == 1 ? p.sigma_w : which == 2 ? p.sigma_v : p.c0) = which < 2 ? -1 : 0;
    BOOST_CHECK_THROW(LimitKernel{p}, InputError);
  }
  const LimitKernel kernel(unit("sin", Rational(1, 8)), {.radius = 1e-3});
  for (const Rational& rho : {Rational(1001, 1000), Rational(-2)})
    BOOST_CHECK_THROW(kernel.at(rho), InputError);
  BOOST_CHECK_THROW(kernel.series(0), InputError);
  BOOST_CHECK_EXCEPTION(LimitKernel(unit("identity", Rational(1, 8)), {.radius = 1e-3}).series(4), InputError,
                        says("identity"));
  for (const char* phi : {"erf", "sin", "cos"})
    BOOST_CHECK_EXCEPTION(LimitKernel{unit(phi, 100000)}, PrecisionError, says("from time"));
  BOOST_CHECK_EXCEPTION(LimitKernel{unit("erf", 10)}, PrecisionError, says("nodes of time"));
}

BOOST_AUTO_TEST_SUITE_END()
