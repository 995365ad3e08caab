#pragma once
/// \file The adjoint method for one block h' = F(t, h) on [0, T]: approximations, never proofs.

#include <functional>
#include <string>
#include <vector>

#include "gronwall/ode/integrate.hpp"
#include "gronwall/ode/real_matrix.hpp"

namespace gronwall {

struct ContinuousOptions {
  /// A stepper of ode/integrate.hpp with step control.
  std::string stepper = "fehlberg78";
  /// Of each step, and of the polynomials between stored states (relative to their length).
  double absolute_tolerance = 1e-11;
  double relative_tolerance = 1e-11;
  /// Most pieces of [0, T] on which trajectories are stored.
  long most_pieces = 4096;
};

/// F(t, h) = s sum_k c_k(t) W_k phi(h) for a batch h, n x N. All functions may be called from the thread of
/// the FlowAdjoint that holds them only.
template <Floating R>
struct FlowField {
  Eigen::Index width;  ///< n
  R time;              ///< T
  std::function<RealMatrix<R>(const RealMatrix<R>& h)> phi;
  std::function<RealMatrix<R>(const RealMatrix<R>& h, const R& t)> field;  ///< F(t, h)
  /// (dF/dh)^T lambda, which is -lambda'.
  std::function<RealMatrix<R>(const RealMatrix<R>& h, const RealMatrix<R>& lambda, const R& t)> adjoint_field;
  std::vector<std::function<R(const R& t)>> factors;  ///< c_k, smooth on [0, T]
};

/// Interpolation on [-1, 1] at Chebyshev-Lobatto nodes.
template <Floating R>
struct ChebyshevBasis {
  ChebyshevBasis(int degree, long bits);

  /// T_0(x), ..., T_m(x) as a column.
  RealMatrix<R> polynomials_at(const R& x) const;

  int degree;
  std::vector<R> nodes;        ///< from 1 down to -1
  RealMatrix<R> coefficients;  ///< values at the nodes (rows) times this: Chebyshev coefficients
  RealMatrix<R> moments;       ///< (k, j): int T_k l_j
};

/// One block: carries states forward and derivatives back. Odeint takes h through the Chebyshev nodes of
/// pieces of [0, T] and lambda back along the stored polynomials of h; the integrals of c_k lambda phi(h)^T
/// are exact for the polynomials of lambda and c_k phi(h). Pieces are halved until the polynomials are
/// resolved (around kinks too, though slowly).
template <Floating R>
class FlowAdjoint {
 public:
  /// `bits`: working precision of MpFloat.
  FlowAdjoint(FlowField<R> field, const ContinuousOptions& options, long bits);

  /// h(T) from h(0), n x N; keeps the trajectory. \throws as `integrate`, and PrecisionError where
  /// most_pieces do not resolve the trajectory.
  RealMatrix<R> forward(const RealMatrix<R>& start);

  struct Backward {
    RealMatrix<R> adjoint;                 ///< lambda(0), n x N
    std::vector<RealMatrix<R>> integrals;  ///< int c_k lambda phi(h)^T dt, n x n
  };
  /// From lambda(T), along the trajectory of the last `forward`, which is given up. \throws as `forward`.
  Backward backward(const RealMatrix<R>& adjoint_end);

  /// The same from h(T) and lambda(T) alone: (h, lambda, integrals) are integrated together from T to 0, as
  /// is often done to save memory. Going back, an error of h grows as fast as the flow contracts: for strong
  /// contraction all digits are lost.
  Backward backward_reconstructing(const RealMatrix<R>& state_end, const RealMatrix<R>& adjoint_end);

  long pieces() const { return pieces_; }  ///< of the last `backward`
  const StepStatistics& forward_steps() const { return forward_; }
  const StepStatistics& backward_steps() const { return backward_; }

  /// Numbers kept for each component of h(t) and each piece.
  static Eigen::Index numbers_per_component(const ContinuousOptions& options);

 private:
  /// Functions of time on [begin, end] with values in R^{nN}, by rows: node values and coefficients.
  struct Piece {
    R begin, end;
    RealMatrix<R> values;
    RealMatrix<R> coefficients;

    R length() const { return end - begin; }
    /// In [-1, 1].
    R local(const R& t) const { return (2 * t - begin - end) / (end - begin); }
    R time_of(const R& node) const { return begin + (end - begin) * (1 + node) / 2; }
  };
  using TimeField = std::function<RealMatrix<R>(const RealMatrix<R>&, const R&)>;

  IntegrationOptions integration() const;
  Piece solve(const RealMatrix<R>& start, const R& begin, const R& end, bool backward, const TimeField& field,
              StepStatistics& statistics) const;
  RealMatrix<R> weighted_phi(const Piece& h, const RealMatrix<R>& phi, std::size_t k) const;
  bool resolved(const RealMatrix<R>& coefficients, const R& length) const;
  bool state_resolved(const Piece& h) const;
  void require_room(std::size_t pieces, const R& length) const;
  Piece part(const Piece& whole, const R& begin, const R& end) const;

  FlowField<R> field_;
  ContinuousOptions options_;
  long bits_;
  ChebyshevBasis<R> basis_;
  std::vector<Piece> trajectory_;
  long pieces_ = 0;
  StepStatistics forward_, backward_;
};

extern template class FlowAdjoint<double>;
extern template class FlowAdjoint<MpFloat>;

}  // namespace gronwall
