#pragma once
/// \file What the tests of the readers share: bytes by hand, coordinates.

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/refusals.hpp"
#include "../shared/temporary_folder.hpp"
#include "gronwall/data/file_io.hpp"
#include "gronwall/data/point_set.hpp"

namespace gronwall::testing {

inline Bytes bytes_of(std::string_view text) {
  const ByteView view = byte_view(text);
  return {view.begin(), view.end()};
}

inline Bytes from_hex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

inline Bytes joined(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

inline std::vector<std::int64_t> coordinates(const PointSet& points) {
  return {points.coordinates().begin(), points.coordinates().end()};
}

using Integers = std::vector<std::int64_t>;

}  // namespace gronwall::testing

namespace std {
/// Lets Boost.Test print vectors of coordinates.
inline ostream& boost_test_print_type(ostream& out, const vector<int64_t>& values) {
  for (const int64_t value : values) out << value << ' ';
  return out;
}
}  // namespace std
