#include "tangent_testing.hpp"

#include <boost/math/constants/constants.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <random>
#include <stdexcept>

namespace checker_test {

Digits digits(const mpq_class& x) {
  return Digits(x.get_num().get_str()) / Digits(x.get_den().get_str());
}
Digits digits(const std::string& real) {
  proofs_check::Budget budget;
  return digits(proofs_check::parse_real(real, budget));
}
mpq_class rational(const Digits& x) {
  const Digits units = floor(ldexp(x, 120));
  return mpz_class(units.convert_to<boost::multiprecision::cpp_int>().str()) *
         proofs_check::power_of_two(-120);
}

namespace {
Digits logistic(const Digits& z) {
  return 1 / (1 + exp(-z));
}
const Digits pi = boost::math::constants::pi<Digits>();
}  // namespace

Digits phi(const std::string& name, const Digits& z) {
  if (name == "softplus") return log(1 + exp(z));
  if (name == "tanh") return tanh(z);
  if (name == "sigmoid") return logistic(z);
  if (name == "gelu") return z * (1 + boost::math::erf(Digits(z / sqrt(Digits(2))))) / 2;
  if (name == "silu") return z * logistic(z);
  if (name == "erf") return boost::math::erf(z);
  if (name == "sin") return sin(z);
  if (name == "cos") return cos(z);
  if (name == "gaussian") return exp(-z * z / 2);
  throw std::invalid_argument("no such activation in the tests: " + name);
}
Digits phi_slope(const std::string& name, const Digits& z) {
  const Digits s = logistic(z);
  if (name == "softplus") return s;
  if (name == "tanh") return 1 / (cosh(z) * cosh(z));
  if (name == "sigmoid") return s * (1 - s);
  if (name == "gelu")
    return (1 + boost::math::erf(Digits(z / sqrt(Digits(2))))) / 2 + z * exp(-z * z / 2) / sqrt(2 * pi);
  if (name == "silu") return s + z * s * (1 - s);
  if (name == "erf") return 2 / sqrt(pi) * exp(-z * z);
  if (name == "sin") return cos(z);
  if (name == "cos") return -sin(z);
  if (name == "gaussian") return -z * exp(-z * z / 2);
  throw std::invalid_argument("no such activation in the tests: " + name);
}

TangentNet TangentNet::random(const std::string& activation, int n, int d, int inputs, int depth,
                              std::uint64_t seed, bool exact) {
  std::mt19937_64 random(seed);
  const auto numbers = [&](int count) {
    std::vector<double> result;
    for (int i = 0; i < count; ++i) {
      const double x = std::normal_distribution<double>()(random);
      result.push_back(exact ? std::floor(x * 64) / 64 : x);
    }
    return result;
  };
  return {activation,
          n,
          d,
          inputs,
          depth,
          "3*2^-1",
          "5/7",
          "4/3",
          "6/5",
          numbers(n * d),
          numbers(n * n),
          numbers(n),
          numbers(inputs * d)};
}

std::string TangentNet::json(const Folder& folder) const {
  return R"({"T":")" + T + R"(","U":)" + folder.add_f8("u.npy", U, {n, d}) + R"(,"W":)" +
         folder.add_f8("w.npy", W, {n, n}) + R"(,"activation":")" + activation + R"(","depth":)" +
         std::to_string(depth) + R"(,"points":)" + folder.add_f8("x.npy", x, {inputs, d}) +
         R"(,"sigma_u":")" + sigma_u + R"(","sigma_v":")" + sigma_v + R"(","sigma_w":")" + sigma_w +
         R"(","type":"tangent-kernel","v":)" + folder.add_f8("v.npy", v, {n}) + "}";
}

std::vector<Columns> TangentNet::states(int input) const {
  const auto at = [](const auto& a, int i) { return a[static_cast<std::size_t>(i)]; };
  const Digits first = digits(sigma_u) / sqrt(Digits(d)),
               step = digits(T) * digits(sigma_w) / (depth * sqrt(Digits(n)));
  std::vector<Columns> h(1, Columns(static_cast<std::size_t>(n)));
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < d; ++j)
      h[0][static_cast<std::size_t>(i)] += first * at(U, i * d + j) * at(x, input * d + j);
  for (std::size_t l = 0; l < static_cast<std::size_t>(depth); ++l) {
    h.push_back(h.back());
    for (int j = 0; j < n; ++j) {
      const Digits value = step * phi(activation, at(h[l], j));
      for (int i = 0; i < n; ++i) h[l + 1][static_cast<std::size_t>(i)] += at(W, i * n + j) * value;
    }
  }
  return h;
}
Digits TangentNet::output(int input) const {
  const Columns end = states(input).back();
  Digits sum = 0;
  for (std::size_t i = 0; i < v.size(); ++i) sum += v[i] * phi(activation, end[i]);
  return digits(sigma_v) / sqrt(Digits(n)) * sum;
}

