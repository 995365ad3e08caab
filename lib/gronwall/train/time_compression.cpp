#include "gronwall/train/time_compression.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/kernel/layer_factors.hpp"

namespace gronwall {

using Eigen::Index;

StepPolynomials::StepPolynomials(Index steps) : steps_(steps) {
  // Forming the coefficients costs about as much as a fifth of the steps.
  constexpr Index kMostTerms = 40, kFewestSteps = 8;
  most_ = steps < kFewestSteps ? 0 : std::min(kMostTerms, steps * 4 / 5);
  if (most_ == 0) return;
  const Index all = most_ + 1;
  const Eigen::MatrixXd q = layer_polynomials(steps, all);
  values_.resize(static_cast<std::size_t>(all) + 1);
  for (Index terms = 1; terms <= all; ++terms) {
    std::vector<double>& rows = values_[static_cast<std::size_t>(terms)];
    rows.reserve(static_cast<std::size_t>(steps * terms));
    for (Index l = 0; l < steps; ++l)
      for (Index p = 0; p < terms; ++p) rows.push_back(q(l, p));
  }
}

double Energies::bound() const {
  return std::sqrt(phi[1]) * std::sqrt(adjoint[1]);
}

double Energies::scale() const {
  return std::sqrt(phi[0]) * std::sqrt(adjoint[0]);
}

Index terms_for(const std::vector<double>& phi, const std::vector<double>& adjoint, double tolerance) {
  double phi_tail = 0, adjoint_tail = 0, phi_sum = 0, adjoint_sum = 0;
  for (std::size_t p = 0; p < phi.size(); ++p) {
    phi_sum += phi[p];
    adjoint_sum += adjoint[p];
  }
  Index terms = static_cast<Index>(phi.size()) + 1;
  for (std::size_t p = phi.size(); p-- > 0;) {
    phi_tail += phi[p];
    adjoint_tail += adjoint[p];
    if (!(std::sqrt(phi_tail) * std::sqrt(adjoint_tail) <=
          tolerance * std::sqrt(phi_sum) * std::sqrt(adjoint_sum)))
      break;
    terms = static_cast<Index>(p);
  }
  return std::max<Index>(1, terms);
}

}  // namespace gronwall
