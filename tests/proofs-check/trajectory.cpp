#include "trajectory.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <stdexcept>

namespace checker_test {
namespace {

using std::numbers::pi_v;

std::string rows(const std::vector<double>& entries, int columns) {
  std::string text;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool first = i % static_cast<std::size_t>(columns) == 0;
    text += (i == 0 ? "[" : first ? "],[" : ",") + ("\"" + dyadic(entries[i], 20) + "\"");
  }
  return "[" + text + "]]";
}

struct Flow {
  const Net& net;
  long double a = static_cast<long double>(net.T) * net.sigma_w / std::sqrt(static_cast<long double>(net.n));
  long double w(int i, int j) const { return net.W[index(i * net.n + j)]; }
  Reals start() const {
    Reals h(index(net.n));
    for (int i = 0; i < net.n; ++i) {
      for (int k = 0; k < net.d; ++k)
        h[index(i)] += static_cast<long double>(net.U[index(i * net.d + k)]) * net.x[index(k)];
      h[index(i)] *= net.sigma_u / std::sqrt(static_cast<long double>(net.d));
    }
    return h;
  }
  Reals field(const Reals& h) const {
    Reals f(index(net.n));
    for (int i = 0; i < net.n; ++i)
      for (int j = 0; j < net.n; ++j) f[index(i)] += a * w(i, j) * phi_value(net.activation, h[index(j)]);
    return f;
  }
  Reals adjoint_field(const Reals& h, const Reals& lambda) const {
    Reals f(index(net.n));
    for (int j = 0; j < net.n; ++j) {
      for (int i = 0; i < net.n; ++i) f[index(j)] -= a * w(i, j) * lambda[index(i)];
      f[index(j)] *= phi_slope(net.activation, h[index(j)]);
    }
    return f;
  }
  Reals end_adjoint(const Reals& h) const {
    Reals lambda(index(net.n));
    for (int i = 0; i < net.n; ++i)
      lambda[index(i)] = net.sigma_v / std::sqrt(static_cast<long double>(net.n)) *
                         phi_slope(net.activation, h[index(i)]) * net.v[index(i)];
    return lambda;
  }
  // L42
  Reals term_field(const Reals& h, const Reals& p) const {
    const Reals speed = field(h);
    Reals f(index(net.n));
    for (int i = 0; i < net.n; ++i)
      for (int j = 0; j < net.n; ++j)
        f[index(i)] +=
            a * w(i, j) * phi_slope(net.activation, h[index(j)]) * (p[index(j)] - speed[index(j)] / 2);
    return f;
  }
  Reals adjoint_term_field(const Reals& h, const Reals& lambda, const Reals& p, const Reals& mu) const {
    const Reals speed = field(h), adjoint_speed = adjoint_field(h, lambda);
    Reals nu = mu, f(index(net.n));
    for (int i = 0; i < net.n; ++i) nu[index(i)] += adjoint_speed[index(i)] / 2;
    for (int j = 0; j < net.n; ++j)
      for (int i = 0; i < net.n; ++i)
        f[index(j)] -= a * w(i, j) *
                       (phi_slope(net.activation, h[index(j)]) * nu[index(i)] +
                        phi_curvature(net.activation, h[index(j)]) * (p[index(j)] - speed[index(j)] / 2) *
                            lambda[index(i)]);
    return f;
  }
};

/// Chebyshev coefficients (degree m) of the values at cos(j pi / m).
Reals interpolate(const Reals& values) {
  const int m = static_cast<int>(values.size()) - 1;
  Reals c(values.size()), cosine;
  for (int i = 0; i < 2 * m; ++i) cosine.push_back(std::cos(pi_v<long double> * i / m));
  for (int k = 0; k <= m; ++k) {
    for (int j = 0; j <= m; ++j)
      c[index(k)] +=
          values[index(j)] * cosine[index((j * k) % (2 * m))] * (j == 0 || j == m ? 0.5L : 1.0L) * 2 / m;
    if (k == 0 || k == m) c[index(k)] /= 2;
  }
  return c;
}
/// Clenshaw's recurrence.
long double evaluate(const Reals& c, long double x) {
  long double a = 0, b = 0;
  for (std::size_t k = c.size(); k-- > 1;) {
    const long double next = c[k] + 2 * x * a - b;
    b = a, a = next;
  }
  return c[0] + x * a - b;
}
/// The primitive with the value `start` at x = `at`.
Reals primitive(const Reals& c, long double at, long double start) {
  Reals p(c.size() + 1);
  const auto get = [&](std::size_t k) { return k < c.size() ? c[k] : 0.0L; };
  for (std::size_t k = 1; k < p.size(); ++k)
    p[k] = ((k == 1 ? 2 : 1) * get(k - 1) - get(k + 1)) / (2 * static_cast<long double>(k));
  p[0] = start - evaluate(p, at);
  return p;
}
Reals at(const std::vector<Reals>& c, long double x) {
  Reals y;
  for (const Reals& component : c) y.push_back(evaluate(component, x));
  return y;
}

/// Solves differential equations on one of `pieces` equal pieces of [0, 1].
struct Picard {
  int n, pieces, m;
  long double node(int j) const { return std::cos(pi_v<long double> * j / m); }
  /// y' = (1 / (2 pieces)) field(x, y), y(from) = start: coefficients by component.
  template <class Field>
  std::vector<Reals> solve(const Field& field, long double from, const Reals& start) const {
    std::vector<Reals> c;
    for (const long double value : start) c.push_back({value});
    long double change = 1;
    for (int sweep = 0; sweep < 60 && change > 1e-18L; ++sweep) {
      const std::vector<Reals> last = c;
      std::vector<Reals> values(index(n), Reals(index(m + 1)));
      for (int j = 0; j <= m; ++j) {
        const Reals f = field(node(j), at(c, node(j)));
        for (int i = 0; i < n; ++i) values[index(i)][index(j)] = f[index(i)] / (2 * pieces);
      }
      change = 0;
      for (int i = 0; i < n; ++i) {
        c[index(i)] = primitive(interpolate(values[index(i)]), from, start[index(i)]);
        for (std::size_t k = 0; k < c[index(i)].size(); ++k)
          change = std::max(change,
                            std::abs(c[index(i)][k] - (k < last[index(i)].size() ? last[index(i)][k] : 0)));
      }
    }
    return c;
  }
};

/// Between coefficients and units of 2^-52.
std::vector<std::int64_t> rounded(const std::vector<std::vector<Reals>>& pieces) {
  std::vector<std::int64_t> units;
  for (const auto& piece : pieces)
    for (const Reals& component : piece)
      for (const long double c : component) units.push_back(std::llround(std::ldexp(c, 52)));
  return units;
}
std::vector<Reals> coefficients(const std::vector<std::int64_t>& units, int piece, int n, int terms) {
  std::vector<Reals> c(index(n));
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < terms; ++k)
      c[index(i)].push_back(
          std::ldexp(static_cast<long double>(units[index((piece * n + i) * terms + k)]), -52));
  return c;
}
std::string trajectory(const Folder& folder, const std::string& name, const std::vector<std::int64_t>& units,
                       const std::vector<int>& shape) {
  return R"({"entries":)" + folder.add_i8(name, units, shape) + R"(,"scale":"-52"})";
}

}  // namespace

