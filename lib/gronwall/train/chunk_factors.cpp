// The part of ChunkSweep that writes a segment's factors: in full, or compressed over its steps.
#include <cmath>

#include "gronwall/train/chunk_sweep.hpp"

namespace gronwall {

using Eigen::Index;

namespace {

/// Rows of tiles that are turned at once.
constexpr Index kTile = kPanel * kPanel;

}  // namespace

std::vector<double> ChunkSweep::gate_factors(const Segment& segment, std::size_t stage, Index gate) const {
  std::vector<double> factors;
  for (long l = 0; l < segment.steps; ++l)
    factors.push_back(network_.network.gate_factor(gate, time_of(segment.first + l, stage)));
  return factors;
}

void ChunkSweep::write_factors(const Segment& segment, Index offset, const Chunk& chunk, Workspace& workspace,
                               const StageSlots& slots, SegmentFactors& factors) const {
  factors.left.resize(static_cast<std::size_t>(network_.network.matrices_per_block()));
  const Index most = polynomials(segment.steps).most_terms();
  if (compression_ > 0 && most > 0) {
    Index terms = expected_terms(segment, offset, chunk, workspace, slots);
    for (; terms <= most; ++terms)
      if (write_compressed(segment, offset, chunk, workspace, slots, terms, factors)) return;
  }
  write_all(segment, offset, chunk, slots, factors);
}

void ChunkSweep::write_all(const Segment& segment, Index offset, const Chunk& chunk, const StageSlots& slots,
                           SegmentFactors& factors) const {
  const auto stages = static_cast<Index>(network_.scheme->stages());
  const Index n = network_.network.width, strips = strips_of(n), size = panel_size();
  const Index count = stages * segment.steps * chunk.range.panels * kPanel;
  factors.count = count;
  factors.terms = segment.steps;
  factors.energies = {};
  double* const right = factors.right.reserve(panels_of(n) * count * kPanel);
  std::vector<double> scaled(kStrip * kPanel);
  for (Index i = 0; i < stages; ++i) {
    for (std::size_t gate = 0; gate < factors.left.size(); ++gate) {
      const std::vector<double> factor =
          gate_factors(segment, static_cast<std::size_t>(i), static_cast<Index>(gate));
      double* const left = factors.left[gate].reserve(strips * count * kStrip);
      for (long l = 0; l < segment.steps; ++l) {
        const double* const mu = slots.derivative((offset + l) * stages + i);
        for (Index p = 0; p < chunk.range.panels; ++p) {
          const Index s = ((i * segment.steps + l) * chunk.range.panels + p) * kPanel;
          for (Index strip = 0; strip < strips; ++strip) {
            const double* const rows = mu + p * size + strip * kStrip * kPanel;
            for (std::size_t e = 0; e < scaled.size(); ++e)
              scaled[e] = factor[static_cast<std::size_t>(l)] * rows[e];
            turn_into_strip(scaled.data(), left + (strip * count + s) * kStrip);
          }
        }
      }
    }
    for (long l = 0; l < segment.steps; ++l) {
      const double* const phi = slots.value((offset + l) * stages + i);
      for (Index p = 0; p < chunk.range.panels; ++p) {
        const Index s = ((i * segment.steps + l) * chunk.range.panels + p) * kPanel;
        for (Index j = 0; j < panels_of(n); ++j)
          turn_into_panel(phi + p * size + j * kTile, std::min(kPanel, n - j * kPanel),
                          right + (j * count + s) * kPanel);
      }
    }
  }
}

Index ChunkSweep::expected_terms(const Segment& segment, Index offset, const Chunk& chunk,
                                 Workspace& workspace, const StageSlots& slots) const {
  constexpr Index kSampleRows = 16;
  const StepPolynomials& q = polynomials(segment.steps);
  const auto stages = static_cast<Index>(network_.scheme->stages());
  // One more than may be kept: what the most leave over shows in it.
  const Index n = network_.network.width, most = q.most_terms() + 1;
  double* const hat = workspace.tiles.reserve(most * kPanel);
  double* const scratch = workspace.sequence.reserve(segment.steps * kPanel);
  const std::vector<double> ones(static_cast<std::size_t>(segment.steps), 1.0);
  std::vector<double> phi(static_cast<std::size_t>(most), 0.0), adjoint = phi;
  double energy[2];
  const auto sample = [&](const double* x, const std::vector<double>& factor, std::vector<double>& squares) {
    dense::panel_kernels().project(segment.steps, x, stages * slots.stride, factor.data(), most,
                                   q.values(most), hat, kPanel, energy, scratch);
    for (Index p = 0; p < most; ++p)
      for (Index s = 0; s < kPanel; ++s)
        squares[static_cast<std::size_t>(p)] += hat[p * kPanel + s] * hat[p * kPanel + s];
  };
  for (Index i = 0; i < stages; ++i)
    for (std::size_t gate = 0; gate < static_cast<std::size_t>(network_.network.matrices_per_block());
         ++gate) {
      const std::vector<double> factor =
          gate_factors(segment, static_cast<std::size_t>(i), static_cast<Index>(gate));
      for (Index p = 0; p < chunk.range.panels; ++p)
        for (Index row = p % kSampleRows; row < n; row += std::max<Index>(1, n / kSampleRows)) {
          const Index position = p * panel_size() + row * kPanel;
          sample(slots.value(offset * stages + i) + position, ones, phi);
          sample(slots.derivative(offset * stages + i) + position, factor, adjoint);
        }
    }
  constexpr double kCaution = 0.5;  // the sample may be kinder than the whole
  return terms_for(phi, adjoint, kCaution * compression_);
}

bool ChunkSweep::write_compressed(const Segment& segment, Index offset, const Chunk& chunk,
                                  Workspace& workspace, const StageSlots& slots, Index terms,
                                  SegmentFactors& factors) const {
  const StepPolynomials& q = polynomials(segment.steps);
  const auto stages = static_cast<Index>(network_.scheme->stages());
  const Index n = network_.network.width, strips = strips_of(n), size = panel_size();
  const Index count = stages * terms * chunk.range.panels * kPanel;
  factors.count = count;
  factors.terms = terms;
  factors.energies = {};
  double* const tiles = workspace.tiles.reserve(terms * kTile);
  double* const scratch = workspace.sequence.reserve(segment.steps * kPanel);
  double* const right = factors.right.reserve(panels_of(n) * count * kPanel);
  const std::vector<double> ones(static_cast<std::size_t>(segment.steps), 1.0);

  // 24 rows of a panel at a time: coefficient p of row r goes to tiles[p][r].
  const auto project = [&](const double* x, Index rows, const std::vector<double>& factor, double* energy) {
    for (Index row = 0; row < rows; ++row)
      dense::panel_kernels().project(segment.steps, x + row * kPanel, stages * slots.stride, factor.data(),
                                     terms, q.values(terms), tiles + row * kPanel, kTile, energy, scratch);
  };
  const auto position = [&](Index stage, Index term, Index panel) {
    return ((stage * terms + term) * chunk.range.panels + panel) * kPanel;
  };
  for (Index i = 0; i < stages; ++i) {
    for (Index p = 0; p < chunk.range.panels; ++p)
      for (Index j = 0; j < panels_of(n); ++j) {
        const Index rows = std::min(kPanel, n - j * kPanel);
        project(slots.value(offset * stages + i) + p * size + j * kTile, rows, ones, factors.energies.phi);
        for (Index term = 0; term < terms; ++term)
          turn_into_panel(tiles + term * kTile, rows, right + (j * count + position(i, term, p)) * kPanel);
      }
    for (std::size_t gate = 0; gate < factors.left.size(); ++gate) {
      const std::vector<double> factor =
          gate_factors(segment, static_cast<std::size_t>(i), static_cast<Index>(gate));
      double* const left = factors.left[gate].reserve(strips * count * kStrip);
      for (Index p = 0; p < chunk.range.panels; ++p)
        for (Index strip = 0; strip < strips; ++strip) {
          // Rows beyond the width hold zeros.
          project(slots.derivative(offset * stages + i) + p * size + strip * kStrip * kPanel, kStrip, factor,
                  factors.energies.adjoint);
          for (Index term = 0; term < terms; ++term)
            turn_into_strip(tiles + term * kTile, left + (strip * count + position(i, term, p)) * kStrip);
        }
    }
  }
  return factors.energies.bound() <= compression_ * factors.energies.scale();
}

}  // namespace gronwall
