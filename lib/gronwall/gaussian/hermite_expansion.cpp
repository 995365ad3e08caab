#include "gronwall/gaussian/hermite_expansion.hpp"

#include "gronwall/gaussian/closed_dual.hpp"
#include "gronwall/gaussian/product_mean.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

HermiteExpansion::HermiteExpansion(const Activation& phi, Rational q, long accuracy_bits)
    : phi_(phi), q_(std::move(q)), bits_(accuracy_bits) {}

void HermiteExpansion::extend(unsigned last_index) {
  if (static_cast<long>(last_index) <= last()) return;
  coefficients_ = hermite_coefficients(phi_, q_, 0, last_index, bits_).values;
  for (auto& entry : energies_) {
    if (!entry) continue;
    entry->partial.clear();
    entry->log2_tails.clear();
  }
}

Ball HermiteExpansion::coefficient(int order, unsigned n) const {
  const Ball& a = coefficients_[n + static_cast<unsigned>(order)];
  if (order == 0 || (a.is_exact() && a.contains_zero())) return a;
  // bound: L21 (coefficients of the derivatives)
  const long bits = a.working_bits();
  const Ball square = order == 1 ? Ball(n + 1) : Ball(n + 1) * Ball(n + 2);
  return a * sqrt(square.with_bits(bits));
}

HermiteExpansion::Energy& HermiteExpansion::energy(int order) {
  const auto index = static_cast<std::size_t>(order);
  const long bits = bits_ + 32;
  if (!energies_[index]) {
    Energy energy;
    const Ball q = Ball::from(q_, bits);
    const auto closed = closed_norm(phi_, order, q);
    energy.norm = closed ? *closed : product_mean(phi_, {order, q_}, {order, q_}, false, bits_);
    energies_[index] = std::move(energy);
  }
  Energy& energy = *energies_[index];
  if (energy.partial.empty()) {
    const Ball scale = 1 / pow(Ball::from(q_, bits), order);
    Ball sum = Ball().with_bits(bits);
    for (unsigned n = 0; n + index < coefficients_.size(); ++n) {
      const Ball& a = coefficients_[n + index];
      if (!(a.is_exact() && a.contains_zero())) {
        Ball square = a * a * scale;
        if (order >= 1) square *= Ball(n + 1);
        if (order == 2) square *= Ball(n + 2);
        sum += square;
      }
      energy.partial.push_back(sum);
    }
  }
  return energy;
}

Ball HermiteExpansion::tail(int order, unsigned m) {
  const Energy& known = energy(order);
  Ball result = known.norm - known.partial.at(m);
  // bound: L8 (Parseval; the true tail is non-negative)
  arb_get_ubound_arf(arb_midref(result.raw()), result.raw(), Ball::kLeastBits);
  mag_zero(arb_radref(result.raw()));
  if (arb_is_negative(result.raw()) != 0)
    throw PrecisionError("the norm of " + phi_.name() + " contradicts its coefficients");
  return result;
}

double HermiteExpansion::log2_tail(int order, unsigned m) {
  Energy& known = energy(order);
  if (known.log2_tails.empty()) {
    known.log2_tails.reserve(known.partial.size());
    for (unsigned i = 0; i < known.partial.size(); ++i) {
      const Ball bound = tail(order, i);
      mag_t size;
      mag_init(size);
      arb_get_mag(size, bound.raw());
      known.log2_tails.push_back(mag_get_d_log2_approx(size));
      mag_clear(size);
    }
  }
  return known.log2_tails.at(m);
}

}  // namespace gronwall
