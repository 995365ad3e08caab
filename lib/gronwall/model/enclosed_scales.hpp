#pragma once
/// \file Enclosed scales and constants of a model: what the lemmas on flows are fed with.

#include <Eigen/Core>

#include "gronwall/model/neural_ode.hpp"
#include "gronwall/numbers/ball.hpp"

namespace gronwall {

class NeuralOdeEnclosure;

inline constexpr long kScaleBits = 96;

/// sigma_w/sqrt n and its like.
struct EnclosedScales {
  EnclosedScales(const NeuralOde& model, long bits);
  Ball field_scale;   ///< sigma_w / sqrt n
  Ball time_scale;    ///< T sigma_w / sqrt n: the field in unit time
  Ball input_scale;   ///< sigma_u / sqrt d
  Ball output_scale;  ///< sigma_v / sqrt n
};

/// The quantities of L31 and L33 for one input: upper bounds, as balls whose upper ends count.
struct ModelConstants {
  Ball time, field_scale, input_scale, output_scale;
  Ball l1, l2;
  Ball beta;         ///< sigma_w L1 |W| / sqrt n
  Ball growth;       ///< e^(beta T)
  Ball phi_at_zero;  ///< sqrt n |phi(0)|
  Ball p0;           ///< sqrt n |phi(0)| + L1 |h_0|
  Ball v;            ///< sigma_v L1 |v| / sqrt n
  Ball v_inf;        ///< |v|_inf
  Ball f0;           ///< |(sigma_w/sqrt n) W phi(h_0)|
  Ball x_norm;
};
ModelConstants model_constants(const NeuralOdeEnclosure& enclosure);

/// `scale a b^T` with a bound of the rounding in the Frobenius norm.
struct OuterProduct {
  Eigen::MatrixXd value;
  UpperBound error;
};
OuterProduct bounded_outer(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b, const Ball& scale);

}  // namespace gronwall
