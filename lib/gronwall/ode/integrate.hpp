#pragma once
/// \file Trajectories of h' = F(h, t) by the steppers of Boost.Odeint: approximations, never proofs.
///
/// | name | order | fixed steps | step control | between steps |
/// |---|---|---|---|---|
/// | `euler` | 1 | yes | no | - |
/// | `rk4` | 4 | yes | no | - |
/// | `dopri5` | 5 (Dormand-Prince) | yes | yes | dense output of order 4 |
/// | `fehlberg78` | 8 (error estimate of order 7) | yes | yes | steps are cut |
/// | `bulirsch-stoer` | up to 16 | no | yes | dense output to the tolerance |
///
/// Use `bulirsch-stoer`, or the Taylor integrator (ode/taylor.hpp), for more than about 20 digits.

#include <Eigen/Core>
#include <concepts>
#include <functional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "gronwall/numbers/approximate.hpp"
#include "gronwall/ode/steps.hpp"

namespace gronwall {

/// The real types without error bounds.
template <class R>
concept Floating = std::same_as<R, double> || std::same_as<R, MpFloat>;

/// States as Odeint takes them; the entries of a multiprecision state have one precision, the working one.
template <Floating R>
using State = std::conditional_t<std::same_as<R, double>, Eigen::VectorXd, std::vector<MpFloat>>;

/// `field(h, derivative, t)` writes F(h, t); `derivative` comes with the size of `h`.
template <Floating R>
using Field = std::function<void(const State<R>& h, State<R>& derivative, const R& t)>;

struct IntegrationOptions {
  std::string stepper = "dopri5";
  /// Number of equal steps; 0 asks for step control.
  long fixed_steps = 0;
  /// Step control keeps the estimated error of each step, in every component, below
  /// absolute_tolerance + relative_tolerance (|h_i| + dt |h_i'|).
  double absolute_tolerance = 1e-10;
  double relative_tolerance = 1e-10;
  /// Let steps end at the requested times even where the stepper has dense output (to lose no order there).
  bool stop_at_times = false;
  /// Limit of accepted and rejected steps together.
  long most_steps = 1'000'000;
};

template <Floating R>
struct Trajectory {
  State<R> end;              ///< h(t1)
  std::vector<State<R>> at;  ///< h at the requested times
  StepStatistics statistics;
};

/// Names of the steppers in the table above.
std::vector<std::string> stepper_names();

/// Integrates h' = F(h, t), h(t0) = start, up to t1 > t0, with the states at the increasing `times` in
/// [t0, t1]. With fixed steps these must be multiples of the step. MpFloat works at the precision of
/// `start[0]`.
///
/// \throws InputError for an unknown stepper (suggesting the nearest), one that lacks what is asked (see the
/// table), t1 <= t0, times out of order, an empty start or one that is not finite, an absolute tolerance not
/// above 0, a relative one below 0, most_steps < 1.
/// \throws PrecisionError for tolerances that the working precision cannot reach; it names one that can.
/// \throws BlowUpError where the states leave every bound. \throws Error beyond `most_steps`.
/// Exceptions of `field` pass through.
template <Floating R>
Trajectory<R> integrate(const Field<R>& field, const State<R>& start, const R& t0, const R& t1,
                        const IntegrationOptions& options = {}, std::span<const R> times = {});

extern template Trajectory<double> integrate(const Field<double>&, const State<double>&, const double&,
                                             const double&, const IntegrationOptions&,
                                             std::span<const double>);
extern template Trajectory<MpFloat> integrate(const Field<MpFloat>&, const State<MpFloat>&, const MpFloat&,
                                              const MpFloat&, const IntegrationOptions&,
                                              std::span<const MpFloat>);

}  // namespace gronwall
