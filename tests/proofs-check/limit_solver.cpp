#include "limit_solver.hpp"

#include <cmath>
#include <numbers>

namespace checker_test {
namespace {

constexpr Real pi = std::numbers::pi_v<Real>;

Real activation(const std::string& name, Real x) {
  const Real sigmoid = 1 / (1 + std::exp(-x));
  if (name == "softplus") return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
  if (name == "tanh") return std::tanh(x);
  if (name == "sigmoid") return sigmoid;
  if (name == "gelu") return x * std::erfc(-x / std::numbers::sqrt2_v<Real>) / 2;
  if (name == "silu") return x * sigmoid;
  if (name == "erf") return std::erf(x);
  if (name == "sin") return std::sin(x);
  if (name == "cos") return std::cos(x);
  if (name == "gaussian") return std::exp(-x * x / 2);
  throw std::invalid_argument("no such activation: " + name);
}

/// Gauss-Legendre, five points (DLMF 3.5.5), on 40 parts.
template <class F>
Real integral(Real from, Real to, F f) {
  const Real root = std::sqrt(Real{10} / 7), inner = std::sqrt(5 - 2 * root) / 3,
             outer = std::sqrt(5 + 2 * root) / 3;
  const Real w0 = Real{128} / 225, s = 13 * std::sqrt(Real{70}), w1 = (322 + s) / 900, w2 = (322 - s) / 900;
  constexpr int parts = 40;
  const Real half = (to - from) / (2 * parts);
  Real sum = 0;
  for (int k = 0; k < parts; ++k) {
    const Real m = from + (2 * k + 1) * half;
    sum += w0 * f(m) + w1 * (f(m - inner * half) + f(m + inner * half)) +
           w2 * (f(m - outer * half) + f(m + outer * half));
  }
  return sum * half;
}

std::size_t index(int i) {
  return static_cast<std::size_t>(i);
}
Series product(const Series& a, const Series& b) {
  Series c(a.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; i + j < a.size(); ++j) c[i + j] += a[i] * b[j];
  return c;
}
Series sum(Series a, const Series& b, Real factor = 1) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] += factor * b[i];
  return a;
}

}  // namespace

LimitSolver::LimitSolver(const LimitProblem& problem) : problem_(problem) {
  const int n = problem.size(), p = problem.order;
  integral_.assign(index(n * n), 0), weight_.assign(index(n), 0);
  for (int i = 0; i < n; ++i)
    for (int l = 0; l < n; ++l) {
      Real& entry = integral_[index(i * n + l)];
      if (problem.left_sums) {
        entry = l < i ? Real{1} / n : 0, weight_[index(l)] = Real{1} / n;
        continue;
      }
      const auto node = [&](int j) { return -std::cos((2 * j + 1) * pi / (2 * p)); };
      const auto lagrange = [&](Real x) {
        Real y = 1;
        for (int j = 0; j < p; ++j)
          if (j != l % p) y *= (x - node(j)) / (node(l % p) - node(j));
        return y;
      };
      const Real scale = Real{1} / (2 * problem.panels), all = scale * integral(-1, 1, lagrange);
      weight_[index(l)] = all;
      if (l / p < i / p) entry = all;
      if (l / p == i / p) entry = scale * integral(-1, node(i % p), lagrange);
    }
  state_.assign(index(n * n), problem.c0);
  const Real tau_squared = problem.tau() * problem.tau();
  modes_.resize(index(n));
  for (int round = 0; round < 40; ++round) {
    for (int k = 0; k < n; ++k) modes_[index(k)] = modes(state_[index(k * n + k)]);
    std::vector<Series> value(index(n * n));
    for (int k = 0; k < n; ++k)
      for (int l = 0; l <= k; ++l)
        value[index(k * n + l)] = value[index(l * n + k)] =
            dual(modes_[index(k)], modes_[index(l)], state_[index(k * n + k)], state_[index(l * n + l)],
                 {state_[index(k * n + l)]}, false);
    const std::vector<Series> image = integrated(value);
    Real change = 0;
    for (std::size_t i = 0; i < state_.size(); ++i) {
      const Real next = problem.c0 + tau_squared * image[i][0];
      change = std::max(change, std::abs(next - state_[i]));
      state_[i] = next;
    }
    end_variance_ = problem.c0 + tau_squared * integrated_to_end(value)[0];
    if (change < 1e-18L) break;
  }
  end_modes_ = modes(end_variance_);
}

LimitSolver::Modes LimitSolver::modes(Real q) const {
  Modes sums(index(problem_.terms), 0);
  constexpr Real step = 0x1p-3L;
  for (int j = -140; j <= 140; ++j) {
    const Real z = j * step, f = activation(problem_.activation, std::sqrt(q) * z) * std::exp(-z * z / 2);
    Real before = 0, h = 1;
    for (int n = 0; n < problem_.terms; ++n) {
      sums[index(n)] += f * h;
      const Real next =
          (z * h - std::sqrt(static_cast<Real>(n)) * before) / std::sqrt(static_cast<Real>(n + 1));
      before = h, h = next;
    }
  }
  for (Real& x : sums) x *= step / std::sqrt(2 * pi);
  return sums;
}

