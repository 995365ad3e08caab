#include "gronwall/model/gaussian_weights.hpp"

#include <array>
#include <cmath>

#include "gronwall/data/philox.hpp"

namespace gronwall {
namespace {

using Coefficients = std::array<double, 8>;

/// sum_k c_k r^k / sum_k d_k r^k
double rational_function(const Coefficients& c, const Coefficients& d, double r) {
  double numerator = c[7], denominator = d[7];
  for (std::size_t k = 7; k-- > 0;) {
    numerator = numerator * r + c[k];
    denominator = denominator * r + d[k];
  }
  return numerator / denominator;
}

/// -log(x) for x in (0, 1): x = m 2^e with m in [sqrt(1/2), sqrt 2), log m = 2 artanh((m-1)/(m+1)). The
/// library's log would differ in the last bit from one machine to another.
double minus_log(double x) {
  constexpr double kLogTwo = 0.6931471805599453094;
  constexpr double kRootHalf = 0.7071067811865475244;
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < kRootHalf) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1), square = s * s;  // square < 0.0295: 12 terms reach 1e-19
  double sum = 0;
  for (int k = 23; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
  return -(exponent * kLogTwo + 2 * s * sum);
}

}  // namespace

double normal_quantile(double p) {
  constexpr double kCentre = 0.425, kCentreOffset = 0.180625;
  constexpr Coefficients a = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                              1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                              3.3430575583588128105e4, 2.5090809287301226727e3};
  constexpr Coefficients b = {1.0,
                              4.2313330701600911252e1,
                              6.8718700749205790830e2,
                              5.3941960214247511077e3,
                              2.1213794301586595867e4,
                              3.9307895800092710610e4,
                              2.8729085735721942674e4,
                              5.2264952788528545610e3};
  const double q = p - 0.5;
  if (std::abs(q) <= kCentre) return q * rational_function(a, b, kCentreOffset - q * q);

  constexpr double kFarTail = 5, kNearOffset = 1.6;
  constexpr Coefficients c = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                              3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                              2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr Coefficients d = {1.0,
                              2.05319162663775882187e0,
                              1.67638483018380384940e0,
                              6.89767334985100004550e-1,
                              1.48103976427480074590e-1,
                              1.51986665636164571966e-2,
                              5.47593808499534494600e-4,
                              1.05075007164441684324e-9};
  constexpr Coefficients e = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                              2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr Coefficients f = {1.0,
                              5.99832206555887937690e-1,
                              1.36929880922735805310e-1,
                              1.48753612908506148525e-2,
                              7.86869131145613259100e-4,
                              1.84631831751005468180e-5,
                              1.42151175831644588870e-7,
                              2.04426310338993978564e-15};
  const double r = std::sqrt(minus_log(q < 0 ? p : 1 - p));
  const double size =
      r <= kFarTail ? rational_function(c, d, r - kNearOffset) : rational_function(e, f, r - kFarTail);
  return q < 0 ? -size : size;
}

Eigen::MatrixXd gaussian_weights(Eigen::Index rows, Eigen::Index columns, std::uint32_t role,
                                 std::uint64_t seed) {
  const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed),
                                         static_cast<std::uint32_t>(seed >> 32)};
  constexpr double kGrain = 0x1p40;
  Eigen::MatrixXd weights(rows, columns);
  for (Eigen::Index j = 0; j < columns; ++j)
    for (Eigen::Index i = 0; i < rows; ++i) {
      const auto block =
          philox4x32({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j), role, 0}, key);
      const std::uint64_t bits = (std::uint64_t{block[1]} << 32 | block[0]) >> 12;
      const double p = (static_cast<double>(bits) + 0.5) * 0x1p-52;  // exact, and so is 1 - p
      weights(i, j) = std::floor(normal_quantile(p) * kGrain + 0.5) / kGrain;
    }
  return weights;
}

}  // namespace gronwall
