#include "gronwall/linalg/panel_kernels.hpp"

#include "gronwall/numbers/instruction_sets.hpp"

namespace gronwall::dense {

extern const PanelKernels panel_kernels_baseline, panel_kernels_avx2, panel_kernels_avx512;
using PanelCopies = KernelCopies<panel_kernels_baseline, panel_kernels_avx2, panel_kernels_avx512>;

std::vector<const PanelKernels*> runnable_panel_kernels() {
  return PanelCopies::runnable();
}

const PanelKernels& panel_kernels() {
  return PanelCopies::best();
}

}  // namespace gronwall::dense
