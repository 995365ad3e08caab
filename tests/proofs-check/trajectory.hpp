#pragma once
/// \file Approximate flows of small Neural ODEs in long double arithmetic, by Picard iteration, and their
/// witnesses; for certificates that the checker has to accept or refuse.

#include "writer.hpp"

namespace checker_test {

using Real = long double;
using Reals = std::vector<Real>;
inline std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}

/// A model whose numbers are multiples of 2^-20.
struct Net {
  std::string activation;
  int n, d;
  std::vector<double> U, W, v, x;  // row by row
  double T = 1, sigma_u = 1, sigma_v = 1, sigma_w = 1;
  std::string json() const;
};
/// Random weights of unit variance, and |x| of order sqrt d.
Net random_net(const std::string& activation, int n, int d, unsigned seed);
Net one_neuron(const std::string& activation, double u, double w, double v = 1, double T = 1);

/// phi, phi' and phi'', in long double.
Real phi_value(const std::string& activation, Real z);
Real phi_slope(const std::string& activation, Real z);
Real phi_curvature(const std::string& activation, Real z);

struct Trajectory {
  int pieces, degree;
  std::vector<double> breakpoints;
  std::vector<std::int64_t> state, adjoint;  // [pieces, n, degree + 2], units of 2^-52
  Reals end_state, start_adjoint;
  struct Gradient {
    Reals U, W, v;
  } gradient;
};
Trajectory integrate(const Net& net, int pieces, int degree);
/// FLOW; the side files are named after `name`.
std::string flow_witness(const Folder& folder, const Net& net, const Trajectory& trajectory,
                         int precision = 96, const std::string& name = "flow");

/// The first-order terms of state and adjoint (L42), on the pieces of a trajectory.
struct FirstOrder {
  std::vector<std::int64_t> state, adjoint;  // [pieces, n, degree + 2], units of 2^-52
};
FirstOrder first_order(const Net& net, const Trajectory& trajectory);
/// The witness of rate-limit/1.
std::string limit_witness(const Folder& folder, const Net& net, const Trajectory& trajectory,
                          const FirstOrder& terms, int precision = 96, const std::string& name = "flow");

/// The gradient of the depth-L net, and its distance from that of the flow.
Trajectory::Gradient discrete_gradient(const Net& net, int depth);
Real distance(const Trajectory::Gradient& a, const Trajectory::Gradient& b);

/// The limit of L (grad f^L - grad f), from nets alone: Richardson's extrapolation of 2 L (grad f^L - grad
/// f^2L).
Trajectory::Gradient extrapolated_limit(const Net& net);

/// A 1 x n MAT of numbers rounded to multiples of 2^-50.
std::string row(const Reals& x);

}  // namespace checker_test
