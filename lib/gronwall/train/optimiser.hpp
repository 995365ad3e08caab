#pragma once
/// \file How a step is made from a gradient.

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

namespace gronwall {

/// `sgd`: theta -= rate g (gradient descent, when batches are the whole set). `momentum`: m = beta m + g,
/// theta
/// -= rate m. `adam`: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1.
enum class Method { sgd, momentum, adam };
/// "sgd", "momentum", "adam" ("gd" is read as "sgd"). \throws InputError for another name.
Method method_of(const std::string& name);
std::string to_string(Method method);

struct OptimiserOptions {
  Method method = Method::sgd;
  double rate = 0;
  double momentum = 0.9;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;

  /// \throws InputError for a rate or epsilon not above 0 and finite, or factors outside [0, 1).
  void check() const;
};

class Optimiser {
 public:
  /// \throws InputError as OptimiserOptions::check.
  Optimiser(OptimiserOptions options, Eigen::Index parameters);

  /// One step. Each weight is treated by itself: the result does not depend on threads or order.
  void step(Eigen::VectorXd& weights, const Eigen::VectorXd& gradient, unsigned threads = 0);

  const OptimiserOptions& options() const { return options_; }
  /// What a resumed run needs besides the weights: none for sgd, {m}, or {m, v}; and the number of steps.
  const std::vector<Eigen::VectorXd>& memory() const { return memory_; }
  std::uint64_t steps() const { return steps_; }
  /// \throws InputError for vectors of another number or length.
  void restore(std::vector<Eigen::VectorXd> memory, std::uint64_t steps);

 private:
  OptimiserOptions options_;
  std::vector<Eigen::VectorXd> memory_;
  std::uint64_t steps_ = 0;
};

}  // namespace gronwall
