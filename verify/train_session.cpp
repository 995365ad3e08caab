#include "train_session.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <numeric>
#include <string_view>

#include "checker_process.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/report/display_number.hpp"
#include "gronwall/report/progress.hpp"
#include "gronwall/train/digits.hpp"
#include "gronwall/train/monitor.hpp"
#include "train_certificate.hpp"
#include "train_plots.hpp"

namespace gronwall::verify {
namespace {

volatile std::sig_atomic_t received_signal = 0;

extern "C" void note_signal(int signal) {
  constexpr std::string_view kWords =
      "\ngronwall: stopping after this epoch, with a checkpoint; a second time stops at once, and the epochs "
      "since the last checkpoint are lost\n";
  const int error_number = errno;
  received_signal = signal;
  std::signal(signal, SIG_DFL);  // the next one kills
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kWords.data(), kWords.size());
  errno = error_number;
}

/// Notes SIGINT and SIGTERM while it lives.
class SignalWatch {
 public:
  SignalWatch() {
    received_signal = 0;
    for (std::size_t k = 0; k < kSignals.size(); ++k) before_[k] = std::signal(kSignals[k], note_signal);
  }
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch() {
    for (std::size_t k = 0; k < kSignals.size(); ++k) std::signal(kSignals[k], before_[k]);
  }
  int received() const { return received_signal; }

 private:
  static constexpr std::array kSignals{SIGINT, SIGTERM};
  std::array<void (*)(int), 2> before_{};
};

/// Builds the records of metrics.
class Meter {
 public:
  Meter(const RunDirectory& run, const TrainSettings& settings, const TrainTask& task,
        const std::vector<MetricsRecord>& before)
      : run_(run), settings_(settings), task_(task) {
    if (!before.empty()) loss_before_ = before.back().values.front();
    if (settings.monitor > 0) {
      if (!settings.unproved) require_checker();
      const Eigen::Index probes = std::min<Eigen::Index>(settings.probe, task.data.train.size());
      monitor_.emplace(task.options.network, task.start, task.data.train.x.leftCols(probes),
                       task.options.batch.threads);
    }
  }

  MetricsRecord measure(const EpochReport& report, Trainer& trainer, std::uint64_t steps) {
    MetricsRecord record{report.epoch, {report.loss}};
    const auto add = [&](std::optional<double> value) { record.values.push_back(value); };
    const bool classes = task_.data.train.is_classification();
    if (classes) add(report.accuracy);
    if (task_.data.test) {
      const Evaluation test = trainer.evaluate(*task_.data.test);
      add(test.loss);
      if (classes) add(test.accuracy);
    }
    add(report.gradient_norm);
    for (const Weights::Part& part : task_.start.parts())
      add((trainer.weights().flat().segment(part.offset, part.rows * part.columns) -
           task_.start.flat().segment(part.offset, part.rows * part.columns))
              .norm());
    if (monitor_) add_monitor(record, report, trainer, steps);
    loss_before_ = report.loss;
    return record;
  }

  const ProofSummary& proofs() const { return proofs_; }

 private:
  void add_monitor(MetricsRecord& record, const EpochReport& report, Trainer& trainer, std::uint64_t steps) {
    constexpr std::size_t kValues = 7;
    if (report.epoch % static_cast<std::uint64_t>(settings_.monitor) != 0) {
      record.values.resize(record.values.size() + kValues);
      return;
    }
    std::optional<LossHistory> history;
    if (loss_before_ && task_.options.optimiser.method == Method::sgd) {
      const Eigen::Index batch = task_.options.batch_size;
      history = {.rate = task_.options.optimiser.rate,
                 .inputs = batch == 0 ? task_.data.train.size() : batch,
                 .loss_before = *loss_before_,
                 .loss_now = report.loss,
                 .steps = steps};
    }
    const MonitorReport found = monitor_->report(trainer.weights(), history, !settings_.unproved);
    const std::optional<double> proved =
        settings_.unproved ? std::nullopt : prove(found, trainer.weights(), report.epoch);
    const auto if_history = [&](double value, bool holds = true) {
      return history && holds ? std::optional(value) : std::nullopt;
    };
    for (const std::optional<double>& value :
         {std::optional(found.lambda_min), std::optional(found.lambda_max), proved,
          std::optional(found.jacobian_change), std::optional(found.jacobian_norm),
          if_history(found.predicted_decay, task_.options.loss == Loss::squared),
          if_history(found.measured_decay)})
      record.values.push_back(value);
  }

  std::optional<double> prove(const MonitorReport& found, const Weights& weights, std::uint64_t epoch) {
    MonitorProof proof{std::nullopt, found.not_enclosed};
    if (monitor_->enclosed_kernel()) {
      const DiscreteNetwork& network = task_.options.network;
      const NeuralOde model = neural_ode(network.network, weights);
      proof = prove_lambda_min(run_.folder(), epoch, {model, monitor_->probe(), network.steps},
                               *monitor_->enclosed_kernel());
    }
    if (proof.lambda_min) {
      ++proofs_.proved;
      proofs_.last_proved = epoch;
      proofs_.lambda_min = *proof.lambda_min;
    } else {
      ++proofs_.missing;
      proofs_.last_missing = epoch;
      proofs_.why_missing = std::move(proof.why_not);
    }
    return proof.lambda_min;
  }

