#include "gronwall/sphere/gram_bound.hpp"

#include "gronwall/gaussian/hermite.hpp"

namespace gronwall {

Ball widened(const Ball& value, long bits) {
  if (value.is_exact() && value.contains_zero()) return value;
  return Ball::with_radius(value, ldexp(Ball(1), -bits));
}

KernelCoefficients kernel_coefficients(const Activation& phi, const Rational& q) {
  constexpr long kBits = KernelCoefficients::kAccuracyBits;
  constexpr double kNegligible = 0x1p-44;
  const Ball norm = gaussian_norm(phi, q, kBits);
  for (unsigned terms = 65;; terms = 2 * terms - 1) {
    constexpr long kGuardBits = 4;
    std::vector<Ball> hermite = hermite_coefficients(phi, q, 0, terms - 1, kBits + kGuardBits).values;
    for (Ball& a : hermite) a = widened(a, kBits);
    DotProductKernel kernel = DotProductKernel::from_hermite(hermite, norm);
    if (terms >= KernelCoefficients::kMostTerms || kernel.tail().value() <= kNegligible * norm.lower())
      return {std::move(hermite), std::move(kernel)};
  }
}

GramBound bound_gram(const PointSet& points, const KernelCoefficients& coefficients) {
  return bound_gram(points, coefficients.kernel);
}

GramBound bound_gram(const PointSet& points, const DotProductKernel& kernel) {
  GramBound result{.gram = kernel_gram(points, kernel),
                   .minorant = minorant_gram(points, kernel.lower()),
                   .minorant_lambda_min = {},
                   .lower = 0,
                   .upper = 0};
  result.minorant_lambda_min = enclose_lambda_min(result.minorant.midpoint, result.minorant.radius);
  result.lower = result.minorant_lambda_min.lower;  // bound: L9
  // L12: K differs from the minorant's midpoint by the radii of the full enclosure.
  result.upper = enclose_lambda_min(result.gram.midpoint, result.gram.radius).upper;
  return result;
}

}  // namespace gronwall
