#pragma once
/// \file A second algorithm for every activation: its textbook formula in complex power series (Arb's
/// acb_poly), evaluated with enough bits that cancellation does not matter.

#include <string>
#include <vector>

#include "gronwall/numbers/ball.hpp"

namespace oracle {

struct ComplexBall {
  gronwall::Ball re;
  gronwall::Ball im;
};

/// Taylor coefficients 0..order at the exact point `x + iy` of the activation called `name` (parameters
/// included). Kinks: the branch of the sign of `x`.
std::vector<ComplexBall> taylor(const std::string& name, const gronwall::Rational& x,
                                const gronwall::Rational& y, int order, long bits);

/// The same on the real line.
std::vector<gronwall::Ball> taylor(const std::string& name, const gronwall::Rational& x, int order,
                                   long bits);
gronwall::Ball value(const std::string& name, const gronwall::Rational& x, long bits);

/// |phi(x + iy)|, as an enclosure.
gronwall::Ball magnitude(const std::string& name, const gronwall::Rational& x, const gronwall::Rational& y,
                         long bits);

}  // namespace oracle
