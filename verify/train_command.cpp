/// \file `gronwall train`, `evaluate` and `predict`.

#include <algorithm>
#include <iostream>
#include <numeric>

#include "arguments.hpp"
#include "command.hpp"
#include "gronwall/data/fashion_mnist.hpp"
#include "gronwall/data/file_io.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/data/read_points.hpp"
#include "gronwall/numbers/counted.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/report/progress.hpp"
#include "gronwall/train/digits.hpp"
#include "gronwall/train/learning_rate.hpp"
#include "json_output.hpp"
#include "train_session.hpp"

namespace gronwall::verify {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;
namespace fs = std::filesystem;

unsigned threads_of(const po::variables_map& values) {
  const long threads = values["threads"].as<long>();
  constexpr long kMost = 4096;
  if (threads < 0 || threads > kMost)
    throw InputError("--threads must lie between 0 (one for each processor) and 4096, not " +
                     std::to_string(threads));
  return static_cast<unsigned>(threads);
}

/// Says on standard error what it is computed for, and how far it is.
ProvableRate provable_rate_of(const TrainTask& task, const std::string& announcement, bool quiet) {
  if (!quiet) std::cerr << announcement << std::endl;
  const std::string label = "provable rate";
  ProgressBar progress(1, quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  progress.start(label);
  const ProvableRate found = provable_rate(
      task.options.network, task.start, task.data.train, task.options.batch,
      [&](std::size_t done, std::size_t total) {
        progress.advance(static_cast<double>(done) / static_cast<double>(total),
                         label + ", kernel " + std::to_string(done) + " of " + std::to_string(total));
      });
  progress.finish(label, shortest_text(found.rate));
  return found;
}

/// Replaces "provable" by a number. Returns what is to be said about it.
std::string settle_rate(TrainSettings& settings, TrainTask& task, bool quiet) {
  if (settings.rate != "provable") return "given";
  const ProvableRate found = provable_rate_of(
      task, "computing the provable rate from the tangent kernel (a number, --rate R, needs none) ...",
      quiet);
  settings.rate = shortest_text(found.rate);
  task.options.optimiser.rate = found.rate;
  return "provable: " + found.explanation;
}

void print_evaluation(const std::string& name, const Evaluation& evaluation) {
  std::cout << name << " loss " << digits17(evaluation.loss);
  if (evaluation.accuracy) std::cout << ", accuracy " << shortest_text(*evaluation.accuracy);
  std::cout << '\n';
}

void add_evaluation(json::object& object, const std::string& prefix, const Evaluation& evaluation) {
  object[prefix + "loss"] = evaluation.loss;
  if (evaluation.accuracy) object[prefix + "accuracy"] = *evaluation.accuracy;
}

void print_task(const TrainTask& task, const TrainSettings& settings, const std::string& rate_rule) {
  const Network& network = task.options.network.network;
  std::cout << network.phi->name() << "(z) = " << network.phi->formula() << ", n = " << network.width
            << ", d = " << network.input_dimension << ", " << network.outputs
            << (network.outputs == 1 ? " output" : " outputs") << ", T = " << settings.time << ", "
            << (task.options.adjoint
                    ? "adjoint solver, tolerance " + shortest_text(settings.tolerance)
                    : "L = " + std::to_string(settings.depth) + " (" + settings.solver + ")");
  if (network.blocks > 1) std::cout << ", " << network.blocks << " blocks";
  std::cout << '\n' << counted(task.data.train.size(), "input") << " to train on";
  if (task.data.test) std::cout << ", " << task.data.test->size() << " to test on";
  std::cout << ", " << task.origins.front().source.name << " (" << task.origins.front().source.description
            << ")\n"
            << "rate " << settings.rate << " (" << rate_rule << ")\n";
  if (settings.monitor > 0 && settings.probe > task.data.train.size())
    std::cout << "the monitor's probe inputs are all " << task.data.train.size() << " there are, not --probe "
              << settings.probe << '\n';
}

json::object last_record(const SessionResult& result, const std::vector<std::string>& columns) {
  json::object object;
  if (result.records.empty()) return object;
  const MetricsRecord& record = result.records.back();
  object["epoch"] = record.epoch;
  for (std::size_t k = 0; k < columns.size(); ++k)
    if (record.values[k]) object[columns[k]] = *record.values[k];
  return object;
}

std::string certificate_of(std::uint64_t epoch) {
  return "certificates/epoch-" + std::to_string(epoch);
}

void add_proofs(json::object& object, const ProofSummary& proofs) {
  if (proofs.proved > 0)
    object["proved"] = json::object{{"epochs", proofs.proved},
                                    {"last_epoch", proofs.last_proved},
                                    {"lambda_min", proofs.lambda_min},
                                    {"certificate", certificate_of(proofs.last_proved)}};
  if (proofs.missing > 0) object["not_proved"] = proofs.why_missing;
}

void print_proofs(const ProofSummary& proofs, const fs::path& folder) {
  if (proofs.proved > 0)
    std::cout << "lambda_min of the first output's tangent kernel is at least "
              << shortest_text(proofs.lambda_min) << " after epoch " << proofs.last_proved
              << ", proved: gronwall check " << (folder / certificate_of(proofs.last_proved)).string()
              << '\n';
  if (proofs.missing == 0) return;
  std::cout << "lambda_min of the tangent kernel is computed, not proved, ";
  if (proofs.proved > 0)
    std::cout << "at " << proofs.missing << " of " << proofs.proved + proofs.missing
              << " monitored epochs, the last of them " << proofs.last_missing << ": ";
  else
    std::cout << "at every monitored epoch: ";
  std::cout << proofs.why_missing << '\n';
}

void report(const SessionResult& result, const TrainTask& task, const TrainSettings& settings,
            const std::string& rate_rule, const fs::path& folder, bool as_json) {
  if (as_json) {
    json::object object{{"run", folder.string()},
                        {"epochs", result.epochs},
                        {"interrupted", result.signal != 0},
                        {"rate", task.options.optimiser.rate},
                        {"rate_rule", rate_rule},
                        {"steps_per_second", result.steps_per_second}};
    add_evaluation(object, "", result.train);
    if (result.test) add_evaluation(object, "test_", *result.test);
    add_proofs(object, result.proofs);
    object["last_epoch"] = last_record(result, metric_columns(settings, task));
    print_json(object);
    return;
  }
  std::cout << "after " << result.epochs << (result.epochs == 1 ? " epoch:\n" : " epochs:\n");
  print_evaluation("training", result.train);
  if (result.test) print_evaluation("test", *result.test);
  if (!result.records.empty()) {
    const std::vector<std::string> columns = metric_columns(settings, task);
    for (std::size_t k = 0; k < columns.size(); ++k)
      if (columns[k].starts_with("moved_") && result.records.back().values[k])
        std::cout << columns[k].substr(6) << " moved by " << shortest_text(*result.records.back().values[k])
                  << '\n';
  }
  print_proofs(result.proofs, folder);
  std::cout << "run: " << folder.string() << " (config.json, metrics.csv, metrics.jsonl, checkpoint.npz";
  for (const std::string& plot : result.plots) std::cout << ", " << plot;
  std::cout << ")\n";
}

int report_divergence(const DivergedError& diverged, const TrainSettings& settings, const TrainTask& task,
                      bool quiet) {
  std::cout.flush();
  std::cerr << "gronwall: training diverged: " << diverged.what() << '\n';
  if (task.options.optimiser.method != Method::sgd || task.options.loss != Loss::squared) {
    std::cerr << "the rate was " << settings.rate << "; take a smaller one\n";
    return kDiverged;
  }
  try {
    const ProvableRate safe = provable_rate_of(task, "computing the largest provable rate ...", quiet);
    std::cerr << "the rate was " << settings.rate << "; the largest provable one "
              << (has_minibatches(task) ? "for steps on the whole set " : "") << "at the initial weights is "
              << shortest_text(safe.rate) << " (" << safe.explanation << ")\n";
  } catch (const InputError& none) {
    std::cerr << "the rate was " << settings.rate << "; there is no provable one: " << none.what() << '\n';
  }
  return kDiverged;
}

/// Runs the session. What goes wrong is reported with what to do about it; a run without a finished epoch
/// then leaves nothing behind.
int train(RunDirectory& run, Trainer& trainer, const TrainSettings& settings, const TrainTask& task,
          const std::string& rate_rule, bool as_json, bool quiet) {
  const std::string folder = run.folder().string();
  try {
    if (!as_json) print_task(task, settings, rate_rule);
    std::cout.flush();
    const SessionResult result = run_session(run, trainer, settings, task, quiet || as_json);
    report(result, task, settings, rate_rule, run.folder(), as_json);
    if (result.signal == 0) return kSuccess;
    std::cerr << "gronwall: stopped after epoch " << result.epochs << " of " << settings.epochs
              << "; go on with: gronwall train --resume " << folder << '\n';
    return 128 + result.signal;
  } catch (const DivergedError& diverged) {
    run.discard();
    return report_divergence(diverged, settings, task, quiet || as_json);
  } catch (const FileError& error) {
    const std::string left = run.discard()
                                 ? "\nno epoch was finished, and nothing is left in " + folder +
                                       ": when this is mended, start again"
                                 : "\nwhen this is mended, go on with: gronwall train --resume " + folder;
    throw FileError(error.what() + left);
  } catch (...) {
    run.discard();
    throw;
  }
}

/// `model`: the run that this one repeats.
int start_run(TrainSettings settings, const std::optional<RunConfig>& model, const fs::path& folder,
              unsigned threads, bool as_json, bool quiet) {
  RunDirectory::require_new(folder);  // before long computations; `create` sees to it again
  make_paths_absolute(settings);
  TrainTask task = make_task(settings, threads);
  if (!model && task.data.test && task.data.test->size() < settings.test_points)
    throw InputError("--test-points " + std::to_string(settings.test_points) + ": there are " +
                     std::to_string(task.data.test->size()) + " test images");
  if (model) require_same_origins(task.origins, *model, "this would not be a repetition");
  const std::string rate_rule = model ? model->rate_rule : settle_rate(settings, task, quiet || as_json);
  Trainer trainer(task.options, task.data.train,
                  task.start);  // whatever it refuses, before a file is written
  RunDirectory run = RunDirectory::create(folder, config_text(settings, task, rate_rule));
  return train(run, trainer, settings, task, rate_rule, as_json, quiet);
}

/// Says so when the run is at its end. \throws InputError when it has gone further than it is asked to.
void require_epochs(const RunDirectory& run, const RunConfig& config, bool quiet) {
  const std::optional<TrainingState> state = run.checkpoint(config.network);
  if (state && static_cast<long>(state->epoch) == config.settings.epochs && !quiet)
    std::cerr << run.folder().string() << " already has its " << counted(state->epoch, "epoch")
              << "; --epochs K for more\n";
  if (state && static_cast<long>(state->epoch) > config.settings.epochs)
    throw InputError(run.folder().string() + " has " + std::to_string(state->epoch) +
                     " epochs behind it already: --epochs counts all of them");
}

/// Whether the run has gone on after its first checkpoint, which is there no more. A process may have been
/// killed between the last record of an interval and the checkpoint, but plots come later.
bool has_lost_checkpoint(const fs::path& folder, const TrainSettings& settings) {
  std::error_code error;
  if (fs::exists(RunDirectory::checkpoint_path(folder), error)) return false;
  return static_cast<long>(RunDirectory::recorded_epochs(folder)) > settings.checkpoint_every ||
         fs::exists(folder / "loss.svg", error);
}

/// \throws FileError.
void require_no_lost_checkpoint(const fs::path& folder, const TrainSettings& settings) {
  if (!has_lost_checkpoint(folder, settings)) return;
  const std::uint64_t epochs = RunDirectory::recorded_epochs(folder);
  throw FileError(folder.string() + " has records of " + counted(epochs, "epoch") +
                  " but no checkpoint.npz: put it back, or start a new run with --like " + folder.string());
}

int resume_run(const fs::path& folder, std::optional<long> epochs, unsigned threads, bool as_json,
               bool quiet) {
  RunDirectory run = RunDirectory::open(folder);
  RunConfig config = read_config(run.config(), folder);
  require_no_lost_checkpoint(folder, config.settings);
  if (epochs) config.settings.epochs = *epochs;
  const TrainTask task = make_task(config.settings, threads);
  require_same_origins(task.origins, config);
  require_epochs(run, config, quiet || as_json);
  if (epochs) run.replace_config(config_text(config.settings, task, config.rate_rule));
  Trainer trainer(task.options, task.data.train, task.start);
  return train(run, trainer, config.settings, task, config.rate_rule, as_json, quiet);
}

/// \throws InputError for an option of a run of its own that was given with `mode`, --resume or --like.
void require_options_of(const std::string& mode, const po::variables_map& values) {
  for (const auto& [name, value] : values) {
    if (value.defaulted()) continue;
    bool allowed = name == mode || (mode == "like" && name == "out");
    for (const char* option : {"epochs", "threads", "json", "quiet"}) allowed = allowed || name == option;
    if (!allowed)
      throw InputError("--" + name + " and --" + mode +
                       " do not go together: the run takes the options of config.json; beside --" + mode +
                       " there may be " + (mode == "like" ? "--out, " : "") +
                       "--epochs, --threads, --json and --quiet");
  }
}

/// Compares both ways to a gradient at the initial weights of a run, over its first inputs.
void check_gradients(const TrainTask& task, const AdjointSolver& solver, bool as_json) {
  constexpr Eigen::Index kMost = 24;
  std::vector<Eigen::Index> samples(static_cast<std::size_t>(std::min(kMost, task.data.train.size())));
  std::iota(samples.begin(), samples.end(), Eigen::Index{0});
  const TrainingOptions& options = task.options;
  const GradientComparison found = compare_gradients(options.network, task.start, task.data.train,
                                                     options.loss, solver, samples, options.batch.threads);
  if (as_json) {
    json::object parts;
    for (const GradientComparison::Part& part : found.parts) parts[part.name] = part.relative_difference;
    print_json(json::object{{"points", samples.size()},
                            {"discrete_loss", found.discrete_loss},
                            {"continuous_loss", found.continuous_loss},
                            {"relative_difference", found.relative_difference},
                            {"parts", std::move(parts)}});
    return;
  }
  std::cout << "sums of the gradients at the initial weights over " << counted(samples.size(), "input")
            << ", " << options.network.scheme->name << " with L = " << options.network.steps
            << " against the adjoint equation:\n"
            << "losses " << digits17(found.discrete_loss) << " and " << digits17(found.continuous_loss)
            << "\nrelative difference of the gradients " << shortest_text(found.relative_difference);
  for (const GradientComparison::Part& part : found.parts)
    std::cout << "; of " << part.name << ' ' << shortest_text(part.relative_difference);
  std::cout << '\n';
}

void add_common_options(po::options_description& options) {
  options.add_options()("threads", po::value<long>()->default_value(0),
                        "threads, 0: one for each processor; never changes a result")("json", "print JSON");
}

/// A trained network, for use.
struct TrainedRun {
  RunConfig config;
  TrainingState state;
};

TrainedRun trained_run(const po::variables_map& values) {
  if (values.count("run") == 0)
    throw InputError("the folder of a run is needed, made by 'gronwall train --out'");
  const fs::path folder = values["run"].as<std::string>();
  TrainedRun result{read_config(RunDirectory::read_config(folder), folder), {}};
  const fs::path checkpoint = RunDirectory::checkpoint_path(folder);
  require_no_lost_checkpoint(folder, result.config.settings);
  std::error_code error;
  if (!fs::exists(checkpoint, error))
    throw FileError(folder.string() + " has no checkpoint yet: 'gronwall train --resume " + folder.string() +
                    "' goes on with the run");
  result.state = read_checkpoint(checkpoint, result.config.network);
  return result;
}

/// For evaluation only: batches of training play no part.
TrainingOptions options_of(const TrainedRun& run, const po::variables_map& values) {
  const Network& network = run.config.network;
  TrainingOptions options =
      training_options(run.config.settings, network.input_dimension, network.outputs, threads_of(values));
  options.batch_size = 0;
  return options;
}

void require_dimension(Eigen::Index dimension, const TrainedRun& run, const std::string& file) {
  if (dimension != run.config.network.input_dimension)
    throw InputError(file + " has inputs of dimension " + std::to_string(dimension) +
                     ", but the network takes " + std::to_string(run.config.network.input_dimension));
}

std::optional<std::size_t> limit_of(const po::variables_map& values) {
  if (values.count("points") == 0) return std::nullopt;
  const long points = values["points"].as<long>();
  if (points < 1) throw InputError("--points must be at least 1, not " + std::to_string(points));
  return static_cast<std::size_t>(points);
}

/// Inputs with answers that were named on the command line.
LabelledData labelled_data_of(const po::variables_map& values, const TrainedRun& run) {
  const std::string data = values["data"].as<std::string>();
  DataFiles files{.inputs = data,
                  .limit = limit_of(values),
                  .normalisation = chosen_normalisation(run.config.settings),
                  .classes = run.config.network.outputs};
  if (values.count("labels") != 0) files.labels = values["labels"].as<std::string>();
  if (values.count("targets") != 0) files.targets = values["targets"].as<std::string>();
  if (data == "fashion-mnist") {
    files.inputs = fashion_mnist_path();
    files.labels = fashion_mnist_labels_path();
  }
  LabelledData loaded = load_data(files).data;
  require_dimension(loaded.x.rows(), run, data);
  if (loaded.outputs() != run.config.network.outputs)
    throw InputError("the targets have " + counted(loaded.outputs(), "column") +
                     ", but the network's outputs are " + std::to_string(run.config.network.outputs));
  return loaded;
}

std::string csv_of(const Eigen::MatrixXd& outputs, bool classes) {
  std::string text;
  for (Eigen::Index o = 0; o < outputs.rows(); ++o) text += (o == 0 ? "f_" : ",f_") + std::to_string(o);
  text += classes ? ",class\n" : "\n";
  for (Eigen::Index j = 0; j < outputs.cols(); ++j) {
    for (Eigen::Index o = 0; o < outputs.rows(); ++o) text += (o == 0 ? "" : ",") + digits17(outputs(o, j));
    if (classes) text += "," + std::to_string(predicted_class(outputs.col(j).data(), outputs.rows()));
    text += '\n';
  }
  return text;
}

}  // namespace

int run_train(const std::vector<std::string>& arguments) {
  const Usage usage{
      .command = "train",
      .summary = "train a Neural ODE or residual network; a run is a folder that can be resumed at the bit",
      .synopsis =
          "[--data NAME|FILE] [--width N] [--depth L] [--epochs K] --out DIR\n"
          "       gronwall train --resume DIR [--epochs K]\n"
          "       gronwall train --like DIR [--epochs K] --out DIR",
      .notes =
          "z_0 = (sigma_u/sqrt d) U x, dz/dt = (sigma_w/sqrt n) W phi(z) on [0, T], f = (sigma_v/sqrt n) V "
          "phi(z_T);\nthe objective is the mean of |f - y|^2/2 or of the cross-entropy. DIR gets "
          "config.json, "
          "metrics.csv,\nmetrics.jsonl, checkpoint.npz (numpy.load reads it), and plots at the end. Ctrl-C "
          "stops "
          "after the epoch\nunder way with a checkpoint; a second one stops at once. However a run stopped, "
          "--resume goes on from its\nlast checkpoint, and the result is the same at the bit as without a "
          "stop, "
          "for any number of threads.\nWith --resume, --epochs is the number of epochs in "
          "all.\n\nactivations: " +
          activation_list() +
          "\n\nexamples:\n"
          "  gronwall train --width 500 --depth 10 --epochs 100 --out run\n"
          "  gronwall train --resume run --epochs 200\n"
          "  gronwall train --depth 20 --solver rk4 --check-gradients\n"
          "  gronwall train --points 60000 --test-points 10000 --loss cross-entropy --optimiser adam --rate "
          "1e-3 "
          "\\\n                 --batch 128 --solver midpoint --epochs 5 --out fashion\n"
          "  gronwall train --data x.npy --targets y.npy --activation tanh --rate 0.1 --batch 32 --out "
          "regression\n"
          "  gronwall train --data teacher --dimension 10 --points 200 --test-points 100 --monitor 10 --out "
          "teacher\n"};
  TrainSettings settings;
  po::options_description options("options", kHelpWidth, kDescriptionWidth);
  options.add_options()("out", po::value<std::string>(), "folder of the new run; must not exist or be empty")(
      "resume", po::value<std::string>(), "go on with the run in this folder")(
      "like", po::value<std::string>(), "a new run with the options of the run in this folder")(
      "check-gradients",
      "no training: compare the gradient of the discrete network with that by the adjoint equation, at the "
      "initial weights")("quiet", "no progress");
  add_common_options(options);
  add_train_options(options, settings);
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values)) return kSuccess;
  const unsigned threads = threads_of(values);
  const bool as_json = values.count("json") != 0, quiet = values.count("quiet") != 0;
  if (values.count("resume") != 0) {
    require_options_of("resume", values);
    std::optional<long> epochs;
    if (given(values, "epochs")) epochs = settings.epochs;
    return resume_run(values["resume"].as<std::string>(), epochs, threads, as_json, quiet);
  }
  if (values.count("check-gradients") != 0) {
    require_effect(values, settings);
    settings.rate = "1";  // plays no part
    check_gradients(make_task(settings, threads), adjoint_solver(settings), as_json);
    return kSuccess;
  }
  if (values.count("out") == 0)
    throw InputError("--out DIR is needed: the folder of the run (or --resume DIR)");
  std::optional<RunConfig> like;
  if (values.count("like") != 0) {
    require_options_of("like", values);
    const long epochs = settings.epochs;
    const fs::path model = values["like"].as<std::string>();
    like = read_config(RunDirectory::read_config(model), model);
    settings = like->settings;
    if (given(values, "epochs")) settings.epochs = epochs;
  } else {
    require_effect(values, settings);
  }
  return start_run(settings, like, values["out"].as<std::string>(), threads, as_json, quiet);
}

