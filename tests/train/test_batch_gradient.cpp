#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "gronwall/model/resnet.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/batch_gradient.hpp"
#include "train_testing.hpp"

using namespace gronwall;
using namespace gronwall::testing;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

DiscreteNetwork discrete(const Network& net, const char* name, long steps) {
  return {net, &scheme(name), steps};
}

/// f of one input in long double, written out from the definitions.
class Reference {
 public:
  using Vector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;
  using Matrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

  explicit Reference(const DiscreteNetwork& discrete) : discrete_(discrete) {}

  Vector operator()(const Eigen::VectorXd& theta, const Eigen::VectorXd& x) const {
    const Network& net = discrete_.network;
    const Index n = net.width, d = net.input_dimension;
    const auto matrix = [&](Index offset, Index rows, Index columns) {
      return Matrix(Eigen::Map<const MatrixXd>(theta.data() + offset, rows, columns).cast<long double>());
    };
    const auto scale = [](const Rational& sigma, Index size) {
      return static_cast<long double>(nearest_double(sigma)) / std::sqrt(static_cast<long double>(size));
    };
    const long double time = nearest_double(net.time);
    Vector h = scale(net.sigma_u, d) * (matrix(0, n, d) * x.cast<long double>());
    Index offset = n * d;
    for (long block = 0; block < net.blocks; ++block) {
      std::vector<Matrix> w;
      for (Index k = 0; k < net.matrices_per_block(); ++k, offset += n * n) w.push_back(matrix(offset, n, n));
      const auto field = [&](const Vector& y, long double t) -> Vector {
        Matrix at = w[0];
        if (w.size() == 2) {
          const long double angle = std::acos(-1.0L) * t / (2 * time);
          at = std::cos(angle) * w[0] + std::sin(angle) * w[1];
        }
        return scale(net.sigma_w, n) * (at * phi(y));
      };
      const Vector start = h;
      const long double dt = time / discrete_.steps;
      for (long l = 0; l < discrete_.steps; ++l) {
        const long double t = l * dt;
        if (discrete_.scheme->name == "euler") h += dt * field(h, t);
        if (discrete_.scheme->name == "midpoint") h += dt * field(h + dt / 2 * field(h, t), t + dt / 2);
        if (discrete_.scheme->name == "rk4") {
          const Vector k1 = field(h, t), k2 = field(h + dt / 2 * k1, t + dt / 2),
                       k3 = field(h + dt / 2 * k2, t + dt / 2), k4 = field(h + dt * k3, t + dt);
          h += dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }
        if (discrete_.scheme->order > 4) {
          std::vector<Vector> k;
          for (std::size_t stage = 0; stage < discrete_.scheme->stages(); ++stage) {
            Vector y = h;
            for (std::size_t j = 0; j < stage; ++j) y += dt * discrete_.scheme->a(stage, j) * k[j];
            k.push_back(field(y, t + discrete_.scheme->c[stage] * dt));
          }
          for (std::size_t stage = 0; stage < k.size(); ++stage)
            h += dt * discrete_.scheme->b[stage] * k[stage];
        }
      }
      h += net.skip * start;
    }
    return scale(net.sigma_v, n) * (matrix(offset, net.outputs, n) * phi(h));
  }

  long double loss(const Eigen::VectorXd& theta, const LabelledData& data) const {
    long double sum = 0;
    for (Index i = 0; i < data.size(); ++i)
      sum += ((*this)(theta, data.x.col(i)) - data.y.col(i).cast<long double>()).squaredNorm() / 2;
    return sum;
  }

