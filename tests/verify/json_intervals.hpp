#pragma once
/// \file Exact numbers and intervals in the JSON the programs print.

#include <boost/json.hpp>
#include <string>

#include "gronwall/numbers/exact.hpp"

namespace gronwall::test {

inline std::string text_of(const boost::json::value& value) {
  return std::string(value.as_string());
}

inline Rational rational(const boost::json::value& value) {
  return parse_rational(text_of(value));
}

/// The ends of {"lo","hi"}.
inline Rational lower(const boost::json::value& interval) {
  return rational(interval.at("lo"));
}
inline Rational upper(const boost::json::value& interval) {
  return rational(interval.at("hi"));
}

inline bool overlap(const boost::json::value& a, const boost::json::value& b) {
  return lower(a) <= upper(b) && lower(b) <= upper(a);
}

}  // namespace gronwall::test
