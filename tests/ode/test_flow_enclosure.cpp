#include <cmath>
#include <limits>
#include <random>

#include "gronwall/ode/flow_enclosure.hpp"
#include "gronwall/ode/taylor.hpp"
#include "ode_testing.hpp"

namespace gronwall {
namespace {

using namespace testing;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr long kBits = 200;

using DoubleFlow = FlowEnclosure<DoubleWorld>;
using DoubleAdjoint = AdjointEnclosure<DoubleWorld>;

const std::vector<const char*> kSmooth = {"softplus", "tanh", "sigmoid", "gelu",     "silu",
                                          "erf",      "sin",  "cos",     "gaussian", "identity"};

MatrixXd random_matrix(Index rows, Index columns, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  return MatrixXd::NullaryExpr(rows, columns, [&] { return std::normal_distribution<double>()(random); });
}

/// h' = a W phi(h) with everything it refers to.
struct Problem {
  BoundedOperator w;
  const Activation& phi;
  Ball a;
  FlowProblem view() const { return {w, phi, a}; }
};
Problem problem(const MatrixXd& w, const char* phi, const Rational& a = 1) {
  return {BoundedOperator(w), activation(phi), Ball::from(a, kBits)};
}

/// Columns of `starts`, each known up to `error`.
DoubleFlow flow_of(const Problem& p, const MatrixXd& starts, const FlowOptions& options, double error = 0,
                   ProductAccuracy accuracy = ProductAccuracy::plain) {
  const DoubleWorld world(p.w, p.phi, starts.cols(), accuracy);
  const MatrixXd stacked = Eigen::Map<const MatrixXd>(starts.data(), starts.size(), 1);
  return DoubleFlow(p.view(), world, {stacked, MatrixXd::Constant(starts.cols(), 1, error), {}}, options);
}
FlowOptions with(double tolerance, int degree = 0) {
  FlowOptions options;
  options.tolerance = tolerance;
  options.degree = degree;
  return options;
}

/// The flow through one start by Taylor series, to about 30 digits.
TaylorTrajectory<MpFloat> taylor_flow(const Problem& p, const VectorXd& start) {
  const LayerField<MpFloat> field{real_matrix<MpFloat>(p.w.matrix(), kBits), p.a.midpoint_mp(), &p.phi};
  TaylorOptions options;
  options.absolute_tolerance = options.relative_tolerance = 1e-28;
  return integrate_taylor<MpFloat>(field, real_matrix<MpFloat>(start, kBits), make_mp(1, kBits), options);
}

/// lambda(0) and the W block of the gradient by a fine Riemann sum of extrapolated Euler steps: slow and
/// simple.
struct AdjointTruth {
  VectorXd start;
  MatrixXd weights;
};
AdjointTruth euler_adjoint(const Problem& p, const VectorXd& start, const VectorXd& v, long steps) {
  const Index n = start.size();
  const double k = p.a.midpoint() / static_cast<double>(steps);
  const auto apply = [&](const VectorXd& h, bool slope) -> VectorXd {
    return h.unaryExpr([&](double z) { return slope ? p.phi.derivative(z) : p.phi.value(z); });
  };
  std::vector<VectorXd> h = {start};
  for (long l = 0; l < steps; ++l) h.push_back(h.back() + k * (p.w.matrix() * apply(h.back(), false)));
  VectorXd lambda = apply(h.back(), true).cwiseProduct(v);
  MatrixXd sum = MatrixXd::Zero(n, n);
  for (long l = steps; l-- > 0;) {
    const VectorXd& at = h[static_cast<std::size_t>(l)];
    sum += k * lambda * apply(at, false).transpose();
    lambda += k * apply(at, true).cwiseProduct(p.w.matrix().transpose() * lambda);
  }
  return {lambda, sum};
}
/// Romberg's scheme on nets of 8, 16, ..., 1024 layers: about 1e-12 for moderate flows.
AdjointTruth adjoint_truth(const Problem& p, const VectorXd& start, const VectorXd& v) {
  std::vector<AdjointTruth> row;
  for (int level = 0; level < 8; ++level) {
    row.push_back(euler_adjoint(p, start, v, 8L << level));
    for (std::size_t j = row.size() - 1; j-- > 0;) {
      const double power = std::ldexp(1.0, static_cast<int>(row.size() - 1 - j));
      row[j].start = (power * row[j + 1].start - row[j].start) / (power - 1);
      row[j].weights = (power * row[j + 1].weights - row[j].weights) / (power - 1);
    }
  }
  return row.front();
}

/// Adjoint of the only sample, from v without scale.
DoubleAdjoint adjoint_of(const DoubleFlow& flow, const VectorXd& v) {
  return DoubleAdjoint(flow, v, Ball(1));
}

double state_share(const TaylorTrajectory<MpFloat>& truth, const DoubleFlow& flow, double t,
                   Index sample = 0) {
  const EnclosedStates found = flow.at(t);
  const RealMatrix<MpFloat> h = truth.at(make_mp(t, kBits));
  MpFloat squares = make_mp(0, kBits);
  for (Index i = 0; i < h.rows(); ++i) {
    const MpFloat difference = h(i, 0) - make_mp(found.values(i, sample), kBits);
    squares += difference * difference;
  }
  return static_cast<double>(MpFloat(sqrt(squares))) / found.radius(sample);
}

BOOST_AUTO_TEST_SUITE(flow_enclosure)

BOOST_AUTO_TEST_CASE(states_at_random_times) {
  const MpPrecision scope(kBits);
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> time(0, 1);
  for (const char* name : kSmooth) {
    const Problem p = problem(random_matrix(4, 4, 51), name, Rational(3, 4));
    const VectorXd start = random_matrix(4, 1, 52);
    const auto truth = taylor_flow(p, start);
    for (const auto& [tolerance, degree] : {std::pair{1e-1, 2}, {1e-2, 3}, {1e-4, 5}, {1e-9, 0}, {1e-12, 0}})
      for (const ProductAccuracy accuracy : {ProductAccuracy::plain, ProductAccuracy::split}) {
        BOOST_TEST_CONTEXT(name << " tolerance " << tolerance << " degree " << degree) {
          const DoubleFlow flow = flow_of(p, start, with(tolerance, degree), 0, accuracy);
          for (int i = 0; i < 4; ++i) BOOST_TEST(state_share(truth, flow, time(random)) <= 1);
          for (const auto& piece : flow.pieces()) BOOST_TEST(state_share(truth, flow, piece.end) <= 1);
          BOOST_TEST(state_share(truth, flow, 0.0) <= 1);
          BOOST_TEST(flow.at(1).radius(0) <= tolerance);
          BOOST_TEST(flow.at(0).radius(0) <= flow.at(1).radius(0));
        }
      }
  }
}

BOOST_AUTO_TEST_CASE(closed_forms_of_one_neuron) {
  // tanh: sinh h_t = e^(w t) sinh h_0, lambda_t = phi'(h_1) v dh_1/dh_t = v e^(w(1-t)) cosh h_t / cosh^3 h_1.
  for (const double w : {-6.0, -1.0, 0.25, 2.0, 5.0})
    for (const double start : {-3.0, 0.125, 1.0}) {
      BOOST_TEST_CONTEXT("w " << w << " start " << start) {
        const Problem p = problem(MatrixXd::Constant(1, 1, w), "tanh");
        const VectorXd h0 = VectorXd::Constant(1, start);
        const DoubleFlow flow = flow_of(p, h0, with(1e-10));
        for (const double t : {0.0, 0.1, 0.375, 0.99, 1.0}) {
          const double h = std::asinh(std::exp(w * t) * std::sinh(start));
          const EnclosedStates found = flow.at(t);
          BOOST_TEST(std::abs(found.values(0, 0) - h) <= found.radius(0) + 4e-16 * (1 + std::abs(h)));
        }
        const double h1 = std::asinh(std::exp(w) * std::sinh(start));
        const double lambda = 3 * std::exp(w) * std::cosh(start) / std::pow(std::cosh(h1), 3);
        const DoubleAdjoint adjoint = adjoint_of(flow, VectorXd::Constant(1, 3.0));
        const auto block = adjoint.start_value();
        const double radius = adjoint.start_error()(0) + block.error(0, 0);
        BOOST_TEST(std::abs(block.value(0, 0) - lambda) <= radius + 1e-14 * std::abs(lambda));
        BOOST_TEST(radius < 1e-6);
      }
    }
}

BOOST_AUTO_TEST_CASE(rotations) {
  // identity, W = -W^T: h turns, the logarithmic norm is 0 and nothing grows.
  MatrixXd w(2, 2);
  w << 0, -3, 3, 0;
  const Problem p = problem(w, "identity");
  const VectorXd start = VectorXd::Unit(2, 0);
  const DoubleFlow flow = flow_of(p, start, with(1e-11));
  for (const double t : {0.2, 0.7, 1.0}) {
    const EnclosedStates found = flow.at(t);
    const double error =
        std::hypot(found.values(0, 0) - std::cos(3 * t), found.values(1, 0) - std::sin(3 * t));
    BOOST_TEST(error <= found.radius(0) + 2e-16);
  }
  BOOST_TEST(flow.bound().used_logarithmic_norm);
  BOOST_TEST(flow.bound().amplification.value() < 1.01);
  FlowOptions plain = with(1e-11);
  plain.logarithmic_norm = false;
  const DoubleFlow without = flow_of(p, start, plain);
  BOOST_TEST(!without.bound().used_logarithmic_norm);
  BOOST_TEST(without.bound().amplification.value() > std::exp(3.0) * (1 - 1e-12));
  BOOST_TEST(without.bound().amplification.value() < std::exp(3.04));
  // lambda turns, too: lambda_0 = exp(W^T) v, and int lambda h^T is known.
  const DoubleAdjoint adjoint = adjoint_of(flow, start);
  const auto block = adjoint.start_value();
  const double c = std::cos(3.0), s = std::sin(3.0), radius = adjoint.start_error()(0) + block.error(0, 0);
  BOOST_TEST(std::hypot(block.value(0, 0) - c, block.value(1, 0) + s) <= radius + 4e-16);
  BOOST_TEST(radius < 1e-10);
  // lambda_t = (cos 3(1-t), -sin 3(1-t)), h_t = (cos 3t, sin 3t).
  MatrixXd integral(2, 2);
  integral << (c + s / 3) / 2, s / 2, -s / 2, (c - s / 3) / 2;
  const auto [found, error] = adjoint.weight_gradient();
  BOOST_TEST((found - integral).norm() <= error.value() + 4e-16);
  BOOST_TEST(error.value() < 1e-9);
}

BOOST_AUTO_TEST_CASE(errors_of_the_start_grow_as_they_must) {
  // One neuron, identity: an error of the start is multiplied by e^w. Nothing in the bound is lost, inside
  // the tube of the logarithmic norm or outside.
  for (const double error : {1e-6, 1e-2}) {
    for (const double w : {1.0, 3.0}) {
      const Problem p = problem(MatrixXd::Constant(1, 1, w), "identity");
      const DoubleFlow flow = flow_of(p, VectorXd::Ones(1), with(1, 12), error);
      for (const double t : {0.0, 0.3, 1.0}) {
        const double truth = error * std::exp(w * t);
        BOOST_TEST(flow.at(t).radius(0) >= truth * (1 - 1e-12));
        BOOST_TEST(flow.at(t).radius(0) <= truth * (1 + 1e-3));
      }
    }
    // a < 0 against W < 0 grows as well, although W alone has a negative logarithmic norm.
    const Problem against = problem(MatrixXd::Constant(1, 1, -2), "identity", -1);
    const DoubleFlow backward = flow_of(against, VectorXd::Ones(1), with(1, 12), error);
    BOOST_TEST(backward.at(1).radius(0) >= error * std::exp(2.0) * (1 - 1e-12));
    BOOST_TEST(std::abs(backward.at(1).values(0, 0) - std::exp(2.0)) < 1e-8);
  }
  // A start in two parts.
  const Problem p = problem(MatrixXd::Zero(1, 1), "identity");
  const DoubleWorld world(p.w, p.phi, 1, ProductAccuracy::plain);
  const DoubleFlow whole(p.view(), world,
                         {MatrixXd::Constant(1, 1, 1), MatrixXd::Zero(1, 1), MatrixXd::Constant(1, 1, 0.25)},
                         with(1e-9));
  BOOST_TEST(std::abs(whole.at(1).values(0, 0) - 1.25) < 1e-12);
}

BOOST_AUTO_TEST_CASE(logarithmic_norms_hold_where_slopes_vary) {
  // Perturbed starts stay inside, though the rate is below that of the plain norm.
  const MpPrecision scope(kBits);
  for (const char* name : {"tanh", "sigmoid", "softplus", "gelu"})
    for (const std::uint64_t seed : {61U, 62U, 63U}) {
      MatrixXd w = random_matrix(3, 3, seed);
      w = (2 * (w - w.transpose()) - 0.5 * MatrixXd::Identity(3, 3)).eval();
      const Problem p = problem(w, name);
      const VectorXd start = random_matrix(3, 1, seed + 10);
      const double error = 1e-5;
      const DoubleFlow flow = flow_of(p, start, with(1, 12), error);
      for (int direction = 0; direction < 3; ++direction) {
        const VectorXd moved = start + (1 - 1e-9) * error * VectorXd::Unit(3, direction);
        const auto truth = taylor_flow(p, moved);
        for (const double t : {0.25, 0.5, 1.0}) BOOST_TEST(state_share(truth, flow, t) <= 1);
      }
      BOOST_TEST(flow.bound().used_logarithmic_norm);
    }
}

BOOST_AUTO_TEST_CASE(rates_cover_the_slopes_within_the_tube) {
  // gelu at 0 stays there; a start at error > 0 meets slopes above phi'(0) = 1/2.
  const double error = 3e-4;
  const Problem rest = problem(MatrixXd::Constant(1, 1, 2), "gelu");
  const DoubleFlow flow = flow_of(rest, VectorXd::Zero(1), with(1, 12), error);
  BOOST_TEST(flow.bound().used_logarithmic_norm);
  const double end = taylor_flow(rest, VectorXd::Constant(1, error)).end()(0, 0).convert_to<double>();
  BOOST_TEST(end <= flow.at(1).radius(0));
  BOOST_TEST(end >= 0.99 * flow.at(1).radius(0));
  // tanh beyond its inflection of slope: on average over a piece phi' is above its value in the middle.
  for (const double start : {0.8, 1.0, 1.3})
    for (const double w : {2.0, 3.0}) {
      const Problem p = problem(MatrixXd::Constant(1, 1, w), "tanh");
      const auto closed = [w](double h) { return std::asinh(std::exp(w) * std::sinh(h)); };
      const double small = 1e-6;
      const EnclosedStates found = flow_of(p, VectorXd::Constant(1, start), with(1, 20), small).at(1);
      for (const double h : {start - small, start + small})
        BOOST_TEST(std::abs(closed(h) - found.values(0, 0)) <= found.radius(0));
      BOOST_TEST(found.radius(0) < 2.5 * (closed(start + small) - closed(start)));
    }
}

BOOST_AUTO_TEST_CASE(the_tube_is_left_to_the_plain_rate) {
  // Slopes of tanh within the tube around h = 4 are tiny; an error of the start of 4 leads to where they
  // are 1.
  const double error = 4;
  const Problem p = problem(MatrixXd::Ones(1, 1), "tanh");
  const DoubleFlow flow = flow_of(p, VectorXd::Constant(1, 4), with(100, 8), error);
  const auto end = [](double h) { return std::asinh(std::exp(1.0) * std::sinh(h)); };
  for (const double h : {0.0, 0.5, 1.0, 8.0}) {
    const EnclosedStates found = flow.at(1);
    BOOST_TEST(std::abs(end(h) - found.values(0, 0)) <= found.radius(0));
  }
  BOOST_TEST(flow.bound().amplification.value() >= std::exp(1.0) * (1 - 1e-12));
}

BOOST_AUTO_TEST_CASE(adjoints_and_weights_of_every_activation) {
  for (const char* name : kSmooth) {
    const Problem p = problem(random_matrix(3, 3, 71), name, Rational(1, 2));
    const VectorXd start = random_matrix(3, 1, 72), v = random_matrix(3, 1, 73);
    const AdjointTruth truth = adjoint_truth(p, start, v);
    for (const auto& [tolerance, degree] : {std::pair{1e-1, 3}, {1e-3, 4}, {1e-10, 0}})
      for (const ProductAccuracy accuracy : {ProductAccuracy::plain, ProductAccuracy::split}) {
        BOOST_TEST_CONTEXT(name << " " << tolerance) {
          const DoubleFlow flow = flow_of(p, start, with(tolerance, degree), 0, accuracy);
          const DoubleAdjoint adjoint = adjoint_of(flow, v);
          const auto block = adjoint.start_value();
          const double radius = adjoint.start_error()(0) + block.error(0, 0);
          BOOST_TEST((block.value.col(0) - truth.start).norm() <= radius + 1e-11);
          const auto [weights, error] = adjoint.weight_gradient();
          BOOST_TEST((weights - truth.weights).norm() <= error.value() + 1e-11);
          BOOST_TEST(radius < 30 * tolerance);
          BOOST_TEST(error.value() < 100 * tolerance);
          const double product = (p.w.matrix().transpose() * truth.start).cwiseAbs().maxCoeff();
          BOOST_TEST(product <= adjoint.product_bound()(0) + 1e-11);
        }
      }
  }
}

BOOST_AUTO_TEST_CASE(errors_of_the_state_reach_the_adjoint) {
  // gelu at 0 has phi = 0, phi' = 1/2, phi'' = L2. Under a fast rotation an error of the start stays small
  // and resonates with the adjoint: the term alpha L2 Ebar Y of L29 is a good part of the truth.
  const double error = 1e-5, speed = 24;
  MatrixXd w(2, 2);
  w << 0, -speed, speed, 0;
  const Problem p = problem(w, "gelu");
  const VectorXd v = VectorXd::Unit(2, 0);
  const DoubleFlow flow = flow_of(p, VectorXd::Zero(2), with(1, 16), error);
  const DoubleAdjoint adjoint = adjoint_of(flow, v);
  const auto block = adjoint.start_value();
  const double radius = adjoint.start_error()(0) + block.error(0, 0);
  const auto [weights, weight_error] = adjoint.weight_gradient();
  double used = 0, weights_used = 0;
  for (int direction = 0; direction < 16; ++direction) {
    const double angle = direction * std::acos(-1.0) / 8;
    const VectorXd moved = 0.999999 * error * VectorXd(Eigen::Vector2d(std::cos(angle), std::sin(angle)));
    const AdjointTruth truth = adjoint_truth(p, moved, v);
    used = std::max(used, (truth.start - block.value.col(0)).norm() / radius);
    weights_used = std::max(weights_used, (truth.weights - weights).norm() / weight_error.value());
  }
  BOOST_TEST_MESSAGE("shares of the bounds that are used: " << used << " " << weights_used);
  BOOST_TEST((used <= 1 && used > 0.2));
  BOOST_TEST((weights_used <= 1 && weights_used > 0.05));
  // One neuron at the same place, where both grow by e^(w/2): lambda(0) = phi'(h_1) v dh_1/dh_0.
  const Problem steep = problem(MatrixXd::Constant(1, 1, 6), "gelu");
  const double small = 1e-6;
  const DoubleFlow unstable = flow_of(steep, VectorXd::Zero(1), with(1, 16), small);
  const DoubleAdjoint backward = adjoint_of(unstable, VectorXd::Ones(1));
  const auto at_start = backward.start_value();
  const double grown = adjoint_truth(steep, VectorXd::Constant(1, small), VectorXd::Ones(1)).start(0);
  const double grown_share =
      std::abs(grown - at_start.value(0, 0)) / (backward.start_error()(0) + at_start.error(0, 0));
  BOOST_TEST((grown_share <= 1 && grown_share > 0.2));
  // Without rotation, only the end counts: lambda(1) = phi'(h) v, and W = 0 leaves it there.
  const Problem still = problem(MatrixXd::Zero(1, 1), "gelu");
  const DoubleFlow rest = flow_of(still, VectorXd::Zero(1), with(1, 8), error);
  const DoubleAdjoint end = adjoint_of(rest, VectorXd::Ones(1));
  const double truth = (still.phi.derivative(error) - 0.5) / end.start_error()(0);
  BOOST_TEST((truth <= 1 && truth > 0.99));
  // There the gradient by W is lambda phi(h)^T, phi(h) of size error / 2: the state's part of L30.
  const auto [rest_weights, rest_error] = end.weight_gradient();
  const double share = still.phi.derivative(error) * still.phi.value(error) / rest_error.value();
  BOOST_TEST((share <= 1 && share > 0.3));
  // sin at pi/2: lambda is 0, phi is 1, an error of the state moves lambda: the adjoint's part of L30.
  const Problem top = problem(MatrixXd::Zero(1, 1), "sin");
  const double half_pi = std::acos(0.0);
  const DoubleFlow flat = flow_of(top, VectorXd::Constant(1, half_pi), with(1, 2), error);
  const auto [flat_weights, flat_error] = adjoint_of(flat, VectorXd::Ones(1)).weight_gradient();
  const double flat_share =
      std::abs(top.phi.derivative(half_pi + error) * top.phi.value(half_pi + error) - flat_weights(0, 0)) /
      flat_error.value();
  BOOST_TEST((flat_share <= 1 && flat_share > 0.5));
}

BOOST_AUTO_TEST_CASE(without_coupling_only_roundings_remain) {
  // W = 0: lambda = phi'(h_0) v / 3 and d_W = lambda phi(h_0)^T.
  const Ball third = Ball::from(Rational(1, 3), kBits);
  double of_adjoint = 0, of_weights = 0;
  for (const char* name : {"softplus", "tanh", "gelu"})
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const Problem p = problem(MatrixXd::Zero(2, 2), name);
      const VectorXd start = random_matrix(2, 1, seed), v = random_matrix(2, 1, 100 + seed);
      const DoubleFlow flow = flow_of(p, start, with(1e-9, 8));
      const DoubleAdjoint adjoint(flow, v, third);
      const auto block = adjoint.start_value();
      const auto [weights, error] = adjoint.weight_gradient();
      Ball square, squares;
      for (Index i = 0; i < 2; ++i) {
        const Ball lambda = p.phi.derivative(Ball::exact(start(i), kBits)) * Ball::exact(v(i), kBits) * third;
        const Ball difference = lambda - Ball::exact(block.value(i, 0));
        square += difference * difference;
        for (Index j = 0; j < 2; ++j) {
          const Ball entry = lambda * p.phi.value(Ball::exact(start(j), kBits)) - Ball::exact(weights(i, j));
          squares += entry * entry;
        }
      }
      of_adjoint =
          std::max(of_adjoint, sqrt(abs(square)).upper() / (adjoint.start_error()(0) + block.error(0, 0)));
      of_weights = std::max(of_weights, sqrt(abs(squares)).upper() / error.value());
    }
  BOOST_TEST((of_adjoint <= 1 && of_adjoint > 0.05));
  BOOST_TEST((of_weights <= 1 && of_weights > 0.01));
}

BOOST_AUTO_TEST_CASE(coarse_polynomials_on_long_pieces) {
  // Where the defect is nearly all there is: the largest share of the radius that is used, over many flows.
  const MpPrecision scope(kBits);
  double used = 0;
  for (const char* name : {"sin", "cos", "gaussian", "tanh"})
    for (const int degree : {2, 3, 4})
      for (const double speed : {0.5, 1.0, 2.0})
        for (const double start : {-0.9, 0.3, 1.5}) {
          const Problem p = problem(MatrixXd::Constant(1, 1, -speed), name);
          const VectorXd h0 = VectorXd::Constant(1, start);
          const DoubleFlow flow = flow_of(p, h0, with(2, degree));
          const auto truth = taylor_flow(p, h0);
          for (const double t : {0.25, 0.5, 0.75, 1.0}) {
            const double share = state_share(truth, flow, t);
            BOOST_TEST(share <= 1);
            used = std::max(used, share);
          }
        }
  BOOST_TEST_MESSAGE("largest share of the radius that is used: " << used);
  BOOST_TEST(used > 0.005);
}

BOOST_AUTO_TEST_CASE(batches_are_their_samples) {
  const MpPrecision scope(kBits);
  const Problem p = problem(random_matrix(3, 3, 81), "silu");
  const MatrixXd starts = random_matrix(3, 4, 82);
  for (const ProductAccuracy accuracy : {ProductAccuracy::plain, ProductAccuracy::split}) {
    const DoubleFlow batch = flow_of(p, starts, with(1e-11), 0, accuracy);
    const MatrixXd v = random_matrix(3, 1, 83);
    const DoubleAdjoint adjoint(batch, v.replicate(4, 1), Ball::from(Rational(1, 3), kBits));
    auto [weights, error] = adjoint.weight_gradient();
    for (Index s = 0; s < 4; ++s) {
      const auto truth = taylor_flow(p, starts.col(s));
      for (const double t : {0.4, 1.0}) BOOST_TEST(state_share(truth, batch, t, s) <= 1);
      BOOST_TEST(batch.at(1).radius(s) < 1e-11);
      const DoubleFlow one = flow_of(p, starts.col(s), with(1e-11), 0, accuracy);
      const DoubleAdjoint own(one, v, Ball::from(Rational(1, 3), kBits));
      const auto [part, part_error] = own.weight_gradient();
      weights -= part;
      error += part_error;
      const VectorXd apart =
          own.start_value().value.col(0) - adjoint.start_value().value.col(0).segment(3 * s, 3);
      BOOST_TEST(apart.norm() <= own.start_error()(0) + adjoint.start_error()(s) + 1e-15);
    }
    BOOST_TEST(weights.norm() <= error.value());
    BOOST_TEST(error.value() < 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(many_digits_in_balls) {
  const MpPrecision scope(kBits);
  for (const char* name : {"softplus", "erf", "tanh"}) {
    const Problem p = problem(random_matrix(3, 3, 91), name, Rational(2, 3));
    const VectorXd start = random_matrix(3, 1, 92), v = random_matrix(3, 1, 93);
    BallWorld world(p.w, p.phi, 1, kBits);
    const BallMatrix h0 = world.from_doubles(start);
    const FlowEnclosure<BallWorld> precise(p.view(), BallWorld(p.w, p.phi, 1, kBits), world.exact(h0),
                                           with(1e-26));
    const auto truth = taylor_flow(p, start).end();
    const BallMatrix end = precise.end_value().value;
    for (Index i = 0; i < 3; ++i)
      BOOST_TEST((end(i, 0) - Ball::exact(MpFloat(truth(i, 0)), kBits)).magnitude().value() <=
                 precise.end_error()(0) + 1e-26);
    BOOST_TEST(precise.end_error()(0) < 1e-26);
    for (const double t : {0.3, 1.0}) {  // rounded to doubles
      const RealMatrix<MpFloat> exact = taylor_flow(p, start).at(make_mp(t, kBits));
      const EnclosedStates rounded = precise.at(t);
      Ball square;
      for (Index i = 0; i < 3; ++i) {
        const Ball difference = Ball::exact(MpFloat(exact(i, 0)), kBits) - Ball::exact(rounded.values(i, 0));
        square += difference * difference;
      }
      BOOST_TEST(sqrt(abs(square)).upper() <= rounded.radius(0));
      BOOST_TEST(rounded.radius(0) < 1e-15);
    }
    // The same in doubles.
    const DoubleFlow quick = flow_of(p, start, with(1e-12));
    const AdjointEnclosure<BallWorld> adjoint(precise, world.from_doubles(v), Ball(1));
    const DoubleAdjoint quick_adjoint = adjoint_of(quick, v);
    const auto far = adjoint.start_value().value,
               near_by = world.from_doubles(quick_adjoint.start_value().value);
    Ball square;
    for (Index i = 0; i < 3; ++i) square += (far(i, 0) - near_by(i, 0)) * (far(i, 0) - near_by(i, 0));
    BOOST_TEST(sqrt(abs(square)).upper() <=
               quick_adjoint.start_error()(0) + quick_adjoint.start_value().error(0, 0));
    BOOST_TEST(adjoint.start_error()(0) < 1e-24);
    const auto [weights, error] = adjoint.weight_gradient();
    const auto [quick_weights, quick_error] = quick_adjoint.weight_gradient();
    square = Ball();
    for (Index k = 0; k < 9; ++k) {
      const Ball difference = weights.data()[k] - Ball::exact(quick_weights.data()[k], kBits);
      square += difference * difference;
    }
    BOOST_TEST(sqrt(square).lower() <= quick_error.value() + error.value());
    BOOST_TEST(error.value() < 1e-23);
    BOOST_TEST(quick_error.value() < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(bad_requests) {
  const Problem p = problem(random_matrix(3, 3, 1), "tanh");
  const VectorXd start = VectorXd::Ones(3);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double tolerance : {0.0, -1.0, nan, HUGE_VAL})
    BOOST_CHECK_THROW(flow_of(p, start, with(tolerance)), InputError);
  for (const int degree : {-1, 1, 1001}) BOOST_CHECK_THROW(flow_of(p, start, with(1e-6, degree)), InputError);
  BOOST_CHECK_THROW(flow_of(p, VectorXd::Ones(2), with(1e-6)), InputError);
  BOOST_CHECK_THROW(flow_of(p, start, with(1e-6), nan), InputError);
  BOOST_CHECK_THROW(flow_of(p, VectorXd::Constant(3, nan), with(1e-6)), InputError);
  BOOST_CHECK_THROW(flow_of(problem(random_matrix(3, 2, 1), "tanh"), start, with(1e-6)), InputError);
  for (const char* name : {"relu", "elu", "polynomial:0,0,1"})
    BOOST_CHECK_THROW(flow_of(problem(random_matrix(3, 3, 1), name), start, with(1e-6)), InputError);
  BOOST_TEST(throws_with<PrecisionError>([&] { flow_of(p, start, with(1e-16)); }, "bits"));
  BOOST_TEST(throws_with<PrecisionError>([&] { flow_of(p, start, with(1e-40)); }, "bits"));
  BOOST_TEST(throws_with<PrecisionError>(
      [&] { flow_of(problem(random_matrix(3, 3, 1), "sin", 100000), start, with(1e-6)); }, "shorter time"));
  BOOST_CHECK_THROW(flow_of(problem(1e200 * random_matrix(3, 3, 1), "softplus"), start, with(1e-6)), Error);
  const DoubleFlow flow = flow_of(p, start, with(1e-6));
  for (const double t : {-1e-300, 1 + 1e-15, nan}) BOOST_CHECK_THROW(flow.at(t), InputError);
  BOOST_CHECK_THROW(adjoint_of(flow, VectorXd::Ones(2)), InputError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace gronwall
