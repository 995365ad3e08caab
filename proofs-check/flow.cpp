#include "flow.hpp"

#include <algorithm>

#include "prover.hpp"

namespace proofs_check {
Chebyshev::Chebyshev(std::size_t degree, long p) : m(degree), lebesgue(1, p) {
  const Interval one(1, p), two(2, p), half(mpq_class(1, 2), p), angle = pi(p) / Interval(m, p);
  Vector cosine = zeros(2 * m, p);  // of i pi / m, exact where it is 0 or 1
  for (std::size_t i = 0; 2 * i <= m; ++i) {
    const Interval c = i == 0 ? one : 2 * i == m ? Interval(0, p) : cos(Interval(i, p) * angle);
    cosine[i] = c, cosine[m - i] = -c, cosine[m + i] = -c, cosine[(2 * m - i) % (2 * m)] = c;
  }
  // int T_k T_l = 1/(1 - (k+l)^2) + 1/(1 - (k-l)^2) for even k + l, else 0.
  const auto integral = [](std::size_t k, std::size_t l) {
    const mpz_class s = k + l, t = static_cast<long>(k) - static_cast<long>(l);
    return (k + l) % 2 == 1 ? mpq_class(0)
                            : mpq_class(mpq_class(1) / (1 - s * s) + mpq_class(1) / (1 - t * t));
  };
  std::vector<Vector> integrals;
  for (std::size_t k = 0; k <= m + 1; ++k) {
    integrals.emplace_back();
    for (std::size_t l = 0; l <= m; ++l) integrals[k].push_back(Interval(integral(k, l), p));
  }
  for (std::size_t j = 0; j <= m; ++j) {
    at_node.emplace_back(), weights.emplace_back(zeros(m + 2, p));
    for (std::size_t k = 0; k <= m + 1; ++k) at_node[j].push_back(cosine[j * k % (2 * m)]);
    // The Lagrange polynomial is (2 w_j / m) sum'' T_l(x_j) T_l; w_j, and the ends of the sum, are halved.
    for (std::size_t k = 0; k <= m + 1; ++k) {
      for (std::size_t l = 0; l <= m; ++l)
        weights[j][k].add_product(integrals[k][l], l == 0 || l == m ? half * at_node[j][l] : at_node[j][l]);
      weights[j][k] = weights[j][k] * (j == 0 || j == m ? one : two) / Interval(m, p);
    }
  }
  // bound: L27
  lebesgue = one + two / pi(p) * log(Interval(m + 1, p));
  for (long i = 1; i <= 12; ++i) {
    const Interval rho = power(sqrt(two), i);
    Ellipse e{{}, {}, Interval(4, p) / (power(rho, static_cast<long>(m)) * (rho - one))};
    for (std::size_t k = 0; k <= m + 1; ++k) {
      const Interval up = power(rho, static_cast<long>(k)), down = inverse(up);
      e.plus.push_back((up + down) * half), e.minus.push_back((up - down) * half);
    }
    ellipses.push_back(std::move(e));
  }
}

Interval weighted(const Interval* c, const Vector& w) {
  Interval sum = scaled(0, 0, w[0].precision());
  for (std::size_t k = 0; k < w.size(); ++k) sum.add_product(abs(c[k]), w[k]);
  return sum;
}

Piece Piece::derivative(long p) const {
  Piece d{Matrix(c.rows, c.columns, p)};
  for (std::size_t i = 0; i < c.rows; ++i) {
    for (std::size_t k = c.columns; k-- > 1;) {
      if (k + 1 < c.columns) d.c(i, k - 1) = d.c(i, k + 1);
      d.c(i, k - 1).add_product(Interval(2 * k, p), c(i, k));
    }
    d.c(i, 0) = d.c(i, 0) * Interval(mpq_class(1, 2), p);
  }
  return d;
}

namespace {

Row parse_breakpoints(const Value& value, Budget& budget) {
  const Row times = parse_row(value, budget);
  if (times.size() < 2 || times.front() != 0 || times.back() != 1)
    malformed("the breakpoints must go from 0 to 1");
  for (std::size_t k = 0; k < times.size(); ++k)
    if (!is_dyadic(times[k]) || (k > 0 && times[k] <= times[k - 1]))
      malformed("the breakpoints must be dyadic and increase");
  return times;
}

}  // namespace

Prover::Prover(const Activation& phi, const Value& model, const Value& witness, const Context& context)
    : phi_(phi),
      p_(parse_precision(witness.require({"adjoint", "breakpoints", "degree", "precision", "state"}))),
      times_(parse_breakpoints(witness["breakpoints"], context.budget)),
      degree_(parse_degree(witness["degree"])),
      model_(parse_model(model, p_, context)),
      q_(witness["state"], shape(), context),
      p_trajectory_(witness["adjoint"], shape(), context),
      l1_(lipschitz(phi, p_)),
      l2_(lipschitz_of_derivative(phi, p_)),
      rule_(charged(context.budget), p_),
      norm_w_(spectral_norm(model_.W, context.budget)) {
  context.rely_on({1, 26, 27, 28, 29, 30, 34});
}

std::uint64_t Prover::parse_degree(const Value& value) {
  if (value.count() < 2) malformed("the degree must be at least 2");
  if (value.count() > limit::degree) over_limit("the degree is too high");
  return value.count();
}

std::size_t Prover::charged(Budget& budget) const {
  const auto words = static_cast<std::uint64_t>(p_ / 64 + 1),
             size = 2 * static_cast<std::uint64_t>(p_) + 1152;
  budget.memory({model_.n, 3 * times_.size() * (degree_ + 2) + 8 * (degree_ + 2) + model_.n, size});
  budget.memory({degree_ + 2, 3 * degree_ + 30, size});
  budget.work({degree_ + 2, degree_ + 2, degree_ + 2, words + 16, words / 8 + 16});
  budget.work(
      {times_.size(), degree_ + 2, model_.n, 4 * model_.n + 4 * degree_ + 300, words + 16, words / 8 + 16});
  return degree_;
}

Flow Prover::prove() {
  const Interval zero(0, p_);
  const std::size_t n = model_.n, pieces = times_.size() - 1;
  Flow flow{model_,           l1_,  l2_,  norm_w_, {},  {}, Vector(pieces + 1, zero), {}, {}, zero, zero, {},
            Matrix(n, n, p_), zero, zero, zero,    zero};
  for (const mpq_class& t : times_) flow.times.push_back(Interval(t, p_));
  state(flow);
  adjoint(flow);
  return flow;
}

// bound: L27
Vector Prover::interpolation_errors(const Matrix& q, const std::vector<const Matrix*>& factors,
                                    int order) const {
  // Cauchy's estimate on discs of radius 1/2: order! 2^order.
  const Interval shift = order == 0 ? number(0) : number(mpq_class(1, 2)), cauchy = number(order == 0   ? 1
                                                                                           : order == 1 ? 2
                                                                                                        : 8);
  Vector errors;
  for (std::size_t i = 0; i < q.rows; ++i) {
    std::vector<Interval> least;
    for (const Chebyshev::Ellipse& e : rule_.ellipses) {
      const Interval b = weighted(&q(i, 0), e.minus) + shift;
      if (!inside_strip(phi_, b)) continue;
      const Growth growth = strip_growth(phi_, b);
      Interval bound = e.factor * (growth.g0 + growth.g1 * (weighted(&q(i, 0), e.plus) + shift));
      if (order > 0) bound = cauchy * bound;
      for (const Matrix* factor : factors) bound = bound * weighted(&(*factor)(i, 0), e.plus);
      least.assign(1, least.empty() ? bound : min(least[0], bound));
    }
    if (least.empty())
      not_verified("a piece is too long: no ellipse of L27 stays inside the strip of " + phi_.name);
    errors.push_back(least[0]);
  }
  return errors;
}

// bound: L28
void Prover::state(Flow& flow) {
  Vector before = model_.initial_state();
  Interval error = number(0);
  flow.state.push_back(norm(before));
  for (std::size_t k = 0; k + 1 < times_.size(); ++k) {
    const Piece q = q_.piece(k, p_), dq = q.derivative(p_);
    StateOnPiece& on = on_piece_.emplace_back(
        StateOnPiece{number(0), number(0), number(0), number(0), number(0), number(0), {}, {}});
    on.alpha = model_.T * model_.scale_w * number((times_[k + 1] - times_[k]) / 2);
    on.growth = exp(number(2) * on.alpha * l1_ * norm_w_);
    error = error + norm(before - q.at(rule_.at_node.back()));
    Interval defect = number(0), size = number(0);
    Vector product = zeros(model_.n, p_);
    for (const Vector& node : rule_.at_node) {
      on.value.emplace_back(), on.slope.emplace_back();
      evaluate(phi_, l2_, q.at(node), on.value.back(), on.slope.back());
      multiply(model_.W, on.value.back(), product);
      defect = max(defect, norm(dq.at(node) - on.alpha * product));
      size = max(size, norm(on.value.back()));
    }
    on.interpolation = norm(interpolation_errors(q.c, {}, 0));
    on.defect = rule_.lebesgue * defect + on.alpha * norm_w_ * on.interpolation;
    error = on.growth * (error + number(2) * on.defect);  // (e^(2r) - 1)/r <= 2 e^(2r)
    on.error = error;
    on.size = rule_.lebesgue * size + on.interpolation + l1_ * error;  // L30
    before = q.at(rule_.at_node[0]);
    flow.state.push_back(around(norm(before), error));
  }
  flow.end_state = before;
  flow.end_error = error;
  flow.dv = model_.scale_v * on_piece_.back().value[0];
  flow.dv_error = model_.scale_v * l1_ * error;  // bound: L30
}

// bound: L29, and L30 for the gradient
void Prover::adjoint(Flow& flow) {
  // lambda(1), with its distance from the value at q(1)
  Vector before = model_.scale_v * hadamard(on_piece_.back().slope[0], model_.v);
  Interval error = model_.scale_v * l2_ * largest(model_.v) * flow.end_error;
  for (std::size_t k = times_.size() - 1; k-- > 0;) {
    const StateOnPiece& on = on_piece_[k];
    const Piece p = p_trajectory_.piece(k, p_), dp = p.derivative(p_);
    const Vector right = p.at(rule_.at_node[0]);
    error = error + norm(before - right);
    if (k + 2 == times_.size()) flow.adjoint[k + 1] = around(norm(right), error);
    // y = W^T p, and the sums of the sizes of the coefficients
    Piece y{Matrix(model_.n, degree_ + 2, p_)};
    Interval p_size = number(0), y_size = number(0);
    Vector column = zeros(model_.n, p_), image = column;
    for (std::size_t c = 0; c < degree_ + 2; ++c) {
      for (std::size_t i = 0; i < model_.n; ++i) column[i] = p.c(i, c);
      multiply_transposed(model_.W, column, image);
      for (std::size_t i = 0; i < model_.n; ++i) y.c(i, c) = image[i];
      p_size = p_size + norm(column);
    }
    const Vector ones(degree_ + 2, number(1));
    for (std::size_t i = 0; i < model_.n; ++i) y_size = max(y_size, weighted(&y.c(i, 0), ones));

    Interval defect = number(0);
    for (std::size_t j = 0; j <= degree_; ++j) {
      const Vector minus = on.alpha * hadamard(on.slope[j], y.at(rule_.at_node[j]));
      defect = max(defect, norm(dp.at(rule_.at_node[j]) - number(-1) * minus));
      const Vector weighted_p = on.alpha * p.at(rule_.weights[j]);
      for (std::size_t a = 0; a < model_.n; ++a)
        for (std::size_t b = 0; b < model_.n; ++b) flow.dW(a, b).add_product(weighted_p[a], on.value[j][b]);
    }
    const Interval interpolation = norm(interpolation_errors(q_.piece(k, p_).c, {&y.c}, 1));
    const Interval delta = rule_.lebesgue * defect + on.alpha * (interpolation + l2_ * on.error * y_size);
    error = on.growth * (error + number(2) * delta);
    flow.dW_error = flow.dW_error +
                    number(2) * on.alpha * (error * on.size + p_size * (l1_ * on.error + on.interpolation));
    flow.largest_product = max(flow.largest_product, y_size + norm_w_ * error);
    before = p.at(rule_.at_node.back());
    flow.adjoint[k] = around(norm(before), error);
    dual_.push_back({error, delta, p_size, y_size, std::move(y)});
  }
  std::reverse(dual_.begin(), dual_.end());
  flow.start_adjoint = before;
  flow.start_error = error;
  flow.dU_error = model_.scale_u * norm(model_.x) * error;
}

Model parse_model(const Value& value, long p, const Context& context) {
  value.require({"T", "U", "W", "sigma_u", "sigma_v", "sigma_w", "v", "x"});
  const auto positive = [&](const char* key) {
    const mpq_class x = parse_real(value[key].text(), context.budget);
    if (x <= 0) malformed(std::string(key) + " must be positive");
    return between(x, x, p);
  };
  const Matrix U = parse_matrix(value["U"], 0, 0, p, context);
  const std::size_t n = U.rows, d = U.columns;
  const Interval root_n = sqrt(Interval(n, p)), root_d = sqrt(Interval(d, p));
  const Interval sigma_u = positive("sigma_u"), sigma_v = positive("sigma_v"), sigma_w = positive("sigma_w");
  return {p,
          n,
          d,
          positive("T"),
          sigma_v,
          sigma_w,
          sigma_u / root_d,
          sigma_v / root_n,
          sigma_w / root_n,
          U,
          parse_matrix(value["W"], n, n, p, context),
          parse_matrix(value["v"], 1, n, p, context).entries,
          parse_matrix(value["x"], 1, d, p, context).entries};
}

Vector Model::initial_state() const {
  Vector h = zeros(n, precision);
  multiply(U, x, h);
  return scale_u * h;
}

// bound: L26, the mean value theorem around a midpoint m: phi'(x) = phi'(m) + phi''(.)(x - m), and so for phi
void evaluate(const Activation& phi, const Interval& l2, const Vector& x, Vector& value, Vector& slope) {
  value.clear(), slope.clear();
  for (const Interval& component : x) {
    const Interval middle = midpoint(component), difference = deviation(component, middle);
    Jet at_middle = jet(phi, middle);
    slope.push_back(std::move(at_middle.slope));
    slope.back().add_product(l2, difference);
    value.push_back(std::move(at_middle.value));
    value.back().add_product(slope.back(), difference);
  }
}

// bound: L31
FlowGrowth growth_of(const Activation& phi, const Flow& flow) {
  const Model& model = flow.model;
  const long p = model.precision;
  const Interval at_zero = sqrt(Interval(model.n, p)) * abs(value(phi, Interval(0, p)));
  return {model.scale_w * flow.l1 * flow.norm_w, at_zero + flow.l1 * flow.state.front(),
          model.scale_v * flow.l1 * norm(model.v), at_zero};
}

Interval around(const Interval& center, const Interval& radius) {
  return max(center + symmetric(radius), Interval(0, center.precision()));
}

Flow prove_flow(const Activation& phi, const Value& model, const Value& witness, const Context& context) {
  return Prover(phi, model, witness, context).prove();
}

}  // namespace proofs_check
