#pragma once
// The Neural ODE on one input, enclosed around an approximate state q and adjoint p (L27-L30).

#include "matrix.hpp"

namespace proofs_check {

/// Unit time is real time divided by T; `scale_u` is sigma_u/sqrt d, `scale_v` and `scale_w` are over sqrt n.
struct Model {
  long precision;
  std::size_t n, d;
  Interval T, sigma_v, sigma_w, scale_u, scale_v, scale_w;
  Matrix U, W;
  Vector v, x;
  Vector initial_state() const;
};
Model parse_model(const Value& value, long precision, const Context& context);

struct Flow {
  Model model;
  Interval l1, l2;                  ///< L26
  Interval norm_w;                  ///< ||W||
  Vector times;                     ///< the breakpoints in unit time
  Vector state, adjoint;            ///< ||h|| and ||lambda|| at the breakpoints
  Vector end_state, start_adjoint;  ///< q(1) and p(0)
  Interval end_error, start_error;  ///< bounds of ||h(1) - q(1)|| and ||lambda(0) - p(0)||
  Vector dv;                        ///< approximations of the gradient blocks; d_U f = scale_u p(0) x^T
  Matrix dW;
  Interval dv_error, dU_error, dW_error;  ///< their distance from the blocks (Frobenius)
  Interval largest_product;               ///< a bound of ||W^T lambda||_inf on [0, 1]
};
/// Checks a witness `FLOW` and returns what it proves about the model.
Flow prove_flow(const Activation& phi, const Value& model, const Value& witness, const Context& context);

/// beta, P0 and V of L31, and sqrt(n) |phi(0)|.
struct FlowGrowth {
  Interval beta, P0, V, at_zero;
};
FlowGrowth growth_of(const Activation& phi, const Flow& flow);

/// phi and phi' at every component; l2 bounds |phi''|.
void evaluate(const Activation& phi, const Interval& l2, const Vector& x, Vector& value, Vector& slope);

/// center +- radius, cut at 0: the norm of a vector whose distance from one of norm `center` is bounded.
Interval around(const Interval& center, const Interval& radius);

}  // namespace proofs_check
