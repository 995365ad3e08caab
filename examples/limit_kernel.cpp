// The tangent kernel of infinite width: proved values, the proved function on the sphere, a proved
// eigenvalue.
#include "gronwall/kernel/limit_kernel.hpp"

#include <iostream>

#include "gronwall/data/random_points.hpp"
#include "gronwall/sphere/gram_bound.hpp"

using namespace gronwall;

int main() {
  LimitParameters parameters;
  parameters.activation = &activation("gelu");
  parameters.T = Rational(1) / 2;
  const LimitKernel kernel(parameters, LimitOptions{.radius = 1e-10});
  const LimitValues at = kernel.at(/*rho=*/Rational(1) / 2);
  std::cout << "K_inf at 60 degrees: " << at.K_inf << "\nof which K_v " << at.K_v << ", K_W " << at.K_W
            << ", K_U " << at.K_U << '\n';

  const LimitSeries series = kernel.series_within(1e-8);
  std::cout << series.K_inf.coefficients.size() << " coefficients of rho^m give K_inf within "
            << series.K_inf.radius.value() << " on [-1, 1]\n";

  const PointSet points = random_points(/*count=*/100, /*dimension=*/10, /*seed=*/1);
  const GramBound bound =
      bound_gram(points, DotProductKernel::from_series(series.K_inf.coefficients, series.K_inf.radius));
  std::cout << "lambda_min of K_inf at 100 points is between " << bound.lower << " and " << bound.upper
            << '\n';

  const LimitKernel network(parameters, /*depth=*/16, LimitOptions{.radius = 1e-10});
  std::cout << "at depth 16: " << network.at(Rational(1) / 2).K_inf << '\n';
}
