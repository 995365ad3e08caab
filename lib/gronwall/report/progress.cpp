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
      start_(clock_()) {}

ProgressBar::~ProgressBar() {
  close();
}

void ProgressBar::start(std::string_view label) {
  const std::lock_guard lock(mutex_);
  redraw(label);
}

void ProgressBar::finish(std::string_view label, std::string_view outcome) {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (style_ == ProgressStyle::lines) {
    out_ << "[" << count_text(done_, total_) << "] " << one_line(label) << ": " << one_line(outcome) << " ("
         << duration_text(elapsed_seconds()) << ")\n"
         << std::flush;
  }
  redraw(label);
}

void ProgressBar::close() {
  const std::lock_guard lock(mutex_);
  if (style_ == ProgressStyle::bar) out_ << kClearLine << std::flush;
  style_ = ProgressStyle::silent;
}

void ProgressBar::redraw(std::string_view label) {
  if (style_ == ProgressStyle::bar) out_ << kClearLine << bar_line(label) << std::flush;
}

std::string ProgressBar::bar_line(std::string_view label) const {
  const std::size_t filled = total_ == 0 ? kCells : std::min(kCells, kCells * done_ / total_);
  std::string line = "[" + std::string(filled, '#') + std::string(kCells - filled, '.') + "] ";
  line += count_text(done_, total_) + "  " + duration_text(elapsed_seconds());
  if (done_ > 0 && done_ < total_) {
    const double per_item = elapsed_seconds() / static_cast<double>(done_);
    line += ", " + duration_text(per_item * static_cast<double>(total_ - done_)) + " left";
  }
  line += "  " + one_line(label);
  // The last column stays free: some terminals wrap when it is written.
  return display_width(line) < width_ ? line : fit_to_width(line, width_ - 1);
}

double ProgressBar::elapsed_seconds() const {
  return std::chrono::duration<double>(clock_() - start_).count();
}

}  // namespace gronwall
