#include "gronwall/train/adjoint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "gronwall/activation/vector_activation.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

ContinuousOptions options_of(const AdjointSolver& solver) {
  return {.stepper = solver.stepper,
          .absolute_tolerance = solver.tolerance,
          .relative_tolerance = solver.tolerance};
}

/// The formulas of the network with certain weights, for several threads at once.
class ContinuousNetwork {
 public:
  ContinuousNetwork(const Network& network, const VectorActivation& activation, const Weights& weights)
      : network_(network),
        activation_(activation),
        u_(over_root(network.sigma_u, network.input_dimension) * weights.u()),
        v_(over_root(network.sigma_v, network.width) * weights.v()),
        v_transposed_(v_.transpose()),
        field_scale_(over_root(network.sigma_w, network.width)) {
    for (long block = 0; block < network.blocks; ++block) {
      Matrices matrices;
      for (Index k = 0; k < network.matrices_per_block(); ++k) {
        matrices.w.push_back(field_scale_ * weights.w(block, k));
        matrices.transposed.push_back(matrices.w.back().transpose());
      }
      blocks_.push_back(std::move(matrices));
    }
  }

  const Network& network() const { return network_; }
  double field_scale() const { return field_scale_; }

  MatrixXd start(const MatrixXd& x) const { return multiply(u_, x); }
  MatrixXd read_out(const MatrixXd& phi_h) const { return multiply(v_, phi_h); }
  /// Derivative by z_B from the derivative by f.
  MatrixXd adjoint_end(const MatrixXd& slope, const MatrixXd& g) const {
    return slope.cwiseProduct(multiply(v_transposed_, g));
  }

  /// phi and phi' of every entry.
  std::pair<MatrixXd, MatrixXd> activations(const MatrixXd& h) const {
    std::pair<MatrixXd, MatrixXd> result{MatrixXd(h.rows(), h.cols()), MatrixXd(h.rows(), h.cols())};
    activation_.evaluate(h.data(), result.first.data(), result.second.data(), h.size());
    return result;
  }

  /// This object must outlive the field.
  FlowField<double> field(long block) const {
    const Matrices& matrices = blocks_[static_cast<std::size_t>(block)];
    FlowField<double> field{
        .width = network_.width,
        .time = nearest_double(network_.time),
        .phi = [this](const MatrixXd& h) { return activations(h).first; },
        .field = [this, &matrices](const MatrixXd& h,
                                   const double& t) { return gated(matrices.w, activations(h).first, t); },
        .adjoint_field = [this, &matrices](const MatrixXd& h, const MatrixXd& lambda, const double& t)
            -> MatrixXd { return activations(h).second.cwiseProduct(gated(matrices.transposed, lambda, t)); },
        .factors = {}};
    for (Index k = 0; k < network_.matrices_per_block(); ++k)
      field.factors.push_back([this, k](const double& t) { return network_.gate_factor(k, t); });
    return field;
  }

 private:
  struct Matrices {
    std::vector<MatrixXd> w, transposed;
  };

  /// (sum_k c_k(t) M_k) a.
  MatrixXd gated(const std::vector<MatrixXd>& matrices, const MatrixXd& a, double t) const {
    if (network_.gate == Gate::none) return multiply(matrices[0], a);
    MatrixXd sum = network_.gate_factor(0, t) * matrices[0];
    for (std::size_t k = 1; k < matrices.size(); ++k)
      sum += network_.gate_factor(static_cast<Index>(k), t) * matrices[k];
    return multiply(sum, a);
  }

  const Network& network_;
  const VectorActivation& activation_;
  MatrixXd u_, v_, v_transposed_;
  double field_scale_;
  std::vector<Matrices> blocks_;
};

/// Weights or outputs out of range are reported as states are.
void require_finite(const MatrixXd& m) {
  if (!m.allFinite()) throw BlowUpError("the numbers of the network overflow", 0);
}

/// One group of samples on its way through the blocks and back.
class GroupAdjoint {
 public:
  GroupAdjoint(const ContinuousNetwork& net, const AdjointSolver& solver) : net_(net), solver_(solver) {}

  /// f.
  MatrixXd forward(const MatrixXd& x) {
    const Network& network = net_.network();
    MatrixXd z = net_.start(x);
    for (long block = 0; block < network.blocks; ++block) {
      require_finite(z);
      flows_.emplace_back(net_.field(block), options_of(solver_), kDoubleBits);
      MatrixXd end = flows_.back().forward(z);
      if (network.skip != 0) {
        z = end + network.skip * z;
      } else {
        z = end;
      }
      ends_.push_back(std::move(end));
    }
    std::tie(phi_end_, slope_end_) = net_.activations(z);
    return net_.read_out(phi_end_);
  }

