#include "gronwall/train/optimiser.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "gronwall/linalg/parallel.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/digits.hpp"
#include "gronwall/train/named.hpp"

namespace gronwall {
namespace {

constexpr std::array<Named<Method>, 4> kMethods = {
    {{"sgd", Method::sgd}, {"gd", Method::sgd}, {"momentum", Method::momentum}, {"adam", Method::adam}}};

void require_positive(double x, const std::string& name) {
  if (!(x > 0) || !std::isfinite(x))
    throw InputError(name + " must be a finite number above 0, not " + shortest_text(x));
}

void require_factor(double x, const std::string& name) {
  if (!(x >= 0 && x < 1)) throw InputError(name + " must lie in [0, 1), not " + shortest_text(x));
}

std::size_t vectors_of(Method method) {
  return method == Method::sgd ? 0 : method == Method::momentum ? 1 : 2;
}

}  // namespace

Method method_of(const std::string& name) {
  return value_named<Method>(kMethods, name, "optimiser");
}

std::string to_string(Method method) {
  return name_of<Method>(kMethods, method);
}

void OptimiserOptions::check() const {
  require_positive(rate, "the learning rate");
  require_positive(epsilon, "epsilon");
  require_factor(momentum, "momentum");
  require_factor(beta1, "beta1");
  require_factor(beta2, "beta2");
}

Optimiser::Optimiser(OptimiserOptions options, Eigen::Index parameters)
    : options_(std::move(options)), memory_(vectors_of(options_.method), Eigen::VectorXd::Zero(parameters)) {
  options_.check();
}

void Optimiser::step(Eigen::VectorXd& weights, const Eigen::VectorXd& gradient, unsigned threads) {
  ++steps_;
  const double rate = options_.rate;
  const double b1 = options_.beta1, b2 = options_.beta2;
  const double first_correction = 1 - std::pow(b1, static_cast<double>(steps_));
  const double second_correction = 1 - std::pow(b2, static_cast<double>(steps_));
  constexpr Eigen::Index kPart = Eigen::Index{1} << 15;
  const auto update = [&](std::size_t part) {
    const Eigen::Index begin = static_cast<Eigen::Index>(part) * kPart;
    const Eigen::Index length = std::min(kPart, weights.size() - begin);
    auto theta = weights.segment(begin, length).array();
    const auto g = gradient.segment(begin, length).array();
    switch (options_.method) {
      case Method::sgd:
        theta -= rate * g;
        return;
      case Method::momentum: {
        auto m = memory_[0].segment(begin, length).array();
        m = options_.momentum * m + g;
        theta -= rate * m;
        return;
      }
      case Method::adam: {
        auto m = memory_[0].segment(begin, length).array();
        auto v = memory_[1].segment(begin, length).array();
        m = b1 * m + (1 - b1) * g;
        v = b2 * v + (1 - b2) * g * g;
        theta -= rate * (m / first_correction) / ((v / second_correction).sqrt() + options_.epsilon);
        return;
      }
    }
  };
  parallel_for(static_cast<std::size_t>((weights.size() + kPart - 1) / kPart), update, threads);
}

void Optimiser::restore(std::vector<Eigen::VectorXd> memory, std::uint64_t steps) {
  if (memory.size() != memory_.size())
    throw InputError("an optimiser '" + to_string(options_.method) + "' keeps " +
                     std::to_string(memory_.size()) + " vectors, not " + std::to_string(memory.size()));
  for (std::size_t k = 0; k < memory.size(); ++k)
    if (memory[k].size() != memory_[k].size())
      throw InputError("the optimiser's vectors have " + std::to_string(memory_[k].size()) +
                       " numbers, one for each weight, not " + std::to_string(memory[k].size()));
  memory_ = std::move(memory);
  steps_ = steps;
}

}  // namespace gronwall
