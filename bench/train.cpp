// One full-batch training step against PyTorch: `train [n N L ...]`, and the time to a gradient of the
// continuous network. Softplus, float64, Fashion-MNIST on the sphere, 10 outputs, squared loss; wall times,
// best of the runs. Both sides get the same numbers; losses must agree to 1e-10, and gradients too.
//
// PyTorch is Debian's (python3-torch) under /usr/bin/python3. "tuned": its own and the BLAS's best kernels
// for this machine are forced, which Debian's builds do not find by themselves on every machine. "as
// installed": they are not. Set GRONWALL_BENCH_BLAS to the folder of an OpenMP build of OpenBLAS (Debian:
// libopenblas0-openmp), whose threads do not fight with PyTorch's own; it serves both. Memory is measured in
// separate processes: the peak during a step less what was there before it (weights and data).

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "gronwall/data/fashion_mnist.hpp"
#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/model/gradient_enclosure.hpp"
#include "gronwall/train/adjoint.hpp"
#include "gronwall/train/labelled_data.hpp"
#include "pytorch.hpp"

namespace {

using namespace gronwall;
using namespace gronwall::bench;
using Eigen::Index;
using Eigen::MatrixXd;

constexpr Index kInputDimension = 784, kOutputs = 10;
constexpr int kRuns = 3, kRounds = 3;
constexpr double kAgreement = 1e-10;
bool failed = false;

double best_seconds(int runs, const std::function<void()>& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

double relative(const Eigen::VectorXd& a, const Eigen::VectorXd& truth) {
  return (a - truth).norm() / truth.norm();
}

struct Case {
  DiscreteNetwork network;
  Weights weights;
  LabelledData data;
};

DiscreteNetwork network_of(Index width, Index outputs, const char* method, long steps) {
  return {{.phi = &activation("softplus"),
           .width = width,
           .input_dimension = kInputDimension,
           .outputs = outputs},
          &scheme(method),
          steps};
}

Case make_case(Index width, Index count, long depth) {
  Case made{network_of(width, kOutputs, "euler", depth), {}, {}};
  made.weights = Weights::gaussian(made.network.network, 1);
  made.data = load_data({.inputs = fashion_mnist_path(FashionMnist::kTrain),
                         .labels = fashion_mnist_labels_path(FashionMnist::kTrain),
                         .limit = static_cast<std::size_t>(count),
                         .normalisation = Normalisation::sphere,
                         .classes = kOutputs})
                  .data;
  return made;
}

void hand_over(const Case& given, const Exchange& exchange) {
  std::ofstream(exchange.folder() / "sizes.txt")
      << given.network.network.width << ' ' << given.data.size() << ' ' << kInputDimension << ' ' << kOutputs
      << ' ' << given.network.steps;
  exchange.write("w.bin", given.weights.w(0));
  exchange.write("u.bin", given.weights.u());
  exchange.write("v.bin", given.weights.v());
  exchange.write("x.bin", given.data.x);
  exchange.write("y.bin", given.data.y);
}

std::optional<boost::json::value> json_of(const std::optional<std::string>& text) {
  return text ? std::optional(boost::json::parse(*text)) : std::nullopt;
}

double number(const boost::json::value& object, const char* key) {
  return object.at(key).to_number<double>();
}

std::optional<boost::json::value> run_peer(const std::filesystem::path& folder, const std::string& method,
                                           unsigned threads, int runs, bool tuned,
                                           const std::string& tolerance = "") {
  return json_of(run_pytorch("train_peers.py",
                             "'" + folder.string() + "' " + method + " " + std::to_string(threads) + " " +
                                 std::to_string(runs) + " " + tolerance,
                             tuned));
}

/// A line of /proc/self/status, in MiB.
double status(const std::string& field) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(field + ":")) return std::strtod(line.c_str() + field.size() + 1, nullptr) / 1024;
  return 0;
}

