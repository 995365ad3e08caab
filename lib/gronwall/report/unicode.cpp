#include "gronwall/report/unicode.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace gronwall {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Unicode 15, East_Asian_Width W and F, merged over unassigned gaps.
constexpr std::array kWide = {
    CodeRange{0x1100, 0x115F},   CodeRange{0x2E80, 0x303E},   CodeRange{0x3041, 0x33FF},
    CodeRange{0x3400, 0x4DBF},   CodeRange{0x4E00, 0xA4CF},   CodeRange{0xA960, 0xA97C},
    CodeRange{0xAC00, 0xD7A3},   CodeRange{0xF900, 0xFAFF},   CodeRange{0xFE30, 0xFE6F},
    CodeRange{0xFF00, 0xFF60},   CodeRange{0xFFE0, 0xFFE6},   CodeRange{0x1F300, 0x1F64F},
    CodeRange{0x1F680, 0x1F6FF}, CodeRange{0x1F900, 0x1F9FF}, CodeRange{0x20000, 0x3FFFD},
};

// Combining marks and format characters that occur next to Latin, Greek and mathematical text.
constexpr std::array kZeroWidth = {
    CodeRange{0x0300, 0x036F}, CodeRange{0x0483, 0x0489},   CodeRange{0x1AB0, 0x1AFF},
    CodeRange{0x1DC0, 0x1DFF}, CodeRange{0x200B, 0x200F},   CodeRange{0x2060, 0x2064},
    CodeRange{0x20D0, 0x20FF}, CodeRange{0xFE00, 0xFE0F},   CodeRange{0xFE20, 0xFE2F},
    CodeRange{0xFEFF, 0xFEFF}, CodeRange{0xE0100, 0xE01EF},
};

// Controls, directional embeddings, overrides and isolates.
constexpr std::array kUnsafe = {
    CodeRange{0x00, 0x08},     CodeRange{0x0B, 0x1F},     CodeRange{0x7F, 0x9F},
    CodeRange{0x202A, 0x202E}, CodeRange{0x2066, 0x2069}, CodeRange{0xFDD0, 0xFDEF},
};

template <std::size_t N>
bool contains(const std::array<CodeRange, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const CodeRange& range) { return range.first <= code && code <= range.last; });
}

bool is_unsafe(char32_t code) {
  return contains(kUnsafe, code) || (code & 0xFFFE) == 0xFFFE;
}

int column_count(char32_t code) {
  if (code < 0x300) return 1;
  if (contains(kZeroWidth, code)) return 0;
  return contains(kWide, code) ? 2 : 1;
}

int column_count(std::u32string_view text) {
  int columns = 0;
  for (const char32_t code : text) columns += column_count(code);
  return columns;
}

/// The number of leading code points of `text` that fit into `width` columns.
std::size_t prefix_length(std::u32string_view text, int width) {
  std::size_t length = 0;
  for (int columns = 0; length < text.size(); ++length) {
    columns += column_count(text[length]);
    if (columns > width) break;
  }
  return length;
}

/// Length of the well-formed sequence at the start of `bytes` and its code point; length 0 when there is
/// none.
struct Decoded {
  std::size_t length;
  char32_t code;
};

Decoded decode_first(std::string_view bytes) {
  const auto byte = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {1, lead};
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || bytes.size() < length) return {0, 0};
  char32_t code = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, 0};
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {0, 0};
  return {length, code};
}

}  // namespace

std::u32string decode_utf8(std::string_view text) {
  std::u32string codes;
  codes.reserve(text.size());
  while (!text.empty()) {
    const Decoded decoded = decode_first(text);
    codes.push_back(decoded.length == 0 ? kReplacement : decoded.code);
    text.remove_prefix(std::max<std::size_t>(decoded.length, 1));
  }
  return codes;
}

std::string encode_utf8(std::u32string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  const auto push = [&bytes](char32_t value) { bytes.push_back(static_cast<char>(value)); };
  for (const char32_t code : text) {
    if (code < 0x80) {
      push(code);
    } else if (code < 0x800) {
      push(0xC0 | (code >> 6));
      push(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
      push(0xE0 | (code >> 12));
      push(0x80 | ((code >> 6) & 0x3F));
      push(0x80 | (code & 0x3F));
    } else {
      push(0xF0 | (code >> 18));
      push(0x80 | ((code >> 12) & 0x3F));
      push(0x80 | ((code >> 6) & 0x3F));
      push(0x80 | (code & 0x3F));
    }
  }
  return bytes;
}

std::string clean_text(std::string_view text) {
  std::u32string codes = decode_utf8(text);
  std::replace_if(codes.begin(), codes.end(), is_unsafe, kReplacement);
  return encode_utf8(codes);
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : clean_text(text)) {
    if (c != ' ' && c != '\t' && c != '\n') {
      line.push_back(c);
    } else if (!line.empty() && line.back() != ' ') {
      line.push_back(' ');
    }
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

int display_width(std::string_view line) {
  return column_count(decode_utf8(line));
}

std::string fit_to_width(std::string_view line, int width) {
  std::u32string codes = decode_utf8(line);
  if (column_count(codes) > width) {
    codes.resize(prefix_length(codes, width - 3));
    codes += U"...";
  }
  codes.append(static_cast<std::size_t>(width - column_count(codes)), U' ');
  return encode_utf8(codes);
}

std::vector<std::string> wrap_to_width(std::string_view text, int width) {
  std::vector<std::string> lines;
  const std::u32string codes = decode_utf8(one_line(text));
  std::u32string_view rest = codes;
  do {
    std::size_t length = prefix_length(rest, width);
    if (length < rest.size() && rest[length] != U' ') {
      const std::size_t space = rest.substr(0, length).rfind(U' ');
      if (space != std::u32string_view::npos) length = space;
    }
    lines.push_back(encode_utf8(rest.substr(0, length)));
    rest.remove_prefix(length);
    if (rest.starts_with(U' ')) rest.remove_prefix(1);
  } while (!rest.empty());
  return lines;
}

}  // namespace gronwall