  /// Adds the gradient of <G, f> to `sum`, given the inputs of `forward`.
  void backward(const MatrixXd& x, const MatrixXd& g, Weights& sum) {
    const Network& network = net_.network();
    MatrixXd lambda = net_.adjoint_end(slope_end_, g);
    require_finite(lambda);
    for (long block = network.blocks; block-- > 0;) {
      const auto b = static_cast<std::size_t>(block);
      const auto back = solver_.reconstruct_backward ? flows_[b].backward_reconstructing(ends_[b], lambda)
                                                     : flows_[b].backward(lambda);
      for (Index k = 0; k < network.matrices_per_block(); ++k)
        sum.w(block, k) += net_.field_scale() * back.integrals[static_cast<std::size_t>(k)];
      lambda = back.adjoint + network.skip * lambda;
    }
    sum.u() += over_root(network.sigma_u, network.input_dimension) * multiply(lambda, x.transpose());
    sum.v() += over_root(network.sigma_v, network.width) * multiply(g, phi_end_.transpose());
  }

  const std::vector<FlowAdjoint<double>>& flows() const { return flows_; }

 private:
  const ContinuousNetwork& net_;
  const AdjointSolver& solver_;
  std::vector<FlowAdjoint<double>> flows_;
  std::vector<MatrixXd> ends_;
  MatrixXd phi_end_, slope_end_;
};

/// What a group gives.
struct GroupResult {
  double loss = 0;
  Index correct = 0;
  Weights gradient;
  StepStatistics forward, backward;
};

}  // namespace

void AdjointSolver::check() const {
  if (!(tolerance > 0 && tolerance < 1))
    throw InputError("the tolerance of the adjoint solver must lie between 0 and 1");
  // `integrate` knows its steppers: one step of h' = 0 with step control.
  const Field<double> nothing = [](const State<double>&, State<double>& derivative, const double&) {
    derivative.setZero();
  };
  integrate<double>(nothing, State<double>::Zero(1), 0, 1, {.stepper = stepper});
}

class AdjointGradient::Engine {
 public:
  Engine(Network network, AdjointSolver solver, Loss loss, unsigned threads)
      : network_(std::move(network)),
        solver_(std::move(solver)),
        loss_(loss),
        threads_(threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency())),
        activation_(*network_.phi) {
    constexpr Index kTrajectories = Index{1} << 24, kMost = 256;  // doubles; samples
    // The trajectory of each block, and those of states and adjoints under way.
    const Index each = network_.width * (network_.blocks + 3) *
                       FlowAdjoint<double>::numbers_per_component(options_of(solver_));
    group_size_ = std::clamp(kTrajectories / each, Index{1}, kMost);
  }

  const BatchResult& evaluate(const Weights& weights, const LabelledData& data,
                              std::span<const Index> samples) {
    require_data(data, network_.input_dimension, network_.outputs, loss_);
    std::vector<Index> all;
    if (samples.empty()) {
      all.resize(static_cast<std::size_t>(data.size()));
      std::iota(all.begin(), all.end(), Index{0});
      samples = all;
    }
    result_ = BatchResult();
    result_.gradient = Weights(network_);
    forward_ = backward_ = StepStatistics();
    const ContinuousNetwork net(network_, activation_, weights);
    try {
      in_groups<GroupResult>(
          static_cast<Index>(samples.size()),
          [&](Index first, Index count) {
            return group(net, data,
                         samples.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
          },
          [&](Index, GroupResult part) {
            result_.loss += part.loss;
            result_.correct += part.correct;
            result_.gradient.flat() += part.gradient.flat();
            forward_ += part.forward;
            backward_ += part.backward;
          });
    } catch (const BlowUpError&) {
      result_.loss = std::numeric_limits<double>::quiet_NaN();
      result_.gradient.flat().setConstant(result_.loss);
    }
    return result_;
  }

  MatrixXd outputs(const Weights& weights, const MatrixXd& x) {
    require_inputs(x, network_.input_dimension);
    const ContinuousNetwork net(network_, activation_, weights);
    MatrixXd f(network_.outputs, x.cols());
    in_groups<MatrixXd>(
        x.cols(),
        [&](Index first, Index count) -> MatrixXd {
          try {
            return GroupAdjoint(net, solver_).forward(x.middleCols(first, count));
          } catch (const BlowUpError&) {
            return MatrixXd::Constant(network_.outputs, count, std::numeric_limits<double>::quiet_NaN());
          }
        },
        [&](Index first, const MatrixXd& part) { f.middleCols(first, part.cols()) = part; });
    return f;
  }

  const StepStatistics& forward_steps() const { return forward_; }
  const StepStatistics& backward_steps() const { return backward_; }

 private:
  /// `work(first, count)` for each group, as many at a time as there are threads; `take(first, result)` in
  /// order.
  template <class Result, class Work, class Take>
  void in_groups(Index count, const Work& work, const Take& take) const {
    const Index groups = (count + group_size_ - 1) / group_size_;
    for (Index wave = 0; wave < groups; wave += threads_) {
      std::vector<Result> results(static_cast<std::size_t>(std::min<Index>(threads_, groups - wave)));
      const auto first = [&](std::size_t i) { return (wave + static_cast<Index>(i)) * group_size_; };
      parallel_for(
          results.size(),
          [&](std::size_t i) { results[i] = work(first(i), std::min(group_size_, count - first(i))); },
          threads_);
      for (std::size_t i = 0; i < results.size(); ++i) take(first(i), std::move(results[i]));
    }
  }

  GroupResult group(const ContinuousNetwork& net, const LabelledData& data,
                    std::span<const Index> samples) const {
    const auto count = static_cast<Index>(samples.size());
    MatrixXd x(network_.input_dimension, count), g(network_.outputs, count);
    for (Index j = 0; j < count; ++j) x.col(j) = data.x.col(samples[static_cast<std::size_t>(j)]);
    GroupAdjoint adjoint(net, solver_);
    const MatrixXd f = adjoint.forward(x);
    GroupResult result;
    for (Index j = 0; j < count; ++j) {
      const Index sample = samples[static_cast<std::size_t>(j)];
      const std::int32_t label = data.is_classification() ? data.labels[static_cast<std::size_t>(sample)] : 0;
      result.loss += loss_at(loss_, f.col(j).data(), data.y.col(sample).data(), label, network_.outputs,
                             g.col(j).data());
      if (data.is_classification() && predicted_class(f.col(j).data(), network_.outputs) == label)
        ++result.correct;
    }
    result.gradient = Weights(network_);
    adjoint.backward(x, g, result.gradient);
    for (const FlowAdjoint<double>& flow : adjoint.flows()) {
      result.forward += flow.forward_steps();
      result.backward += flow.backward_steps();
    }
    return result;
  }

  Network network_;
  AdjointSolver solver_;
  Loss loss_;
  unsigned threads_;
  VectorActivation activation_;
  Index group_size_ = 1;
  BatchResult result_;
  StepStatistics forward_, backward_;
};

