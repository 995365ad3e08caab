// Activations in vector code: `vector_activation`. Nanoseconds an element for value and derivative together,
// best of the runs, data in the first-level cache, for every instruction set of this machine and for the
// scalar functions of the catalogue.

#include "gronwall/activation/vector_activation.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace gronwall;

constexpr std::size_t kCount = 1000;

template <class Work>
double nanoseconds_per_element(Work work) {
  constexpr int kRuns = 30, kRepeats = 20;
  double best = HUGE_VAL;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    for (int repeat = 0; repeat < kRepeats; ++repeat) work();
    const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
    best = std::min(best, taken.count() / (kRepeats * static_cast<double>(kCount)));
  }
  return best;
}

}  // namespace

int main() {
  // Spread over [-4, 4] in no order, so that branches cannot be predicted.
  std::vector<double> z(kCount), value(kCount), derivative(kCount);
  for (std::size_t i = 0; i < kCount; ++i)
    z[i] = 8 * std::fmod(static_cast<double>(i) * 0.6180339887498949, 1.0) - 4;
  for (const char* name : {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "sin", "cos", "gaussian",
                           "relu", "leaky-relu:1/10", "elu", "identity", "polynomial:1,-2,1/3,1/7"}) {
    const Activation& phi = activation(name);
    std::printf("%-24s", name);
    for (const VectorActivation& vector : VectorActivation::on_every_instruction_set(phi))
      std::printf(" %s %6.2f ", vector.instruction_set(), nanoseconds_per_element([&] {
                    vector.evaluate(z.data(), value.data(), derivative.data(),
                                    static_cast<std::ptrdiff_t>(kCount));
                  }));
    std::printf(" scalar %6.2f\n", nanoseconds_per_element([&] {
                  for (std::size_t i = 0; i < kCount; ++i) {
                    value[i] = phi.value(z[i]);
                    derivative[i] = phi.derivative(z[i]);
                  }
                }));
  }
}
