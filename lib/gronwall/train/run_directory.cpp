#include "gronwall/train/run_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "gronwall/data/atomic_file.hpp"
#include "gronwall/data/file_io.hpp"
#include "gronwall/numbers/counted.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/digits.hpp"

namespace gronwall {
namespace {

namespace fs = std::filesystem;

constexpr const char* kConfig = "config.json";
constexpr const char* kCsv = "metrics.csv";
constexpr const char* kJsonl = "metrics.jsonl";
constexpr const char* kCheckpoint = "checkpoint.npz";
constexpr const char* kLock = ".lock";

std::string reason(int error_number) {
  return std::generic_category().message(error_number);
}

/// A run that was killed before it had written its configuration leaves nothing of value.
bool is_debris(const std::string& name) {
  return name == kLock || name.starts_with(std::string(".") + kConfig + ".tmp-");
}

/// The folder and those above it as far as they do not exist, innermost first.
std::vector<fs::path> missing_folders(const fs::path& folder) {
  std::vector<fs::path> missing;
  std::error_code error;
  for (fs::path path = folder.lexically_normal(); !path.empty() && !fs::exists(path, error);
       path = path.parent_path())
    missing.push_back(path);
  return missing;
}

void require_empty(const fs::path& folder) {
  if (folder.empty()) throw FileError("the folder of a run needs a name");
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) return;
  if (!fs::is_directory(status)) throw FileError(folder.string() + " exists and is not a folder");
  if (fs::exists(folder / kConfig, error))
    throw FileError(folder.string() + " holds a run: go on with it by --resume " + folder.string() +
                    ", or choose another folder with --out");
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error))
    if (!is_debris(entry.path().filename().string()))
      throw FileError(folder.string() +
                      " is not empty, and nothing in it shall be overwritten: choose another "
                      "folder with --out");
  if (error) throw FileError("cannot read the folder " + folder.string() + ": " + error.message());
}

std::string read_text(const fs::path& path) {
  const Bytes bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string> complete_lines(const fs::path& path) {
  std::vector<std::string> lines;
  std::error_code error;
  if (!fs::exists(path, error)) return lines;
  const std::string text = read_text(path);
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string::npos) return lines;  // what follows was cut off while it was written
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

std::string header_of(const std::vector<std::string>& columns) {
  std::string header = "epoch";
  for (const std::string& column : columns) header += "," + column;
  return header;
}

std::string csv_line(const MetricsRecord& record) {
  std::string line = std::to_string(record.epoch);
  for (const auto& value : record.values)
    line += "," + (value && std::isfinite(*value) ? digits17(*value) : "");
  return line;
}

std::string json_line(const MetricsRecord& record, const std::vector<std::string>& columns) {
  std::string line = "{\"epoch\":" + std::to_string(record.epoch);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const auto& value = record.values[k];
    if (value) line += ",\"" + columns[k] + "\":" + (std::isfinite(*value) ? digits17(*value) : "null");
  }
  return line + "}";
}

/// Whether the records, each beginning with `before`, its epoch and `after`, start with those of the epochs 1
/// to `epoch`.
bool has_epochs(const std::vector<std::string>& lines, std::size_t first, std::uint64_t epoch,
                const std::string& before, char after) {
  if (lines.size() < first + epoch) return false;
  for (std::uint64_t k = 1; k <= epoch; ++k)
    if (!lines[first + k - 1].starts_with(before + std::to_string(k) + after)) return false;
  return true;
}

int open_for_append(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) throw FileError("cannot write " + path.string() + ": " + reason(errno));
  return descriptor;
}

void append_line(int descriptor, std::string line, const fs::path& path) {
  line += '\n';
  std::string_view rest(line);
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw FileError("cannot write " + path.string() + ": " + reason(errno));
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::optional<double> number_of(std::string_view field, const fs::path& path) {
  if (field.empty()) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size())
    throw InputError(path.string() + " holds '" + std::string(field) +
                     "', which is not a number: it was changed");
  return value;
}

}  // namespace

RunDirectory::RunDirectory(fs::path folder) : folder_(std::move(folder)) {}

RunDirectory::RunDirectory(RunDirectory&& other) noexcept
    : folder_(std::move(other.folder_)),
      made_(std::move(other.made_)),
      begun_(std::move(other.begun_)),
      config_(std::move(other.config_)),
      columns_(std::move(other.columns_)),
      lock_(std::exchange(other.lock_, -1)),
      csv_(std::exchange(other.csv_, -1)),
      jsonl_(std::exchange(other.jsonl_, -1)) {}

RunDirectory::~RunDirectory() {
  for (const int descriptor : {csv_, jsonl_, lock_})
    if (descriptor >= 0) ::close(descriptor);
}

