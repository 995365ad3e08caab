#include "gronwall/linalg/lowest_eigenpairs.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "gronwall/linalg/dense_kernels.hpp"

namespace gronwall {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

template <class T>
using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

/// Below this order a full eigendecomposition is as fast as the iteration.
constexpr Index kDirectOrder = 48;
/// Block Lanczos on the inverse: vectors in a block, most steps, steps between tests for convergence.
constexpr Index kLanczosBlock = 4;
constexpr int kLanczosSteps = 10;
constexpr int kLanczosCheck = 5;
/// Refinement: vectors it starts from, vectors improved in each step, most vectors kept; steps before the
/// shift is moved closer, and after; most moves.
constexpr Index kStartVectors = 8;
constexpr Index kRefinedBlock = 4;
constexpr Index kMostDirections = 64;
constexpr int kFirstSteps = 2;
constexpr int kLaterSteps = 12;
constexpr int kMoves = 6;

/// Entries in (-1/2, 1/2), the same on every machine: start vectors need no particular distribution.
template <class T>
Matrix<T> scattered_block(Index rows, Index columns) {
  std::uint64_t state = 0x9e3779b97f4a7c15u;
  return Matrix<T>::NullaryExpr(rows, columns, [&state]() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<T>(static_cast<double>(state >> 11) * 0x1p-53 - 0.5);
  });
}

template <class T>
Matrix<T> transposed_product(const Matrix<T>& a, Index a_columns, const Matrix<T>& b) {
  Matrix<T> c = Matrix<T>::Zero(a_columns, b.cols());
  dense::kernels().of<T>().multiply_at_b(a_columns, b.cols(), a.rows(), T(1), a.data(), a.rows(), b.data(),
                                         b.rows(), c.data(), a_columns);
  return c;
}

/// `b -= a[:, :a_columns] c`.
template <class T>
void subtract_product(Matrix<T>& b, const Matrix<T>& a, Index a_columns, const Matrix<T>& c) {
  dense::kernels().of<T>().multiply(a.rows(), b.cols(), a_columns, T(-1), a.data(), a.rows(), c.data(),
                                    c.rows(), b.data(), b.rows());
}

/// Orthonormalises the columns of `block` against the first `known` columns of `basis` and each other;
/// columns that vanish are dropped.
template <class T>
Matrix<T> orthonormal_part(const Matrix<T>& basis, Index known, Matrix<T> block) {
  for (Index j = 0; j < block.cols(); ++j) {
    const T norm = block.col(j).norm();
    if (norm > 0) block.col(j) /= norm;
  }
  for (int pass = 0; pass < 2 && block.cols() > 0; ++pass) {
    if (known > 0) subtract_product(block, basis, known, transposed_product(basis, known, block));
    // Orthonormal through the Gram matrix: all tall products, and the spectrum tells which directions are
    // noise.
    const Matrix<T> gram = transposed_product(block, block.cols(), block);
    const Eigen::SelfAdjointEigenSolver<Matrix<T>> eigen(gram);
    const T largest = eigen.eigenvalues().size() > 0 ? eigen.eigenvalues().maxCoeff() : T(0);
    const T least = std::max(largest, T(1e-3)) * std::numeric_limits<T>::epsilon() * T(16);
    Index kept = 0;
    Matrix<T> transform(gram.rows(), gram.cols());
    for (Index j = 0; j < gram.cols(); ++j)
      if (eigen.eigenvalues()(j) > least)
        transform.col(kept++) = -eigen.eigenvectors().col(j) / std::sqrt(eigen.eigenvalues()(j));
    Matrix<T> next = Matrix<T>::Zero(block.rows(), kept);
    subtract_product(next, block, block.cols(), Matrix<T>(transform.leftCols(kept)));
    block = std::move(next);
  }
  return block;
}

/// A Cholesky factor of (a multiple of) `a + shift I` in precision T, kept in the workspace.
template <class T>
class Preconditioner {
 public:
  static std::optional<Preconditioner> factor(const MatrixXd& a, double shift, double scale,
                                              KernelBuffer& workspace) {
    const Index n = a.rows(), stride = padded_stride(n);
    T* l = workspace.as<T>();
    const double factor = 1 / scale;  // keeps single precision away from overflow and underflow
    for (Index j = 0; j < n; ++j) {
      const double* source = a.col(j).data();
      T* target = l + j * stride;
      for (Index i = j; i < n; ++i) target[i] = static_cast<T>(source[i] * factor);
      target[j] = static_cast<T>((source[j] + shift) * factor);
    }
    if (dense::kernels().of<T>().cholesky(l, n, stride) >= 0) return std::nullopt;
    return Preconditioner(l, n, stride);
  }

  void solve(Matrix<T>& block) const {
    const auto& kernel = dense::kernels().of<T>();
    kernel.solve_lower(l_, n_, stride_, block.data(), block.cols(), n_);
    kernel.solve_lower_transposed(l_, n_, stride_, block.data(), block.cols(), n_);
  }

