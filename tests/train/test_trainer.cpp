#include <Eigen/SVD>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

#include "gronwall/model/gaussian_weights.hpp"
#include "gronwall/model/resnet.hpp"
#include "gronwall/numbers/error.hpp"
#include "gronwall/train/learning_rate.hpp"
#include "gronwall/train/trainer.hpp"

using namespace gronwall;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

struct Setting {
  TrainingOptions options;
  LabelledData data;
  Weights start;
};

Setting setting(Index width, Index inputs, double rate, Method method = Method::sgd, Index batch = 0) {
  Setting result;
  const Network net{.phi = &activation("softplus"), .width = width, .input_dimension = 4};
  result.options.network = {net, &scheme("euler"), 8};
  result.options.optimiser = {.method = method, .rate = rate};
  result.options.batch_size = batch;
  result.data.x = 2 * gaussian_weights(4, inputs, 40, 7).colwise().normalized();
  result.data.y = gaussian_weights(1, inputs, 41, 7);
  result.start = Weights::gaussian(net, 3);
  return result;
}

bool same(const Weights& a, const Weights& b) {
  return (a.flat().array() == b.flat().array()).all();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(trainer)

BOOST_AUTO_TEST_CASE(gradient_descent_step_by_step) {
  const Setting s = setting(20, 30, 0.05);
  Trainer trainer(s.options, s.data, s.start);
  NeuralOdeParameters parameters = neural_ode(s.options.network.network, s.start).parameters();
  for (int k = 0; k < 4; ++k) {
    const ResNet<double> resnet(NeuralOde(parameters), 8);
    const MatrixXd residual = resnet.outputs(s.data.x) - s.data.y;
    const Gradient<double> g = resnet.gradient(s.data.x, residual / 30);
    const EpochReport report = trainer.epoch();
    BOOST_TEST(report.epoch == static_cast<std::uint64_t>(k + 1));
    BOOST_TEST(report.loss == residual.squaredNorm() / 60, boost::test_tools::tolerance(1e-12));
    BOOST_TEST(report.gradient_norm == g.norm(), boost::test_tools::tolerance(1e-11));
    BOOST_TEST(!report.accuracy.has_value());
    parameters.u -= 0.05 * g.u;
    parameters.w -= 0.05 * g.w;
    parameters.v -= 0.05 * g.v;
  }
  BOOST_TEST((trainer.weights().w(0) - parameters.w).norm() < 1e-11);
}

BOOST_AUTO_TEST_CASE(an_epoch_meets_every_input_once_in_an_order_of_its_own) {
  // With a step too small to change anything the epoch's loss is that of the whole set.
  Setting s = setting(10, 37, 1e-300, Method::sgd, 5);
  std::size_t steps = 0, last = 0;
  Trainer trainer(s.options, s.data, s.start);
  const double loss = trainer.evaluate(s.data).loss;
  const EpochReport report = trainer.epoch([&](std::size_t step, std::size_t of) {
    ++steps;
    last = step;
    BOOST_TEST(of == 8U);
  });
  BOOST_TEST(steps == 8U);
  BOOST_TEST(last == 8U);
  BOOST_TEST(report.loss == loss, boost::test_tools::tolerance(1e-13));

  // The last batch (2 inputs) differs from epoch to epoch and from seed to seed.
  const double first_epoch = report.gradient_norm, second_epoch = trainer.epoch().gradient_norm;
  BOOST_TEST(first_epoch != second_epoch);
  s.options.seed = 2;
  Trainer other(s.options, s.data, s.start);
  BOOST_TEST(other.epoch().gradient_norm != first_epoch);
}

BOOST_AUTO_TEST_CASE(a_restored_trainer_goes_on_bit_for_bit_with_any_number_of_threads) {
  for (const Method method : {Method::sgd, Method::momentum, Method::adam})
    for (const Index batch : {Index{0}, Index{7}}) {
      Setting s = setting(20, 40, method == Method::adam ? 1e-3 : 0.02, method, batch);
      s.options.batch.threads = 1;
      Trainer whole(s.options, s.data, s.start);
      for (int k = 0; k < 3; ++k) whole.epoch();
      const TrainingState middle = whole.state();
      EpochReport expected;
      for (int k = 0; k < 3; ++k) expected = whole.epoch();

      for (const unsigned threads : {1u, 2u, 3u}) {
        s.options.batch.threads = threads;
        Trainer resumed(s.options, s.data, Weights(s.options.network.network));
        resumed.restore(middle);
        BOOST_TEST(resumed.finished_epochs() == 3U);
        EpochReport report;
        for (int k = 0; k < 3; ++k) report = resumed.epoch();
        BOOST_TEST(report.loss == expected.loss);
        BOOST_TEST(same(resumed.weights(), whole.weights()));
      }
    }
}

BOOST_AUTO_TEST_CASE(optimise_then_discretise_learns_the_same) {
  Setting s = setting(15, 20, 0.05);
  s.options.network.scheme = &scheme("rk4");
  s.options.network.steps = 20;
  Trainer discrete(s.options, s.data, s.start);
  s.options.adjoint = AdjointSolver{.tolerance = 1e-8};
  Trainer continuous(s.options, s.data, s.start);
  for (int k = 0; k < 3; ++k) BOOST_TEST(std::abs(discrete.epoch().loss - continuous.epoch().loss) < 1e-6);
  BOOST_TEST((discrete.weights().flat() - continuous.weights().flat()).norm() < 1e-5);
  BOOST_TEST(!same(discrete.weights(), continuous.weights()));
}

BOOST_AUTO_TEST_CASE(the_papers_step_diverges_where_the_provable_one_descends) {
  // S29: eta = 1/|X|_F^2 for the sum of losses, sigma_w T = 3.
  Setting s = setting(200, 4, 1.0);
  s.options.network.network.time = 3;
  s.options.network.steps = 30;
  s.options.optimiser.rate =
      4 / s.data.x.squaredNorm() * 4;  // |X|_F with |x| = 1, as in the papers; mean loss
  Trainer theirs(s.options, s.data, s.start);
  const double loss = theirs.evaluate(s.data).loss;
  double largest = 0;
  try {
    for (int k = 0; k < 60; ++k) largest = std::max(largest, theirs.epoch().loss);
  } catch (const DivergedError& error) {
    largest = INFINITY;
    BOOST_TEST(error.step() > 1U);
    BOOST_TEST(std::string(error.what()).find("step " + std::to_string(error.step())) != std::string::npos);
    BOOST_TEST(theirs.weights().flat().allFinite());
  }
  BOOST_TEST(largest > 100 * loss);

  const ProvableRate provable = provable_rate(s.options.network, s.start, s.data);
  BOOST_TEST(provable.rate < s.options.optimiser.rate);
  s.options.optimiser.rate = provable.rate;
  Trainer ours(s.options, s.data, s.start);
  double before = INFINITY;
  for (int k = 0; k < 60; ++k) {
    const double now = ours.epoch().loss;
    BOOST_TEST(now <= before);
    before = now;
  }
  BOOST_TEST(before < 0.5 * loss);
}

BOOST_AUTO_TEST_CASE(the_provable_rate_knows_the_jacobian) {
  // One input: |J_0| is the gradient's norm, and alpha_0 too.
  Setting s = setting(12, 1, 1);
  const ResNet<double> resnet(neural_ode(s.options.network.network, s.start), 8);
  const double norm = resnet.gradient(s.data.x).norm();
  const ProvableRate one = provable_rate(s.options.network, s.start, s.data);
  BOOST_TEST(one.jacobian_norm == norm, boost::test_tools::tolerance(1e-10));
  BOOST_TEST(one.alpha == norm, boost::test_tools::tolerance(1e-10));
  BOOST_TEST(one.rate == 1 / (1.5 * norm * 1.5 * norm), boost::test_tools::tolerance(1e-10));
  BOOST_TEST(!one.hypotheses_hold);

  // So close to the target that the theorem applies: its rate holds.
  s.data.y = resnet.outputs(s.data.x).array() + 1e-6;
  const ProvableRate near = provable_rate(s.options.network, s.start, s.data);
  BOOST_TEST(near.hypotheses_hold);
  BOOST_TEST(near.residual == 1e-6, boost::test_tools::tolerance(1e-6));
  s.options.optimiser.rate = near.rate;
  Trainer trainer(s.options, s.data, s.start);
  double before = trainer.evaluate(s.data).loss;
  for (int k = 0; k < 5; ++k) {
    trainer.epoch();
    const double now = trainer.evaluate(s.data).loss, factor = 1 - near.rate * near.alpha * near.alpha / 9;
    BOOST_TEST(now <= factor * factor * before);
    before = now;
  }

  // Of several inputs and outputs the bound holds, if not sharply.
  Network two = s.options.network.network;
  two.outputs = 2;
  LabelledData data = setting(12, 6, 1).data;
  data.y = gaussian_weights(2, 6, 44, 7);
  const Weights weights = Weights::gaussian(two, 3);
  const ResNet<double> both(neural_ode(two, weights), 8);
  MatrixXd jacobian(two.parameters(), 12);
  for (Index i = 0; i < 6; ++i)
    for (Index o = 0; o < 2; ++o) {
      const Gradient<double> g = both.gradient(data.x.col(i), MatrixXd::Identity(2, 2).col(o));
      jacobian.col(2 * i + o) << g.u.reshaped(), g.w.reshaped(), g.v.reshaped();
    }
  const double exact = jacobian.jacobiSvd().singularValues()(0);
  std::vector<std::pair<std::size_t, std::size_t>> progress;
  const ProvableRate bound =
      provable_rate({two, &scheme("euler"), 8}, weights, data, {},
                    [&](std::size_t done, std::size_t total) { progress.emplace_back(done, total); });
  BOOST_TEST((progress == std::vector<std::pair<std::size_t, std::size_t>>{{1, 2}, {2, 2}}));
  BOOST_TEST(bound.jacobian_norm >= exact);
  BOOST_TEST(bound.jacobian_norm <= std::sqrt(2.0) * exact);
  // The general way to the same kernels.
  const ProvableRate general = provable_rate({two, &scheme("midpoint"), 50}, weights, data);
  const ProvableRate fine = provable_rate({two, &scheme("euler"), 300}, weights, data);
  BOOST_TEST(general.jacobian_norm == fine.jacobian_norm, boost::test_tools::tolerance(1e-2));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const Setting s = setting(10, 12, 0.1);
  const auto refused = [&](const auto& change) {
    Setting bad = s;
    change(bad);
    BOOST_CHECK_THROW(Trainer(bad.options, bad.data, bad.start), InputError);
  };
  refused([](Setting& x) { x.options.optimiser.rate = 0; });
  refused([](Setting& x) { x.options.network.steps = 0; });
  refused([](Setting& x) { x.options.batch_size = 13; });
  refused([](Setting& x) { x.options.batch_size = -1; });
  refused([](Setting& x) { x.options.loss = Loss::cross_entropy; });
  refused([](Setting& x) { x.data.x(1, 1) = NAN; });
  refused([](Setting& x) { x.data.y.conservativeResize(1, 11); });
  refused([](Setting& x) { x.data.x.conservativeResize(3, 12); });
  refused([](Setting& x) { x.start.flat()(3) = INFINITY; });
  refused([](Setting& x) { x.start = Weights(); });
  Trainer trainer(s.options, s.data, s.start);
  TrainingState state = trainer.state();
  state.optimiser_memory.emplace_back(3);
  BOOST_CHECK_THROW(trainer.restore(state), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
