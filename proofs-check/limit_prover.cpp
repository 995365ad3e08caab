#include "limit_prover.hpp"

#include <algorithm>
#include <numeric>

namespace proofs_check {

DualPair dual(const Hermite& x, const Hermite& y, const Interval& c) {
  const Interval scale = x.inverse_root * y.inverse_root, ratio = c * scale;
  const Interval powers[] = {ratio, square(ratio)};
  /// sum_n t_n r^n from the largest n downward, without the n whose term is 0.
  struct Horner {
    Interval sum = scaled(0, 0, limit_bits);
    std::size_t at = 0;
    void add(std::size_t n, const Interval& term, const Interval (&ratio_powers)[2]) {
      down_to(n, ratio_powers);
      sum = sum + term;
    }
    void down_to(std::size_t n, const Interval (&ratio_powers)[2]) {
      for (; at >= n + 2; at -= 2) sum = sum * ratio_powers[1];
      if (at == n + 1) sum = sum * ratio_powers[0];
      at = n;
    }
  } value, slope;
  for (std::size_t n = x.a.size(); n-- > 0;) {
    const Interval term = x.a[n] * y.a[n];
    if (mpfr_zero_p(term.lo()) && mpfr_zero_p(term.hi())) continue;
    value.add(n, term, powers);
    if (n > 0) slope.add(n - 1, term * Interval(n, limit_bits), powers);
  }
  value.down_to(0, powers), slope.down_to(0, powers);
  // bound: L50
  const auto terms = static_cast<long>(x.a.size());
  const Interval modulus = min(abs(ratio), Interval(1, limit_bits));
  return {value.sum + symmetric(power(modulus, terms) * sqrt(x.tail * y.tail)),
          slope.sum * scale + symmetric(power(modulus, terms - 1) * sqrt(x.slope_tail * y.slope_tail))};
}

LimitProver::LimitProver(const LimitModel& model, const Modes& modes, PathBounds path, TimeRule rule,
                         NodeValues& values, const Context& context)
    : model_(model),
      modes_(modes),
      rule_(std::move(rule)),
      values_(values),
      context_(context),
      path_(std::move(path)),
      tau_squared_(number(model.tau * model.tau)),
      // bound: L48
      lipschitz_c_(square(path_.s[1])),
      lipschitz_q_(path_.s[2] * path_.mean * number(mpq_class(1, 2))),
      slope_lipschitz_c_(square(path_.s[2])),
      slope_lipschitz_q_(path_.s[1] * path_.s[3] * number(mpq_class(1, 2))),
      end_variance_(number(0)),
      end_variance_error_(number(0)) {
  const std::uint64_t n = size();
  context.budget.memory({n, n, 16, 2 * limit_bits + 1152});
  context.budget.work({n, n, modes.terms + rule_.order + 400, 256});
  context.budget.memory({modes.rule.nodes + 1, 4 * static_cast<std::uint64_t>(modes.rule.precision) + 2048});
  context.rely_on({43, 47, 48, 49, 50});
}

std::vector<Hermite> LimitProver::expand(const std::vector<mpq_class>& variances) const {
  const std::uint64_t m = modes_.terms;
  for (const mpq_class& q : variances)
    if (q < model_.c0 || q > path_.variance) not_verified("a variance lies outside of [c0, R^2] of L45");
  std::vector<std::uint64_t> orders(m);
  std::iota(orders.begin(), orders.end(), std::uint64_t{0});
  const auto means = gaussian_means(model_.phi, 1, modes_.rule, variances, orders, context_, &values_);
  // bound: L50
  Vector factor{number(0)};  // S_k^2 (m-k)!/m!
  Interval falling = number(1);
  for (std::uint64_t k = 1; k <= m; ++k) {
    falling = falling * number(m - k + 1);
    factor.push_back(square(path_.s[k]) / falling);
  }
  std::vector<Hermite> result;
  for (std::size_t i = 0; i < variances.size(); ++i) {
    const Interval q = number(variances[i]);
    Hermite h{variances[i], inverse(sqrt(q)), {}, factor[1] * q, q * factor[2] * number(m)};
    Interval q_power = q;
    for (std::uint64_t k = 2; k <= m; ++k) {
      h.slope_tail = min(h.slope_tail, q_power * factor[k] * number(m));
      q_power = q_power * q;
      h.tail = min(h.tail, q_power * factor[k]);
    }
    for (const Interval& a : means[i]) h.a.push_back(rounded(a, limit_bits));
    result.push_back(std::move(h));
  }
  return result;
}

void LimitProver::require_admissible(const std::vector<mpq_class>& moduli) const {
  const std::size_t n = size();
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l <= k; ++l) {
      const mpq_class& c = moduli[k * n + l];
      if (c * c > hermite_[k].q * hermite_[l].q)
        not_verified("a nodal value of C exceeds the geometric mean of the variances");
    }
}

