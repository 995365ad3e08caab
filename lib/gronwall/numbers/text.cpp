#include "gronwall/numbers/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace gronwall {
namespace {

Integer power_of_ten(unsigned long exponent) {
  Integer result;
  mpz_ui_pow_ui(result.backend().data(), 10, exponent);
  return result;
}

/// A little less than parse_rational reads: leading zeros of the plain notation count there.
constexpr long kMostDigitsWritten = static_cast<long>(kMostDigits) - 10;

/// floor(x * 10^places), on integers: a rational would be brought to lowest terms first, at a price.
Integer floor_scaled(const Rational& x, long places) {
  Integer p = numerator(x);
  Integer q = denominator(x);
  const Integer power = power_of_ten(static_cast<unsigned long>(std::labs(places)));
  (places >= 0 ? p : q) *= power;
  Integer result;
  mpz_fdiv_q(result.backend().data(), p.backend().data(), q.backend().data());
  return result;
}

/// An integer e with 10^e < |x| < 10^(e+2), for x != 0. \throws PrecisionError beyond 10^+-1,000,000.
long decimal_exponent(const Rational& x) {
  constexpr double kLog10Of2 = 0.30102999566398120;
  const auto p_bits = static_cast<double>(mpz_sizeinbase(numerator(x).backend().data(), 2));
  const auto q_bits = static_cast<double>(mpz_sizeinbase(denominator(x).backend().data(), 2));
  // 2^(p_bits - q_bits - 1) < |x| < 2^(p_bits - q_bits + 1)
  const double low = std::floor((p_bits - q_bits - 1) * kLog10Of2);
  const double high = (p_bits - q_bits + 1) * kLog10Of2;
  if (low < -kMostExponent || high > kMostExponent)
    throw PrecisionError("a number beyond 10^1,000,000 or below 10^-1,000,000 is not written as a decimal");
  return static_cast<long>(low);
}

/// The decimal `units * 10^-places` in plain or scientific notation, without trailing zeros.
std::string spell(Integer units, long places) {
  if (units == 0) return "0";
  const bool negative = units < 0;
  std::string digits = Integer(negative ? Integer(-units) : units).str();
  const auto last = digits.find_last_not_of('0');
  places -= static_cast<long>(digits.size() - 1 - last);
  digits.erase(last + 1);
  const long leading = static_cast<long>(digits.size()) - places;  // digits before the decimal point
  constexpr long kMostLeadingZeros = 6;
  constexpr long kMostIntegerDigits = 21;
  std::string text;
  if (leading > kMostIntegerDigits || leading <= -kMostLeadingZeros) {
    text = digits.substr(0, 1) + (digits.size() > 1 ? "." + digits.substr(1) : "") + "e" +
           std::to_string(leading - 1);
  } else if (leading <= 0) {
    text = "0." + std::string(static_cast<std::size_t>(-leading), '0') + digits;
  } else if (places <= 0) {
    text = digits + std::string(static_cast<std::size_t>(-places), '0');
  } else {
    text = digits.substr(0, static_cast<std::size_t>(leading)) + "." +
           digits.substr(static_cast<std::size_t>(leading));
  }
  return (negative ? "-" : "") + text;
}

std::string below_at_places(const Rational& x, long places) {
  return spell(floor_scaled(x, places), places);
}
std::string above_at_places(const Rational& x, long places) {
  return spell(Integer(-floor_scaled(-x, places)), places);
}

/// A number of decimal places at which |x| shows at least `digits` significant digits (at most one more).
long places_for(const Rational& x, int digits) {
  if (digits < 1 || digits > kMostDigitsWritten)
    throw PrecisionError("between 1 and " + std::to_string(kMostDigitsWritten) +
                         " decimal digits can be had");
  return x == 0 ? 0 : digits - 1 - decimal_exponent(x);
}

/// `places` itself, if `x` can be written with it.
long checked_places(const Rational& x, int places) {
  if (places < -kMostExponent || places > kMostExponent)
    throw PrecisionError("decimal places beyond 1,000,000");
  if (x != 0 && decimal_exponent(x) + 2 + places > kMostDigitsWritten)
    throw PrecisionError("a decimal of so many places would have more than " +
                         std::to_string(kMostDigitsWritten) + " digits");
  return places;
}

}  // namespace

std::string decimal_below(const Rational& x, int digits) {
  return below_at_places(x, places_for(x, digits));
}
std::string decimal_above(const Rational& x, int digits) {
  return above_at_places(x, places_for(x, digits));
}

DecimalBounds decimal_bounds(const Ball& x, int digits) {
  return {decimal_below(x.lower_rational(), digits), decimal_above(x.upper_rational(), digits)};
}

DecimalBounds decimal_bounds_absolute(const Ball& x, int places) {
  const Rational lo = x.lower_rational();
  const Rational hi = x.upper_rational();
  return {below_at_places(lo, checked_places(lo, places)), above_at_places(hi, checked_places(hi, places))};
}

}  // namespace gronwall
