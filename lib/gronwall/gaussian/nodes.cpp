#include "gronwall/gaussian/nodes.hpp"

#include <algorithm>
#include <cmath>

namespace gronwall {
namespace {

/// a * b at `bits`.
Ball product(const Ball& a, const Ball& b, long bits) {
  Ball result = Ball().with_bits(bits);
  arb_mul(result.raw(), a.raw(), b.raw(), bits);
  return result;
}

/// Any activation, by its own values.
class GenericWalk : public NodeWalk {
 public:
  GenericWalk(const Activation& phi, const Ball& spacing)
      : phi_(phi), split_(phi.parity_split()), spacing_(spacing) {}

  ParityParts next(long bits) override {
    // The derivative of phi is moderate, so phi(y) needs the bits of y in front of the point as well.
    Ball y = Ball().with_bits(bits + 32);
    arb_mul_si(y.raw(), spacing_.raw(), index_++, bits + 32);
    const Ball right = phi_.value(y);
    const Ball linear = split_.slope == 0 ? Ball(0) : y * Ball::from(split_.slope, bits + 32);
    const Ball constant = split_.constant == 0 ? Ball(0) : Ball::from(split_.constant, bits + 32);
    switch (split_.rest) {
      case Parity::even:
        return {right - linear, 0};
      case Parity::odd:
        return {0, right - constant - linear};
      case Parity::neither:
        break;
    }
    const Ball left = phi_.value(-y);
    return {ldexp(right + left, -1), ldexp(right - left, -1)};
  }

 private:
  const Activation& phi_;
  ParitySplit split_;
  Ball spacing_;
  long index_ = 0;
};

enum class Logistic { softplus, sigmoid, silu, tanh };

/// Softplus, sigmoid, SiLU and tanh through `p = e^(-y)`: tanh(y/2) = (1 - p)/(1 + p),
/// sigmoid = 1/2 + tanh(y/2)/2, silu = y/2 + (y/2) tanh(y/2), softplus = y/2 + (y/2 + log(1 + p)).
class LogisticWalk : public NodeWalk {
 public:
  LogisticWalk(Logistic kind, const Ball& spacing, long bits)
      : kind_(kind), spacing_(spacing), power_(Ball(1).with_bits(bits)) {
    const Ball exponent = kind == Logistic::tanh ? 2 * spacing : spacing;
    ratio_ = exp(-exponent.with_bits(bits));
  }

  ParityParts next(long bits) override {
    const long k = index_++;
    const Ball p = power_.with_bits(bits);
    power_ = product(power_, ratio_, bits);
    Ball half_y = Ball().with_bits(bits);
    arb_mul_si(half_y.raw(), spacing_.raw(), k, bits);
    arb_mul_2exp_si(half_y.raw(), half_y.raw(), -1);
    if (kind_ == Logistic::softplus) return {half_y + log1p(p), 0};
    const Ball slope = (1 - p) / (1 + p);
    switch (kind_) {
      case Logistic::tanh:
        return {0, slope};
      case Logistic::sigmoid:
        return {0, ldexp(slope, -1)};
      default:
        return {half_y * slope, 0};
    }
  }

 private:
  Logistic kind_;
  Ball spacing_, power_, ratio_;
  long index_ = 0;
};

}  // namespace

long walk_guard_bits(long nodes) {
  return 16 + 2 * static_cast<long>(std::ceil(std::log2(static_cast<double>(nodes) + 2)));
}

std::unique_ptr<NodeWalk> walk_over_nodes(const Activation& phi, const Ball& spacing, long nodes, long bits) {
  const std::string name = phi.name();
  const long walk_bits = bits + walk_guard_bits(nodes);
  constexpr std::pair<const char*, Logistic> kLogistic[] = {{"softplus", Logistic::softplus},
                                                            {"sigmoid", Logistic::sigmoid},
                                                            {"silu", Logistic::silu},
                                                            {"tanh", Logistic::tanh}};
  for (const auto& [logistic_name, kind] : kLogistic)
    if (name == logistic_name) return std::make_unique<LogisticWalk>(kind, spacing, walk_bits);
  return std::make_unique<GenericWalk>(phi, spacing);
}

WeightWalk::WeightWalk(const Ball& step, long nodes, long bits) {
  const long walk_bits = bits + walk_guard_bits(nodes);
  const Ball square = (step * step).with_bits(walk_bits);
  weight_ = Ball(1).with_bits(walk_bits);
  ratio_ = exp(-ldexp(square, -1));  // w_{k+1} / w_k = e^{-(2k+1) step^2 / 2}
  decay_ = ratio_ * ratio_;
}

Ball WeightWalk::next(long bits) {
  const Ball result = weight_.with_bits(bits);
  weight_ = product(weight_, ratio_, bits);
  ratio_ = product(ratio_, decay_, bits);
  return result;
}

}  // namespace gronwall
