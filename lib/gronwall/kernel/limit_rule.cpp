#include "gronwall/kernel/limit_rule.hpp"

#include <limits>
#include <vector>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

constexpr int kMostNodes = 2000;

double upper_magnitude(arb_srcptr x) {
  Ball ball = Ball().with_bits(Ball::kLeastBits);
  arb_set(ball.raw(), x);
  return ball.magnitude().value();
}

/// `1 + gamma` for sums of `terms` products of non-negative doubles, in any order.
double inflation(Eigen::Index terms) {
  return (UpperBound(1) + gamma(2.0 * static_cast<double>(terms) + 8)).value();
}

void fill_doubles(NodalRule& rule) {
  const auto n = static_cast<Eigen::Index>(rule.size);
  rule.approximate_integrals.resize(n, n), rule.absolute_integrals.resize(n, n);
  rule.approximate_weights.resize(n), rule.absolute_weights.resize(n);
  rule.row_sums.resize(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    UpperBound sum;
    for (Eigen::Index k = 0; k < n; ++k) {
      arb_srcptr entry = rule.integrals.at(static_cast<std::size_t>(i * n + k));
      rule.approximate_integrals(i, k) = arf_get_d(arb_midref(entry), ARF_RND_NEAR);
      rule.absolute_integrals(i, k) = upper_magnitude(entry);
      sum += UpperBound(rule.absolute_integrals(i, k));
    }
    rule.row_sums(i) = sum.value();
    arb_srcptr weight = rule.weights.at(static_cast<std::size_t>(i));
    rule.approximate_weights(i) = arf_get_d(arb_midref(weight), ARF_RND_NEAR);
    rule.absolute_weights(i) = upper_magnitude(weight);
  }
}

/// int_{-1}^x T_k for k = 0..last, given T_0..T_(last+1) at x. // bound: L47
std::vector<Ball> integrals_of_chebyshev(const std::vector<Ball>& t, int last) {
  std::vector<Ball> result;
  for (int k = 0; k <= last; ++k) {
    const auto j = static_cast<std::size_t>(k);
    if (k == 0)
      result.push_back(t[1] + Ball(1));
    else if (k == 1)
      result.push_back(ldexp(t[1] * t[1] - Ball(1), -1));
    else
      result.push_back(ldexp(t[j + 1] / Ball(k + 1) - t[j - 1] / Ball(k - 1), -1) +
                       Ball(k % 2 == 0 ? -1 : 1) /
                           (Ball(static_cast<long>(k) * k - 1) * Ball(1).with_bits(t[1].bits())));
  }
  return result;
}

std::vector<Ball> chebyshev_values(const Ball& x, int last) {
  std::vector<Ball> t{Ball(1).with_bits(x.bits()), x};
  for (int k = 2; k <= last; ++k)
    t.push_back(ldexp(x * t[static_cast<std::size_t>(k - 1)], 1) - t[static_cast<std::size_t>(k - 2)]);
  return t;
}

}  // namespace

