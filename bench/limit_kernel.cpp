// The limit kernel: `limit_kernel`. Wall times, best of the runs, and ratios of one run.
// 1. One K_inf(x, x) to 15 digits by collocation against the depth-L recursion in double that comes within
// 1e-6 of it.
// 2. Proved values at a radius of 1e-14 (sigma_w T = 1) and 1e-9 (sigma_w T = 2), after the set-up.
// 3. The proved function on [-1, 1], and Gram matrices filled from it against a copy of the matrix.

#include "gronwall/kernel/limit_kernel.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>

#include "gronwall/data/random_points.hpp"
#include "gronwall/kernel/depth.hpp"
#include "gronwall/kernel/limit_estimate.hpp"
#include "gronwall/sphere/dot_product_kernel.hpp"
#include "gronwall/sphere/dot_products.hpp"

namespace {

using namespace gronwall;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double best_of(int runs, const std::function<void()>& work) {
  double best = HUGE_VAL;
  for (int i = 0; i < runs; ++i) best = std::min(best, seconds(work));
  return best;
}

LimitParameters parameters_of(const char* name, const Rational& time) {
  LimitParameters parameters;
  parameters.activation = &activation(name);
  parameters.T = time;
  return parameters;
}

void estimate_against_depth(const char* name) {
  const LimitParameters parameters = parameters_of(name, 1);
  double value = 0;
  const double fast = best_of(5, [&] { value = LimitEstimate<double>(parameters).at(1).K; });
  const Ball proved = LimitKernel(parameters, LimitOptions{.radius = 1e-14}).at(1).K_inf;
  // The error is c/L: two depths give the L that reaches 1e-6, and one run at 2000 its cost per L^2.
  constexpr long kDepth = 1000;
  double at_depth = 0;
  const double recursion = seconds([&] { at_depth = depth_kernel<double>(parameters, 1, kDepth).K; });
  const double needed = std::fabs(at_depth - value) * kDepth / 1e-6;
  const double cost = recursion * (needed / kDepth) * (needed / kDepth);
  std::printf(
      "%-9s 15 digits: %.2f ms (error %.1e); depth %ld: %.2f s, error %.1e; depth %.3g for 1e-6: %.3g s (by "
      "L^2), "
      "ratio %.3g (measured at depth %ld alone: %.3g)\n",
      name, 1e3 * fast, std::fabs(value - proved.midpoint()), kDepth, recursion, std::fabs(at_depth - value),
      needed, cost, cost / fast, kDepth, recursion / fast);
}

void proved_values(const char* name, const Rational& time, double radius) {
  const LimitParameters parameters = parameters_of(name, time);
  double reached = 0, value = HUGE_VAL;
  std::size_t nodes = 0;
  const double setup = seconds([&] {
    const LimitKernel kernel(parameters, LimitOptions{.radius = radius});
    nodes = kernel.nodes();
    value = best_of(2, [&] { reached = kernel.at(Rational(9) / 10).K_inf.radius().value(); });
  });
  std::printf("%-9s proved, sigma_w T = %s: radius %.1e in %.2f s after a set-up of %.2f s, %zu nodes\n",
              name, to_canonical_text(time).c_str(), reached, value, setup - 2 * value, nodes);
}

void function_and_gram() {
  const LimitParameters parameters = parameters_of("softplus", 1);
  LimitSeries series;
  const double time =
      seconds([&] { series = LimitKernel(parameters, LimitOptions{.radius = 2e-13}).series_within(1e-12); });
  std::printf("softplus  proved function on [-1, 1]: error %.1e with %zu coefficients in %.2f s\n",
              series.K_inf.radius.value(), series.K_inf.coefficients.size(), time);
  const DotProductKernel kernel =
      DotProductKernel::from_series(series.K_inf.coefficients, series.K_inf.radius);
  for (const std::size_t n : {2500, 5000, 10000}) {
    const PointSet points = random_points(n, 784, 1);
    double entry_radius = 0;
    const double gram = seconds([&] {
      const EnclosedMatrix k = kernel_gram(points, kernel);
      entry_radius = k.radius.norm(1).value();
    });
    const double dots = seconds([&] { cosines(points); });
    std::printf(
        "softplus  Gram of %zu points with proved radii: %.2f s, of which dot products %.2f s; radius %.1e\n",
        n, gram, dots, entry_radius);
  }
}

}  // namespace

int main() {
  for (const char* name : {"softplus", "tanh", "gelu", "erf"}) estimate_against_depth(name);
  for (const char* name : {"softplus", "gelu", "tanh"}) proved_values(name, 1, 1e-14);
  for (const char* name : {"softplus", "gelu", "tanh"}) proved_values(name, 2, 1e-9);
  function_and_gram();
}
