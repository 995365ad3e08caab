// From an activation and points to a proved bound of the least eigenvalue of their Gram matrix.
#include <iostream>

#include "gronwall/data/random_points.hpp"
#include "gronwall/sphere/gram_bound.hpp"

using namespace gronwall;

int main() {
  const PointSet points = random_points(/*count=*/200, /*dimension=*/20, /*seed=*/1);
  for (const char* name : {"softplus", "tanh", "gelu", "relu"}) {
    const KernelCoefficients coefficients = kernel_coefficients(activation(name), /*q=*/Rational(1));
    const GramBound bound = bound_gram(points, coefficients);
    std::cout << name << ": " << bound.lower << " <= lambda_min(K) <= " << bound.upper << '\n';
  }
}
