#include "gronwall/kernel/limit_solver.hpp"

#include <cmath>
#include <limits>
#include <sstream>

#include "gronwall/activation/derivative_bounds.hpp"
#include "gronwall/linalg/parallel.hpp"
#include "gronwall/numbers/arb_poly.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/nonnegative.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr int kHighestOrder = 44;
constexpr int kMostNodes = 400;

Ball midpoint_in_units(const Ball& x, long scale) {
  NodalField one(1, 1);
  one.slot(0).set(0, x);
  return rounded(one, scale, false).slot(0).ball(0, x.working_bits());
}

UpperBound distance(const Ball& a, const Ball& b) {
  return abs(a - b).magnitude();
}

/// The polynomial product, cut to the length of the operands, and what is cut: for non-negative operands of
/// which `a` leaves out at most `a_rest`. // bound: L51
struct CutProduct {
  ArbVector value;
  UpperBound rest;
};
CutProduct cut_product(const ArbVector& a, UpperBound a_rest, const ArbVector& b, long bits) {
  CutProduct result{ArbVector(a.size()), UpperBound()};
  if (a.size() == 1) {
    arb_mul(result.value.at(0), a.at(0), b.at(0), bits);
    result.rest = a_rest * sum_of_moduli(b, bits).magnitude();
    return result;
  }
  _arb_poly_mullow(result.value.at(0), a.at(0), a.length(), b.at(0), b.length(), a.length(), bits);
  const Ball all = (sum_of(a, bits) + Ball::exact(a_rest.value(), bits)) * sum_of(b, bits);
  result.rest = upper(all - sum_of(result.value, bits));
  return result;
}

ApproximateField midpoints(const NodalField& f) {
  const std::size_t n = f.nodes();
  ApproximateField result(f.slots(), MatrixXd(n, n));
  for (std::size_t s = 0; s < f.slots(); ++s)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        result[s](static_cast<Index>(i), static_cast<Index>(j)) =
            arf_get_d(arb_midref(f.at(s, i, j)), ARF_RND_NEAR);
  return result;
}

}  // namespace

LimitKernel::Solver::Solver(const LimitParameters& parameters, const LimitOptions& options, int depth)
    : parameters_(parameters),
      options_(options),
      depth_(depth),
      bounds_(limit_bounds(parameters, kHighestOrder)) {
  if (!(options.radius > 0 && options.radius < 1))
    throw InputError("the wanted radius must lie between 0 and 1");
  const double digits_bits = -std::log2(options.radius);
  bits_ = std::max(96L, static_cast<long>(digits_bits) + 56);
  const Ball tau = Ball::from(parameters.T * parameters.sigma_w, bits_);
  tau_squared_ = tau * tau;
  // Nodal values stay below these sizes (L45, L46).
  const double largest =
      std::max({std::pow(bounds_.root_variance.value(), 2), bounds_.y[0].value(), bounds_.z[0].value(), 1.0});
  witness_scale_ = static_cast<long>(std::ceil(std::log2(largest))) - 62;
  scale_ = std::min(witness_scale_, -static_cast<long>(digits_bits) - 12);
  if (scale_ >= witness_scale_ - 8) scale_ = witness_scale_;

  double error = options.radius / 16;
  for (int attempt = 0;; ++attempt) {
    choose_grid(error);
    solve_state();
    const double reached = solve(number(1)).k.radius.value();
    if (reached <= options.radius) break;
    if (attempt == 3 || depth > 0 || !std::isfinite(reached)) {
      std::ostringstream message;
      message << "the limit kernel of " << parameters.activation->name()
              << " at sigma_w T = " << tau.midpoint() << " cannot be enclosed to " << options.radius
              << "; the radius reached is " << reached;
      throw PrecisionError(message.str());
    }
    error *= std::min(0.25, 0.25 * options.radius / reached);
  }
}

