/// \file `gronwall kernel`: the Gram matrix of a data set, with a proved bound of its smallest eigenvalue.

#include <iostream>

#include "arguments.hpp"
#include "command.hpp"
#include "data_options.hpp"
#include "gronwall/data/inspect.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"
#include "gronwall/sphere/dot_products.hpp"
#include "gronwall/sphere/gram_bound.hpp"
#include "json_output.hpp"
#include "limit_command.hpp"

namespace gronwall::verify {
namespace {

constexpr int kDigits = 10;

struct Bounds {
  std::string lo;
  std::string hi;
};

Bounds outward(double lo, double hi) {
  return {decimal_below(to_rational(lo), kDigits), decimal_above(to_rational(hi), kDigits)};
}

boost::json::object to_json(const Bounds& bounds) {
  return {{"lo", bounds.lo}, {"hi", bounds.hi}};
}

}  // namespace

int run_kernel(const std::vector<std::string>& arguments) {
  namespace po = boost::program_options;
  const Usage usage{
      .command = "kernel",
      .summary = "NNGP and tangent kernels: of two layers, of depth L, in the limit, of finite width",
      .synopsis = "--activation NAME [--limit | --depth L | --width N] [--rho R | --curve | --data FILE]",
      .notes =
          "--limit, --depth and --width tell apart infinite width and depth, infinite width at depth L, and "
          "one\n"
          "network; --rho, --curve or points (--data) tell what to evaluate. sigma_u^2/d is --q: at |x| = 1 "
          "it is the\nvariance of h(0). Only sigma_w T matters, not T and sigma_w apart. Power series are "
          "kept in --cache\n(default $GRONWALL_CACHE, $XDG_CACHE_HOME/gronwall or ~/.cache/gronwall) with "
          "their certificates.\n\n"
          "Without --limit, --depth and --width: the two-layer kernel (T = 0) of a data set,\n"
          "K_ij = E[phi(sqrt(q) u) phi(sqrt(q) v)] with corr(u, v) = <x_i, x_j>/(|x_i| |x_j|): "
          "points are taken\n"
          "by their direction. Bounds are proved; 'gronwall verify --claim "
          "gram-lambda-min.NAME' also writes\n"
          "the certificate.\n\nactivations: " +
          activation_list() +
          "\n\nexamples:\n"
          "  gronwall kernel --activation softplus --points 500\n"
          "  gronwall kernel --limit --activation tanh --rho 0.9 --digits 12\n"
          "  gronwall kernel --limit --activation softplus --curve --plot kappa.svg\n"
          "  gronwall kernel --limit --activation gelu --normalise --lambda-min --blocks\n"
          "  gronwall kernel --depth 20 --activation relu --rho 1/2\n"
          "  gronwall kernel --width 1000 --depth 20 --activation softplus --points 200 --normalise\n"
          "  gronwall kernel --activation tanh --data points.csv --npy gram.npy --json\n"};
  po::options_description options("options", 100);
  options.add_options()("activation,a", po::value<std::string>()->required(), "activation function")(
      "q", po::value<std::string>()->default_value("1"), "variance sigma_u^2 |x|^2 / d, exact")(
      "npy", po::value<std::string>(), "write the matrix (midpoints, double) to this NPY file")("json",
                                                                                                "print JSON");
  add_limit_options(options);
  add_data_options(options, "fashion-mnist", 1000);
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values)) return kSuccess;
  if (asks_for_network(values)) return run_network_kernel(values);
  for (const char* other : {"rho", "curve", "plot", "blocks", "T", "sigma-w", "sigma-v", "digits", "cache"})
    if (values.count(other) != 0 && !values[other].defaulted())
      throw InputError(std::string("--") + other + " needs --limit, --depth or --width");

  const Activation& phi = activation(values["activation"].as<std::string>());
  const std::string q_text = values["q"].as<std::string>();
  const Rational q = positive_number(q_text, "q");
  const PointSet points = load_points(values);
  const Inspection inspection = inspect(points);
  const GramBound bound = bound_gram(points, kernel_coefficients(phi, q));
  const Eigen::MatrixXd& k = bound.gram.midpoint;
  // Bounds every entry's error, too: |E_ij| <= ||E||.
  const double radius = bound.gram.radius.norm(k.rows()).value();
  const std::string antipodal = describe_antipodal(points, inspection);

  if (values.count("npy") != 0)
    write_npy(values["npy"].as<std::string>(),
              std::span<const double>(k.data(), static_cast<std::size_t>(k.size())),
              {points.size(), points.size()});

  const Bounds lambda_min = outward(bound.lower, bound.upper);
  const Bounds entries = outward(k.minCoeff() - 2 * radius, k.maxCoeff() + 2 * radius);
  if (values.count("json") != 0) {
    print_json({{"activation", phi.name()},
                {"q", q_text},
                {"data", points.source().name},
                {"data_sha256", points.source().sha256},
                {"points", points.size()},
                {"dimension", points.dimension()},
                {"antipodal_pairs", inspection.antipodal.size()},
                {"entries", to_json(entries)},
                {"error_norm", decimal_above(to_rational(radius), 3)},
                {"lambda_min", to_json(lambda_min)}});
    return kSuccess;
  }
  std::cout << phi.name() << "(z) = " << phi.formula() << ", q = " << q_text << '\n'
            << points.size() << " points in dimension " << points.dimension() << ", " << points.source().name
            << " (" << points.source().description << ")\n"
            << "entries of K in [" << entries.lo << ", " << entries.hi << "], error of the matrix at most "
            << decimal_above(to_rational(radius), 3) << " in norm\n"
            << "lambda_min(K) in [" << lambda_min.lo << ", " << lambda_min.hi << "], proved: "
            << (bound.lower > 0   ? "positive definite"
                : bound.upper < 0 ? "indefinite"
                                  : "not decided in double precision")
            << '\n';
  if (!antipodal.empty()) std::cout << antipodal << '\n';
  return kSuccess;
}

}  // namespace gronwall::verify