// bound: L49
FieldErrors LimitProver::errors(const Vector& residual, const Vector& source, const Interval& derivative,
                                const Interval& coupling) const {
  const std::size_t n = size();
  const Interval theta = tau_squared_ * rule_.theta * derivative;
  Vector b = twice_integrated_moduli(rule_, source), lebesgue;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t panel = i / rule_.order, j = i % rule_.order;
    Interval sum = number(0);
    for (const Interval& w : rule_.weights) sum = sum + number(panel) * w;
    for (std::size_t l = 0; l < rule_.order; ++l) sum = sum + abs(rule_.partial[j * rule_.order + l]);
    lebesgue.push_back(sum);
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      // bound: L47, which holds for (i, j) and for (j, i)
      const Interval &u = rule_.position[i], &v = rule_.position[j];
      const Interval area = min(v * (u + lebesgue[i]), u * (v + lebesgue[j]));
      b[i * n + j] = residual[i * n + j] + tau_squared_ * b[i * n + j] + theta * area;
    }
  FieldErrors result{dominating(rule_, b, tau_squared_ * lipschitz_c_, tau_squared_ * coupling),
                     number(2) * theta};
  Vector all;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l < n; ++l)
      all.push_back(source[k * n + l] + lipschitz_c_ * result.nodal[k * n + l] +
                    coupling * (result.nodal[k * n + k] + result.nodal[l * n + l]));
  result.end = result.end + tau_squared_ * twice_integrated_to_end(rule_, all);
  return result;
}

FieldErrors LimitProver::errors_of_C(const Vector& residual, const Vector& cut) const {
  const std::size_t n = size();
  Vector source = cut;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l < n; ++l)
      source[k * n + l] = source[k * n + l] + of_variances(lipschitz_q_, k, l);
  return errors(residual, source, path_.value, number(0));
}
FieldErrors LimitProver::errors_of_y(const Vector& residual, const Vector& cut, const Vector& moduli,
                                     const FieldErrors& of_C) const {
  const std::size_t n = size();
  Vector source = cut;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l < n; ++l)
      source[k * n + l].add_product(moduli[k * n + l], slope_lipschitz_c_ * of_C.nodal[k * n + l] +
                                                           of_variances(slope_lipschitz_q_, k, l));
  return errors(residual, source, path_.state, number(0));
}
FieldErrors LimitProver::errors_of_z(const Vector& residual, const Vector& cut, const Vector& moduli,
                                     const FieldErrors& of_C) const {
  const std::size_t n = size();
  Vector source = cut;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l < n; ++l) {
      const Interval& e = of_C.nodal[k * n + l];
      Interval& s = source[k * n + l];
      s = s + lipschitz_c_ * e + of_variances(lipschitz_q_, k, l);
      s.add_product(moduli[k * n + l], slope_lipschitz_c_ * e + of_variances(slope_lipschitz_q_, k, l));
    }
  return errors(residual, source, path_.both, number(0));
}

const Hermite& LimitProver::expand_end(const mpq_class& least_variance) {
  const mpq_class q = std::max({least(midpoint(end_variance_)), least_variance, model_.c0});
  end_ = expand({q});
  end_variance_error_ = abs(deviation(end_variance_, number(q)));
  return end_[0];
}

// bound: L48, with both variances off by the same error
EndErrors LimitProver::end_errors(const Interval& of_C, const Interval& of_y, const Interval& of_z,
                                  const Interval& modulus_y, const Interval& modulus_z) const {
  const Interval twice = number(2) * end_variance_error_,
                 of_slope = slope_lipschitz_c_ * of_C + slope_lipschitz_q_ * twice;
  return {lipschitz_c_ * of_C + lipschitz_q_ * twice, lipschitz_c_ * of_y + modulus_y * of_slope,
          lipschitz_c_ * of_z + modulus_z * of_slope};
}

