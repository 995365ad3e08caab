#include "gronwall/kernel/monte_carlo.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "gronwall/data/philox.hpp"
#include "gronwall/kernel/finite.hpp"
#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/model/resnet.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

void check(const MonteCarloSetup& setup, std::size_t least_samples, std::size_t least_widths) {
  setup.limit.check();
  if (setup.limit.T == 0 || setup.limit.sigma_w == 0)
    throw InputError("experiments need T and sigma_w above 0");
  if (setup.samples < least_samples)
    throw InputError("the experiment needs at least " + std::to_string(least_samples) +
                     " samples for each width, not " + std::to_string(setup.samples));
  std::vector<Index> widths = setup.widths;
  std::sort(widths.begin(), widths.end());
  if (std::adjacent_find(widths.begin(), widths.end()) != widths.end())
    throw InputError("the widths of an experiment must differ");
  if (widths.size() < least_widths)
    throw InputError("the experiment needs at least " + std::to_string(least_widths) + " widths");
}

/// The network of sample number `sample`; inputs are `input_scale` times unit vectors.
NeuralOde sample_model(const MonteCarloSetup& setup, Index width, Index dimension, Index outputs,
                       std::size_t sample) {
  const auto words =
      philox4x32({static_cast<std::uint32_t>(sample), static_cast<std::uint32_t>(sample >> 32),
                  static_cast<std::uint32_t>(width), 0x6e74},
                 {static_cast<std::uint32_t>(setup.seed), static_cast<std::uint32_t>(setup.seed >> 32)});
  const std::uint64_t seed = std::uint64_t{words[1]} << 32 | words[0];
  NeuralOdeParameters parameters =
      gaussian_model(width, dimension, outputs, *setup.limit.activation, seed).parameters();
  parameters.time = setup.limit.T;
  parameters.sigma_w = setup.limit.sigma_w;
  parameters.sigma_v = setup.limit.sigma_v;
  if (setup.read_out == ReadOut::rademacher)
    parameters.v = parameters.v.unaryExpr([](double x) { return x < 0 ? -1.0 : 1.0; });
  if (setup.read_out == ReadOut::ones) parameters.v.setOnes();
  return NeuralOde(std::move(parameters));
}

/// sigma_u = 1, so inputs of norm sqrt(c0 d) give h(0) the variance c0.
double input_norm(const MonteCarloSetup& setup, Index dimension) {
  return std::sqrt(nearest_double(setup.limit.c0) * static_cast<double>(dimension));
}

std::vector<double> logarithms(const std::vector<double>& values) {
  std::vector<double> result;
  for (const double x : values) result.push_back(std::log(x));
  return result;
}

/// Values with errors at the widths of an experiment, and the lines through them.
struct Series {
  std::vector<double> value, error;
  void add(double v, double e) {
    value.push_back(v);
    error.push_back(e);
  }
};

LineFit fit_against_inverse(const std::vector<Index>& widths, const Series& series) {
  std::vector<double> x;
  for (const Index n : widths) x.push_back(1 / static_cast<double>(n));
  return fit_line(x, series.value, series.error);
}

LineFit fit_against_logarithm(const std::vector<Index>& widths, const Series& series) {
  std::vector<double> x;
  for (const Index n : widths) x.push_back(static_cast<double>(n));
  return fit_line(logarithms(x), series.value, series.error);
}

}  // namespace

