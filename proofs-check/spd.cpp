// spd/1: lambda_min(A) >= c from a factor L such that E = A - cI - L L^T is diagonally dominant (L13).
// All sums are exact integers in units of 2^unit; c, the radius and the diagonal of A enter as rationals at
// the end.

#include "spd.hpp"

#include <algorithm>
#include <functional>

#include "kinds.hpp"
#include "limit_path.hpp"
#include "registry.hpp"

namespace proofs_check {
namespace {

/// A sum of non-negative 128-bit integers that cannot overflow.
struct WideSum {
  uint128 low = 0, high = 0;
  void add(uint128 x) { low += static_cast<std::uint64_t>(x), high += x >> 64; }
  mpz_class value() const {
    return (to_mpz(static_cast<int128>(high)) << 64) + to_mpz(static_cast<int128>(low));
  }
};

/// entries_ij 2^s, within the radius r.
class ExplicitMatrix : public SymmetricMatrix {
 public:
  ExplicitMatrix(const Value& m, const Context& context) {
    m.require({"entries", "radius", "scale", "type"});
    entries_ = context.load(m["entries"]);
    radius = radius_diagonal = parse_real(m["radius"].text(), context.budget);
    scale = parse_exponent(m["scale"].text(), context.budget);
    if (entries_.dtype != Dtype::i8 || entries_.shape.size() != 2 || entries_.shape[0] != entries_.shape[1])
      malformed("the entries must be a square i8 matrix");
    if (radius < 0) malformed("a radius must not be negative");
    order = entries_.shape[0];
    if (order > limit::matrix_order) over_limit("the matrix is too large");
    for (std::size_t i = 0; i < order; ++i)
      for (std::size_t j = 0; j <= i; ++j) {
        if (at(i, j) != at(j, i))
          not_verified("entries (" + std::to_string(i) + ", " + std::to_string(j) + ") are not symmetric");
        entry_bits = std::max(entry_bits, bit_length(magnitude(at(i, j))));
      }
  }
  int128 entry(std::size_t i, std::size_t j) override { return at(i, j); }
  mpq_class diagonal(std::size_t i) override { return mpq_class(at(i, i)) * power_of_two(scale); }

 private:
  std::int64_t at(std::size_t i, std::size_t j) const { return entries_.wide[i * order + j]; }
  Array entries_;
};

/// sum_n b_n rho_ij^n with rho_ij = <x_i, x_j> / (|x_i| |x_j|), which is below the kernel matrix in the
/// Loewner order.
class KernelMatrix : public SymmetricMatrix {
 public:
  /// `most(n)` is a proved lower bound of the coefficient of rho^n of the kernel.
  KernelMatrix(const Value& points, const std::vector<Value>& coefficients,
               const std::function<mpq_class(std::size_t)>& most, const Context& context) {
    read_coefficients(coefficients, most, context);
    points_ = context.load(points);
    if (points_.dtype == Dtype::f8 || points_.shape.size() != 2)
      malformed("the points must be an i8 or u1 matrix, one point a row");
    order = points_.shape[0];
    if (order > limit::matrix_order) over_limit("the matrix is too large");
    context.budget.work({order, order, points_.shape[1] + b_.size() + 500});
    if (points_.dtype == Dtype::i8) {
      uint128 largest = 0;
      for (const std::int64_t x : points_.wide) largest = std::max(largest, magnitude(x));
      if (2 * bit_length(largest) + bit_length(points_.shape[1]) > 126)
        over_limit("dot products of points exceed 126 bits");
    }
    for (std::size_t i = 0; i < order; ++i) {
      norms_.push_back(to_mpz(dot(i, i)));
      if (norms_.back() == 0) not_verified("point " + std::to_string(i) + " is zero");
    }
  }

