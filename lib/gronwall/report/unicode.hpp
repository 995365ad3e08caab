#pragma once
/// \file UTF-8 text made safe to show, and its width in terminal columns.

#include <string>
#include <string_view>
#include <vector>

namespace gronwall {

/// The code points of `text`; every byte that is not part of well-formed UTF-8 (RFC 3629) becomes U+FFFD.
std::u32string decode_utf8(std::string_view text);

std::string encode_utf8(std::u32string_view text);

/// Well-formed UTF-8 in which control characters other than tab and line feed, directional overrides and
/// non-characters are replaced by U+FFFD: what may stand in HTML, XML and JSON, and cannot steer a terminal.
std::string clean_text(std::string_view text);

/// `clean_text` with every run of white space made one space, and none at the ends.
std::string one_line(std::string_view text);

/// Terminal columns of a cleaned line: combining marks take none, East Asian wide characters and emoji two.
int display_width(std::string_view line);

/// `line` padded with spaces, or cut and ended by `...`, to exactly `width >= 3` columns.
std::string fit_to_width(std::string_view line, int width);

/// `text` as lines of at most `width >= 2` columns, broken at spaces, and inside words longer than a line.
/// One empty line for an empty text.
std::vector<std::string> wrap_to_width(std::string_view text, int width);

}  // namespace gronwall
