#include <cmath>
#include <random>

#include "gronwall/ode/chebyshev.hpp"
#include "gronwall/ode/ellipse.hpp"
#include "ode_testing.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

constexpr long kBits = 256;

const std::vector<const char*> kSmooth = {"softplus", "tanh", "sigmoid", "gelu",     "silu",
                                          "erf",      "sin",  "cos",     "gaussian", "identity"};

Ball derivative_of(const Activation& phi, int order, const Ball& z) {
  return phi.taylor(z, order)[static_cast<std::size_t>(order)] *
         factorial(static_cast<unsigned long>(order), kBits);
}

/// The largest `|g - I g|` at points of [-1,1], for `g = phi^(order)(q) y ...`.
double interpolation_error(const Activation& phi, const RowVectorXd& q,
                           const std::vector<RowVectorXd>& factors, int order, int m) {
  const auto polynomial_at = [](const RowVectorXd& c, const Ball& theta) {
    Ball sum = Ball::from(0, kBits);
    for (Index k = 0; k < c.size(); ++k) sum += Ball::exact(c(k), kBits) * cos(k * theta);
    return sum;
  };
  const auto g = [&](const Ball& theta) {
    Ball value = derivative_of(phi, order, polynomial_at(q, theta).exact_midpoint());
    for (const RowVectorXd& y : factors) value *= polynomial_at(y, theta);
    return value;
  };
  const Ball pi = Ball::pi(kBits);
  const ChebyshevTables tables(m, kBits);
  BallMatrix at_nodes(1, m + 1);
  for (Index j = 0; j <= m; ++j) at_nodes(0, j) = g(pi * Ball::from(Rational(j, m), kBits));
  const BallMatrix c = product(at_nodes, tables.coefficients);
  double largest = 0;
  for (int point = 1; point < 4 * m; point += 2) {
    const Ball theta = pi * Ball::from(Rational(point, 4L * m), kBits);
    Ball interpolant = Ball::from(0, kBits);
    for (Index k = 0; k <= m; ++k) interpolant += c(0, k) * cos(k * theta);
    largest = std::max(largest, (g(theta) - interpolant).magnitude().value());
  }
  return largest;
}

RowVectorXd random_coefficients(Index terms, double size, std::mt19937_64& random) {
  RowVectorXd c(terms);
  for (Index k = 0; k < terms; ++k)
    c(k) = size * std::normal_distribution<double>()(random) * std::pow(4.0, -static_cast<double>(k));
  return c;
}

BOOST_AUTO_TEST_SUITE(ellipse)

BOOST_AUTO_TEST_CASE(errors_of_interpolation_are_bounded) {
  std::mt19937_64 random(7);
  for (const char* name : kSmooth) {
    const Activation& phi = activation(name);
    const EllipseBounds bounds(phi);
    for (int order = 0; order < EllipseBounds::kOrders; ++order)
      for (const int m : {2, 5, 12})
        for (const double size : {0.05, 0.6}) {
          BOOST_TEST_CONTEXT(name << " order " << order << " degree " << m << " size " << size) {
            const RowVectorXd q = random_coefficients(m + 2, size, random);
            std::vector<RowVectorXd> factors;
            for (int k = 0; k < order; ++k) factors.push_back(random_coefficients(m + 2, 1, random));
            const MatrixXd q_size = q.cwiseAbs();
            std::vector<MatrixXd> sizes;
            for (const auto& y : factors) sizes.push_back(y.cwiseAbs());
            const double bound =
                order == 0   ? bounds.interpolation_errors(q_size, {}, 0, m, 1)(0)
                : order == 1 ? bounds.interpolation_errors(q_size, {&sizes[0]}, 1, m, 1)(0)
                             : bounds.interpolation_errors(q_size, {&sizes[0], &sizes[1]}, 2, m, 1)(0);
            const double truth = interpolation_error(phi, q, factors, order, m);
            BOOST_TEST(truth <= bound);
            BOOST_TEST(bound < 2e3 * std::pow(1 + 4 * size, m) * std::pow(4.0, -m));
          }
        }
  }
}

