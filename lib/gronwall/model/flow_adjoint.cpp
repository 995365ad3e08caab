#include "gronwall/model/flow_adjoint.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

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

/// `rows` x `columns` entries of a vector from `first` on.
template <Floating R, class Vector>
RealMatrix<R> unflat(const Vector& x, Eigen::Index first, Eigen::Index rows, Eigen::Index columns) {
  return Eigen::Map<const RealMatrix<R>>(x.data() + first, rows, columns);
}

int degree_for(const ContinuousOptions& options) {
  const double tolerance = options.absolute_tolerance + options.relative_tolerance;
  const double digits = tolerance > 0 ? -std::log10(tolerance) : 0;
  return static_cast<int>(std::clamp(digits + 6, 8.0, 200.0));
}

}  // namespace

template <Floating R>
ChebyshevBasis<R>::ChebyshevBasis(int m, long bits) : degree(m) {
  const ChebyshevTables tables(m, bits);
  coefficients = midpoints<R>(tables.coefficients);
  moments = midpoints<R>(tables.moments.topRows(m + 1));
  for (Eigen::Index j = 0; j <= m; ++j) nodes.push_back(midpoints<R>(tables.values.block(1, j, 1, 1))(0, 0));
}

template <Floating R>
RealMatrix<R> ChebyshevBasis<R>::polynomials_at(const R& x) const {
  RealMatrix<R> t(degree + 1, 1);
  t(0, 0) = x - x + 1;
  t(1, 0) = x;
  for (Eigen::Index k = 2; k <= degree; ++k) t(k, 0) = 2 * x * t(k - 1, 0) - t(k - 2, 0);
  return t;
}

template <Floating R>
FlowAdjoint<R>::FlowAdjoint(FlowField<R> field, const ContinuousOptions& options, long bits)
    : field_(std::move(field)), options_(options), bits_(bits), basis_(degree_for(options), bits) {}

template <Floating R>
Eigen::Index FlowAdjoint<R>::numbers_per_component(const ContinuousOptions& options) {
  return 2 * (degree_for(options) + 1);
}

template <Floating R>
IntegrationOptions FlowAdjoint<R>::integration() const {
  return {.stepper = options_.stepper,
          .absolute_tolerance = options_.absolute_tolerance,
          .relative_tolerance = options_.relative_tolerance,
          .stop_at_times = true};
}

/// Solves y' = field(y, t) over [begin, end] for the node values of a piece; forward in time or backward.
template <Floating R>
auto FlowAdjoint<R>::solve(const RealMatrix<R>& start, const R& begin, const R& end, bool backward,
                           const TimeField& field, StepStatistics& statistics) const -> Piece {
  Piece piece{begin, end, RealMatrix<R>(start.size(), basis_.degree + 1), {}};
  const R length = end - begin, zero = begin - begin;
  // s runs forward from 0: t = begin + s, or t = end - s.
  std::vector<R> times;
  for (Eigen::Index j = 0; j <= basis_.degree; ++j) {
    const R s = length * (1 + basis_.nodes[static_cast<std::size_t>(j)]) / 2;
    times.push_back(j == 0 ? length : j == basis_.degree ? zero : s);
  }
  std::reverse(times.begin(), times.end());
  const Eigen::Index inputs = start.cols();
  const Field<R> flat_field = [&](const State<R>& y, State<R>& derivative, const R& s) {
    derivative = flat<R>(field(unflat<R>(y, 0, field_.width, inputs), backward ? R(end - s) : R(begin + s)));
  };
  const Trajectory<R> trajectory =
      integrate<R>(flat_field, flat<R>(start), zero, length, integration(), times);
  for (Eigen::Index j = 0; j <= basis_.degree; ++j) {
    const State<R>& y = trajectory.at[static_cast<std::size_t>(backward ? j : basis_.degree - j)];
    std::copy(y.begin(), y.end(), piece.values.data() + j * piece.values.rows());
  }
  piece.coefficients = multiply(piece.values, basis_.coefficients);
  statistics += trajectory.statistics;
  return piece;
}

