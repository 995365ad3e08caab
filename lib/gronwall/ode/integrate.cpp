#include "gronwall/ode/integrate.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/numbers/suggest.hpp"
#include "gronwall/ode/limits.hpp"
#include "gronwall/ode/odeint_steppers.hpp"
#include "gronwall/ode/real_matrix.hpp"

namespace gronwall {
namespace {

using namespace odeint_steppers;
using limits::text;

/// The largest absolute value of an entry; NaN if one is NaN.
template <Floating R>
double size_of(const State<R>& x) {
  double largest = 0;
  for (const R& component : x) {
    const double size = std::abs(static_cast<double>(component));
    if (!(size <= largest)) largest = size;
    if (std::isnan(size)) return size;
  }
  return largest;
}

enum class Method { euler, rk4, dopri5, fehlberg78, bulirsch_stoer };

Method method_of(const std::string& name) {
  const std::vector<std::string> known = stepper_names();
  const auto found = std::find(known.begin(), known.end(), name);
  if (found != known.end()) return static_cast<Method>(found - known.begin());
  const std::string nearest = nearest_name(name, known);
  std::string list;
  for (const std::string& other : known) list += (list.empty() ? "" : ", ") + other;
  throw InputError("unknown stepper '" + name.substr(0, 60) + "'" +
                   (nearest.empty() ? "." : "; did you mean '" + nearest + "'?") + " Known: " + list);
}

template <Floating R>
std::unique_ptr<Stepper<R>> fixed_stepper(Method method) {
  using S = State<R>;
  using A = Algebra<R>;
  switch (method) {
    case Method::euler:
      return std::make_unique<FixedStepper<R, odeint::euler<S, R, S, R, A>>>();
    case Method::rk4:
      return std::make_unique<FixedStepper<R, odeint::runge_kutta4<S, R, S, R, A>>>();
    case Method::dopri5:
      return std::make_unique<FixedStepper<R, odeint::runge_kutta_dopri5<S, R, S, R, A>>>();
    case Method::fehlberg78:
      return std::make_unique<FixedStepper<R, odeint::runge_kutta_fehlberg78<S, R, S, R, A>>>();
    case Method::bulirsch_stoer:
      break;
  }
  throw InputError(
      "bulirsch-stoer chooses its own steps: ask for tolerances instead of fixed_steps, or take rk4 or "
      "fehlberg78");
}

template <Floating R>
std::unique_ptr<Stepper<R>> controlled_stepper(Method method, bool dense, const R& absolute,
                                               const R& relative) {
  using S = State<R>;
  using A = Algebra<R>;
  switch (method) {
    case Method::dopri5: {
      auto made = odeint::make_controlled(absolute, relative, odeint::runge_kutta_dopri5<S, R, S, R, A>());
      return std::make_unique<ControlledDopri5<R, decltype(made)>>(std::move(made));
    }
    case Method::fehlberg78: {
      auto made =
          odeint::make_controlled(absolute, relative, odeint::runge_kutta_fehlberg78<S, R, S, R, A>());
      return std::make_unique<ControlledStepper<R, decltype(made)>>(std::move(made));
    }
    case Method::bulirsch_stoer: {
      if (dense) {
        using Made = odeint::bulirsch_stoer_dense_out<S, R, S, R, A>;
        // The last argument: control the interpolation error too.
        return std::make_unique<DenseBulirschStoer<R, Made>>(
            Made(absolute, relative, R(1), R(1), R(0), true));
      }
      using Made = odeint::bulirsch_stoer<S, R, S, R, A>;
      return std::make_unique<ControlledStepper<R, Made>>(absolute, relative, R(1), R(1));
    }
    case Method::euler:
    case Method::rk4:
      break;
  }
  throw InputError(stepper_names()[static_cast<std::size_t>(method)] +
                   " has no error estimate: set fixed_steps, or take dopri5, fehlberg78 or bulirsch-stoer");
}

template <Floating R>
class Integration {
 public:
  Integration(const Field<R>& field, const State<R>& start, const R& t0, const R& t1,
              const IntegrationOptions& options, std::span<const R> times)
      : field_(field), options_(options), times_(times), x_(start), t_(t0), t0_(t0), t1_(t1) {
    bits_ = precision_of(start[0]);
  }

