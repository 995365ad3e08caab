#include "gronwall/activation/polynomial.hpp"

#include "gronwall/activation/parameters.hpp"

namespace gronwall {

Polynomial::Polynomial(std::string spelling, std::vector<Rational> coefficients)
    : spelling_(std::move(spelling)), coefficients_(std::move(coefficients)) {
  for (const Rational& c : coefficients_) rounded_.push_back(nearest_double(c));
}

std::string Polynomial::formula() const {
  std::string text;
  for (std::size_t k = 0; k < coefficients_.size(); ++k) {
    const Rational& c = coefficients_[k];
    if (c == 0 && coefficients_.size() > 1) continue;
    std::string factor = Rational(abs(c)).str();
    if (factor == "1" && k > 0)
      factor.clear();
    else if (k > 0)
      factor += " ";
    const std::string power = k == 0 ? "" : k == 1 ? "z" : "z^" + std::to_string(k);
    const std::string sign = c < 0 ? "-" : text.empty() ? "" : "+";
    text += text.empty() ? sign : " " + sign + " ";
    text += factor + power;
  }
  return text;
}

ParitySplit Polynomial::parity_split() const {
  bool even_from_2 = false;
  bool odd_from_3 = false;
  for (std::size_t k = 2; k < coefficients_.size(); ++k)
    if (coefficients_[k] != 0) (k % 2 == 0 ? even_from_2 : odd_from_3) = true;
  const Rational& constant = coefficients_[0];
  const Rational slope = degree() >= 1 ? coefficients_[1] : Rational(0);
  if (even_from_2 && odd_from_3) return {};
  if (odd_from_3) return {0, constant, Parity::odd};
  if (!even_from_2 && constant == 0 && slope != 0) return {0, 0, Parity::odd};
  return {slope, 0, Parity::even};
}

std::optional<Ball> Polynomial::lipschitz(long bits) const {
  if (degree() > 1) return std::nullopt;
  return Ball::from(degree() == 1 ? Rational(abs(coefficients_[1])) : Rational(0), bits);
}

std::optional<Ball> Polynomial::lipschitz_of_derivative(long bits) const {
  if (degree() > 2) return std::nullopt;
  return Ball::from(degree() == 2 ? Rational(2 * abs(coefficients_[2])) : Rational(0), bits);
}

LinearGrowth Polynomial::growth(const Ball& b) const {
  if (degree() > 1)
    throw InputError(name() + " grows faster than linearly: use its exact Gaussian moments instead");
  const Ball slope = *lipschitz(b.working_bits());
  // |c0 + c1 z| <= |c0| + |c1| (b + |x|)
  return {constant_like(abs(coefficients_[0]), b) + slope * b, slope};
}

Polynomial identity() {
  return {"identity", {0, 1}};
}

Polynomial polynomial(std::string_view parameters) {
  std::vector<Rational> coefficients = parse_list(parameters);
  while (coefficients.size() > 1 && coefficients.back() == 0) coefficients.pop_back();
  if (coefficients.size() > Polynomial::kMostDegree + 1)
    throw InputError("a polynomial activation has degree at most " + std::to_string(Polynomial::kMostDegree) +
                     ", not " + std::to_string(coefficients.size() - 1));
  std::string spelling = "polynomial:";
  for (std::size_t k = 0; k < coefficients.size(); ++k)
    spelling += (k == 0 ? "" : ",") + to_canonical_text(coefficients[k]);
  return {std::move(spelling), std::move(coefficients)};
}

}  // namespace gronwall
