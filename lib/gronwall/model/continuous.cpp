#include "gronwall/model/continuous.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "gronwall/numbers/error.hpp"
#include "gronwall/ode/chebyshev.hpp"

namespace gronwall {
namespace {

template <Floating R>
RealMatrix<R> midpoints(const BallMatrix& balls) {
  return balls.unaryExpr([](const Ball& ball) -> R {
    if constexpr (std::same_as<R, double>)
      return ball.midpoint();
    else
      return ball.midpoint_mp();
  });
}

/// Interpolation on [-1, 1] at the nodes of ChebyshevTables.
template <Floating R>
struct Basis {
  Basis(int m, long bits) : degree(m) {
    const ChebyshevTables tables(m, bits);
    coefficients = midpoints<R>(tables.coefficients);
    moments = midpoints<R>(tables.moments.topRows(m + 1));
    for (Eigen::Index j = 0; j <= m; ++j)
      nodes.push_back(midpoints<R>(tables.values.block(1, j, 1, 1))(0, 0));
  }

  /// T_0(x), ..., T_m(x) as a column.
  RealMatrix<R> polynomials_at(const R& x) const {
    RealMatrix<R> t(degree + 1, 1);
    t(0, 0) = x - x + 1;
    t(1, 0) = x;
    for (Eigen::Index k = 2; k <= degree; ++k) t(k, 0) = 2 * x * t(k - 1, 0) - t(k - 2, 0);
    return t;
  }

  int degree;
  std::vector<R> nodes;        ///< from 1 down to -1
  RealMatrix<R> coefficients;  ///< values at the nodes (rows) times this: Chebyshev coefficients
  RealMatrix<R> moments;       ///< (k, j): int T_k l_j
};

/// Functions of time on [begin, end] with values in R^{nN}, by rows: node values and coefficients.
template <Floating R>
struct Piece {
  R begin, end;
  RealMatrix<R> values;
  RealMatrix<R> coefficients;

  R length() const { return end - begin; }
  /// In [-1, 1].
  R local(const R& t) const { return (2 * t - begin - end) / (end - begin); }
  R time_of(const R& node) const { return begin + (end - begin) * (1 + node) / 2; }
};

template <Floating R>
double largest(const RealMatrix<R>& m) {
  double size = 0;
  for (Eigen::Index k = 0; k < m.size(); ++k)
    size = std::max(size, std::abs(static_cast<double>(*(m.data() + k))));
  return size;
}

template <Floating R>
State<R> flat(const RealMatrix<R>& m) {
  State<R> x(static_cast<std::size_t>(m.size()));
  std::copy(m.data(), m.data() + m.size(), x.begin());
  return x;
}

template <Floating R>
RealMatrix<R> unflat(const State<R>& x, Eigen::Index rows) {
  return Eigen::Map<const RealMatrix<R>>(x.data(), rows, static_cast<Eigen::Index>(x.size()) / rows);
}

template <Floating R>
class Adjoint {
 public:
  Adjoint(const NeuralOde& model, const RealMatrix<R>& x, const RealMatrix<R>& g,
          const ContinuousOptions& options, long bits)
      : layer_(model, bits),
        options_(options),
        basis_(degree_for(options), layer_.bits()),
        x_(x),
        g_(layer_.checked_cotangent(g, x.cols())),
        rows_(model.width()) {}

  ContinuousGradient<R> run() {
    std::vector<Piece<R>> pieces = forward();
    const RealMatrix<R> phi_end = layer_.phi(result_.state);
    result_.outputs = layer_.read_out(phi_end);
    backward(std::move(pieces));
    result_.gradient = layer_.outer_blocks(result_.adjoint, x_, phi_end, g_);
    result_.gradient.w = layer_.field_scale() * integral_;
    return std::move(result_);
  }

