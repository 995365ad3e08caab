#include "gronwall/activation/relu.hpp"

#include "gronwall/activation/parameters.hpp"

namespace gronwall {

LeakyRelu::LeakyRelu(std::string spelling, Rational slope)
    : spelling_(std::move(spelling)), slope_(std::move(slope)), rounded_slope_(nearest_double(slope_)) {}

std::string LeakyRelu::formula() const {
  if (slope_ == 0) return "max(0, z)";
  return "z for z > 0, " + slope_.str() + " z for z <= 0";
}

ParitySplit LeakyRelu::parity_split() const {
  if (slope_ == 1) return {0, 0, Parity::odd};
  return {Rational((1 + slope_) / 2), 0, Parity::even};
}

std::optional<Ball> LeakyRelu::lipschitz(long bits) const {
  const Rational size = abs(slope_);
  return Ball::from(size > 1 ? size : Rational(1), bits);
}

std::optional<Ball> LeakyRelu::lipschitz_of_derivative(long bits) const {
  if (slope_ != 1) return std::nullopt;
  return Ball::from(0, bits);
}

Analyticity LeakyRelu::analyticity() const {
  return {slope_ == 1, std::nullopt};
}

LinearGrowth LeakyRelu::growth(const Ball& b) const {
  if (slope_ == 1) return {b, Ball(1)};
  if (!b.is_exact() || !b.contains_zero())
    throw InputError(name() + " is not analytic: its growth is known on the real line (b = 0) only");
  return {Ball(0), *lipschitz(b.working_bits())};
}

LeakyRelu relu() {
  return {"relu", 0};
}

LeakyRelu leaky_relu(std::string_view parameter) {
  Rational slope = parse_rational(parameter);
  std::string spelling = "leaky-relu:" + to_canonical_text(slope);
  return {std::move(spelling), std::move(slope)};
}

}  // namespace gronwall
