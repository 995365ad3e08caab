#include "gronwall/kernel/finite.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gronwall/kernel/layer_factors.hpp"
#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/linalg/symmetric_blocks.hpp"
#include "gronwall/model/resnet.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

void check(const NeuralOde& model, const MatrixXd& x, long depth, const FiniteKernelOptions& options) {
  if (depth < 1) throw InputError("the depth L must be at least 1, not " + std::to_string(depth));
  if (x.rows() != model.input_dimension() || x.cols() == 0)
    throw InputError("inputs are the columns of a matrix of " + std::to_string(model.input_dimension()) +
                     " rows and at least one column, not " + std::to_string(x.rows()) + " x " +
                     std::to_string(x.cols()));
  for (Index k = 0; k < x.size(); ++k)
    if (!std::isfinite(x.data()[k]))
      throw InputError("coordinate " + std::to_string(k % x.rows()) + " of input " +
                       std::to_string(k / x.rows()) + " is not a finite number");
  if (options.output < 0 || options.output >= model.outputs())
    throw InputError("the model has " + std::to_string(model.outputs()) +
                     " outputs, counted from 0; there is no output " + std::to_string(options.output));
  if (!(options.tolerance > 0 && options.tolerance < 1))
    throw InputError("the tolerance of the compression must lie between 0 and 1");
}

FiniteKernel empty_kernel(const NeuralOde& model, Index count) {
  FiniteKernel kernel;
  kernel.K_v = kernel.K_W = kernel.K_U = MatrixXd::Zero(count, count);
  kernel.sigma_v = nearest_double(model.sigma_v());
  return kernel;
}

/// The definition.
FiniteKernel kernel_by_gradients(const NeuralOde& model, const MatrixXd& x, long depth, Index output) {
  constexpr Index kMostNumbers = Index{1} << 27;
  const Index count = x.cols(), n = model.width(), d = model.input_dimension();
  if ((n + d + 1) > kMostNumbers / n / count)
    throw InputError("the gradients at " + std::to_string(count) + " inputs of a network of width " +
                     std::to_string(n) + " take too much memory; use layer pairs or their compression");
  const ResNet<double> net(model, depth);
  MatrixXd w(n * n, count), u(n * d, count), v(n, count);
  MatrixXd cotangent = MatrixXd::Zero(model.outputs(), 1);
  cotangent(output) = 1;
  for (Index i = 0; i < count; ++i) {
    const Gradient<double> gradient = net.gradient(x.col(i), cotangent);
    w.col(i) = gradient.w.reshaped();
    u.col(i) = gradient.u.reshaped();
    v.col(i) = gradient.v.row(output).transpose();
  }
  FiniteKernel kernel = empty_kernel(model, count);
  const auto gram = [](const MatrixXd& g) {
    MatrixXd product = multiply(MatrixXd(g.transpose()), g);
    product.triangularView<Eigen::StrictlyUpper>() = MatrixXd(product.transpose());
    return product;
  };
  kernel.K_v = gram(v);
  kernel.K_W = gram(w);
  kernel.K_U = gram(u);
  kernel.terms = depth;
  return kernel;
}

/// Inputs of a tile: a multiple of nothing in particular, but alike for all tiles.
Index tile_size(Index n, Index count, long depth) {
  constexpr Index kMostInputs = 128, kMostNumbers = Index{1} << 26;  // half a gigabyte for a thread
  const Index most = std::clamp(kMostNumbers / (2 * n * depth), Index{8}, kMostInputs);
  const Index tiles = (count + most - 1) / most;
  return (count + tiles - 1) / tiles;
}

/// `task(i, memory)` for every `i < count`, as parallel_for, each thread with its own memory.
template <class Task>
void parallel_tiles(std::size_t count, unsigned threads, Task&& task) {
  const unsigned workers = threads > 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  std::atomic<std::size_t> next{0};
  parallel_for(
      workers,
      [&](std::size_t) {
        ReusableBuffer memory;
        for (std::size_t i = next++; i < count; i = next++) task(i, memory);
      },
      threads);
}

/// The blocks of the kernel for two tiles of inputs.
class TilePair {
 public:
  TilePair(const LayerFactors& left, const LayerFactors& right, Index width, ReusableBuffer& memory)
      : left_(left), right_(right), n_(width), memory_(memory) {}

  /// Phi_L^T Phi_L.
  MatrixXd activations() const { return product(*left_.phi_end, *right_.phi_end); }
  /// Lambda_0^T Lambda_0.
  MatrixXd adjoints() const { return product(*left_.lambda_start, *right_.lambda_start); }

