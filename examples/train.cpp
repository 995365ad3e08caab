// Training a Neural ODE by gradient descent, with the learning rate the theory allows, and the tangent
// kernel.
#include <iostream>

#include "gronwall/train/labelled_data.hpp"
#include "gronwall/train/learning_rate.hpp"
#include "gronwall/train/monitor.hpp"
#include "gronwall/train/trainer.hpp"

using namespace gronwall;

int main() {
  const Network network{.phi = &activation("softplus"), .width = 200, .input_dimension = 10};
  TrainingOptions options;
  options.network = {network, &scheme("euler"), /*steps=*/10};

  LabelledData data;  // a teacher: random inputs |x|^2 = d, targets +-1 by the sign of a linear function
  data.x = gaussian_inputs(10, 20, /*seed=*/1, Normalisation::sphere);
  data.y = data.x.colwise().sum().cwiseSign();

  const Weights start = Weights::gaussian(network, /*seed=*/2);
  const ProvableRate rate = provable_rate(options.network, start, data);
  std::cout << "largest provable learning rate: " << rate.explanation << '\n';

  options.optimiser.rate = rate.rate;
  Trainer trainer(options, data, start);
  Monitor monitor(options.network, start, data.x);
  for (int epoch = 0; epoch <= 200; ++epoch) {
    const EpochReport report = trainer.epoch();
    if (epoch % 50 != 0) continue;
    const MonitorReport kernel = monitor.report(trainer.weights());
    std::cout << "epoch " << report.epoch << ": loss " << report.loss
              << ", lambda_min(K) >= " << kernel.enclosed_lambda_min.value_or(0)
              << " (enclosed), |J - J_0| = " << kernel.jacobian_change << '\n';
  }
}
