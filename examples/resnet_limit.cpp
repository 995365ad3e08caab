// The 1/L law: the gradient of a residual network of depth L approaches that of the Neural ODE.
#include <iostream>

#include "gronwall/model/continuous.hpp"
#include "gronwall/model/resnet.hpp"

using namespace gronwall;

int main() {
  const NeuralOde model = gaussian_model(/*width=*/100, /*input_dimension=*/10, /*outputs=*/1,
                                         activation("softplus"), /*seed=*/1);
  const Eigen::MatrixXd x = Eigen::MatrixXd::Ones(10, 1);  // one input, a column

  const auto flow = continuous_gradient<double>(model, x);
  std::cout << "continuous: f = " << flow.outputs << ", |grad f| = " << flow.gradient.norm() << " ("
            << flow.forward.evaluations << " evaluations of the field forward, " << flow.backward.evaluations
            << " backward)\n";

  for (const long depth : {1, 10, 100, 1000}) {
    const ResNet<double> net(model, depth);
    const double error = (net.gradient(x) - flow.gradient).norm();
    std::cout << "L = " << depth << ": f = " << net.outputs(x)
              << ", L |grad f^L - grad f| = " << static_cast<double>(depth) * error << '\n';
  }
}
