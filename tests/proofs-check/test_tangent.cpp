// spd/1 on a tangent kernel: Khat and the errors of L58 against 50 digits, bounds around the true least
// eigenvalue, equality accepted and one step beyond refused, and everything malformed.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "spd.hpp"
#include "tangent_testing.hpp"

namespace {
using namespace checker_test;
using proofs_check::TangentKernel;

const std::vector<std::string> activations{"softplus", "tanh", "sigmoid", "gelu",    "silu",
                                           "erf",      "sin",  "cos",     "gaussian"};

/// What the checker makes of a net, without a factor.
TangentKernel read(const Folder& folder, const TangentNet& net, const mpq_class& bound = 0) {
  proofs_check::Checker checker(folder.path());
  proofs_check::Budget budget;
  proofs_check::Report report;
  const auto matrix = proofs_check::parse_json(net.json(folder));
  return proofs_check::tangent_kernel(matrix, bound, {checker, budget, report});
}
Exit verdict(const Folder& folder, const TangentNet& net, const mpq_class& bound,
             const std::vector<std::int64_t>& factor) {
  return check_bytes(folder, lemma("spd/1", tangent_statement(net.json(folder), bound),
                                   tangent_witness(folder, factor)))
      .exit;
}
/// With the factor for the matrix less `shift` I.
Exit verdict(const Folder& folder, const TangentNet& net, const Columns& kernel, const Digits& bound,
             const Digits& shift) {
  return verdict(folder, net, rational(bound), factor_of(kernel, net.inputs, shift));
}

Digits at(const std::vector<double>& a, int i) {
  return a[static_cast<std::size_t>(i)];
}
Digits size(const Columns& a) {
  Digits sum = 0;
  for (const Digits& x : a) sum += x * x;
  return sqrt(sum);
}
Digits largest(const Columns& a) {
  Digits most = 0;
  for (const Digits& x : a) most = std::max(most, Digits(abs(x)));
  return most;
}
Columns columns(const std::vector<double>& a) {
  return Columns(a.begin(), a.end());
}

/// E_i of L58 with the units of docs/certificates.md, from the exact vectors, which are near the rounded
/// ones. The norm of W is the upper end of L34 after three squarings.
struct Errors {
  const TangentNet& net;
  Digits l1, l2;
  int n = net.n, bits = std::min(56, (126 - std::ilogb(std::max(net.n, net.d)) - 1) / 2);
  Digits root_n = sqrt(Digits(n)), grain = root_n * ldexp(Digits(1), -48);
  Digits alpha = digits(net.T) * digits(net.sigma_w) / (net.depth * root_n),
         beta = digits(net.sigma_u) / sqrt(Digits(net.d));

