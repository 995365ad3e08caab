#include "gronwall/linalg/spd_witness.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <mutex>

#include "gronwall/linalg/kernel_buffer.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/linalg/shifted_cholesky.hpp"
#include "gronwall/numbers/exact.hpp"

namespace gronwall {

namespace {

__extension__ using Int128 = __int128;
using Eigen::Index;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Entries of E and their row sums must stay far inside 127 bits.
constexpr int kEntryBits = 124;

/// `x * 2^-exponent` rounded to the nearest integer (error at most 1/2), if it is below 2^kEntryBits.
std::optional<Int128> to_units(double x, long exponent) {
  if (x == 0) return Int128{0};
  int power = 0;
  const double fraction = std::frexp(x, &power);                              // x = fraction 2^power
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));  // exact
  const long shift = power - 53 - exponent;
  if (shift > kEntryBits - 53) return std::nullopt;
  if (shift >= 0) return static_cast<Int128>(mantissa) * (Int128{1} << shift);
  if (shift < -60) return Int128{0};
  const std::int64_t half = std::int64_t{1} << (-shift - 1);
  return static_cast<Int128>((mantissa + half) >> -shift);
}

Int128 magnitude(Int128 x) {
  return x < 0 ? -x : x;
}

constexpr Index kTile = 32;    // rows of a tile of L L^T
constexpr Index kDepth = 512;  // columns of L in cache at a time
using Tile = std::array<Int128, static_cast<std::size_t>(kTile* kTile)>;

/// `tile(i, j) += sum_{k0 <= k < k1} x_ik y_jk`, two rows by two rows in registers.
void add_products(const std::int64_t* const* x, Index x_rows, const std::int64_t* const* y, Index y_rows,
                  Index k0, Index k1, Tile& tile) {
  const auto at = [&tile](Index i, Index j) -> Int128& {
    return tile[static_cast<std::size_t>(i * kTile + j)];
  };
  Index i = 0;
  for (; i + 2 <= x_rows; i += 2) {
    Index j = 0;
    for (; j + 2 <= y_rows; j += 2) {
      Int128 s00 = 0, s01 = 0, s10 = 0, s11 = 0;
      for (Index k = k0; k < k1; ++k) {
        const Int128 x0 = x[i][k], x1 = x[i + 1][k], y0 = y[j][k], y1 = y[j + 1][k];
        s00 += x0 * y0;
        s01 += x0 * y1;
        s10 += x1 * y0;
        s11 += x1 * y1;
      }
      at(i, j) += s00;
      at(i, j + 1) += s01;
      at(i + 1, j) += s10;
      at(i + 1, j + 1) += s11;
    }
    for (; j < y_rows; ++j)
      for (Index k = k0; k < k1; ++k) {
        at(i, j) += static_cast<Int128>(x[i][k]) * y[j][k];
        at(i + 1, j) += static_cast<Int128>(x[i + 1][k]) * y[j][k];
      }
  }
  for (; i < x_rows; ++i)
    for (Index j = 0; j < y_rows; ++j)
      for (Index k = k0; k < k1; ++k) at(i, j) += static_cast<Int128>(x[i][k]) * y[j][k];
}

/// Rows of the packed factor, padded with zeros to full tiles of columns where they are needed.
class FactorRows {
 public:
  explicit FactorRows(const SpdWitness& witness) : stride_((witness.order + kTile - 1) / kTile * kTile) {
    // Rows of one tile are read up to the end of its diagonal block, where they are zero.
    rows_.resize(static_cast<std::size_t>(witness.order * stride_));
    for (Index i = 0, offset = 0; i < witness.order; offset += ++i)
      std::copy_n(witness.factor.begin() + offset, i + 1, rows_.begin() + i * stride_);
  }
  const std::int64_t* row(Index i) const { return rows_.data() + i * stride_; }

 private:
  Index stride_;
  std::vector<std::int64_t> rows_;
};

/// Sums of E over rows, in units of 2^(2 scale).
struct RowSums {
  std::vector<Int128> diagonal;      ///< A_ii - (L L^T)_ii, for c = 0
  std::vector<Int128> off_diagonal;  ///< sum_{j != i} |A_ij - (L L^T)_ij|
  bool fits = true;
};

