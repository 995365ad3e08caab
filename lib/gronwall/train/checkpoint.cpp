#include "gronwall/train/checkpoint.hpp"

#include <array>
#include <boost/json.hpp>

#include "gronwall/data/npz.hpp"
#include "gronwall/data/row_blocks.hpp"
#include "gronwall/data/sha256.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

namespace json = boost::json;

constexpr const char* kFormat = "gronwall-checkpoint";
constexpr const char* kFormatMember = "format.json";
/// Prefixes of the optimiser's vectors, as in the papers: first and second moment.
constexpr std::array<const char*, 2> kMemoryNames = {"m", "v"};

using ConstMap = Eigen::Map<const Eigen::MatrixXd>;

ConstMap matrix_of(const Eigen::VectorXd& flat, const Weights::Part& part) {
  return {flat.data() + part.offset, part.rows, part.columns};
}

std::string digest(const Weights& weights) {
  Sha256 hash;
  for (const Weights::Part& part : weights.parts())
    for_each_row_block(matrix_of(weights.flat(), part), [&](ByteView bytes) { hash.update(bytes); });
  return hash.hex_digest();
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
  throw InputError(path.string() + " " + why);
}

/// A member of format.json. \throws InputError when it is missing.
const json::value& field(const json::object& format, const char* name, const std::filesystem::path& path) {
  const json::value* value = format.if_contains(name);
  if (value == nullptr)
    refuse(path, std::string("is not a checkpoint of Gronwall: its format.json has no '") + name + "'");
  return *value;
}

std::uint64_t count_field(const json::object& format, const char* name, const std::filesystem::path& path) {
  boost::system::error_code error;
  const auto count = field(format, name, path).to_number<std::uint64_t>(error);
  if (error) refuse(path, std::string("has no proper count '") + name + "' in its format.json");
  return count;
}

/// \throws InputError unless it is a checkpoint of the right version.
json::object read_format(const NpzReader& reader, const std::filesystem::path& path) {
  boost::system::error_code error;
  const json::value value = json::parse(reader.text(kFormatMember), error);
  if (error || !value.is_object())
    refuse(path, "is not a checkpoint of Gronwall: its format.json is no JSON object");
  const json::object& format = value.as_object();
  if (field(format, "format", path) != json::value(kFormat))
    refuse(path, "is not a checkpoint of Gronwall: its format is " + json::serialize(format.at("format")));
  const std::uint64_t version = count_field(format, "version", path);
  if (version != kCheckpointVersion)
    refuse(path, "is a checkpoint of version " + std::to_string(version) + "; this program reads version " +
                     std::to_string(kCheckpointVersion) + ": use the release that wrote it");
  return format;
}

void require_network(const json::object& format, const Network& network, const std::filesystem::path& path) {
  const json::value& stored = field(format, "network", path);
  for (const auto& [name, wanted] : describe(network)) {
    const json::value* found = stored.is_object() ? stored.as_object().if_contains(name) : nullptr;
    if (found == nullptr || json::serialize(*found) != json::serialize(wanted))
      refuse(path, "is a checkpoint of another network: " + std::string(name) + " is " +
                       (found == nullptr ? "not given" : json::serialize(*found)) + " there and " +
                       json::serialize(wanted) + " here");
  }
}

}  // namespace

json::object describe(const Network& network) {
  return {{"activation", network.phi->name()},
          {"width", network.width},
          {"input_dimension", network.input_dimension},
          {"outputs", network.outputs},
          {"blocks", network.blocks},
          {"skip", to_canonical_text(to_rational(network.skip))},
          {"gate", to_string(network.gate)},
          {"T", to_canonical_text(network.time)},
          {"sigma_w", to_canonical_text(network.sigma_w)},
          {"sigma_u", to_canonical_text(network.sigma_u)},
          {"sigma_v", to_canonical_text(network.sigma_v)}};
}

void write_checkpoint(const std::filesystem::path& path, const Network& network, const TrainingState& state) {
  network.check();
  const std::size_t memories = state.optimiser_memory.size();
  bool fits = state.weights.flat().size() == network.parameters() && memories <= kMemoryNames.size();
  for (const Eigen::VectorXd& memory : state.optimiser_memory)
    fits = fits && memory.size() == network.parameters();
  if (!fits) throw InputError("a training state of other sizes than the network's cannot be written");

  json::array memory_names;
  for (std::size_t k = 0; k < memories; ++k) memory_names.emplace_back(kMemoryNames[k]);
  const json::object format{{"format", kFormat},
                            {"version", kCheckpointVersion},
                            {"network", describe(network)},
                            {"epoch", state.epoch},
                            {"optimiser_steps", state.optimiser_steps},
                            {"optimiser_memory", std::move(memory_names)},
                            {"weights_sha256", digest(state.weights)}};
  const std::vector<Weights::Part> parts = state.weights.parts();
  NpzWriter writer(path);
  writer.add_text(kFormatMember, json::serialize(format));
  for (const Weights::Part& part : parts) writer.add_matrix(part.name, matrix_of(state.weights.flat(), part));
  for (std::size_t k = 0; k < memories; ++k)
    for (const Weights::Part& part : parts)
      writer.add_matrix(std::string(kMemoryNames[k]) + "_" + part.name,
                        matrix_of(state.optimiser_memory[k], part));
  writer.commit();
}

TrainingState read_checkpoint(const std::filesystem::path& path, const Network& network) {
  const NpzReader reader(path);
  const json::object format = read_format(reader, path);
  require_network(format, network, path);
  const json::value& memory_names = field(format, "optimiser_memory", path);
  if (!memory_names.is_array() || memory_names.as_array().size() > kMemoryNames.size())
    refuse(path, "has no proper list 'optimiser_memory' in its format.json");

  TrainingState state;
  state.weights = Weights(network);
  state.epoch = count_field(format, "epoch", path);
  state.optimiser_steps = count_field(format, "optimiser_steps", path);
  const std::vector<Weights::Part> parts = state.weights.parts();
  const auto read = [&](Eigen::VectorXd& flat, const std::string& prefix) {
    for (const Weights::Part& part : parts)
      reader.read_matrix(prefix + part.name,
                         Eigen::Map<Eigen::MatrixXd>(flat.data() + part.offset, part.rows, part.columns));
  };
  read(state.weights.flat(), "");
  if (field(format, "weights_sha256", path) != json::value(digest(state.weights)))
    refuse(path,
           "has weights that are not those it was written with (their sha256 differs): it was changed; "
           "use an older one");
  for (std::size_t k = 0; k < memory_names.as_array().size(); ++k)
    read(state.optimiser_memory.emplace_back(network.parameters()), std::string(kMemoryNames[k]) + "_");
  return state;
}

}  // namespace gronwall
