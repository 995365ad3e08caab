// limit-series/1: the limit kernel as a power series in rho (L51). The integrands V, V' y, V + V' z are
// bounded from below, coefficient by coefficient, in fixed point; their values at rho = 1, in intervals, tell
// how much is missing.

#include <algorithm>

#include "kinds.hpp"
#include "limit_grid.hpp"
#include "lower_series.hpp"

namespace proofs_check {
namespace {

Interval exact(Fixed x) {
  return LimitProver::number(rational(x));
}

/// A sum of products of numbers of either sign, rounded down when it is read.
class SignedSum {
 public:
  void add(int128 a, int128 b) {
    const auto a1 = static_cast<std::int64_t>(a >> 64), b1 = static_cast<std::int64_t>(b >> 64);
    const auto a0 = static_cast<std::uint64_t>(a), b0 = static_cast<std::uint64_t>(b);
    high_ += static_cast<int128>(a1) * b1;
    middle_ += static_cast<int128>(a1) * static_cast<int128>(b0);
    middle_ += static_cast<int128>(b1) * static_cast<int128>(a0);
    middle_ += static_cast<int128>((static_cast<uint128>(a0) * b0) >> 64);
  }
  int128 value() const {
    return static_cast<int128>(static_cast<uint128>(high_) << (128 - fixed_bits)) +
           (middle_ >> (fixed_bits - 64));
  }

 private:
  int128 high_ = 0, middle_ = 0;
};

/// The Hermite coefficients of phi and phi' from below, in modulus: a_n(q), and sqrt(n+1) a_(n+1)(q) /
/// sqrt(q).
struct LowerHermite {
  std::vector<Fixed> value, slope;
  explicit LowerHermite(const Hermite& h) {
    for (std::size_t n = 0; n < h.a.size(); ++n) {
      const Interval modulus = abs(h.a[n]);
      value.push_back(fixed_below(modulus));
      if (n > 0) slope.push_back(fixed_below(sqrt(LimitProver::number(n)) * modulus * h.inverse_root));
    }
  }
};
std::vector<Fixed> products(const std::vector<Fixed>& a, const std::vector<Fixed>& b) {
  std::vector<Fixed> c;
  for (std::size_t n = 0; n < a.size(); ++n) {
    LowerSum term;
    term.add(a[n], b[n]);
    c.push_back(term.value());
  }
  return c;
}

/// The three integrands at one pair of variances, and how much of each is missing: of C, y, z, or of Sigma*,
/// K^U and, without V, K^W.
struct Integrands {
  LowerSeries value, slope_y, slope_z;
  Interval missing, missing_y, missing_z;
};

// bound: L51, L52
Integrands integrands(const Hermite& k, const Hermite& l, const LowerHermite& lower_k,
                      const LowerHermite& lower_l, const LowerSeries& c, const LowerSeries& y,
                      const LowerSeries& z, bool odd) {
  const Fixed scale = fixed_below(k.inverse_root * l.inverse_root);
  LowerSeries ratio;
  for (const Fixed x : c) {
    LowerSum term;
    term.add(x, scale);
    ratio.push_back(term.value());
  }
  LowerComposition compose(std::move(ratio), odd);
  Integrands found{compose(products(lower_k.value, lower_l.value)),
                   {},
                   {},
                   LimitProver::number(0),
                   LimitProver::number(0),
                   LimitProver::number(0)};
  const LowerSeries slope = compose(products(lower_k.slope, lower_l.slope));
  found.slope_y = product(slope, y), found.slope_z = product(slope, z);
  const DualPair at_one = dual(k, l, exact(sum(c)));
  const Interval zero = LimitProver::number(0);
  found.missing = max(at_one.value - exact(sum(found.value)), zero);
  found.missing_y = max(at_one.slope * exact(sum(y)) - exact(sum(found.slope_y)), zero);
  found.missing_z = max(at_one.slope * exact(sum(z)) - exact(sum(found.slope_z)), zero);
  return found;
}

/// A series in rho and a bound of the sum of the moduli of its errors.
struct Enclosure {
  LowerSeries coefficients;
  Interval error = LimitProver::number(0);
};

class SeriesProver {
 public:
  SeriesProver(LimitProver& prover, const Grid& grid, std::uint64_t degree)
      : prover_(prover),
        n_(grid.size()),
        odd_(is_odd(prover.model().phi)),
        length_(odd_ ? (degree + 1) / 2 : degree + 1),
        start_(length_) {
    const std::uint64_t pairs = n_ * (n_ + 1) / 2, terms = grid.modes.terms;
    std::uint64_t root = 1;
    while (root * root < terms) ++root;
    prover.context().budget.memory({pairs + n_, length_ + 8, 7, 128});
    prover.context().budget.work({pairs, length_, (3 * root + 16) * length_ + terms, 8});
    prover.context().budget.work({3 * length_, n_, n_, grid.order + 4, 16});
    if (prover.model().tau >= 16 ||
        !certainly_less(square(prover.mean()), LimitProver::number(1 << fixed_top)))
      over_limit("sigma_w T or the variance is too large for the fixed point of the series");
    start_[odd_ ? 0 : 1] = fixed_below(prover.model().c0);
    for (std::size_t field = 0; field < 3; ++field)
      for (std::size_t pair = 0; pair < pairs; ++pair)
        nodal_[field].push_back(read(grid, &grid.values.wide[(field * pairs + pair) * (degree + 1)], degree));
    integrate_exactly();
  }

