#include "gronwall/train/monitor.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "gronwall/kernel/layer_factors.hpp"
#include "gronwall/kernel/tangent_enclosure.hpp"
#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/linalg/symmetric_blocks.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// a^T b.
MatrixXd products(const MatrixXd& a, const MatrixXd& b) {
  MatrixXd c = MatrixXd::Zero(a.cols(), b.cols());
  dense::kernels().f64.multiply_at_b(a.cols(), b.cols(), a.rows(), 1.0, a.data(), a.rows(), b.data(),
                                     b.rows(), c.data(), c.rows());
  return c;
}

VectorXd eigenvalues(const MatrixXd& symmetric) {
  return Eigen::SelfAdjointEigenSolver<MatrixXd>(symmetric, Eigen::EigenvaluesOnly).eigenvalues();
}

double largest_root(const MatrixXd& gram) {
  return std::sqrt(std::max(0.0, eigenvalues(gram).maxCoeff()));
}

/// The gradients of one output of the depth-L ResNet at the inputs `x`, one a column, in the order of
/// Weights.
MatrixXd resnet_gradients(const NeuralOde& model, long depth, Index output, const MatrixXd& x,
                          unsigned threads) {
  constexpr Index kTogether = 8;  // inputs on their way through the layers
  const Index n = model.width(), d = model.input_dimension(), count = x.cols();
  const LayerSweep sweep(model, depth, output);
  MatrixXd gradients(n * (n + d + model.outputs()), count);
  parallel_for(
      static_cast<std::size_t>((count + kTogether - 1) / kTogether),
      [&](std::size_t task) {
        const Index first = static_cast<Index>(task) * kTogether, size = std::min(kTogether, count - first);
        ReusableBuffer memory;
        LayerFactors factors = sweep.factors(x, first, size, 0, memory);
        for (Index i = 0; i < size; ++i) {
          // Column `l size + i` belongs to step l of input i.
          const auto layers = [&](KernelBuffer& of) {
            return Eigen::Map<const MatrixXd, 0, Eigen::OuterStride<>>(of.as<double>() + i * n, n, depth,
                                                                       Eigen::OuterStride<>(n * size));
          };
          const auto end = [&](KernelBuffer& of) {
            return Eigen::Map<const VectorXd>(of.as<double>() + i * n, n);
          };
          double* const column = gradients.col(first + i).data();
          Eigen::Map<MatrixXd>(column, n, d).noalias() =
              (sweep.input_scale() * end(*factors.lambda_start)) * x.col(first + i).transpose();
          Eigen::Map<MatrixXd>(column + n * d, n, n).noalias() =
              sweep.w_scale() * layers(*factors.lambda) * layers(*factors.phi).transpose();
          Eigen::Map<MatrixXd> v(column + n * (d + n), model.outputs(), n);
          v.setZero();
          v.row(output) = sweep.output_scale() * end(*factors.phi_end);
        }
      },
      threads);
  return gradients;
}

}  // namespace

class Monitor::Implementation {
 public:
  Implementation(DiscreteNetwork network, Weights start, MatrixXd probe, unsigned threads, Index output)
      : network_(std::move(network)),
        start_(std::move(start)),
        probe_(std::move(probe)),
        threads_(threads),
        output_(output),
        gradient_(network_, Loss::squared, {.threads = threads, .compression = 0}) {
    const Network& net = network_.network;
    require_inputs(probe_, net.input_dimension);
    if (!probe_.allFinite())
      throw InputError("the probe inputs have a coordinate that is not a finite number");
    if (output < 0 || output >= net.outputs)
      throw InputError("the network has " + std::to_string(net.outputs) +
                       " outputs, counted from 0; there is no output " + std::to_string(output));
    require_weights(start_);
    constexpr Index kTile = Index{1} << 24;  // doubles
    tile_ = std::clamp(kTile / net.parameters(), Index{1}, probe_.cols());
  }

  MonitorReport report(const Weights& weights, const std::optional<LossHistory>& history, bool enclose) {
    require_weights(weights);
    MonitorReport report;
    const MatrixXd change = grams(weights);
    const VectorXd spectrum = eigenvalues(kernel_);
    report.lambda_min = spectrum.minCoeff();
    report.lambda_max = spectrum.maxCoeff();
    report.jacobian_norm = std::sqrt(std::max(0.0, report.lambda_max));
    report.jacobian_change = largest_root(change);
    for (const Weights::Part& part : start_.parts()) {
      const auto block = [&](const Weights& of) {
        return of.flat().segment(part.offset, part.rows * part.columns);
      };
      const double moved = (block(weights) - block(start_)).norm(), size = block(start_).norm();
      report.movement.emplace_back(part.name, size > 0 ? moved / size : moved);
    }
    report.predicted_decay = report.measured_decay = kNan;
    if (history && history->inputs > 0 && history->steps > 0) {
      const double step = history->rate / static_cast<double>(history->inputs);
      const double slowest = 1 - step * report.lambda_min, fastest = 1 - step * report.lambda_max;
      report.predicted_decay = std::max(slowest * slowest, fastest * fastest);
      report.measured_decay =
          std::pow(history->loss_now / history->loss_before, 1 / static_cast<double>(history->steps));
    }
    enclosed_kernel_.reset();
    if (enclose)
      try_to_enclose(weights, report);
    else
      report.not_enclosed = "no enclosure was asked for";
    return report;
  }

