#include "gronwall/kernel/limit_estimate.hpp"

#include "gronwall/kernel/limit_rule.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;

constexpr int kMostNodes = 200;
constexpr int kMostSweeps = 200;

double as_real(const Ball& x, double /*like*/) {
  return x.midpoint();
}
MpFloat as_real(const Ball& x, const MpFloat& /*like*/) {
  return x.midpoint_mp();
}

template <Real R>
R largest(const RealMatrix<R>& m) {
  using std::abs;
  R result = m(0, 0) - m(0, 0);
  for (Index k = 0; k < m.size(); ++k) {
    const R size = abs(*(m.data() + k));
    if (result < size) result = size;
  }
  return result;
}

/// Iterates `x = map(x)` until it no longer moves by more than rounding.
template <Real R, class Map>
RealMatrix<R> fixed_point(RealMatrix<R> x, const R& tolerance, const Map& map) {
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    RealMatrix<R> next = map(x);
    const RealMatrix<R> difference = next - x;
    const bool is_settled = !(largest<R>(difference) > tolerance * largest<R>(next));
    x = std::move(next);
    if (is_settled) break;
  }
  return x;
}

}  // namespace

template <Real R>
LimitEstimate<R>::LimitEstimate(const LimitParameters& parameters, int nodes, long bits)
    : parameters_(parameters), bits_(bits), pairs_(make_dual_pairs<R>(parameters, bits)) {
  parameters.check();
  const PrecisionScope<R> scope(bits);
  if (nodes == 0) nodes = 4 + static_cast<int>(bits / 4);
  if (nodes < 2 || nodes > kMostNodes) throw InputError("an estimate takes 2 to 200 nodes");
  const R tau = constant(parameters.T * parameters.sigma_w);
  tau_squared_ = tau * tau;
  tolerance_ = constant(power_of_two(3 - bits));
  const NodalRule rule = collocation_rule(1, nodes, bits + 8);
  integrals_ = zeros<R>(nodes, nodes, bits), weights_ = zeros<R>(1, nodes, bits);
  for (Index i = 0; i < nodes; ++i) {
    weights_(0, i) = as_real(rule.weights.ball(static_cast<std::size_t>(i), bits), tau);
    for (Index k = 0; k < nodes; ++k)
      integrals_(i, k) = as_real(rule.integrals.ball(static_cast<std::size_t>(i * nodes + k), bits), tau);
  }
  const R c0 = constant(parameters.c0);
  const auto with_initial = [&c0](RealMatrix<R> m) {
    for (Index k = 0; k < m.size(); ++k) *(m.data() + k) += c0;
    return m;
  };
  RealMatrix<R> inside;
  state_ =
      fixed_point<R>(with_initial(zeros<R>(nodes, nodes, bits)), tolerance_, [&](const RealMatrix<R>& c) {
        first_ = added_;
        for (Index k = 0; k < nodes; ++k, ++added_) pairs_->add(c(k, k));
        inside = duals(c, first_, true).value;
        return with_initial(integrated(inside));
      });
  end_variance_ = c0 + to_end(inside);
  first_ = added_;
  for (Index k = 0; k < nodes; ++k, ++added_) pairs_->add(state_(k, k));
  pairs_->add(end_variance_);
  ++added_;
}

template <Real R>
typename LimitEstimate<R>::Fields LimitEstimate<R>::duals(const RealMatrix<R>& c, std::size_t first,
                                                          bool is_diagonal) const {
  const Index n = c.rows();
  Fields result{zeros<R>(n, n, bits_), zeros<R>(n, n, bits_)};
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j <= i; ++j) {
      const Duals<R> at = pairs_->at(first + static_cast<std::size_t>(i), first + static_cast<std::size_t>(j),
                                     c(i, j), is_diagonal && i == j);
      result.value(i, j) = result.value(j, i) = at.value;
      result.slope(i, j) = result.slope(j, i) = at.derivative;
    }
  return result;
}

template <Real R>
RealMatrix<R> LimitEstimate<R>::integrated(const RealMatrix<R>& f) const {
  const RealMatrix<R> transposed = integrals_.transpose();
  RealMatrix<R> result = multiply(multiply(integrals_, f), transposed);
  for (Index k = 0; k < result.size(); ++k) *(result.data() + k) *= tau_squared_;
  return result;
}

template <Real R>
R LimitEstimate<R>::to_end(const RealMatrix<R>& f) const {
  const RealMatrix<R> column = weights_.transpose();
  return tau_squared_ * multiply(multiply(weights_, f), column)(0, 0);
}

template <Real R>
DepthKernel<R> LimitEstimate<R>::at(const Rational& rho) const {
  if (rho < -1 || rho > 1) throw InputError("a correlation lies between -1 and 1");
  const PrecisionScope<R> scope(bits_);
  const Index n = integrals_.rows();
  const R start = constant(parameters_.c0 * rho);
  const bool is_diagonal = rho == 1;
  const auto plus = [](RealMatrix<R> m, const R& x) {
    for (Index k = 0; k < m.size(); ++k) *(m.data() + k) += x;
    return m;
  };
  const RealMatrix<R> initial = plus(zeros<R>(n, n, bits_), start);
  const RealMatrix<R> c =
      is_diagonal ? state_ : fixed_point<R>(initial, tolerance_, [&](const RealMatrix<R>& x) {
        return plus(integrated(duals(x, first_, false).value), start);
      });
  const Fields dual = duals(c, first_, is_diagonal);
  const auto product = [&dual](const RealMatrix<R>& f) -> RealMatrix<R> {
    return dual.slope.cwiseProduct(f);
  };
  const RealMatrix<R> y = fixed_point<R>(
      initial, tolerance_, [&](const RealMatrix<R>& f) { return plus(integrated(product(f)), start); });
  const RealMatrix<R> z = fixed_point<R>(integrated(dual.value), tolerance_, [&](const RealMatrix<R>& f) {
    return integrated(dual.value + product(f));
  });
  const R c_end = is_diagonal ? end_variance_ : R(start + to_end(dual.value));
  const std::size_t end = first_ + static_cast<std::size_t>(n);
  const Duals<R> last = pairs_->at(end, end, c_end, is_diagonal);
  const R scale = constant(parameters_.sigma_v * parameters_.sigma_v);
  const R k_u = scale * last.derivative * (start + to_end(product(y)));
  const R k_w = scale * last.derivative * to_end(dual.value + product(z));
  const R k_v = scale * last.value;
  return {c_end, last.value, k_v, k_w, k_u, k_v + k_w + k_u};
}

template class LimitEstimate<double>;
template class LimitEstimate<MpFloat>;

}  // namespace gronwall
