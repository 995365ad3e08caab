#include "gronwall/kernel/limit_kernel.hpp"

#include <algorithm>
#include <sstream>

#include "gronwall/kernel/limit_solver.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

int at_least_one(int depth) {
  if (depth < 1) throw InputError("a depth must be at least 1");
  return depth;
}

/// Room for the checker, whose bounds may be a little wider.
UpperBound with_room(UpperBound radius) {
  return UpperBound(2) * radius + UpperBound(0x1p-58);
}

void widen(LimitSolution& solution) {
  for (LimitSolution::AtEnd* quantity :
       {&solution.c_end, &solution.sigma, &solution.k_w, &solution.k_u, &solution.k})
    quantity->radius = with_room(quantity->radius);
}

void append_triangle(const NodalField& field, const LimitTask& task, std::size_t degree, long scale,
                     std::vector<std::int64_t>& out) {
  const auto in_units = [scale](arb_srcptr x) {
    arf_t integer;
    arf_init(integer);
    arf_mul_2exp_si(integer, arb_midref(x), -scale);
    const slong result = arf_get_si(integer, ARF_RND_NEAR);
    arf_clear(integer);
    return static_cast<std::int64_t>(result);
  };
  for (std::size_t i = 0; i < field.nodes(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      if (!task.is_series) {
        out.push_back(in_units(field.at(0, i, j)));
        continue;
      }
      std::vector<std::int64_t> row(degree + 1, 0);
      for (std::size_t s = 0; s < field.slots(); ++s)
        row[static_cast<std::size_t>(task.shape.offset) + s * static_cast<std::size_t>(task.shape.stride)] =
            in_units(field.at(s, i, j));
      out.insert(out.end(), row.begin(), row.end());
    }
}

}  // namespace

Ball SeriesEnclosure::at(const Ball& rho) const {
  if (!certainly(less_equal(abs(rho), Ball(1)))) throw InputError("a correlation lies between -1 and 1");
  Ball sum = Ball().with_bits(std::max(rho.working_bits(), 96L));
  for (std::size_t m = coefficients.size(); m-- > 0;) sum = sum * rho + coefficients[m];
  const Ball spread = Ball::with_radius(Ball(), radius);
  return sum + spread;
}

LimitKernel::LimitKernel(const LimitParameters& parameters, const LimitOptions& options)
    : solver_(std::make_unique<Solver>(parameters, options, 0)) {}
LimitKernel::LimitKernel(const LimitParameters& parameters, int depth, const LimitOptions& options)
    : solver_(std::make_unique<Solver>(parameters, options, at_least_one(depth))) {}
LimitKernel::~LimitKernel() = default;
LimitKernel::LimitKernel(LimitKernel&&) noexcept = default;
LimitKernel& LimitKernel::operator=(LimitKernel&&) noexcept = default;

const LimitParameters& LimitKernel::parameters() const {
  return solver_->parameters();
}
std::size_t LimitKernel::nodes() const {
  return solver_->rule().size;
}
std::size_t LimitKernel::terms() const {
  return solver_->terms();
}

namespace {

LimitValues as_values(const LimitSolution& solution, const Ball& q, UpperBound q_error,
                      const Rational& sigma_v, long bits) {
  const Ball scale = Ball::from(sigma_v * sigma_v, bits);
  const auto ball = [bits](const LimitSolution::AtEnd& x) {
    return Ball::with_radius(x.mid.ball(0, bits), x.radius);
  };
  return {ball(solution.c_end),         ball(solution.sigma),       scale * ball(solution.sigma),
          scale * ball(solution.k_w),   scale * ball(solution.k_u), scale * ball(solution.k),
          Ball::with_radius(q, q_error)};
}

LimitSeries as_series(const LimitSolution& solution, const LimitTask& task, std::size_t degree, const Ball& q,
                      UpperBound q_error, const Rational& sigma_v, long bits) {
  const Ball scale = Ball::from(sigma_v * sigma_v, bits);
  const auto series = [&](const LimitSolution::AtEnd& x, const Ball& factor) {
    SeriesEnclosure result;
    result.coefficients.assign(degree + 1, Ball().with_bits(bits));
    result.radius = x.radius * factor.magnitude();
    for (std::size_t s = 0; s < x.mid.size(); ++s) {
      const Ball scaled = x.mid.ball(s, bits) * factor;
      result.radius += scaled.radius();
      result.coefficients[static_cast<std::size_t>(task.shape.offset) +
                          s * static_cast<std::size_t>(task.shape.stride)] = scaled.exact_midpoint();
    }
    return result;
  };
  const Ball one = Ball(1).with_bits(bits);
  return {series(solution.c_end, one),  series(solution.sigma, one), series(solution.sigma, scale),
          series(solution.k_w, scale),  series(solution.k_u, scale), series(solution.k, scale),
          Ball::with_radius(q, q_error)};
}

}  // namespace

