#include "gronwall/linalg/panel_kernels.hpp"

#include <string_view>

namespace gronwall::dense {

extern const PanelKernels panel_kernels_baseline;
#ifdef GRONWALL_X86_KERNELS
extern const PanelKernels panel_kernels_avx2;
extern const PanelKernels panel_kernels_avx512;
#endif

std::vector<const PanelKernels*> runnable_panel_kernels() {
  std::vector<const PanelKernels*> runnable;
  for (const Kernels* set : runnable_kernels()) {
    const std::string_view name = set->name;
#ifdef GRONWALL_X86_KERNELS
    if (name == panel_kernels_avx512.name) runnable.push_back(&panel_kernels_avx512);
    if (name == panel_kernels_avx2.name) runnable.push_back(&panel_kernels_avx2);
#endif
    if (name == panel_kernels_baseline.name) runnable.push_back(&panel_kernels_baseline);
  }
  return runnable;
}

const PanelKernels& panel_kernels() {
  static const PanelKernels& best = *runnable_panel_kernels().front();
  return best;
}

}  // namespace gronwall::dense