Series LimitSolver::dual(const Modes& a, const Modes& b, Real q1, Real q2, const Series& c,
                         bool slope) const {
  const Real root = std::sqrt(q1 * q2);
  Series r = c, result(c.size());
  for (Real& x : r) x /= root;
  for (int n = problem_.terms - 1; n >= (slope ? 1 : 0); --n) {
    result = product(result, r);
    result[0] += a[index(n)] * b[index(n)] * (slope ? n / root : 1);
  }
  return result;
}

std::vector<Series> LimitSolver::integrated(const std::vector<Series>& x) const {
  const int n = problem_.size();
  const auto half = [&](const std::vector<Series>& y) {  // (J Y)^T
    std::vector<Series> result(y.size(), Series(y[0].size()));
    for (int i = 0; i < n; ++i)
      for (int l = 0; l < n; ++l) {
        const Real factor = integral_[index(i * n + l)];
        if (factor == 0) continue;
        for (int j = 0; j < n; ++j)
          result[index(j * n + i)] = sum(std::move(result[index(j * n + i)]), y[index(l * n + j)], factor);
      }
    return result;
  };
  return half(half(x));
}
Series LimitSolver::integrated_to_end(const std::vector<Series>& x) const {
  const int n = problem_.size();
  Series result(x[0].size());
  for (int k = 0; k < n; ++k)
    for (int l = 0; l < n; ++l)
      result = sum(std::move(result), x[index(k * n + l)], weight_[index(k)] * weight_[index(l)]);
  return result;
}

LimitFields LimitSolver::solve(const Series& start) const {
  const int n = problem_.size();
  const Real tau_squared = problem_.tau() * problem_.tau();
  const std::size_t pairs = state_.size();
  const Series zero(start.size());
  LimitFields f{std::vector<Series>(pairs, start),
                std::vector<Series>(pairs, start),
                std::vector<Series>(pairs, zero),
                start,
                start,
                zero,
                zero,
                zero,
                zero,
                zero};
  std::vector<Series> value(pairs), slope(pairs), y(pairs), z(pairs);
  const auto q = [&](int k) { return state_[index(k * n + k)]; };
  for (int round = 0; round < 60; ++round) {
    if (round < 30)
      for (int k = 0; k < n; ++k)
        for (int l = 0; l <= k; ++l)
          for (const bool of_slope : {false, true}) {
            Series found =
                dual(modes_[index(k)], modes_[index(l)], q(k), q(l), f.C[index(k * n + l)], of_slope);
            auto& field = of_slope ? slope : value;
            field[index(k * n + l)] = field[index(l * n + k)] = std::move(found);
          }
    for (std::size_t i = 0; i < pairs; ++i) {
      y[i] = product(slope[i], f.y[i]);
      z[i] = sum(value[i], product(slope[i], f.z[i]));
    }
    const auto image = [&](const std::vector<Series>& x, const Series& from, std::vector<Series>& field) {
      const std::vector<Series> twice = integrated(x);
      Real change = 0;
      for (std::size_t i = 0; i < pairs; ++i) {
        const Series next = sum(from, twice[i], tau_squared);
        for (std::size_t m = 0; m < next.size(); ++m)
          change = std::max(change, std::abs(next[m] - field[i][m]));
        field[i] = next;
      }
      return change;
    };
    const Real change = image(value, start, f.C) + image(y, start, f.y) + image(z, zero, f.z);
    f.end_C = sum(start, integrated_to_end(value), tau_squared);
    f.end_y = sum(start, integrated_to_end(y), tau_squared);
    f.end_z = sum(zero, integrated_to_end(z), tau_squared);
    if (change < 1e-18L) break;
  }
  f.Sigma = dual(end_modes_, end_modes_, end_variance_, end_variance_, f.end_C, false);
  const Series at_end = dual(end_modes_, end_modes_, end_variance_, end_variance_, f.end_C, true);
  f.K_U = product(at_end, f.end_y);
  f.K_W = product(at_end, f.end_z);
  f.K = sum(sum(f.Sigma, f.K_U), f.K_W);
  return f;
}

LimitSolver::Missing LimitSolver::missing(const Modes& a, const Modes& b, Real q1, Real q2, const Series& c,
                                          const Series& y, const Series& z) const {
  const auto total = [](const Series& x) {
    Real result = 0;
    for (const Real term : x) result += term;
    return result;
  };
  const Series slope = dual(a, b, q1, q2, c, true);
  const Real slope_at_one = dual(a, b, q1, q2, {total(c)}, true)[0];
  return {dual(a, b, q1, q2, {total(c)}, false)[0] - total(dual(a, b, q1, q2, c, false)),
          slope_at_one * total(y) - total(product(slope, y)),
          slope_at_one * total(z) - total(product(slope, z))};
}
LimitSolver::Missing LimitSolver::missing(int k, int l, const LimitFields& f) const {
  const int n = problem_.size();
  const std::size_t pair = index(k * n + l);
  return missing(modes_[index(k)], modes_[index(l)], state_[index(k * n + k)], state_[index(l * n + l)],
                 f.C[pair], f.y[pair], f.z[pair]);
}
LimitSolver::Missing LimitSolver::missing_at_end(const LimitFields& f) const {
  return missing(end_modes_, end_modes_, end_variance_, end_variance_, f.end_C, f.end_y, f.end_z);
}