  void prove();
  Enclosure C, Sigma, K_U, K_W;

 private:
  /// A nodal value, exactly.
  LowerSeries read(const Grid& grid, const std::int64_t* coefficients, std::uint64_t degree) const {
    LowerSeries series;
    uint128 total = 0;
    for (std::uint64_t m = 0; m <= degree; ++m) {
      if (coefficients[m] < 0) not_verified("a coefficient of a nodal value is negative");
      if (odd_ && m % 2 == 0) {
        if (coefficients[m] != 0) not_verified("an even coefficient of an odd kernel is not 0");
        continue;
      }
      total += static_cast<std::uint64_t>(coefficients[m]);
      series.push_back(static_cast<Fixed>(coefficients[m]) << (fixed_bits + grid.values_scale));
    }
    if (total >> (fixed_top - grid.values_scale) != 0) over_limit("a nodal value is too large");
    return series;
  }
  void integrate_exactly();
  Vector residual(std::size_t field, const LowerSeries& start) const;
  LowerSeries at_end(std::size_t field, const LowerSeries& start) const;
  Vector norms(std::size_t field) const {
    Vector lower;
    for (const LowerSeries& series : nodal_[field]) lower.push_back(exact(sum(series)));
    return from_triangle(lower, n_);
  }

  LimitProver& prover_;
  std::size_t n_;
  bool odd_;
  std::size_t length_;                                ///< coefficients kept: all, or the odd ones
  LowerSeries start_;                                 ///< c0 rho
  std::vector<LowerSeries> nodal_[3], integrand_[3];  ///< a series for each pair k >= l
  std::vector<int128> weights_, partial_;             ///< tau times the rule
  Interval rounding_ = LimitProver::number(0);  ///< in any of the three fields, summed over coefficients
};

/// tau J in fixed point, and what its rounding and that of the sums of products can amount to.
void SeriesProver::integrate_exactly() {
  const TimeRule& rule = prover_.rule();
  const Interval tau = LimitProver::number(prover_.model().tau);
  mpq_class off = 0;
  const auto fixed = [&](const Interval& x) {
    const Interval y = tau * x;
    const mpq_class below = least(y);
    const Fixed modulus = fixed_below(abs(below));
    const int128 found = below < 0 ? -static_cast<int128>(modulus) : static_cast<int128>(modulus);
    const mpq_class stored = mpq_class(to_mpz(found)) * power_of_two(-fixed_bits);
    off = std::max({off, mpq_class(abs(greatest(y) - stored)), mpq_class(abs(below - stored))});
    return found;
  };
  for (const Interval& w : rule.weights) weights_.push_back(fixed(w));
  for (const Interval& x : rule.partial) partial_.push_back(fixed(x));
  Interval most = LimitProver::number(0);
  for (std::size_t j = 0; j < rule.order; ++j) {
    Interval row = LimitProver::number(1);  // the panels before
    for (std::size_t l = 0; l < rule.order; ++l) row = row + abs(rule.partial[j * rule.order + l]);
    most = max(most, row);
  }
  // A sum of `order` products errs by less than 2 units, one of `panels` + 1 such sums is taken each time; no
  // integrand exceeds 2^12.
  const Interval lebesgue = tau * most, unit = LimitProver::number(power_of_two(-fixed_bits)),
                 products =
                     LimitProver::number(2 * (rule.panels + 1)) * unit * (LimitProver::number(1) + lebesgue),
                 all_off = LimitProver::number(off * static_cast<long>(n_));
  rounding_ = LimitProver::number(length_) * products + unit +
              LimitProver::number(power_of_two(12)) * all_off * (lebesgue + lebesgue + all_off);
}

/// |start + J F J^T - nodal|, summed over the coefficients kept.
Vector SeriesProver::residual(std::size_t field, const LowerSeries& start) const {
  const TimeRule& rule = prover_.rule();
  const std::size_t pairs = nodal_[field].size();
  std::vector<uint128> sums(pairs);
  const auto dot = [&rule](const int128* w, const int128* x) {
    SignedSum total;
    for (std::size_t l = 0; l < rule.order; ++l) total.add(w[l], x[l]);
    return total.value();
  };
  for (std::size_t m = 0; m < length_; ++m) {
    std::vector<int128> lower;
    for (const LowerSeries& series : integrand_[field]) lower.push_back(static_cast<int128>(series[m]));
    const std::vector<int128> twice = twice_integrated(from_triangle(lower, n_), rule.panels, rule.order,
                                                       weights_, partial_, int128{0}, dot);
    for (std::size_t k = 0, pair = 0; k < n_; ++k)
      for (std::size_t l = 0; l <= k; ++l, ++pair) {
        const int128 off =
            static_cast<int128>(start[m]) + twice[k * n_ + l] - static_cast<int128>(nodal_[field][pair][m]);
        sums[pair] += static_cast<uint128>(off < 0 ? -off : off);
      }
  }
  Vector result;
  for (const uint128 x : sums) result.push_back(exact(x) + rounding_);
  return from_triangle(result, n_);
}

/// start + tau^2 sum_kl w_k w_l F_kl
LowerSeries SeriesProver::at_end(std::size_t field, const LowerSeries& start) const {
  const TimeRule& rule = prover_.rule();
  LowerSeries result = start;
  const auto weight = [&](std::size_t k) { return static_cast<Fixed>(weights_[k % rule.order]); };
  for (std::size_t m = 0; m < length_; ++m) {
    LowerSum total;
    for (std::size_t k = 0; k < n_; ++k) {
      LowerSum row;
      for (std::size_t l = 0; l < n_; ++l) {
        const std::size_t a = std::max(k, l), b = std::min(k, l);
        row.add(weight(l), integrand_[field][a * (a + 1) / 2 + b][m]);
      }
      total.add(weight(k), row.value());
    }
    result[m] += total.value();
  }
  if (sum(result) >> (fixed_top + fixed_bits) != 0) over_limit("a series is too large for its fixed point");
  return result;
}

void SeriesProver::prove() {
  std::vector<mpq_class> moduli;
  for (const LowerSeries& series : nodal_[0]) moduli.push_back(rational(sum(series)));
  prover_.require_admissible(from_triangle(moduli, n_));

  std::vector<LowerHermite> lower;
  for (const Hermite& h : prover_.hermite()) lower.emplace_back(h);
  Vector missing[3];
  for (std::size_t k = 0, pair = 0; k < n_; ++k)
    for (std::size_t l = 0; l <= k; ++l, ++pair) {
      Integrands at = integrands(prover_.hermite()[k], prover_.hermite()[l], lower[k], lower[l],
                                 nodal_[0][pair], nodal_[1][pair], nodal_[2][pair], odd_);
      for (std::size_t m = 0; m < length_; ++m) at.slope_z[m] += at.value[m];
      missing[0].push_back(at.missing);
      missing[1].push_back(at.missing_y);
      missing[2].push_back(at.missing + at.missing_z);
      integrand_[0].push_back(std::move(at.value));
      integrand_[1].push_back(std::move(at.slope_y));
      integrand_[2].push_back(std::move(at.slope_z));
    }
  for (Vector& x : missing) x = from_triangle(x, n_);
  const LowerSeries zero(length_);
  const FieldErrors of_C = prover_.errors_of_C(residual(0, start_), missing[0]),
                    of_y = prover_.errors_of_y(residual(1, start_), missing[1], norms(1), of_C),
                    of_z = prover_.errors_of_z(residual(2, zero), missing[2], norms(2), of_C);
  C = {at_end(0, start_), of_C.end + rounding_};
  const LowerSeries y = at_end(1, start_), z = at_end(2, zero);
  const Hermite& end = prover_.expand_end(rational(sum(C.coefficients)));
  const EndErrors errors =
      prover_.end_errors(C.error, of_y.end + rounding_, of_z.end + rounding_, exact(sum(y)), exact(sum(z)));
  const LowerHermite lower_end(end);
  Integrands at = integrands(end, end, lower_end, lower_end, C.coefficients, y, z, odd_);
  Sigma = {std::move(at.value), at.missing + errors.Sigma};
  K_U = {std::move(at.slope_y), at.missing_y + errors.K_U};
  K_W = {std::move(at.slope_z), at.missing_z + errors.K_W};
}

/// Is the sum of |claimed - found| over all coefficients, with the error of `found`, at most the radius?
void require_series(const Value& claimed, const Enclosure& found, bool odd, std::uint64_t degree,
                    const std::string& name, Budget& budget) {
  claimed.require({"coefficients", "radius"});
  const std::vector<Value>& list = claimed["coefficients"].list();
  if (list.size() != degree + 1) malformed("a series has as many coefficients as its degree says");
  mpq_class off = greatest(found.error);
  for (std::size_t m = 0; m <= degree; ++m) {
    const mpq_class stored = odd && m % 2 == 0 ? mpq_class(0) : rational(found.coefficients[odd ? m / 2 : m]);
    off += abs(parse_real(list[m].text(), budget) - stored);
  }
  if (off > parse_real(claimed["radius"].text(), budget))
    not_verified("the series of " + name + " is known within " + decimal_below(off) +
                 " of the claimed coefficients only");
}

}  // namespace

std::string check_limit_series(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"T", "activation", "c0", "degree", "quantities", "sigma_w"});
  const LimitModel model = parse_limit_model(statement, context.budget);
  const std::uint64_t degree = statement["degree"].count();
  if (degree == 0) malformed("the degree must be positive");
  if (degree > limit::series_degree) over_limit("the degree is too high");
  const Value& claimed = statement["quantities"].require({"C", "K", "K_U", "K_W", "Sigma", "q"});
  const Grid grid = parse_grid(witness, degree + 1, context);
  if (!coherent_from(model.phi)) not_verified(model.phi.name + " is not in the table of L52");

  NodeValues values;
  LimitProver prover(model, grid.modes, path_bounds(model, grid.modes, grid.order, context), grid.rule(),
                     values, context);
  const Vector state = grid.state_matrix();
  prover.prove_variances(state, prover.expand(diagonal(state)));
  SeriesProver series(prover, grid, degree);
  series.prove();
  Enclosure K{series.Sigma.coefficients, series.Sigma.error + series.K_U.error + series.K_W.error};
  for (std::size_t m = 0; m < K.coefficients.size(); ++m)
    K.coefficients[m] += series.K_U.coefficients[m] + series.K_W.coefficients[m];
  const bool odd = is_odd(model.phi);
  require_series(claimed["C"], series.C, odd, degree, "C(1,1)", context.budget);
  require_series(claimed["K"], K, odd, degree, "K_inf", context.budget);
  require_series(claimed["K_U"], series.K_U, odd, degree, "K^U", context.budget);
  require_series(claimed["K_W"], series.K_W, odd, degree, "K^W", context.budget);
  require_series(claimed["Sigma"], series.Sigma, odd, degree, "Sigma*", context.budget);
  require_value(claimed["q"], prover.end_variance(), "q(1)", context);
  context.rely_on({51, 52});
  return "the infinite-width kernel of " + in_words(model) + " as a power series in rho up to degree " +
         std::to_string(degree) + ": K_inf/sigma_v^2 is known within " + decimal_below(greatest(K.error)) +
         " on [-1, 1]";
}

}  // namespace proofs_check
