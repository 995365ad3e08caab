#pragma once
/// \file From the settings of a run to what the trainer needs.

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gronwall/train/labelled_data.hpp"
#include "gronwall/train/run_directory.hpp"
#include "gronwall/train/trainer.hpp"
#include "train_settings.hpp"

namespace gronwall::verify {

/// A file or generator that a run took something from.
struct Origin {
  std::string role;  ///< "training inputs", "initial U", ...
  PointSource source;
};

/// Inputs to train on and to test on.
struct TrainingData {
  LabelledData train;
  std::optional<LabelledData> test;
  std::vector<Origin> origins;
};

/// Everything a run computes with.
struct TrainTask {
  TrainingData data;
  Weights start;
  std::vector<Origin> origins;  ///< of data and initial weights
  TrainingOptions options;
};

/// Whether the settings ask for inputs on the sphere.
Normalisation chosen_normalisation(const TrainSettings& settings);

/// The network of the settings, with these input dimension and outputs, and how it is discretised. \throws
/// InputError as DiscreteNetwork::check.
DiscreteNetwork network_of(const TrainSettings& settings, Eigen::Index dimension, Eigen::Index outputs);

/// The solver of the adjoint equation, whether or not it trains.
AdjointSolver adjoint_solver(const TrainSettings& settings);

/// What a trainer of the settings needs besides data. \throws InputError.
TrainingOptions training_options(const TrainSettings& settings, Eigen::Index dimension, Eigen::Index outputs,
                                 unsigned threads);

/// Whether inputs have classes, and not only targets.
bool learns_classes(const TrainSettings& settings);

/// Loads or generates data and initial weights. `settings.rate` must be a number, or stays open as
/// "provable". \throws InputError, FileError.
TrainTask make_task(const TrainSettings& settings, unsigned threads);

/// Whether a step is on a part of the training set.
bool has_minibatches(const TrainTask& task);

/// The rate as a number. \throws InputError unless it is one.
double rate_of(const TrainSettings& settings);

/// The configuration file of a run: settings, network, and the sha256 of every file, so that the same run can
/// be made again.
std::string config_text(const TrainSettings& settings, const TrainTask& task, const std::string& rate_rule);

/// A run's configuration, read back.
struct RunConfig {
  TrainSettings settings;
  Network network;
  std::vector<Origin> origins;
  std::string rate_rule;
};
/// \throws InputError for another format or version, for a part that is missing or unknown, and for a
/// configuration that is not as it was written (but for the number of epochs, of those between checkpoints,
/// and where files are), naming `folder`. The first runs had no hash to tell by: they are believed, but for a
/// rate that is not the one their rule speaks of.
RunConfig read_config(const std::string& text, const std::filesystem::path& folder);

/// \throws InputError naming a file whose sha256 is not the one of the configuration, and `consequence`.
void require_same_origins(const std::vector<Origin>& now, const RunConfig& config,
                          const std::string& consequence = "put the old file back, or start a new run");

/// The names of the metrics, in the order of MetricsRecord::values.
std::vector<std::string> metric_columns(const TrainSettings& settings, const TrainTask& task);

}  // namespace gronwall::verify
