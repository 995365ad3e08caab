#include "real.hpp"

namespace proofs_check {
namespace {

/// `0` or `-?[1-9][0-9]*`.
mpz_class integer(const std::string& digits) {
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  if (digits.size() - first > limit::real_digits) over_limit("a real has too many digits");
  const bool zero = digits == "0";
  if (digits.size() == first || digits.find_first_not_of("0123456789", first) != std::string::npos ||
      (digits[first] == '0' && !zero))
    malformed("not an integer in canonical spelling: " + digits.substr(0, 40));
  return mpz_class(digits, 10);
}

}  // namespace

bool is_dyadic(const mpq_class& x) {
  return mpz_popcount(x.get_den_mpz_t()) == 1;
}

mpq_class parse_real(const std::string& text, Budget& budget) {
  const std::size_t star = text.find('*'), slash = text.find('/');
  mpq_class x;
  if (star != std::string::npos) {
    x.get_num() = integer(text.substr(0, star));
    if (text.compare(star, 4, "*2^-") != 0) malformed("not a real: " + text.substr(0, 40));
    const mpz_class e = integer(text.substr(star + 4));
    if (e > limit::exponent) over_limit("an exponent is too large");
    if (e < 1 || mpz_even_p(x.get_num_mpz_t())) malformed("a dyadic real is m*2^-e, m odd, e >= 1");
    mpq_div_2exp(x.get_mpq_t(), x.get_mpq_t(), e.get_ui());
  } else if (slash != std::string::npos) {
    x.get_num() = integer(text.substr(0, slash));
    x.get_den() = integer(text.substr(slash + 1));
    if (x.get_den() < 2 || is_dyadic(x) || gcd(x.get_num(), x.get_den()) != 1)
      malformed("a fraction is p/q in lowest terms, q >= 2 not a power of two");
  } else {
    x = integer(text);
  }
  budget.memory({bits(x) + 1024});  // 1024 for the housekeeping of a number
  budget.work({bits(x) / 64 + 16, bits(x) / 512 + 16});
  return x;
}

mpz_class parse_integer(const std::string& text, Budget& budget) {
  const mpq_class x = parse_real(text, budget);
  if (x.get_den() != 1) malformed("an integer is expected");
  return x.get_num();
}

long parse_exponent(const std::string& text, Budget& budget) {
  const mpz_class e = parse_integer(text, budget);
  if (abs(e) > limit::exponent) over_limit("an exponent is too large");
  return e.get_si();
}

std::string spell(const mpq_class& x) {
  if (x.get_den() == 1) return x.get_num().get_str();
  if (is_dyadic(x)) return x.get_num().get_str() + "*2^-" + std::to_string(mpz_scan1(x.get_den_mpz_t(), 0));
  return x.get_num().get_str() + "/" + x.get_den().get_str();
}

mpq_class power_of_two(long exponent) {
  mpq_class x(1);
  if (exponent >= 0)
    mpq_mul_2exp(x.get_mpq_t(), x.get_mpq_t(), static_cast<unsigned long>(exponent));
  else
    mpq_div_2exp(x.get_mpq_t(), x.get_mpq_t(), static_cast<unsigned long>(-exponent));
  return x;
}

std::uint64_t bits(const mpq_class& x) {
  return mpz_sizeinbase(x.get_num_mpz_t(), 2) + mpz_sizeinbase(x.get_den_mpz_t(), 2);
}

mpz_class floor(const mpq_class& x) {
  mpz_class quotient;
  mpz_fdiv_q(quotient.get_mpz_t(), x.get_num_mpz_t(), x.get_den_mpz_t());
  return quotient;
}

mpz_class to_mpz(int128 x) {
  const uint128 magnitude = x < 0 ? -static_cast<uint128>(x) : static_cast<uint128>(x);
  mpz_class z;
  mpz_import(z.get_mpz_t(), 1, 1, sizeof magnitude, 0, 0, &magnitude);
  return x < 0 ? mpz_class(-z) : z;
}

}  // namespace proofs_check
