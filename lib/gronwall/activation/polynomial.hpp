#pragma once
/// \file Polynomials with rational coefficients, and the identity among them.

#include "gronwall/activation/activation_model.hpp"

namespace gronwall {

struct Polynomial : ActivationDefaults {
  /// Coefficients c_0, c_1, ... in increasing degree, without trailing zeros (but at least one).
  Polynomial(std::string spelling, std::vector<Rational> coefficients);

  static constexpr int kMostDegree = 64;

  std::string name() const { return spelling_; }
  std::string formula() const;

  /// By Horner's rule. Double: error at most 4 (degree + 1) u sum |c_k z^k|, which is a few ulp of the result
  /// unless terms cancel.
  template <Real R>
  R value(const R& z) const {
    R sum = coefficient(degree(), z);
    for (std::size_t k = degree(); k-- > 0;) sum = sum * z + coefficient(k, z);
    return sum;
  }
  template <Real R>
  R derivative(const R& z) const {
    R sum = constant_like(0, z);
    for (std::size_t k = degree(); k >= 1; --k) sum = sum * z + static_cast<int>(k) * coefficient(k, z);
    return sum;
  }
  /// Repeated synthetic division by (x - z): row k leaves coefficient k.
  template <Real R>
  std::vector<R> taylor(const R& z, int order) const {
    const std::size_t length = static_cast<std::size_t>(order) + 1;
    std::vector<R> c;
    for (std::size_t k = 0; k <= degree(); ++k) c.push_back(coefficient(k, z));
    for (std::size_t row = 0; row < std::min(degree(), length); ++row)
      for (std::size_t k = degree(); k-- > row;) c[k] += z * c[k + 1];
    c.resize(length, constant_like(0, z));
    return c;
  }

  /// The linear (or constant) term is split off when the other terms have one parity.
  ParitySplit parity_split() const;
  std::optional<Ball> lipschitz(long bits) const;
  std::optional<Ball> lipschitz_of_derivative(long bits) const;
  Analyticity analyticity() const { return {true, std::nullopt}; }
  LinearGrowth growth(const Ball& b) const;
  std::optional<std::vector<Rational>> polynomial() const { return coefficients_; }

 private:
  double coefficient(std::size_t k, double /*like*/) const { return rounded_[k]; }
  template <Real R>
  R coefficient(std::size_t k, const R& like) const {
    return constant_like(coefficients_[k], like);
  }
  std::size_t degree() const { return coefficients_.size() - 1; }

  std::string spelling_;
  std::vector<Rational> coefficients_;
  std::vector<double> rounded_;
};

Polynomial identity();
/// `polynomial:C0,C1,...`. \throws InputError for an empty list, a malformed number or a degree above
/// `Polynomial::kMostDegree`.
Polynomial polynomial(std::string_view parameters);

}  // namespace gronwall
