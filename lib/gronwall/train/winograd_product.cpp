#include "gronwall/train/winograd_product.hpp"

#include "gronwall/linalg/parallel.hpp"

namespace gronwall {

using Eigen::Index;

void PairedPanels::pair_up(Index pair, Index row, Index rows) {
  const double* const left = panel(2 * pair);
  const double* const right = panel(2 * pair + 1);
  const Index half = halves_.half, at = row * kPanel, lower = (half + row) * kPanel;
  double* const sums = sums_ + pair * size();
  if (row == 2 * half) {
    std::copy_n(left + at, halves_.rest * kPanel, sums + 4 * half * kPanel);
    return;
  }
  const auto sum = [&](Index i) { return sums + (i - 1) * half * kPanel + at; };
  dense::panel_kernels().winograd_sums(rows * kPanel, left + at, right + at, left + lower, right + lower,
                                       sum(1), sum(2), sum(3), sum(4));
}

void PairedPanels::pair_up() {
  for (Index pair = 0; pair < pairs(); ++pair) {
    pair_up(pair, 0, halves_.half);
    if (halves_.rest > 0) pair_up(pair, 2 * halves_.half, halves_.rest);
  }
}

void SquareStrips::pack(double factor, const Strips::Source& a, const Halves& halves, unsigned threads) {
  halves_ = halves;
  whole_.pack(factor, a, threads);
  form_sums(threads);
}

void SquareStrips::pack_transposed(double factor, const Strips::Source& a, const Halves& halves,
                                   unsigned threads) {
  halves_ = halves;
  whole_.pack_transposed(factor, a, threads);
  form_sums(threads);
}

void SquareStrips::combine(std::span<const SquareStrips> parts, std::span<const double> factors) {
  halves_ = {};
  std::vector<const Strips*> wholes;
  for (const SquareStrips& part : parts) wholes.push_back(&part.whole_);
  whole_.combine(wholes, factors);
}

void SquareStrips::form_sums(unsigned threads) {
  const Index half = halves_.half, size = half * kStrip;
  double* const sums = sums_.reserve(4 * half * half + halves_.rest * half);
  parallel_for(
      static_cast<std::size_t>(half / kStrip),
      [&](std::size_t i) {
        const auto strip = static_cast<Index>(i);
        const double* const a11 = block(strip * kStrip, 0, half).strips;
        const double* const a12 = a11 + size;
        const double* const a21 = block(half + strip * kStrip, 0, half).strips;
        const double* const a22 = a21 + size;
        const auto sum_at = [&](Index k) { return sums + (k - 1) * half * half; };
        double* const s1 = sum_at(1) + strip * size;
        double* const s2 = sum_at(2) + strip * size;
        double* const s3 = sum_at(3) + strip * size;
        double* const s4 = sum_at(4) + strip * (size + halves_.rest * kStrip);
        for (Index e = 0; e < size; ++e) {
          s1[e] = a21[e] + a22[e];
          s2[e] = s1[e] - a11[e];
          s3[e] = a11[e] - a21[e];
          s4[e] = a12[e] - s2[e];
        }
        std::copy_n(a12 + size, halves_.rest * kStrip, s4 + size);
      },
      threads);
}

}  // namespace gronwall