std::string Net::json() const {
  return R"({"T":")" + dyadic(T, 20) + R"(","U":)" + rows(U, d) + R"(,"W":)" + rows(W, n) +
         R"(,"sigma_u":")" + dyadic(sigma_u, 20) + R"(","sigma_v":")" + dyadic(sigma_v, 20) +
         R"(","sigma_w":")" + dyadic(sigma_w, 20) + R"(","v":)" + rows(v, n) + R"(,"x":)" + rows(x, d) + "}";
}

Net random_net(const std::string& activation, int n, int d, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  const auto draw = [&](int count) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(std::round(std::ldexp(normal(random), 10)) / 1024);
    return values;
  };
  return {activation, n, d, draw(n * d), draw(n * n), draw(n), draw(d)};
}
Net one_neuron(const std::string& activation, double u, double w, double v, double T) {
  return {activation, 1, 1, {u}, {w}, {v}, {1}, T};
}

long double phi_value(const std::string& name, long double z) {
  if (name == "softplus") return std::log1p(std::exp(z));
  if (name == "tanh") return std::tanh(z);
  if (name == "sigmoid") return 1 / (1 + std::exp(-z));
  if (name == "silu") return z / (1 + std::exp(-z));
  if (name == "gelu") return z * std::erfc(-z / std::numbers::sqrt2_v<long double>) / 2;
  if (name == "erf") return std::erf(z);
  if (name == "sin") return std::sin(z);
  if (name == "cos") return std::cos(z);
  if (name == "gaussian") return std::exp(-z * z / 2);
  throw std::invalid_argument("no such activation: " + name);
}
long double phi_slope(const std::string& name, long double z) {
  const long double s = 1 / (1 + std::exp(-z)), t = std::tanh(z);
  if (name == "softplus") return s;
  if (name == "tanh") return 1 - t * t;
  if (name == "sigmoid") return s * (1 - s);
  if (name == "silu") return s + z * s * (1 - s);
  if (name == "gelu")
    return std::erfc(-z / std::numbers::sqrt2_v<long double>) / 2 +
           z * std::exp(-z * z / 2) / std::sqrt(2 * pi_v<long double>);
  if (name == "erf") return 2 / std::sqrt(pi_v<long double>) * std::exp(-z * z);
  if (name == "sin") return std::cos(z);
  if (name == "cos") return -std::sin(z);
  if (name == "gaussian") return -z * std::exp(-z * z / 2);
  throw std::invalid_argument("no such activation: " + name);
}

