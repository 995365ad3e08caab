#include "gronwall/report/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "gronwall/report/display_number.hpp"
#include "gronwall/report/terminal.hpp"
#include "gronwall/report/unicode.hpp"

namespace gronwall {
namespace {

constexpr std::size_t kCells = 20;
constexpr std::string_view kClearLine = "\r\x1b[K";

ProgressStyle style_of_standard_error(ProgressStyle style) {
  if (style != ProgressStyle::automatic) return style;
  return is_terminal(STDERR_FILENO) ? ProgressStyle::bar : ProgressStyle::lines;
}

std::string count_text(std::size_t done, std::size_t total) {
  const std::string all = std::to_string(total);
  std::string text = std::to_string(done);
  text.insert(0, all.size() - std::min(all.size(), text.size()), ' ');
  return text + "/" + all;
}

}  // namespace

ProgressBar::ProgressBar(std::size_t total, ProgressStyle style)
    : ProgressBar(total, style_of_standard_error(style), std::cerr, terminal_width(STDERR_FILENO)) {}

ProgressBar::ProgressBar(std::size_t total, ProgressStyle style, std::ostream& out, int width, Clock clock)
    : total_(total),
      style_(style == ProgressStyle::automatic ? ProgressStyle::lines : style),
      out_(out),
      width_(std::max(width, 40)),
      clock_(std::move(clock)),
      start_(clock_()),
      drawn_(start_) {}

ProgressBar::~ProgressBar() {
  close();
}

void ProgressBar::start(std::string_view label) {
  const std::lock_guard lock(mutex_);
  redraw(static_cast<double>(done_), label);
}

void ProgressBar::advance(double part, std::string_view label) {
  constexpr std::chrono::milliseconds kInterval{100};
  const std::lock_guard lock(mutex_);
  if (clock_() - drawn_ < kInterval) return;
  redraw(static_cast<double>(done_) + std::clamp(part, 0.0, 1.0), label);
}

void ProgressBar::finish(std::string_view label, std::string_view outcome) {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (style_ == ProgressStyle::lines) {
    out_ << "[" << count_text(done_, total_) << "] " << one_line(label) << ": " << one_line(outcome) << " ("
         << duration_text(elapsed_seconds()) << ")\n"
         << std::flush;
  }
  redraw(static_cast<double>(done_), label);
}

void ProgressBar::close() {
  const std::lock_guard lock(mutex_);
  if (style_ == ProgressStyle::bar) out_ << kClearLine << std::flush;
  style_ = ProgressStyle::silent;
}

void ProgressBar::redraw(double done, std::string_view label) {
  if (style_ == ProgressStyle::bar) out_ << kClearLine << bar_line(done, label) << std::flush;
  drawn_ = clock_();
}

std::string ProgressBar::bar_line(double done, std::string_view label) const {
  const auto total = static_cast<double>(total_);
  const std::size_t filled =
      total_ == 0 ? kCells : std::min(kCells, static_cast<std::size_t>(kCells * done / total));
  std::string line = "[" + std::string(filled, '#') + std::string(kCells - filled, '.') + "] ";
  line += count_text(done_, total_) + "  " + duration_text(elapsed_seconds());
  if (done > 0 && done < total)
    line += ", " + duration_text(elapsed_seconds() / done * (total - done)) + " left";
  line += "  " + one_line(label);
  // The last column stays free: some terminals wrap when it is written.
  return display_width(line) < width_ ? line : fit_to_width(line, width_ - 1);
}

double ProgressBar::elapsed_seconds() const {
  return std::chrono::duration<double>(clock_() - start_).count();
}

}  // namespace gronwall
