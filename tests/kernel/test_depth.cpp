#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "gronwall/gaussian/dual.hpp"
#include "gronwall/kernel/depth.hpp"
#include "gronwall/kernel/mehler_pairs.hpp"

using namespace gronwall;

namespace {

LimitParameters scaled(const char* phi) {
  return {.activation = &activation(phi),
          .T = Rational(3, 2),
          .sigma_w = Rational(4, 5),
          .sigma_v = Rational(5, 4),
          .c0 = Rational(7, 10)};
}

template <Real R>
std::vector<R> values(const DepthKernel<R>& k) {
  return {k.C_TT, k.Sigma, k.K_v, k.K_W, k.K_U, k.K};
}

double largest_difference(const DepthKernel<double>& a, const DepthKernel<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < 6; ++i)
    largest = std::max(largest, std::abs(values(a)[i] - values(b)[i]) / (1 + std::abs(values(b)[i])));
  return largest;
}

/// binom(L, m)^2 (T sigma_w/L)^(2m) c0 rho weight(m), summed over m: linear networks.
Rational binomial_sum(const LimitParameters& p, const Rational& rho, long depth, const auto& weight) {
  const Rational x = p.T * p.sigma_w / depth;
  Rational sum = 0, term = 1;  // binom(L, m) x^m
  for (long m = 0; m <= depth; ++m) {
    sum += weight(m) * term * term;
    term *= x * (depth - m) / (m + 1);
  }
  return p.c0 * rho * sum;
}

