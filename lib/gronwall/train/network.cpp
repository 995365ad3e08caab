#include "gronwall/train/network.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/named.hpp"

namespace gronwall {
namespace {

constexpr std::array<Named<Gate>, 2> kGates = {{{"none", Gate::none}, {"rotation", Gate::rotation}}};

/// Sides of matrices, as for gaussian_model, and weights in all.
constexpr Eigen::Index kMostSide = Eigen::Index{1} << 31;
constexpr double kMostWeights = 0x1p40;

void require_size(Eigen::Index size, const std::string& name) {
  if (size < 1 || size > kMostSide)
    throw InputError(name + " must be between 1 and 2^31, not " + std::to_string(size));
}

void require_positive(const Rational& x, const std::string& name) {
  if (x <= 0) throw InputError(name + " must be > 0, not " + x.str());
}

}  // namespace

Gate gate_of(const std::string& name) {
  return value_named<Gate>(kGates, name, "gate");
}

std::string to_string(Gate gate) {
  return name_of<Gate>(kGates, gate);
}

void Network::check() const {
  if (!phi) throw InputError("a network needs an activation");
  require_size(width, "the width");
  require_size(input_dimension, "the input dimension");
  require_size(outputs, "the number of outputs");
  require_size(blocks, "the number of blocks");
  if (!std::isfinite(skip)) throw InputError("the skip factor must be a finite number");
  require_positive(time, "the time T");
  require_positive(sigma_w, "sigma_w");
  require_positive(sigma_u, "sigma_u");
  require_positive(sigma_v, "sigma_v");
  const double n = static_cast<double>(width);
  const double weights = n * (static_cast<double>(input_dimension) + static_cast<double>(outputs) +
                              n * static_cast<double>(blocks) * static_cast<double>(matrices_per_block()));
  if (weights > kMostWeights)
    throw InputError(
        "a network of more than 2^40 weights does not fit: take a smaller width, fewer blocks or "
        "fewer input dimensions");
}

Eigen::Index Network::parameters() const {
  return width * (input_dimension + outputs + blocks * matrices_per_block() * width);
}

double Network::gate_factor(Eigen::Index k, double t) const {
  if (gate == Gate::none) return 1;
  // The angle is taken from the nearer end, so that both ends are exact.
  const double part = t / nearest_double(time);
  const double near = part <= 0.5 ? part : 1 - part;
  const double angle = std::numbers::pi / 2 * near;
  return (k == 0) == (part <= 0.5) ? std::cos(angle) : std::sin(angle);
}

Weights::Weights(const Network& network)
    : width_(network.width),
      input_dimension_(network.input_dimension),
      outputs_(network.outputs),
      matrices_(network.matrices_per_block()),
      blocks_(network.blocks) {
  network.check();
  flat_ = Eigen::VectorXd::Zero(network.parameters());
}

Weights Weights::gaussian(const Network& network, std::uint64_t seed) {
  // Roles 1, 2, 3 are those of gaussian_model; further matrices W go on from 4.
  constexpr std::uint32_t kW = 1, kU = 2, kV = 3, kFurther = 4;
  Weights weights(network);
  weights.u() = gaussian_weights(network.width, network.input_dimension, kU, seed);
  std::uint32_t further = kFurther;
  for (long block = 0; block < network.blocks; ++block)
    for (Eigen::Index k = 0; k < network.matrices_per_block(); ++k)
      weights.w(block, k) =
          gaussian_weights(network.width, network.width, block == 0 && k == 0 ? kW : further++, seed);
  weights.v() = gaussian_weights(network.outputs, network.width, kV, seed);
  return weights;
}

std::vector<Weights::Part> Weights::parts() const {
  std::vector<Part> result = {{"U", 0, width_, input_dimension_}};
  for (long block = 0; block < blocks_; ++block)
    for (Eigen::Index k = 0; k < matrices_; ++k) {
      std::string name = "W";
      if (blocks_ > 1 || matrices_ > 1) name += std::to_string(block + 1);
      if (matrices_ > 1) name += static_cast<char>('a' + k);
      result.push_back({std::move(name), w_offset(block, k), width_, width_});
    }
  result.push_back({"V", w_offset(blocks_, 0), outputs_, width_});
  return result;
}

NeuralOde neural_ode(const Network& network, const Weights& weights) {
  network.check();
  if (!network.is_plain())
    throw InputError("the theory's Neural ODE has one block, no skip and no gate; this network has " +
                     std::to_string(network.blocks) + " blocks, skip " + std::to_string(network.skip) +
                     " and gate '" + to_string(network.gate) + "'");
  if (weights.u().rows() != network.width || weights.u().cols() != network.input_dimension ||
      weights.v().rows() != network.outputs || weights.flat().size() != network.parameters())
    throw InputError("these weights belong to a network of other sizes");
  return NeuralOde({.w = weights.w(0),
                    .u = weights.u(),
                    .v = weights.v(),
                    .phi = network.phi,
                    .sigma_w = network.sigma_w,
                    .sigma_u = network.sigma_u,
                    .sigma_v = network.sigma_v,
                    .time = network.time});
}

}  // namespace gronwall
