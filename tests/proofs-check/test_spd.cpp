// spd/1: explicit and kernel matrices; equality accepted, one unit beyond refused; every entry matters.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "writer.hpp"

namespace {
using namespace checker_test;
using Integers = std::vector<std::int64_t>;

std::string explicit_statement(const std::string& entries, const std::string& bound,
                               const std::string& radius = "0", const std::string& scale = "0") {
  return R"({"bound":")" + bound + R"(","matrix":{"entries":)" + entries + R"(,"radius":")" + radius +
         R"(","scale":")" + scale + R"(","type":"explicit"}})";
}
std::string factor_witness(const std::string& factor, const std::string& scale = "0") {
  return R"({"factor":)" + factor + R"(,"scale":")" + scale + "\"}";
}
/// lambda_min >= bound for integer entries by the integer factor.
Exit explicit_verdict(const Folder& folder, int n, const Integers& entries, const Integers& factor,
                      const std::string& bound, const std::string& radius = "0",
                      const std::string& scale = "0", const std::string& factor_scale = "0") {
  const std::string a = folder.add_i8("a.npy", entries, {n, n}),
                    l = folder.add_i8("l.npy", factor, {n * (n + 1) / 2});
  return check_bytes(folder, lemma("spd/1", explicit_statement(a, bound, radius, scale),
                                   factor_witness(l, factor_scale)))
      .exit;
}

/// The least eigenvalue by Jacobi rotations.
double least_eigenvalue(std::vector<double> a, int n) {
  const auto at = [&](int i, int j) -> double& { return a[static_cast<std::size_t>(i * n + j)]; };
  for (int sweep = 0; sweep < 60; ++sweep)
    for (int p = 0; p < n; ++p)
      for (int q = p + 1; q < n; ++q) {
        if (at(p, q) == 0) continue;
        const double t = (at(q, q) - at(p, p)) / (2 * at(p, q)),
                     s = (t >= 0 ? 1 : -1) / (std::abs(t) + std::hypot(1, t));
        const double c = 1 / std::hypot(1, s), d = s * c;
        for (int k = 0; k < n; ++k) {
          const double x = at(k, p), y = at(k, q);
          at(k, p) = c * x - d * y, at(k, q) = d * x + c * y;
        }
        for (int k = 0; k < n; ++k) {
          const double x = at(p, k), y = at(q, k);
          at(p, k) = c * x - d * y, at(q, k) = d * x + c * y;
        }
      }
  double least = at(0, 0);
  for (int i = 1; i < n; ++i) least = std::min(least, at(i, i));
  return least;
}
/// Cholesky factor of A - shift I in units of 2^-bits, row by row.
Integers cholesky(const std::vector<double>& a, int n, double shift, int bits) {
  Integers factor;
  std::vector<double> l(a.size());
  for (int i = 0; i < n; ++i)
    for (int j = 0; j <= i; ++j) {
      double x = a[static_cast<std::size_t>(i * n + j)] - (i == j ? shift : 0);
      for (int k = 0; k < j; ++k)
        x -= l[static_cast<std::size_t>(i * n + k)] * l[static_cast<std::size_t>(j * n + k)];
      x = i == j ? std::sqrt(std::max(x, 0.0)) : x / l[static_cast<std::size_t>(j * n + j)];
      l[static_cast<std::size_t>(i * n + j)] = x;
      factor.push_back(static_cast<std::int64_t>(std::llround(std::ldexp(x, bits))));
    }
  return factor;
}

