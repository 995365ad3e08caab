#pragma once
/// \file Products of a square matrix and panels by one level of Strassen's method in Winograd's form.
///
/// Of a pair of panels, the even one makes the left half of the columns. With A = [A11 A12; A21 A22] and
/// B = [B11 B12; B21 B22],
///   S1 = A21 + A22,  S2 = S1 - A11,  S3 = A11 - A21,  S4 = A12 - S2,
///   T1 = B12 - B11,  T2 = B22 - T1,  T3 = B22 - B12,  T4 = B21 - T2,
///   X1 = A11 B11,    X2 = X1 + S2 T2,  X3 = X2 + S3 T3,  Y = S1 T1,
///   A B = [X1 + A12 B21, X2 + Y + S4 B22; X3 + A22 T4, X3 + Y]:
/// seven products of halves for eight. The sums S are formed once a step, the sums T while the panels are in
/// cache. What does not divide by two (rows beyond the halves, a panel without partner) is multiplied
/// plainly.
///
/// **Error.** Small normwise, not entry by entry: with |.| the largest entry and n the order, |error| <=
/// (18 (m^2 + 6 m) - 6 n) u |A| |B| + O(u^2), m = n/2, against n^2 u |A| |B| for the plain product (Higham,
/// Accuracy and Stability of Numerical Algorithms, 2nd ed. 2002, section 23.2.2, one level of recursion).
/// Measured (tests/train/test_winograd_product.cpp): twice the plain product's. Not for proofs.

#include "gronwall/train/panel_matrix.hpp"

namespace gronwall {

/// How a square matrix of order `order` is halved: its first 2 `half` rows and columns are, the last `rest`
/// are not.
struct Halves {
  /// From this order on seven products are faster than eight: by 5 % there, by 10 % at 1000, with AVX2.
  static constexpr Eigen::Index kFewestRows = 256;

  Halves() = default;
  explicit Halves(Eigen::Index order) {
    if (order < kFewestRows) return;
    half = order / (2 * kStrip) * kStrip;
    rest = order - 2 * half;
  }

  Eigen::Index half = 0;  ///< a multiple of kStrip; 0: not halved
  Eigen::Index rest = 0;  ///< < 16
};

/// Panels to be multiplied by a square matrix, with the sums T of their pairs.
class PairedPanels {
 public:
  /// `panels` panels at `data + p stride`. The sums are kept in `sums`, undefined yet.
  PairedPanels(const Halves& halves, const double* data, Eigen::Index stride, Eigen::Index panels,
               ReusableBuffer& sums)
      : halves_(halves),
        data_(data),
        stride_(stride),
        panels_(panels),
        sums_(sums.reserve(pairs() * size())) {}

  Eigen::Index panels() const { return panels_; }
  Eigen::Index pairs() const { return halves_.half > 0 ? panels_ / 2 : 0; }
  const double* panel(Eigen::Index p) const { return data_ + p * stride_; }
  /// T_i, i = 1, .., 4; below T4 the rest of the even panel.
  const double* sum(Eigen::Index pair, Eigen::Index i) const {
    return sums_ + pair * size() + (i - 1) * halves_.half * kPanel;
  }

  /// Forms rows [row, row + rows) of the sums, or, for row = 2 half, takes over the rest.
  void pair_up(Eigen::Index pair, Eigen::Index row, Eigen::Index rows);
  /// All rows.
  void pair_up();

 private:
  Eigen::Index size() const { return (4 * halves_.half + halves_.rest) * kPanel; }

  Halves halves_;
  const double* data_;
  Eigen::Index stride_, panels_;
  double* sums_;
};

/// A square matrix to multiply panels with.
class SquareStrips {
 public:
  /// `factor` a. What it multiplies must be halved in the same way.
  void pack(double factor, const Strips::Source& a, const Halves& halves, unsigned threads);
  /// `factor` a^T.
  void pack_transposed(double factor, const Strips::Source& a, const Halves& halves, unsigned threads);
  /// sum_i factors[i] parts[i], all of the same order and not halved.
  void combine(std::span<const SquareStrips> parts, std::span<const double> factors);

  /// c_p := A b_p, or c_p += A b_p if `add`, for all panels; c_p at `c + p c_stride`. `finished(p, row,
  /// rows)` is called when these rows of c_p are complete, while they are in cache; `paired(pair, row, rows)`
  /// when both panels of a pair are finished in rows [row, row + rows) of both halves, or, for row = 2 half,
  /// of the rest. No b_p may change before the call returns. `scratch` is for a thread of its own.
  template <class Finished, class Paired>
  void multiply(const PairedPanels& b, double* c, Eigen::Index c_stride, bool add, ReusableBuffer& scratch,
                const Finished& finished, const Paired& paired) const;

