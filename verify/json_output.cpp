#include "json_output.hpp"

#include <iostream>

#include "gronwall/activation/activation.hpp"
#include "gronwall/numbers/text.hpp"
#include "gronwall/report/json_text.hpp"

namespace gronwall::verify {
namespace {

/// Places beyond those asked for, so that rounding outward does not widen what is certain.
constexpr int kGuardPlaces = 3;

DecimalBounds bounds_of(const Ball& value, int digits) {
  return decimal_bounds_absolute(value, digits + kGuardPlaces);
}

}  // namespace

void append_enclosure(boost::json::object& object, const Ball& value, int digits) {
  const DecimalBounds bounds = bounds_of(value, digits);
  object["lo"] = bounds.lo;
  object["hi"] = bounds.hi;
}

boost::json::object enclosure_json(const Ball& value, int digits) {
  boost::json::object object;
  append_enclosure(object, value, digits);
  return object;
}

std::string interval_text(const Ball& value, int digits) {
  const DecimalBounds bounds = bounds_of(value, digits);
  return bounds.lo == bounds.hi ? bounds.lo : "[" + bounds.lo + ", " + bounds.hi + "]";
}

void print_json(const boost::json::value& value) {
  std::cout << to_json_text(value) << '\n';
}

std::string activation_list() {
  std::string list;
  for (const std::string& name : activation_names()) list += (list.empty() ? "" : " ") + name;
  return list;
}

}  // namespace gronwall::verify
