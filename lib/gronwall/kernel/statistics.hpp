#pragma once
/// \file What experiments with random weights are judged by.

#include <span>
#include <vector>

namespace gronwall {

/// A mean with what is known about its error.
struct Estimate {
  double mean = 0;
  double standard_error = 0;  ///< deviation/sqrt(samples)
  double deviation = 0;       ///< standard deviation of one sample
  /// Standard error of log(deviation), from the fourth moment of the samples.
  double log_deviation_error = 0;
};

/// \throws InputError for fewer than 4 samples.
Estimate estimate(std::span<const double> samples);

/// y = intercept + slope x, weighted by 1/error^2.
struct LineFit {
  double intercept = 0, intercept_error = 0;
  double slope = 0, slope_error = 0;
};

/// Weighted least squares with known standard errors of the y. \throws InputError for unequal lengths, fewer
/// than 2 different x, or an error that is not above 0.
LineFit fit_line(std::span<const double> x, std::span<const double> y, std::span<const double> error);

/// |z| above which a standard Gaussian statistic is rejected when `tests` of them share the two-sided level
/// `level` (Bonferroni). \throws InputError for a level outside (0, 1) or no test.
double critical_value(double level, std::size_t tests);
/// The probability that a standard Gaussian exceeds |z| in absolute value.
double two_sided_p(double z);

/// Approximately standard Gaussian statistics of the sample skewness g1 = m3/m2^(3/2) (D'Agostino, Biometrika
/// 57 (1970) 679) and of the sample kurtosis b2 = m4/m2^2 (Anscombe and Glynn, Biometrika 70 (1983) 227) of
/// `count` independent Gaussians. \throws InputError for fewer than 20.
double skewness_statistic(double g1, std::size_t count);
double kurtosis_statistic(double b2, std::size_t count);

/// Three tests of the hypothesis that independent samples are Gaussian of some mean and variance.
struct NormalityTests {
  double skewness_z = 0;
  double kurtosis_z = 0;
  /// p-value of Anderson and Darling's test (D'Agostino and Stephens, Goodness-of-fit techniques, 1986, table
  /// 4.9).
  double anderson_darling_p = 0;
};

/// \throws InputError for fewer than 20 samples or equal ones.
NormalityTests normality_tests(std::span<const double> samples);

}  // namespace gronwall
