#include "recomputed.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <stdexcept>

namespace checker_test {
namespace {

constexpr Real pi = std::numbers::pi_v<Real>;

Real sampled(const std::string& name, int order) {
  Real most = 0;
  constexpr Real h = 1e-5L;
  for (int i = -40000; i <= 40000; ++i) {
    const Real z = i * 1e-4L;
    most = std::max(most, std::abs(order == 1 ? phi_slope(name, z)
                                              : (phi_slope(name, z + h) - phi_slope(name, z - h)) / (2 * h)));
  }
  return name == "softplus" && order == 1 ? 1 : most;
}
}  // namespace

const Constants& constants(const std::string& name) {
  static std::map<std::string, Constants> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  return known[name] = {sampled(name, 1), sampled(name, 2)};
}

Real norm(const Reals& x) {
  Real sum = 0;
  for (const Real entry : x) sum += entry * entry;
  return std::sqrt(sum);
}
Reals reals(const std::vector<double>& x) {
  return {x.begin(), x.end()};
}
Reals minus(const Reals& a, const Reals& b) {
  Reals c;
  for (std::size_t i = 0; i < a.size(); ++i) c.push_back(a[i] - b[i]);
  return c;
}

Real spectral(const Reals& a, int rows, int columns) {
  const Real f = norm(a) * norm(a);
  if (rows == 1 || columns == 1) return std::sqrt(f);
  if (rows != 2 || columns != 2) throw std::invalid_argument("a larger matrix");
  const Real det = a[0] * a[3] - a[1] * a[2];
  return std::sqrt((f + std::sqrt(std::max(0.0L, f * f - 4 * det * det))) / 2);
}
Real strip_bound(const std::string& name, Real b, Real x, bool& inside) {
  const Real m = b <= pi / 2 ? 1 : 1 / std::sin(b);
  const bool logistic = name == "softplus" || name == "sigmoid" || name == "silu";
  inside = logistic ? b < pi : name != "tanh" || b < pi / 2;
  if (name == "softplus") return std::log(2.0L) + b * m + x;
  if (name == "sigmoid") return m;
  if (name == "silu") return m * (b + x);
  if (name == "tanh") return std::max(1.0L, std::tan(b));
  if (name == "gelu") return (1 + b * std::exp(b * b / 2) / std::sqrt(2 * pi)) * (b + x);
  if (name == "erf") return 1 + 2 * b * std::exp(b * b) / std::sqrt(pi);
  if (name == "sin" || name == "cos") return std::cosh(b);
  return std::exp(b * b / 2);
}

Reals at(const Polynomial& c, Real angle) {
  Reals y(c.size());
  for (std::size_t i = 0; i < c.size(); ++i)
    for (std::size_t k = 0; k < c[i].size(); ++k) y[i] += c[i][k] * std::cos(static_cast<Real>(k) * angle);
  return y;
}
/// The derivative of T_k(cos angle) is k sin(k angle) / sin(angle).
Reals slope_at(const Polynomial& c, Real angle) {
  Reals y(c.size());
  for (std::size_t i = 0; i < c.size(); ++i)
    for (std::size_t degree = 1; degree < c[i].size(); ++degree) {
      const auto k = static_cast<Real>(degree);
      const Real d = angle == 0                    ? k * k
                     : std::abs(angle - pi) < 1e-9 ? (degree % 2 == 1 ? 1.0L : -1.0L) * k * k
                                                   : k * std::sin(k * angle) / std::sin(angle);
      y[i] += c[i][degree] * d;
    }
  return y;
}
Real largest_component(const Polynomial& c) {
  Real most = 0;
  for (const Reals& component : c) {
    Real sum = 0;
    for (const Real x : component) sum += std::abs(x);
    most = std::max(most, sum);
  }
  return most;
}
Real sum_of_norms(const Polynomial& c) {
  Real sum = 0;
  for (std::size_t k = 0; k < c[0].size(); ++k) {
    Reals column;
    for (const Reals& component : c) column.push_back(component[k]);
    sum += norm(column);
  }
  return sum;
}

Polynomial Recomputed::polynomial(const std::vector<std::int64_t>& array, int piece) const {
  Polynomial c(index(n));
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < m + 2; ++k)
      c[index(i)].push_back(std::ldexp(static_cast<Real>(array[index((piece * n + i) * (m + 2) + k)]), -52));
  return c;
}
Polynomial Recomputed::transposed_image(const Polynomial& p) const {
  Polynomial y(index(n), Reals(index(m + 2)));
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      for (std::size_t k = 0; k < p[0].size(); ++k)
        y[index(j)][k] += net.W[index(i * n + j)] * p[index(i)][k];
  return y;
}
Real Recomputed::lebesgue() const {
  return 1 + 2 / pi * std::log(m + 1.0L);
}
Real Recomputed::angle(int j) const {
  return j * pi / m;
}
Real Recomputed::interpolation_error(const Polynomial& q, const std::vector<const Polynomial*>& factors,
                                     int order) const {
  Reals errors;
  const Real shift = order == 0 ? 0 : 0.5L, cauchy = std::tgamma(order + 1.0L) * std::exp2(order);
  for (std::size_t i = 0; i < q.size(); ++i) {
    Real least = INFINITY;
    for (int j = 1; j <= 12; ++j) {
      const Real rho = std::exp2(j / 2.0L);
      const auto weighted = [&](const Polynomial& c, int sign) {
        Real sum = 0;
        for (std::size_t k = 0; k < c[i].size(); ++k) {
          const Real up = std::pow(rho, static_cast<Real>(k));
          sum += std::abs(c[i][k]) * (up + sign / up) / 2;
        }
        return sum;
      };
      bool inside = false;
      Real bound =
          cauchy * strip_bound(net.activation, weighted(q, -1) + shift, weighted(q, 1) + shift, inside);
      for (const Polynomial* factor : factors) bound *= weighted(*factor, 1);
      if (inside) least = std::min(least, 4 * bound * std::pow(rho, -m) / (rho - 1));
    }
    errors.push_back(least);
  }
  return norm(errors);
}

