#include "claims/flow_json.hpp"

#include <cmath>
#include <vector>

#include "claims/array_json.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/exact.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

using Eigen::Index;

constexpr int kBits = 62;
/// Bits of the checker's intervals: the defect of a polynomial with 62-bit coefficients is far above their
/// rounding.
constexpr std::uint64_t kPrecision = 64;

long scale_for(double largest) {
  return largest == 0 ? 0 : std::ilogb(largest) + 1 - kBits;
}

std::int64_t in_units(double x, long scale) {
  return static_cast<std::int64_t>(std::llround(std::ldexp(x, static_cast<int>(-scale))));
}

/// Chebyshev coefficients of all pieces: shape (pieces, n, degree + 2).
CanonicalJson pieces_json(CertificateBundle& bundle, const std::string& stem,
                          const std::vector<const Eigen::MatrixXd*>& pieces) {
  double largest = 0;
  for (const auto* piece : pieces) largest = std::max(largest, piece->cwiseAbs().maxCoeff());
  const long scale = scale_for(largest);
  std::vector<std::int64_t> values;
  for (const auto* piece : pieces)
    for (Index i = 0; i < piece->rows(); ++i)
      for (Index k = 0; k < piece->cols(); ++k) values.push_back(in_units((*piece)(i, k), scale));
  return array_json(bundle, stem, values,
                    {pieces.size(), static_cast<std::uint64_t>(pieces.front()->rows()),
                     static_cast<std::uint64_t>(pieces.front()->cols())},
                    scale);
}

}  // namespace

CanonicalJson pieces_json(CertificateBundle& bundle, const std::string& stem,
                          const std::vector<Eigen::MatrixXd>& pieces) {
  std::vector<const Eigen::MatrixXd*> pointers;
  for (const Eigen::MatrixXd& piece : pieces) pointers.push_back(&piece);
  return pieces_json(bundle, stem, pointers);
}

CanonicalJson matrix_json(CertificateBundle& bundle, const std::string& stem, const Eigen::MatrixXd& matrix) {
  const long scale = scale_for(matrix.cwiseAbs().maxCoeff());
  std::vector<std::int64_t> values;
  for (Index i = 0; i < matrix.rows(); ++i)
    for (Index j = 0; j < matrix.cols(); ++j) values.push_back(in_units(matrix(i, j), scale));
  return array_json(bundle, stem, values,
                    {static_cast<std::uint64_t>(matrix.rows()), static_cast<std::uint64_t>(matrix.cols())},
                    scale);
}

CanonicalJson model_json(CertificateBundle& bundle, const std::string& stem, const std::string& input_stem,
                         const NeuralOde& model, const Eigen::VectorXd& x) {
  return CanonicalJson::Object{{"T", model.time()},
                               {"U", matrix_json(bundle, stem + ".u", model.u())},
                               {"W", matrix_json(bundle, stem + ".w", model.w())},
                               {"sigma_u", model.sigma_u()},
                               {"sigma_v", model.sigma_v()},
                               {"sigma_w", model.sigma_w()},
                               {"v", matrix_json(bundle, stem + ".v", model.v())},
                               {"x", matrix_json(bundle, input_stem, x.transpose())}};
}

CanonicalJson flow_json(CertificateBundle& bundle, const std::string& stem,
                        const NeuralOdeEnclosure& enclosure) {
  const auto& flow = enclosure.flow();
  CanonicalJson::Array breakpoints{CanonicalJson(Rational(0))};
  std::vector<const Eigen::MatrixXd*> states, adjoints;
  for (const auto& piece : flow.pieces()) {
    breakpoints.emplace_back(to_rational(piece.end));
    states.push_back(&piece.state);
  }
  for (const auto& piece : enclosure.adjoint().pieces()) adjoints.push_back(&piece.adjoint);
  return CanonicalJson::Object{{"adjoint", pieces_json(bundle, stem + ".adjoint", adjoints)},
                               {"breakpoints", std::move(breakpoints)},
                               {"degree", CanonicalJson::count(static_cast<std::uint64_t>(flow.degree()))},
                               {"precision", CanonicalJson::count(kPrecision)},
                               {"state", pieces_json(bundle, stem + ".state", states)}};
}

Eigen::VectorXd certified_input(const Eigen::VectorXd& x) {
  return x.unaryExpr([](double value) { return std::ldexp(std::nearbyint(std::ldexp(value, 40)), -40); });
}

Rational rounded_up(double x, int digits) {
  return parse_rational(decimal_above(to_rational(x), digits));
}

}  // namespace gronwall::verify
