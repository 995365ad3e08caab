#pragma once
// How a flow is proved: polynomials on pieces of time, their defects at Chebyshev nodes, and L27-L30.

#include "exact.hpp"
#include "flow.hpp"
#include "kinds.hpp"

namespace proofs_check {

/// Chebyshev-Lobatto nodes x_j = cos(j pi / m), j = 0..m, so that x_0 = 1 and x_m = -1.
struct Chebyshev {
  std::size_t m;
  std::vector<Vector> at_node;  ///< T_k(x_j), k = 0..m+1, for each j
  std::vector<Vector>
      weights;        ///< the integrals of T_k times the j-th Lagrange polynomial, k = 0..m+1, for each j
  Interval lebesgue;  ///< L27
  struct Ellipse {
    Vector plus, minus;  ///< (rho^k +- rho^-k) / 2, k = 0..m+1
    Interval factor;     ///< 4 rho^-m / (rho - 1)
  };
  std::vector<Ellipse> ellipses;

  Chebyshev(std::size_t degree, long p);
};

/// sum_i |c_i| w_i
Interval weighted(const Interval* c, const Vector& w);

/// The polynomials of one piece, one row of Chebyshev coefficients a component.
struct Piece {
  Matrix c;
  Vector at(const Vector& chebyshev) const {
    Vector y = zeros(c.rows, chebyshev[0].precision());
    multiply(c, chebyshev, y);
    return y;
  }
  /// d/dx: the coefficients obey d_(k-1) = d_(k+1) + 2 k c_k, the first one halved.
  Piece derivative(long p) const;
};

/// A polynomial on each piece: ARRAY of docs/certificates.md.
struct Trajectory {
  Array array;
  long scale;
  Trajectory(const Value& value, const std::vector<std::uint64_t>& shape, const Context& context)
      : array(context.load(value.require({"entries", "scale"})["entries"])),
        scale(parse_exponent(value["scale"].text(), context.budget)) {
    if (array.dtype != Dtype::i8 || array.shape != shape)
      malformed("a trajectory is an i8 array [pieces, n, degree + 2]");
  }
  Piece piece(std::size_t k, long p) const {
    Piece result{Matrix(array.shape[1], array.shape[2], p)};
    const std::size_t size = result.c.entries.size();
    for (std::size_t i = 0; i < size; ++i) result.c.entries[i] = scaled(array.wide[k * size + i], scale, p);
    return result;
  }
};

/// What the adjoint and the gradient need of the state on a piece.
struct StateOnPiece {
  Interval alpha, growth;            ///< a tau / 2 and e^(2 r)
  Interval error, interpolation;     ///< bounds of ||h - q|| and of ||phi(q) - I phi(q)||
  Interval defect;                   ///< delta of L28
  Interval size;                     ///< S of L30
  std::vector<Vector> value, slope;  ///< phi(q) and phi'(q) at the nodes
};

/// What the first-order term (L42) needs of the adjoint on a piece.
struct AdjointOnPiece {
  Interval error, defect;       ///< bounds of ||lambda - p||; delta of L29
  Interval size, product_size;  ///< P of L30 and Y of L29
  Piece product;                ///< W^T p
};

class Prover {
 public:
  Prover(const Activation& phi, const Value& model, const Value& witness, const Context& context);
  Flow prove();

 protected:
  static std::uint64_t parse_degree(const Value& value);
  std::vector<std::uint64_t> shape() const { return {times_.size() - 1, model_.n, degree_ + 2}; }
  std::size_t charged(Budget& budget) const;
  Interval number(const mpq_class& x) const { return Interval(x, p_); }

  /// Bounds of |g_i - I g_i| for g_i = phi^(order)(q_i) times the i-th components of the factors (L27).
  Vector interpolation_errors(const Matrix& q, const std::vector<const Matrix*>& factors, int order) const;

  void state(Flow& flow);
  void adjoint(Flow& flow);

  const Activation& phi_;
  long p_;
  Row times_;
  std::size_t degree_;
  Model model_;
  Trajectory q_, p_trajectory_;
  Interval l1_, l2_;
  Chebyshev rule_;
  Interval norm_w_;
  std::vector<StateOnPiece> on_piece_;
  std::vector<AdjointOnPiece> dual_;  ///< in the order of the pieces
};

}  // namespace proofs_check
