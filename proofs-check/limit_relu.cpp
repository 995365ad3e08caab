// limit-relu/1: the coefficients of the limit kernel of ReLU in rho, from below (L56).

#include <algorithm>

#include "kinds.hpp"
#include "limit_grid.hpp"
#include "lower_series.hpp"

namespace proofs_check {
namespace {

LowerSeries multiple(const LowerSeries& a, Fixed factor) {
  LowerSeries result;
  for (const Fixed x : a) {
    LowerSum term;
    term.add(x, factor);
    result.push_back(term.value());
  }
  return result;
}
void add(LowerSeries& a, const LowerSeries& b) {
  for (std::size_t m = 0; m < a.size(); ++m) a[m] += b[m];
}

/// V and V' Theta of ReLU, every coefficient from below.
class ReluFromBelow {
 public:
  ReluFromBelow(const mpq_class& tau, std::uint64_t cells, std::uint64_t terms, long precision)
      : cells_(cells),
        precision_(precision),
        step_squared_(fixed_below(mpq_class(tau * tau / (cells * cells)))) {
    // alpha_n = a_n(1)^2: 1/(2 pi), 1/4, and alpha_n = alpha_(n-2) (n-3)^2 / (n (n-1)), from a_n = h_(n-2)(0)
    // g(0) / sqrt(n (n-1)) and h_n(0)^2 = h_(n-2)(0)^2 (n-1)/n.
    std::vector<Interval> alpha{inverse(number(2) * pi(precision)), number(mpq_class(1, 4))};
    for (long n = 2; n < static_cast<long>(terms); ++n) {
      const auto before = static_cast<std::size_t>(n - 2);
      alpha.push_back(alpha[before] * number(mpq_class((n - 3) * (n - 3)) / (n * (n - 1))));
    }
    zeroth_ = fixed_below(alpha[0]);
    value_.push_back(0);
    for (std::uint64_t n = 1; n < terms; ++n) {
      value_.push_back(fixed_below(alpha[n]));
      slope_.push_back(fixed_below(number(n) * alpha[n]));
    }
    // sqrt(Q_k) = cosh(tau t_k / sqrt 2)
    for (std::uint64_t k = 0; k <= cells; ++k) {
      const Interval e = exp(number(tau * k / cells) * sqrt(number(mpq_class(1, 2))));
      root_.push_back((e + inverse(e)) * number(mpq_class(1, 2)));
    }
  }

  /// [rho^m] K_inf for m = 0..degree; C and Theta are kept up to degree `inner`.
  // bound: L56
  LowerSeries kernel(std::uint64_t inner, std::uint64_t degree) const {
    // Row k of C and of Theta - C, columns 0..k.
    LowerSeries rho(inner + 1);
    rho[1] = Fixed{1} << fixed_bits;
    std::vector<LowerSeries> c{rho}, rest{LowerSeries(inner + 1)};
    std::vector<Interval> deviation_at{variance_root(rho)};  // sqrt(C_kk(1))
    for (std::uint64_t k = 0; k < cells_; ++k) {
      LowerSeries sum_v(inner + 1), sum_g(inner + 1);
      std::vector<LowerSeries> next_c, next_rest;
      for (std::uint64_t l = 0; l <= k; ++l) {
        next_c.push_back(c[l]), next_rest.push_back(rest[l]);
        add(next_c[l], multiple(sum_v, step_squared_)), add(next_rest[l], multiple(sum_g, step_squared_));
        auto [v, g] =
            integrands(c[l], rest[l], root_[k + 1], root_[l + 1], deviation_at[k] * deviation_at[l]);
        add(sum_v, v), add(sum_g, g);
      }
      // C_(k+1,k+1) from C_(k+1,k) = C_(k,k+1)
      next_c.push_back(next_c[k]), next_rest.push_back(next_rest[k]);
      add(next_c.back(), multiple(sum_v, step_squared_)),
          add(next_rest.back(), multiple(sum_g, step_squared_));
      c = std::move(next_c), rest = std::move(next_rest);
      deviation_at.push_back(variance_root(c.back()));
      if ((sum(c.back()) + sum(rest.back())) >> (fixed_top + fixed_bits) != 0)
        over_limit("the kernel is too large for its fixed point");
    }
    c.back().resize(degree + 1), rest.back().resize(degree + 1);
    auto [v, g] = integrands(c.back(), rest.back(), root_.back(), root_.back(),
                             deviation_at.back() * deviation_at.back());
    add(v, g);
    return v;
  }

