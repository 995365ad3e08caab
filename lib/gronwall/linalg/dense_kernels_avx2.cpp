#define GRONWALL_EIGEN Eigen_avx2
#define GRONWALL_KERNELS kernels_avx2
#define GRONWALL_KERNELS_NAME "avx2"
#include "gronwall/linalg/dense_kernels_unit.ipp"
