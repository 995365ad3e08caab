#include <cmath>
#include <string>
#include <vector>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/model/enclosed_scales.hpp"
#include "gronwall/model/gradient_enclosure.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kSlack = 1 + 0x1p-30;

/// Upper bound of a Euclidean norm, cheaply.
double norm_up(const VectorXd& x) {
  return x.norm() * kSlack + 0x1p-500;
}

/// The factor alpha = T sigma_w/(L sqrt n) as a double, and how far it may be off.
struct Step {
  double alpha;
  double error;
};

/// One column of W x (or W^T x) with the norm of its rounding error: `gamma_n |W|_F |x|`.
class RoundedProduct {
 public:
  explicit RoundedProduct(const MatrixXd& w)
      : w_(w),
        transposed_(w.transpose()),
        factor_((gamma(static_cast<double>(w.rows())) * norm_frobenius_upper(w)).value() * kSlack) {}

  double apply(const VectorXd& x, VectorXd& y) const { return product(w_, x, y); }
  double apply_transposed(const VectorXd& x, VectorXd& y) const { return product(transposed_, x, y); }

 private:
  double product(const MatrixXd& a, const VectorXd& x, VectorXd& y) const {
    y.setZero();
    // As a row vector times a matrix would need the transpose; columns are added up.
    dense::kernels().f64.multiply(a.rows(), 1, a.cols(), 1.0, a.data(), a.rows(), x.data(), x.size(),
                                  y.data(), a.rows());
    return factor_ * norm_up(x) + 0x1p-500;
  }
  const MatrixXd& w_;
  MatrixXd transposed_;
  double factor_;
};

std::span<const double> view(const double* x, Index n) {
  return {x, static_cast<std::size_t>(n)};
}
std::span<double> view(VectorXd& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

}  // namespace