AdjointGradient::AdjointGradient(Network network, AdjointSolver solver, Loss loss, unsigned threads) {
  network.check();
  solver.check();
  engine_ = std::make_unique<Engine>(std::move(network), std::move(solver), loss, threads);
}

AdjointGradient::~AdjointGradient() = default;
AdjointGradient::AdjointGradient(AdjointGradient&&) noexcept = default;
AdjointGradient& AdjointGradient::operator=(AdjointGradient&&) noexcept = default;

const BatchResult& AdjointGradient::evaluate(const Weights& weights, const LabelledData& data,
                                             std::span<const Index> samples) {
  return engine_->evaluate(weights, data, samples);
}

MatrixXd AdjointGradient::outputs(const Weights& weights, const MatrixXd& x) {
  return engine_->outputs(weights, x);
}

const StepStatistics& AdjointGradient::forward_steps() const {
  return engine_->forward_steps();
}

const StepStatistics& AdjointGradient::backward_steps() const {
  return engine_->backward_steps();
}

GradientComparison compare_gradients(const DiscreteNetwork& network, const Weights& weights,
                                     const LabelledData& data, Loss loss, const AdjointSolver& solver,
                                     std::span<const Index> samples, unsigned threads) {
  BatchGradient discrete(network, loss, {.threads = threads});
  AdjointGradient continuous(network.network, solver, loss, threads);
  const BatchResult& d = discrete.evaluate(weights, data, samples);
  const BatchResult& c = continuous.evaluate(weights, data, samples);
  const auto relative = [&](Index offset, Index size) {
    const auto of = [&](const BatchResult& r) { return r.gradient.flat().segment(offset, size); };
    const double difference = (of(d) - of(c)).norm();
    return difference == 0 ? 0 : difference / of(c).norm();
  };
  GradientComparison result{.discrete_loss = d.loss,
                            .continuous_loss = c.loss,
                            .relative_difference = relative(0, d.gradient.flat().size()),
                            .parts = {}};
  for (const Weights::Part& part : weights.parts())
    result.parts.push_back({part.name, relative(part.offset, part.rows * part.columns)});
  return result;
}

}  // namespace gronwall