  Trajectory<R> with_fixed_steps() {
    const auto stepper = fixed_stepper<R>(method_of(options_.stepper));
    if (options_.fixed_steps > options_.most_steps) refuse_count();
    const R length = t1_ - t0_;
    std::size_t next_time = 0;
    const auto store_if_due = [&](long step) {
      if (next_time == times_.size()) return;
      const double due = static_cast<double>(R((times_[next_time] - t0_) * R(options_.fixed_steps) / length));
      constexpr double kSlack = 1e-6;
      if (due > static_cast<double>(step) + kSlack) return;
      if (due < static_cast<double>(step) - kSlack)
        throw InputError("with " + std::to_string(options_.fixed_steps) +
                         " fixed steps the states are known at the ends of steps only, not at t = " +
                         text(times_[next_time]) + ": ask for those times, or for step control");
      result_.at.push_back(x_);
      ++next_time;
    };
    store_if_due(0);
    for (long step = 1; step <= options_.fixed_steps; ++step) {
      R end = t0_ + length * R(step) / R(options_.fixed_steps);
      R dt = end - t_;
      stepper->try_step(system_, x_, t_, dt);
      t_ = end;
      ++result_.statistics.accepted;
      if (!all_finite<R>(x_)) limits::report_blow_up(static_cast<double>(t_), "a state is not finite");
      store_if_due(step);
    }
    return finished();
  }

  Trajectory<R> with_step_control() {
    const Method method = method_of(options_.stepper);
    const bool wants_dense = !times_.empty() && !options_.stop_at_times;
    const auto stepper = controlled_stepper<R>(method, wants_dense, R(options_.absolute_tolerance),
                                               R(options_.relative_tolerance));
    const bool dense = wants_dense && stepper->has_dense_output();
    if (!stepper->tells_rejections()) result_.statistics.rejected.reset();

    constexpr int kFirstSteps = 64;
    R dt = (t1_ - t0_) / kFirstSteps;
    std::size_t next_time = 0;
    while (next_time < times_.size() && times_[next_time] == t0_) store(x_, next_time);
    while (t_ < t1_) {
      const R& stop = dense || next_time == times_.size() ? t1_ : times_[next_time];
      advance(*stepper, t_ + dt >= stop ? &stop : nullptr, dt);
      if (dense) {
        while (next_time < times_.size() && times_[next_time] <= t_) {
          State<R> x = x_;
          if (times_[next_time] < t_) stepper->state_at(times_[next_time], x);
          store(x, next_time);
        }
      } else {
        while (next_time < times_.size() && times_[next_time] == t_) store(x_, next_time);
      }
    }
    return finished();
  }

 private:
  void store(const State<R>& x, std::size_t& next_time) {
    result_.at.push_back(x);
    ++next_time;
  }

  Trajectory<R> finished() {
    result_.end = std::move(x_);
    return std::move(result_);
  }

  /// One accepted step of about `dt`, ending at `*stop` if given; `dt` becomes the next proposal.
  void advance(Stepper<R>& stepper, const R* stop, R& dt) {
    const R proposal = dt;
    if (stop) dt = *stop - t_;
    for (;;) {
      if (!stop) require_step(dt);
      if (++trials_ > options_.most_steps) refuse_count();
      const R t_before = t_, tried = dt;
      const bool success = stepper.try_step(system_, x_, t_, dt);
      using std::isfinite;
      if (success) {
        ++result_.statistics.accepted;
        const double size = size_of<R>(x_);
        limits::require_reachable(options_.absolute_tolerance + options_.relative_tolerance * size, size,
                                  bits_);
        if (stop && t_ >= t_before + tried) {  // not after a smaller step inside Bulirsch-Stoer
          t_ = *stop;
          if (dt < proposal) dt = proposal;
        }
        if (!(dt > 0)) dt = tried;
        return;
      }
      if (!isfinite(dt) || dt >= tried) dt = tried / 4;
      if (result_.statistics.rejected) ++*result_.statistics.rejected;
      stop = nullptr;
    }
  }

