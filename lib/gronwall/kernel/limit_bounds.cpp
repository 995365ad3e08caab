#include "gronwall/kernel/limit_bounds.hpp"

#include <cmath>
#include <sstream>

#include "gronwall/activation/derivative_bounds.hpp"
#include "gronwall/gaussian/hermite.hpp"

namespace gronwall {
namespace {

constexpr long kBits = 64;

Ball upper_end(const Ball& x) {
  return Ball::exact(x.upper(), kBits);
}
UpperBound bound(const Ball& x) {
  return x.magnitude();
}

struct VarianceBound {
  Ball root, size;
};

// bound: L45
VarianceBound variance_bound(const LimitParameters& parameters, const Ball& s1) {
  const Activation& phi = *parameters.activation;
  const Rational tau = parameters.T * parameters.sigma_w;
  const auto norm = [&phi](const Rational& x) { return sqrt(upper_end(gaussian_norm(phi, x * x, 40))); };
  // A grid of sqrt(q) that starts below sqrt(C0), with steps of about 1/64 of the value: a coarser one would
  // cost accuracy, a finer one time.
  const Ball root_c0 = sqrt(Ball::from(parameters.c0, kBits));
  double x = root_c0.lower() * (1023.0 / 1024);
  Ball last = norm(to_rational(x));
  if (tau == 0) {
    // Room above sqrt(C0), where rounded variances may lie.
    const Ball root = upper_end(Ball::from(Rational(1025, 1024), kBits) * root_c0);
    return {root, upper_end(last + s1 * (root - Ball::exact(x, kBits)))};
  }
  const Ball t = Ball::from(tau, kBits), c0 = Ball::from(parameters.c0, kBits);
  const double largest = 1000 * x;
  Ball b = Ball(0).with_bits(kBits), elapsed = b, reached = b;
  while (x < largest) {
    const double step = x / 64, before = x;
    x += step;
    const Ball here = norm(to_rational(x));
    b = max(
        b, upper_end(max(last, here) + ldexp(s1 * (Ball::exact(x, kBits) - Ball::exact(before, kBits)), -1)));
    last = here;
    const Ball gap = Ball::exact(x, kBits) * Ball::exact(x, kBits) - c0;
    if (!certainly(is_positive(gap))) continue;
    const Ball next = sqrt(gap) / t;
    elapsed += (next - reached) / b;
    reached = next;
    if (certainly(less_equal(Ball(1), elapsed))) return {Ball::exact(x, kBits), b};
  }
  std::ostringstream message;
  message << "sigma_w T = " << static_cast<double>(tau) << " is too large for " << phi.name()
          << ": the variance of h may exceed 10^6 c0 from time " << elapsed.lower()
          << " T on; choose a smaller T or sigma_w";
  throw PrecisionError(message.str());
}

/// The L2 norms of the Taylor coefficients of phi^(order)(h_t) in t, up to `size - 1`, from those of h_t.
/// `so_far` are the coefficients sigma_1, ..., and only [x^k] is computed. // bound: L46
class Composition {
 public:
  Composition(const std::vector<Ball>& sup, int offset) : sup_(sup), offset_(offset) {}

  /// Appends sigma_k to the inner series; then value(k) may be asked for.
  void extend(const Ball& sigma) {
    const std::size_t k = powers_.empty() ? 1 : powers_.size() + 1;
    inner_.push_back(sigma);
    // powers_[i][j-1] = [x^(i+1)] S(x)^j, j <= i + 1
    std::vector<Ball> row;
    row.push_back(sigma);
    for (std::size_t j = 2; j <= k; ++j) {
      Ball sum = Ball(0).with_bits(kBits);
      for (std::size_t i = 1; i + j - 1 <= k; ++i) sum += inner_[i - 1] * powers_[k - i - 1][j - 2];
      row.push_back(sum);
    }
    powers_.push_back(std::move(row));
  }
  Ball value(std::size_t k) const {
    Ball sum = Ball(0).with_bits(kBits), factor = Ball(1).with_bits(kBits);  // sqrt((2j-1)!!)/j!
    for (std::size_t j = 1; j <= k; ++j) {
      factor *= sqrt(Ball(static_cast<long>(2 * j - 1)).with_bits(kBits)) / Ball(static_cast<long>(j));
      sum += sup_[j + static_cast<std::size_t>(offset_)] * factor * powers_[k - 1][j - 1];
    }
    return sum;
  }

 private:
  const std::vector<Ball>& sup_;  // sup_[j] >= sup |phi^(j)|
  int offset_;
  std::vector<Ball> inner_;
  std::vector<std::vector<Ball>> powers_;
};

Ball leibniz(const std::vector<Ball>& a, const std::vector<Ball>& b, std::size_t k) {
  Ball sum = Ball(0).with_bits(kBits);
  for (std::size_t i = 0; i <= k; ++i) sum += a[i] * b[k - i];
  return sum;
}

}  // namespace

LimitBounds limit_bounds(const LimitParameters& parameters, int order) {
  parameters.check();
  const Activation& phi = *parameters.activation;
  std::vector<Ball> sup(1);  // index j; 0 is not used
  for (int j = 1; j <= order + 3; ++j) {
    const std::optional<Ball> s = derivative_bound(phi, j, kBits);
    if (!s)
      throw InputError("the derivatives of " + phi.name() +
                       " are not all bounded, so its limit kernel cannot be enclosed this way; smooth "
                       "activations of the catalogue can");
    sup.push_back(upper_end(*s));
  }
  LimitBounds result;
  const VarianceBound variance = variance_bound(parameters, sup[1]);
  result.s1 = bound(sup[1]), result.s2 = bound(sup[2]), result.s3 = bound(sup[3]);
  result.root_variance = bound(variance.root), result.size = bound(variance.size);

  const Ball tau = Ball::from(parameters.T * parameters.sigma_w, kBits), ts = tau * sup[1];
  std::vector<Ball> m{variance.size}, slope{sup[1]}, dy{sqrt(Ball::from(parameters.c0, kBits)) * cosh(ts)},
      ny{slope[0] * dy[0]}, dz{variance.size / sup[1] * sinh(ts)}, nz{slope[0] * dz[0]},
      g{sqrt(m[0] * m[0] + nz[0] * nz[0])};
  Composition value(sup, 0), derivative(sup, 1);
  for (std::size_t k = 1; k <= static_cast<std::size_t>(order); ++k) {
    const Ball scale = tau / Ball(static_cast<long>(k));
    const Ball sigma = upper_end(scale * m[k - 1]);
    value.extend(sigma), derivative.extend(sigma);
    m.push_back(upper_end(value.value(k)));
    slope.push_back(upper_end(derivative.value(k)));
    dy.push_back(upper_end(scale * ny[k - 1]));
    ny.push_back(upper_end(leibniz(slope, dy, k)));
    dz.push_back(upper_end(scale * g[k - 1]));
    nz.push_back(leibniz(slope, dz, k));
    g.push_back(upper_end(sqrt(m[k] * m[k] + nz[k] * nz[k])));
  }
  for (std::size_t k = 0; k < m.size(); ++k) {
    result.state.push_back(bound(m[k] * m[0]));
    result.y.push_back(bound(ny[k] * ny[0]));
    result.z.push_back(bound(g[k] * g[0]));
  }
  return result;
}

}  // namespace gronwall
