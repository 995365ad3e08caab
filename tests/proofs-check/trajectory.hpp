#pragma once
/// \file Approximate flows of small Neural ODEs in long double arithmetic, by Picard iteration, and their
/// witnesses; for certificates that the checker has to accept or refuse.

#include "writer.hpp"

namespace checker_test {

using Reals = std::vector<long double>;

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

/// phi and phi', in long double.
long double phi_value(const std::string& activation, long double z);
long double phi_slope(const std::string& activation, long double z);

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

/// The gradient of the depth-L net, and its distance from that of the flow.
Trajectory::Gradient discrete_gradient(const Net& net, int depth);
long double distance(const Trajectory::Gradient& a, const Trajectory::Gradient& b);

/// A 1 x n MAT of numbers rounded to multiples of 2^-50.
std::string row(const Reals& x);

}  // namespace checker_test
