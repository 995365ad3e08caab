#include "gronwall/kernel/depth.hpp"

#include <string>
#include <vector>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

/// `out_kl = sum_{a<k, b<l} x_ab` row by row, where row k of x may depend on row k of the sums.
/// `term(k, l, sum)` returns x_kl. Rows 0..last, columns 0..last.
template <Real R, class Term>
RealMatrix<R> double_sums(Eigen::Index last, const R& zero, Term&& term) {
  RealMatrix<R> sums = RealMatrix<R>::Constant(last + 1, last + 1, zero);
  for (Eigen::Index k = 0; k < last; ++k) {
    R row = zero;
    for (Eigen::Index l = 0; l < last; ++l) {
      row += term(k, l, sums(k, l));
      sums(k + 1, l + 1) = sums(k, l + 1) + row;
    }
  }
  return sums;
}

void check_depth(long depth) {
  constexpr long kMostDepth = 1 << 14;
  if (depth < 1 || depth > kMostDepth)
    throw InputError("the depth L must be between 1 and " + std::to_string(kMostDepth) + ", not " +
                     std::to_string(depth));
}

}  // namespace

template <Real R>
DepthRecursion<R>::DepthRecursion(const LimitParameters& parameters, long depth, long bits)
    : parameters_(parameters),
      depth_(depth),
      bits_(std::same_as<R, double> ? kDoubleBits : checked_bits(bits)) {
  parameters.check();
  check_depth(depth);
  const PrecisionScope<R> scope(bits_);
  const Rational step = parameters.T * parameters.sigma_w / depth;
  step_square_ = constant(step * step);
  duals_ = make_dual_pairs<R>(parameters, bits_);
  fields(1, [this](Eigen::Index k, const R& q) {
    try {
      duals_->add(q);
    } catch (const PrecisionError& error) {
      throw PrecisionError("at time " + to_canonical_text(parameters_.T * k / depth_) + ": " + error.what());
    }
    variances_.push_back(q);
  });
}

template <Real R>
template <class OnVariance>
typename DepthRecursion<R>::Fields DepthRecursion<R>::fields(const Rational& rho,
                                                             OnVariance&& on_variance) const {
  const Eigen::Index last = depth_;
  const R zero = constant(0), start = constant(parameters_.c0 * rho);
  const RealMatrix<R> zeros = RealMatrix<R>::Constant(last + 1, last + 1, zero);
  Fields f{zeros, zeros, zeros};
  // Row k of C needs S above and to the left of it only, S_kl (l <= k) the variances up to k only.
  RealMatrix<R> sums = zeros;
  for (Eigen::Index k = 0; k <= last; ++k) {
    R row = zero;  // sum_{b<l} S_{k-1,b}
    for (Eigen::Index l = 0; l <= k; ++l) {
      if (k > 0 && l > 0) {
        row += f.s(k - 1, l - 1);
        const R& above = l < k ? sums(k - 1, l) : sums(l, k - 1);
        sums(k, l) = above + row;
      }
      f.c(k, l) = start + step_square_ * sums(k, l);
      f.c(l, k) = f.c(k, l);
    }
    on_variance(k, f.c(k, k));
    for (Eigen::Index l = 0; l <= k; ++l) {
      const bool singular = k == l && (rho == 1 || (rho == -1 && k == 0));
      const Duals<R> duals =
          duals_->at(static_cast<std::size_t>(k), static_cast<std::size_t>(l), f.c(k, l), singular);
      f.s(k, l) = f.s(l, k) = duals.value;
      f.d(k, l) = f.d(l, k) = duals.derivative;
    }
  }
  return f;
}

template <Real R>
DepthKernel<R> DepthRecursion<R>::at(const Rational& rho, DepthForm form) const {
  if (rho < -1 || rho > 1)
    throw InputError("rho is a scalar product of unit vectors, |rho| <= 1, not " + to_canonical_text(rho));
  const PrecisionScope<R> scope(bits_);
  if (rho < 0 && parameters_.activation->parity() == Parity::odd) {
    // Every kernel is odd in rho. So |rho| = 1 stays exactly singular.
    DepthKernel<R> k = at(Rational(-rho), form);
    return {-k.C_TT, -k.Sigma, -k.K_v, -k.K_W, -k.K_U, -k.K};
  }
  return kernel_of(fields(rho, [](Eigen::Index, const R&) {}), rho, form);
}

template <Real R>
DepthKernel<R> DepthRecursion<R>::kernel_of(const Fields& f, const Rational& rho, DepthForm form) const {
  const Eigen::Index last = depth_;
  const R zero = constant(0), start = constant(parameters_.c0 * rho);
  const R v_square = constant(parameters_.sigma_v * parameters_.sigma_v);
  DepthKernel<R> k;
  k.C_TT = f.c(last, last);
  k.Sigma = f.s(last, last);
  k.K_v = v_square * k.Sigma;
  const R top = v_square * f.d(last, last);
  if (form == DepthForm::forward) {
    const RealMatrix<R> from_start =
        double_sums<R>(last, zero, [&](Eigen::Index a, Eigen::Index b, const R& sum) {
          return R(f.d(a, b) * (start + step_square_ * sum));
        });
    const RealMatrix<R> from_s =
        double_sums<R>(last, zero, [&](Eigen::Index a, Eigen::Index b, const R& sum) {
          return R(f.s(a, b) + f.d(a, b) * (step_square_ * sum));
        });
    k.K_U = top * (start + step_square_ * from_start(last, last));
    k.K_W = top * (step_square_ * from_s(last, last));
  } else {
    // Counted from the end, a' = L-1-a: the sum over a >= k is one over a' < L-k, and B_{a+1} has the sum
    // that belongs to L-1-a = a'.
    R from_s = zero;
    const RealMatrix<R> sums = double_sums<R>(last, zero, [&](Eigen::Index a, Eigen::Index b, const R& sum) {
      const R adjoint = top + step_square_ * sum;
      from_s += f.s(last - 1 - a, last - 1 - b) * adjoint;
      return R(f.d(last - 1 - a, last - 1 - b) * adjoint);
    });
    k.K_W = step_square_ * from_s;
    k.K_U = start * (top + step_square_ * sums(last, last));
  }
  k.K = k.K_v + k.K_W + k.K_U;
  return k;
}

template class DepthRecursion<double>;
template class DepthRecursion<MpFloat>;
template class DepthRecursion<Ball>;

}  // namespace gronwall