 private:
  Interval number(const mpq_class& x) const { return Interval(x, precision_); }
  Interval variance_root(const LowerSeries& c) const { return sqrt(number(rational(sum(c)))); }

  std::pair<LowerSeries, LowerSeries> integrands(const LowerSeries& c, const LowerSeries& rest,
                                                 const Interval& root_k, const Interval& root_l,
                                                 const Interval& variance) const {
    const Interval scale = root_k * root_l;
    LowerComposition compose(multiple(c, fixed_below(inverse(scale))), false);
    LowerSeries v = multiple(compose(value_), fixed_below(scale)), theta = c;
    LowerSum constant;
    constant.add(zeroth_, fixed_below(variance));
    v[0] += constant.value();
    add(theta, rest);
    return {std::move(v), product(compose(slope_), theta)};
  }

  std::uint64_t cells_;
  long precision_;
  Fixed step_squared_, zeroth_ = 0;
  std::vector<Fixed> value_, slope_;  // alpha_n without n = 0; (n + 1) alpha_(n+1)
  std::vector<Interval> root_;
};

}  // namespace

std::string check_limit_relu(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"T", "activation", "c0", "coefficients", "sigma_w"});
  witness.require({"degree", "grid", "precision", "terms"});
  Budget& budget = context.budget;
  const LimitModel model = parse_limit_model(statement, budget);
  if (model.phi.family != Family::relu) not_verified("limit-relu/1 is about relu");
  const std::vector<Value>& claimed = statement["coefficients"].list();
  const std::uint64_t inner = witness["degree"].count(), cells = witness["grid"].count(),
                      terms = witness["terms"].count();
  const long precision = parse_precision(witness);
  if (cells > limit::cells || claimed.size() > limit::series_degree + 1 || terms > limit::terms)
    over_limit("the grid or the series is too large");
  if (cells == 0 || inner == 0 || inner >= claimed.size() || terms < 2)
    malformed(
        "the grid has cells, the degree is positive and at most that of the statement, terms are at least 2");
  std::uint64_t root = 1;
  while (root * root < terms) ++root;
  const auto words = static_cast<std::uint64_t>(precision / 64 + 1);
  budget.memory({terms + 4 * cells, 2 * static_cast<std::uint64_t>(precision) + 1152});
  budget.memory({4 * cells + root + 16, claimed.size(), 128});
  budget.work({terms + cells * cells, words + 16, words / 8 + 32});
  budget.work({cells * cells + 1, inner + 1, (3 * root + 16) * (inner + 1) + terms, 8});
  budget.work({claimed.size(), (3 * root + 16) * claimed.size() + terms, 8});

  const LowerSeries found =
      ReluFromBelow(model.tau, cells, terms, precision).kernel(inner, claimed.size() - 1);
  for (std::size_t m = 0; m < claimed.size(); ++m) {
    const mpq_class k = parse_real(claimed[m].text(), budget), proved = model.c0 * rational(found[m]);
    if (k < 0) malformed("the coefficients must not be negative");
    if (k > proved)
      not_verified("coefficient " + std::to_string(m) + " exceeds the proved lower bound " +
                   decimal_below(proved));
  }
  context.rely_on({43, 51, 52, 56});
  return "the coefficients of rho^0, ..., rho^" + std::to_string(claimed.size() - 1) +
         " of the infinite-width kernel of " + in_words(model) + " are at least the claimed ones";
}

}  // namespace proofs_check