/// c_k phi at the nodes of a piece, where `phi` are the values there.
template <Floating R>
RealMatrix<R> FlowAdjoint<R>::weighted_phi(const Piece& h, const RealMatrix<R>& phi, std::size_t k) const {
  RealMatrix<R> result = phi;
  for (Eigen::Index j = 0; j <= basis_.degree; ++j)
    result.col(j) *= field_.factors[k](h.time_of(basis_.nodes[static_cast<std::size_t>(j)]));
  return result;
}

/// Whether the last coefficients of a function of time are below the tolerances.
template <Floating R>
bool FlowAdjoint<R>::resolved(const RealMatrix<R>& coefficients, const R& length) const {
  const double share = static_cast<double>(R(length / field_.time));
  const double tolerance =
      options_.absolute_tolerance + options_.relative_tolerance * largest<R>(coefficients.leftCols(1));
  return share * largest<R>(coefficients.rightCols(2)) <= tolerance;
}

/// Whether h and all c_k phi(h) are.
template <Floating R>
bool FlowAdjoint<R>::state_resolved(const Piece& h) const {
  if (!resolved(h.coefficients, h.length())) return false;
  const RealMatrix<R> phi = field_.phi(h.values);
  for (std::size_t k = 0; k < field_.factors.size(); ++k)
    if (!resolved(multiply(weighted_phi(h, phi, k), basis_.coefficients), h.length())) return false;
  return true;
}

template <Floating R>
void FlowAdjoint<R>::require_room(std::size_t pieces, const R& length) const {
  const double share = static_cast<double>(R(length / field_.time));
  constexpr double kShortest = 0x1p-40;
  if (static_cast<long>(pieces) < options_.most_pieces && share > kShortest) return;
  throw PrecisionError("polynomials on " + std::to_string(options_.most_pieces) +
                       " pieces of [0, T] do not resolve the trajectory to the tolerances: loosen them, or "
                       "raise most_pieces");
}

template <Floating R>
RealMatrix<R> FlowAdjoint<R>::forward(const RealMatrix<R>& start) {
  trajectory_.clear();
  std::vector<R> ends = {field_.time};
  RealMatrix<R> h = start;
  R begin = field_.time - field_.time;
  while (!ends.empty()) {
    Piece piece = solve(h, begin, ends.back(), false, field_.field, forward_);
    if (state_resolved(piece)) {
      h = unflat<R>(piece.values, 0, h.rows(), h.cols());
      begin = ends.back();
      ends.pop_back();
      trajectory_.push_back(std::move(piece));
    } else {
      require_room(trajectory_.size() + ends.size(), piece.length());
      ends.push_back((begin + ends.back()) / 2);
    }
  }
  return h;
}

/// The same function on half of its piece.
template <Floating R>
auto FlowAdjoint<R>::part(const Piece& whole, const R& begin, const R& end) const -> Piece {
  Piece half{begin, end, RealMatrix<R>(whole.values.rows(), basis_.degree + 1), {}};
  for (Eigen::Index j = 0; j <= basis_.degree; ++j) {
    const R t = half.time_of(basis_.nodes[static_cast<std::size_t>(j)]);
    half.values.col(j) = multiply(whole.coefficients, basis_.polynomials_at(whole.local(t)));
  }
  half.coefficients = multiply(half.values, basis_.coefficients);
  return half;
}

