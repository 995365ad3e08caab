/// A-priori bounds of the limit kernel against the derivatives of solutions, and the radii of LimitKernel
/// against L47-L49 written down a second time in double.
#include <Eigen/Core>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "gronwall/activation/derivative_bounds.hpp"
#include "gronwall/gaussian/dual.hpp"
#include "gronwall/kernel/limit_bounds.hpp"
#include "limit_testing.hpp"

using namespace limit_testing;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

double chebyshev(int k, double x) {
  return std::cos(k * std::acos(x));
}

/// The nodes of one panel in [-1,1], increasing.
VectorXd local_nodes(int order) {
  VectorXd x(order);
  for (int j = 0; j < order; ++j) x(j) = -std::cos((2 * j + 1) * std::acos(-1.0) / (2 * order));
  return x;
}

/// int_{-1}^x of the Lagrange polynomials of the panel, by Gauss-Legendre quadrature.
VectorXd lagrange_integrals(const VectorXd& nodes, double x) {
  const auto order = static_cast<int>(nodes.size());
  VectorXd result = VectorXd::Zero(order);
  for (int g = 0; g < order; ++g) {
    double z = std::cos(std::acos(-1.0) * (g + 0.75) / (order + 0.5)), slope = 1;
    for (int newton = 0; newton < 20; ++newton) {
      double p0 = 1, p1 = z;
      for (int k = 2; k <= order; ++k) {
        const double p2 = ((2 * k - 1) * z * p1 - (k - 1) * p0) / k;
        p0 = p1, p1 = p2;
      }
      slope = order * (z * p1 - p0) / (z * z - 1);
      z -= p1 / slope;
    }
    const double weight = 2 / ((1 - z * z) * slope * slope) * (x + 1) / 2, at = (x + 1) / 2 * (z + 1) - 1;
    for (int l = 0; l < order; ++l) {
      double value = 1;
      for (int k = 0; k < order; ++k)
        if (k != l) value *= (at - nodes(k)) / (nodes(l) - nodes(k));
      result(l) += weight * value;
    }
  }
  return result;
}

MatrixXd symmetric(const std::vector<std::int64_t>& triangle, std::size_t offset, const LimitWitness& w) {
  const Eigen::Index n = w.panels * w.order;
  MatrixXd result(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j <= i; ++j)
      result(i, j) = result(j, i) =
          std::ldexp(static_cast<double>(triangle[offset++]), static_cast<int>(w.scale));
  return result;
}

/// C, y, z at the nodes.
std::array<MatrixXd, 3> nodal(const LimitWitness& w) {
  const auto n = static_cast<std::size_t>(w.panels * w.order), triangle = n * (n + 1) / 2;
  return {symmetric(w.values, 0, w), symmetric(w.values, triangle, w), symmetric(w.values, 2 * triangle, w)};
}

/// d^k/ds^k at s = first (or last) point of the last panel, of the interpolating polynomial, as a row that
/// multiplies the nodal values of that panel.
VectorXd derivative_row(int panels, int order, int k, bool at_end) {
  const VectorXd x = local_nodes(order);
  MatrixXd coefficients(order, order);  // of T_m for each nodal value
  for (int m = 0; m < order; ++m)
    for (int j = 0; j < order; ++j) coefficients(m, j) = (m == 0 ? 1.0 : 2.0) / order * chebyshev(m, x(j));
  for (int d = 0; d < k; ++d) {
    MatrixXd next = MatrixXd::Zero(order + 1, order);
    for (int m = order - 1; m >= 1; --m) {
      next.row(m - 1) = 2.0 * m * coefficients.row(m);
      if (m + 1 < order) next.row(m - 1) += next.row(m + 1);
    }
    next.row(0) /= 2;
    coefficients = next.topRows(order) * (2.0 * panels);
  }
  VectorXd row = VectorXd::Zero(order);
  for (int m = 0; m < order; ++m)
    row += (at_end || m % 2 == 0 ? 1.0 : -1.0) * coefficients.row(m).transpose();
  return row;
}

