#pragma once
/// \file Taylor series in time for h' = alpha W phi(h), of any order: approximations, never proofs.
///
/// The method for many digits and for smooth dense output: each step is a polynomial in time. Compare
/// ode/integrate.hpp, whose fields are arbitrary functions.

#include <vector>

#include "gronwall/activation/activation.hpp"
#include "gronwall/ode/integrate.hpp"
#include "gronwall/ode/real_matrix.hpp"

namespace gronwall {

/// The field h -> alpha W phi(h) on n x N states (one column an input).
template <Floating R>
struct LayerField {
  RealMatrix<R> w;  ///< n x n
  R alpha;
  const Activation* phi;
};

/// Taylor coefficients in time of the solution through `h` (n x N): h(t) = sum_k result[k] t^k, k =
/// 0..order. Coefficients of phi(h(t)) are found by composing the Taylor series of phi at each entry of `h`
/// with that of the entry, powers of the series being kept from one order to the next: order^3/6
/// multiplications an entry, beside one product with W an order. \throws InputError for order < 1, shapes
/// that do not fit, or an activation that is not analytic on the real line (ReLU: a series does not see the
/// kink ahead).
template <Floating R>
std::vector<RealMatrix<R>> taylor_coefficients(const LayerField<R>& field, const RealMatrix<R>& h, int order);

struct TaylorOptions {
  /// 0: the order of least cost for many digits, ceil(-log(tolerance)/2) + 1 (Jorba and Zou, "A software
  /// package for the numerical integration of ODEs by means of high-order Taylor methods", 2005), at most
  /// 500.
  int order = 0;
  /// Steps end where the term of the last order, in the largest component, reaches
  /// absolute_tolerance + relative_tolerance max |h|; the order before it is watched too.
  double absolute_tolerance = 1e-12;
  double relative_tolerance = 1e-12;
  long most_steps = 100'000;
};

/// The solution as a polynomial on each step.
template <Floating R>
class TaylorTrajectory {
 public:
  struct Piece {
    R begin;                                  ///< time at which the step begins
    std::vector<RealMatrix<R>> coefficients;  ///< of (t - begin)^k
  };
  TaylorTrajectory(std::vector<Piece> pieces, R end, StepStatistics statistics)
      : pieces_(std::move(pieces)), end_(std::move(end)), statistics_(statistics) {}

  /// h(t), n x N. \throws InputError for t outside [0, time()].
  RealMatrix<R> at(const R& t) const;
  RealMatrix<R> end() const { return at(end_); }
  const R& time() const { return end_; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  /// One accepted step a piece, none rejected; evaluations count the coefficients.
  const StepStatistics& statistics() const { return statistics_; }

 private:
  std::vector<Piece> pieces_;
  R end_;
  StepStatistics statistics_;
};

/// Integrates from h(0) = `start` (n x N) to `time`. MpFloat works at the precision of `time`; `start`, `w`
/// and `alpha` should have it too.
/// \throws InputError as `taylor_coefficients`, for a start that is not finite, time <= 0, an absolute
/// tolerance not above 0, a relative one below 0 or most_steps < 1. \throws PrecisionError for tolerances
/// that the working precision cannot reach; it names one that can. \throws BlowUpError where the states leave
/// every bound. \throws Error beyond `most_steps`.
template <Floating R>
TaylorTrajectory<R> integrate_taylor(const LayerField<R>& field, const RealMatrix<R>& start, const R& time,
                                     const TaylorOptions& options = {});

extern template class TaylorTrajectory<double>;
extern template class TaylorTrajectory<MpFloat>;
extern template std::vector<RealMatrix<double>> taylor_coefficients(const LayerField<double>&,
                                                                    const RealMatrix<double>&, int);
extern template std::vector<RealMatrix<MpFloat>> taylor_coefficients(const LayerField<MpFloat>&,
                                                                     const RealMatrix<MpFloat>&, int);
extern template TaylorTrajectory<double> integrate_taylor(const LayerField<double>&,
                                                          const RealMatrix<double>&, const double&,
                                                          const TaylorOptions&);
extern template TaylorTrajectory<MpFloat> integrate_taylor(const LayerField<MpFloat>&,
                                                           const RealMatrix<MpFloat>&, const MpFloat&,
                                                           const TaylorOptions&);

}  // namespace gronwall
