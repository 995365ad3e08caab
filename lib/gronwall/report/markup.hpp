#pragma once
/// \file A writer of HTML and SVG that escapes every text and closes every element.

#include <string>
#include <string_view>
#include <vector>

namespace gronwall {

struct Attribute {
  std::string_view name;
  std::string value;
};

using Attributes = std::vector<Attribute>;

/// `text` cleaned (see `clean_text`) and escaped for element content and for quoted attribute values.
std::string escape_markup(std::string_view text);

/// `text` as one segment of a URL path: bytes other than RFC 3986 unreserved characters are percent-encoded.
std::string encode_url_segment(std::string_view text);

/// Builds a well-formed fragment, element by element. Names of elements and attributes are the program's own
/// and must be valid; texts and attribute values may be anything.
class Markup {
 public:
  Markup& open(std::string_view element, const Attributes& attributes = {});
  Markup& close();
  Markup& text(std::string_view content);
  /// An element with text only.
  Markup& leaf(std::string_view element, const Attributes& attributes, std::string_view content);
  Markup& leaf(std::string_view element, std::string_view content) { return leaf(element, {}, content); }
  /// An element without content, such as `<br/>`.
  Markup& empty(std::string_view element, const Attributes& attributes = {});
  /// Adds markup or style text of the program itself, unescaped. Never for text that came from outside.
  Markup& verbatim(std::string_view markup);

  /// The fragment. \throws std::logic_error when an element is still open.
  const std::string& finished() const;

 private:
  void start_tag(std::string_view element, const Attributes& attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace gronwall
