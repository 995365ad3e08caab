// The kernels of panel_kernels.hpp for one instruction set. Included by panel_kernels_<set>.cpp, which
// defines
//   GRONWALL_KERNELS       the name of the object to define,
//   GRONWALL_KERNELS_NAME  the name of the instruction set.
// Nothing from the standard library that may be emitted out of line is used here (see
// dense_kernels_unit.ipp). Compiled with -ffp-contract=fast: sums of products become fused multiply-adds.
#include "gronwall/linalg/panel_kernels.hpp"

namespace gronwall::dense {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 8;
constexpr int kTileRows = 8;  // 3 x 8 sums fill the 32 registers
constexpr Index kBlockDepth = 250;
#else
#if defined(__AVX2__)
constexpr int kLanes = 4;
#else
constexpr int kLanes = 2;
#endif
constexpr int kTileRows = 4;
// A strip meets a panel in several tiles: both stay in a first cache of 32 KiB.
constexpr Index kBlockDepth = 112;
#endif
constexpr int kVectors = 3;

using Lane [[gnu::vector_size(kLanes * sizeof(double))]] = double;

inline const Lane& lane(const double* p) {
  return *reinterpret_cast<const Lane*>(p);
}
inline Lane& lane(double* p) {
  return *reinterpret_cast<Lane*>(p);
}

/// kTileRows rows and kVectors * kLanes columns of the product.
inline void tile(Index depth, const double* a, const double* b, double* c, bool add) {
  Lane sum[kTileRows][kVectors];
#pragma GCC unroll 8
  for (int j = 0; j < kTileRows; ++j)
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) sum[j][v] = add ? lane(c + j * kPanel + v * kLanes) : Lane{};
  for (Index k = 0; k < depth; ++k) {
    const Lane left[kVectors] = {lane(a), lane(a + kLanes), lane(a + 2 * kLanes)};
#pragma GCC unroll 8
    for (int j = 0; j < kTileRows; ++j)
#pragma GCC unroll 3
      for (int v = 0; v < kVectors; ++v) sum[j][v] += left[v] * b[j];
    a += kPanel;
    b += kStrip;
  }
#pragma GCC unroll 8
  for (int j = 0; j < kTileRows; ++j)
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) lane(c + j * kPanel + v * kLanes) = sum[j][v];
}

void multiply(Index depth, const double* a, Index strips, const double* b, Index strip_stride, double* c,
              bool add, const double* ahead, Index lines_ahead) {
  constexpr Index kTilesInStrip = kStrip / kTileRows * (kPanel / (kVectors * kLanes)), kLine = 8;
  const Index tiles = strips * kTilesInStrip;
  Index fetched = 0, line = 0;
  for (Index i = 0; i < strips; ++i)
    for (Index row = 0; row < kStrip; row += kTileRows)
      for (Index column = 0; column < kPanel; column += kVectors * kLanes) {
        // An address beyond the end does no harm.
        for (const Index until = lines_ahead * ++fetched / tiles; line < until; ++line)
          __builtin_prefetch(ahead + line * kLine, 0, 2);
        tile(depth, a + column, b + i * strip_stride + row, c + (i * kStrip + row) * kPanel + column, add);
      }
}

/// Sequences of which one row of a panel is projected.
struct Rows {
  Index count;
  const double* x;
  Index stride;
  const double* factor;
};

/// `kTerms` coefficients of kVectors * kLanes sequences; `q` has `terms` numbers for each l.
template <int kTerms>
inline void project_some(const Rows& rows, Index terms, const double* q, double* hat, Index hat_stride) {
  Lane sum[kTerms][kVectors] = {};
  for (Index l = 0; l < rows.count; ++l) {
    const double* const x = rows.x + l * rows.stride;
    Lane left[kVectors];
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) left[v] = lane(x + v * kLanes) * rows.factor[l];
#pragma GCC unroll 8
    for (int p = 0; p < kTerms; ++p)
#pragma GCC unroll 3
      for (int v = 0; v < kVectors; ++v) sum[p][v] += left[v] * q[l * terms + p];
  }
#pragma GCC unroll 8
  for (int p = 0; p < kTerms; ++p)
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) lane(hat + p * hat_stride + v * kLanes) = sum[p][v];
}

