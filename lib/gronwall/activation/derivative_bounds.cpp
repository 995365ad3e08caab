#include "gronwall/activation/derivative_bounds.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "gronwall/numbers/arb.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

Ball zeta(int j, long bits) {
  Ball result = Ball().with_bits(bits);
  arb_zeta_ui(result.raw(), static_cast<ulong>(j), bits);
  return result;
}

/// Gamma(n/2)
Ball gamma_of_half(int n, long bits) {
  Ball result = Ball(n).with_bits(bits);
  arb_mul_2exp_si(result.raw(), result.raw(), -1);
  arb_gamma(result.raw(), result.raw(), bits);
  return result;
}

/// int_0^inf w^(j-1) / sinh(pi w) dw, j >= 2.
Ball logistic_moment(int j, long bits) {
  return ldexp(Ball(1) - ldexp(Ball(1).with_bits(bits), -j), 1) *
         factorial(static_cast<unsigned long>(j - 1), bits) * zeta(j, bits) / pow(Ball::pi(bits), j);
}

/// 2^(n/2) Gamma(n/2)
Ball gaussian_moment(int n, long bits) {
  return sqrt(ldexp(Ball(1).with_bits(bits), n)) * gamma_of_half(n, bits);
}

// bound: L44
std::optional<Ball> from_transform(std::string_view name, int j, long bits) {
  if (name == "sin" || name == "cos") return Ball(1).with_bits(bits);
  if (name == "identity") return Ball(j == 1 ? 1 : 0).with_bits(bits);
  if (name == "sigmoid") return logistic_moment(j + 1, bits);
  if (name == "tanh") return ldexp(logistic_moment(j + 1, bits), j + 1);
  if (name == "erf") return ldexp(gamma_of_half(j, bits), j) / Ball::pi(bits);
  if (name == "gaussian")
    return sqrt(ldexp(Ball(1).with_bits(bits), j)) * gamma_of_half(j + 1, bits) / sqrt(Ball::pi(bits));
  if (j == 1) return std::nullopt;  // L26 has these
  if (name == "softplus") return logistic_moment(j, bits);
  if (name == "silu") return Ball(j) * logistic_moment(j, bits);
  if (name == "gelu")
    return (gaussian_moment(j - 1, bits) + gaussian_moment(j + 1, bits)) / ldexp(Ball::pi(bits), 1);
  return std::nullopt;
}

struct Coherent {
  std::string_view name;
  int derivative;
  bool positive_mean;
};
// bound: L52
constexpr std::array kCoherent{
    Coherent{"gaussian", 0, true}, Coherent{"cos", 0, true},     Coherent{"tanh", 1, false},
    Coherent{"erf", 1, false},     Coherent{"sigmoid", 1, true}, Coherent{"sin", 1, false},
    Coherent{"softplus", 2, true}, Coherent{"gelu", 2, true},    Coherent{"silu", 2, true},
    Coherent{"relu", 2, true},
};

const Coherent* find_coherent(const Activation& phi) {
  const std::string name = phi.name();
  const auto* found = std::find_if(kCoherent.begin(), kCoherent.end(),
                                   [&name](const Coherent& entry) { return entry.name == name; });
  return found == kCoherent.end() ? nullptr : found;
}

}  // namespace

std::optional<Ball> derivative_bound(const Activation& phi, int j, long bits) {
  if (j < 1) throw InputError("a derivative has an order of at least 1");
  const std::string name = phi.name();
  std::optional<Ball> bound = from_transform(name, j, bits);
  const bool is_smooth = bound || from_transform(name, 2, bits);
  if (!is_smooth || j > 2) return bound;
  const std::optional<Ball> direct = j == 1 ? phi.lipschitz(bits) : phi.lipschitz_of_derivative(bits);
  if (!direct) return bound;
  return bound ? min(*bound, *direct) : *direct;
}

std::optional<int> coherent_derivative(const Activation& phi) {
  const Coherent* entry = find_coherent(phi);
  if (entry == nullptr) return std::nullopt;
  return entry->derivative;
}

bool has_positive_mean(const Activation& phi) {
  const Coherent* entry = find_coherent(phi);
  return entry != nullptr && entry->positive_mean;
}

}  // namespace gronwall