struct Kernel {
  std::string statement, witness;
};
/// sum b_n rho^n with b_n a little below a_n(1)^2 of softplus, on the given points.
struct SoftplusKernel {
  static constexpr int degree = 12;
  std::vector<double> b;
  std::string gauss, coefficients;
  explicit SoftplusKernel(const Folder& folder) {
    std::vector<Bound> bounds;
    for (int n = 0; n <= degree; ++n) {
      const double a = n == 3 || (n > 3 && n % 2 == 1)
                           ? 0
                           : coefficient([](double x) { return activation_value("softplus", x); }, 1, n);
      bounds.push_back({n, dyadic(a - 1e-11), dyadic(a + 1e-11)});
      b.push_back(std::max(0.0, a * a - 1e-10));
      coefficients += (n == 0 ? "\"" : ",\"") + dyadic(b.back()) + "\"";
    }
    gauss = folder.add("gauss.cert.json",
                       lemma("gauss/1", gauss_statement("softplus", "1", bounds), trapezoid_witness()));
  }
  double operator()(double rho) const {
    double v = 0;
    for (int n = degree; n >= 0; --n) v = v * rho + b[static_cast<std::size_t>(n)];
    return v;
  }
};
std::string kernel_certificate(const std::string& points, const std::string& bound,
                               const std::string& coefficients, const std::string& gauss,
                               const std::string& factor, const std::string& scale = "-45",
                               const std::string& activation = "softplus", const std::string& q = "1") {
  return lemma("spd/1",
               R"({"bound":")" + bound + R"(","matrix":{"activation":")" + activation + R"(","points":)" +
                   points + R"(,"q":")" + q + R"(","type":"dot-product-kernel"}})",
               R"({"coefficients":[)" + coefficients + R"(],"factor":)" + factor + R"(,"gauss":)" + gauss +
                   R"(,"scale":")" + scale + "\"}");
}
template <class T>
std::vector<double> kernel_matrix(const SoftplusKernel& kernel, const std::vector<T>& points, int n, int d) {
  std::vector<double> a;
  const auto dot = [&](int i, int j) {
    double sum = 0;
    for (int k = 0; k < d; ++k)
      sum += static_cast<double>(points[static_cast<std::size_t>(i * d + k)]) *
             static_cast<double>(points[static_cast<std::size_t>(j * d + k)]);
    return sum;
  };
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      a.push_back(kernel(i == j ? 1.0 : dot(i, j) / std::sqrt(dot(i, i) * dot(j, j))));
  return a;
}
}  // namespace

BOOST_AUTO_TEST_SUITE(spd)

// [[4, 2, 0], [2, 5, 3], [0, 3, 7]] - I = L L^T + E with the L below; E is worked out by hand.
BOOST_AUTO_TEST_CASE(explicit_by_hand) {
  const Folder folder;
  const Integers a{5, 2, 0, 2, 6, 3, 0, 3, 8},
      l{2, 1, 2, 0, 1, 2};  // L L^T = [[4,2,0],[2,5,2],[0,2,5]]; A - L L^T = [[1,0,0],[0,1,1],[0,1,3]]
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "0") == Exit::verified);  // equality in row 2
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "-1") == Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "1*2^-1000") == Exit::not_verified);  // one unit beyond
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "1/3") == Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "0", "1*2^-60") == Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "-1", "1/3") == Exit::verified);  // n r = 1: equality
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "-1", "1/2999999") == Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "-1", "1000001/3000000") == Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "-1", "-1/3") == Exit::malformed);
  // the same in other units: A in 2^10 (and 2^-10), L in 2^5 (and 2^-5)
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "0", "0", "10", "5") == Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "1*2^-1000", "0", "10", "5") == Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "0", "0", "-10", "-5") == Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, l, "0", "0", "-1", "0") == Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 3, {320, 128, 0, 128, 384, 192, 0, 192, 512}, l, "0", "0", "-6", "0") ==
             Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, {16, 8, 16, 0, 8, 16}, "0", "0", "0", "-3") == Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 3, a, {16, 8, 16, 0, 8, 17}, "0", "0", "0", "-3") ==
             Exit::verified);  // E_33 smaller, still dominant
  BOOST_TEST(explicit_verdict(folder, 3, a, {16, 8, 17, 0, 8, 16}, "0", "0", "0", "-3") ==
             Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 1, {5}, {2}, "1") == Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 1, {5}, {-2}, "1") == Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 1, {5}, {2}, "100000000000000000001*2^-66") == Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 1, {5}, {0}, "5") == Exit::verified);
}