/// The child process that measures memory: one step.
int print_memory(Index width, Index count, long depth, unsigned threads) {
  const Case given = make_case(width, count, depth);
  const double before = status("VmRSS");
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak so far is forgotten
  BatchGradient gradient(given.network, Loss::squared, {.threads = threads});
  gradient.evaluate(given.weights, given.data);
  const double peak = status("VmHWM");
  std::printf("{\"step_mib\": %.1f, \"peak_mib\": %.1f}\n", peak - before, peak);
  return 0;
}

/// Rate of the library's own product of order 2000, one on each thread, in operations a second.
double product_rate(unsigned threads) {
  constexpr Index kOrder = 2000;
  const MatrixXd a = MatrixXd::Random(kOrder, kOrder), b = MatrixXd::Random(kOrder, kOrder);
  std::vector<MatrixXd> c(threads, MatrixXd::Zero(kOrder, kOrder));
  const double seconds = best_seconds(kRuns, [&] {
    parallel_for(
        threads,
        [&](std::size_t i) {
          dense::kernels().f64.multiply(kOrder, kOrder, kOrder, 1.0, a.data(), kOrder, b.data(), kOrder,
                                        c[i].data(), kOrder);
        },
        threads);
  });
  return 2.0 * kOrder * kOrder * kOrder * threads / seconds;
}

/// Operations of the products in a step that keeps `terms` terms of the sum over layers.
double operations(const Case& given, Index terms) {
  const auto n = static_cast<double>(given.network.network.width),
             count = static_cast<double>(given.data.size());
  const auto depth = static_cast<double>(given.network.steps), kept = static_cast<double>(terms);
  return count * n * ((4 * depth + 2 * kept) * n + 4 * kInputDimension + 6 * kOutputs);
}

struct Rates {
  double ours, theirs;  ///< of a product, operations a second
};

Rates rates_of(unsigned threads) {
  const auto theirs = run_peer(".", "matmul", threads, kRuns, true);
  return {product_rate(threads), theirs ? 16e9 / number(*theirs, "seconds") : 0};
}

void require(bool holds, const char* what) {
  if (holds) return;
  failed = true;
  std::printf("  FAILED: %s\n", what);
}

struct Peer {
  const char* method;
  bool tuned;
  double seconds, loss_difference, gradient_difference, step_mib, peak_mib;

  /// Whether it computes the gradient of the discrete network.
  bool is_exact() const { return std::strcmp(method, "euler-adjoint") != 0; }
};

void print_peers(const std::vector<Peer>& peers, double ours,
                 const std::optional<boost::json::value>& memory) {
  double fastest = std::numeric_limits<double>::infinity(), least_step = fastest, least_peak = fastest;
  for (const Peer& peer : peers) {
    std::printf("    PyTorch %-13s %-12s %7.3f s %6.2f x   loss differs by %.0e, gradient by %.0e\n",
                peer.method, peer.tuned ? "tuned" : "as installed", peer.seconds, peer.seconds / ours,
                peer.loss_difference, peer.gradient_difference);
    if (!peer.is_exact()) continue;
    require(peer.loss_difference < kAgreement, "the losses differ");
    require(peer.gradient_difference < kAgreement, "the gradients differ");
    if (!peer.tuned) continue;
    fastest = std::min(fastest, peer.seconds);
    least_step = std::min(least_step, peer.step_mib);
    least_peak = std::min(least_peak, peer.peak_mib);
  }
  std::printf("    the faster tuned one: %.2f x\n", fastest / ours);
  if (!memory) return;
  const double peak = number(*memory, "peak_mib"), step = number(*memory, "step_mib");
  std::printf(
      "    memory: process %.0f MiB, PyTorch's least %.0f, ratio %.2f; step %.0f MiB, least %.0f, %.2f\n",
      peak, least_peak, peak / least_peak, step, least_step, step / least_step);
}

