#include "gronwall/train/chunk_sweep.hpp"

#include <cmath>
#include <utility>

#include "gronwall/numbers/error.hpp"

namespace gronwall {

using Eigen::Index;

namespace {

constexpr auto kNothing = [](Index, Index, Index) {};

/// A linear combination of stages.
class Combination {
 public:
  void clear() {
    factors_.clear();
    terms_.clear();
  }
  void add(double factor, const double* x) {
    if (factor == 0) return;
    factors_.push_back(factor);
    terms_.push_back(x);
  }
  /// out := factor base + the combination, for the numbers [begin, end).
  void evaluate(Index begin, Index end, double factor, const double* base, double* out) const {
    dense::panel_kernels().combine(begin, end, factor, base, static_cast<Index>(terms_.size()),
                                   factors_.data(), terms_.data(), out);
  }

 private:
  std::vector<double> factors_;
  std::vector<const double*> terms_;
};

}  // namespace

std::vector<SegmentGroup> segment_groups(const DiscreteNetwork& network, bool checkpoints) {
  const long steps = network.steps;
  std::vector<SegmentGroup> groups;
  if (!checkpoints) {
    groups.emplace_back();
    for (long block = 0; block < network.network.blocks; ++block) groups.back().push_back({block, 0, steps});
    return groups;
  }
  const auto pieces = static_cast<long>(std::ceil(std::sqrt(static_cast<double>(steps))));
  for (long block = 0; block < network.network.blocks; ++block)
    for (long piece = 0; piece < pieces; ++piece) {
      const long begin = steps * piece / pieces, end = steps * (piece + 1) / pieces;
      if (begin < end) groups.push_back({{block, begin, end - begin}});
    }
  return groups;
}

void PackedWeights::pack(const DiscreteNetwork& discrete, const Weights& weights, bool backward,
                         unsigned threads) {
  const Network& network = discrete.network;
  const Index gates = network.matrices_per_block();
  const double step = nearest_double(network.time / discrete.steps);
  const double field = step * over_root(network.sigma_w, network.width);
  const double output = over_root(network.sigma_v, network.width);
  w.resize(static_cast<std::size_t>(network.blocks * gates));
  w_transposed.resize(backward ? w.size() : 0);
  for (long block = 0; block < network.blocks; ++block)
    for (Index k = 0; k < gates; ++k) {
      const auto slot = static_cast<std::size_t>(block * gates + k);
      w[slot].pack(field, weights.w(block, k), halves(network), threads);
      if (backward) w_transposed[slot].pack_transposed(field, weights.w(block, k), halves(network), threads);
    }
  u.pack(over_root(network.sigma_u, network.input_dimension), weights.u(), threads);
  v.pack(output, weights.v(), threads);
  if (backward) v_transposed.pack_transposed(output, weights.v(), threads);
}

ChunkSweep::ChunkSweep(const DiscreteNetwork& network, Loss loss, double compression, bool checkpoints)
    : network_(network),
      loss_(loss),
      compression_(compression),
      activation_(*network.network.phi),
      groups_(segment_groups(network, checkpoints)) {
  for (const SegmentGroup& group : groups_)
    for (const Segment& segment : group) {
      bool known = false;
      for (const StepPolynomials& q : polynomials_) known |= q.steps() == segment.steps;
      if (!known) polynomials_.emplace_back(segment.steps);
    }
}

const StepPolynomials& ChunkSweep::polynomials(long steps) const {
  for (const StepPolynomials& q : polynomials_)
    if (q.steps() == steps) return q;
  throw Error("no polynomials for this number of steps");
}

Index ChunkSweep::factor_size(Index samples) const {
  // Smooth activations need about 9 to 14 terms (time_compression.hpp).
  constexpr Index kUsualTerms = 12;
  const bool smooth = compression_ > 0 && network_.network.phi->analyticity().analytic_on_real_line;
  Index terms = 0;
  for (const SegmentGroup& group : groups_) {
    Index of_group = 0;
    for (const Segment& segment : group)
      of_group += smooth ? std::min<Index>(segment.steps, kUsualTerms) : segment.steps;
    terms = std::max(terms, of_group);
  }
  return terms * static_cast<Index>(network_.scheme->stages()) * samples * network_.network.width *
         (1 + network_.network.matrices_per_block());
}

double ChunkSweep::time_of(long step, std::size_t stage) const {
  return (static_cast<double>(step) + network_.scheme->c[stage]) *
         (nearest_double(network_.network.time) / static_cast<double>(network_.steps));
}

const SquareStrips& ChunkSweep::strips(const std::vector<SquareStrips>& of, long block, double time,
                                       Workspace& workspace) const {
  const Network& network = network_.network;
  const Index gates = network.matrices_per_block();
  const std::span<const SquareStrips> parts =
      std::span(of).subspan(static_cast<std::size_t>(block * gates), static_cast<std::size_t>(gates));
  if (network.gate == Gate::none) return parts[0];
  std::vector<double> factors;
  for (Index k = 0; k < gates; ++k) factors.push_back(network.gate_factor(k, time));
  workspace.gated.combine(parts, factors);
  return workspace.gated;
}

StageSlots ChunkSweep::slots(Workspace& workspace, Index panels, Keep keep, const SegmentGroup* group) const {
  Index stages = 2;
  if (keep == Keep::all) {
    stages = 0;
    for (const Segment& segment : *group) stages += segment.steps;
    stages *= static_cast<Index>(network_.scheme->stages());
  }
  // One tile row beyond a whole number of pages: else the same entry of all stages falls into one cache set.
  constexpr Index kPage = 512;
  const Index stride = (panels * panel_size() + kPage - 1) / kPage * kPage + kPanel;
  return {workspace.values.reserve(stages * stride), workspace.derivatives.reserve(stages * stride), stride,
          keep == Keep::all};
}

template <class Column>
void ChunkSweep::load_inputs(const Column& column, const ChunkRange& range, double* panels) const {
  const Index d = network_.network.input_dimension;
  for (Index s = 0; s < range.panels * kPanel; ++s) {
    // Missing samples repeat the last one: zeros might overflow where no sample does.
    const double* const from = column(range.first + std::min(s, range.samples - 1));
    double* const to = panels + s / kPanel * d * kPanel + s % kPanel;
    for (Index k = 0; k < d; ++k) to[k * kPanel] = from[k];
  }
}

void ChunkSweep::start(const double* inputs, const ChunkRange& range, double* state) const {
  multiply_panels(weights_.u, inputs, network_.network.input_dimension * kPanel, state, panel_size(),
                  range.panels, false, kNothing);
}

void ChunkSweep::forward(const SegmentGroup& group, const ChunkRange& range, Workspace& workspace,
                         const StageSlots& slots) const {
  const double skip = network_.network.skip;
  const Index size = range.panels * panel_size();
  Index offset = 0;
  for (const Segment& segment : group) {
    double* const block_start = workspace.block_start.reserve(skip != 0 ? size : 0);
    if (skip != 0 && segment.first == 0) std::copy_n(workspace.state.data(), size, block_start);
    forward(segment, offset, range, workspace, slots);
    offset += segment.steps;
    if (skip != 0 && segment.first + segment.steps == network_.steps) {
      double* const h = workspace.state.data();
      for (Index i = 0; i < size; ++i) h[i] += skip * block_start[i];
    }
  }
}

void ChunkSweep::forward(const Segment& segment, Index offset, const ChunkRange& range, Workspace& workspace,
                         const StageSlots& slots) const {
  const Scheme& scheme = *network_.scheme;
  const std::size_t stages = scheme.stages();
  const Index size = panel_size(), whole = range.panels * size;
  const auto slot = [&](long l, std::size_t i) {
    return (offset + l) * static_cast<Index>(stages) + static_cast<Index>(i);
  };
  const auto activate = [&](const double* z, Index position, Index target, Index count) {
    activation_.evaluate(z + position, slots.value(target) + position, slots.derivative(target) + position,
                         count);
  };
  const auto operand = [&](Index stage) {
    return PairedPanels(PackedWeights::halves(network_.network), slots.value(stage), size, range.panels,
                        workspace.sums[stage % 2]);
  };
  activate(workspace.state.data(), 0, slot(0, 0), whole);
  PairedPanels phi = operand(slot(0, 0));
  phi.pair_up();
  // Of schemes with several stages: k_i, y and the next state.
  double* const k = workspace.increments.reserve(stages > 1 ? static_cast<Index>(stages) * whole : 0);
  double* const y = workspace.stage_state.reserve(stages > 1 ? whole : 0);
  workspace.next_state.reserve(stages > 1 ? whole : 0);
  Combination of_increments;
  for (long l = 0; l < segment.steps; ++l) {
    double* const h = workspace.state.data();
    double* const next = workspace.next_state.data();
    for (std::size_t i = 0; i < stages; ++i) {
      const bool last_stage = i + 1 == stages, last = last_stage && l + 1 == segment.steps;
      double* const increment = stages == 1 ? h : k + static_cast<Index>(i) * whole;
      double* const to = stages == 1 ? h : last_stage ? next : y;
      if (stages > 1) {
        of_increments.clear();
        for (std::size_t j = 0; j <= i; ++j)
          of_increments.add(last_stage ? scheme.b[j] : scheme.a(i + 1, j), k + static_cast<Index>(j) * whole);
      }
      PairedPanels next_phi = last ? phi : operand(slot(l, i) + 1);
      strips(weights_.w, segment.block, time_of(segment.first + l, i), workspace)
          .multiply(
              phi, increment, size, stages == 1, workspace.partial,
              [&](Index p, Index row, Index rows) {
                const Index begin = p * size + row * kPanel, end = begin + rows * kPanel;
                if (stages > 1) of_increments.evaluate(begin, end, 1, h, to);
                if (!last) activate(to, begin, slot(l, i) + 1, end - begin);
              },
              [&](Index pair, Index row, Index rows) {
                if (!last) next_phi.pair_up(pair, row, rows);
              });
      phi = next_phi;
    }
    if (stages > 1) std::swap(workspace.state, workspace.next_state);
  }
}

void ChunkSweep::read_out(const ChunkRange& range, Workspace& workspace) const {
  const Index size = panel_size(), whole = range.panels * size;
  double* const value = workspace.end_value.reserve(whole);
  activation_.evaluate(workspace.state.data(), value, workspace.end_derivative.reserve(whole), whole);
  const Index rows = weights_.v.count() * kStrip;
  multiply_panels(weights_.v, value, size, workspace.outputs.reserve(range.panels * rows * kPanel),
                  rows * kPanel, range.panels, false, kNothing);
}

void ChunkSweep::outputs(const Eigen::MatrixXd& x, const ChunkRange& range, Workspace& workspace,
                         Eigen::MatrixXd& out) const {
  const Index d = network_.network.input_dimension;
  double* const inputs = workspace.inputs.reserve(range.panels * d * kPanel);
  load_inputs([&](Index i) { return x.data() + i * d; }, range, inputs);
  start(inputs, range, workspace.state.reserve(range.panels * panel_size()));
  const StageSlots two = slots(workspace, range.panels, Keep::none, nullptr);
  for (const SegmentGroup& group : groups_) forward(group, range, workspace, two);
  read_out(range, workspace);
  const Index rows = weights_.v.count() * kStrip;
  for (Index s = 0; s < range.samples; ++s)
    for (Index o = 0; o < out.rows(); ++o)
      out(o, range.first + s) = workspace.outputs.data()[(s / kPanel * rows + o) * kPanel + s % kPanel];
}

void ChunkSweep::loss_and_end(const LabelledData& data, std::span<const Index> columns, Chunk& chunk,
                              Workspace& workspace) const {
  const Network& network = network_.network;
  const Index size = panel_size(), outputs = network.outputs, count = chunk.range.panels * kPanel;
  const Index strips = weights_.v.count(), rows = strips * kStrip;
  std::vector<double> f(static_cast<std::size_t>(outputs)), g(f.size());
  chunk.loss = 0;
  chunk.correct = 0;
  for (Index s = 0; s < count; ++s) {
    double* const at = workspace.outputs.data() + s / kPanel * rows * kPanel + s % kPanel;
    if (s < chunk.range.samples) {
      const Index i = columns[static_cast<std::size_t>(chunk.range.first + s)];
      for (Index o = 0; o < outputs; ++o) f[static_cast<std::size_t>(o)] = at[o * kPanel];
      const std::int32_t label = data.labels.empty() ? 0 : data.labels[static_cast<std::size_t>(i)];
      chunk.loss += loss_at(loss_, f.data(), data.y.data() + i * outputs, label, outputs, g.data());
      chunk.correct += !data.labels.empty() && predicted_class(f.data(), outputs) == label;
    }
    for (Index o = 0; o < outputs; ++o)
      at[o * kPanel] = s < chunk.range.samples ? g[static_cast<std::size_t>(o)] : 0.0;
  }

  chunk.v.count = count;
  double* const left = chunk.v.left.reserve(strips * count * kStrip);
  double* const right = chunk.v.right.reserve(panels_of(network.width) * count * kPanel);
  for (Index p = 0; p < chunk.range.panels; ++p) {
    for (Index i = 0; i < strips; ++i)
      turn_into_strip(workspace.outputs.data() + (p * rows + i * kStrip) * kPanel,
                      left + (i * count + p * kPanel) * kStrip);
    for (Index j = 0; j < panels_of(network.width); ++j)
      turn_into_panel(workspace.end_value.data() + p * size + j * kPanel * kPanel,
                      std::min(kPanel, network.width - j * kPanel),
                      right + (j * count + p * kPanel) * kPanel);
  }

  double* const lambda = chunk.adjoint.reserve(chunk.range.panels * size);
  const double* const derivative = workspace.end_derivative.data();
  multiply_panels(weights_.v_transposed, workspace.outputs.data(), rows * kPanel, lambda, size,
                  chunk.range.panels, false, [&](Index p, Index row, Index more) {
                    const Index from = p * size + row * kPanel, to = from + more * kPanel;
                    for (Index e = from; e < to; ++e) lambda[e] *= derivative[e];
                  });
}

void ChunkSweep::there_and_back(const LabelledData& data, std::span<const Index> columns, Chunk& chunk,
                                Workspace& workspace) const {
  const Index d = network_.network.input_dimension, whole = chunk.range.panels * panel_size();
  const auto column = [&](Index i) { return data.x.data() + columns[static_cast<std::size_t>(i)] * d; };
  double* const inputs = workspace.inputs.reserve(chunk.range.panels * d * kPanel);
  load_inputs(column, chunk.range, inputs);
  chunk.u.count = chunk.range.panels * kPanel;
  double* const right = chunk.u.right.reserve(panels_of(d) * chunk.u.count * kPanel);
  for (Index p = 0; p < chunk.range.panels; ++p)
    for (Index j = 0; j < panels_of(d); ++j)
      turn_into_panel(inputs + (p * d + j * kPanel) * kPanel, std::min(kPanel, d - j * kPanel),
                      right + (j * chunk.u.count + p * kPanel) * kPanel);

  start(inputs, chunk.range, workspace.state.reserve(whole));
  chunk.starts.resize(groups_.size() - 1);
  const std::size_t last = groups_.size() - 1;
  for (std::size_t group = 0; group < last; ++group) {
    std::copy_n(workspace.state.data(), whole, chunk.starts[group].reserve(whole));
    forward(groups_[group], chunk.range, workspace,
            slots(workspace, chunk.range.panels, Keep::none, nullptr));
  }
  const StageSlots kept = slots(workspace, chunk.range.panels, Keep::all, &groups_[last]);
  forward(groups_[last], chunk.range, workspace, kept);
  read_out(chunk.range, workspace);
  loss_and_end(data, columns, chunk, workspace);
  backward(last, chunk, workspace, kept);
}

void ChunkSweep::back(std::size_t group, Chunk& chunk, Workspace& workspace) const {
  const Index whole = chunk.range.panels * panel_size();
  std::copy_n(chunk.starts[group].data(), whole, workspace.state.reserve(whole));
  const StageSlots kept = slots(workspace, chunk.range.panels, Keep::all, &groups_[group]);
  forward(groups_[group], chunk.range, workspace, kept);
  backward(group, chunk, workspace, kept);
}

void ChunkSweep::backward(std::size_t group, Chunk& chunk, Workspace& workspace,
                          const StageSlots& slots) const {
  const SegmentGroup& segments = groups_[group];
  const double skip = network_.network.skip;
  const Index size = panel_size(), whole = chunk.range.panels * size;
  chunk.segments.resize(segments.size());
  Index offset = 0;
  for (const Segment& segment : segments) offset += segment.steps;
  for (std::size_t j = segments.size(); j-- > 0;) {
    const Segment& segment = segments[j];
    offset -= segment.steps;
    if (skip != 0 && segment.first + segment.steps == network_.steps)
      std::copy_n(chunk.adjoint.data(), whole, chunk.skip_adjoint.reserve(whole));
    backward(segment, offset, chunk, workspace, slots);
    if (skip != 0 && segment.first == 0) {
      double* const lambda = chunk.adjoint.data();
      const double* const more = chunk.skip_adjoint.data();
      for (Index e = 0; e < whole; ++e) lambda[e] += skip * more[e];
    }
    write_factors(segment, offset, chunk, workspace, slots, chunk.segments[j]);
  }
  if (group > 0) return;
  const Index strips = strips_of(network_.network.width), count = chunk.u.count;
  double* const left = chunk.u.left.reserve(strips * count * kStrip);
  for (Index p = 0; p < chunk.range.panels; ++p)
    for (Index i = 0; i < strips; ++i)
      turn_into_strip(chunk.adjoint.data() + p * size + i * kStrip * kPanel,
                      left + (i * count + p * kPanel) * kStrip);
}

void ChunkSweep::backward(const Segment& segment, Index offset, Chunk& chunk, Workspace& workspace,
                          const StageSlots& slots) const {
  const Scheme& scheme = *network_.scheme;
  const std::size_t stages = scheme.stages();
  const Index size = panel_size(), whole = chunk.range.panels * size;
  double* const pulled = workspace.pulled.reserve(whole);
  // Of schemes with several stages: nu_i, the adjoint of y_i, and mu_i, that of k_i.
  double* const nu = workspace.increments.reserve(stages > 1 ? static_cast<Index>(stages) * whole : 0);
  for (ReusableBuffer& mixed : workspace.mixed) mixed.reserve(stages > 1 ? whole : 0);
  workspace.next_adjoint.reserve(whole);
  const auto slot = [&](long l, std::size_t i) {
    return (offset + l) * static_cast<Index>(stages) + static_cast<Index>(i);
  };
  /// mu of a stage, for lambda at the end of its step.
  const auto place = [&](Index stage, double* lambda) {
    return stages == 1 ? lambda : workspace.mixed[stage % 2].data();
  };
  const auto operand = [&](Index stage, const double* mu) {
    return PairedPanels(PackedWeights::halves(network_.network), mu, size, chunk.range.panels,
                        workspace.sums[stage % 2]);
  };
  const Index end_slot = slot(segment.steps - 1, stages - 1);
  double* mu = place(end_slot, chunk.adjoint.data());
  if (stages > 1) Combination().evaluate(0, whole, scheme.b[stages - 1], chunk.adjoint.data(), mu);
  PairedPanels mu_panels = operand(end_slot, mu);
  mu_panels.pair_up();
  Combination of_later;
  for (long l = segment.steps; l-- > 0;) {
    double* const lambda = chunk.adjoint.data();
    double* const next = workspace.next_adjoint.data();
    for (std::size_t i = stages; i-- > 0;) {
      const Index stage = slot(l, i);
      const bool last = i == 0 && l == 0;
      const std::size_t before = i > 0 ? i - 1 : stages - 1;
      double* const lambda_before = i > 0 ? lambda : next;
      double* const mu_before = place(stage + 1, lambda_before);
      of_later.clear();
      for (std::size_t j = i; i > 0 && j < stages; ++j)
        of_later.add(scheme.a(j, before), nu + static_cast<Index>(j) * whole);
      PairedPanels panels_before = last ? mu_panels : operand(stage + 1, mu_before);
      const double* const base = i + 1 == stages ? lambda : next;
      double* const nu_i = i > 0 ? nu + static_cast<Index>(i) * whole : nullptr;
      strips(weights_.w_transposed, segment.block, time_of(segment.first + l, i), workspace)
          .multiply(
              mu_panels, pulled, size, false, workspace.partial,
              [&](Index p, Index row, Index rows) {
                const Index from = p * size + row * kPanel, count = rows * kPanel;
                dense::panel_kernels().pull_back(count, pulled + from, base + from, mu + from,
                                                 slots.derivative(stage) + from, next + from,
                                                 nu_i ? nu_i + from : nullptr);
                if (stages > 1 && !last)
                  of_later.evaluate(from, from + count, scheme.b[before], lambda_before, mu_before);
              },
              [&](Index pair, Index row, Index rows) {
                if (!last) panels_before.pair_up(pair, row, rows);
              });
      mu = mu_before;
      mu_panels = panels_before;
    }
    std::swap(chunk.adjoint, workspace.next_adjoint);
  }
}

}  // namespace gronwall
