#include "gronwall/linalg/dense_kernels.hpp"

#include <cfenv>
#include <limits>

#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/instruction_sets.hpp"

namespace gronwall::dense {

static_assert(std::numeric_limits<double>::is_iec559 && std::numeric_limits<float>::is_iec559);

extern const Kernels kernels_baseline, kernels_avx2, kernels_avx512;
using Copies = KernelCopies<kernels_baseline, kernels_avx2, kernels_avx512>;

std::vector<const Kernels*> runnable_kernels() {
  return Copies::runnable();
}

const Kernels& kernels() {
  return Copies::best();
}

void require_ieee_arithmetic() {
  volatile double least_normal = std::numeric_limits<double>::min();
  volatile double half = least_normal / 2;
  if (std::fegetround() != FE_TONEAREST || half == 0 || half * 2 != least_normal)
    throw Error(
        "floating-point arithmetic must round to nearest and keep subnormal numbers: error bounds rest on "
        "it; "
        "restore the default floating-point environment");
}

}  // namespace gronwall::dense
