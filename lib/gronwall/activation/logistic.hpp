#pragma once
/// \file The logistic function s(z) = 1/(1 + e^-z), on which softplus, sigmoid and SiLU stand.

#include <utility>
#include <vector>

#include "gronwall/activation/elementary.hpp"

namespace gronwall {

/// s(z); each of both forms is used where its exponential stays below 1. Double: at most 2 ulp.
template <Real R>
R logistic(const R& z) {
  const R e = elementary::exp_minus_abs(z);
  return elementary::leans_negative(z) ? R(e / (1 + e)) : R(1 / (1 + e));
}

/// s'(z) = s(z) s(-z) = e/(1+e)^2 with e = e^-|z|. Double: at most 4 ulp.
template <Real R>
R logistic_derivative(const R& z) {
  if constexpr (std::same_as<R, double>) {
    constexpr double kTail = 40;  // where e is below half an ulp of 1
    if (std::abs(z) > kTail) return elementary::times_exp({1}, -std::abs(z));
    const double growing = std::exp(std::abs(z));
    return 1 / (growing + (2 + 1 / growing));
  } else {
    const R e = elementary::exp_minus_abs(z);
    return e / ((1 + e) * (1 + e));
  }
}

/// Taylor coefficients of s at z, from s' = s u with u = 1 - s: (k+1) s_{k+1} = sum_j s_j u_{k-j}, u_k = -s_k
/// for k >= 1. Starting from s_0 and u_0 = s(-z) keeps relative accuracy in both tails.
template <Real R>
std::vector<R> logistic_series(const R& z, int order) {
  std::vector<R> s{logistic(z)};
  const R complement = logistic(R(-z));
  if (order >= 1) s.push_back(logistic_derivative(z));
  for (std::size_t k = 1; k < static_cast<std::size_t>(order); ++k) {
    R sum = s[k] * (complement - s[0]);
    for (std::size_t j = 1; j < k; ++j) sum -= s[j] * s[k - j];
    s.push_back(sum / static_cast<int>(k + 1));
  }
  return s;
}

}  // namespace gronwall
