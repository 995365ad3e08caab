#include <algorithm>
#include <cmath>

#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/nonnegative.hpp"
#include "gronwall/ode/collocation.hpp"
#include "gronwall/ode/flow_enclosure.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Upper bound of `max_i sum_k |c_ik|` for every sample.
VectorXd largest_row_sums(const MatrixXd& magnitudes, Index samples) {
  const Index n = magnitudes.rows() / samples;
  const VectorXd sums = magnitudes.rowwise().sum() * (1 + 0x1p-30);
  VectorXd result(samples);
  for (Index s = 0; s < samples; ++s) result(s) = sums.segment(s * n, n).maxCoeff();
  return result;
}

}  // namespace

template <class World>
AdjointEnclosure<World>::AdjointEnclosure(const FlowEnclosure<World>& flow, const Matrix& v,
                                          const Ball& factor)
    : flow_(flow) {
  World& world = flow.world();
  const Index samples = world.samples(), n = world.dimension();
  if (v.rows() != n * samples || v.cols() != 1)
    throw InputError("the output weights of an adjoint do not fit the flow");
  const UpperBound l1 = flow.lipschitz(), l2 = flow.lipschitz_of_derivative();
  const UpperBound lebesgue = lebesgue_constant(flow.degree());
  const MatrixXd v_size = world.magnitudes(world.exact(v));

  // lambda(1) and its distance from the polynomial's end.
  const Block terminal = world.times(world.activate(flow.end_value(), 1, l2), world.exact(v), l1);
  Matrix right = terminal.value;
  for (Index i = 0; i < right.rows(); ++i) right(i, 0) *= World::scalar(factor);
  World::drop_radii(right);
  VectorXd error(samples);
  {
    Block minus_right = world.exact(right);
    const MatrixXd gap = world.norms_of_sum(minus_right, -factor, terminal);
    for (Index s = 0; s < samples; ++s)
      error(s) = (UpperBound(gap(s, 0)) + upper(abs(factor)) * l2 *
                                              UpperBound(v_size.col(0).segment(s * n, n).maxCoeff()) *
                                              UpperBound(flow.end_error()(s)))
                     .value();
  }

  Block previous = world.exact(right);
  for (auto step = flow.pieces().rbegin(); step != flow.pieces().rend(); ++step) {
    const Block q = world.exact(step->state);
    const Block z = world.sample(q, Sampling::values);
    const Matrix slopes = world.approximate_phi(world.approximate_nodes(step->state), 1);
    Piece piece;
    piece.adjoint = solve_collocation(right, slopes, step->alpha);
    const Block p = world.exact(piece.adjoint);
    const Block nodes = world.sample(p, Sampling::values);
    const Block y = world.merged(world.apply(p, true));
    const MatrixXd y_sizes = world.magnitudes(y);
    const Block product = world.times(world.activate(z, 1, l2), world.sample(y, Sampling::values), l1);
    const MatrixXd defects = world.norms_of_sum(world.sample(p, Sampling::derivatives), step->alpha, product);
    const VectorXd between =
        flow.ellipses().interpolation_errors(world.magnitudes(q), {&y_sizes}, 1, flow.degree(), samples);
    piece.largest_product = largest_row_sums(y_sizes, samples);
    const MatrixXd gap =
        world.norms_of_sum(previous, Ball(-1), Block{nodes.value.col(0), nodes.error.col(0), {}});
    const UpperBound alpha = upper(abs(step->alpha));
    const Ball rate = Ball::exact(step->rate.value());
    const UpperBound growth = upper(exp(2 * rate));
    const UpperBound integrated = step->rate.value() == 0 ? UpperBound(2.0) : upper(expm1(2 * rate) / rate);
    piece.at_begin.resize(samples);
    piece.at_end.resize(samples);
    piece.defect.resize(samples);
    for (Index s = 0; s < samples; ++s) {
      const UpperBound state_error(std::max(step->at_begin(s), step->at_end(s)));
      // bound: L29
      const UpperBound defect = lebesgue * UpperBound(defects.row(s).maxCoeff()) +
                                alpha * UpperBound(between(s)) +
                                alpha * l2 * state_error * UpperBound(piece.largest_product(s));
      const UpperBound at_end = UpperBound(error(s)) + UpperBound(gap(s, 0));
      piece.defect(s) = defect.value();
      piece.at_end(s) = at_end.value();
      piece.at_begin(s) = (growth * at_end + integrated * defect).value();
    }
    error = piece.at_begin;
    previous = {nodes.value.rightCols(1), nodes.error.rightCols(1), {}};
    right = previous.value;
    World::drop_radii(right);
    pieces_.push_back(std::move(piece));
  }
  std::reverse(pieces_.begin(), pieces_.end());
}