  /// The unit of a file, or 0 if all its numbers are multiples of it.
  Digits unit(const std::vector<double>& file) const {
    double most = 0;
    for (const double x : file) most = std::max(most, std::abs(x));
    const double step = std::ldexp(1, std::ilogb(most) + 1 - bits);
    bool exact = true;
    for (const double x : file) exact = exact && std::fmod(x, step) == 0;
    return exact ? 0 : step;
  }
  static Digits left_out(const Digits& factor) {  // below 60 bits
    int exponent = 0;
    frexp(factor, &exponent);
    return factor - ldexp(floor(ldexp(factor, 60 - exponent)), exponent - 60);
  }
  Digits norm_of_w() const {
    Columns g(static_cast<std::size_t>(n * n));
    const auto product = [&](const Columns& a, bool transposed) {
      Columns c(a.size());
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j)
          for (int k = 0; k < n; ++k)
            c[static_cast<std::size_t>(i * n + j)] +=
                a[static_cast<std::size_t>(transposed ? k * n + i : i * n + k)] *
                a[static_cast<std::size_t>(k * n + j)];
      return c;
    };
    g = product(columns(net.W), true);
    for (int k = 0; k < 3; ++k) g = product(g, false);
    return n == 1 ? size(columns(net.W)) : Digits(pow(size(g), Digits(1) / 16));
  }
  Digits operator()(int input) const {
    const std::size_t depth = static_cast<std::size_t>(net.depth);
    const Columns x(net.x.begin() + input * net.d, net.x.begin() + (input + 1) * net.d);
    const Digits omega = n * unit(net.W), omega_u = sqrt(Digits(n * net.d)) * unit(net.U),
                 zeta = sqrt(Digits(net.d)) * unit(net.x), nu = unit(net.v), N = norm_of_w() + omega,
                 norm_u = size(columns(net.U)) + omega_u;
    Columns h(static_cast<std::size_t>(n)), y = h;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < net.d; ++j)
        y[static_cast<std::size_t>(i)] += at(net.U, i * net.d + j) * x[static_cast<std::size_t>(j)];
    const auto rounding = [&](const Digits& factor) {
      return factor * grain + left_out(factor) * root_n * largest(y) + grain;
    };
    Digits e = beta * (omega_u * size(x) + norm_u * zeta) + rounding(beta);
    for (std::size_t i = 0; i < h.size(); ++i) h[i] = beta * y[i];
    std::vector<Columns> value, slope, p(depth + 1);
    Columns d, d_slope;
    for (std::size_t l = 0;; ++l) {
      value.emplace_back();
      slope.emplace_back();
      for (const Digits& z : h) {
        value[l].push_back(phi(net.activation, z));
        slope[l].push_back(phi_slope(net.activation, z));
      }
      d.push_back(l1 * e + grain);
      d_slope.push_back(l2 * e + grain);
      if (l == depth) break;
      for (int i = 0; i < n; ++i) {
        Digits& sum = y[static_cast<std::size_t>(i)] = 0;
        for (int j = 0; j < n; ++j) sum += at(net.W, i * n + j) * value[l][static_cast<std::size_t>(j)];
      }
      for (std::size_t i = 0; i < h.size(); ++i) h[i] += alpha * y[i];
      e += alpha * (N * d[l] + omega * size(value[l])) + rounding(alpha);
    }
    for (int i = 0; i < n; ++i) p[depth].push_back(at(net.v, i) * slope[depth][static_cast<std::size_t>(i)]);
    Digits a = d_slope[depth] * largest(columns(net.v)) + l1 * root_n * nu + grain, block = 0;
    for (std::size_t l = depth; l-- > 0;) {
      block += a * (size(value[l]) + d[l]) + size(p[l + 1]) * d[l];
      for (int j = 0; j < n; ++j) {
        Digits& sum = y[static_cast<std::size_t>(j)] = 0;
        for (int i = 0; i < n; ++i) sum += at(net.W, i * n + j) * p[l + 1][static_cast<std::size_t>(i)];
      }
      const Digits largest_y = largest(y);
      p[l] = p[l + 1];
      for (std::size_t i = 0; i < y.size(); ++i) y[i] *= slope[l][i], p[l][i] += alpha * y[i];
      a += alpha * (l1 * (N * a + omega * size(p[l + 1]) + grain) + d_slope[l] * largest_y) + rounding(alpha);
    }
    const Digits block_u = beta * (a * (size(x) + zeta) + size(p[0]) * zeta);
    return sqrt(block_u * block_u + alpha * alpha * block * block + d[depth] * d[depth]);
  }
};
}  // namespace

BOOST_AUTO_TEST_SUITE(tangent)

// The kernel that the tests compare with is that of difference quotients.
BOOST_AUTO_TEST_CASE(kernel_of_the_tests) {
  for (const std::string& activation : activations) {
    TangentNet net = TangentNet::random(activation, 2, 3, 2, 3, 50, true);
    const Columns expected = net.kernel();
    std::vector<Columns> gradients(2);
    constexpr double step = 0x1p-20;
    for (auto* file : {&net.U, &net.W, &net.v})
      for (double& weight : *file)
        for (int i = 0; i < 2; ++i) {
          weight += step;
          Digits difference = net.output(i);
          weight -= 2 * step;
          difference -= net.output(i);
          weight += step;
          gradients[static_cast<std::size_t>(i)].push_back(difference / (2 * step));
        }
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = 0; j < 2; ++j) {
        Digits sum = 0;
        for (std::size_t k = 0; k < gradients[i].size(); ++k) sum += gradients[i][k] * gradients[j][k];
        BOOST_TEST(abs(sum - expected[2 * i + j]) < 1e-9, activation);
      }
  }
}

