#include "exact.hpp"

namespace proofs_check {

Row parse_row(const Value& value, Budget& budget) {
  Row result;
  for (const Value& entry : value.list()) result.push_back(parse_real(entry.text(), budget));
  if (result.empty()) malformed("a list of reals is empty");
  return result;
}

Rows parse_rows(const Value& value, std::size_t rows, std::size_t columns, Budget& budget) {
  Rows result;
  for (const Value& row : value.list()) {
    result.push_back(parse_row(row, budget));
    if (columns == 0) columns = result[0].size();
    if (result.back().size() != columns) malformed("a row of a matrix has the wrong length");
  }
  if (result.empty() || (rows != 0 && result.size() != rows)) malformed("a matrix has too few or many rows");
  return result;
}

ExactModel parse_exact_model(const Value& value, Budget& budget) {
  value.require({"T", "U", "W", "factor_u", "factor_v", "factor_w", "v", "x"});
  const auto positive = [&](const char* key) {
    const mpq_class x = parse_real(value[key].text(), budget);
    if (x <= 0) malformed(std::string(key) + " must be positive");
    return x;
  };
  const Rows U = parse_rows(value["U"], 0, 0, budget);
  const std::size_t n = U.size(), d = U[0].size();
  return {positive("T"),
          positive("factor_u"),
          positive("factor_v"),
          positive("factor_w"),
          U,
          parse_rows(value["W"], n, n, budget),
          parse_rows(value["v"], 1, n, budget)[0],
          parse_rows(value["x"], 1, d, budget)[0]};
}

ExactNet::ExactNet(const Activation& phi, const ExactModel& model, std::uint64_t depth, Budget& budget)
    : phi_(phi), model_(model), budget_(budget) {
  if (depth == 0) malformed("the depth must be positive");
  scale_ = model.T / depth * model.factor_w;
  Row& first = h_.emplace_back(model.n());
  for (std::size_t i = 0; i < model.n(); ++i) {
    mpq_class sum = 0;
    for (std::size_t k = 0; k < model.d(); ++k) add_product(sum, model.U[i][k], model.x[k]);
    first[i] = product(model.factor_u, sum);
  }
  for (std::uint64_t l = 0;; ++l) {
    Row &phi_of_h = phi_of_h_.emplace_back(), &slope_at_h = slope_at_h_.emplace_back();
    for (const mpq_class& z : h_[l]) {
      phi_of_h.push_back(value(z));
      slope_at_h.push_back(slope(z));
      budget.memory({4, 1024 + bits(z) + bits(phi_of_h.back())});  // with the adjoint
    }
    if (l == depth) return;
    h_.push_back(step(h_[l], phi_of_h));
  }
}

/// h + kappa factor_w W increment
Row ExactNet::step(const Row& h, Row increment) const {
  Row next = h;
  for (mpq_class& x : increment) x = product(scale_, x);
  for (std::size_t i = 0; i < h.size(); ++i)
    for (std::size_t j = 0; j < h.size(); ++j) add_product(next[i], model_.W[i][j], increment[j]);
  return next;
}

ExactNet::Gradient ExactNet::forward() const {
  const std::size_t n = model_.n(), d = model_.d(), depth = h_.size() - 1;
  // The derivative of f along a parameter: `start` is that of h^0, and W_ij adds e_i phi(h_j) to every step.
  const auto derivative = [&](Row tangent, const std::size_t* i, const std::size_t* j) {
    for (std::size_t l = 0; l < depth; ++l) {
      Row increment(n);
      for (std::size_t k = 0; k < n; ++k) increment[k] = product(slope_at_h_[l][k], tangent[k]);
      tangent = step(tangent, increment);
      if (i != nullptr) add_product(tangent[*i], scale_, phi_of_h_[l][*j]);
    }
    mpq_class sum = 0;
    for (std::size_t k = 0; k < n; ++k)
      add_product(sum, model_.v[k], product(slope_at_h_[depth][k], tangent[k]));
    return product(model_.factor_v, sum);
  };
  Gradient g{Rows(n, Row(d)), Rows(n, Row(n)), Row(n)};
  for (std::size_t i = 0; i < n; ++i) {
    g.v[i] = product(model_.factor_v, phi_of_h_[depth][i]);
    for (std::size_t k = 0; k < d; ++k) {
      Row tangent(n);
      tangent[i] = product(model_.factor_u, model_.x[k]);
      g.U[i][k] = derivative(tangent, nullptr, nullptr);
    }
    for (std::size_t j = 0; j < n; ++j) g.W[i][j] = derivative(Row(n), &i, &j);
  }
  return g;
}

// bound: L37
Rows ExactNet::adjoints(const Formula& formula) const {
  const std::size_t n = model_.n(), depth = h_.size() - 1;
  const mpq_class scale = formula.factor_in_recursion ? scale_ : mpq_class(scale_ / model_.factor_w);
  Rows lambda(depth + 1, Row(n));
  for (std::size_t i = 0; i < n; ++i)
    lambda[depth][i] = product(product(model_.factor_v, slope_at_h_[depth][i]), model_.v[i]);
  for (std::size_t l = depth; l-- > 0;)
    for (std::size_t j = 0; j < n; ++j) {
      mpq_class sum = 0;
      for (std::size_t i = 0; i < n; ++i) add_product(sum, model_.W[i][j], lambda[l + 1][i]);
      lambda[l][j] = lambda[l + 1][j];
      add_product(lambda[l][j], product(scale, slope_at_h_[formula.at_next_state ? l + 1 : l][j]), sum);
    }
  return lambda;
}

// bound: L37
ExactNet::Gradient ExactNet::backward(const Formula& formula) const {
  const std::size_t n = model_.n(), d = model_.d(), depth = h_.size() - 1;
  const Rows lambda = adjoints(formula);
  Gradient g{Rows(n, Row(d)), Rows(n, Row(n)), Row(n)};
  for (std::size_t i = 0; i < n; ++i) {
    g.v[i] = product(model_.factor_v, phi_of_h_[depth][i]);
    for (std::size_t k = 0; k < d; ++k)
      g.U[i][k] = product(product(model_.factor_u, lambda[0][i]), model_.x[k]);
    for (std::size_t j = 0; j < n; ++j) {
      mpq_class sum = 0;
      for (std::size_t l = 0; l < depth; ++l) add_product(sum, lambda[l + 1][i], phi_of_h_[l][j]);
      (formula.rows_are_adjoints ? g.W[i][j] : g.W[j][i]) = product(scale_, sum);
    }
  }
  return g;
}

mpq_class ExactNet::value(const mpq_class& z) const {
  switch (phi_.family) {
    case Family::identity:
      return z;
    case Family::relu:
      return z > 0 ? z : mpq_class(0);
    case Family::leaky_relu:
      return z > 0 ? z : product(phi_.slope, z);
    case Family::polynomial: {
      mpq_class sum = 0;
      for (std::size_t k = phi_.coefficients.size(); k-- > 0;) {
        mpq_class next = phi_.coefficients[k];
        add_product(next, sum, z);
        sum = next;
      }
      return sum;
    }
    default:
      not_verified(phi_.name + " has irrational values");
  }
}

/// phi'(z); at a kink the slope on the left, which is 0 for relu.
mpq_class ExactNet::slope(const mpq_class& z) const {
  if (phi_.family == Family::relu) return z > 0 ? 1 : 0;
  if (phi_.family == Family::leaky_relu) return z > 0 ? mpq_class(1) : phi_.slope;
  if (phi_.family == Family::identity) return 1;
  mpq_class sum = 0;
  for (std::size_t k = phi_.coefficients.size(); k-- > 1;) {
    mpq_class next = phi_.coefficients[k] * k;
    add_product(next, sum, z);
    sum = next;
  }
  return sum;
}

mpq_class ExactNet::product(const mpq_class& a, const mpq_class& b) const {
  mpq_class sum = 0;
  add_product(sum, a, b);
  return sum;
}
void ExactNet::add_product(mpq_class& sum, const mpq_class& a, const mpq_class& b) const {
  const std::uint64_t size = bits(a) + bits(b) + bits(sum);
  budget_.work({size / 64 + 16, size / 512 + 16});
  if (size > limit::rational_bits) over_limit("the rational numbers of a net grow too long");
  sum += a * b;
}

}  // namespace proofs_check
