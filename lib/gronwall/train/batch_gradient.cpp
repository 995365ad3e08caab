#include "gronwall/train/batch_gradient.hpp"

#include <cmath>
#include <mutex>
#include <numeric>

#include "gronwall/linalg/parallel.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/chunk_sweep.hpp"

namespace gronwall {

using Eigen::Index;

void DiscreteNetwork::check() const {
  network.check();
  if (scheme == nullptr) throw InputError("a discrete network needs a scheme");
  if (steps < 1) throw InputError("the number of steps must be at least 1, not " + std::to_string(steps));
}

namespace {

/// Chunks of at most kMostPanels panels, nearly equal, the larger ones first: then threads that take one
/// after the other end at nearly the same time, also in each wave of kMultiple chunks. Of whole pairs of
/// panels, if it pays to pair them and there are enough.
std::vector<ChunkRange> chunks_of(Index samples, bool pairs) {
  constexpr Index kMostPanels = 6, kMultiple = 4;
  const Index panels = panels_of(samples), unit = pairs && panels >= 2 * kMultiple ? 2 : 1;
  const Index units = (panels + unit - 1) / unit;
  Index count = (panels + kMostPanels - 1) / kMostPanels;
  count = std::min(units, (count + kMultiple - 1) / kMultiple * kMultiple);
  std::vector<ChunkRange> chunks(static_cast<std::size_t>(count));
  for (Index c = 0; c < count; ++c) {
    ChunkRange& chunk = chunks[static_cast<std::size_t>(c)];
    const auto boundary = [&](Index i) {
      return std::min(panels, (units / count * i + std::min(i, units % count)) * unit);
    };
    const Index begin = boundary(c), end = boundary(c + 1);
    chunk.first = begin * kPanel;
    chunk.panels = end - begin;
    chunk.samples = std::min(samples, end * kPanel) - chunk.first;
  }
  return chunks;
}

/// Workspaces for as many threads as ask at the same time.
class WorkspacePool {
 public:
  template <class Task>
  void with(const Task& task) {
    std::unique_ptr<Workspace> workspace;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        workspace = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!workspace) workspace = std::make_unique<Workspace>();
    task(*workspace);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(workspace));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> idle_;
};

}  // namespace

class BatchGradient::Engine {
 public:
  Engine(const DiscreteNetwork& network, Loss loss, const BatchOptions& options)
      : sweep_(network, loss, options.compression, options.checkpoints),
        loss_(loss),
        options_(options),
        u_(network.network.width, network.network.input_dimension),
        v_(network.network.outputs, network.network.width) {
    for (Index k = 0; k < network.network.blocks * network.network.matrices_per_block(); ++k)
      w_.emplace_back(network.network.width, network.network.width);
  }

  const DiscreteNetwork& network() const { return sweep_.network(); }

  const BatchResult& evaluate(const Weights& weights, const LabelledData& data,
                              std::span<const Index> samples) {
    const Network& net = network().network;
    require_data(data, net.input_dimension, net.outputs, loss_);
    std::vector<Index> all;
    if (samples.empty()) {
      all.resize(static_cast<std::size_t>(data.size()));
      std::iota(all.begin(), all.end(), Index{0});
      samples = all;
    }
    sweep_.weights().pack(network(), weights, true, options_.threads);
    prepare(static_cast<Index>(samples.size()));
    result_.loss = 0;
    result_.correct = 0;
    result_.left_out = 0;
    result_.terms = 0;
    for (std::size_t wave = 0; wave < ranges_.size(); wave += chunks_.size()) {
      const std::size_t count = std::min(ranges_.size() - wave, chunks_.size());
      for (std::size_t c = 0; c < count; ++c) chunks_[c].range = ranges_[wave + c];
      for_chunks(count, [&](Chunk& chunk, Workspace& workspace) {
        sweep_.there_and_back(data, samples, chunk, workspace);
      });
      const std::size_t groups = sweep_.groups().size();
      for (std::size_t group = groups; group-- > 0;) {
        if (group + 1 < groups)
          for_chunks(count,
                     [&](Chunk& chunk, Workspace& workspace) { sweep_.back(group, chunk, workspace); });
        add_products(wave == 0, count, group);
      }
      for (std::size_t c = 0; c < count; ++c) {
        result_.loss += chunks_[c].loss;
        result_.correct += chunks_[c].correct;
      }
    }
    write_gradient();
    return result_;
  }

  Eigen::MatrixXd outputs(const Weights& weights, const Eigen::MatrixXd& x) {
    require_inputs(x, network().network.input_dimension);
    sweep_.weights().pack(network(), weights, false, options_.threads);
    Eigen::MatrixXd result(network().network.outputs, x.cols());
    const std::vector<ChunkRange> ranges = chunks_of(x.cols(), in_pairs());
    parallel_for(
        ranges.size(),
        [&](std::size_t c) {
          pool_.with([&](Workspace& workspace) { sweep_.outputs(x, ranges[c], workspace, result); });
        },
        options_.threads);
    return result;
  }

 private:
  bool in_pairs() const { return PackedWeights::halves(network().network).half > 0; }

  void prepare(Index samples) {
    if (samples == samples_) return;
    samples_ = samples;
    ranges_ = chunks_of(samples, in_pairs());
    // Factors of one wave are held at a time: enough chunks for several threads, not more memory than needed.
    constexpr std::size_t kFewest = 4;
    Index panels = 0;
    for (const ChunkRange& range : ranges_) panels = std::max(panels, range.panels);
    const auto each = static_cast<std::size_t>(sweep_.factor_size(panels * kPanel));
    const std::size_t fit = options_.factor_memory / (each * sizeof(double)) / kFewest * kFewest;
    chunks_ = std::vector<Chunk>(std::min(ranges_.size(), std::max(kFewest, fit)));
  }

