#pragma once
/// \file Progress of a long run, for a person or for a log.

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <mutex>
#include <string>
#include <string_view>

namespace gronwall {

/// `automatic`: a bar when standard error is a terminal, else lines. `bar`: one line, redrawn. `lines`: one
/// line for each finished item. `silent`: nothing.
enum class ProgressStyle { automatic, bar, lines, silent };

/// Shows how many of `total` items are done, which is under way, the time spent and an estimate of the time
/// left. The estimate supposes that the items still to come take as long as those done, on average. Member
/// functions may be called from several threads.
class ProgressBar {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// Writes to standard error.
  explicit ProgressBar(std::size_t total, ProgressStyle style = ProgressStyle::automatic);
  /// Writes to `out`, which must outlive the bar; `automatic` then means lines. `width` in columns, at
  /// least 40.
  ProgressBar(std::size_t total, ProgressStyle style, std::ostream& out, int width = 80,
              Clock clock = std::chrono::steady_clock::now);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// Closes.
  ~ProgressBar();

  /// `label` is under way now.
  void start(std::string_view label);

  /// `part` (0 to 1) of the item under way is done. A bar is redrawn ten times a second at most.
  void advance(double part, std::string_view label);

  /// `label` is done, with this outcome (one word, such as a verdict).
  void finish(std::string_view label, std::string_view outcome);

  /// Removes the bar, so that the next output starts on an empty line. Nothing is shown afterwards.
  void close();

 private:
  std::string bar_line(double done, std::string_view label) const;
  void redraw(double done, std::string_view label);
  double elapsed_seconds() const;

  std::size_t total_;
  ProgressStyle style_;
  std::ostream& out_;
  int width_;
  Clock clock_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
  std::size_t done_ = 0;
  std::mutex mutex_;
};

}  // namespace gronwall
