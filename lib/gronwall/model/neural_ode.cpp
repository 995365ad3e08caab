#include "gronwall/model/neural_ode.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

std::string shape(const Eigen::MatrixXd& m) {
  return std::to_string(m.rows()) + " x " + std::to_string(m.cols());
}

void require_finite(const Eigen::MatrixXd& m, const std::string& name) {
  if (m.allFinite()) return;
  for (Eigen::Index i = 0; i < m.rows(); ++i)
    for (Eigen::Index j = 0; j < m.cols(); ++j)
      if (!std::isfinite(m(i, j)))
        throw InputError("weight " + name + "(" + std::to_string(i) + ", " + std::to_string(j) +
                         ") is not a finite number");
}

void require_positive(const Rational& x, const std::string& name) {
  if (x <= 0) throw InputError(name + " must be > 0, not " + x.str());
}

}  // namespace

NeuralOde::NeuralOde(NeuralOdeParameters parameters) : parameters_(std::move(parameters)) {
  if (!parameters_.phi) throw InputError("a Neural ODE needs an activation");
  if (width() == 0) throw InputError("the width of a Neural ODE (rows of W) must be at least 1");
  if (w().cols() != width()) throw InputError("W must be square, not " + shape(w()));
  if (input_dimension() == 0) throw InputError("a Neural ODE needs inputs: U has no columns");
  if (u().rows() != width())
    throw InputError("U must have a row for each of the " + std::to_string(width()) + " neurons, but is " +
                     shape(u()));
  if (outputs() == 0) throw InputError("a Neural ODE needs outputs: V has no rows");
  if (v().cols() != width())
    throw InputError("V must have a column for each of the " + std::to_string(width()) + " neurons, but is " +
                     shape(v()));
  require_finite(w(), "W");
  require_finite(u(), "U");
  require_finite(v(), "V");
  require_positive(sigma_w(), "sigma_w");
  require_positive(sigma_u(), "sigma_u");
  require_positive(sigma_v(), "sigma_v");
  require_positive(time(), "the time T");
}

NeuralOde gaussian_model(Eigen::Index width, Eigen::Index input_dimension, Eigen::Index outputs,
                         const Activation& phi, std::uint64_t seed) {
  constexpr Eigen::Index kMostSide = Eigen::Index{1} << 31, kMostEntries = Eigen::Index{1} << 34;
  for (const auto& [size, name] : {std::pair{width, "width"}, std::pair{input_dimension, "input dimension"},
                                   std::pair{outputs, "number of outputs"}})
    if (size < 1 || size > kMostSide || size > kMostEntries / std::max(width, Eigen::Index{1}))
      throw InputError("cannot make a model with " + std::string(name) + " " + std::to_string(size) +
                       ": each size must be at least 1 and each weight matrix of at most 2^34 entries");
  enum Role : std::uint32_t { kW = 1, kU = 2, kV = 3 };
  return NeuralOde({.w = gaussian_weights(width, width, kW, seed),
                    .u = gaussian_weights(width, input_dimension, kU, seed),
                    .v = gaussian_weights(outputs, width, kV, seed),
                    .phi = &phi});
}

double over_root(const Rational& sigma, Eigen::Index size) {
  return nearest_double(sigma) / std::sqrt(static_cast<double>(size));
}

}  // namespace gronwall
