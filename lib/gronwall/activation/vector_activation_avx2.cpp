#define GRONWALL_LANES 4
#define GRONWALL_KERNELS kernels_avx2
#define GRONWALL_KERNELS_NAME "avx2"
#include "gronwall/activation/vector_activation_unit.ipp"