// With L = 0 the test is Gershgorin's: every single off-diagonal unit must count, in both triangles.
BOOST_AUTO_TEST_CASE(every_entry_counts) {
  const Folder folder;
  for (const int n : {2, 31, 32, 33, 70}) {
    Integers a(static_cast<std::size_t>(n * n)), zero(static_cast<std::size_t>(n * (n + 1) / 2));
    std::mt19937_64 random(5);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < i; ++j)
        a[static_cast<std::size_t>(i * n + j)] = a[static_cast<std::size_t>(j * n + i)] =
            std::uniform_int_distribution<std::int64_t>(-9, 9)(random);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        if (i != j)
          a[static_cast<std::size_t>(i * n + i)] += std::abs(a[static_cast<std::size_t>(i * n + j)]);
    BOOST_TEST(explicit_verdict(folder, n, a, zero, "0") == Exit::verified);
    for (int trial = 0; trial < 12; ++trial) {
      const int i = std::uniform_int_distribution<int>(0, n - 1)(random),
                j = std::uniform_int_distribution<int>(0, n - 1)(random);
      Integers b = a;
      auto& x = b[static_cast<std::size_t>(i * n + j)];
      x += i == j ? -1 : x >= 0 ? 1 : -1;
      if (i != j)
        BOOST_TEST(explicit_verdict(folder, n, b, zero, "0") == Exit::not_verified);  // not symmetric
      b[static_cast<std::size_t>(j * n + i)] = x;
      BOOST_TEST(explicit_verdict(folder, n, b, zero, "0") == Exit::not_verified);
      // and every entry of the factor
      Integers l = zero;
      const int k = std::uniform_int_distribution<int>(0, std::min(i, j))(random), row = std::max(i, j);
      l[static_cast<std::size_t>(row * (row + 1) / 2 + k)] = 1;  // takes 1 from E_(row,row) alone
      BOOST_TEST(explicit_verdict(folder, n, a, l, "0") == Exit::not_verified);
    }
  }
}

// Verified implies true: bounds around the least eigenvalue of random matrices.
BOOST_AUTO_TEST_CASE(explicit_random) {
  const Folder folder;
  std::mt19937_64 random(11);
  int verified = 0;
  for (const int n : {2, 5, 12, 40}) {
    std::vector<double> g(static_cast<std::size_t>(n * n)), a(g.size());
    for (double& x : g) x = std::normal_distribution<double>()(random);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j)
        for (int k = 0; k < n; ++k)
          a[static_cast<std::size_t>(i * n + j)] +=
              g[static_cast<std::size_t>(i * n + k)] * g[static_cast<std::size_t>(j * n + k)];
    Integers entries;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        const auto m = static_cast<std::int64_t>(
            std::llround(std::ldexp(a[static_cast<std::size_t>(std::max(i, j) * n + std::min(i, j))], 45)));
        entries.push_back(m);
        a[static_cast<std::size_t>(i * n + j)] = std::ldexp(static_cast<double>(m), -45);
      }
    const double least = least_eigenvalue(a, n);
    for (const double relative : {-0.5, -1e-3, -1e-6, 1e-9, 1e-3, 0.5}) {
      const double bound = least * (1 + relative);
      const Exit exit =
          explicit_verdict(folder, n, entries, cholesky(a, n, bound - std::abs(least) * 1e-7, 45),
                           dyadic(bound - std::abs(least) * 2e-7, 55), "0", "-45", "-45");
      if (relative > 1e-6) BOOST_TEST(exit != Exit::verified, n << " " << relative);
      if (relative < -1e-7) BOOST_TEST(exit == Exit::verified, n << " " << relative);
      verified += exit == Exit::verified;
    }
  }
  BOOST_TEST(verified >= 12);
}

