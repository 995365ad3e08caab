/// \file Family `gram`: the least eigenvalue of the Gram matrix of real images.

#include <algorithm>
#include <sstream>

#include "claims/context.hpp"
#include "claims/gram_certificate.hpp"
#include "claims/registry.hpp"
#include "gronwall/data/inspect.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"
#include "gronwall/sphere/dot_products.hpp"
#include "gronwall/sphere/gram_bound.hpp"

namespace gronwall::verify {
namespace {

std::string why_not_positive(const PointSet& points, const Activation& phi, const GramBound& bound) {
  std::ostringstream reason;
  reason << "the proof gives lambda_min >= " << bound.lower << " only (and <= " << bound.upper << "); ";
  const Inspection inspection = inspect(points);
  if (!inspection.antipodal.empty() && phi.parity_split().rest != Parity::neither)
    reason << describe_antipodal(points, inspection) << " At T = 0 such points can make the kernel of "
           << phi.name() << " singular: remove one of each pair.";
  else
    reason << "double precision cannot separate the least eigenvalue from 0: use fewer points or points "
              "further apart.";
  return reason.str();
}

/// How the points lie: the cosines of all pairs, in 40 bins, for the eye.
Figure cosine_figure(const PointSet& points) {
  constexpr int kBins = 40;
  const Eigen::MatrixXd rho = cosines(points).values;
  Series histogram{"pairs", {}, std::vector<double>(kBins, 0.0)};
  for (int bin = 0; bin < kBins; ++bin) histogram.x.push_back(-1 + (2 * bin + 1.0) / kBins);
  for (Eigen::Index i = 0; i < rho.rows(); ++i)
    for (Eigen::Index j = 0; j < i; ++j) {
      const int bin = std::min(kBins - 1, static_cast<int>((rho(i, j) + 1) / 2 * kBins));
      histogram.y[static_cast<std::size_t>(bin)] += 1;
    }
  Figure figure;
  figure.title = "Cosines between the points";
  figure.x_label = "cosine";
  figure.y_label = "pairs";
  figure.series.push_back(std::move(histogram));
  return figure;
}

void check_gram(ClaimContext& context, ClaimRecord& record, const std::string& name) {
  const Activation& phi = activation(name);
  const PointSet& points = context.points();
  const KernelCoefficients coefficients = kernel_coefficients(phi, context.q());
  const GramBound bound = bound_gram(points, coefficients);
  const std::vector<double>& b = coefficients.kernel.lower();
  const double certified = certify_gram(context, record, bound,
                                        {.kernel = b,
                                         .matrix = {{"activation", phi.name()},
                                                    {"points", context.points_file()},
                                                    {"q", context.q()},
                                                    {"type", "dot-product-kernel"}},
                                         .lemma = {"gauss", context.kernel_lemma(phi, coefficients)}});
  if (!(certified > 0)) throw PrecisionError(why_not_positive(points, phi, bound));
  const std::string lo = decimal_below(to_rational(certified), 6);
  record.evidence.push_back(
      {"lambda_min(K), lower end certified", lo, decimal_above(to_rational(bound.upper), 6)});
  record.reason = gram_reason(lo, points.size());
  record.figures.push_back(cosine_figure(points));
  record.figures.push_back(context.coefficient_figure(phi));
}

}  // namespace

void register_gram_claims(std::vector<Claim>& claims) {
  for (const char* name : {"softplus", "tanh", "sigmoid", "gelu", "silu", "erf", "relu", "elu"})
    claims.push_back(
        {{.id = std::string("gram-lambda-min.") + name,
          .family = "gram",
          .title = std::string("The Gram matrix of the points under ") + name +
                   " is positive definite, with a bound",
          .source = "S16 and S24, on data; theory 0.6",
          .statement =
              std::string("lambda_min(K) >= c > 0 for K_ij = E[phi(sqrt(q) u) phi(sqrt(q) v)], phi = ") +
              name + ", corr(u, v) = <x_i, x_j>/(|x_i| |x_j|), on the run's points (T = 0).",
          .hypotheses = {"T = 0", "q = sigma_u^2 |x|^2/d, the same for all points"},
          .check = "Coefficients b_n <= a_n(q)^2, entries from exact integer dot products, an integer factor "
                   "of K - cI "
                   "with a diagonally dominant remainder.",
          .correction = "",
          .corrected_by = ""},
         [name](ClaimContext& context, ClaimRecord& record) { check_gram(context, record, name); }});
}

}  // namespace gronwall::verify