/// L47-L49 in double, without residuals and tails: what the radii cannot be below. `k` for K_inf / sigma_v^2.
struct Radii {
  double q = 0, c = 0, sigma = 0, y = 0, z = 0, k = 0;
};
Radii radii_of_the_lemma(const LimitParameters& p, const LimitWitness& w) {
  const LimitBounds bounds = limit_bounds(p, w.order);
  const double tau2 = std::pow(nearest_double(p.T * p.sigma_w), 2), s1 = bounds.s1.value(),
               s2 = bounds.s2.value(), s3 = bounds.s3.value(), by_q = s2 * bounds.size.value() / 2,
               slope_by_q = s1 * s3 / 2, rem = 2 * std::pow(4.0 * w.panels, -w.order);
  const Eigen::Index n = w.panels * w.order;
  MatrixXd j = MatrixXd::Zero(n, n);
  VectorXd weights(n), u(n);
  const VectorXd x = local_nodes(w.order), full = lagrange_integrals(x, 1) / (2.0 * w.panels);
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::Index panel = i / w.order, local = i % w.order;
    for (Eigen::Index before = 0; before < panel; ++before)
      j.row(i).segment(before * w.order, w.order) = full;
    j.row(i).segment(panel * w.order, w.order) = lagrange_integrals(x, x(local)) / (2.0 * w.panels);
    weights(i) = full(local);
    u(i) = (static_cast<double>(panel) + (1 + x(local)) / 2) / w.panels;
  }
  const MatrixXd a = j.cwiseAbs();
  const auto theta = [&](UpperBound derivative) {
    const MatrixXd one = (u + a.rowwise().sum()) * u.transpose();
    return MatrixXd(derivative.value() * rem * tau2 * one.cwiseMin(one.transpose()));
  };
  const auto twice = [&](const MatrixXd& f) { return MatrixXd(tau2 * (a * f * a.transpose())); };
  const auto to_end = [&](UpperBound derivative, const MatrixXd& f) {
    return tau2 * (2 * derivative.value() * rem + weights.dot(f * weights));
  };
  const auto pairs = [n](const VectorXd& d) {
    return MatrixXd(d.replicate(1, n) + d.transpose().replicate(n, 1));
  };
  const auto solved = [&](const MatrixXd& base, double diagonal) {
    MatrixXd y = base;
    for (int sweep = 0; sweep < 300; ++sweep) y = base + twice(s1 * s1 * y + diagonal * pairs(y.diagonal()));
    return y;
  };
  const auto order = static_cast<std::size_t>(w.order);
  const MatrixXd state = solved(theta(bounds.state[order]), by_q);
  const MatrixXd both = pairs(state.diagonal());
  const MatrixXd c = solved(theta(bounds.state[order]) + twice(by_q * both), 0);
  const MatrixXd value = s1 * s1 * c + by_q * both, slope = s2 * s2 * c + slope_by_q * both;
  const auto [c_hat, y_hat, z_hat] = nodal(w);
  const MatrixXd y_source = y_hat.cwiseAbs().cwiseProduct(slope),
                 z_source = z_hat.cwiseAbs().cwiseProduct(slope) + value;
  const MatrixXd y = solved(theta(bounds.y[order]) + twice(y_source), 0),
                 z = solved(theta(bounds.z[order]) + twice(z_source), 0);
  Radii result;
  result.q = to_end(bounds.state[order], s1 * s1 * state + by_q * both);
  result.c = to_end(bounds.state[order], value);
  result.y = to_end(bounds.y[order], y_source + s1 * s1 * y);
  result.z = to_end(bounds.z[order], z_source + s1 * s1 * z);
  result.sigma = s1 * s1 * result.c + 2 * by_q * result.q;
  const double slope_end = s2 * s2 * result.c + 2 * slope_by_q * result.q;
  // |y| and |z| at the end are at least those at the last nodes.
  result.k = result.sigma + s1 * s1 * (result.y + result.z) +
             (std::abs(y_hat(n - 1, n - 1)) + std::abs(z_hat(n - 1, n - 1))) * slope_end;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(limit_bounds_of_derivatives)

BOOST_AUTO_TEST_CASE(linear_networks_in_closed_form) {
  // V = V' y = C and V + V' z = C + z are c0 sum weight(m) tau^(2m) (st)^m/m!^2, weight 1 and 1 + m.
  const Rational tau(3, 4);
  LimitParameters p = unit("identity", tau);
  p.c0 = Rational(5, 2);
  const LimitBounds bounds = limit_bounds(p, 20);
  for (long k = 0; k <= 20; ++k) {
    const auto binomial = [k](long m) {
      Ball result = m < k ? 0 : 1;
      for (long i = 0; i < k && m >= k; ++i) result = result * Ball(m - i).with_bits(200) / Ball(i + 1);
      return result;
    };
    // d^k/ds^k / k!, and the same in both variables, at s = t = 1.
    const auto one = [&](auto&& weight) {
      return 2.5 * bessel_sum(tau, [&](long m) { return binomial(m) * Ball(weight(m)); }).midpoint();
    };
    const auto mixed = [&](auto&& weight) {
      return one([&](long m) { return binomial(m) * Ball(weight(m)); });
    };
    const auto check = [k](const std::vector<UpperBound>& bound, double single, double both) {
      const double found = bound[static_cast<std::size_t>(k)].value(),
                   norms = found * found / bound[0].value();
      BOOST_TEST(found >= single, k);
      BOOST_TEST(norms >= both, k);
      BOOST_TEST(norms <= 3.2 * both, k << " " << norms / both);
    };
    const double c = one([](long) { return 1; }), c_mixed = mixed([](long) { return 1; });
    check(bounds.state, c, c_mixed);
    check(bounds.y, c, c_mixed);
    check(bounds.z, one([](long m) { return 1 + m; }), mixed([](long m) { return 1 + m; }));
  }
}