// L28
void Recomputed::state() {
  const Real root = std::sqrt(static_cast<Real>(n));
  Reals before(index(n));
  for (int i = 0; i < n; ++i)
    for (int k = 0; k < net.d; ++k)
      before[index(i)] +=
          net.sigma_u / std::sqrt(static_cast<Real>(net.d)) * net.U[index(i * net.d + k)] * net.x[index(k)];
  for (int piece = 0; piece < t.pieces; ++piece) {
    const Real tau = t.breakpoints[index(piece + 1)] - t.breakpoints[index(piece)],
               alpha = net.T * net.sigma_w / root * tau / 2;
    Piece& on =
        pieces.emplace_back(Piece{tau, alpha, std::exp(2 * alpha * l1 * norm_w), polynomial(t.state, piece)});
    end_error += norm(minus(before, checker_test::at(on.q, pi)));
    Real defect = 0, size = 0;
    for (int j = 0; j <= m; ++j) {
      Reals value, residual = slope_at(on.q, angle(j));
      for (const Real z : checker_test::at(on.q, angle(j))) value.push_back(phi_value(net.activation, z));
      for (int a = 0; a < n; ++a)
        for (int b = 0; b < n; ++b) residual[index(a)] -= alpha * net.W[index(a * n + b)] * value[index(b)];
      defect = std::max(defect, norm(residual)), size = std::max(size, norm(value));
    }
    on.interpolation = interpolation_error(on.q, {}, 0);
    on.defect = lebesgue() * defect + alpha * norm_w * on.interpolation;
    end_error = on.growth * (end_error + 2 * on.defect);
    on.error = end_error;
    on.size = lebesgue() * size + on.interpolation + l1 * end_error;
    before = checker_test::at(on.q, 0);
  }
}

// L29 and L30
void Recomputed::adjoint() {
  const Real v_scale = net.sigma_v / std::sqrt(static_cast<Real>(n));
  Real v_size = 0;
  Reals target = checker_test::at(pieces.back().q, 0);
  for (int i = 0; i < n; ++i) {
    v_size = std::max<Real>(v_size, std::abs(net.v[index(i)]));
    target[index(i)] = v_scale * phi_slope(net.activation, target[index(i)]) * net.v[index(i)];
  }
  start_error = v_scale * l2 * v_size * end_error;
  for (int piece = t.pieces; piece-- > 0;) {
    Piece& on = pieces[index(piece)];
    on.p = polynomial(t.adjoint, piece), on.product = transposed_image(on.p);
    on.dual_size = sum_of_norms(on.p), on.product_size = largest_component(on.product);
    start_error += norm(minus(target, checker_test::at(on.p, 0)));
    Real defect = 0;
    for (int j = 0; j <= m; ++j) {
      const Reals q = checker_test::at(on.q, angle(j)), y = checker_test::at(on.product, angle(j));
      Reals residual = slope_at(on.p, angle(j));
      for (int b = 0; b < n; ++b)
        residual[index(b)] += on.alpha * phi_slope(net.activation, q[index(b)]) * y[index(b)];
      defect = std::max(defect, norm(residual));
    }
    on.dual_defect = lebesgue() * defect + on.alpha * interpolation_error(on.q, {&on.product}, 1) +
                     on.alpha * l2 * on.error * on.product_size;
    start_error = on.growth * (start_error + 2 * on.dual_defect);
    on.dual_error = start_error;
    dW_error += 2 * on.alpha * (start_error * on.size + on.dual_size * (l1 * on.error + on.interpolation));
    largest_product = std::max(largest_product, on.product_size + norm_w * start_error);
    target = checker_test::at(on.p, pi);
  }
}

}  // namespace checker_test
