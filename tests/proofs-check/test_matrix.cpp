// Matrices of intervals: products, and the spectral norm against independent values.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "matrix.hpp"
#include "writer.hpp"

namespace {
using namespace proofs_check;

Matrix matrix(std::size_t rows, std::size_t columns, const std::vector<double>& entries, long p = 64) {
  Matrix a(rows, columns, p);
  for (std::size_t i = 0; i < entries.size(); ++i)
    a.entries[i] = between(mpq_class(entries[i]), mpq_class(entries[i]), p);
  return a;
}
double low(const Interval& x) {
  return mpfr_get_d(x.lo(), MPFR_RNDU);
}
double high(const Interval& x) {
  return mpfr_get_d(x.hi(), MPFR_RNDD);
}
/// The largest singular value, by the power method with many steps.
double reference_norm(std::size_t rows, std::size_t columns, const std::vector<double>& a) {
  std::vector<double> x(columns, 1.0), y(rows);
  for (std::size_t j = 0; j < columns; ++j) x[j] += 0.1 * static_cast<double>(j % 7);
  double size = 0;
  for (int step = 0; step < 4000; ++step) {
    for (std::size_t i = 0; i < rows; ++i) {
      y[i] = 0;
      for (std::size_t j = 0; j < columns; ++j) y[i] += a[i * columns + j] * x[j];
    }
    double square = 0;
    for (std::size_t j = 0; j < columns; ++j) {
      x[j] = 0;
      for (std::size_t i = 0; i < rows; ++i) x[j] += a[i * columns + j] * y[i];
      square += x[j] * x[j];
    }
    size = std::sqrt(square);
    for (double& entry : x) entry /= size;
  }
  return std::sqrt(size);
}
Interval spectral(const Matrix& a) {
  Budget budget;
  return spectral_norm(a, budget);
}
}  // namespace

BOOST_AUTO_TEST_SUITE(matrices)

BOOST_AUTO_TEST_CASE(spectral_norm_of_random_matrices) {
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  for (const auto& [rows, columns] : std::vector<std::pair<std::size_t, std::size_t>>{
           {2, 2}, {3, 3}, {2, 7}, {7, 2}, {10, 10}, {5, 40}, {30, 30}}) {
    std::vector<double> entries(rows * columns);
    for (double& x : entries) x = normal(random);
    const double expected = reference_norm(rows, columns, entries);
    for (const long exponent : {0L, -300L, 300L}) {
      Matrix a = matrix(rows, columns, entries);
      for (Interval& x : a.entries) x = x * scaled(1, exponent, 64);
      const Interval found = spectral(a) * scaled(1, -exponent, 64);
      BOOST_TEST(low(found) <= expected * (1 + 1e-10));
      BOOST_TEST(high(found) >= expected * (1 - 1e-10));
      BOOST_TEST(high(found) - low(found) < expected * 3e-3);
    }
  }
}

BOOST_AUTO_TEST_CASE(spectral_norm_exact) {
  // diagonal, rotation, rank one: known norms; rows and columns of length 1: the Euclidean norm, tight
  for (const auto& [entries, expected] :
       std::vector<std::pair<std::vector<double>, double>>{{{3, 0, 0, 1}, 3},
                                                           {{0, -2, 2, 0}, 2},
                                                           {{1, 2, 2, 4}, 5},
                                                           {{0, 1, 0, 0}, 1},
                                                           {{-5, 0, 0, -5}, 5}}) {
    const Interval found = spectral(matrix(2, 2, entries));
    BOOST_TEST((low(found) <= expected && expected <= high(found)));
    BOOST_TEST(high(found) - low(found) < 1e-3 * expected);
  }
  for (const auto& [rows, columns] : {std::pair<std::size_t, std::size_t>{1, 2}, {2, 1}}) {
    const Interval found = spectral(matrix(rows, columns, {3, -4}));
    BOOST_TEST(low(found) == 5);
    BOOST_TEST(high(found) == 5);
  }
  const Interval zero = spectral(matrix(3, 3, std::vector<double>(9)));
  BOOST_TEST((low(zero) == 0 && high(zero) == 0));
  const Interval one = spectral(matrix(1, 1, {-1}));
  BOOST_TEST((low(one) == 1 && high(one) == 1));
}

