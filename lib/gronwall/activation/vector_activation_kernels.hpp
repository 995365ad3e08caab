#pragma once
/// \file What the copies of vector_activation_unit.ipp offer, and the tables they share. Only constants and
/// declarations: an inline function here could be emitted with instructions that not every machine has.

#include <cstddef>

namespace gronwall::vector_activation {

using Kernel = void (*)(const double* parameters, std::ptrdiff_t parameter_count, const double* z,
                        double* value, double* derivative, std::ptrdiff_t count);

/// Coefficients of `kNormalTail` (normal.hpp), the parameters of `gelu` and `erf`.
inline constexpr int kTailCount = 26;

/// The activations for one instruction set. Parameters: for `gelu` and `erf` the coefficients of
/// `kNormalTail`, for `leaky_relu` the slope on the left, for `polynomial` the coefficients in increasing
/// degree.
struct Kernels {
  const char* name;  ///< "baseline", "avx2" or "avx512"
  Kernel softplus, tanh, sigmoid, gelu, silu, erf, sin, cos, gaussian, relu, leaky_relu, elu, identity,
      polynomial;
};

/// sin(z) and cos(z) for any double, for arguments beyond `kLargestAngle`.
void sine_and_cosine(double z, double* sine, double* cosine);
/// Up to here the vector code reduces angles itself: k = z / (pi/2) has at most 16 bits.
inline constexpr double kLargestAngle = 1e5;

// The numbers below are recomputed in MPFR by tests/activation/test_vector_activation.cpp.

/// 2^(j/16), rounded, and the relative rounding error: 2^(j/16) = kPower[j] (1 + kPowerRest[j]).
inline constexpr double kPower[16] = {
    0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
    0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0,
    0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
    0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};
inline constexpr double kPowerRest[16] = {0,
                                          0x1.79aa65d837b6dp-54,
                                          -0x1.01b15eaa59348p-55,
                                          0x1.68efde3a8a894p-54,
                                          0x1.34d754db0abb6p-55,
                                          0x1.59f48a72a4c6dp-55,
                                          0x1.690cebb7aafb0p-56,
                                          0x1.063e1e21c5409p-54,
                                          -0x1.3b3efbf5e2228p-54,
                                          -0x1.b32dcb94da51dp-56,
                                          0x1.db72fc1f0eab4p-55,
                                          0x1.1affc2b91ce27p-56,
                                          0x1.c1a7792cb3387p-55,
                                          0x1.36eae30af0cb3p-56,
                                          0x1.4a385a63d07a7p-56,
                                          -0x1.ff7128fd391f0p-55};
/// (ln 2)/16 = high + low, `high` of 37 bits, so that its products with 16-bit numbers are exact.
inline constexpr double kLn2Over16High = 0x1.62e42fefap-5;
inline constexpr double kLn2Over16Low = 0x1.cf79abc9e3b3ap-44;
inline constexpr double k16OverLn2 = 0x1.71547652b82fep+4;

/// Cells of log(1 + t), 0 <= t <= 1, around t_j = j kLogStep (kLogStep is 1/15 in 12 bits): 1/(1 + t_j) and
/// log(1 + t_j).
inline constexpr double kLogStep = 0x1.112p-4;
inline constexpr double kLogInverse[16] = {1,
                                           0x1.dffe5c016f7ecp-1,
                                           0x1.c3c0dbb34ad8bp-1,
                                           0x1.aaa6c72584a87p-1,
                                           0x1.94313dbfb5cafp-1,
                                           0x1.7ffac0125fbfbp-1,
                                           0x1.6db124a92436ep-1,
                                           0x1.5d1132e1eecbcp-1,
                                           0x1.4de36353ad046p-1,
                                           0x1.3ff97022734b2p-1,
                                           0x1.332c7b06e8a62p-1,
                                           0x1.275ba0b9e58b9p-1,
                                           0x1.1c6add6710296p-1,
                                           0x1.12422de41ed9dp-1,
                                           0x1.08ccdf0148ee8p-1,
                                           0x1.fff20061fd521p-2};
inline constexpr double kLogValue[16] = {0,
                                         0x1.08678b53c3a40p-4,
                                         0x1.0062b5cf8aaafp-3,
                                         0x1.7577abb32d178p-3,
                                         0x1.e43760ca90e75p-3,
                                         0x1.26a420facdf25p-2,
                                         0x1.589c2d71339e5p-2,
                                         0x1.8840f044ecc6fp-2,
                                         0x1.b5c75c821789cp-2,
                                         0x1.e15da16b532dcp-2,
                                         0x1.059622bbe8c47p-1,
                                         0x1.19ab84e329d99p-1,
                                         0x1.2cfed14df4df9p-1,
                                         0x1.3f9e272801382p-1,
                                         0x1.519628dc6ed62p-1,
                                         0x1.62f22fbea483ap-1};

/// pi/2 = high + middle + low up to 2^-130; `high` and `middle` of 37 bits.
inline constexpr double kHalfPiHigh = 0x1.921fb5444p+0;
inline constexpr double kHalfPiMiddle = 0x1.68c234c4cp-39;
inline constexpr double kHalfPiLow = 0x1.98a2e03707345p-77;
inline constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;

inline constexpr double kSqrt2 = 0x1.6a09e667f3bcdp+0;
/// 1/sqrt(2 pi) to twice the precision, and 2/sqrt(pi).
inline constexpr double kInverseSqrt2Pi = 0x1.9884533d43651p-2;
inline constexpr double kInverseSqrt2PiLow = -0x1.cbc0d30ebfd15p-56;
inline constexpr double kTwoOverSqrtPi = 0x1.20dd750429b6dp+0;

}  // namespace gronwall::vector_activation