void LimitKernel::Solver::choose_grid(double error) {
  if (depth_ > 0) {
    rule_ = depth_rule(depth_, bits_);
    return;
  }
  int best = std::numeric_limits<int>::max(), best_order = 0;
  const double tau_squared = tau_squared_.midpoint();
  for (int order = 4; order <= kHighestOrder; ++order) {
    const auto p = static_cast<std::size_t>(order);
    const double derivative =
        std::max({bounds_.state[p].value(), bounds_.y[p].value(), bounds_.z[p].value()});
    // 4 D (4P)^-p tau^2 <= error
    const double panels = std::pow(std::max(1e-300, 4 * derivative * tau_squared / error), 1.0 / order) / 4;
    const double nodes = std::max(1.0, std::ceil(panels)) * order;
    if (nodes < best) best = static_cast<int>(nodes), best_order = order;
  }
  if (best > kMostNodes)
    throw PrecisionError("the limit kernel of " + parameters_.activation->name() + " would need " +
                         std::to_string(best) +
                         " nodes of time; ask for fewer digits or choose a smaller sigma_w T");
  panels_ = best / best_order;
  rule_ = collocation_rule(panels_, best_order, bits_);
}

std::vector<Ball> LimitKernel::Solver::initial(const LimitTask& task) const {
  const Ball c0 = Ball::from(parameters_.c0, bits_);
  if (!task.is_series) return {Ball::from(parameters_.c0 * task.rho, bits_)};
  std::vector<Ball> result(task.shape.slots, Ball().with_bits(bits_));
  const std::size_t slot = task.shape.stride == 2 ? 0 : 1;
  if (slot < result.size()) result[slot] = c0;
  return result;
}

LimitTask LimitKernel::Solver::number(const Rational& rho) const {
  if (rho < -1 || rho > 1) throw InputError("a correlation lies between -1 and 1");
  return {rho, false, {}};
}

LimitTask LimitKernel::Solver::series_of(unsigned degree) const {
  if (!coherent_derivative(*parameters_.activation))
    throw InputError("the power series of the limit kernel of " + parameters_.activation->name() +
                     " is not available: the signs of its Hermite coefficients are not known (L52)");
  if (degree < 1) throw InputError("a power series of degree at least 1 is needed");
  LimitTask task;
  task.is_series = true;
  if (parameters_.activation->parity() == Parity::odd)
    task.shape = {(static_cast<std::size_t>(degree) + 1) / 2, 1, 2};
  else
    task.shape = {static_cast<std::size_t>(degree) + 1, 0, 1};
  return task;
}

LimitKernel::Solver::Dual LimitKernel::Solver::dual(const LimitModes& modes, const NodalField& c,
                                                    const LimitTask& task) const {
  const std::size_t n = rule_.size;
  const auto order = static_cast<Index>(n);
  Dual result{{NodalField(n, c.slots()), MatrixXd::Zero(order, order)},
              {NodalField(n, c.slots()), MatrixXd::Zero(order, order)}};
  parallel_for(
      n,
      [&](std::size_t i) {
        for (std::size_t j = 0; j <= i; ++j) {
          if (!task.is_series) {
            const DualPair pair = modes.at(i, j, c.at(0, i, j));
            result.value.field.slot(0).set(i * n + j, pair.value);
            result.slope.field.slot(0).set(i * n + j, pair.slope);
            if (j == i) continue;
            result.value.field.slot(0).set(j * n + i, pair.value);
            result.slope.field.slot(0).set(j * n + i, pair.slope);
            continue;
          }
          const ArbVector entry = c.gather(i, j);
          const DualSeries series = modes.series(i, j, entry, sum_of(entry, bits_), task.shape);
          result.value.field.set(i, j, series.value);
          result.slope.field.set(i, j, series.slope);
          const auto row = static_cast<Index>(i), column = static_cast<Index>(j);
          result.value.rest(row, column) = result.value.rest(column, row) = series.value_rest.value();
          result.slope.rest(row, column) = result.slope.rest(column, row) = series.slope_rest.value();
        }
      },
      options_.threads);
  return result;
}

