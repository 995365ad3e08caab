#pragma once
/// \file Matrices in the layouts of linalg/panel_kernels.hpp, and their products.

#include <Eigen/Core>
#include <algorithm>
#include <span>

#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/linalg/panel_kernels.hpp"

namespace gronwall {

using dense::kPanel;
using dense::kStrip;

constexpr Eigen::Index panels_of(Eigen::Index columns) {
  return (columns + kPanel - 1) / kPanel;
}
constexpr Eigen::Index strips_of(Eigen::Index rows) {
  return (rows + kStrip - 1) / kStrip;
}

/// A matrix (or its transpose) in strips, missing rows filled with zeros: what multiplies panels from the
/// left.
class Strips {
 public:
  using Source = Eigen::Ref<const Eigen::MatrixXd, 0, Eigen::OuterStride<>>;

  /// `factor` a. May be called again, for equal sizes without new memory.
  void pack(double factor, const Source& a, unsigned threads);
  /// `factor` a^T.
  void pack_transposed(double factor, const Source& a, unsigned threads);
  /// sum_i factors[i] parts[i], all of the same shape.
  void combine(std::span<const Strips* const> parts, std::span<const double> factors);

  Eigen::Index count() const { return strips_of(rows_); }    ///< strips
  Eigen::Index columns() const { return columns_; }          ///< the inner dimension of products
  Eigen::Index stride() const { return kStrip * columns_; }  ///< from one strip to the next
  const double* data() const { return memory_.data(); }

 private:
  double* resize(Eigen::Index rows, Eigen::Index columns);

  Eigen::Index rows_ = 0, columns_ = 0;
  ReusableBuffer memory_;
};

/// Products of strips and panels in blocks that stay in cache: a block is a slice of the inner dimension of
/// kStripsAtOnce strips. It stays in the second cache while the panels pass by, and the next block is fetched
/// meanwhile.
class BlockedProduct {
 public:
  static constexpr Eigen::Index kStripsAtOnce = 16;

  /// Strips at `strips`, the k-th number of row j of strip i at `[i stride + 8 k + j]`, k < depth.
  BlockedProduct(const double* strips, Eigen::Index count, Eigen::Index stride, Eigen::Index depth)
      : strips_(strips), count_(count), stride_(stride), depth_(depth), then_(strips), then_stride_(stride) {}

  /// The strips that a product after this one begins with; without that, those of this one.
  void fetch_at_the_end(const double* strips, Eigen::Index stride) {
    then_ = strips;
    then_stride_ = stride;
  }

  /// c_p := strips a_p, or c_p += strips a_p if `add`, where `a(p)` and `c(p)` are panels, begin <= p < end.
  /// `finished(p, row, rows)` is called when these rows of c_p are complete, while they are in cache; a_p
  /// must not change before the call returns.
  template <class A, class C, class Finished>
  void run(Eigen::Index begin, Eigen::Index end, const A& a, const C& c, bool add,
           const Finished& finished) const {
    const dense::PanelKernels& kernels = dense::panel_kernels();
    const Eigen::Index slices =
        std::max<Eigen::Index>(1, (depth_ + kernels.block_depth - 1) / kernels.block_depth);
    const Eigen::Index blocks = (count_ + kStripsAtOnce - 1) / kStripsAtOnce;
    const auto slice_begin = [&](Eigen::Index slice) { return depth_ * slice / slices; };
    for (Eigen::Index slice = 0; slice < slices; ++slice) {
      const Eigen::Index from = slice_begin(slice), depth = slice_begin(slice + 1) - from;
      for (Eigen::Index block = 0; block < blocks; ++block) {
        const Eigen::Index first = block * kStripsAtOnce, strips = std::min(kStripsAtOnce, count_ - first);
        const double* next = strips_ + (first + kStripsAtOnce) * stride_ + from * kStrip;
        if (block + 1 == blocks)
          next = slice + 1 < slices ? strips_ + slice_begin(slice + 1) * kStrip : then_;
        const Eigen::Index next_stride = next == then_ ? then_stride_ : stride_;
        for (Eigen::Index p = begin; p < end; ++p) {
          // Each panel fetches its part of the next block.
          const Eigen::Index ahead = depth * (p - begin) / (end - begin);
          const Eigen::Index lines = depth * (p - begin + 1) / (end - begin) - ahead;
          for (Eigen::Index i = 0; i < strips; ++i)
            kernels.multiply(depth, a(p) + from * kPanel, 1, strips_ + (first + i) * stride_ + from * kStrip,
                             stride_, c(p) + (first + i) * kStrip * kPanel, add || slice > 0,
                             next + i * next_stride + ahead * kStrip, lines);
          if (slice + 1 == slices) finished(p, first * kStrip, strips * kStrip);
        }
      }
    }
  }

 private:
  const double* strips_;
  Eigen::Index count_, stride_, depth_;
  const double* then_;
  Eigen::Index then_stride_;
};

/// `c_p := strips a_p`, or `c_p += strips a_p` if `add`, for `panels` panels; a_p at `a + p a_stride`, c_p at
/// `c + p c_stride` with 8 rows for each strip. `finished` as for BlockedProduct.
template <class Finished>
void multiply_panels(const Strips& strips, const double* a, Eigen::Index a_stride, double* c,
                     Eigen::Index c_stride, Eigen::Index panels, bool add, const Finished& finished) {
  BlockedProduct(strips.data(), strips.count(), strips.stride(), strips.columns())
      .run(
          0, panels, [&](Eigen::Index p) { return a + p * a_stride; },
          [&](Eigen::Index p) { return c + p * c_stride; }, add, finished);
}

/// Writes `rows` <= 24 rows of a panel as columns of another one, missing ones as zeros:
/// `out[s * 24 + row] = tile[row][s]`.
void turn_into_panel(const double* tile, Eigen::Index rows, double* out);
/// Writes 8 rows of a panel as columns of a strip: `out[s * 8 + row] = tile[row][s]`.
void turn_into_strip(const double* tile, double* out);

/// A sum of products M = sum_s left(s) right(s)^T over many s, m x k, kept in panels of 24 columns. The terms
/// come in batches: `left` as strips (8 rows each, `left + i 8 count`), `right` as panels (24 columns each,
/// `right + j 24 count`), so that the batch is a contraction over `count` values of s.
class OuterProducts {
 public:
  OuterProducts(Eigen::Index rows, Eigen::Index columns) : rows_(rows), columns_(columns) {}

  Eigen::Index rows() const { return rows_; }
  Eigen::Index columns() const { return columns_; }
  Eigen::Index panels() const { return panels_of(columns_); }

  /// Reserves the memory; sums start from 0 at the first `add` with `first` set.
  void start();
  /// Adds a batch to the panels [begin, end), which different threads may do at once.
  void add(Eigen::Index begin, Eigen::Index end, Eigen::Index count, const double* left, const double* right,
           bool first);
  /// Writes `factor` times columns of the panels [begin, end).
  void write(Eigen::Index begin, Eigen::Index end, double factor, Eigen::Map<Eigen::MatrixXd> out) const;

 private:
  Eigen::Index rows_, columns_;
  ReusableBuffer memory_;
};

}  // namespace gronwall
