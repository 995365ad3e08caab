#pragma once
/// \file Rigorous numbers in the programs' JSON and text output.

#include <boost/json.hpp>
#include <string>

#include "gronwall/numbers/ball.hpp"

namespace gronwall::verify {

/// Adds the members `lo` and `hi`: decimal strings rounded outward, `digits` places and a few more behind the
/// point.
void append_enclosure(boost::json::object& object, const Ball& value, int digits);

/// `{"lo": "...", "hi": "..."}`.
boost::json::object enclosure_json(const Ball& value, int digits);

/// `[lo, hi]`, or the number itself where it is exact.
std::string interval_text(const Ball& value, int digits);

/// Prints one JSON value, indented, with a newline.
void print_json(const boost::json::value& value);

/// The catalogue's names, separated by blanks, for help texts.
std::string activation_list();

}  // namespace gronwall::verify
