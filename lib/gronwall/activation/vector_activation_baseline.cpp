#define GRONWALL_LANES 2
#define GRONWALL_KERNELS kernels_baseline
#define GRONWALL_KERNELS_NAME "baseline"
#include "gronwall/activation/vector_activation_unit.ipp"
