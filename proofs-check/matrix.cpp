#include "matrix.hpp"

#include <algorithm>
#include <bit>

namespace proofs_check {
namespace {

/// Integers in units of 2^scale.
struct Integers {
  std::size_t rows, columns;
  std::vector<std::int64_t> entries;
  const std::int64_t* row(std::size_t i) const { return &entries[i * columns]; }
};

Interval frobenius(const Integers& c, long p) {
  mpz_class sum = 0;
  for (const std::int64_t x : c.entries) sum += to_mpz(static_cast<int128>(x) * x);
  return sqrt(Interval(sum, p));
}

/// C C^T; no entry of C exceeds 2^bits, and 2 bits + log2(columns) <= 62.
Integers gram(const Integers& c) {
  Integers g{c.rows, c.rows, std::vector<std::int64_t>(c.rows * c.rows)};
  for (std::size_t i = 0; i < c.rows; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      std::int64_t sum = 0;
      for (std::size_t k = 0; k < c.columns; ++k) sum += c.row(i)[k] * c.row(j)[k];
      g.entries[i * c.rows + j] = g.entries[j * c.rows + i] = sum;
    }
  return g;
}

/// The norm of a symmetric, positive semidefinite G: ||2^-t G|| = ||C^2||^(1/2) up to the rounding of the
/// entries to integers.
// bound: L34
Interval symmetric_norm(const Integers& g, int squarings, int bits, long p) {
  const Interval order(g.rows, p), above = frobenius(g, p);
  const Interval coarse = from_to(above / sqrt(order), above);
  if (squarings == 0) return coarse;
  std::int64_t most = 0;
  for (std::size_t i = 0; i < g.rows; ++i) most = std::max(most, g.row(i)[i]);  // |G_ij| <= max G_ii
  const int shift = std::max(0, static_cast<int>(std::bit_width(static_cast<std::uint64_t>(most))) - bits);
  Integers c = g;
  for (std::int64_t& x : c.entries) x >>= shift;  // rounds by less than 1, the matrix by less than its order
  const Interval root = sqrt(symmetric_norm(gram(c), squarings - 1, bits, p));
  const Interval fine = max(root + symmetric(order), Interval(0, p)) * scaled(1, shift, p);
  return from_to(max(coarse, fine), min(coarse, fine));
}

}  // namespace

Vector zeros(std::size_t n, long precision) {
  return Vector(n, scaled(0, 0, precision));
}

Matrix parse_matrix(const Value& value, std::size_t rows, std::size_t columns, long precision,
                    const Context& context) {
  const auto charge = [&](std::uint64_t count) {
    context.budget.memory({count, 2 * static_cast<std::uint64_t>(precision) + 1152});
  };
  const auto fits = [&](std::size_t r, std::size_t c) {
    if ((rows != 0 && r != rows) || (columns != 0 && c != columns)) malformed("a matrix has the wrong shape");
  };
  if (value.is(Value::Type::array)) {
    const std::vector<Value>& list = value.list();
    if (list.empty() || list[0].list().empty()) malformed("an empty matrix");
    fits(list.size(), list[0].list().size());
    Matrix result(list.size(), list[0].list().size(), precision);
    charge(result.entries.size());
    for (std::size_t i = 0; i < result.rows; ++i) {
      if (list[i].list().size() != result.columns) malformed("a row of a matrix has the wrong length");
      for (std::size_t j = 0; j < result.columns; ++j) {
        const mpq_class x = parse_real(list[i].list()[j].text(), context.budget);
        result(i, j) = between(x, x, precision);
      }
    }
    return result;
  }
  value.require({"entries", "scale"});
  const long scale = parse_exponent(value["scale"].text(), context.budget);
  const Array array = context.load(value["entries"]);
  if (array.dtype != Dtype::i8 || array.shape.size() != 2) malformed("the entries must be an i8 matrix");
  fits(array.shape[0], array.shape[1]);
  charge(array.wide.size());
  Matrix result(array.shape[0], array.shape[1], precision);
  for (std::size_t i = 0; i < array.wide.size(); ++i)
    result.entries[i] = scaled(array.wide[i], scale, precision);
  return result;
}

void multiply(const Matrix& a, const Vector& x, Vector& y) {
  for (std::size_t i = 0; i < a.rows; ++i) {
    y[i].set_zero();
    for (std::size_t j = 0; j < a.columns; ++j) y[i].add_product(a(i, j), x[j]);
  }
}
void multiply_transposed(const Matrix& a, const Vector& x, Vector& y) {
  for (Interval& sum : y) sum.set_zero();
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) y[j].add_product(a(i, j), x[i]);
}

Vector operator-(const Vector& a, const Vector& b) {
  Vector c;
  for (std::size_t i = 0; i < a.size(); ++i) c.push_back(a[i] - b[i]);
  return c;
}
Matrix operator-(const Matrix& a, const Matrix& b) {
  Matrix c = a;
  c.entries = a.entries - b.entries;
  return c;
}
Vector operator*(const Interval& scale, const Vector& x) {
  Vector c;
  for (const Interval& entry : x) c.push_back(scale * entry);
  return c;
}
Vector hadamard(const Vector& a, const Vector& b) {
  Vector c;
  for (std::size_t i = 0; i < a.size(); ++i) c.push_back(a[i] * b[i]);
  return c;
}

Interval norm(const Vector& x) {
  Interval sum = scaled(0, 0, x[0].precision());
  for (const Interval& entry : x) {
    const Interval size = abs(entry);
    sum.add_product(size, size);
  }
  return sqrt(sum);
}
Interval largest(const Vector& x) {
  Interval most = abs(x[0]);
  for (const Interval& entry : x) most = max(most, abs(entry));
  return most;
}

// bound: L34
Interval spectral_norm(const Matrix& a, Budget& budget, int squarings) {
  const long p = a.entries[0].precision();
  const std::size_t order = std::min(a.rows, a.columns), length = std::max(a.rows, a.columns);
  budget.work({length, order, 64});
  budget.work({static_cast<std::size_t>(squarings) * order + length, order, order});
  const Interval above = norm(a.entries), most = largest(a.entries);
  if (order == 1 || !most.positive()) return above;  // not positive: all entries are 0, or nothing is known
  const Interval coarse = from_to(above / sqrt(Interval(order, p)), above);
  if (!mpfr_number_p(most.hi())) not_verified("a matrix is not bounded");
  // A = 2^scale (C + R), |R_ij| <= 2.
  const int bits = (62 - static_cast<int>(std::bit_width(length))) / 2;
  const long scale = static_cast<long>(mpfr_get_exp(most.hi())) - bits;
  Integers c{order, length, std::vector<std::int64_t>(a.entries.size())};
  const Interval unit = scaled(1, -scale, p);
  for (std::size_t i = 0; i < order; ++i)
    for (std::size_t k = 0; k < length; ++k) {
      const Interval x = unit * (a.rows == order ? a(i, k) : a(k, i));
      const std::int64_t floor = mpfr_get_si(x.lo(), MPFR_RNDD);
      if (mpfr_cmp_si(x.hi(), floor + 2) > 0) not_verified("precision is too low for the norm of a matrix");
      c.entries[i * length + k] = floor;
    }
  const Interval rounding = Interval(2, p) * sqrt(Interval(length * order, p));
  const Interval root = sqrt(symmetric_norm(gram(c), squarings, bits, p));
  const Interval fine = max(root + symmetric(rounding), Interval(0, p)) * scaled(1, scale, p);
  return from_to(max(coarse, fine), min(coarse, fine));
}

}  // namespace proofs_check
