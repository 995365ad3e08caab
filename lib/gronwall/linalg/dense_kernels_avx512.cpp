#define GRONWALL_EIGEN Eigen_avx512
#define GRONWALL_KERNELS kernels_avx512
#define GRONWALL_KERNELS_NAME "avx512"
#include "gronwall/linalg/dense_kernels_unit.ipp"
