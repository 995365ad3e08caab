#define GRONWALL_EIGEN Eigen_baseline
#define GRONWALL_KERNELS kernels_baseline
#define GRONWALL_KERNELS_NAME "baseline"
#include "gronwall/linalg/dense_kernels_unit.ipp"
