#include "gronwall/model/gradient_enclosure.hpp"

#include <algorithm>
#include <cmath>

#include "gronwall/linalg/parallel.hpp"
#include "gronwall/linalg/symmetric.hpp"
#include "gronwall/model/enclosed_scales.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/ode/real_matrix.hpp"

namespace gronwall {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Encloses the norm of a difference that was rounded entry by entry and may be off by `error` besides.
Interval around(const MatrixXd& difference, UpperBound error) {
  const UpperBound upper = norm_frobenius_upper(difference) * UpperBound(1 + 4 * kUnitRoundoff) + error;
  // Roundings of the squares, their sum and the root; squares may underflow, or overflow to a useless
  // infinity.
  const double size = difference.norm(), slack = gamma(static_cast<double>(difference.size()) + 4).value();
  const double lower = size * (1 - slack) - (error + UpperBound(0x1p-500)).value();
  return {std::isfinite(lower) ? std::max(0.0, std::nextafter(lower, -INFINITY)) : 0.0, upper.value()};
}

void require_inputs(const NeuralOde& model, const MatrixXd& x, Index output) {
  if (x.rows() != model.input_dimension())
    throw InputError("inputs have dimension " + std::to_string(x.rows()) + ", the model takes " +
                     std::to_string(model.input_dimension()));
  if (x.cols() == 0) throw InputError("there is no input");
  if (!x.allFinite()) throw InputError("an input has an entry that is not a finite number");
  if (output < 0 || output >= model.outputs())
    throw InputError("the model has no output " + std::to_string(output) +
                     "; outputs are counted from 0 to " + std::to_string(model.outputs() - 1));
}

}  // namespace

Interval distance(const EnclosedGradient& a, const EnclosedGradient& b) {
  const BlockDistances blocks = block_distances(a, b);
  const UpperBound upper = sqrt(UpperBound(blocks.u.upper) * UpperBound(blocks.u.upper) +
                                UpperBound(blocks.w.upper) * UpperBound(blocks.w.upper) +
                                UpperBound(blocks.v.upper) * UpperBound(blocks.v.upper));
  const double lower = std::sqrt(blocks.u.lower * blocks.u.lower + blocks.w.lower * blocks.w.lower +
                                 blocks.v.lower * blocks.v.lower) *
                       (1 - 8 * kUnitRoundoff);
  return {lower, upper.value()};
}

Interval norm(const EnclosedGradient& a) {
  const EnclosedGradient zero{MatrixXd::Zero(a.u.rows(), a.u.cols()),
                              MatrixXd::Zero(a.w.rows(), a.w.cols()),
                              VectorXd::Zero(a.v.size()),
                              {},
                              {},
                              {}};
  return distance(a, zero);
}

BlockDistances block_distances(const EnclosedGradient& a, const EnclosedGradient& b) {
  return {around(a.u - b.u, a.u_error + b.u_error), around(a.w - b.w, a.w_error + b.w_error),
          around(a.v - b.v, a.v_error + b.v_error)};
}

NeuralOdeEnclosure::NeuralOdeEnclosure(const NeuralOde& model, const MatrixXd& x,
                                       const EnclosureOptions& options)
    : model_(model), x_(x), options_(options), w_(std::make_unique<const BoundedOperator>(model.w())) {
  require_inputs(model, x, options.output);
  u_x_ = BoundedOperator(model.u()).apply_bounded(x, ProductAccuracy::split);
  w_->spectral_norm();
  for (Index first = 0; first < x.cols(); first += kGroup)
    groups_.push_back({first, std::min(kGroup, x.cols() - first), nullptr, nullptr});
  try {
    follow(ProductAccuracy::plain);
  } catch (const PrecisionError&) {
    follow(ProductAccuracy::split);
    split_ = true;
  }
}

void NeuralOdeEnclosure::follow(ProductAccuracy accuracy) {
  const EnclosedScales scales(model_, kScaleBits);
  const FlowProblem problem{*w_, model_.phi(), scales.time_scale};
  parallel_for(groups_.size(), [&](std::size_t g) {
    Group& group = groups_[g];
    DoubleWorld world(*w_, model_.phi(), group.size, accuracy);
    group.flow = std::make_unique<const FlowEnclosure<DoubleWorld>>(problem, world, start_of(group, world),
                                                                    options_.flow);
  });
}