  /// sum_{p,q} Phihat_p^T Phihat_q o Lambdahat_p^T Lambdahat_q. A group of terms at a time, so that both
  /// products stay in cache until they are multiplied.
  MatrixXd tensor_products() const {
    const Index rows = left_.inputs, columns = right_.inputs;
    const Index left_group = group(rows), right_group = group(columns);
    const Index stride = padded_stride(left_group * rows);
    const Index size = stride * right_group * columns;
    double* const phi_products = memory_.reserve(2 * size);
    double* const lambda_products = phi_products + size;
    const bool is_diagonal = left_.first == right_.first;
    MatrixXd sum = MatrixXd::Zero(rows, columns), above = sum;
    for (Index p = 0; p < left_.terms; p += left_group)
      // A tile with itself: the terms (q, p) are the transposes of (p, q).
      for (Index q = is_diagonal ? p : 0; q < right_.terms; q += right_group) {
        const Index ps = std::min(left_group, left_.terms - p), qs = std::min(right_group, right_.terms - q);
        multiply_terms(*left_.phi, *right_.phi, p, ps, q, qs, phi_products, stride);
        multiply_terms(*left_.lambda, *right_.lambda, p, ps, q, qs, lambda_products, stride);
        MatrixXd& target = is_diagonal && q > p ? above : sum;
        using Block = Eigen::Map<MatrixXd, 0, Eigen::OuterStride<>>;
        for (Index b = 0; b < qs; ++b)
          for (Index a = 0; a < ps; ++a) {
            const Index at = a * rows + b * columns * stride;
            const Eigen::OuterStride<> between(stride);
            target += Block(phi_products + at, rows, columns, between)
                          .cwiseProduct(Block(lambda_products + at, rows, columns, between));
          }
      }
    if (is_diagonal) sum += above + above.transpose();
    return sum;
  }

 private:
  /// Terms side by side that make a product of a good size.
  static Index group(Index inputs) { return std::max(Index{1}, Index{384} / inputs); }

  void multiply_terms(KernelBuffer& a, KernelBuffer& b, Index p, Index ps, Index q, Index qs, double* c,
                      Index stride) const {
    const Index rows = left_.inputs, columns = right_.inputs;
    std::fill_n(c, stride * qs * columns, 0.0);
    dense::kernels().f64.multiply_at_b(ps * rows, qs * columns, n_, 1.0, a.as<double>() + p * rows * n_, n_,
                                       b.as<double>() + q * columns * n_, n_, c, stride);
  }

  MatrixXd product(KernelBuffer& a, KernelBuffer& b) const {
    const Index rows = left_.inputs, columns = right_.inputs;
    Eigen::Map<MatrixXd> result(memory_.reserve(rows * columns), rows, columns);
    result.setZero();
    dense::kernels().f64.multiply_at_b(rows, columns, n_, 1.0, a.as<double>(), n_, b.as<double>(), n_,
                                       result.data(), rows);
    return result;
  }

  const LayerFactors& left_;
  const LayerFactors& right_;
  Index n_;
  ReusableBuffer& memory_;
};

}  // namespace

FiniteKernel finite_kernel(const NeuralOde& model, const MatrixXd& x, long depth,
                           const FiniteKernelOptions& options) {
  check(model, x, depth, options);
  if (options.method == GramMethod::gradients) return kernel_by_gradients(model, x, depth, options.output);

  const Index n = model.width(), count = x.cols();
  const LayerSweep sweep(model, depth, options.output);
  // Two factors, each off by at most e in relative norm, give 2 e + e^2.
  const double tail = options.method == GramMethod::compressed ? options.tolerance / 2.5 : 0;
  const Index size = tile_size(n, count, depth), tiles = (count + size - 1) / size;
  std::vector<LayerFactors> factors(static_cast<std::size_t>(tiles));
  parallel_tiles(factors.size(), options.threads, [&](std::size_t t, ReusableBuffer& memory) {
    const Index first = static_cast<Index>(t) * size;
    factors[t] = sweep.factors(x, first, std::min(size, count - first), tail, memory);
  });

  FiniteKernel kernel = empty_kernel(model, count);
  for (const LayerFactors& tile : factors) {
    kernel.terms = std::max(kernel.terms, tile.terms);
    kernel.relative_tail = std::max(kernel.relative_tail, tile.relative_tail * (2 + tile.relative_tail));
  }

  const auto square = [](double s) { return s * s; };
  const double w_scale = square(sweep.w_scale()), u_scale = square(sweep.input_scale()),
               v_scale = square(sweep.output_scale());
  const MatrixXd gram_of_inputs = multiply(MatrixXd(x.transpose()), x);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;  // the cheaper ones, on the diagonal, last
  for (std::size_t j = 0; j < factors.size(); ++j)
    for (std::size_t i = j + 1; i < factors.size(); ++i) pairs.emplace_back(i, j);
  for (std::size_t i = 0; i < factors.size(); ++i) pairs.emplace_back(i, i);
  parallel_tiles(pairs.size(), options.threads, [&](std::size_t t, ReusableBuffer& memory) {
    const LayerFactors &left = factors[pairs[t].first], &right = factors[pairs[t].second];
    const TilePair both(left, right, n, memory);
    place_symmetric(v_scale * both.activations(), left.first, right.first, kernel.K_v);
    place_symmetric(w_scale * both.tensor_products(), left.first, right.first, kernel.K_W);
    place_symmetric(u_scale * both.adjoints().cwiseProduct(
                                  gram_of_inputs.block(left.first, right.first, left.inputs, right.inputs)),
                    left.first, right.first, kernel.K_U);
  });
  return kernel;
}

}  // namespace gronwall
