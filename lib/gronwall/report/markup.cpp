#include "gronwall/report/markup.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "gronwall/report/unicode.hpp"

namespace gronwall {
namespace {

// A line break in front of these would show as a space.
constexpr std::array<std::string_view, 8> kInline = {"a",      "abbr", "code",  "span",
                                                     "strong", "time", "title", "wbr"};

bool is_inline(std::string_view element) {
  return std::find(kInline.begin(), kInline.end(), element) != kInline.end();
}

}  // namespace

std::string escape_markup(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped.push_back(c);
    }
  }
  return escaped;
}

std::string encode_url_segment(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return encoded;
}

void Markup::start_tag(std::string_view element, const Attributes& attributes) {
  if (!is_inline(element) && !out_.empty()) out_.push_back('\n');
  out_.append("<").append(element);
  for (const Attribute& attribute : attributes) {
    out_.append(" ").append(attribute.name).append("=\"").append(escape_markup(attribute.value)).append("\"");
  }
}

Markup& Markup::open(std::string_view element, const Attributes& attributes) {
  start_tag(element, attributes);
  out_.push_back('>');
  open_.emplace_back(element);
  return *this;
}

Markup& Markup::close() {
  if (open_.empty()) throw std::logic_error("Markup::close: no element is open");
  out_.append("</").append(open_.back()).append(">");
  open_.pop_back();
  return *this;
}

Markup& Markup::text(std::string_view content) {
  out_ += escape_markup(content);
  return *this;
}

Markup& Markup::leaf(std::string_view element, const Attributes& attributes, std::string_view content) {
  return open(element, attributes).text(content).close();
}

Markup& Markup::empty(std::string_view element, const Attributes& attributes) {
  start_tag(element, attributes);
  out_ += "/>";
  return *this;
}

Markup& Markup::verbatim(std::string_view markup) {
  out_ += markup;
  return *this;
}

const std::string& Markup::finished() const {
  if (!open_.empty()) throw std::logic_error("Markup::finished: <" + open_.back() + "> is still open");
  return out_;
}

}  // namespace gronwall
