// The kernels of dense_kernels.hpp for one instruction set. Included by dense_kernels_<set>.cpp, which
// defines
//   GRONWALL_KERNELS  the name of the object to define,
//   GRONWALL_EIGEN    a private name for Eigen's namespace.
// The private name matters: without it the linker would keep one copy of every Eigen template for all
// instruction sets and could hand AVX-512 code to a machine that cannot run it. For the same reason nothing
// from the standard library that may be emitted out of line is used here.
#define Eigen GRONWALL_EIGEN
#define EIGEN_FAST_MATH 0
#define EIGEN_DONT_PARALLELIZE
#define EIGEN_NO_IO
#include <Eigen/Core>

#include "gronwall/linalg/dense_kernels.hpp"

#ifdef __FAST_MATH__
#error "the bounds of docs/bounds.md assume IEEE 754 arithmetic"
#endif

namespace gronwall::dense {
namespace {

using Eigen::Dynamic;
using Eigen::Lower;
using Eigen::OnTheRight;
using Eigen::OuterStride;
using Eigen::Upper;

template <class T>
using View = Eigen::Map<Eigen::Matrix<T, Dynamic, Dynamic>, 0, OuterStride<>>;
template <class T>
using ConstView = Eigen::Map<const Eigen::Matrix<T, Dynamic, Dynamic>, 0, OuterStride<>>;

template <class T>
View<T> view(T* data, Index rows, Index columns, Index stride) {
  return View<T>(data, rows, columns, OuterStride<>(stride));
}
template <class T>
ConstView<T> view(const T* data, Index rows, Index columns, Index stride) {
  return ConstView<T>(data, rows, columns, OuterStride<>(stride));
}

constexpr Index kSmallBlock = 64;

/// Left-looking Cholesky of a block of at most kSmallBlock rows, in a compact copy (the columns of a large
/// matrix may all fall into the same cache sets).
template <class T>
Index cholesky_small(T* a, Index n, Index lda) {
  Eigen::Matrix<T, Dynamic, Dynamic, Eigen::ColMajor, kSmallBlock, kSmallBlock> block = view(a, n, n, lda);
  for (Index k = 0; k < n; ++k) {
    const Index below = n - k - 1;
    const T pivot = block(k, k) - block.row(k).head(k).squaredNorm();
    if (!(pivot > 0) || !(pivot <= Eigen::NumTraits<T>::highest())) return k;
    const T root = Eigen::numext::sqrt(pivot);
    block(k, k) = root;
    if (below == 0) continue;
    if (k > 0)
      block.col(k).tail(below).noalias() -=
          block.block(k + 1, 0, below, k) * block.row(k).head(k).transpose();
    block.col(k).tail(below) /= root;
  }
  view(a, n, n, lda).template triangularView<Lower>() = block;
  return -1;
}

Index half(Index n) {
  return (n / 2 + kSmallBlock / 2 - 1) / (kSmallBlock / 2) * (kSmallBlock / 2);
}

/// `x := x L^-T`, by halves so that nearly all work is in large products.
template <class T>
void solve_from_right(const T* l, Index n, Index ldl, T* x, Index rows, Index ldx) {
  if (n <= kSmallBlock) {
    auto target = view(x, rows, n, ldx);
    view(l, n, n, ldl).transpose().template triangularView<Upper>().template solveInPlace<OnTheRight>(target);
    return;
  }
  const Index first = half(n), second = n - first;
  solve_from_right(l, first, ldl, x, rows, ldx);
  view(x + first * ldx, rows, second, ldx).noalias() -=
      view(static_cast<const T*>(x), rows, first, ldx) * view(l + first, second, first, ldl).transpose();
  solve_from_right(l + first + first * ldl, second, ldl, x + first * ldx, rows, ldx);
}

/// By halves: Eigen's own rank update takes as long as the whole product.
template <class T>
void add_a_at_lower(Index n, Index k, T alpha, const T* a, Index lda, T* c, Index ldc) {
  if (n <= 2 * kSmallBlock) {
    view(c, n, n, ldc).template selfadjointView<Lower>().rankUpdate(view(a, n, k, lda), alpha);
    return;
  }
  const Index first = half(n), second = n - first;
  add_a_at_lower(first, k, alpha, a, lda, c, ldc);
  view(c + first, second, first, ldc).noalias() +=
      alpha * view(a + first, second, k, lda) * view(a, first, k, lda).transpose();
  add_a_at_lower(second, k, alpha, a + first, lda, c + first + first * ldc, ldc);
}

template <class T>
Index cholesky(T* a, Index n, Index lda) {
  if (n <= kSmallBlock) return cholesky_small(a, n, lda);
  const Index first = half(n), second = n - first;
  T* below = a + first;
  T* rest = a + first + first * lda;
  if (const Index failed = cholesky(a, first, lda); failed >= 0) return failed;
  solve_from_right(static_cast<const T*>(a), first, lda, below, second, lda);
  add_a_at_lower<T>(second, first, T(-1), below, lda, rest, lda);
  const Index failed = cholesky(rest, second, lda);
  return failed >= 0 ? first + failed : -1;
}

template <class T>
void solve_lower(const T* l, Index n, Index ldl, T* b, Index columns, Index ldb) {
  auto target = view(b, n, columns, ldb);
  view(l, n, n, ldl).template triangularView<Lower>().solveInPlace(target);
}

template <class T>
void solve_lower_transposed(const T* l, Index n, Index ldl, T* b, Index columns, Index ldb) {
  auto target = view(b, n, columns, ldb);
  view(l, n, n, ldl).transpose().template triangularView<Upper>().solveInPlace(target);
}

template <class T>
void multiply(Index m, Index n, Index k, T alpha, const T* a, Index lda, const T* b, Index ldb, T* c,
              Index ldc) {
  view(c, m, n, ldc).noalias() += alpha * view(a, m, k, lda) * view(b, k, n, ldb);
}

template <class T>
void multiply_at_b(Index m, Index n, Index k, T alpha, const T* a, Index lda, const T* b, Index ldb, T* c,
                   Index ldc) {
  view(c, m, n, ldc).noalias() += alpha * view(a, k, m, lda).transpose() * view(b, k, n, ldb);
}

/// The products of up to four columns of `a` with up to four columns of `b`, in registers.
template <class T, int kA, int kB>
void dot_products(Index n, const T* a, Index lda, const T* b, Index ldb, T* c, Index ldc) {
  constexpr int kWidth = Eigen::internal::packet_traits<T>::size;
  using Lane = Eigen::Array<T, kWidth, 1>;
  using ConstLane = Eigen::Map<const Lane>;
  Lane sums[kA][kB];
  for (int j = 0; j < kA; ++j)
    for (int k = 0; k < kB; ++k) sums[j][k].setZero();
  Index i = 0;
  for (; i + kWidth <= n; i += kWidth) {
    Lane right[kB];
    for (int k = 0; k < kB; ++k) right[k] = ConstLane(b + i + k * ldb);
    for (int j = 0; j < kA; ++j) {
      const Lane left = ConstLane(a + i + j * lda);
      for (int k = 0; k < kB; ++k) sums[j][k] += left * right[k];
    }
  }
  for (int j = 0; j < kA; ++j)
    for (int k = 0; k < kB; ++k) {
      T sum = sums[j][k].sum();
      for (Index rest = i; rest < n; ++rest) sum += a[rest + j * lda] * b[rest + k * ldb];
      c[j + k * ldc] = sum;
    }
}

template <class T>
void symmetric_multiply(Index n, const T* a, Index lda, const T* b, Index columns, Index ldb, T* c,
                        Index ldc) {
  // Reads `a` once, column by column; the columns of `b` stay in cache. (A general product would pack `a`.)
  Index j = 0;
  for (; j + 4 <= n; j += 4) {
    Index k = 0;
    for (; k + 4 <= columns; k += 4)
      dot_products<T, 4, 4>(n, a + j * lda, lda, b + k * ldb, ldb, c + j + k * ldc, ldc);
    for (; k < columns; ++k)
      dot_products<T, 4, 1>(n, a + j * lda, lda, b + k * ldb, ldb, c + j + k * ldc, ldc);
  }
  for (; j < n; ++j)
    for (Index k = 0; k < columns; ++k)
      dot_products<T, 1, 1>(n, a + j * lda, lda, b + k * ldb, ldb, c + j + k * ldc, ldc);
}

void horner(const double* b, Index degree, const double* x, double* y, Index count) {
  using Chunk = Eigen::Array<double, 64, 1>;
  Index i = 0;
  for (; i + 64 <= count; i += 64) {
    const Chunk argument = Eigen::Map<const Chunk>(x + i);
    Chunk sum = Chunk::Constant(b[degree]);
    for (Index n = degree - 1; n >= 0; --n) sum = sum * argument + b[n];
    Eigen::Map<Chunk>(y + i) = sum;
  }
  for (; i < count; ++i) {
    double sum = b[degree];
    for (Index n = degree - 1; n >= 0; --n) sum = sum * x[i] + b[n];
    y[i] = sum;
  }
}

template <class T>
constexpr KernelsOf<T> kernels_of() {
  return {cholesky<T>,           solve_lower<T>,   solve_lower_transposed<T>, multiply<T>,
          symmetric_multiply<T>, multiply_at_b<T>, add_a_at_lower<T>};
}

}  // namespace

extern const Kernels GRONWALL_KERNELS;
const Kernels GRONWALL_KERNELS = {GRONWALL_KERNELS_NAME, kernels_of<double>(), kernels_of<float>(), horner};

}  // namespace gronwall::dense
