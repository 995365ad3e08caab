#pragma once
/// \file Dual activations V(q1, c, q2) = E[phi(u) phi(v)] and their partial derivatives, as rigorous
/// enclosures.

#include <map>
#include <memory>
#include <mutex>

#include "gronwall/activation/activation.hpp"
#include "gronwall/gaussian/dual_point.hpp"
#include "gronwall/gaussian/hermite_expansion.hpp"

namespace gronwall {

/// How dual activations are computed.
enum class DualMethod {
  automatic,    ///< closed form where there is one, one quadrature for |rho| = 1, else the Mehler series
  closed_form,  ///< relu, leaky-relu, erf, sin, cos, gaussian, gelu, identity, polynomials; elu for |rho| = 1
  series        ///< Mehler series with the tail L8, L21
};

/// The dual activation of phi, to a fixed accuracy. Keeps Hermite coefficients of every variance it has seen,
/// so a further correlation costs one short sum. Safe to call from several threads (calls wait for one
/// another).
///
/// Every covariance is allowed: |rho| = 1 exactly, near it, q1 != q2, and vanishing variances (then v is 0
/// and `V = phi(0) E phi(u)`). The radius of every result is at most `2^-accuracy_bits`; when the series
/// would need too many terms for that (elu near |rho| = 1: a_n decays like n^(-7/4)), PrecisionError says
/// which accuracy is in reach.
class DualActivation {
 public:
  /// \throws PrecisionError for `accuracy_bits` outside [1, 2^20]. `phi` must outlive the object (activations
  /// of the catalogue do).
  DualActivation(const Activation& phi, long accuracy_bits, DualMethod method = DualMethod::automatic);

  /// `V(q1, c, q2)`. \throws InputError unless the covariance is positive semidefinite; PrecisionError as
  /// above.
  Ball value(const Rational& q1, const Rational& c, const Rational& q2);
  /// `dV/dc = E[phi'(u) phi'(v)]`. \throws InputError also where it does not exist (relu with a variance 0).
  Ball derivative_by_c(const Rational& q1, const Rational& c, const Rational& q2);
  /// `dV/dq1 = E[phi''(u) phi(v)] / 2`, at |rho| = 1 the limit from inside; for dV/dq2 exchange the
  /// variances. \throws as derivative_by_c.
  Ball derivative_by_q1(const Rational& q1, const Rational& c, const Rational& q2);

  /// V for every covariance in the balls that is positive semidefinite: closed forms in ball arithmetic, else
  /// the value at an exact point widened by L20. \throws InputError if phi or phi' has no Lipschitz constant
  /// and there is no closed form, or if the balls are not finite or contain no covariance.
  Ball value_over(const Ball& q1, const Ball& c, const Ball& q2);

 private:
  Ball evaluate(DualPart part, const Covariance& at);
  Ball closed(DualPart part, const Covariance& at);
  Ball degenerate(DualPart part, const Covariance& at);
  Ball on_boundary(DualPart part, const Covariance& at);
  Ball series(DualPart part, const Covariance& at);
  HermiteExpansion& expansion(const Rational& q);

  const Activation& phi_;
  long bits_;
  DualMethod method_;
  long guard_;
  std::map<Rational, std::unique_ptr<HermiteExpansion>> expansions_;
  std::mutex mutex_;
};

/// `E[phi(u) phi(v)]` for u, v of variance `q` and correlation `rho`, radius at most `2^-accuracy_bits`. For
/// more than one correlation use DualActivation. \throws InputError for |rho| > 1 or q <= 0.
Ball dual_activation(const Activation& phi, const Rational& q, const Rational& rho, long accuracy_bits);

}  // namespace gronwall
