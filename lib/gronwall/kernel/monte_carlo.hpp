#pragma once
/// \file Experiments with random weights: how networks of finite width approach the infinite-width limit.
///
/// All are reproducible: sample number s at width n uses the weights `gaussian_model` makes from a seed that
/// depends on (seed, n, s) alone, whatever the number of threads.

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <vector>

#include "gronwall/kernel/depth.hpp"
#include "gronwall/kernel/statistics.hpp"

namespace gronwall {

/// How the entries of v are drawn. The theorems need mean 0, not Gaussian entries; `ones` is the negative
/// control (theory 0.5).
enum class ReadOut { gaussian, rademacher, ones };

struct MonteCarloSetup {
  LimitParameters limit;  ///< T and sigma_w above 0
  long depth = 8;         ///< L, of the network and of its limit
  std::vector<Eigen::Index> widths;
  std::size_t samples = 100;  ///< for each width
  std::uint64_t seed = 1;
  ReadOut read_out = ReadOut::gaussian;
  double level = 1e-3;   ///< of all tests of an experiment together (Bonferroni)
  unsigned threads = 0;  ///< 0: one for each processor
};

/// The empirical kernel K(x, xbar) at <x, xbar> = rho against its limit.
struct WidthScanAtRho {
  Rational rho;
  DepthKernel<double> limit;
  struct Row {
    Estimate K_v, K_W, K_U, K;
  };
  std::vector<Row> rows;  ///< by width
  /// mean(K) - K_inf^L = intercept + slope/n: the theory says intercept 0 (bias of order 1/n).
  LineFit bias;
  /// log(deviation of K) = intercept + slope log n: the theory says slope -1/2.
  LineFit fluctuation;

  double bias_z() const { return bias.intercept / bias.intercept_error; }
  double fluctuation_z() const { return (fluctuation.slope + 0.5) / fluctuation.slope_error; }
};

struct WidthScan {
  std::vector<Eigen::Index> widths;
  std::vector<WidthScanAtRho> at;
  double critical = 0;                 ///< bound of the |z| of 2 tests for each rho
  bool bias_supported = false;         ///< no |bias_z| above it
  bool fluctuation_supported = false;  ///< no |fluctuation_z| above it
};

/// Draws networks and compares K = <grad f(x), grad f(xbar)> with its limit. \throws InputError for bad limit
/// parameters, T or sigma_w of 0, no rho or |rho| > 1, fewer than two different widths, fewer than 4 samples.
WidthScan width_scan(const MonteCarloSetup& setup, const std::vector<Rational>& rhos);

/// Two outputs f_1, f_2 (independent rows of v) at one input over many networks, against independent
/// Gaussians of variance sigma_v^2 Sigma.
struct OutputScan {
  struct Row {
    Eigen::Index width = 0;
    std::array<NormalityTests, 2> normality;  ///< of f_1, f_2
    double correlation = 0;                   ///< of f_1 and f_2
    double correlation_z = 0;                 ///< mean(f_1 f_2)/standard error
    Estimate variance;                        ///< of (f_1^2 + f_2^2)/2
    /// Cov(f_1^2, f_2^2)/variance^2: what is left of the dependence.
    Estimate square_covariance;
    /// sigma_v^2 |phi(h^L)|^2/n, the variance of f_1 given the hidden layers. As the rows of v are
    /// independent, its own variance is Cov(f_1^2, f_2^2), known much better than from the outputs.
    Estimate conditional_variance;
  };
  std::vector<Row> rows;
  double variance = 0;    ///< sigma_v^2 Sigma
  LineFit bias;           ///< mean(conditional_variance) - variance against 1/n: intercept 0
  LineFit dependence;     ///< log of its deviation against log n: slope -1/2, so Cov(f_1^2, f_2^2) = O(1/n)
  double critical = 0;    ///< bound of the |z| of all tests; p-values are compared with level/tests
  bool gaussian = false;  ///< at the largest width: skewness, kurtosis, Anderson-Darling of both outputs
  bool independent = false;  ///< no correlation at any width, and the slope of `dependence`
  bool variance_supported = false;
};

/// Gaussian or Rademacher `read_out`. \throws InputError as width_scan; for fewer than 20 samples; for
/// `ones`.
OutputScan output_scan(const MonteCarloSetup& setup);

/// The least eigenvalue of the empirical tangent kernel's Gram matrix at given points.
struct LambdaMinScan {
  struct Row {
    Eigen::Index width = 0;
    std::vector<double> lambda_min;  ///< by sample
  };
  std::vector<Row> rows;
  double limit = 0;  ///< of the Gram matrix of the depth-L limit
};

/// `points`: unit vectors, the columns of a d x N matrix. Approximate eigenvalues, no proof. \throws
/// InputError as width_scan (any number of samples from 1); for points that are not finite unit vectors up to
/// 1e-12.
LambdaMinScan lambda_min_scan(const MonteCarloSetup& setup, const Eigen::MatrixXd& points);

}  // namespace gronwall