  /// Refuses steps too small to be seen in t.
  void require_step(const R& dt) {
    using std::abs;
    const R larger = abs(t_) < abs(t1_) ? R(abs(t1_)) : R(abs(t_));
    const R least = larger * R(std::ldexp(4.0, -static_cast<int>(std::min(bits_, 1000L))));
    if (dt > least) return;
    State<R> slope = x_;
    system_(x_, slope, t_);
    const double size = size_of<R>(x_), speed = size_of<R>(slope);
    limits::explain_small_step(static_cast<double>(t_), size, speed, static_cast<double>(R(t1_ - t0_)),
                               options_.absolute_tolerance + options_.relative_tolerance * size, bits_);
  }

  [[noreturn]] void refuse_count() const {
    throw Error("more than " + std::to_string(options_.most_steps) + " steps of " + options_.stepper +
                " (at t = " + text(t_) +
                "): loosen the tolerances, take a stepper of higher order or raise most_steps");
  }

  const Field<R>& field_;
  const IntegrationOptions& options_;
  std::span<const R> times_;
  State<R> x_;
  R t_, t0_, t1_;
  long bits_ = 0;
  long trials_ = 0;
  Trajectory<R> result_;
  System<R> system_{&field_, &result_.statistics.evaluations};
};

template <Floating R>
void check(const State<R>& start, const R& t0, const R& t1, const IntegrationOptions& options,
           std::span<const R> times) {
  using std::isfinite;
  if (start.size() == 0) throw InputError("a trajectory needs a start of at least one component");
  if (!all_finite<R>(start)) throw InputError("the start of a trajectory has a component that is not finite");
  if (!isfinite(t0) || !isfinite(t1) || !(t0 < t1))
    throw InputError("a trajectory runs from t0 to a later t1, not from " + text(t0) + " to " + text(t1));
  for (std::size_t k = 0; k < times.size(); ++k)
    if (!(times[k] >= (k == 0 ? t0 : times[k - 1])) || !(times[k] <= t1))
      throw InputError("requested times must increase within [t0, t1]; t = " + text(times[k]) + " does not");
  if (options.fixed_steps < 0)
    throw InputError("fixed_steps must be positive, or 0 for step control, not " +
                     std::to_string(options.fixed_steps));
  if (options.most_steps < 1) throw InputError("most_steps must be at least 1");
  limits::require_tolerances(options.absolute_tolerance, options.relative_tolerance);
  const double size = size_of<R>(start);
  if (options.fixed_steps == 0)
    limits::require_reachable(options.absolute_tolerance + options.relative_tolerance * size, size,
                              precision_of(start[0]));
}

}  // namespace

std::vector<std::string> stepper_names() {
  return {"euler", "rk4", "dopri5", "fehlberg78", "bulirsch-stoer"};
}

template <Floating R>
Trajectory<R> integrate(const Field<R>& field, const State<R>& start, const R& t0, const R& t1,
                        const IntegrationOptions& options, std::span<const R> times) {
  check(start, t0, t1, options, times);
  const PrecisionScope<R> scope(precision_of(start[0]));
  Integration<R> run(field, start, t0, t1, options, times);
  return options.fixed_steps > 0 ? run.with_fixed_steps() : run.with_step_control();
}

template Trajectory<double> integrate(const Field<double>&, const State<double>&, const double&,
                                      const double&, const IntegrationOptions&, std::span<const double>);
template Trajectory<MpFloat> integrate(const Field<MpFloat>&, const State<MpFloat>&, const MpFloat&,
                                       const MpFloat&, const IntegrationOptions&, std::span<const MpFloat>);

}  // namespace gronwall
