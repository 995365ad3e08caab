// The tangent kernel of one output of the depth-L net. Every input runs forward and back in 64-bit integers,
// with the distance from the exact net in intervals beside it (L37, L58); the Gram matrix of the integer
// vectors is then exact. Integers are rounded down: each of them is less than one unit from its number.

#include <algorithm>
#include <cmath>

#include "matrix.hpp"
#include "registry.hpp"
#include "spd.hpp"

namespace proofs_check {
namespace {

using Integers = std::vector<std::int64_t>;

constexpr long unit = -48;          // states, activations, products and adjoints are integers times 2^unit
constexpr int weight_bits = 56;     // of U, W, v and the inputs
constexpr int factor_bits = 60;     // of alpha and beta
constexpr int grid_bits = 80;       // of Khat off the diagonal
constexpr int squarings = 3;        // ||W|| enters an exponent only
constexpr long precision = 128;     // of the bounds
constexpr long jet_precision = 64;  // of phi and phi', and of W for its norm
constexpr std::uint64_t jet_cost = 10'000;  // word operations

const char* const too_large = "a number is too large for the fixed point";

int128 dot(const std::int64_t* x, const std::int64_t* y, std::size_t n) {
  int128 sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<int128>(x[i]) * y[i];
  return sum;
}
int128 dot(const Integers& x, const Integers& y) {
  return dot(x.data(), y.data(), x.size());
}
Interval norm(const std::int64_t* x, std::size_t n, long scale) {
  return sqrt(Interval(to_mpz(dot(x, x, n)), precision)) * scaled(1, scale, precision);
}
Interval norm(const Integers& x, long scale) {
  return norm(x.data(), x.size(), scale);
}
Interval largest(const Integers& x, long scale) {
  std::int64_t most = 0;
  for (const std::int64_t entry : x) most = std::max(most, std::abs(entry));
  return scaled(most, scale, precision);
}

/// Numbers of a file, rounded down to integers times 2^scale of at most 2^bits.
struct Rounded {
  std::string sha256;
  std::size_t rows, columns;
  Integers entries = {};
  long scale = 0;
  bool exact = true;

