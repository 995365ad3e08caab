// A Neural ODE followed with proved bounds: its state, its gradient, and the ResNet's distance from it.
#include <iostream>

#include "gronwall/model/gradient_enclosure.hpp"

using namespace gronwall;

int main() {
  const NeuralOde model =
      gaussian_model(/*width=*/100, /*input_dimension=*/3, /*outputs=*/1, activation("gelu"), /*seed=*/1);
  const Eigen::VectorXd x = Eigen::VectorXd::Ones(3);
  const NeuralOdeEnclosure enclosure(model, x);
  std::cout << "h_T is known to within " << enclosure.state(/*t=*/1.0).radius(0) << " in the Euclidean norm\n"
            << "Gronwall's factor was " << enclosure.bound().amplification.value() << '\n';

  const EnclosedGradient gradient = enclosure.gradient();
  std::cout << "the gradient is known to within " << gradient.error().value() << '\n';
  for (const long depth : {1, 10, 100, 1000}) {
    const Interval e = distance(enclose_resnet_gradient(model, x, depth), gradient);
    std::cout << depth << ": L |grad f^L - grad f| is between " << static_cast<double>(depth) * e.lower
              << " and " << static_cast<double>(depth) * e.upper << '\n';
  }
  const Interval limit = norm(rate_limit(enclosure).gradient);
  std::cout << "limit: between " << limit.lower << " and " << limit.upper << '\n'
            << "for every L at most " << rate_constant(enclosure).value() << '\n';
}
