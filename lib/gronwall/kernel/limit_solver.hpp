#pragma once
/// \file The verified collocation behind LimitKernel.

#include <functional>

#include "gronwall/kernel/limit_bounds.hpp"
#include "gronwall/kernel/limit_kernel.hpp"
#include "gronwall/kernel/nodal_errors.hpp"
#include "gronwall/kernel/nodal_field.hpp"

namespace gronwall {

/// What is computed: numbers at one rho, or power series.
struct LimitTask {
  Rational rho = 1;
  bool is_series = false;
  SeriesShape shape;
};

/// Nodal values of C, y, z with entrywise error bounds, and the enclosures at the end.
struct LimitSolution {
  /// A quantity at s = t = 1: exact slots, and a bound of the error (a sum of moduli over all coefficients).
  struct AtEnd {
    ArbVector mid;
    UpperBound radius;
  };
  NodalField c, y, z;
  AtEnd c_end, sigma, k_w, k_u, k;  ///< in units of sigma_v^2
};

class LimitKernel::Solver {
 public:
  Solver(const LimitParameters& parameters, const LimitOptions& options, int depth);

  LimitSolution solve(const LimitTask& task) const;
  LimitTask number(const Rational& rho) const;
  LimitTask series_of(unsigned degree) const;

  const LimitParameters& parameters() const { return parameters_; }
  const NodalRule& rule() const { return rule_; }
  const NodalField& state() const { return state_; }
  std::size_t terms() const { return modes_->terms(); }
  int panels() const { return panels_; }
  long scale() const { return scale_; }
  bool fits_witness() const { return scale_ >= witness_scale_; }
  /// q(1) and the error of that.
  const Ball& end_variance() const { return end_variance_; }
  UpperBound end_variance_error() const { return end_variance_error_; }

 private:
  struct Dual {
    BoundedField value, slope;
  };
  /// A fixed-point equation X = F(X) at the nodes, solved approximately: X exact, and bounds of |F(X) - X|.
  struct Settled {
    NodalField field;
    Eigen::MatrixXd residual;
  };
  using Map = std::function<BoundedField(const NodalField&)>;

  void choose_grid(double error);
  void solve_state();
  std::vector<Ball> initial(const LimitTask& task) const;
  Dual dual(const LimitModes& modes, const NodalField& c, const LimitTask& task) const;
  BoundedField product(const BoundedField& slope, const NodalField& f, const LimitTask& task) const;
  BoundedField integrated(const BoundedField& f, const std::vector<Ball>& initial) const;
  Settled settle(const Map& map, NodalField start, bool non_negative,
                 const std::function<void(NodalField&)>& adjust) const;
  NodalErrors errors() const { return {rule_, tau_squared_.upper()}; }
  /// L48 and L49 hold for variances between c0 and R^2 only. \throws PrecisionError
  void require_in_range(const Ball& q) const;
  PicardProblem picard(const LimitTask& task, const LimitModes& modes) const;

  LimitParameters parameters_;
  LimitOptions options_;
  int depth_;
  LimitBounds bounds_;
  int panels_ = 0;
  long bits_ = 0, scale_ = 0, witness_scale_ = 0;
  NodalRule rule_;
  Ball tau_squared_;
  NodalField state_;                   // C at rho = 1
  std::vector<Ball> variances_;        // Q_k
  std::unique_ptr<LimitModes> modes_;  // at the Q_k
  Eigen::VectorXd variance_error_;     // eq_k
  Ball end_variance_;                  // exact
  UpperBound end_variance_error_;
};

}  // namespace gronwall
