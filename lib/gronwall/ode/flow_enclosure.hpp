#pragma once
/// \file Rigorous enclosures of the flow `h' = a W phi(h)` in unit time, and of its adjoint, that scale with
/// the width: piecewise Chebyshev polynomials, their defect bounded at the nodes and between them, Gronwall.
///
/// A step costs a few products of W with blocks of vectors (n^2), where componentwise interval methods pay
/// n^3.

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "gronwall/ode/ellipse.hpp"
#include "gronwall/ode/flow_world.hpp"

namespace gronwall {

/// `h' = a W phi(h)` on [0,1]; for the Neural ODE `a = T sigma_w / sqrt n`. W must outlive its users.
struct FlowProblem {
  const BoundedOperator& w;
  const Activation& phi;
  Ball a;
};

struct FlowOptions {
  /// Wanted radius of h(1), Euclidean norm, for every sample.
  double tolerance = 1e-9;
  /// Degree of the defect's interpolants; 0 chooses by the tolerance.
  int degree = 0;
  /// Use the logarithmic norm where it is below the norm of W. Costs one more factorisation of order n.
  bool logarithmic_norm = true;
};

/// What Gronwall's inequality was fed with.
struct FlowBound {
  UpperBound spectral_norm;   ///< of W
  UpperBound rate;            ///< the largest rate used on a piece, per unit time
  UpperBound amplification;   ///< product of the growth factors of all pieces
  double largest_defect = 0;  ///< per unit time, over all pieces and samples
  bool used_logarithmic_norm = false;
  int pieces = 0;
  int degree = 0;
};

/// A vector of samples at one time: `|true - values.col(s)| <= radius(s)`.
struct EnclosedStates {
  Eigen::MatrixXd values;  ///< n x samples
  Eigen::VectorXd radius;
};

/// The enclosed solution. `World` is DoubleWorld or BallWorld.
template <class World>
class FlowEnclosure {
 public:
  using Matrix = typename World::Matrix;
  using Block = typename World::Block;

  /// One piece of time with its polynomial and its error bounds (one entry a sample).
  struct Piece {
    double begin = 0, end = 0;         ///< dyadic
    Matrix state;                      ///< Chebyshev coefficients, (n samples) x (degree + 2)
    Ball alpha;                        ///< a (end - begin) / 2
    UpperBound rate;                   ///< of Gronwall's inequality, for x in [-1,1]
    Eigen::VectorXd at_begin, at_end;  ///< bounds of |h - q|
    Eigen::VectorXd defect;            ///< bounds of the defect, by x
    Eigen::VectorXd interpolation;     ///< eps of L28
  };

  /// \param initial h(0), one stacked column with its error.
  /// \throws InputError for activations that are not analytic or have no Lipschitz constant, PrecisionError
  /// if the tolerance is below what this arithmetic reaches (says which precision would do).
  FlowEnclosure(const FlowProblem& problem, World world, const Block& initial, const FlowOptions& options);

  const std::vector<Piece>& pieces() const { return pieces_; }
  const FlowBound& bound() const { return bound_; }
  World& world() const { return world_; }
  const FlowProblem& problem() const { return problem_; }
  const EllipseBounds& ellipses() const { return ellipses_; }
  int degree() const { return bound_.degree; }
  UpperBound lipschitz() const { return l1_; }
  UpperBound lipschitz_of_derivative() const { return l2_; }

  /// Stacked polynomial at a node of the last piece: q(1) with the polynomial's own evaluation error.
  Block end_value() const;
  /// Bounds of |h(1) - q(1)|.
  const Eigen::VectorXd& end_error() const { return pieces_.back().at_end; }
  /// h(t) for t in [0,1] (unit time), rounded to doubles. \throws InputError outside.
  EnclosedStates at(double t) const;

 private:
  struct Candidate {
    Matrix coefficients;
    double tail;  ///< size of the last coefficients
  };
  Matrix solve_collocation(const Matrix& left, double width) const;
  Matrix starting_guess(const Matrix& left, double width) const;
  double first_width(const Matrix& left) const;
  Piece verified(const Matrix& coefficients, double begin, double end) const;
  /// Whether the defect, or all of it but rounding, is small enough (per unit time): a choice, no proof.
  bool is_resolved(const Piece& piece, double allowed) const;
  /// \throws PrecisionError naming the bits that would do where this arithmetic reaches errors of `reached`.
  [[noreturn]] void refuse_tolerance(double reached) const;
  UpperBound rate_of(const Piece& piece, const Eigen::MatrixXd& magnitudes, const Block& nodes);

  FlowProblem problem_;
  mutable World world_;
  FlowOptions options_;
  UpperBound l1_, l2_;
  EllipseBounds ellipses_;
  std::optional<double> log_norm_;  ///< upper bound of lambda_max((W + W^T)/2)
  std::vector<Piece> pieces_;
  FlowBound bound_;
};

/// The enclosed adjoint `lambda' = -a phi'(h) o (W^T lambda)` along an enclosed flow.
template <class World>
class AdjointEnclosure {
 public:
  using Matrix = typename World::Matrix;
  using Block = typename World::Block;

  struct Piece {
    Matrix adjoint;                    ///< Chebyshev coefficients, (n samples) x (degree + 2)
    Eigen::VectorXd at_begin, at_end;  ///< bounds of |lambda - p|
    Eigen::VectorXd defect;           ///< bounds of `|lambda' - p'|` but for the error of lambda itself, by x
    Eigen::VectorXd largest_product;  ///< bounds of |W^T p|_inf
  };

  /// `lambda(1) = factor phi'(h(1)) o v`, `v` one exact stacked column. `flow` must outlive this object.
  AdjointEnclosure(const FlowEnclosure<World>& flow, const Matrix& v, const Ball& factor);

  const std::vector<Piece>& pieces() const { return pieces_; }
  /// p(0), stacked, and bounds of |lambda(0) - p(0)|.
  Block start_value() const;
  const Eigen::VectorXd& start_error() const { return pieces_.front().at_begin; }
  /// Upper bound of `sup_t |W^T lambda_t|_inf` for every sample.
  Eigen::VectorXd product_bound() const;
  /// `a int lambda phi(h)^T dt`, summed over samples, with a bound of the error in the Frobenius norm (L30).
  std::pair<Matrix, UpperBound> weight_gradient() const;

 private:
  Matrix solve_collocation(const Matrix& right, const Matrix& slopes, const Ball& alpha) const;

  const FlowEnclosure<World>& flow_;
  std::vector<Piece> pieces_;
};

extern template class FlowEnclosure<DoubleWorld>;
extern template class FlowEnclosure<BallWorld>;
extern template class AdjointEnclosure<DoubleWorld>;
extern template class AdjointEnclosure<BallWorld>;

}  // namespace gronwall