BOOST_AUTO_TEST_CASE(overflow_and_shapes) {
  const Folder folder;
  const std::int64_t big = INT64_MAX, small = INT64_MIN;
  BOOST_TEST(explicit_verdict(folder, 2, {big, small, small, big}, {0, 0, 0}, "0") == Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 2, {big, -big, -big, big}, {0, 0, 0}, "0") == Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 2, {big, 0, 0, big}, {0, 0, 0}, "9223372036854775807") ==
             Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 2, {big, 0, 0, big}, {0, 0, 0}, "9223372036854775808") ==
             Exit::not_verified);
  BOOST_TEST(explicit_verdict(folder, 2, {big, 0, 0, big}, {big, 0, 0}, "0") == Exit::over_limit);
  BOOST_TEST(explicit_verdict(folder, 2, {1, 0, 0, 1}, {small, small, small}, "0") == Exit::over_limit);
  BOOST_TEST(explicit_verdict(folder, 2, {1, 0, 0, 1}, {1 << 30, 0, 1 << 30}, "0", "0", "60", "0") ==
             Exit::verified);
  BOOST_TEST(explicit_verdict(folder, 2, {1, 0, 0, 1}, {0, 0, 0}, "0", "0", "1000000", "0") ==
             Exit::over_limit);
  BOOST_TEST(explicit_verdict(folder, 2, {1, 0, 0, 1}, {1, 0, 1}, "0", "0", "-200", "0") == Exit::over_limit);
  BOOST_TEST(explicit_verdict(folder, 2, {1, 0, 0, 1}, {0, 0, 0}, "0", "0", "1000001", "0") ==
             Exit::over_limit);
  BOOST_TEST(explicit_verdict(folder, 2, {1, 0, 0, 1}, {0, 0, 0}, "0", "0", "1*2^-1", "0") ==
             Exit::malformed);
  const std::string a = folder.add_i8("m.npy", {2, 0, 0, 2}, {2, 2}),
                    l = folder.add_i8("f.npy", {1, 0, 1}, {3});
  const auto verdict = [&](const std::string& entries, const std::string& factor) {
    return check_bytes(folder, lemma("spd/1", explicit_statement(entries, "1"), factor_witness(factor))).exit;
  };
  BOOST_TEST(verdict(a, l) == Exit::verified);
  BOOST_TEST(verdict(folder.add_i8("x.npy", {2, 0, 0, 2}, {4}), l) == Exit::malformed);
  BOOST_TEST(verdict(folder.add_i8("x.npy", {2, 0, 0, 2}, {1, 4}), l) == Exit::malformed);
  BOOST_TEST(verdict(folder.add_u1("x.npy", {2, 0, 0, 2}, {2, 2}), l) == Exit::malformed);
  BOOST_TEST(verdict(folder.add_f8("x.npy", {2, 0, 0, 2}, {2, 2}), l) == Exit::malformed);
  BOOST_TEST(verdict(a, folder.add_f8("x.npy", {1, 0, 1}, {3})) == Exit::malformed);
  BOOST_TEST(verdict(a, folder.add_u1("x.npy", {1, 0, 1}, {3})) == Exit::malformed);
  BOOST_TEST(verdict(a, folder.add_i8("x.npy", {1, 0, 1}, {1, 3})) == Exit::malformed);
  BOOST_TEST(verdict(a, folder.add_i8("x.npy", {1, 0, 1, 0}, {4})) == Exit::malformed);
  BOOST_TEST(check_bytes(folder, lemma("spd/1",
                                       R"({"bound":"1","matrix":{"entries":)" + a +
                                           R"(,"radius":"0","scale":"0","type":"dense"}})",
                                       factor_witness(l)))
                 .exit == Exit::malformed);
  BOOST_TEST(
      check_bytes(folder, lemma("spd/1", explicit_statement(a, "1"), R"({"factor":)" + l + "}")).exit ==
      Exit::malformed);
}

