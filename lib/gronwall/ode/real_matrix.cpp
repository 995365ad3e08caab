#include "gronwall/ode/real_matrix.hpp"

#include "gronwall/linalg/dense_kernels.hpp"
#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

template <Real R>
void require_fit(const RealMatrix<R>& a, const RealMatrix<R>& b) {
  if (a.cols() != b.rows())
    throw InputError("a matrix product needs as many columns on the left (" + std::to_string(a.cols()) +
                     ") as rows on the right (" + std::to_string(b.rows()) + ")");
}

}  // namespace

RealMatrix<double> multiply(const RealMatrix<double>& a, const RealMatrix<double>& b) {
  require_fit<double>(a, b);
  // Into aligned memory: where the result lies decides which entries a small product computes in packets, and
  // so their rounding. Results are not to depend on the heap.
  using Target = Eigen::Map<RealMatrix<double>, Eigen::Aligned64, Eigen::OuterStride<>>;
  const std::ptrdiff_t stride = padded_stride(a.rows());
  KernelBuffer buffer(static_cast<std::size_t>(stride * b.cols()) * sizeof(double));
  Target c(buffer.as<double>(), a.rows(), b.cols(), Eigen::OuterStride<>(stride));
  c.setZero();
  dense::kernels().f64.multiply(a.rows(), b.cols(), a.cols(), 1.0, a.data(), a.rows(), b.data(), b.rows(),
                                c.data(), stride);
  return c;
}

RealMatrix<MpFloat> multiply(const RealMatrix<MpFloat>& a, const RealMatrix<MpFloat>& b) {
  require_fit<MpFloat>(a, b);
  const long bits = a.size() > 0 ? bits_of(a.coeffRef(0, 0)) : kDoubleBits;
  RealMatrix<MpFloat> c = zeros<MpFloat>(a.rows(), b.cols(), bits);
  // MPFR itself: a Boost expression would allocate a temporary for each product.
  MpFloat term = make_mp(0, bits);
  for (Eigen::Index j = 0; j < c.cols(); ++j)
    for (Eigen::Index i = 0; i < c.rows(); ++i) {
      mpfr_ptr sum = c.coeffRef(i, j).backend().data();
      for (Eigen::Index k = 0; k < a.cols(); ++k) {
        mpfr_mul(term.backend().data(), a.coeffRef(i, k).backend().data(), b.coeffRef(k, j).backend().data(),
                 MPFR_RNDN);
        mpfr_add(sum, sum, term.backend().data(), MPFR_RNDN);
      }
    }
  return c;
}

RealMatrix<Ball> multiply(const RealMatrix<Ball>& a, const RealMatrix<Ball>& b) {
  return product(a, b);
}

double root_of_nonnegative(double x) {
  return std::sqrt(x);
}

MpFloat root_of_nonnegative(const MpFloat& x) {
  return sqrt(x);
}

Ball root_of_nonnegative(const Ball& x) {
  Ball root = x;
  arb_sqrtpos(root.raw(), x.raw(), x.working_bits());
  return root;
}

}  // namespace gronwall
