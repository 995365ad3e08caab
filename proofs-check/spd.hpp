#pragma once
// The matrices of spd/1, as L13 needs them.

#include <bit>
#include <memory>

#include "check.hpp"

namespace proofs_check {

inline uint128 magnitude(int128 x) {
  return x < 0 ? -static_cast<uint128>(x) : static_cast<uint128>(x);
}
inline int bit_length(uint128 x) {
  const auto high = static_cast<std::uint64_t>(x >> 64);
  return static_cast<int>(high != 0 ? 64 + std::bit_width(high)
                                    : std::bit_width(static_cast<std::uint64_t>(x)));
}

/// Off-diagonal entries (i > j) and diagonal of A in integers, times 2^scale; off the diagonal A_ij is within
/// `radius`.
class SymmetricMatrix {
 public:
  virtual ~SymmetricMatrix() = default;
  virtual int128 entry(std::size_t i, std::size_t j) = 0;  ///< i > j
  virtual mpq_class diagonal(std::size_t i) = 0;  ///< exact, in units of 1; only its radius is left out
  std::size_t order = 0;
  long scale = 0;
  int entry_bits = 0;    ///< |entry| < 2^entry_bits
  mpq_class radius = 0;  ///< of off-diagonal entries, in units of 1
  mpq_class radius_diagonal = 0;
};

/// The tangent kernel K of a depth-L net (L58): Khat of integer vectors near the gradients, and `needed`,
/// such that lambda_min(Khat) >= needed implies lambda_min(K) >= bound.
struct TangentKernel {
  std::unique_ptr<SymmetricMatrix> matrix;
  mpq_class needed;
  std::string subject;  ///< in words
};
TangentKernel tangent_kernel(const Value& m, const mpq_class& bound, const Context& context);

}  // namespace proofs_check
