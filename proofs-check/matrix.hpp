#pragma once
// Vectors and matrices of intervals.

#include <vector>

#include "check.hpp"

namespace proofs_check {

using Vector = std::vector<Interval>;
Vector zeros(std::size_t n, long precision);

struct Matrix {
  std::size_t rows, columns;
  Vector entries;  ///< row by row
  Matrix(std::size_t r, std::size_t c, long precision)
      : rows(r), columns(c), entries(zeros(r * c, precision)) {}
  const Interval& operator()(std::size_t i, std::size_t j) const { return entries[i * columns + j]; }
  Interval& operator()(std::size_t i, std::size_t j) { return entries[i * columns + j]; }
};

/// A `MAT` of docs/certificates.md of this shape; 0 stands for any positive number.
Matrix parse_matrix(const Value& value, std::size_t rows, std::size_t columns, long precision,
                    const Context& context);

/// y = A x and y = A^T x
void multiply(const Matrix& a, const Vector& x, Vector& y);
void multiply_transposed(const Matrix& a, const Vector& x, Vector& y);
Vector operator-(const Vector& a, const Vector& b);
Matrix operator-(const Matrix& a, const Matrix& b);
Vector operator*(const Interval& scale, const Vector& x);
/// Entry by entry.
Vector hadamard(const Vector& a, const Vector& b);

Interval norm(const Vector& x);  ///< Euclidean; of Matrix::entries the Frobenius norm
Interval largest(const Vector& x);
/// The spectral norm, enclosed (L34): within a factor n^(2^-squarings/4), about, for n rows or columns.
Interval spectral_norm(const Matrix& a, Budget& budget, int squarings = 10);

}  // namespace proofs_check
