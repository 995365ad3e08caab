#pragma once
/// \file Proved enclosures of a Neural ODE's state, adjoint and gradient, and of a ResNet's exact gradient.

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "gronwall/linalg/bounded_operator.hpp"
#include "gronwall/model/neural_ode.hpp"
#include "gronwall/numbers/interval.hpp"
#include "gronwall/ode/flow_enclosure.hpp"

namespace gronwall {

/// A gradient by (U, W, v) of one output, summed over a batch of inputs, block by block:
/// `|true - u|_F <= u_error`, and so on.
struct EnclosedGradient {
  Eigen::MatrixXd u;  ///< n x d
  Eigen::MatrixXd w;  ///< n x n, row index of the adjoint
  Eigen::VectorXd v;  ///< n
  UpperBound u_error;
  UpperBound w_error;
  UpperBound v_error;

  /// Bound of the error of all blocks together.
  UpperBound error() const { return sqrt(u_error * u_error + w_error * w_error + v_error * v_error); }
};

/// `|a - b|` over all blocks, Euclidean norm.
Interval distance(const EnclosedGradient& a, const EnclosedGradient& b);
/// The norm of each block of `a - b`: U, W, v.
struct BlockDistances {
  Interval u, w, v;
};
BlockDistances block_distances(const EnclosedGradient& a, const EnclosedGradient& b);

struct EnclosureOptions {
  FlowOptions flow;
  /// Which row of V is the output whose gradient is wanted.
  Eigen::Index output = 0;
};

/// A Neural ODE on a batch of inputs, followed and proved in double arithmetic. Samples go through in groups,
/// on several threads.
class NeuralOdeEnclosure {
 public:
  /// \param x d x N inputs, doubles meant exactly. First in plain products; if the tolerance is not met, with
  /// split products. \throws InputError for inputs of the wrong shape or not finite, an output that does not
  /// exist, activations without Lipschitz constants or not analytic; PrecisionError if the tolerance is below
  /// what doubles reach (enclose_digits serves then).
  NeuralOdeEnclosure(const NeuralOde& model, const Eigen::MatrixXd& x, const EnclosureOptions& options = {});

  const NeuralOde& model() const { return model_; }
  Eigen::Index inputs() const { return x_.cols(); }
  const Eigen::MatrixXd& inputs_matrix() const { return x_; }
  Eigen::Index output() const { return options_.output; }
  /// h(0) of the first group, stacked.
  EnclosedBlock<Eigen::MatrixXd> start() const;
  /// h at time t in [0, T]. \throws InputError outside.
  EnclosedStates state(double t) const;
  /// lambda at time 0.
  EnclosedStates adjoint_at_start() const;
  /// f(x_i) of the chosen output.
  std::vector<Interval> outputs() const;
  /// The gradient of `sum_i f(x_i)` of the chosen output.
  EnclosedGradient gradient() const;
  /// What the proof used; the largest over the groups of samples.
  FlowBound bound() const;
  /// Upper bound of `sup_t |W^T lambda_t|_inf` over the batch.
  UpperBound product_bound() const;
  bool used_split_products() const { return split_; }

  /// The flow and adjoint of a group of samples, for certificates; there is one group for up to kGroup
  /// samples.
  const FlowEnclosure<DoubleWorld>& flow(std::size_t group = 0) const { return *groups_[group].flow; }
  const AdjointEnclosure<DoubleWorld>& adjoint(std::size_t group = 0) const;

  static constexpr Eigen::Index kGroup = 12;

 private:
  struct Group {
    Eigen::Index first;
    Eigen::Index size;
    std::unique_ptr<const FlowEnclosure<DoubleWorld>> flow;
    mutable std::unique_ptr<const AdjointEnclosure<DoubleWorld>> adjoint;
  };
  EnclosedBlock<Eigen::MatrixXd> start_of(const Group& group, const DoubleWorld& world) const;
  void follow(ProductAccuracy accuracy);
  void ensure_adjoints() const;

  NeuralOde model_;
  Eigen::MatrixXd x_;
  EnclosureOptions options_;
  std::unique_ptr<const BoundedOperator> w_;
  ProductColumns u_x_;  ///< U x
  std::vector<Group> groups_;
  bool split_ = false;
};

/// One input at any precision: enclosures in balls.
struct PreciseEnclosure {
  BallVector state;    ///< h(T)
  BallVector adjoint;  ///< lambda(0)
  Ball output;
  Ball gradient_norm;
  FlowBound bound;
};

/// State, adjoint and gradient of one input with radius about 10^-digits. Cost grows like `n^2 digits^2` and
/// more; meant for widths up to about 100. \throws as NeuralOdeEnclosure.
PreciseEnclosure enclose_digits(const NeuralOde& model, const Eigen::VectorXd& x, int digits,
                                Eigen::Index output = 0);

/// The exact gradient of the depth-L ResNet for one input, enclosed in double arithmetic (docs/bounds.md,
/// L37, L41). \throws InputError for depth < 1, bad input, or an activation without Lipschitz constants.
EnclosedGradient enclose_resnet_gradient(const NeuralOde& model, const Eigen::VectorXd& x, long depth,
                                         Eigen::Index output = 0);

/// The limit of `L (grad f^L - grad f)` as L grows, for the input of a one-sample enclosure (docs/bounds.md,
/// L42): the gradient of the first-order term of Euler's method. Its norm is the limit of `L |grad f^L - grad
/// f|`.
struct RateLimit {
  EnclosedGradient gradient;
  /// Chebyshev coefficients of the approximate first-order terms on the pieces of the flow, for certificates.
  std::vector<Eigen::MatrixXd> state_term;
  std::vector<Eigen::MatrixXd> adjoint_term;
};
/// \throws InputError unless the enclosure has exactly one input.
RateLimit rate_limit(const NeuralOdeEnclosure& enclosure);
/// Norm over all blocks.
Interval norm(const EnclosedGradient& a);

/// The constants of L33 for the blocks of the gradient: `L |d_U f^L - d_U f| <= u`, and so on, for every L
/// >= 1.
struct RateConstants {
  UpperBound u;
  UpperBound w;
  UpperBound v;
  UpperBound total() const { return sqrt(u * u + w * w + v * v); }
};
/// For the input of a one-sample enclosure. \throws InputError unless it has exactly one input.
RateConstants rate_constants(const NeuralOdeEnclosure& enclosure);
/// `rate_constants(enclosure).total()`: `L |grad f^L - grad f| <= C` for every L >= 1.
UpperBound rate_constant(const NeuralOdeEnclosure& enclosure);

/// Right-hand sides of L31 for one input: bounds of the state at T, the adjoint at 0 and the gradient blocks.
struct GrowthBounds {
  UpperBound state;    ///< of |h(T)|
  UpperBound adjoint;  ///< of |lambda(0)|
  UpperBound u, w, v;  ///< of the blocks of the gradient
};
GrowthBounds growth_bounds(const NeuralOdeEnclosure& enclosure);

}  // namespace gronwall
