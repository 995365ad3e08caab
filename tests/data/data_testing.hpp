#pragma once
/// \file
/// What the tests of the readers share: refusals by message, files in a folder of their own, bytes by hand.

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "gronwall/data/file_io.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall::testing {

/// `action` must throw `Refusal` with a message that contains all of `words`.
template <typename Refusal = InputError, typename Action>
void check_refused(Action action, std::initializer_list<std::string_view> words) {
  try {
    action();
    BOOST_ERROR("nothing was thrown");
  } catch (const Refusal& refusal) {
    const std::string message = refusal.what();
    for (const std::string_view word : words) {
      BOOST_TEST(message.find(word) != std::string::npos,
                 "'" << message << "' does not say '" << word << "'");
    }
  }
}

/// A new folder, removed at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gronwall-test-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }

  std::filesystem::path write(const std::string& name, ByteView bytes) const {
    std::ofstream file(path_ / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return path_ / name;
  }
  std::filesystem::path write(const std::string& name, std::string_view text) const {
    return write(name, byte_view(text));
  }

 private:
  std::filesystem::path path_;
};

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
