#include "gronwall/linalg/dense_kernels.hpp"

#include <cfenv>
#include <limits>

#include "gronwall/numbers/error.hpp"
#include "gronwall/numbers/instruction_sets.hpp"

namespace gronwall::dense {

static_assert(std::numeric_limits<double>::is_iec559 && std::numeric_limits<float>::is_iec559);

extern const Kernels kernels_baseline;
#ifdef GRONWALL_X86_KERNELS
extern const Kernels kernels_avx2;
extern const Kernels kernels_avx512;
#endif

std::vector<const Kernels*> runnable_kernels() {
  std::vector<const Kernels*> runnable;
#ifdef GRONWALL_X86_KERNELS
  if (processor_has_avx512()) runnable.push_back(&kernels_avx512);
  if (processor_has_avx2()) runnable.push_back(&kernels_avx2);
#endif
  runnable.push_back(&kernels_baseline);
  return runnable;
}

const Kernels& kernels() {
  static const Kernels& best = *runnable_kernels().front();
  return best;
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
