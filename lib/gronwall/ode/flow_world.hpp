#pragma once
/// \file The two arithmetics in which flows are enclosed: doubles with a-priori error bounds, for wide nets,
/// and balls, for many digits. One algorithm (flow_enclosure.cpp) runs in either.
///
/// Vectors of N samples of dimension n are stacked: a block is a matrix of n N rows, sample after sample; its
/// columns are Chebyshev coefficients or nodes. In memory this is also a matrix of n rows and (columns times
/// N) columns, so one matrix product serves all of them.

#include <Eigen/Core>
#include <memory>
#include <vector>

#include "gronwall/activation/certified_table.hpp"
#include "gronwall/linalg/bounded_operator.hpp"
#include "gronwall/numbers/eigen.hpp"
#include "gronwall/ode/chebyshev.hpp"

namespace gronwall {

/// A block known up to an error: sample s of column c of the true block lies within `error(s, c)` of `value`
/// (`value + low` where `low` is not empty) in the Euclidean norm. Balls carry their own radii besides.
template <class Matrix>
struct EnclosedBlock {
  Matrix value;
  Eigen::MatrixXd error;
  Matrix low;
};

/// Which of a basis' tables.
enum class Sampling { values, derivatives };

/// Doubles and a-priori bounds (docs/bounds.md, L23, L38-L40).
class DoubleWorld {
 public:
  using Number = double;
  using Matrix = Eigen::MatrixXd;
  using Block = EnclosedBlock<Matrix>;

  DoubleWorld(const BoundedOperator& w, const Activation& phi, Eigen::Index samples, ProductAccuracy accuracy)
      : w_(w), table_(CertifiedTable::of(phi)), samples_(samples), accuracy_(accuracy) {}

  void use_degree(int degree);
  Eigen::Index dimension() const { return w_.matrix().rows(); }
  Eigen::Index samples() const { return samples_; }
  const BoundedOperator& w() const { return w_; }

  /// An exact block.
  Block exact(const Matrix& value) const;
  /// Values or derivatives by x at the nodes of polynomials with the given coefficients.
  Block sample(const Block& coefficients, Sampling which) const;
  /// phi^(order) of every entry; `lipschitz` is a Lipschitz constant of phi^(order).
  Block activate(const Block& z, int order, UpperBound lipschitz) const;
  /// W or W^T on every sample of every column.
  Block apply(const Block& x, bool transposed) const;
  /// Entrywise product; `largest_a` bounds the true entries of `a`.
  Block times(const Block& a, const Block& b, UpperBound largest_a) const;
  /// `factor a`.
  Block scaled(const Block& a, const Ball& factor) const;
  /// Upper bounds (samples x columns) of `|a + factor b|`.
  Eigen::MatrixXd norms_of_sum(const Block& a, const Ball& factor, const Block& b) const;
  /// Upper bounds of the norms of all samples and columns.
  Eigen::MatrixXd norms(const Block& a) const;
  /// Upper bounds of the absolute values of the entries.
  Eigen::MatrixXd magnitudes(const Block& a) const;

  /// Approximate interpolation: coefficients (degree m) from node values.
  Matrix interpolate(const Matrix& nodes) const;
  /// Approximate values, phi^(order), W x.
  Matrix approximate_nodes(const Matrix& coefficients) const;
  Matrix approximate_phi(const Matrix& z, int order) const;
  Matrix approximate_apply(const Matrix& x, bool transposed) const;
  static Number scalar(const Ball& x) { return x.midpoint(); }
  static Ball enclosed(Number x) { return Ball::exact(x); }
  /// Numbers without error, for approximations and as stored coefficients.
  static void drop_radii(Matrix& /*a*/) {}
  static Matrix from_doubles(const Eigen::MatrixXd& a) { return a; }
  static constexpr long bits() { return 53; }
  /// No block is known better than to `2^-finest_bits()` of its size.
  static constexpr long finest_bits() { return bits(); }
  /// `value + low` in one matrix.
  Block merged(const Block& a) const;

  /// `factor int p (I f)^T dx` over [-1,1], summed over the samples, for polynomials p (coefficients) and
  /// node values f: n x n, with a bound of the error in the Frobenius norm.
  std::pair<Matrix, UpperBound> outer_integral(const Block& p, const Block& f, const Ball& factor) const;

 private:
  const BoundedOperator& w_;
  const CertifiedTable& table_;
  Eigen::Index samples_;
  ProductAccuracy accuracy_;
  Matrix values_, derivatives_, moments_, coefficients_;
  Eigen::MatrixXd values_error_, derivatives_error_, moments_error_;
};

/// Balls of a given precision.
class BallWorld {
 public:
  using Number = Ball;
  using Matrix = BallMatrix;
  using Block = EnclosedBlock<Matrix>;

  BallWorld(const BoundedOperator& w, const Activation& phi, Eigen::Index samples, long bits);

  void use_degree(int degree);
  Eigen::Index dimension() const { return w_.matrix().rows(); }
  Eigen::Index samples() const { return samples_; }
  const BoundedOperator& w() const { return w_; }
  long bits() const { return bits_; }
  long finest_bits() const { return bits_ + kTableBits; }

  Block exact(const Matrix& value) const;
  Block sample(const Block& coefficients, Sampling which) const;
  Block activate(const Block& z, int order, UpperBound lipschitz) const;
  Block apply(const Block& x, bool transposed) const;
  Block times(const Block& a, const Block& b, UpperBound largest_a) const;
  Eigen::MatrixXd norms_of_sum(const Block& a, const Ball& factor, const Block& b) const;
  Eigen::MatrixXd norms(const Block& a) const;
  Eigen::MatrixXd magnitudes(const Block& a) const;

  Matrix interpolate(const Matrix& nodes) const;
  Matrix approximate_nodes(const Matrix& coefficients) const;
  Matrix approximate_phi(const Matrix& z, int order) const;
  Matrix approximate_apply(const Matrix& x, bool transposed) const;
  static Number scalar(const Ball& x) { return x; }
  static Ball enclosed(const Number& x) { return x; }
  static void drop_radii(Matrix& a);
  Matrix from_doubles(const Eigen::MatrixXd& a) const;
  Block merged(const Block& a) const { return a; }

  std::pair<Matrix, UpperBound> outer_integral(const Block& p, const Block& f, const Ball& factor) const;

 private:
  static constexpr long kTableBits = 32;  ///< that the tables have beyond `bits`

  const BoundedOperator& w_;
  const Activation& phi_;
  Eigen::Index samples_;
  long bits_;
  BallMatrix w_balls_, w_transposed_;
  std::unique_ptr<const ChebyshevTables> tables_;
};

}  // namespace gronwall
