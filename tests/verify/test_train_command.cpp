/// \file `gronwall train`, `evaluate`, `predict`: runs, resumption at the bit, signals.

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "gronwall/data/npy_writer.hpp"
#include "gronwall/train/checkpoint.hpp"
#include "gronwall/train/labelled_data.hpp"
#include "train_command_testing.hpp"

using namespace gronwall;
using namespace gronwall::test;
namespace json = boost::json;

namespace {

/// Becomes `gronwall train ARGUMENTS`.
[[noreturn]] void execute(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{GRONWALL_PROGRAM, "train"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(GRONWALL_PROGRAM, pointers.data());
  ::_exit(127);
}

/// `gronwall train ARGUMENTS` in the background, its output in a file.
class Background {
 public:
  Background(const std::vector<std::string>& arguments, const std::string& output) {
    pid_ = ::fork();
    BOOST_REQUIRE(pid_ >= 0);
    if (pid_ != 0) return;
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(file, STDERR_FILENO);
    execute(arguments);
  }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() {
    if (pid_ > 0) stop(SIGKILL);
  }
  /// Sends a signal, waits, and returns what waitpid says.
  int stop(int signal) {
    ::kill(pid_, signal);
    return wait();
  }
  int wait() {
    int status = 0;
    BOOST_REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_ = -1;
};

/// Some containers have no pseudo-terminals; what needs one is skipped there.
boost::test_tools::assertion_result has_terminals(boost::unit_test::test_unit_id) {
  int terminal = -1, program = -1;
  if (::openpty(&terminal, &program, nullptr, nullptr, nullptr) != 0) return false;
  ::close(terminal);
  ::close(program);
  return true;
}

/// What `gronwall train ARGUMENTS` writes to a terminal.
std::string on_terminal(const std::vector<std::string>& arguments) {
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  BOOST_REQUIRE(pid >= 0);
  if (pid == 0) execute(arguments);
  std::string text;
  std::array<char, 4096> piece{};
  for (ssize_t got = 0; (got = ::read(terminal, piece.data(), piece.size())) > 0;)
    text.append(piece.data(), static_cast<std::size_t>(got));
  ::close(terminal);
  ::waitpid(pid, nullptr, 0);
  return text;
}

/// Until a run has so many records; gives up when it is clear that it never will.
void wait_for_epochs(const std::filesystem::path& folder, std::size_t epochs) {
  constexpr int kMostTries = 60'000;
  for (int tries = 0; csv(folder / "metrics.csv").size() < epochs + 2; ++tries) {
    BOOST_REQUIRE(tries < kMostTries);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(train_command)

BOOST_AUTO_TEST_CASE(a_run_is_a_folder) {
  const TemporaryFolder folder;
  const std::filesystem::path run = folder.path() / "run";
  const json::value result = train(kTeacher + "--epochs 4 --monitor 2 --probe 5 --out " + run.string());
  BOOST_TEST(result.at("epochs").to_number<int>() == 4);
  BOOST_TEST(!result.at("interrupted").as_bool());
  const auto rows = csv(run / "metrics.csv");
  BOOST_REQUIRE_EQUAL(rows.size(), 5U);
  BOOST_TEST(rows[0] == (std::vector<std::string>{"epoch", "loss", "test_loss", "gradient_norm", "moved_U",
                                                  "moved_W", "moved_V", "lambda_min", "lambda_max",
                                                  "proved_lambda_min", "jacobian_change", "jacobian_norm",
                                                  "predicted_decay", "measured_decay"}),
             boost::test_tools::per_element());
  double loss_before = HUGE_VAL, moved_before = 0;
  for (std::size_t k = 1; k < rows.size(); ++k) {
    BOOST_REQUIRE_EQUAL(rows[k].size(), 14U);
    BOOST_TEST(rows[k][0] == std::to_string(k));
    BOOST_TEST(std::stod(rows[k][1]) < loss_before);
    BOOST_TEST(std::stod(rows[k][5]) > moved_before);
    loss_before = std::stod(rows[k][1]);
    moved_before = std::stod(rows[k][5]);
    BOOST_TEST(rows[k][7].empty() == (k % 2 == 1));
    if (!rows[k][9].empty()) {
      BOOST_TEST(std::stod(rows[k][9]) <= std::stod(rows[k][7]));
      BOOST_TEST(std::stod(rows[k][9]) > 0);
    }
  }
  // The JSON lines say the same.
  std::istringstream lines(read_text(run / "metrics.jsonl"));
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    BOOST_TEST(line.find("{\"epoch\":" + rows[count + 1][0] + ",\"loss\":" + rows[count + 1][1] + ",") == 0U);
  BOOST_TEST(count == 4U);
  for (const char* plot : {"loss.svg", "movement.svg", "lambda_min.svg"})
    BOOST_TEST(read_text(run / plot).find("</svg>") != std::string::npos);
  BOOST_TEST(!std::filesystem::exists(run / "accuracy.svg"));

  const Outcome again = run_gronwall("evaluate " + run.string() + " --json");
  BOOST_REQUIRE_EQUAL(again.code, 0);
  BOOST_TEST(json::parse(again.out).at("loss") == result.at("loss"));
  BOOST_TEST(json::parse(again.out).at("test_loss") == result.at("test_loss"));
}

// The program against the library: same data, same weights, same losses at the bit; and gradient descent by
// hand from the gradient.
BOOST_AUTO_TEST_CASE(weights_and_data_from_numpy_files) {
  const TemporaryFolder folder;
  const Network network{.phi = &activation("tanh"), .width = 7, .input_dimension = 3, .outputs = 2};
  const Weights weights = Weights::gaussian(network, 77);
  const auto write = [&](const std::string& name, const Eigen::MatrixXd& matrix) {
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = matrix;
    write_npy(folder.path() / name,
              std::span<const double>(rows.data(), static_cast<std::size_t>(rows.size())),
              {static_cast<std::uint64_t>(rows.rows()), static_cast<std::uint64_t>(rows.cols())});
    return folder.file(name);
  };
  LabelledData data{
      gaussian_inputs(3, 9, 4, Normalisation::none) / 3, gaussian_inputs(2, 9, 5, Normalisation::none), {}};
  const std::string files = " --data " + write("x.npy", data.x.transpose()) + " --targets " +
                            write("y.npy", data.y.transpose()) + " --initial-u " +
                            write("u.npy", weights.u()) + " --initial-w " + write("w.npy", weights.w(0)) +
                            " --initial-v " + write("v.npy", weights.v());
  const std::filesystem::path run = folder.path() / "run";
  train(files + " --activation tanh --width 7 --depth 4 --solver midpoint --rate 0.05 --epochs 3 --out " +
        run.string());
  const auto rows = csv(run / "metrics.csv");

  BatchGradient gradient({network, &scheme("midpoint"), 4}, Loss::squared);
  Weights by_hand = weights;
  for (std::size_t epoch = 1; epoch <= 3; ++epoch) {
    const BatchResult& result = gradient.evaluate(by_hand, data);
    BOOST_TEST(std::stod(rows[epoch][1]) == result.loss / 9);
    const Eigen::VectorXd step = 0.05 * (result.gradient.flat() / 9);
    by_hand.flat() -= step;
  }
  const TrainingState state = read_checkpoint(run / "checkpoint.npz", network);
  BOOST_TEST((state.weights.flat() - by_hand.flat()).norm() < 1e-14 * by_hand.flat().norm());

  // predict: the same outputs as the library, in NPY and CSV.
  const std::string use = "predict " + run.string() + " --data " + folder.file("x.npy");
  BOOST_REQUIRE_EQUAL(run_gronwall(use + " --out " + folder.file("f.npy")).code, 0);
  const Eigen::MatrixXd f = gradient.outputs(state.weights, data.x);
  const std::string bytes = read_text(folder.path() / "f.npy");
  BOOST_REQUIRE_EQUAL(bytes.size(), 128 + 18 * sizeof(double));
  BOOST_TEST(std::memcmp(bytes.data() + 128, f.data(), 18 * sizeof(double)) == 0);
  const Outcome text = run_gronwall(use);
  BOOST_REQUIRE_EQUAL(text.code, 0);
  write_text(folder.path() / "f.csv", text.out);
  const auto table = csv(folder.path() / "f.csv");
  BOOST_TEST(table[0] == (std::vector<std::string>{"f_0", "f_1"}), boost::test_tools::per_element());
  for (Eigen::Index j = 0; j < 9; ++j)
    for (Eigen::Index o = 0; o < 2; ++o)
      BOOST_TEST(std::stod(table[static_cast<std::size_t>(j + 1)][static_cast<std::size_t>(o)]) == f(o, j));
  // evaluate on given files: the loss of these outputs.
  const Outcome evaluation = run_gronwall("evaluate " + run.string() + " --json --data " +
                                          folder.file("x.npy") + " --targets " + folder.file("y.npy"));
  BOOST_REQUIRE_EQUAL(evaluation.code, 0);
  const double loss = (f - data.y).squaredNorm() / 18;
  BOOST_TEST(std::abs(json::parse(evaluation.out).at("loss").as_double() - loss) < 1e-14 * loss);

  // A file that changed is noticed.
  write("x.npy", 2 * data.x.transpose());
  const Outcome changed = run_gronwall("train --resume " + run.string() + " --epochs 5");
  BOOST_TEST(changed.code == 2);
  BOOST_TEST(changed.err.find("x.npy") != std::string::npos);
  BOOST_TEST(changed.err.find("changed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(resumed_runs_are_those_without_a_stop) {
  for (const std::string optimiser :
       {"sgd", "sgd --batch 7", "momentum --batch 7", "adam --batch 7",
        "sgd --monitor 2 --probe 4 --unproved",
        "momentum --batch 11 --solver rk4 --blocks 2 --skip 0.5 --gate rotation"}) {
    const TemporaryFolder folder;
    const std::string base = kTeacher + "--optimiser " + optimiser;
    train(base + " --epochs 6 --threads 1 --out " + folder.file("whole"));
    for (const std::string threads : {"1", "2", "3"}) {
      const std::string run = folder.file("stopped" + threads);
      train(base + " --epochs 2 --threads " + threads + " --out " + run);
      // A process killed after its record and before its checkpoint leaves a record too many.
      std::ofstream(run + "/metrics.csv", std::ios::app) << "3,0.1";
      train("--resume " + run + " --epochs 3 --threads 2");
      train("--resume " + run + " --epochs 6");
      BOOST_TEST_CONTEXT(optimiser << ", " << threads << " threads")
      check_same_run(folder.path() / "whole", run);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_configuration_makes_the_same_run_again) {
  const TemporaryFolder folder;
  const std::string base = kTeacher + "--optimiser adam --batch 10 --seed 5 --epochs 3 ";
  train(base + "--out " + folder.file("a"));
  train(base + "--out " + folder.file("b"));
  check_same_run(folder.path() / "a", folder.path() / "b");
  BOOST_TEST(
      (read_text(folder.path() / "a" / "config.json") == read_text(folder.path() / "b" / "config.json")));
  // A run with nothing but its configuration starts from the beginning.
  std::filesystem::create_directory(folder.path() / "c");
  std::filesystem::copy(folder.path() / "a" / "config.json", folder.path() / "c" / "config.json");
  train("--resume " + folder.file("c"));
  check_same_run(folder.path() / "a", folder.path() / "c");
  // Other seeds make other runs.
  train(kTeacher + "--optimiser adam --batch 10 --seed 6 --epochs 3 --out " + folder.file("d"));
  BOOST_TEST(
      (read_text(folder.path() / "a" / "metrics.csv") != read_text(folder.path() / "d" / "metrics.csv")));
}

BOOST_AUTO_TEST_CASE(killed_runs_go_on) {
  const TemporaryFolder folder;
  const std::string base = kTeacher + "--optimiser adam --batch 5 --epochs 120 --checkpoint-every 7 ";
  train(base + "--out " + folder.file("whole"));
  const std::string run = folder.file("killed");
  bool finished = false;
  for (int round = 0; !finished; ++round) {
    const bool begun = std::filesystem::exists(run + "/config.json");
    Background process(words(begun ? "--quiet --resume " + run : base + "--quiet --out " + run),
                       folder.file("log"));
    if (round < 6) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + 15 * round));
      const int status = process.stop(SIGKILL);
      finished = WIFEXITED(status);
    } else {
      const int status = process.wait();
      BOOST_TEST_CONTEXT(read_text(folder.path() / "log")) {
        BOOST_REQUIRE(WIFEXITED(status));
        BOOST_REQUIRE_EQUAL(WEXITSTATUS(status), 0);
      }
      finished = true;
    }
  }
  check_same_run(folder.path() / "whole", run);
}

BOOST_AUTO_TEST_CASE(signals_stop_after_an_epoch) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const TemporaryFolder folder;
    const std::filesystem::path run = folder.path() / "run";
    Background process(words(kTeacher + "--checkpoint-every 1000000 --epochs 1000000 --out " + run.string()),
                       folder.file("log"));
    wait_for_epochs(run, 3);
    const int status = process.stop(signal);
    BOOST_REQUIRE(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 128 + signal);
    const std::string log = read_text(folder.path() / "log");
    BOOST_TEST(log.find("go on with: gronwall train --resume " + run.string()) != std::string::npos);
    BOOST_TEST(log.find("epoch 1: loss ") != std::string::npos);
    BOOST_TEST(log.find("steps/s") != std::string::npos);
    BOOST_TEST(log.find("a second time stops at once") != std::string::npos);
    const std::size_t epochs = csv(run / "metrics.csv").size() - 1;
    BOOST_TEST(epochs >= 3U);
    const Outcome evaluation = run_gronwall("evaluate --json " + run.string());
    BOOST_REQUIRE_EQUAL(evaluation.code, 0);
    BOOST_TEST(json::parse(evaluation.out).at("epochs").to_number<std::size_t>() == epochs);
    // Stopped and resumed is the same as never stopped.
    const std::string total = std::to_string(epochs + 2);
    train("--resume " + run.string() + " --epochs " + total);
    train(kTeacher + "--epochs " + total + " --out " + folder.file("whole"));
    check_same_run(folder.path() / "whole", run);
  }
}

BOOST_AUTO_TEST_CASE(classes_and_accuracy) {
  const TemporaryFolder folder;
  const std::filesystem::path run = folder.path() / "run";
  const json::value result = train(
      "--data random-labels --outputs 3 --dimension 20 --points 12 --width 60 --depth 2 --loss cross-entropy "
      "--optimiser adam --rate 0.05 --epochs 60 --out " +
      run.string());
  BOOST_TEST(result.at("accuracy").to_number<double>() ==
             1);  // few points in many dimensions can be learnt by heart
  BOOST_TEST(result.at("loss").to_number<double>() < 0.1);
  BOOST_TEST(std::filesystem::exists(run / "accuracy.svg"));
  write_text(folder.path() / "x.csv", "1,2,3\n");
  const Outcome wrong = run_gronwall("predict " + run.string() + " --data " + folder.file("x.csv"));
  BOOST_TEST(wrong.code == 2);
  BOOST_TEST(wrong.err.find("dimension 3, but the network takes 20") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(files_with_labels_are_split) {
  const TemporaryFolder folder;
  std::string x, y;
  for (int i = 0; i < 20; ++i) {
    x += std::to_string(std::cos(i)) + "," + std::to_string(std::sin(i)) + "\n";
    y += std::to_string(i % 4) + "\n";
  }
  write_text(folder.path() / "x.csv", x);
  write_text(folder.path() / "y.csv", y);
  const std::string files = " --data " + folder.file("x.csv") + " --labels " + folder.file("y.csv") + " ";
  const json::value result =
      train(files + "--test-points 5 --width 8 --depth 2 --rate 0.1 --epochs 2 --out " + folder.file("run"));
  BOOST_TEST(std::fmod(result.at("accuracy").to_number<double>() * 15, 1) < 1e-9);
  BOOST_TEST(std::fmod(result.at("test_accuracy").to_number<double>() * 5 + 1e-10, 1) < 1e-9);
  const Outcome prediction =
      run_gronwall("predict " + folder.file("run") + " --points 3 --data " + folder.file("x.csv"));
  BOOST_TEST(prediction.out.find("f_0,f_1,f_2,f_3,class\n") == 0U);
  BOOST_TEST(std::count(prediction.out.begin(), prediction.out.end(), '\n') == 4);
}

BOOST_AUTO_TEST_CASE(a_missing_proof_is_explained) {
  const TemporaryFolder folder;
  const std::string base = kTeacher + "--epochs 2 --monitor 1 --probe 3 --activation relu --out ";
  BOOST_TEST(!train(base + folder.file("a")).at("not_proved").as_string().empty());
  BOOST_TEST(!train(base + folder.file("b") + " --unproved").as_object().contains("not_proved"));
}

BOOST_AUTO_TEST_CASE(a_run_like_another_is_the_same) {
  const TemporaryFolder folder;
  const std::string first = (folder.path() / "first").string(), second = (folder.path() / "second").string();
  train(kTeacher + "--epochs 3 --batch 7 --seed 9 --out " + first);
  train("--like " + first + " --out " + second);
  check_same_run(first, second);
  const std::string longer = (folder.path() / "longer").string();
  BOOST_TEST(train("--like " + first + " --epochs 4 --out " + longer).at("epochs").to_number<int>() == 4);
  refused("train --like " + first + " --width 3 --out " + longer + "2", 2, "do not go together");
  refused("train --like " + first, 2, "--out");
}

BOOST_AUTO_TEST_CASE(both_gradients_are_compared) {
  const auto difference = [](const std::string& solver, int depth) {
    return train("--data teacher --dimension 4 --points 30 --width 12 --solver " + solver +
                 " --tolerance 1e-10 --check-gradients --depth " + std::to_string(depth))
        .at("relative_difference")
        .to_number<double>();
  };
  // Of order 1 and 6.
  BOOST_TEST(difference("euler", 20) / difference("euler", 40) == 2, boost::test_tools::tolerance(0.1));
  BOOST_TEST(difference("butcher6", 2) / difference("butcher6", 4) > 32);
  BOOST_TEST(difference("butcher6", 8) < 1e-8);
}

BOOST_AUTO_TEST_CASE(the_adjoint_solver_of_the_comparison_has_its_tolerance) {
  const auto loss = [](const std::string& options) {
    return train("--data teacher --dimension 4 --points 10 --width 12 --check-gradients " + options)
        .at("continuous_loss")
        .to_number<double>();
  };
  BOOST_TEST(loss("--tolerance 1e-2") != loss("--tolerance 1e-10"));
}

// On a terminal a bar moves; a log has a line at the beginning and at the end; --quiet and --json say
// nothing.
BOOST_AUTO_TEST_CASE(the_provable_rate_shows_its_progress, *boost::unit_test::precondition(has_terminals)) {
  const TemporaryFolder folder;
  // 8 kernels: 4 groups of inputs, 2 outputs.
  const std::string base = "--data random-labels --outputs 2 --points 400 --width 400 --epochs 1 --out ";
  const std::string bar = on_terminal(words(base + folder.file("a")));
  for (const std::string part : {"provable rate, kernel ", " of 8", "[#", "..]"})
    BOOST_TEST(bar.find(part) != std::string::npos, bar << " does not show " << part);
  const std::string quiet = on_terminal(words(base + folder.file("b") + " --quiet"));
  BOOST_TEST(quiet.find("kernel") == std::string::npos);
  const Outcome log = run_gronwall("train " + base + folder.file("c"));
  BOOST_TEST(log.err.find("computing the provable rate") == 0U);
  BOOST_TEST(log.err.find("[1/1] provable rate: 0.") != std::string::npos);
  BOOST_TEST(run_gronwall("train " + base + folder.file("d") + " --json").err.empty());
  // The same after a divergence.
  const std::string diverging = base + folder.file("e") + " --rate 1e6";
  BOOST_TEST(on_terminal(words(diverging)).find("provable rate, kernel ") != std::string::npos);
  BOOST_TEST(on_terminal(words(diverging + " --quiet")).find("provable rate, kernel ") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_provable_rate_rests_on_is_said) {
  const TemporaryFolder folder;
  int runs = 0;
  const auto rule = [&](const std::string& options) {
    const json::value run = train("--points 6 --dimension 4 --width 8 --depth 2 --epochs 1 " + options +
                                  " --out " + folder.file("run" + std::to_string(++runs)));
    return std::string(run.at("rate_rule").as_string());
  };
  for (const auto& [options, words_of_it] : std::vector<std::pair<std::string, std::string>>{
           {"--data random-labels", "(M: no bound is known for several outputs, |r_0| = "},
           {"--data teacher --solver rk4", "(M: no bound is known for other schemes than Euler's, |r_0|"},
           {"--data teacher --blocks 2", "(M: no bound is known for several blocks"},
           {"--data teacher --activation relu", "(M: no bound is known for this activation"},
           {"--data teacher", "(M <= "}}) {
    const std::string text = rule(options);
    BOOST_TEST(text.find(" (computed in double, not proved) with |J_0| <= ") != std::string::npos, text);
    BOOST_TEST(text.find(words_of_it) != std::string::npos, text);
    BOOST_TEST(text.find("inf") == std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(the_decay_is_predicted_for_the_squared_loss_only) {
  const TemporaryFolder folder;
  const std::string base =
      "--data random-labels --points 8 --dimension 4 --width 6 --depth 2 --rate 0.01 --epochs 2 --monitor 1 "
      "--unproved --loss ";
  for (const std::string loss : {"squared", "cross-entropy"}) {
    train(base + loss + " --out " + folder.file(loss));
    const auto rows = csv(folder.path() / loss / "metrics.csv");
    const std::size_t column = rows[0].size() - 2;
    BOOST_REQUIRE_EQUAL(rows[0][column], "predicted_decay");
    BOOST_TEST(rows[2][column].empty() == (loss == "cross-entropy"));
    BOOST_TEST(!rows[2][column + 1].empty());
  }
}

BOOST_AUTO_TEST_CASE(what_there_is_less_of_is_said) {
  const TemporaryFolder folder;
  const std::string run = folder.file("run");
  const std::string text =
      run_gronwall("train" + kTeacher + "--epochs 3 --monitor 3 --unproved --out " + run).out;
  BOOST_TEST(text.find("the monitor's probe inputs are all 30 there are, not --probe 50") !=
             std::string::npos);
  const Outcome finished = run_gronwall("train --resume " + run);
  BOOST_TEST(finished.code == 0);
  BOOST_TEST(finished.err.find(run + " already has its 3 epochs; --epochs K for more") != std::string::npos);
  BOOST_TEST(run_gronwall("train --points 1 --width 5 --epochs 1 --rate 0.1 --data teacher --out " +
                          folder.file("one"))
                 .out.find("\n1 input to train on") != std::string::npos);
  refused("train --points 5 --width 5 --rate 0.1 --test-points 10001 --out " + folder.file("none"), 2,
          "--test-points 10001: there are 10000 test images");
}

BOOST_AUTO_TEST_CASE(help) {
  for (const std::string command : {"train", "evaluate", "predict"}) {
    const Outcome run = run_gronwall(command + " --help");
    BOOST_TEST(run.code == 0);
    BOOST_TEST(run.out.find("usage: gronwall " + command) != std::string::npos);
    BOOST_TEST(run.out.find("examples:") != std::string::npos);
  }
  const std::string text = run_gronwall("train --help").out;
  std::size_t at = 0;
  for (const std::string part :
       {"\noptions:\n  --out ", "\ndata:\n  --data ", "\nmodel:\n  --activation ", "\ntraining:\n  --loss ",
        "\nwhat is kept and measured:\n  --checkpoint-every ", "\nexamples:"}) {
    at = text.find(part, at);
    BOOST_REQUIRE_MESSAGE(at != std::string::npos, part);
  }
}

BOOST_AUTO_TEST_SUITE_END()
