#pragma once
/// \file What the terminal behind a file descriptor can do.

#include <string>
#include <string_view>

#include "gronwall/certificate/claim.hpp"

namespace gronwall {

/// Whether `descriptor` (1: standard output, 2: standard error) is a terminal that understands cursor
/// control.
bool is_terminal(int descriptor);

/// Columns of the terminal, at least 40; 80 when `descriptor` is none or does not say.
int terminal_width(int descriptor);

/// Whether colour is welcome: a terminal, and the environment variable NO_COLOR is unset or empty
/// (no-color.org).
bool wants_colour(int descriptor);

/// `text` in the colour of `verdict`, by ANSI escape sequences.
std::string coloured(std::string_view text, Verdict verdict);

/// `text` in bold, by ANSI escape sequences.
std::string bold(std::string_view text);

}  // namespace gronwall
