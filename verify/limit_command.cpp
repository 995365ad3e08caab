#include "limit_command.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <iostream>
#include <limits>

#include "arguments.hpp"
#include "command.hpp"
#include "data_options.hpp"
#include "gronwall/activation/derivative_bounds.hpp"
#include "gronwall/data/file_io.hpp"
#include "gronwall/data/inspect.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/kernel/depth.hpp"
#include "gronwall/kernel/finite.hpp"
#include "gronwall/kernel/limit_kernel.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/text.hpp"
#include "gronwall/report/plot.hpp"
#include "gronwall/sphere/dot_products.hpp"
#include "gronwall/sphere/gram_bound.hpp"
#include "json_output.hpp"
#include "limit_cache.hpp"

namespace gronwall::verify {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;

constexpr long kDefaultDepth = 20;
/// The recursion keeps (L+1)^2 enclosures; a network of finite width n x n weights.
constexpr long kMostEnclosedDepth = 2000;
constexpr long kMostWidth = 20'000;
constexpr int kMostLimitDigits = 100;

/// An option without effect is a misunderstanding.
void refuse(const po::variables_map& values, std::initializer_list<const char*> options,
            const std::string& why) {
  for (const char* option : options)
    if (given(values, option)) throw InputError(std::string("--") + option + ' ' + why);
}

/// Notices before a long computation that its result could not be written.
void require_writable_place(const po::variables_map& values, const char* option) {
  if (!given(values, option)) return;
  const std::filesystem::path file = values[option].as<std::string>();
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw FileError("cannot write " + file.string() + ": there is no folder " + folder.string());
  if (std::filesystem::is_directory(file, ignored))
    throw FileError("cannot write " + file.string() + ": it is a folder");
}

LimitParameters parameters_of(const po::variables_map& values) {
  const auto positive = [&values](const char* name) {
    return positive_number(values[name].as<std::string>(), name);
  };
  LimitParameters parameters;
  parameters.activation = &activation(values["activation"].as<std::string>());
  const std::string time = values["T"].as<std::string>();
  parameters.T = exact_number(time, "T");
  if (parameters.T < 0) throw InputError("--T must not be negative, but is " + time);
  parameters.sigma_w = positive("sigma-w");
  parameters.sigma_v = positive("sigma-v");
  parameters.c0 = positive("q");
  return parameters;
}

/// Says what to do instead, which the library cannot know.
void require_smooth(const Activation& phi) {
  constexpr long kBits = 64;
  for (int j = 1; j <= 3; ++j)
    if (!derivative_bound(phi, j, kBits))
      throw InputError("--limit needs an activation that has bounded derivatives of every order, which " +
                       phi.name() + " has not; --depth L at a large L comes close to its limit");
}

Rational correlation(const std::string& text) {
  const Rational rho = exact_number(text, "rho");
  if (rho < -1 || rho > 1) throw InputError("--rho must lie in [-1, 1], but is " + text);
  return rho;
}

std::optional<std::filesystem::path> cache_of(const po::variables_map& values) {
  if (!given(values, "cache")) return default_cache();
  const std::string folder = values["cache"].as<std::string>();
  if (folder == "none") return std::nullopt;
  return folder;
}

/// Half a unit of the last digit asked for.
double limit_radius(int digits) {
  if (digits > kMostLimitDigits)
    throw PrecisionError("--limit takes --digits up to " + std::to_string(kMostLimitDigits) + ", not " +
                         std::to_string(digits) + "; --depth L takes more");
  return 0.5 * std::pow(10.0, -digits);
}

/// Kernels at one rho.
struct PairKernel {
  Ball C_TT, Sigma, K_v, K_W, K_U, K_inf;
};

PairKernel pair_kernel(const LimitParameters& parameters, const Rational& rho,
                       const po::variables_map& values, int digits) {
  if (given(values, "limit")) {
    const double sigma_v = static_cast<double>(parameters.sigma_v);
    const double radius = limit_radius(digits) / std::max(1.0, sigma_v * sigma_v);
    const LimitValues at = LimitKernel(parameters, LimitOptions{.radius = radius}).at(rho);
    return {at.C_TT, at.Sigma, at.K_v, at.K_W, at.K_U, at.K_inf};
  }
  const long depth = values["depth"].as<long>();
  if (depth < 1 || depth > kMostEnclosedDepth)
    throw InputError("--depth must lie between 1 and " + std::to_string(kMostEnclosedDepth) + ", not " +
                     std::to_string(depth) + (depth < 1 ? "" : "; --limit is the limit of infinite depth"));
  const DepthKernel<Ball> at = DepthRecursion<Ball>(parameters, depth, bits_for_digits(digits) + 64).at(rho);
  return {at.C_TT, at.Sigma, at.K_v, at.K_W, at.K_U, at.K};
}

std::string kind_of(const po::variables_map& values) {
  if (given(values, "limit")) return "infinite width and depth";
  return "infinite width, depth L = " + std::to_string(values["depth"].as<long>());
}

void print_header(const LimitParameters& p, const std::string& kind) {
  std::cout << p.activation->name() << "(z) = " << p.activation->formula() << ", " << kind
            << "\nT = " << to_canonical_text(p.T) << ", sigma_w = " << to_canonical_text(p.sigma_w)
            << ", sigma_v = " << to_canonical_text(p.sigma_v) << ", sigma_u^2/d = " << to_canonical_text(p.c0)
            << '\n';
}

json::object header_json(const LimitParameters& p) {
  return {{"activation", p.activation->name()},
          {"T", to_canonical_text(p.T)},
          {"sigma_w", to_canonical_text(p.sigma_w)},
          {"sigma_v", to_canonical_text(p.sigma_v)},
          {"q", to_canonical_text(p.c0)}};
}

int run_pair(const LimitParameters& parameters, const po::variables_map& values) {
  refuse(values, {"curve", "lambda-min", "npy", "plot", "data", "points", "normalise", "cache"},
         "has no meaning with --rho, which asks for single values");
  const int digits = checked_digits(values["digits"].as<long>());
  const Rational rho = correlation(values["rho"].as<std::string>());
  const PairKernel k = pair_kernel(parameters, rho, values, digits);
  const std::vector<std::pair<const char*, const Ball*>> rows{{"C_TT", &k.C_TT}, {"Sigma", &k.Sigma},
                                                              {"K_v", &k.K_v},   {"K_W", &k.K_W},
                                                              {"K_U", &k.K_U},   {"K_inf", &k.K_inf}};
  if (given(values, "json")) {
    json::object result = header_json(parameters);
    const int places = digits + 3;
    result["rho"] = json::object{{"lo", decimal_below(rho, places)}, {"hi", decimal_above(rho, places)}};
    for (const auto& [name, value] : rows) result[name] = enclosure_json(*value, digits);
    print_json(result);
    return kSuccess;
  }
  print_header(parameters, kind_of(values));
  std::cout << "rho = " << values["rho"].as<std::string>() << "; every interval is proved\n";
  for (const auto& [name, value] : rows)
    std::cout << "  " << name << std::string(6 - std::string(name).size(), ' ') << " in "
              << interval_text(*value, digits) << '\n';
  return kSuccess;
}

/// One curve of a block and the place of its enclosure.
struct Block {
  const char* name;
  const SeriesEnclosure* series;
};
std::vector<Block> blocks_of(const LimitSeries& series) {
  return {{"K_inf", &series.K_inf}, {"K_v", &series.K_v}, {"K_W", &series.K_W}, {"K_U", &series.K_U}};
}

Figure curve_figure(const LimitParameters& parameters, const LimitSeries& series) {
  Figure figure;
  figure.title = "Limit kernels of " + parameters.activation->name() +
                 ", sigma_w T = " + decimal_below(parameters.T * parameters.sigma_w, 4);
  figure.x_label = "rho = <x, x'>";
  figure.y_label = "kernel";
  for (const Block& block : blocks_of(series)) {
    Series curve{block.name, {}, {}};
    for (int i = -50; i <= 50; ++i) {
      curve.x.push_back(i / 50.0);
      curve.y.push_back(block.series->at(Ball::exact(i / 50.0)).midpoint());
    }
    figure.series.push_back(std::move(curve));
  }
  return figure;
}

int run_curve(const LimitParameters& parameters, const po::variables_map& values) {
  refuse(values, {"lambda-min", "npy", "data", "points", "normalise"},
         "has no meaning with --curve, which is about all points of the sphere");
  require_writable_place(values, "plot");
  const int digits = checked_digits(values["digits"].as<long>());
  const StoredSeries stored = limit_series(parameters, limit_radius(digits), cache_of(values));
  const LimitSeries& series = stored.series;
  if (given(values, "plot"))
    write_file_atomically(values["plot"].as<std::string>(), svg_document(curve_figure(parameters, series)));
  const std::string radius = decimal_above(to_rational(series.K_inf.radius.value()), 3);
  if (given(values, "json")) {
    json::object result = header_json(parameters);
    result["error"] = radius;
    for (const Block& block : blocks_of(series)) {
      json::array coefficients;
      for (const Ball& c : block.series->coefficients)
        coefficients.emplace_back(to_canonical_text(c.lower_rational()));
      result[block.name] =
          json::object{{"coefficients", std::move(coefficients)},
                       {"radius", decimal_above(to_rational(block.series->radius.value()), 3)}};
    }
    if (stored.certificate) result["certificate"] = stored.certificate->string();
    print_json(result);
    return kSuccess;
  }
  print_header(parameters, "infinite width and depth");
  std::cout << "kappa(rho) = sum_m b_m rho^m, b_m >= 0, " << series.K_inf.coefficients.size()
            << " coefficients, proved within " << radius << " for every rho in [-1, 1]\n\n   rho   kappa\n";
  for (int i = -10; i <= 10; ++i) {
    const Rational rho = Rational(i) / 10;
    const std::string label = decimal_below(rho, 3);
    std::cout << std::string(6 - std::min<std::size_t>(6, label.size()), ' ') << label << "   "
              << interval_text(series.K_inf.at(Ball::from(rho, 96)), digits) << '\n';
  }
  if (stored.certificate)
    std::cout << "\ncertificate: " << stored.certificate->string()
              << (stored.was_stored ? " (stored earlier)" : "")
              << "\n'proofs-check' on this file checks it again\n";
  if (given(values, "plot")) std::cout << "plot: " << values["plot"].as<std::string>() << '\n';
  return kSuccess;
}

/// Refuses points of different norms unless told to use their directions.
void require_sphere(const PointSet& points, bool may_normalise) {
  if (may_normalise) return;
  const auto squared = [&points](std::size_t i) {
    Integer sum = 0;
    for (const std::int64_t x : points[i]) sum += Integer(x) * x;
    return sum;
  };
  const Integer first = squared(0);
  for (std::size_t i = 1; i < points.size(); ++i)
    if (squared(i) != first)
      throw InputError("the points do not lie on a sphere: |x|^2 differs between rows " +
                       std::to_string(points.source_row(0)) + " and " + std::to_string(points.source_row(i)) +
                       " of the file; add --normalise to use their directions");
}

std::string block_file(const std::string& file, const std::string& block) {
  const std::filesystem::path path(file);
  return (path.parent_path() / (path.stem().string() + "-" + block + path.extension().string())).string();
}

void write_matrix(const std::string& file, const Eigen::MatrixXd& k) {
  write_npy(file, std::span<const double>(k.data(), static_cast<std::size_t>(k.size())),
            {static_cast<std::uint64_t>(k.rows()), static_cast<std::uint64_t>(k.cols())});
}

int run_limit_gram(const LimitParameters& parameters, const po::variables_map& values) {
  if (!given(values, "limit"))
    throw InputError(
        "a Gram matrix at depth L needs a width (--width n); --rho R gives single values at infinite width");
  require_writable_place(values, "npy");
  const int digits = checked_digits(values["digits"].as<long>());
  const PointSet points = load_points(values);
  require_sphere(points, given(values, "normalise"));
  const Inspection inspection = inspect(points);
  const StoredSeries stored = limit_series(parameters, limit_radius(digits), cache_of(values));
  std::vector<Block> blocks = blocks_of(stored.series);
  if (!given(values, "blocks")) blocks.resize(1);
  json::object result = header_json(parameters);
  result["points"] = points.size();
  result["dimension"] = points.dimension();
  result["data"] = points.source().name;
  result["data_sha256"] = points.source().sha256;
  result["antipodal_pairs"] = inspection.antipodal.size();
  const bool prints_json = given(values, "json");
  if (!prints_json) {
    print_header(parameters, "infinite width and depth");
    std::cout << points.size() << " points in dimension " << points.dimension() << ", "
              << points.source().name << (given(values, "normalise") ? " (directions)" : "") << '\n';
  }
  for (const Block& block : blocks) {
    const DotProductKernel kernel =
        DotProductKernel::from_series(block.series->coefficients, block.series->radius);
    double lower = 0, upper = 0;
    EnclosedMatrix gram;
    if (given(values, "lambda-min")) {
      GramBound bound = bound_gram(points, kernel);
      lower = bound.lower, upper = bound.upper;
      gram = std::move(bound.gram);
    } else {
      gram = kernel_gram(points, kernel);
    }
    const Eigen::MatrixXd& k = gram.midpoint;
    if (given(values, "npy")) {
      const std::string file = values["npy"].as<std::string>();
      write_matrix(blocks.size() == 1 ? file : block_file(file, block.name), k);
    }
    const double radius = gram.radius.norm(k.rows()).value();
    const std::string error = decimal_above(to_rational(radius), 3);
    const std::string least = decimal_below(to_rational(k.minCoeff() - 2 * radius), 10);
    const std::string greatest = decimal_above(to_rational(k.maxCoeff() + 2 * radius), 10);
    json::object entry{{"entries", json::object{{"lo", least}, {"hi", greatest}}}, {"error_norm", error}};
    std::string line = std::string(block.name) + ": entries in [" + least + ", " + greatest +
                       "], error of the matrix at most " + error + " in norm\n";
    if (given(values, "lambda-min")) {
      const std::string lo = decimal_below(to_rational(lower), 10),
                        hi = decimal_above(to_rational(upper), 10);
      entry["lambda_min"] = json::object{{"lo", lo}, {"hi", hi}};
      line += "  lambda_min in [" + lo + ", " + hi +
              "], proved: " + (lower > 0 ? "positive definite" : "not decided in double precision") + '\n';
    }
    if (prints_json)
      result[block.name] = std::move(entry);
    else
      std::cout << line;
  }
  if (prints_json) {
    print_json(result);
    return kSuccess;
  }
  const std::string antipodal = describe_antipodal(points, inspection);
  if (!antipodal.empty()) std::cout << antipodal << '\n';
  return kSuccess;
}

/// Directions of the points as columns, scaled so that sigma_u = 1 gives the variance q.
Eigen::MatrixXd inputs_of(const PointSet& points, const Rational& q) {
  const auto n = static_cast<Eigen::Index>(points.size()), d = static_cast<Eigen::Index>(points.dimension());
  Eigen::MatrixXd x(d, n);
  for (Eigen::Index j = 0; j < n; ++j) {
    const auto row = points[static_cast<std::size_t>(j)];
    for (Eigen::Index i = 0; i < d; ++i) x(i, j) = static_cast<double>(row[static_cast<std::size_t>(i)]);
    x.col(j) *= std::sqrt(static_cast<double>(q) * static_cast<double>(d)) / x.col(j).norm();
  }
  return x;
}

int run_width(const LimitParameters& parameters, const po::variables_map& values) {
  if (given(values, "limit"))
    throw InputError("--width and --limit exclude each other: choose a finite or an infinite width");
  if (given(values, "rho")) throw InputError("--width works on points, not on --rho");
  if (parameters.T <= 0) throw InputError("--width needs --T above 0");
  const long width = values["width"].as<long>();
  const long depth = given(values, "depth") ? values["depth"].as<long>() : kDefaultDepth;
  if (width < 1 || width > kMostWidth)
    throw InputError("--width must lie between 1 and " + std::to_string(kMostWidth) + ", not " +
                     std::to_string(width));
  if (depth < 1) throw InputError("--depth must be at least 1, not " + std::to_string(depth));
  require_writable_place(values, "npy");
  const PointSet points = load_points(values);
  require_sphere(points, given(values, "normalise"));
  NeuralOdeParameters model = gaussian_model(width, static_cast<Eigen::Index>(points.dimension()), 1,
                                             *parameters.activation, values["seed"].as<std::uint64_t>())
                                  .parameters();
  model.time = parameters.T, model.sigma_w = parameters.sigma_w, model.sigma_v = parameters.sigma_v;
  const FiniteKernel kernel =
      finite_kernel(NeuralOde(std::move(model)), inputs_of(points, parameters.c0), depth);
  struct Matrix {
    const char* name;
    Eigen::MatrixXd k;
  };
  std::vector<Matrix> matrices{{"K", kernel.K()}};
  if (given(values, "blocks"))
    for (auto& [name, k] :
         {std::pair("K_v", &kernel.K_v), std::pair("K_W", &kernel.K_W), std::pair("K_U", &kernel.K_U)})
      matrices.push_back({name, *k});
  json::object result = header_json(parameters);
  result["width"] = width, result["depth"] = depth, result["points"] = points.size();
  result["compression_error"] = kernel.relative_tail;
  const bool prints_json = given(values, "json");
  if (!prints_json) {
    print_header(parameters, "width n = " + std::to_string(width) + ", depth L = " + std::to_string(depth) +
                                 ", seed " + std::to_string(values["seed"].as<std::uint64_t>()));
    std::cout << points.size() << " points in dimension " << points.dimension() << ", "
              << points.source().name << "; double precision, not proved\n";
  }
  for (const Matrix& matrix : matrices) {
    if (given(values, "npy")) {
      const std::string file = values["npy"].as<std::string>();
      write_matrix(matrices.size() == 1 ? file : block_file(file, matrix.name), matrix.k);
    }
    json::object entry{{"least", matrix.k.minCoeff()}, {"greatest", matrix.k.maxCoeff()}};
    std::string line = std::string(matrix.name) + ": entries from " +
                       decimal_below(to_rational(matrix.k.minCoeff()), 10) + " to " +
                       decimal_below(to_rational(matrix.k.maxCoeff()), 10) + '\n';
    if (given(values, "lambda-min")) {
      const LambdaMin least = enclose_lambda_min(matrix.k, EntryRadius(UpperBound(), UpperBound()));
      entry["lambda_min"] = json::object{{"lo", least.lower}, {"hi", least.upper}};
      line += "  lambda_min of the computed matrix in [" + decimal_below(to_rational(least.lower), 8) + ", " +
              decimal_above(to_rational(least.upper), 8) + "]\n";
    }
    if (prints_json)
      result[matrix.name] = std::move(entry);
    else
      std::cout << line;
  }
  if (prints_json) print_json(result);
  return kSuccess;
}

}  // namespace

