#pragma once
/// \file What the tests of checkpoints and runs share: small states, their comparison.

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "../shared/refusals.hpp"
#include "../shared/temporary_folder.hpp"
#include "gronwall/train/trainer.hpp"

namespace gronwall::testing {

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