// Rank one, |a||b| exactly: the rounding of entries to integers must be paid for.
BOOST_AUTO_TEST_CASE(spectral_norm_knife_edge) {
  std::mt19937_64 random(6);
  for (int trial = 0; trial < 30; ++trial) {
    const std::size_t rows = 2 + random() % 5, columns = 2 + random() % 5;
    std::vector<mpq_class> a(rows), b(columns);
    for (auto* side : {&a, &b})
      for (mpq_class& x : *side) x = mpq_class((random() % 2000003) + 1) / 1000003;
    Matrix product(rows, columns, 128);
    mpq_class a_square = 0, b_square = 0;
    for (const mpq_class& x : a) a_square += x * x;
    for (const mpq_class& x : b) b_square += x * x;
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j) product(i, j) = between(a[i] * b[j], a[i] * b[j], 128);
    const Interval found = square(spectral(product));
    const mpq_class exact = a_square * b_square;
    BOOST_TEST(mpfr_cmp_q(found.lo(), exact.get_mpq_t()) <= 0);
    BOOST_TEST(mpfr_cmp_q(found.hi(), exact.get_mpq_t()) >= 0);
    BOOST_TEST(high(found) < (1 + 1e-6) * exact.get_d());
    BOOST_TEST(low(found) > (1 - 1e-3) * exact.get_d());
  }
}

// Entries that are intervals: every matrix in them is covered.
BOOST_AUTO_TEST_CASE(spectral_norm_of_intervals) {
  Matrix a(2, 2, 64);
  a(0, 0) = between(1, 2, 64), a(1, 1) = between(-3, -1, 64);
  Budget budget;
  BOOST_CHECK_THROW(spectral_norm(a, budget), Failure);  // far too wide for the integers of L34
  Matrix b(2, 2, 64);
  b(0, 0) = between(1, 1 + power_of_two(-40), 64),
       b(1, 1) = between(0, 1, 64) * Interval(power_of_two(-41), 64);
  const Interval found = spectral(b);
  BOOST_TEST((low(found) <= 1 && high(found) >= 1 + 0x1p-40));
  Matrix unknown(2, 2, 64);
  unknown(0, 1) = between(-1, 1, 64);
  BOOST_TEST((low(spectral(unknown)) == 0 && high(spectral(unknown)) >= 1));
}

BOOST_AUTO_TEST_CASE(products) {
  const Matrix a = matrix(2, 3, {1, 2, 3, -4, 5, -6});
  Vector x{Interval(1, 64), between(-1, 2, 64), Interval(-3, 64)}, y = zeros(2, 64), z = zeros(3, 64);
  multiply(a, x, y);
  BOOST_TEST((low(y[0]) == -10 && high(y[0]) == -4 && low(y[1]) == 9 && high(y[1]) == 24));
  multiply_transposed(a, y, z);
  BOOST_TEST((low(z[0]) == -106 && high(z[0]) == -40 && low(z[2]) == -174 && high(z[2]) == -66));
  BOOST_TEST(low(norm({Interval(3, 64), between(-4, 0, 64)})) == 3);
  BOOST_TEST(high(norm({Interval(3, 64), between(-4, 0, 64)})) == 5);
  BOOST_TEST(high(largest({Interval(-7, 64), between(-1, 2, 64)})) == 7);
  BOOST_TEST(low((a - a).entries[5]) == 0);
}

BOOST_AUTO_TEST_CASE(reading) {
  const checker_test::Folder folder;
  Checker checker(folder.path());
  const auto read = [&](const std::string& json, std::size_t rows, std::size_t columns) {
    Budget budget;
    Report report;
    const Matrix a = parse_matrix(parse_json(json), rows, columns, 64, {checker, budget, report});
    std::vector<double> values;
    for (const Interval& x : a.entries) values.push_back((low(x) + high(x)) / 2);
    return values;
  };
  const std::string file = folder.add_i8("a.npy", {1, -2, 3, 4, 5, INT64_MIN}, {2, 3});
  BOOST_TEST(read(R"([["1","1*2^-1"],["-3","3*2^-2"]])", 2, 2) == (std::vector<double>{1, 0.5, -3, 0.75}));
  BOOST_TEST(read(R"({"entries":)" + file + R"(,"scale":"-2"})", 2, 3) ==
             (std::vector<double>{0.25, -0.5, 0.75, 1, 1.25, -0x1p61}));
  BOOST_TEST(read(R"([["5"]])", 0, 0) == std::vector<double>{5});
  for (const std::string& bad :
       {std::string("[]"), std::string("[[]]"), std::string(R"([["1"]])"),
        std::string(R"([["1","2"],["3"]])"), std::string(R"([["1","2"],["3","4"],["5","6"]])"),
        std::string(R"("1")"), R"({"entries":)" + file + R"(,"scale":"0"})", R"({"entries":)" + file + "}",
        R"({"entries":)" + file + R"(,"scale":"1*2^-1"})",
        R"({"entries":)" + folder.add_u1("b.npy", {1, 2, 3, 4}, {2, 2}) + R"(,"scale":"0"})",
        R"({"entries":)" + folder.add_f8("d.npy", {1, 2, 3, 4}, {2, 2}) + R"(,"scale":"0"})",
        R"({"entries":)" + folder.add_i8("c.npy", {1, 2, 3, 4}, {4}) + R"(,"scale":"0"})"}) {
    const auto malformed = [](const Failure& failure) { return failure.exit == Exit::malformed; };
    BOOST_CHECK_EXCEPTION(read(bad, 2, 2), Failure, malformed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
