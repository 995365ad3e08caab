#include "gronwall/linalg/bounded_operator.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/spectrum.hpp"
#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Inner dimensions are cut into blocks of this length, so that gamma_k stays small. Exact products of two
/// factors of 23 bits need `length <= 2^7` at least; 2^(22+22) * 256 is below 2^53.
constexpr Index kBlock = 256;
constexpr int kLeadingBits = 22;

double two_norm_upper(const double* x, Index n) {
  const double square = Eigen::Map<const Eigen::VectorXd>(x, n).squaredNorm();
  // n squares and sums, then underflow of the squares.
  return sqrt(UpperBound(square) * (UpperBound(1.0) + gamma(2.0 * static_cast<double>(n) + 4)) +
              UpperBound(static_cast<double>(n)) * UpperBound(0x1p-1070))
      .value();
}

/// `x` rounded to a multiple of `unit`, a power of two; exact remainder.
double round_to(double x, double unit) {
  const double shift = 1.5 * 0x1p52 * unit;
  return (x + shift) - shift;
}

double unit_below(double largest, int bits) {
  if (largest == 0) return 0x1p-1000;
  return std::ldexp(1.0, std::max(std::ilogb(largest) + 1 - bits, -900));
}

/// Some of the inner dimension of a product: columns of A, or rows where it stands transposed.
struct Part {
  Index first, length;
};

/// `y += A x` over a part of the inner dimension.
void multiply_part(const MatrixXd& a, bool transposed, Part part, const double* x, Index ldx, Index columns,
                   double* y, Index rows) {
  const auto& kernel = dense::kernels().f64;
  if (transposed)
    kernel.multiply_at_b(rows, columns, part.length, 1.0, a.data() + part.first, a.rows(), x, ldx, y, rows);
  else
    kernel.multiply(rows, columns, part.length, 1.0, a.data() + part.first * a.rows(), a.rows(), x, ldx, y,
                    rows);
}

/// The inner dimension cut into blocks.
template <class Task>
void for_each_block(Index inner, const Task& task) {
  for (Index first = 0; first < inner; first += kBlock) task(Part{first, std::min(kBlock, inner - first)});
}

/// `y = A x` summed block by block; every entry meets at most `roundings_of(inner)` of them.
MatrixXd blocked_product(const MatrixXd& a, bool transposed, const MatrixXd& x) {
  const Index rows = transposed ? a.cols() : a.rows();
  MatrixXd sum = MatrixXd::Zero(rows, x.cols()), block_sum;
  for_each_block(x.rows(), [&](Part part) {
    if (part.first == 0) {
      multiply_part(a, transposed, part, x.data(), x.rows(), x.cols(), sum.data(), rows);
      return;
    }
    block_sum.setZero(rows, x.cols());
    multiply_part(a, transposed, part, x.data() + part.first, x.rows(), x.cols(), block_sum.data(), rows);
    sum += block_sum;
  });
  return sum;
}

double roundings_of(Index inner) {
  return static_cast<double>(std::min(kBlock, inner) + (inner + kBlock - 1) / kBlock);
}

/// What underflow may add to the norm of one column of a product.
UpperBound underflow(Index rows, Index inner) {
  return UpperBound(static_cast<double>(rows)) * UpperBound(static_cast<double>(inner)) *
         UpperBound(0x1p-1070);
}

}  // namespace

BoundedOperator::BoundedOperator(std::shared_ptr<const MatrixXd> matrix) : matrix_(std::move(matrix)) {
  if (matrix_->size() == 0) throw InputError("the matrix is empty");
  if (!all_finite(*matrix_)) throw InputError("the matrix has an entry that is not a finite number");
  largest_ = matrix_->cwiseAbs().maxCoeff();
  if (largest_ > 0x1p500) throw InputError("the matrix has an entry above 2^500");
  frobenius_ = norm_frobenius_upper(*matrix_);
}

UpperBound BoundedOperator::spectral_norm() const {
  constexpr double kLoss = 1e-2;
  std::call_once(norm_known_, [this] { spectral_ = spectral_norm_upper(*matrix_, kLoss); });
  return spectral_;
}

void BoundedOperator::apply(const double* x, Index columns, double* y, bool transposed) const {
  const Index rows = transposed ? matrix_->cols() : matrix_->rows();
  const Index inner = transposed ? matrix_->rows() : matrix_->cols();
  std::fill(y, y + rows * columns, 0.0);
  multiply_part(*matrix_, transposed, {0, inner}, x, inner, columns, y, rows);
}

