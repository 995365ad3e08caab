#include "gronwall/model/layer.hpp"

#include <string>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

bool finite(double x) {
  return std::isfinite(x);
}
bool finite(const MpFloat& x) {
  return mpfr_number_p(x.backend().data()) != 0;
}
bool finite(const Ball& x) {
  return x.is_finite();
}

template <Real R>
void require_finite(const RealMatrix<R>& m, const std::string& name) {
  for (Eigen::Index k = 0; k < m.size(); ++k)
    if (!finite(*(m.data() + k)))
      throw InputError("entry (" + std::to_string(k % m.rows()) + ", " + std::to_string(k / m.rows()) +
                       ") of " + name + " is not a finite number");
}

template <Real R>
R scale(const Rational& sigma, Eigen::Index dimension, long bits) {
  using std::sqrt;
  return real_constant<R>(sigma, bits) / sqrt(real_constant<R>(dimension, bits));
}

}  // namespace

template <Real R>
Layer<R>::Layer(const NeuralOde& model, long bits)
    : bits_(std::same_as<R, double> ? kDoubleBits : checked_bits(bits)),
      phi_(&model.phi()),
      w_(real_matrix<R>(model.w(), bits_)),
      w_transposed_(w_.transpose()),
      u_(real_matrix<R>(model.u(), bits_)),
      v_(real_matrix<R>(model.v(), bits_)),
      field_scale_(scale<R>(model.sigma_w(), model.width(), bits_)),
      input_scale_(scale<R>(model.sigma_u(), model.input_dimension(), bits_)),
      output_scale_(scale<R>(model.sigma_v(), model.width(), bits_)),
      time_(real_constant<R>(model.time(), bits_)) {}

template <Real R>
RealMatrix<R> Layer<R>::phi(const RealMatrix<R>& h) const {
  return h.unaryExpr([this](const R& z) { return phi_->value(z); });
}

template <Real R>
RealMatrix<R> Layer<R>::phi_prime(const RealMatrix<R>& h) const {
  return h.unaryExpr([this](const R& z) { return phi_->derivative(z); });
}

template <Real R>
RealMatrix<R> Layer<R>::start(const RealMatrix<R>& x) const {
  if (x.rows() != u_.cols() || x.cols() == 0)
    throw InputError("inputs are the columns of a matrix of " + std::to_string(u_.cols()) +
                     " rows and at least one column, not " + std::to_string(x.rows()) + " x " +
                     std::to_string(x.cols()));
  require_finite<R>(x, "the inputs");
  return input_scale_ * multiply(u_, x);
}

template <Real R>
RealMatrix<R> Layer<R>::field(const RealMatrix<R>& phi_h) const {
  return field_scale_ * multiply(w_, phi_h);
}

template <Real R>
RealMatrix<R> Layer<R>::read_out(const RealMatrix<R>& phi_h) const {
  return output_scale_ * multiply(v_, phi_h);
}

template <Real R>
RealMatrix<R> Layer<R>::checked_cotangent(const RealMatrix<R>& g, Eigen::Index inputs) const {
  if (g.size() == 0) return RealMatrix<R>::Constant(v_.rows(), inputs, real_constant<R>(1, bits_));
  if (g.rows() != v_.rows() || g.cols() != inputs)
    throw InputError("the cotangent must be " + std::to_string(v_.rows()) + " x " + std::to_string(inputs) +
                     " (outputs x inputs), not " + std::to_string(g.rows()) + " x " +
                     std::to_string(g.cols()));
  require_finite<R>(g, "the cotangent");
  return g;
}

template <Real R>
RealMatrix<R> Layer<R>::adjoint_end(const RealMatrix<R>& h, const RealMatrix<R>& g) const {
  const RealMatrix<R> pulled = multiply(RealMatrix<R>(v_.transpose()), g);
  return output_scale_ * phi_prime(h).cwiseProduct(pulled);
}

template <Real R>
RealMatrix<R> Layer<R>::adjoint_field(const RealMatrix<R>& h, const RealMatrix<R>& lambda) const {
  const RealMatrix<R> pulled = multiply(w_transposed_, lambda);
  return field_scale_ * phi_prime(h).cwiseProduct(pulled);
}

template <Real R>
Gradient<R> Layer<R>::outer_blocks(const RealMatrix<R>& lambda_start, const RealMatrix<R>& x,
                                   const RealMatrix<R>& phi_end, const RealMatrix<R>& g) const {
  return {input_scale_ * multiply(lambda_start, RealMatrix<R>(x.transpose())),
          zeros<R>(w_.rows(), w_.cols(), bits_),
          output_scale_ * multiply(g, RealMatrix<R>(phi_end.transpose()))};
}

template class Layer<double>;
template class Layer<MpFloat>;
template class Layer<Ball>;

}  // namespace gronwall