EnclosedBlock<MatrixXd> NeuralOdeEnclosure::start_of(const Group& group, const DoubleWorld& world) const {
  EnclosedBlock<MatrixXd> raw{u_x_.high.middleCols(group.first, group.size),
                              u_x_.error.segment(group.first, group.size),
                              u_x_.low.middleCols(group.first, group.size)};
  raw.value.resize(raw.value.size(), 1);
  raw.low.resize(raw.low.size(), 1);
  return world.scaled(raw, EnclosedScales(model_, kScaleBits).input_scale);
}

EnclosedBlock<MatrixXd> NeuralOdeEnclosure::start() const {
  return start_of(groups_.front(), groups_.front().flow->world());
}

void NeuralOdeEnclosure::ensure_adjoints() const {
  const EnclosedScales scales(model_, kScaleBits);
  parallel_for(groups_.size(), [&](std::size_t g) {
    const Group& group = groups_[g];
    if (group.adjoint) return;
    const MatrixXd v = model_.v().row(options_.output).transpose().replicate(group.size, 1);
    group.adjoint =
        std::make_unique<const AdjointEnclosure<DoubleWorld>>(*group.flow, v, scales.output_scale);
  });
}

const AdjointEnclosure<DoubleWorld>& NeuralOdeEnclosure::adjoint(std::size_t group) const {
  ensure_adjoints();
  return *groups_[group].adjoint;
}

EnclosedStates NeuralOdeEnclosure::state(double t) const {
  const double end = nearest_double(model_.time());
  if (!(t >= 0 && t <= end)) throw InputError("the time must lie between 0 and T");
  // The double nearest to T stands for T itself. Other quotients t/T are rounded, and h moves meanwhile.
  const double unit_time = t == end ? 1.0 : std::min(1.0, t / end);
  Ball gap;
  if (t != end)
    gap = abs(Ball::exact(t, kScaleBits) / Ball::from(model_.time(), kScaleBits) - Ball::exact(unit_time));
  const Ball field = EnclosedScales(model_, kScaleBits).time_scale * Ball::exact(w_->spectral_norm().value());
  const Ball phi_at_zero =
      sqrt(Ball::from(static_cast<long>(model_.width()), kScaleBits)) * abs(model_.phi().at_zero(kScaleBits));
  EnclosedStates result{MatrixXd(model_.width(), inputs()), VectorXd(inputs())};
  for (const Group& group : groups_) {
    EnclosedStates part = group.flow->at(unit_time);
    const Ball l1 = Ball::exact(group.flow->lipschitz().value());
    for (Index s = 0; s < group.size; ++s) {
      const UpperBound size = norm_frobenius_upper(part.values.col(s)) + UpperBound(part.radius(s));
      // bound: L31, which holds backward in time, too
      const Ball moved = gap * field * (phi_at_zero + l1 * Ball::exact(size.value())) * exp(field * l1 * gap);
      part.radius(s) = (UpperBound(part.radius(s)) + moved.magnitude()).value();
    }
    result.values.middleCols(group.first, group.size) = part.values;
    result.radius.segment(group.first, group.size) = part.radius;
  }
  return result;
}

EnclosedStates NeuralOdeEnclosure::adjoint_at_start() const {
  ensure_adjoints();
  const Index n = model_.width();
  EnclosedStates result{MatrixXd(n, inputs()), VectorXd(inputs())};
  for (const Group& group : groups_) {
    const auto block = group.adjoint->start_value();
    for (Index s = 0; s < group.size; ++s) {
      result.values.col(group.first + s) = block.value.col(0).segment(s * n, n);
      result.radius(group.first + s) =
          (UpperBound(block.error(s, 0)) + UpperBound(group.adjoint->start_error()(s))).value();
    }
  }
  return result;
}

std::vector<Interval> NeuralOdeEnclosure::outputs() const {
  const EnclosedScales scales(model_, kScaleBits);
  const Index n = model_.width();
  const VectorXd v = model_.v().row(options_.output).transpose();
  const UpperBound v_norm = norm_frobenius_upper(v);
  std::vector<Interval> result;
  for (const Group& group : groups_) {
    const auto phi = group.flow->world().activate(group.flow->end_value(), 0, group.flow->lipschitz());
    const MatrixXd sizes = group.flow->world().norms(phi);
    for (Index s = 0; s < group.size; ++s) {
      const double dot = v.dot(phi.value.col(0).segment(s * n, n));
      const UpperBound error = v_norm * (UpperBound(phi.error(s, 0)) +
                                         group.flow->lipschitz() * UpperBound(group.flow->end_error()(s)) +
                                         gamma(static_cast<double>(n)) * UpperBound(sizes(s, 0))) +
                               UpperBound(0x1p-500);
      const Ball value = Ball::with_radius(Ball::exact(dot), error) * scales.output_scale;
      result.push_back({value.lower(), value.upper()});
    }
  }
  return result;
}

