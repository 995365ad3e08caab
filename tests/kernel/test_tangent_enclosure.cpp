#include <boost/test/unit_test.hpp>

#include "../model/model_testing.hpp"
#include "gronwall/kernel/tangent_enclosure.hpp"
#include "gronwall/numbers/error.hpp"

using namespace gronwall;
using namespace gronwall::testing;
using Eigen::Index;
using Eigen::MatrixXd;

namespace {

/// K in multiprecision arithmetic: forward sums of gradients by the model's own backpropagation.
RealMatrix<MpFloat> tangent_kernel(const NeuralOde& model, const MatrixXd& x, long depth, Index output,
                                   long bits) {
  const ResNet<MpFloat> net(model, depth, bits);
  RealMatrix<MpFloat> cotangent = zeros<MpFloat>(model.outputs(), 1, bits);
  cotangent(output, 0) = 1;
  std::vector<Gradient<MpFloat>> gradients;
  for (Index i = 0; i < x.cols(); ++i)
    gradients.push_back(net.gradient(real_matrix<MpFloat>(x.col(i), bits), cotangent));
  RealMatrix<MpFloat> kernel(x.cols(), x.cols());
  for (Index i = 0; i < x.cols(); ++i)
    for (Index j = 0; j < x.cols(); ++j)
      kernel(i, j) =
          inner_product(gradients[static_cast<std::size_t>(i)], gradients[static_cast<std::size_t>(j)]);
  return kernel;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tangent_enclosure)

BOOST_AUTO_TEST_CASE(every_entry_is_enclosed_and_narrowly) {
  constexpr long kBits = 150;
  const MpPrecision scope(kBits);
  for (const char* phi : {"softplus", "tanh", "erf"})
    for (const long depth : {1, 7}) {
      const NeuralOde model = scaled_model(9, 4, 2, phi, 5);
      const MatrixXd x = inputs(4, 5);
      for (const Index output : {0, 1}) {
        const EnclosedProduct kernel = enclose_tangent_kernel(model, x, depth, output, 2);
        const RealMatrix<MpFloat> truth = tangent_kernel(model, x, depth, output, kBits);
        for (Index i = 0; i < 5; ++i)
          for (Index j = 0; j < 5; ++j) {
            const MpFloat off = abs(MpFloat(truth(i, j) - make_mp(kernel.midpoint(i, j), kBits)));
            BOOST_TEST(static_cast<double>(off) <= kernel.radius(i, j));
            BOOST_TEST(kernel.radius(i, j) < 1e-9 * kernel.midpoint(i, i));
          }
      }
    }
}

BOOST_AUTO_TEST_CASE(bad_requests_are_refused) {
  const NeuralOde model = scaled_model(9, 4, 2, "tanh", 5);
  BOOST_CHECK_THROW(enclose_tangent_kernel(model, MatrixXd(4, 0), 3), InputError);
  BOOST_CHECK_THROW(enclose_tangent_kernel(model, inputs(3, 2), 3), InputError);
  BOOST_CHECK_THROW(enclose_tangent_kernel(model, inputs(4, 2), 0), InputError);
  BOOST_CHECK_THROW(enclose_tangent_kernel(model, inputs(4, 2), 3, 2), InputError);
  BOOST_CHECK_THROW(enclose_tangent_kernel(scaled_model(9, 4, 1, "relu", 5), inputs(4, 2), 3), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
