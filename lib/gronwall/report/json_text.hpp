#pragma once
/// \file JSON values as text.

#include <boost/json/value.hpp>
#include <string>

namespace gronwall {

/// `pretty`: two spaces a level, one member a line, arrays of numbers on one line. Both end without a
/// newline.
enum class JsonLayout { compact, pretty };

/// The text of `value`, members in their order of insertion, doubles in the shortest form that reads back the
/// same. A double that is not finite has no JSON form and becomes `null`. Strings are cleaned as by
/// `clean_text`.
std::string to_json_text(const boost::json::value& value, JsonLayout layout = JsonLayout::pretty);

}  // namespace gronwall
