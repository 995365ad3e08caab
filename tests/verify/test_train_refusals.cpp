/// \file What `gronwall train`, `evaluate` and `predict` refuse, and runs that fail.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>

#include "gronwall/data/npy_writer.hpp"
#include "gronwall/train/checkpoint.hpp"
#include "gronwall/train/labelled_data.hpp"
#include "train_command_testing.hpp"

using namespace gronwall;
using namespace gronwall::test;
namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(train_refusals)

BOOST_AUTO_TEST_CASE(divergence_names_the_provable_rate) {
  const TemporaryFolder folder;
  const std::string base =
      " --data teacher --activation identity --dimension 4 --points 30 --width 12 --depth 3 --teacher-width "
      "5 "
      "--epochs 30 ";
  const Outcome run = run_gronwall("train" + base + "--quiet --rate 1e5 --out " + folder.file("run"));
  BOOST_REQUIRE(run.code != 0);
  BOOST_TEST(run.code == 5);
  for (const std::string words_of_it : {"diverged", "step ", "1e5", "largest provable one"})
    BOOST_TEST(run.err.find(words_of_it) != std::string::npos, run.err << " does not say " << words_of_it);
  // The rate it names works.
  const json::value safe = train(base + "--rate provable --out " + folder.file("safe"));
  const std::size_t at = run.err.find("initial weights is ") + 19;
  BOOST_TEST(std::stod(run.err.substr(at)) == safe.at("rate").as_double());
  const auto rows = csv(folder.path() / "safe" / "metrics.csv");
  for (std::size_t k = 2; k < rows.size(); ++k) BOOST_TEST(std::stod(rows[k][1]) < std::stod(rows[k - 1][1]));
}

