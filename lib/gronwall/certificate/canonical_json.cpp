#include "gronwall/certificate/canonical_json.hpp"

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

void append_string(std::string& out, std::string_view text) {
  out += '"';
  out += text;
  out += '"';
}

void require_plain(std::string_view text) {
  for (const char c : text)
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
      throw InputError("certificates hold printable ASCII without quotes and backslashes only: '" +
                       std::string(text) + "'");
}

}  // namespace

CanonicalJson::CanonicalJson(std::string_view text) : value_(std::string(text)) {
  require_plain(text);
}

CanonicalJson CanonicalJson::count(std::uint64_t value) {
  if (value >= 1'000'000'000'000'000'000U) throw InputError("a count in a certificate is below 10^18");
  CanonicalJson result;
  result.value_ = value;
  return result;
}

std::string CanonicalJson::bytes() const {
  std::string out;
  append_to(out);
  return out;
}

void CanonicalJson::append_to(std::string& out) const {
  if (const auto* object = std::get_if<Object>(&value_)) {
    out += '{';
    bool first = true;
    for (const auto& [key, member] : *object) {
      require_plain(key);
      if (!first) out += ',';
      first = false;
      append_string(out, key);
      out += ':';
      member.append_to(out);
    }
    out += '}';
  } else if (const auto* array = std::get_if<Array>(&value_)) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      (*array)[i].append_to(out);
    }
    out += ']';
  } else if (const auto* text = std::get_if<std::string>(&value_)) {
    append_string(out, *text);
  } else {
    out += std::to_string(std::get<std::uint64_t>(value_));
  }
}

}  // namespace gronwall
