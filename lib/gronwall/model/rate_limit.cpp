/// \file The first-order term of the ResNet's gradient, enclosed (docs/bounds.md, L42).

#include <algorithm>
#include <cmath>

#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/model/enclosed_scales.hpp"
#include "gronwall/model/gradient_enclosure.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/nonnegative.hpp"
#include "gronwall/ode/collocation.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Block = DoubleWorld::Block;

/// A polynomial with stored coefficients, and how far it may be from the one it stands for, everywhere.
struct Polynomial {
  MatrixXd coefficients;
  UpperBound error;
};

UpperBound sum_of_norms(const MatrixXd& coefficients) {
  UpperBound sum;
  for (Index k = 0; k < coefficients.cols(); ++k) sum += norm_frobenius_upper(coefficients.col(k));
  return sum;
}

/// Upper bound of `max_i sup |p_i|`.
UpperBound largest_entry(const MatrixXd& coefficients) {
  return UpperBound(coefficients.cwiseAbs().rowwise().sum().maxCoeff() * (1 + 0x1p-30));
}

/// `p + weight q'` for coefficients of p and q: the derivative's coefficients are d_j = 2 (j+1) c_{j+1} +
/// d_{j+2}, so sums of at most m+2 terms 2 k c_k.
Polynomial plus_derivative(const MatrixXd& p, double weight, const MatrixXd& q) {
  const Index terms = q.cols();
  MatrixXd d = MatrixXd::Zero(q.rows(), terms + 1);
  UpperBound size;
  for (Index k = terms - 1; k >= 1; --k) {
    d.col(k - 1) = d.col(k + 1) + static_cast<double>(2 * k) * q.col(k);
    size += UpperBound(static_cast<double>(2 * k * k)) * norm_frobenius_upper(q.col(k));
  }
  d.col(0) /= 2;
  Polynomial result{p + weight * d.leftCols(terms), {}};
  const UpperBound w(std::abs(weight));
  result.error =
      gamma(static_cast<double>(terms) + 6) * (w * size + sum_of_norms(p)) * UpperBound(1 + 0x1p-20) +
      UpperBound(0x1p-500);
  return result;
}

}  // namespace