  const RunDirectory& run_;
  const TrainSettings& settings_;
  const TrainTask& task_;
  std::optional<double> loss_before_;
  std::optional<Monitor> monitor_;
  ProofSummary proofs_;
};

/// The loss to compare later ones to, of a trainer at its start. In a step on the whole set it is that of the
/// first epoch; the mean over the minibatches of an epoch may have exploded before the epoch ends.
std::optional<double> loss_at_start(Trainer& trainer, const TrainTask& task) {
  constexpr Eigen::Index kEnough = 1024;  // inputs
  if (!has_minibatches(task)) return std::nullopt;
  const LabelledData& data = task.data.train;
  std::vector<Eigen::Index> samples(static_cast<std::size_t>(std::min(kEnough, data.size())));
  std::iota(samples.begin(), samples.end(), Eigen::Index{0});
  return trainer.evaluate(subset(data, samples)).loss;
}

/// Too large a step can leave finite weights behind with which the network is constant, so that the loss
/// comes down again and every gradient is zero: such a run has diverged although nothing is infinite.
void require_no_explosion(double loss, double first_loss, const TrainTask& task, std::uint64_t epoch,
                          std::uint64_t step) {
  constexpr double kFactor = 1e6;
  const LabelledData& data = task.data.train;
  const double of_zero = data.y.squaredNorm() / (2 * static_cast<double>(data.size()));
  if (loss <= kFactor * std::max(of_zero, first_loss)) return;
  throw DivergedError("up to step " + std::to_string(step) + " (epoch " + std::to_string(epoch) +
                          ") the loss has grown from " + shortest_text(first_loss) + " to " +
                          shortest_text(loss),
                      step);
}

std::string short_number(double x) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", x);
  return text.data();
}

}  // namespace

SessionResult run_session(RunDirectory& run, Trainer& trainer, const TrainSettings& settings,
                          const TrainTask& task, bool quiet) {
  using Clock = std::chrono::steady_clock;
  const Network& network = task.options.network.network;
  const std::vector<std::string> columns = metric_columns(settings, task);
  std::optional<double> first_loss = loss_at_start(trainer, task);
  std::optional<TrainingState> state = run.checkpoint(network);
  const std::uint64_t done = state ? state->epoch : 0;
  if (state) trainer.restore(std::move(*state));
  state.reset();
  run.begin(columns, done);
  drop_certificates_after(run.folder(), done);

  const auto epochs = static_cast<std::uint64_t>(settings.epochs);
  const SignalWatch watch;
  const std::vector<MetricsRecord> before = run.metrics();
  if (!first_loss && !before.empty()) first_loss = before.front().values.front();
  Meter meter(run, settings, task, before);
  ProgressBar progress(epochs > done ? epochs - done : 0,
                       quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  std::uint64_t all_steps = 0, saved = done;
  double seconds = 0;
  std::string loss_text;
  const auto rate_text = [&] {
    return short_number(static_cast<double>(all_steps) / std::max(seconds, 1e-9)) + " steps/s";
  };

  SessionResult result;
  for (std::uint64_t epoch = done + 1; epoch <= epochs && watch.received() == 0; ++epoch) {
    const std::string label = "epoch " + std::to_string(epoch);
    progress.start(label + loss_text);
    const Clock::time_point start = Clock::now();
    const double seconds_before = seconds;
    std::uint64_t steps_of_epoch = 0;
    const EpochReport report = trainer.epoch([&](std::size_t step, std::size_t steps) {
      ++all_steps;
      ++steps_of_epoch;
      seconds = seconds_before + std::chrono::duration<double>(Clock::now() - start).count();
      progress.advance(static_cast<double>(step) / static_cast<double>(steps),
                       label + loss_text + ", " + rate_text() +
                           (watch.received() != 0 ? "; stopping after this epoch" : ""));
    });
    if (!first_loss) first_loss = report.loss;
    require_no_explosion(report.loss, *first_loss, task, epoch, epoch * steps_of_epoch);
    run.append(meter.measure(report, trainer, steps_of_epoch));
    result.epochs = epoch;
    if (epoch == epochs || epoch % static_cast<std::uint64_t>(settings.checkpoint_every) == 0) {
      run.save(network, trainer.state());
      saved = epoch;
    }
    loss_text = ", loss " + short_number(report.loss);
    progress.finish(label, "loss " + digits17(report.loss) + ", " + rate_text());
  }
  progress.close();
  result.epochs = trainer.finished_epochs();
  if (saved != result.epochs) run.save(network, trainer.state());
  result.signal = result.epochs < epochs ? watch.received() : 0;
  result.steps_per_second = seconds > 0 ? static_cast<double>(all_steps) / seconds : 0;
  result.proofs = meter.proofs();
  result.train = trainer.evaluate(task.data.train);
  if (first_loss && all_steps > 0)
    require_no_explosion(result.train.loss, *first_loss, task, result.epochs,
                         trainer.state().optimiser_steps);
  if (task.data.test) result.test = trainer.evaluate(*task.data.test);
  result.records = run.metrics();
  result.plots = write_plots(run.folder(), columns, result.records);
  return result;
}

}  // namespace gronwall::verify