 private:
  static int degree_for(const ContinuousOptions& options) {
    const double tolerance = options.absolute_tolerance + options.relative_tolerance;
    const double digits = tolerance > 0 ? -std::log10(tolerance) : 0;
    return static_cast<int>(std::clamp(digits + 6, 8.0, 200.0));
  }

  /// Solves y' = field(y, t) over [begin, end] for the node values of a piece; forward in time or backward.
  Piece<R> solve(const RealMatrix<R>& start, const R& begin, const R& end, bool backward,
                 const std::function<RealMatrix<R>(const RealMatrix<R>&, const R&)>& field,
                 StepStatistics& statistics) const {
    Piece<R> piece{begin, end, RealMatrix<R>(start.size(), basis_.degree + 1), {}};
    const R length = end - begin, zero = begin - begin;
    // s runs forward from 0: t = begin + s, or t = end - s.
    std::vector<R> times;
    for (Eigen::Index j = 0; j <= basis_.degree; ++j) {
      const R s = length * (1 + basis_.nodes[static_cast<std::size_t>(j)]) / 2;
      times.push_back(j == 0 ? length : j == basis_.degree ? zero : s);
    }
    std::reverse(times.begin(), times.end());
    const Field<R> flat_field = [&](const State<R>& y, State<R>& derivative, const R& s) {
      derivative = flat<R>(field(unflat<R>(y, rows_), backward ? R(end - s) : R(begin + s)));
    };
    const IntegrationOptions integration{.stepper = options_.stepper,
                                         .absolute_tolerance = options_.absolute_tolerance,
                                         .relative_tolerance = options_.relative_tolerance,
                                         .stop_at_times = true};
    const Trajectory<R> trajectory =
        integrate<R>(flat_field, flat<R>(start), zero, length, integration, times);
    for (Eigen::Index j = 0; j <= basis_.degree; ++j) {
      const State<R>& y = trajectory.at[static_cast<std::size_t>(backward ? j : basis_.degree - j)];
      std::copy(y.begin(), y.end(), piece.values.data() + j * piece.values.rows());
    }
    piece.coefficients = multiply(piece.values, basis_.coefficients);
    statistics += trajectory.statistics;
    return piece;
  }

  /// Whether the last coefficients of a function of time are below the tolerances.
  bool resolved(const RealMatrix<R>& coefficients, const R& length) const {
    const double share = static_cast<double>(R(length / layer_.time()));
    const double tolerance =
        options_.absolute_tolerance + options_.relative_tolerance * largest<R>(coefficients.leftCols(1));
    return share * largest<R>(coefficients.rightCols(2)) <= tolerance;
  }

  void require_room(std::size_t pieces, const R& length) const {
    const double share = static_cast<double>(R(length / layer_.time()));
    constexpr double kShortest = 0x1p-40;
    if (static_cast<long>(pieces) < options_.most_pieces && share > kShortest) return;
    throw PrecisionError("polynomials on " + std::to_string(options_.most_pieces) +
                         " pieces of [0, T] do not resolve the trajectory to the tolerances: loosen them, or "
                         "raise most_pieces");
  }

  std::vector<Piece<R>> forward() {
    const R zero = layer_.time() - layer_.time();
    std::vector<Piece<R>> pieces;
    std::vector<R> ends = {layer_.time()};
    RealMatrix<R> h = layer_.start(x_);
    R begin = zero;
    while (!ends.empty()) {
      Piece<R> piece = solve(
          h, begin, ends.back(), false,
          [this](const RealMatrix<R>& y, const R&) { return layer_.field(layer_.phi(y)); }, result_.forward);
      const RealMatrix<R> phi = multiply(layer_.phi(piece.values), basis_.coefficients);
      if (resolved(piece.coefficients, piece.length()) && resolved(phi, piece.length())) {
        h = Eigen::Map<const RealMatrix<R>>(piece.values.data(), h.rows(), h.cols());
        begin = ends.back();
        ends.pop_back();
        pieces.push_back(std::move(piece));
      } else {
        require_room(pieces.size() + ends.size(), piece.length());
        ends.push_back((begin + ends.back()) / 2);
      }
    }
    result_.state = std::move(h);
    return pieces;
  }

