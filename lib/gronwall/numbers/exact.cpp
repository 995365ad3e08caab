#include "gronwall/numbers/exact.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

[[noreturn]] void refuse(std::string_view text, const char* why) {
  constexpr std::size_t kShown = 60;
  std::string shown(text.substr(0, kShown));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  if (text.size() > kShown) shown += "...";
  throw InputError(
      "not an exact number: '" + shown + "' (" + why +
      "); write an integer, a decimal like 0.9 or 1.5e-3, a quotient like 2/3, or a dyadic like 3*2^-4");
}

bool all_digits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Digits with an optional sign; the caller has bounded the length.
Integer parse_integer(std::string_view digits, std::string_view whole) {
  const bool negative = !digits.empty() && digits.front() == '-';
  const bool signed_text = negative || (!digits.empty() && digits.front() == '+');
  const std::string_view magnitude = signed_text ? digits.substr(1) : digits;
  if (!all_digits(magnitude)) refuse(whole, "digits expected");
  if (magnitude.size() > kMostDigits) refuse(whole, "more than 20,000 digits");
  // GMP reads a leading zero as octal.
  const auto first = std::min(magnitude.find_first_not_of('0'), magnitude.size() - 1);
  Integer value{std::string(magnitude.substr(first))};
  return negative ? Integer(-value) : value;
}

long parse_exponent(std::string_view digits, std::string_view whole) {
  const bool signed_text = !digits.empty() && (digits.front() == '-' || digits.front() == '+');
  const std::string_view magnitude = signed_text ? digits.substr(1) : digits;
  if (!all_digits(magnitude)) refuse(whole, "exponent expected");
  if (magnitude.size() > 7) refuse(whole, "exponent beyond 1,000,000");
  const long value = std::strtol(std::string(magnitude).c_str(), nullptr, 10);
  if (value > kMostExponent) refuse(whole, "exponent beyond 1,000,000");
  return digits.front() == '-' ? -value : value;
}

Integer integer_power(unsigned base, long exponent) {
  Integer result;
  mpz_ui_pow_ui(result.backend().data(), base, static_cast<unsigned long>(exponent));
  return result;
}

/// Decimal digits of an integer that `parse_integer` would accept.
std::string digits_of(const Integer& x) {
  constexpr double kBitsPerDigit = 3.3219280948873626;
  const auto bits = static_cast<double>(mpz_sizeinbase(x.backend().data(), 2));
  std::string digits;
  if (bits <= kBitsPerDigit * kMostDigits + 1) digits = x.str();  // a larger one is not worth spelling out
  if (digits.empty() || digits.size() - (x < 0 ? 1 : 0) > kMostDigits)
    throw InputError("an exact number of more than 20,000 digits has no canonical text; round it first");
  return digits;
}

Rational scale(const Integer& mantissa, unsigned base, long exponent) {
  return exponent >= 0 ? Rational(mantissa * integer_power(base, exponent))
                       : Rational(mantissa, integer_power(base, -exponent));
}

Rational parse_decimal(std::string_view text) {
  const auto e = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, e);
  long exponent = e == std::string_view::npos ? 0 : parse_exponent(text.substr(e + 1), text);
  std::string digits(mantissa);
  const auto point = mantissa.find('.');
  if (point != std::string_view::npos) {
    const auto fraction = mantissa.substr(point + 1);
    if (!fraction.empty() && !all_digits(fraction)) refuse(text, "digits expected after the point");
    digits = std::string(mantissa.substr(0, point)) + std::string(fraction);
    if (fraction.size() > kMostDigits) refuse(text, "more than 20,000 digits");
    exponent -= static_cast<long>(fraction.size());
  }
  return scale(parse_integer(digits, text), 10, exponent);
}

}  // namespace

Rational parse_rational(std::string_view text) {
  if (text.empty()) refuse(text, "empty");
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    if (!all_digits(text.substr(slash + 1))) refuse(text, "a denominator is digits without a sign");
    const Integer numerator = parse_integer(text.substr(0, slash), text);
    const Integer denominator = parse_integer(text.substr(slash + 1), text);
    if (denominator == 0) refuse(text, "the denominator must not be zero");
    return Rational(numerator, denominator);
  }
  if (const auto star = text.find("*2^"); star != std::string_view::npos)
    return scale(parse_integer(text.substr(0, star), text), 2, parse_exponent(text.substr(star + 3), text));
  return parse_decimal(text);
}

std::string to_canonical_text(const Rational& x) {
  const Integer p = numerator(x);
  const Integer q = denominator(x);
  const auto twos = mpz_scan1(q.backend().data(), 0);
  const bool dyadic = mpz_sizeinbase(q.backend().data(), 2) == twos + 1;
  if (dyadic && twos > static_cast<unsigned long>(kMostExponent))
    throw InputError("a number with a denominator beyond 2^1,000,000 has no canonical text");
  if (!dyadic) return digits_of(p) + "/" + digits_of(q);
  return digits_of(p) + (twos == 0 ? "" : "*2^-" + std::to_string(twos));
}

Rational to_rational(double x) {
  if (!std::isfinite(x)) throw InputError("a NaN or an infinity has no exact value");
  Rational result;
  mpq_set_d(result.backend().data(), x);
  return result;
}

Rational power_of_two(long exponent) {
  if (exponent < -kMostExponent || exponent > kMostExponent)
    throw InputError("exponent of two beyond 1,000,000");
  return scale(Integer(1), 2, exponent);
}

std::optional<Rational> exact_sqrt(const Rational& x) {
  if (x < 0) return std::nullopt;
  const Integer p = numerator(x);
  const Integer q = denominator(x);
  if (mpz_perfect_square_p(p.backend().data()) == 0 || mpz_perfect_square_p(q.backend().data()) == 0)
    return std::nullopt;
  return Rational(boost::multiprecision::sqrt(p), boost::multiprecision::sqrt(q));
}

double round_down(const Rational& x) {
  // mpq_get_d truncates toward zero (subnormal results too), so that one step down suffices for negative
  // values.
  constexpr double kLargest = std::numeric_limits<double>::max();
  const double truncated = mpq_get_d(x.backend().data());
  if (!std::isfinite(truncated) || (std::fabs(truncated) == kLargest && to_rational(truncated) != x))
    throw InputError("number beyond the largest double");
  if (x >= 0 || to_rational(truncated) == x) return truncated;
  return std::nextafter(truncated, -kLargest);
}

double round_up(const Rational& x) {
  return 0.0 - round_down(-x);  // 0.0 - 0.0 is +0.0
}

double nearest_double(const Rational& x) {
  const double below = round_down(x);
  const double above = round_up(x);
  return x - to_rational(below) <= to_rational(above) - x ? below : above;
}

Rational round_down_to_bits(double x, int bits) {
  int exponent = 0;
  const double mantissa = std::frexp(x, &exponent);
  return to_rational(std::ldexp(std::floor(std::ldexp(mantissa, bits)), exponent - bits));
}

}  // namespace gronwall
