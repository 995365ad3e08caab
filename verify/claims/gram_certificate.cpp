#include "claims/gram_certificate.hpp"

#include <optional>

#include "gronwall/linalg/spd_witness.hpp"

namespace gronwall::verify {
namespace {

/// The bound is written with so many significant bits, rounded down: a shorter number for the reader.
constexpr int kBoundBits = 20;

/// What the checker's own enclosure of the entries (docs/certificates.md, spd/1) may cost, with room to
/// spare: one unit of 2^-60 of the diagonal per rounding, in every entry of a row.
double checker_allowance(std::size_t points, const std::vector<double>& b) {
  double sum = 0;
  double slope = 0;
  for (std::size_t n = 0; n < b.size(); ++n) {
    sum += b[n];
    slope += static_cast<double>(n) * b[n];
  }
  return static_cast<double>(points) * 0x1p-58 * (2.0 * static_cast<double>(b.size()) * sum + slope);
}

}  // namespace

double certify_gram(ClaimContext& context, ClaimRecord& record, const GramBound& bound,
                    GramStatement statement) {
  const auto witness = bound.lower > 0
                           ? spd_witness(bound.minorant.midpoint, bound.minorant.radius, bound.lower)
                           : std::nullopt;
  const auto order = static_cast<std::size_t>(bound.minorant.midpoint.rows());
  const double proved = witness ? witness->bound - checker_allowance(order, statement.kernel) : 0;
  if (!(proved > 0)) return 0;
  const Rational certified = round_down_to_bits(proved, kBoundBits);
  CanonicalJson::Array b_json;
  for (const double b_n : statement.kernel) b_json.emplace_back(to_rational(b_n));
  const CanonicalJson factor = context.bundle().add_array(
      record.text.id + ".factor", std::span<const std::int64_t>(witness->factor), {witness->factor.size()});
  context.certify(record, {.kind = "spd/1",
                           .verdict = Verdict::proved,
                           .statement = CanonicalJson::Object{{"bound", certified},
                                                              {"matrix", std::move(statement.matrix)}},
                           .witness = CanonicalJson::Object{{"coefficients", b_json},
                                                            {"factor", factor},
                                                            {statement.lemma.first, statement.lemma.second},
                                                            {"scale", Rational(witness->scale)}}});
  return nearest_double(certified);
}

std::string gram_reason(const std::string& lo, std::size_t points) {
  return "K - " + lo + " I is positive semidefinite on the " + std::to_string(points) +
         " points: an integer factor leaves a diagonally dominant remainder, exactly.";
}

}  // namespace gronwall::verify
