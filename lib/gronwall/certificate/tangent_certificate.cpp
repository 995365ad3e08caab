#include "gronwall/certificate/tangent_certificate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "gronwall/activation/vector_activation.hpp"
#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/spd_witness.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;

/// The arithmetic of the checker's run (docs/certificates.md, spd/1).
constexpr double kUnit = 0x1p-48;
constexpr int kWeightBits = 56;

/// What rounding a matrix to integers of kWeightBits takes from it, Frobenius norm.
double rounding_error(const MatrixXd& a) {
  return std::sqrt(static_cast<double>(a.size())) * a.cwiseAbs().maxCoeff() * std::ldexp(2.0, -kWeightBits);
}

/// An estimate of (sigma_v/sqrt n) E_i of L58 for the checker's run, for each input: the same recursions in
/// plain double arithmetic.
VectorXd run_errors(const TangentKernel& kernel) {
  const NeuralOde& model = kernel.model;
  const Index n = model.width(), count = kernel.x.cols();
  const auto depth = static_cast<std::size_t>(kernel.depth);
  const VectorActivation phi(model.phi());
  const double l1 = model.phi().lipschitz(Ball::kLeastBits)->midpoint();
  const double l2 = model.phi().lipschitz_of_derivative(Ball::kLeastBits)->midpoint();
  const double alpha = over_root(model.sigma_w() * model.time() / kernel.depth, n);
  const double beta = over_root(model.sigma_u(), model.input_dimension());
  const double grain = std::sqrt(static_cast<double>(n)) * kUnit;
  const double omega = rounding_error(model.w()), omega_u = rounding_error(model.u());
  // The checker bounds |W| by ||(W^T W)^8||_F^(1/16), which is at most this.
  const MatrixXd gram = model.w().transpose() * model.w();
  const double norm_w = std::sqrt(std::sqrt((gram * gram).norm()));
  const RowVectorXd size_x = kernel.x.colwise().norm();
  const double zeta = rounding_error(kernel.x) / std::sqrt(static_cast<double>(count));
  const VectorXd v = model.v().row(kernel.output);
  const RowVectorXd grains = RowVectorXd::Constant(count, grain);

  MatrixXd h = beta * model.u() * kernel.x;
  std::vector<MatrixXd> slope(depth + 1, MatrixXd(n, count));
  std::vector<RowVectorXd> size(depth + 1), d(depth + 1), d_slope(depth + 1);
  RowVectorXd e =
      beta * (omega_u * size_x + RowVectorXd::Constant(count, model.u().norm() * zeta)) + (1 + beta) * grains;
  for (std::size_t l = 0;; ++l) {
    MatrixXd value(n, count);
    phi.evaluate(h.data(), value.data(), slope[l].data(), value.size());
    size[l] = value.colwise().norm();
    d[l] = l1 * e + grains;
    d_slope[l] = l2 * e + grains;
    if (l == depth) break;
    h.noalias() += alpha * model.w() * value;
    e += alpha * (norm_w * d[l] + omega * size[l]) + (1 + alpha) * grains;
  }
  MatrixXd p = slope[depth].array().colwise() * v.array();
  RowVectorXd a =
      d_slope[depth] * v.cwiseAbs().maxCoeff() + (1 + l1 * rounding_error(v) / kUnit / std::sqrt(n)) * grains;
  RowVectorXd block = RowVectorXd::Zero(count);
  for (std::size_t l = depth; l-- > 0;) {
    const RowVectorXd size_p = p.colwise().norm();
    block.array() += a.array() * (size[l] + d[l]).array() + size_p.array() * d[l].array();
    const MatrixXd y = model.w().transpose() * p;
    const RowVectorXd largest = y.cwiseAbs().colwise().maxCoeff();
    p.array() += alpha * slope[l].array() * y.array();
    a += alpha * (l1 * (norm_w * a + omega * size_p + grains) +
                  RowVectorXd(d_slope[l].array() * largest.array())) +
         (1 + alpha) * grains;
  }
  const RowVectorXd block_u =
      beta * (a.array() * (size_x.array() + zeta) + p.colwise().norm().array() * zeta);
  return over_root(model.sigma_v(), n) *
         (block_u.array().square() + (alpha * block).array().square() + d[depth].array().square()).sqrt();
}