// A relative step of 1e-9 on either side of the least eigenvalue decides, for every activation.
BOOST_AUTO_TEST_CASE(least_eigenvalue_is_enclosed) {
  const Folder folder;
  std::uint64_t seed = 0;
  for (const std::string& activation : activations)
    for (const int depth : {1, 4}) {
      const TangentNet net = TangentNet::random(activation, 5, 3, 3, depth, ++seed);
      const Columns kernel = net.kernel();
      const Digits least = least_eigenvalue(kernel, net.inputs);
      const auto relative = [&](double x) { return Digits(least * (1 + Digits(x))); };
      BOOST_TEST(least > 1e-3);
      BOOST_TEST(verdict(folder, net, kernel, relative(-1e-9), relative(-5e-10)) == Exit::verified,
                 activation);
      for (const double shift : {-1e-3, -1e-9, 0.0, 5e-10, 1e-9, 1e-3})
        BOOST_TEST(verdict(folder, net, kernel, relative(1e-9), relative(shift)) == Exit::not_verified,
                   activation);
    }
}

// Khat is near the kernel of the whole gradients, and `needed` accounts for the distance.
BOOST_AUTO_TEST_CASE(rounded_kernel) {
  const Folder folder;
  std::uint64_t seed = 100;
  for (const auto& [n, d, inputs, depth] :
       std::vector<std::array<int, 4>>{{1, 1, 1, 1}, {1, 4, 3, 2}, {2, 1, 2, 7}, {4, 2, 3, 3}, {3, 5, 4, 2}})
    for (const std::string& activation : activations) {
      const TangentNet net = TangentNet::random(activation, n, d, inputs, depth, ++seed);
      const Columns kernel = net.kernel();
      const TangentKernel read_kernel = read(folder, net);
      proofs_check::SymmetricMatrix& a = *read_kernel.matrix;
      const Digits distance = sqrt(digits(read_kernel.needed)),
                   unit = ldexp(Digits(1), static_cast<int>(a.scale));
      BOOST_TEST(distance < 1e-11);
      BOOST_TEST(distance > 1e-17);
      BOOST_TEST(a.order == static_cast<std::size_t>(inputs));
      Digits most = 0;
      for (int i = 0; i < inputs; ++i)
        most = std::max(most, kernel[static_cast<std::size_t>(i * inputs + i)]);
      BOOST_TEST(most < ldexp(unit, 80));
      BOOST_TEST(ldexp(unit, 80) < 4 * most);
      BOOST_TEST(digits(a.radius) == unit);
      for (int i = 0; i < inputs; ++i)
        for (int j = 0; j <= i; ++j) {
          const Digits truth = kernel[static_cast<std::size_t>(i * inputs + j)];
          const auto row = static_cast<std::size_t>(i), column = static_cast<std::size_t>(j);
          const Digits found =
              i == j ? digits(a.diagonal(row))
                     : Digits(unit * Digits(proofs_check::to_mpz(a.entry(row, column)).get_str()));
          BOOST_TEST(abs(found - truth) <= 2.0001 * sqrt(most) * distance + unit, activation << n << i << j);
        }
    }
}

// Every term of L58: the errors recomputed. In the last nets some numbers are exact, or one kind of number is
// so large that its term outweighs the others.
BOOST_AUTO_TEST_CASE(errors) {
  const Folder folder;
  std::uint64_t seed = 200;
  const auto scaled = [](std::vector<double>& a, double factor) {
    for (double& x : a) x *= factor;
  };
  std::vector<TangentNet> nets;
  for (const auto& [n, d, inputs, depth] :
       std::vector<std::array<int, 4>>{{1, 1, 1, 1}, {1, 3, 2, 5}, {3, 2, 3, 1}, {3, 4, 2, 4}, {2, 1, 1, 40}})
    for (const bool exact : {false, true})
      for (const std::string activation : {"softplus", "tanh"}) {
        const TangentNet net = TangentNet::random(activation, n, d, inputs, depth, ++seed, exact);
        for (int kind = 0; kind < 6; ++kind) {
          nets.push_back(net);
          TangentNet& last = nets.back();
          if (kind == 1) scaled(last.U, 100), scaled(last.x, 1e-2);
          if (kind == 2) scaled(last.x, 5), scaled(last.U, 0.1);
          if (kind == 3) scaled(last.W, 4);
          if (kind == 4) scaled(last.v, 100);
          if (kind == 5)  // small numbers lose bits in the unit of the large ones
            for (auto* file : {&last.U, &last.W, &last.v, &last.x})
              for (std::size_t i = 0; i < file->size(); i += 2) (*file)[i] /= 99;
        }
      }
  for (const TangentNet& net : nets) {
    const Digits s = digits(net.sigma_v) / sqrt(Digits(net.n));
    const bool softplus = net.activation == "softplus";
    const Errors error{net, 1, softplus ? Digits(0.25) : Digits(4 / (3 * sqrt(Digits(3))))};
    Digits sum = 0;
    for (int i = 0; i < net.inputs; ++i) sum += error(i) * error(i);
    const Digits expected = s * sqrt(sum), found = sqrt(digits(read(folder, net).needed));
    BOOST_TEST(abs(found / expected - 1) < 1e-6, net.activation << net.n << net.d << net.depth);
    // and with a bound: (sqrt c + .)^2, rounded up
    const Digits needed = digits(read(folder, net, mpq_class(9, 49)).needed),
                 exact = (Digits(3) / 7 + found) * (Digits(3) / 7 + found);
    BOOST_TEST(needed >= exact * (1 - Digits(1e-45)));
    BOOST_TEST(needed <= exact * (1 + Digits(1e-36)));
  }
}

