#define GRONWALL_KERNELS panel_kernels_avx2
#define GRONWALL_KERNELS_NAME "avx2"
#include "gronwall/linalg/panel_kernels_unit.ipp"