void add_limit_options(po::options_description& options) {
  options.add_options()("limit", "the limit of infinite width and depth: proved enclosures")(
      "depth", po::value<long>(), "residual network of depth L at infinite width, or with --width")(
      "width", po::value<long>(), "the empirical kernel of one network of this width (double precision)")(
      "T", po::value<std::string>()->default_value("1"), "time, exact")(
      "sigma-w", po::value<std::string>()->default_value("1"), "scale of W, exact")(
      "sigma-v", po::value<std::string>()->default_value("1"), "scale of v, exact")(
      "rho", po::value<std::string>(), "one pair of inputs with this scalar product, instead of points")(
      "curve", "kappa(rho) as a function on [-1, 1], with its power series")(
      "blocks", "also the blocks K_v, K_W, K_U")("lambda-min", "bounds of the smallest eigenvalue")(
      "normalise", "use the directions of points that do not lie on a sphere")(
      "digits,d", po::value<long>()->default_value(10), "decimal digits after the point that are certain")(
      "plot", po::value<std::string>(), "with --curve: write the plot to this SVG file")(
      "cache", po::value<std::string>(), "folder for computed power series; 'none' for no folder");
}

bool asks_for_network(const po::variables_map& values) {
  return given(values, "limit") || given(values, "depth") || given(values, "width");
}

int run_network_kernel(const po::variables_map& values) {
  const LimitParameters parameters = parameters_of(values);
  if (given(values, "curve") && !given(values, "limit")) throw InputError("--curve needs --limit");
  if (given(values, "plot") && !given(values, "curve")) throw InputError("--plot needs --curve");
  if (given(values, "width")) return run_width(parameters, values);
  if (given(values, "limit") && given(values, "depth"))
    throw InputError("--limit is the limit of infinite depth: leave out --depth, or --limit");
  if (given(values, "limit")) require_smooth(*parameters.activation);
  if (given(values, "rho")) return run_pair(parameters, values);
  if (given(values, "curve")) return run_curve(parameters, values);
  return run_limit_gram(parameters, values);
}

}  // namespace gronwall::verify