// The bound for which L13 is an equality is accepted, a relative step of 1e-34 beyond it is refused.
BOOST_AUTO_TEST_CASE(norm_of_many_weights) {
  // The squares of U in its own units add up to 2^128. The inputs but the first, which meets a column of
  // zeros, are lost in rounding, but not for the state: phi(h^0) = exp(-4) where the integers say 1.
  const Folder folder;
  const int n = 512, d = n + 1;
  TangentNet net{.activation = "gaussian",
                 .n = n,
                 .d = d,
                 .inputs = 1,
                 .depth = 1,
                 .T = "1",
                 .sigma_u = "1",
                 .sigma_v = "1",
                 .sigma_w = "1",
                 .U = {},
                 .W = {},
                 .v = {},
                 .x = {}};
  net.W.assign(n * n, 0), net.v.assign(n, 0), net.U.assign(n * d, 0x1p32), net.x.assign(d, 0x1p-35);
  net.x[0] = 0x1p21;
  for (int i = 0; i < n; ++i) net.U[static_cast<std::size_t>(i * d)] = 0;
  const Digits h = n / 8 / sqrt(Digits(d)), truth = exp(-h * h);
  BOOST_TEST(truth < 1e-3);
  const auto outcome = [&](double bound, double shift) {
    return verdict(folder, net, {truth}, truth * Digits(bound), truth * Digits(shift));
  };
  BOOST_TEST(outcome(1000, 2000) == Exit::not_verified);
  // With the inputs kept, the same weights are no trouble.
  net.x[0] = 1;
  BOOST_TEST(outcome(1 - 1e-6, 1 - 5e-7) == Exit::verified);
}

BOOST_AUTO_TEST_CASE(equality) {
  const Folder folder;
  for (const int inputs : {1, 2, 3}) {
    const TangentNet net = TangentNet::random("silu", 6, 4, inputs, 2, 300);
    const TangentKernel kernel = read(folder, net);
    proofs_check::SymmetricMatrix& a = *kernel.matrix;
    const Columns truth = net.kernel();
    const auto factor = factor_of(truth, inputs, least_eigenvalue(truth, inputs) * 0.75);
    const auto product = [&](std::size_t i, std::size_t j) {  // of the factor with its transpose
      mpz_class sum = 0;
      for (std::size_t k = 0; k <= std::min(i, j); ++k)
        sum += mpz_class(factor[i * (i + 1) / 2 + k]) * factor[j * (j + 1) / 2 + k];
      return mpq_class(sum * proofs_check::power_of_two(-100));
    };
    mpq_class least = -1;
    for (std::size_t i = 0; i < a.order; ++i) {
      mpq_class rest = a.diagonal(i) - (a.order - 1) * a.radius - product(i, i);
      for (std::size_t j = 0; j < a.order; ++j)
        if (i != j)
          rest -= abs(proofs_check::to_mpz(a.entry(std::max(i, j), std::min(i, j))) *
                          proofs_check::power_of_two(a.scale) -
                      product(i, j));
      if (i == 0 || rest < least) least = rest;
    }
    BOOST_REQUIRE(least > 0);
    const std::string witness = tangent_witness(folder, factor);
    const Digits root = sqrt(digits(least)) - sqrt(digits(kernel.needed));
    const auto exit = [&](double step) {
      const mpq_class bound = rational(root * root * (1 + Digits(step)));
      return check_bytes(folder, lemma("spd/1", tangent_statement(net.json(folder), bound), witness)).exit;
    };
    BOOST_TEST(exit(-1e-34) == Exit::verified);
    BOOST_TEST(exit(1e-34) == Exit::not_verified);
  }
}

