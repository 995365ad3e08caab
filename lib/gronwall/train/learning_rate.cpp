#include "gronwall/train/learning_rate.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "gronwall/kernel/finite.hpp"
#include "gronwall/train/monitor.hpp"

namespace gronwall {
namespace {

using Eigen::Index;

/// The tangent kernel of one output at some inputs, which may overflow.
Eigen::MatrixXd computed_kernel(const DiscreteNetwork& network, const Weights& weights,
                                const Eigen::MatrixXd& x, Index output, const BatchOptions& options) {
  if (network.network.is_plain() && network.scheme->name == "euler")
    return finite_kernel(neural_ode(network.network, weights), x, network.steps,
                         {.output = output, .threads = options.threads})
        .K();
  Monitor monitor(network, weights, x, options.threads, output);
  monitor.report(weights, {}, false);
  return monitor.kernel();
}

Eigen::MatrixXd kernel_of(const DiscreteNetwork& network, const Weights& weights, const Eigen::MatrixXd& x,
                          Index output, const BatchOptions& options) {
  Eigen::MatrixXd kernel = computed_kernel(network, weights, x, output, options);
  if (!kernel.allFinite())
    throw InputError(
        "the tangent kernel of these inputs overflows: scale them (--normalise sphere), or give a number, "
        "--rate R");
  return kernel;
}

double spectral_norm(const Eigen::MatrixXd& a) {
  const Eigen::MatrixXd gram =
      a.rows() < a.cols() ? Eigen::MatrixXd(a * a.transpose()) : Eigen::MatrixXd(a.transpose() * a);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram, Eigen::EigenvaluesOnly);
  return std::sqrt(std::max(0.0, solver.eigenvalues().maxCoeff()));
}

/// M of theory 0.7 over the ball of radius `radius` for a Neural ODE of one output by Euler's method:
/// (sum_i M_{x_i}^2)^{1/2}. Its proof for the flow serves with (1 + (T/L) b)^l <= e^{b t}; other schemes have
/// no such bound, their adjoints being of stages beside the trajectory.
double lipschitz_bound(const DiscreteNetwork& discrete, const Weights& weights, const LabelledData& data,
                       double radius) {
  const Network& network = discrete.network;
  constexpr long kBits = 64;
  const auto l1 = network.phi->lipschitz(kBits), l2 = network.phi->lipschitz_of_derivative(kBits);
  if (!network.is_plain() || discrete.scheme->name != "euler" || network.outputs != 1 || !l1 || !l2)
    return std::numeric_limits<double>::infinity();
  const double first = l1->midpoint(), second = l2->midpoint();
  const double field = over_root(network.sigma_w, network.width);
  const double input = over_root(network.sigma_u, network.input_dimension);
  const double output = over_root(network.sigma_v, network.width);
  const double time = nearest_double(network.time);
  const double b = field * first * (spectral_norm(weights.w(0)) + radius);
  const double v = output * first * (weights.v().norm() + radius);
  const double v_largest = weights.v().cwiseAbs().maxCoeff() + radius;
  const double u_norm = spectral_norm(weights.u()) + radius;
  const double growth = std::exp(b * time);
  double sum = 0;
  for (Index i = 0; i < data.size(); ++i) {
    const double x = data.x.col(i).norm();
    const double p = std::sqrt(static_cast<double>(network.width)) * std::abs(network.phi->value(0.0)) +
                     first * input * u_norm * x;
    // |dh| <= h_u |dU| + h_w |dW| and |dlambda| <= a_u |dU| + a_w |dW| + a_v |dv|.
    const double h_u = input * x * growth, h_w = field * p * time * growth;
    const double curvature = output * second * v_largest + time * v * b * second / first;
    const double a_u = growth * curvature * h_u;
    const double a_w = growth * (field * first * time * v + curvature * h_w);
    const double a_v = growth * output * first;
    // Blocks d_v, d_U, d_W of the gradient's change by each of |dU|, |dW|, |dv|.
    const Eigen::Matrix3d blocks{
        {output * first * h_u, output * first * h_w, 0},
        {input * x * a_u, input * x * a_w, input * x * a_v},
        {field * time * growth * (first * v * h_u + p * a_u),
         field * time * growth * (first * v * h_w + p * a_w), field * time * growth * p * a_v}};
    sum += blocks.squaredNorm();
  }
  return std::sqrt(sum);
}

/// What is known of M, whose bound is `lipschitz`.
std::string statement_of_m(const DiscreteNetwork& discrete, double lipschitz, double alpha) {
  const Network& network = discrete.network;
  constexpr long kBits = 64;
  if (std::isfinite(lipschitz)) {
    std::ostringstream text;
    text << "M <= " << lipschitz;
    return text.str();
  }
  if (network.outputs != 1) return "M: no bound is known for several outputs";
  if (discrete.scheme->name != "euler") return "M: no bound is known for other schemes than Euler's";
  if (!network.is_plain()) return "M: no bound is known for several blocks, gates, and what goes around them";
  if (!network.phi->lipschitz(kBits) || !network.phi->lipschitz_of_derivative(kBits))
    return "M: no bound is known for this activation";
  return alpha > 0 ? "M: its bound overflows" : "M: it has no bound, as alpha_0 is computed as 0";
}

}  // namespace

