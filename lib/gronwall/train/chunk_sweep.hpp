#pragma once
/// \file A chunk of a batch on its way through the network and back.
///
/// A chunk is a few panels of samples, so few that what a step works on stays in cache. On the way there the
/// activations and their derivatives of every stage of every step are stored; on the way back the adjoints
/// take the derivatives' places. What the gradient needs of them is written as factors, ready for
/// OuterProducts.

#include <vector>

#include "gronwall/activation/vector_activation.hpp"
#include "gronwall/train/batch_gradient.hpp"
#include "gronwall/train/panel_matrix.hpp"
#include "gronwall/train/time_compression.hpp"
#include "gronwall/train/winograd_product.hpp"

namespace gronwall {

/// A run of steps within one block.
struct Segment {
  long block;
  long first;  ///< step
  long steps;
};

/// Segments whose states are stored at the same time.
using SegmentGroup = std::vector<Segment>;

/// All of a batch's layout: which states are stored together.
std::vector<SegmentGroup> segment_groups(const DiscreteNetwork& network, bool checkpoints);

/// The weights in strips, with all scales of the step in them.
struct PackedWeights {
  Strips u;                     ///< (sigma_u/sqrt d) U
  std::vector<SquareStrips> w;  ///< (T/L)(sigma_w/sqrt n) W, block by block, gate by gate
  std::vector<SquareStrips> w_transposed;
  Strips v;  ///< (sigma_v/sqrt n) V
  Strips v_transposed;

  void pack(const DiscreteNetwork& network, const Weights& weights, bool backward, unsigned threads);
  /// How the W are halved: not if they change from step to step, as sums of them would have to.
  static Halves halves(const Network& network) {
    return network.gate == Gate::none ? Halves(network.width) : Halves();
  }
};

/// Factors of one sum of outer products: `left` in strips, `right` in panels, a contraction over `count`.
struct Factors {
  Eigen::Index count = 0;
  ReusableBuffer left, right;
};
/// Those of a segment's W gradients: one left factor for each gate.
struct SegmentFactors {
  Eigen::Index count = 0;
  Eigen::Index terms = 0;
  Energies energies;
  std::vector<ReusableBuffer> left;
  ReusableBuffer right;
};

/// Which samples of a batch make a chunk.
struct ChunkRange {
  Eigen::Index first = 0;  ///< position in the batch
  Eigen::Index samples = 0;
  Eigen::Index panels = 0;
};

/// A chunk's own memory, kept while the groups of segments are gone through.
struct Chunk {
  ChunkRange range;
  std::vector<ReusableBuffer> starts;  ///< states at the beginning of each group but the last
  ReusableBuffer adjoint;              ///< lambda at the beginning of the group last gone through
  ReusableBuffer skip_adjoint;         ///< lambda at the end of the block under way
  Factors u, v;
  std::vector<SegmentFactors> segments;  ///< of the group last gone through
  double loss = 0;
  Eigen::Index correct = 0;
};

/// Memory for one chunk at a time.
struct Workspace {
  ReusableBuffer values, derivatives;  ///< by stage
  ReusableBuffer state, next_state, stage_state, increments, block_start;
  ReusableBuffer next_adjoint, pulled, mixed[2];
  ReusableBuffer sums[2], partial;  ///< of PairedPanels and SquareStrips::multiply
  ReusableBuffer inputs, outputs, end_value, end_derivative, tiles, sequence;
  SquareStrips gated;
};

/// Where a chunk's activations and derivatives lie, stage by stage.
struct StageSlots {
  double* values;
  double* derivatives;
  Eigen::Index stride;
  bool keep;  ///< else only two of them at a time

  double* value(Eigen::Index stage) const { return values + (keep ? stage : stage % 2) * stride; }
  double* derivative(Eigen::Index stage) const { return derivatives + (keep ? stage : stage % 2) * stride; }
};

/// Runs chunks forward and backward. Immutable during a batch, for several threads at once.
class ChunkSweep {
 public:
  ChunkSweep(const DiscreteNetwork& network, Loss loss, double compression, bool checkpoints);

  const DiscreteNetwork& network() const { return network_; }
  const std::vector<SegmentGroup>& groups() const { return groups_; }
  PackedWeights& weights() { return weights_; }

  /// Doubles of W factors that a chunk with so many samples makes at most for a group, as far as it is known
  /// beforehand.
  Eigen::Index factor_size(Eigen::Index samples) const;

  /// f of the chunk's columns of x (`columns` gives their numbers), written to `out`, outputs x N.
  void outputs(const Eigen::MatrixXd& x, const ChunkRange& range, Workspace& workspace,
               Eigen::MatrixXd& out) const;
  /// Forward, loss, and backward through the last group of segments.
  void there_and_back(const LabelledData& data, std::span<const Eigen::Index> columns, Chunk& chunk,
                      Workspace& workspace) const;
  /// Forward and backward through an earlier group; groups come in descending order.
  void back(std::size_t group, Chunk& chunk, Workspace& workspace) const;

  Eigen::Index panel_rows() const { return strips_of(network_.network.width) * kStrip; }

 private:
  enum class Keep { all, none };

  Eigen::Index panel_size() const { return panel_rows() * kPanel; }
  StageSlots slots(Workspace& workspace, Eigen::Index panels, Keep keep, const SegmentGroup* group) const;

  template <class Column>
  void load_inputs(const Column& column, const ChunkRange& range, double* panels) const;
  void start(const double* inputs, const ChunkRange& range, double* state) const;
  void forward(const SegmentGroup& group, const ChunkRange& range, Workspace& workspace,
               const StageSlots& slots) const;
  void forward(const Segment& segment, Eigen::Index offset, const ChunkRange& range, Workspace& workspace,
               const StageSlots& slots) const;
  void read_out(const ChunkRange& range, Workspace& workspace) const;
  void loss_and_end(const LabelledData& data, std::span<const Eigen::Index> columns, Chunk& chunk,
                    Workspace& workspace) const;
  void backward(std::size_t group, Chunk& chunk, Workspace& workspace, const StageSlots& slots) const;
  void backward(const Segment& segment, Eigen::Index offset, Chunk& chunk, Workspace& workspace,
                const StageSlots& slots) const;
  void write_factors(const Segment& segment, Eigen::Index offset, const Chunk& chunk, Workspace& workspace,
                     const StageSlots& slots, SegmentFactors& factors) const;
  void write_all(const Segment& segment, Eigen::Index offset, const Chunk& chunk, const StageSlots& slots,
                 SegmentFactors& factors) const;
  bool write_compressed(const Segment& segment, Eigen::Index offset, const Chunk& chunk, Workspace& workspace,
                        const StageSlots& slots, Eigen::Index terms, SegmentFactors& factors) const;
  Eigen::Index expected_terms(const Segment& segment, Eigen::Index offset, const Chunk& chunk,
                              Workspace& workspace, const StageSlots& slots) const;
  const StepPolynomials& polynomials(long steps) const;
  const SquareStrips& strips(const std::vector<SquareStrips>& of, long block, double time,
                             Workspace& workspace) const;
  double time_of(long step, std::size_t stage) const;
  /// The factors of gate `gate` at the steps of a segment, for one stage.
  std::vector<double> gate_factors(const Segment& segment, std::size_t stage, Eigen::Index gate) const;

  DiscreteNetwork network_;
  Loss loss_;
  double compression_;
  VectorActivation activation_;
  std::vector<SegmentGroup> groups_;
  std::vector<StepPolynomials> polynomials_;
  PackedWeights weights_;
};

}  // namespace gronwall