BOOST_AUTO_TEST_CASE(report) {
  const Folder folder;
  const TangentNet net = TangentNet::random("tanh", 5, 3, 2, 3, 400);
  const Columns kernel = net.kernel();
  const Digits least = least_eigenvalue(kernel, 2);
  const std::string witness = tangent_witness(folder, factor_of(kernel, 2, least / 2));
  const auto outcome = [&](const std::string& claim, const Digits& bound,
                           const std::string& verdict = "proved") {
    return check_bytes(
        folder,
        certificate(claim, "spd/1", tangent_statement(net.json(folder), rational(bound)), witness, verdict));
  };
  const Outcome good = outcome("tangent-lambda-min.tanh", least / 3);
  BOOST_TEST(good.exit == Exit::verified, good.reason);
  BOOST_TEST((good.report.lemmas == std::set<int>{13, 26, 34, 37, 58}));
  BOOST_TEST((good.report.uses == std::set<std::string>{"l.npy", "u.npy", "v.npy", "w.npy", "x.npy"}));
  for (const int number : good.report.lemmas) BOOST_TEST(!proofs_check::lemma_title(number).empty());
  for (const std::string part :
       {"depth 3", "width 5", "T = 3*2^-1", "sigma_u = 5/7", "2 inputs", "points with"})
    BOOST_TEST(good.reason.find(part) != std::string::npos, good.reason);
  BOOST_TEST(outcome("tangent-lambda-min.tanh", 0).exit == Exit::not_verified);  // not positive
  BOOST_TEST(outcome("lemma", 0).exit == Exit::verified);
  BOOST_TEST(outcome("tangent-lambda-min.sin", least / 3).exit == Exit::not_verified);
  BOOST_TEST(outcome("tangent-lambda-min.relu", least / 3).exit == Exit::not_verified);
  BOOST_TEST(outcome("tangent-lambda-min.tanh", least / 3, "refuted").exit == Exit::not_verified);
  BOOST_TEST(outcome("limit-gram-lambda-min.tanh", least / 3).exit == Exit::not_verified);
}

// Nets at the edge of what is allowed.
BOOST_AUTO_TEST_CASE(valid) {
  const Folder folder;
  const auto verified = [&](const TangentNet& net) {
    const Columns kernel = net.kernel();
    const Digits least = least_eigenvalue(kernel, net.inputs);
    BOOST_TEST(least > 0);
    return verdict(folder, net, kernel, least * (1 - Digits(1e-6)), least * (1 - Digits(5e-7))) ==
           Exit::verified;
  };
  TangentNet net = TangentNet::random("gelu", 4, 3, 3, 2, 500);
  BOOST_TEST(verified(net));
  for (double& x : net.W) x = 0;
  BOOST_TEST(verified(net));
  for (double& x : net.v) x = -0.0;
  BOOST_TEST(verified(net));  // the last layer alone
  for (double& x : net.U) x *= 1e-3;
  for (double& x : net.x) x *= 1e3;
  net.v = {1e-3, 1, -1, 5e-324};
  BOOST_TEST(verified(net));
  net = TangentNet::random("softplus", 1, 1, 1, 1000, 501);
  BOOST_TEST(verified(net));
  net = TangentNet::random("softplus", 2, 2, 1, 3, 502);
  net.x = {5e-324, -5e-324};
  BOOST_TEST(verified(net));
  net.x = {0, 0};
  BOOST_TEST(verified(net));
  net = TangentNet::random("sigmoid", 3, 3, 2, 3, 503);
  net.T = "1*2^-200";
  BOOST_TEST(verified(net));
  net.T = net.sigma_v = "1";
  net.sigma_u = "1/1000";
  BOOST_TEST(verified(net));
}