/// The bound for K that a bound for matrices near K gives: the checker's Khat differs by errors of the rows
/// (L58), and needs (sqrt(bound) + |E|)^2.
double after_errors(double witnessed, const MatrixXd& kernel, const VectorXd& errors) {
  const VectorXd sizes = kernel.diagonal().cwiseSqrt();
  const double row_sum = (sizes * errors.sum() + errors * (sizes.sum() + errors.sum())).maxCoeff();
  const double rest = std::sqrt(std::max(0.0, witnessed - row_sum)) - errors.norm();
  return rest > 0 ? rest * rest : 0;
}

template <class Derived>
CanonicalJson add_matrix(CertificateBundle& bundle, const std::string& stem,
                         const Eigen::MatrixBase<Derived>& a, bool is_vector = false) {
  const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = a;
  const auto extent = [](Index size) { return static_cast<std::uint64_t>(size); };
  return bundle.add_array(
      stem, std::span<const double>(rows.data(), static_cast<std::size_t>(rows.size())),
      is_vector ? std::vector{extent(a.size())} : std::vector{extent(a.rows()), extent(a.cols())});
}

}  // namespace

std::optional<TangentCertificate> certify_tangent_kernel(CertificateBundle& bundle, const std::string& stem,
                                                         const TangentKernel& kernel,
                                                         const EnclosedProduct& enclosure) {
  if (kernel.depth > kDeepestTangentNet) return std::nullopt;
  const EntryRadius radius = EntryRadius::of_entries(enclosure.radius);
  const double lower = enclose_lambda_min(enclosure.midpoint, radius).lower;
  if (!(lower > 0)) return std::nullopt;
  const auto witness = spd_witness(enclosure.midpoint, radius, lower);
  if (!witness) return std::nullopt;
  // Room for differences between this estimate of the errors and the checker's bounds.
  constexpr double kRoom = 2;
  constexpr int kBoundBits = 20;  // a shorter number for the reader
  const double proved = after_errors(witness->bound, enclosure.midpoint, kRoom * run_errors(kernel));
  if (!(proved > 0)) return std::nullopt;
  const Rational bound = round_down_to_bits(proved, kBoundBits);

  const NeuralOde& model = kernel.model;
  const CanonicalJson factor = bundle.add_array(
      stem + ".factor", std::span<const std::int64_t>(witness->factor), {witness->factor.size()});
  CanonicalJson::Object matrix{{"T", model.time()},
                               {"U", add_matrix(bundle, stem + ".u", model.u())},
                               {"W", add_matrix(bundle, stem + ".w", model.w())},
                               {"activation", model.phi().name()},
                               {"depth", CanonicalJson::count(static_cast<std::uint64_t>(kernel.depth))},
                               {"points", add_matrix(bundle, stem + ".points", kernel.x.transpose())},
                               {"sigma_u", model.sigma_u()},
                               {"sigma_v", model.sigma_v()},
                               {"sigma_w", model.sigma_w()},
                               {"type", "tangent-kernel"},
                               {"v", add_matrix(bundle, stem + ".v", model.v().row(kernel.output), true)}};
  std::optional<TangentCertificate> made(std::in_place);
  made->bound = nearest_double(bound);
  made->statement = CanonicalJson::Object{{"bound", bound}, {"matrix", std::move(matrix)}};
  made->witness = CanonicalJson::Object{{"factor", factor}, {"scale", Rational(witness->scale)}};
  return made;
}

std::optional<std::string> tangent_claim_id(const Activation& phi) {
  constexpr std::array kFollowed{"softplus", "tanh", "sigmoid", "gelu",    "silu",
                                 "erf",      "sin",  "cos",     "gaussian"};
  const std::string name = phi.name();
  if (std::find(kFollowed.begin(), kFollowed.end(), name) == kFollowed.end()) return std::nullopt;
  return "tangent-lambda-min." + name;
}

}  // namespace gronwall
