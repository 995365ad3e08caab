#pragma once
/// \file The steppers of Boost.Odeint behind one interface. For integrate.cpp only: compiling it is slow.

#include <algorithm>
#include <boost/numeric/odeint/algebra/range_algebra.hpp>
#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/stepper/bulirsch_stoer.hpp>
#include <boost/numeric/odeint/stepper/bulirsch_stoer_dense_out.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/euler.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta4.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>
#include <cmath>
#include <memory>
// Rests on headers above.
#include <boost/numeric/odeint/external/eigen/eigen.hpp>

#include "gronwall/ode/integrate.hpp"

namespace boost::numeric::odeint::detail {

/// Odeint looks for the scalar inside any type with a `value_type`; a number of Boost has one, itself.
template <>
struct extract_value_type<gronwall::MpFloat> {
  using type = gronwall::MpFloat;
};

}  // namespace boost::numeric::odeint::detail

namespace gronwall::odeint_steppers {

namespace odeint = boost::numeric::odeint;

/// Odeint would guess vector_space_algebra for multiprecision vectors too.
template <Floating R>
using Algebra =
    std::conditional_t<std::same_as<R, double>, odeint::vector_space_algebra, odeint::range_algebra>;

/// Odeint copies its system argument; a reference is cheap to copy.
template <Floating R>
struct System {
  const Field<R>* field;
  long* evaluations;
  void operator()(const State<R>& h, State<R>& derivative, const R& t) const {
    ++*evaluations;
    (*field)(h, derivative, t);
  }
};

template <Floating R>
bool all_finite(const State<R>& x) {
  return std::all_of(x.begin(), x.end(), [](const R& component) {
    using std::isfinite;
    return isfinite(component);
  });
}

/// One trial step after the other.
template <Floating R>
class Stepper {
 public:
  virtual ~Stepper() = default;
  /// Tries a step of size `dt` from (x, t). Returns true and moves x and t on, or returns false and leaves
  /// them; either way `dt` becomes the proposal for the next trial (maybe NaN after a false). With step
  /// control a state that is not finite is a failure: Odeint accepts NaN, since no comparison rejects it.
  virtual bool try_step(const System<R>& system, State<R>& x, R& t, R& dt) = 0;
  /// The state at `t` within the last accepted step, if `has_dense_output()`.
  virtual bool has_dense_output() const { return false; }
  virtual void state_at(const R& /*t*/, State<R>& /*x*/) const {}
  /// Whether trials are counted: false if try_step rejects inside without telling.
  virtual bool tells_rejections() const { return true; }
};

template <Floating R, class Method>
class FixedStepper final : public Stepper<R> {
 public:
  bool try_step(const System<R>& system, State<R>& x, R& t, R& dt) override {
    method_.do_step(system, x, t, dt);
    t += dt;
    return true;
  }

 private:
  Method method_;
};

/// A method that takes its state in place and its trial states apart: Fehlberg 7(8) and Bulirsch-Stoer.
template <Floating R, class Method>
class ControlledStepper final : public Stepper<R> {
 public:
  template <class... Arguments>
  explicit ControlledStepper(Arguments&&... arguments) : method_(std::forward<Arguments>(arguments)...) {}
  bool try_step(const System<R>& system, State<R>& x, R& t, R& dt) override {
    State<R> next = x;
    R t_next = t;
    if (method_.try_step(system, x, t_next, next, dt) != odeint::success || !all_finite<R>(next))
      return false;
    std::swap(x, next);
    t = t_next;
    return true;
  }

 private:
  Method method_;
};

template <Floating R, class Method>
class ControlledDopri5 final : public Stepper<R> {
 public:
  explicit ControlledDopri5(Method method) : method_(std::move(method)) {}
  bool try_step(const System<R>& system, State<R>& x, R& t, R& dt) override {
    if (slope_now_.size() == 0) {
      slope_now_ = x;
      system(x, slope_now_, t);
    }
    State<R> next = x, slope_next = x;
    R t_next = t;
    if (method_.try_step(system, x, slope_now_, t_next, next, slope_next, dt) != odeint::success ||
        !all_finite<R>(next) || !all_finite<R>(slope_next))
      return false;
    t_last_ = t;
    t = t_now_ = t_next;
    std::swap(x, next);
    last_ = std::move(next);
    now_ = x;
    slope_last_ = std::move(slope_now_);
    slope_now_ = std::move(slope_next);
    return true;
  }
  bool has_dense_output() const override { return true; }
  void state_at(const R& t, State<R>& x) const override {
    method_.stepper().calc_state(t, x, last_, slope_last_, t_last_, now_, slope_now_, t_now_);
  }

 private:
  Method method_;
  State<R> last_, now_, slope_last_, slope_now_;
  R t_last_, t_now_;
};

template <Floating R, class Method>
class DenseBulirschStoer final : public Stepper<R> {
 public:
  template <class... Arguments>
  explicit DenseBulirschStoer(Arguments&&... arguments) : method_(std::forward<Arguments>(arguments)...) {}
  bool try_step(const System<R>& system, State<R>& x, R& t, R& dt) override {
    // Beginning anew is the only way to change its step.
    if (!begun_ || method_.current_time_step() != dt) method_.initialize(x, t, dt);
    begun_ = true;
    try {
      method_.do_step(system);
    } catch (const odeint::step_adjustment_error&) {
      begun_ = false;
      return false;
    }
    if (!all_finite<R>(method_.current_state())) {
      begun_ = false;
      return false;
    }
    x = method_.current_state();
    t = method_.current_time();
    dt = method_.current_time_step();
    return true;
  }
  bool has_dense_output() const override { return true; }
  void state_at(const R& t, State<R>& x) const override { method_.calc_state(t, x); }
  bool tells_rejections() const override { return false; }

 private:
  Method method_;
  bool begun_ = false;
};

}  // namespace gronwall::odeint_steppers
