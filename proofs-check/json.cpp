#include "json.hpp"

#include <algorithm>

#include "failure.hpp"

namespace proofs_check {

std::uint64_t Value::count() const {
  if (type_ != Type::number) malformed("a count is expected");
  return number_;
}
const std::string& Value::text() const {
  if (type_ != Type::string) malformed("a string is expected");
  return text_;
}
const std::vector<Value>& Value::list() const {
  if (type_ != Type::array) malformed("an array is expected");
  return items_;
}
const std::vector<std::string>& Value::keys() const {
  if (type_ != Type::object) malformed("an object is expected");
  return keys_;
}
const std::vector<Value>& Value::members() const {
  if (type_ != Type::object) malformed("an object is expected");
  return items_;
}
const Value& Value::operator[](const std::string& key) const {
  const auto found = std::find(keys().begin(), keys().end(), key);
  if (found == keys_.end()) malformed("missing key " + key);
  return items_[static_cast<std::size_t>(found - keys_.begin())];
}
const Value& Value::require(const std::vector<std::string>& expected) const {
  if (keys() != expected) {
    std::string names;
    for (const std::string& key : expected) names += " " + key;
    malformed("an object must have exactly the keys" + names);
  }
  return *this;
}

class Parser {
 public:
  explicit Parser(const std::string& bytes) : bytes_(bytes) {}

  Value document() {
    Value result = value(0);
    if (at_ != bytes_.size()) fail("bytes after the value");
    return result;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { malformed(why + " at byte " + std::to_string(at_)); }
  char peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  void expect(char c) {
    if (peek() != c) fail(std::string("expected ") + c);
    ++at_;
  }
  bool accept(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  Value value(int depth) {
    if (++values_ > limit::json_values) over_limit("too many JSON values");
    Value result;
    const char c = peek();
    if (c == '"') {
      result.type_ = Value::Type::string;
      result.text_ = string();
    } else if (c >= '0' && c <= '9') {
      result.number_ = number();
    } else if (c == '[' || c == '{') {
      if (depth == limit::json_depth) over_limit("JSON nested too deeply");
      ++at_;
      c == '[' ? array(result, depth + 1) : object(result, depth + 1);
    } else {
      fail("a string, count, array or object is expected");
    }
    return result;
  }

  std::string string() {
    expect('"');
    const std::size_t begin = at_;
    while (peek() >= 0x20 && peek() <= 0x7e && peek() != '"' && peek() != '\\') ++at_;
    std::string text = bytes_.substr(begin, at_ - begin);
    expect('"');
    return text;
  }

  std::uint64_t number() {
    const std::size_t begin = at_;
    std::uint64_t n = 0;
    while (peek() >= '0' && peek() <= '9') {
      if (at_ - begin == 18) fail("a count has at most 18 digits");
      n = 10 * n + static_cast<std::uint64_t>(peek() - '0');
      ++at_;
    }
    if (bytes_[begin] == '0' && at_ - begin > 1) fail("a count has no leading zero");
    return n;
  }

  void array(Value& result, int depth) {
    result.type_ = Value::Type::array;
    if (accept(']')) return;
    do result.items_.push_back(value(depth));
    while (accept(','));
    expect(']');
  }

  void object(Value& result, int depth) {
    result.type_ = Value::Type::object;
    if (accept('}')) return;
    do {
      std::string key = string();
      if (!result.keys_.empty() && key <= result.keys_.back()) fail("object keys must strictly increase");
      expect(':');
      result.keys_.push_back(std::move(key));
      result.items_.push_back(value(depth));
    } while (accept(','));
    expect('}');
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
  std::uint64_t values_ = 0;
};

Value parse_json(const std::string& bytes) {
  return Parser(bytes).document();
}

}  // namespace proofs_check