BoundedField LimitKernel::Solver::product(const BoundedField& slope, const NodalField& f,
                                          const LimitTask& task) const {
  const std::size_t n = rule_.size;
  BoundedField result{NodalField(n, f.slots()), MatrixXd::Zero(slope.rest.rows(), slope.rest.cols())};
  parallel_for(
      task.is_series ? n : 0,
      [&](std::size_t i) {
        for (std::size_t j = 0; j <= i; ++j) {
          const auto row = static_cast<Index>(i), column = static_cast<Index>(j);
          const CutProduct cut = cut_product(slope.field.gather(i, j), UpperBound(slope.rest(row, column)),
                                             f.gather(i, j), bits_);
          result.field.set(i, j, cut.value);
          result.rest(row, column) = result.rest(column, row) = cut.rest.value();
        }
      },
      options_.threads);
  if (!task.is_series)
    for (std::size_t e = 0; e < n * n; ++e)
      arb_mul(result.field.slot(0).at(e), slope.field.slot(0).at(e), f.slot(0).at(e), bits_);
  return result;
}

BoundedField LimitKernel::Solver::integrated(const BoundedField& f, const std::vector<Ball>& initial) const {
  BoundedField result{NodalField(rule_.size, f.field.slots()), MatrixXd()};
  parallel_for(
      f.field.slots(),
      [&](std::size_t s) {
        ArbVector slot = integrate_twice(rule_, f.field.slot(s));
        for (std::size_t e = 0; e < slot.size(); ++e) {
          arb_mul(slot.at(e), slot.at(e), tau_squared_.raw(), bits_);
          if (!initial.empty()) arb_add(slot.at(e), slot.at(e), initial[s].raw(), bits_);
        }
        result.field.slot(s) = std::move(slot);
      },
      options_.threads);
  result.rest = errors().integrated(f.rest);
  return result;
}

LimitKernel::Solver::Settled LimitKernel::Solver::settle(
    const Map& map, NodalField start, bool non_negative,
    const std::function<void(NodalField&)>& adjust) const {
  constexpr int kMostSweeps = 80;
  const double goal = std::max(options_.radius * 0x1p-12, std::ldexp(4.0, static_cast<int>(scale_)));
  Settled best;
  double best_size = HUGE_VAL;
  if (adjust) adjust(start);
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    const BoundedField image = map(start);
    NodalField difference = image.field;
    for (std::size_t s = 0; s < difference.slots(); ++s)
      for (std::size_t e = 0; e < difference.slot(s).size(); ++e)
        arb_sub(difference.slot(s).at(e), difference.slot(s).at(e), start.slot(s).at(e), bits_);
    const MatrixXd residual = (norms(difference) + image.rest) * kNodalSlack;
    const double size = residual.maxCoeff(), avoidable = norms(difference).maxCoeff();
    const bool improves = size < best_size;
    const bool is_done = avoidable <= goal || !(size < 0.9 * best_size);
    if (improves) best = {start, residual}, best_size = size;
    if (is_done) break;
    start = rounded(image.field, scale_, non_negative);
    if (adjust) adjust(start);
  }
  if (!std::isfinite(best_size)) throw PrecisionError("Picard's iteration for the limit kernel diverges");
  return best;
}

void LimitKernel::Solver::require_in_range(const Ball& q) const {
  const Ball root = Ball::exact(bounds_.root_variance.value(), bits_);
  if (!certainly(less_equal(Ball::from(parameters_.c0, bits_), q)) || !certainly(less_equal(q, root * root)))
    throw PrecisionError("an approximate variance of h exceeds its bound; ask for a smaller radius");
}

PicardProblem LimitKernel::Solver::picard(const LimitTask& task, const LimitModes& modes) const {
  PicardProblem problem{&rule_, tau_squared_.midpoint(), {}, {}, {}, task.shape, task.is_series};
  for (const Ball& x : initial(task)) problem.initial.push_back(x.midpoint());
  for (std::size_t k = 0; k < rule_.size; ++k) {
    problem.modes.push_back(modes.approximate(k));
    problem.variances.push_back(modes.variance(k).midpoint());
  }
  return problem;
}