  const MatrixXd& kernel() const { return kernel_; }
  const std::optional<EnclosedProduct>& enclosed_kernel() const { return enclosed_kernel_; }
  const MatrixXd& probe() const { return probe_; }

 private:
  void require_weights(const Weights& weights) const {
    const Network& net = network_.network;
    if (weights.flat().size() != net.parameters() || weights.u().rows() != net.width ||
        weights.u().cols() != net.input_dimension)
      throw InputError("these weights belong to a network of other sizes");
    if (!weights.flat().allFinite()) throw InputError("a weight is not a finite number");
  }

  /// The gradients of f at some probe inputs, one a column: those of a squared loss with the target that
  /// makes its derivative by f a power of two for this output, and 0 for the others.
  MatrixXd gradients(const Weights& weights, Index first, Index count) {
    if (network_.network.is_plain() && network_.scheme->name == "euler")
      return resnet_gradients(neural_ode(network_.network, weights), network_.steps, output_,
                              probe_.middleCols(first, count), threads_);
    MatrixXd result(network_.network.parameters(), count);
    for (Index i = 0; i < count; ++i) {
      LabelledData one{.x = probe_.col(first + i), .y = MatrixXd(), .labels = {}};
      one.y = gradient_.outputs(weights, one.x);
      const double f = one.y(output_);
      if (!std::isfinite(f)) throw InputError("the network's outputs at the probe inputs overflow");
      const double derivative = std::exp2(std::ceil(std::log2(std::max(1.0, std::abs(f)))));
      one.y(output_) = f - derivative;
      result.col(i) = gradient_.evaluate(weights, one).gradient.flat() / (f - one.y(output_));
    }
    return result;
  }

  /// Fills kernel_ and returns (J - J_0)(J - J_0)^T.
  MatrixXd grams(const Weights& weights) {
    const Index count = probe_.cols();
    kernel_.resize(count, count);
    MatrixXd change(count, count);
    for (Index a = 0; a < count; a += tile_) {
      const Index rows = std::min(tile_, count - a);
      const MatrixXd now = gradients(weights, a, rows);
      const MatrixXd moved = now - gradients(start_, a, rows);
      place_symmetric(products(now, now), a, a, kernel_);
      place_symmetric(products(moved, moved), a, a, change);
      for (Index b = 0; b < a; b += tile_) {
        const MatrixXd other = gradients(weights, b, tile_);
        place_symmetric(products(now, other), a, b, kernel_);
        place_symmetric(products(moved, other - gradients(start_, b, tile_)), a, b, change);
      }
    }
    return change;
  }

  void try_to_enclose(const Weights& weights, MonitorReport& report) {
    constexpr Index kMostNumbers = Index{1} << 27;
    const Network& net = network_.network;
    if (!net.is_plain() || network_.scheme->name != "euler") {
      report.not_enclosed = "gradients are enclosed for the plain network with Euler steps only";
    } else if (net.parameters() > kMostNumbers / probe_.cols()) {
      report.not_enclosed = "the probe gradients have more than 2^27 numbers: take fewer probe inputs";
    } else if (!net.phi->analyticity().analytic_on_real_line || !net.phi->lipschitz(Ball::kLeastBits) ||
               !net.phi->lipschitz_of_derivative(Ball::kLeastBits)) {
      report.not_enclosed = "gradients are enclosed for analytic activations with Lipschitz derivatives only";
    } else {
      try {
        enclosed_kernel_ =
            enclose_tangent_kernel(neural_ode(net, weights), probe_, network_.steps, output_, threads_);
        report.enclosed_lambda_min = lambda_min_lower_bound(
            enclosed_kernel_->midpoint, EntryRadius::of_entries(enclosed_kernel_->radius));
      } catch (const PrecisionError& error) {
        report.not_enclosed = error.what();
      }
    }
  }

  DiscreteNetwork network_;
  Weights start_;
  MatrixXd probe_;
  unsigned threads_;
  Index output_;
  BatchGradient gradient_;
  Index tile_ = 1;
  MatrixXd kernel_;
  std::optional<EnclosedProduct> enclosed_kernel_;
};

Monitor::Monitor(DiscreteNetwork network, Weights start, MatrixXd probe, unsigned threads, Index output)
    : implementation_(std::make_unique<Implementation>(std::move(network), std::move(start), std::move(probe),
                                                       threads, output)) {}

Monitor::~Monitor() = default;
Monitor::Monitor(Monitor&&) noexcept = default;
Monitor& Monitor::operator=(Monitor&&) noexcept = default;

MonitorReport Monitor::report(const Weights& weights, const std::optional<LossHistory>& history,
                              bool enclose) {
  return implementation_->report(weights, history, enclose);
}

const MatrixXd& Monitor::kernel() const {
  return implementation_->kernel();
}
const std::optional<EnclosedProduct>& Monitor::enclosed_kernel() const {
  return implementation_->enclosed_kernel();
}
const MatrixXd& Monitor::probe() const {
  return implementation_->probe();
}

}  // namespace gronwall
