#pragma once
/// \file The approximate world at high precision: multiprecision floats without error bounds.

#include <boost/multiprecision/mpfr.hpp>
#include <string>

#include "gronwall/numbers/error.hpp"

namespace gronwall {

/// Largest working precision in bits, of MpFloat and Ball alike.
inline constexpr long kMostBits = 1L << 24;

/// `bits` itself. \throws PrecisionError outside [2, kMostBits].
inline long checked_bits(long bits) {
  if (bits < 2 || bits > kMostBits)
    throw PrecisionError("working precision must be between 2 and " + std::to_string(kMostBits) +
                         " bits, not " + std::to_string(bits));
  return bits;
}

/// Multiprecision float (MPFR) of run-time precision, for guesses, Odeint states and second opinions; never a
/// proof. Copies keep the precision of their source and operations that of their operands, up to the bits of
/// one decimal digit (Boost counts digits); operands of different precision may give the lower one: keep to
/// one. Numbers made from a double or an int get the thread's default precision (MpPrecision).
using MpFloat = boost::multiprecision::number<boost::multiprecision::mpfr_float_backend<0>,
                                              boost::multiprecision::et_off>;

/// A float of value `x` (rounded to nearest) with `bits` bits of precision. \throws PrecisionError outside
/// [2, kMostBits].
inline MpFloat make_mp(double x, long bits) {
  MpFloat result;
  mpfr_set_prec(result.backend().data(), checked_bits(bits));
  mpfr_set_d(result.backend().data(), x, MPFR_RNDN);
  return result;
}

/// Precision of `x` in bits.
inline long bits_of(const MpFloat& x) {
  return static_cast<long>(mpfr_get_prec(x.backend().data()));
}

/// Sets the calling thread's default precision of new MpFloat values for a scope, to at least `bits` bits.
/// \throws PrecisionError outside [2, kMostBits].
class MpPrecision {
 public:
  explicit MpPrecision(long bits) : previous_(MpFloat::thread_default_precision()) {
    // Boost counts decimal digits; two more digits than floor(bits log10(2)) never lose a bit.
    MpFloat::thread_default_precision(
        static_cast<unsigned>(static_cast<double>(checked_bits(bits)) * 0.30103) + 2);
  }
  ~MpPrecision() { MpFloat::thread_default_precision(previous_); }
  MpPrecision(const MpPrecision&) = delete;
  MpPrecision& operator=(const MpPrecision&) = delete;

 private:
  unsigned previous_;
};

}  // namespace gronwall