ProductColumns BoundedOperator::apply_bounded(const MatrixXd& x, ProductAccuracy accuracy,
                                              bool transposed) const {
  const Index inner = transposed ? matrix_->rows() : matrix_->cols();
  const Index rows = transposed ? matrix_->cols() : matrix_->rows();
  if (x.rows() != inner) throw InputError("the shapes of the factors of a matrix product do not fit");
  if (!x.allFinite()) throw InputError("a factor of a matrix product has an entry that is not finite");
  dense::require_ieee_arithmetic();
  ProductColumns result;
  result.error.resize(x.cols());
  const UpperBound g = gamma(roundings_of(inner));
  if (accuracy == ProductAccuracy::plain) {
    result.high = blocked_product(*matrix_, transposed, x);
    for (Index j = 0; j < x.cols(); ++j)
      // bound: L39
      result.error(j) =
          (g * frobenius_ * UpperBound(two_norm_upper(x.col(j).data(), inner)) + underflow(rows, inner))
              .value();
    return result;
  }
  MatrixXd x_leading(inner, x.cols());
  for (Index j = 0; j < x.cols(); ++j) {
    const double unit = unit_below(x.col(j).cwiseAbs().maxCoeff(), kLeadingBits);
    for (Index i = 0; i < inner; ++i) x_leading(i, j) = round_to(x(i, j), unit);
  }
  const MatrixXd x_rest = x - x_leading;
  // Block products of the leading parts are exact; their sum is kept in two doubles.
  result.high = MatrixXd::Zero(rows, x.cols());
  result.low = MatrixXd::Zero(rows, x.cols());
  MatrixXd cross = MatrixXd::Zero(rows, x.cols()), block_sum(rows, x.cols());
  MatrixXd leading, rest;
  const double unit = unit_below(largest_, kLeadingBits);
  for_each_block(inner, [&](Part part) {
    // The block of A alone is split: a product with few columns should not need room for two more matrices.
    if (transposed)
      leading = matrix_->middleRows(part.first, part.length);
    else
      leading = matrix_->middleCols(part.first, part.length);
    rest = leading;
    for (double& entry : leading.reshaped()) entry = round_to(entry, unit);
    rest -= leading;
    const Part whole{0, part.length};
    block_sum.setZero();
    multiply_part(leading, transposed, whole, x_rest.data() + part.first, inner, x.cols(), block_sum.data(),
                  rows);
    cross += block_sum;
    block_sum.setZero();
    multiply_part(rest, transposed, whole, x.data() + part.first, inner, x.cols(), block_sum.data(), rows);
    cross += block_sum;
    block_sum.setZero();
    multiply_part(leading, transposed, whole, x_leading.data() + part.first, inner, x.cols(),
                  block_sum.data(), rows);
    for (Index k = 0; k < block_sum.size(); ++k) {
      const double a = result.high.data()[k], b = block_sum.data()[k];
      const double sum = a + b;
      const double b_part = sum - a;
      result.low.data()[k] += (a - (sum - b_part)) + (b - b_part);
      result.high.data()[k] = sum;
    }
  });
  result.low += cross;
  // Rounding to the unit moves an entry by at most half of it.
  const UpperBound rest_norm = sqrt(UpperBound(static_cast<double>(matrix_->size()))) * UpperBound(unit / 2);
  const UpperBound leading_norm = frobenius_ + rest_norm;
  const double blocks = std::ceil(static_cast<double>(inner) / static_cast<double>(kBlock));
  for (Index j = 0; j < x.cols(); ++j) {
    const UpperBound x_norm(two_norm_upper(x.col(j).data(), inner));
    const UpperBound x_rest_norm(two_norm_upper(x_rest.col(j).data(), inner));
    const UpperBound cross_size = leading_norm * x_rest_norm + rest_norm * x_norm;
    // bound: L39
    const UpperBound error = gamma(roundings_of(inner) + blocks + 2) * cross_size +
                             gamma(blocks + 1) * gamma(blocks + 1) * UpperBound(2.0) * leading_norm * x_norm +
                             UpperBound(2 * kUnitRoundoff) * cross_size + underflow(rows, 4 * inner);
    result.error(j) = error.value();
  }
  return result;
}

}  // namespace gronwall
