#include "claims/context.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "claims/flow_json.hpp"
#include "gronwall/gaussian/dual.hpp"
#include "gronwall/gaussian/hermite.hpp"
#include "gronwall/gaussian/trapezoid.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

/// Coefficients are computed so many bits better than the enclosures that the checker has to confirm.
constexpr long kGuardBits = 4;

CanonicalJson::Object enclosure_json(const Ball& value) {
  return {{"hi", value.upper_rational()}, {"lo", value.lower_rational()}};
}

CanonicalJson gauss_witness(const Activation& phi, const Rational& q, unsigned last, long accuracy_bits,
                            int power) {
  if (!phi.analyticity().analytic_on_real_line || phi.polynomial())
    return CanonicalJson::Object{
        {"method", "closed-form"},
        {"precision",
         CanonicalJson::count(static_cast<std::uint64_t>(
             accuracy_bits + 64 + 4L * std::lround(std::sqrt(last + 1.0)) + static_cast<long>(last)))}};
  const TrapezoidWitness witness = trapezoid_witness(phi, q, last, accuracy_bits + 1, power);
  return CanonicalJson::Object{
      {"method", "trapezoid"},
      {"nodes", CanonicalJson::count(static_cast<std::uint64_t>(witness.nodes))},
      {"precision", CanonicalJson::count(static_cast<std::uint64_t>(witness.precision))},
      {"step", witness.step},
      {"strip", witness.strip}};
}

/// Activation names hold ':' ',' '/' '*' '^', which file names do not.
std::string stem_of(const std::string& name) {
  std::string stem;
  for (const char c : name) stem += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ? c : '_';
  return stem;
}

Certificate gauss_certificate(const Activation& phi, const Rational& q, CanonicalJson::Array coefficients,
                              unsigned last, long accuracy_bits, int power) {
  return {
      .claim = "lemma",
      .kind = "gauss/1",
      .verdict = Verdict::proved,
      .statement = CanonicalJson::Object{{"activation", phi.name()},
                                         {"coefficients", std::move(coefficients)},
                                         {"power", CanonicalJson::count(static_cast<std::uint64_t>(power))},
                                         {"q", q}},
      .witness = gauss_witness(phi, q, last, accuracy_bits, power)};
}

/// Candidates of L14: the least indices m >= N - 1 that parity leaves alive.
unsigned first_alive(const Activation& phi, unsigned from) {
  const ParitySplit split = phi.parity_split();
  unsigned n = std::max(from, 2U);
  if (split.rest == Parity::even && n % 2 == 1) ++n;
  if (split.rest == Parity::odd && n % 2 == 0) ++n;
  return n;
}

}  // namespace

Evidence enclosure(const std::string& label, const Ball& value) {
  const DecimalBounds bounds = decimal_bounds(value, 20);
  return {label, bounds.lo, bounds.hi};
}

ClaimContext::ClaimContext(CertificateBundle& bundle, const PointSet& points, Rational q, std::uint64_t seed)
    : bundle_(bundle), points_(points), q_(std::move(q)), seed_(seed) {}

Eigen::MatrixXd ClaimContext::directions(std::size_t count) const {
  const auto d = static_cast<Eigen::Index>(points_.dimension());
  Eigen::MatrixXd x(d, static_cast<Eigen::Index>(count));
  for (std::size_t j = 0; j < count; ++j) {
    const auto row = points_[j];
    auto column = x.col(static_cast<Eigen::Index>(j));
    for (Eigen::Index i = 0; i < d; ++i) column(i) = static_cast<double>(row[static_cast<std::size_t>(i)]);
    column.normalize();
  }
  return x;
}

Eigen::VectorXd ClaimContext::first_point() const {
  const auto point = points_[0];
  Eigen::VectorXd x(static_cast<Eigen::Index>(point.size()));
  for (Eigen::Index i = 0; i < x.size(); ++i) x(i) = static_cast<double>(point[static_cast<std::size_t>(i)]);
  return certified_input(x * (std::sqrt(static_cast<double>(x.size())) / x.norm()));
}

CanonicalJson ClaimContext::certify(ClaimRecord& record, CertificateDraft draft) {
  CanonicalJson reference = bundle_.add(record.text.id, {.claim = record.text.id,
                                                         .kind = std::move(draft.kind),
                                                         .verdict = draft.verdict,
                                                         .statement = std::move(draft.statement),
                                                         .witness = std::move(draft.witness)});
  record.verdict = draft.verdict;
  record.certificate = CertificateBundle::file_name(record.text.id);
  return reference;
}

CertifiedCoefficients ClaimContext::certified_coefficients(const Activation& phi, const Rational& q,
                                                           const std::vector<unsigned>& indices,
                                                           long accuracy_bits) {
  const auto all = hermite_coefficients(phi, q, indices.front(), indices.back(), accuracy_bits + kGuardBits);
  CertifiedCoefficients result;
  for (const unsigned n : indices) result.values.push_back(widened(all.at(n), accuracy_bits));
  result.reference = coefficient_lemma(phi, q, indices, result.values, accuracy_bits);
  return result;
}

CanonicalJson ClaimContext::kernel_lemma(const Activation& phi, const KernelCoefficients& coefficients) {
  std::vector<unsigned> indices(coefficients.hermite.size());
  std::iota(indices.begin(), indices.end(), 0U);
  return coefficient_lemma(phi, q_, indices, coefficients.hermite, KernelCoefficients::kAccuracyBits);
}

