#pragma once
/// \file Ball as an Eigen scalar: rigorous matrix sums and products.
///
/// Matrix products go to Arb's `arb_mat_mul`, several times faster and tighter than a loop over balls.
/// Comparisons are not provided, so Eigen's factorisations (which decide on floating-point pivots) do not
/// compile with balls; linalg/ has rigorous ones. Not rigorous, and to be avoided: Eigen's
/// `NumTraits<Ball>::epsilon()`, `highest()` and the `isApprox` family.

#include <Eigen/Core>
#include <concepts>

#include "gronwall/numbers/ball.hpp"

namespace gronwall {
using BallMatrix = Eigen::Matrix<Ball, Eigen::Dynamic, Eigen::Dynamic>;
using BallVector = Eigen::Matrix<Ball, Eigen::Dynamic, 1>;
}  // namespace gronwall

namespace Eigen {

template <>
struct NumTraits<gronwall::Ball> : GenericNumTraits<gronwall::Ball> {
  using Real = gronwall::Ball;
  using NonInteger = gronwall::Ball;
  using Nested = gronwall::Ball;
  using Literal = gronwall::Ball;
  enum {
    IsComplex = 0,
    IsInteger = 0,
    IsSigned = 1,
    RequireInitialization = 1,
    ReadCost = 10,
    AddCost = 40,
    MulCost = 60
  };
};

}  // namespace Eigen

namespace gronwall {

/// The product `a b`, each entry containing all products of matrices in `a` and `b`, at the largest working
/// precision of any entry. `a * b` calls it for all but small sizes.
BallMatrix product(const Eigen::Ref<const BallMatrix>& a, const Eigen::Ref<const BallMatrix>& b);

/// What Eigen calls for products of ball matrices.
template <class Lhs, class Rhs>
struct BallProduct {
  template <class Dst>
  static void evalTo(Dst& dst, const Lhs& lhs, const Rhs& rhs) {
    dst = product(lhs, rhs);
  }
  template <class Dst>
  static void addTo(Dst& dst, const Lhs& lhs, const Rhs& rhs) {
    dst += product(lhs, rhs);
  }
  template <class Dst>
  static void subTo(Dst& dst, const Lhs& lhs, const Rhs& rhs) {
    dst -= product(lhs, rhs);
  }
  template <class Dst>
  static void scaleAndAddTo(Dst& dst, const Lhs& lhs, const Rhs& rhs, const Ball& alpha) {
    dst += alpha * product(lhs, rhs);
  }
};

}  // namespace gronwall

namespace Eigen::internal {

// Eigen's own kernels compare scalars, which balls do not.
template <class Lhs, class Rhs>
requires std::same_as<typename Lhs::Scalar, gronwall::Ball>
struct generic_product_impl<Lhs, Rhs, DenseShape, DenseShape, GemmProduct> : gronwall::BallProduct<Lhs, Rhs> {
};

template <class Lhs, class Rhs>
requires std::same_as<typename Lhs::Scalar, gronwall::Ball>
struct generic_product_impl<Lhs, Rhs, DenseShape, DenseShape, GemvProduct> : gronwall::BallProduct<Lhs, Rhs> {
};

}  // namespace Eigen::internal