template <class World>
typename AdjointEnclosure<World>::Matrix AdjointEnclosure<World>::solve_collocation(const Matrix& right,
                                                                                    const Matrix& slopes,
                                                                                    const Ball& alpha) const {
  const World& world = flow_.world();
  Matrix guess = Matrix::Zero(right.rows(), flow_.degree() + 2);
  guess.col(0) = right;
  const double tolerance = std::max(flow_.end_error().maxCoeff(), 1e-300);
  return solve_by_sweeps(
      world, guess,
      [&](const Matrix& nodes) -> Matrix {
        Matrix field = world.approximate_apply(nodes, true).cwiseProduct(slopes);
        World::drop_radii(field);
        return field;
      },
      -alpha, right, Edge::right, 1e-2 * tolerance);
}

template <class World>
typename AdjointEnclosure<World>::Block AdjointEnclosure<World>::start_value() const {
  World& world = flow_.world();
  const Block nodes = world.sample(world.exact(pieces_.front().adjoint), Sampling::values);
  return {nodes.value.rightCols(1), nodes.error.rightCols(1), {}};
}

template <class World>
VectorXd AdjointEnclosure<World>::product_bound() const {
  const UpperBound norm = flow_.bound().spectral_norm;
  VectorXd result = VectorXd::Zero(flow_.world().samples());
  for (const Piece& piece : pieces_)
    for (Index s = 0; s < result.size(); ++s) {
      const UpperBound error(std::max(piece.at_begin(s), piece.at_end(s)));
      result(s) = std::max(result(s), (UpperBound(piece.largest_product(s)) + norm * error).value());
    }
  return result;
}

template <class World>
std::pair<typename World::Matrix, UpperBound> AdjointEnclosure<World>::weight_gradient() const {
  World& world = flow_.world();
  const Index n = world.dimension(), samples = world.samples();
  const UpperBound l1 = flow_.lipschitz();
  const UpperBound lebesgue = lebesgue_constant(flow_.degree());
  Matrix sum = Matrix::Zero(n, n);
  UpperBound error;
  for (std::size_t k = 0; k < pieces_.size(); ++k) {
    const auto& step = flow_.pieces()[k];
    const Piece& piece = pieces_[k];
    const Block p = world.exact(piece.adjoint);
    const Block f = world.activate(world.sample(world.exact(step.state), Sampling::values), 0, l1);
    auto [integral, rounding] = world.outer_integral(p, f, step.alpha);
    sum += integral;
    error += rounding;
    // One rounding for each sum of pieces, in doubles.
    if constexpr (std::is_same_v<World, DoubleWorld>)
      error += gamma(static_cast<double>(pieces_.size()) + 4) * UpperBound(integral.norm()) *
               UpperBound(1 + 0x1p-20);
    const MatrixXd p_sizes = world.norms(p), f_sizes = world.norms(f);
    for (Index s = 0; s < samples; ++s) {
      const UpperBound state_error(std::max(step.at_begin(s), step.at_end(s)));
      const UpperBound adjoint_error(std::max(piece.at_begin(s), piece.at_end(s)));
      const UpperBound between(step.interpolation(s));
      UpperBound largest_p;
      for (Index c = 0; c < p_sizes.cols(); ++c) largest_p += UpperBound(p_sizes(s, c));
      // bound: L30
      const UpperBound largest_phi =
          lebesgue * UpperBound(f_sizes.row(s).maxCoeff()) + between + l1 * state_error;
      error += UpperBound(2.0) * upper(abs(step.alpha)) *
               (adjoint_error * largest_phi + largest_p * (l1 * state_error + between));
    }
  }
  return {std::move(sum), error};
}

template class AdjointEnclosure<DoubleWorld>;
template class AdjointEnclosure<BallWorld>;

}  // namespace gronwall
