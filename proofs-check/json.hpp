#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace proofs_check {

/// A value of canonical JSON (docs/certificates.md, "Bytes"). Accessors throw Failure (malformed) on a wrong
/// type.
class Value {
 public:
  enum class Type { number, string, array, object };

  bool is(Type type) const { return type_ == type; }
  std::uint64_t count() const;
  const std::string& text() const;
  const std::vector<Value>& list() const;
  /// The member `key` of an object.
  const Value& operator[](const std::string& key) const;
  /// Throws unless this is an object with exactly these keys (in increasing order).
  const Value& require(const std::vector<std::string>& keys) const;
  const std::vector<std::string>& keys() const;
  const std::vector<Value>& members() const;  ///< Parallel to keys().
  /// The same value, which is the same spelling.
  bool operator==(const Value&) const = default;

 private:
  friend class Parser;
  Type type_ = Type::number;
  std::uint64_t number_ = 0;
  std::string text_;
  std::vector<std::string> keys_;
  std::vector<Value> items_;
};

/// Parses exactly one value. Accepts one spelling only: a second parse of other bytes never gives the same
/// value.
Value parse_json(const std::string& bytes);

}  // namespace proofs_check
