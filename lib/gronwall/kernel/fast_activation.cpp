#include "gronwall/kernel/fast_activation.hpp"

#include <cmath>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

/// Tables are made for analytic functions of linear growth in a strip; of the analytic activations of the
/// catalogue those are the ones with a Lipschitz constant.
bool has_table(const Activation& phi) {
  return phi.analyticity().analytic_on_real_line && phi.lipschitz(Ball::kLeastBits).has_value();
}

}  // namespace

FastActivation::FastActivation(const Activation& phi)
    : phi_(phi), table_(has_table(phi) ? &CertifiedTable::of(phi) : nullptr) {}

void FastActivation::evaluate(std::span<const double> z, std::span<double> value,
                              std::span<double> derivative) const {
  // Beyond the table's range it would evaluate in ball arithmetic, a thousand times slower than libm.
  double largest = 0;
  bool is_finite = true;
  for (const double x : z) {
    is_finite &= std::isfinite(x);
    largest = std::max(largest, std::abs(x));
  }
  if (!is_finite)
    throw InputError("an activation's argument is not a finite number: the network's states overflow");
  if (table_ && largest <= CertifiedTable::kRange) {
    table_->evaluate(0, z, value);
    table_->evaluate(1, z, derivative);
    return;
  }
  for (std::size_t i = 0; i < z.size(); ++i) {
    value[i] = phi_.value(z[i]);
    derivative[i] = phi_.derivative(z[i]);
  }
}

}  // namespace gronwall