namespace {

/// V and V' at all pairs of nodes.
struct DualFields {
  Vector value, slope;
};
DualFields dual_fields(const LimitProver& prover, const Vector& c) {
  const std::size_t n = prover.size();
  Vector value, slope;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l <= k; ++l) {
      DualPair pair = dual(prover.hermite()[k], prover.hermite()[l], c[k * n + l]);
      value.push_back(std::move(pair.value)), slope.push_back(std::move(pair.slope));
    }
  return {from_triangle(value, n), from_triangle(slope, n)};
}
/// |start + tau^2 J F J^T - nodal|
Vector residuals(const LimitProver& prover, const Interval& start, const Vector& integrand,
                 const Vector& nodal) {
  Vector result = twice_integrated(prover.rule(), integrand);
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = abs(start + prover.tau_squared() * result[i] - nodal[i]);
  return result;
}
Interval end_of(const LimitProver& prover, const Interval& start, const Vector& integrand) {
  return start + prover.tau_squared() * twice_integrated_to_end(prover.rule(), integrand);
}
Vector moduli_of(const Vector& x) {
  Vector result;
  for (const Interval& component : x) result.push_back(abs(component));
  return result;
}
Interval widened(const Interval& center, const Interval& radius) {
  return center + symmetric(radius);
}

}  // namespace

std::vector<mpq_class> diagonal(const Vector& state) {
  std::vector<mpq_class> variances;
  std::size_t n = 0;
  while (n * n < state.size()) ++n;
  for (std::size_t k = 0; k < n; ++k) variances.push_back(least(state[k * n + k]));
  return variances;
}

void LimitProver::prove_variances(const Vector& state, std::vector<Hermite> hermite) {
  const std::size_t n = size();
  std::vector<mpq_class> moduli;
  hermite_ = std::move(hermite);
  for (const Interval& c : state) moduli.push_back(abs(least(c)));
  require_admissible(moduli);
  const Interval start = number(model_.c0);
  const Vector value = dual_fields(*this, state).value;
  const FieldErrors found =
      errors(residuals(*this, start, value, state), zeros(n * n, limit_bits), path_.value, lipschitz_q_);
  variance_error_.clear();
  for (std::size_t k = 0; k < n; ++k) variance_error_.push_back(found.nodal[k * n + k]);
  end_variance_ = widened(end_of(*this, start, value), found.end);
}

LimitValues prove_values(LimitProver& prover, const mpq_class& rho, const NodalValues& nodal) {
  const std::size_t n = prover.size();
  std::vector<mpq_class> moduli;
  for (const Interval& c : nodal.C) moduli.push_back(abs(least(c)));
  prover.require_admissible(moduli);
  const Interval start = LimitProver::number(prover.model().c0 * rho), zero = LimitProver::number(0);
  const DualFields dual_at = dual_fields(prover, nodal.C);
  const Vector none = zeros(n * n, limit_bits), y_integrand = hadamard(dual_at.slope, nodal.y);
  Vector z_integrand = dual_at.value;
  for (std::size_t i = 0; i < z_integrand.size(); ++i)
    z_integrand[i].add_product(dual_at.slope[i], nodal.z[i]);

  const FieldErrors of_C = prover.errors_of_C(residuals(prover, start, dual_at.value, nodal.C), none),
                    of_y = prover.errors_of_y(residuals(prover, start, y_integrand, nodal.y), none,
                                              moduli_of(nodal.y), of_C),
                    of_z = prover.errors_of_z(residuals(prover, zero, z_integrand, nodal.z), none,
                                              moduli_of(nodal.z), of_C);
  const Interval C = end_of(prover, start, dual_at.value), y = end_of(prover, start, y_integrand),
                 z = end_of(prover, zero, z_integrand), center = midpoint(C);
  const Hermite& end = prover.expand_end(abs(least(center)));
  const Interval error_C = of_C.end + abs(deviation(C, center));
  const EndErrors errors = prover.end_errors(error_C, of_y.end, of_z.end, abs(y), abs(z));
  const auto [value, slope] = dual(end, end, center);
  const Interval K_U = slope * y, K_W = slope * z;
  return {widened(C, of_C.end),         widened(value + K_U + K_W, errors.Sigma + errors.K_U + errors.K_W),
          widened(K_U, errors.K_U),     widened(K_W, errors.K_W),
          widened(value, errors.Sigma), prover.end_variance(),
          widened(y, of_y.end)};
}

}  // namespace proofs_check
