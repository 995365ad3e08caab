// The kernels of vector_activation_kernels.hpp for one instruction set. Included by
// vector_activation_<set>.cpp, which defines
//   GRONWALL_KERNELS  the name of the object to define,
//   GRONWALL_LANES    doubles in a vector: 8 with AVX-512, 4 with AVX2 and FMA, 2 for any machine.
// Everything is in an unnamed namespace and nothing from the standard library is used: the linker would keep
// one copy of an inline function for all instruction sets.
//
// Every element is computed by the same operations wherever it lies (the last few of a range are copied into
// a full vector), so its result depends on nothing else. The library is compiled without contraction, so
// multiply-adds are fused exactly where this file says so. The rounding errors of a formula add up to about 3
// ulp; what goes beyond plain evaluation (`_low`) is there to keep them below 4.
#include "gronwall/activation/vector_activation_kernels.hpp"
#if GRONWALL_LANES > 2
#include <immintrin.h>
#endif

#ifdef __FAST_MATH__
#error "error compensation assumes IEEE 754 arithmetic"
#endif

namespace gronwall::vector_activation {
namespace {

using Index = std::ptrdiff_t;

// ---- Lanes ------------------------------------------------------------------------------------------------

constexpr int kLanes = GRONWALL_LANES;
typedef double Vector __attribute__((vector_size(8 * GRONWALL_LANES)));
typedef long long Words __attribute__((vector_size(8 * GRONWALL_LANES)));

inline Vector load(const double* from) {
  Vector result;
  __builtin_memcpy(&result, from, sizeof result);
  return result;
}
inline void store(Vector v, double* to) {
  __builtin_memcpy(to, &v, sizeof v);
}
inline Words bits(Vector v) {
  return reinterpret_cast<Words>(v);
}
inline Vector from_bits(Words w) {
  return reinterpret_cast<Vector>(w);
}
constexpr long long kSignBit = static_cast<long long>(1ULL << 63);

inline Vector magnitude(Vector v) {
  return from_bits(bits(v) & ~kSignBit);
}
/// `size` >= 0 with the sign of `like`.
inline Vector with_sign(Vector size, Vector like) {
  return from_bits(bits(size) | (bits(like) & kSignBit));
}

#if GRONWALL_LANES == 8
inline Vector fill(double x) {
  return _mm512_set1_pd(x);
}
/// a b + c, rounded once.
inline Vector multiply_add(Vector a, Vector b, Vector c) {
  return _mm512_fmadd_pd(a, b, c);
}
/// The smaller one; `b` if `b` is NaN.
inline Vector smaller(Vector a, Vector b) {
  return _mm512_min_pd(a, b);
}
inline Vector larger(Vector a, Vector b) {
  return _mm512_max_pd(a, b);
}
/// table[index mod 16].
inline Vector look_up(const double (&table)[16], Words index) {
  return _mm512_permutex2var_pd(load(table), reinterpret_cast<__m512i>(index), load(table + 8));
}
inline bool any(Words mask) {
  return _mm512_movepi64_mask(reinterpret_cast<__m512i>(mask)) != 0;
}
#elif GRONWALL_LANES == 4
inline Vector fill(double x) {
  return _mm256_set1_pd(x);
}
inline Vector multiply_add(Vector a, Vector b, Vector c) {
  return _mm256_fmadd_pd(a, b, c);
}
inline Vector smaller(Vector a, Vector b) {
  return _mm256_min_pd(a, b);
}
inline Vector larger(Vector a, Vector b) {
  return _mm256_max_pd(a, b);
}
inline Vector look_up(const double (&table)[16], Words index) {
  // Faster than a gather instruction on most machines.
  const Words i = index & 15;
  return Vector{table[i[0]], table[i[1]], table[i[2]], table[i[3]]};
}
inline bool any(Words mask) {
  return _mm256_movemask_pd(reinterpret_cast<Vector>(mask)) != 0;
}
#else
inline Vector fill(double x) {
  return Vector{x, x};
}
inline Vector multiply_add(Vector a, Vector b, Vector c) {
  return a * b + c;
}
inline Vector smaller(Vector a, Vector b) {
  return a < b ? a : b;
}
inline Vector larger(Vector a, Vector b) {
  return a > b ? a : b;
}
inline Vector look_up(const double (&table)[16], Words index) {
  return Vector{table[index[0] & 15], table[index[1] & 15]};
}
inline bool any(Words mask) {
  return (mask[0] | mask[1]) != 0;
}
#endif

inline Vector multiply_add(Vector a, Vector b, double c) {
  return multiply_add(a, b, fill(c));
}
inline Vector multiply_add(Vector a, double b, Vector c) {
  return multiply_add(a, fill(b), c);
}

/// a b - c for `c` = a b rounded, without error unless something underflows or overflows.
inline Vector product_error(Vector a, Vector b, Vector c) {
#if GRONWALL_LANES > 2
  return multiply_add(a, b, -c);
#else
  // Dekker and Veltkamp: halves of 26 bits, whose products are exact.
  constexpr double kSplitter = 0x1p27 + 1;
  const Vector a_high = kSplitter * a - (kSplitter * a - a), a_low = a - a_high;
  const Vector b_high = kSplitter * b - (kSplitter * b - b), b_low = b - b_high;
  return ((a_high * b_high - c) + a_high * b_low + a_low * b_high) + a_low * b_low;
#endif
}
/// a - b c, rounded once, or nearly so without fused operations.
inline Vector remainder(Vector a, Vector b, Vector c) {
#if GRONWALL_LANES > 2
  return multiply_add(-b, c, a);
#else
  const Vector product = b * c;
  return (a - product) - product_error(b, c, product);
#endif
}

/// sum_j c_{first + stride j} x^j. By recursion: compilers do not unroll long loops.
template <int kCount, int kStride, int kFirst>
inline Vector every(const double* c, Vector x) {
  if constexpr (kFirst + kStride >= kCount)
    return fill(c[kFirst]);
  else
    return multiply_add(every<kCount, kStride, kFirst + kStride>(c, x), x, c[kFirst]);
}
/// sum_k c_k x^k, even and odd powers apart, so that fewer operations wait for each other.
template <int kCount>
inline Vector series(const double (&c)[kCount], Vector x, Vector square) {
  return multiply_add(every<kCount, 2, 1>(c, square), x, every<kCount, 2, 0>(c, square));
}
/// (sum_k c_k x^k - c_0)/x in four parts, for long series.
template <int kCount>
inline Vector long_series(const double* c, Vector x) {
  const Vector square = x * x, fourth = square * square;
  const Vector first = multiply_add(every<kCount, 4, 3>(c, fourth), square, every<kCount, 4, 1>(c, fourth));
  const Vector second = multiply_add(every<kCount, 4, 4>(c, fourth), square, every<kCount, 4, 2>(c, fourth));
  return multiply_add(second, x, first);
}

/// Adding it rounds a number below 2^51 to an integer, which appears in the last bits.
constexpr double kRounder = 0x1.8p52;

// ---- Exponential ------------------------------------------------------------------------------------------

/// Arguments of the exponential are cut off here: e^-760 times anything below 2^20 rounds to zero.
constexpr double kLeastExponent = -760;

/// e^x = 2^(k/16 - j/16) head (1 + tail), j = k mod 16; |tail| < 0.022.
struct Exponential {
  Vector head;
  Vector tail;
  Vector shifted_k;  ///< k + kRounder

