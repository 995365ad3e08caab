// Verified least eigenvalue against the plain Cholesky factorisation it rests on, one core.
// `lambda_min [--json] [N ...]`; processor times, medians; ratios of one run.

#include "gronwall/linalg/lambda_min.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "gronwall/data/random_points.hpp"
#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/linalg/spd_witness.hpp"
#include "gronwall/sphere/dot_product_kernel.hpp"

namespace {

using namespace gronwall;
using Eigen::Index;
using Eigen::MatrixXd;

/// Median processor time over at least three runs, or as many as fit into a second.
double median_seconds(const std::function<void()>& work) {
  std::vector<double> times;
  double total = 0;
  while (times.size() < 3 || (total < 1 && times.size() < 51)) {
    const std::clock_t start = std::clock();
    work();
    times.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    total += times.back();
  }
  std::nth_element(times.begin(), times.begin() + static_cast<long>(times.size() / 2), times.end());
  return times[times.size() / 2];
}

struct Row {
  Index n;
  double plain, proof, enclosure, gram, witness, lower, upper;
};

Row measure(Index n, bool with_witness) {
  Row row{};
  row.n = n;
  const PointSet points = random_points(static_cast<std::size_t>(n), 784, 1);
  std::vector<double> b;
  for (int k = 0; k < 45; ++k) b.push_back(0.3 * std::exp(-0.3 * k));
  EnclosedMatrix gram;
  row.gram = median_seconds([&] { gram = minorant_gram(points, b); });
  const MatrixXd& a = gram.midpoint;

  LambdaMin found;
  row.enclosure = median_seconds([&] { found = enclose_lambda_min(a, gram.radius); });
  row.lower = found.lower;
  row.upper = found.upper;
  const double given = found.lower * (1 - 1e-6);
  row.proof = median_seconds([&] {
    if (!verify_lower_bound(a, gram.radius, given).proved) std::abort();
  });
  // The factorisation alone: copy of the triangle and the kernel, in memory already touched.
  const Index stride = padded_stride(n);
  KernelBuffer workspace(static_cast<std::size_t>(stride * n) * sizeof(double));
  row.plain = median_seconds([&] {
    for (Index j = 0; j < n; ++j)
      std::copy(a.col(j).data() + j, a.col(j).data() + n, workspace.as<double>() + j * stride + j);
    if (dense::kernels().f64.cholesky(workspace.as<double>(), n, stride) >= 0) std::abort();
  });
  if (with_witness)
    row.witness = median_seconds([&] {
      if (!spd_witness(a, gram.radius, given)) std::abort();
    });
  return row;
}

}  // namespace

int main(int argc, char** argv) {
  bool json = false;
  std::vector<Index> orders;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0)
      json = true;
    else
      orders.push_back(std::atol(argv[i]));
  }
  if (orders.empty()) orders = {1000, 4000};
  if (json)
    std::printf("{\"kernels\":\"%s\",\"rows\":[", dense::kernels().name);
  else
    std::printf("kernels: %s; seconds of processor time, medians\n%6s %9s %9s %6s %9s %6s %9s %9s %10s\n",
                dense::kernels().name, "N", "Cholesky", "proof", "ratio", "enclose", "ratio", "Gram",
                "witness", "loss");
  const char* separator = "";
  for (const Index n : orders) {
    if (n < 1) {
      std::fprintf(stderr, "usage: lambda_min [--json] [N ...]\n");
      return 2;
    }
    const Row row = measure(n, n <= 1500);
    const double loss = (row.upper - row.lower) / row.upper;
    if (json) {
      std::printf(
          "%s{\"n\":%ld,\"cholesky\":%.6f,\"proof\":%.6f,\"enclosure\":%.6f,\"gram\":%.6f,\"witness\":%.6f,"
          "\"proof_ratio\":%.3f,\"enclosure_ratio\":%.3f,\"relative_width\":%.3e}",
          separator, static_cast<long>(n), row.plain, row.proof, row.enclosure, row.gram, row.witness,
          row.proof / row.plain, row.enclosure / row.plain, loss);
      separator = ",";
    } else {
      std::printf("%6ld %9.4f %9.4f %6.2f %9.4f %6.2f %9.4f %9.4f %10.1e\n", static_cast<long>(n), row.plain,
                  row.proof, row.proof / row.plain, row.enclosure, row.enclosure / row.plain, row.gram,
                  row.witness, loss);
    }
  }
  if (json) std::printf("]}\n");
  return 0;
}