 private:
  Preconditioner(const T* l, Index n, Index stride) : l_(l), n_(n), stride_(stride) {}
  const T* l_;
  Index n_, stride_;
};

/// Ritz vectors of the largest eigenvalues of the preconditioner's inverse, by block Lanczos with full
/// orthogonalisation; lowest eigenvalue of `a` first.
template <class T>
MatrixXd inverse_lanczos(const Preconditioner<T>& preconditioner, const MatrixXd& start, double tolerance) {
  const Index n = start.rows();
  const Matrix<T> nothing(n, 0);
  Matrix<T> block = orthonormal_part<T>(nothing, 0, start.template cast<T>());
  Matrix<T> basis(n, kLanczosSteps * kLanczosBlock), projected = Matrix<T>::Zero(basis.cols(), basis.cols());
  Matrix<T> coordinates;
  Index known = 0;
  double previous = 0;
  for (int step = 1;; ++step) {
    const Index width = block.cols();
    basis.middleCols(known, width) = block;
    preconditioner.solve(block);
    projected.block(0, known, known + width, width) = transposed_product(basis, known + width, block);
    known += width;
    block = orthonormal_part(basis, known, std::move(block));
    const bool last = step == kLanczosSteps || block.cols() == 0 || known + block.cols() > n;
    if (step % kLanczosCheck == 0 || last) {
      const Matrix<T> section =
          projected.topLeftCorner(known, known).template selfadjointView<Eigen::Upper>();
      const Eigen::SelfAdjointEigenSolver<Matrix<T>> eigen(section);
      const auto largest = static_cast<double>(eigen.eigenvalues()(known - 1));
      if (!std::isfinite(largest)) break;
      coordinates = eigen.eigenvectors().rightCols(std::min(kStartVectors, known)).rowwise().reverse();
      if (std::abs(largest - previous) <= tolerance * largest || last) break;
      previous = largest;
    }
  }
  if (coordinates.size() == 0) return start;
  Matrix<T> ritz = Matrix<T>::Zero(n, coordinates.cols());
  subtract_product(ritz, basis, coordinates.rows(), Matrix<T>(-coordinates));
  return ritz.template cast<double>();
}

MatrixXd symmetric_product(const MatrixXd& a, const MatrixXd& block) {
  MatrixXd image(a.rows(), block.cols());
  dense::kernels().f64.symmetric_multiply(a.rows(), a.data(), a.rows(), block.data(), block.cols(),
                                          block.rows(), image.data(), image.rows());
  return image;
}

/// Subspace with its images under `a`.
struct Subspace {
  MatrixXd basis, images;

  void append(const MatrixXd& a, const MatrixXd& block) {
    const Index known = basis.cols();
    basis.conservativeResize(a.rows(), known + block.cols());
    images.conservativeResize(a.rows(), known + block.cols());
    basis.rightCols(block.cols()) = block;
    images.rightCols(block.cols()) = symmetric_product(a, block);
  }
  void restrict_to(const MatrixXd& coordinates) {
    basis = (basis * coordinates).eval();
    images = (images * coordinates).eval();
  }
};

/// Lowest Ritz value, the lowest few Ritz vectors, and a guess of the value's error.
struct Estimate {
  double value;
  MatrixXd block;
  double error;

  bool accurate(double relative_error, double rounding) const {
    return error <= std::max(relative_error * std::abs(value), 2 * rounding);
  }
};

double rounding_level(double scale) {
  return 4 * std::numeric_limits<double>::epsilon() * scale;
}

/// Block Davidson iteration for the lowest eigenvalue, in double precision, with an optional preconditioner.
template <class T>
Estimate refine(const MatrixXd& a, const MatrixXd& start, const Preconditioner<T>* preconditioner, int steps,
                double relative_error, double scale) {
  const Index n = a.rows();
  const double rounding = rounding_level(scale);
  Estimate best{a(0, 0), MatrixXd::Identity(n, 1), scale};
  Subspace space;
  space.append(a, orthonormal_part<double>(MatrixXd(n, 0), 0, start));
  double previous_gain = scale;
  for (int step = 0; step < steps && space.basis.cols() > 0; ++step) {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> ritz(
        transposed_product(space.basis, space.basis.cols(), space.images));
    const VectorXd& values = ritz.eigenvalues();
    if (!values.allFinite()) break;
    const Index width = std::min(kRefinedBlock, space.basis.cols());
    const MatrixXd coordinates = ritz.eigenvectors().leftCols(width);
    const MatrixXd vectors = space.basis * coordinates;
    const MatrixXd residuals = space.images * coordinates - vectors * values.head(width).asDiagonal();
    MatrixXd directions = residuals;
    if (preconditioner != nullptr) {
      Matrix<T> solved = (residuals / scale).template cast<T>();
      preconditioner->solve(solved);
      if (solved.allFinite()) directions = solved.template cast<double>();
    }
    // One preconditioned step gains about r^T M^-1 r; the gains so far tell how fast they shrink.
    const double gain = step == 0 ? scale : std::max(best.value - values(0), 0.0);
    const double shrink = std::clamp(gain / previous_gain, 0.0, 0.9);
    const double next_gain = preconditioner != nullptr
                                 ? std::abs(residuals.col(0).dot(directions.col(0)))
                                 : residuals.col(0).squaredNorm() / scale + shrink * gain;
    best = {values(0), vectors, next_gain / (1 - shrink) + rounding};
    previous_gain = std::max(gain, rounding);
    if (best.accurate(relative_error, rounding) || step + 1 == steps) break;
    if (space.basis.cols() + width > kMostDirections)
      space.restrict_to(ritz.eigenvectors().leftCols(std::min<Index>(3 * kRefinedBlock, space.basis.cols())));
    const MatrixXd added = orthonormal_part(space.basis, space.basis.cols(), std::move(directions));
    if (added.cols() == 0) break;
    space.append(a, added);
  }
  return best;
}

