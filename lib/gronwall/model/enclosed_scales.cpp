#include "gronwall/model/enclosed_scales.hpp"

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/model/gradient_enclosure.hpp"

namespace gronwall {

EnclosedScales::EnclosedScales(const NeuralOde& model, long bits) {
  const Ball root_n = sqrt(Ball::from(static_cast<long>(model.width()), bits));
  const Ball root_d = sqrt(Ball::from(static_cast<long>(model.input_dimension()), bits));
  field_scale = Ball::from(model.sigma_w(), bits) / root_n;
  time_scale = Ball::from(model.sigma_w() * model.time(), bits) / root_n;
  input_scale = Ball::from(model.sigma_u(), bits) / root_d;
  output_scale = Ball::from(model.sigma_v(), bits) / root_n;
}

ModelConstants model_constants(const NeuralOdeEnclosure& enclosure) {
  const NeuralOde& model = enclosure.model();
  const EnclosedScales scales(model, kScaleBits);
  const auto& flow = enclosure.flow();
  const auto& world = flow.world();
  const Eigen::VectorXd v = model.v().row(enclosure.output()).transpose();
  ModelConstants c;
  c.time = Ball::from(model.time(), kScaleBits);
  c.field_scale = scales.field_scale;
  c.input_scale = scales.input_scale;
  c.output_scale = scales.output_scale;
  c.l1 = Ball::exact(flow.lipschitz().value());
  c.l2 = Ball::exact(flow.lipschitz_of_derivative().value());
  c.beta = c.field_scale * c.l1 * Ball::exact(flow.bound().spectral_norm.value());
  c.growth = exp(c.beta * c.time);
  c.phi_at_zero =
      sqrt(Ball::from(static_cast<long>(model.width()), kScaleBits)) * abs(model.phi().at_zero(kScaleBits));
  const auto start = enclosure.start();
  c.p0 = c.phi_at_zero + c.l1 * Ball::exact(world.norms(start)(0, 0));
  c.v = c.output_scale * c.l1 * Ball::exact(norm_frobenius_upper(v).value());
  c.v_inf = Ball::exact(v.cwiseAbs().maxCoeff());
  const auto field = world.apply(world.activate(start, 0, flow.lipschitz()), false);
  c.f0 = c.field_scale * Ball::exact(world.norms(field)(0, 0));
  c.x_norm = Ball::exact(norm_frobenius_upper(enclosure.inputs_matrix()).value());
  return c;
}

OuterProduct bounded_outer(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, const Ball& scale) {
  const double factor = scale.midpoint();
  const UpperBound factor_error = (scale - Ball::exact(factor)).magnitude();
  OuterProduct result{Eigen::MatrixXd::Zero(a.rows(), b.rows()), {}};
  const Eigen::MatrixXd transposed = b.transpose();
  dense::kernels().f64.multiply(a.rows(), b.rows(), a.cols(), factor, a.data(), a.rows(), transposed.data(),
                                transposed.rows(), result.value.data(), a.rows());
  const UpperBound size = norm_frobenius_upper(a) * norm_frobenius_upper(b);
  // bound: L23, one rounding more for the scale
  result.error = (gamma(static_cast<double>(a.cols()) + 2) * scale.magnitude() + factor_error) * size +
                 UpperBound(0x1p-500);
  return result;
}

}  // namespace gronwall
