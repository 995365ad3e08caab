#pragma once
/// \file The Neural ODE of the theory: its parameters, checked.

#include <Eigen/Core>
#include <cstdint>

#include "gronwall/activation/activation.hpp"

namespace gronwall {

/// What a Neural ODE is made of. Weights are doubles that mean exactly themselves.
struct NeuralOdeParameters {
  Eigen::MatrixXd w;  ///< n x n
  Eigen::MatrixXd u;  ///< n x d
  Eigen::MatrixXd v;  ///< outputs x n, one row per output
  const Activation* phi = nullptr;
  Rational sigma_w = 1;
  Rational sigma_u = 1;
  Rational sigma_v = 1;
  Rational time = 1;
};

/// h(0) = (sigma_u/sqrt d) U x, h' = (sigma_w/sqrt n) W phi(h) on [0, T], f = (sigma_v/sqrt n) V phi(h(T))
/// (theory 0). An immutable value.
class NeuralOde {
 public:
  /// \throws InputError naming what is wrong: no activation, width, input dimension or number of outputs 0,
  /// shapes that do not fit, a weight that is NaN or infinite (naming the entry, counted from 0), sigma or T
  /// not above 0.
  explicit NeuralOde(NeuralOdeParameters parameters);

  const Eigen::MatrixXd& w() const { return parameters_.w; }
  const Eigen::MatrixXd& u() const { return parameters_.u; }
  const Eigen::MatrixXd& v() const { return parameters_.v; }
  const Activation& phi() const { return *parameters_.phi; }
  const Rational& sigma_w() const { return parameters_.sigma_w; }
  const Rational& sigma_u() const { return parameters_.sigma_u; }
  const Rational& sigma_v() const { return parameters_.sigma_v; }
  const Rational& time() const { return parameters_.time; }

  Eigen::Index width() const { return w().rows(); }
  Eigen::Index input_dimension() const { return u().cols(); }
  Eigen::Index outputs() const { return v().rows(); }

  /// All parameters, to change some and make another model.
  const NeuralOdeParameters& parameters() const { return parameters_; }

 private:
  NeuralOdeParameters parameters_;
};

/// sigma/sqrt(size), rounded: the factor of a matrix with `size` columns.
double over_root(const Rational& sigma, Eigen::Index size);

/// A model with independent standard Gaussian weights and all scales and T equal to 1.
///
/// Entry (i, j) of a role (W, U or V) is the inverse Gaussian distribution function (Wichura's PPND16) at 52
/// random bits of the Philox block with key `seed` and counter (i, j, role, 0), rounded to a multiple of
/// 2^-40, so weights are short dyadic numbers. Only additions, multiplications, divisions and square roots of
/// IEEE doubles take part, no library function: the same weights on every machine. A smaller model is a
/// corner of a larger one of the same seed; random_points of the same seed use other counters.
/// \throws InputError for a size of 0 or more than 2^31 rows, columns or 2^34 entries.
NeuralOde gaussian_model(Eigen::Index width, Eigen::Index input_dimension, Eigen::Index outputs,
                         const Activation& phi, std::uint64_t seed);

}  // namespace gronwall
