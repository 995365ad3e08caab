#include "claims/limit_json.hpp"

#include <algorithm>

#include "claims/array_json.hpp"
#include "gronwall/gaussian/trapezoid.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

/// Of the checker's Hermite coefficients: far below the radii of the nodal values.
constexpr long kAccuracyBits = 72;

CanonicalJson value_json(const Ball& x) {
  return CanonicalJson::Object{{"radius", stated_radius(x.radius())},
                               {"value", x.exact_midpoint().lower_rational()}};
}

CanonicalJson series_json(const SeriesEnclosure& series) {
  CanonicalJson::Array coefficients;
  for (const Ball& c : series.coefficients) coefficients.emplace_back(c.lower_rational());
  return CanonicalJson::Object{{"coefficients", std::move(coefficients)},
                               {"radius", stated_radius(series.radius)}};
}

CanonicalJson count(std::size_t n) {
  return CanonicalJson::count(static_cast<std::uint64_t>(n));
}

}  // namespace

Rational stated_radius(UpperBound radius) {
  return parse_rational(decimal_above(to_rational(radius.value()), 3));
}

CanonicalJson modes_json(const LimitKernel& kernel, const Ball& end_variance) {
  const LimitParameters& parameters = kernel.parameters();
  const auto last = static_cast<unsigned>(kernel.terms() - 1);
  // The least variance asks for the finest step, the largest for the widest reach.
  const Rational largest = parse_rational(decimal_above(end_variance.upper_rational() * Rational(33, 32), 4));
  const TrapezoidWitness fine = trapezoid_witness(*parameters.activation, parameters.c0, last, kAccuracyBits);
  const TrapezoidWitness wide = trapezoid_witness(*parameters.activation, largest, last, kAccuracyBits);
  const TrapezoidWitness& base = fine.step <= wide.step ? fine : wide;
  const Rational reach = std::max(fine.step * fine.nodes, wide.step * wide.nodes);
  const long nodes = static_cast<long>(static_cast<double>(reach / base.step)) + 2;
  return CanonicalJson::Object{
      {"nodes", count(static_cast<std::size_t>(nodes))},
      {"precision", count(static_cast<std::size_t>(std::max(fine.precision, wide.precision)))},
      {"step", base.step},
      {"strip", base.strip},
      {"terms", count(kernel.terms())}};
}

CanonicalJson grid_json(CertificateBundle& bundle, const std::string& stem, const LimitKernel& kernel,
                        const Ball& end_variance, const LimitWitness& witness) {
  const std::uint64_t pairs = witness.state.size();
  std::vector<std::uint64_t> shape{3, pairs};
  if (witness.degree > 0) shape.push_back(witness.degree + 1);
  return CanonicalJson::Object{
      {"modes", modes_json(kernel, end_variance)},
      {"order", count(static_cast<std::size_t>(witness.order))},
      {"panels", count(static_cast<std::size_t>(witness.panels))},
      {"state", array_json(bundle, stem + ".state", witness.state, {pairs}, witness.scale)},
      {"values", array_json(bundle, stem + ".values", witness.values, shape, witness.scale)}};
}

CanonicalJson quantities_json(const LimitValues& values) {
  return CanonicalJson::Object{{"C", value_json(values.C_TT)},      {"K", value_json(values.K_inf)},
                               {"K_U", value_json(values.K_U)},     {"K_W", value_json(values.K_W)},
                               {"Sigma", value_json(values.Sigma)}, {"q", value_json(values.q_T)}};
}

CanonicalJson quantities_json(const LimitSeries& series) {
  return CanonicalJson::Object{{"C", series_json(series.C_TT)},      {"K", series_json(series.K_inf)},
                               {"K_U", series_json(series.K_U)},     {"K_W", series_json(series.K_W)},
                               {"Sigma", series_json(series.Sigma)}, {"q", value_json(series.q_T)}};
}

CanonicalJson::Object limit_statement(const LimitParameters& parameters) {
  return {{"T", parameters.T},
          {"activation", parameters.activation->name()},
          {"c0", parameters.c0},
          {"sigma_w", parameters.sigma_w}};
}

}  // namespace gronwall::verify
