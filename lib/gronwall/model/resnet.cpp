#include "gronwall/model/resnet.hpp"

#include <string>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

long checked_depth(long depth) {
  if (depth < 1) throw InputError("the depth L of a ResNet must be at least 1, not " + std::to_string(depth));
  return depth;
}

}  // namespace

template <Real R>
ResNet<R>::ResNet(const NeuralOde& model, long depth, long bits)
    : layer_(model, bits),
      depth_(checked_depth(depth)),
      step_(real_constant<R>(model.time() / depth_, layer_.bits())) {}

template <Real R>
RealMatrix<R> ResNet<R>::next(const RealMatrix<R>& phi_h, const RealMatrix<R>& h) const {
  return h + step_ * layer_.field(phi_h);
}

template <Real R>
RealMatrix<R> ResNet<R>::previous(const RealMatrix<R>& h, const RealMatrix<R>& lambda) const {
  return lambda + step_ * layer_.adjoint_field(h, lambda);
}

template <Real R>
std::vector<RealMatrix<R>> ResNet<R>::states(const RealMatrix<R>& x) const {
  const PrecisionScope<R> scope(layer_.bits());
  std::vector<RealMatrix<R>> h = {layer_.start(x)};
  h.reserve(static_cast<std::size_t>(depth_) + 1);
  for (long l = 0; l < depth_; ++l) h.push_back(next(layer_.phi(h.back()), h.back()));
  return h;
}

template <Real R>
RealMatrix<R> ResNet<R>::outputs(const RealMatrix<R>& x) const {
  const PrecisionScope<R> scope(layer_.bits());
  RealMatrix<R> h = layer_.start(x);
  for (long l = 0; l < depth_; ++l) h = next(layer_.phi(h), h);
  return layer_.read_out(layer_.phi(h));
}

template <Real R>
std::vector<RealMatrix<R>> ResNet<R>::adjoints(const std::vector<RealMatrix<R>>& states,
                                               const RealMatrix<R>& g) const {
  const auto depth = static_cast<std::size_t>(depth_);
  if (states.size() != depth + 1)
    throw InputError("backpropagation needs the states 0..L of the forward pass, " +
                     std::to_string(depth_ + 1) + " of them, not " + std::to_string(states.size()));
  const PrecisionScope<R> scope(layer_.bits());
  std::vector<RealMatrix<R>> lambda(depth + 1);
  lambda[depth] = layer_.adjoint_end(states[depth], layer_.checked_cotangent(g, states[depth].cols()));
  for (std::size_t l = depth; l-- > 0;) lambda[l] = previous(states[l], lambda[l + 1]);
  return lambda;
}

template <Real R>
Gradient<R> ResNet<R>::gradient(const RealMatrix<R>& x, const RealMatrix<R>& g) const {
  const PrecisionScope<R> scope(layer_.bits());
  const RealMatrix<R> cotangent = layer_.checked_cotangent(g, x.cols());
  const std::vector<RealMatrix<R>> h = states(x);
  const auto depth = static_cast<std::size_t>(depth_);
  const Eigen::Index inputs = x.cols();
  RealMatrix<R> lambda = layer_.adjoint_end(h[depth], cotangent);

  // sum_l lambda^{l+1} phi(h^l)^T as products of as many layers side by side as make a fast one.
  constexpr Eigen::Index kColumns = 256;
  const Eigen::Index layers = std::max(Eigen::Index{1}, kColumns / inputs);
  RealMatrix<R> lambdas(lambda.rows(), layers * inputs), phis(lambda.rows(), layers * inputs);
  RealMatrix<R> sum = zeros<R>(lambda.rows(), lambda.rows(), layer_.bits());
  Eigen::Index filled = 0;
  for (std::size_t l = depth; l-- > 0;) {
    lambdas.middleCols(filled * inputs, inputs) = lambda;
    phis.middleCols(filled * inputs, inputs) = layer_.phi(h[l]);
    if (++filled == layers || l == 0) {
      sum += multiply(RealMatrix<R>(lambdas.leftCols(filled * inputs)),
                      RealMatrix<R>(phis.leftCols(filled * inputs).transpose()));
      filled = 0;
    }
    lambda = previous(h[l], lambda);
  }
  Gradient<R> result = layer_.outer_blocks(lambda, x, layer_.phi(h[depth]), cotangent);
  const R weight = step_ * layer_.field_scale();
  result.w = weight * sum;
  return result;
}

template class ResNet<double>;
template class ResNet<MpFloat>;
template class ResNet<Ball>;

}  // namespace gronwall