  // Fixed point: x = trunc(2^62 rho), v in units 2^scale with |v| <= sum b + M < 2^62.
  // bound: L10. Exactly evaluated at 2^-62 x, rounding b_n and each product down errs by at most 2M + 1
  // units; |rho - 2^-62 x| < 2^-62 moves the sum by at most 2^-62 sum n b_n.
  int128 entry(std::size_t i, std::size_t j) override {
    const std::int64_t x = cosine(i, j);
    std::int64_t v = b_.back();
    for (std::size_t n = b_.size() - 1; n-- > 0;)
      v = b_[n] + static_cast<std::int64_t>((static_cast<int128>(v) * x) >> 62);
    return v;
  }
  mpq_class diagonal(std::size_t) override { return sum_; }
  const Array& points() const { return points_; }

 private:
  void read_coefficients(const std::vector<Value>& list, const std::function<mpq_class(std::size_t)>& most,
                         const Context& context) {
    if (list.empty()) malformed("at least one coefficient is needed");
    std::vector<mpq_class> b;
    mpq_class slope = 0;  // sum n b_n
    for (std::size_t n = 0; n < list.size(); ++n) {
      b.push_back(parse_real(list[n].text(), context.budget));
      if (!is_dyadic(b[n]) || b[n] < 0) malformed("coefficients must be dyadic and not negative");
      if (b[n] > most(n))
        not_verified("b_" + std::to_string(n) +
                     " exceeds the proved lower bound of the kernel's coefficient");
      sum_ += b[n];
      slope += n * b[n];
    }
    scale = -61;
    if (sum_ != 0)
      scale += static_cast<long>(mpz_sizeinbase(sum_.get_num_mpz_t(), 2)) -
               static_cast<long>(mpz_sizeinbase(sum_.get_den_mpz_t(), 2)) + 1;
    for (const mpq_class& x : b) b_.push_back(floor(x * power_of_two(-scale)).get_si());  // sum <= 2^61
    entry_bits = 62;
    radius = (2 * list.size() - 1) * power_of_two(scale) + slope * power_of_two(-62);
  }

  int128 dot(std::size_t i, std::size_t j) const {
    const std::size_t d = points_.shape[1];
    if (points_.dtype == Dtype::i8) {
      int128 sum = 0;
      const std::int64_t *x = &points_.wide[i * d], *y = &points_.wide[j * d];
      for (std::size_t k = 0; k < d; ++k) sum += static_cast<int128>(x[k]) * y[k];
      return sum;
    }
    std::int64_t sum = 0;
    const std::uint8_t *x = &points_.bytes[i * d], *y = &points_.bytes[j * d];
    for (std::size_t begin = 0; begin < d; begin += 32768) {  // 255^2 * 32768 < 2^31
      std::int32_t part = 0;
      for (std::size_t k = begin; k < std::min(d, begin + 32768); ++k) part += x[k] * y[k];
      sum += part;
    }
    return sum;
  }

  /// 2^62 rho_ij, rounded towards 0: the integer square root of floor(2^124 rho^2).
  std::int64_t cosine(std::size_t i, std::size_t j) {
    const int128 product = dot(i, j);
    square_ = to_mpz(product);
    square_ *= square_;
    square_ <<= 124;
    square_ /= norms_[i] * norms_[j];
    square_ = ::sqrt(square_);
    return product < 0 ? -square_.get_si() : square_.get_si();
  }

