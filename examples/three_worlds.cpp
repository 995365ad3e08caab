// One formula, softplus(x) = log(1 + e^x), in the three worlds: approximate, rigorous, exact.
#include <cmath>
#include <iostream>

#include "gronwall/numbers/real.hpp"
#include "gronwall/numbers/text.hpp"

using namespace gronwall;

template <Real T>
T softplus(const T& x) {
  using std::exp, std::log1p;
  return log1p(exp(x));
}

int main() {
  const Rational x = parse_rational("0.1");  // exact: 1/10, not the double next to it
  std::cout << "exact       x = " << to_canonical_text(x) << '\n';

  std::cout.precision(17);
  std::cout << "approximate softplus(x) ~ " << softplus(constant_like(x, 0.0)) << '\n';

  const Ball enclosure = softplus(Ball::from(x, 200));  // 200 bits; contains the value, provably
  const auto [lo, hi] = decimal_bounds(enclosure, 40);
  std::cout << "rigorous    " << lo << "\n         <= softplus(x)\n         <= " << hi << '\n';

  // Three answers: a wide enclosure does not know, and says so.
  const Ball blurred = Ball::with_radius(enclosure, UpperBound(0.1));
  for (const Ball& ball : {enclosure, blurred}) {
    const Truth above = less(Ball::from(Rational(7, 10), 64), ball);
    std::cout << "softplus(x) > 7/10? "
              << (above == Truth::yes  ? "yes"
                  : above == Truth::no ? "no"
                                       : "unknown")
              << '\n';
  }
}