/// Lowest Ritz vectors from a preconditioner close to `a - sI`, improved by `steps` steps in double
/// precision.
template <class T>
Estimate estimate_with(const MatrixXd& a, const Preconditioner<T>& preconditioner, const MatrixXd& start,
                       int steps, double relative_error, double scale) {
  // Beyond this tolerance the preconditioner's own rounding decides.
  const double tolerance = std::max(relative_error, 16.0 * std::numeric_limits<T>::epsilon());
  return refine<T>(a, inverse_lanczos(preconditioner, start, tolerance), &preconditioner, steps,
                   relative_error, scale);
}

/// First estimate, with a factor of (nearly) `a` itself if it has one.
Estimate first_estimate(const MatrixXd& a, double relative_error, double scale, KernelBuffer& workspace) {
  const MatrixXd start = scattered_block<double>(a.rows(), kLanczosBlock);
  if (const auto single = Preconditioner<float>::factor(a, 0, scale, workspace))
    return estimate_with(a, *single, start, kFirstSteps, relative_error, scale);
  // Nearly singular: the least shift that makes a factor exist.
  const double noise = static_cast<double>(a.rows()) * std::numeric_limits<double>::epsilon() * scale;
  if (const auto semidefinite = Preconditioner<double>::factor(a, noise, scale, workspace))
    return estimate_with(a, *semidefinite, start, kFirstSteps, relative_error, scale);
  // Indefinite: products with `a` alone give a first idea.
  return refine<double>(a, start, nullptr, kLaterSteps, relative_error, scale);
}

/// Moves the shift close to the least eigenvalue, where a few steps separate even a dense cluster.
void improve(const MatrixXd& a, Estimate& estimate, double relative_error, double scale,
             KernelBuffer& workspace) {
  const double rounding = rounding_level(scale);
  const double size = a.diagonal().cwiseAbs().maxCoeff();
  // In a cluster the first estimate may be a few per cent too high without knowing it.
  double least_gap = 0.03 * std::abs(estimate.value);
  for (int move = 0; move < kMoves && !estimate.accurate(relative_error, rounding); ++move) {
    const double gap =
        std::max({10 * estimate.error, 1e-3 * std::abs(estimate.value), 100 * rounding, least_gap});
    const double shift = gap - estimate.value;
    const MatrixXd start = estimate.block.leftCols(std::min(kLanczosBlock, estimate.block.cols()));
    const auto moved = [&](const auto& factor) {
      if (factor) estimate = estimate_with(a, *factor, start, kLaterSteps, relative_error, scale);
      // No factor: the shift lies above the least eigenvalue, or too close to it for the precision.
      least_gap = factor ? 0 : 8 * gap;
    };
    // Single precision while its rounding (relative to the diagonal) is below the gap.
    if (gap > 1e-5 * size)
      moved(Preconditioner<float>::factor(a, shift, scale, workspace));
    else
      moved(Preconditioner<double>::factor(a, shift, scale, workspace));
  }
}

}  // namespace

LowestEigenpair approximate_lowest_eigenpair(const MatrixXd& a, double relative_error, double scale,
                                             KernelBuffer& workspace) {
  const double unit = scale > 0 && std::isfinite(scale) ? scale : 1.0;
  if (a.rows() <= kDirectOrder) {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(a / unit);
    return {eigen.eigenvalues()(0) * unit, eigen.eigenvectors().col(0), 1e-14 * unit};
  }
  Estimate estimate = first_estimate(a, relative_error, unit, workspace);
  improve(a, estimate, relative_error, unit, workspace);
  return {estimate.value, estimate.block.col(0).normalized(), estimate.error};
}

}  // namespace gronwall
