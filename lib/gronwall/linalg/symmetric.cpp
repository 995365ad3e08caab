#include "gronwall/linalg/symmetric.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace gronwall {

namespace {

std::string entry_name(Eigen::Index i, Eigen::Index j) {
  return "(" + std::to_string(i) + ", " + std::to_string(j) + ")";
}

[[noreturn]] void report_bad_entry(const Eigen::MatrixXd& a) {
  for (Eigen::Index j = 0; j < a.cols(); ++j)
    for (Eigen::Index i = 0; i < a.rows(); ++i)
      if (!std::isfinite(a(i, j)))
        throw InputError("the matrix has an entry that is not a finite number at " + entry_name(i, j));
  for (Eigen::Index j = 0; j < a.cols(); ++j)
    for (Eigen::Index i = j + 1; i < a.rows(); ++i)
      if (a(i, j) != a(j, i))
        throw InputError("the matrix is not symmetric: entries " + entry_name(i, j) + " and " +
                         entry_name(j, i) + " differ");
  throw InputError("the matrix is not a finite symmetric matrix");
}

/// A bound of the largest of some exact sums of `terms` magnitudes, from the computed ones.
UpperBound largest_sum(const Eigen::VectorXd& sums, Eigen::Index terms) {
  const UpperBound factor = UpperBound(1.0) + gamma(2.0 * static_cast<double>(terms));
  UpperBound largest;
  for (const double sum : sums) largest = max(largest, UpperBound(sum) * factor);
  return largest;
}

}  // namespace

EntryRadius EntryRadius::of_entries(const Eigen::MatrixXd& radii) {
  require_symmetric(radii);
  EntryRadius result;
  result.row_sums_.resize(radii.rows());
  for (Eigen::Index j = 0; j < radii.cols(); ++j)  // symmetric: column sums are row sums
    result.row_sums_(j) = sum_upper(radii.col(j).data(), radii.rows()).value();
  return result;
}

UpperBound EntryRadius::row_sum(Eigen::Index row, Eigen::Index n) const {
  if (row_sums_.size() == 0) return diagonal_ + off_diagonal_ * UpperBound(static_cast<double>(n - 1));
  if (row_sums_.size() != n) throw InputError("radii and matrix have different orders");
  return UpperBound(row_sums_(row));
}

UpperBound EntryRadius::norm(Eigen::Index n) const {
  // bound: L12
  if (row_sums_.size() == 0) return row_sum(0, n);
  if (row_sums_.size() != n) throw InputError("radii and matrix have different orders");
  return UpperBound(row_sums_.maxCoeff());
}

void require_symmetric(const Eigen::MatrixXd& a) {
  if (a.rows() != a.cols())
    throw InputError("the matrix is not square: " + std::to_string(a.rows()) + " x " +
                     std::to_string(a.cols()));
  if (a.rows() == 0) throw InputError("the matrix is empty");
  // Tiles keep the transposed reads in cache. NaN fails the comparison; x - x is 0 for finite x only.
  constexpr Eigen::Index kTile = 32;
  const Eigen::Index n = a.rows();
  for (Eigen::Index column = 0; column < n; column += kTile)
    for (Eigen::Index row = column; row < n; row += kTile) {
      const Eigen::Index columns = std::min(kTile, n - column), rows = std::min(kTile, n - row);
      bool good = true;
      for (Eigen::Index j = column; j < column + columns; ++j)
        for (Eigen::Index i = row; i < row + rows; ++i)
          good = good && a(i, j) == a(j, i) && a(i, j) - a(i, j) == 0;
      if (!good) report_bad_entry(a);
    }
}

UpperBound sum_upper(const double* terms, Eigen::Index n) {
  double sum = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    if (!(terms[i] >= 0)) throw InputError("a sum of magnitudes has a term that is not a number >= 0");
    sum += terms[i];
  }
  // The computed sum is at least (1 - gamma_{n-1}) times the exact one (Higham 2002, section 4.2).
  return UpperBound(sum) * (UpperBound(1.0) + gamma(2.0 * static_cast<double>(n)));
}

UpperBound norm_inf_upper(const Eigen::MatrixXd& a) {
  return largest_sum(a.cwiseAbs().rowwise().sum(), a.cols());
}

UpperBound norm_one_upper(const Eigen::MatrixXd& a) {
  return largest_sum(a.cwiseAbs().colwise().sum().transpose(), a.rows());
}

bool all_finite(const Eigen::MatrixXd& a) {
  return std::isfinite(a.squaredNorm()) || a.allFinite();
}

UpperBound norm_frobenius_upper(const Eigen::MatrixXd& a) {
  if (a.size() == 0) return UpperBound();
  const auto count = static_cast<double>(a.size());
  const auto root = [count](double squares) {
    return sqrt(UpperBound(squares) * (UpperBound(1.0) + gamma(2.0 * (count + 2.0))) +
                UpperBound(count) * UpperBound(0x1p-1000));
  };
  // In the middle of the range of doubles one pass does.
  const double plain = a.squaredNorm();
  if (plain > 0x1p-900 && plain < 0x1p900) return root(plain);
  const double scale = a.cwiseAbs().maxCoeff<Eigen::PropagateNaN>();
  if (scale == 0) return UpperBound();
  if (!std::isfinite(scale)) return UpperBound(scale);  // refuses NaN
  // Scaled by a power of two, so that squares neither overflow nor lose more than n^2 2^-1074 to underflow.
  int exponent = 0;
  std::frexp(scale, &exponent);
  exponent = std::clamp(exponent, -1000, 1000);
  const double unit = std::ldexp(1.0, exponent);
  return root((a / unit).squaredNorm()) * UpperBound(unit);
}

UpperBound norm_two_upper_cheap(const Eigen::MatrixXd& a) {
  const UpperBound frobenius = norm_frobenius_upper(a);
  const UpperBound product = sqrt(norm_one_upper(a)) * sqrt(norm_inf_upper(a));
  return frobenius < product ? frobenius : product;
}

double subtract_down(double x, UpperBound y) {
  return std::nextafter(x - y.value(), -std::numeric_limits<double>::infinity());
}

}  // namespace gronwall
