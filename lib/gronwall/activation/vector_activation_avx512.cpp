#define GRONWALL_LANES 8
#define GRONWALL_KERNELS kernels_avx512
#define GRONWALL_KERNELS_NAME "avx512"
#include "gronwall/activation/vector_activation_unit.ipp"