BOOST_AUTO_TEST_CASE(part_of_the_bound_is_used) {
  // Entire functions along long straight paths come closest: nothing is lost by the shape of the ellipse.
  double most = 0;
  for (const char* name : {"sin", "cos", "gaussian", "tanh", "sigmoid"})
    for (const int m : {2, 3, 4, 6, 10, 20})
      for (const double slope : {0.3, 1.0, 2.0, 4.0, 7.0, 12.0})
        for (const double centre : {0.0, 0.8, 1.6}) {
          RowVectorXd q = RowVectorXd::Zero(m + 2);
          q(0) = centre;
          q(1) = slope;
          const Activation& phi = activation(name);
          const double truth = interpolation_error(phi, q, {}, 0, m);
          const double bound = EllipseBounds(phi).interpolation_errors(q.cwiseAbs(), {}, 0, m, 1)(0);
          BOOST_TEST(truth <= bound);
          most = std::max(most, truth / bound);
        }
  BOOST_TEST_MESSAGE("largest share of the bound that is used: " << most);
  BOOST_TEST(most > 0.2);
}

BOOST_AUTO_TEST_CASE(samples_are_separate_and_their_components_add_in_squares) {
  std::mt19937_64 random(8);
  const int m = 6;
  MatrixXd q(4, m + 2), y(4, m + 2);
  for (Index i = 0; i < 4; ++i) {
    q.row(i) = random_coefficients(m + 2, 0.3, random).cwiseAbs();
    y.row(i) = random_coefficients(m + 2, 1, random).cwiseAbs();
  }
  const EllipseBounds bounds(activation("tanh"));
  const VectorXd both = bounds.interpolation_errors(q, {&y}, 1, m, 2);
  for (Index s = 0; s < 2; ++s) {
    double squares = 0;
    for (Index i = 2 * s; i < 2 * s + 2; ++i) {
      const MatrixXd one = q.row(i), factor = y.row(i);
      squares += std::pow(bounds.interpolation_errors(one, {&factor}, 1, m, 1)(0), 2);
    }
    BOOST_TEST(std::abs(both(s) / std::sqrt(squares) - 1) < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(bounds_may_be_infinite_or_tiny) {
  // Steep beyond every ellipse: no bound. Hardly moving: far below 1e-150, which many digits need.
  RowVectorXd q = RowVectorXd::Zero(202);
  q(1) = 100;
  const EllipseBounds tanh_bounds(activation("tanh"));
  BOOST_TEST(std::isinf(tanh_bounds.interpolation_errors(q, {}, 0, 200, 1)(0)));
  q(1) = 1e-3;
  const double tiny = tanh_bounds.interpolation_errors(q, {}, 0, 200, 1)(0);
  BOOST_TEST(tiny < 1e-200);
  BOOST_TEST(tiny > 0);
  for (const char* name : {"relu", "elu", "polynomial:0,0,1"})
    BOOST_CHECK_THROW(EllipseBounds{activation(name)}, InputError);
}

BOOST_AUTO_TEST_CASE(derivatives_are_bounded) {
  for (const char* name : kSmooth) {
    const Activation& phi = activation(name);
    const EllipseBounds bounds(phi);
    for (int order = 0; order <= EllipseBounds::kOrders; ++order)
      for (const double x : {0.0, 1.0, 5.0}) {
        double truth = 0;
        for (int i = -50; i <= 50; ++i)
          truth =
              std::max(truth, derivative_of(phi, order, Ball::exact(x * i / 50, kBits)).magnitude().value());
        BOOST_TEST_CONTEXT(name << " order " << order << " x " << x) {
          BOOST_TEST(truth <= bounds.derivative_bound(order, x).value());
          BOOST_TEST(bounds.derivative_bound(order, x).value() < 120 * (1 + x));
        }
      }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
