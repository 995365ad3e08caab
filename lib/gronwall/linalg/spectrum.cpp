#include "gronwall/linalg/spectrum.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <optional>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/product.hpp"
#include "gronwall/linalg/shifted_cholesky.hpp"

namespace gronwall {

namespace {

/// Upper bound of the spectral norm of every matrix within `product.radius` of `product.midpoint`.
UpperBound norm_upper(const EnclosedProduct& product) {
  return norm_two_upper_cheap(product.midpoint) + norm_two_upper_cheap(product.radius);
}

constexpr double kQuickLoss = 1e-3;

/// Minus the least Ritz value of a symmetric negative semidefinite matrix (lower triangle) after a few steps
/// of Lanczos' iteration with full orthogonalisation: its norm approximated from below, usually within 1e-3.
double norm_by_lanczos(const Eigen::MatrixXd& lower) {
  const Eigen::Index n = lower.rows(), steps = std::min<Eigen::Index>(n, 24);
  Eigen::MatrixXd basis(n, steps);
  Eigen::VectorXd diagonal = Eigen::VectorXd::Zero(steps), next = Eigen::VectorXd::Zero(steps);
  // Any vector that no matrix is likely to be orthogonal to; reproducible.
  Eigen::VectorXd v(n), w(n);
  for (Eigen::Index i = 0; i < n; ++i) v(i) = 1 + 0.5 * std::sin(static_cast<double>(i * i));
  v.normalize();
  Eigen::Index taken = 0;
  while (taken < steps) {
    basis.col(taken) = v;
    w.noalias() = lower.selfadjointView<Eigen::Lower>() * v;
    diagonal(taken) = v.dot(w);
    ++taken;
    for (int pass = 0; pass < 2; ++pass) w -= basis.leftCols(taken) * (basis.leftCols(taken).transpose() * w);
    const double size = w.norm();
    if (taken == steps || !(size > 1e-12 * std::abs(diagonal(0)))) break;
    next(taken - 1) = size;
    v = w / size;
  }
  Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen;
  eigen.computeFromTridiagonal(diagonal.head(taken), next.head(taken - 1), Eigen::EigenvaluesOnly);
  return -eigen.eigenvalues().minCoeff();
}

/// Lower triangle of an approximation of `-w w^T`, and a bound of its error in norm.
struct NegativeGram {
  Eigen::MatrixXd lower;
  UpperBound error;
};

/// Underflow of the products and sums of an n x n Gram matrix; `least` covers that of one of them.
UpperBound underflow(const Eigen::MatrixXd& w, double least) {
  const auto n = static_cast<double>(w.rows()), k = static_cast<double>(w.cols());
  return UpperBound(n * (k + 1)) * UpperBound(least);
}

/// In double arithmetic; `size` bounds `|w|_F`.
NegativeGram double_gram(const Eigen::MatrixXd& w, UpperBound size) {
  const Eigen::Index n = w.rows(), inner = w.cols();
  Eigen::MatrixXd lower = Eigen::MatrixXd::Zero(n, n);
  dense::kernels().f64.add_a_at_lower(n, inner, -1.0, w.data(), n, lower.data(), n);
  // Each entry errs by at most gamma_k |w_i||w_j|, so the matrix by gamma_k |w|_F^2 in norm.
  // bound: L23
  const UpperBound error = gamma(static_cast<double>(inner)) * size * size + underflow(w, 0x1p-1060);
  return {std::move(lower), error};
}

/// Products in single precision, block by block of the inner dimension, summed in double precision: half of
/// the time. Entries of `w` are below 2^60.
NegativeGram single_gram(const Eigen::MatrixXd& w, UpperBound size) {
  constexpr Eigen::Index kBlock = 256;
  constexpr double kSingleRoundoff = 0x1p-24;
  const Eigen::Index n = w.rows(), inner = w.cols();
  Eigen::MatrixXd lower(n, n);
  Eigen::MatrixXf part(n, n), block;
  for (Eigen::Index first = 0; first < inner; first += kBlock) {
    block = w.middleCols(first, std::min(kBlock, inner - first)).cast<float>();
    for (Eigen::Index j = 0; j < n; ++j) part.col(j).tail(n - j).setZero();
    dense::kernels().f32.add_a_at_lower(n, block.cols(), -1.0F, block.data(), n, part.data(), n);
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto sums = part.col(j).tail(n - j).cast<double>();
      if (first == 0)
        lower.col(j).tail(n - j) = sums;
      else
        lower.col(j).tail(n - j) += sums;
    }
  }
  const auto length = static_cast<double>(std::min(kBlock, inner));
  const auto blocks = static_cast<double>((inner + kBlock - 1) / kBlock);
  // Two roundings to single precision, a block's sum, and the sum of the blocks: (1 + e)^m - 1 <= m e / (1 -
  // m e). bound: L23
  const double roundings = (length + 2) * kSingleRoundoff + blocks * kUnitRoundoff;
  const UpperBound relative = UpperBound(roundings) * UpperBound(1 + 4 * roundings);
  return {std::move(lower), relative * size * size + underflow(w, 0x1p-80)};
}

/// Upper bound of the largest eigenvalue of `w w^T`, Lanczos' guess enlarged until one factorisation proves
/// it. Empty if none does, or if the error of the Gram matrix would cost more than `relative_loss`.
std::optional<double> bound_by_factorisation(const NegativeGram& gram, double relative_loss) {
  const Eigen::Index n = gram.lower.rows();
  const double guess = norm_by_lanczos(gram.lower);
  if (!(gram.error.value() <= relative_loss * guess)) return std::nullopt;
  KernelBuffer workspace(static_cast<std::size_t>(padded_stride(n) * n) * sizeof(double));
  for (double margin = relative_loss / 4; margin < 1; margin *= 3) {
    const double bound = guess * (1 + margin);
    if (!std::isfinite(bound)) return std::nullopt;
    if (const auto proof = factor_shifted(gram.lower, -bound, workspace))
      return (UpperBound(bound) + proof->slack + gram.error).value();
  }
  return std::nullopt;
}

}  // namespace

