#pragma once
/// \file The options of `gronwall train`, from the command line and from a run's config.json.

#include <boost/json/object.hpp>
#include <boost/program_options.hpp>
#include <cstdint>
#include <string>

namespace gronwall::verify {

/// What a run is made of. `read_settings(write_settings(s))` is `s`.
struct TrainSettings {
  std::string data = "fashion-mnist";
  std::string labels, targets;
  long points = 1000;
  long test_points = 0;
  long offset = 0;
  std::string normalise = "automatic";
  long dimension = 20;
  long outputs = 0;
  long teacher_width = 20;
  std::uint64_t data_seed = 1;

  std::string activation = "softplus";
  long width = 500;
  long depth = 10;
  std::string solver = "euler";
  double tolerance = 1e-6;
  bool reconstruct_backward = false;
  long blocks = 1;
  double skip = 0;
  std::string gate = "none";
  std::string time = "1", sigma_w = "1", sigma_u = "1", sigma_v = "1";
  std::string initial_u, initial_w, initial_v;

  std::string loss = "squared";
  std::string optimiser = "sgd";
  std::string rate = "provable";
  double momentum = 0.9;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  long batch = 0;
  long epochs = 10;
  std::uint64_t seed = 1;

  double compression = 1e-13;
  bool checkpoints = false;
  long checkpoint_every = 1;
  long monitor = 0;
  long probe = 50;
  bool unproved = false;
};

inline constexpr unsigned kHelpWidth = 110, kDescriptionWidth = 80;  ///< of `train --help`

/// Adds one option for each setting, which it writes to when the command line is parsed, in sections.
void add_train_options(boost::program_options::options_description& options, TrainSettings& settings);

/// Whether the inputs are drawn at random.
bool is_generated(const TrainSettings& settings);
/// Whether they are those of a file that `data` names.
bool is_file(const TrainSettings& settings);

/// \throws InputError for an option on the command line that would have no effect beside these settings, of a
/// new run or of --check-gradients.
void require_effect(const boost::program_options::variables_map& values, const TrainSettings& settings);

/// Makes the names of files absolute, so that a run can be resumed from another folder.
void make_paths_absolute(TrainSettings& settings);

/// The settings as JSON, by the names of the options; doubles as strings that read back the same.
boost::json::object write_settings(const TrainSettings& settings);
/// \throws InputError for a member that is missing, unknown or of another type.
TrainSettings read_settings(const boost::json::object& object);

}  // namespace gronwall::verify