BOOST_AUTO_TEST_CASE(invalid) {
  const Folder folder;
  const TangentNet good = TangentNet::random("tanh", 3, 2, 2, 3, 600);
  const Columns kernel = good.kernel();
  const Digits least = least_eigenvalue(kernel, 2);
  const auto factor = factor_of(kernel, 2, least / 2);
  const mpq_class bound = rational(least / 3);
  const auto changed = [&](auto change) {
    TangentNet net = good;
    change(net);
    return verdict(folder, net, bound, factor);
  };
  BOOST_TEST(changed([](TangentNet&) {}) == Exit::verified);
  // numbers
  BOOST_TEST(changed([](TangentNet& net) { net.depth = 0; }) == Exit::malformed);
  BOOST_TEST(changed([](TangentNet& net) { net.depth = 1001; }) == Exit::over_limit);
  for (const std::string bad : {"0", "-1", "-1*2^-3", "1.5", ""}) {
    BOOST_TEST(changed([&](TangentNet& net) { net.T = bad; }) == Exit::malformed, bad);
    BOOST_TEST(changed([&](TangentNet& net) { net.sigma_u = bad; }) == Exit::malformed, bad);
    BOOST_TEST(changed([&](TangentNet& net) { net.sigma_v = bad; }) == Exit::malformed, bad);
    BOOST_TEST(changed([&](TangentNet& net) { net.sigma_w = bad; }) == Exit::malformed, bad);
  }
  BOOST_TEST(changed([](TangentNet& net) { net.T = "1" + std::string(1300, '0'); }) == Exit::over_limit);
  BOOST_TEST(changed([](TangentNet& net) { net.T = "1000000000000"; }) == Exit::over_limit);
  BOOST_TEST(verdict(folder, good, mpq_class(-1), factor) == Exit::malformed);
  BOOST_TEST(verdict(folder, good, -bound, factor) == Exit::malformed);
  for (const std::string name : {"relu", "elu", "identity", "leaky-relu:1/10", "polynomial:0,1"})
    BOOST_TEST(changed([&](TangentNet& net) { net.activation = name; }) == Exit::not_verified, name);
  BOOST_TEST(changed([](TangentNet& net) { net.activation = "swish"; }) == Exit::malformed);
  // shapes
  const auto shaped = [&](int n, int d, int inputs) {
    return changed([&](TangentNet& net) { net.n = n, net.d = d, net.inputs = inputs; });
  };
  BOOST_TEST(shaped(2, 3, 2) != Exit::verified);
  const auto replaced = [&](const std::string& from, const std::string& to, bool everywhere = false) {
    std::string matrix = good.json(folder);
    std::size_t at = matrix.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    do matrix.replace(at, from.size(), to);
    while (everywhere && (at = matrix.find(from, at + to.size())) != std::string::npos);
    return check_bytes(folder,
                       lemma("spd/1", tangent_statement(matrix, bound), tangent_witness(folder, factor)))
        .exit;
  };
  const std::string u = folder.add_f8("u.npy", good.U, {3, 2}), w = folder.add_f8("w.npy", good.W, {3, 3}),
                    v = folder.add_f8("v.npy", good.v, {3}), x = folder.add_f8("x.npy", good.x, {2, 2});
  BOOST_TEST(replaced(u, folder.add_f8("o.npy", good.U, {2, 3})) == Exit::malformed);
  BOOST_TEST(replaced(u, folder.add_f8("o.npy", good.U, {6})) == Exit::malformed);
  BOOST_TEST(replaced(u, folder.add_f8("o.npy", good.U, {3, 2, 1})) == Exit::malformed);
  BOOST_TEST(replaced(u, w) == Exit::malformed);  // d = 3 fits no input
  BOOST_TEST(replaced(w, folder.add_f8("o.npy", good.W, {9})) == Exit::malformed);
  BOOST_TEST(replaced(w, folder.add_f8("o.npy", good.W, {1, 9})) == Exit::malformed);
  BOOST_TEST(replaced(w, x) == Exit::malformed);
  BOOST_TEST(replaced(v, folder.add_f8("o.npy", good.v, {1, 3})) == Exit::malformed);
  BOOST_TEST(replaced(v, folder.add_f8("o.npy", {1, 2}, {2})) == Exit::malformed);
  BOOST_TEST(replaced(x, folder.add_f8("o.npy", good.x, {4})) == Exit::malformed);
  BOOST_TEST(replaced(x, folder.add_f8("o.npy", good.x, {4, 1})) == Exit::malformed);
  BOOST_TEST(replaced(x, folder.add_f8("o.npy", good.U, {3, 2})) == Exit::malformed);  // another factor
  // types
  BOOST_TEST(replaced(u, folder.add_i8("o.npy", {1, 2, 3, 4, 5, 6}, {3, 2})) == Exit::malformed);
  BOOST_TEST(replaced(w, folder.add_i8("o.npy", {1, 2, 3, 4, 5, 6, 7, 8, 9}, {3, 3})) == Exit::malformed);
  BOOST_TEST(replaced(v, folder.add_i8("o.npy", {1, 2, 3}, {3})) == Exit::malformed);
  BOOST_TEST(replaced(x, folder.add_u1("o.npy", {1, 2, 3, 4}, {2, 2})) == Exit::malformed);
  BOOST_TEST(replaced("\"f8\"", "\"i8\"") == Exit::malformed);  // the header says f8
  BOOST_TEST(replaced("\"f8\"", "\"f4\"") == Exit::malformed);
  // numbers that are not finite, another hash, no file
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    BOOST_TEST(changed([&](TangentNet& net) { net.U[1] = bad; }) == Exit::malformed);
    BOOST_TEST(changed([&](TangentNet& net) { net.W[8] = bad; }) == Exit::malformed);
    BOOST_TEST(changed([&](TangentNet& net) { net.v[0] = -bad; }) == Exit::malformed);
    BOOST_TEST(changed([&](TangentNet& net) { net.x[3] = bad; }) == Exit::malformed);
  }
  BOOST_TEST(replaced(v, v.substr(0, v.find("sha256") + 9) + std::string(64, '0') + R"(","shape":[3]})") ==
             Exit::not_verified);
  BOOST_TEST(replaced("w.npy", "z.npy") == Exit::usage);
  // closed schema
  BOOST_TEST(replaced(R"("depth":3)", R"("depth":"3")") == Exit::malformed);
  BOOST_TEST(replaced(R"(,"depth":3)", "") == Exit::malformed);
  BOOST_TEST(replaced(R"("T":)", R"("S":"1","T":)") == Exit::malformed);
  BOOST_TEST(replaced("tangent-kernel", "tangent") == Exit::malformed);
  BOOST_TEST(check_bytes(folder, lemma("spd/1", tangent_statement(good.json(folder), bound),
                                       R"({"coefficients":["0"],"factor":)" +
                                           folder.add_i8("l.npy", factor, {3}) + R"(,"scale":"-50"})"))
                 .exit == Exit::malformed);
  // values beyond the fixed point
  BOOST_TEST(changed([](TangentNet& net) { net.v[0] = 1e300; }) == Exit::over_limit);
  BOOST_TEST(changed([](TangentNet& net) { net.v[0] = 1e6; }) == Exit::over_limit);
  BOOST_TEST(changed([](TangentNet& net) { net.W[0] = 1e10; }) == Exit::over_limit);
  BOOST_TEST(changed([](TangentNet& net) { net.U[0] = 1e10; }) == Exit::over_limit);
  BOOST_TEST(changed([](TangentNet& net) { net.x[0] = -1e200; }) == Exit::over_limit);
  // budgets, charged before the work
  BOOST_TEST(changed([](TangentNet& net) {
               net.inputs = 2000, net.depth = 1000;
               net.x.assign(4000, 1);
             }) == Exit::over_limit);
  BOOST_TEST(changed([](TangentNet& net) {
               net.inputs = 20001, net.depth = 1;
               net.x.assign(40002, 1);
             }) == Exit::over_limit);
}

