#include "train_settings.hpp"

#include <charconv>
#include <filesystem>
#include <vector>

#include "arguments.hpp"
#include "gronwall/numbers/counted.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/digits.hpp"

namespace gronwall::verify {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;

/// Calls `visit(name, member, help)` for every setting: the one list of them.
template <typename Settings, typename Visit>
void for_each_setting(Settings& s, Visit visit) {
  visit("data", s.data,
        "training data: 'fashion-mnist', an IDX, CSV or NPY file (with --labels or --targets), 'teacher' "
        "(Gaussian inputs labelled by a network of --teacher-width), 'random-labels' (Gaussian inputs)");
  visit("labels", s.labels, "file of labels: one column of integers from 0");
  visit("targets", s.targets, "file of real targets: one column for each output");
  visit("points", s.points, "train on at most so many inputs");
  visit("test-points", s.test_points,
        "so many others to test on: of the test images, generated, or drawn from the file by --data-seed");
  visit("offset", s.offset, "skip so many rows of the file");
  visit("normalise", s.normalise,
        "sphere: scale inputs to |x|^2 = d; none: take them as they are; automatic: none for files, else "
        "sphere");
  visit("dimension", s.dimension, "dimension of generated inputs");
  visit("outputs", s.outputs,
        "outputs of the teacher (0: 1), classes of random labels or of a file's labels (0: 10, as many as "
        "there are)");
  visit("teacher-width", s.teacher_width, "width of the teacher");
  visit("data-seed", s.data_seed, "seed of generated data and of the division into training and test inputs");

  visit("activation", s.activation, "activation function");
  visit("width", s.width, "width n");
  visit("depth", s.depth, "steps L of the solver in each block");
  visit("solver", s.solver,
        "euler (the residual network), midpoint, rk4, dopri5, butcher6: exact gradients of the discrete "
        "network; adjoint: the "
        "continuous network, by the adjoint ODE");
  visit("tolerance", s.tolerance, "of the adjoint solver's steps");
  visit("reconstruct-backward", s.reconstruct_backward,
        "adjoint solver: integrate the state backward instead of storing it (unstable, as a comparison)");
  visit("blocks", s.blocks, "Neural-ODE blocks one after the other");
  visit("skip", s.skip, "factor of the connection that goes around each block");
  visit("gate", s.gate, "none, or rotation: weights that turn with time");
  visit("T", s.time, "end of time, exact");
  visit("sigma-w", s.sigma_w, "scale of W, exact");
  visit("sigma-u", s.sigma_u, "scale of U, exact");
  visit("sigma-v", s.sigma_v, "scale of V, exact");
  visit("initial-u", s.initial_u, "NPY file of the initial U, n x d, instead of Gaussian numbers");
  visit("initial-w", s.initial_w, "the same for W, n x n; several matrices: m x n x n");
  visit("initial-v", s.initial_v, "the same for V, outputs x n");

  visit("loss", s.loss, "squared, or cross-entropy");
  visit("optimiser", s.optimiser, "sgd (gradient descent when batches are the whole set), momentum, adam");
  visit("rate", s.rate,
        "learning rate for the mean loss; 'provable': the step of the convergence theorem at the initial "
        "weights, for gradient descent on the whole set (computed in double, not proved)");
  visit("momentum", s.momentum, "factor of the momentum");
  visit("beta1", s.beta1, "Adam's first factor");
  visit("beta2", s.beta2, "Adam's second factor");
  visit("epsilon", s.epsilon, "Adam's epsilon");
  visit("batch", s.batch, "inputs in a minibatch; 0: all");
  visit("epochs", s.epochs, "passes through the training set, in all");
  visit("seed", s.seed, "seed of the initial weights and of the order of minibatches");

  visit("compression", s.compression,
        "what the weight gradient's sum over time may leave out, relative; 0: nothing");
  visit("checkpoints", s.checkpoints,
        "memory that grows like sqrt(L): keep some states, compute the others again");
  visit("checkpoint-every", s.checkpoint_every, "write checkpoint.npz every so many epochs");
  visit("monitor", s.monitor, "every so many epochs: the tangent kernel on probe inputs; 0: never");
  visit("probe", s.probe, "number of probe inputs, the first of the training set");
  visit("unproved", s.unproved, "monitor without a proved bound of lambda_min (faster)");
}

/// The title of the part of the help text that begins with this setting.
std::string section_from(const std::string& name) {
  if (name == "data") return "data";
  if (name == "activation") return "model";
  if (name == "loss") return "training";
  if (name == "checkpoint-every") return "what is kept and measured";
  return "";
}

json::value to_json(const std::string& value) {
  return json::value(value);
}
json::value to_json(bool value) {
  return value;
}
json::value to_json(double value) {
  return json::value(shortest_text(value));
}
json::value to_json(long value) {
  return value;
}
json::value to_json(std::uint64_t value) {
  return value;
}

[[noreturn]] void refuse(const char* name) {
  throw InputError(std::string("config.json has no proper option '") + name + "': it was changed");
}

void from_json(const json::value& value, const char* name, std::string& into) {
  if (!value.is_string()) refuse(name);
  into = value.as_string();
}
void from_json(const json::value& value, const char* name, bool& into) {
  if (!value.is_bool()) refuse(name);
  into = value.as_bool();
}
void from_json(const json::value& value, const char* name, double& into) {
  if (!value.is_string()) refuse(name);
  const json::string& text = value.as_string();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (error != std::errc() || end != text.data() + text.size()) refuse(name);
}
template <typename Integer>
void from_json(const json::value& value, const char* name, Integer& into) {
  boost::system::error_code error;
  into = value.to_number<Integer>(error);
  if (error) refuse(name);
}

}  // namespace

