// Proved Hermite coefficients and a proved dual activation: what every kernel of a wide network is made of.
#include <iostream>

#include "gronwall/gaussian/dual.hpp"
#include "gronwall/numbers/text.hpp"

using namespace gronwall;

int main() {
  constexpr int kPlaces = 30;
  constexpr long kBits = 110;  // radii at most 2^-110, about 33 decimal places
  const Activation& softplus = activation("softplus");

  const HermiteCoefficients a = hermite_coefficients(softplus, Rational(1), 0, 4, kBits);
  for (unsigned n = a.first; n <= a.last(); ++n) {
    const DecimalBounds bounds = decimal_bounds_absolute(a.at(n), kPlaces);
    std::cout << "a_" << n << " in [" << bounds.lo << ", " << bounds.hi << "]\n";
  }

  DualActivation dual(softplus, kBits);
  for (const char* rho : {"-1", "0.5", "0.99", "1"}) {
    const DecimalBounds bounds = decimal_bounds_absolute(dual.value(1, parse_rational(rho), 1), kPlaces);
    std::cout << "E[phi(u) phi(v)] at rho = " << rho << " in [" << bounds.lo << ", " << bounds.hi << "]\n";
  }
}
