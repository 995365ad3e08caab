#include "limit_cache.hpp"

#include <unistd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <string>

#include "claims/limit_json.hpp"
#include "gronwall/data/file_io.hpp"
#include "gronwall/data/sha256.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall::verify {
namespace {

namespace json = boost::json;
constexpr const char* kStem = "limit-series";
constexpr long kBits = 96;

/// Nodal values of 62 bits carry no smaller radius.
constexpr double kLeastStoredRadius = 1e-14;

Rational exact(const json::value& value) {
  return parse_rational(std::string_view(value.as_string()));
}

UpperBound radius_of(const json::object& quantity) {
  return Ball::from(exact(quantity.at("radius")), kBits).magnitude();
}

SeriesEnclosure series_of(const json::object& quantities, const char* name, const Rational& scale) {
  const json::object& quantity = quantities.at(name).as_object();
  SeriesEnclosure result;
  const Ball factor = Ball::from(scale, kBits);
  result.radius = radius_of(quantity) * factor.magnitude();
  for (const json::value& coefficient : quantity.at("coefficients").as_array()) {
    const Ball scaled = factor * Ball::from(exact(coefficient), kBits);
    result.radius += scaled.radius();
    result.coefficients.push_back(scaled.exact_midpoint());
  }
  return result;
}

/// \throws InputError unless the file has the hash that the manifest states.
Bytes intact_file(const std::filesystem::path& folder, const json::value& entry, const char* name) {
  const json::object& stated = entry.as_object();
  Bytes bytes = read_file(folder / std::string(stated.at(name).as_string()));
  if (stated.at("sha256").as_string() != sha256_hex(bytes)) throw InputError("a stored file is damaged");
  return bytes;
}

/// The stored series, with everything its certificate needs to be checked again.
LimitSeries read_series(const std::filesystem::path& folder, const LimitParameters& parameters) {
  const auto text = [](const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); };
  const json::value manifest = json::parse(text(read_file(folder / "manifest.json")));
  const json::array& certificates = manifest.as_object().at("certificates").as_array();
  const json::value whole = json::parse(text(intact_file(folder, certificates.at(0), "file")));
  for (const json::value& file : manifest.as_object().at("files").as_array())
    intact_file(folder, file, "name");
  const json::object& statement = whole.as_object().at("statement").as_object();
  if (statement.at("activation").as_string() != parameters.activation->name() ||
      exact(statement.at("T")) != parameters.T || exact(statement.at("sigma_w")) != parameters.sigma_w ||
      exact(statement.at("c0")) != parameters.c0)
    throw InputError("the stored certificate is of another kernel");
  const json::object& quantities = statement.at("quantities").as_object();
  const Rational scale = parameters.sigma_v * parameters.sigma_v;
  const json::object& q = quantities.at("q").as_object();
  return {series_of(quantities, "C", 1),
          series_of(quantities, "Sigma", 1),
          series_of(quantities, "Sigma", scale),
          series_of(quantities, "K_W", scale),
          series_of(quantities, "K_U", scale),
          series_of(quantities, "K", scale),
          Ball::with_radius(Ball::from(exact(q.at("value")), kBits), radius_of(q))};
}

void scale_by(LimitSeries& series, const Rational& sigma_v) {
  const Ball factor = Ball::from(sigma_v * sigma_v, kBits);
  for (SeriesEnclosure* kernel : {&series.K_v, &series.K_W, &series.K_U, &series.K_inf}) {
    kernel->radius = kernel->radius * factor.magnitude();
    for (Ball& c : kernel->coefficients) {
      const Ball scaled = c * factor;
      kernel->radius += scaled.radius();
      c = scaled.exact_midpoint();
    }
  }
}

}  // namespace

std::optional<std::filesystem::path> default_cache() {
  if (const char* own = std::getenv("GRONWALL_CACHE"); own != nullptr && *own != '\0') return own;
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg != '\0')
    return std::filesystem::path(xdg) / "gronwall";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".cache" / "gronwall";
  return std::nullopt;
}

StoredSeries limit_series(const LimitParameters& parameters, double radius,
                          const std::optional<std::filesystem::path>& cache) {
  parameters.check();
  LimitParameters unit = parameters;
  unit.sigma_v = 1;
  const LimitOptions options{.radius = radius / 4};
  if (!cache || radius < kLeastStoredRadius) {
    LimitSeries series = LimitKernel(unit, options).series_within(radius);
    scale_by(series, parameters.sigma_v);
    return {std::move(series), std::nullopt, false};
  }
  const std::string key = "limit-series/1 " + unit.activation->name() + " T " + to_canonical_text(unit.T) +
                          " sigma_w " + to_canonical_text(unit.sigma_w) + " c0 " +
                          to_canonical_text(unit.c0) + " radius " + to_canonical_text(to_rational(radius));
  const std::filesystem::path folder = *cache / sha256_hex(byte_view(key));
  try {
    if (std::filesystem::exists(folder))
      return {read_series(folder, parameters), folder / CertificateBundle::file_name(kStem), true};
  } catch (const std::exception&) {
    // Anything unreadable is as good as absent.
  }
  const LimitKernel kernel(unit, options);
  LimitWitness witness;
  LimitSeries series = kernel.series_within(radius / 2, witness);
  // In a folder of its own first: an interrupted or competing run leaves nothing half-written under the key.
  const std::filesystem::path fresh =
      *cache / (folder.filename().string() + ".new." + std::to_string(getpid()));
  std::error_code failure;
  std::filesystem::create_directories(*cache, failure);
  try {
    std::filesystem::remove_all(fresh, failure);
    CertificateBundle bundle(fresh);
    CanonicalJson::Object statement = limit_statement(unit);
    statement["degree"] = CanonicalJson::count(witness.degree);
    statement["quantities"] = quantities_json(series);
    bundle.add(kStem, {.claim = "lemma",
                       .kind = "limit-series/1",
                       .verdict = Verdict::proved,
                       .statement = std::move(statement),
                       .witness = grid_json(bundle, kStem, kernel, series.q_T, witness)});
    bundle.finish();
    std::filesystem::remove_all(folder, failure);
    std::filesystem::rename(fresh, folder);
    // Read back: what is said now is what later runs will say.
    return {read_series(folder, parameters), folder / CertificateBundle::file_name(kStem), false};
  } catch (const std::exception&) {
    // No cache is no reason to fail.
    std::filesystem::remove_all(fresh, failure);
  }
  scale_by(series, parameters.sigma_v);
  return {std::move(series), std::nullopt, false};
}

}  // namespace gronwall::verify