 private:
  /// A block of the halved matrix or a sum of such.
  struct Block {
    const double* strips;
    Eigen::Index stride, depth;
  };
  /// S_i, i = 1, .., 4; S4 with the columns of A12 beyond the halves.
  Block sum(Eigen::Index i) const {
    const Eigen::Index half = halves_.half, depth = half + (i == 4 ? halves_.rest : 0);
    return {sums_.data() + (i - 1) * half * half, kStrip * depth, depth};
  }
  /// Columns [column, column + depth) of the strips from row `row` on.
  Block block(Eigen::Index row, Eigen::Index column, Eigen::Index depth) const {
    return {whole_.data() + row / kStrip * whole_.stride() + column * kStrip, whole_.stride(), depth};
  }
  void form_sums(unsigned threads);

  Halves halves_;
  Strips whole_;
  ReusableBuffer sums_;
};

template <class Finished, class Paired>
void SquareStrips::multiply(const PairedPanels& b, double* c, Eigen::Index c_stride, bool add,
                            ReusableBuffer& scratch, const Finished& finished, const Paired& paired) const {
  using Eigen::Index;
  const Index half = halves_.half, rest = halves_.rest, pairs = half > 0 ? b.pairs() : 0;
  const auto panel = [&](Index p) { return b.panel(p); };
  if (2 * pairs < b.panels())
    BlockedProduct(whole_.data(), whole_.count(), whole_.stride(), whole_.columns())
        .run(
            2 * pairs, b.panels(), panel, [&](Index p) { return c + p * c_stride; }, add, finished);
  if (pairs == 0) return;

  // In the order of their use.
  const Block blocks[] = {block(0, 0, half),
                          block(0, half, half + rest),
                          sum(2),
                          sum(1),
                          sum(4),
                          sum(3),
                          block(half, half, half + rest),
                          block(half, 2 * half, rest)};
  constexpr Index kMostRows = BlockedProduct::kStripsAtOnce * kStrip;
  const dense::PanelKernels& kernels = dense::panel_kernels();
  for (Index first = 0; first < half; first += kMostRows) {
    const Index rows = std::min(kMostRows, half - first), size = rows * kPanel;
    double* const sums = scratch.reserve(2 * pairs * size);
    const auto x = [=](Index pair) { return sums + pair * size; };
    const auto y = [=](Index pair) { return sums + (pairs + pair) * size; };
    const auto left = [&](Index row) { return [&b, row](Index q) { return b.panel(2 * q) + row * kPanel; }; };
    const auto right = [&](Index row) {
      return [&b, row](Index q) { return b.panel(2 * q + 1) + row * kPanel; };
    };
    const auto t = [&](Index i) { return [&b, i](Index pair) { return b.sum(pair, i); }; };
    const auto out = [=](Index side, Index row) {
      return [=](Index pair) { return c + (2 * pair + side) * c_stride + (row + first) * kPanel; };
    };
    const auto product = [&](std::size_t i, const auto& of, const auto& to, bool more, const auto& then) {
      const bool last = i + 1 == std::size(blocks);
      const Block& a = blocks[i];
      const Block& next = blocks[last ? 0 : i + 1];
      const Index next_first = last ? (first + rows) % half : first;
      BlockedProduct run(a.strips + first / kStrip * a.stride, rows / kStrip, a.stride, a.depth);
      run.fetch_at_the_end(next.strips + next_first / kStrip * next.stride, next.stride);
      run.run(0, pairs, of, to, more, [&](Index pair, Index, Index) { then(pair); });
    };
    // Adds x, or x and y.
    const auto complete = [&](Index side, Index row, Index terms) {
      return [&, side, row, terms](Index pair) {
        constexpr double kOnes[] = {1, 1};
        const double* const parts[] = {x(pair), y(pair)};
        double* const to = out(side, row)(pair);
        kernels.combine(0, size, 1, to, terms, kOnes, parts, to);
        finished(2 * pair + side, row + first, rows);
      };
    };
    const auto nothing = [](Index) {};
    product(0, left(0), x, false, nothing);
    product(1, left(half), out(0, 0), add, complete(0, 0, 1));
    product(2, t(2), x, true, nothing);
    product(3, t(1), y, false, nothing);
    product(4, right(half), out(1, 0), add, complete(1, 0, 2));
    product(5, t(3), x, true, nothing);
    product(6, t(4), out(0, half), add, complete(0, half, 1));
    product(7, right(2 * half), out(1, half), add, [&](Index pair) {
      complete(1, half, 2)(pair);
      paired(pair, first, rows);
    });
  }
  if (rest == 0) return;
  const Block last = block(2 * half, 0, whole_.columns());
  BlockedProduct(last.strips, strips_of(rest), last.stride, last.depth)
      .run(
          0, 2 * pairs, panel, [&](Index p) { return c + p * c_stride + 2 * half * kPanel; }, add,
          [&](Index p, Index row, Index rows) { finished(p, 2 * half + row, rows); });
  for (Index pair = 0; pair < pairs; ++pair) paired(pair, 2 * half, strips_of(rest) * kStrip);
}

}  // namespace gronwall