  Array points_;
  std::vector<mpz_class> norms_;  // squared
  std::vector<std::int64_t> b_;
  mpq_class sum_ = 0;
  mpz_class square_;
};

/// kappa(rho) = E[phi(sqrt(q) U) phi(sqrt(q) V)]
std::unique_ptr<KernelMatrix> two_layer_kernel(const Value& m, const Value& witness, const Context& context) {
  m.require({"activation", "points", "q", "type"});
  witness.require({"coefficients", "factor", "gauss", "scale"});
  const Activation phi = parse_activation(m["activation"].text(), context.budget);
  const GaussStatement gauss =
      context.use_gauss(witness["gauss"], phi, parse_real(m["q"].text(), context.budget), 1);
  // bound: L9, b_n <= a_n^2 for every a_n in the enclosure
  const auto most = [&gauss](std::size_t n) {
    const GaussStatement::Entry* a = gauss.find(n);
    const mpq_class least = a && a->lo > 0 ? a->lo : a && a->hi < 0 ? mpq_class(-a->hi) : mpq_class(0);
    return mpq_class(least * least);
  };
  return std::make_unique<KernelMatrix>(m["points"], witness["coefficients"].list(), most, context);
}

/// K_inf(rho) / sigma_v^2
std::unique_ptr<KernelMatrix> limit_kernel(const Value& m, const Value& witness, const Context& context) {
  m.require({"T", "activation", "c0", "points", "sigma_w", "type"});
  witness.require({"coefficients", "factor", "limit", "scale"});
  const Value& limit = context.use(witness["limit"], {"limit-series/1", "limit-relu/1"});
  const LimitModel model = parse_limit_model(m, context.budget),
                   proved = parse_limit_model(limit, context.budget);
  if (model.phi.name != proved.phi.name || model.tau != proved.tau || model.c0 != proved.c0)
    not_verified("the series of the limit kernel is about other data");
  // bound: L9, L43: every coefficient is at least 0, and at least the proved one less its radius
  const bool from_below = model.phi.family == Family::relu;
  const Value& series = from_below ? limit : limit["quantities"]["K"];
  const std::vector<Value>& coefficients = series["coefficients"].list();
  const mpq_class radius = from_below ? mpq_class(0) : parse_real(series["radius"].text(), context.budget);
  const auto most = [&](std::size_t n) {
    if (n >= coefficients.size()) return mpq_class(0);
    const mpq_class below = parse_real(coefficients[n].text(), context.budget) - radius;
    return below > 0 ? below : mpq_class(0);
  };
  context.rely_on({43});
  return std::make_unique<KernelMatrix>(m["points"], witness["coefficients"].list(), most, context);
}

/// The row sums that L13 compares, in units of 2^unit: sum over j != i of |A_ij - (L L^T)_ij|, and (L
/// L^T)_ii.
struct Rows {
  long unit;
  std::vector<WideSum> off_diagonal;
  std::vector<int128> diagonal;
};

Rows row_sums(SymmetricMatrix& a, const Array& factor, long factor_scale, const Context& context) {
  const std::size_t n = a.order;
  context.budget.work({n, n, n / 6 + 16});
  uint128 largest = 0;
  for (const std::int64_t x : factor.wide) largest = std::max(largest, magnitude(x));
  const int product_bits = 2 * bit_length(largest) + bit_length(n);
  const long unit = std::min(a.scale, 2 * factor_scale);
  const long entry_shift = a.scale - unit, product_shift = 2 * factor_scale - unit;
  // |A_ij|, |(L L^T)_ij| < 2^125, so that their difference fits too.
  if (a.entry_bits + entry_shift > 125 || product_bits + product_shift > 125)
    over_limit("entries and factor do not fit together into 126 bits: choose closer scales");

  Rows rows{unit, std::vector<WideSum>(n), std::vector<int128>(n)};
  constexpr std::size_t tile = 32, depth = 256;  // blocks that stay in the cache
  std::vector<int128> products(tile * tile);
  for (std::size_t i0 = 0; i0 < n; i0 += tile)
    for (std::size_t j0 = 0; j0 <= i0; j0 += tile) {
      const std::size_t i1 = std::min(n, i0 + tile), j1 = std::min(n, j0 + tile);
      std::fill(products.begin(), products.end(), 0);
      for (std::size_t k0 = 0; k0 < j1; k0 += depth)
        for (std::size_t i = i0; i < i1; ++i)
          for (std::size_t j = j0; j < std::min(j1, i + 1); ++j) {
            const std::int64_t *x = &factor.wide[i * (i + 1) / 2], *y = &factor.wide[j * (j + 1) / 2];
            int128 sum = 0;
            for (std::size_t k = k0; k < std::min(k0 + depth, j + 1); ++k)
              sum += static_cast<int128>(x[k]) * y[k];
            products[(i - i0) * tile + j - j0] += sum;
          }
      for (std::size_t i = i0; i < i1; ++i)
        for (std::size_t j = j0; j < std::min(j1, i + 1); ++j) {
          const int128 product = products[(i - i0) * tile + j - j0] << product_shift;
          if (i == j) {
            rows.diagonal[i] = product;
          } else {
            const uint128 difference = magnitude((a.entry(i, j) << entry_shift) - product);
            rows.off_diagonal[i].add(difference);
            rows.off_diagonal[j].add(difference);
          }
        }
    }
  return rows;
}

/// bound: L13
void require_dominance(SymmetricMatrix& a, const mpq_class& c, const Rows& rows) {
  const mpq_class unit = power_of_two(rows.unit), radii = a.radius_diagonal + (a.order - 1) * a.radius;
  for (std::size_t i = 0; i < a.order; ++i) {
    const mpz_class taken = to_mpz(rows.diagonal[i]) + rows.off_diagonal[i].value();
    if (a.diagonal(i) - c - radii < taken * unit)
      not_verified("A - cI - L L^T is not diagonally dominant in row " + std::to_string(i));
  }
}

}  // namespace

std::string check_spd(const Value& statement, const Value& witness, const Context& context) {
  statement.require({"bound", "matrix"});
  const mpq_class bound = parse_real(statement["bound"].text(), context.budget);
  const std::string& type = statement["matrix"]["type"].text();
  mpq_class needed = bound;  // of the least eigenvalue of the matrix that is factored
  std::unique_ptr<SymmetricMatrix> a;
  std::string subject;
  if (type == "explicit") {
    witness.require({"factor", "scale"});
    a = std::make_unique<ExplicitMatrix>(statement["matrix"], context);
    subject = "every symmetric matrix within the radius of the " + std::to_string(a->order) + " x " +
              std::to_string(a->order) + " entries with sha256 " +
              statement["matrix"]["entries"]["sha256"].text();
  } else if (type == "dot-product-kernel" || type == "limit-kernel") {
    const Value& m = statement["matrix"];
    const bool two_layer = type == "dot-product-kernel";
    auto kernel = two_layer ? two_layer_kernel(m, witness, context) : limit_kernel(m, witness, context);
    subject = (two_layer ? "the kernel matrix of " + m["activation"].text() + " at q = " + m["q"].text()
                         : "the infinite-width kernel K_inf/sigma_v^2 of " + m["activation"].text() +
                               " at T = " + m["T"].text() + ", sigma_w = " + m["sigma_w"].text() +
                               ", sigma_u^2/d = " + m["c0"].text()) +
              " on " + std::to_string(kernel->order) + " points, " + known_points(kernel->points().sha256);
    a = std::move(kernel);
    context.rely_on({9, 10});
    if (two_layer) context.rely_on({8});
  } else if (type == "tangent-kernel") {
    witness.require({"factor", "scale"});
    TangentKernel kernel = tangent_kernel(statement["matrix"], bound, context);
    a = std::move(kernel.matrix), needed = kernel.needed, subject = kernel.subject;
  } else {
    malformed("unknown type of matrix");
  }
  const Array factor = context.load(witness["factor"]);
  if (factor.dtype != Dtype::i8 || factor.shape != std::vector<std::uint64_t>{a->order * (a->order + 1) / 2})
    malformed("the factor must be an i8 vector of n(n+1)/2 entries");
  const long scale = parse_exponent(witness["scale"].text(), context.budget);
  require_dominance(*a, needed, row_sums(*a, factor, scale, context));
  context.rely_on({13});
  return "lambda_min >= " + decimal_below(bound) + " for " + subject;
}

}  // namespace proofs_check
