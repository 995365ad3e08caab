#include "gronwall/gaussian/hermite_sum.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

static_assert(GMP_NUMB_BITS == 64, "the fixed-point recurrence packs its multipliers into 64-bit limbs");

constexpr long kLimbBits = 64;
constexpr std::size_t kIntegerLimbs = 2;
/// Each assignment of an error bound rounds a handful of operations; this covers them generously.
constexpr double kInflate = 1 + 0x1p-40;
/// A limb is dropped once the error exceeds this many units of its last place.
constexpr double kDropAt = 0x1p96;

long limbs_for(long bits) {
  return std::max<long>(1, (bits + kLimbBits - 1) / kLimbBits);
}

unsigned long magnitude_of(long x) {
  return x < 0 ? 0UL - static_cast<unsigned long>(x) : static_cast<unsigned long>(x);
}

/// A temporary GMP integer.
class Mpz {
 public:
  Mpz() { mpz_init(value_); }
  ~Mpz() { mpz_clear(value_); }
  Mpz(const Mpz&) = delete;
  Mpz& operator=(const Mpz&) = delete;
  mpz_ptr raw() { return value_; }

 private:
  mpz_t value_;
};

/// The midpoint of `x` times `2^bits`, rounded toward zero.
void truncate_midpoint(Mpz& result, const Ball& x, long bits) {
  fmpz_t fixed;
  fmpz_init(fixed);
  arf_get_fmpz_fixed_si(fixed, arb_midref(x.raw()), -bits);
  fmpz_get_mpz(result.raw(), fixed);
  fmpz_clear(fixed);
}

/// Upper bound of the radius of `x` times `2^bits`.
double scaled_radius(const Ball& x, long bits) {
  mag_t radius;
  mag_init(radius);
  mag_mul_2exp_si(radius, arb_radref(x.raw()), bits);
  // mag_get_d is exact in the range of double; below it, the one unit added by every caller covers.
  const double result = mag_get_d(radius);
  mag_clear(radius);
  return result;
}

}  // namespace

/// The state of the recurrence at one node: current and previous value, sign and magnitude, in units of
/// 2^(-64 fraction), of `size` limbs each, with the errors in those units.
class HermiteSum::Node {
 public:
  Node(const Ball& f, long fraction_limbs) : fraction(fraction_limbs) {
    Mpz start;
    truncate_midpoint(start, f, fraction_limbs * kLimbBits);
    const std::size_t start_size = mpz_size(start.raw());
    size = std::max<std::size_t>(1, start_size);
    capacity_ = std::max(size, static_cast<std::size_t>(fraction_limbs)) + kIntegerLimbs + 1;
    storage_.assign(3 * (capacity_ + 2), 0);
    current = storage_.data();
    previous = current + capacity_ + 2;
    spare_ = previous + capacity_ + 2;
    for (std::size_t i = 0; i < start_size; ++i)
      current[i] = mpz_getlimbn(start.raw(), static_cast<mp_size_t>(i));
    current_negative = mpz_sgn(start.raw()) < 0;
    // bound: L18 (the starting value: radius and truncation)
    current_error = (scaled_radius(f, fraction_limbs * kLimbBits) + 1) * kInflate;
  }

  /// current, previous = (a current - b previous) / 2^shift, current. False when the value outgrows its
  /// limbs.
  bool advance(long a, const Step& step) {
    if (size + 2 > capacity_) return false;
    const auto limbs = static_cast<mp_size_t>(size);
    const bool first_negative = current_negative != (a < 0);
    bool negative = first_negative;
    const unsigned long factor = magnitude_of(a);
    mp_limb_t top = mpn_mul_1(spare_, current, limbs, factor);
    // Both multipliers are below 2^62, so the two tops are, too, and their difference fits a signed word.
    if (first_negative != previous_negative) {
      top += mpn_addmul_1(spare_, previous, limbs, step.product);
      spare_[size] = top;
    } else {
      top -= mpn_submul_1(spare_, previous, limbs, step.product);
      spare_[size] = top;
      if (static_cast<long>(top) < 0) {
        mpn_neg(spare_, spare_, limbs + 1);
        negative = !negative;
      }
    }
    const std::size_t whole = step.shift / kLimbBits;
    const unsigned rest = step.shift % kLimbBits;
    std::size_t length = size + 1;
    mp_limb_t* result = spare_;
    if (whole > 0) {
      // The dropped limbs are part of the truncation.
      const std::size_t drop = std::min(whole, length - 1);
      std::copy(result + drop, result + length, result);
      std::fill(result + length - drop, result + length, 0);
      if (drop < whole) result[0] = 0;
    }
    if (rest > 0) mpn_rshift(result, result, static_cast<mp_size_t>(length), rest);
    while (length > 1 && result[length - 1] == 0 && (length > size || current[length - 1] == 0)) --length;
    if (length > size) current[size] = 0;
    // bound: L18
    const double error =
        ((static_cast<double>(factor) * current_error + static_cast<double>(step.product) * previous_error) *
             step.factor +
         1) *
        kInflate;
    spare_ = std::exchange(previous, std::exchange(current, result));
    previous_negative = std::exchange(current_negative, negative);
    previous_error = std::exchange(current_error, error);
    size = length;
    while (std::isfinite(current_error) && current_error > kDropAt && previous_error > 0x1p32) drop_limb();
    return true;
  }