/// Subtracts kTerms terms from what `rest` holds (kVectors * kLanes numbers for each l).
template <int kTerms>
inline void subtract_some(Index count, Index terms, const double* q, const double* hat, Index hat_stride,
                          double* rest) {
  Lane held[kTerms][kVectors];
#pragma GCC unroll 8
  for (int p = 0; p < kTerms; ++p)
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) held[p][v] = lane(hat + p * hat_stride + v * kLanes);
  for (Index l = 0; l < count; ++l) {
    double* const at = rest + l * kVectors * kLanes;
    Lane left[kVectors];
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) left[v] = lane(at + v * kLanes);
#pragma GCC unroll 8
    for (int p = 0; p < kTerms; ++p)
#pragma GCC unroll 3
      for (int v = 0; v < kVectors; ++v) left[v] -= held[p][v] * q[l * terms + p];
#pragma GCC unroll 3
    for (int v = 0; v < kVectors; ++v) lane(at + v * kLanes) = left[v];
  }
}

/// Calls `use.operator()<k>(p)` for runs of k <= kMost terms from p on.
template <int kMost, class Use>
inline void in_runs(Index terms, const Use& use) {
  Index p = 0;
  for (; p + kMost <= terms; p += kMost) use.template operator()<kMost>(p);
  if constexpr (kMost > 4)
    for (; p + 4 <= terms; p += 4) use.template operator()<4>(p);
  if constexpr (kMost > 2)
    for (; p + 2 <= terms; p += 2) use.template operator()<2>(p);
  for (; p < terms; ++p) use.template operator()<1>(p);
}

void project(Index count, const double* x, Index stride, const double* factor, Index terms, const double* q,
             double* hat, Index hat_stride, double* energy, double* scratch) {
  Lane whole = {}, left_over = {};
  for (Index column = 0; column < kPanel; column += kVectors * kLanes) {
    const Rows rows{count, x + column, stride, factor};
    in_runs<kTileRows>(terms, [&]<int kTerms>(Index p) {
      project_some<kTerms>(rows, terms, q + p, hat + p * hat_stride + column, hat_stride);
    });
    for (Index l = 0; l < count; ++l) {
      const double* const at = x + column + l * stride;
      // The next row of each sequence, in lines that no hardware would guess.
#pragma GCC unroll 3
      for (int v = 0; v < kVectors; ++v) {
        const Lane value = lane(at + v * kLanes) * factor[l];
        lane(scratch + (l * kVectors + v) * kLanes) = value;
        whole += value * value;
        __builtin_prefetch(at + kPanel + v * kLanes);
      }
    }
    in_runs<kTileRows>(terms, [&]<int kTerms>(Index p) {
      subtract_some<kTerms>(count, terms, q + p, hat + p * hat_stride + column, hat_stride, scratch);
    });
    for (Index e = 0; e < count * kVectors * kLanes; e += kLanes)
      left_over += lane(scratch + e) * lane(scratch + e);
  }
  for (int i = 0; i < kLanes; ++i) {
    energy[0] += whole[i];
    energy[1] += left_over[i];
  }
}

void pull_back(Index count, const double* pulled, const double* base, const double* adjoint, double* slope,
               double* next, double* product) {
  for (Index e = 0; e < count; e += kLanes) {
    const Lane step = lane(slope + e) * lane(pulled + e);
    if (product) lane(product + e) = step;
    lane(next + e) = lane(base + e) + step;
    lane(slope + e) = lane(adjoint + e);
  }
}

void combine(Index begin, Index end, double factor, const double* base, Index terms, const double* factors,
             const double* const* x, double* out) {
  for (Index e = begin; e < end; e += kLanes) {
    Lane sum = lane(base + e) * factor;
    for (Index j = 0; j < terms; ++j) sum += lane(x[j] + e) * factors[j];
    lane(out + e) = sum;
  }
}

void winograd_sums(Index count, const double* b11, const double* b12, const double* b21, const double* b22,
                   double* t1, double* t2, double* t3, double* t4) {
  for (Index e = 0; e < count; e += kLanes) {
    const Lane upper = lane(b12 + e), lower = lane(b22 + e);
    const Lane first = upper - lane(b11 + e), second = lower - first;
    lane(t1 + e) = first;
    lane(t2 + e) = second;
    lane(t3 + e) = lower - upper;
    lane(t4 + e) = lane(b21 + e) - second;
  }
}

}  // namespace

extern const PanelKernels GRONWALL_KERNELS;
const PanelKernels GRONWALL_KERNELS = {
    GRONWALL_KERNELS_NAME, kBlockDepth, multiply, project, pull_back, combine, winograd_sums};

}  // namespace gronwall::dense
