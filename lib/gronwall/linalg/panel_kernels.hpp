#pragma once
/// \file Products of matrices kept in panels, for computations that own their layout.
///
/// A *panel* holds 24 columns of a matrix, row by row: `panel[row][24]`. A *strip* holds 8 rows, column by
/// column: `strip[column][8]`. Panels times strips need no packing, and whoever makes them can fuse other
/// work with that pass over memory. As for dense_kernels.hpp one source is compiled for every instruction set
/// and the best copy is chosen at first use; the arithmetic is IEEE, rounding to nearest, with or without
/// fused multiply-add, in an order fixed by the sizes.

#include <vector>

#include "gronwall/linalg/dense_kernels.hpp"

namespace gronwall::dense {

constexpr Index kPanel = 24;
constexpr Index kStrip = 8;

struct PanelKernels {
  const char* name;  ///< as Kernels::name
  /// Inner dimension of the blocks that products are best cut into (BlockedProduct); no result depends on it.
  Index block_depth;

  /// `c[8 i + j][s] = c0 + sum_{k < depth} a[k][s] b_i[k][j]` for i < strips, j < 8, s < 24: `a` is a panel
  /// of `depth` rows, `b_i` a strip of `depth` columns at `b + i strip_stride`, `c` a panel of 8 `strips`
  /// rows. c0 is what `c` holds if `add`, else 0. `a` and `c` are 64-byte aligned. Meanwhile `lines_ahead`
  /// lines of 64 bytes from `ahead` on are fetched into the second cache, a few at a time: many at once would
  /// hold up the loads that come after them.
  void (*multiply)(Index depth, const double* a, Index strips, const double* b, Index strip_stride, double* c,
                   bool add, const double* ahead, Index lines_ahead);

  /// Coefficients of a sequence of panel rows x_l = `x + l stride` (24 numbers each, aligned), l < count, for
  /// orthonormal sequences q_p, `q[l * terms + p]`: `hat[p * hat_stride + s] = sum_l factor[l] q[l][p]
  /// x_l[s]`. Adds to `energy[0]` the squared norm of `factor[l] x_l`, to `energy[1]` that of what the terms
  /// leave over. `scratch` holds 24 count numbers. Fetches the next row of each x_l ahead.
  void (*project)(Index count, const double* x, Index stride, const double* factor, Index terms,
                  const double* q, double* hat, Index hat_stride, double* energy, double* scratch);

  /// One step of an adjoint, elementwise for `count` numbers (a multiple of 8, all aligned): `next = base +
  /// slope pulled`, `product = slope pulled` (unless null), and `adjoint` takes the place of `slope`. `next`
  /// may be `base`.
  void (*pull_back)(Index count, const double* pulled, const double* base, const double* adjoint,
                    double* slope, double* next, double* product);

  /// `out = factor base + sum_j factors[j] x_j`, j < terms, in this order, elementwise for the numbers
  /// [begin, end) of each (multiples of 8, all aligned). `out` may be `base`.
  void (*combine)(Index begin, Index end, double factor, const double* base, Index terms,
                  const double* factors, const double* const* x, double* out);

  /// Winograd's sums of the blocks [b11 b12; b21 b22] of a right factor, elementwise as above:
  /// `t1 = b12 - b11`, `t2 = b22 - t1`, `t3 = b22 - b12`, `t4 = b21 - t2`.
  void (*winograd_sums)(Index count, const double* b11, const double* b12, const double* b21,
                        const double* b22, double* t1, double* t2, double* t3, double* t4);
};

/// The best kernels this machine can run.
const PanelKernels& panel_kernels();
/// All kernels this machine can run, best first (tests compare them).
std::vector<const PanelKernels*> runnable_panel_kernels();

}  // namespace gronwall::dense
