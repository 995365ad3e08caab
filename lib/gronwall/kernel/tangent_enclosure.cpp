#include "gronwall/kernel/tangent_enclosure.hpp"

#include "gronwall/linalg/parallel.hpp"
#include "gronwall/model/gradient_enclosure.hpp"
#include "gronwall/numbers/error.hpp"

namespace gronwall {

using Eigen::Index;
using Eigen::MatrixXd;

EnclosedProduct enclose_tangent_kernel(const NeuralOde& model, const MatrixXd& x, long depth, Index output,
                                       unsigned threads) {
  if (x.cols() == 0) throw InputError("a tangent kernel needs at least one input");
  const Index n = model.width(), d = model.input_dimension(), count = x.cols();
  MatrixXd gradients(n * (n + d + 1), count);  // one a column
  std::vector<UpperBound> errors(static_cast<std::size_t>(count));
  parallel_for(
      errors.size(),
      [&](std::size_t i) {
        const auto column = static_cast<Index>(i);
        const EnclosedGradient g = enclose_resnet_gradient(model, x.col(column), depth, output);
        gradients.col(column) << g.u.reshaped(), g.w.reshaped(), g.v;
        errors[i] = g.error();
      },
      threads);
  if (!gradients.allFinite()) throw PrecisionError("the enclosed gradients overflow");
  EnclosedProduct kernel = enclosed_gram(gradients, errors);
  if (!kernel.radius.allFinite()) throw PrecisionError("the bounds of the tangent kernel overflow");
  return kernel;
}

}  // namespace gronwall
