#include "gronwall/activation/vector_activation.hpp"

#include <cmath>
#include <string>
#include <string_view>

#include "gronwall/activation/normal.hpp"
#include "gronwall/activation/vector_activation_kernels.hpp"
#include "gronwall/numbers/instruction_sets.hpp"

namespace gronwall {
namespace vector_activation {

extern const Kernels kernels_baseline, kernels_avx2, kernels_avx512;

void sine_and_cosine(double z, double* sine, double* cosine) {
  *sine = std::sin(z);
  *cosine = std::cos(z);
}

namespace {

using Copies = KernelCopies<kernels_baseline, kernels_avx2, kernels_avx512>;

static_assert(kNormalTail.size() == kTailCount);

struct Entry {
  std::string_view name;
  Kernel Kernels::*kernel;
};

/// The activations without parameters in their names.
constexpr Entry kEntries[] = {
    {"softplus", &Kernels::softplus}, {"tanh", &Kernels::tanh}, {"sigmoid", &Kernels::sigmoid},
    {"gelu", &Kernels::gelu},         {"silu", &Kernels::silu}, {"erf", &Kernels::erf},
    {"sin", &Kernels::sin},           {"cos", &Kernels::cos},   {"gaussian", &Kernels::gaussian},
    {"relu", &Kernels::relu},         {"elu", &Kernels::elu},   {"identity", &Kernels::identity}};

}  // namespace
}  // namespace vector_activation

using vector_activation::Kernels;

VectorActivation::VectorActivation(const Activation& phi)
    : VectorActivation(phi, vector_activation::Copies::best()) {}

VectorActivation::VectorActivation(const Activation& phi, const Kernels& kernels)
    : phi_(&phi), kernels_(&kernels) {
  const std::string name = phi.name();
  for (const vector_activation::Entry& entry : vector_activation::kEntries)
    if (entry.name == name) kernel_ = kernels.*entry.kernel;
  if (name == "gelu" || name == "erf") parameters_.assign(kNormalTail.begin(), kNormalTail.end());
  if (kernel_ != nullptr) return;
  if (name.starts_with("leaky-relu:")) {
    parameters_ = {phi.derivative(0.0)};
    // 0 times -infinity would be NaN.
    kernel_ = parameters_[0] == 0 ? kernels.relu : kernels.leaky_relu;
  } else if (const auto coefficients = phi.polynomial()) {
    kernel_ = kernels.polynomial;
    for (const Rational& c : *coefficients) parameters_.push_back(nearest_double(c));
  }
}

std::vector<VectorActivation> VectorActivation::on_every_instruction_set(const Activation& phi) {
  std::vector<VectorActivation> result;
  for (const Kernels* kernels : vector_activation::Copies::runnable())
    result.push_back(VectorActivation(phi, *kernels));
  return result;
}

void VectorActivation::evaluate(const double* z, double* value, double* derivative,
                                std::ptrdiff_t count) const {
  if (kernel_ != nullptr) {
    kernel_(parameters_.data(), static_cast<std::ptrdiff_t>(parameters_.size()), z, value, derivative, count);
    return;
  }
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const double point = z[i];
    value[i] = phi_->value(point);
    derivative[i] = phi_->derivative(point);
  }
}

const char* VectorActivation::instruction_set() const {
  return is_vectorised() ? kernels_->name : "scalar";
}

}  // namespace gronwall
