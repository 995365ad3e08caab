// Training that stops, leaves a checkpoint, and goes on at the bit. numpy.load reads the checkpoint as well.
#include "gronwall/train/checkpoint.hpp"

#include <filesystem>
#include <iostream>

#include "gronwall/train/labelled_data.hpp"

using namespace gronwall;

int main() {
  const Network network{.phi = &activation("tanh"), .width = 100, .input_dimension = 20, .outputs = 3};
  const Eigen::MatrixXd x = gaussian_inputs(20, /*count=*/40, /*seed=*/1, Normalisation::sphere);
  const LabelledData data = classification(x, random_labels(40, /*classes=*/3, /*seed=*/1), 3);

  TrainingOptions options;
  options.network = {network, &scheme("midpoint"), /*steps=*/5};
  options.loss = Loss::cross_entropy;
  options.optimiser = {.method = Method::adam, .rate = 0.01};
  options.batch_size = 16;
  const Weights start = Weights::gaussian(network, /*seed=*/2);
  Trainer trainer(options, data, start);
  for (int epoch = 0; epoch < 5; ++epoch) std::cout << "loss " << trainer.epoch().loss << '\n';

  const auto file = std::filesystem::temp_directory_path() / "gronwall-example-checkpoint.npz";
  write_checkpoint(file, network, trainer.state());
  Trainer resumed(options, data, start);
  resumed.restore(read_checkpoint(file, network));
  std::filesystem::remove(file);
  const bool same = resumed.epoch().loss == trainer.epoch().loss;
  std::cout << (same ? "the resumed training is the same at the bit\n" : "the resumed training differs\n");
  return same ? 0 : 1;
}