EigenvalueEnclosures eigenvalue_enclosures(const Eigen::MatrixXd& a, const EntryRadius& radius) {
  require_symmetric(a);
  const Eigen::Index n = a.rows();
  const UpperBound radius_norm = radius.norm(n);
  EigenvalueEnclosures result{Eigen::VectorXd::Zero(n), norm_one_upper(a) + radius_norm};
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(a);
  if (eigen.info() != Eigen::Success || !eigen.eigenvectors().allFinite() || !eigen.eigenvalues().allFinite())
    return result;
  const Eigen::MatrixXd& x = eigen.eigenvectors();
  Eigen::VectorXd values = eigen.eigenvalues();
  std::sort(values.begin(), values.end());

  EnclosedProduct defect = multiply_enclosed(x.transpose(), x);
  // Entries of X^T X near 1 lose nothing when 1 is subtracted (Sterbenz); the others may lose one rounding.
  defect.midpoint.diagonal().array() -= 1.0;
  defect.radius.diagonal().array() +=
      2 * kUnitRoundoff * defect.midpoint.diagonal().array().abs() + 0x1p-1074;
  const UpperBound delta = norm_upper(defect);

  EnclosedProduct residual = multiply_enclosed(a, x);
  const Eigen::MatrixXd scaled = x * values.asDiagonal();
  residual.midpoint -= scaled;
  // One rounding in each product and one in each difference; doubled to cover the rounding of this line.
  residual.radius.array() +=
      2 * kUnitRoundoff * (scaled.array().abs() + residual.midpoint.array().abs()) + 8 * 0x1p-1074;
  if (!residual.midpoint.allFinite() || !(delta.value() < 0.5)) return result;
  const UpperBound rho = norm_upper(residual);

  // bound: L24
  const UpperBound spread(std::max(0.0, std::nextafter(values(n - 1) - values(0), INFINITY)));
  const double root = std::nextafter(std::sqrt(std::nextafter(1.0 - delta.value(), 0.0)), 0.0);
  const UpperBound sharp = (rho + delta * spread) / root + radius_norm;
  if (sharp < result.radius) result = {std::move(values), sharp};
  return result;
}

UpperBound spectral_norm_upper(const Eigen::MatrixXd& w, double relative_loss) {
  if (w.size() == 0) throw InputError("the matrix is empty");
  if (!all_finite(w)) throw InputError("the matrix has an entry that is not a finite number");
  const UpperBound cheap = norm_two_upper_cheap(w);
  if (!cheap.is_finite() || cheap.value() == 0) return cheap;
  // Far from 1 the matrix is scaled by a power of two, so that squares neither overflow nor underflow.
  constexpr int kHarmless = 30;
  const int size = std::ilogb(cheap.value());
  const int exponent = std::abs(size) <= kHarmless ? 0 : std::clamp(size, -1000, 1000);
  const bool tall = w.rows() > w.cols();
  Eigen::MatrixXd changed;
  if (exponent != 0) changed = w / std::ldexp(1.0, exponent);  // exact, or an underflow below 2^-1074
  if (tall) changed = Eigen::MatrixXd((exponent != 0 ? changed : w).transpose());
  const Eigen::MatrixXd& wide = changed.size() != 0 ? changed : w;
  // Entries that underflowed changed the norm by at most the square root of the size times 2^-1074.
  const auto scaled_back = [&](double largest) {
    const UpperBound norm = (sqrt(UpperBound(std::max(0.0, largest))) +
                             UpperBound(static_cast<double>(w.size())) * UpperBound(0x1p-1074)) *
                            UpperBound(std::ldexp(1.0, exponent));
    return norm < cheap ? norm : cheap;
  };
  if (relative_loss >= kQuickLoss) {
    dense::require_ieee_arithmetic();
    const UpperBound frobenius = norm_frobenius_upper(wide);
    auto largest = bound_by_factorisation(single_gram(wide, frobenius), relative_loss);
    if (!largest) largest = bound_by_factorisation(double_gram(wide, frobenius), relative_loss);
    if (largest) return scaled_back(*largest);
  }
  EnclosedProduct gram = multiply_enclosed(wide, wide.transpose());
  // The product need not be exactly symmetric; the true one is, so the lower triangle speaks for both.
  gram.midpoint.triangularView<Eigen::StrictlyUpper>() = gram.midpoint.transpose();
  gram.radius.triangularView<Eigen::StrictlyUpper>() = gram.radius.transpose();
  if (!gram.radius.allFinite()) return cheap;
  const double largest = -lambda_min_lower_bound(-gram.midpoint, EntryRadius::of_entries(gram.radius));
  return scaled_back(largest);
}

}  // namespace gronwall