// The limits of the fixed point, for states and products (2^14) and for what enters dot products (2^12 here).
BOOST_AUTO_TEST_CASE(limits) {
  const Folder folder;
  const auto exit = [&](int n, double u, double w, double v, double last_u = 0) {
    TangentNet net = TangentNet::random("softplus", n, 1, 1, 1, 800);
    net.sigma_u = net.sigma_w = net.T = "1";
    for (auto* file : {&net.U, &net.W, &net.v, &net.x}) std::fill(file->begin(), file->end(), 0);
    net.x[0] = 1, net.U[0] = u, net.v[0] = v, net.W[0] = w, net.U.back() += last_u;
    const std::string zero = R"({"factor":)" + folder.add_i8("l.npy", {0}, {1}) + R"(,"scale":"-20"})";
    return check_bytes(
               folder,
               lemma("spd/1", tangent_statement(net.json(folder), rational(net.kernel()[0] * 0.9999)), zero))
        .exit;
  };
  BOOST_TEST(exit(1, 16383, 0, 1) == Exit::verified);
  BOOST_TEST(exit(1, 16384, 0, 1) == Exit::over_limit);
  BOOST_TEST(exit(1, -16384, 0, 1) == Exit::over_limit);
  BOOST_TEST(exit(1, 1, 0, 22000) == Exit::verified);  // phi'(1) = 0.731
  BOOST_TEST(exit(1, 1, 0, 23000) == Exit::over_limit);
  BOOST_TEST(exit(40, 4095, 0, 1) == Exit::verified);
  BOOST_TEST(exit(40, 4097, 0, 1) == Exit::over_limit);
  BOOST_TEST(exit(40, 30, 0, 4095) == Exit::verified);
  BOOST_TEST(exit(40, 30, 0, 4097) == Exit::over_limit);
  // p^0 = p^1 (1 + W/sqrt 40), about
  BOOST_TEST(exit(40, 30, -3, 4095) == Exit::verified);
  BOOST_TEST(exit(40, 30, -3, 4097) == Exit::over_limit);
  BOOST_TEST(exit(40, 30, 3, 2750) == Exit::verified);
  BOOST_TEST(exit(40, 30, 3, 2800) == Exit::over_limit);
  BOOST_TEST(exit(40, 30, 540, 1) == Exit::verified);  // W phi = 16200
  BOOST_TEST(exit(40, 30, 550, 1) == Exit::over_limit);
  BOOST_TEST(exit(40, -8000, 0, 1) == Exit::verified);  // phi = 0 there
  BOOST_TEST(exit(40, 0, 0, 1, -16385) == Exit::over_limit);
}