BOOST_AUTO_TEST_CASE(a_network_that_has_died_has_diverged) {
  // After one step of this size softplus vanishes on all inputs or is huge: losses stay finite, and come
  // down.
  const TemporaryFolder folder;
  const std::string base = " --data random-labels --points 20 --width 30 --depth 3 --quiet ";
  for (const std::string epochs : {"1", "5"}) {
    const Outcome run = run_gronwall("train" + base + "--rate 1e4 --epochs " + epochs + " --out " +
                                     folder.file("run" + epochs));
    BOOST_TEST_CONTEXT(run.err) {
      BOOST_TEST(run.code == 5);
      BOOST_TEST(run.err.find("loss has grown from ") != std::string::npos);
      BOOST_TEST(run.err.find("largest provable one") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(bad_requests_are_refused_with_advice) {
  const TemporaryFolder folder;
  const auto train_refused = [&](const std::string& arguments, const std::string& words_of_it, int code = 2) {
    refused("train --data teacher --rate 0.2 " + arguments + " --out " + folder.file("none"), code,
            words_of_it);
    BOOST_TEST(!std::filesystem::exists(folder.path() / "none"));
  };
  refused("train" + kTeacher, 2, "--out DIR");
  train_refused("--depth 0", "0");
  train_refused("--depth -3", "-3");
  train_refused("--width 0", "width");
  train_refused("--epochs 0", "--epochs must be at least 1");
  train_refused("--batch -1", "--batch");
  train_refused("--batch 1001", "batch of 1001");
  train_refused("--points 0", "--points must be at least 1");
  train_refused("--checkpoint-every 0", "--checkpoint-every");
  train_refused("--activation softpluss", "did you mean 'softplus'");
  train_refused("--solver heun", "known: euler, midpoint, rk4, dopri5, butcher6, adjoint");
  train_refused("--offset 3", "--offset");
  train_refused("--test-points 9223372036854775807", "--test-points must be at most");
  train_refused("--T 1e300", "overflow");
  refused("train --data fashon-mnist --out " + folder.file("none"), 3, "did you mean 'fashion-mnist'");
  train_refused("--gate spin", "spin");
  train_refused("--reconstruct-backward", "--solver adjoint");
  train_refused("--loss square", "did you mean 'squared'");
  train_refused("--loss cross-entropy", "labels");
  train_refused("--optimiser adagrad", "adagrad");
  train_refused("--T 0", "--T must be positive");
  train_refused("--sigma-w -1", "--sigma-w");
  train_refused("--threads -1", "--threads");
  train_refused("--compression 2", "compression");
  train_refused("--momentum 1 --optimiser momentum", "momentum");
  train_refused("--labels y.csv", "--labels");
  train_refused("--monitor 11", "the run of 10 epochs ends before the first monitored one");
  train_refused("--monitor 2 --epochs 1", "the run of 1 epoch ends");
  train_refused("--points 1 --batch 2", "larger than the training set of 1 input\n");
  train_refused("--width 1000000", "the weights of width 1000000 need 8000.17 GB", 4);
  train_refused("--initial-w /no/such.npy", "/no/such.npy", 3);
  for (const std::string rate : {"0", "-1", "nan", "inf", "fast", "0.1x"}) {
    const std::string base = " --data teacher --out " + folder.file("none");
    refused("train" + base + " --rate " + rate, 2, "--rate must be a positive number");
  }
  write_text(folder.path() / "huge.csv", "1e200,1e200\n-1e200,2e200\n");
  write_text(folder.path() / "y.csv", "1\n2\n");
  const std::string huge = "train --width 5 --quiet --data " + folder.file("huge.csv") + " --targets " +
                           folder.file("y.csv") + " --out " + folder.file("none");
  for (const std::string solver : {"", " --solver rk4"})
    refused(huge + solver, 2,
            "the tangent kernel of these inputs overflows: scale them (--normalise sphere)");
  const Outcome diverged = run_gronwall(huge + " --rate 1");
  BOOST_TEST(diverged.code == 5);
  BOOST_TEST(diverged.err.find("there is no provable one: the tangent kernel") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(folder.path() / "none"));
  refused("train --data teacher --optimiser adam --out " + folder.file("none"), 2, "give a number");
  write_text(folder.path() / "w.csv", "1,2\n3,4\n");
  train_refused("--initial-w " + folder.file("w.csv"), "500 x 500");
  train_refused("--initial-u " + folder.file("w.csv"), "500 x 20");
  write_text(folder.path() / "w.csv", "1,nan\n3,4\n");
  train_refused("--initial-w " + folder.file("w.csv"),
                "--initial-w: w.csv: line 1, column 2 is 'nan'; every number must be finite");

  std::filesystem::create_directory(folder.path() / "full");
  write_text(folder.path() / "full" / "precious.txt", "x");
  refused("train" + kTeacher + "--out " + folder.file("full"), 3, "not empty");
  refused("train --resume " + folder.file("full"), 3, "holds no run");
  refused("evaluate " + folder.file("full"), 3, "holds no run");
  refused("evaluate " + folder.file("absent"), 3, "absent");
  refused("evaluate", 2, "folder of a run");
  refused("train --widht 5", 2, "unrecognised option '--widht'; did you mean '--width'?");
  refused("train --frobnicate", 2, "unrecognised option '--frobnicate'\n");
  refused("train --width 5 run", 2, "the argument 'run' belongs to no option");
  refused("train --rate --out run", 2, "the argument 'run' belongs to no option");
  refused("evaluate run other", 2, "the argument 'other' belongs to no option");
  refused("predict " + folder.file("absent") + " --data x.csv --out x.txt", 3, "absent");

  const std::string run = folder.file("run");
  train(kTeacher + "--epochs 2 --out " + run);
  refused("train" + kTeacher + "--out " + run, 3, "--resume");
  refused("train --resume " + run + " --width 20", 2, "--width and --resume");
  refused("train --resume " + run + " --width 20", 2,
          "beside --resume there may be --epochs, --threads, --json and --quiet");
  refused("train --like " + run + " --out x --seed 2", 2, "beside --like there may be --out, --epochs");
  refused("train --resume " + run + " --checkpoints", 2, "--checkpoints and --resume");
  refused("train --resume " + run + " --epochs 1", 2, "2 epochs");
  refused("predict " + run, 2, "data");
  refused("predict " + run + " --data x.csv --out x.txt", 2, ".npy or .csv");
  refused("evaluate " + run + " --labels y.csv", 2, "--data");

  const std::string config = read_text(run + "/config.json");
  const auto with_config = [&](const std::string& from, const std::string& to,
                               const std::string& words_of_it) {
    write_text(run + "/config.json", with(config, from, to));
    refused("train --resume " + run, 2, words_of_it);
    refused("evaluate " + run, 2, words_of_it);
  };
  with_config("\"version\": 1", "\"version\": 2", "reads version 1");
  with_config("gronwall-run", "other", "not that of a run");
  with_config("\"width\": 12", "\"width\": 13", "config.json is not as it was written");
  with_config("\"width\": 12", "\"wide\": 1, \"width\": 12", "an unknown option 'wide'");
  with_config("\"files\"", "\"file\": 1, \"files\"", "an unknown part 'file'");
  with_config("\"width\": 12,", "", "width");
  with_config("\"files\"", "\"filles\"", "lacks a part");
  with_config("{", "", "JSON");
  write_text(run + "/config.json", config);
  write_text(run + "/config.json",
             with(without_hash(run + "/config.json"), "\"width\": 12", "\"width\": 13"));
  refused("train --resume " + run, 2, "another network");
  refused("evaluate " + run, 2, "another network");

  const std::string begun = folder.file("begun");
  std::filesystem::create_directory(begun);
  write_text(begun + "/config.json", config);
  refused("evaluate " + begun, 3, "no checkpoint yet: 'gronwall train --resume " + begun + "'");
}

// Its records would be overwritten by a run from the beginning.
BOOST_AUTO_TEST_CASE(a_run_without_its_checkpoint_is_not_begun_again) {
  const TemporaryFolder folder;
  const std::filesystem::path run = folder.path() / "run";
  train(kTeacher + "--epochs 4 --out " + run.string());
  const std::string metrics = read_text(run / "metrics.csv");
  std::filesystem::rename(run / "checkpoint.npz", folder.path() / "kept.npz");
  const std::string why = "has records of 4 epochs but no checkpoint.npz: put it back";
  refused("train --resume " + run.string() + " --epochs 9", 3, why);
  refused("evaluate " + run.string(), 3, why);
  std::filesystem::remove(run / "loss.svg");
  refused("train --resume " + run.string(), 3, why);
  BOOST_TEST((read_text(run / "metrics.csv") == metrics));
  std::filesystem::rename(folder.path() / "kept.npz", run / "checkpoint.npz");
  train("--resume " + run.string() + " --epochs 5");

  // The last epoch before a checkpoint may have its record already.
  train(kTeacher + "--epochs 2 --checkpoint-every 2 --out " + folder.file("killed"));
  for (const char* later : {"checkpoint.npz", "loss.svg"})
    std::filesystem::remove(folder.path() / "killed" / later);
  train("--resume " + folder.file("killed"));
}

// What decides about a run's course cannot be changed by hand; how long it lasts and where its files are can.
BOOST_AUTO_TEST_CASE(a_changed_configuration_is_refused) {
  const TemporaryFolder folder;
  write_text(folder.path() / "x.csv", "1,2\n3,4\n5,6\n");
  write_text(folder.path() / "y.csv", "1\n2\n3\n");
  const std::filesystem::path run = folder.path() / "run", config = run / "config.json";
  train("--data " + folder.file("x.csv") + " --targets " + folder.file("y.csv") +
        " --width 5 --depth 2 --activation tanh --epochs 2 --out " + run.string());
  const std::string written = read_text(config);
  const std::size_t at = written.find("\"rate\": \"") + 9;
  const std::string rate = written.substr(at, written.find('"', at) - at);
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"rate\": \"" + rate, "\"rate\": \"0.001"},
           {"\"rate_rule\": \"provable", "\"rate_rule\": \"proved"},
           {"\"seed\": 1", "\"seed\": 2"},
           {"\"momentum\": \"0.9\"", "\"momentum\": \"0.5\""},
           {"\"outputs\": 1", "\"outputs\": 2"}}) {
    write_text(config, with(written, from, to));
    for (const std::string command : {"train --resume ", "evaluate "})
      refused(command + run.string(), 2, run.string() + ": config.json is not as it was written");
  }
  refused("train --like " + run.string() + " --out " + folder.file("other"), 2, "not as it was written");

  std::filesystem::rename(folder.path() / "x.csv", folder.path() / "moved.csv");
  write_text(config, with(with(with(written, "x.csv", "moved.csv"), "\"epochs\": 2", "\"epochs\": 3"),
                          "\"checkpoint-every\": 1", "\"checkpoint-every\": 2"));
  train("--resume " + run.string());
  train("--resume " + run.string() + " --epochs 4");
  BOOST_TEST(train("--resume " + run.string()).at("rate_rule").as_string().starts_with("provable"));

  // The first runs' configurations had no hash.
  write_text(config, without_hash(config));
  BOOST_TEST(train("--resume " + run.string()).at("rate_rule").as_string().starts_with("provable"));
  write_text(config, with(read_text(config), "\"rate\": \"" + rate, "\"rate\": \"0.001"));
  const json::value changed = train("--resume " + run.string() + " --epochs 5");
  BOOST_TEST(changed.at("rate_rule") == json::value("changed in config.json"));
  BOOST_TEST(changed.at("rate") == json::value(0.001));
  write_text(config, with(without_hash(config), "\"rate\": \"0.001", "\"rate\": \"provable"));
  refused("train --resume " + run.string(), 2, "--rate must be a positive number");
}

BOOST_AUTO_TEST_CASE(a_run_is_not_repeated_with_other_data) {
  const TemporaryFolder folder;
  write_text(folder.path() / "x.csv", "1,2\n3,4\n5,6\n");
  write_text(folder.path() / "y.csv", "1\n2\n3\n");
  const std::string first = folder.file("first"), second = folder.file("second");
  train("--data " + folder.file("x.csv") + " --targets " + folder.file("y.csv") +
        " --width 5 --depth 2 --activation tanh --epochs 2 --out " + first);
  train("--like " + first + " --out " + second);
  check_same_run(first, second);
  BOOST_TEST((read_text(first + "/config.json") == read_text(second + "/config.json")));
  write_text(folder.path() / "y.csv", "1\n2\n4\n");
  refused("train --like " + first + " --out " + folder.file("third"), 2,
          "y.csv (training answers) has changed since the run began");
  refused("train --like " + first + " --out " + folder.file("third"), 2, "this would not be a repetition");
  BOOST_TEST(!std::filesystem::exists(folder.path() / "third"));
}

BOOST_AUTO_TEST_CASE(predictions_overwrite_nothing) {
  const TemporaryFolder folder;
  const std::string run = folder.file("run"), x = folder.file("x.csv");
  train(kTeacher + "--epochs 1 --out " + run);
  write_text(x, "1,2,3,4\n5,6,7,8\n");
  const std::string use = "predict " + run + " --data " + x + " --out ";
  const std::string metrics = read_text(run + "/metrics.csv");
  for (const std::string& file : {x, run + "/metrics.csv"})
    refused(use + file, 3, file + " exists; name another file or remove it");
  BOOST_TEST(read_text(x) == "1,2,3,4\n5,6,7,8\n");
  BOOST_TEST((read_text(run + "/metrics.csv") == metrics));
  const std::string f = folder.file("f.npy");
  BOOST_TEST(run_gronwall(use + f).out == f + ": 2 x 1 outputs\n");
  refused(use + f, 3, "exists");
  BOOST_TEST(run_gronwall(use + folder.file("g.csv") + " --quiet").out.empty());
  BOOST_TEST(run_json(use + folder.file("h.csv")).as_object().contains("outputs"));
}

// The theorem is about steps on the whole set.
BOOST_AUTO_TEST_CASE(minibatches_have_no_provable_rate) {
  const TemporaryFolder folder;
  const std::string base = kTeacher.substr(0, kTeacher.find("--rate")) + "--epochs 2 --out ";
  refused("train " + base + folder.file("none") + " --batch 29", 2,
          "--rate provable is for gradient descent on the whole set; give a number, --rate R, with --batch");
  BOOST_TEST(!std::filesystem::exists(folder.path() / "none"));
  train(base + folder.file("whole"));
  train(base + folder.file("batch") + " --batch 30");
  check_same_run(folder.path() / "whole", folder.path() / "batch");
}

// The mean over the minibatches of the first epoch is no measure: it has exploded itself.
BOOST_AUTO_TEST_CASE(minibatches_that_explode_at_once_have_diverged) {
  const TemporaryFolder folder;
  const std::string base = "train --data random-labels --points 200 --width 30 --depth 3 --quiet --batch 2 ";
  for (const std::string rate : {"1e3", "1e4"}) {
    const Outcome run = run_gronwall(base + "--rate " + rate + " --epochs 1 --out " + folder.file("run"));
    BOOST_TEST_CONTEXT(run.err) {
      BOOST_TEST(run.code == 5);
      BOOST_TEST(run.err.find("(epoch 1) the loss has grown from 5.0") != std::string::npos);
    }
    BOOST_TEST(!std::filesystem::exists(folder.path() / "run"));
  }
}

// Each option is refused where it has no effect, and taken where it has one.
BOOST_AUTO_TEST_CASE(options_without_effect_are_refused) {
  const TemporaryFolder folder;
  std::string x, labels, targets;
  for (int i = 0; i < 20; ++i) {
    x += std::to_string(std::cos(i)) + "," + std::to_string(std::sin(i)) + "\n";
    labels += std::to_string(i % 2) + "\n";
    targets += std::to_string(std::cos(2 * i)) + "\n";
  }
  write_text(folder.path() / "x.csv", x);
  write_text(folder.path() / "labels.csv", labels);
  write_text(folder.path() / "targets.csv", targets);
  write_text(folder.path() / "u.csv", "1,0\n0,1\n1,1\n");
  write_text(folder.path() / "w.csv", "1,0,0\n0,1,0\n0,0,1\n");
  write_text(folder.path() / "v.csv", "1,-1,1\n");
  const std::string common = "train --width 3 --rate 0.01 --epochs 1 --points 15 ",
                    teacher = common + "--data teacher ",
                    labelled = common + "--data " + folder.file("x.csv") + " --labels " +
                               folder.file("labels.csv") + " ",
                    regression = common + "--data " + folder.file("x.csv") + " --targets " +
                                 folder.file("targets.csv") + " ",
                    no_weights_drawn = regression + "--initial-u " + folder.file("u.csv") + " --initial-w " +
                                       folder.file("w.csv") + " --initial-v " + folder.file("v.csv") + " ";
  struct Case {
    std::string option, without, with, why;
  };
  const std::vector<Case> cases{
      {"momentum 0.5", teacher, teacher + "--optimiser momentum ", "--optimiser momentum"},
      {"beta1 0.5", teacher + "--optimiser momentum ", teacher + "--optimiser adam ", "--optimiser adam"},
      {"beta2 0.5", teacher, teacher + "--optimiser adam ", "--optimiser adam"},
      {"epsilon 1e-3", teacher, teacher + "--optimiser adam ", "--optimiser adam"},
      {"seed 5", no_weights_drawn, no_weights_drawn + "--batch 5 ", "all weights are given"},
      {"tolerance 1e-3", teacher, teacher + "--solver adjoint ", "--solver adjoint"},
      {"reconstruct-backward", teacher + "--solver rk4 ", teacher + "--solver adjoint ", "--solver adjoint"},
      {"compression 0", teacher + "--solver adjoint ", teacher, "than adjoint"},
      {"checkpoints", teacher + "--solver adjoint ", teacher, "than adjoint"},
      {"depth 3", regression + "--solver adjoint ", regression + "--solver adjoint --monitor 1 ",
       "chooses its steps"},
      {"probe 5", teacher, teacher + "--monitor 1 ", "--monitor K"},
      {"unproved", teacher + "--monitor 0 ", teacher + "--monitor 1 ", "--monitor K"},
      {"dimension 3", labelled, teacher, "--data teacher"},
      {"dimension 784", common, common + "--data random-labels ", "the data fix it"},
      {"outputs 10", common, labelled, "the data fix it"},
      {"outputs 1", regression, teacher, "the data fix it"},
      {"teacher-width 4", common + "--data random-labels ", teacher, "--data teacher"},
      {"data-seed 4", labelled, labelled + "--test-points 3 ", "nothing is drawn"},
      {"data-seed 4", common, teacher, "nothing is drawn"},
      {"offset 0", teacher, labelled, "'teacher' has none"},
      {"labels " + folder.file("labels.csv"), common, common + "--data " + folder.file("x.csv") + " ",
       "'fashion-mnist' has its own"},
      {"targets " + folder.file("targets.csv"), teacher, common + "--data " + folder.file("x.csv") + " ",
       "'teacher' has its own"}};
  int runs = 0;
  for (const Case& c : cases) {
    const std::string name = c.option.substr(0, c.option.find(' '));
    const std::string out = folder.file("run" + std::to_string(++runs));
    refused(c.without + "--" + c.option + " --out " + out, 2, "--" + name + " would have no effect: ");
    refused(c.without + "--" + c.option + " --out " + out, 2, c.why);
    BOOST_TEST(!std::filesystem::exists(out));
    const Outcome taken = run_gronwall(c.with + "--json --" + c.option + " --out " + out);
    BOOST_TEST_CONTEXT(c.with << " --" << c.option << " printed " << taken.err) BOOST_TEST(taken.code == 0);
  }

  const std::string check = "train --width 3 --points 5 --data teacher --check-gradients --";
  for (const std::string option : {"optimiser adam", "rate 1", "momentum 0.5", "beta1 0.5", "beta2 0.5",
                                   "epsilon 1", "batch 2", "epochs 3", "checkpoint-every 2", "compression 0",
                                   "checkpoints", "monitor 2", "probe 3", "unproved", "test-points 2"})
    refused(check + option, 2,
            "--" + option.substr(0, option.find(' ')) +
                " would have no effect: --check-gradients trains nothing");
  refused(check + "out " + folder.file("none"), 2, "--out would have no effect");
  refused(check + "like " + folder.file("run1"), 2, "--like would have no effect");

  const std::string run = folder.file("run1") + " ";
  refused("evaluate " + run + "--points 3", 2, "--points would have no effect: it belongs to --data");
  refused("evaluate " + run + "--targets y.csv --data fashion-mnist", 2, "--targets would have no effect");
}

// A configuration has all options, whatever they are worth; it is not the command line.
BOOST_AUTO_TEST_CASE(configurations_with_idle_options_are_resumed) {
  const TemporaryFolder folder;
  const std::filesystem::path run = folder.path() / "run";
  train(kTeacher + "--epochs 3 --out " + folder.file("whole"));
  train(kTeacher + "--epochs 2 --out " + run.string());
  std::string config = without_hash(run / "config.json");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"\"momentum\": \"0.9\"", "\"momentum\": \"0.5\""},
                                                        {"\"probe\": 50", "\"probe\": 7"},
                                                        {"\"unproved\": false", "\"unproved\": true"},
                                                        {"\"outputs\": 0", "\"outputs\": 1"}})
    config = with(config, from, to);
  write_text(run / "config.json", config);
  train("--resume " + run.string() + " --epochs 3");
  check_same_run(folder.path() / "whole", run);
}