ProvableRate provable_rate(const DiscreteNetwork& network, const Weights& weights, const LabelledData& data,
                           const BatchOptions& options,
                           const std::function<void(std::size_t, std::size_t)>& after_kernel) {
  network.check();
  check(data);
  // One kernel gives alpha_0 and the sharpest |J_0|; where several are needed small ones do, as nearly all of
  // a kernel's norm lies in one direction that every group has.
  constexpr Index kLargest = 1024, kSmall = 128;
  const bool one_group = data.size() <= kLargest && network.network.outputs == 1;
  const Index group = one_group ? kLargest : kSmall;
  const auto kernels = static_cast<std::size_t>((data.size() + group - 1) / group * network.network.outputs);
  std::size_t done = 0;
  double squares = 0, least = std::numeric_limits<double>::infinity();
  for (Index first = 0; first < data.size(); first += group)
    for (Index output = 0; output < network.network.outputs; ++output) {
      const Eigen::MatrixXd x = data.x.middleCols(first, std::min(group, data.size() - first));
      const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(
          kernel_of(network, weights, x, output, options), Eigen::EigenvaluesOnly);
      squares += std::max(0.0, solver.eigenvalues().maxCoeff());
      least = std::min(least, std::max(0.0, solver.eigenvalues().minCoeff()));
      if (after_kernel) after_kernel(++done, kernels);
    }
  ProvableRate result;
  result.jacobian_norm = std::sqrt(squares);
  result.alpha = std::sqrt(least);
  const double sum = result.jacobian_norm + result.alpha / 2;
  result.rate = static_cast<double>(data.size()) / (sum * sum);
  if (!std::isfinite(result.rate))
    throw InputError(
        "the tangent kernel of these inputs is 0, which bounds no rate: give a number, --rate R");
  BatchGradient outputs(network, Loss::squared, options);
  result.residual = (outputs.outputs(weights, data.x) - data.y).norm();
  result.lipschitz = result.alpha > 0
                         ? lipschitz_bound(network, weights, data, 4.5 * result.residual / result.alpha)
                         : std::numeric_limits<double>::infinity();
  result.hypotheses_hold = one_group && 9 * result.lipschitz * result.residual <= result.alpha * result.alpha;

  std::ostringstream text;
  text << "N/(|J_0| + alpha_0/2)^2 = " << result.rate
       << " (computed in double, not proved) with |J_0| <= " << result.jacobian_norm << " and alpha_0 "
       << (one_group ? "= " : "<= ") << result.alpha;
  if (result.hypotheses_hold)
    text << "; 9 M |r_0| <= alpha_0^2 holds (M <= " << result.lipschitz << ", |r_0| = " << result.residual
         << "), so gradient descent on the squared loss converges to a global minimum";
  else
    text << "; the theorem also asks for 9 M |r_0| <= alpha_0^2, which is not established here ("
         << statement_of_m(network, result.lipschitz, result.alpha) << ", |r_0| = " << result.residual
         << "): no convergence is promised, only that larger steps are outside the theorem";
  result.explanation = text.str();
  return result;
}

}  // namespace gronwall