RateLimit rate_limit(const NeuralOdeEnclosure& enclosure) {
  if (enclosure.inputs() != 1) throw InputError("the limit of the 1/L law belongs to one input");
  const auto& flow = enclosure.flow();
  const auto& adjoint = enclosure.adjoint();
  const DoubleWorld& world = flow.world();
  const NeuralOde& model = enclosure.model();
  const EnclosedScales scales(model, kScaleBits);
  const Index n = world.dimension();
  const int m = flow.degree();
  const std::size_t count = flow.pieces().size();
  const UpperBound norm_w = flow.bound().spectral_norm, l1 = flow.lipschitz(),
                   l2 = flow.lipschitz_of_derivative();
  const UpperBound lebesgue = lebesgue_constant(m);
  double range = 0;
  for (const auto& piece : flow.pieces())
    range = std::max(range, largest_entry(piece.state).value() + piece.at_end.maxCoeff());
  range += 0x1p-20 * (1 + range);  // computed values of q lie a few roundings outside
  const UpperBound l3 = flow.ellipses().derivative_bound(3, range);

  // The first-order term p of the states: p' = alpha W (phi'(h) o w), w = p - h'/2 in unit time.
  std::vector<MatrixXd> p_pieces;
  std::vector<Polynomial> w_pieces;
  std::vector<MatrixXd> mu_pieces;
  std::vector<UpperBound> p_errors, w_errors;  // sup over the piece
  MatrixXd left = MatrixXd::Zero(n, 1);
  UpperBound error;
  Block previous = world.exact(left);
  for (const auto& piece : flow.pieces()) {
    const double tau = piece.end - piece.begin;
    const Block q = world.exact(piece.state);
    const Block z = world.sample(q, Sampling::values);
    const Block slope = world.activate(z, 1, l2);
    const MatrixXd half_speed = world.sample(q, Sampling::derivatives).value / tau;
    MatrixXd guess = MatrixXd::Zero(n, m + 2);
    guess.col(0) = left;
    const MatrixXd p = solve_by_sweeps(
        world, guess,
        [&](const MatrixXd& nodes) -> MatrixXd {
          return world.approximate_apply(slope.value.cwiseProduct(nodes - half_speed), false);
        },
        piece.alpha, left, Edge::left, 1e-15);
    const Polynomial w = plus_derivative(p, -1 / tau, piece.state);
    const Block w_block = world.exact(w.coefficients);
    const MatrixXd w_sizes = world.magnitudes(w_block);
    const UpperBound w_largest = largest_entry(w.coefficients);
    const Block product = world.times(slope, world.sample(w_block, Sampling::values), l1);
    const MatrixXd defects = world.norms_of_sum(world.sample(world.exact(p), Sampling::derivatives),
                                                -piece.alpha, world.apply(product, false));
    const VectorXd between = flow.ellipses().interpolation_errors(world.magnitudes(q), {&w_sizes}, 1, m, 1);
    const Block nodes = world.sample(world.exact(p), Sampling::values);
    const MatrixXd gap =
        world.norms_of_sum(previous, Ball(-1), Block{nodes.value.rightCols(1), nodes.error.rightCols(1), {}});

    const UpperBound alpha = upper(abs(piece.alpha)), coupling = alpha * norm_w;
    const UpperBound state(std::max(piece.at_begin(0), piece.at_end(0)));
    // bound: L42
    const UpperBound speed_error = (coupling * l1 * state + UpperBound(piece.defect(0))) / tau + w.error;
    const UpperBound defect = lebesgue * UpperBound(defects.maxCoeff()) + coupling * UpperBound(between(0)) +
                              coupling * l1 * speed_error + coupling * l2 * state * w_largest;
    const Ball rate = Ball::exact(piece.rate.value());
    const UpperBound growth = upper(exp(2 * rate));
    const UpperBound integrated = piece.rate.value() == 0 ? UpperBound(2.0) : upper(expm1(2 * rate) / rate);
    error = growth * (error + UpperBound(gap(0, 0))) + integrated * defect;
    p_errors.push_back(error);
    w_errors.push_back(error + speed_error);
    p_pieces.push_back(p);
    w_pieces.push_back(w);
    previous = {nodes.value.col(0), nodes.error.col(0), {}};
    left = previous.value;
  }

  // At time 1: d_v, and where the adjoint's first-order term starts.
  const VectorXd v = model.v().row(enclosure.output()).transpose();
  const UpperBound v_largest(v.cwiseAbs().maxCoeff());
  const Block end = flow.end_value();
  const UpperBound end_error(flow.end_error()(0));
  const Block p_end = previous;
  const UpperBound p_end_error = p_errors.back();
  const UpperBound p_largest = largest_entry(p_pieces.back()) + p_end_error;
  const UpperBound out = scales.output_scale.magnitude();
  EnclosedGradient result{MatrixXd(), MatrixXd::Zero(n, n), VectorXd(), {}, {}, {}};
  {
    const Block block = world.scaled(world.times(world.activate(end, 1, l2), p_end, l1), scales.output_scale);
    result.v = block.value.col(0);
    result.v_error = UpperBound(block.error(0, 0)) + out * (l2 * end_error * p_largest + l1 * p_end_error);
  }
  MatrixXd right;
  {
    const Block curvature = world.times(world.activate(end, 2, l3), p_end, l2);
    const Block block =
        world.scaled(world.times(curvature, world.exact(v), l2 * p_largest), scales.output_scale);
    right = block.value;
    error = UpperBound(block.error(0, 0)) + out * v_largest * (l3 * end_error * p_largest + l2 * p_end_error);
  }

  // The first-order term mu of the adjoint: mu' = -alpha (phi'(h) o W^T nu + phi''(h) o w o W^T lambda),
  // nu = mu + lambda'/2.
  previous = world.exact(right);
  UpperBound w_block_error, partial_sums;
  for (std::size_t k = count; k-- > 0;) {
    const auto& piece = flow.pieces()[k];
    const auto& dual = adjoint.pieces()[k];
    const double tau = piece.end - piece.begin;
    const Block q = world.exact(piece.state);
    const Block z = world.sample(q, Sampling::values);
    const Block slope = world.activate(z, 1, l2), curvature = world.activate(z, 2, l3);
    const Block lambda = world.exact(dual.adjoint);
    const Block y = world.merged(world.apply(lambda, true));
    const Block y_nodes = world.sample(y, Sampling::values);
    const Block w_block = world.exact(w_pieces[k].coefficients);
    const Block w_nodes = world.sample(w_block, Sampling::values);
    const UpperBound w_largest = largest_entry(w_pieces[k].coefficients), w_error = w_errors[k];
    const MatrixXd half_speed = world.sample(lambda, Sampling::derivatives).value / tau;
    const MatrixXd source = curvature.value.cwiseProduct(w_nodes.value).cwiseProduct(y_nodes.value);
    MatrixXd guess = MatrixXd::Zero(n, m + 2);
    guess.col(0) = right;
    const MatrixXd mu = solve_by_sweeps(
        world, guess,
        [&](const MatrixXd& nodes) -> MatrixXd {
          return world.approximate_apply(nodes + half_speed, true).cwiseProduct(slope.value) + source;
        },
        -piece.alpha, right, Edge::right, 1e-15);
    mu_pieces.push_back(mu);
    const Polynomial nu = plus_derivative(mu, 1 / tau, dual.adjoint);
    const Block nu_block = world.exact(nu.coefficients);
    const Block x = world.merged(world.apply(nu_block, true));
    const MatrixXd x_sizes = world.magnitudes(x), y_sizes = world.magnitudes(y),
                   w_sizes = world.magnitudes(w_block);
    const Block first = world.times(slope, world.sample(x, Sampling::values), l1);
    const Block second = world.times(world.times(curvature, w_nodes, l2), y_nodes, l2 * w_largest);
    const Block field{first.value + second.value, (first.error + second.error) * (1 + 0x1p-40), {}};
    // One rounding of each sum.
    Block rounded = field;
    rounded.error += 2 * kUnitRoundoff * world.norms(field);
    const MatrixXd defects =
        world.norms_of_sum(world.sample(world.exact(mu), Sampling::derivatives), piece.alpha, rounded);
    const VectorXd between =
        flow.ellipses().interpolation_errors(world.magnitudes(q), {&x_sizes}, 1, m, 1) +
        flow.ellipses().interpolation_errors(world.magnitudes(q), {&w_sizes, &y_sizes}, 2, m, 1);
    const Block nodes = world.sample(world.exact(mu), Sampling::values);
    const MatrixXd gap =
        world.norms_of_sum(previous, Ball(-1), Block{nodes.value.col(0), nodes.error.col(0), {}});

    const UpperBound alpha = upper(abs(piece.alpha)), coupling = alpha * norm_w;
    const UpperBound state(std::max(piece.at_begin(0), piece.at_end(0)));
    const UpperBound dual_error(std::max(dual.at_begin(0), dual.at_end(0)));
    const UpperBound y_largest(dual.largest_product(0));
    const UpperBound x_largest(x_sizes.rowwise().sum().maxCoeff() * (1 + 0x1p-30));
    // bound: L42
    const UpperBound speed_error = (coupling * l1 * dual_error + UpperBound(dual.defect(0))) / tau + nu.error;
    const UpperBound defect = lebesgue * UpperBound(defects.maxCoeff()) +
                              alpha * UpperBound(between(0) * (1 + 0x1p-40)) + coupling * l1 * speed_error +
                              alpha * l2 * state * x_largest +
                              alpha * (l3 * state * w_largest * y_largest + l2 * w_error * y_largest +
                                       l2 * (w_largest + w_error) * norm_w * dual_error);
    const Ball rate = Ball::exact(piece.rate.value());
    const UpperBound growth = upper(exp(2 * rate));
    const UpperBound integrated = piece.rate.value() == 0 ? UpperBound(2.0) : upper(expm1(2 * rate) / rate);
    error = growth * (error + UpperBound(gap(0, 0))) + integrated * defect;
    const UpperBound nu_error = error + speed_error;

    // d_W: alpha int nu phi(h)^T + lambda (phi'(h) o w)^T.
    const Block phi = world.activate(z, 0, l1);
    const Block weighted_slope = world.times(slope, w_nodes, l1);
    auto [one, one_error] = world.outer_integral(nu_block, phi, piece.alpha);
    auto [two, two_error] = world.outer_integral(lambda, weighted_slope, piece.alpha);
    result.w += one + two;
    partial_sums += UpperBound((one.norm() + two.norm()) * (1 + 0x1p-30));
    const UpperBound slope_between(
        flow.ellipses().interpolation_errors(world.magnitudes(q), {&w_sizes}, 1, m, 1)(0));
    const UpperBound phi_between(piece.interpolation(0));
    const UpperBound phi_size = lebesgue * UpperBound(world.norms(phi).maxCoeff()) + phi_between + l1 * state;
    const UpperBound slope_size = l1 * (sum_of_norms(w_pieces[k].coefficients) + w_error);
    w_block_error +=
        one_error + two_error +
        UpperBound(2.0) * alpha *
            (nu_error * phi_size + sum_of_norms(nu.coefficients) * (l1 * state + phi_between) +
             dual_error * slope_size +
             sum_of_norms(dual.adjoint) * (l1 * w_error + l2 * state * w_largest + slope_between));
    previous = {nodes.value.rightCols(1), nodes.error.rightCols(1), {}};
    right = previous.value;
  }
  result.w_error = w_block_error + gamma(static_cast<double>(2 * count + 2)) * partial_sums;

  const MatrixXd& x_matrix = enclosure.inputs_matrix();
  const OuterProduct outer = bounded_outer(previous.value, x_matrix, scales.input_scale);
  result.u = outer.value;
  result.u_error = outer.error + scales.input_scale.magnitude() * norm_frobenius_upper(x_matrix) *
                                     (error + UpperBound(previous.error(0, 0)));
  std::reverse(mu_pieces.begin(), mu_pieces.end());
  return {std::move(result), std::move(p_pieces), std::move(mu_pieces)};
}

}  // namespace gronwall