RowSums residual_row_sums(const Eigen::MatrixXd& a, const SpdWitness& witness) {
  const Index n = witness.order, tiles = (n + kTile - 1) / kTile;
  const FactorRows factor(witness);
  const long unit = 2 * witness.scale;
  RowSums sums;
  sums.diagonal.resize(static_cast<std::size_t>(n));
  sums.off_diagonal.resize(static_cast<std::size_t>(n));
  std::mutex mutex;
  const auto row_of_tiles = [&](std::size_t task) {
    const Index block = tiles - 1 - static_cast<Index>(task);  // longest rows first
    const Index i0 = block * kTile, rows = std::min(kTile, n - i0);
    std::vector<Int128> local(static_cast<std::size_t>(i0 + rows));
    bool fits = true;
    std::array<const std::int64_t*, kTile> x{}, y{};
    for (Index i = 0; i < rows; ++i) x[static_cast<std::size_t>(i)] = factor.row(i0 + i);
    Tile tile;
    for (Index j0 = 0; j0 <= i0; j0 += kTile) {
      const Index columns = std::min(kTile, n - j0);
      for (Index j = 0; j < columns; ++j) y[static_cast<std::size_t>(j)] = factor.row(j0 + j);
      tile.fill(0);
      // Row j of L ends at column j, so the sum ends with the tile's columns.
      const Index last = j0 + columns;
      for (Index k = 0; k < last; k += kDepth)
        add_products(x.data(), rows, y.data(), columns, k, std::min(k + kDepth, last), tile);
      for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < columns && j0 + j <= i0 + i; ++j) {
          const auto entry = to_units(a(i0 + i, j0 + j), unit);
          if (!entry) {
            fits = false;
            continue;
          }
          const Int128 residual = *entry - tile[static_cast<std::size_t>(i * kTile + j)];
          if (i0 + i == j0 + j) {
            sums.diagonal[static_cast<std::size_t>(i0 + i)] = residual;
          } else if (magnitude(residual) >> 100 != 0) {
            fits = false;  // no useful bound, and row sums might overflow
          } else {
            local[static_cast<std::size_t>(i0 + i)] += magnitude(residual);
            local[static_cast<std::size_t>(j0 + j)] += magnitude(residual);
          }
        }
    }
    const std::lock_guard lock(mutex);
    sums.fits = sums.fits && fits;
    for (std::size_t i = 0; i < local.size(); ++i) sums.off_diagonal[i] += local[i];
  };
  parallel_for(static_cast<std::size_t>(tiles), row_of_tiles);
  return sums;
}

Rational to_rational(Int128 value) {
  const bool negative = value < 0;
  const Int128 positive = magnitude(value);
  Integer result = static_cast<std::uint64_t>(positive >> 64);
  result = (result << 64) + static_cast<std::uint64_t>(positive);
  return Rational(negative ? Integer(-result) : result);
}

/// Largest integer magnitude of factor entries: `n * 2^(2 bits) < 2^126`, and no more bits than a double has.
int factor_bits(Index n) {
  const int order_bits = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(n)));
  return std::min(53, (125 - order_bits) / 2);
}

void require_witness(const Eigen::MatrixXd& a, const SpdWitness& witness) {
  if (witness.order != a.rows()) throw InputError("matrix and witness have different orders");
  if (witness.factor.size() != static_cast<std::size_t>(witness.order * (witness.order + 1) / 2))
    throw InputError("the witness is not a packed lower triangle of its order");
  const std::int64_t limit = std::int64_t{1} << factor_bits(witness.order);
  for (const std::int64_t entry : witness.factor)
    if (entry > limit || entry < -limit)
      throw InputError("an entry of the witness exceeds the limit of exact sums");
}

double bound_of(const Eigen::MatrixXd& a, const EntryRadius& radius, const SpdWitness& witness) {
  const Index n = witness.order;
  const RowSums sums = residual_row_sums(a, witness);
  if (!sums.fits) return -kInfinity;
  const Rational unit = power_of_two(2 * witness.scale);
  std::optional<Rational> least;
  for (Index i = 0; i < n; ++i) {
    const UpperBound row_radius = radius.row_sum(i, n);
    if (!row_radius.is_finite()) return -kInfinity;
    // bound: L13, with the radii of the row and half a unit for the rounding of each entry of `a`.
    const auto index = static_cast<std::size_t>(i);
    const Rational slack = to_rational(sums.diagonal[index] - sums.off_diagonal[index] - (n + 1) / 2) * unit -
                           gronwall::to_rational(row_radius.value());
    if (!least || slack < *least) least = slack;
  }
  return round_down(*least);
}

}  // namespace

std::optional<SpdWitness> spd_witness(const Eigen::MatrixXd& a, const EntryRadius& radius, double shift) {
  require_symmetric(a);
  if (!std::isfinite(shift)) throw InputError("the shift of a witness is not a finite number");
  const Index n = a.rows(), stride = padded_stride(n);
  KernelBuffer workspace(static_cast<std::size_t>(stride * n) * sizeof(double));
  if (!factor_shifted(a, shift, workspace)) return std::nullopt;
  const double* l = workspace.as<double>();
  double largest = 0;
  for (Index j = 0; j < n; ++j)
    for (Index i = j; i < n; ++i) largest = std::max(largest, std::abs(l[i + j * stride]));

  SpdWitness witness;
  witness.order = n;
  // Entries of L fit factor_bits, and entries of `a` in units of 2^(2 scale) fit kEntryBits.
  const int size_of_a = std::ilogb(std::max(a.cwiseAbs().maxCoeff(), std::numeric_limits<double>::min())) + 1;
  witness.scale = std::max<long>(std::ilogb(largest) + 1 - factor_bits(n), (size_of_a - kEntryBits + 2) / 2);
  witness.factor.resize(static_cast<std::size_t>(n * (n + 1) / 2));
  for (Index j = 0; j < n; ++j)
    for (Index i = j; i < n; ++i)
      witness.factor[static_cast<std::size_t>(i * (i + 1) / 2 + j)] =
          std::llrint(std::ldexp(l[i + j * stride], static_cast<int>(-witness.scale)));
  witness.bound = bound_of(a, radius, witness);
  if (!std::isfinite(witness.bound)) return std::nullopt;
  return witness;
}

double witnessed_bound(const Eigen::MatrixXd& a, const EntryRadius& radius, const SpdWitness& witness) {
  require_symmetric(a);
  require_witness(a, witness);
  return bound_of(a, radius, witness);
}

}  // namespace gronwall
