/// Accuracy of the double world against MPFR at 200 bits (which test_rigorous.cpp holds against Arb).
#include <boost/test/unit_test.hpp>
#include <limits>

#include "gronwall/activation/activation.hpp"
#include "gronwall/activation/normal.hpp"
#include "samples.hpp"

using namespace gronwall;

namespace {

constexpr long kBits = 200;

/// Distance of neighbouring doubles at `x`.
double ulp(const MpFloat& x) {
  const double size = std::abs(static_cast<double>(x));
  const int exponent = size == 0 ? -1074 : std::max(std::ilogb(size) - 52, -1074);
  return std::ldexp(1.0, exponent);
}

double error_in_ulp(double computed, const MpFloat& exact, const MpFloat& scale) {
  return static_cast<double>(abs(make_mp(computed, kBits) - exact)) / ulp(scale);
}

double worst_value(const Activation& phi, const std::vector<double>& points) {
  double worst = 0;
  for (const double z : points) {
    const MpFloat exact = phi.value(make_mp(z, kBits));
    worst = std::max(worst, error_in_ulp(phi.value(z), exact, exact));
  }
  return worst;
}

/// What the error of phi'(z) is measured by: phi'(z) itself, or for GELU and SiLU the distribution function
/// when that is larger (phi' has a zero on the left).
MpFloat derivative_scale(const std::string& name, const MpFloat& z, const MpFloat& slope) {
  const MpFloat other = name == "gelu"   ? MpFloat(normal_cdf(z))
                        : name == "silu" ? activation("sigmoid").value(z)
                                         : MpFloat(slope);
  return abs(slope) > other ? abs(slope) : other;
}

double worst_derivative(const Activation& phi, const std::vector<double>& points) {
  double worst = 0;
  for (const double z : points) {
    const MpFloat at = make_mp(z, kBits);
    const MpFloat exact = phi.derivative(at);
    worst = std::max(worst, error_in_ulp(phi.derivative(z), exact, derivative_scale(phi.name(), at, exact)));
  }
  return worst;
}

std::vector<double> test_points() {
  std::vector<double> points = samples::points_of_every_scale(600, 20240601);
  samples::Random random(7);
  for (int i = 0; i < 300; ++i) {
    points.push_back(random.uniform(-0.76, -0.74));  // zero of gelu'
    points.push_back(random.uniform(-1.29, -1.27));  // zero of silu'
    points.push_back(random.uniform(-39, -36));      // gelu becomes subnormal
    points.push_back(random.uniform(-746, -700));    // the exponentials become subnormal
    points.push_back(random.sign() * random.uniform(350, 380));
    points.push_back(random.sign() * random.uniform(26, 28));
  }
  return points;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(double_accuracy)

BOOST_AUTO_TEST_CASE(value_and_derivative_err_by_at_most_four_ulp) {
  const std::vector<double> points = test_points();
  for (const std::string& name : samples::kEveryName) {
    if (name.starts_with("polynomial")) continue;  // has its own, relative to cancellation
    const Activation& phi = activation(name);
    const double value = worst_value(phi, points);
    const double derivative = worst_derivative(phi, points);
    BOOST_TEST_MESSAGE(name << ": value " << value << " ulp, derivative " << derivative << " ulp");
    BOOST_TEST(value <= 4, name << " value errs by " << value << " ulp");
    BOOST_TEST(derivative <= 4, name << " derivative errs by " << derivative << " ulp");
  }
}

BOOST_AUTO_TEST_CASE(polynomials_err_by_a_few_ulp_of_the_sum_of_absolute_terms) {
  samples::Random random(11);
  const Activation& phi = activation("polynomial:1,-2,1/3,1/7");
  const Activation& absolute = activation("polynomial:1,2,1/3,1/7");
  for (int i = 0; i < 3000; ++i) {
    const double z = random.spread(1e-3, 1e3);
    const double error =
        static_cast<double>(abs(make_mp(phi.value(z), kBits) - phi.value(make_mp(z, kBits))));
    BOOST_TEST(error <= 16 * kUnitRoundoff * absolute.value(std::abs(z)));
    const double slope_error =
        static_cast<double>(abs(make_mp(phi.derivative(z), kBits) - phi.derivative(make_mp(z, kBits))));
    BOOST_TEST(slope_error <= 16 * kUnitRoundoff * absolute.derivative(std::abs(z)));
  }
}

BOOST_AUTO_TEST_CASE(normal_distribution_function) {
  double worst = 0;
  double worst_density = 0;
  for (const double z : test_points()) {
    const MpFloat at = make_mp(z, kBits);
    // MPFR's own erfc with plenty of bits, not the library's guarded evaluation.
    const MpFloat wide = make_mp(z, 400);
    const MpFloat exact = elementary::erfc(MpFloat(-wide / sqrt(make_mp(2, 400)))) / 2;
    worst = std::max(worst, error_in_ulp(normal_cdf(z), exact, exact));
    const MpFloat density = exp(MpFloat(-wide * wide / 2)) / sqrt(MpFloat(2 * pi_like(wide)));
    worst_density = std::max(worst_density, error_in_ulp(normal_density(z), density, density));
  }
  BOOST_TEST_MESSAGE("normal_cdf " << worst << " ulp, density " << worst_density << " ulp");
  BOOST_TEST(worst <= 4);
  BOOST_TEST(worst_density <= 3);
}

BOOST_AUTO_TEST_CASE(table_of_the_normal_tail_is_chebyshev_interpolation) {
  constexpr int n = static_cast<int>(kNormalTail.size());
  constexpr long bits = 300;
  const MpPrecision scope(bits);
  const MpFloat pi = pi_like(make_mp(0, bits));
  // Coefficients of the interpolating polynomial in the Chebyshev basis, then in powers of q.
  std::vector<MpFloat> nodes(n);
  std::vector<MpFloat> values(n);
  for (int j = 0; j < n; ++j) {
    const auto i = static_cast<std::size_t>(j);
    nodes[i] = cos(MpFloat(pi * (2 * j + 1) / (2 * n)));
    const MpFloat t = 4 * (1 + nodes[i]) / (1 - nodes[i]);
    values[i] = (1 + t) * elementary::erfc(MpFloat(t / sqrt(make_mp(2, bits)))) / 2 * exp(MpFloat(t * t / 2));
  }
  std::vector<MpFloat> powers(n, make_mp(0, bits));
  std::vector<MpFloat> before(n, make_mp(0, bits));  // T_{m-1} and T_m in powers of q
  std::vector<MpFloat> current(n, make_mp(0, bits));
  before[0] = 1;
  current[1] = 1;
  for (int m = 0; m < n; ++m) {
    MpFloat c = make_mp(0, bits);
    for (int j = 0; j < n; ++j)
      c += values[static_cast<std::size_t>(j)] * cos(MpFloat(pi * m * (2 * j + 1) / (2 * n)));
    c *= MpFloat(m == 0 ? 1 : 2) / n;
    const std::vector<MpFloat>& basis = m == 0 ? before : current;
    for (std::size_t i = 0; i < powers.size(); ++i) powers[i] += c * basis[i];
    if (m == 0) continue;
    std::vector<MpFloat> next(n, make_mp(0, bits));
    for (std::size_t i = 0; i < next.size(); ++i)
      next[i] = (i == 0 ? make_mp(0, bits) : MpFloat(2 * current[i - 1])) - before[i];
    before = current;
    current = next;
  }
  for (std::size_t i = 0; i < powers.size(); ++i)
    BOOST_TEST(kNormalTail[i] == static_cast<double>(powers[i]));
}

BOOST_AUTO_TEST_CASE(nan_stays_nan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::string& name : samples::kEveryName) {
    const Activation& phi = activation(name);
    BOOST_TEST(std::isnan(phi.value(nan)), name);
    BOOST_TEST(std::isnan(phi.derivative(nan)), name);
    for (const double c : phi.taylor(nan, 3)) BOOST_TEST(std::isnan(c), name);
    BOOST_TEST(bool(isnan(phi.value(make_mp(nan, 100)))), name);
  }
}

BOOST_AUTO_TEST_CASE(kinks_take_the_left_derivative) {
  BOOST_TEST(activation("relu").derivative(0.0) == 0.0);
  BOOST_TEST(activation("leaky-relu:0.25").derivative(0.0) == 0.25);
  BOOST_TEST(activation("elu").derivative(0.0) == 1.0);
  BOOST_TEST(activation("elu").taylor(0.0, 2)[2] == 0.5);
  BOOST_TEST(activation("relu").taylor(5e-324, 2)[1] == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