long double phi_curvature(const std::string& name, long double z) {
  const long double s = 1 / (1 + std::exp(-z)), c = std::cosh(z), bell = std::exp(-z * z / 2);
  const long double logistic = 1 / (2 + 2 * c);  // s (1 - s)
  if (name == "softplus") return logistic;
  if (name == "tanh") return -2 * std::sinh(z) / (c * c * c);
  if (name == "sigmoid") return logistic * (1 - 2 * s);
  if (name == "silu") return logistic * (2 - z * std::tanh(z / 2));
  if (name == "gelu") return (2 - z * z) * bell / std::sqrt(2 * pi_v<long double>);
  if (name == "erf") return -4 * z * bell * bell / std::sqrt(pi_v<long double>);
  if (name == "sin") return -std::sin(z);
  if (name == "cos") return -std::cos(z);
  if (name == "gaussian") return (z * z - 1) * bell;
  throw std::invalid_argument("no such activation: " + name);
}

Trajectory integrate(const Net& net, int pieces, int degree) {
  const Flow flow{net};
  const int n = net.n, m = degree;
  const Picard picard{n, pieces, degree};
  const auto node = [&](int j) { return picard.node(j); };
  Trajectory result{pieces, degree, {}, {}, {}, {}, {}, {}};
  std::vector<std::vector<Reals>> q(index(pieces)), p(index(pieces));  // coefficients by piece and component
  Reals h = flow.start();
  for (int k = 0; k < pieces; ++k) {
    q[index(k)] = picard.solve([&](long double, const Reals& y) { return flow.field(y); }, -1, h);
    h = at(q[index(k)], 1);
  }
  result.end_state = h;
  Reals lambda = flow.end_adjoint(h);
  result.gradient.W.resize(index(n * n));
  for (int k = pieces; k-- > 0;) {
    const auto& state = q[index(k)];
    p[index(k)] = picard.solve(
        [&](long double x, const Reals& y) { return flow.adjoint_field(at(state, x), y); }, 1, lambda);
    lambda = at(p[index(k)], -1);
    // the integral of lambda phi(h)^T, by a primitive of each entry
    for (int a = 0; a < n; ++a)
      for (int b = 0; b < n; ++b) {
        Reals values;
        for (int j = 0; j <= m; ++j)
          values.push_back(evaluate(p[index(k)][index(a)], node(j)) *
                           phi_value(net.activation, evaluate(state[index(b)], node(j))));
        result.gradient.W[index(a * n + b)] +=
            flow.a / (2 * pieces) * evaluate(primitive(interpolate(values), -1, 0), 1);
      }
  }
  result.start_adjoint = lambda;
  for (int i = 0; i < n; ++i) {
    result.gradient.v.push_back(net.sigma_v / std::sqrt(static_cast<long double>(n)) *
                                phi_value(net.activation, h[index(i)]));
    for (int k = 0; k < net.d; ++k)
      result.gradient.U.push_back(net.sigma_u / std::sqrt(static_cast<long double>(net.d)) *
                                  lambda[index(i)] * net.x[index(k)]);
  }
  for (int k = 0; k <= pieces; ++k) result.breakpoints.push_back(static_cast<double>(k) / pieces);
  result.state = rounded(q), result.adjoint = rounded(p);
  return result;
}

std::string flow_witness(const Folder& folder, const Net& net, const Trajectory& t, int precision,
                         const std::string& name) {
  const std::vector<int> shape{t.pieces, net.n, t.degree + 2};
  std::string times;
  for (const double x : t.breakpoints) times += (times.empty() ? "\"" : ",\"") + dyadic(x, 20) + "\"";
  return R"({"adjoint":)" + trajectory(folder, name + "-adjoint.npy", t.adjoint, shape) +
         R"(,"breakpoints":[)" + times + R"(],"degree":)" + std::to_string(t.degree) + R"(,"precision":)" +
         std::to_string(precision) + R"(,"state":)" +
         trajectory(folder, name + "-state.npy", t.state, shape) + "}";
}

