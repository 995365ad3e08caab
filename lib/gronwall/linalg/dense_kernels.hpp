#pragma once
/// \file Dense kernels (Cholesky, triangular solves, products) for the instruction set of the running
/// machine.
///
/// The same source is compiled once for every instruction set (dense_kernels_unit.ipp) and the best copy is
/// chosen at first use, so a portable build is fast without flags, environment variables or an optimised
/// BLAS.
///
/// **Arithmetic.** Every kernel computes sums of products in IEEE 754 arithmetic, rounding to nearest, in
/// some order of summation and with or without fused multiply-add; triangular solves substitute (they never
/// invert a block) and may multiply by the rounded reciprocal of a diagonal entry. The a-priori bounds of
/// docs/bounds.md hold for any such order. Results depend on the instruction set, not on timing or the number
/// of threads.
///
/// Matrices are column-major with a leading dimension; lower triangles only are read and written where a
/// function says "lower".

#include <cstddef>
#include <string_view>
#include <vector>

namespace gronwall::dense {

using Index = std::ptrdiff_t;

/// The kernels for one real type.
template <class T>
struct KernelsOf {
  /// Cholesky factor in the lower triangle of `a` (n x n), in place; the strict upper triangle is neither
  /// read nor written. Returns -1, or the index of the first pivot that is not a positive finite number (the
  /// triangle is then partly overwritten). NaN never passes.
  Index (*cholesky)(T* a, Index n, Index lda);
  /// `b := L^-1 b` with L lower triangular n x n and b of shape n x columns.
  void (*solve_lower)(const T* l, Index n, Index ldl, T* b, Index columns, Index ldb);
  /// `b := L^-T b`.
  void (*solve_lower_transposed)(const T* l, Index n, Index ldl, T* b, Index columns, Index ldb);
  /// `c += alpha a b`, shapes m x k, k x n, m x n.
  void (*multiply)(Index m, Index n, Index k, T alpha, const T* a, Index lda, const T* b, Index ldb, T* c,
                   Index ldc);
  /// `c := a b` for symmetric n x n `a` and a few columns `b`, n x columns; both triangles of `a` are used.
  void (*symmetric_multiply)(Index n, const T* a, Index lda, const T* b, Index columns, Index ldb, T* c,
                             Index ldc);
  /// `c += alpha a^T b`, shapes k x m, k x n, m x n.
  void (*multiply_at_b)(Index m, Index n, Index k, T alpha, const T* a, Index lda, const T* b, Index ldb,
                        T* c, Index ldc);
  /// Lower triangle of `c += alpha a a^T`, shapes n x k, n x n.
  void (*add_a_at_lower)(Index n, Index k, T alpha, const T* a, Index lda, T* c, Index ldc);
};

/// All kernels for one instruction set.
struct Kernels {
  const char* name;  ///< "baseline", "avx2" or "avx512"
  KernelsOf<double> f64;
  KernelsOf<float> f32;
  /// `y_i = sum_{n <= degree} b_n x_i^n` by Horner's rule.
  void (*horner)(const double* b, Index degree, const double* x, double* y, Index count);

  template <class T>
  const KernelsOf<T>& of() const {
    if constexpr (sizeof(T) == sizeof(double))
      return f64;
    else
      return f32;
  }
};

/// The best kernels this machine can run; chosen once, thread-safe.
const Kernels& kernels();

/// All kernels this machine can run, best first (tests compare them).
std::vector<const Kernels*> runnable_kernels();

/// \throws Error unless the calling thread rounds to nearest and keeps subnormal numbers: the bounds of
/// docs/bounds.md assume both.
void require_ieee_arithmetic();

}  // namespace gronwall::dense