  /// e^x 2^(-floor(k/16)), in [0.97, 2).
  Vector scaled() const { return multiply_add(head, tail, head); }

  /// y 2^(floor(k/16)), rounded once, for |y| < 2^20.
  Vector scale(Vector y) const {
#if GRONWALL_LANES == 8
    return _mm512_scalef_pd(y, (shifted_k - kRounder) * 0.0625);
#else
    // In two steps where 2^floor(k/16) is not a normal number.
    const Words is_low = shifted_k < fill(kRounder - 16 * 960);
    const Words exponent = ((bits(shifted_k) & ~15LL) << 48) + (1023LL << 52) + (is_low & (128LL << 52));
    return y * from_bits(exponent) * (is_low ? fill(0x1p-128) : fill(1));
#endif
  }
};

/// Of x + x_low, kLeastExponent <= x <= 0, x_low at most an ulp of x. At x = 0 the head is 1 and the tail is
/// e^x - 1 with full relative accuracy.
inline Exponential exponential(Vector x, Vector x_low) {
  constexpr double kSeries[] = {1. / 2, 1. / 6, 1. / 24, 1. / 120, 1. / 720, 1. / 5040};
  Exponential e;
  e.shifted_k = multiply_add(x, k16OverLn2, fill(kRounder));
  const Vector k = e.shifted_k - kRounder;
  const Vector r = multiply_add(k, -kLn2Over16High, x) + multiply_add(k, -kLn2Over16Low, x_low);
  e.head = look_up(kPower, bits(e.shifted_k));
  const Vector square = r * r;
  e.tail = r + multiply_add(square, series(kSeries, r, square), look_up(kPowerRest, bits(e.shifted_k)));
  return e;
}
inline Exponential exponential(Vector x) {
  return exponential(x, fill(0));
}

/// |z|, cut off where e^-|z| vanishes.
inline Vector bounded_magnitude(Vector z) {
  return smaller(fill(-kLeastExponent), magnitude(z));
}

/// e^x - 1 with full relative accuracy.
inline Vector minus_one(const Exponential& e) {
  const Vector head = e.scale(e.head);
  return multiply_add(head, e.tail, head - 1);
}

/// log(1 + t), 0 <= t <= 1, with full relative accuracy.
inline Vector log_one_plus(Vector t) {
  constexpr double kSeries[] = {-1. / 2, 1. / 3,  -1. / 4, 1. / 5,   -1. / 6,
                                1. / 7,  -1. / 8, 1. / 9,  -1. / 10, 1. / 11};
  const Vector shifted_j = multiply_add(t, 15., fill(kRounder));
  const Vector r = multiply_add(shifted_j - kRounder, -kLogStep, t) * look_up(kLogInverse, bits(shifted_j));
  const Vector square = r * r;
  return look_up(kLogValue, bits(shifted_j)) + multiply_add(square, series(kSeries, r, square), r);
}

// ---- Activations ------------------------------------------------------------------------------------------

struct Pair {
  Vector value;
  Vector derivative;
};

struct Parameters {
  const double* first;
  Index count;
};

/// max(z, 0) + log(1 + e^-|z|).
inline Pair softplus(Vector z, const Parameters&) {
  const Exponential e = exponential(-bounded_magnitude(z));
  const Vector t = e.scale(e.scaled());
  return {larger(z, fill(0)) + log_one_plus(t), (z < 0 ? t : fill(1)) / (1 + t)};
}

/// 1 + t = d + d_low without error, d rounded; and (1 + t)^2, rounded once. For 0 <= t <= 1.
struct OnePlus {
  explicit OnePlus(Vector t) : d(1 + t), d_low((1 - d) + t) {
    const Vector product = d * d;
    square = product + (product_error(d, d, product) + 2 * d * d_low);
  }
  Vector d;
  Vector d_low;
  Vector square;
};

inline Pair sigmoid(Vector z, const Parameters&) {
  const Exponential e = exponential(-bounded_magnitude(z));
  const Vector p = e.scaled(), t = e.scale(p);
  const OnePlus one_plus(t);
  return {(z < 0 ? t : fill(1)) / one_plus.d, e.scale(p / one_plus.square)};
}

/// With t = e^(-2|z|): |tanh z| = (1 - t)/(1 + t), tanh' z = 4 t/(1 + t)^2.
inline Pair tanh(Vector z, const Parameters&) {
  const Exponential e = exponential(-smaller(fill(-kLeastExponent), 2 * magnitude(z)));
  const Vector p = e.scaled();
  const OnePlus one_plus(e.scale(p));
  return {with_sign(magnitude(minus_one(e)) / one_plus.d, z), e.scale(4 * p / one_plus.square)};
}

/// With t = e^-|z| and d = 1 + t: phi = z/d or z t/d, phi' = (d + |z| t)/d^2 or t (d - |z|)/d^2.
inline Pair silu(Vector z, const Parameters&) {
  const Vector size = bounded_magnitude(z);
  const Exponential e = exponential(-size);
  const Vector p = e.scaled(), t = e.scale(p);
  const OnePlus one_plus(t);
  const Words is_left = z < 0;
  const Vector left = p * ((one_plus.d - size) + one_plus.d_low), right = multiply_add(size, t, one_plus.d);
  const Vector value = (is_left ? -size * p : z) / one_plus.d;
  const Vector derivative = (is_left ? left : right) / one_plus.square;
  return {is_left ? e.scale(value) : value, is_left ? e.scale(derivative) : derivative};
}

/// z or e^z - 1.
inline Pair elu(Vector z, const Parameters&) {
  const Exponential e = exponential(larger(fill(kLeastExponent), smaller(fill(0), z)));
  const Words is_right = z > 0;
  return {is_right ? z : minus_one(e), is_right ? fill(1) : e.scale(e.scaled())};
}

/// e^(-scale z^2) for 0 <= z and scale z^2 <= 760, `scale` a power of two.
inline Exponential bell(Vector z, double scale) {
  const Vector square = z * z;
  return exponential(-scale * square, -scale * product_error(z, z, square));
}

/// Where z^2/2 = 760.
constexpr double kLargestBell = 38.98;

inline Pair gaussian(Vector z, const Parameters&) {
  const Vector size = smaller(fill(kLargestBell), magnitude(z));
  const Exponential e = bell(size, 0.5);
  const Vector p = e.scaled();
  return {e.scale(p), -with_sign(e.scale(size * p), z)};
}

/// Phi(-t) e^(t^2/2) for t >= 0, as `scaled_normal_tail` (normal.hpp), from the same coefficients.
struct NormalTail {
  Vector slow;  ///< (1 + t) tail = slow + slow_low, between 0.39 and 0.5
  Vector slow_low;
  Vector tail;
};

inline NormalTail normal_tail(Vector t, const Parameters& coefficients) {
  const Vector q = 1 - 8 / (t + 4);
  const Vector c0 = fill(coefficients.first[0]), rest = q * long_series<kTailCount>(coefficients.first, q);
  const Vector slow = c0 + rest;
  return {slow, (c0 - slow) + rest, slow / (t + 1)};
}

/// With the density g: phi(z) = z Phi(z), phi'(z) = Phi(z) + z g(z), and Phi(z) = 1 - Phi(-z).
inline Pair gelu(Vector z, const Parameters& parameters) {
  const Vector size = smaller(fill(kLargestBell), magnitude(z));
  const Exponential e = bell(size, 0.5);
  const Vector p = e.scaled();
  const auto [slow, slow_low, rough_tail] = normal_tail(size, parameters);
  // Phi(-size) e^(size^2/2) = rough_tail + tail_low, by a Newton step of the division by 1 + size = d + d_low
  // that takes 2.25 for 1/slow: the difference in phi' would magnify the error.
  const Vector d = 1 + size, size_in_d = d - 1, d_low = (1 - (d - size_in_d)) + (size - size_in_d);
  const Vector rest = remainder(slow, rough_tail, d) + (slow_low - rough_tail * d_low);
  const Vector tail_low = 2.25 * rough_tail * rest, tail = rough_tail + tail_low;
  const Words is_left = z < 0;
  const Vector value = e.scale((is_left ? -size * tail : tail) * p);
  const Vector slope = remainder(rough_tail, size, fill(kInverseSqrt2Pi));
  const Vector derivative = e.scale((slope + multiply_add(size, -kInverseSqrt2PiLow, tail_low)) * p);
  return {is_left ? value : z * (1 - value), is_left ? derivative : 1 - derivative};
}

/// Power series near zero, else 1 - 2 Phi(-|z| sqrt 2).
inline Pair erf(Vector z, const Parameters& parameters) {
  constexpr double kCentre = 0.75, kLargest = 27.56;  // kLargest^2 < 760
  // (-1)^k/(k! (2k + 1))
  constexpr double kSeries[] = {1,
                                -1. / 3,
                                1. / 10,
                                -1. / 42,
                                1. / 216,
                                -1. / 1320,
                                1. / 9360,
                                -1. / 75600,
                                1. / 685440,
                                -1. / 6894720,
                                1. / 76204800,
                                -1. / 918086400,
                                1. / 11975040000,
                                -1. / 168129561600,
                                1. / 2528170444800};
  const Vector size = smaller(fill(kLargest), magnitude(z));
  const Exponential e = bell(size, 1);
  const Vector p = e.scaled(), line = kTwoOverSqrtPi * size, square = size * size;
  const Vector near = multiply_add(line * square, long_series<15>(kSeries, square), line);
  const Vector t = kSqrt2 * size;
  const Vector far = 1 - e.scale(2 * normal_tail(t, parameters).tail * p);
  return {with_sign(size < kCentre ? near : far, z), e.scale(kTwoOverSqrtPi * p)};
}

struct SineAndCosine {
  Vector sine;
  Vector cosine;
};

inline SineAndCosine sine_and_cosine(Vector z) {
  constexpr double kSine[] = {-1. / 6,        1. / 120,         -1. / 5040,           1. / 362880,
                              -1. / 39916800, 1. / 6227020800., -1. / 1307674368000., 1. / 355687428096000.};
  constexpr double kCosine[] = {1. / 24,        -1. / 720,          1. / 40320,          -1. / 3628800,
                                1. / 479001600, -1. / 87178291200., 1. / 20922789888000.};
  const Vector shifted_k = multiply_add(z, kTwoOverPi, fill(kRounder)), k = shifted_k - kRounder;
  // The first two products are exact; r + r_low is the reduced angle to twice the precision.
  const Vector a = z - k * kHalfPiHigh, b = k * kHalfPiMiddle, c = k * kHalfPiLow;
  const Vector s = a - b, r = s - c, r_low = ((a - s) - b) + ((s - r) - c);
  const Vector square = r * r, fourth = square * square, half = 0.5 * square, near_one = 1 - half;
  const Vector cosine = near_one + (((1 - near_one) - half) +
                                    multiply_add(fourth, series(kCosine, square, fourth), -r * r_low));
  const Vector sine = r + multiply_add(r * square, series(kSine, square, fourth), r_low * cosine);
  // k mod 4 quarter turns.
  const Words quarters = bits(shifted_k);
  const Words is_odd = (quarters & 1) != 0;
  const Words sine_sign = (quarters & 2) << 62, cosine_sign = ((quarters + 1) & 2) << 62;
  SineAndCosine result = {from_bits(bits(is_odd ? cosine : sine) ^ sine_sign),
                          from_bits(bits(is_odd ? sine : cosine) ^ cosine_sign)};
  const Words is_far = magnitude(z) > kLargestAngle;
  if (any(is_far)) {
    for (int i = 0; i < kLanes; ++i) {
      if (is_far[i] == 0) continue;
      double one_sine, one_cosine;
      vector_activation::sine_and_cosine(z[i], &one_sine, &one_cosine);
      result.sine[i] = one_sine;
      result.cosine[i] = one_cosine;
    }
  }
  return result;
}

inline Pair sin(Vector z, const Parameters&) {
  const SineAndCosine both = sine_and_cosine(z);
  return {both.sine, both.cosine};
}

inline Pair cos(Vector z, const Parameters&) {
  const SineAndCosine both = sine_and_cosine(z);
  return {both.cosine, -both.sine};
}

inline Pair relu(Vector z, const Parameters&) {
  return {larger(z, fill(0)), z > 0 ? fill(1) : fill(0)};
}

inline Pair leaky_relu(Vector z, const Parameters& slope) {
  const Words is_right = z > 0;
  const Vector left = fill(*slope.first);
  return {is_right ? z : left * z, is_right ? fill(1) : left};
}

inline Pair identity(Vector z, const Parameters&) {
  return {z, fill(1)};
}

inline Pair polynomial(Vector z, const Parameters& coefficients) {
  Index k = coefficients.count - 1;
  Vector value = fill(coefficients.first[k]), derivative = fill(0);
  if (k == 0) return {value, derivative};
  // The first step apart: 0 times an infinite z would be NaN.
  derivative = value;
  value = multiply_add(value, z, coefficients.first[--k]);
  while (k-- > 0) {
    derivative = multiply_add(derivative, z, value);
    value = multiply_add(value, z, coefficients.first[k]);
  }
  return {value, derivative};
}

// ---- Loops ------------------------------------------------------------------------------------------------

template <Pair (*kActivation)(Vector, const Parameters&)>
inline void evaluate_one(const Parameters& parameters, const double* z, double* value, double* derivative) {
  const Vector point = load(z);
  const Pair result = kActivation(point, parameters);
  const Words is_nan = point != point;
  store(is_nan ? point : result.value, value);
  store(is_nan ? point : result.derivative, derivative);
}

template <Pair (*kActivation)(Vector, const Parameters&)>
void evaluate(const double* parameters, Index parameter_count, const double* z, double* value,
              double* derivative, Index count) {
  const Parameters all{parameters, parameter_count};
  Index i = 0;
  for (; i + kLanes <= count; i += kLanes) evaluate_one<kActivation>(all, z + i, value + i, derivative + i);
  if (i == count) return;
  double last[kLanes] = {}, last_value[kLanes], last_derivative[kLanes];
  for (Index j = i; j < count; ++j) last[j - i] = z[j];
  evaluate_one<kActivation>(all, last, last_value, last_derivative);
  for (Index j = i; j < count; ++j) {
    value[j] = last_value[j - i];
    derivative[j] = last_derivative[j - i];
  }
}

}  // namespace

extern const Kernels GRONWALL_KERNELS;
const Kernels GRONWALL_KERNELS = {
    GRONWALL_KERNELS_NAME, evaluate<softplus>,   evaluate<tanh>, evaluate<sigmoid>,  evaluate<gelu>,
    evaluate<silu>,        evaluate<erf>,        evaluate<sin>,  evaluate<cos>,      evaluate<gaussian>,
    evaluate<relu>,        evaluate<leaky_relu>, evaluate<elu>,  evaluate<identity>, evaluate<polynomial>};

}  // namespace gronwall::vector_activation
