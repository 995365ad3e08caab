#include "gronwall/ode/flow_enclosure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "gronwall/linalg/lambda_min.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/nonnegative.hpp"
#include "gronwall/ode/collocation.hpp"
#include "gronwall/ode/taylor_guess.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr long kBits = 64;
/// Above this width a random matrix' logarithmic norm does not repay its factorisation.
constexpr Index kLogarithmicNormWidth = 256;
/// The tube around q in which the range of phi' is taken, until the error bound is known.
constexpr double kTube = 0x1p-10;
constexpr double kShortestPiece = 0x1p-16;

Ball as_ball(UpperBound x) {
  return Ball::exact(x.value());
}

/// e^(r s).
UpperBound growth(UpperBound r, const Ball& s) {
  return upper(exp(as_ball(r) * s));
}
/// (e^(r s) - 1) / r, which is `s` for r = 0.
UpperBound integrated_growth(UpperBound r, const Ball& s) {
  if (r.value() == 0) return upper(s);
  return upper(expm1(as_ball(r) * s) / as_ball(r));
}

UpperBound lipschitz_constant(const std::optional<Ball>& constant, const Activation& phi, const char* what) {
  if (!constant)
    throw InputError(phi.name() + " has no Lipschitz constant" + what +
                     ", so no bound of its flow holds for every time; use another activation");
  return upper(*constant);
}

int degree_for(double tolerance, int wanted) {
  if (wanted != 0) return wanted;
  const double digits = -std::log10(tolerance) + 2;
  return std::clamp(4 + static_cast<int>(std::ceil(1.05 * digits)), 8, 600);
}

}  // namespace