WidthScan width_scan(const MonteCarloSetup& setup, const std::vector<Rational>& rhos) {
  check(setup, 4, 2);
  if (rhos.empty()) throw InputError("a scan over widths needs at least one rho");
  const DepthRecursion<double> recursion(setup.limit, setup.depth);
  WidthScan scan;
  scan.widths = setup.widths;
  for (const Rational& rho : rhos) scan.at.push_back({rho, recursion.at(rho), {}, {}, {}});

  // Column 0 is x; column 1 + i the xbar of rho_i.
  constexpr Index kDimension = 2;
  MatrixXd x(kDimension, 1 + static_cast<Index>(rhos.size()));
  x.col(0) << 1, 0;
  for (std::size_t i = 0; i < rhos.size(); ++i)
    x.col(1 + static_cast<Index>(i)) << nearest_double(rhos[i]),
        std::sqrt(nearest_double(1 - rhos[i] * rhos[i]));
  x *= input_norm(setup, kDimension);

  std::vector<Series> bias(rhos.size()), fluctuation(rhos.size());
  for (const Index width : setup.widths) {
    std::vector<std::array<std::vector<double>, 4>> samples(rhos.size());
    for (auto& blocks : samples) blocks.fill(std::vector<double>(setup.samples));
    parallel_for(
        setup.samples,
        [&](std::size_t s) {
          FiniteKernelOptions options;
          options.threads = 1;
          const FiniteKernel kernel =
              finite_kernel(sample_model(setup, width, kDimension, 1, s), x, setup.depth, options);
          for (std::size_t i = 0; i < rhos.size(); ++i) {
            const Index column = 1 + static_cast<Index>(i);
            samples[i][0][s] = kernel.K_v(0, column);
            samples[i][1][s] = kernel.K_W(0, column);
            samples[i][2][s] = kernel.K_U(0, column);
            samples[i][3][s] = samples[i][0][s] + samples[i][1][s] + samples[i][2][s];
          }
        },
        setup.threads);
    for (std::size_t i = 0; i < rhos.size(); ++i) {
      const WidthScanAtRho::Row row{estimate(samples[i][0]), estimate(samples[i][1]), estimate(samples[i][2]),
                                    estimate(samples[i][3])};
      scan.at[i].rows.push_back(row);
      bias[i].add(row.K.mean - scan.at[i].limit.K, row.K.standard_error);
      fluctuation[i].add(std::log(row.K.deviation), row.K.log_deviation_error);
    }
  }

  scan.critical = critical_value(setup.level, 2 * rhos.size());
  scan.bias_supported = scan.fluctuation_supported = true;
  for (std::size_t i = 0; i < rhos.size(); ++i) {
    WidthScanAtRho& at = scan.at[i];
    at.bias = fit_against_inverse(scan.widths, bias[i]);
    at.fluctuation = fit_against_logarithm(scan.widths, fluctuation[i]);
    scan.bias_supported &= std::abs(at.bias_z()) <= scan.critical;
    scan.fluctuation_supported &= std::abs(at.fluctuation_z()) <= scan.critical;
  }
  return scan;
}