// bound: L41. Errors e_l of states and a_l of adjoints are followed with the computed vectors; every line
// that adds to them is an upper bound after the factor kSlack, which covers the roundings of a few additions
// of positive terms.
EnclosedGradient enclose_resnet_gradient(const NeuralOde& model, const VectorXd& x, long depth,
                                         Index output) {
  if (depth < 1) throw InputError("a residual network needs a depth of at least 1");
  if (x.size() != model.input_dimension())
    throw InputError("the input has another dimension than the model takes");
  if (!x.allFinite()) throw InputError("the input has an entry that is not a finite number");
  if (output < 0 || output >= model.outputs())
    throw InputError("the model has no output " + std::to_string(output));
  const auto l1_ball = model.phi().lipschitz(kScaleBits),
             l2_ball = model.phi().lipschitz_of_derivative(kScaleBits);
  if (!l1_ball || !l2_ball)
    throw InputError(model.phi().name() +
                     " or its derivative has no Lipschitz constant: use exact arithmetic instead");
  dense::require_ieee_arithmetic();

  const Index n = model.width();
  const EnclosedScales scales(model, kScaleBits);
  const Ball exact_alpha = scales.time_scale / depth;
  const Step step{exact_alpha.midpoint(),
                  (exact_alpha - Ball::exact(exact_alpha.midpoint())).magnitude().value()};
  const BoundedOperator bounded(model.w());
  const RoundedProduct w(model.w());
  const CertifiedTable& table = CertifiedTable::of(model.phi());
  const double norm = bounded.spectral_norm().value();
  const double l1 = l1_ball->upper(), l2 = l2_ball->upper();
  const double growth = step.alpha * l1 * norm * kSlack;
  const double u = kUnitRoundoff;

  // Forward.
  MatrixXd states(n, depth + 1), activations(n, depth + 1);
  VectorXd state_error(depth + 1), activation_error(depth + 1);
  {
    const ProductColumns start = BoundedOperator(model.u()).apply_bounded(x, ProductAccuracy::split);
    const double scale = scales.input_scale.midpoint();
    const double scale_error = (scales.input_scale - Ball::exact(scale)).magnitude().value();
    states.col(0) = scale * (start.high.col(0) + start.low.col(0));
    state_error(0) =
        ((scale_error + 3 * u * scale) * (norm_up(start.high.col(0)) + norm_up(start.low.col(0))) +
         scale * start.error(0)) *
        kSlack;
  }
  VectorXd phi(n), y(n);
  for (long l = 0; l <= depth; ++l) {
    activation_error(l) = table.evaluate(0, view(states.col(l).data(), n), view(phi)).value();
    activations.col(l) = phi;
    if (l == depth) break;
    const double rounding = w.apply(phi, y);
    states.col(l + 1) = states.col(l) + step.alpha * y;
    const double size = norm_up(y);
    state_error(l + 1) =
        ((1 + growth) * state_error(l) + step.alpha * (rounding + norm * activation_error(l)) +
         (step.error + 2 * u * step.alpha) * size + 2 * u * norm_up(states.col(l + 1))) *
        kSlack;
  }
  if (!std::isfinite(state_error(depth)))
    throw PrecisionError("the states of the network leave the range of doubles");

  // Backward, with the weight gradient in blocks of layers.
  EnclosedGradient result{MatrixXd(), MatrixXd::Zero(n, n), VectorXd(), {}, {}, {}};
  const VectorXd v = model.v().row(output).transpose();
  const double out = scales.output_scale.midpoint();
  const double out_error = (scales.output_scale - Ball::exact(out)).magnitude().value();
  VectorXd slope(n);
  double slope_error = table.evaluate(1, view(states.col(depth).data(), n), view(slope)).value();
  VectorXd lambda = out * slope.cwiseProduct(v);
  double lambda_error = (out * v.cwiseAbs().maxCoeff() * (slope_error + l2 * state_error(depth)) +
                         (2 * u + out_error / out) * norm_up(lambda)) *
                        kSlack;
  constexpr Index kBlock = 256;
  MatrixXd lambdas(n, kBlock);
  UpperBound w_error;
  double partial_sums = 0;
  for (long last = depth; last > 0;) {
    const Index count = static_cast<Index>(std::min<long>(kBlock, last));
    const long first = last - count;
    double lambda_square = 0, phi_square = 0, errors = 0;
    for (long l = last - 1; l >= first; --l) {
      // Here lambda stands for lambda^{l+1}.
      lambdas.col(l - first) = lambda;
      const double lambda_size = norm_up(lambda), phi_size = norm_up(activations.col(l));
      const double phi_off = activation_error(l) + l1 * state_error(l);
      errors += (lambda_error * (phi_size + phi_off) + lambda_size * phi_off) * kSlack;
      lambda_square += lambda_size * lambda_size;
      phi_square += phi_size * phi_size;
      slope_error = table.evaluate(1, view(states.col(l).data(), n), view(slope)).value();
      const double rounding = w.apply_transposed(lambda, y);
      const double largest = y.cwiseAbs().maxCoeff();
      const VectorXd product = slope.cwiseProduct(y);
      lambda += step.alpha * product;
      lambda_error =
          ((1 + growth) * lambda_error +
           step.alpha * (largest * (l2 * state_error(l) + slope_error) + (l1 + slope_error) * rounding) +
           (step.error + 3 * u * step.alpha) * norm_up(product) + 2 * u * norm_up(lambda)) *
          kSlack;
    }
    const MatrixXd transposed = activations.middleCols(first, count).transpose();
    MatrixXd part = MatrixXd::Zero(n, n);
    dense::kernels().f64.multiply(n, n, count, step.alpha, lambdas.data(), n, transposed.data(), count,
                                  part.data(), n);
    result.w += part;
    const double size = std::sqrt(lambda_square * phi_square);
    w_error +=
        UpperBound(((step.alpha * (gamma(static_cast<double>(count) + 3).value()) + step.error) * size +
                    step.alpha * errors) *
                   (1 + 0x1p-20));
    partial_sums += part.norm() * kSlack;
    last = first;
  }
  w_error += gamma(static_cast<double>(depth / kBlock + 2)) * UpperBound(partial_sums * kSlack);
  if (!std::isfinite(lambda_error))
    throw PrecisionError("the adjoint of the network leaves the range of doubles");
  result.w_error = w_error;

  const OuterProduct outer = bounded_outer(lambda, x, scales.input_scale);
  result.u = outer.value;
  result.u_error =
      outer.error + scales.input_scale.magnitude() * UpperBound(lambda_error) * norm_frobenius_upper(x);
  result.v = out * activations.col(depth);
  result.v_error = UpperBound((out * (activation_error(depth) + l1 * state_error(depth)) +
                               (u * out + out_error) * norm_up(activations.col(depth))) *
                                  kSlack +
                              out_error);
  return result;
}

}  // namespace gronwall
