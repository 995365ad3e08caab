#pragma once
/// \file
/// What the tests of checkpoints and runs share: folders of their own, refusals by message, small states.

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>

#include "gronwall/numbers/error.hpp"
#include "gronwall/train/trainer.hpp"

namespace gronwall::testing {

/// `action` must throw `Refusal` with a message that contains all of `words`.
template <typename Refusal = InputError, typename Action>
void check_refused(Action action, std::initializer_list<std::string_view> words) {
  try {
    action();
    BOOST_ERROR("nothing was thrown");
  } catch (const Refusal& refusal) {
    const std::string message = refusal.what();
    for (const std::string_view word : words)
      BOOST_TEST(message.find(word) != std::string::npos,
                 "'" << message << "' does not say '" << word << "'");
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
  std::filesystem::path write(const std::string& name, std::string_view text) const {
    std::ofstream file(path_ / name, std::ios::binary);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline bool same_bits(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(double)) == 0;
}

inline bool same_state(const TrainingState& a, const TrainingState& b) {
  if (a.epoch != b.epoch || a.optimiser_steps != b.optimiser_steps ||
      a.optimiser_memory.size() != b.optimiser_memory.size() ||
      !same_bits(a.weights.flat(), b.weights.flat()))
    return false;
  for (std::size_t k = 0; k < a.optimiser_memory.size(); ++k)
    if (!same_bits(a.optimiser_memory[k], b.optimiser_memory[k])) return false;
  return true;
}

inline Network small_network(long blocks = 1, Gate gate = Gate::none) {
  return {.phi = &activation("softplus"),
          .width = 4,
          .input_dimension = 3,
          .outputs = 2,
          .blocks = blocks,
          .skip = 0.1 * static_cast<double>(blocks - 1),
          .gate = gate,
          .time = Rational(3, 2)};
}

/// A state whose numbers all differ.
inline TrainingState state_of(const Network& network, std::size_t memories, std::uint64_t epoch = 7) {
  TrainingState state{Weights::gaussian(network, 3 + epoch), {}, 10 * epoch, epoch};
  for (std::size_t k = 0; k < memories; ++k)
    state.optimiser_memory.push_back(Weights::gaussian(network, 100 + k + epoch).flat() / 3);
  return state;
}

}  // namespace gronwall::testing
