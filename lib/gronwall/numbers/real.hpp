#pragma once
/// \file What generic code needs of a real type: double, MpFloat or Ball.
///
/// A formula written once as `template <class Real>` calls the elementary functions unqualified (`using
/// std::exp;`) and makes its constants with `constant_like`, so that each world keeps its own meaning: double
/// and MpFloat round, Ball encloses.

#include <cmath>
#include <concepts>
#include <numbers>

#include "gronwall/numbers/approximate.hpp"
#include "gronwall/numbers/ball.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall {

template <class T>
concept Real = std::same_as<T, double> || std::same_as<T, MpFloat> || std::same_as<T, Ball>;

/// The rational `x` in the type and at the precision of `like`.
inline double constant_like(const Rational& x, double /*like*/) {
  return nearest_double(x);
}
inline MpFloat constant_like(const Rational& x, const MpFloat& like) {
  MpFloat result = make_mp(0, bits_of(like));
  mpfr_set_q(result.backend().data(), x.backend().data(), MPFR_RNDN);
  return result;
}
inline Ball constant_like(const Rational& x, const Ball& like) {
  return Ball::from(x, like.working_bits());
}

/// The constant pi in the type and at the precision of `like`.
inline double pi_like(double /*like*/) {
  return std::numbers::pi;
}
inline MpFloat pi_like(const MpFloat& like) {
  MpFloat result = make_mp(0, bits_of(like));
  mpfr_const_pi(result.backend().data(), MPFR_RNDN);
  return result;
}
inline Ball pi_like(const Ball& like) {
  return Ball::pi(like.working_bits());
}

}  // namespace gronwall
