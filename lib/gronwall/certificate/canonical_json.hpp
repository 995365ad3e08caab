#pragma once
/// \file JSON with exactly one spelling a value (docs/certificates.md, "Bytes").

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gronwall/numbers/exact.hpp"

namespace gronwall {

/// A JSON value of the certificate grammar: object, array, string of printable ASCII, or count. Reals are
/// strings in canonical spelling; there are no floats, booleans or nulls. Keys are kept sorted, so equal
/// values have equal bytes.
class CanonicalJson {
 public:
  using Object = std::map<std::string, CanonicalJson>;
  using Array = std::vector<CanonicalJson>;

  CanonicalJson() : value_(Object{}) {}
  CanonicalJson(Object object)
      : value_(std::move(object)) {}                        // NOLINT: literal-like construction is the point
  CanonicalJson(Array array) : value_(std::move(array)) {}  // NOLINT
  /// \throws InputError on characters outside printable ASCII, on `"` and on `\`.
  CanonicalJson(std::string_view text);                                              // NOLINT
  CanonicalJson(const char* text) : CanonicalJson(std::string_view(text)) {}         // NOLINT
  CanonicalJson(const std::string& text) : CanonicalJson(std::string_view(text)) {}  // NOLINT
  /// A real, in canonical spelling.
  CanonicalJson(const Rational& real) : CanonicalJson(to_canonical_text(real)) {}  // NOLINT
  /// A count. \throws InputError from 10^18 on.
  static CanonicalJson count(std::uint64_t value);

  /// The canonical bytes, without a newline at the end.
  std::string bytes() const;

 private:
  void append_to(std::string& out) const;

  std::variant<Object, Array, std::string, std::uint64_t> value_;
};

}  // namespace gronwall