  /// The same function on half of its piece.
  Piece<R> part(const Piece<R>& whole, const R& begin, const R& end) const {
    Piece<R> half{begin, end, RealMatrix<R>(whole.values.rows(), basis_.degree + 1), {}};
    for (Eigen::Index j = 0; j <= basis_.degree; ++j) {
      const R t = half.time_of(basis_.nodes[static_cast<std::size_t>(j)]);
      half.values.col(j) = multiply(whole.coefficients, basis_.polynomials_at(whole.local(t)));
    }
    half.coefficients = multiply(half.values, basis_.coefficients);
    return half;
  }

  void backward(std::vector<Piece<R>> pieces) {
    RealMatrix<R> lambda = layer_.adjoint_end(result_.state, g_);
    integral_ = zeros<R>(rows_, rows_, layer_.bits());
    const Eigen::Index inputs = x_.cols();
    while (!pieces.empty()) {
      const Piece<R> h = std::move(pieces.back());
      pieces.pop_back();
      const auto field = [&](const RealMatrix<R>& y, const R& t) {
        const RealMatrix<R> state = multiply(h.coefficients, basis_.polynomials_at(h.local(t)));
        return layer_.adjoint_field(Eigen::Map<const RealMatrix<R>>(state.data(), rows_, inputs), y);
      };
      const Piece<R> adjoint = solve(lambda, h.begin, h.end, true, field, result_.backward);
      if (!resolved(adjoint.coefficients, adjoint.length())) {
        require_room(pieces.size() + static_cast<std::size_t>(result_.pieces), adjoint.length());
        const R middle = (h.begin + h.end) / 2;
        pieces.push_back(part(h, h.begin, middle));
        pieces.push_back(part(h, middle, h.end));
        continue;
      }
      ++result_.pieces;
      lambda = Eigen::Map<const RealMatrix<R>>(adjoint.values.data() + basis_.degree * adjoint.values.rows(),
                                               rows_, inputs);
      // int lambda phi^T dt = length/2 sum_j (sum_k c_k moments(k, j)) phi_j^T, side by side for all inputs.
      const RealMatrix<R> weighted = multiply(adjoint.coefficients, basis_.moments);
      const RealMatrix<R> phi = layer_.phi(h.values);
      const Eigen::Index columns = inputs * (basis_.degree + 1);
      const R half = adjoint.length() / 2;
      const RealMatrix<R> left = Eigen::Map<const RealMatrix<R>>(weighted.data(), rows_, columns);
      const RealMatrix<R> right = Eigen::Map<const RealMatrix<R>>(phi.data(), rows_, columns).transpose();
      integral_ += half * multiply(left, right);
    }
    result_.adjoint = std::move(lambda);
  }

  Layer<R> layer_;
  const ContinuousOptions& options_;
  Basis<R> basis_;
  const RealMatrix<R>& x_;
  RealMatrix<R> g_;
  Eigen::Index rows_;
  RealMatrix<R> integral_;
  ContinuousGradient<R> result_;
};

}  // namespace

template <Floating R>
ContinuousGradient<R> continuous_gradient(const NeuralOde& model, const RealMatrix<R>& x,
                                          const RealMatrix<R>& g, const ContinuousOptions& options,
                                          long bits) {
  const PrecisionScope<R> scope(bits);
  return Adjoint<R>(model, x, g, options, bits).run();
}

template ContinuousGradient<double> continuous_gradient(const NeuralOde&, const RealMatrix<double>&,
                                                        const RealMatrix<double>&, const ContinuousOptions&,
                                                        long);
template ContinuousGradient<MpFloat> continuous_gradient(const NeuralOde&, const RealMatrix<MpFloat>&,
                                                         const RealMatrix<MpFloat>&, const ContinuousOptions&,
                                                         long);

}  // namespace gronwall