FirstOrder first_order(const Net& net, const Trajectory& t) {
  const Flow flow{net};
  const int n = net.n, terms = t.degree + 2;
  const Picard picard{n, t.pieces, t.degree};
  std::vector<std::vector<Reals>> p(index(t.pieces)), mu(index(t.pieces));
  Reals before(index(n));
  for (int k = 0; k < t.pieces; ++k) {
    const auto state = coefficients(t.state, k, n, terms);
    p[index(k)] = picard.solve(
        [&](long double x, const Reals& y) { return flow.term_field(at(state, x), y); }, -1, before);
    before = at(p[index(k)], 1);
  }
  for (int i = 0; i < n; ++i)
    before[index(i)] *= net.sigma_v / std::sqrt(static_cast<long double>(n)) *
                        phi_curvature(net.activation, t.end_state[index(i)]) * net.v[index(i)];
  for (int k = t.pieces; k-- > 0;) {
    const auto state = coefficients(t.state, k, n, terms), adjoint = coefficients(t.adjoint, k, n, terms);
    mu[index(k)] = picard.solve(
        [&](long double x, const Reals& y) {
          return flow.adjoint_term_field(at(state, x), at(adjoint, x), at(p[index(k)], x), y);
        },
        1, before);
    before = at(mu[index(k)], -1);
  }
  return {rounded(p), rounded(mu)};
}

std::string limit_witness(const Folder& folder, const Net& net, const Trajectory& t, const FirstOrder& terms,
                          int precision, const std::string& name) {
  const std::vector<int> shape{t.pieces, net.n, t.degree + 2};
  return R"({"adjoint_term":)" + trajectory(folder, name + "-adjoint-term.npy", terms.adjoint, shape) +
         R"(,"flow":)" + flow_witness(folder, net, t, precision, name) + R"(,"state_term":)" +
         trajectory(folder, name + "-state-term.npy", terms.state, shape) + "}";
}

Trajectory::Gradient discrete_gradient(const Net& net, int depth) {
  const Flow flow{net};
  const int n = net.n;
  std::vector<Reals> h{flow.start()};
  for (int l = 0; l < depth; ++l) {
    const Reals f = flow.field(h.back());
    h.push_back(h.back());
    for (int i = 0; i < n; ++i) h.back()[index(i)] += f[index(i)] / depth;
  }
  Trajectory::Gradient g{{}, Reals(index(n * n)), {}};
  Reals lambda = flow.end_adjoint(h.back());
  for (int l = depth; l-- > 0;) {
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        g.W[index(i * n + j)] +=
            flow.a / depth * lambda[index(i)] * phi_value(net.activation, h[index(l)][index(j)]);
    const Reals f = flow.adjoint_field(h[index(l)], lambda);
    for (int i = 0; i < n; ++i) lambda[index(i)] -= f[index(i)] / depth;
  }
  for (int i = 0; i < n; ++i) {
    g.v.push_back(net.sigma_v / std::sqrt(static_cast<long double>(n)) *
                  phi_value(net.activation, h.back()[index(i)]));
    for (int k = 0; k < net.d; ++k)
      g.U.push_back(net.sigma_u / std::sqrt(static_cast<long double>(net.d)) * lambda[index(i)] *
                    net.x[index(k)]);
  }
  return g;
}

Trajectory::Gradient extrapolated_limit(const Net& net) {
  constexpr int levels = 6;
  // a (x - y) entry by entry, plus x if asked for
  const auto combine = [](const Trajectory::Gradient& x, const Trajectory::Gradient& y, long double a,
                          bool and_x) {
    const auto block = [&](const Reals& s, const Reals& t) {
      Reals r;
      for (std::size_t i = 0; i < s.size(); ++i) r.push_back(a * (s[i] - t[i]) + (and_x ? s[i] : 0));
      return r;
    };
    return Trajectory::Gradient{block(x.U, y.U), block(x.W, y.W), block(x.v, y.v)};
  };
  std::vector<Trajectory::Gradient> column;
  Trajectory::Gradient last = discrete_gradient(net, 16);
  for (int level = 0, depth = 16; level < levels; ++level, depth *= 2) {
    Trajectory::Gradient next = discrete_gradient(net, 2 * depth);
    column.push_back(combine(last, next, 2 * depth, false));
    last = std::move(next);
  }
  for (int order = 1; order < levels; ++order)
    for (int i = levels; i-- > order;)
      column[index(i)] = combine(column[index(i)], column[index(i - 1)], 1 / (std::exp2(order) - 1.0L), true);
  return column.back();
}

long double distance(const Trajectory::Gradient& a, const Trajectory::Gradient& b) {
  long double sum = 0;
  const auto add = [&](const Reals& s, const Reals& t) {
    for (std::size_t i = 0; i < s.size(); ++i) sum += (s[i] - t[i]) * (s[i] - t[i]);
  };
  add(a.U, b.U), add(a.W, b.W), add(a.v, b.v);
  return std::sqrt(sum);
}

std::string row(const Reals& x) {
  std::string text;
  for (const long double entry : x)
    text += (text.empty() ? "[[\"" : ",\"") + dyadic(static_cast<double>(entry)) + "\"";
  return text + "]]";
}

}  // namespace checker_test