  template <class Task>
  void for_chunks(std::size_t count, const Task& task) {
    parallel_for(
        count, [&](std::size_t i) { pool_.with([&](Workspace& workspace) { task(chunks_[i], workspace); }); },
        options_.threads);
  }

  /// A part of one sum of products that one thread forms.
  struct Part {
    OuterProducts* products;
    Index begin, end;
    std::function<void(const Part&, const Chunk&, bool)> add;
  };

  /// Adds what the chunks of a wave have to give after `group`. Every sum runs over chunks in order.
  void add_products(bool first_wave, std::size_t count, std::size_t group) {
    const std::vector<SegmentGroup>& groups = sweep_.groups();
    const Network& net = network().network;
    const Index gates = net.matrices_per_block();
    std::vector<Part> parts;
    const auto add_parts = [&](OuterProducts& products, const auto& add) {
      constexpr Index kPanelsAtOnce = 6;
      products.start();
      for (Index p = 0; p < products.panels(); p += kPanelsAtOnce)
        parts.push_back({&products, p, std::min(products.panels(), p + kPanelsAtOnce), add});
    };
    for (std::size_t s = 0; s < groups[group].size(); ++s)
      for (Index gate = 0; gate < gates; ++gate) {
        const Segment& segment = groups[group][s];
        const auto slot = static_cast<std::size_t>(segment.block * gates + gate);
        // The last segment of a block comes first.
        const bool fresh = first_wave && segment.first + segment.steps == network().steps;
        add_parts(w_[slot], [=](const Part& part, const Chunk& chunk, bool first_chunk) {
          const SegmentFactors& factors = chunk.segments[s];
          part.products->add(part.begin, part.end, factors.count,
                             factors.left[static_cast<std::size_t>(gate)].data(), factors.right.data(),
                             fresh && first_chunk);
        });
      }
    if (group + 1 == groups.size())
      add_parts(v_, [=](const Part& part, const Chunk& chunk, bool first_chunk) {
        part.products->add(part.begin, part.end, chunk.v.count, chunk.v.left.data(), chunk.v.right.data(),
                           first_wave && first_chunk);
      });
    if (group == 0)
      add_parts(u_, [=](const Part& part, const Chunk& chunk, bool first_chunk) {
        part.products->add(part.begin, part.end, chunk.u.count, chunk.u.left.data(), chunk.u.right.data(),
                           first_wave && first_chunk);
      });
    parallel_for(
        parts.size(),
        [&](std::size_t i) {
          for (std::size_t c = 0; c < count; ++c) parts[i].add(parts[i], chunks_[c], c == 0);
        },
        options_.threads);
    for (std::size_t c = 0; c < count; ++c)
      for (const SegmentFactors& factors : chunks_[c].segments) {
        result_.left_out += factors.energies.bound();
        result_.terms = std::max(result_.terms, factors.terms);
      }
  }

  void write_gradient() {
    const Network& net = network().network;
    const double w_factor = nearest_double(net.time / network().steps) * over_root(net.sigma_w, net.width);
    if (result_.gradient.flat().size() != net.parameters()) result_.gradient = Weights(net);
    struct Target {
      const OuterProducts* products;
      double factor;
      Weights::Map out;
    };
    std::vector<Target> targets = {{&u_, over_root(net.sigma_u, net.input_dimension), result_.gradient.u()},
                                   {&v_, over_root(net.sigma_v, net.width), result_.gradient.v()}};
    const Index gates = net.matrices_per_block();
    for (std::size_t k = 0; k < w_.size(); ++k)
      targets.push_back({&w_[k], w_factor,
                         result_.gradient.w(static_cast<long>(k) / gates, static_cast<Index>(k) % gates)});
    for (const Target& target : targets)
      parallel_for(
          static_cast<std::size_t>(target.products->panels()),
          [&](std::size_t p) {
            const auto panel = static_cast<Index>(p);
            target.products->write(panel, panel + 1, target.factor, target.out);
          },
          options_.threads);
    result_.left_out *= w_factor;
  }

  ChunkSweep sweep_;
  Loss loss_;
  BatchOptions options_;
  Index samples_ = 0;
  std::vector<ChunkRange> ranges_;
  std::vector<Chunk> chunks_;  ///< those of a wave
  WorkspacePool pool_;
  std::vector<OuterProducts> w_;
  OuterProducts u_, v_;
  BatchResult result_;
};

BatchGradient::BatchGradient(DiscreteNetwork network, Loss loss, BatchOptions options) {
  network.check();
  if (!(options.compression >= 0 && options.compression < 1))
    throw InputError("the tolerance of compression must lie in [0, 1): 0 switches it off");
  engine_ = std::make_unique<Engine>(network, loss, options);
}

BatchGradient::~BatchGradient() = default;
BatchGradient::BatchGradient(BatchGradient&&) noexcept = default;
BatchGradient& BatchGradient::operator=(BatchGradient&&) noexcept = default;

const DiscreteNetwork& BatchGradient::network() const {
  return engine_->network();
}

const BatchResult& BatchGradient::evaluate(const Weights& weights, const LabelledData& data,
                                           std::span<const Index> samples) {
  return engine_->evaluate(weights, data, samples);
}

Eigen::MatrixXd BatchGradient::outputs(const Weights& weights, const Eigen::MatrixXd& x) {
  return engine_->outputs(weights, x);
}

}  // namespace gronwall