BOOST_AUTO_TEST_CASE(kernel) {
  const Folder folder;
  const SoftplusKernel softplus(folder);
  std::mt19937_64 random(2);
  const int n = 20, d = 40;
  std::vector<std::uint8_t> pixels;
  Integers integers;
  for (int k = 0; k < n * d; ++k) {
    pixels.push_back(static_cast<std::uint8_t>(random() % 256));
    integers.push_back(static_cast<std::int64_t>(random() % 2001) * 1000000007 - 1000000007000);
  }
  for (const bool wide : {false, true}) {
    const auto a = wide ? kernel_matrix(softplus, integers, n, d) : kernel_matrix(softplus, pixels, n, d);
    const std::string points =
        wide ? folder.add_i8("wide.npy", integers, {n, d}) : folder.add_u1("pixels.npy", pixels, {n, d});
    const double least = least_eigenvalue(a, n);
    BOOST_TEST(least > 1e-8);
    const std::string factor =
        folder.add_i8("factor.npy", cholesky(a, n, least * 0.9, 45), {n * (n + 1) / 2});
    const Outcome good = check_bytes(
        folder,
        kernel_certificate(points, dyadic(least * 0.89, 60), softplus.coefficients, softplus.gauss, factor));
    BOOST_TEST(good.exit == Exit::verified, good.reason);
    for (const int number : {4, 5, 9, 10, 13}) BOOST_TEST(good.report.lemmas.contains(number));
    BOOST_TEST(good.report.uses.size() == 3U);
    BOOST_TEST(check_bytes(folder, kernel_certificate(points, dyadic(least * 0.91, 60), softplus.coefficients,
                                                      softplus.gauss, factor))
                   .exit == Exit::not_verified);
    const std::string above = folder.add_i8("above.npy", cholesky(a, n, least * 1.01, 45), {n * (n + 1) / 2});
    BOOST_TEST(check_bytes(folder, kernel_certificate(points, dyadic(least * 1.005, 60),
                                                      softplus.coefficients, softplus.gauss, above))
                   .exit != Exit::verified);
  }
}

