#include "claims/limit_certificate.hpp"

#include "claims/limit_json.hpp"
#include "gronwall/kernel/limit_relu.hpp"
#include "gronwall/numbers/text.hpp"

namespace gronwall::verify {
namespace {

/// Degrees that bring the power series of K_inf at T = 1 within 2^-30.
unsigned series_degree(const std::string& name) {
  if (name == "tanh") return 129;
  if (name == "erf") return 89;
  if (name == "gelu") return 52;
  if (name == "silu") return 36;
  if (name == "cos") return 40;
  return 28;
}

std::string kernel_key(const std::string& name, const Rational& time) {
  return name + " " + to_canonical_text(time);
}

CertificateDraft series_draft(ClaimContext& context, const std::string& stem, const LimitKernel& kernel,
                              unsigned degree, LimitSeries& series) {
  LimitWitness witness;
  series = kernel.series(degree, witness);
  CanonicalJson::Object statement = limit_statement(kernel.parameters());
  statement["degree"] = CanonicalJson::count(degree);
  statement["quantities"] = quantities_json(series);
  return {.kind = "limit-series/1",
          .verdict = Verdict::proved,
          .statement = std::move(statement),
          .witness = grid_json(context.bundle(), stem, kernel, series.q_T, witness)};
}

/// limit-relu/1: lower bounds of the coefficients. \param balls gets them.
CertificateDraft relu_draft(const LimitParameters& parameters, std::vector<Ball>& balls) {
  const ReluSeriesOptions options;
  CanonicalJson::Array coefficients;
  for (double x : relu_coefficients_below(parameters, options)) {
    x *= 1 - 0x1p-30;  // room for the checker's own rounding
    coefficients.emplace_back(to_rational(x));
    balls.push_back(Ball::exact(x));
  }
  CanonicalJson::Object statement = limit_statement(parameters);
  statement["coefficients"] = std::move(coefficients);
  return {.kind = "limit-relu/1",
          .verdict = Verdict::proved,
          .statement = std::move(statement),
          .witness =
              CanonicalJson::Object{{"degree", CanonicalJson::count(options.inner_degree)},
                                    {"grid", CanonicalJson::count(static_cast<std::uint64_t>(options.grid))},
                                    {"precision", CanonicalJson::count(64)},
                                    {"terms", CanonicalJson::count(options.terms)}}};
}

/// Keeps a certified kernel.
const CertifiedKernel& remember(ClaimContext& context, const std::string& key, DotProductKernel kernel,
                                CanonicalJson reference) {
  return context.limit_kernels()
      .insert_or_assign(key, CertifiedKernel{std::move(kernel), std::move(reference)})
      .first->second;
}

/// What the certificate states, not the slightly smaller radius behind it.
DotProductKernel stated_kernel(const LimitSeries& series) {
  return DotProductKernel::from_series(series.K_inf.coefficients,
                                       Ball::from(stated_radius(series.K_inf.radius), 64).magnitude());
}

}  // namespace

LimitParameters limit_parameters(const std::string& name, const Rational& time) {
  LimitParameters parameters;
  parameters.activation = &activation(name);
  parameters.T = time;
  return parameters;
}

const LimitKernel& solved_limit(ClaimContext& context, const std::string& name, const Rational& time) {
  return context.limit_solutions()
      .try_emplace(kernel_key(name, time), limit_parameters(name, time), kLimitOptions)
      .first->second;
}

CertificateDraft limit_value_draft(ClaimContext& context, const std::string& stem, const LimitKernel& kernel,
                                   const Rational& rho, LimitValues& values) {
  LimitWitness witness;
  values = kernel.at(rho, witness);
  CanonicalJson::Object statement = limit_statement(kernel.parameters());
  statement["quantities"] = quantities_json(values);
  statement["rho"] = rho;
  return {.kind = "limit-value/1",
          .verdict = Verdict::proved,
          .statement = std::move(statement),
          .witness = grid_json(context.bundle(), stem, kernel, values.q_T, witness)};
}

CanonicalJson add_lemma(ClaimContext& context, const std::string& stem, CertificateDraft draft) {
  return context.bundle().add(stem, {.claim = "lemma",
                                     .kind = std::move(draft.kind),
                                     .verdict = draft.verdict,
                                     .statement = std::move(draft.statement),
                                     .witness = std::move(draft.witness)});
}

LimitSeries certify_limit_series(ClaimContext& context, ClaimRecord& record, const std::string& name) {
  LimitSeries series;
  CanonicalJson reference = context.certify(
      record,
      series_draft(context, record.text.id, solved_limit(context, name), series_degree(name), series));
  remember(context, kernel_key(name, 1), stated_kernel(series), std::move(reference));
  return series;
}

const CertifiedKernel& certified_limit_kernel(ClaimContext& context, const std::string& name,
                                              const Rational& time) {
  const std::string key = kernel_key(name, time);
  if (const auto known = context.limit_kernels().find(key); known != context.limit_kernels().end())
    return known->second;
  std::string stem = "limit-series." + name + "." + to_canonical_text(time);
  for (char& c : stem)
    if (c == '*' || c == '^' || c == '/') c = '_';
  if (name == "relu") {
    std::vector<Ball> coefficients;
    CanonicalJson reference =
        add_lemma(context, stem, relu_draft(limit_parameters(name, time), coefficients));
    return remember(context, key, DotProductKernel::from_series(coefficients, UpperBound()),
                    std::move(reference));
  }
  LimitSeries series;
  CanonicalJson reference =
      add_lemma(context, stem,
                series_draft(context, stem, solved_limit(context, name, time), series_degree(name), series));
  return remember(context, key, stated_kernel(series), std::move(reference));
}

}  // namespace gronwall::verify
