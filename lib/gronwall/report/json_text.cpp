#include "gronwall/report/json_text.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>

#include "gronwall/report/unicode.hpp"

namespace gronwall {
namespace {

namespace json = boost::json;

class Printer {
 public:
  explicit Printer(JsonLayout layout) : layout_(layout) {}

  void print(const json::value& value) {
    switch (value.kind()) {
      case json::kind::object:
        print_object(value.get_object());
        break;
      case json::kind::array:
        print_array(value.get_array());
        break;
      case json::kind::string:
        print_string(value.get_string());
        break;
      case json::kind::double_:
        print_double(value.get_double());
        break;
      default:
        out_ += json::serialize(value);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void print_object(const json::object& object) {
    out_.push_back('{');
    ++depth_;
    bool first = true;
    for (const auto& [key, value] : object) {
      if (!first) out_.push_back(',');
      first = false;
      new_line();
      print_string(key);
      out_ += layout_ == JsonLayout::pretty ? ": " : ":";
      print(value);
    }
    --depth_;
    if (!object.empty()) new_line();
    out_.push_back('}');
  }

  void print_array(const json::array& array) {
    const bool on_one_line = std::none_of(array.begin(), array.end(), [](const json::value& element) {
      return element.is_structured() || element.is_string();
    });
    out_.push_back('[');
    ++depth_;
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i > 0) out_.push_back(',');
      if (!on_one_line) {
        new_line();
      } else if (i > 0 && layout_ == JsonLayout::pretty) {
        out_.push_back(' ');
      }
      print(array[i]);
    }
    --depth_;
    if (!on_one_line) new_line();
    out_.push_back(']');
  }

  void print_string(std::string_view text) { out_ += json::serialize(json::string(clean_text(text))); }

  void print_double(double x) {
    if (!std::isfinite(x)) {
      out_ += "null";
      return;
    }
    std::array<char, 32> buffer{};
    out_.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), x).ptr);
  }

  void new_line() {
    if (layout_ == JsonLayout::compact) return;
    out_.push_back('\n');
    out_.append(2 * depth_, ' ');
  }

  JsonLayout layout_;
  std::size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string to_json_text(const json::value& value, JsonLayout layout) {
  Printer printer(layout);
  printer.print(value);
  return printer.take();
}

}  // namespace gronwall