EnclosedGradient NeuralOdeEnclosure::gradient() const {
  ensure_adjoints();
  const EnclosedScales scales(model_, kScaleBits);
  const Index n = model_.width();
  EnclosedGradient result{
      MatrixXd::Zero(n, model_.input_dimension()), MatrixXd::Zero(n, n), VectorXd::Zero(n), {}, {}, {}};
  UpperBound sums;  // of the norms of the parts, for the roundings of adding them
  for (const Group& group : groups_) {
    const auto& world = group.flow->world();
    auto [w, w_error] = group.adjoint->weight_gradient();
    result.w += w;
    result.w_error += w_error;
    sums += norm_frobenius_upper(w);

    const auto start = group.adjoint->start_value();
    const Eigen::Map<const MatrixXd> lambda(start.value.data(), n, group.size);
    const MatrixXd inputs = x_.middleCols(group.first, group.size);
    const OuterProduct u = bounded_outer(lambda, inputs, scales.input_scale);
    result.u += u.value;
    result.u_error += u.error;
    sums += norm_frobenius_upper(u.value);

    const auto phi = world.activate(group.flow->end_value(), 0, group.flow->lipschitz());
    const auto scaled = world.scaled(phi, scales.output_scale);
    for (Index s = 0; s < group.size; ++s) {
      const UpperBound x_norm = norm_frobenius_upper(inputs.col(s));
      // bound: L30
      result.u_error += scales.input_scale.magnitude() * x_norm *
                        (UpperBound(start.error(s, 0)) + UpperBound(group.adjoint->start_error()(s)));
      result.v += scaled.value.col(0).segment(s * n, n);
      result.v_error += UpperBound(scaled.error(s, 0)) + scales.output_scale.magnitude() *
                                                             group.flow->lipschitz() *
                                                             UpperBound(group.flow->end_error()(s));
      sums += norm_frobenius_upper(scaled.value.col(0).segment(s * n, n));
    }
  }
  const UpperBound rounding = gamma(static_cast<double>(inputs()) + 2) * sums;
  result.u_error += rounding;
  result.w_error += rounding;
  result.v_error += rounding;
  return result;
}

FlowBound NeuralOdeEnclosure::bound() const {
  FlowBound result = groups_.front().flow->bound();
  for (const Group& group : groups_) {
    const FlowBound& other = group.flow->bound();
    result.rate = max(result.rate, other.rate);
    result.amplification = max(result.amplification, other.amplification);
    result.largest_defect = std::max(result.largest_defect, other.largest_defect);
    result.pieces = std::max(result.pieces, other.pieces);
    result.used_logarithmic_norm = result.used_logarithmic_norm || other.used_logarithmic_norm;
  }
  return result;
}

UpperBound NeuralOdeEnclosure::product_bound() const {
  ensure_adjoints();
  UpperBound result;
  for (const Group& group : groups_)
    result = max(result, UpperBound(group.adjoint->product_bound().maxCoeff()));
  return result;
}

