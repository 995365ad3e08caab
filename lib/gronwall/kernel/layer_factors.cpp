#include "gronwall/kernel/layer_factors.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

std::unique_ptr<KernelBuffer> doubles(Index count) {
  return std::make_unique<KernelBuffer>(static_cast<std::size_t>(count) * sizeof(double));
}

std::unique_ptr<KernelBuffer> copy_of(const double* from, Index count) {
  auto copy = doubles(count);
  std::copy_n(from, count, copy->as<double>());
  return copy;
}

/// sum_{q >= p} of the squared norms of the columns, for p = 0..columns.
template <class Columns>
std::vector<double> squared_tails(const Columns& columns) {
  std::vector<double> tails(static_cast<std::size_t>(columns.cols()) + 1, 0.0);
  for (Index p = columns.cols(); p-- > 0;)
    tails[static_cast<std::size_t>(p)] =
        tails[static_cast<std::size_t>(p) + 1] + columns.col(p).squaredNorm();
  return tails;
}

}  // namespace

MatrixXd layer_polynomials(Index layers, std::optional<Index> terms) {
  // Each column is the one before times the node, orthogonalised twice against all others: as good as
  // orthogonal, while columns are polynomials of the stated degree.
  const Index columns = terms.value_or(layers);
  MatrixXd q(layers, columns);
  const Eigen::ArrayXd nodes = Eigen::ArrayXd::LinSpaced(layers, -1, 1);
  for (Index p = 0; p < columns; ++p) {
    Eigen::VectorXd next =
        p == 0 ? Eigen::VectorXd::Ones(layers) : Eigen::VectorXd(q.col(p - 1).array() * nodes);
    for (int pass = 0; pass < 2; ++pass)
      for (Index k = 0; k < p; ++k) next -= q.col(k).dot(next) * q.col(k);
    q.col(p) = next.normalized();
  }
  return q;
}

LayerSweep::LayerSweep(const NeuralOde& model, long depth, Index output)
    : model_(model),
      activation_(model.phi()),
      polynomials_(layer_polynomials(depth)),
      v_(model.v().row(output)),
      depth_(depth),
      step_(nearest_double(model.time() / depth)),
      field_scale_(over_root(model.sigma_w(), model.width())),
      input_scale_(over_root(model.sigma_u(), model.input_dimension())),
      output_scale_(over_root(model.sigma_v(), model.width())) {}

LayerFactors LayerSweep::factors(const MatrixXd& x, Index first, Index count, double relative_tail,
                                 ReusableBuffer& memory) const {
  const auto& kernels = dense::kernels().f64;
  const Index n = model_.width(), d = model_.input_dimension(), size = n * count;
  const MatrixXd& w = model_.w();

  const Index aligned_size = (size + 7) / 8 * 8, aligned_layers = (depth_ * size + 7) / 8 * 8;
  double* const h = memory.reserve(2 * (aligned_size + aligned_layers));
  double* const pulled = h + aligned_size;
  double* const phis = pulled + aligned_size;
  double* const slots = phis + aligned_layers;
  LayerFactors result;
  result.phi_end = doubles(size);
  std::fill_n(h, size, 0.0);
  kernels.multiply(n, count, d, input_scale_, model_.u().data(), n, x.data() + first * d, d, h, n);

  for (long l = 0; l < depth_; ++l) {
    double* const phi = phis + l * size;
    activation_.evaluate(h, phi, slots + l * size, size);
    kernels.multiply(n, count, n, w_scale(), w.data(), n, phi, n, h, n);
  }
  // Only ever added to, a state that once was not finite still is not.
  if (!Eigen::Map<const Eigen::VectorXd>(h, size).allFinite())
    throw InputError("the states of the network overflow: they are not finite numbers");

  // Backward. Slot l holds phi'(h^l) until lambda^{l+1} takes its place.
  double* const lambda = h;
  activation_.evaluate(h, result.phi_end->as<double>(), pulled, size);
  for (Index i = 0; i < count; ++i)
    for (Index k = 0; k < n; ++k) lambda[i * n + k] = output_scale_ * v_(k) * pulled[i * n + k];
  for (long l = depth_; l-- > 0;) {
    std::fill_n(pulled, size, 0.0);
    kernels.multiply_at_b(n, count, n, w_scale(), w.data(), n, lambda, n, pulled, n);
    double* const slot = slots + l * size;
    for (Index k = 0; k < size; ++k) {
      const double derivative = slot[k];
      slot[k] = lambda[k];
      lambda[k] += derivative * pulled[k];
    }
  }

  result.first = first;
  result.inputs = count;
  result.terms = depth_;
  if (relative_tail > 0) compress(phis, slots, result, relative_tail);
  result.phi = copy_of(phis, result.terms * size);
  result.lambda = copy_of(slots, result.terms * size);
  result.lambda_start = copy_of(lambda, size);
  return result;
}

void LayerSweep::compress(double* phis, double* lambdas, LayerFactors& factors, double relative_tail) const {
  const auto& kernels = dense::kernels().f64;
  const Index n = model_.width(), count = factors.inputs, layers = depth_;
  // Results of small products must not depend on the heap, so they go into aligned memory (see `multiply`).
  using Aligned = Eigen::Map<MatrixXd, Eigen::Aligned64>;
  using Layers = Eigen::Map<MatrixXd, 0, Eigen::OuterStride<>>;
  const auto memory = doubles(2 * layers * (n + 8 + layers + 8));
  double* next = memory->as<double>();
  const auto matrix = [&](Index rows) {
    double* const here = next;
    next += (rows * layers + 7) / 8 * 8;
    return Aligned(here, rows, layers);
  };
  Aligned phi_hat = matrix(n), lambda_hat = matrix(n), phi_gram = matrix(layers),
          lambda_gram = matrix(layers);

  const auto gram = [&](const Aligned& a, Aligned& c) {
    c.setZero();
    kernels.multiply_at_b(layers, layers, n, 1.0, a.data(), n, a.data(), n, c.data(), layers);
  };
  const auto project = [&](const double* of, Index i, Aligned& onto) {
    onto.setZero();
    kernels.multiply(n, layers, layers, 1.0, of + i * n, n * count, polynomials_.data(), layers, onto.data(),
                     n);
  };
  std::vector<double> worst(static_cast<std::size_t>(layers), 0.0);  // tail by the number of terms kept
  for (Index i = 0; i < count; ++i) {
    project(phis, i, phi_hat);
    project(lambdas, i, lambda_hat);
    gram(phi_hat, phi_gram);
    gram(lambda_hat, lambda_gram);
    const double norm = std::sqrt(std::max(0.0, phi_gram.cwiseProduct(lambda_gram).sum()));
    const std::vector<double> phi_tails = squared_tails(phi_hat), lambda_tails = squared_tails(lambda_hat);
    for (std::size_t r = 0; r < worst.size(); ++r) {
      const double tail = std::sqrt(phi_tails[r]) * std::sqrt(lambda_tails[r]);
      if (tail > 0) worst[r] = std::max(worst[r], tail / norm);
    }
    Layers(phis + i * n, n, layers, Eigen::OuterStride<>(n * count)) = phi_hat;
    Layers(lambdas + i * n, n, layers, Eigen::OuterStride<>(n * count)) = lambda_hat;
  }
  for (Index r = 1; r < layers; ++r)
    if (worst[static_cast<std::size_t>(r)] <= relative_tail) {
      factors.terms = r;
      factors.relative_tail = worst[static_cast<std::size_t>(r)];
      return;
    }
}

}  // namespace gronwall
