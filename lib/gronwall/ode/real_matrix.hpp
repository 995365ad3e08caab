#pragma once
/// \file Dense matrices over each of the real types, and their products.

#include <Eigen/Core>
#include <boost/multiprecision/eigen.hpp>
#include <type_traits>

#include "gronwall/numbers/eigen.hpp"
#include "gronwall/numbers/real.hpp"

namespace gronwall {

template <Real R>
using RealMatrix = Eigen::Matrix<R, Eigen::Dynamic, Eigen::Dynamic>;

/// Bits of a double's significand, for code that is told a working precision whatever its real type.
inline constexpr long kDoubleBits = 53;

/// The product `a b`. double: in the fastest kernel of the machine (results depend on its instruction set in
/// the last bits). MpFloat: at the precision of the entries of `a`. Ball: encloses, at the largest precision
/// of any entry. \throws InputError if the shapes do not fit.
RealMatrix<double> multiply(const RealMatrix<double>& a, const RealMatrix<double>& b);
RealMatrix<MpFloat> multiply(const RealMatrix<MpFloat>& a, const RealMatrix<MpFloat>& b);
RealMatrix<Ball> multiply(const RealMatrix<Ball>& a, const RealMatrix<Ball>& b);

/// `constant_like` without a number to be like: the rational `x` as an R of `bits` bits (doubles have 53).
template <Real R>
R real_constant(const Rational& x, long bits) {
  if constexpr (std::same_as<R, double>) return constant_like(x, 0.0);
  if constexpr (std::same_as<R, MpFloat>) return constant_like(x, make_mp(0, bits));
  if constexpr (std::same_as<R, Ball>) return Ball::from(x, bits);
}

/// The doubles of `m` as the real numbers they are. MpFloat: exactly if `bits` is at least 53, else rounded.
/// \throws InputError for Ball and an entry that is not finite.
template <Real R>
RealMatrix<R> real_matrix(const Eigen::MatrixXd& m, long bits) {
  if constexpr (std::same_as<R, double>) return m;
  if constexpr (std::same_as<R, MpFloat>) return m.unaryExpr([bits](double x) { return make_mp(x, bits); });
  if constexpr (std::same_as<R, Ball>) return m.unaryExpr([bits](double x) { return Ball::exact(x, bits); });
}

/// A matrix of zeros of the given precision.
template <Real R>
RealMatrix<R> zeros(Eigen::Index rows, Eigen::Index columns, long bits) {
  return RealMatrix<R>::Constant(rows, columns, real_constant<R>(0, bits));
}

/// The sum of the squares of all entries; a ball may reach below 0 by rounding.
template <Real R>
R squared_norm(const RealMatrix<R>& m) {
  if (m.size() == 0) return R(0);
  R sum = m.coeff(0, 0) * m.coeff(0, 0);
  for (Eigen::Index k = 1; k < m.size(); ++k) {
    const R& x = *(m.data() + k);
    sum += x * x;
  }
  return sum;
}

/// The square root of a number that is known to be >= 0: what a ball holds below 0 is left out.
double root_of_nonnegative(double x);
MpFloat root_of_nonnegative(const MpFloat& x);
Ball root_of_nonnegative(const Ball& x);

/// Working precision of a number: 53 for doubles.
inline long precision_of(double /*x*/) {
  return kDoubleBits;
}
inline long precision_of(const MpFloat& x) {
  return bits_of(x);
}
inline long precision_of(const Ball& x) {
  return x.working_bits();
}

/// MpFloat: gives temporaries the thread's default precision while the scope lives. Nothing for the others.
struct NoScope {
  explicit NoScope(long /*bits*/) {}
};
template <Real R>
using PrecisionScope = std::conditional_t<std::same_as<R, MpFloat>, MpPrecision, NoScope>;

}  // namespace gronwall