template <class World>
FlowEnclosure<World>::FlowEnclosure(const FlowProblem& problem, World world, const Block& initial,
                                    const FlowOptions& options)
    : problem_(problem),
      world_(std::move(world)),
      options_(options),
      l1_(lipschitz_constant(problem.phi.lipschitz(kBits), problem.phi, "")),
      l2_(lipschitz_constant(problem.phi.lipschitz_of_derivative(kBits), problem.phi, " of its derivative")),
      ellipses_(problem.phi) {
  if (!(options.tolerance > 0) || std::isinf(options.tolerance))
    throw InputError("the tolerance of a flow must be a positive number");
  if (!problem.a.is_finite()) throw InputError("the time scale of a flow must be finite");
  if (problem.w.matrix().rows() != problem.w.matrix().cols())
    throw InputError("the matrix of a flow must be square");
  const Index samples = world_.samples();
  if (initial.value.rows() != world_.dimension() * samples || initial.value.cols() != 1 ||
      initial.error.rows() != samples || initial.error.cols() != 1)
    throw InputError("the initial value of a flow must be one column of all samples, with an error for each");
  const Block start = world_.merged(initial);
  const MatrixXd sizes = world_.norms(start);
  if (!initial.error.allFinite() || !sizes.allFinite())
    throw InputError("the initial value of a flow must be finite");
  const double finest = std::ldexp(sizes.maxCoeff(), static_cast<int>(-world_.finest_bits()));
  if (!(finest <= options.tolerance)) refuse_tolerance(finest);
  bound_.degree = degree_for(options.tolerance, options.degree);
  world_.use_degree(bound_.degree);
  bound_.spectral_norm = problem.w.spectral_norm();
  // For a < 0 it would have to be that of -W.
  if (options.logarithmic_norm && certainly(is_nonnegative(problem.a)) &&
      world_.dimension() <= kLogarithmicNormWidth) {
    const MatrixXd symmetric = (problem.w.matrix() + problem.w.matrix().transpose()) / 2;
    // One rounding in the sum, and underflow of the half.
    const UpperBound radius =
        UpperBound(symmetric.cwiseAbs().maxCoeff()) * UpperBound(2 * kUnitRoundoff) + UpperBound(0x1p-1074);
    log_norm_ = -lambda_min_lower_bound(-symmetric, EntryRadius(radius));
  }

  const UpperBound beta = upper(abs(problem.a)) * l1_ * bound_.spectral_norm;
  const UpperBound total = integrated_growth(beta, Ball(1));
  const double allowed = 0.3 * options.tolerance / total.value();
  Matrix left = start.value;
  World::drop_radii(left);
  VectorXd error = start.error.col(0);
  double begin = 0;
  double width = first_width(left);
  while (begin < 1) {
    const double pieces_left = std::ceil((1 - begin) / width - 1e-9);
    double end = pieces_left <= 1
                     ? 1.0
                     : begin + std::ldexp(std::floor(std::ldexp((1 - begin) / pieces_left, 20)), -20);
    Piece piece;
    while (true) {
      const Matrix coefficients = solve_collocation(left, end - begin);
      if (world_.magnitudes(world_.exact(coefficients)).rowwise().sum().allFinite()) {
        piece = verified(coefficients, begin, end);
        if (is_resolved(piece, allowed)) break;
      }
      width = (end - begin) / 2;
      if (width < kShortestPiece)
        throw PrecisionError("the flow cannot be followed beyond T * " + std::to_string(begin) +
                             ": it moves too fast for pieces of time of " + std::to_string(width) +
                             " T; use a shorter time or smaller weights");
      end = begin + std::ldexp(std::floor(std::ldexp(width, 24)), -24);
    }
    // bound: L28
    const Block jump = pieces_.empty() ? world_.exact(start.value) : end_value();
    const Block nodes = world_.sample(world_.exact(piece.state), Sampling::values);
    const MatrixXd gap =
        world_.norms_of_sum(jump, Ball(-1), Block{nodes.value.rightCols(1), nodes.error.rightCols(1), {}});
    const auto bound_with = [&](UpperBound rate) {
      piece.rate = rate;
      const UpperBound factor = growth(rate, Ball(2));
      const UpperBound integrated = integrated_growth(rate, Ball(2));
      for (Index s = 0; s < error.size(); ++s) {
        const UpperBound at_begin = UpperBound(error(s)) + UpperBound(gap(s, 0));
        piece.at_begin(s) = at_begin.value();
        piece.at_end(s) = (factor * at_begin + integrated * UpperBound(piece.defect(s))).value();
      }
    };
    const UpperBound plain = upper(abs(piece.alpha)) * l1_ * bound_.spectral_norm;
    bound_with(rate_of(piece, world_.magnitudes(world_.exact(piece.state)), nodes));
    if (!(piece.at_end.maxCoeff() <= kTube)) bound_with(plain);
    if (piece.rate < plain) bound_.used_logarithmic_norm = true;
    error = piece.at_end;
    const double per_time = 2 / (end - begin);
    bound_.rate = max(bound_.rate, piece.rate * UpperBound(per_time));
    bound_.amplification =
        (pieces_.empty() ? UpperBound(1.0) : bound_.amplification) * growth(piece.rate, Ball(2));
    bound_.largest_defect = std::max(bound_.largest_defect, piece.defect.maxCoeff() * per_time);
    pieces_.push_back(std::move(piece));
    left = end_value().value;
    World::drop_radii(left);
    width = std::min(first_width(left), 2 * (end - begin));
    begin = end;
  }
  bound_.pieces = static_cast<int>(pieces_.size());
  const double reached = end_error().maxCoeff();
  if (!(reached <= options.tolerance)) refuse_tolerance(reached);
}

template <class World>
void FlowEnclosure<World>::refuse_tolerance(double reached) const {
  std::ostringstream message;
  message << "the radius " << reached << " is above the tolerance " << options_.tolerance << ": ";
  if (std::isfinite(reached))
    message << "work with about "
            << world_.bits() + static_cast<long>(std::ceil(std::log2(reached / options_.tolerance))) + 16
            << " bits";
  else
    message << "use a shorter time or smaller weights";
  throw PrecisionError(message.str());
}

