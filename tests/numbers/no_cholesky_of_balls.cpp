// Compiles as it stands; must not compile with WITH_CHOLESKY.
#include <Eigen/Cholesky>

#include "gronwall/numbers/eigen.hpp"

gronwall::BallMatrix square(const gronwall::BallMatrix& a) {
#ifdef WITH_CHOLESKY
  const Eigen::LLT<gronwall::BallMatrix> factorisation(a);
#endif
  return a * a;
}
