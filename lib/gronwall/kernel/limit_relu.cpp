#include "gronwall/kernel/limit_relu.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/gaussian/hermite.hpp"
#include "gronwall/numbers/bound.hpp"

namespace gronwall {
namespace {

using Series = std::vector<LowerBound>;

Series product(const Series& a, const Series& b, std::size_t length) {
  Series result(length);
  for (std::size_t i = 0; i < std::min(length, a.size()); ++i)
    if (a[i].value() != 0)
      for (std::size_t j = 0; j < b.size() && i + j < length; ++j) result[i + j] += a[i] * b[j];
  return result;
}

LowerBound sum(const Series& a) {
  LowerBound total;
  for (LowerBound x : a) total += x;
  return total;
}

Series sum(const Series& a, const Series& b) {
  Series result = a;
  for (std::size_t i = 0; i < a.size(); ++i) result[i] += b[i];
  return result;
}

/// sum_n u_n c^n to degree length - 1: powers of c up to the root of the number of terms, then Horner.
Series compose(const Series& u, const Series& c, std::size_t length) {
  const auto baby =
      std::max<std::size_t>(1, static_cast<std::size_t>(std::sqrt(static_cast<double>(u.size()))));
  std::vector<Series> powers{Series(length)};
  powers[0][0] = LowerBound(1.0);
  for (std::size_t b = 1; b <= baby; ++b) powers.push_back(product(powers.back(), c, length));
  Series result(length);
  for (std::size_t block = (u.size() + baby - 1) / baby; block-- > 0;) {
    result = product(result, powers[baby], length);
    for (std::size_t b = 0; b < baby && block * baby + b < u.size(); ++b)
      for (std::size_t i = 0; i < length; ++i) result[i] += u[block * baby + b] * powers[b][i];
  }
  return result;
}

struct Dual {
  Series value, slope;
};

/// V and V' from below: `root` bounds sqrt(q1 q2) from above, `constant` bounds it from below.
/// bound: L56
Dual dual(const Series& alpha, const Series& c, UpperBound root, LowerBound constant, std::size_t length) {
  Series value(alpha.size()), slope(alpha.size() - 1);
  value[0] = alpha[0] * constant;
  LowerBound scale(1.0);  // root^(1-n)
  for (std::size_t n = 1; n < alpha.size(); ++n) {
    value[n] = alpha[n] * scale;
    slope[n - 1] = LowerBound(static_cast<double>(n)) * value[n];
    scale = scale / root;
  }
  return {compose(value, c, length), compose(slope, c, length)};
}

}  // namespace

std::vector<double> relu_coefficients_below(const LimitParameters& parameters,
                                            const ReluSeriesOptions& options) {
  parameters.check();
  if (parameters.activation->name() != "relu") throw InputError("these lower bounds are for relu alone");
  if (options.grid < 1 || options.grid > 64 || options.degree < 1 || options.terms < 2 ||
      options.inner_degree < 1 || options.inner_degree > options.degree)
    throw InputError("the lower solution needs a grid of 1 to 64 cells, degrees and terms");
  constexpr long kBits = 64;
  const Rational tau = parameters.T * parameters.sigma_w;
  const auto cells = static_cast<std::size_t>(options.grid);
  const std::size_t length = options.inner_degree + 1;
  Series alpha;
  for (const Ball& a : hermite_coefficients(*parameters.activation, 1, 0, options.terms - 1, kBits).values)
    alpha.push_back(LowerBound(std::max(0.0, (a * a).lower())));
  std::vector<UpperBound> root;  // sqrt(Q_k) = cosh(tau t_k / sqrt 2)
  for (std::size_t k = 0; k <= cells; ++k) {
    const Ball x = Ball::from(tau * Rational(static_cast<long>(k)) / options.grid, kBits) /
                   sqrt(Ball(2).with_bits(kBits));
    root.push_back(cosh(x).magnitude());
  }
  const Ball step = Ball::from(tau / options.grid, kBits);
  const LowerBound area(std::max(0.0, (step * step).lower()));

  // Row k of C and Theta, columns 0..k: X(k+1, l) = X(k, l) + area sum_{j<l} F(k, j).
  Series start(length);
  start[1] = LowerBound(1.0);
  std::vector<Series> c{start}, theta{start};
  std::vector<LowerBound> variances{sum(start)};  // C_kk at rho = 1
  for (std::size_t k = 0; k < cells; ++k) {
    Series c_sum(length), theta_sum(length);
    std::vector<Series> next_c, next_theta;
    for (std::size_t l = 0; l <= k; ++l) {
      next_c.push_back(sum(c[l], c_sum)), next_theta.push_back(sum(theta[l], theta_sum));
      const Dual at = dual(alpha, c[l], root[k + 1] * root[l + 1], sqrt(variances[k] * variances[l]), length);
      const Series slope_theta = product(at.slope, theta[l], length);
      for (std::size_t i = 0; i < length; ++i) {
        c_sum[i] += area * at.value[i];
        theta_sum[i] += area * (at.value[i] + slope_theta[i]);
      }
    }
    // The diagonal from X(k, k+1) = X(k+1, k).
    next_c.push_back(sum(next_c[k], c_sum)), next_theta.push_back(sum(next_theta[k], theta_sum));
    c = std::move(next_c), theta = std::move(next_theta);
    variances.push_back(sum(c.back()));
  }
  const std::size_t full = options.degree + 1;
  const Dual at = dual(alpha, c.back(), root[cells] * root[cells], variances.back(), full);
  const Series slope_theta = product(at.slope, theta.back(), full);
  const LowerBound scale(std::max(0.0, Ball::from(parameters.c0, kBits).lower()));
  std::vector<double> result;
  for (std::size_t m = 0; m < full; ++m) result.push_back((scale * (at.value[m] + slope_theta[m])).value());
  return result;
}

}  // namespace gronwall
