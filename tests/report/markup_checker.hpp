#pragma once
// A strict reader of the markup that the report may contain, written for the tests.
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace report_test {

struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;  // entities replaced
  std::string text;                               // of this element itself, entities replaced
};

class MarkupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// All elements, in the order of their start tags. Refuses unclosed or crossed elements, unquoted or repeated
/// attributes, names that are not `[A-Za-z][A-Za-z0-9-]*`, stray `<`, `>` or `&`, more than one root,
/// comments, and control characters. Style elements may hold anything but `<`.
std::vector<Element> read_markup(std::string_view markup);

/// The values of one attribute over all elements that have it.
std::vector<std::string> attribute_values(const std::vector<Element>& elements, const std::string& attribute);

/// The elements of one name.
std::vector<Element> named(const std::vector<Element>& elements, std::string_view name);

}  // namespace report_test
