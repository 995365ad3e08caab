#pragma once
/// \file Doubles as text that reads back the same.

#include <array>
#include <charconv>
#include <string>

namespace gronwall {

/// `x` to 17 significant digits, trailing zeros dropped: reading the text gives `x` back. "nan", "inf" for
/// what is no number.
inline std::string digits17(double x) {
  std::array<char, 40> text;
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), x, std::chars_format::general, 17);
  return {text.data(), end};
}

/// The shortest text that reads back as `x`.
inline std::string shortest_text(double x) {
  std::array<char, 40> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), x);
  return {text.data(), end};
}

}  // namespace gronwall
