#include "gronwall/numbers/eigen.hpp"

#include <algorithm>

#if __has_include(<flint/arb_mat.h>)
#include <flint/arb_mat.h>
#else
#include <arb_mat.h>
#endif

namespace gronwall {
namespace {

using Index = Eigen::Index;

/// An `arb_mat_t` that reads the entries of a ball matrix without copying their mantissas.
class BorrowedMatrix {
 public:
  explicit BorrowedMatrix(const Eigen::Ref<const BallMatrix>& m) {
    arb_mat_init(value_, m.rows(), m.cols());
    for (Index i = 0; i < m.rows(); ++i)
      // coeffRef, for m(i, j) would be a copy that dies here.
      for (Index j = 0; j < m.cols(); ++j) *arb_mat_entry(value_, i, j) = *m.coeffRef(i, j).raw();
  }
  ~BorrowedMatrix() {
    // Entries belong to the ball matrix: forget them before the arrays go.
    for (slong i = 0; i < arb_mat_nrows(value_); ++i)
      for (slong j = 0; j < arb_mat_ncols(value_); ++j) arb_init(arb_mat_entry(value_, i, j));
    arb_mat_clear(value_);
  }
  BorrowedMatrix(const BorrowedMatrix&) = delete;
  BorrowedMatrix& operator=(const BorrowedMatrix&) = delete;
  const arb_mat_struct* raw() const { return value_; }

 private:
  arb_mat_t value_;
};

long largest_bits(const Eigen::Ref<const BallMatrix>& m) {
  long bits = 0;
  for (Index j = 0; j < m.cols(); ++j)
    for (Index i = 0; i < m.rows(); ++i) bits = std::max(bits, m.coeffRef(i, j).bits());
  return bits;
}

}  // namespace

BallMatrix product(const Eigen::Ref<const BallMatrix>& a, const Eigen::Ref<const BallMatrix>& b) {
  if (a.cols() != b.rows())
    throw InputError("a matrix product needs as many columns on the left as rows on the right");
  const long bits = std::max(largest_bits(a), largest_bits(b));
  BallMatrix result(a.rows(), b.cols());
  arb_mat_t c;
  arb_mat_init(c, a.rows(), b.cols());
  arb_mat_mul(c, BorrowedMatrix(a).raw(), BorrowedMatrix(b).raw(), bits > 0 ? bits : Ball::kLeastBits);
  for (Index i = 0; i < result.rows(); ++i) {
    for (Index j = 0; j < result.cols(); ++j) {
      if (bits > 0) result(i, j) = Ball().with_bits(bits);
      arb_swap(result(i, j).raw(), arb_mat_entry(c, i, j));
    }
  }
  arb_mat_clear(c);
  return result;
}

}  // namespace gronwall
