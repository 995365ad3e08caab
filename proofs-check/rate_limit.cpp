// rate-limit/1: the limit of L |grad f^L - grad f|, from polynomials for the first-order terms of state and
// adjoint (L42).

#include "kinds.hpp"
#include "prover.hpp"

namespace proofs_check {
namespace {

class LimitProver : public Prover {
 public:
  LimitProver(const Activation& phi, const Value& model, const Value& witness, const Context& context)
      : Prover(phi, model, witness.require({"adjoint_term", "flow", "state_term"})["flow"], context),
        state_term_(witness["state_term"], shape(), context),
        adjoint_term_(witness["adjoint_term"], shape(), context),
        flow_(charged_flow(context.budget)),
        dW_(model_.n, model_.n, p_),
        dW_error_(number(0)),
        l3_(number(0)) {
    context.rely_on({42});
  }

  /// |G|
  Interval limit() {
    third_derivative();
    state();
    adjoint();
    return sqrt(square(around(norm(dv_), dv_error_)) + square(around(norm(dW_.entries), dW_error_)) +
                square(model_.scale_u * norm(model_.x) * around(norm(mu_), mu_error_)));
  }

 private:
  /// Two more defects, W^T nu and two outer products a node: at most twice what the flow has cost.
  Flow charged_flow(Budget& budget) {
    charged(budget), charged(budget);
    return prove();
  }

  /// The first-order term of the state on a piece: w = p - h'/2 and its polynomial.
  struct TermOnPiece {
    Interval error;          ///< of w
    Interval largest, size;  ///< sup |w_i|, sup ||w|| of the polynomial
    Interval interpolation;  ///< of phi'(q) w
    Piece w;
  };

  // bound: L27, |phi'''| by Cauchy's estimate on discs of radius 1/2 around the range of h
  void third_derivative() {
    Interval range = number(0);
    for (std::size_t k = 0; k + 1 < times_.size(); ++k)
      range = max(range, largest_component(q_.piece(k, p_)) + on_piece_[k].error);
    const Interval half = number(mpq_class(1, 2));
    const Growth growth = strip_growth(phi_, half);
    l3_ = number(48) * (growth.g0 + growth.g1 * (range + half));
  }

  Interval largest_component(const Piece& piece) const {
    const Vector ones(degree_ + 2, number(1));
    Interval most = number(0);
    for (std::size_t i = 0; i < model_.n; ++i) most = max(most, weighted(&piece.c(i, 0), ones));
    return most;
  }
  Interval sum_of_norms(const Piece& piece) const {
    Interval sum = number(0);
    Vector column = zeros(model_.n, p_);
    for (std::size_t k = 0; k < degree_ + 2; ++k) {
      for (std::size_t i = 0; i < model_.n; ++i) column[i] = piece.c(i, k);
      sum = sum + norm(column);
    }
    return sum;
  }
  /// p + factor q'
  Piece plus_derivative(Piece p, const Interval& factor, const Piece& q) const {
    const Piece dq = q.derivative(p_);
    for (std::size_t i = 0; i < p.c.entries.size(); ++i) p.c.entries[i].add_product(factor, dq.c.entries[i]);
    return p;
  }
  Piece transposed_image(const Piece& p) const {
    Piece y{Matrix(model_.n, degree_ + 2, p_)};
    Vector column = zeros(model_.n, p_), image = column;
    for (std::size_t k = 0; k < degree_ + 2; ++k) {
      for (std::size_t i = 0; i < model_.n; ++i) column[i] = p.c(i, k);
      multiply_transposed(model_.W, column, image);
      for (std::size_t i = 0; i < model_.n; ++i) y.c(i, k) = image[i];
    }
    return y;
  }
  Interval length(std::size_t k) const { return number(times_[k + 1] - times_[k]); }
  Vector curvatures(const Vector& x) const {
    Vector y;
    for (const Interval& component : x) y.push_back(curvature(phi_, component));
    return y;
  }