// Two points, one coefficient b_2 = 2^-6 of softplus: A = 2^-6 [[1, rho^2], [rho^2, 1]], rho = 3/5.
BOOST_AUTO_TEST_CASE(kernel_by_hand) {
  const Folder folder;
  const SoftplusKernel softplus(folder);
  const auto verdict = [&](const std::string& points, const std::string& bound,
                           const std::string& coefficients = "\"0\",\"0\",\"1*2^-6\"",
                           const std::string& activation = "softplus", const std::string& q = "1") {
    const std::string zero = folder.add_i8("zero.npy", {0, 0, 0}, {3});
    return check_bytes(folder, kernel_certificate(points, bound, coefficients, softplus.gauss, zero, "-45",
                                                  activation, q))
        .exit;
  };
  const std::string points = folder.add_u1("p.npy", {5, 0, 3, 4}, {2, 2});
  // 2^-6 (1 - 9/25) = 1/100; the error of the fixed point is about 2^-63.
  BOOST_TEST(verdict(points, "1/100") == Exit::not_verified);
  BOOST_TEST(verdict(points, "999999999999999/100000000000000000") == Exit::verified);
  BOOST_TEST(verdict(points, "1000000000000001/100000000000000000") == Exit::not_verified);
  BOOST_TEST(verdict(folder.add_i8("w.npy", {-5, 0, 3, 4}, {2, 2}), "999999999999999/100000000000000000") ==
             Exit::verified);
  BOOST_TEST(verdict(folder.add_i8("w.npy", {5, 0, 0, 7}, {2, 2}), "99/6400") ==
             Exit::verified);  // orthogonal
  BOOST_TEST(verdict(folder.add_u1("p2.npy", {5, 0, 5, 0}, {2, 2}), "1*2^-70") ==
             Exit::not_verified);  // equal points
  BOOST_TEST(verdict(folder.add_u1("p2.npy", {5, 0, 0, 0}, {2, 2}), "-1") ==
             Exit::not_verified);  // a zero row
  BOOST_TEST(verdict(folder.add_i8("w.npy", {INT64_MIN, INT64_MIN, 1, 1}, {2, 2}), "-1") == Exit::over_limit);
  BOOST_TEST(verdict(folder.add_u1("p3.npy", {1, 2}, {2}), "-1") == Exit::malformed);
  BOOST_TEST(verdict(folder.add_f8("p4.npy", {5, 0, 3, 4}, {2, 2}), "-1") == Exit::malformed);
  // coefficients: at most the proved squares, not negative, dyadic, known
  BOOST_TEST(verdict(points, "0", "\"1*2^-1\"") ==
             Exit::not_verified);  // constant: singular, and A_12 rounds up
  BOOST_TEST(verdict(points, "-1*2^-40", "\"1*2^-1\"") == Exit::verified);
  BOOST_TEST(verdict(points, "-1", "\"3*2^-2\"") == Exit::not_verified);  // a_0^2 = 0.6497
  BOOST_TEST(verdict(points, "-1", "\"0\",\"0\",\"0\",\"1*2^-1000\"") == Exit::not_verified);  // a_3 = 0
  BOOST_TEST(
      verdict(
          points, "-1",
          "\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"0\",\"1*2^-1000\"") ==
      Exit::not_verified);  // a_13 unknown
  BOOST_TEST(verdict(points, "-1", "\"-1*2^-1\"") == Exit::malformed);
  BOOST_TEST(verdict(points, "-1", "\"1/3\"") == Exit::malformed);
  BOOST_TEST(verdict(points, "-1", "") == Exit::malformed);
  BOOST_TEST(verdict(points, "-1", "1") == Exit::malformed);
  BOOST_TEST(verdict(points, "0", "\"0\"") ==
             Exit::not_verified);  // A = 0, and the bound 0 is missed by the fixed point
  BOOST_TEST(verdict(points, "-1", "\"0\"", "gelu") == Exit::not_verified);
  BOOST_TEST(verdict(points, "-1", "\"0\"", "softplus", "2") == Exit::not_verified);
}

// The error of the fixed point, exactly as the checker states it: (2M + 1) units and 2^-62 sum n b_n;
// equality is accepted, one unit beyond refused. rho = 3/5 and b_2 = 2^-6, so the unit is 2^-66.
BOOST_AUTO_TEST_CASE(fixed_point_boundary) {
  const Folder folder;
  const SoftplusKernel softplus(folder);
  const std::string points = folder.add_u1("p.npy", {5, 0, 3, 4}, {2, 2}),
                    zero = folder.add_i8("zero.npy", {0, 0, 0}, {3});
  const mpz_class x = (mpz_class(3) << 62) / 5, square = ((x >> 2) * x) >> 62;  // truncated as in the checker
  const mpq_class unit(1, mpz_class(1) << 66),
      radius = 5 * unit + mpq_class(2, 64) / mpq_class(mpz_class(1) << 62);
  const mpq_class bound = mpq_class(1, 64) - square * unit - radius;
  const auto verdict = [&](const mpq_class& c) {
    return check_bytes(folder, kernel_certificate(points, proofs_check::spell(c), "\"0\",\"0\",\"1*2^-6\"",
                                                  softplus.gauss, zero))
        .exit;
  };
  BOOST_TEST(verdict(bound) == Exit::verified);
  BOOST_TEST(verdict(bound + proofs_check::power_of_two(-200)) == Exit::not_verified);
  BOOST_TEST((bound < mpq_class(1, 100) && bound > mpq_class(1, 100) - 20 * unit));
}

