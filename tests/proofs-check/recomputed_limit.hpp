#pragma once
/// \file The error bounds of L44-L51 once more, in long double arithmetic.

#include <cmath>
#include <numbers>

#include "limit_path.hpp"
#include "limit_solver.hpp"

namespace checker_test {

struct LimitCase {
  LimitProblem problem;
  LimitSolver solver;
  explicit LimitCase(const LimitProblem& p) : problem(p), solver(p) {}
};
/// L44-L50 in long double arithmetic for a grid of one panel.
struct RecomputedLimit {
  const LimitCase& c;
  int n = c.problem.size(), p = c.problem.order;
  Real tau = c.problem.tau();
  Reals s = {}, partial = {}, weight = {}, position = {}, lebesgue = {};
  Real R = 0, m0 = 0, value = 0, state = 0, both = 0;
  std::size_t at(int i, int j) const { return static_cast<std::size_t>(i * n + j); }

  /// sup |phi^(j)|: from the checker's table, which is tested below.
  void derivatives() {
    proofs_check::Budget budget;
    const auto bounds = proofs_check::derivative_bounds(
        proofs_check::parse_activation(c.problem.activation, budget), 80, 128);
    for (const auto& x : bounds) s.push_back(mpfr_get_ld(x.hi(), MPFR_RNDN));
  }
  Real mean(Real x) const {
    Real sum = 0;
    for (int k = -800; k <= 800; ++k) {
      const Real z = k * 0x1p-6L;
      const Real f = activation_value(c.problem.activation, static_cast<double>(x * z));
      sum += f * f * std::exp(-z * z / 2);
    }
    return std::sqrt(sum * 0x1p-6L / std::sqrt(2 * std::numbers::pi_v<Real>));
  }
  void variance() {  // the comparison equation itself, instead of its left sums
    Real x = 0, largest = 0;
    constexpr int steps = 400;
    for (int k = 0; k < steps; ++k) {
      largest = std::max(largest, mean(std::sqrt(c.problem.c0 + tau * tau * x * x)));
      x += largest / steps;
    }
    R = std::sqrt(c.problem.c0 + tau * tau * x * x);
    m0 = std::max(largest, mean(R));
  }
  static Reals compose(const Reals& sizes, const Reals& sigma, int shift, int order) {
    Reals result(static_cast<std::size_t>(order + 1)), power(result.size());
    power[0] = 1;
    Real odd = 1, factorial = 1;
    for (int j = 1; j <= order; ++j) {
      Reals next(power.size());
      for (std::size_t a = 0; a < power.size(); ++a)
        for (std::size_t b = 1; a + b < power.size() && b < sigma.size(); ++b)
          next[a + b] += power[a] * sigma[b];
      power = next;
      odd *= 2 * j - 1, factorial *= j;
      for (std::size_t k = 1; k < result.size(); ++k)
        result[k] += sizes[static_cast<std::size_t>(j + shift)] / factorial * std::sqrt(odd) * power[k];
    }
    return result;
  }
  void path() {
    Reals sigma{0}, m{m0}, prime{s[1]}, dy{std::sqrt(c.problem.c0) * std::cosh(tau * s[1])},
        dz{m0 / s[1] * std::sinh(tau * s[1])}, ny, g;
    for (int k = 0;; ++k) {
      const auto i = static_cast<std::size_t>(k);
      Real a = 0, b = 0;
      for (std::size_t l = 0; l <= i; ++l) a += prime[l] * dy[i - l], b += prime[l] * dz[i - l];
      ny.push_back(a), g.push_back(std::hypot(m[i], b));
      if (k == p) break;
      sigma.push_back(tau / (k + 1) * m[i]);
      dy.push_back(tau / (k + 1) * ny[i]), dz.push_back(tau / (k + 1) * g[i]);
      m.push_back(compose(s, sigma, 0, k + 1).back()), prime.push_back(compose(s, sigma, 1, k + 1).back());
    }
    value = m.back() * m[0], state = ny.back() * ny[0], both = g.back() * g[0];
  }
  void rule() {
    const auto node = [&](int j) {
      return (1 - std::cos((2 * j + 1) * std::numbers::pi_v<Real> / (2 * p))) / 2;
    };
    const auto integral = [&](Real to, int l) {  // Simpson's rule
      const auto f = [&](Real x) {
        Real y = 1;
        for (int j = 0; j < p; ++j)
          if (j != l) y *= (x - node(j)) / (node(l) - node(j));
        return y;
      };
      Real sum = 0;
      constexpr int parts = 400;
      for (int k = 0; k < parts; ++k)
        sum += f(to * k / parts) + 4 * f(to * (k + 0.5L) / parts) + f(to * (k + 1) / parts);
      return sum * to / (6 * parts);
    };
    for (int i = 0; i < n; ++i) {
      position.push_back(node(i)), weight.push_back(integral(1, i)), lebesgue.push_back(0);
      for (int l = 0; l < n; ++l)
        partial.push_back(std::abs(integral(node(i), l))), lebesgue.back() += partial.back();
    }
  }
  Reals integrated(const Reals& x) const {
    Reals half(x.size()), result(x.size());
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        for (int l = 0; l < n; ++l) half[at(i, j)] += partial[at(i, l)] * x[at(l, j)];
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        for (int l = 0; l < n; ++l) result[at(i, j)] += partial[at(j, l)] * half[at(i, l)];
    return result;
  }
  struct Field {
    Reals nodal;
    Real end;
  };
  /// The solution of the discrete inequality with equality; `source` is integrated as well.
  Field solve(const Reals& source, Real derivative, Real coupling) const {
    const Real theta = tau * tau * 2 * std::pow(Real{4}, -static_cast<Real>(p)) * derivative;
    Reals y(source.size()), bracket = y;
    for (int round = 0; round < 200; ++round) {
      for (int k = 0; k < n; ++k)
        for (int l = 0; l < n; ++l)
          bracket[at(k, l)] =
              source[at(k, l)] + s[1] * s[1] * y[at(k, l)] + coupling * (y[at(k, k)] + y[at(l, l)]);
      const Reals image = integrated(bracket);
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) {
          const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
          y[at(i, j)] =
              tau * tau * image[at(i, j)] + theta * std::min(position[b] * (position[a] + lebesgue[a]),
                                                             position[a] * (position[b] + lebesgue[b]));
        }
    }
    Real end = 2 * theta;
    for (int k = 0; k < n; ++k)
      for (int l = 0; l < n; ++l)
        end += tau * tau * weight[static_cast<std::size_t>(k)] * weight[static_cast<std::size_t>(l)] *
               bracket[at(k, l)];
    return {y, end};
  }
  /// Radii of the six quantities at one rho; `terms` are many.
  LimitPoint radii(Real rho) { return radii(c.solver.fields(rho)); }
  /// The same for numbers or series; what a series misses of an integrand is a source.
  LimitPoint radii(const LimitFields& f) {
    derivatives(), variance(), path(), rule();
    const Real v_q = s[2] * m0 / 2, d_c = s[2] * s[2], d_q = s[1] * s[3] / 2, v_c = s[1] * s[1];
    const Reals none(static_cast<std::size_t>(n * n));
    const Field q = solve(none, value, v_q);
    const auto norm = [](const Series& x) {
      Real sum = 0;
      for (const Real y : x) sum += y;
      return std::abs(sum);
    };
    Reals of_C = none, of_y = none, of_z = none;
    const auto variances = [&](int k, int l) { return q.nodal[at(k, k)] + q.nodal[at(l, l)]; };
    for (int k = 0; k < n; ++k)
      for (int l = 0; l < n; ++l) of_C[at(k, l)] = v_q * variances(k, l) + c.solver.missing(k, l, f).C;
    const Field C = solve(of_C, value, 0);
    for (int k = 0; k < n; ++k)
      for (int l = 0; l < n; ++l) {
        const LimitSolver::Missing missing = c.solver.missing(k, l, f);
        const Real slope = d_c * C.nodal[at(k, l)] + d_q * variances(k, l);
        of_y[at(k, l)] = norm(f.y[at(k, l)]) * slope + missing.y;
        of_z[at(k, l)] = norm(f.z[at(k, l)]) * slope + v_c * C.nodal[at(k, l)] + v_q * variances(k, l) +
                         missing.C + missing.z;
      }
    const Field y = solve(of_y, state, 0), z = solve(of_z, both, 0);
    const Real slope = d_c * C.end + d_q * 2 * q.end;
    const LimitSolver::Missing at_end = c.solver.missing_at_end(f);
    LimitPoint r{};
    r.q = q.end, r.C = C.end, r.y = y.end;
    r.Sigma = v_c * C.end + v_q * 2 * q.end + at_end.C;
    r.K_U = v_c * y.end + norm(f.end_y) * slope + at_end.y;
    r.K_W = v_c * z.end + norm(f.end_z) * slope + at_end.z;
    r.K = r.Sigma + r.K_U + r.K_W;
    return r;
  }
};

}  // namespace checker_test
