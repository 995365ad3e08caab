#pragma once
// Exact rational arithmetic on small nets, every operation charged to the budget.

#include <vector>

#include "activation.hpp"
#include "json.hpp"

namespace proofs_check {

using Row = std::vector<mpq_class>;
using Rows = std::vector<Row>;

/// An array of at least one real.
Row parse_row(const Value& value, Budget& budget);
/// An array of `rows` (0: any positive number) rows of `columns` (0: the same positive number) reals.
Rows parse_rows(const Value& value, std::size_t rows, std::size_t columns, Budget& budget);

/// A net with rational factors; h(0) = factor_u U x, f = factor_v v phi(h).
struct ExactModel {
  mpq_class T, factor_u, factor_v, factor_w;
  Rows U, W;
  Row v, x;
  std::size_t n() const { return W.size(); }
  std::size_t d() const { return x.size(); }
};
ExactModel parse_exact_model(const Value& value, Budget& budget);

class ExactNet {
 public:
  ExactNet(const Activation& phi, const ExactModel& model, std::uint64_t depth, Budget& budget);

  /// The states h^0, ..., h^L.
  const Rows& states() const { return h_; }
  /// f as a function of the parameters.
  struct Gradient {
    Rows U, W;
    Row v;
    bool operator==(const Gradient&) const = default;
  };
  /// By forward differentiation in every parameter.
  Gradient forward() const;

  /// How backpropagation may be written; the default is L37.
  struct Formula {
    bool factor_in_recursion = true, rows_are_adjoints = true, at_next_state = false;
  };
  Gradient backward(const Formula& formula) const;
  /// lambda^0 of L37.
  Row adjoint() const { return adjoints({})[0]; }

 private:
  Rows adjoints(const Formula& formula) const;
  mpq_class value(const mpq_class& z) const;
  mpq_class slope(const mpq_class& z) const;
  mpq_class product(const mpq_class& a, const mpq_class& b) const;
  void add_product(mpq_class& sum, const mpq_class& a, const mpq_class& b) const;
  Row step(const Row& h, Row increment) const;

  const Activation& phi_;
  const ExactModel& model_;
  Budget& budget_;
  mpq_class scale_;  // kappa factor_w
  Rows h_, phi_of_h_, slope_at_h_;
};

}  // namespace proofs_check