void RunDirectory::lock() {
  const fs::path path = folder_ / kLock;
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) throw FileError("cannot write to the folder " + folder_.string() + ": " + reason(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const int error_number = errno;
  ::close(std::exchange(lock_, -1));
  if (error_number == EWOULDBLOCK)
    throw FileError(folder_.string() + " is being written by another process: wait for it, or stop it");
  throw FileError("cannot lock " + path.string() + ": " + reason(error_number));
}

void RunDirectory::require_new(const fs::path& folder) {
  require_empty(folder);
}

RunDirectory RunDirectory::create(const fs::path& folder, std::string_view config) {
  require_empty(folder);
  RunDirectory run(folder);
  run.made_ = missing_folders(folder);
  try {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw FileError("cannot create the folder " + folder.string() + ": " + error.message());
    run.lock();
    require_empty(folder);  // another process may have been faster
    remove_abandoned_temporaries(folder / kConfig);
    run.begun_ = {kLock, kConfig};
    write_file_atomically(folder / kConfig, config);
  } catch (...) {
    run.discard();
    throw;
  }
  run.config_ = config;
  return run;
}

bool RunDirectory::discard() {
  std::error_code error;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error))
    if (std::find(begun_.begin(), begun_.end(), entry->path().filename().string()) == begun_.end())
      return false;
  if (error && fs::exists(folder_)) return false;
  // The lock goes last; a process that is killed meanwhile leaves a run to resume, or debris.
  for (auto name = begun_.rbegin(); name != begun_.rend(); ++name) fs::remove(folder_ / *name, error);
  for (const fs::path& folder : made_) fs::remove(folder, error);  // refuses one that is not empty
  return true;
}

RunDirectory RunDirectory::open(const fs::path& folder) {
  std::string config = read_config(folder);
  RunDirectory run(folder);
  run.lock();
  run.config_ = std::move(config);
  for (const char* name : {kConfig, kCsv, kJsonl, kCheckpoint}) remove_abandoned_temporaries(folder / name);
  return run;
}

std::string RunDirectory::read_config(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) throw FileError(folder.string() + " is not a folder");
  if (!fs::exists(folder / kConfig, error))
    throw FileError(folder.string() + " holds no run of 'gronwall train': there is no " + kConfig);
  return read_text(folder / kConfig);
}

fs::path RunDirectory::checkpoint_path(const fs::path& folder) {
  return folder / kCheckpoint;
}

void RunDirectory::replace_config(std::string_view config) {
  write_file_atomically(folder_ / kConfig, config);
  config_ = config;
}

std::optional<TrainingState> RunDirectory::checkpoint(const Network& network) const {
  std::error_code error;
  if (!fs::exists(checkpoint_path(folder_), error)) return std::nullopt;
  return read_checkpoint(checkpoint_path(folder_), network);
}

std::uint64_t RunDirectory::recorded_epochs(const fs::path& folder) {
  const std::size_t csv_lines = complete_lines(folder / kCsv).size();
  return std::max(csv_lines == 0 ? 0 : csv_lines - 1, complete_lines(folder / kJsonl).size());
}

void RunDirectory::begin(std::vector<std::string> columns, std::uint64_t epoch) {
  columns_ = std::move(columns);
  const fs::path csv = folder_ / kCsv, jsonl = folder_ / kJsonl;
  std::vector<std::string> csv_lines = complete_lines(csv), json_lines = complete_lines(jsonl);
  if (epoch == 0) {
    csv_lines = {header_of(columns_)};
    json_lines.clear();
  } else {
    const auto missing = [&](const fs::path& path) {
      return InputError(path.string() + " does not hold the records of the epochs 1 to " +
                        std::to_string(epoch) +
                        ", which the checkpoint has behind it: put the file back as it was");
    };
    if (csv_lines.empty() || csv_lines.front() != header_of(columns_) ||
        !has_epochs(csv_lines, 1, epoch, "", ','))
      throw missing(csv);
    if (!has_epochs(json_lines, 0, epoch, "{\"epoch\":", ',')) throw missing(jsonl);
    csv_lines.resize(1 + epoch);
    json_lines.resize(epoch);
  }
  if (!begun_.empty()) begun_.insert(begun_.end(), {kCsv, kJsonl});
  write_file_atomically(csv, joined(csv_lines));
  write_file_atomically(jsonl, joined(json_lines));
  csv_ = open_for_append(csv);
  jsonl_ = open_for_append(jsonl);
}

void RunDirectory::append(const MetricsRecord& record) {
  append_line(jsonl_, json_line(record, columns_), folder_ / kJsonl);
  append_line(csv_, csv_line(record), folder_ / kCsv);
  begun_.clear();
}

std::vector<MetricsRecord> RunDirectory::metrics() const {
  const fs::path path = folder_ / kCsv;
  const std::vector<std::string> lines = complete_lines(path);
  std::vector<MetricsRecord> records;
  for (std::size_t k = 1; k < lines.size(); ++k) {
    std::vector<std::optional<double>> fields;
    const std::string_view line(lines[k]);
    for (std::size_t start = 0; start <= line.size();) {
      const std::size_t end = std::min(line.find(',', start), line.size());
      fields.push_back(number_of(line.substr(start, end - start), path));
      start = end + 1;
    }
    if (fields.size() != columns_.size() + 1 || !fields.front())
      throw InputError(path.string() + ": line " + std::to_string(k + 1) + " has " +
                       counted(fields.size(), "field") + ", not " + std::to_string(columns_.size() + 1) +
                       ": it was changed");
    const auto epoch = static_cast<std::uint64_t>(*fields.front());
    fields.erase(fields.begin());
    records.push_back({epoch, std::move(fields)});
  }
  return records;
}

void RunDirectory::save(const Network& network, const TrainingState& state) {
  for (const int descriptor : {jsonl_, csv_})
    if (::fsync(descriptor) != 0)
      throw FileError("cannot write the metrics in " + folder_.string() + ": " + reason(errno));
  write_checkpoint(checkpoint_path(folder_), network, state);
}

}  // namespace gronwall