BOOST_AUTO_TEST_CASE(negative_seeds_are_refused_by_every_command) {
  const TemporaryFolder folder;
  const std::string out = " --out " + folder.file("none");
  for (const std::string& command :
       std::vector<std::string>{"train --data teacher --rate 0.1 --seed -1" + out,
                                "train --data teacher --rate 0.1 --seed=-1" + out,
                                "train --data teacher --rate 0.1 --data-seed -1" + out,
                                "kernel --activation tanh --data none --points 5 --seed -1",
                                "kernel --activation tanh --width 5 --data none --points 5 --seed -1",
                                "flow --activation tanh --width 5 --data none --points 1 --seed -1",
                                "verify --family sphere --seed -18446744073709551615" + out}) {
    const std::string name = command.find("data-seed") != std::string::npos ? "--data-seed" : "--seed";
    refused(command, 2, name + " must be an integer of at least 0, not -1");
  }
  BOOST_TEST(!std::filesystem::exists(folder.path() / "none"));
}

// What a run has begun is taken back when its first epoch does not come to an end: the same command may be
// given again.
BOOST_AUTO_TEST_CASE(a_run_without_an_epoch_leaves_nothing) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "empty");
  const std::string diverging = "train" + kTeacher.substr(0, kTeacher.find("--rate")) +
                                "--activation identity --rate 1e200 --batch 5 --quiet --out ";
  for (const std::string name : {"run", "empty", "deep/er/run"})
    for (int time = 0; time < 2; ++time) {
      const Outcome run = run_gronwall(diverging + folder.file(name));
      BOOST_TEST_CONTEXT(run.err) BOOST_TEST(run.code == 5);
    }
  BOOST_TEST(std::filesystem::is_empty(folder.path() / "empty"));
  std::filesystem::remove(folder.path() / "empty");
  BOOST_TEST(std::filesystem::is_empty(folder.path()));

  // No room for a configuration, or for one and no checkpoint: the shell counts 512 or 1,024 bytes.
  const std::string out = folder.file("run");
  const auto with_room = [&](const std::string& blocks) {
    const Outcome run =
        run_gronwall("--version > /dev/null; trap '' XFSZ; ulimit -f " + blocks + "; " + GRONWALL_PROGRAM +
                     " train --data teacher --points 30 --width 40 --rate 0.2 --quiet --out " + out);
    BOOST_TEST_CONTEXT(run.err) BOOST_TEST(run.code == 3);
    return run.err;
  };
  BOOST_TEST(with_room("1").find("config.json") != std::string::npos);
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
  const std::string error = with_room("8");
  BOOST_TEST(error.find("checkpoint.npz") != std::string::npos);
  BOOST_TEST(error.find("--resume " + out) != std::string::npos);
  train("--resume " + out);

  // A run that is resumed was there before.
  train(kTeacher + "--epochs 1 --out " + folder.file("first"));
  std::filesystem::create_directory(folder.path() / "second");
  std::filesystem::copy(folder.path() / "first" / "config.json", folder.path() / "second" / "config.json");
  write_text(folder.path() / "second" / "config.json",
             with(without_hash(folder.path() / "second" / "config.json"), "\"rate\": \"0.2\"",
                  "\"rate\": \"1e300\""));
  BOOST_TEST(run_gronwall("train --quiet --resume " + folder.file("second")).code == 5);
  BOOST_TEST(std::filesystem::exists(folder.path() / "second" / "config.json"));
}

BOOST_AUTO_TEST_CASE(an_occupied_folder_is_noticed_before_the_provable_rate) {
  const TemporaryFolder folder;
  write_text(folder.path() / "mine.txt", "x");
  const Outcome run =
      run_gronwall("train --data teacher --points 5 --width 5 --out " + folder.path().string());
  BOOST_TEST(run.code == 3);
  BOOST_TEST(run.err.find("not empty") != std::string::npos);
  BOOST_TEST(run.err.find("provable rate") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
