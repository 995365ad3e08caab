#pragma once
/// \file The networks the trainer knows, and their weights.

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <vector>

#include "gronwall/model/neural_ode.hpp"

namespace gronwall {

/// How a block's field depends on time. `none`: dh/dt = (sigma_w/sqrt n) W phi(h). `rotation`: W(t) =
/// cos(pi t/(2T)) W_0 + sin(pi t/(2T)) W_1 in the place of W, so that the entries of W(t) are standard
/// Gaussian for every t when those of W_0 and W_1 are.
enum class Gate { none, rotation };

/// Names on the command line and in files: "none", "rotation". \throws InputError for another name.
Gate gate_of(const std::string& name);
std::string to_string(Gate gate);

/// What is fixed while a network learns. With one block, no skip and no gate this is the Neural ODE of theory
/// 0. In general
///
///     z_0 = (sigma_u/sqrt d) U x,   z_b = Flow_b(z_{b-1}) + skip z_{b-1},   f = (sigma_v/sqrt n) V phi(z_B),
///
/// where Flow_b follows the field of block b, with weights of its own, over [0, T].
struct Network {
  const Activation* phi = nullptr;
  Eigen::Index width = 0;            ///< n
  Eigen::Index input_dimension = 0;  ///< d
  Eigen::Index outputs = 1;
  long blocks = 1;
  double skip = 0;
  Gate gate = Gate::none;
  Rational time = 1;
  Rational sigma_w = 1;
  Rational sigma_u = 1;
  Rational sigma_v = 1;

  /// \throws InputError naming what is wrong: no activation, a size below 1, a scale or T not above 0, a skip
  /// that is not finite.
  void check() const;

  /// Matrices W of one block: 1, or 2 with the rotation gate.
  Eigen::Index matrices_per_block() const { return gate == Gate::none ? 1 : 2; }
  /// Number of weights.
  Eigen::Index parameters() const;
  /// Whether it is the Neural ODE of the theory: one block, no skip, no gate.
  bool is_plain() const { return blocks == 1 && skip == 0 && gate == Gate::none; }

  /// The factor of W_k at time t of a block, 0 <= t <= T.
  double gate_factor(Eigen::Index k, double t) const;
};

/// All weights of a network, or a gradient by them, in one vector: U, then the W's of each block, then V,
/// each column by column.
class Weights {
 public:
  using Map = Eigen::Map<Eigen::MatrixXd>;
  using ConstMap = Eigen::Map<const Eigen::MatrixXd>;

  Weights() = default;
  /// Zeros.
  explicit Weights(const Network& network);
  /// Independent standard Gaussian numbers (gaussian_weights). For a plain network the weights of
  /// `gaussian_model` with the same seed.
  static Weights gaussian(const Network& network, std::uint64_t seed);

  Eigen::VectorXd& flat() { return flat_; }
  const Eigen::VectorXd& flat() const { return flat_; }

  Map u() { return {flat_.data(), width_, input_dimension_}; }  ///< n x d
  ConstMap u() const { return {flat_.data(), width_, input_dimension_}; }
  /// Matrix `k` of block `block`, n x n, both counted from 0.
  Map w(long block, Eigen::Index k = 0) { return {flat_.data() + w_offset(block, k), width_, width_}; }
  ConstMap w(long block, Eigen::Index k = 0) const {
    return {flat_.data() + w_offset(block, k), width_, width_};
  }
  Map v() { return {flat_.data() + w_offset(blocks_, 0), outputs_, width_}; }  ///< outputs x n
  ConstMap v() const { return {flat_.data() + w_offset(blocks_, 0), outputs_, width_}; }

  /// One matrix of weights with its name: "U", "W", "W1".."WB" (blocks), "W1a", "W1b" (gates), "V".
  struct Part {
    std::string name;
    Eigen::Index offset, rows, columns;
  };
  /// All of them in the order of the vector.
  std::vector<Part> parts() const;

 private:
  Eigen::Index w_offset(long block, Eigen::Index k) const {
    return width_ * input_dimension_ + (block * matrices_ + k) * width_ * width_;
  }

  Eigen::Index width_ = 0, input_dimension_ = 0, outputs_ = 0, matrices_ = 1;
  long blocks_ = 0;
  Eigen::VectorXd flat_;
};

/// The model of the theory with these weights. \throws InputError unless the network is plain.
NeuralOde neural_ode(const Network& network, const Weights& weights);

}  // namespace gronwall
