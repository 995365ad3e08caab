/// Vector activations on every instruction set of this machine against MPFR (which test_rigorous.cpp holds
/// against Arb).
#include <algorithm>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>

#include "gronwall/activation/normal.hpp"
#include "gronwall/activation/softplus.hpp"
#include "gronwall/activation/vector_activation.hpp"
#include "gronwall/activation/vector_activation_kernels.hpp"
#include "samples.hpp"

using namespace gronwall;

namespace {

constexpr long kBits = 160;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Distance of neighbouring doubles at `x`.
double ulp(double x) {
  const int exponent = x == 0 ? -1074 : std::max(std::ilogb(x) - 52, -1074);
  return std::ldexp(1.0, exponent);
}

/// The exact result and the size in whose ulp its error is measured.
struct Reference {
  MpFloat exact;
  double unit;
};

Reference reference(const MpFloat& exact, const MpFloat& size) {
  return {exact, ulp(std::abs(static_cast<double>(size)))};
}

double error(double computed, const Reference& exact) {
  return static_cast<double>(abs(make_mp(computed, kBits) - exact.exact)) / exact.unit;
}

Reference true_value(const Activation& phi, double z) {
  const MpFloat exact = phi.value(make_mp(z, kBits));
  return reference(exact, exact);
}

/// As in test_double.cpp: where GELU's and SiLU's phi' has its zero, the unit is that of the distribution
/// function.
Reference true_derivative(const Activation& phi, double z) {
  const MpFloat at = make_mp(z, kBits);
  const MpFloat exact = phi.derivative(at);
  const MpFloat other = phi.name() == "gelu"   ? MpFloat(normal_cdf(at))
                        : phi.name() == "silu" ? activation("sigmoid").value(at)
                                               : MpFloat(exact);
  return reference(exact, abs(exact) > other ? exact : other);
}

/// Every scale, and every threshold and cell boundary of the vector code with its neighbours.
std::vector<double> test_points() {
  std::vector<double> points = samples::points_of_every_scale(500, 20240701);
  const auto around = [&points](double z) {
    for (const double x : {z, std::nextafter(z, kInfinity), std::nextafter(z, -kInfinity)}) {
      points.push_back(x);
      points.push_back(-x);
    }
  };
  constexpr double kLn2 = std::numbers::ln2;
  for (const double z : {0.0,
                         0x1p-1022,
                         5e-324,
                         0.75,
                         27.56,
                         38.98,
                         37.5,
                         38.4,
                         38.6,
                         26.5,
                         26.7,
                         372.0,
                         380.0,
                         665.4,
                         708.4,
                         745.1,
                         745.2,
                         760.0,
                         1e5,
                         1e300,
                         std::numeric_limits<double>::max(),
                         36.7,
                         37.4,
                         18.4,
                         1 / std::numbers::sqrt2})
    around(z);
  for (int k = 0; k < 48; ++k) {
    around((k + 0.5) * kLn2 / 16);             // reduction of the exponential,
    around((k + 0.5) * kLn2 / 32);             // of e^-2|z|,
    around(std::sqrt((k + 0.5) * kLn2 / 16));  // of e^-z^2,
    around(std::sqrt((k + 0.5) * kLn2 / 8));   // of e^-z^2/2
    around((k + 0.5) * std::numbers::pi / 4);  // quarter turns, and halfway
    around(std::floor(std::exp(0.23 * k)) * std::numbers::pi / 2);
    if (k < 15) around(-std::log((k + 0.5) / 15));  // cells of the logarithm
  }
  samples::Random random(3);
  for (int i = 0; i < 120; ++i) {
    points.push_back(random.spread(1e-320, 1e-3));
    points.push_back(random.spread(1e-2, 1));
    points.push_back(random.spread(1e3, 1e12));
    points.push_back(random.spread(1e3, 1e300));
    points.push_back(random.uniform(-0.76, -0.74));  // zero of gelu'
    points.push_back(random.uniform(-1.29, -1.27));  // zero of silu'
    points.push_back(random.sign() * random.uniform(36, 39));
    points.push_back(random.sign() * random.uniform(700, 746));
    points.push_back(random.sign() * random.uniform(350, 380));
    points.push_back(random.sign() * random.uniform(26, 28));
    points.push_back(random.sign() * random.uniform(9e4, 1.1e5));
  }
  return points;
}

struct Result {
  std::vector<double> value;
  std::vector<double> derivative;
};

Result evaluate(const VectorActivation& phi, const std::vector<double>& z) {
  Result result{std::vector<double>(z.size()), std::vector<double>(z.size())};
  phi.evaluate(z.data(), result.value.data(), result.derivative.data(),
               static_cast<std::ptrdiff_t>(z.size()));
  return result;
}

bool is_same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Worst error and where.
struct Worst {
  double error = 0;
  double z = 0;
  void note(double candidate, double at) {
    if (!(candidate <= error)) *this = {candidate, at};
  }
};

/// An activation that is not in the catalogue.
struct Unknown : Softplus {
  std::string name() const { return "unknown"; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(vector_activation_)

BOOST_AUTO_TEST_CASE(value_and_derivative_err_by_at_most_four_ulp) {
  const std::vector<double> points = test_points();
  for (const std::string& name : samples::kEveryName) {
    if (name.starts_with("polynomial")) continue;  // has its own, relative to cancellation
    const Activation& phi = activation(name);
    std::vector<Reference> values, derivatives;
    for (const double z : points) {
      values.push_back(true_value(phi, z));
      derivatives.push_back(true_derivative(phi, z));
    }
    for (const VectorActivation& vector : VectorActivation::on_every_instruction_set(phi)) {
      BOOST_TEST(vector.is_vectorised());
      const Result result = evaluate(vector, points);
      Worst value, derivative;
      for (std::size_t i = 0; i < points.size(); ++i) {
        value.note(error(result.value[i], values[i]), points[i]);
        derivative.note(error(result.derivative[i], derivatives[i]), points[i]);
      }
      const std::string where = name + " on " + vector.instruction_set();
      BOOST_TEST_MESSAGE(where << ": value " << value.error << " ulp at " << value.z << ", derivative "
                               << derivative.error << " ulp at " << derivative.z);
      BOOST_TEST(value.error <= 4, where << " value errs by " << value.error << " ulp at " << value.z);
      BOOST_TEST(derivative.error <= 4,
                 where << " derivative errs by " << derivative.error << " ulp at " << derivative.z);
    }
  }
}

BOOST_AUTO_TEST_CASE(tables_are_what_they_say) {
  using namespace vector_activation;
  constexpr long bits = 300;
  const MpPrecision scope(bits);
  const auto mp = [](double x) { return make_mp(x, bits); };
  const auto rounded = [](const MpFloat& x) { return static_cast<double>(x); };
  const MpFloat pi = pi_like(mp(0)), ln2 = log(mp(2));
  for (std::size_t j = 0; j < 16; ++j) {
    const MpFloat power = exp(MpFloat(ln2 * j / 16));
    BOOST_TEST(kPower[j] == rounded(power));
    BOOST_TEST(kPowerRest[j] == rounded(MpFloat((power - kPower[j]) / kPower[j])));
    const MpFloat point = 1 + mp(kLogStep) * j;
    BOOST_TEST(kLogInverse[j] == rounded(MpFloat(1 / point)));
    BOOST_TEST(kLogValue[j] == rounded(log(point)));
  }
  const auto has_bits = [](double x, int count) {
    const double scaled = std::ldexp(x, count - 1 - std::ilogb(x));
    return scaled == std::trunc(scaled);
  };
  BOOST_TEST(std::abs(kLogStep - 1. / 15) < 0x1p-16);
  BOOST_TEST(has_bits(kLogStep, 12));
  BOOST_TEST(k16OverLn2 == rounded(MpFloat(16 / ln2)));
  BOOST_TEST(has_bits(kLn2Over16High, 37));
  BOOST_TEST(kLn2Over16Low == rounded(MpFloat(ln2 / 16 - kLn2Over16High)));
  BOOST_TEST(kTwoOverPi == rounded(MpFloat(2 / pi)));
  BOOST_TEST(has_bits(kHalfPiHigh, 37));
  BOOST_TEST(has_bits(kHalfPiMiddle, 37));
  BOOST_TEST(std::abs(kHalfPiMiddle) < 0x1p-36 * kHalfPiHigh);
  BOOST_TEST(kHalfPiLow == rounded(MpFloat(pi / 2 - kHalfPiHigh - kHalfPiMiddle)));
  BOOST_TEST(kSqrt2 == rounded(sqrt(mp(2))));
  const MpFloat density = 1 / sqrt(MpFloat(2 * pi));
  BOOST_TEST(kInverseSqrt2Pi == rounded(density));
  BOOST_TEST(kInverseSqrt2PiLow == rounded(MpFloat(density - kInverseSqrt2Pi)));
  BOOST_TEST(kTwoOverSqrtPi == rounded(MpFloat(2 / sqrt(pi))));
}

BOOST_AUTO_TEST_CASE(an_activation_without_vector_code_uses_its_own_functions) {
  const ActivationModel<Unknown> phi{Unknown{}};
  const VectorActivation vector(phi);
  BOOST_TEST(!vector.is_vectorised());
  BOOST_TEST(vector.instruction_set() == std::string("scalar"));
  std::vector<double> z = {-1, 0, 2.5, 4}, derivative(z.size());
  const std::vector<double> before = z;
  vector.evaluate(z.data(), z.data(), derivative.data(), 4);
  for (std::size_t i = 0; i < z.size(); ++i) {
    BOOST_TEST(z[i] == phi.value(before[i]));
    BOOST_TEST(derivative[i] == phi.derivative(before[i]));
  }
  BOOST_TEST(VectorActivation(activation("tanh")).instruction_set() ==
             VectorActivation::on_every_instruction_set(activation("tanh")).front().instruction_set());
}

BOOST_AUTO_TEST_CASE(polynomials_err_by_a_few_ulp_of_the_sum_of_absolute_terms) {
  samples::Random random(11);
  std::vector<double> points;
  for (int i = 0; i < 500; ++i) points.push_back(random.spread(1e-3, 1e3));
  const Activation& phi = activation("polynomial:1,-2,1/3,1/7");
  const Activation& absolute = activation("polynomial:1,2,1/3,1/7");
  for (const VectorActivation& vector : VectorActivation::on_every_instruction_set(phi)) {
    const Result result = evaluate(vector, points);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const MpFloat z = make_mp(points[i], kBits);
      const double size = std::abs(points[i]);
      BOOST_TEST(abs(make_mp(result.value[i], kBits) - phi.value(z)) <=
                 16 * kUnitRoundoff * absolute.value(size));
      BOOST_TEST(abs(make_mp(result.derivative[i], kBits) - phi.derivative(z)) <=
                 16 * kUnitRoundoff * absolute.derivative(size));
    }
  }
  const Result constant = evaluate(VectorActivation(activation("polynomial:5/2")), {-kInfinity, 1, 2});
  for (const double c : constant.value) BOOST_TEST(c == 2.5);
  for (const double c : constant.derivative) BOOST_TEST(c == 0);
}

BOOST_AUTO_TEST_CASE(an_element_does_not_depend_on_its_place_or_its_neighbours) {
  std::vector<double> points = test_points();
  points.resize(101);
  points[7] = kNan;
  points[12] = kInfinity;
  points[40] = 3e7;
  for (const std::string& name : samples::kEveryName) {
    for (const VectorActivation& vector : VectorActivation::on_every_instruction_set(activation(name))) {
      const Result together = evaluate(vector, points);
      for (std::size_t first = 0; first < points.size(); ++first)
        for (const std::size_t count : {1U, 2U, 3U, 5U, 9U, 17U}) {
          const std::size_t last = std::min(points.size(), first + count);
          const Result part = evaluate(vector, {points.begin() + static_cast<std::ptrdiff_t>(first),
                                                points.begin() + static_cast<std::ptrdiff_t>(last)});
          bool same = true;
          for (std::size_t i = first; i < last; ++i)
            same = same && is_same(part.value[i - first], together.value[i]) &&
                   is_same(part.derivative[i - first], together.derivative[i]);
          BOOST_TEST(same,
                     name << " on " << vector.instruction_set() << ", elements " << first << " to " << last);
        }
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_else_is_written_and_the_argument_may_be_overwritten) {
  for (const std::string& name : samples::kEveryName)
    for (const VectorActivation& vector : VectorActivation::on_every_instruction_set(activation(name)))
      for (std::size_t count = 0; count <= 20; ++count) {
        std::vector<double> z;
        for (std::size_t i = 0; i < count; ++i) z.push_back(2e5 / 17 * (static_cast<double>(i) - 9.5));
        const Result expected = evaluate(vector, z);
        constexpr double kGuard = 77;
        std::vector<double> value(count + 2, kGuard), derivative(count + 2, kGuard);
        std::copy(z.begin(), z.end(), value.begin() + 1);
        vector.evaluate(value.data() + 1, value.data() + 1, derivative.data() + 1,
                        static_cast<std::ptrdiff_t>(count));
        BOOST_TEST((value.front() == kGuard && value.back() == kGuard));
        BOOST_TEST((derivative.front() == kGuard && derivative.back() == kGuard));
        BOOST_TEST(std::equal(expected.value.begin(), expected.value.end(), value.begin() + 1, is_same));
        std::copy(z.begin(), z.end(), derivative.begin() + 1);
        vector.evaluate(derivative.data() + 1, value.data() + 1, derivative.data() + 1,
                        static_cast<std::ptrdiff_t>(count));
        BOOST_TEST(std::equal(expected.derivative.begin(), expected.derivative.end(), derivative.begin() + 1,
                              is_same));
        BOOST_TEST(std::equal(expected.value.begin(), expected.value.end(), value.begin() + 1, is_same));
      }
}

BOOST_AUTO_TEST_CASE(nan_and_infinities) {
  struct Limits {
    const char* name;
    double value_left, derivative_left, value_right, derivative_right;
  };
  constexpr Limits kLimits[] = {{"softplus", 0, 0, kInfinity, 1},
                                {"tanh", -1, 0, 1, 0},
                                {"sigmoid", 0, 0, 1, 0},
                                {"gelu", 0, 0, kInfinity, 1},
                                {"silu", 0, 0, kInfinity, 1},
                                {"erf", -1, 0, 1, 0},
                                {"sin", kNan, kNan, kNan, kNan},
                                {"cos", kNan, kNan, kNan, kNan},
                                {"gaussian", 0, 0, 0, 0},
                                {"relu", 0, 0, kInfinity, 1},
                                {"leaky-relu:0", 0, 0, kInfinity, 1},
                                {"leaky-relu:1/10", -kInfinity, 0.1, kInfinity, 1},
                                {"leaky-relu:-2", kInfinity, -2, kInfinity, 1},
                                {"elu", -1, 0, kInfinity, 1},
                                {"identity", -kInfinity, 1, kInfinity, 1},
                                {"polynomial:1,-2,1/3,1/7", -kInfinity, kInfinity, kInfinity, kInfinity}};
  const auto agrees = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
  for (const Limits& limits : kLimits)
    for (const VectorActivation& vector : VectorActivation::on_every_instruction_set(activation(limits.name)))
      BOOST_TEST_CONTEXT(limits.name << " on " << vector.instruction_set()) {
        const Result result = evaluate(vector, {-kInfinity, kInfinity, kNan, -kNan});
        BOOST_TEST(agrees(result.value[0], limits.value_left));
        BOOST_TEST(agrees(result.derivative[0], limits.derivative_left));
        BOOST_TEST(agrees(result.value[1], limits.value_right));
        BOOST_TEST(agrees(result.derivative[1], limits.derivative_right));
        for (const std::size_t i : {2U, 3U}) {
          BOOST_TEST(std::isnan(result.value[i]));
          BOOST_TEST(std::isnan(result.derivative[i]));
        }
      }
}

BOOST_AUTO_TEST_CASE(kinks_take_the_left_derivative) {
  const auto slope_at_zero = [](const char* name) {
    for (const VectorActivation& vector : VectorActivation::on_every_instruction_set(activation(name)))
      for (const double zero : {0.0, -0.0})
        BOOST_TEST(evaluate(vector, {zero}).derivative[0] == activation(name).derivative(zero), name);
  };
  for (const char* name : {"relu", "leaky-relu:1/4", "leaky-relu:-2", "elu"}) slope_at_zero(name);
}

BOOST_AUTO_TEST_SUITE_END()
