#include "gronwall/model/continuous.hpp"

#include <utility>

namespace gronwall {
namespace {

/// The field of the model; `layer` must outlive it.
template <Floating R>
FlowField<R> field_of(const Layer<R>& layer) {
  const R one = real_constant<R>(1, layer.bits());
  return {.width = layer.w().rows(),
          .time = layer.time(),
          .phi = [&layer](const RealMatrix<R>& h) { return layer.phi(h); },
          .field = [&layer](const RealMatrix<R>& h, const R&) { return layer.field(layer.phi(h)); },
          .adjoint_field = [&layer](const RealMatrix<R>& h, const RealMatrix<R>& lambda,
                                    const R&) { return layer.adjoint_field(h, lambda); },
          .factors = {[one](const R&) { return one; }}};
}

}  // namespace

template <Floating R>
ContinuousGradient<R> continuous_gradient(const NeuralOde& model, const RealMatrix<R>& x,
                                          const RealMatrix<R>& g, const ContinuousOptions& options,
                                          long bits) {
  const PrecisionScope<R> scope(bits);
  const Layer<R> layer(model, bits);
  const RealMatrix<R> cotangent = layer.checked_cotangent(g, x.cols());
  FlowAdjoint<R> flow(field_of(layer), options, layer.bits());
  ContinuousGradient<R> result;
  result.state = flow.forward(layer.start(x));
  const RealMatrix<R> phi_end = layer.phi(result.state);
  result.outputs = layer.read_out(phi_end);
  auto back = flow.backward(layer.adjoint_end(result.state, cotangent));
  result.adjoint = std::move(back.adjoint);
  result.gradient = layer.outer_blocks(result.adjoint, x, phi_end, cotangent);
  result.gradient.w = layer.field_scale() * back.integrals[0];
  result.pieces = flow.pieces();
  result.forward = flow.forward_steps();
  result.backward = flow.backward_steps();
  return result;
}

template ContinuousGradient<double> continuous_gradient(const NeuralOde&, const RealMatrix<double>&,
                                                        const RealMatrix<double>&, const ContinuousOptions&,
                                                        long);
template ContinuousGradient<MpFloat> continuous_gradient(const NeuralOde&, const RealMatrix<MpFloat>&,
                                                         const RealMatrix<MpFloat>&, const ContinuousOptions&,
                                                         long);

}  // namespace gronwall
