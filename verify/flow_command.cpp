/// \file `gronwall flow`: a Neural ODE followed with proved bounds.

#include <cmath>
#include <iostream>
#include <optional>
#include <sstream>

#include "arguments.hpp"
#include "command.hpp"
#include "data_options.hpp"
#include "gronwall/data/file_io.hpp"
#include "gronwall/data/npy_writer.hpp"
#include "gronwall/model/enclosed_scales.hpp"
#include "gronwall/model/gradient_enclosure.hpp"
#include "gronwall/model/layer.hpp"
#include "gronwall/numbers/text.hpp"
#include "gronwall/ode/integrate.hpp"
#include "gronwall/report/plot.hpp"
#include "gronwall/report/progress.hpp"
#include "json_output.hpp"

namespace gronwall::verify {
namespace {

namespace po = boost::program_options;

constexpr int kDigits = 12;
constexpr const char* kActivations = "softplus tanh sigmoid gelu silu erf sin cos gaussian identity";

struct Bounds {
  std::string lo;
  std::string hi;
};
Bounds outward(const Interval& x) {
  return {decimal_below(to_rational(x.lower), kDigits), decimal_above(to_rational(x.upper), kDigits)};
}
std::string text(const Interval& x) {
  const Bounds b = outward(x);
  return "[" + b.lo + ", " + b.hi + "]";
}
boost::json::object to_json(const Interval& x) {
  const Bounds b = outward(x);
  return {{"lo", b.lo}, {"hi", b.hi}};
}
std::string above(double x) {
  return std::isfinite(x) ? decimal_above(to_rational(x), 3) : "infinite";
}

/// Columns: the points, each scaled to |x|^2 = d.
Eigen::MatrixXd inputs_of(const PointSet& points) {
  Eigen::MatrixXd x(static_cast<Eigen::Index>(points.dimension()), static_cast<Eigen::Index>(points.size()));
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    const auto point = points[static_cast<std::size_t>(i)];
    for (Eigen::Index k = 0; k < x.rows(); ++k)
      x(k, i) = static_cast<double>(point[static_cast<std::size_t>(k)]);
    x.col(i) *= std::sqrt(static_cast<double>(x.rows())) / x.col(i).norm();
  }
  return x;
}

std::vector<long> depths_of(const po::variables_map& values) {
  std::vector<long> depths;
  if (values.count("depths") == 0) return depths;
  std::istringstream list(values["depths"].as<std::string>());
  for (std::string item; std::getline(list, item, ',');) {
    const Rational depth = positive_number(item, "depths");
    constexpr long kDeepest = 1'000'000;
    if (denominator(depth) != 1 || depth > kDeepest)
      throw InputError("--depths takes whole numbers from 1 to 1000000, separated by commas, not '" + item +
                       "'");
    depths.push_back(static_cast<long>(numerator(depth)));
  }
  return depths;
}

NeuralOde model_of(const po::variables_map& values, Eigen::Index dimension) {
  const long width = values["width"].as<long>();
  constexpr long kWidest = 20'000;
  if (width < 1 || width > kWidest)
    throw InputError("--width must lie between 1 and 20000, not " + std::to_string(width));
  const Activation& phi = activation(values["activation"].as<std::string>());
  NeuralOdeParameters parameters =
      gaussian_model(width, dimension, 1, phi, values["seed"].as<std::uint64_t>()).parameters();
  const auto number = [&](const char* name) { return positive_number(values[name].as<std::string>(), name); };
  parameters.time = number("T");
  parameters.sigma_w = number("sigma-w");
  parameters.sigma_u = number("sigma-u");
  parameters.sigma_v = number("sigma-v");
  return NeuralOde(std::move(parameters));
}

/// Where the state of the first point leaves every bound, in words: a numerical finding.
std::string fate_of(const NeuralOde& model, const Eigen::VectorXd& x) {
  const Layer<double> layer(model, kDoubleBits);
  const Field<double> field = [&](const Eigen::VectorXd& h, Eigen::VectorXd& derivative, double) {
    derivative = layer.field(layer.phi(h));
  };
  try {
    integrate<double>(field, layer.start(x), 0.0, layer.time(), {.stepper = "fehlberg78"});
    return "stays finite up to T";
  } catch (const BlowUpError& error) {
    std::ostringstream time;
    time << error.time();
    return "blows up near t = " + time.str();
  }
}

/// \throws InputError for activations whose flow cannot be enclosed, saying why.
void require_enclosable(const NeuralOde& model, const Eigen::VectorXd& x) {
  const Activation& phi = model.phi();
  if (!phi.lipschitz(kScaleBits))
    throw InputError(
        phi.name() +
        " has no Lipschitz constant, so nothing bounds its flow for every time; here the state of "
        "the first point " +
        fate_of(model, x) + " (by step control, not proved). Activations to choose from: " + kActivations);
  if (!phi.analyticity().analytic_on_real_line)
    throw InputError(phi.name() +
                     " is not smooth, and the enclosure needs all derivatives. Activations to choose from: " +
                     kActivations + ". ('gronwall verify --family rate' treats ReLU in exact arithmetic.)");
}

/// |h_t| on a grid against L31's bound, for the first point.
Figure growth_figure(const NeuralOdeEnclosure& enclosure) {
  Figure figure;
  figure.title = "Growth of the state, " + enclosure.model().phi().name() + ", width " +
                 std::to_string(enclosure.model().width());
  figure.x_label = "t";
  figure.y_label = "Euclidean norm";
  figure.log_y = true;
  Series norm{"|h_t|", {}, {}}, bound{"bound", {}, {}};
  const bool single = enclosure.inputs() == 1;
  const double end = nearest_double(enclosure.model().time());
  constexpr int kSamples = 48;
  std::optional<ModelConstants> c;
  if (single) c = model_constants(enclosure);
  for (int k = 0; k <= kSamples; ++k) {
    const double t = k == kSamples ? end : end * k / kSamples;
    const EnclosedStates at = enclosure.state(t);
    norm.x.push_back(t);
    norm.y.push_back(at.values.col(0).norm());
    if (!c) continue;
    bound.x.push_back(t);
    bound.y.push_back(((c->p0 * exp(c->beta * Ball::exact(t)) - c->phi_at_zero) / c->l1).upper());
  }
  figure.series.push_back(std::move(norm));
  if (single) figure.series.push_back(std::move(bound));
  return figure;
}

void print_model(const po::variables_map& values, const NeuralOde& model, const PointSet& points) {
  std::cout << model.phi().name() << "(z) = " << model.phi().formula() << ", n = " << model.width()
            << ", d = " << points.dimension() << ", T = " << values["T"].as<std::string>()
            << ", sigma_w = " << values["sigma-w"].as<std::string>() << '\n'
            << points.size() << (points.size() == 1 ? " point" : " points") << ", " << points.source().name
            << " (" << points.source().description << ")\n\n";
}

/// \throws PrecisionError outside 1..250; InputError for options that --digits does not go with.
int precise_digits(const po::variables_map& values, Eigen::Index inputs) {
  constexpr long kMostDigits = 250;
  const long digits = values["digits"].as<long>();
  if (digits < 1 || digits > kMostDigits)
    throw PrecisionError("--digits of a flow must be between 1 and 250, not " + std::to_string(digits));
  for (const char* other : {"depths", "plot", "npy"})
    if (values.count(other) != 0)
      throw InputError(std::string("--digits and --") + other + " do not go together");
  if (!values["tolerance"].defaulted())
    throw InputError(
        "--digits and --tolerance do not go together: the digits say how accurate the result shall be");
  if (inputs != 1) throw InputError("--digits works on one point: add --points 1");
  return static_cast<int>(digits);
}

int run_precise(const po::variables_map& values, const NeuralOde& model, const PointSet& points,
                const Eigen::MatrixXd& x, int digits) {
  const PreciseEnclosure precise = enclose_digits(model, x.col(0), digits);
  double radius = 0;
  for (Eigen::Index i = 0; i < precise.state.size(); ++i)
    radius = std::max(radius, precise.state(i).radius().value());
  if (values.count("json") != 0) {
    boost::json::array state;
    for (Eigen::Index i = 0; i < precise.state.size(); ++i)
      state.push_back(enclosure_json(precise.state(i), digits));
    print_json({{"activation", model.phi().name()},
                {"width", model.width()},
                {"digits", digits},
                {"output", enclosure_json(precise.output, digits)},
                {"gradient_norm", enclosure_json(precise.gradient_norm, digits)},
                {"state", std::move(state)}});
    return kSuccess;
  }
  print_model(values, model, points);
  std::cout << "f(x) in " << interval_text(precise.output, digits) << "\n|grad f| in "
            << interval_text(precise.gradient_norm, digits) << "\nh_T known to " << above(radius)
            << " in every component (" << precise.bound.pieces << " pieces, degree " << precise.bound.degree
            << ")\n";
  return kSuccess;
}

/// \throws PrecisionError with advice.
NeuralOdeEnclosure followed(const NeuralOde& model, const Eigen::MatrixXd& x,
                            const EnclosureOptions& options) {
  try {
    return NeuralOdeEnclosure(model, x, options);
  } catch (const PrecisionError& error) {
    throw PrecisionError(
        error.what() +
        std::string("\nErrors may grow like e^(2 sigma_w T): a larger --tolerance, a shorter --T, or "
                    "--digits (more bits; one point, small widths)"));
  }
}

/// What the 1/L law says about one input.
struct Law {
  std::vector<std::pair<long, Interval>> errors;
  std::optional<Interval> limit;
  std::optional<UpperBound> constant;
};

Law law_of(const NeuralOdeEnclosure& enclosure, const EnclosedGradient& gradient,
           const std::vector<long>& depths, bool quiet) {
  Law law;
  if (depths.empty() || enclosure.inputs() != 1) return law;
  ProgressBar progress(depths.size(), quiet ? ProgressStyle::silent : ProgressStyle::automatic);
  for (const long depth : depths) {
    const std::string label = "L = " + std::to_string(depth);
    progress.start(label);
    law.errors.emplace_back(
        depth, distance(enclose_resnet_gradient(enclosure.model(), enclosure.inputs_matrix().col(0), depth),
                        gradient));
    progress.finish(label, "enclosed");
  }
  progress.close();
  law.limit = norm(rate_limit(enclosure).gradient);
  law.constant = rate_constant(enclosure);
  return law;
}

}  // namespace