/// The limit L -> infinity by Richardson's extrapolation from L = first, 2 first, ..., last, in powers of
/// 1/L.
double extrapolated(const LimitParameters& p, const Rational& rho, long first, long last) {
  std::vector<double> k;
  for (long depth = first; depth <= last; depth *= 2) k.push_back(depth_kernel<double>(p, rho, depth).K);
  double factor = 2;
  for (std::size_t order = 1; order < k.size(); ++order, factor *= 2)
    for (std::size_t i = 0; i + order < k.size(); ++i) k[i] = (factor * k[i + 1] - k[i]) / (factor - 1);
  return k[0];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(depth_limit)

BOOST_AUTO_TEST_CASE(linear_networks) {
  for (const long depth : {1L, 2L, 5L, 16L})
    for (const Rational& rho : {Rational(1), Rational(3, 5), Rational(0), Rational(-1)}) {
      const LimitParameters p = scaled("identity");
      const Rational v_square = p.sigma_v * p.sigma_v;
      const Rational c = binomial_sum(p, rho, depth, [](long) { return 1; });
      const Rational w = binomial_sum(p, rho, depth, [](long m) { return m; });
      for (const DepthForm form : {DepthForm::forward, DepthForm::backward}) {
        const DepthKernel<Ball> ball = depth_kernel<Ball>(p, rho, depth, form, 128);
        BOOST_TEST(ball.C_TT.contains(c));
        BOOST_TEST(ball.Sigma.contains(c));
        BOOST_TEST(ball.K_v.contains(v_square * c));
        BOOST_TEST(ball.K_U.contains(v_square * c));
        BOOST_TEST(ball.K_W.contains(v_square * w));
        BOOST_TEST(ball.K.contains(v_square * (2 * c + w)));
        BOOST_TEST(ball.K.radius().value() < 1e-34);
        const DepthKernel<double> k = depth_kernel<double>(p, rho, depth, form);
        BOOST_TEST(std::abs(k.C_TT - nearest_double(c)) < 1e-14);
        BOOST_TEST(std::abs(k.K_W - nearest_double(v_square * w)) < 1e-13);
        BOOST_TEST(std::abs(k.K - nearest_double(v_square * (2 * c + w))) < 1e-13);
      }
    }
}

BOOST_AUTO_TEST_CASE(linear_limit) {
  // K_inf = sigma_v^2 c0 rho sum (m + 2) tau^(2m)/m!^2 = sigma_v^2 c0 rho [2 I_0(2 tau) + tau I_1(2 tau)].
  const LimitParameters p = scaled("identity");
  const double tau = nearest_double(p.T * p.sigma_w);
  const double truth =
      25.0 / 16 * 0.7 * (2 * std::cyl_bessel_i(0.0, 2 * tau) + tau * std::cyl_bessel_i(1.0, 2 * tau));
  BOOST_TEST(std::abs(extrapolated(p, 1, 16, 512) - truth) < 1e-9);
}

BOOST_AUTO_TEST_CASE(one_layer_by_hand) {
  for (const char* phi : {"softplus", "relu", "tanh", "erf", "gelu", "silu", "sigmoid", "cos", "sin",
                          "gaussian", "leaky-relu:1/4", "polynomial:1,-1/2,1/3"}) {
    const LimitParameters p = scaled(phi);
    const Rational rho(3, 8), tau_square = p.T * p.T * p.sigma_w * p.sigma_w;
    DualActivation dual(*p.activation, 60);
    const auto middle = [](const Ball& x) { return to_rational(x.midpoint()); };
    const Rational c = p.c0 * rho, s0 = middle(dual.value(p.c0, c, p.c0)),
                   s0_same = middle(dual.value(p.c0, p.c0, p.c0)),
                   d0 = middle(dual.derivative_by_c(p.c0, c, p.c0));
    const Rational q1 = p.c0 + tau_square * s0_same, c1 = c + tau_square * s0;
    const double s1 = dual.value(q1, c1, q1).midpoint(), d1 = dual.derivative_by_c(q1, c1, q1).midpoint();
    const double v_square = nearest_double(p.sigma_v * p.sigma_v);
    for (const DepthForm form : {DepthForm::forward, DepthForm::backward}) {
      const DepthKernel<double> k = depth_kernel<double>(p, rho, 1, form);
      BOOST_TEST(std::abs(k.C_TT - nearest_double(c1)) < 2e-15, phi);
      BOOST_TEST(std::abs(k.Sigma - s1) < 2e-15, phi);
      BOOST_TEST(std::abs(k.K_v - v_square * s1) < 4e-15, phi);
      BOOST_TEST(std::abs(k.K_U - v_square * d1 * nearest_double(c * (1 + tau_square * d0))) < 4e-15, phi);
      BOOST_TEST(std::abs(k.K_W - v_square * d1 * nearest_double(tau_square * s0)) < 4e-15, phi);
    }
  }
}

BOOST_AUTO_TEST_CASE(both_forms_agree) {
  for (const char* phi : {"softplus", "relu", "tanh", "erf", "gelu", "silu", "sigmoid", "cos"})
    for (const Rational& rho : {Rational(1), Rational(1, 2), Rational(0), Rational(-1)}) {
      const DepthRecursion<double> recursion(scaled(phi), 24);
      BOOST_TEST(largest_difference(recursion.at(rho), recursion.at(rho, DepthForm::backward)) < 2e-14, phi);
    }
}

BOOST_AUTO_TEST_CASE(three_worlds_agree) {
  for (const char* phi : {"softplus", "sigmoid", "tanh", "silu", "relu", "erf", "gelu", "sin", "cos",
                          "gaussian", "leaky-relu:1/4", "polynomial:1,-1/2,1/3"})
    for (const Rational& rho : {Rational(1), Rational(2, 3), Rational(-1)}) {
      constexpr long kDepth = 3, kBits = 90;
      const DepthKernel<Ball> ball = depth_kernel<Ball>(scaled(phi), rho, kDepth, DepthForm::forward, kBits);
      const DepthKernel<MpFloat> mp =
          depth_kernel<MpFloat>(scaled(phi), rho, kDepth, DepthForm::backward, kBits);
      const DepthKernel<double> k = depth_kernel<double>(scaled(phi), rho, kDepth);
      for (std::size_t i = 0; i < 6; ++i) {
        const Ball difference = values(ball)[i] - Ball::exact(values(mp)[i], kBits);
        BOOST_TEST(values(ball)[i].radius().value() < 1e-23, phi << " " << i);
        BOOST_TEST(difference.magnitude().value() < 1e-23, phi << " " << i);
        const double size = 1 + std::abs(values(k)[i]);
        BOOST_TEST(std::abs(values(k)[i] - values(ball)[i].midpoint()) < 1e-14 * size, phi << " " << i);
      }
    }
}

BOOST_AUTO_TEST_CASE(duals_over_balls) {
  for (const char* phi : {"softplus", "tanh", "silu", "sigmoid", "erf", "gelu"}) {
    const LimitParameters p{.activation = &activation(phi), .T = 2};
    const auto pairs = make_dual_pairs<Ball>(p, 80);
    const auto around = [](const Rational& x, const Rational& radius) {
      return Ball::with_radius(Ball::from(x, 80), Ball::from(radius, 80));
    };
    const Rational q1(6, 5), q2(5, 4), c(7, 10), q_radius(1, 32), c_radius(1, 16);
    pairs->add(around(q1, q_radius));
    pairs->add(around(q2, q_radius));
    const Duals<Ball> wide = pairs->at(0, 1, around(c, c_radius), false);
    BOOST_TEST(wide.value.radius().value() < 0.25, phi);
    BOOST_TEST(wide.derivative.radius().value() < 0.25, phi);
    DualActivation truth(*p.activation, 60);
    for (const int i : {-1, 0, 1})
      for (const int j : {-1, 0, 1})
        for (const int k : {-1, 0, 1}) {
          const Rational a = q1 + i * q_radius, b = q2 + j * q_radius, m = c + k * c_radius;
          BOOST_TEST(wide.value.contains(truth.value(a, m, b)), phi);
          BOOST_TEST(wide.derivative.contains(truth.derivative_by_c(a, m, b)), phi);
        }
    // Uncertain covariance alone.
    pairs->add(Ball::from(q1, 80));
    pairs->add(Ball::from(q2, 80));
    const Duals<Ball> narrow = pairs->at(2, 3, around(c, c_radius), false);
    BOOST_TEST(narrow.value.radius().value() < 0.08, phi);
    for (const int k : {-1, 0, 1}) {
      const Rational m = c + k * c_radius;
      BOOST_TEST(narrow.value.contains(truth.value(q1, m, q2)), phi);
      BOOST_TEST(narrow.derivative.contains(truth.derivative_by_c(q1, m, q2)), phi);
    }
    // On the boundary: u = v of an uncertain variance.
    const Duals<Ball> same = pairs->at(0, 0, around(q1, q_radius), true);
    for (const int i : {-1, 0, 1}) {
      const Rational q = q1 + i * q_radius;
      BOOST_TEST(same.value.contains(truth.value(q, q, q)), phi);
      BOOST_TEST(same.derivative.contains(truth.derivative_by_c(q, q, q)), phi);
    }
  }
}

BOOST_AUTO_TEST_CASE(balls_at_other_precision_and_deeper) {
  for (const char* phi : {"softplus", "erf"}) {
    const DepthKernel<Ball> coarse = depth_kernel<Ball>(scaled(phi), Rational(1), 8, DepthForm::forward, 64);
    const DepthKernel<Ball> fine = depth_kernel<Ball>(scaled(phi), Rational(1), 8, DepthForm::backward, 110);
    for (std::size_t i = 0; i < 6; ++i) {
      BOOST_TEST(values(coarse)[i].overlaps(values(fine)[i]));
      BOOST_TEST(values(coarse)[i].radius().value() < 1e-14);
      BOOST_TEST(values(fine)[i].radius().value() < 1e-28);
    }
  }
}

BOOST_AUTO_TEST_CASE(published_values) {
  // Theory 0.5: T = 1, all scales 1, rho = 1 and 1/2, extrapolated from L = 32 and 64.
  const struct {
    const char* phi;
    double same, at_60_degrees, digit;
  } table[] = {{"softplus", 2.18410, 1.67565, 1e-5},
               {"relu", 1.86279, 0.86587, 1e-5},
               {"tanh", 1.2403, 0.4902, 1e-4},
               {"erf", 1.57132, 0.57210, 1e-5}};
  for (const auto& row : table) {
    const LimitParameters p{.activation = &activation(row.phi)};
    const double same = extrapolated(p, 1, 32, 64), other = extrapolated(p, Rational(1, 2), 32, 64);
    BOOST_TEST(std::abs(same - row.same) < 1.5 * row.digit, row.phi << " " << same);
    BOOST_TEST(std::abs(other - row.at_60_degrees) < 1.5 * row.digit, row.phi << " " << other);
    // They are right to about 1/L^2.
    BOOST_TEST(std::abs(extrapolated(p, 1, 4, 128) - row.same) < 2e-4);
  }
}

BOOST_AUTO_TEST_CASE(published_depth_l_values) {
  // Theory 6: sigma_v = 1.3, sigma_w = 0.9, c0 = 1.21, equal inputs.
  const struct {
    const char* phi;
    int t;
    long depth;
    double value;
  } table[] = {{"softplus", 1, 4, 3.71273}, {"tanh", 1, 4, 2.11642}, {"relu", 2, 8, 9.08928}};
  for (const auto& row : table) {
    const LimitParameters p{.activation = &activation(row.phi),
                            .T = row.t,
                            .sigma_w = Rational(9, 10),
                            .sigma_v = Rational(13, 10),
                            .c0 = Rational(121, 100)};
    BOOST_TEST(std::abs(depth_kernel<double>(p, 1, row.depth).K - row.value) < 6e-6, row.phi);
  }
}

BOOST_AUTO_TEST_CASE(blocks_are_derivatives) {
  // K_U = rho dK_v/drho at every depth (limit-kernel 2, identity ii).
  for (const char* phi : {"softplus", "tanh", "gelu"}) {
    const DepthRecursion<double> recursion(scaled(phi), 12);
    const Rational rho(2, 5), step(1, 4096);
    const auto k_v = [&](int steps) { return recursion.at(rho + steps * step).K_v; };
    const double slope = (8 * (k_v(1) - k_v(-1)) - (k_v(2) - k_v(-2))) * 4096 / 12;
    BOOST_TEST(std::abs(recursion.at(rho).K_U - 0.4 * slope) < 1e-11, phi);
  }
}

BOOST_AUTO_TEST_CASE(only_sigma_w_times_t_counts) {
  LimitParameters p = scaled("softplus");
  const DepthKernel<double> k = depth_kernel<double>(p, Rational(1, 3), 10);
  p.T = p.T / 5;
  p.sigma_w = p.sigma_w * 5;
  BOOST_TEST(largest_difference(depth_kernel<double>(p, Rational(1, 3), 10), k) == 0);
  // T = 0: the two-layer network.
  p.T = 0;
  const DepthKernel<double> flat = depth_kernel<double>(p, Rational(1, 3), 4);
  BOOST_TEST(flat.K_W == 0);
  BOOST_TEST(std::abs(flat.C_TT - 0.7 / 3) < 1e-15);
  const DepthKernel<Ball> enclosed = depth_kernel<Ball>(p, Rational(1, 3), 2, DepthForm::forward, 64);
  BOOST_TEST(std::abs(flat.K - enclosed.K.midpoint()) < 1e-14);
}

BOOST_AUTO_TEST_CASE(odd_activations_give_odd_kernels) {
  for (const char* phi : {"tanh", "erf", "sin", "identity"}) {
    const DepthRecursion<double> recursion(scaled(phi), 6);
    for (const Rational& rho : {Rational(1), Rational(1, 3)})
      BOOST_TEST(recursion.at(rho).K == -recursion.at(-rho).K, phi);
    BOOST_TEST(std::abs(recursion.at(0).K) < 1e-15, phi);
  }
  // Not so for softplus.
  const DepthRecursion<double> recursion(scaled("softplus"), 6);
  BOOST_TEST(recursion.at(-1).K > 0);
}

BOOST_AUTO_TEST_CASE(wide_variances) {
  // The table grows with the variance; compare with coefficients made for the large variance at once.
  MehlerPairs<double> grown(activation("tanh"), 53), direct(activation("tanh"), 53);
  for (const double q : {0.1, 1.0, 10.0, 20.0}) grown.add(q);
  direct.add(20.0);
  direct.add(0.1);
  for (const double c : {-1.3, 0.3, 1.41}) {
    const Duals<double> a = grown.at(0, 3, c, false), b = direct.at(1, 0, c, false);
    BOOST_TEST(std::abs(a.value - b.value) < 1e-14);
    BOOST_TEST(std::abs(a.derivative - b.derivative) < 1e-13);
    DualActivation truth(activation("tanh"), 60);
    BOOST_TEST(std::abs(a.value - truth.value(to_rational(0.1), to_rational(c), 20).midpoint()) < 1e-14);
    BOOST_TEST(std::abs(a.derivative -
                        truth.derivative_by_c(to_rational(0.1), to_rational(c), 20).midpoint()) < 1e-13);
  }
  const Duals<double> same = grown.at(3, 3, 20, true);
  DualActivation truth(activation("tanh"), 60);
  BOOST_TEST(std::abs(same.value - truth.value(20, 20, 20).midpoint()) < 1e-14);
  BOOST_TEST(std::abs(same.derivative - truth.derivative_by_c(20, 20, 20).midpoint()) < 1e-14);
}

BOOST_AUTO_TEST_CASE(bad_input) {
  const LimitParameters good = scaled("softplus");
  const auto with = [&good](auto&& change) {
    LimitParameters p = good;
    change(p);
    return p;
  };
  BOOST_CHECK_THROW(depth_kernel<double>({}, 1, 4), InputError);
  BOOST_CHECK_THROW(depth_kernel<double>(with([](auto& p) { p.T = -1; }), 1, 4), InputError);
  BOOST_CHECK_THROW(depth_kernel<double>(with([](auto& p) { p.sigma_w = -1; }), 1, 4), InputError);
  BOOST_CHECK_THROW(depth_kernel<double>(with([](auto& p) { p.sigma_v = 0; }), 1, 4), InputError);
  BOOST_CHECK_THROW(depth_kernel<double>(with([](auto& p) { p.c0 = 0; }), 1, 4), InputError);
  BOOST_CHECK_THROW(depth_kernel<double>(good, 1, 0), InputError);
  BOOST_CHECK_THROW(depth_kernel<double>(good, Rational(5, 4), 4), InputError);
  BOOST_CHECK_THROW(depth_kernel<double>(good, Rational(-5, 4), 4), InputError);
  BOOST_CHECK_THROW(depth_kernel<double>(scaled("elu"), 1, 4), InputError);
  BOOST_CHECK_THROW(depth_kernel<Ball>(good, 1, 4, DepthForm::forward, 1), PrecisionError);
  // Exploding variances are named with their time.
  for (const char* phi : {"softplus", "relu", "polynomial:0,0,1"}) {
    LimitParameters p = scaled(phi);
    p.T = 4000000;
    BOOST_CHECK_EXCEPTION(depth_kernel<double>(p, 1, 60), PrecisionError, [](const PrecisionError& error) {
      return std::string(error.what()).find("at time") != std::string::npos;
    });
  }
}

BOOST_AUTO_TEST_SUITE_END()