void LimitKernel::Solver::solve_state() {
  const LimitTask task = number(1);
  const std::size_t n = rule_.size;
  const Ball c0 = Ball::from(parameters_.c0, bits_);
  const Ball largest =
      Ball::exact(bounds_.root_variance.value(), bits_) * Ball::exact(bounds_.root_variance.value(), bits_);
  // Tails of V far below everything else.
  const long tail_bits = static_cast<long>(-std::log2(options_.radius)) + 14;
  const auto diagonal = [&](const NodalField& c) {
    std::vector<Ball> q;
    for (std::size_t k = 0; k < n; ++k) q.push_back(as_ball(c.at(0, k, k), bits_));
    return q;
  };
  // L45 knows c0 <= q(t) <= R^2; approximations may leave that range by a rounding.
  const auto adjust = [&](NodalField& c) {
    for (std::size_t k = 0; k < n; ++k) {
      ArbVector entry = c.gather(k, k);
      const Ball q = entry.ball(0, bits_);
      if (!certainly(less_equal(c0, q)) || !certainly(less_equal(q, largest))) {
        const Ball inside = max(min(q, largest), c0);
        Ball unit = midpoint_in_units(inside, scale_);
        const Ball one = ldexp(Ball(1), scale_);
        while (!certainly(less_equal(c0, unit))) unit += one;
        entry.set(0, unit);
        c.set(k, k, entry);
      }
    }
    limit_to_cone(c, diagonal(c), scale_);
  };

  // In double first: the Hermite coefficients follow the variances.
  NodalField start(n, 1);
  for (std::size_t e = 0; e < n * n; ++e) start.slot(0).set(e, c0);
  start = rounded(start, scale_, false);
  constexpr int kMostRounds = 60;
  double before = HUGE_VAL;
  for (int round = 0; round < kMostRounds; ++round) {
    adjust(start);
    const std::vector<Ball> q = diagonal(start);
    const LimitModes modes(*parameters_.activation, q, 64, 54);
    PicardProblem problem = picard(task, modes);
    const ApproximateField current = midpoints(start);
    const MatrixXd& j = rule_.approximate_integrals;
    const MatrixXd value = approximate_dual(problem, current).value[0];
    const ApproximateField next{
        ((problem.tau_squared * (j * value * j.transpose())).array() + problem.initial[0]).matrix()};
    const double moved = (next[0] - current[0]).cwiseAbs().maxCoeff(), size = next[0].cwiseAbs().maxCoeff();
    start = rounded(next, n, scale_, false);
    if (!(moved > 1e-15 * size) || (moved < 1e-12 * size && moved >= before)) break;
    before = moved;
  }

  const Map map = [&](const NodalField& c) {
    const LimitModes modes(*parameters_.activation, diagonal(c), bits_, tail_bits);
    return integrated(dual(modes, c, task).value, initial(task));
  };
  Settled settled = settle(map, start, false, adjust);
  state_ = std::move(settled.field);
  variances_ = diagonal(state_);
  for (const Ball& q : variances_) require_in_range(q);
  modes_ = std::make_unique<LimitModes>(*parameters_.activation, variances_, bits_, tail_bits);
  const UpperBound by_q = bounds_.s2 * bounds_.size * UpperBound(0.5);
  const UpperBound derivative = bounds_.state[static_cast<std::size_t>(rule_.order)];
  const MatrixXd base = (errors().discretisation(derivative) + settled.residual) * kNodalSlack;
  const MatrixXd error = errors().close(base, bounds_.s1 * bounds_.s1, by_q);
  variance_error_ = error.diagonal();

  // bound: L49 at the end
  const Dual at_nodes = dual(*modes_, state_, task);
  const Ball end = c0 + tau_squared_ * integrate_all(rule_, at_nodes.value.field.slot(0));
  const MatrixXd inside =
      ((bounds_.s1 * bounds_.s1).value() * error + by_q.value() * symmetric_sum(variance_error_)) *
      kNodalSlack;
  const UpperBound spread = errors().at_end(derivative, inside);
  end_variance_ = max(midpoint_in_units(end, scale_), Ball()).with_bits(bits_);
  while (!certainly(less_equal(c0, end_variance_))) end_variance_ += ldexp(Ball(1), scale_);
  end_variance_error_ = spread + distance(end, end_variance_);
}