// b_n may equal the smaller square of the enclosure exactly, and not exceed it by one unit.
BOOST_AUTO_TEST_CASE(coefficient_boundary) {
  const Folder folder;
  const std::string points = folder.add_u1("p.npy", {5, 0, 3, 4}, {2, 2}),
                    zero = folder.add_i8("zero.npy", {0, 0, 0}, {3});
  const std::string gauss = folder.add(
      "g.cert.json",
      lemma(
          "gauss/1",
          gauss_statement("cos", "1", {{0, "19*2^-5", "5*2^-3"}, {2, "-1*2^-1", "-3*2^-3"}, {4, "-1", "1"}}),
          closed_witness()));
  const auto verdict = [&](const std::string& b) {
    return check_bytes(folder, kernel_certificate(points, "-1", b, gauss, zero, "0", "cos")).exit;
  };
  BOOST_TEST(verdict("\"361*2^-10\",\"0\",\"9*2^-6\"") == Exit::verified);
  BOOST_TEST(verdict("\"2957313*2^-23\"") == Exit::not_verified);
  BOOST_TEST(verdict("\"0\",\"0\",\"1179649*2^-23\"") == Exit::not_verified);
  BOOST_TEST(verdict("\"0\",\"0\",\"0\",\"0\",\"0\"") == Exit::verified);
  BOOST_TEST(verdict("\"0\",\"0\",\"0\",\"0\",\"1*2^-90\"") == Exit::not_verified);  // straddles 0
  BOOST_TEST(verdict("\"0\",\"1*2^-90\"") == Exit::not_verified);                    // not in the list
}

// The reference to the used certificate is checked: its bytes, its name, its kind, its own proof.
BOOST_AUTO_TEST_CASE(used_certificate) {
  const Folder folder;
  const SoftplusKernel softplus(folder);
  const std::string points = folder.add_u1("p.npy", {5, 0, 3, 4}, {2, 2}),
                    zero = folder.add_i8("zero.npy", {0, 0, 0}, {3});
  const auto verdict = [&](const std::string& gauss) {
    return check_bytes(folder, kernel_certificate(points, "-1", "\"1*2^-1\"", gauss, zero)).exit;
  };
  BOOST_TEST(verdict(softplus.gauss) == Exit::verified);
  std::string other = softplus.gauss;
  other[other.size() - 3] = other[other.size() - 3] == '0' ? '1' : '0';
  BOOST_TEST(verdict(other) == Exit::not_verified);
  BOOST_TEST(verdict(R"({"name":"../gauss.cert.json","sha256":")" + std::string(64, '0') + "\"}") ==
             Exit::malformed);
  BOOST_TEST(verdict(R"({"name":"missing.cert.json","sha256":")" + std::string(64, '0') + "\"}") ==
             Exit::usage);
  BOOST_TEST(verdict(R"({"name":"x.cert.json","sha256":")" + std::string(64, '0') + "\"}") ==
             Exit::not_verified);  // itself
  BOOST_TEST(verdict(folder.add("o.cert.json", certificate("hermite-orthonormal", "orthonormal/1",
                                                           R"({"degree":64})", "{}"))) == Exit::not_verified);
  BOOST_TEST(
      verdict(folder.add("b.cert.json", lemma("gauss/1", gauss_statement("softplus", "1", {{0, "1", "2"}}),
                                              trapezoid_witness()))) == Exit::not_verified);
  BOOST_TEST(verdict(folder.add("c.cert.json", "{}")) == Exit::malformed);
  BOOST_TEST(
      verdict(folder.add("d.cert.json", lemma("gauss/1", gauss_statement("softplus", "1", {{0, "0", "2"}}, 2),
                                              trapezoid_witness()))) == Exit::not_verified);
}

BOOST_AUTO_TEST_SUITE_END()