PreciseEnclosure enclose_digits(const NeuralOde& model, const VectorXd& x, int digits, Index output) {
  // Error bounds are doubles, and so are powers of the ellipses' sizes.
  constexpr int kLargestRequest = 250;
  require_inputs(model, x, output);
  if (digits < 1 || digits > kLargestRequest) throw InputError("digits must lie between 1 and 250");
  // Guard bits for the amplification of rounding by Gronwall's factor and the dimension.
  const BoundedOperator w(model.w());
  const EnclosedScales probe(model, kScaleBits);
  const double growth = (probe.time_scale.magnitude() * w.spectral_norm() *
                         UpperBound(model.phi().lipschitz(kScaleBits).value_or(Ball(2)).upper()))
                            .value();
  const double wanted_bits = digits * 3.3220 + 1.5 * growth + 64;
  if (!(wanted_bits < 1e6))
    throw PrecisionError("the flow may grow by a factor of e^" + std::to_string(growth) +
                         ": no precision in reach makes up for that; use a shorter time");
  const long bits = static_cast<long>(wanted_bits);
  const EnclosedScales scales(model, bits + 16);
  BallWorld world(w, model.phi(), 1, bits), helper(w, model.phi(), 1, bits);
  BallMatrix start = product(helper.from_doubles(model.u()), helper.from_doubles(x));
  for (Index i = 0; i < start.size(); ++i) start.data()[i] *= scales.input_scale;
  FlowOptions options;
  options.tolerance = std::pow(10.0, -digits);
  const FlowProblem problem{w, model.phi(), scales.time_scale};
  const FlowEnclosure<BallWorld> flow(problem, std::move(world), helper.exact(start), options);
  const BallMatrix v = helper.from_doubles(model.v().row(output).transpose());
  const AdjointEnclosure<BallWorld> adjoint(flow, v, scales.output_scale);

  PreciseEnclosure result;
  result.bound = flow.bound();
  const auto widened = [](const BallMatrix& block, double error) -> BallVector {
    return block.col(0).unaryExpr(
        [error](const Ball& b) { return b + Ball::with_radius(Ball(0), UpperBound(error)); });
  };
  result.state = widened(flow.end_value().value, flow.end_error()(0));
  result.adjoint = widened(adjoint.start_value().value, adjoint.start_error()(0));
  const Index n = model.width();
  Ball f = Ball::from(0, bits), v_square = f, x_square = f, w_square = f, l_square = f;
  for (Index i = 0; i < n; ++i) {
    const Ball phi = model.phi().value(result.state(i));
    f += phi * v(i, 0);
    v_square += phi * phi;
    l_square += result.adjoint(i) * result.adjoint(i);
  }
  for (Index i = 0; i < x.size(); ++i) x_square += Ball::exact(x(i), bits) * Ball::exact(x(i), bits);
  result.output = f * scales.output_scale;
  const auto [w_block, w_error] = adjoint.weight_gradient();
  for (Index k = 0; k < w_block.size(); ++k) w_square += w_block.data()[k] * w_block.data()[k];
  const Ball w_norm = root_of_nonnegative(w_square) + Ball::with_radius(Ball(0), w_error);
  result.gradient_norm =
      root_of_nonnegative(v_square * scales.output_scale * scales.output_scale + w_norm * w_norm +
                          l_square * x_square * scales.input_scale * scales.input_scale);
  return result;
}

RateConstants rate_constants(const NeuralOdeEnclosure& enclosure) {
  if (enclosure.inputs() != 1) throw InputError("the constant of the 1/L law belongs to one input");
  const ModelConstants c = model_constants(enclosure);
  const Ball lam = Ball::exact(enclosure.product_bound().value());
  // bound: L33
  const Ball q =
      c.beta * c.time * c.growth * c.f0 * c.output_scale * c.l2 * c.v_inf +
      c.time * (c.field_scale * c.l2 * lam * c.f0 * c.growth * (1 + c.beta * c.time) + c.beta * c.beta * c.v);
  const Ball cv = c.time / 2 * c.output_scale * c.l1 * c.beta * c.time * c.growth * c.f0;
  const Ball cu = c.time / 2 * c.input_scale * c.x_norm * c.growth * q;
  const Ball cw = c.time / 2 * c.field_scale * c.time * c.growth *
                  (c.p0 * (q + c.beta * c.v) + c.v * c.l1 * c.f0 * (1 + c.beta * c.time));
  return {cu.magnitude(), cw.magnitude(), cv.magnitude()};
}

UpperBound rate_constant(const NeuralOdeEnclosure& enclosure) {
  return rate_constants(enclosure).total();
}

GrowthBounds growth_bounds(const NeuralOdeEnclosure& enclosure) {
  if (enclosure.inputs() != 1) throw InputError("growth bounds belong to one input");
  const ModelConstants c = model_constants(enclosure);
  // bound: L31
  const Ball state = (c.p0 * c.growth - c.phi_at_zero) / c.l1;
  return {state.magnitude(), (c.v * c.growth).magnitude(),
          (c.input_scale * c.x_norm * c.v * c.growth).magnitude(),
          (c.field_scale * c.time * c.p0 * c.v * c.growth).magnitude(),
          (c.output_scale * c.p0 * c.growth).magnitude()};
}

}  // namespace gronwall
