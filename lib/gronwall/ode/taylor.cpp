#include "gronwall/ode/taylor.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/ode/limits.hpp"

namespace gronwall {
namespace {

using limits::text;

template <Floating R>
void check(const LayerField<R>& field, const RealMatrix<R>& h) {
  if (!field.phi) throw InputError("a layer needs an activation");
  if (field.w.rows() != field.w.cols() || field.w.rows() != h.rows() || h.size() == 0)
    throw InputError("a layer of states " + std::to_string(h.rows()) + " x " + std::to_string(h.cols()) +
                     " needs a square W of the same number of rows, not " + std::to_string(field.w.rows()) +
                     " x " + std::to_string(field.w.cols()));
  if (!field.phi->analyticity().analytic_on_real_line)
    throw InputError("the Taylor integrator needs an activation that is analytic on the real line; " +
                     field.phi->name() + " is not: use the steppers of Odeint");
}

/// The composition phi(h(t)) for one entry h(t) = z + h_1 t + ..., one coefficient after the other.
template <Floating R>
class Composition {
 public:
  Composition(const Activation& phi, const R& z, int order) : outer_(phi.taylor(z, order)) {
    powers_.resize(outer_.size());
  }

  /// The coefficient of t^k, where `h` holds h_0..h_k of the entry; to be called for k = 0, 1, ... in turn.
  R next(const std::vector<R>& h) {
    const std::size_t k = h.size() - 1;
    if (k == 0) return outer_[0];
    // [t^k] (h - z)^j for j = 1..k; the j-th power begins at t^j.
    powers_[1].push_back(h[k]);
    R sum = outer_[1] * h[k];
    for (std::size_t j = 2; j <= k; ++j) {
      // sum over i of h_i [t^(k-i)] (h - z)^(j-1), with i >= 1 and k - i >= j - 1
      const std::vector<R>& lower = powers_[j - 1];
      R power = h[1] * lower[k - j];
      for (std::size_t i = 2; i <= k - j + 1; ++i) power += h[i] * lower[k - i - (j - 1)];
      sum += outer_[j] * power;
      powers_[j].push_back(std::move(power));
    }
    return sum;
  }

 private:
  std::vector<R> outer_;
  std::vector<std::vector<R>> powers_;  ///< powers_[j][m] = [t^(j+m)] (h - z)^j
};

template <Floating R>
double largest_entry(const RealMatrix<R>& m) {
  double largest = 0;
  for (Eigen::Index k = 0; k < m.size(); ++k) {
    const double size = std::abs(static_cast<double>(*(m.data() + k)));
    if (!(size <= largest)) largest = size;
    if (std::isnan(size)) return size;
  }
  return largest;
}

template <Floating R>
RealMatrix<R> evaluate(const std::vector<RealMatrix<R>>& coefficients, const R& t) {
  RealMatrix<R> sum = coefficients.back();
  for (std::size_t k = coefficients.size() - 1; k-- > 0;) sum = sum * t + coefficients[k];
  return sum;
}

/// The step at which the term of the last order reaches `tolerance`, with the radius of convergence estimated
/// by that order and the one before (which counts where the last one happens to vanish), less a tenth.
template <Floating R>
double step_size(const std::vector<RealMatrix<R>>& coefficients, double tolerance) {
  const std::size_t order = coefficients.size() - 1;
  const double start = largest_entry<R>(coefficients[0]);
  const double scale = start > 0 ? start : largest_entry<R>(coefficients[1]);
  double log_radius = std::numeric_limits<double>::infinity();
  for (std::size_t k = std::max<std::size_t>(1, order - 1); k <= order; ++k) {
    const double size = largest_entry<R>(coefficients[k]);
    if (std::isnan(size)) return size;
    if (size > 0) log_radius = std::min(log_radius, std::log(scale / size) / static_cast<double>(k));
  }
  return 0.9 * std::exp(log_radius + std::log(tolerance / scale) / static_cast<double>(order));
}

int chosen_order(const TaylorOptions& options) {
  constexpr int kMostAutomatic = 500;
  if (options.order > 0) return options.order;
  const double digits = -std::log(options.absolute_tolerance + options.relative_tolerance);
  return std::clamp(static_cast<int>(std::ceil(digits / 2)) + 1, 2, kMostAutomatic);
}

}  // namespace

template <Floating R>
std::vector<RealMatrix<R>> taylor_coefficients(const LayerField<R>& field, const RealMatrix<R>& h,
                                               int order) {
  check<R>(field, h);
  if (order < 1) throw InputError("the order of a Taylor series in time must be at least 1");
  const PrecisionScope<R> scope(precision_of(h.coeffRef(0, 0)));
  const Eigen::Index entries = h.size();
  std::vector<Composition<R>> compositions;
  std::vector<std::vector<R>> series;  // of each entry of h
  compositions.reserve(static_cast<std::size_t>(entries));
  for (Eigen::Index e = 0; e < entries; ++e) {
    compositions.emplace_back(*field.phi, *(h.data() + e), order - 1);
    series.push_back({*(h.data() + e)});
  }
  std::vector<RealMatrix<R>> coefficients = {h};
  for (int k = 0; k < order; ++k) {
    RealMatrix<R> phi_k(h.rows(), h.cols());
    for (Eigen::Index e = 0; e < entries; ++e) {
      const auto at = static_cast<std::size_t>(e);
      *(phi_k.data() + e) = compositions[at].next(series[at]);
    }
    const R factor = field.alpha / (k + 1);
    coefficients.push_back(factor * multiply(field.w, phi_k));
    for (Eigen::Index e = 0; e < entries; ++e)
      series[static_cast<std::size_t>(e)].push_back(*(coefficients.back().data() + e));
  }
  return coefficients;
}

template <Floating R>
RealMatrix<R> TaylorTrajectory<R>::at(const R& t) const {
  if (!(t >= 0) || !(t <= end_))
    throw InputError("the trajectory is known on [0, " + text(end_) + "], not at t = " + text(t));
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), t,
                                      [](const R& time, const Piece& piece) { return time < piece.begin; });
  const Piece& piece = *std::prev(after);
  return evaluate<R>(piece.coefficients, R(t - piece.begin));
}

