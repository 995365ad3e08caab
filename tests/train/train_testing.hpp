#pragma once
/// \file Networks and data for the tests of gradients.

#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/train/labelled_data.hpp"
#include "gronwall/train/network.hpp"

namespace gronwall::testing {

/// A network whose scales and time are all different from 1 and from each other.
inline Network scaled_network(const char* phi, Eigen::Index width, Eigen::Index dimension,
                              Eigen::Index outputs) {
  return {.phi = &activation(phi),
          .width = width,
          .input_dimension = dimension,
          .outputs = outputs,
          .time = Rational(6, 5),
          .sigma_w = Rational(4, 3),
          .sigma_u = Rational(5, 4),
          .sigma_v = Rational(2, 3)};
}

/// Gaussian inputs and targets.
inline LabelledData data_for(const Network& net, Eigen::Index count) {
  LabelledData data;
  data.x = gaussian_weights(net.input_dimension, count, 40, 7);
  data.y = gaussian_weights(net.outputs, count, 41, 7);
  return data;
}

/// |a - truth| next to |truth|, in the Frobenius norm.
inline double relative_distance(const Eigen::MatrixXd& a, const Eigen::MatrixXd& truth) {
  return (a - truth).norm() / truth.norm();
}

}  // namespace gronwall::testing