template <class World>
double FlowEnclosure<World>::first_width(const Matrix& left) const {
  Matrix speed = world_.approximate_apply(world_.approximate_phi(left, 0), false);
  const double size = world_.magnitudes(world_.exact(speed)).maxCoeff() * upper(abs(problem_.a)).value();
  const Analyticity analyticity = problem_.phi.analyticity();
  const double strip = analyticity.strip_over_pi ? nearest_double(*analyticity.strip_over_pi) : 0.8;
  const double beta = (upper(abs(problem_.a)) * l1_ * bound_.spectral_norm).value();
  return std::clamp(std::min(1.1 * strip / std::max(size, 1e-3), 1.5 / std::max(beta, 1e-3)), 0x1p-12, 1.0);
}

template <class World>
typename FlowEnclosure<World>::Matrix FlowEnclosure<World>::solve_collocation(const Matrix& left,
                                                                              double width) const {
  const Ball alpha = problem_.a * Ball::exact(width, world_.bits() + 16) / 2;
  return solve_by_sweeps(
      world_, taylor_guess(world_, problem_, left, width, bound_.degree),
      [&](const Matrix& nodes) -> Matrix {
        return world_.approximate_apply(world_.approximate_phi(nodes, 0), false);
      },
      alpha, left, Edge::left, options_.tolerance);
}

template <class World>
typename FlowEnclosure<World>::Piece FlowEnclosure<World>::verified(const Matrix& coefficients, double begin,
                                                                    double end) const {
  Piece piece;
  piece.begin = begin;
  piece.end = end;
  piece.state = coefficients;
  const long bits = world_.bits() + 16;
  piece.alpha = problem_.a * (Ball::exact(end, bits) - Ball::exact(begin, bits)) / 2;
  const Block q = world_.exact(coefficients);
  const Block z = world_.sample(q, Sampling::values);
  const Block y = world_.apply(world_.activate(z, 0, l1_), false);
  const MatrixXd defects = world_.norms_of_sum(world_.sample(q, Sampling::derivatives), -piece.alpha, y);
  piece.interpolation =
      ellipses_.interpolation_errors(world_.magnitudes(q), {}, 0, bound_.degree, world_.samples());
  const UpperBound lebesgue = lebesgue_constant(bound_.degree);
  const UpperBound coupling = upper(abs(piece.alpha)) * bound_.spectral_norm;
  piece.defect.resize(world_.samples());
  for (Index s = 0; s < world_.samples(); ++s) {
    if (std::isnan(defects.row(s).sum()))
      throw Error("the flow of " + problem_.phi.name() + " left the range of doubles at T * " +
                  std::to_string(begin));
    // bound: L28
    piece.defect(s) =
        (lebesgue * UpperBound(defects.row(s).maxCoeff()) + coupling * UpperBound(piece.interpolation(s)))
            .value();
  }
  piece.at_begin = piece.at_end = VectorXd::Zero(world_.samples());
  return piece;
}

template <class World>
bool FlowEnclosure<World>::is_resolved(const Piece& piece, double allowed) const {
  const double per_time = 2 / (piece.end - piece.begin);
  const double defect = piece.defect.maxCoeff() * per_time;
  const double between =
      (upper(abs(piece.alpha)) * bound_.spectral_norm).value() * piece.interpolation.maxCoeff() * per_time;
  const double tail = world_.magnitudes(world_.exact(piece.state.rightCols(2))).maxCoeff();
  const double coarse = std::isfinite(between) ? std::max(between, tail) : between;
  return std::isfinite(defect) && (defect <= allowed || coarse <= allowed);
}