int run_evaluate(const std::vector<std::string>& arguments) {
  const Usage usage{
      .command = "evaluate",
      .summary = "loss and accuracy of a trained network",
      .synopsis = "DIR [--data FILE --labels FILE|--targets FILE]",
      .notes =
          "DIR is the folder of a run of 'gronwall train'. Without --data: its own training and test "
          "inputs.\nInputs are normalised as in training. --data fashion-mnist means the test images."
          "\n\nexamples:\n  gronwall evaluate run\n  gronwall evaluate run --data fashion-mnist\n"
          "  gronwall evaluate regression --data x.npy --targets y.npy --json\n"};
  po::options_description options("options", 100);
  options.add_options()("run", po::value<std::string>(), "folder of the run (or the first argument)")(
      "data", po::value<std::string>(), "other inputs: a file, or 'fashion-mnist'")(
      "labels", po::value<std::string>(), "their labels")(
      "targets", po::value<std::string>(), "their targets")("points", po::value<long>(), "at most so many");
  add_common_options(options);
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values, {"run"})) return kSuccess;
  const TrainedRun run = trained_run(values);
  const bool as_json = values.count("json") != 0;
  const bool has_data = values.count("data") != 0;
  require_effect(values, {{{"labels", "targets"},
                           has_data && values["data"].as<std::string>() != "fashion-mnist",
                           "it belongs to a file of inputs (--data FILE)"},
                          {{"points"}, has_data, "it belongs to --data"}});
  json::object object{{"run", values["run"].as<std::string>()}, {"epochs", run.state.epoch}};
  const auto heading = [&] {
    if (!as_json)
      std::cout << "after " << run.state.epoch << (run.state.epoch == 1 ? " epoch:\n" : " epochs:\n");
  };
  const auto show = [&](const std::string& name, const std::string& prefix, const Evaluation& evaluation) {
    if (as_json) {
      add_evaluation(object, prefix, evaluation);
    } else {
      print_evaluation(name, evaluation);
    }
  };
  if (has_data) {
    const LabelledData data = labelled_data_of(values, run);
    object["points"] = data.size();
    Trainer trainer(options_of(run, values), data, run.state.weights);
    heading();
    show(counted(data.size(), "input") + ":", "", trainer.evaluate(data));
  } else {
    const TrainTask task = make_task(run.config.settings, threads_of(values));
    require_same_origins(task.origins, run.config);
    Trainer trainer(task.options, task.data.train, run.state.weights);
    heading();
    show("training", "", trainer.evaluate(task.data.train));
    if (task.data.test) show("test", "test_", trainer.evaluate(*task.data.test));
  }
  if (as_json) print_json(object);
  return kSuccess;
}