void add_train_options(po::options_description& options, TrainSettings& settings) {
  std::vector<po::options_description> sections;
  for_each_setting(settings, [&]<typename T>(const char* name, T& member, const char* help) {
    if (const std::string title = section_from(name); !title.empty())
      sections.emplace_back(title, kHelpWidth, kDescriptionWidth);
    po::options_description& section = sections.back();
    if constexpr (std::is_same_v<T, bool>) {
      section.add_options()(name, po::bool_switch(&member), help);
    } else if constexpr (std::is_same_v<T, double>) {
      section.add_options()(name, po::value(&member)->default_value(member, shortest_text(member)), help);
    } else if constexpr (std::is_same_v<T, std::string>) {
      auto* value = po::value(&member);
      if (!member.empty()) value->default_value(member);
      section.add_options()(name, value, help);
    } else {
      section.add_options()(name, po::value(&member)->default_value(member), help);
    }
  });
  for (const po::options_description& section : sections) options.add(section);
}

bool is_generated(const TrainSettings& settings) {
  return settings.data == "teacher" || settings.data == "random-labels";
}

bool is_file(const TrainSettings& settings) {
  return settings.data != "fashion-mnist" && !is_generated(settings);
}

void require_effect(const po::variables_map& values, const TrainSettings& s) {
  const bool trains = values.count("check-gradients") == 0;
  const bool adjoint = s.solver == "adjoint";
  const bool draws_weights = s.initial_u.empty() || s.initial_w.empty() || s.initial_v.empty();
  require_effect(
      values,
      {{{"optimiser", "rate", "momentum", "beta1", "beta2", "epsilon", "batch", "epochs", "checkpoint-every",
         "compression", "checkpoints", "monitor", "probe", "unproved", "test-points", "out"},
        trains,
        "--check-gradients trains nothing"},
       {{"like"}, trains, "--check-gradients takes its options from the command line"},

       {{"labels", "targets"},
        is_file(s),
        "it belongs to a file of inputs (--data FILE); '" + s.data + "' has its own"},
       {{"offset"},
        !is_generated(s),
        "it skips rows of a file; '" + s.data + "' has none (--data-seed draws others)"},
       {{"dimension"},
        is_generated(s),
        "the data fix it; it belongs to --data teacher and --data random-labels"},
       {{"outputs"},
        is_generated(s) || (is_file(s) && s.targets.empty()),
        "the data fix it; it belongs to --data teacher, --data random-labels and --labels"},
       {{"teacher-width"}, s.data == "teacher", "it belongs to --data teacher"},
       {{"data-seed"},
        is_generated(s) || (is_file(s) && s.test_points > 0),
        "nothing is drawn; it belongs to --data teacher, --data random-labels and the --test-points of a "
        "file"},

       {{"depth"},
        !adjoint || !trains || s.monitor > 0 || s.rate == "provable" || s.data == "teacher",
        "--solver adjoint chooses its steps by --tolerance"},
       {{"tolerance", "reconstruct-backward"}, adjoint || !trains, "it belongs to --solver adjoint"},
       {{"compression", "checkpoints"}, !adjoint, "it belongs to the other solvers than adjoint"},

       {{"momentum"}, s.optimiser == "momentum", "it belongs to --optimiser momentum"},
       {{"beta1", "beta2", "epsilon"}, s.optimiser == "adam", "it belongs to --optimiser adam"},
       {{"seed"},
        draws_weights || (trains && s.batch > 0),
        "all weights are given, and without --batch there are no minibatches to put in order"},
       {{"probe", "unproved"}, s.monitor > 0, "it belongs to --monitor K"},
       {{"monitor"},
        s.monitor <= s.epochs,
        "the run of " + counted(s.epochs, "epoch") + " ends before the first monitored one"}});
}

void make_paths_absolute(TrainSettings& settings) {
  const auto absolute = [](std::string& path) {
    if (!path.empty()) path = std::filesystem::absolute(path).lexically_normal().string();
  };
  for (std::string* path :
       {&settings.labels, &settings.targets, &settings.initial_u, &settings.initial_w, &settings.initial_v})
    absolute(*path);
  if (is_file(settings)) absolute(settings.data);
}

json::object write_settings(const TrainSettings& settings) {
  json::object object;
  for_each_setting(
      settings, [&](const char* name, const auto& member, const char*) { object[name] = to_json(member); });
  return object;
}

TrainSettings read_settings(const json::object& object) {
  TrainSettings settings;
  std::size_t known = 0;
  for_each_setting(settings, [&](const char* name, auto& member, const char*) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) refuse(name);
    from_json(*value, name, member);
    ++known;
  });
  if (object.size() == known) return settings;
  const json::object names = write_settings(settings);
  for (const auto& [name, value] : object)
    if (!names.contains(name))
      throw InputError("config.json has an unknown option '" + std::string(name) + "': it was changed");
  return settings;
}

}  // namespace gronwall::verify