  long fraction;
  std::size_t size = 0;
  mp_limb_t* current = nullptr;
  mp_limb_t* previous = nullptr;
  bool current_negative = false;
  bool previous_negative = false;
  double current_error = 0;
  double previous_error = 0;

 private:
  /// Forgets the last limb of both values: a truncation by less than one new unit.
  void drop_limb() {
    for (mp_limb_t* value : {current, previous}) {
      std::copy(value + 1, value + size, value);
      value[size - 1] = 0;
    }
    if (size > 1) --size;
    --fraction;
    // bound: L18
    current_error = (current_error * 0x1p-64 + 1) * kInflate;
    previous_error = (previous_error * 0x1p-64 + 1) * kInflate;
  }

  std::size_t capacity_ = 0;
  std::vector<mp_limb_t> storage_;
  mp_limb_t* spare_ = nullptr;
};

HermiteSum::HermiteSum(const DyadicStep& step, unsigned parity, unsigned last, long nodes, long bits)
    : step_(step), parity_(parity), bits_(bits) {
  const double reach = static_cast<double>(nodes) * static_cast<double>(step.numerator);
  if (step.numerator < 1 || step.shift < 0 || step.shift > 28 || reach >= 0x1p31 || last >= (1U << 20) ||
      bits < 1)
    throw PrecisionError(
        "these coefficients need a grid finer or a degree higher than word-size multipliers allow");
  const std::size_t count = last < parity ? 0 : (last - parity) / 2 + 1;

  // scale(n) = round(log2 sqrt(n!)), kept in double: it only has to be near.
  double log_root = 0;
  scales_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double n = static_cast<double>(parity) + 2 * static_cast<double>(i);
    scales_.push_back(std::lround(log_root));
    log_root += 0.5 * std::log2((n + 1) * (n + 2));
  }
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const unsigned long n = parity + 2 * i;
    const long ahead = scales_[i + 1] - scales_[i];
    const long behind = i > 0 ? scales_[i] - scales_[i - 1] : 0;
    // Multipliers over the common denominator 2^(2 shift + ahead).
    const long product_shift = 2 * step.shift - behind;
    const double product_size =
        std::ldexp(static_cast<double>(n) * static_cast<double>(n), static_cast<int>(product_shift));
    const double offset_size = std::ldexp(2.0 * static_cast<double>(n) + 1, static_cast<int>(2 * step.shift));
    if (product_shift < 0 || product_size >= 0x1p62 || offset_size >= 0x1p61)
      throw PrecisionError("the degree is too high for word-size multipliers at this step");
    Step s;
    s.offset = (2 * n + 1) << (2 * step.shift);
    s.product = n == 0 ? 0 : (n * (n - 1)) << product_shift;
    s.shift = static_cast<unsigned>(2 * step.shift + ahead);
    s.factor = std::ldexp(1.0, -static_cast<int>(s.shift));
    steps_.push_back(s);
  }

  fraction_limbs_ =
      limbs_for(bits_ + 2 + static_cast<long>(std::ceil(std::log2(static_cast<double>(nodes) + 2))));
  width_ = static_cast<std::size_t>(fraction_limbs_) + kIntegerLimbs;
  positive_.assign(count * width_, 0);
  negative_.assign(count * width_, 0);
  errors_.assign(count, 0);

  // Amplification varies slowly from node to node: sample it.
  sample_stride_ = std::max<long>(1, nodes / 32);
  for (long k = 0; k < nodes + sample_stride_; k += sample_stride_)
    sampled_bits_.push_back(amplification_bits(k));
}