 private:
  /// softplus or tanh.
  Vector phi(const Vector& z) const {
    const bool is_tanh = discrete_.network.phi->name() == "tanh";
    return z.unaryExpr([&](long double y) {
      return is_tanh ? std::tanh(y) : std::max(y, 0.0L) + std::log1p(std::exp(-std::abs(y)));
    });
  }
  const DiscreteNetwork& discrete_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(batch_gradient)

BOOST_AUTO_TEST_CASE(eulers_gradient_is_that_of_the_residual_network) {
  struct Case {
    const char* phi;
    Index width, dimension, outputs, inputs;
    long steps;
  };
  // Sizes around those of strips, panels and chunks.
  for (const Case& c : {Case{"softplus", 1, 1, 1, 1, 1},
                        {"tanh", 7, 2, 3, 23, 3},
                        {"gelu", 8, 25, 2, 24, 4},
                        {"relu", 25, 24, 1, 25, 5},
                        {"erf", 48, 5, 9, 145, 9},
                        {"softplus", 33, 3, 2, 700, 12},
                        {"softplus", 265, 3, 2, 220, 9},
                        {"elu", 30, 4, 1, 50, 30}}) {
    const Network net = scaled_network(c.phi, c.width, c.dimension, c.outputs);
    const LabelledData data = data_for(net, c.inputs);
    const Weights weights = Weights::gaussian(net, 5);
    BatchGradient gradient(discrete(net, "euler", c.steps), Loss::squared);
    const BatchResult& result = gradient.evaluate(weights, data);

    const ResNet<double> resnet(neural_ode(net, weights), c.steps);
    const MatrixXd residual = resnet.outputs(data.x) - data.y;
    const Gradient<double> expected = resnet.gradient(data.x, residual);
    BOOST_TEST_CONTEXT(c.phi << ", width " << c.width) {
      BOOST_TEST(result.loss == residual.squaredNorm() / 2, boost::test_tools::tolerance(1e-13));
      BOOST_TEST(relative_distance(result.gradient.u(), expected.u) < 1e-12);
      BOOST_TEST(relative_distance(result.gradient.w(0), expected.w) < 1e-12);
      BOOST_TEST(relative_distance(result.gradient.v(), expected.v) < 1e-12);
      BOOST_TEST(relative_distance(gradient.outputs(weights, data.x), resnet.outputs(data.x)) < 1e-13);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_network_and_scheme_against_differences_in_extended_precision) {
  for (const char* name : {"euler", "midpoint", "rk4", "dopri5", "butcher6"})
    for (const auto& [blocks, skip, gate] : {std::tuple{1L, 0.0, Gate::none},
                                             {3L, 0.0, Gate::none},
                                             {2L, 0.7, Gate::none},
                                             {2L, -0.5, Gate::rotation}})
      for (const bool checkpoints : {false, true}) {
        Network net = scaled_network(checkpoints ? "tanh" : "softplus", 9, 4, 2);
        net.blocks = blocks;
        net.skip = skip;
        net.gate = gate;
        const LabelledData data = data_for(net, 30);
        const Weights weights = Weights::gaussian(net, 6);
        const DiscreteNetwork steps = discrete(net, name, 11);
        BatchGradient gradient(steps, Loss::squared, {.checkpoints = checkpoints});
        const BatchResult& result = gradient.evaluate(weights, data);
        const Reference reference(steps);
        BOOST_TEST_CONTEXT(name << ", blocks " << blocks << ", skip " << skip << ", gate "
                                << to_string(gate)) {
          BOOST_TEST(result.loss == static_cast<double>(reference.loss(weights.flat(), data)),
                     boost::test_tools::tolerance(1e-13));
          // Along a random direction within each matrix of weights.
          for (const Weights::Part& part : weights.parts()) {
            Eigen::VectorXd direction = Eigen::VectorXd::Zero(weights.flat().size());
            direction.segment(part.offset, part.rows * part.columns) =
                gaussian_weights(part.rows * part.columns, 1, 50, 8);
            constexpr double kStep = 0x1p-17;
            const auto slope = (reference.loss(weights.flat() + kStep * direction, data) -
                                reference.loss(weights.flat() - kStep * direction, data)) /
                               (2 * kStep);
            const double size = result.gradient.flat().norm() * direction.norm();
            BOOST_TEST(
                std::abs(result.gradient.flat().dot(direction) - static_cast<double>(slope)) < 2e-9 * size,
                part.name);
          }
        }
      }
}

// One panel alone is multiplied plainly, pairs of them by SquareStrips in seven products.
BOOST_AUTO_TEST_CASE(pairs_of_panels_make_the_same_sums_as_single_ones) {
  for (const char* name : {"euler", "rk4", "butcher6"})
    for (const auto& [blocks, skip, gate] :
         {std::tuple{1L, 0.0, Gate::none}, {2L, 0.7, Gate::none}, {1L, 0.0, Gate::rotation}})
      for (const bool checkpoints : {false, true}) {
        Network net = scaled_network("softplus", 260, 4, 2);
        net.blocks = blocks;
        net.skip = skip;
        net.gate = gate;
        const LabelledData data = data_for(net, 250);
        const Weights weights = Weights::gaussian(net, 6);
        const BatchOptions options{.threads = 2, .checkpoints = checkpoints};
        BatchGradient paired(discrete(net, name, 4), Loss::squared, options);
        BatchGradient single(discrete(net, name, 4), Loss::squared, options);
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(weights.flat().size());
        double loss = 0;
        for (Index first = 0; first < data.size(); first += 24) {
          std::vector<Index> some;
          for (Index i = first; i < std::min(data.size(), first + 24); ++i) some.push_back(i);
          const BatchResult& part = single.evaluate(weights, data, some);
          sum += part.gradient.flat();
          loss += part.loss;
        }
        const BatchResult& result = paired.evaluate(weights, data);
        BOOST_TEST_CONTEXT(name << ", blocks " << blocks << ", gate " << to_string(gate)) {
          BOOST_TEST(result.loss == loss, boost::test_tools::tolerance(1e-13));
          BOOST_TEST(relative_distance(result.gradient.flat(), sum) < 2e-14);
        }
      }
}

BOOST_AUTO_TEST_CASE(compression_leaves_out_less_than_it_says) {
  for (const char* phi : {"softplus", "tanh", "silu"})
    for (const char* name : {"euler", "butcher6"})
      for (const double tolerance : {1e-4, 1e-8, 1e-13}) {
        Network net = scaled_network(phi, 40, 6, 2);
        net.blocks = 2;
        net.gate = Gate::rotation;
        const LabelledData data = data_for(net, 60);
        const Weights weights = Weights::gaussian(net, 9);
        BatchGradient full(discrete(net, name, 40), Loss::squared, {.compression = 0});
        BatchGradient few(discrete(net, name, 40), Loss::squared, {.compression = tolerance});
        const BatchResult& exact = full.evaluate(weights, data);
        const BatchResult& result = few.evaluate(weights, data);
        const double difference = (exact.gradient.flat() - result.gradient.flat()).norm();
        BOOST_TEST_CONTEXT(phi << ", " << name << ", " << tolerance) {
          BOOST_TEST(exact.left_out == 0);
          BOOST_TEST(exact.terms == 40);
          BOOST_TEST(result.terms < 20);
          BOOST_TEST(result.left_out > 0);
          BOOST_TEST(difference <= result.left_out + 1e-13 * exact.gradient.flat().norm());
          BOOST_TEST(result.left_out < 1000 * tolerance * exact.gradient.flat().norm());
          // The bound is of use: the loosest tolerance leaves out something that can be seen.
          if (tolerance == 1e-4) BOOST_TEST(difference > 1e-4 * result.left_out);
        }
      }
}

BOOST_AUTO_TEST_CASE(kinks_do_not_compress) {
  const Network net = scaled_network("relu", 30, 6, 1);
  const LabelledData data = data_for(net, 60);
  BatchGradient gradient(discrete(net, "euler", 30), Loss::squared);
  const BatchResult& result = gradient.evaluate(Weights::gaussian(net, 9), data);
  BOOST_TEST(result.terms == 30);
  BOOST_TEST(result.left_out == 0);
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_threads_or_on_earlier_batches) {
  Network net = scaled_network("gelu", 30, 6, 2);
  net.blocks = 2;
  net.gate = Gate::rotation;
  net.skip = 0.3;
  const LabelledData data = data_for(net, 1500);
  const Weights weights = Weights::gaussian(net, 9);
  for (const bool checkpoints : {false, true}) {
    BatchGradient one(discrete(net, "midpoint", 9), Loss::squared,
                      {.threads = 1, .checkpoints = checkpoints});
    const Eigen::VectorXd expected = one.evaluate(weights, data).gradient.flat();
    const double loss = one.evaluate(weights, data).loss;
    for (const unsigned threads : {2u, 3u, 7u}) {
      BatchGradient many(discrete(net, "midpoint", 9), Loss::squared,
                         {.threads = threads, .checkpoints = checkpoints});
      const std::vector<Index> some{5, 3, 1, 900};
      many.evaluate(weights, data, some);  // another batch leaves no trace
      const BatchResult& result = many.evaluate(weights, data);
      BOOST_TEST((result.gradient.flat().array() == expected.array()).all());
      BOOST_TEST(result.loss == loss);
    }
  }
}

BOOST_AUTO_TEST_CASE(results_of_wide_networks_do_not_depend_on_threads) {
  const Network net = scaled_network("softplus", 261, 6, 2);
  const LabelledData data = data_for(net, 610);
  const Weights weights = Weights::gaussian(net, 9);
  BatchGradient one(discrete(net, "euler", 9), Loss::squared, {.threads = 1});
  const BatchResult& expected = one.evaluate(weights, data);
  for (const unsigned threads : {2u, 3u}) {
    BatchGradient many(discrete(net, "euler", 9), Loss::squared, {.threads = threads});
    const BatchResult& result = many.evaluate(weights, data);
    BOOST_TEST((result.gradient.flat().array() == expected.gradient.flat().array()).all());
    BOOST_TEST(result.loss == expected.loss);
  }
}

BOOST_AUTO_TEST_CASE(several_waves_make_the_same_sums) {
  Network net = scaled_network("tanh", 20, 5, 2);
  net.blocks = 2;
  const LabelledData data = data_for(net, 2000);
  const Weights weights = Weights::gaussian(net, 9);
  for (const bool checkpoints : {false, true}) {
    BatchGradient one(discrete(net, "euler", 10), Loss::squared, {.checkpoints = checkpoints});
    BatchGradient many(discrete(net, "euler", 10), Loss::squared,
                       {.checkpoints = checkpoints, .factor_memory = 1});
    const BatchResult& expected = one.evaluate(weights, data);
    for (int repetition = 0; repetition < 2; ++repetition) {
      const BatchResult& result = many.evaluate(weights, data);
      BOOST_TEST(result.loss == expected.loss, boost::test_tools::tolerance(1e-14));
      BOOST_TEST(relative_distance(result.gradient.flat(), expected.gradient.flat()) < 1e-13);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_batch_is_the_inputs_named_in_their_order) {
  const Network net = scaled_network("softplus", 20, 5, 3);
  LabelledData data = data_for(net, 40);
  for (Index i = 0; i < 40; ++i) data.labels.push_back(static_cast<std::int32_t>(i % 3));
  const Weights weights = Weights::gaussian(net, 9);
  const std::vector<Index> chosen{30, 2, 17, 2, 39};
  LabelledData part;
  part.x.resize(5, 5);
  part.y.resize(3, 5);
  for (Index k = 0; k < 5; ++k) {
    const Index i = chosen[static_cast<std::size_t>(k)];
    part.x.col(k) = data.x.col(i);
    part.y.col(k) = data.y.col(i);
    part.labels.push_back(data.labels[static_cast<std::size_t>(i)]);
  }
  for (const Loss loss : {Loss::squared, Loss::cross_entropy}) {
    BatchGradient gradient(discrete(net, "rk4", 3), loss);
    const BatchResult all = gradient.evaluate(weights, part);
    const BatchResult& result = gradient.evaluate(weights, data, chosen);
    BOOST_TEST(result.loss == all.loss);
    BOOST_TEST(result.correct == all.correct);
    BOOST_TEST((result.gradient.flat().array() == all.gradient.flat().array()).all());
  }
}

BOOST_AUTO_TEST_CASE(cross_entropy_goes_through_the_network) {
  const Network net = scaled_network("softplus", 12, 5, 3);
  LabelledData data = data_for(net, 25);
  for (Index i = 0; i < 25; ++i) data.labels.push_back(static_cast<std::int32_t>(i % 3));
  const Weights weights = Weights::gaussian(net, 9);
  BatchGradient gradient(discrete(net, "euler", 6), Loss::cross_entropy);
  const BatchResult& result = gradient.evaluate(weights, data);
  const ResNet<double> resnet(neural_ode(net, weights), 6);
  const MatrixXd f = resnet.outputs(data.x);
  MatrixXd g = f.array().exp();
  double loss = 0;
  Index correct = 0;
  for (Index i = 0; i < 25; ++i) {
    Index best;
    f.col(i).maxCoeff(&best);
    correct += best == i % 3;
    loss += std::log(g.col(i).sum()) - f(i % 3, i);
    g.col(i) /= g.col(i).sum();
    g(i % 3, i) -= 1;
  }
  BOOST_TEST(result.loss == loss, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(result.correct == correct);
  BOOST_TEST(relative_distance(result.gradient.w(0), resnet.gradient(data.x, g).w) < 1e-12);
}

BOOST_AUTO_TEST_CASE(checkpoints_change_memory_only) {
  Network net = scaled_network("softplus", 20, 5, 1);
  net.blocks = 2;
  const LabelledData data = data_for(net, 200);
  const Weights weights = Weights::gaussian(net, 9);
  BatchGradient plain(discrete(net, "euler", 50), Loss::squared);
  BatchGradient sparing(discrete(net, "euler", 50), Loss::squared, {.checkpoints = true});
  const BatchResult& expected = plain.evaluate(weights, data);
  const BatchResult& result = sparing.evaluate(weights, data);
  BOOST_TEST(result.loss == expected.loss);
  BOOST_TEST(relative_distance(result.gradient.flat(), expected.gradient.flat()) < 1e-12);
}

BOOST_AUTO_TEST_CASE(overflow_is_passed_on_and_bad_sizes_are_not) {
  const Network net = scaled_network("softplus", 10, 3, 1);
  const LabelledData data = data_for(net, 30);
  Weights weights = Weights::gaussian(net, 9);
  BatchGradient gradient(discrete(net, "euler", 10), Loss::squared);
  weights.w(0) *= 1e200;
  BOOST_TEST(!std::isfinite(gradient.evaluate(weights, data).loss));

  const Network other = scaled_network("softplus", 10, 4, 1);
  BOOST_CHECK_THROW(gradient.evaluate(weights, data_for(other, 30)), InputError);
  BOOST_CHECK_THROW(gradient.outputs(weights, MatrixXd(3, 0)), InputError);
  BOOST_CHECK_THROW(gradient.evaluate(weights, data_for(scaled_network("softplus", 10, 3, 2), 30)),
                    InputError);
  BOOST_CHECK_THROW(BatchGradient(discrete(net, "euler", 0), Loss::squared), InputError);
  BOOST_CHECK_THROW(BatchGradient(discrete(net, "euler", 3), Loss::squared, {.compression = 1}), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