  // bound: L42
  void state() {
    Vector before = zeros(model_.n, p_), product = before;
    Interval error = number(0);
    for (std::size_t k = 0; k + 1 < times_.size(); ++k) {
      const StateOnPiece& on = on_piece_[k];
      const Piece q = q_.piece(k, p_), p = state_term_.piece(k, p_), dp = p.derivative(p_);
      Piece w = plus_derivative(p, -inverse(length(k)), q);
      error = error + norm(before - p.at(rule_.at_node.back()));
      Interval defect = number(0);
      for (std::size_t j = 0; j <= degree_; ++j) {
        multiply(model_.W, hadamard(on.slope[j], w.at(rule_.at_node[j])), product);
        defect = max(defect, norm(dp.at(rule_.at_node[j]) - on.alpha * product));
      }
      const Interval interpolation = norm(interpolation_errors(q.c, {&w.c}, 1)), most = largest_component(w),
                     speed = (on.alpha * l1_ * norm_w_ * on.error + on.defect) * inverse(length(k)),
                     delta = rule_.lebesgue * defect +
                             on.alpha * norm_w_ * (interpolation + l1_ * speed + l2_ * on.error * most);
      error = on.growth * (error + number(2) * delta);
      before = p.at(rule_.at_node[0]);
      terms_.push_back({error + speed, most, sum_of_norms(w), interpolation, std::move(w)});
    }
    const Vector &slope = on_piece_.back().slope[0], curved = curvatures(flow_.end_state);
    const Interval most = largest(before) + error;
    dv_ = model_.scale_v * hadamard(slope, before);
    dv_error_ = model_.scale_v * (l2_ * flow_.end_error * most + l1_ * error);
    mu_ = model_.scale_v * hadamard(hadamard(curved, before), model_.v);
    mu_error_ = model_.scale_v * largest(model_.v) * (l3_ * flow_.end_error * most + l2_ * error);
  }

  // bound: L42, backward from mu(1)
  void adjoint() {
    for (std::size_t k = times_.size() - 1; k-- > 0;) {
      const StateOnPiece& on = on_piece_[k];
      const AdjointOnPiece& dual = dual_[k];
      const TermOnPiece& term = terms_[k];
      const Piece q = q_.piece(k, p_), p = p_trajectory_.piece(k, p_), m = adjoint_term_.piece(k, p_),
                  dm = m.derivative(p_), nu = plus_derivative(m, inverse(length(k)), p),
                  x = transposed_image(nu);
      mu_error_ = mu_error_ + norm(mu_ - m.at(rule_.at_node[0]));
      Interval defect = number(0);
      for (std::size_t j = 0; j <= degree_; ++j) {
        const Vector &node = rule_.at_node[j], w = term.w.at(node), slope_w = hadamard(on.slope[j], w);
        const Vector first = hadamard(on.slope[j], x.at(node)),
                     second = hadamard(hadamard(curvatures(q.at(node)), w), dual.product.at(node));
        defect = max(defect, norm(dm.at(node) - (-on.alpha) * first - (-on.alpha) * second));
        const Vector nu_weight = on.alpha * nu.at(rule_.weights[j]),
                     p_weight = on.alpha * p.at(rule_.weights[j]);
        for (std::size_t a = 0; a < model_.n; ++a)
          for (std::size_t b = 0; b < model_.n; ++b) {
            dW_(a, b).add_product(nu_weight[a], on.value[j][b]);
            dW_(a, b).add_product(p_weight[a], slope_w[b]);
          }
      }
      const Interval interpolation = norm(interpolation_errors(q.c, {&x.c}, 1)) +
                                     norm(interpolation_errors(q.c, {&term.w.c, &dual.product.c}, 2)),
                     speed = (on.alpha * l1_ * norm_w_ * dual.error + dual.defect) * inverse(length(k)),
                     products = l1_ * norm_w_ * speed + l2_ * on.error * largest_component(x) +
                                l3_ * on.error * term.largest * dual.product_size +
                                l2_ * term.error * dual.product_size +
                                l2_ * (term.largest + term.error) * norm_w_ * dual.error,
                     delta = rule_.lebesgue * defect + on.alpha * (interpolation + products);
      mu_error_ = on.growth * (mu_error_ + number(2) * delta);
      mu_ = m.at(rule_.at_node.back());
      dW_error_ =
          dW_error_ +
          number(2) * on.alpha *
              ((mu_error_ + speed) * on.size + sum_of_norms(nu) * (l1_ * on.error + on.interpolation) +
               dual.error * l1_ * (term.size + term.error) +
               dual.size * (l1_ * term.error + l2_ * on.error * term.largest + term.interpolation));
    }
  }

  Trajectory state_term_, adjoint_term_;
  Flow flow_;
  std::vector<TermOnPiece> terms_;
  Vector dv_, mu_;  ///< the v block of G; mu at the last node visited
  Matrix dW_;
  Interval dW_error_, l3_, dv_error_ = Interval(0, 64), mu_error_ = Interval(0, 64);
};

}  // namespace

std::string check_rate_limit(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"activation", "hi", "lo", "model"});
  const Activation phi = parse_activation(statement["activation"].text(), context.budget);
  const mpq_class lo = parse_real(statement["lo"].text(), context.budget),
                  hi = parse_real(statement["hi"].text(), context.budget);
  if (lo < 0 || hi < lo) malformed("the limit must lie in [lo, hi] with 0 <= lo <= hi");
  const Interval limit = LimitProver(phi, statement["model"], witness, context).limit();
  if (!limit.inside(lo, hi)) not_verified("the limit is enclosed in " + limit.text() + " only");
  return "L times the distance of the depth-L net's gradient from the Neural ODE's, " + phi.name +
         ", tends to a limit in " + limit.text();
}

}  // namespace proofs_check
