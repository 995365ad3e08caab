#pragma once
/// \file The epochs of a run, from where it stands to where it shall end.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "train_task.hpp"

namespace gronwall::verify {

/// What the monitor's proofs of a session came to.
struct ProofSummary {
  std::uint64_t proved = 0;       ///< monitored epochs with a certificate
  std::uint64_t missing = 0;      ///< those that were to have one
  std::uint64_t last_proved = 0;  ///< epoch
  double lambda_min = 0;          ///< lower bound then
  std::uint64_t last_missing = 0;
  std::string why_missing;  ///< at that epoch
};

/// How a session ended.
struct SessionResult {
  std::uint64_t epochs = 0;  ///< finished in all
  int signal = 0;            ///< the signal that stopped it early; 0: none
  double steps_per_second = 0;
  Evaluation train;  ///< with the weights at the end
  std::optional<Evaluation> test;
  ProofSummary proofs;
  std::vector<MetricsRecord> records;
  std::vector<std::string> plots;
};

/// Trains, from the run's checkpoint if it has one, until `settings.epochs` epochs are finished: a record of
/// metrics each, a checkpoint every `checkpoint_every` and at the end, plots at the end. SIGINT and SIGTERM
/// end the session after the epoch under way, with a checkpoint; a second one kills the process, and the last
/// checkpoint stays. `trainer` is one of the task, at its start. \throws DivergedError, also when the loss
/// is a million times that of the start and of outputs zero; FileError (the last checkpoint stays).
SessionResult run_session(RunDirectory& run, Trainer& trainer, const TrainSettings& settings,
                          const TrainTask& task, bool quiet);

}  // namespace gronwall::verify
