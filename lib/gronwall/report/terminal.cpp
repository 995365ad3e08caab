#include "gronwall/report/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace gronwall {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::string styled(std::string_view text, std::string_view code) {
  return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
}

std::string_view colour_code(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "32";
    case Verdict::refuted:
      return "31";
    case Verdict::supported:
      return "36";
    case Verdict::inconclusive:
      break;
  }
  return "33";
}

}  // namespace

bool is_terminal(int descriptor) {
  return isatty(descriptor) == 1 && environment("TERM") != "dumb";
}

int terminal_width(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::max<int>(size.ws_col, 40);
}

bool wants_colour(int descriptor) {
  return is_terminal(descriptor) && environment("NO_COLOR").empty();
}

std::string coloured(std::string_view text, Verdict verdict) {
  return styled(text, colour_code(verdict));
}

std::string bold(std::string_view text) {
  return styled(text, "1");
}

}  // namespace gronwall
