#pragma once
/// \file The limit kernel to many digits, quickly and without proof.

#include <memory>

#include "gronwall/kernel/depth.hpp"

namespace gronwall {

/// Collocation at one panel of Chebyshev nodes in both times, solved by Picard's iteration; errors fall
/// exponentially with the number of nodes for smooth activations (15 digits with about 16 nodes at sigma_w T
/// = 1), and like a power for kinks. Nothing is proved: LimitKernel is. `R` is double or MpFloat.
template <Real R>
class LimitEstimate {
 public:
  /// Solves for the variances. \param nodes in each time; 0 chooses by `bits` (0.25 bits + 4).
  /// \throws as DepthRecursion; InputError for more than 200 nodes.
  explicit LimitEstimate(const LimitParameters& parameters, int nodes = 0, long bits = kDoubleBits);

  /// \throws InputError for |rho| > 1.
  DepthKernel<R> at(const Rational& rho) const;
  int nodes() const { return static_cast<int>(integrals_.rows()); }

 private:
  struct Fields {
    RealMatrix<R> value, slope;
  };
  Fields duals(const RealMatrix<R>& c, std::size_t first, bool is_diagonal) const;
  RealMatrix<R> integrated(const RealMatrix<R>& f) const;
  R to_end(const RealMatrix<R>& f) const;
  R constant(const Rational& x) const { return real_constant<R>(x, bits_); }

  LimitParameters parameters_;
  long bits_;
  R tau_squared_, tolerance_;
  RealMatrix<R> integrals_;  ///< J of L47
  RealMatrix<R> weights_;    ///< one row
  std::unique_ptr<DualPairs<R>> pairs_;
  std::size_t added_ = 0;  ///< variances the pairs know
  std::size_t first_ = 0;  ///< of them, the first of the solution; the end follows the nodes
  RealMatrix<R> state_;    ///< C at rho = 1
  R end_variance_;
};

extern template class LimitEstimate<double>;
extern template class LimitEstimate<MpFloat>;

}  // namespace gronwall