// The chain rule: df/dh^l, a row, times I + kappa (sigma_w/sqrt n) W diag(phi') from layer to layer.
Columns TangentNet::kernel() const {
  const auto at = [](const auto& a, int i) { return a[static_cast<std::size_t>(i)]; };
  const Digits root_n = sqrt(Digits(n)), first = digits(sigma_u) / sqrt(Digits(d)),
               step = digits(T) * digits(sigma_w) / (depth * root_n), last = digits(sigma_v) / root_n;
  std::vector<Columns> gradients;
  for (int input = 0; input < inputs; ++input) {
    const std::vector<Columns> h = states(input);
    Columns gradient, lambda(static_cast<std::size_t>(n));  // lambda = df/dh^l, a row
    for (int i = 0; i < n; ++i) {
      gradient.push_back(last * phi(activation, at(h.back(), i)));
      lambda[static_cast<std::size_t>(i)] = last * at(v, i) * phi_slope(activation, at(h.back(), i));
    }
    Columns by_w(static_cast<std::size_t>(n * n));
    for (int l = depth - 1; l >= 0; --l) {
      const Columns& state = h[static_cast<std::size_t>(l)];
      Columns before = lambda;
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) {
          by_w[static_cast<std::size_t>(i * n + j)] += at(lambda, i) * step * phi(activation, at(state, j));
          before[static_cast<std::size_t>(j)] +=
              at(lambda, i) * step * at(W, i * n + j) * phi_slope(activation, at(state, j));
        }
      lambda = before;
    }
    gradient.insert(gradient.end(), by_w.begin(), by_w.end());
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < d; ++j) gradient.push_back(at(lambda, i) * first * at(x, input * d + j));
    gradients.push_back(gradient);
  }
  Columns kernel;
  for (const Columns& a : gradients)
    for (const Columns& b : gradients) {
      kernel.emplace_back(0);
      for (std::size_t k = 0; k < a.size(); ++k) kernel.back() += a[k] * b[k];
    }
  return kernel;
}

Digits least_eigenvalue(Columns a, int order) {
  const auto at = [&](int i, int j) -> Digits& { return a[static_cast<std::size_t>(i * order + j)]; };
  for (int sweep = 0; sweep < 30; ++sweep)
    for (int p = 0; p < order; ++p)
      for (int q = p + 1; q < order; ++q) {
        if (at(p, q) == 0) continue;
        const Digits t = (at(q, q) - at(p, p)) / (2 * at(p, q)),
                     s = (t >= 0 ? 1 : -1) / (abs(t) + sqrt(1 + t * t)), c = 1 / sqrt(1 + s * s), e = s * c;
        for (int k = 0; k < order; ++k) {
          const Digits x = at(k, p), y = at(k, q);
          at(k, p) = c * x - e * y, at(k, q) = e * x + c * y;
        }
        for (int k = 0; k < order; ++k) {
          const Digits x = at(p, k), y = at(q, k);
          at(p, k) = c * x - e * y, at(q, k) = e * x + c * y;
        }
      }
  Digits least = at(0, 0);
  for (int i = 1; i < order; ++i) least = std::min(least, at(i, i));
  return least;
}

std::vector<std::int64_t> factor_of(const Columns& a, int order, const Digits& shift) {
  std::vector<std::int64_t> factor;
  Columns l(a.size());
  const auto at = [&](int i, int j) -> Digits& { return l[static_cast<std::size_t>(i * order + j)]; };
  for (int i = 0; i < order; ++i)
    for (int j = 0; j <= i; ++j) {
      Digits x = a[static_cast<std::size_t>(i * order + j)] - (i == j ? shift : Digits(0));
      for (int k = 0; k < j; ++k) x -= at(i, k) * at(j, k);
      if (i == j)
        at(i, i) = x > 0 ? Digits(sqrt(x)) : Digits(0);
      else
        at(i, j) = at(j, j) == 0 ? Digits(0) : Digits(x / at(j, j));
      factor.push_back(round(ldexp(at(i, j), 50)).convert_to<std::int64_t>());
    }
  return factor;
}

std::string tangent_statement(const std::string& matrix, const mpq_class& bound) {
  return R"({"bound":")" + proofs_check::spell(bound) + R"(","matrix":)" + matrix + "}";
}
std::string tangent_witness(const Folder& folder, const std::vector<std::int64_t>& factor) {
  return R"({"factor":)" + folder.add_i8("l.npy", factor, {static_cast<int>(factor.size())}) +
         R"(,"scale":"-50"})";
}

}  // namespace checker_test
