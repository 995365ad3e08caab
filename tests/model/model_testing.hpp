#pragma once
/// \file Models for tests, and a second way to their derivatives.

#include "../shared/refusals.hpp"
#include "gronwall/model/resnet.hpp"

namespace gronwall::testing {

/// Inputs of N points, made of simple fractions.
inline Eigen::MatrixXd inputs(Eigen::Index d, Eigen::Index count) {
  Eigen::MatrixXd x(d, count);
  for (Eigen::Index j = 0; j < count; ++j)
    for (Eigen::Index i = 0; i < d; ++i) x(i, j) = static_cast<double>((7 * i + 11 * j + 3) % 16 - 7) / 8;
  return x;
}

/// A model whose scales and time are all different from 1 and from each other.
inline NeuralOde scaled_model(Eigen::Index n, Eigen::Index d, Eigen::Index outputs, const char* phi,
                              std::uint64_t seed) {
  NeuralOdeParameters parameters = gaussian_model(n, d, outputs, activation(phi), seed).parameters();
  parameters.sigma_w = Rational(3, 2);
  parameters.sigma_u = Rational(5, 4);
  parameters.sigma_v = Rational(2, 3);
  parameters.time = Rational(6, 5);
  return NeuralOde(std::move(parameters));
}

/// Another model's weights as a direction in parameter space.
inline Gradient<double> direction(const NeuralOde& model, std::uint64_t seed) {
  const NeuralOde other =
      gaussian_model(model.width(), model.input_dimension(), model.outputs(), model.phi(), seed);
  return {other.u(), other.w(), other.v()};
}

template <Real R>
R inner_product(const Gradient<R>& a, const Gradient<R>& b) {
  R sum = (a.u.cwiseProduct(b.u)).sum();
  sum += (a.w.cwiseProduct(b.w)).sum();
  sum += (a.v.cwiseProduct(b.v)).sum();
  return sum;
}

}  // namespace gronwall::testing
