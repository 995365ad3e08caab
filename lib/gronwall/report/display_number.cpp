#include "gronwall/report/display_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall {
namespace {

constexpr std::array<std::string_view, 10> kRaised = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

constexpr std::array<std::string_view, 7> kRelations = {"=", "<", ">", "≤", "≥", "≈", "∈"};

constexpr std::size_t kLongNumber = 17;

std::string interval_text(std::string_view lo, std::string_view hi) {
  return std::string("[").append(lo).append(", ").append(hi).append("]");
}

}  // namespace

std::string power_of_ten_text(int exponent) {
  std::string text = "10";
  for (const char c : std::to_string(exponent)) {
    text += c == '-' ? std::string_view("⁻") : kRaised[static_cast<std::size_t>(c - '0')];
  }
  return text;
}

std::string number_text(double x, int digits) {
  if (std::isnan(x)) return "NaN";
  if (std::isinf(x)) return x < 0 ? "-∞" : "∞";
  std::array<char, 40> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::general, digits).ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  if (e == std::string_view::npos) return std::string(text);
  const char* exponent_text = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  int exponent = 0;
  std::from_chars(exponent_text, end, exponent);
  const std::string_view mantissa = text.substr(0, e);
  if (mantissa == "1") return power_of_ten_text(exponent);
  return std::string(mantissa) + "·" + power_of_ten_text(exponent);
}

std::string duration_text(double seconds) {
  if (!(seconds > 0) || std::isinf(seconds)) return "0 ms";
  if (seconds < 0.9995) return number_text(std::round(seconds * 1e3)) + " ms";
  if (seconds < 59.95) return number_text(seconds, seconds < 9.95 ? 2 : 3) + " s";
  if (seconds >= 1e15) return number_text(seconds, 2) + " s";
  const auto total = static_cast<long long>(std::llround(seconds));
  if (total < 3600) return std::to_string(total / 60) + " min " + std::to_string(total % 60) + " s";
  return std::to_string(total / 3600) + " h " + std::to_string(total % 3600 / 60) + " min";
}

std::string evidence_value(const Evidence& evidence) {
  if (evidence.hi.empty() || evidence.hi == evidence.lo) return evidence.lo;
  return interval_text(evidence.lo, evidence.hi);
}

std::string short_evidence_value(const Evidence& evidence, int digits) {
  const bool one_number = evidence.hi.empty() || evidence.hi == evidence.lo;
  if (one_number || std::max(evidence.lo.size(), evidence.hi.size()) <= kLongNumber) {
    return evidence_value(evidence);
  }
  try {
    return interval_text(decimal_below(parse_rational(evidence.lo), digits),
                         decimal_above(parse_rational(evidence.hi), digits));
  } catch (const InputError&) {
    return evidence_value(evidence);  // an end that is not an exact number, for instance an infinity
  }
}

std::string evidence_label(const Evidence& evidence) {
  const std::string& label = evidence.label;
  const bool is_relation =
      std::any_of(kRelations.begin(), kRelations.end(),
                  [&label](std::string_view relation) { return label.ends_with(relation); });
  return is_relation || label.empty() ? label : label + ":";
}

}  // namespace gronwall
