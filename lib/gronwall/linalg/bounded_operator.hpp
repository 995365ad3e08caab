#pragma once
/// \file A fixed matrix that is applied to many blocks of vectors, with a-priori error bounds.

#include <Eigen/Core>
#include <memory>
#include <mutex>
#include <optional>

#include "gronwall/numbers/bound.hpp"

namespace gronwall {

/// `high + low` stands for the exact product column by column: `|exact - (high + low)|_2 <= error(j)` for
/// column j. `low` is empty for plain products.
struct ProductColumns {
  Eigen::MatrixXd high;
  Eigen::MatrixXd low;
  Eigen::VectorXd error;
};

/// How much accuracy a product is worth.
enum class ProductAccuracy {
  plain,  ///< double arithmetic: error about `gamma_136 |A|_F |x|`
  split,  ///< three products of split factors, the leading one exact: about 1e-8 times that
};

/// A real matrix with certified norms. Immutable; safe to use from several threads.
class BoundedOperator {
 public:
  /// \throws InputError for an empty matrix or an entry that is not finite or above 2^500 in size.
  explicit BoundedOperator(Eigen::MatrixXd matrix)
      : BoundedOperator(std::make_shared<const Eigen::MatrixXd>(std::move(matrix))) {}
  /// Shares the matrix.
  explicit BoundedOperator(std::shared_ptr<const Eigen::MatrixXd> matrix);

  const Eigen::MatrixXd& matrix() const { return *matrix_; }
  /// Upper bound of the spectral norm, at most 1 % above it except for tiny matrices; computed at first use.
  UpperBound spectral_norm() const;
  UpperBound frobenius_norm() const { return frobenius_; }

  /// `y = A x` (or `A^T x`), an approximation, for the `columns` columns of `x`.
  void apply(const double* x, Eigen::Index columns, double* y, bool transposed = false) const;

  /// `A x` (or `A^T x`) with error bounds (docs/bounds.md, L39). \throws InputError if shapes do not fit or
  /// an entry is not finite.
  ProductColumns apply_bounded(const Eigen::MatrixXd& x, ProductAccuracy accuracy,
                               bool transposed = false) const;

 private:
  std::shared_ptr<const Eigen::MatrixXd> matrix_;
  double largest_ = 0;  ///< absolute value of an entry
  UpperBound frobenius_;
  mutable std::once_flag norm_known_;
  mutable UpperBound spectral_;
};

}  // namespace gronwall
