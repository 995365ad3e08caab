#include "activation.hpp"

#include <map>

namespace proofs_check {
namespace {

const std::map<std::string, Family> plain_names{
    {"softplus", Family::softplus}, {"tanh", Family::tanh}, {"sigmoid", Family::sigmoid},
    {"gelu", Family::gelu},         {"silu", Family::silu}, {"erf", Family::erf},
    {"sin", Family::sin},           {"cos", Family::cos},   {"gaussian", Family::gaussian},
    {"relu", Family::relu},         {"elu", Family::elu},   {"identity", Family::identity}};

/// f(x) in f(m) + slope (x - m), where `slope` encloses f' on x: one evaluation of f instead of two.
Interval mean_value(Interval (*f)(const Interval&), const Interval& x, const Interval& slope) {
  const Interval middle = midpoint(x);
  Interval y = f(middle);
  y.add_product(slope, deviation(x, middle));
  return y;
}

}  // namespace

Activation parse_activation(const std::string& name, Budget& budget) {
  Activation phi{name, Family::identity, 0, {}};
  if (const auto plain = plain_names.find(name); plain != plain_names.end()) {
    phi.family = plain->second;
  } else if (name.starts_with("leaky-relu:")) {
    phi.family = Family::leaky_relu;
    phi.slope = parse_real(name.substr(11), budget);
  } else if (name.starts_with("polynomial:")) {
    phi.family = Family::polynomial;
    std::size_t begin = 10;  // of the separator before a coefficient
    while (begin != std::string::npos) {
      const std::size_t end = name.find(',', begin + 1);
      phi.coefficients.push_back(parse_real(name.substr(begin + 1, end - begin - 1), budget));
      begin = end;
    }
  } else {
    malformed("unknown activation " + name.substr(0, 40));
  }
  return phi;
}

Interval value(const Activation& phi, const Interval& x) {
  const long p = x.precision();
  const Interval half(mpq_class(1, 2), p);
  switch (phi.family) {
    case Family::softplus:
      return softplus(x);
    case Family::tanh:
      return tanh(x);
    case Family::sigmoid:
      return sigmoid(x);
    case Family::gelu:
      return x * half * erfc(-x * sqrt(half));
    case Family::silu:
      return x * sigmoid(x);
    case Family::erf:
      return erf(x);
    case Family::sin:
      return sin(x);
    case Family::cos:
      return cos(x);
    case Family::gaussian:
      return exp(-square(x) * half);
    default:
      not_verified(phi.name + " is not analytic in a strip, or grows too fast");
  }
}

Jet jet(const Activation& phi, const Interval& x) {
  const long p = x.precision();
  const Interval one(1, p), half(mpq_class(1, 2), p);
  switch (phi.family) {
    case Family::softplus: {
      const Interval e = exp(x), rest = inverse(one + e);
      return {mean_value(log1p, e, rest), one - rest};
    }
    case Family::silu: {
      const Interval s = sigmoid(x);
      return {x * s, s * (one + x * (one - s))};
    }
    case Family::gelu: {
      const Interval root = sqrt(half), u = x * root, density = exp(-square(u)) / sqrt(pi(p));
      const Interval below = half + half * mean_value(erf, u, density + density);
      return {x * below, below + u * density};
    }
    case Family::sin:
      return {sin(x), cos(x)};
    case Family::cos:
      return {cos(x), -sin(x)};
    case Family::erf:
      return {erf(x), Interval(2, p) / sqrt(pi(p)) * exp(-square(x))};
    default: {
      const Interval y = value(phi, x);
      if (phi.family == Family::tanh) return {y, one - square(y)};
      if (phi.family == Family::sigmoid) return {y, y * (one - y)};
      return {y, -x * y};  // gaussian; value() refuses the rest
    }
  }
}

Interval curvature(const Activation& phi, const Interval& x) {
  const long p = x.precision();
  const Interval one(1, p), two(2, p), half(mpq_class(1, 2), p);
  switch (phi.family) {
    case Family::softplus: {
      const Interval s = sigmoid(x);
      return s * (one - s);
    }
    case Family::sigmoid: {
      const Interval s = sigmoid(x);
      return s * (one - s) * (one - two * s);
    }
    case Family::silu: {
      const Interval s = sigmoid(x);
      return s * (one - s) * (two + x * (one - two * s));
    }
    case Family::tanh: {
      const Interval t = tanh(x);
      return -two * t * (one - square(t));
    }
    case Family::gelu:
      return (two - square(x)) * exp(-square(x) * half) / sqrt(two * pi(p));
    case Family::erf:
      return -two * x * two / sqrt(pi(p)) * exp(-square(x));
    case Family::sin:
      return -sin(x);
    case Family::cos:
      return -cos(x);
    case Family::gaussian:
      return (square(x) - one) * exp(-square(x) * half);
    default:
      not_verified("no second derivative of " + phi.name + " is known");
  }
}

bool inside_strip(const Activation& phi, const Interval& b) {
  const Interval half(mpq_class(1, 2), b.precision()), limit = pi(b.precision());
  switch (phi.family) {
    case Family::softplus:
    case Family::sigmoid:
    case Family::silu:
      return certainly_less(b, limit);
    case Family::tanh:
      return certainly_less(b, limit * half);
    default:
      return true;
  }
}

// bound: L1
Growth strip_growth(const Activation& phi, const Interval& b) {
  const long p = b.precision();
  const Interval zero(0, p), one(1, p), half(mpq_class(1, 2), p), two(2, p);
  // M(b) = 1 for b <= pi/2, else 1/sin b; where the comparison is undecided 1/sin b >= 1 serves both cases.
  const auto logistic_bound = [&] {
    if (!certainly_less(b, pi(p))) not_verified("the strip is wider than the strip of analyticity");
    return certainly_less(b, pi(p) * half) ? one : inverse(sin(b));
  };
  switch (phi.family) {
    case Family::softplus:
      return {log(two) + b * logistic_bound(), one};
    case Family::sigmoid:
      return {logistic_bound(), zero};
    case Family::silu:
      return {b * logistic_bound(), logistic_bound()};
    case Family::tanh:
      return {max(one, tan(b)), zero};
    case Family::gelu: {
      const Interval bound = one + b * exp(square(b) * half) / sqrt(two * pi(p));
      return {b * bound, bound};
    }
    case Family::erf:
      return {one + two * b * exp(square(b)) / sqrt(pi(p)), zero};
    case Family::sin:
    case Family::cos:
      return {(exp(b) + exp(-b)) * half, zero};
    case Family::gaussian:
      return {exp(square(b) * half), zero};
    default:
      not_verified(phi.name + " is not analytic in a strip, or grows too fast");
  }
}

// bound: L26
Interval lipschitz(const Activation& phi, long p) {
  const Interval one(1, p), two(2, p), half(mpq_class(1, 2), p);
  switch (phi.family) {
    case Family::softplus:
    case Family::tanh:
    case Family::sin:
    case Family::cos:
    case Family::relu:
    case Family::elu:
    case Family::identity:
      return one;
    case Family::leaky_relu:
      return Interval(abs(phi.slope) > 1 ? mpq_class(abs(phi.slope)) : mpq_class(1), p);
    case Family::sigmoid:
      return Interval(mpq_class(1, 4), p);
    case Family::gelu:  // Phi(sqrt 2) + sqrt 2 g(sqrt 2)
      return half * erfc(-one) + exp(-one) / sqrt(pi(p));
    case Family::silu:  // phi'(2.39935728...) = 1.0998393201288669169...
      return between(mpq_class(1099839320128866) / 1000000000000000,
                     mpq_class(1099839320128867) / 1000000000000000, p);
    case Family::erf:
      return two / sqrt(pi(p));
    case Family::gaussian:
      return exp(-half);
    default:
      not_verified("no Lipschitz constant of " + phi.name + " is known");
  }
}

// bound: L26
Interval lipschitz_of_derivative(const Activation& phi, long p) {
  const Interval one(1, p), two(2, p), three(3, p);
  switch (phi.family) {
    case Family::softplus:
      return Interval(mpq_class(1, 4), p);
    case Family::sigmoid:
      return inverse(Interval(6, p) * sqrt(three));
    case Family::tanh:
      return Interval(4, p) / (three * sqrt(three));
    case Family::silu:
      return Interval(mpq_class(1, 2), p);
    case Family::gelu:
      return sqrt(two / pi(p));
    case Family::erf:
      return sqrt(Interval(8, p) / (pi(p) * exp(one)));
    case Family::sin:
    case Family::cos:
    case Family::gaussian:
    case Family::elu:
      return one;
    case Family::identity:
      return Interval(0, p);
    default:
      not_verified("no Lipschitz constant of the derivative of " + phi.name + " is known");
  }
}

std::optional<mpq_class> linear_plus_even(const Activation& phi) {
  switch (phi.family) {
    case Family::softplus:  // z/2 + log(2 cosh(z/2))
    case Family::gelu:      // z/2 + z erf(z/sqrt 2)/2
    case Family::silu:      // z/2 + z tanh(z/2)/2
    case Family::relu:
      return mpq_class(1, 2);  // z/2 + |z|/2
    case Family::leaky_relu:
      return (1 + phi.slope) / 2;  // (1 + a) z/2 + (1 - a)|z|/2
    case Family::identity:
      return mpq_class(1);
    case Family::cos:
    case Family::gaussian:
      return mpq_class(0);
    case Family::polynomial: {
      for (std::size_t k = 3; k < phi.coefficients.size(); k += 2)
        if (phi.coefficients[k] != 0) return std::nullopt;
      return phi.coefficients.size() > 1 ? phi.coefficients[1] : mpq_class(0);
    }
    default:
      return std::nullopt;
  }
}

std::optional<mpq_class> constant_plus_odd(const Activation& phi) {
  switch (phi.family) {
    case Family::sigmoid:
      return mpq_class(1, 2);  // 1/2 + tanh(z/2)/2
    case Family::tanh:
    case Family::erf:
    case Family::sin:
    case Family::identity:
      return mpq_class(0);
    case Family::leaky_relu:
      return phi.slope == 1 ? std::optional<mpq_class>(0) : std::nullopt;
    case Family::polynomial: {
      for (std::size_t k = 2; k < phi.coefficients.size(); k += 2)
        if (phi.coefficients[k] != 0) return std::nullopt;
      return phi.coefficients[0];
    }
    default:
      return std::nullopt;
  }
}

// bound: L52
std::optional<std::uint64_t> coherent_from(const Activation& phi) {
  switch (phi.family) {
    case Family::gaussian:
    case Family::cos:
      return 0;
    case Family::tanh:
    case Family::erf:
    case Family::sigmoid:
    case Family::sin:
      return 1;
    case Family::softplus:
    case Family::gelu:
    case Family::silu:
    case Family::relu:
      return 2;
    default:
      return std::nullopt;
  }
}

bool vanishes_by_parity(const Activation& phi, std::uint64_t n) {
  if (n % 2 == 1) return linear_plus_even(phi) && (n >= 3 || is_even(phi));
  return constant_plus_odd(phi) && (n >= 2 || is_odd(phi));
}

}  // namespace proofs_check