BOOST_AUTO_TEST_CASE(derivatives_of_solutions) {
  for (const char* phi : kSmooth)
    for (const Rational& rho : {Rational(1), Rational(1, 2)}) {
      const LimitParameters p = scaled(phi);
      LimitWitness witness;
      LimitKernel(p, {.radius = 1e-10}).at(rho, witness);
      const LimitBounds bounds = limit_bounds(p, 5);
      const auto fields = nodal(witness);
      const Eigen::Index first = (witness.panels - 1) * witness.order;
      for (int k = 0; k <= 4; ++k) {
        double factorial = 1;
        for (int i = 2; i <= k; ++i) factorial *= i;
        const auto i = static_cast<std::size_t>(k);
        const double bound[] = {bounds.state[i].value(), bounds.y[i].value(), bounds.z[i].value()};
        for (std::size_t f = 0; f < 3; ++f)
          for (const bool s_end : {false, true})
            for (const bool t_end : {false, true}) {
              // C_st = tau^2 V, y_st = tau^2 V' y, z_st = tau^2 (V + V' z).
              const double truth = derivative_row(witness.panels, witness.order, k + 1, s_end)
                                       .dot(fields[f].block(first, first, witness.order, witness.order) *
                                            derivative_row(witness.panels, witness.order, 1, t_end)) /
                                   (0.25 * factorial);
              BOOST_TEST(std::abs(truth) <= bound[f] * (1 + 1e-6), phi << " field " << f << " order " << k);
              if (k == 0 && s_end && t_end && rho == 1)
                BOOST_TEST(bound[f] <= 5 * std::abs(truth), phi << " field " << f);
            }
      }
    }
}

BOOST_AUTO_TEST_CASE(recursion_of_the_lemma) {
  // L46 in double, with whole powers of polynomials: true derivatives stay far below its suprema and moments.
  constexpr std::size_t kOrder = 12;
  using Poly = std::vector<double>;
  const auto times = [](const Poly& a, const Poly& b) {
    Poly c(kOrder + 1, 0.0);
    for (std::size_t i = 0; i <= kOrder; ++i)
      for (std::size_t j = 0; i + j <= kOrder; ++j) c[i + j] += a[i] * b[j];
    return c;
  };
  for (const char* phi : {"softplus", "tanh", "gelu", "sin", "identity"}) {
    const LimitParameters p = scaled(phi);
    const LimitBounds bounds = limit_bounds(p, kOrder);
    const double tau = 0.5, m0 = bounds.size.value();
    std::vector<double> sup(kOrder + 2);
    for (std::size_t j = 1; j < sup.size(); ++j)
      sup[j] = derivative_bound(activation(phi), static_cast<int>(j), 64)->upper();
    Poly sigma(kOrder + 1, 0.0), m(kOrder + 1, 0.0), slope = m, dy = m, dz = m, ny = m, nz = m, g = m;
    m[0] = m0, slope[0] = sup[1];
    dy[0] = std::sqrt(0.75) * std::cosh(tau * sup[1]), dz[0] = m0 / sup[1] * std::sinh(tau * sup[1]);
    for (std::size_t k = 0; k <= kOrder; ++k) {
      if (k > 0) {
        const double scale = tau / static_cast<double>(k);
        sigma[k] = scale * m[k - 1], dy[k] = scale * ny[k - 1], dz[k] = scale * g[k - 1];
        Poly power(kOrder + 1, 0.0);
        power[0] = 1;
        for (std::size_t j = 1; j <= k; ++j) {
          power = times(power, sigma);
          double moment = 1, factorial = 1;  // E G^(2j) = (2j-1)!!, j!
          for (std::size_t i = 1; i <= j; ++i)
            moment *= static_cast<double>(2 * i - 1), factorial *= static_cast<double>(i);
          m[k] += sup[j] / factorial * std::sqrt(moment) * power[k];
          slope[k] += sup[j + 1] / factorial * std::sqrt(moment) * power[k];
        }
      }
      ny[k] = times(slope, dy)[k], nz[k] = times(slope, dz)[k], g[k] = std::hypot(m[k], nz[k]);
      const std::pair<UpperBound, double> pairs[] = {
          {bounds.state[k], m[k] * m[0]}, {bounds.y[k], ny[k] * ny[0]}, {bounds.z[k], g[k] * g[0]}};
      for (const auto& [found, lemma] : pairs)
        BOOST_TEST(std::abs(found.value() / lemma - 1) < 1e-12,
                   phi << " " << k << " " << found.value() / lemma);
    }
  }
}

