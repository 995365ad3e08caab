#pragma once
// Exact reals: rationals, each with one spelling (docs/certificates.md, "Bytes").

#include <gmpxx.h>

#include <cstdint>
#include <string>

#include "failure.hpp"

namespace proofs_check {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/// Reads `text`; throws Failure unless it is the one spelling of its value. Charges the budget for its bits.
mpq_class parse_real(const std::string& text, Budget& budget);
/// Same, and the value is an integer.
mpz_class parse_integer(const std::string& text, Budget& budget);
/// An integer real string used as an exponent, |value| <= limit::exponent.
long parse_exponent(const std::string& text, Budget& budget);
/// The one spelling of x.
std::string spell(const mpq_class& x);

bool is_dyadic(const mpq_class& x);
mpq_class power_of_two(long exponent);
std::uint64_t bits(const mpq_class& x);  ///< Of numerator and denominator together.
mpz_class floor(const mpq_class& x);
mpz_class to_mpz(int128 x);

}  // namespace proofs_check