CanonicalJson ClaimContext::coefficient_lemma(const Activation& phi, const Rational& q,
                                              const std::vector<unsigned>& indices,
                                              const std::vector<Ball>& values, long accuracy_bits) {
  CanonicalJson::Array entries;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    CanonicalJson::Object entry = enclosure_json(values[k]);
    entry.emplace("n", CanonicalJson::count(indices[k]));
    entries.emplace_back(std::move(entry));
  }
  const std::string stem = "gauss." + stem_of(phi.name()) + ".q" + stem_of(to_canonical_text(q)) + ".n" +
                           std::to_string(indices.front()) + "-" + std::to_string(indices.back()) + "." +
                           std::to_string(accuracy_bits);
  return bundle_.add(stem, gauss_certificate(phi, q, std::move(entries), indices.back(), accuracy_bits, 1));
}

EverySetWitness ClaimContext::every_set_witness(const Activation& phi, unsigned points,
                                                bool antipodes_allowed) {
  std::vector<unsigned> indices;
  if (antipodes_allowed) {
    if (phi.parity_split().rest != Parity::neither)
      throw InputError(phi.name() + " has only finitely many non-zero coefficients of one parity");
    const unsigned least = std::max(2U, points / 2 - 1);
    indices = {least, least + 1};
  } else {
    indices = {first_alive(phi, points - 1)};
  }
  constexpr long kMostBits = 8192;
  for (long bits = 64; bits <= kMostBits; bits *= 2) {
    const auto trial = hermite_coefficients(phi, Rational(1), indices.front(), indices.back(), bits);
    // The certificate widens by 2^-bits; the sign must stay certain.
    const bool alive = std::all_of(indices.begin(), indices.end(), [&](unsigned n) {
      return trial.at(n).lower_magnitude().lower_rational() > power_of_two(2 - bits);
    });
    if (alive) return {indices, certified_coefficients(phi, Rational(1), indices, bits)};
  }
  throw PrecisionError("the coefficient of index " + std::to_string(indices.front()) + " of " + phi.name() +
                       " cannot be told from 0 with 8192 bits");
}

MehlerWitness ClaimContext::mehler_witness(const Activation& phi, const Rational& q, const Rational& rho,
                                           long agreement_bits) {
  const long bits = agreement_bits + 10;
  const Ball value = dual_activation(phi, q, rho, bits);
  // |rho|^(M+1) E phi^2 below half the agreed width, with E phi^2 bounded by the norm itself.
  const Ball norm = widened(gaussian_norm(phi, q, bits + kGuardBits), bits);
  const double reduction = -std::log2(static_cast<double>(abs(rho)));
  const auto last = static_cast<unsigned>(std::ceil(
      (static_cast<double>(agreement_bits) + 2 + std::max(0.0, std::log2(norm.upper()))) / reduction));
  std::vector<unsigned> indices(last + 1);
  std::iota(indices.begin(), indices.end(), 0U);
  CanonicalJson::Object norm_entry = enclosure_json(norm);
  norm_entry.emplace("n", CanonicalJson::count(0));
  CanonicalJson::Array norm_entries;
  norm_entries.emplace_back(std::move(norm_entry));
  MehlerWitness witness;
  const Rational half_width = power_of_two(-agreement_bits);
  witness.lo = value.lower_rational() - half_width;
  witness.hi = value.upper_rational() + half_width;
  witness.terms = indices.size();
  witness.gauss = certified_coefficients(phi, q, indices, bits + 10).reference;
  witness.norm = bundle_.add("norm." + stem_of(phi.name()) + ".q" + stem_of(to_canonical_text(q)),
                             gauss_certificate(phi, q, std::move(norm_entries), 0, bits, 2));
  return witness;
}

Figure ClaimContext::coefficient_figure(const Activation& phi) {
  constexpr unsigned kLast = 40;
  constexpr long kBits = 100;
  const auto coefficients = hermite_coefficients(phi, Rational(1), 0, kLast, kBits);
  Series even{"even n", {}, {}};
  Series odd{"odd n", {}, {}};
  for (unsigned n = 0; n <= kLast; ++n) {
    const double size = std::abs(coefficients.at(n).midpoint());
    if (size == 0) continue;
    Series& series = n % 2 == 0 ? even : odd;
    series.x.push_back(n);
    series.y.push_back(size);
  }
  Figure figure;
  figure.title = "Hermite coefficients of " + phi.name() + ", q = 1";
  figure.x_label = "n";
  figure.y_label = "|a_n|";
  figure.log_y = true;
  for (Series& series : {std::ref(even), std::ref(odd)})
    if (!series.x.empty()) figure.series.push_back(series);
  return figure;
}

const CanonicalJson& ClaimContext::points_file() {
  if (points_file_) return *points_file_;
  const auto coordinates = points_.coordinates();
  const std::vector<std::uint64_t> shape = {points_.size(), points_.dimension()};
  const bool bytes =
      std::all_of(coordinates.begin(), coordinates.end(), [](std::int64_t v) { return v >= 0 && v <= 255; });
  if (bytes) {
    std::vector<std::uint8_t> pixels;
    std::transform(coordinates.begin(), coordinates.end(), std::back_inserter(pixels),
                   [](std::int64_t v) { return static_cast<std::uint8_t>(v); });
    points_file_ = bundle_.add_array("points", std::span<const std::uint8_t>(pixels), shape);
  } else {
    points_file_ = bundle_.add_array("points", coordinates, shape);
  }
  return *points_file_;
}

}  // namespace gronwall::verify