template <Floating R>
auto FlowAdjoint<R>::backward(const RealMatrix<R>& adjoint_end) -> Backward {
  const Eigen::Index rows = field_.width, inputs = adjoint_end.cols();
  Backward result{adjoint_end, {}};
  result.integrals.assign(field_.factors.size(), zeros<R>(rows, rows, bits_));
  pieces_ = 0;
  while (!trajectory_.empty()) {
    const Piece h = std::move(trajectory_.back());
    trajectory_.pop_back();
    const TimeField field = [&](const RealMatrix<R>& y, const R& t) {
      const RealMatrix<R> state = multiply(h.coefficients, basis_.polynomials_at(h.local(t)));
      return field_.adjoint_field(unflat<R>(state, 0, rows, inputs), y, t);
    };
    const Piece adjoint = solve(result.adjoint, h.begin, h.end, true, field, backward_);
    if (!resolved(adjoint.coefficients, adjoint.length())) {
      require_room(trajectory_.size() + static_cast<std::size_t>(pieces_), adjoint.length());
      const R middle = (h.begin + h.end) / 2;
      trajectory_.push_back(part(h, h.begin, middle));
      trajectory_.push_back(part(h, middle, h.end));
      continue;
    }
    ++pieces_;
    result.adjoint = unflat<R>(adjoint.values, basis_.degree * adjoint.values.rows(), rows, inputs);
    // int lambda phi^T dt = length/2 sum_j (sum_k c_k moments(k, j)) phi_j^T, side by side for all inputs.
    const RealMatrix<R> weighted = multiply(adjoint.coefficients, basis_.moments);
    const RealMatrix<R> phi = field_.phi(h.values);
    const Eigen::Index columns = inputs * (basis_.degree + 1);
    const R half = adjoint.length() / 2;
    const RealMatrix<R> left = unflat<R>(weighted, 0, rows, columns);
    for (std::size_t k = 0; k < field_.factors.size(); ++k) {
      const RealMatrix<R> right = unflat<R>(weighted_phi(h, phi, k), 0, rows, columns).transpose();
      result.integrals[k] += half * multiply(left, right);
    }
  }
  return result;
}

template <Floating R>
auto FlowAdjoint<R>::backward_reconstructing(const RealMatrix<R>& state_end, const RealMatrix<R>& adjoint_end)
    -> Backward {
  trajectory_.clear();
  const Eigen::Index rows = field_.width, inputs = state_end.cols(), size = rows * inputs;
  const auto terms = static_cast<Eigen::Index>(field_.factors.size());
  // One column: h, lambda and the integrals, over s = T - t.
  RealMatrix<R> start = zeros<R>(2 * size + terms * rows * rows, 1, bits_);
  std::copy(state_end.data(), state_end.data() + size, start.data());
  std::copy(adjoint_end.data(), adjoint_end.data() + size, start.data() + size);
  const Field<R> field = [&](const State<R>& y, State<R>& derivative, const R& s) {
    const R t = field_.time - s;
    const RealMatrix<R> h = unflat<R>(y, 0, rows, inputs), lambda = unflat<R>(y, size, rows, inputs);
    const auto write = [&](const RealMatrix<R>& part, Eigen::Index first) {
      std::copy(part.data(), part.data() + part.size(), derivative.data() + first);
    };
    write(-field_.field(h, t), 0);
    write(field_.adjoint_field(h, lambda, t), size);
    const RealMatrix<R> product = multiply(lambda, RealMatrix<R>(field_.phi(h).transpose()));
    for (Eigen::Index k = 0; k < terms; ++k)
      write(field_.factors[static_cast<std::size_t>(k)](t) * product, 2 * size + k * rows * rows);
  };
  const R zero = field_.time - field_.time;
  const Trajectory<R> run = integrate<R>(field, flat<R>(start), zero, field_.time, integration());
  backward_ += run.statistics;
  pieces_ = 0;
  Backward result{unflat<R>(run.end, size, rows, inputs), {}};
  for (Eigen::Index k = 0; k < terms; ++k)
    result.integrals.push_back(unflat<R>(run.end, 2 * size + k * rows * rows, rows, rows));
  return result;
}

template class FlowAdjoint<double>;
template class FlowAdjoint<MpFloat>;

}  // namespace gronwall
