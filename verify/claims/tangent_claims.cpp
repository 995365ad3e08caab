/// \file Family `tangent`: the tangent kernel of networks of finite width, with weights that are given.

#include <cmath>

#include "claims/context.hpp"
#include "claims/registry.hpp"
#include "gronwall/certificate/tangent_certificate.hpp"
#include "gronwall/kernel/tangent_enclosure.hpp"
#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

constexpr Eigen::Index kWidth = 100;
constexpr long kDepth = 10;
constexpr std::size_t kInputs = 50;

void check_tangent_kernel(ClaimContext& context, ClaimRecord& record, const std::string& name) {
  const std::size_t count = std::min(kInputs, context.points().size());
  const Eigen::MatrixXd unit = context.directions(count);
  const Eigen::MatrixXd x = std::sqrt(static_cast<double>(unit.rows())) * unit;
  const NeuralOde model = gaussian_model(kWidth, unit.rows(), 1, activation(name), context.seed());
  const EnclosedProduct kernel = enclose_tangent_kernel(model, x, kDepth);
  auto made = certify_tangent_kernel(context.bundle(), record.text.id, {model, x, kDepth}, kernel);
  if (!made) {
    record.reason =
        "no positive lower bound can be certified for these points; points further apart (or, for odd "
        "activations, without antipodal pairs), or fewer, would settle it.";
    return;
  }
  context.certify(record, {.kind = "spd/1",
                           .verdict = Verdict::proved,
                           .statement = std::move(made->statement),
                           .witness = std::move(made->witness)});
  const std::string bound = decimal_below(to_rational(made->bound), 10);
  const double above = enclose_lambda_min(kernel.midpoint, EntryRadius::of_entries(kernel.radius)).upper;
  record.evidence.push_back({"lambda_min(K)", bound, decimal_above(to_rational(above), 10)});
  record.reason =
      "K - " + bound + " I is positive semidefinite on " + std::to_string(count) +
      " inputs: the checker runs the net in fixed point with its errors beside it, and an integer "
      "factor leaves a diagonally dominant remainder.";
}

}  // namespace

void register_tangent_claims(std::vector<Claim>& claims) {
  const ClaimFamily family{"tangent"};
  for (const char* name : {"softplus", "tanh", "gelu"})
    claims.push_back(
        {family(*tangent_claim_id(activation(name)),
                std::string("lambda_min of a finite network's tangent kernel at the start, ") + name,
                "A16, S11 (Experiment 2)",
                "For n > N and an analytic activation that is not a polynomial the tangent kernel of the "
                "depth-L net at Gaussian weights is positive definite on a sphere's points without antipodal "
                "pairs.",
                {"n = 100, L = 10, T = 1, all scales 1; the weights of the run's seed, exactly",
                 "the first 50 points of the run, scaled to |x|^2 = d and rounded to doubles"},
                "The Gram matrix of the exact gradients by all weights, lambda_min from below."),
         [name](ClaimContext& context, ClaimRecord& record) {
           check_tangent_kernel(context, record, name);
         }});
}

}  // namespace gronwall::verify