OutputScan output_scan(const MonteCarloSetup& setup) {
  check(setup, 20, 2);
  if (setup.read_out == ReadOut::ones)
    throw InputError("the outputs are compared for random v; with v = (1, ..., 1) all outputs are equal");
  OutputScan scan;
  const DepthKernel<double> limit = depth_kernel<double>(setup.limit, 1, setup.depth);
  scan.variance = limit.K_v;
  constexpr Index kDimension = 2;
  MatrixXd x(kDimension, 1);
  x << input_norm(setup, kDimension), 0;

  Series bias, dependence;
  for (const Index width : setup.widths) {
    std::vector<double> first(setup.samples), second(setup.samples), conditional(setup.samples);
    parallel_for(
        setup.samples,
        [&](std::size_t s) {
          const NeuralOde model = sample_model(setup, width, kDimension, 2, s);
          const MatrixXd h = ResNet<double>(model, setup.depth).states(x).back();
          const MatrixXd phi = h.unaryExpr([&model](double z) { return model.phi().value(z); });
          const double scale = over_root(model.sigma_v(), width);
          const MatrixXd f = scale * multiply(model.v(), phi);
          first[s] = f(0);
          second[s] = f(1);
          conditional[s] = scale * scale * phi.squaredNorm();
        },
        setup.threads);
    OutputScan::Row row;
    row.width = width;
    row.normality = {normality_tests(first), normality_tests(second)};
    row.conditional_variance = estimate(conditional);
    std::vector<double> products, squares, square_products;
    for (std::size_t s = 0; s < setup.samples; ++s) {
      const double a = first[s], b = second[s];
      products.push_back(a * b);
      squares.push_back((a * a + b * b) / 2);
    }
    row.variance = estimate(squares);
    for (std::size_t s = 0; s < setup.samples; ++s)
      square_products.push_back((first[s] * first[s] / row.variance.mean - 1) *
                                (second[s] * second[s] / row.variance.mean - 1));
    row.square_covariance = estimate(square_products);
    const Estimate product = estimate(products);
    row.correlation = product.mean / row.variance.mean;
    row.correlation_z = product.mean / product.standard_error;
    bias.add(row.conditional_variance.mean - scan.variance, row.conditional_variance.standard_error);
    dependence.add(std::log(row.conditional_variance.deviation),
                   row.conditional_variance.log_deviation_error);
    scan.rows.push_back(row);
  }
  scan.bias = fit_against_inverse(setup.widths, bias);
  scan.dependence = fit_against_logarithm(setup.widths, dependence);

  // Six tests of normality, a correlation for each width, two lines.
  const std::size_t tests = 6 + scan.rows.size() + 2;
  scan.critical = critical_value(setup.level, tests);
  const auto passes = [&scan](double z) { return std::abs(z) <= scan.critical; };
  const OutputScan::Row& widest = *std::max_element(
      scan.rows.begin(), scan.rows.end(), [](const auto& a, const auto& b) { return a.width < b.width; });
  scan.gaussian = true;
  for (const NormalityTests& t : widest.normality)
    scan.gaussian &= passes(t.skewness_z) && passes(t.kurtosis_z) &&
                     t.anderson_darling_p >= setup.level / static_cast<double>(tests);
  scan.independent = passes((scan.dependence.slope + 0.5) / scan.dependence.slope_error);
  for (const OutputScan::Row& row : scan.rows) scan.independent &= passes(row.correlation_z);
  scan.variance_supported = passes(scan.bias.intercept / scan.bias.intercept_error);
  return scan;
}

LambdaMinScan lambda_min_scan(const MonteCarloSetup& setup, const MatrixXd& points) {
  check(setup, 1, 1);
  const Index count = points.cols();
  if (count == 0 || points.rows() == 0) throw InputError("a least eigenvalue needs at least one point");
  for (Index i = 0; i < count; ++i)
    if (!(std::abs(points.col(i).norm() - 1) <= 1e-12))
      throw InputError("point " + std::to_string(i) + " is not a unit vector");

  const DepthRecursion<double> recursion(setup.limit, setup.depth);
  MatrixXd gram(count, count);
  parallel_for(
      static_cast<std::size_t>(count),
      [&](std::size_t j) {
        const auto column = static_cast<Index>(j);
        for (Index i = column; i < count; ++i) {
          const double rho = i == column ? 1 : points.col(i).dot(points.col(column));
          const double k = recursion.at(to_rational(std::clamp(rho, -1.0, 1.0))).K;
          gram(i, column) = gram(column, i) = k;
        }
      },
      setup.threads);
  LambdaMinScan scan;
  scan.limit = enclose_lambda_min(gram).estimate;

  const MatrixXd x = input_norm(setup, points.rows()) * points;
  for (const Index width : setup.widths) {
    LambdaMinScan::Row row;
    row.width = width;
    for (std::size_t s = 0; s < setup.samples; ++s) {
      FiniteKernelOptions options;
      options.threads = setup.threads;
      const FiniteKernel kernel =
          finite_kernel(sample_model(setup, width, points.rows(), 1, s), x, setup.depth, options);
      row.lambda_min.push_back(enclose_lambda_min(kernel.K()).estimate);
    }
    scan.rows.push_back(std::move(row));
  }
  return scan;
}

}  // namespace gronwall