void compare_step(const char* self, Index width, Index count, long depth, std::vector<Rates>& rates) {
  const Case given = make_case(width, count, depth);
  const Exchange exchange;
  hand_over(given, exchange);
  std::printf("n = %td, N = %td, d = %td, L = %ld\n", width, count, kInputDimension, depth);
  double one_thread = 0;
  for (const unsigned threads : {1U, 2U}) {
    BatchGradient gradient(given.network, Loss::squared, {.threads = threads});
    const BatchResult* result = &gradient.evaluate(given.weights, given.data);
    double ours = std::numeric_limits<double>::infinity();
    std::vector<Peer> peers;
    const auto run = [&](const char* method, bool tuned) {
      const auto answer = run_peer(exchange.folder(), method, threads, kRuns, tuned);
      if (!answer) return;
      const Peer peer{
          method,
          tuned,
          number(*answer, "seconds"),
          std::abs(number(*answer, "loss") / result->loss - 1),
          relative(exchange.read("gradient.bin", result->gradient.flat().size()), result->gradient.flat()),
          number(*answer, "step_mib"),
          number(*answer, "peak_mib")};
      for (Peer& known : peers)
        if (known.tuned == tuned && std::strcmp(known.method, method) == 0) {
          known.seconds = std::min(known.seconds, peer.seconds);
          return;
        }
      peers.push_back(peer);
    };
    // Everyone in turn, so that a busy moment of the machine hits all alike.
    for (int round = 0; round < kRounds; ++round) {
      ours = std::min(ours, best_seconds(kRuns, [&] { gradient.evaluate(given.weights, given.data); }));
      run("handwritten", true);
      run("autograd", true);
      if (round > 0 || threads == 1 || width != 1000) continue;
      run("euler-adjoint", true);
      run("handwritten", false);
      run("autograd", false);
    }
    const double rate = operations(given, result->terms) / ours;
    Rates& product = rates[threads - 1];
    const Rates now = rates_of(threads);
    product = {std::max(product.ours, now.ours), std::max(product.theirs, now.theirs)};
    std::printf(
        "  %u thread%s: %.3f s, %td of %ld terms, left out %.0e; %.1f GF/s, %.0f %% of our product's "
        "rate, %.0f %% of PyTorch's\n",
        threads, threads > 1 ? "s" : "", ours, result->terms, depth,
        result->left_out / result->gradient.flat().norm(), rate / 1e9, 100 * rate / product.ours,
        product.theirs > 0 ? 100 * rate / product.theirs : 0.0);
    if (threads == 1)
      one_thread = ours;
    else
      std::printf("    two threads against one: %.2f x\n", one_thread / ours);
    std::ostringstream command;
    command << '\'' << self << "' --memory " << width << ' ' << count << ' ' << depth << ' ' << threads;
    print_peers(peers, ours, json_of(output_of(command.str())));
    std::fflush(stdout);
  }
}

/// The relative error of the gradient by `steps` steps of a scheme, proved, on a network of width 100.
double certified_error(const char* method, long steps) {
  Case given = make_case(100, 4, 1);
  const DiscreteNetwork network = network_of(100, 1, method, steps);
  given.weights = Weights::gaussian(network.network, 1);
  BatchGradient gradient(network, Loss::squared);
  // The loss with targets f - 1 has the derivative 1 by every output.
  given.data.labels.clear();
  given.data.y = gradient.outputs(given.weights, given.data.x).array() - 1;
  const Weights& g = gradient.evaluate(given.weights, given.data).gradient;
  const EnclosedGradient ours{g.u(), g.w(0), g.v().transpose(), {}, {}, {}};
  const EnclosedGradient truth =
      NeuralOdeEnclosure(neural_ode(network.network, given.weights), given.data.x).gradient();
  return distance(ours, truth).upper / norm(truth).lower;
}

