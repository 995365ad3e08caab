// The empirical NTK against PyTorch: layer pairs, one backward pass for each input, functorch.
// `kernel_finite [--json] [--no-functorch] [n N L ...]`; wall times on two threads, best of the runs, ratios
// of one run. All sides get the same weights and the largest relative difference of the kernels is printed.
//
// PyTorch is Debian's (python3-torch) under /usr/bin/python3. It is run with its own and the BLAS's best
// kernels forced, which Debian's builds do not find by themselves on every machine; set
// GRONWALL_BENCH_BLAS to the folder of an OpenMP build of OpenBLAS (Debian: libopenblas0-openmp), whose
// threads do not fight with PyTorch's own.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gronwall/kernel/finite.hpp"
#include "gronwall/model/gaussian_weights.hpp"
#include "pytorch.hpp"

namespace {

using namespace gronwall;
using namespace gronwall::bench;
using Eigen::Index;
using Eigen::MatrixXd;

constexpr unsigned kThreads = 2;
constexpr Index kInputDimension = 784;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Peer {
  double seconds;
  double difference;  ///< of its kernel from ours, relative
};

std::optional<Peer> run_peer(const Exchange& exchange, const char* method, int repeats,
                             const MatrixXd& ours) {
  const auto text = run_pytorch("kernel_finite_peers.py",
                                "'" + exchange.folder().string() + "' " + method + " " +
                                    std::to_string(kThreads) + " " + std::to_string(repeats),
                                true);
  if (!text) return std::nullopt;
  Peer peer{.seconds = std::strtod(text->c_str(), nullptr), .difference = 0};
  const MatrixXd theirs = exchange.read("kernel.bin", ours.size()).reshaped(ours.rows(), ours.cols());
  peer.difference = ((theirs - ours).cwiseAbs().cwiseQuotient(ours.cwiseAbs())).maxCoeff();
  return peer;
}

struct Row {
  std::string method;
  double seconds;
  double difference;
};
struct Result {
  Index n, count;
  long depth;
  Index terms;
  double tail;
  std::vector<Row> rows;  ///< ours, compressed, first
};

void print(const Result& r) {
  std::printf("n = %td, N = %td, L = %ld, %u threads: %td terms, tail %.1e\n", r.n, r.count, r.depth,
              kThreads, r.terms, r.tail);
  for (const Row& row : r.rows)
    std::printf("  %-20s %9.3f s %8.2f x   difference %.1e\n", row.method.c_str(), row.seconds,
                row.seconds / r.rows[0].seconds, row.difference);
  std::fflush(stdout);
}

void print_json(const std::vector<Result>& results) {
  std::printf("{\"bench\": \"kernel_finite\", \"threads\": %u, \"results\": [", kThreads);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Result& r = results[i];
    std::printf("%s\n  {\"n\": %td, \"N\": %td, \"L\": %ld, \"terms\": %td, \"tail\": %.2e, \"methods\": [",
                i > 0 ? "," : "", r.n, r.count, r.depth, r.terms, r.tail);
    for (std::size_t k = 0; k < r.rows.size(); ++k)
      std::printf("%s{\"method\": \"%s\", \"seconds\": %.4f, \"ratio\": %.3f, \"difference\": %.2e}",
                  k > 0 ? ", " : "", r.rows[k].method.c_str(), r.rows[k].seconds,
                  r.rows[k].seconds / r.rows[0].seconds, r.rows[k].difference);
    std::printf("]}");
  }
  std::printf("]}\n");
}

Result measure(Index n, Index count, long depth, bool with_functorch) {
  const NeuralOde model = gaussian_model(n, kInputDimension, 1, activation("softplus"), 1);
  const MatrixXd x = gaussian_weights(kInputDimension, count, 9, 1);
  FiniteKernelOptions options;
  options.threads = kThreads;
  options.tolerance = 1e-11;

  FiniteKernel ours;
  double best = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 5; ++run)
    best = std::min(best, seconds([&] { ours = finite_kernel(model, x, depth, options); }));
  const MatrixXd kernel = ours.K();
  Result result{n, count, depth, ours.terms, ours.relative_tail, {{"compressed", best, 0}}};

  options.method = GramMethod::layer_pairs;
  FiniteKernel pairs;
  const double pair_time = seconds([&] { pairs = finite_kernel(model, x, depth, options); });
  result.rows.push_back({"layer pairs", pair_time,
                         ((pairs.K() - kernel).cwiseAbs().cwiseQuotient(kernel.cwiseAbs())).maxCoeff()});

  const Exchange exchange;
  std::ofstream(exchange.folder() / "sizes.txt")
      << n << ' ' << count << ' ' << kInputDimension << ' ' << depth;
  exchange.write("w.bin", model.w());
  exchange.write("u.bin", model.u());
  exchange.write("v.bin", model.v());
  exchange.write("x.bin", x);
  std::vector<std::pair<const char*, int>> methods = {{"pairs", 3}};
  // N gradients of n^2 + n d numbers, 8 bytes each, and some copies.
  const double gigabytes = 8e-9 * static_cast<double>(n * (n + kInputDimension)) * static_cast<double>(count);
  if (gigabytes < 2) methods.emplace_back("gradients", 2);
  if (with_functorch && gigabytes < 2) methods.emplace_back("functorch", 1);
  for (const auto& [method, repeats] : methods)
    if (const auto peer = run_peer(exchange, method, repeats, kernel))
      result.rows.push_back({"PyTorch " + std::string(method), peer->seconds, peer->difference});
    else
      std::fprintf(stderr, "PyTorch %s did not run (python3-torch?)\n", method);
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  bool json = false, with_functorch = true;
  std::vector<long> sizes;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0)
      json = true;
    else if (std::strcmp(argv[i], "--no-functorch") == 0)
      with_functorch = false;
    else
      sizes.push_back(std::strtol(argv[i], nullptr, 10));
  }
  if (sizes.empty()) sizes = {1000, 200, 20, 500, 200, 20, 1000, 1000, 20};
  if (sizes.size() % 3 != 0) {
    std::fputs("sizes come in threes: n N L\n", stderr);
    return 2;
  }
  std::vector<Result> results;
  for (std::size_t i = 0; i < sizes.size(); i += 3) {
    results.push_back(measure(sizes[i], sizes[i + 1], sizes[i + 2], with_functorch));
    if (!json) print(results.back());
  }
  if (json) print_json(results);
}
