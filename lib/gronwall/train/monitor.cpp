#include "gronwall/train/monitor.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/linalg/product.hpp"
#include "gronwall/linalg/symmetric_blocks.hpp"
#include "gronwall/model/gradient_enclosure.hpp"
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

/// Gradients with proved errors, one a column.
struct EnclosedRows {
  MatrixXd gradients;
  std::vector<UpperBound> errors;
};

EnclosedRows enclosed_rows(const NeuralOde& model, const MatrixXd& probe, long depth, Index output,
                           unsigned threads) {
  const Index n = model.width(), d = model.input_dimension(), count = probe.cols();
  EnclosedRows rows{MatrixXd(n * (n + d + 1), count),
                    std::vector<UpperBound>(static_cast<std::size_t>(count))};
  parallel_for(
      static_cast<std::size_t>(count),
      [&](std::size_t i) {
        const auto column = static_cast<Index>(i);
        const EnclosedGradient g = enclose_resnet_gradient(model, probe.col(column), depth, output);
        rows.gradients.col(column) << g.u.reshaped(), g.w.reshaped(), g.v;
        rows.errors[i] = g.error();
      },
      threads);
  return rows;
}

/// The lower bound for the exact network: from the enclosed rows alone.
double proved_lambda_min(const EnclosedRows& rows) {
  if (!rows.gradients.allFinite()) throw PrecisionError("the enclosed gradients overflow");
  const EnclosedProduct gram = enclosed_gram(rows.gradients, rows.errors);
  if (!gram.radius.allFinite()) throw PrecisionError("the bounds of the tangent kernel overflow");
  return enclose_lambda_min(gram.midpoint, EntryRadius::of_entries(gram.radius)).lower;
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

  MonitorReport report(const Weights& weights, const std::optional<LossHistory>& history, bool prove) {
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
    if (prove)
      try_to_prove(weights, report);
    else
      report.not_proved = "no proof was asked for";
    return report;
  }

  const MatrixXd& kernel() const { return kernel_; }

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

  void try_to_prove(const Weights& weights, MonitorReport& report) const {
    constexpr Index kMostNumbers = Index{1} << 26;
    const Network& net = network_.network;
    if (!net.is_plain() || network_.scheme->name != "euler") {
      report.not_proved = "gradients are enclosed for the plain network with Euler steps only";
    } else if (net.parameters() > kMostNumbers / probe_.cols()) {
      report.not_proved = "the probe gradients have more than 2^26 numbers: take fewer probe inputs";
    } else if (!net.phi->analyticity().analytic_on_real_line || !net.phi->lipschitz(Ball::kLeastBits) ||
               !net.phi->lipschitz_of_derivative(Ball::kLeastBits)) {
      report.not_proved = "gradients are enclosed for analytic activations with Lipschitz derivatives only";
    } else {
      try {
        report.proved_lambda_min = proved_lambda_min(
            enclosed_rows(neural_ode(net, weights), probe_, network_.steps, output_, threads_));
      } catch (const PrecisionError& error) {
        report.not_proved = error.what();
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
};

Monitor::Monitor(DiscreteNetwork network, Weights start, MatrixXd probe, unsigned threads, Index output)
    : implementation_(std::make_unique<Implementation>(std::move(network), std::move(start), std::move(probe),
                                                       threads, output)) {}

Monitor::~Monitor() = default;
Monitor::Monitor(Monitor&&) noexcept = default;
Monitor& Monitor::operator=(Monitor&&) noexcept = default;

MonitorReport Monitor::report(const Weights& weights, const std::optional<LossHistory>& history, bool prove) {
  return implementation_->report(weights, history, prove);
}

const MatrixXd& Monitor::kernel() const {
  return implementation_->kernel();
}

}  // namespace gronwall
