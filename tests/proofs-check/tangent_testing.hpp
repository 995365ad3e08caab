#pragma once
/// \file The tangent kernel of a small net once more, in 50 digits and from the whole gradients.

#include <boost/multiprecision/cpp_bin_float.hpp>

#include "writer.hpp"

namespace checker_test {

using Digits = boost::multiprecision::cpp_bin_float_50;
using Columns = std::vector<Digits>;

struct TangentNet {
  std::string activation;
  int n, d, inputs, depth;
  std::string T, sigma_u, sigma_v, sigma_w;
  std::vector<double> U, W, v, x;

  /// Weights and inputs of a few bits when `exact`, of 53 bits else.
  static TangentNet random(const std::string& activation, int n, int d, int inputs, int depth,
                           std::uint64_t seed, bool exact = false);
  /// The matrix of the statement; writes the side files u.npy, w.npy, v.npy and x.npy.
  std::string json(const Folder& folder) const;
  /// h^0, ..., h^L and f for the input of this number.
  std::vector<Columns> states(int input) const;
  Digits output(int input) const;
  /// Scalar products of the gradients of f by U, W and v, row by row.
  Columns kernel() const;
};

Digits digits(const std::string& real);
Digits digits(const mpq_class& x);
/// x rounded down to a multiple of 2^-120.
mpq_class rational(const Digits& x);
Digits phi(const std::string& activation, const Digits& z);
Digits phi_slope(const std::string& activation, const Digits& z);
/// Row by row, of a symmetric matrix of this order.
Digits least_eigenvalue(Columns a, int order);
/// A factor of a - shift I in units of 2^-50; a pivot that is not positive counts as 0.
std::vector<std::int64_t> factor_of(const Columns& a, int order, const Digits& shift);

std::string tangent_statement(const std::string& matrix, const mpq_class& bound);
std::string tangent_witness(const Folder& folder, const std::vector<std::int64_t>& factor);

}  // namespace checker_test