// Weights changed in any way give another matrix: the factor does not fit.
BOOST_AUTO_TEST_CASE(what_is_not_so) {
  const Folder folder;
  const TangentNet good = TangentNet::random("softplus", 4, 4, 3, 3, 700);
  const Columns kernel = good.kernel();
  const Digits least = least_eigenvalue(kernel, 3);
  const auto factor = factor_of(kernel, 3, least * (1 - Digits(1e-8)));
  const mpq_class bound = rational(least * (1 - Digits(2e-8)));
  const auto transposed = [](std::vector<double> a) {
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < i; ++j) std::swap(a[4 * i + j], a[4 * j + i]);
    return a;
  };
  const auto changed = [&](auto change) {
    TangentNet net = good;
    change(net);
    return verdict(folder, net, bound, factor);
  };
  BOOST_TEST(changed([](TangentNet&) {}) == Exit::verified);
  BOOST_TEST(changed([&](TangentNet& net) { net.U = transposed(net.U); }) == Exit::not_verified);
  BOOST_TEST(changed([&](TangentNet& net) { net.W = transposed(net.W); }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.depth = 4; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.T = "3"; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.sigma_w = "1"; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.sigma_u = "1"; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.sigma_v = "1"; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.T = "9*2^-1", net.sigma_w = "2/5"; }) == Exit::verified);
  BOOST_TEST(changed([](TangentNet& net) { net.activation = "silu"; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.x[1] += 1e-6; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.v[1] += 1e-6; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.W[1] += 1e-6; }) == Exit::not_verified);
  BOOST_TEST(changed([](TangentNet& net) { net.U[1] += 1e-6; }) == Exit::not_verified);
  // a factor too small, or of other units
  BOOST_TEST(verdict(folder, good, bound, {0, 0, 0, 0, 0, 0}) == Exit::not_verified);
  auto smaller = factor;
  smaller[2] -= 1 << 24;
  BOOST_TEST(verdict(folder, good, bound, smaller) == Exit::not_verified);
  BOOST_TEST(
      check_bytes(folder, lemma("spd/1", tangent_statement(good.json(folder), bound),
                                R"({"factor":)" + folder.add_i8("l.npy", factor, {6}) + R"(,"scale":"-51"})"))
          .exit == Exit::not_verified);
  // two equal inputs: lambda_min = 0, and no bound is small enough
  TangentNet twice = good;
  for (std::size_t j = 0; j < 4; ++j) twice.x[4 + j] = twice.x[j];
  const Columns singular = twice.kernel();
  for (const Digits& shift : {Digits(0), Digits(1e-14), Digits(-1e-13), Digits(1e-6)})
    for (const int exponent : {-1, -60, -100, -4000})
      BOOST_TEST(verdict(folder, twice, proofs_check::power_of_two(exponent),
                         factor_of(singular, 3, shift)) == Exit::not_verified);
}

BOOST_AUTO_TEST_SUITE_END()