NodalRule collocation_rule(int panels, int order, long bits) {
  if (panels < 1 || order < 1 || panels > kMostNodes / order)
    throw InputError("a collocation grid needs at least one panel and one node, and at most 2000 nodes");
  const auto p = static_cast<std::size_t>(order), n = p * static_cast<std::size_t>(panels);
  // The three-term recurrence loses at most a few bits a step on [-1,1].
  const long work = bits + 2 * order + 16;
  std::vector<std::vector<Ball>> at_node;
  for (std::size_t j = 0; j < p; ++j) {
    // Increasing nodes: x_j = -cos((2j + 1) pi / (2p)).
    const Ball angle = Ball(static_cast<long>(2 * j + 1)) * Ball::pi(work) / Ball(static_cast<long>(2 * p));
    at_node.push_back(chebyshev_values(-cos(angle), order));
  }
  const auto weights_up_to = [&at_node, order, p](const std::vector<Ball>& t) {
    const std::vector<Ball> integral = integrals_of_chebyshev(t, order - 1);
    std::vector<Ball> row;
    for (std::size_t l = 0; l < p; ++l) {
      Ball sum = integral[0];
      for (std::size_t k = 1; k < p; ++k) sum += ldexp(at_node[l][k] * integral[k], 1);
      row.push_back(sum / Ball(order));
    }
    return row;
  };
  const Ball half_width = ldexp(Ball(1).with_bits(work) / Ball(panels), -1);
  const std::vector<Ball> full = weights_up_to(chebyshev_values(Ball(1).with_bits(work), order));
  std::vector<std::vector<Ball>> partial;
  for (std::size_t i = 0; i < p; ++i) partial.push_back(weights_up_to(at_node[i]));

  NodalRule rule;
  rule.size = n, rule.bits = bits, rule.order = order;
  rule.integrals = ArbVector(n * n), rule.weights = ArbVector(n);
  rule.node_bound.resize(static_cast<Eigen::Index>(n));
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t panel = i / p;
    rule.weights.set(i, half_width * full[i % p]);
    for (std::size_t k = 0; k < (panel + 1) * p; ++k)
      rule.integrals.set(i * n + k, half_width * (k / p < panel ? full[k % p] : partial[i % p][k % p]));
    const Ball u = half_width * (Ball(static_cast<long>(2 * panel + 1)) + at_node[i % p][1]);
    rule.node_bound(static_cast<Eigen::Index>(i)) = u.upper();
  }
  // bound: L47
  rule.remainder =
      ldexp(pow(Ball(static_cast<long>(4) * panels).with_bits(64), -static_cast<long>(order)), 1).magnitude();
  fill_doubles(rule);
  return rule;
}

NodalRule depth_rule(int depth, long bits) {
  if (depth < 1 || depth > kMostNodes) throw InputError("a depth must be between 1 and 2000");
  const auto n = static_cast<std::size_t>(depth);
  const Ball step = Ball(1).with_bits(bits) / Ball(depth);
  NodalRule rule;
  rule.size = n, rule.bits = bits;
  rule.integrals = ArbVector(n * n), rule.weights = ArbVector(n);
  rule.node_bound = Eigen::VectorXd::Ones(depth);
  for (std::size_t i = 0; i < n; ++i) {
    rule.weights.set(i, step);
    for (std::size_t k = 0; k < i; ++k) rule.integrals.set(i * n + k, step);
  }
  fill_doubles(rule);
  return rule;
}

ArbVector integrate_twice(const NodalRule& rule, const ArbVector& x) {
  const std::size_t n = rule.size;
  const auto length = static_cast<slong>(n);
  ArbVector half(n * n), result(n * n);
  for (std::size_t i = 0; i < n; ++i)  // half = J X; rows of X are its columns
    for (std::size_t j = 0; j < n; ++j)
      arb_dot(half.at(i * n + j), nullptr, 0, rule.integrals.at(i * n), 1, x.at(j * n), 1, length, rule.bits);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      arb_dot(result.at(i * n + j), nullptr, 0, half.at(i * n), 1, rule.integrals.at(j * n), 1, length,
              rule.bits);
      if (j < i) arb_set(result.at(j * n + i), result.at(i * n + j));
    }
  return result;
}

Ball integrate_all(const NodalRule& rule, const ArbVector& x) {
  const std::size_t n = rule.size;
  ArbVector half(n);
  for (std::size_t j = 0; j < n; ++j)
    arb_dot(half.at(j), nullptr, 0, rule.weights.at(0), 1, x.at(j * n), 1, static_cast<slong>(n), rule.bits);
  Ball result = Ball().with_bits(rule.bits);
  arb_dot(result.raw(), nullptr, 0, half.at(0), 1, rule.weights.at(0), 1, static_cast<slong>(n), rule.bits);
  return result;
}

Eigen::MatrixXd integrate_bounds(const NodalRule& rule, const Eigen::MatrixXd& x) {
  const Eigen::MatrixXd half = rule.absolute_integrals * x;
  return (half * rule.absolute_integrals.transpose()) * inflation(2 * x.rows());
}

double integrate_bounds_to_end(const NodalRule& rule, const Eigen::MatrixXd& x) {
  return rule.absolute_weights.dot(x * rule.absolute_weights) * inflation(2 * x.rows());
}

}  // namespace gronwall
