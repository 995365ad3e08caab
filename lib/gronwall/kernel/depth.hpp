#pragma once
/// \file The infinite-width limit of the residual network of depth L.

#include <memory>

#include "gronwall/kernel/dual_pairs.hpp"
#include "gronwall/kernel/limit_parameters.hpp"
#include "gronwall/ode/real_matrix.hpp"

namespace gronwall {

/// The two ways to K_W and K_U; equal in exact arithmetic (duality, theory 0.5).
enum class DepthForm {
  forward,  ///< Theta, the linearised recursion, from the inputs to the output
  backward  ///< B, the covariance of the adjoints, from the output to the inputs
};

/// The kernels at one rho = <x, xbar>.
template <Real R>
struct DepthKernel {
  R C_TT;   ///< covariance of a coordinate of h^L(x) and h^L(xbar)
  R Sigma;  ///< NNGP kernel E[phi(h^L(x)) phi(h^L(xbar))], without sigma_v^2
  R K_v;    ///< sigma_v^2 Sigma
  R K_W;
  R K_U;
  R K;  ///< limiting tangent kernel K_v + K_W + K_U
};

/// The recursion of theory 0.5 for one L. With k = T/L, S = E[phi phi], D = E[phi' phi'] at the variances
/// C_kk(1), C_ll(1) and the covariance C_kl:
///
///     C_kl     = c0 rho + (k sigma_w)^2 sum_{a<k, b<l} S_ab,
///     Theta_kl = C_kl + (k sigma_w)^2 sum_{a<k, b<l} D_ab Theta_ab,   K = sigma_v^2 (S_LL + D_LL Theta_LL),
///     B_kl     = sigma_v^2 D_LL + (k sigma_w)^2 sum_{a>=k, b>=l} D_ab B_{a+1,b+1}.
///
/// Theta is split by its sources: what starts from c0 rho gives K_U, what starts from S gives K_W.
///
/// double: relative errors of about 1e-14 (an observation). MpFloat: about `bits` bits. Ball: encloses the
/// exact values. L^2/2 duals for each rho, and as many once for the variances.
template <Real R>
class DepthRecursion {
 public:
  /// Computes the variances. `bits`: working precision of MpFloat and Ball.
  /// \throws InputError for bad parameters, depth < 1 and activations without duals in R (make_dual_pairs);
  /// PrecisionError, naming the time, where a variance gets too large for the duals.
  DepthRecursion(const LimitParameters& parameters, long depth, long bits = kDoubleBits);

  /// \throws InputError for |rho| > 1.
  DepthKernel<R> at(const Rational& rho, DepthForm form = DepthForm::forward) const;

  /// q_k = C_kk at rho = 1, k = 0..L.
  const std::vector<R>& variances() const { return variances_; }
  long depth() const { return depth_; }

 private:
  /// Everything at one rho; (L+1) x (L+1), symmetric.
  struct Fields {
    RealMatrix<R> c, s, d;
  };
  /// `on_variance(k, C_kk)` is called before the duals of row k are asked for.
  template <class OnVariance>
  Fields fields(const Rational& rho, OnVariance&& on_variance) const;
  DepthKernel<R> kernel_of(const Fields& fields, const Rational& rho, DepthForm form) const;

  R constant(const Rational& x) const { return real_constant<R>(x, bits_); }

  LimitParameters parameters_;
  long depth_;
  long bits_;
  R step_square_;  ///< (T sigma_w/L)^2
  std::unique_ptr<DualPairs<R>> duals_;
  std::vector<R> variances_;
};

extern template class DepthRecursion<double>;
extern template class DepthRecursion<MpFloat>;
extern template class DepthRecursion<Ball>;

/// One kernel value; for more than one rho keep a DepthRecursion. \throws as DepthRecursion.
template <Real R>
DepthKernel<R> depth_kernel(const LimitParameters& parameters, const Rational& rho, long depth,
                            DepthForm form = DepthForm::forward, long bits = kDoubleBits) {
  return DepthRecursion<R>(parameters, depth, bits).at(rho, form);
}

}  // namespace gronwall