BOOST_AUTO_TEST_CASE(variance_and_size) {
  for (const char* phi : kSmooth)
    for (const Rational& tau : {Rational(0), Rational(1, 100), Rational(1, 2), Rational(2)}) {
      LimitParameters p = scaled(phi);
      p.T = tau / p.sigma_w;
      const LimitBounds bounds = limit_bounds(p, 3);
      for (const long depth : {2L, 24L}) {
        const DepthRecursion<double> recursion(p, depth);
        const double q = recursion.variances().back(), sigma = recursion.at(1).Sigma;
        const double r_square = std::pow(bounds.root_variance.value(), 2);
        BOOST_TEST(r_square >= q, phi << " " << r_square << " " << q);
        BOOST_TEST(std::pow(bounds.size.value(), 2) >= sigma, phi);
        if (depth == 24 && tau < 1) BOOST_TEST(r_square <= 1.1 * q, phi << " " << r_square << " " << q);
        if (depth == 24 && tau < 1) BOOST_TEST(std::pow(bounds.size.value(), 2) <= 1.25 * sigma, phi);
      }
      // M(x) <= m_0 between sqrt(c0) and R.
      for (int i = 0; i <= 8; ++i) {
        const double q = 0.75 + (std::pow(bounds.root_variance.value(), 2) - 0.75) * i / 8;
        BOOST_TEST(
            dual_activation(*p.activation, to_rational(q), 1, 40).lower() <= std::pow(bounds.size.value(), 2),
            phi << " " << q);
      }
    }
}

BOOST_AUTO_TEST_CASE(lipschitz_constants_of_v) {
  // L48 with its constants from limit_bounds, against differences of dual activations.
  for (const char* phi : kSmooth) {
    const LimitBounds bounds = limit_bounds(scaled(phi), 3);
    const double s1 = bounds.s1.value(), s2 = bounds.s2.value(), s3 = bounds.s3.value();
    DualActivation dual(activation(phi), 60);
    const Rational step(1, 1000);
    for (const Rational& rho : {Rational(1), Rational(0), Rational(-1)})
      for (const Rational& q : {Rational(3, 4), Rational(4, 5)}) {
        const auto quotient = [&](auto&& f, const Rational& dq, const Rational& dc) {
          const Rational c = rho * q;
          return std::abs(f(q, c, q).midpoint() - f(q + dq, c + dc, q).midpoint()) / 1e-3;
        };
        const auto v = [&](const auto&... x) { return dual.value(x...); };
        const auto slope = [&](const auto&... x) { return dual.derivative_by_c(x...); };
        const Rational inward = rho == 1 ? Rational(-step) : step;
        BOOST_TEST(quotient(v, 0, inward) <= s1 * s1, phi);
        BOOST_TEST(quotient(v, step, 0) <= s2 * bounds.size.value() / 2, phi);
        BOOST_TEST(quotient(slope, 0, inward) <= s2 * s2, phi);
        BOOST_TEST(quotient(slope, step, 0) <= s1 * s3 / 2, phi);
      }
  }
}

BOOST_AUTO_TEST_CASE(radii_are_those_of_the_lemma) {
  for (const char* phi : {"softplus", "tanh", "gelu", "sigmoid", "cos"})
    for (const Rational& rho : {Rational(1), Rational(-2, 3)})
      for (const double radius : {1e-2, 1e-6}) {
        LimitParameters p = scaled(phi);
        p.sigma_v = 1;
        p.T = 2;
        LimitWitness witness;
        const LimitKernel kernel(p, {.radius = radius});
        const LimitValues found = kernel.at(rho);
        kernel.at(rho, witness);
        const Radii expected = radii_of_the_lemma(p, witness);
        const std::pair<double, double> pairs[] = {{found.q_T.radius().value(), expected.q},
                                                   {found.C_TT.radius().value(), expected.c},
                                                   {found.Sigma.radius().value(), expected.sigma},
                                                   {found.K_inf.radius().value(), expected.k}};
        for (const auto& [is, lemma] : pairs) {
          BOOST_TEST(is >= 0.9999 * lemma, phi << " " << is << " " << lemma);
          BOOST_TEST(is <= 1.05 * lemma + 1e-2 * radius, phi << " " << is << " " << lemma);
        }
      }
}

BOOST_AUTO_TEST_CASE(refusals) {
  BOOST_CHECK_THROW(limit_bounds(unit("relu", 1), 4), InputError);
  BOOST_CHECK_THROW(limit_bounds(unit("polynomial:0,1,1", 1), 4), InputError);
  BOOST_CHECK_THROW(limit_bounds({}, 4), InputError);
  BOOST_CHECK_THROW(limit_bounds(unit("sin", 1000000), 4), PrecisionError);
}

BOOST_AUTO_TEST_SUITE_END()
