#define GRONWALL_KERNELS panel_kernels_avx512
#define GRONWALL_KERNELS_NAME "avx512"
#include "gronwall/linalg/panel_kernels_unit.ipp"
