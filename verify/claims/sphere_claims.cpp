/// \file Family `sphere`: positive definiteness of the kernel of phi on the sphere (T = 0), as stated,
/// refuted, corrected and proved.

#include <array>

#include "claims/context.hpp"
#include "claims/registry.hpp"

namespace gronwall::verify {
namespace {

using Row = std::vector<const char*>;
using Points = std::vector<Row>;

/// x and -x.
const Points kAntipodalPair = {{"1", "0"}, {"-1", "0"}};
/// Three coplanar lines at 60 degrees with integer coordinates, and both points of each: x_1 - x_2 + x_3 = 0
/// (theory 0.6 (b)).
const Points kHexagon = {{"1", "-1", "0"}, {"1", "0", "-1"}, {"0", "1", "-1"},
                         {"-1", "1", "0"}, {"-1", "0", "1"}, {"0", "-1", "1"}};

CanonicalJson row_json(const Row& row) {
  return CanonicalJson::Array(row.begin(), row.end());
}

CanonicalJson points_json(const Points& points) {
  CanonicalJson::Array rows;
  for (const Row& row : points) rows.push_back(row_json(row));
  return rows;
}

/// K w = 0 on the antipodal pair with w = (1, 1), because phi is odd.
CertificateDraft antipodal_certificate(const std::string& phi, Verdict verdict) {
  return {.kind = "singular/1",
          .verdict = verdict,
          .statement = CanonicalJson::Object{{"activation", phi}, {"points", points_json(kAntipodalPair)}},
          .witness = CanonicalJson::Object{{"identity", "odd"}, {"vector", row_json({"1", "1"})}}};
}

/// K w = 0 on the hexagon with w = (1, -1, 1, -1, 1, -1), because phi(z) - z/2 is even.
CertificateDraft hexagon_certificate(const std::string& phi, Verdict verdict) {
  return {.kind = "singular/1",
          .verdict = verdict,
          .statement = CanonicalJson::Object{{"activation", phi}, {"points", points_json(kHexagon)}},
          .witness = CanonicalJson::Object{{"identity", "linear-plus-even"},
                                           {"vector", row_json({"1", "-1", "1", "-1", "1", "-1"})}}};
}

constexpr const char* kAntipodalReason =
    "On the two points x and -x every network is odd, f(-x) = -f(x): the Gram matrix has the null vector (1, "
    "1).";
constexpr const char* kHexagonReason =
    "On the hexagon, six distinct points with x_1 - x_2 + x_3 = 0 and their antipodes, phi(z) - phi(-z) = z "
    "makes (1, -1, 1, -1, 1, -1) a null "
    "vector.";

void check_antipodal(ClaimContext& context, ClaimRecord& record) {
  context.certify(record, antipodal_certificate("tanh", Verdict::refuted));
  record.reason = kAntipodalReason;
}

void check_hexagon(ClaimContext& context, ClaimRecord& record, const std::string& phi, Verdict verdict) {
  context.certify(record, hexagon_certificate(phi, verdict));
  record.reason = kHexagonReason;
}

/// The theorem on SPD sets: certify that the coefficients at the indices it needs do not vanish.
void check_every_set(ClaimContext& context, ClaimRecord& record, const std::string& name, unsigned points,
                     bool antipodes_allowed) {
  const Activation& phi = activation(name);
  const EverySetWitness witness = context.every_set_witness(phi, points, antipodes_allowed);
  CanonicalJson::Array indices;
  std::string words;
  for (std::size_t k = 0; k < witness.indices.size(); ++k) {
    const unsigned n = witness.indices[k];
    indices.push_back(CanonicalJson::count(n));
    record.evidence.push_back(enclosure("a_" + std::to_string(n) + "(1)", witness.coefficients.values[k]));
    words += (words.empty() ? "a_" : ", a_") + std::to_string(n);
  }
  context.certify(
      record,
      {.kind = "sphere-spd/1",
       .verdict = Verdict::proved,
       .statement = CanonicalJson::Object{{"activation", phi.name()},
                                          {"points", CanonicalJson::count(points)},
                                          {"q", Rational(1)},
                                          {"set", antipodes_allowed ? "distinct" : "no-antipodal-pair"}},
       .witness = CanonicalJson::Object{{"gauss", witness.coefficients.reference}, {"indices", indices}}});
  record.reason = "Certified non-zero: " + words +
                  (antipodes_allowed ? "; one even and one odd index of at least floor(N/2) - 1 suffice."
                                     : "; one index of at least N - 1 suffices.");
}

}  // namespace

void register_sphere_claims(std::vector<Claim>& claims) {
  const std::vector<std::string> sphere_hypotheses = {
      "x_i distinct points of a sphere, so q is the same for all",
      "the counterexample is at T = 0, Sigma*_ij = E[phi(sqrt(q) u) phi(sqrt(q) v)], for every q > 0 (an odd "
      "phi: at every T, L17)"};
  const std::string theorem_11 =
      "The kernel is strictly positive definite on distinct points if and only if infinitely many Hermite "
      "coefficients of phi are non-zero.";
  const std::string corrected =
      "At T = 0: on every set of N distinct points without an antipodal pair one non-zero coefficient of "
      "index at least N - 1 suffices; with "
      "antipodal pairs one even and one odd non-zero coefficient of index at least floor(N/2) - 1 suffice. "
      "(At T > 0 the condition is that phi be neither affine nor odd.)";
  claims.push_back(
      {{.id = "theorem-11-as-stated",
        .family = "sphere",
        .title = "Theorem 11: infinitely many non-zero Hermite coefficients make the kernel strictly "
                 "positive definite",
        .source = "S24 (slides, theorem 11)",
        .statement = theorem_11,
        .hypotheses = sphere_hypotheses,
        .check = "phi = tanh, which has infinitely many non-zero coefficients (L25), on the points x, -x: an "
                 "exact null vector.",
        .correction = corrected,
        .corrected_by = "spd-without-antipodes.tanh.1000"},
       check_antipodal});
  claims.push_back(
      {{.id = "theorem-11-two-layer",
        .family = "sphere",
        .title = "Theorem 11 for softplus at T = 0",
        .source = "S24, S26 (slides, theorem 11 and its example)",
        .statement = theorem_11 + " In particular softplus is guaranteed to be strictly positive definite.",
        .hypotheses = sphere_hypotheses,
        .check = "phi = softplus on the hexagon: an exact null vector.",
        .correction = corrected,
        .corrected_by = "spd-without-antipodes.softplus.1000"},
       [](ClaimContext& context, ClaimRecord& record) {
         check_hexagon(context, record, "softplus", Verdict::refuted);
       }});
  claims.push_back(
      {{.id = "corollary-1-as-stated",
        .family = "sphere",
        .title = "Corollary 1: phi Lipschitz, nonlinear and not a polynomial gives lambda_min > 0",
        .source = "S16 (slides, corollary 1), A4",
        .statement = "For phi Lipschitz, nonlinear, non-polynomial and distinct x_i on the sphere, "
                     "lambda_min(K_inf) > 0.",
        .hypotheses = sphere_hypotheses,
        .check = "phi = tanh on the points x, -x: an exact null vector of Sigma* and, because sum w_i f(x_i) "
                 "= 0 for all parameters, of the tangent kernel K_inf (L17).",
        .correction = corrected,
        .corrected_by = "spd-without-antipodes.tanh.1000"},
       check_antipodal});
  claims.push_back(
      {{.id = "corollary-1-two-layer",
        .family = "sphere",
        .title = "Corollary 1 for softplus at T = 0",
        .source = "S16, S26",
        .statement = "For phi = softplus and distinct x_i on the sphere, lambda_min(K_inf) > 0 at T = 0.",
        .hypotheses = sphere_hypotheses,
        .check = "phi = softplus on the hexagon: an exact null vector of Sigma* and, because sum w_i f(x_i) "
                 "= 0 for all parameters, of the tangent kernel K_inf (L17).",
        .correction = corrected,
        .corrected_by = "spd-without-antipodes.softplus.1000"},
       [](ClaimContext& context, ClaimRecord& record) {
         check_hexagon(context, record, "softplus", Verdict::refuted);
       }});
  claims.push_back(
      {{.id = "tanh-spd",
        .family = "sphere",
        .title = "The kernel of tanh is strictly positive definite",
        .source = "S26 (slides: softplus, tanh, GELU)",
        .statement =
            "For phi = tanh the kernel is strictly positive definite on distinct points of the sphere.",
        .hypotheses = sphere_hypotheses,
        .check = "The points x, -x: an exact null vector.",
        .correction = "Strictly positive definite exactly on sets without an antipodal pair.",
        .corrected_by = "spd-without-antipodes.tanh.1000"},
       check_antipodal});
  for (const char* name : {"softplus", "gelu", "silu", "relu"})
    claims.push_back(
        {{.id = std::string("hexagon-singular.") + name,
          .family = "sphere",
          .title = std::string("The Gram matrix of ") + name + " on the hexagon is singular at T = 0",
          .source = "theory 0.6 (b)",
          .statement = std::string("For phi = ") + name +
                       " and the six points ±(1,-1,0), ±(1,0,-1), ±(0,1,-1) the Gram matrix has a null "
                       "vector, for every q > 0.",
          .hypotheses = {"T = 0"},
          .check = "The null vector, exactly, from phi(z) - phi(-z) = z and x_1 - x_2 + x_3 = 0.",
          .correction = "",
          .corrected_by = ""},
         [name](ClaimContext& context, ClaimRecord& record) {
           check_hexagon(context, record, name, Verdict::proved);
         }});
  for (const char* name : {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "relu", "elu"})
    for (const unsigned points : {10U, 100U, 1000U})
      claims.push_back(
          {{.id = std::string("spd-without-antipodes.") + name + "." + std::to_string(points),
            .family = "sphere",
            .title = std::string("The kernel of ") + name +
                     " is strictly positive definite on every set of " + std::to_string(points) +
                     " points without an antipodal pair",
            .source = "S24 and S16, corrected; theory 0.6 (c)",
            .statement = std::string("For phi = ") + name + ", q = 1, T = 0, and any " +
                         std::to_string(points) +
                         " points of a sphere of any dimension >= 2, no two of them parallel, the Gram "
                         "matrix is strictly positive definite.",
            .hypotheses = {"T = 0", "q = 1", "no two points equal or antipodal"},
            .check = "A rigorous enclosure of one coefficient a_m(1), m >= N - 1, that excludes 0.",
            .correction = "",
            .corrected_by = ""},
           [name, points](ClaimContext& context, ClaimRecord& record) {
             check_every_set(context, record, name, points, false);
           }});
  for (const unsigned points : {10U, 100U, 1000U})
    claims.push_back({{.id = "spd-distinct.elu." + std::to_string(points),
                       .family = "sphere",
                       .title = "The kernel of elu is strictly positive definite on every set of " +
                                std::to_string(points) + " distinct points, antipodal pairs included",
                       .source = "S24 and S16, corrected; theory 0.6 (d)",
                       .statement = "For phi = elu, q = 1, T = 0, and any " + std::to_string(points) +
                                    " distinct points of a sphere of any dimension >= 2 the Gram matrix is "
                                    "strictly positive definite.",
                       .hypotheses = {"T = 0", "q = 1", "points distinct"},
                       .check = "Rigorous enclosures of one even and one odd coefficient of index at least "
                                "floor(N/2) - 1 that exclude 0.",
                       .correction = "",
                       .corrected_by = ""},
                      [points](ClaimContext& context, ClaimRecord& record) {
                        check_every_set(context, record, "elu", points, true);
                      }});
}

}  // namespace gronwall::verify