int run_flow(const std::vector<std::string>& arguments) {
  const Usage usage{
      .command = "flow",
      .summary = "a Neural ODE followed with proved bounds: state, adjoint, gradient, 1/L law",
      .synopsis = "--activation NAME [--width N] [--T T] [--tolerance R] [--depths L1,L2,...] [--plot FILE]",
      .notes =
          "h_0 = (sigma_u/sqrt d) U x, h' = (sigma_w/sqrt n) W phi(h) on [0, T], f = (sigma_v/sqrt n) v^T "
          "phi(h_T), with\n"
          "Gaussian weights from --seed and each point scaled to |x|^2 = d. Radii are proved bounds of the "
          "Euclidean\n"
          "norm. The 1/L law and the growth bounds are for one point (--points 1, the default).\n"
          "Radii grow by the factor e^(sigma_w L1 |W| T/sqrt n), about e^(2 T) for sigma_w = 1: keep sigma_w "
          "T below\n"
          "about 5, or use --digits. Memory: about 60 n^2 bytes (6 GB for n = 10000).\n\nactivations: " +
          std::string(kActivations) +
          "\n\nexamples:\n"
          "  gronwall flow --activation softplus --width 1000 --tolerance 1e-12\n"
          "  gronwall flow --activation gelu --width 200 --depths 1,10,100,1000,10000 --plot growth.svg\n"
          "  gronwall flow --activation tanh --width 20 --data none --dimension 3 --digits 50\n"};
  po::options_description options("options", 100);
  options.add_options()("activation,a", po::value<std::string>()->required(), "activation function")(
      "width,n", po::value<long>()->default_value(200), "width n")(
      "T", po::value<std::string>()->default_value("1"), "end of time, exact")(
      "sigma-w", po::value<std::string>()->default_value("1"), "scale of W, exact")(
      "sigma-u", po::value<std::string>()->default_value("1"), "scale of U, exact")(
      "sigma-v", po::value<std::string>()->default_value("1"), "scale of v, exact")(
      "tolerance", po::value<double>()->default_value(1e-9, "1e-9"), "wanted radius of h_T")(
      "digits,d", po::value<long>(), "work with so many digits instead (one point, widths up to about 100)")(
      "depths", po::value<std::string>(),
      "also enclose the ResNet's distance from the gradient at these depths")(
      "plot", po::value<std::string>(), "write the growth of the state against its bound to this SVG file")(
      "npy", po::value<std::string>(), "write h_T (midpoints; one row a point) to this NPY file")(
      "json", "print JSON")("quiet", "no progress");
  add_data_options(options, "fashion-mnist", 1);
  po::variables_map values;
  if (!parse_arguments(arguments, usage, options, values)) return kSuccess;

  const std::vector<long> depths = depths_of(values);
  const PointSet points = load_points(values);
  const Eigen::MatrixXd x = inputs_of(points);
  const NeuralOde model = model_of(values, x.rows());
  if (values.count("digits") != 0) {
    const int digits = precise_digits(values, x.cols());
    require_enclosable(model, x.col(0));
    return run_precise(values, model, points, x, digits);
  }
  if (!depths.empty() && x.cols() != 1) throw InputError("--depths works on one point: add --points 1");
  EnclosureOptions enclosure_options;
  enclosure_options.flow.tolerance = values["tolerance"].as<double>();
  require_enclosable(model, x.col(0));
  const NeuralOdeEnclosure enclosure = followed(model, x, enclosure_options);

  const EnclosedStates end = enclosure.state(nearest_double(model.time()));
  const EnclosedStates adjoint = enclosure.adjoint_at_start();
  const EnclosedGradient gradient = enclosure.gradient();
  const Interval gradient_norm = norm(gradient);
  const std::vector<Interval> outputs = enclosure.outputs();
  const FlowBound bound = enclosure.bound();
  const Law law =
      law_of(enclosure, gradient, depths, values.count("quiet") != 0 || values.count("json") != 0);
  std::optional<GrowthBounds> growth;
  if (x.cols() == 1) growth = growth_bounds(enclosure);

  if (values.count("npy") != 0)
    write_npy(values["npy"].as<std::string>(),
              std::span<const double>(end.values.data(), static_cast<std::size_t>(end.values.size())),
              {points.size(), static_cast<std::uint64_t>(model.width())});
  if (values.count("plot") != 0)
    write_file_atomically(values["plot"].as<std::string>(), svg_document(growth_figure(enclosure)));

  if (values.count("json") != 0) {
    boost::json::array outputs_json, law_json;
    for (const Interval& f : outputs) outputs_json.push_back(to_json(f));
    for (const auto& [depth, error] : law.errors)
      law_json.push_back({{"L", depth}, {"error", to_json(error)}});
    boost::json::object result{{"activation", model.phi().name()},
                               {"data", points.source().name},
                               {"points", points.size()},
                               {"dimension", points.dimension()},
                               {"width", model.width()},
                               {"T", values["T"].as<std::string>()},
                               {"seed", values["seed"].as<std::uint64_t>()},
                               {"state_radius", above(end.radius.maxCoeff())},
                               {"adjoint_radius", above(adjoint.radius.maxCoeff())},
                               {"outputs", std::move(outputs_json)},
                               {"gradient_norm", to_json(gradient_norm)},
                               {"gradient_radius", above(gradient.error().value())},
                               {"bound",
                                {{"spectral_norm", above(bound.spectral_norm.value())},
                                 {"rate", above(bound.rate.value())},
                                 {"amplification", above(bound.amplification.value())},
                                 {"defect", above(bound.largest_defect)},
                                 {"logarithmic_norm", bound.used_logarithmic_norm},
                                 {"split_products", enclosure.used_split_products()},
                                 {"pieces", bound.pieces},
                                 {"degree", bound.degree}}}};
    if (growth)
      result["growth_bounds"] = {{"state", above(growth->state.value())},
                                 {"adjoint", above(growth->adjoint.value())},
                                 {"d_u", above(growth->u.value())},
                                 {"d_w", above(growth->w.value())},
                                 {"d_v", above(growth->v.value())}};
    if (!law.errors.empty()) {
      result["resnet"] = std::move(law_json);
      result["rate_limit"] = to_json(*law.limit);
      result["rate_constant"] = above(law.constant->value());
    }
    print_json(result);
    return kSuccess;
  }

  print_model(values, model, points);
  std::cout << "h_T       radius " << above(end.radius.maxCoeff()) << "  (norm " << end.values.col(0).norm()
            << ")\n"
            << "lambda_0  radius " << above(adjoint.radius.maxCoeff()) << "  (norm "
            << adjoint.values.col(0).norm() << ")\n"
            << "gradient  norm in " << text(gradient_norm)
            << (points.size() == 1 ? "" : ", of the sum over the points") << '\n'
            << "f(x)      in " << text(outputs.front()) << (outputs.size() == 1 ? "" : ", the first point")
            << '\n'
            << "proof: " << bound.pieces << (bound.pieces == 1 ? " piece" : " pieces") << " of degree "
            << bound.degree + 1 << ", defect at most " << above(bound.largest_defect)
            << ", |W| <= " << above(bound.spectral_norm.value()) << ", rate " << above(bound.rate.value())
            << (bound.used_logarithmic_norm ? " (logarithmic norm)" : " (norm)") << ", amplification "
            << above(bound.amplification.value())
            << (enclosure.used_split_products() ? ", split products" : "") << '\n';
  if (growth)
    std::cout << "\na-priori bounds (L31): |h_T| <= " << above(growth->state.value())
              << ", |lambda_0| <= " << above(growth->adjoint.value())
              << ", |d_U f| <= " << above(growth->u.value()) << ", |d_W f| <= " << above(growth->w.value())
              << ", |d_v f| <= " << above(growth->v.value()) << '\n';
  if (!law.errors.empty()) {
    std::cout << "\n     L   L |grad f^L - grad f|\n";
    for (const auto& [depth, error] : law.errors) {
      const auto l = static_cast<double>(depth);
      const std::string label = std::to_string(depth);
      std::cout << std::string(label.size() < 6 ? 6 - label.size() : 0, ' ') << label << "   "
                << text({std::nextafter(l * error.lower, 0.0), std::nextafter(l * error.upper, INFINITY)})
                << '\n';
    }
    std::cout << " limit   " << text(*law.limit) << "\nfor every L: at most " << above(law.constant->value())
              << " (L33)\n";
  }
  if (values.count("plot") != 0) std::cout << "\nplot: " << values["plot"].as<std::string>() << '\n';
  return kSuccess;
}

}  // namespace gronwall::verify