long HermiteSum::amplification_bits(long k) const {
  const double x = static_cast<double>(k) * static_cast<double>(step_.numerator);
  double current = 1, previous = 0, largest = 1;
  double unit = 1;  // one unit of the node's last place, in the running scale
  long exponent = 0;
  for (const Step& s : steps_) {
    const double next = (std::abs(x * x - static_cast<double>(s.offset)) * current +
                         static_cast<double>(s.product) * previous) *
                            s.factor +
                        unit;
    previous = std::exchange(current, next);
    largest = std::max(largest, current);
    if (current > 0x1p400) {
      for (double* value : {&current, &previous, &largest, &unit}) *value *= 0x1p-400;
      exponent += 400;
    }
  }
  return exponent + static_cast<long>(std::ceil(std::log2(largest)));
}

long HermiteSum::needed_bits(long k) const {
  const auto cell = static_cast<std::size_t>(k / sample_stride_);
  const std::size_t last = sampled_bits_.size() - 1;
  const long amplification =
      std::max(sampled_bits_[std::min(cell, last)], sampled_bits_[std::min(cell + 1, last)]);
  const double count = static_cast<double>(sample_stride_) * static_cast<double>(last + 1);
  return bits_ + amplification + static_cast<long>(std::ceil(std::log2(count + 1))) + 4;
}

void HermiteSum::accumulate(std::size_t index, const Node& node) {
  const long above = fraction_limbs_ - node.fraction;  // limbs of the accumulator below the node's last limb
  // bound: L18 (sum of the node errors; limbs below the accumulator are truncated)
  errors_[index] += std::ldexp(node.current_error, static_cast<int>(above * kLimbBits)) + (above < 0 ? 1 : 0);
  const std::size_t drop = above < 0 ? static_cast<std::size_t>(-above) : 0;
  const std::size_t offset = above > 0 ? static_cast<std::size_t>(above) : 0;
  std::size_t length = node.size;
  while (length > 0 && node.current[length - 1] == 0) --length;
  if (length <= drop) return;
  length -= drop;
  if (offset + length > width_) {
    overflow_ = true;
    return;
  }
  std::vector<mp_limb_t>& side = node.current_negative ? negative_ : positive_;
  mp_limb_t* target = side.data() + index * width_ + offset;
  const mp_limb_t carry = mpn_add(target, target, static_cast<mp_size_t>(width_ - offset),
                                  node.current + drop, static_cast<mp_size_t>(length));
  if (carry != 0) overflow_ = true;
}

void HermiteSum::add(long k, const Ball& f) {
  if (errors_.empty()) return;
  if (!f.is_finite()) {
    overflow_ = true;
    return;
  }
  const long x = k * step_.numerator;
  Ball start = f;
  if (parity_ == 1) {  // He_1 = z
    arb_mul_si(start.raw(), start.raw(), x, f.working_bits() + kLimbBits);
    arb_mul_2exp_si(start.raw(), start.raw(), -step_.shift);
  }
  Node node(start, limbs_for(needed_bits(k)));
  for (std::size_t i = 0;; ++i) {
    accumulate(i, node);
    if (i >= steps_.size()) return;
    if (!node.advance(x * x - static_cast<long>(steps_[i].offset), steps_[i])) {
      overflow_ = true;
      return;
    }
  }
}

Ball HermiteSum::sum(unsigned n) const {
  if (n % 2 != parity_ || (n - parity_) / 2 >= errors_.size())
    throw InputError("HermiteSum holds no sum of degree " + std::to_string(n));
  const std::size_t index = (n - parity_) / 2;
  const long fraction_bits = fraction_limbs_ * kLimbBits;
  Ball result = Ball().with_bits(fraction_bits + static_cast<long>(kIntegerLimbs) * kLimbBits);
  if (overflow_ || !std::isfinite(errors_[index])) {
    arb_indeterminate(result.raw());
    return result;
  }
  Mpz positive, negative;
  const auto load = [this, index](Mpz& value, const std::vector<mp_limb_t>& limbs) {
    mpz_import(value.raw(), width_, -1, sizeof(mp_limb_t), 0, 0, limbs.data() + index * width_);
  };
  load(positive, positive_);
  load(negative, negative_);
  mpz_sub(positive.raw(), positive.raw(), negative.raw());
  fmpz_t mantissa;
  fmpz_init(mantissa);
  fmpz_set_mpz(mantissa, positive.raw());
  arb_set_fmpz(result.raw(), mantissa);
  fmpz_clear(mantissa);
  arf_t error;
  arf_init(error);
  // bound: L18 (10^6 additions of error bounds in double lose less than a relative 2^-30)
  arf_set_d(error, errors_[index] * (1 + 0x1p-20));
  arb_add_error_arf(result.raw(), error);
  arf_clear(error);
  arb_mul_2exp_si(result.raw(), result.raw(), scales_[index] - fraction_bits);
  return result;
}

}  // namespace gronwall