LimitFields LimitSolver::fields(Real rho) const {
  return solve({problem_.c0 * rho});
}
LimitFields LimitSolver::series(int degree) const {
  Series start(index(degree + 1));
  start[1] = problem_.c0;
  return solve(start);
}
LimitPoint LimitSolver::at(Real rho) const {
  const LimitFields f = fields(rho);
  return {f.end_C[0], f.K[0], f.K_U[0], f.K_W[0], f.Sigma[0], end_variance_, f.end_y[0]};
}

std::string modes_witness(int terms, int nodes, const std::string& strip, int precision,
                          const std::string& step) {
  return R"({"nodes":)" + std::to_string(nodes) + R"(,"precision":)" + std::to_string(precision) +
         R"(,"step":")" + step + R"(","strip":")" + strip + R"(","terms":)" + std::to_string(terms) + "}";
}

GridWitness grid_witness(const LimitProblem& problem, const LimitSolver& solver, const LimitFields& fields,
                         const std::string& modes) {
  GridWitness witness{{}, {}, problem.panels, problem.order, 0, modes};
  const int n = problem.size();
  const auto rounded = [](Real x) { return static_cast<std::int64_t>(std::ldexp(x, grid_bits)); };
  const bool numbers = fields.C[0].size() == 1;
  if (!numbers) witness.coefficients = static_cast<int>(fields.C[0].size());
  for (int i = 0; i < n; ++i)
    for (int j = 0; j <= i; ++j) witness.state.push_back(rounded(solver.state()[index(i * n + j)]));
  for (const auto* field : {&fields.C, &fields.y, &fields.z})
    for (int i = 0; i < n; ++i)
      for (int j = 0; j <= i; ++j)
        for (const Real x : (*field)[index(i * n + j)])
          witness.values.push_back(numbers ? rounded(x) : std::max<std::int64_t>(rounded(x), 0));
  return witness;
}

std::string GridWitness::write(const Folder& folder, const std::string& name) const {
  const int pairs = panels * order * (panels * order + 1) / 2;
  const auto array = [&](const std::string& suffix, const std::vector<std::int64_t>& entries,
                         const std::vector<int>& shape) {
    return R"({"entries":)" + folder.add_i8(name + suffix + ".npy", entries, shape) + R"(,"scale":"-)" +
           std::to_string(grid_bits) + "\"}";
  };
  return R"({"modes":)" + modes + R"(,"order":)" + std::to_string(order) + R"(,"panels":)" +
         std::to_string(panels) + R"(,"state":)" + array("-state", state, {pairs}) + R"(,"values":)" +
         array("-values", values,
               coefficients == 0 ? std::vector<int>{3, pairs} : std::vector<int>{3, pairs, coefficients}) +
         "}";
}

std::string spelled(Real x, int fractional_bits) {
  auto m = static_cast<std::int64_t>(std::floor(std::ldexp(x, fractional_bits)));
  int e = fractional_bits;
  while (m != 0 && m % 2 == 0 && e > 0) m /= 2, --e;
  if (m == 0) return "0";
  return std::to_string(m) + (e == 0 ? "" : "*2^-" + std::to_string(e));
}

std::string quantities(const LimitPoint& p, const std::string& radius) {
  const auto value = [&](Real x) {
    return R"({"radius":")" + radius + R"(","value":")" + spelled(x) + "\"}";
  };
  return R"({"C":)" + value(p.C) + R"(,"K":)" + value(p.K) + R"(,"K_U":)" + value(p.K_U) + R"(,"K_W":)" +
         value(p.K_W) + R"(,"Sigma":)" + value(p.Sigma) + R"(,"q":)" + value(p.q) + "}";
}
std::string quantities(const LimitFields& f, Real q, const std::string& radius) {
  const auto series = [&](const Series& x) {
    std::string list;
    for (const Real c : x) list += (list.empty() ? "\"" : ",\"") + spelled(std::max(c, Real{0})) + "\"";
    return R"({"coefficients":[)" + list + R"(],"radius":")" + radius + "\"}";
  };
  return R"({"C":)" + series(f.end_C) + R"(,"K":)" + series(f.K) + R"(,"K_U":)" + series(f.K_U) +
         R"(,"K_W":)" + series(f.K_W) + R"(,"Sigma":)" + series(f.Sigma) + R"(,"q":{"radius":")" + radius +
         R"(","value":")" + spelled(q) + "\"}}";
}

}  // namespace checker_test
