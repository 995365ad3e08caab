#pragma once
// The closed table of activations: what the checker takes for granted about each of them.

#include <optional>
#include <string>
#include <vector>

#include "interval.hpp"

namespace proofs_check {

enum class Family {
  softplus,
  tanh,
  sigmoid,
  gelu,
  silu,
  erf,
  sin,
  cos,
  gaussian,
  relu,
  leaky_relu,
  elu,
  identity,
  polynomial
};

struct Activation {
  std::string name;
  Family family;
  mpq_class slope = 0;                  ///< leaky-relu: slope on z < 0
  std::vector<mpq_class> coefficients;  ///< polynomial: c_0, c_1, ...
};

/// Reads `softplus`, `leaky-relu:1/10`, `polynomial:0,0,1`, ...; throws Failure (malformed) for anything
/// else.
Activation parse_activation(const std::string& name, Budget& budget);

/// phi(x) for the activations that are analytic in a strip; not_verified for the others.
Interval value(const Activation& phi, const Interval& x);

/// phi and phi' on x, for the same activations.
struct Jet {
  Interval value, slope;
};
Jet jet(const Activation& phi, const Interval& x);
/// phi'' on x, for the same activations.
Interval curvature(const Activation& phi, const Interval& x);

/// G0, G1 with |phi(x + iy)| <= G0 + G1 |x| for |y| <= b (L1); b = 0 is the real line. Refuses a b outside
/// the strip.
struct Growth {
  Interval g0, g1;
};
Growth strip_growth(const Activation& phi, const Interval& b);
/// Is b certainly inside the strip of L1?
bool inside_strip(const Activation& phi, const Interval& b);

/// sup |phi'| and sup |phi''| (L26), as narrow intervals; not_verified where the table has none.
Interval lipschitz(const Activation& phi, long precision);
Interval lipschitz_of_derivative(const Activation& phi, long precision);

/// Exact identities, for all real z; nullopt when not in the table.
/// s with phi(z) - s z even, and c with phi(z) - c odd.
std::optional<mpq_class> linear_plus_even(const Activation& phi);
std::optional<mpq_class> constant_plus_odd(const Activation& phi);
inline bool is_even(const Activation& phi) {
  return linear_plus_even(phi) == mpq_class(0);
}
inline bool is_odd(const Activation& phi) {
  return constant_plus_odd(phi) == mpq_class(0);
}
/// The k of L52: the Fourier transform of phi^(k) does not change sign; nullopt when not in the table.
std::optional<std::uint64_t> coherent_from(const Activation& phi);
/// Do the identities make E[phi(sqrt(q) Z) h_n(Z)] vanish for every q?
bool vanishes_by_parity(const Activation& phi, std::uint64_t n);

}  // namespace proofs_check