template <class World>
UpperBound FlowEnclosure<World>::rate_of(const Piece& piece, const MatrixXd& magnitudes, const Block& nodes) {
  const UpperBound alpha = upper(abs(piece.alpha));
  const UpperBound plain = alpha * l1_ * bound_.spectral_norm;
  if (!log_norm_ || nodes.value.size() == 0) return plain;
  // Every component of q stays within the sum of its later coefficients of the first one.
  const MatrixXd& c = magnitudes;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (Index i = 0; i < c.rows(); ++i) {
    const double spread = c.row(i).tail(c.cols() - 1).sum() * (1 + 0x1p-30) + kTube;
    const Ball centre = World::enclosed(piece.state(i, 0));
    low = std::min(low, (centre - Ball::exact(spread)).lower());
    high = std::max(high, (centre + Ball::exact(spread)).upper());
  }
  constexpr int kCells = 48;
  double least = std::numeric_limits<double>::infinity(), most = -least;
  const double step = (high - low) / kCells;
  for (int k = 0; k < kCells; ++k) {
    // Cells overlap by a little, so that rounding leaves no gap.
    const Ball cell = Ball::hull(Ball::exact(low + (k - 0.01) * step), Ball::exact(low + (k + 1.01) * step));
    const Ball slope = problem_.phi.derivative(cell);
    least = std::min(least, slope.lower());
    most = std::max(most, slope.upper());
  }
  const Ball range = Ball::hull(Ball::exact(least), Ball::exact(most));
  const UpperBound in_tube = alpha * range.magnitude() * bound_.spectral_norm;
  UpperBound rate = min(plain, in_tube);
  const Ball centre = range.exact_midpoint();
  if (certainly(is_nonnegative(centre))) {
    // bound: L28
    const Ball logarithmic = as_ball(alpha) * (centre * Ball::exact(*log_norm_) +
                                               as_ball(range.radius()) * as_ball(bound_.spectral_norm));
    rate = min(rate, upper(logarithmic));
  }
  return rate;
}

template <class World>
typename FlowEnclosure<World>::Block FlowEnclosure<World>::end_value() const {
  const Block nodes = world_.sample(world_.exact(pieces_.back().state), Sampling::values);
  return {nodes.value.col(0), nodes.error.col(0), {}};
}

template <class World>
EnclosedStates FlowEnclosure<World>::at(double t) const {
  if (!(t >= 0 && t <= 1)) throw InputError("the time must lie between 0 and T");
  std::size_t k = 0;
  while (k + 1 < pieces_.size() && pieces_[k].end < t) ++k;
  const Piece& piece = pieces_[k];
  const long bits = world_.bits() + 32;
  const Ball time = Ball::exact(t, bits);
  const Ball from_begin = 2 * (time - Ball::exact(piece.begin, bits)) /
                          (Ball::exact(piece.end, bits) - Ball::exact(piece.begin, bits));
  const Ball x = from_begin - 1;
  const Index n = world_.dimension(), samples = world_.samples();
  EnclosedStates result{MatrixXd(n, samples), VectorXd(samples)};
  const UpperBound factor = growth(piece.rate, from_begin);
  const UpperBound integrated = integrated_growth(piece.rate, from_begin);
  for (Index s = 0; s < samples; ++s) {
    UpperBound squares;
    for (Index i = 0; i < n; ++i) {
      // Clenshaw's recurrence.
      Ball next = Ball::from(0, bits), after = next;
      for (Index j = piece.state.cols() - 1; j >= 1; --j) {
        Ball value = World::enclosed(piece.state(s * n + i, j)) + 2 * x * next - after;
        after = std::move(next);
        next = std::move(value);
      }
      const Ball value = World::enclosed(piece.state(s * n + i, 0)) + x * next - after;
      result.values(i, s) = value.midpoint();
      const UpperBound error = (value - Ball::exact(result.values(i, s))).magnitude();
      squares += error * error;
    }
    result.radius(s) =
        (sqrt(squares) + factor * UpperBound(piece.at_begin(s)) + integrated * UpperBound(piece.defect(s)))
            .value();
  }
  return result;
}

template class FlowEnclosure<DoubleWorld>;
template class FlowEnclosure<BallWorld>;

}  // namespace gronwall
