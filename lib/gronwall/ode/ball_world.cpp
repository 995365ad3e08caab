#include "gronwall/linalg/ball_cholesky.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/ode/flow_world.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Midpoints without their radii: for approximations only.
BallMatrix midpoints(const BallMatrix& a) {
  return a.unaryExpr([](const Ball& x) { return x.exact_midpoint(); });
}

BallMatrix combine(const BallMatrix& coefficients, const BallMatrix& table) {
  return product(coefficients, table);
}

}  // namespace

BallWorld::BallWorld(const BoundedOperator& w, const Activation& phi, Index samples, long bits)
    : w_(w), phi_(phi), samples_(samples), bits_(bits), w_balls_(exact_balls(w.matrix(), bits)) {
  w_transposed_ = w_balls_.transpose();
}

void BallWorld::use_degree(int degree) {
  if (!tables_ || tables_->degree != degree)
    tables_ = std::make_unique<const ChebyshevTables>(degree, bits_ + kTableBits);
}

void BallWorld::drop_radii(Matrix& a) {
  a = midpoints(a);
}

BallMatrix BallWorld::from_doubles(const MatrixXd& a) const {
  return exact_balls(a, bits_);
}

BallWorld::Block BallWorld::exact(const Matrix& value) const {
  return {value, MatrixXd::Zero(samples_, value.cols()), {}};
}

BallWorld::Block BallWorld::sample(const Block& coefficients, Sampling which) const {
  const BallMatrix& table = which == Sampling::values ? tables_->values : tables_->derivatives;
  return exact(combine(coefficients.value, table));
}

BallWorld::Block BallWorld::activate(const Block& z, int order, UpperBound /*lipschitz*/) const {
  return exact(z.value.unaryExpr([&](const Ball& x) -> Ball {
    return order == 0 ? phi_.value(x) : order == 1 ? phi_.derivative(x) : Ball(2 * phi_.taylor(x, 2)[2]);
  }));
}

BallWorld::Block BallWorld::apply(const Block& x, bool transposed) const {
  return exact(approximate_apply(x.value, transposed));
}

BallWorld::Block BallWorld::times(const Block& a, const Block& b, UpperBound /*largest_a*/) const {
  return exact(a.value.cwiseProduct(b.value));
}

MatrixXd BallWorld::norms(const Block& a) const {
  const Index n = dimension();
  MatrixXd result(samples_, a.value.cols());
  for (Index c = 0; c < a.value.cols(); ++c)
    for (Index s = 0; s < samples_; ++s) {
      Ball squares = Ball::from(0, bits_);
      for (Index i = 0; i < n; ++i) {
        const Ball& x = a.value(s * n + i, c);
        squares += x * x;
      }
      result(s, c) = sqrt(abs(squares)).magnitude().value();
    }
  return result;
}

MatrixXd BallWorld::magnitudes(const Block& a) const {
  MatrixXd result(a.value.rows(), a.value.cols());
  for (Index k = 0; k < result.size(); ++k) result.data()[k] = a.value.data()[k].magnitude().value();
  return result;
}

MatrixXd BallWorld::norms_of_sum(const Block& a, const Ball& factor, const Block& b) const {
  BallMatrix sum(a.value.rows(), a.value.cols());
  for (Index k = 0; k < sum.size(); ++k) sum.data()[k] = a.value.data()[k] + factor * b.value.data()[k];
  return norms(exact(sum));
}

BallMatrix BallWorld::interpolate(const Matrix& nodes) const {
  return midpoints(combine(nodes, tables_->coefficients));
}

BallMatrix BallWorld::approximate_nodes(const Matrix& coefficients) const {
  return midpoints(combine(coefficients, tables_->values));
}

BallMatrix BallWorld::approximate_phi(const Matrix& z, int order) const {
  return midpoints(activate(exact(z), order, UpperBound()).value);
}

BallMatrix BallWorld::approximate_apply(const Matrix& x, bool transposed) const {
  const Index n = dimension();
  BallMatrix wide = x;
  wide.resize(n, x.cols() * samples_);
  BallMatrix result = product(transposed ? w_transposed_ : w_balls_, wide);
  result.resize(x.rows(), x.cols());
  return result;
}

std::pair<BallMatrix, UpperBound> BallWorld::outer_integral(const Block& p, const Block& f,
                                                            const Ball& factor) const {
  const Index n = dimension();
  BallMatrix weighted = combine(p.value, tables_->moments);
  BallMatrix values = f.value;
  weighted.resize(n, weighted.size() / n);
  values.resize(n, values.size() / n);
  BallMatrix result = product(weighted, BallMatrix(values.transpose()));
  for (Index k = 0; k < result.size(); ++k) result.data()[k] *= factor;
  return {result, UpperBound()};
}

}  // namespace gronwall
