#pragma once
/// \file Independent truth about continuous gradients: residual networks of many depths, extrapolated.

#include <vector>

#include "gronwall/model/gradient_enclosure.hpp"
#include "model_testing.hpp"

namespace gronwall::testing {

inline constexpr long kTruthBits = 160;

/// grad f^L = limit + first_order / L + O(1/L^2).
struct Extrapolated {
  Gradient<MpFloat> limit;
  Gradient<MpFloat> first_order;
};

/// The gradient of `sum_i f(x_i)` of one output by the exact gradients of nets of depth 10 to 320,
/// interpolated by a polynomial in 1/L. No adjoint equation, no flow and no collocation takes part. Errors
/// are about 1e-17 for `limit` and 1e-14 for `first_order`.
inline Extrapolated extrapolated(const NeuralOde& model, const Eigen::MatrixXd& x, Eigen::Index output) {
  const MpPrecision scope(kTruthBits);
  RealMatrix<MpFloat> g = zeros<MpFloat>(model.outputs(), x.cols(), kTruthBits);
  for (Eigen::Index i = 0; i < x.cols(); ++i) g(output, i) = make_mp(1, kTruthBits);
  constexpr long kDepths[] = {10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320};
  Extrapolated result;
  for (const long depth : kDepths) {
    Rational weight = 1, slope = 0;  // of the cardinal polynomial at 0, and its derivative there
    for (const long other : kDepths)
      if (other != depth) {
        weight *= Rational(depth, depth - other);
        slope -= other;
      }
    slope *= weight;
    const auto net =
        ResNet<MpFloat>(model, depth, kTruthBits).gradient(real_matrix<MpFloat>(x, kTruthBits), g);
    const auto times = [&net](const Rational& factor) {
      const MpFloat f = real_constant<MpFloat>(factor, kTruthBits);
      return Gradient<MpFloat>{net.u * f, net.w * f, net.v * f};
    };
    if (depth == kDepths[0]) {
      result = {times(weight), times(slope)};
    } else {
      result.limit += times(weight);
      result.first_order += times(slope);
    }
  }
  return result;
}

/// |a - b|, entry by entry, in MpFloat.
template <class A, class B>
double exact_distance(const A& a, const B& b) {
  const MpPrecision scope(kTruthBits);
  MpFloat sum = make_mp(0, kTruthBits);
  for (Eigen::Index i = 0; i < b.rows(); ++i)
    for (Eigen::Index j = 0; j < b.cols(); ++j) {
      const MpFloat difference = a(i, j) - make_mp(b(i, j), kTruthBits);
      sum += difference * difference;
    }
  return static_cast<double>(MpFloat(sqrt(sum)));
}

/// Checks that the truth, known up to `slack`, lies inside the enclosure.
inline void check_inside(const Gradient<MpFloat>& truth, const EnclosedGradient& found, Eigen::Index output,
                         double slack) {
  BOOST_TEST(exact_distance(truth.u, found.u) <= found.u_error.value() + slack);
  BOOST_TEST(exact_distance(truth.w, found.w) <= found.w_error.value() + slack);
  BOOST_TEST(exact_distance(truth.v.row(output).transpose(), found.v) <= found.v_error.value() + slack);
}

inline const std::vector<const char*> kSmooth = {"softplus", "tanh", "sigmoid", "gelu",     "silu",
                                                 "erf",      "sin",  "cos",     "gaussian", "identity"};

}  // namespace gronwall::testing