LimitValues LimitKernel::at(const Rational& rho) const {
  return as_values(solver_->solve(solver_->number(rho)), solver_->end_variance(),
                   solver_->end_variance_error(), parameters().sigma_v, solver_->rule().bits);
}

LimitSeries LimitKernel::series(unsigned degree) const {
  const LimitTask task = solver_->series_of(degree);
  return as_series(solver_->solve(task), task, degree, solver_->end_variance(), solver_->end_variance_error(),
                   parameters().sigma_v, solver_->rule().bits);
}

void LimitKernel::fill(LimitWitness& witness, const LimitTask& task, const LimitSolution& solution,
                       std::size_t degree) const {
  if (!solver_->fits_witness())
    throw PrecisionError("certificates hold nodal values of 62 bits: ask for a radius of 1e-15 or more");
  witness = {solver_->panels(),
             solver_->rule().order,
             solver_->scale(),
             {},
             {},
             degree,
             static_cast<unsigned>(solver_->terms())};
  append_triangle(solver_->state(), solver_->number(1), 0, witness.scale, witness.state);
  for (const NodalField* field : {&solution.c, &solution.y, &solution.z})
    append_triangle(*field, task, degree, witness.scale, witness.values);
}

LimitValues LimitKernel::at(const Rational& rho, LimitWitness& witness) const {
  const LimitTask task = solver_->number(rho);
  LimitSolution solution = solver_->solve(task);
  fill(witness, task, solution, 0);
  widen(solution);
  return as_values(solution, solver_->end_variance(), with_room(solver_->end_variance_error()),
                   parameters().sigma_v, solver_->rule().bits);
}

LimitSeries LimitKernel::series(unsigned degree, LimitWitness& witness) const {
  const LimitTask task = solver_->series_of(degree);
  LimitSolution solution = solver_->solve(task);
  fill(witness, task, solution, degree);
  widen(solution);
  return as_series(solution, task, degree, solver_->end_variance(), with_room(solver_->end_variance_error()),
                   parameters().sigma_v, solver_->rule().bits);
}

namespace {

LimitSeries of_least_degree(double wanted, const auto& series) {
  constexpr unsigned kHighestDegree = 400;
  for (unsigned degree = 24;; degree = std::min(kHighestDegree, degree + degree / 2 + 4)) {
    LimitSeries result = series(degree);
    const double reached = result.K_inf.radius.value();
    if (reached <= wanted) return result;
    if (degree == kHighestDegree) {
      std::ostringstream message;
      message << "400 coefficients of the power series leave an error of " << reached
              << "; ask for fewer digits";
      throw PrecisionError(message.str());
    }
  }
}

double times_square(double radius, const Rational& sigma_v) {
  return radius * static_cast<double>(sigma_v * sigma_v);
}

}  // namespace

LimitSeries LimitKernel::series_within(double radius) const {
  return of_least_degree(times_square(radius, parameters().sigma_v),
                         [this](unsigned degree) { return series(degree); });
}

LimitSeries LimitKernel::series_within(double radius, LimitWitness& witness) const {
  return of_least_degree(times_square(radius, parameters().sigma_v),
                         [&](unsigned degree) { return series(degree, witness); });
}

}  // namespace gronwall