template <Floating R>
TaylorTrajectory<R> integrate_taylor(const LayerField<R>& field, const RealMatrix<R>& start, const R& time,
                                     const TaylorOptions& options) {
  using std::isfinite;
  check<R>(field, start);
  if (!isfinite(time) || !(time > 0)) throw InputError("the time must be > 0, not " + text(time));
  if (options.order < 0) throw InputError("the order must be positive, or 0 to have it chosen");
  if (options.most_steps < 1) throw InputError("most_steps must be at least 1");
  limits::require_tolerances(options.absolute_tolerance, options.relative_tolerance);
  const double start_size = largest_entry<R>(start);
  if (!std::isfinite(start_size)) throw InputError("the start has an entry that is not finite");
  const long bits = precision_of(time);
  limits::require_reachable(options.absolute_tolerance + options.relative_tolerance * start_size, start_size,
                            bits);
  const PrecisionScope<R> scope(bits);

  const int order = chosen_order(options);
  const double duration = static_cast<double>(time);
  std::vector<typename TaylorTrajectory<R>::Piece> pieces;
  StepStatistics statistics;
  RealMatrix<R> h = start;
  R t = time - time;  // zero, at the precision of `time`
  while (t < time) {
    const double now = static_cast<double>(t), size = largest_entry<R>(h);
    if (!std::isfinite(size)) limits::report_blow_up(now, "a state is not finite");
    if (statistics.accepted >= options.most_steps)
      throw Error("more than " + std::to_string(options.most_steps) + " Taylor steps (at t = " + text(t) +
                  "): loosen the tolerances, raise the order or most_steps");
    pieces.push_back({t, taylor_coefficients<R>(field, h, order)});
    const std::vector<RealMatrix<R>>& coefficients = pieces.back().coefficients;
    ++statistics.accepted;
    statistics.evaluations += order;
    const double tolerance = options.absolute_tolerance + options.relative_tolerance * size;
    const double proposed = step_size<R>(coefficients, tolerance);
    if (std::isnan(proposed)) limits::report_blow_up(now, "a coefficient is not finite");
    const R rest = time - t;
    if (R(proposed) >= rest) {
      t = time;
    } else {
      const R next = t + R(proposed);
      if (proposed < duration * std::exp2(2.0 - static_cast<double>(bits)))
        limits::explain_small_step(now, size, largest_entry<R>(coefficients[1]), duration, tolerance, bits);
      h = evaluate<R>(coefficients, R(next - t));
      t = next;
    }
  }
  return TaylorTrajectory<R>(std::move(pieces), time, statistics);
}

template class TaylorTrajectory<double>;
template class TaylorTrajectory<MpFloat>;
template std::vector<RealMatrix<double>> taylor_coefficients(const LayerField<double>&,
                                                             const RealMatrix<double>&, int);
template std::vector<RealMatrix<MpFloat>> taylor_coefficients(const LayerField<MpFloat>&,
                                                              const RealMatrix<MpFloat>&, int);
template TaylorTrajectory<double> integrate_taylor(const LayerField<double>&, const RealMatrix<double>&,
                                                   const double&, const TaylorOptions&);
template TaylorTrajectory<MpFloat> integrate_taylor(const LayerField<MpFloat>&, const RealMatrix<MpFloat>&,
                                                    const MpFloat&, const TaylorOptions&);

}  // namespace gronwall
