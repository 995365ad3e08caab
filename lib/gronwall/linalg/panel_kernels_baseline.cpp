#define GRONWALL_KERNELS panel_kernels_baseline
#define GRONWALL_KERNELS_NAME "baseline"
#include "gronwall/linalg/panel_kernels_unit.ipp"