  Rounded(const Array& file, int bits)
      : sha256(file.sha256), rows(file.shape[0]), columns(file.shape.back()) {
    int largest_exponent = -1074;
    for (const double x : file.reals)
      if (x != 0) largest_exponent = std::max(largest_exponent, std::ilogb(x) + 1);
    scale = largest_exponent - bits;
    for (const double x : file.reals) {
      int exponent = 0;  // x = m 2^(exponent - 53), exactly
      const auto m = static_cast<std::int64_t>(std::ldexp(std::frexp(x, &exponent), 53));
      const long shift = m == 0 ? 0 : scale - (exponent - 53);
      entries.push_back(shift > 0 ? m >> std::min(shift, 63L) : m << -shift);
      exact = exact && shift <= std::countr_zero(static_cast<std::uint64_t>(m));
    }
  }
  const std::int64_t* row(std::size_t i) const { return &entries[i * columns]; }
  /// What rounding took from `count` entries, at most (Euclidean norm).
  Interval error(std::size_t count) const {
    return exact ? Interval(0, precision) : sqrt(Interval(count, precision)) * scaled(1, scale, precision);
  }
};
/// Frobenius norm: row by row, since only so many products are known to fit together.
Interval norm(const Rounded& a) {
  mpz_class squares = 0;
  for (std::size_t i = 0; i < a.rows; ++i) squares += to_mpz(dot(a.row(i), a.row(i), a.columns));
  return sqrt(Interval(squares, precision)) * scaled(1, a.scale, precision);
}
Rounded transposed(const Rounded& a) {
  Rounded b = a;
  for (std::size_t i = 0; i < a.rows; ++i)
    for (std::size_t j = 0; j < a.columns; ++j) b.entries[j * a.rows + i] = a.entries[i * a.columns + j];
  return b;
}

/// The data of the statement, and the integers for them.
struct Model {
  Activation phi;
  mpq_class T, sigma_u, sigma_v, sigma_w;
  std::uint64_t depth;
  int room;  ///< integers in dot products are at most 2^room, so that the products stay below 2^126
  Rounded U, W, v, points;
};

Model read_model(const Value& m, const Context& context) {
  m.require({"T", "U", "W", "activation", "depth", "points", "sigma_u", "sigma_v", "sigma_w", "type", "v"});
  std::uint64_t size = 0;
  const auto positive = [&](const char* key) {
    const mpq_class x = parse_real(m[key].text(), context.budget);
    if (x <= 0) malformed(std::string(key) + " must be positive");
    if ((size += bits(x)) > limit::model_bits) over_limit("the numbers of the model are too long");
    return x;
  };
  const mpq_class T = positive("T"), sigma_u = positive("sigma_u"), sigma_v = positive("sigma_v"),
                  sigma_w = positive("sigma_w");
  const std::uint64_t depth = m["depth"].count();
  if (depth == 0) malformed("the depth must be positive");
  if (depth > limit::net_depth) over_limit("the net is too deep");

  const Array U = context.load(m["U"]), W = context.load(m["W"]), v = context.load(m["v"]),
              points = context.load(m["points"]);
  const std::uint64_t n = U.shape[0], d = U.shape.back(), inputs = points.shape[0];
  using Shape = std::vector<std::uint64_t>;
  if (U.shape != Shape{n, d} || W.shape != Shape{n, n} || v.shape != Shape{n} ||
      points.shape != Shape{inputs, d})
    malformed("U, W, v and the points must have the shapes [n,d], [n,n], [n], [N,d]");
  for (const Array* file : {&U, &W, &v, &points})
    if (file->dtype != Dtype::f8) malformed("weights and points of a tangent kernel are f8 files");
  if (inputs > limit::matrix_order) over_limit("the matrix is too large");
  context.budget.memory({2 * n + d + 1, n, 64});
  context.budget.memory({inputs, d + (2 * depth + 2) * n, 64});
  context.budget.work({inputs, n, d + 2 * depth * n + (depth + 1) * jet_cost});
  context.budget.work({inputs + 1, inputs, 1'000 + 16 * size + depth * depth * (n + 200)});

  const int room = (126 - bit_length(std::max(n, d))) / 2, bits = std::min(room, weight_bits);
  return {parse_activation(m["activation"].text(), context.budget),
          T,
          sigma_u,
          sigma_v,
          sigma_w,
          depth,
          room,
          {U, bits},
          {W, bits},
          {v, bits},
          {points, bits}};
}

/// A positive number and the integer, times 2^scale, that stands for it.
struct Factor {
  Interval value;
  long scale;
  std::int64_t integer;
  Interval error;
  explicit Factor(const Interval& x)
      : value(x),
        scale(mpfr_get_exp(x.hi()) - factor_bits),
        integer(mpfr_get_si((x * scaled(1, -scale, precision)).lo(), MPFR_RNDD)),
        error(abs(x - scaled(integer, scale, precision))) {}
};

/// One input: phi(h^0), ..., phi(h^L) and p^0, ..., p^L in units of 2^unit, and E_i of L58.
struct Run {
  std::vector<Integers> values, adjoints;
  Interval error;
};

class Net {
 public:
  Net(const Model& model, Budget& budget)
      : model_(model),
        n_(model.W.rows),
        l1_(lipschitz(model.phi, precision)),
        l2_(lipschitz_of_derivative(model.phi, precision)),
        root_n_(sqrt(Interval(n_, precision))),
        grain_(root_n_ * scaled(1, unit, precision)),
        alpha_(Interval(model.T * model.sigma_w / model.depth, precision) / root_n_),
        beta_(Interval(model.sigma_u, precision) / sqrt(Interval(model.U.columns, precision))),
        transposed_(transposed(model.W)),
        omega_(model.W.error(n_ * n_)),
        omega_u_(model.U.error(n_ * model.U.columns)),
        size_u_(norm(model.U) + omega_u_),
        size_w_(omega_) {
    Matrix w(n_, n_, jet_precision);
    budget.memory({n_, n_, 2 * jet_precision + 1152});
    for (std::size_t i = 0; i < n_ * n_; ++i)
      w.entries[i] = scaled(model.W.entries[i], model.W.scale, jet_precision);
    size_w_ = size_w_ + spectral_norm(w, budget, squarings);
  }
  Run run(std::size_t input) const;

 private:
  /// floor(x 2^-shift)
  static std::int64_t narrow(int128 x, long shift) {
    const int128 y = x >> std::clamp(shift, 0L, 126L);
    if ((shift < 0 && x != 0) || magnitude(y) >> 62 != 0) over_limit(too_large);
    return static_cast<std::int64_t>(y);
  }
  /// x may be used in dot products.
  void require_room(const Integers& x) const {
    for (const std::int64_t entry : x)
      if (magnitude(entry) > uint128{1} << model_.room) over_limit(too_large);
  }
  /// A x, rounded.
  Integers product(const Rounded& a, const std::int64_t* x, long scale_of_x) const {
    Integers y(n_);
    for (std::size_t i = 0; i < n_; ++i)
      y[i] = narrow(dot(a.row(i), x, a.columns), unit - a.scale - scale_of_x);
    return y;
  }
  /// x o y, rounded.
  Integers hadamard(const Integers& x, const Integers& y, long scale_of_y) const {
    Integers z(n_);
    for (std::size_t i = 0; i < n_; ++i) z[i] = narrow(static_cast<int128>(x[i]) * y[i], -scale_of_y);
    return z;
  }
  /// z += factor y, rounded.
  void add_multiple(const Factor& factor, const Integers& y, Integers& z) const {
    for (std::size_t i = 0; i < n_; ++i)
      z[i] = narrow(
          z[i] + static_cast<int128>(narrow(static_cast<int128>(factor.integer) * y[i], -factor.scale)), 0);
  }
  /// R of L58 for such a step, when y was itself rounded.
  Interval rounding(const Factor& factor, const Integers& y) const {
    return factor.value * grain_ + factor.error * root_n_ * largest(y, unit) + grain_;
  }
  /// An integer within one unit of every point of y.
  static std::int64_t nearby(const Interval& y) {
    const Interval units = y * scaled(1, -unit, jet_precision);
    const std::int64_t below = mpfr_get_si(units.lo(), MPFR_RNDD);
    if (magnitude(below) >> 62 != 0) over_limit(too_large);
    if (mpfr_cmp_si(units.hi(), below + 2) > 0) not_verified("an activation is not enclosed to one unit");
    return below + 1;
  }

  const Model& model_;
  std::size_t n_;
  Interval l1_, l2_, root_n_, grain_;  ///< grain: of n roundings to units
  Factor alpha_, beta_;
  Rounded transposed_;
  Interval omega_, omega_u_, size_u_, size_w_;
};

// bound: L37, L58
Run Net::run(std::size_t input) const {
  const std::size_t depth = model_.depth;
  const Rounded& points = model_.points;
  const std::int64_t* x = points.row(input);
  const Interval size_x = norm(x, points.columns, points.scale), zeta = points.error(points.columns);
  std::vector<Integers> value(depth + 1, Integers(n_)), slope = value, adjoint = value;
  std::vector<Interval> d, d_slope;  // of phi(h^l) and phi'(h^l)

  Integers h(n_), y = product(model_.U, x, points.scale);
  add_multiple(beta_, y, h);
  Interval e = beta_.value * (omega_u_ * size_x + size_u_ * zeta) + rounding(beta_, y);
  for (std::size_t l = 0;; ++l) {
    for (std::size_t i = 0; i < n_; ++i) {
      const Jet at_h = jet(model_.phi, scaled(h[i], unit, jet_precision));
      value[l][i] = nearby(at_h.value);
      slope[l][i] = nearby(at_h.slope);
    }
    require_room(value[l]);
    d.push_back(l1_ * e + grain_);
    d_slope.push_back(l2_ * e + grain_);
    if (l == depth) break;
    y = product(model_.W, value[l].data(), unit);
    add_multiple(alpha_, y, h);
    e = e + alpha_.value * (size_w_ * d[l] + omega_ * norm(value[l], unit)) + rounding(alpha_, y);
  }

  adjoint[depth] = hadamard(slope[depth], model_.v.entries, model_.v.scale);
  require_room(adjoint[depth]);
  Interval a =
      d_slope[depth] * largest(model_.v.entries, model_.v.scale) + l1_ * root_n_ * model_.v.error(1) + grain_;
  Interval block_w(0, precision);
  for (std::size_t l = depth; l-- > 0;) {
    const Interval size_p = norm(adjoint[l + 1], unit);
    block_w = block_w + a * (norm(value[l], unit) + d[l]) + size_p * d[l];
    y = product(transposed_, adjoint[l + 1].data(), unit);
    const Integers z = hadamard(slope[l], y, unit);
    adjoint[l] = adjoint[l + 1];
    add_multiple(alpha_, z, adjoint[l]);
    require_room(adjoint[l]);
    a = a + alpha_.value * (l1_ * (size_w_ * a + omega_ * size_p + grain_) + d_slope[l] * largest(y, unit)) +
        rounding(alpha_, z);
  }
  const Interval block_u = beta_.value * (a * (size_x + zeta) + norm(adjoint[0], unit) * zeta);
  const Interval error = sqrt(square(block_u) + square(alpha_.value * block_w) + square(d[depth]));
  return {std::move(value), std::move(adjoint), error};
}

/// Khat of L58: diagonal exact, other entries rounded down once.
class GramMatrix : public SymmetricMatrix {
 public:
  GramMatrix(const Model& model, std::vector<Run> runs) : points_(model.points), runs_(std::move(runs)) {
    const mpq_class scale_v = model.sigma_v * model.sigma_v / model.W.rows,
                    alpha = model.T * model.sigma_w / model.depth;
    scale_end_ = scale_v * power_of_two(2 * unit);
    scale_w_ = scale_v * alpha * alpha / model.W.rows * power_of_two(4 * unit);
    scale_u_ =
        scale_v * model.sigma_u * model.sigma_u / model.U.columns * power_of_two(2 * (unit + points_.scale));
    order = runs_.size();
    for (std::size_t i = 0; i < order; ++i) diagonal_.push_back(exact(i, i));
    const mpq_class most = *std::max_element(diagonal_.begin(), diagonal_.end());  // >= |Khat_ij|
    scale = static_cast<long>(mpz_sizeinbase(most.get_num_mpz_t(), 2)) -
            static_cast<long>(mpz_sizeinbase(most.get_den_mpz_t(), 2)) + 1 - grid_bits;
    entry_bits = grid_bits + 1;
    radius = power_of_two(scale);
  }
  mpq_class diagonal(std::size_t i) override { return diagonal_[i]; }
  int128 entry(std::size_t i, std::size_t j) override {
    const mpz_class whole = floor(exact(i, j) * power_of_two(-scale)), high = whole >> 60;
    return (static_cast<int128>(high.get_si()) << 60) + mpz_class(whole - (high << 60)).get_si();
  }

 private:
  // bound: L58
  mpq_class exact(std::size_t i, std::size_t j) const {
    const Run &a = runs_[i], &b = runs_[j];
    const std::size_t depth = a.values.size() - 1;
    mpz_class hidden = 0;
    for (std::size_t k = 0; k < depth; ++k)
      for (std::size_t l = 0; l < depth; ++l)
        hidden += to_mpz(dot(a.adjoints[k + 1], b.adjoints[l + 1])) * to_mpz(dot(a.values[k], b.values[l]));
    const mpz_class inputs = to_mpz(dot(points_.row(i), points_.row(j), points_.columns)),
                    start = to_mpz(dot(a.adjoints[0], b.adjoints[0])) * inputs;
    return scale_u_ * start + scale_w_ * hidden + scale_end_ * to_mpz(dot(a.values[depth], b.values[depth]));
  }

  Rounded points_;
  std::vector<Run> runs_;
  std::vector<mpq_class> diagonal_;
  mpq_class scale_u_, scale_w_, scale_end_;
};

}  // namespace

TangentKernel tangent_kernel(const Value& m, const mpq_class& bound, const Context& context) {
  if (bound < 0) malformed("the bound for a tangent kernel must not be negative");
  const Model model = read_model(m, context);
  const Net net(model, context.budget);
  std::vector<Run> runs;
  Interval errors(0, precision);
  for (std::size_t i = 0; i < model.points.rows; ++i) {
    runs.push_back(net.run(i));
    errors = errors + square(runs.back().error);
  }
  // bound: L58
  const Interval scale_v = Interval(model.sigma_v, precision) / sqrt(Interval(model.W.rows, precision));
  const Interval needed = square(sqrt(Interval(bound, precision)) + scale_v * sqrt(errors));
  context.rely_on({26, 34, 37, 58});
  return {std::make_unique<GramMatrix>(model, std::move(runs)), greatest(needed),
          "the tangent kernel of one output of the net of " + model.phi.name + " at depth " +
              std::to_string(model.depth) + ", width " + std::to_string(model.W.rows) + ", T = " +
              m["T"].text() + ", sigma_u = " + m["sigma_u"].text() + ", sigma_v = " + m["sigma_v"].text() +
              ", sigma_w = " + m["sigma_w"].text() + " on " + std::to_string(model.points.rows) +
              " inputs, " + known_points(model.points.sha256) + ", with the weights U, W, v with sha256 " +
              model.U.sha256 + ", " + model.W.sha256 + ", " + model.v.sha256};
}

}  // namespace proofs_check
