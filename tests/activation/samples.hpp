#pragma once
/// \file Names and random points the tests of this storey share.

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gronwall/activation/activation.hpp"

namespace samples {

/// Every line of the catalogue, parameters filled in.
inline const std::vector<std::string> kEveryName = {"softplus",
                                                    "tanh",
                                                    "sigmoid",
                                                    "gelu",
                                                    "silu",
                                                    "erf",
                                                    "sin",
                                                    "cos",
                                                    "gaussian",
                                                    "relu",
                                                    "leaky-relu:1/10",
                                                    "leaky-relu:-2",
                                                    "elu",
                                                    "identity",
                                                    "polynomial:1,-2,1/3,1/7"};

/// Those that are analytic on the real line.
inline const std::vector<std::string> kAnalytic = {"softplus",
                                                   "tanh",
                                                   "sigmoid",
                                                   "gelu",
                                                   "silu",
                                                   "erf",
                                                   "sin",
                                                   "cos",
                                                   "gaussian",
                                                   "identity",
                                                   "polynomial:1,-2,1/3,1/7"};

/// Reproducible points: the same on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// Uniform in [lo, hi), a double.
  double uniform(double lo, double hi) {
    return lo + (hi - lo) * (static_cast<double>(engine_() >> 11) * 0x1p-53);
  }
  double sign() { return (engine_() & 1) != 0 ? 1.0 : -1.0; }
  /// Magnitude log-uniform in [lo, hi), either sign.
  double spread(double lo, double hi) { return sign() * std::exp(uniform(std::log(lo), std::log(hi))); }

 private:
  std::mt19937_64 engine_;
};

/// Points of every scale: tiny, moderate, the far tails up to 1e3.
inline std::vector<double> points_of_every_scale(int per_scale, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> points = {0.0, -0.0, 1e3, -1e3, 5e-324, -5e-324, 1e-308, -1e-308, 0.5, -0.5};
  for (int i = 0; i < per_scale; ++i) {
    points.push_back(random.spread(1e-300, 1e-3));
    points.push_back(random.spread(1e-3, 1e3));
    points.push_back(random.uniform(-3, 3));
    points.push_back(random.uniform(-45, 45));
    points.push_back(random.uniform(-1000, 1000));
  }
  return points;
}

}  // namespace samples
