// Hermite coefficients: methods against each other and against FLINT's integrator, published values,
// identities, accuracy, and bad input.
#if __has_include(<flint/acb_calc.h>)
#include <flint/acb_calc.h>
#else
#include <acb_calc.h>
#endif

#include <boost/test/unit_test.hpp>

#include "gronwall/gaussian/hermite.hpp"
#include "gronwall/gaussian/hermite_sum.hpp"
#include "gronwall/numbers/error.hpp"
#include "oracle.hpp"

using namespace gaussian_test;
using namespace gronwall;

namespace {

const std::vector<std::string> kAnalytic{"softplus", "sigmoid", "silu", "tanh",    "gelu",
                                         "erf",      "sin",     "cos",  "gaussian"};
const std::vector<std::string> kClosed{"relu",          "leaky-relu:1/10",
                                       "leaky-relu:-1", "elu",
                                       "identity",      "polynomial:1,-2,0,1/3,5",
                                       "gelu",          "erf",
                                       "sin",           "cos",
                                       "gaussian"};

/// phi(z) He_n(z) e^(-z^2/2) for acb_calc_integrate, on pieces where phi is analytic.
struct Task {
  std::string phi;
  Ball root_q;
  unsigned n;
};

int integrand(acb_ptr result, const acb_t z, void* parameter, slong order, slong bits) {
  const Task& task = *static_cast<const Task*>(parameter);
  acb_t y, h, previous, next;
  for (acb_ptr x : {y, h, previous, next}) acb_init(x);
  acb_mul_arb(y, z, task.root_q.raw(), bits);
  if (task.phi == "tanh") {
    acb_tanh(y, y, bits);
  } else if (task.phi == "sigmoid" || task.phi == "silu") {
    acb_neg(h, y);
    acb_exp(h, h, bits);
    acb_add_ui(h, h, 1, bits);
    if (task.phi == "silu")
      acb_div(y, y, h, bits);
    else
      acb_inv(y, h, bits);
  } else if (task.phi == "softplus") {
    acb_exp(y, y, bits);
    acb_add_ui(y, y, 1, bits);
    acb_log_analytic(y, y, order != 0, bits);
  } else if (task.phi == "elu-") {
    acb_expm1(y, y, bits);
  }
  acb_one(h);
  for (unsigned n = 0; n < task.n; ++n) {
    acb_mul(next, h, z, bits);
    acb_submul_si(next, previous, static_cast<slong>(n), bits);
    acb_swap(previous, h);
    acb_swap(h, next);
  }
  acb_mul(y, y, h, bits);
  acb_mul(next, z, z, bits);
  acb_mul_2exp_si(next, next, -1);
  acb_neg(next, next);
  acb_exp(next, next, bits);
  acb_mul(result, y, next, bits);
  for (acb_ptr x : {y, h, previous, next}) acb_clear(x);
  return 0;
}

/// The integral over [low, high], without what is beyond.
Ball integrate(const std::string& phi, const Rational& q, unsigned n, long low, long high, long bits) {
  Task task{phi, sqrt(Ball::from(q, bits + 64)), n};
  acb_t a, b, integral;
  for (acb_ptr x : {a, b, integral}) acb_init(x);
  acb_set_si(a, low);
  acb_set_si(b, high);
  mag_t tolerance;
  mag_init(tolerance);
  mag_set_ui_2exp_si(tolerance, 1, -bits);
  acb_calc_integrate(integral, integrand, &task, a, b, bits, tolerance, nullptr, bits + 64);
  Ball result = Ball().with_bits(bits + 64);
  arb_set(result.raw(), acb_realref(integral));
  for (acb_ptr x : {a, b, integral}) acb_clear(x);
  mag_clear(tolerance);
  return result / sqrt(2 * Ball::pi(bits + 64) * factorial(n, bits + 64));
}

void check_overlap(const HermiteCoefficients& a, const HermiteCoefficients& b, const std::string& what) {
  BOOST_REQUIRE_EQUAL(a.values.size(), b.values.size());
  for (unsigned n = a.first; n <= a.last(); ++n)
    BOOST_TEST(a.at(n).overlaps(b.at(n)), what << " n=" << n << " " << a.at(n) << " " << b.at(n));
}

/// Not above the requested radius, and not so far below that time was wasted.
void check_accuracy(const HermiteCoefficients& a, long bits, const std::string& what) {
  double worst = -INFINITY;
  for (const Ball& x : a.values) {
    BOOST_TEST(is_accurate(x, bits), what << " " << log2_radius(x) << " against " << bits);
    worst = std::max(worst, log2_radius(x));
  }
  if (a.method != HermiteMethod::closed_form && worst > -INFINITY)
    BOOST_TEST(worst >= -static_cast<double>(bits) - 10, what << " worst " << worst << " for " << bits);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hermite)

BOOST_AUTO_TEST_CASE(methods_agree_at_random_precisions) {
  std::mt19937_64 engine(5);
  for (const std::string& name : kAnalytic) {
    const Activation& phi = activation(name);
    for (const Rational& q :
         {Rational(1), Rational(2), Rational(1, 3), Rational(7, 2), Rational(1, 100), Rational(50)}) {
      const long bits_a = std::uniform_int_distribution<long>(20, 200)(engine);
      const long bits_b = std::uniform_int_distribution<long>(20, 200)(engine);
      const auto a = hermite_coefficients(phi, q, 0, 40, bits_a);
      const auto b = hermite_coefficients(phi, q, 0, 40, bits_b, {HermiteMethod::trapezoid});
      check_overlap(a, b, name + " q=" + to_canonical_text(q));
      check_accuracy(a, bits_a, name);
      check_accuracy(b, bits_b, name);
      BOOST_TEST((b.method == HermiteMethod::trapezoid));
    }
  }
}

BOOST_AUTO_TEST_CASE(low_precision_overlaps_high) {
  for (const char* name : {"softplus", "tanh", "sigmoid", "silu", "elu", "gelu"}) {
    const auto high = hermite_coefficients(activation(name), Rational(7, 5), 3, 20, 400);
    for (const long bits : {1L, 2L, 10L, 53L, 128L, 333L}) {
      const auto low = hermite_coefficients(activation(name), Rational(7, 5), 3, 20, bits);
      check_overlap(low, high, name);
      check_accuracy(low, bits, name);
    }
  }
}

BOOST_AUTO_TEST_CASE(against_flint_integration) {
  constexpr long kBits = 120;
  for (const char* name : {"softplus", "sigmoid", "silu", "tanh"}) {
    for (const Rational& q : {Rational(1), Rational(7, 2)}) {
      const auto a = hermite_coefficients(activation(name), q, 0, 33, 100);
      for (const unsigned n : {0U, 1U, 2U, 3U, 5U, 8U, 32U, 33U}) {
        // Beyond 24 the integrand is below e^(-288 + 33 log 48 + ...) < 2^-200.
        const Ball peer = widened(integrate(name, q, n, -24, 24, kBits), ldexp(Ball(1), -110));
        BOOST_TEST(peer.overlaps(a.at(n)), name << " n=" << n);
        BOOST_TEST(is_accurate(peer, 80));
      }
    }
  }
  // The kinks of relu and elu: one integral for each side.
  for (const Rational& q : {Rational(1), Rational(2, 3)}) {
    const auto relu = hermite_coefficients(activation("relu"), q, 0, 12, 100);
    const auto leaky = hermite_coefficients(activation("leaky-relu:1/10"), q, 0, 12, 100);
    const auto elu = hermite_coefficients(activation("elu"), q, 0, 12, 100);
    for (unsigned n = 0; n <= 12; ++n) {
      const Ball rest = ldexp(Ball(1), -110);
      const Ball right = widened(integrate("identity", q, n, 0, 24, kBits), rest);
      const Ball left = widened(integrate("identity", q, n, -24, 0, kBits), rest);
      BOOST_TEST(right.overlaps(relu.at(n)), "relu n=" << n);
      BOOST_TEST((right + left * Ball::from(Rational(1, 10), 200)).overlaps(leaky.at(n)),
                 "leaky-relu n=" << n);
      BOOST_TEST((right + widened(integrate("elu-", q, n, -24, 0, kBits), rest)).overlaps(elu.at(n)),
                 "elu n=" << n);
    }
  }
}

BOOST_AUTO_TEST_CASE(polynomials_by_moments) {
  // z^4 = sqrt(24) h_4 + 6 sqrt(2) h_2 + 3, and scaling.
  const auto quartic = hermite_coefficients(activation("polynomial:0,0,0,0,1"), Rational(4), 0, 6, 100);
  BOOST_TEST(quartic.at(0).contains(Rational(48)));
  BOOST_TEST(quartic.at(2).overlaps(16 * 6 * sqrt(Ball(2).with_bits(150))));
  BOOST_TEST(quartic.at(4).overlaps(16 * sqrt(Ball(24).with_bits(150))));
  for (const unsigned n : {1U, 3U, 5U, 6U}) BOOST_TEST(is_exact_zero(quartic.at(n)));
  const auto identity = hermite_coefficients(activation("identity"), Rational(9), 0, 3, 60);
  BOOST_TEST(identity.at(1).contains(Rational(3)));
}

BOOST_AUTO_TEST_CASE(published_values) {
  // docs: the slides' softplus coefficients, five decimals.
  const struct {
    Rational q;
    std::vector<std::string> values;
  } rows[] = {{Rational(1), {"0.80606", "0.5", "0.14610", "0", "-0.01274"}},
              {Rational(51, 25), {"0.90629", "0.71414", "0.26077", "0", "-0.03398"}}};
  for (const auto& row : rows) {
    const auto a = hermite_coefficients(activation("softplus"), row.q, 0, 4, 60);
    for (unsigned n = 0; n <= 4; ++n) {
      const Ball expected =
          Ball::with_radius(Ball::from(parse_rational(row.values[n]), 60), UpperBound(0.6e-5));
      BOOST_TEST(expected.contains(a.at(n)),
                 "q=" << to_canonical_text(row.q) << " n=" << n << " " << a.at(n));
    }
  }
}

BOOST_AUTO_TEST_CASE(exact_zeros_and_exact_linear_parts) {
  for (const std::string& name : kAnalytic) {
    const Activation& phi = activation(name);
    const ParitySplit split = phi.parity_split();
    for (const HermiteMethod method : {HermiteMethod::automatic, HermiteMethod::trapezoid}) {
      const auto a = hermite_coefficients(phi, Rational(9, 4), 0, 30, 80, {method});
      for (unsigned n = 0; n <= 30; ++n) {
        const bool vanishes =
            (split.rest == Parity::even && n % 2 == 1) || (split.rest == Parity::odd && n % 2 == 0);
        if (n == 1 && split.slope != 0) {
          BOOST_TEST(a.at(1).contains(split.slope * Rational(3, 2)), name);
        } else if (n == 0 && split.constant != 0) {
          BOOST_TEST(a.at(0).contains(split.constant), name);
          BOOST_TEST(a.at(0).is_exact(), name);
        } else {
          BOOST_TEST(is_exact_zero(a.at(n)) == vanishes, name << " n=" << n);
        }
      }
    }
  }
  BOOST_TEST(is_exact_zero(hermite_coefficients(activation("relu"), Rational(3), 0, 9, 50).at(7)));
  BOOST_TEST(!is_exact_zero(hermite_coefficients(activation("elu"), Rational(3), 0, 9, 50).at(7)));
}

// sqrt(n) a_n(phi) = sqrt(q) a_{n-1}(phi'): softplus' = sigmoid, all by the plain rule.
BOOST_AUTO_TEST_CASE(stein_identity) {
  const Rational q(5, 3);
  const auto softplus =
      hermite_coefficients(activation("softplus"), q, 0, 30, 150, {HermiteMethod::trapezoid});
  const auto sigmoid = hermite_coefficients(activation("sigmoid"), q, 0, 29, 150, {HermiteMethod::trapezoid});
  for (unsigned n = 1; n <= 30; ++n)
    BOOST_TEST((softplus.at(n) * sqrt(Ball(n).with_bits(200)))
                   .overlaps(sigmoid.at(n - 1) * sqrt(Ball::from(q, 200))));
}

// sum a_n^2 <= E phi^2, nearly attained for fast decay; the norm by two methods.
BOOST_AUTO_TEST_CASE(parseval) {
  for (const std::string& name : kAnalytic) {
    for (const Rational& q : {Rational(1), Rational(1, 2)}) {
      const Ball norm = gaussian_norm(activation(name), q, 200);
      BOOST_TEST(is_accurate(norm, 200));
      BOOST_TEST(norm.overlaps(gaussian_norm(activation(name), q, 90, HermiteMethod::trapezoid)), name);
      const auto a = hermite_coefficients(activation(name), q, 0, 200, 160);
      Ball sum;
      for (const Ball& x : a.values) sum += x * x;
      BOOST_TEST(!certainly(less(norm, sum)), name);
      BOOST_TEST(certainly(less(norm - sum, ldexp(Ball(1), -20))), name);
    }
  }
  for (const std::string& name : kClosed) {
    const Ball norm = gaussian_norm(activation(name), Rational(3, 2), 100);
    const auto a = hermite_coefficients(activation(name), Rational(3, 2), 0, 2000, 120);
    Ball sum;
    for (const Ball& x : a.values) sum += x * x;
    BOOST_TEST(!certainly(less(norm, sum)), name);
    BOOST_TEST(certainly(less(norm - sum, ldexp(Ball(1), -13))), name << " " << norm - sum);
  }
}

BOOST_AUTO_TEST_CASE(thousand_coefficients) {
  const auto a = hermite_coefficients(activation("tanh"), Rational(1), 0, 1001, 120);
  const auto b =
      hermite_coefficients(activation("tanh"), Rational(1), 995, 1001, 200, {HermiteMethod::trapezoid});
  check_accuracy(a, 120, "tanh");
  for (unsigned n = 995; n <= 1001; ++n) BOOST_TEST(a.at(n).overlaps(b.at(n)));
  BOOST_TEST(certainly(is_nonzero(b.at(1001))));
  // |A_n| = int w^n / sinh(pi w/2) e^(-w^2/2) dw > 0 alternates: sign (-1)^((n-1)/2)
  BOOST_TEST(certainly(is_positive(b.at(1001))));
  BOOST_TEST(certainly(is_positive(-b.at(999))));
}

BOOST_AUTO_TEST_CASE(thousand_digits) {
  const auto a = hermite_coefficients(activation("sigmoid"), Rational(1), 1, 9, 3400);
  check_accuracy(a, 3400, "sigmoid");
  const auto b =
      hermite_coefficients(activation("sigmoid"), Rational(1), 1, 9, 3400, {HermiteMethod::trapezoid});
  check_overlap(a, b, "sigmoid");
}

BOOST_AUTO_TEST_CASE(bad_input) {
  const Activation& phi = activation("softplus");
  BOOST_CHECK_THROW(hermite_coefficients(phi, Rational(0), 0, 4, 50), InputError);
  BOOST_CHECK_THROW(hermite_coefficients(phi, Rational(-1), 0, 4, 50), InputError);
  BOOST_CHECK_THROW(hermite_coefficients(phi, Rational(1), 5, 4, 50), InputError);
  BOOST_CHECK_THROW(hermite_coefficients(phi, Rational(1), 0, 2'000'000'000, 50), InputError);
  BOOST_CHECK_THROW(hermite_coefficients(phi, Rational(1), 0, 4, 0), PrecisionError);
  BOOST_CHECK_THROW(hermite_coefficients(phi, Rational(1), 0, 4, 1L << 40), PrecisionError);
  BOOST_CHECK_THROW(hermite_coefficients(phi, Rational(1), 0, 4, 50, {HermiteMethod::closed_form}),
                    InputError);
  BOOST_CHECK_THROW(hermite_coefficients(activation("gelu"), Rational(1), 0, 4, 50, {HermiteMethod::poles}),
                    InputError);
  BOOST_CHECK_THROW(
      hermite_coefficients(activation("relu"), Rational(1), 0, 4, 50, {HermiteMethod::trapezoid}),
      InputError);
  BOOST_CHECK_THROW(hermite_coefficients(phi, Rational(1), 2, 4, 50).at(1), InputError);
  BOOST_CHECK_THROW(gaussian_norm(phi, Rational(0), 50), InputError);
  BOOST_CHECK_THROW(gaussian_norm(phi, Rational(1), -3), PrecisionError);
  BOOST_CHECK_THROW(hermite_coefficients_over(phi, Ball(0), 0, 3, 50), InputError);
  BOOST_CHECK_THROW((HermiteSum({1L << 20, 10}, 0, 4, 1L << 20, 50)), PrecisionError);
}

BOOST_AUTO_TEST_SUITE_END()