LimitSolution LimitKernel::Solver::solve(const LimitTask& task) const {
  const std::size_t n = rule_.size;
  const auto order = static_cast<std::size_t>(rule_.order);
  const std::vector<Ball> start = initial(task);
  const PicardProblem problem = picard(task, *modes_);
  const bool is_diagonal = !task.is_series && task.rho == 1;
  const UpperBound s1 = bounds_.s1, s2 = bounds_.s2, s3 = bounds_.s3;
  const UpperBound by_q = s2 * bounds_.size * UpperBound(0.5), slope_by_q = s1 * s3 * UpperBound(0.5);
  const MatrixXd both = symmetric_sum(variance_error_);

  // C
  ApproximateField guess;
  if (!is_diagonal) guess = picard_state(problem);
  const auto adjust = [this](NodalField& c) { limit_to_cone(c, variances_, scale_); };
  const Map map = [&](const NodalField& c) { return integrated(dual(*modes_, c, task).value, start); };
  const Settled c =
      settle(map, is_diagonal ? state_ : rounded(guess, n, scale_, task.is_series), task.is_series, adjust);
  const MatrixXd c_base = (errors().discretisation(bounds_.state[order]) + c.residual +
                           errors().integrated(by_q.value() * kNodalSlack * both)) *
                          kNodalSlack;
  const MatrixXd c_error = errors().close(c_base, s1 * s1, UpperBound());

  // y and z: linear, with the same slopes.
  const Dual at_nodes = dual(*modes_, c.field, task);
  const ApproximateField slope_guess = midpoints(at_nodes.slope.field),
                         value_guess = midpoints(at_nodes.value.field);
  const MatrixXd slope_error =
      ((s2 * s2).value() * c_error + slope_by_q.value() * both) * kNodalSlack;  // of V', L48
  const MatrixXd value_error = ((s1 * s1).value() * c_error + by_q.value() * both) * kNodalSlack;

  const auto linear = [&](bool is_z, UpperBound derivative, UpperBound& spread_at_end) {
    const std::vector<Ball> first = is_z ? std::vector<Ball>() : start;
    const auto inside = [&](const NodalField& f) {
      BoundedField result = product(at_nodes.slope, f, task);
      if (!is_z) return result;
      for (std::size_t s = 0; s < f.slots(); ++s)
        for (std::size_t e = 0; e < n * n; ++e)
          arb_add(result.field.slot(s).at(e), result.field.slot(s).at(e), at_nodes.value.field.slot(s).at(e),
                  bits_);
      result.rest = (result.rest + at_nodes.value.rest) * kNodalSlack;
      return result;
    };
    const Settled f =
        settle([&](const NodalField& x) { return integrated(inside(x), first); },
               rounded(picard_linear(problem, slope_guess, is_z ? &value_guess : nullptr, !is_z), n, scale_,
                       task.is_series),
               task.is_series, nullptr);
    MatrixXd source = norms(f.field).cwiseProduct(slope_error) * kNodalSlack;
    if (is_z) source = (source + value_error) * kNodalSlack;
    const MatrixXd base =
        (errors().discretisation(derivative) + f.residual + errors().integrated(source)) * kNodalSlack;
    const MatrixXd error = errors().close(base, s1 * s1, UpperBound());
    const BoundedField last = inside(f.field);
    const MatrixXd spread = (last.rest + source + (s1 * s1).value() * error) * kNodalSlack;
    spread_at_end = errors().at_end(derivative, spread);
    return std::pair(f.field, last.field);
  };
  UpperBound y_spread, z_spread;
  const auto [y, y_inside] = linear(false, bounds_.y[order], y_spread);
  const auto [z, z_inside] = linear(true, bounds_.z[order], z_spread);

  // The end s = t = 1, rounded to units.
  const auto rounded_end = [&](const ArbVector& ball, UpperBound spread) {
    LimitSolution::AtEnd end{ArbVector(ball.size()), spread};
    NodalField one(1, ball.size());
    one.set(0, 0, ball);
    end.mid = rounded(one, scale_, task.is_series).gather(0, 0);
    for (std::size_t s = 0; s < ball.size(); ++s)
      end.radius += distance(ball.ball(s, bits_), end.mid.ball(s, bits_));
    return end;
  };
  const auto at_end = [&](const NodalField& f, const std::vector<Ball>& first, UpperBound spread) {
    ArbVector ball(f.slots());
    for (std::size_t s = 0; s < f.slots(); ++s) {
      Ball x = tau_squared_ * integrate_all(rule_, f.slot(s));
      if (!first.empty()) x += first[s];
      ball.set(s, x);
    }
    return rounded_end(ball, spread);
  };
  const MatrixXd c_spread = (at_nodes.value.rest + value_error) * kNodalSlack;
  LimitSolution result;
  result.c_end = at_end(at_nodes.value.field, start, errors().at_end(bounds_.state[order], c_spread));
  if (is_diagonal) {  // the same number as the variance, so that the correlation is exactly 1
    const Ball mid = result.c_end.mid.ball(0, bits_);
    result.c_end.radius += distance(mid, end_variance_);
    result.c_end.mid.set(0, end_variance_);
  }
  const LimitSolution::AtEnd y_end = at_end(y_inside, start, y_spread),
                             z_end = at_end(z_inside, {}, z_spread);

  const Ball c_norm = sum_of_moduli(result.c_end.mid, bits_);
  const Ball q = max(end_variance_, c_norm.exact_midpoint());
  require_in_range(q);
  const UpperBound q_error = end_variance_error_ + distance(q, end_variance_);
  const LimitModes end_modes(*parameters_.activation, {q}, bits_,
                             static_cast<long>(-std::log2(options_.radius)) + 14);
  DualSeries dual_end;
  if (task.is_series) {
    dual_end = end_modes.series(0, 0, result.c_end.mid, c_norm, task.shape);
  } else {
    const DualPair pair = end_modes.at(0, 0, result.c_end.mid.at(0));
    dual_end.value = ArbVector(1), dual_end.slope = ArbVector(1);
    dual_end.value.set(0, pair.value), dual_end.slope.set(0, pair.slope);
  }
  // bound: L48, L49
  const UpperBound sigma_error = s1 * s1 * result.c_end.radius + UpperBound(2) * by_q * q_error;
  const UpperBound slope_end_error = s2 * s2 * result.c_end.radius + UpperBound(2) * slope_by_q * q_error;
  const auto times_slope = [&](const LimitSolution::AtEnd& f) {
    const CutProduct cut = cut_product(dual_end.slope, dual_end.slope_rest, f.mid, bits_);
    return rounded_end(
        cut.value, cut.rest + s1 * s1 * f.radius + sum_of_moduli(f.mid, bits_).magnitude() * slope_end_error);
  };
  result.sigma = rounded_end(dual_end.value, dual_end.value_rest + sigma_error);
  result.k_u = times_slope(y_end);
  result.k_w = times_slope(z_end);
  ArbVector sum(result.sigma.mid.size());
  for (std::size_t s = 0; s < sum.size(); ++s) {
    arb_add(sum.at(s), result.sigma.mid.at(s), result.k_u.mid.at(s), ARF_PREC_EXACT);
    arb_add(sum.at(s), sum.at(s), result.k_w.mid.at(s), ARF_PREC_EXACT);
  }
  result.k = {sum, result.sigma.radius + result.k_u.radius + result.k_w.radius};
  result.c = c.field, result.y = y, result.z = z;
  return result;
}

}  // namespace gronwall
