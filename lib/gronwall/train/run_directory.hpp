#pragma once
/// \file The directory a training run lives in.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gronwall/train/checkpoint.hpp"

namespace gronwall {

/// What was measured in one epoch; values stand in the order of the run's columns.
struct MetricsRecord {
  std::uint64_t epoch = 0;  ///< from 1
  std::vector<std::optional<double>> values;
};

/// A run's files: `config.json` (everything needed to run it again), `metrics.jsonl` and `metrics.csv` (one
/// record an epoch, doubles to 17 digits), `checkpoint.npz` (see write_checkpoint), and `.lock`, which one
/// process at a time holds. The process may be killed at any instant and the disk may fill up: `open` and
/// `begin` find a consistent run again.
class RunDirectory {
 public:
  /// \throws FileError when `create` would refuse the folder for what is there now.
  static void require_new(const std::filesystem::path& folder);
  /// A new run, in a folder that is made, or that is there and empty: no file of anybody else's is ever
  /// overwritten. \throws FileError when the folder is not empty (it may hold a run, which is then to be
  /// resumed) or cannot be written; what was made of it by then is removed.
  static RunDirectory create(const std::filesystem::path& folder, std::string_view config);
  /// A run that is there, to go on with. Removes the temporary files of killed processes. \throws FileError
  /// when there is none or another process is writing it.
  static RunDirectory open(const std::filesystem::path& folder);
  /// The configuration of a run, for reading only. \throws FileError when there is none.
  static std::string read_config(const std::filesystem::path& folder);
  static std::filesystem::path checkpoint_path(const std::filesystem::path& folder);

  RunDirectory(RunDirectory&& other) noexcept;
  RunDirectory& operator=(RunDirectory&&) = delete;
  /// Releases the lock.
  ~RunDirectory();

  const std::filesystem::path& folder() const { return folder_; }
  const std::string& config() const { return config_; }

  /// Writes another configuration in the place of the present one. \throws FileError.
  void replace_config(std::string_view config);

  /// The state to go on from; none when the run was stopped before its first checkpoint. \throws as
  /// read_checkpoint.
  std::optional<TrainingState> checkpoint(const Network& network) const;

  /// Epochs that the metrics of a run in this folder hold a record of. \throws FileError.
  static std::uint64_t recorded_epochs(const std::filesystem::path& folder);

  /// Makes the metrics hold the records of the epochs 1 to `epoch` and no others; what lies beyond is
  /// dropped. Before the first `append`. \throws InputError when records are missing or have other columns,
  /// FileError.
  void begin(std::vector<std::string> columns, std::uint64_t epoch);
  /// Appends one record. \throws FileError.
  void append(const MetricsRecord& record);
  /// All records. \throws InputError when the file was changed.
  std::vector<MetricsRecord> metrics() const;
  /// Takes back what `create` began, so that the same folder can be used again: while there is no record, and
  /// nothing but what this object wrote, removes that and the folders it made. Else nothing is touched and
  /// the result is false. Call nothing else afterwards.
  bool discard();

  /// Flushes the metrics to the disk, then writes the checkpoint; the one before stays until then. \throws as
  /// write_checkpoint.
  void save(const Network& network, const TrainingState& state);

 private:
  explicit RunDirectory(std::filesystem::path folder);
  void lock();

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> made_;  ///< folders that `create` has made, innermost first
  std::vector<std::string> begun_;  ///< files of a new run without a record, in the order they appear
  std::string config_;
  std::vector<std::string> columns_;
  int lock_ = -1;
  int csv_ = -1;
  int jsonl_ = -1;
};

}  // namespace gronwall