int run_predict(const std::vector<std::string>& arguments) {
  const Usage usage{.command = "predict",
                    .summary = "the outputs of a trained network",
                    .synopsis = "DIR --data FILE [--out FILE.npy|FILE.csv]",
                    .notes =
                        "One row for each input, one column for each output; in CSV also the class, if the "
                        "network has learnt classes.\nInputs are normalised as in training. --data "
                        "fashion-mnist means the test images.\n\nexamples:\n"
                        "  gronwall predict run --data fashion-mnist --points 10\n"
                        "  gronwall predict regression --data x.npy --out f.npy\n"};
  po::options_description options("options", 100);
  options.add_options()("run", po::value<std::string>(), "folder of the run (or the first argument)")(
      "data", po::value<std::string>()->required(), "inputs: a file, or 'fashion-mnist'")(
      "points", po::value<long>(), "at most so many")("out", po::value<std::string>(),
                                                      "write to this new file, NPY or CSV by its ending")(
      "quiet", "do not say what was written");
  add_common_options(options);
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values, {"run"})) return kSuccess;
  const TrainedRun run = trained_run(values);
  const std::string data = values["data"].as<std::string>();
  const fs::path out = values.count("out") != 0 ? values["out"].as<std::string>() : "";
  if (!out.empty() && out.extension() != ".npy" && out.extension() != ".csv")
    throw InputError("--out must end in .npy or .csv, not " + out.string());
  if (!out.empty() && fs::exists(fs::symlink_status(out)))
    throw FileError(out.string() + " exists; name another file or remove it");
  const RealTable table = read_table(data == "fashion-mnist" ? fashion_mnist_path() : fs::path(data),
                                     {.limit = limit_of(values)});
  require_dimension(static_cast<Eigen::Index>(table.columns), run, data);
  const Eigen::MatrixXd x = inputs_of(table, chosen_normalisation(run.config.settings));

  // A trainer wants answers, which play no part in outputs.
  const Eigen::Index outputs = run.config.network.outputs;
  const LabelledData unanswered =
      classification(x, std::vector<std::int32_t>(static_cast<std::size_t>(x.cols()), 0), outputs);
  Trainer trainer(options_of(run, values), unanswered, run.state.weights);
  const Eigen::MatrixXd f = trainer.outputs(x);
  const bool classes = learns_classes(run.config.settings);
  if (out.extension() == ".npy") {
    write_npy(out, std::span<const double>(f.data(), static_cast<std::size_t>(f.size())),
              {static_cast<std::uint64_t>(f.cols()), static_cast<std::uint64_t>(outputs)});
  } else if (!out.empty()) {
    write_file_atomically(out, csv_of(f, classes));
  }
  if (values.count("json") != 0) {
    json::array rows, predicted;
    for (Eigen::Index j = 0; j < f.cols(); ++j) {
      rows.push_back(json::array(f.col(j).begin(), f.col(j).end()));
      predicted.push_back(predicted_class(f.col(j).data(), outputs));
    }
    json::object object{{"outputs", std::move(rows)}};
    if (classes) object["classes"] = std::move(predicted);
    print_json(object);
  } else if (out.empty()) {
    std::cout << csv_of(f, classes);
  } else if (values.count("quiet") == 0) {
    std::cout << out.string() << ": " << f.cols() << " x " << outputs
              << (f.size() == 1 ? " output\n" : " outputs\n");
  }
  return kSuccess;
}

}  // namespace gronwall::verify
