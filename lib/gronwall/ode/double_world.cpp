#include <cmath>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/ode/flow_world.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr double kUnit = kUnitRoundoff;
/// Covers the roundings of the additions of positive terms in an error bound of this file: at most 2^16 of them
/// (nodes times samples, or coefficients).
constexpr double kEnlarge = 1 + 0x1p-36;
constexpr double kTiny = 0x1p-500;  ///< what underflow (of squares, too) may add to any norm below

void split_table(const BallMatrix& exact, MatrixXd& rounded, MatrixXd& error) {
  rounded.resize(exact.rows(), exact.cols());
  error.resize(exact.rows(), exact.cols());
  for (Index k = 0; k < exact.rows(); ++k)
    for (Index j = 0; j < exact.cols(); ++j) {
      rounded(k, j) = exact(k, j).midpoint();
      error(k, j) = (exact(k, j) - Ball::exact(rounded(k, j))).magnitude().value();
    }
}

/// The exact product of two doubles as a sum (Dekker, Veltkamp), for sizes below 2^500.
struct Pair {
  double high, low;
};
Pair product_of(double a, double b) {
  constexpr double kSplitter = 0x1p27 + 1;
  const double p = a * b;
  const double ca = kSplitter * a, cb = kSplitter * b;
  const double ah = ca - (ca - a), bh = cb - (cb - b);
  const double al = a - ah, bl = b - bh;
  return {p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

/// `coefficients * table` with every sum of products as if in twice the precision, then rounded.
MatrixXd accurate_product(const MatrixXd& coefficients, const MatrixXd& table) {
  MatrixXd result(coefficients.rows(), table.cols());
  const Index rows = coefficients.rows();
  std::vector<double> high(static_cast<std::size_t>(rows)), low(high.size());
  for (Index j = 0; j < table.cols(); ++j) {
    std::fill(high.begin(), high.end(), 0.0);
    std::fill(low.begin(), low.end(), 0.0);
    for (Index k = 0; k < table.rows(); ++k) {
      const double t = table(k, j);
      const double* c = coefficients.col(k).data();
      for (std::size_t i = 0; i < high.size(); ++i) {
        const Pair p = product_of(c[i], t);
        const double sum = high[i] + p.high;
        const double part = sum - high[i];
        low[i] += ((high[i] - (sum - part)) + (p.high - part)) + p.low;
        high[i] = sum;
      }
    }
    for (Index i = 0; i < rows; ++i)
      result(i, j) = high[static_cast<std::size_t>(i)] + low[static_cast<std::size_t>(i)];
  }
  return result;
}

/// `a b` for a tall `a` and a small `b`, by the kernels of this machine.
MatrixXd tall_product(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd result = MatrixXd::Zero(a.rows(), b.cols());
  dense::kernels().f64.multiply(a.rows(), b.cols(), a.cols(), 1.0, a.data(), a.rows(), b.data(), b.rows(),
                                result.data(), a.rows());
  return result;
}

}  // namespace

void DoubleWorld::use_degree(int degree) {
  const ChebyshevTables& tables = chebyshev_tables(degree);
  split_table(tables.values, values_, values_error_);
  split_table(tables.derivatives, derivatives_, derivatives_error_);
  split_table(tables.moments, moments_, moments_error_);
  MatrixXd unused;
  split_table(tables.coefficients, coefficients_, unused);
}

DoubleWorld::Block DoubleWorld::exact(const Matrix& value) const {
  return {value, MatrixXd::Zero(samples_, value.cols()), {}};
}

MatrixXd DoubleWorld::norms(const Block& a) const {
  const Index n = dimension();
  MatrixXd result(samples_, a.value.cols());
  const double enlarge = (UpperBound(1.0) + gamma(static_cast<double>(n) + 4)).value();
  for (Index c = 0; c < a.value.cols(); ++c)
    for (Index s = 0; s < samples_; ++s) {
      const double size = a.value.col(c).segment(s * n, n).norm() * enlarge;
      const double low = a.low.size() == 0 ? 0.0 : a.low.col(c).segment(s * n, n).norm() * enlarge;
      result(s, c) = (size + low + a.error(s, c) + kTiny) * kEnlarge;
    }
  return result;
}

MatrixXd DoubleWorld::magnitudes(const Block& a) const {
  const Index n = dimension();
  MatrixXd result = a.value.cwiseAbs();
  if (a.low.size() != 0) result += a.low.cwiseAbs();
  for (Index c = 0; c < a.value.cols(); ++c)
    for (Index s = 0; s < samples_; ++s)
      result.col(c).segment(s * n, n).array() =
          (result.col(c).segment(s * n, n).array() + a.error(s, c)) * kEnlarge;
  return result;
}

DoubleWorld::Block DoubleWorld::merged(const Block& a) const {
  if (a.low.size() == 0) return a;
  Block result{a.value + a.low, a.error, {}};
  result.error += 2 * kUnit * norms({result.value, MatrixXd::Zero(samples_, a.value.cols()), {}});
  result.error *= kEnlarge;
  return result;
}

DoubleWorld::Block DoubleWorld::sample(const Block& polynomial, Sampling which) const {
  const Block coefficients = merged(polynomial);
  const MatrixXd& table = which == Sampling::values ? values_ : derivatives_;
  const MatrixXd& table_error = which == Sampling::values ? values_error_ : derivatives_error_;
  const bool accurate = accuracy_ == ProductAccuracy::split;
  Block result{accurate ? accurate_product(coefficients.value, table)
                        : tall_product(coefficients.value, table),
               {},
               {}};
  const MatrixXd sizes = norms({coefficients.value, MatrixXd::Zero(samples_, coefficients.value.cols()), {}});
  const auto terms = static_cast<double>(table.rows());
  const double g = gamma(accurate ? 2 * terms : terms + 1).value();
  // bound: L40
  const double relative = accurate ? 2 * g * g : g;
  result.error = (sizes * (relative * table.cwiseAbs() + table_error) + coefficients.error * table.cwiseAbs());
  result.error.array() = result.error.array() * kEnlarge + kTiny;
  if (accurate)
    result.error += kUnit * kEnlarge * norms({result.value, MatrixXd::Zero(samples_, table.cols()), {}});
  return result;
}

DoubleWorld::Block DoubleWorld::activate(const Block& z, int order, UpperBound lipschitz) const {
  const auto n = static_cast<std::size_t>(dimension());
  Block result{MatrixXd(z.value.rows(), z.value.cols()), MatrixXd(samples_, z.value.cols()), {}};
  for (Index c = 0; c < z.value.cols(); ++c)
    for (Index s = 0; s < samples_; ++s) {
      const double* from = z.value.col(c).data() + s * dimension();
      double* to = result.value.col(c).data() + s * dimension();
      const UpperBound evaluation = table_.evaluate(order, {from, n}, {to, n});
      result.error(s, c) = (evaluation + lipschitz * UpperBound(z.error(s, c))).value();
    }
  return result;
}

DoubleWorld::Block DoubleWorld::apply(const Block& x, bool transposed) const {
  const Index n = dimension(), columns = x.value.cols();
  const Eigen::Map<const MatrixXd> wide(x.value.data(), n, columns * samples_);
  ProductColumns product = w_.apply_bounded(wide, accuracy_, transposed);
  Block result{std::move(product.high), MatrixXd(samples_, columns), std::move(product.low)};
  result.value.resize(n * samples_, columns);
  if (result.low.size() != 0) result.low.resize(n * samples_, columns);
  const UpperBound norm = w_.spectral_norm();
  for (Index c = 0; c < columns; ++c)
    for (Index s = 0; s < samples_; ++s)
      result.error(s, c) =
          (UpperBound(product.error(c * samples_ + s)) + norm * UpperBound(x.error(s, c))).value();
  return result;
}

DoubleWorld::Block DoubleWorld::times(const Block& a, const Block& b, UpperBound largest_a) const {
  const Index n = dimension();
  const Block factor = merged(b);
  Block result{a.value.cwiseProduct(factor.value), MatrixXd(samples_, a.value.cols()), {}};
  const MatrixXd sizes = norms({result.value, MatrixXd::Zero(samples_, a.value.cols()), {}});
  for (Index c = 0; c < a.value.cols(); ++c)
    for (Index s = 0; s < samples_; ++s) {
      const double largest_b = factor.value.col(c).segment(s * n, n).cwiseAbs().maxCoeff();
      result.error(s, c) = (UpperBound(a.error(s, c)) * UpperBound(largest_b) +
                            largest_a * UpperBound(factor.error(s, c)) +
                            UpperBound(2 * kUnit) * UpperBound(sizes(s, c)) + UpperBound(kTiny))
                               .value();
    }
  return result;
}

DoubleWorld::Block DoubleWorld::scaled(const Block& a, const Ball& factor) const {
  const Block whole = merged(a);
  const double f = factor.midpoint();
  const double f_error = (factor - Ball::exact(f)).magnitude().value();
  Block result{whole.value * f, {}, {}};
  result.error = ((kUnit * std::abs(f) + f_error) * norms(whole) + std::abs(f) * whole.error) * kEnlarge;
  result.error.array() += kTiny;
  return result;
}

MatrixXd DoubleWorld::norms_of_sum(const Block& first, const Ball& factor, const Block& b) const {
  const Block a = merged(first);
  const double f = factor.midpoint();
  const double f_error = (factor - Ball::exact(f)).magnitude().value();
  Block sum{a.value + f * b.value, MatrixXd::Zero(samples_, a.value.cols()), {}};
  if (b.low.size() != 0) sum.value += f * b.low;
  const MatrixXd b_size = norms(b), total = norms(sum);
  // One rounding of the product, one of each sum: relative to the partial results, which are near the total.
  const MatrixXd low_size =
      b.low.size() == 0 ? MatrixXd::Zero(samples_, b.value.cols()) : norms({b.low, MatrixXd::Zero(samples_, b.value.cols()), {}});
  sum.error = kUnit * (std::abs(f) * (b_size + 2 * low_size) + 3 * total) * kEnlarge + f_error * b_size + a.error +
              std::abs(f) * b.error;
  return norms(sum) * kEnlarge;
}

MatrixXd DoubleWorld::interpolate(const Matrix& nodes) const {
  return tall_product(nodes, coefficients_);
}

MatrixXd DoubleWorld::approximate_nodes(const Matrix& coefficients) const {
  return tall_product(coefficients, values_);
}

MatrixXd DoubleWorld::approximate_phi(const Matrix& z, int order) const {
  MatrixXd result(z.rows(), z.cols());
  const auto size = static_cast<std::size_t>(z.size());
  table_.evaluate(order, {z.data(), size}, {result.data(), size});
  return result;
}

MatrixXd DoubleWorld::approximate_apply(const Matrix& x, bool transposed) const {
  MatrixXd result(x.rows(), x.cols());
  w_.apply(x.data(), x.cols() * samples_, result.data(), transposed);
  return result;
}

std::pair<MatrixXd, UpperBound> DoubleWorld::outer_integral(const Block& p, const Block& f,
                                                            const Ball& factor) const {
  const Index n = dimension(), nodes = f.value.cols(), inner = nodes * samples_;
  const double weight = factor.midpoint();
  const double weight_error = (factor - Ball::exact(weight)).magnitude().value();
  const MatrixXd weighted = tall_product(p.value, moments_);
  MatrixXd product = MatrixXd::Zero(n, n);
  const MatrixXd transposed = Eigen::Map<const MatrixXd>(f.value.data(), n, inner).transpose();
  dense::kernels().f64.multiply(n, n, inner, weight, weighted.data(), n, transposed.data(), inner,
                                product.data(), n);
  const MatrixXd p_size = norms(p), f_size = norms(f);
  const auto terms = static_cast<double>(moments_.rows());
  const MatrixXd w_error =
      (p_size * (gamma(terms + 1).value() * moments_.cwiseAbs() + moments_error_) + p.error * moments_.cwiseAbs());
  const MatrixXd w_size = norms({weighted, MatrixXd::Zero(samples_, nodes), {}});
  // bound: L23, summed over nodes and samples in the Frobenius norm
  const double g = gamma(static_cast<double>(inner) + 3).value();
  const double w_total = w_size.norm() * kEnlarge, f_total = f_size.norm() * kEnlarge;
  const double error =
      std::abs(weight) * (g * w_total * f_total + (w_error.array() * f_size.array()).sum() +
                          (w_size.array() * f.error.array()).sum()) +
      weight_error * w_total * f_total;
  return {std::move(product), UpperBound(error * kEnlarge + kTiny)};
}

}  // namespace gronwall
