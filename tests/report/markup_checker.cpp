#include "markup_checker.hpp"

#include <algorithm>
#include <cctype>

namespace report_test {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view input) : rest_(input) {}

  std::vector<Element> read() {
    skip_space();
    require(rest_.starts_with("<"), "no root element");
    do {
      if (rest_.starts_with("</")) {
        read_end_tag();
      } else if (rest_.starts_with("<")) {
        read_start_tag();
      } else {
        read_text();
      }
    } while (!open_.empty());
    skip_space();
    require(rest_.empty(), "something follows the root element");
    return elements_;
  }

 private:
  void require(bool condition, const std::string& what) const {
    if (!condition) throw MarkupError(what + " before: " + std::string(rest_.substr(0, 60)));
  }

  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }

  void expect(std::string_view token) {
    require(rest_.starts_with(token), "expected '" + std::string(token) + "'");
    rest_.remove_prefix(token.size());
  }

  std::string read_name() {
    std::size_t length = 0;
    while (length < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[length])) != 0 ||
                                     (length > 0 && rest_[length] == '-'))) {
      ++length;
    }
    require(length > 0 && std::isdigit(static_cast<unsigned char>(rest_[0])) == 0, "expected a name");
    const std::string name(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return name;
  }

  /// Characters up to one of `stops`, with entities replaced.
  std::string read_characters(std::string_view stops, bool entities) {
    static const std::map<std::string, char, std::less<>> kEntities = {
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
    std::string text;
    while (!rest_.empty() && stops.find(rest_.front()) == std::string_view::npos) {
      const char c = rest_.front();
      require(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20, "control character");
      if (entities && c == '&') {
        const auto entity = kEntities.find(rest_.substr(0, rest_.find(';') + 1));
        require(entity != kEntities.end(), "unknown entity");
        text.push_back(entity->second);
        rest_.remove_prefix(entity->first.size());
      } else {
        require(!entities || (c != '>' && c != '<'), "stray angle bracket");
        text.push_back(c);
        rest_.remove_prefix(1);
      }
    }
    return text;
  }

  void read_start_tag() {
    expect("<");
    Element element;
    element.name = read_name();
    while (rest_.starts_with(" ")) {
      rest_.remove_prefix(1);
      const std::string attribute = read_name();
      expect("=\"");
      const std::string value = read_characters("\"", true);
      expect("\"");
      require(element.attributes.emplace(attribute, value).second, "attribute '" + attribute + "' twice");
    }
    elements_.push_back(element);
    if (rest_.starts_with("/>")) {
      rest_.remove_prefix(2);
    } else {
      expect(">");
      open_.push_back(elements_.size() - 1);
    }
  }

  void read_end_tag() {
    expect("</");
    require(read_name() == elements_[open_.back()].name,
            "crossed elements, <" + elements_[open_.back()].name + "> open");
    expect(">");
    open_.pop_back();
  }

  void read_text() {
    Element& element = elements_[open_.back()];
    element.text += read_characters("<", element.name != "style");
    require(!rest_.empty(), "unclosed <" + element.name + ">");
  }

  std::string_view rest_;
  std::vector<Element> elements_;
  std::vector<std::size_t> open_;
};

}  // namespace

std::vector<Element> read_markup(std::string_view markup) {
  return Reader(markup).read();
}

std::vector<std::string> attribute_values(const std::vector<Element>& elements,
                                          const std::string& attribute) {
  std::vector<std::string> values;
  for (const Element& element : elements) {
    if (const auto found = element.attributes.find(attribute); found != element.attributes.end()) {
      values.push_back(found->second);
    }
  }
  return values;
}

std::vector<Element> named(const std::vector<Element>& elements, std::string_view name) {
  std::vector<Element> found;
  std::copy_if(elements.begin(), elements.end(), std::back_inserter(found),
               [name](const Element& element) { return element.name == name; });
  return found;
}

}  // namespace report_test
