#include "train_task.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <sstream>

#include "arguments.hpp"
#include "gronwall/data/fashion_mnist.hpp"
#include "gronwall/data/read_points.hpp"
#include "gronwall/data/sha256.hpp"
#include "gronwall/numbers/counted.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/report/json_text.hpp"
#include "gronwall/train/digits.hpp"
#include "gronwall/train/named.hpp"
#include "json_output.hpp"

namespace gronwall::verify {
namespace {

namespace json = boost::json;

constexpr const char* kFormat = "gronwall-run";
constexpr int kVersion = 1;

constexpr long kMostInputs = 1L << 31;

std::size_t count(long value, const char* option, long least, long most = std::numeric_limits<long>::max()) {
  if (value < least)
    throw InputError(std::string("--") + option + " must be at least " + std::to_string(least) + ", not " +
                     std::to_string(value));
  if (value > most)
    throw InputError(std::string("--") + option + " must be at most " + std::to_string(most) + ", not " +
                     std::to_string(value));
  return static_cast<std::size_t>(value);
}

Eigen::Index index(std::size_t value) {
  return static_cast<Eigen::Index>(value);
}

void append_origins(std::vector<Origin>& origins, const std::string& purpose,
                    std::vector<PointSource> sources) {
  const char* roles[] = {" inputs", " answers"};
  for (std::size_t k = 0; k < sources.size(); ++k)
    origins.push_back({purpose + roles[k], std::move(sources[k])});
}

TrainingData fashion_mnist(const TrainSettings& s, std::size_t points, std::size_t test_points) {
  const auto load = [&](FashionMnist part, std::size_t offset, std::size_t limit) {
    return load_data({.inputs = fashion_mnist_path(part),
                      .labels = fashion_mnist_labels_path(part),
                      .offset = offset,
                      .limit = limit,
                      .normalisation = chosen_normalisation(s)});
  };
  TrainingData data;
  LoadedData train = load(FashionMnist::kTrain, count(s.offset, "offset", 0), points);
  data.train = std::move(train.data);
  append_origins(data.origins, "training", std::move(train.sources));
  if (test_points > 0) {
    LoadedData test = load(FashionMnist::kTest, 0, test_points);
    data.test = std::move(test.data);
    append_origins(data.origins, "test", std::move(test.sources));
  }
  return data;
}

TrainingData from_files(const TrainSettings& s, std::size_t points, std::size_t test_points) {
  DataFiles files{.inputs = s.data,
                  .offset = count(s.offset, "offset", 0),
                  .limit = points + test_points,
                  .normalisation = chosen_normalisation(s),
                  .classes = s.outputs};
  if (!s.labels.empty()) files.labels = s.labels;
  if (!s.targets.empty()) files.targets = s.targets;
  LoadedData loaded = load_data(files);
  TrainingData data;
  append_origins(data.origins, "training", std::move(loaded.sources));
  if (test_points == 0) {
    data.train = std::move(loaded.data);
    return data;
  }
  const Eigen::Index first = loaded.data.size() - index(test_points);
  if (first < 1)
    throw InputError("--test-points " + std::to_string(test_points) + " leaves nothing of the " +
                     counted(loaded.data.size(), "row") + " to train on");
  auto [train, test] = split(loaded.data, first, s.data_seed);
  data.train = std::move(train);
  data.test = std::move(test);
  return data;
}

/// Another seed than that of the inputs, and of the student, whose weights must not contain the teacher's.
std::uint64_t teacher_seed(std::uint64_t seed) {
  return seed ^ 0x7465616368657221;  // "teacher!"
}

TrainingData generated(const TrainSettings& s, std::size_t points, std::size_t test_points,
                       unsigned threads) {
  const Eigen::Index dimension = index(count(s.dimension, "dimension", 1));
  const Eigen::MatrixXd x =
      gaussian_inputs(dimension, index(points + test_points), s.data_seed, chosen_normalisation(s));
  LabelledData all;
  PointSource source{"generated", {}, {}};
  const std::string size = std::to_string(points + test_points) + " Gaussian inputs of dimension " +
                           std::to_string(dimension) + ", seed " + std::to_string(s.data_seed);
  if (s.data == "teacher") {
    TrainSettings teacher = s;
    teacher.width = static_cast<long>(count(s.teacher_width, "teacher-width", 1));
    const DiscreteNetwork network = network_of(teacher, dimension, s.outputs == 0 ? 1 : s.outputs);
    BatchGradient engine(network, Loss::squared, {.threads = threads});
    all.y = engine.outputs(Weights::gaussian(network.network, teacher_seed(s.data_seed)), x);
    if (!all.y.allFinite())
      throw InputError("the teacher's outputs overflow: take smaller --T, --sigma-w, --sigma-u or --sigma-v");
    all.x = x;
    source.description = size + ", labelled by a network of width " + std::to_string(s.teacher_width);
  } else {
    const Eigen::Index classes = s.outputs == 0 ? 10 : s.outputs;
    all = classification(x, random_labels(x.cols(), classes, s.data_seed), classes);
    source.description = size + ", " + std::to_string(classes) + " classes at random";
  }
  check(all);
  TrainingData data;
  std::vector<Eigen::Index> samples(points + test_points);
  for (std::size_t k = 0; k < samples.size(); ++k) samples[k] = index(k);
  data.train = subset(all, std::span(samples).first(points));
  if (test_points > 0) data.test = subset(all, std::span(samples).subspan(points));
  data.origins.push_back({"training inputs", std::move(source)});
  return data;
}

TrainingData load(const TrainSettings& s, unsigned threads) {
  const std::size_t points = count(s.points, "points", 1, kMostInputs),
                    test_points = count(s.test_points, "test-points", 0, kMostInputs);
  if (is_file(s) && !std::filesystem::exists(s.data)) {
    const std::array<std::string, 3> names{"fashion-mnist", "teacher", "random-labels"};
    const std::string nearest = nearest_name(std::filesystem::path(s.data).filename().string(), names);
    if (!nearest.empty())
      throw FileError("--data: there is no file " + s.data + "; did you mean '" + nearest + "'?");
  }
  if (is_file(s)) return from_files(s, points, test_points);
  return is_generated(s) ? generated(s, points, test_points, threads) : fashion_mnist(s, points, test_points);
}

/// Fills `matrix` from a file of `matrix.rows()` rows; a single row or column may be a plain vector.
void read_weights(Eigen::Ref<Eigen::MatrixXd> matrix, const RealTable& table, std::size_t start,
                  const std::string& option) {
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = 0; j < matrix.cols(); ++j)
      matrix(i, j) = table.values[start + static_cast<std::size_t>(i * matrix.cols() + j)];
  if (!matrix.allFinite()) throw InputError("--" + option + ": a weight is not finite");
}

void initial_weights(const TrainSettings& s, Weights& weights, std::vector<Origin>& origins) {
  const auto read = [&](const std::string& path, const std::string& option, const std::string& block) {
    if (path.empty()) return;
    RealTable table;
    try {
      table = read_table(path);
    } catch (const InputError& error) {
      throw InputError("--" + option + ": " + error.what());
    }
    std::vector<Weights::Part> parts;
    for (Weights::Part& part : weights.parts())
      if (part.name.starts_with(block)) parts.push_back(std::move(part));
    const auto rows = static_cast<std::size_t>(parts.front().rows);
    const auto columns = static_cast<std::size_t>(parts.front().columns);
    const bool matrix = parts.size() == 1 && table.rows() == rows && table.columns == columns;
    const bool vector = parts.size() == 1 && rows == 1 && table.rows() == columns && table.columns == 1;
    const bool stack = parts.size() > 1 && table.rows() == parts.size() && table.columns == rows * columns;
    if (!matrix && !vector && !stack) {
      std::string wanted = std::to_string(rows) + " x " + std::to_string(columns);
      if (parts.size() > 1) wanted = std::to_string(parts.size()) + " x " + wanted;
      throw InputError("--" + option + ": " + table.source.name + " (" + table.source.description +
                       ") is not an array of " + wanted + " weights");
    }
    for (std::size_t k = 0; k < parts.size(); ++k)
      read_weights(Eigen::Map<Eigen::MatrixXd>(weights.flat().data() + parts[k].offset, parts[k].rows,
                                               parts[k].columns),
                   table, k * rows * columns, option);
    origins.push_back({"initial " + block, std::move(table.source)});
  };
  read(s.initial_u, "initial-u", "U");
  read(s.initial_w, "initial-w", "W");
  read(s.initial_v, "initial-v", "V");
}

json::array to_json(const std::vector<Origin>& origins) {
  json::array array;
  for (const Origin& origin : origins)
    array.push_back({{"role", origin.role},
                     {"name", origin.source.name},
                     {"description", origin.source.description},
                     {"sha256", origin.source.sha256}});
  return array;
}

/// The sha256 of what must stay in a configuration as it was written. It may say otherwise how long the run
/// lasts, how often it is saved, and where its files are: what is in them has hashes of its own.
std::string digest_of(const json::object& config, const TrainSettings& settings) {
  std::map<std::string, std::string> kept;
  for (const auto& [name, value] : config.at("options").as_object())
    kept[std::string(name)] = json::serialize(value);
  for (const char* name : {"epochs", "checkpoint-every"}) kept.erase(name);
  for (const char* name : {"labels", "targets", "initial-u", "initial-w", "initial-v"})
    kept[name] = kept[name] == json::serialize(json::value("")) ? "no file" : "file";
  if (is_file(settings)) kept["data"] = "file";
  for (const char* name : {"rate_rule", "network"}) kept[name] = json::serialize(config.at(name));
  std::string text;
  for (const auto& [name, value] : kept) text += name + " " + value + "\n";
  for (const json::value& file : config.at("files").as_array())
    text += json::serialize(file.at("role")) + " " + json::serialize(file.at("sha256")) + "\n";
  return sha256_hex(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

/// The rule of a configuration without a hash, unless it speaks of another rate than the configuration.
std::string believable_rule(const std::string& rule, double rate) {
  std::ostringstream stated;
  stated << "= " << rate << ' ';
  if (rule.starts_with("provable") && rule.find(stated.str()) == std::string::npos)
    return "changed in config.json";
  return rule;
}

}  // namespace

Normalisation chosen_normalisation(const TrainSettings& s) {
  if (s.normalise != "automatic") return normalisation_of(s.normalise);
  return s.data == "fashion-mnist" || is_generated(s) ? Normalisation::sphere : Normalisation::none;
}

DiscreteNetwork network_of(const TrainSettings& s, Eigen::Index dimension, Eigen::Index outputs) {
  DiscreteNetwork result;
  result.network = {.phi = &activation(s.activation),
                    .width = s.width,
                    .input_dimension = dimension,
                    .outputs = outputs,
                    .blocks = s.blocks,
                    .skip = s.skip,
                    .gate = gate_of(s.gate),
                    .time = positive_number(s.time, "T"),
                    .sigma_w = positive_number(s.sigma_w, "sigma-w"),
                    .sigma_u = positive_number(s.sigma_u, "sigma-u"),
                    .sigma_v = positive_number(s.sigma_v, "sigma-v")};
  // The schemes by their names, and the adjoint solver, which is monitored by rk4.
  const std::vector<std::string> schemes = scheme_names();
  std::vector<Named<bool>> solvers;
  for (const std::string& name : schemes) solvers.push_back({name, false});
  solvers.push_back({"adjoint", true});
  const bool adjoint = value_named<bool>(solvers, s.solver, "solver");
  result.scheme = &scheme(adjoint ? "rk4" : s.solver);
  result.steps = s.depth;
  result.check();
  return result;
}

bool learns_classes(const TrainSettings& s) {
  return s.data == "fashion-mnist" || s.data == "random-labels" || !s.labels.empty();
}

double rate_of(const TrainSettings& s) {
  double rate = 0;
  const auto [end, error] = std::from_chars(s.rate.data(), s.rate.data() + s.rate.size(), rate);
  if (error != std::errc() || end != s.rate.data() + s.rate.size() || !(rate > 0) || !std::isfinite(rate))
    throw InputError("--rate must be a positive number or 'provable', not '" + s.rate + "'");
  return rate;
}

AdjointSolver adjoint_solver(const TrainSettings& s) {
  return {.tolerance = s.tolerance, .reconstruct_backward = s.reconstruct_backward};
}

TrainingOptions training_options(const TrainSettings& s, Eigen::Index dimension, Eigen::Index outputs,
                                 unsigned threads) {
  OptimiserOptions optimiser{.method = method_of(s.optimiser),
                             .rate = s.rate == "provable" ? 1 : rate_of(s),
                             .momentum = s.momentum,
                             .beta1 = s.beta1,
                             .beta2 = s.beta2,
                             .epsilon = s.epsilon};
  optimiser.check();
  if (s.rate == "provable" && (optimiser.method != Method::sgd || loss_of(s.loss) != Loss::squared))
    throw InputError(
        "--rate provable is for gradient descent on the squared loss; give a number, --rate R, with " +
        (optimiser.method != Method::sgd ? "--optimiser " + s.optimiser : "--loss " + s.loss));
  TrainingOptions options{
      .network = network_of(s, dimension, outputs),
      .adjoint = std::nullopt,
      .loss = loss_of(s.loss),
      .optimiser = optimiser,
      .batch_size = index(count(s.batch, "batch", 0)),
      .seed = s.seed,
      .batch = {.threads = threads, .compression = s.compression, .checkpoints = s.checkpoints}};
  if (s.solver == "adjoint") options.adjoint = adjoint_solver(s);
  return options;
}

TrainTask make_task(const TrainSettings& s, unsigned threads) {
  count(s.checkpoint_every, "checkpoint-every", 1);
  count(s.probe, "probe", 1);
  count(s.epochs, "epochs", 1);
  count(s.monitor, "monitor", 0);
  count(s.outputs, "outputs", 0);
  training_options(s, 1, 1, threads);  // what can be refused without data is refused before they are read
  TrainTask task;
  task.data = load(s, threads);
  task.origins = task.data.origins;
  if (s.rate == "provable" && s.batch > 0 && s.batch < task.data.train.size())
    throw InputError(
        "--rate provable is for gradient descent on the whole set; give a number, --rate R, with --batch");
  task.options = training_options(s, task.data.train.x.rows(), task.data.train.outputs(), threads);
  task.options.check(task.data.train);
  const Network& network = task.options.network.network;
  try {
    task.start = Weights::gaussian(network, s.seed);
  } catch (const std::bad_alloc&) {
    std::ostringstream gigabytes;
    gigabytes << static_cast<double>(network.parameters()) * sizeof(double) / 1e9;
    throw PrecisionError("not enough memory: the weights of width " + std::to_string(network.width) +
                         " need " + gigabytes.str() +
                         " GB, their gradient as much again; take a smaller --width");
  }
  initial_weights(s, task.start, task.origins);
  return task;
}

bool has_minibatches(const TrainTask& task) {
  return task.options.batch_size != 0 && task.options.batch_size != task.data.train.size();
}

std::string config_text(const TrainSettings& settings, const TrainTask& task, const std::string& rate_rule) {
  json::object config{{"format", kFormat},
                      {"version", kVersion},
                      {"program", std::string("gronwall ") + GRONWALL_VERSION},
                      {"options", write_settings(settings)},
                      {"rate_rule", rate_rule},
                      {"network", describe(task.options.network.network)},
                      {"files", to_json(task.origins)}};
  config["sha256"] = digest_of(config, settings);
  return to_json_text(config) + "\n";
}

RunConfig read_config(const std::string& text, const std::filesystem::path& folder) {
  const auto refuse = [&](const std::string& why) {
    throw InputError((folder / "config.json").string() + " " + why);
  };
  boost::system::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) refuse("is not JSON (" + error.message() + ")");
  const json::object& config = value.as_object();
  const auto has = [&](const char* name) { return config.if_contains(name) != nullptr; };
  if (!has("format") || config.at("format") != json::value(kFormat))
    refuse("is not that of a run of 'gronwall train'");
  if (!has("version") || config.at("version") != json::value(kVersion))
    refuse("has version " + (has("version") ? json::serialize(config.at("version")) : "unknown") +
           "; this program reads version " + std::to_string(kVersion) + ": use the release that wrote it");
  try {
    RunConfig result;
    result.settings = read_settings(config.at("options").as_object());
    result.rate_rule = config.at("rate_rule").as_string();
    const json::object& network = config.at("network").as_object();
    result.network = network_of(result.settings, network.at("input_dimension").to_number<Eigen::Index>(),
                                network.at("outputs").to_number<Eigen::Index>())
                         .network;
    for (const json::value& file : config.at("files").as_array())
      result.origins.push_back({std::string(file.at("role").as_string()),
                                {.name = std::string(file.at("name").as_string()),
                                 .description = std::string(file.at("description").as_string()),
                                 .sha256 = std::string(file.at("sha256").as_string())}});
    for (const auto& [name, part] : config) {
      constexpr std::array<std::string_view, 8> kParts{"format",    "version", "program", "options",
                                                       "rate_rule", "network", "files",   "sha256"};
      if (std::find(kParts.begin(), kParts.end(), std::string_view(name)) == kParts.end())
        throw InputError("config.json has an unknown part '" + std::string(name) + "': it was changed");
    }
    const double rate = rate_of(result.settings);
    if (!has("sha256"))
      result.rate_rule = believable_rule(result.rate_rule, rate);
    else if (config.at("sha256") != json::value(digest_of(config, result.settings)))
      throw InputError(
          "config.json is not as it was written (its sha256 differs): put it back; only --epochs can change, "
          "by --resume, and for other options there are new runs");
    return result;
  } catch (const InputError& bad) {
    throw InputError(folder.string() + ": " + bad.what());
  } catch (const std::exception&) {  // a member that is missing or of another type
    throw InputError((folder / "config.json").string() + " lacks a part: it was changed");
  }
}

void require_same_origins(const std::vector<Origin>& now, const RunConfig& config,
                          const std::string& consequence) {
  bool same = now.size() == config.origins.size();
  for (std::size_t k = 0; same && k < now.size(); ++k) {
    if (now[k].source.sha256 != config.origins[k].source.sha256)
      throw InputError("the file " + now[k].source.name + " (" + now[k].role +
                       ") has changed since the run began: its sha256 is " + now[k].source.sha256 + ", not " +
                       config.origins[k].source.sha256 + ": " + consequence);
    same = now[k].role == config.origins[k].role;
  }
  if (!same) throw InputError("the run's files are not those it began with: " + consequence);
}

std::vector<std::string> metric_columns(const TrainSettings& settings, const TrainTask& task) {
  const bool classes = task.data.train.is_classification();
  std::vector<std::string> columns{"loss"};
  if (classes) columns.emplace_back("accuracy");
  if (task.data.test) {
    columns.emplace_back("test_loss");
    if (classes) columns.emplace_back("test_accuracy");
  }
  columns.emplace_back("gradient_norm");
  for (const Weights::Part& part : task.start.parts()) columns.push_back("moved_" + part.name);
  if (settings.monitor > 0)
    for (const char* name : {"lambda_min", "lambda_max", "proved_lambda_min", "jacobian_change",
                             "jacobian_norm", "predicted_decay", "measured_decay"})
      columns.emplace_back(name);
  return columns;
}

}  // namespace gronwall::verify