void compare_continuous(Index width, Index count) {
  constexpr double kTarget = 1e-6;
  constexpr unsigned kThreads = 2;
  Case given = make_case(width, count, 1);
  const auto run = [&](const char* method, long steps, int runs, Eigen::VectorXd& g) {
    BatchGradient gradient(network_of(width, kOutputs, method, steps), Loss::squared, {.threads = kThreads});
    g = gradient.evaluate(given.weights, given.data).gradient.flat();
    return best_seconds(runs, [&] { gradient.evaluate(given.weights, given.data); });
  };
  std::printf("Gradient of the continuous network to %.0e, n = %td, N = %td, %u threads\n", kTarget, width,
              count, kThreads);
  Eigen::VectorXd truth, g;
  run("rk4", 24, 0, g);
  run("rk4", 48, 0, truth);
  std::printf("  reference: 48 steps of rk4, %.0e from 24 steps\n", relative(g, truth));
  double ours = std::numeric_limits<double>::infinity();
  for (const char* method : {"rk4", "butcher6"}) {
    long steps = 0;
    double error = 1, proved = 1;
    while ((error > kTarget || proved > kTarget) && steps < 24) {
      run(method, ++steps, 0, g);
      error = relative(g, truth);
      proved = certified_error(method, steps);
    }
    const double seconds = run(method, steps, kRuns * kRounds, g);
    ours = std::min(ours, seconds);
    std::printf(
        "  %s, %ld steps: %.3f s, error %.1e; at width 100, 4 inputs, proved (NeuralOdeEnclosure) %.1e\n",
        method, steps, seconds, error, proved);
  }
  double constant = 0;
  for (const long depth : {50L, 100L}) {
    const double seconds = run("euler", depth, 2, g);
    constant = relative(g, truth) * static_cast<double>(depth);
    std::printf("  euler, %ld layers: %.3f s, error %.2e = %.4f/L\n", depth, seconds,
                constant / static_cast<double>(depth), constant);
    if (depth == 100) {
      const double wanted = constant / kTarget, extrapolated = seconds / static_cast<double>(depth) * wanted;
      std::printf("  euler, extrapolated by 1/L from that: %.0f layers, %.0f s, %.0f x\n", wanted,
                  extrapolated, extrapolated / ours);
    }
  }
  const Exchange exchange;
  hand_over(given, exchange);
  for (const char* tolerance : {"1e-4", "1e-5", "1e-6", "1e-7", "1e-8"}) {
    const auto peer = run_peer(exchange.folder(), "dopri5", kThreads, kRuns, true, tolerance);
    if (!peer) break;
    const double off = relative(exchange.read("gradient.bin", truth.size()), truth);
    std::printf("  PyTorch dopri5 adjoint, tolerance %s: %.3f s, error %.1e, %.2f x\n", tolerance,
                number(*peer, "seconds"), off, number(*peer, "seconds") / ours);
    std::fflush(stdout);
    if (off <= kTarget) break;
  }
  for (const double tolerance : {1e-4, 1e-6}) {
    AdjointGradient adjoint(given.network.network, {.tolerance = tolerance}, Loss::squared, kThreads);
    double off = 0;
    const double seconds = best_seconds(
        1, [&] { off = relative(adjoint.evaluate(given.weights, given.data).gradient.flat(), truth); });
    std::printf("  our adjoint ODE along stored states, dopri5, tolerance %.0e: %.3f s, error %.1e\n",
                tolerance, seconds, off);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<long> sizes;
  bool memory = false, continuous = false;
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--memory") == 0)
      memory = true;
    else if (std::strcmp(argv[i], "--continuous") == 0)
      continuous = true;
    else
      sizes.push_back(std::strtol(argv[i], nullptr, 10));
  if (memory && sizes.size() == 4)
    return print_memory(sizes[0], sizes[1], sizes[2], static_cast<unsigned>(sizes[3]));
  if (sizes.size() % 3 != 0) {
    std::fputs("sizes come in threes: n N L\n", stderr);
    return 2;
  }
  const bool all = sizes.empty() && !continuous;
  if (all) sizes = {500, 1000, 10, 1000, 1000, 20, 2000, 1000, 20, 500, 1000, 100};
  std::vector<Rates> rates;
  if (!sizes.empty())
    for (const unsigned threads : {1U, 2U}) {
      rates.push_back(rates_of(threads));
      std::printf("a product of order 2000, %u thread%s: ours %.1f GF/s, PyTorch tuned %.1f GF/s\n", threads,
                  threads > 1 ? "s" : "", rates.back().ours / 1e9, rates.back().theirs / 1e9);
    }
  for (std::size_t i = 0; i < sizes.size(); i += 3)
    compare_step(argv[0], sizes[i], sizes[i + 1], sizes[i + 2], rates);
  if (all || continuous) compare_continuous(1000, 1000);
  return failed ? 1 : 0;
}
