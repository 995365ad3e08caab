#pragma once
/// \file The exact world: integers and rationals, and their one canonical spelling.

#include <boost/multiprecision/gmp.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gronwall {

/// Arbitrary-size integer (GMP).
using Integer = boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;
/// Exact rational in lowest terms (GMP). Beware: Boost converts doubles to it silently, by their exact value
/// (so `Rational(0.1)` is not 1/10) and without a check for NaN: write `to_rational(x)` or `Rational(1, 10)`.
using Rational =
    boost::multiprecision::number<boost::multiprecision::gmp_rational, boost::multiprecision::et_off>;

/// Limits of exact numbers as text; docs/certificates.md has the same ones.
inline constexpr std::size_t kMostDigits = 20000;
inline constexpr long kMostExponent = 1000000;

/// Reads an exact number. Forms, each with an optional leading `+` or `-`:
/// integer `12`; decimal `0.9`, `.9`, `9.`, `1.5e-3`, `2E6` (read exactly, not through a double); quotient
/// `2/3` of an integer and a positive integer without sign; dyadic `3*2^-4`, integer times a power of two. No
/// white space, no digit separators, no hexadecimal; leading zeros are allowed and mean nothing. \throws
/// InputError on anything else (NaN and infinity included), on an integer or mantissa of more than
/// kMostDigits digits and on an exponent beyond kMostExponent.
Rational parse_rational(std::string_view text);

/// Canonical spelling of docs/certificates.md: integers as such, `m*2^-e` with odd `m` when the denominator
/// is a power of two, `p/q` in lowest terms otherwise. `parse_rational(to_canonical_text(x)) == x`, and equal
/// numbers have equal texts.
/// \throws InputError for numbers beyond the limits of `parse_rational`.
std::string to_canonical_text(const Rational& x);

/// The exact value of a finite double. \throws InputError for NaN and infinities.
Rational to_rational(double x);

/// `2^exponent`. \throws InputError when `|exponent| > kMostExponent`.
Rational power_of_two(long exponent);

/// The exact square root of a rational square, if `x` is one.
std::optional<Rational> exact_sqrt(const Rational& x);

/// `x` as a double rounded toward minus (plus) infinity; exact when representable. \throws InputError when
/// `|x|` exceeds the largest finite double.
double round_down(const Rational& x);
double round_up(const Rational& x);
/// A positive, finite double rounded down to `bits` significant bits.
Rational round_down_to_bits(double x, int bits);
/// The double nearest to `x` (either one of two equally near). \throws InputError as `round_down`.
double nearest_double(const Rational& x);

}  // namespace gronwall
