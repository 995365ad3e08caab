#pragma once
/// \file Contiguous balls, for Arb's dot products and polynomial arithmetic.

#include <cstddef>
#include <utility>

#include "gronwall/numbers/arb.hpp"
#include "gronwall/numbers/ball.hpp"

namespace gronwall {

/// As a ball that works with `bits`.
inline Ball as_ball(arb_srcptr x, long bits) {
  Ball result = Ball().with_bits(bits);
  arb_set(result.raw(), x);
  return result;
}

/// A vector of balls without their own precision: every operation on it names one. Owns its memory.
class ArbVector {
 public:
  ArbVector() = default;
  explicit ArbVector(std::size_t size) : entries_(_arb_vec_init(static_cast<slong>(size))), size_(size) {}
  ArbVector(const ArbVector& other) : ArbVector(other.size_) {
    _arb_vec_set(entries_, other.entries_, length());
  }
  ArbVector(ArbVector&& other) noexcept { swap(other); }
  ArbVector& operator=(ArbVector other) noexcept {
    swap(other);
    return *this;
  }
  ~ArbVector() {
    if (entries_ != nullptr) _arb_vec_clear(entries_, length());
  }

  std::size_t size() const { return size_; }
  slong length() const { return static_cast<slong>(size_); }
  arb_ptr at(std::size_t i) { return entries_ + i; }
  arb_srcptr at(std::size_t i) const { return entries_ + i; }
  /// The entry as a ball that works with `bits`.
  Ball ball(std::size_t i, long bits) const { return as_ball(at(i), bits); }
  void set(std::size_t i, const Ball& x) { arb_set(entries_ + i, x.raw()); }

 private:
  void swap(ArbVector& other) noexcept {
    std::swap(entries_, other.entries_);
    std::swap(size_, other.size_);
  }
  arb_ptr entries_ = nullptr;
  std::size_t size_ = 0;
};

/// The sum of the entries, rounded to `bits`.
inline Ball sum_of(const ArbVector& x, long bits) {
  Ball sum = Ball().with_bits(bits);
  for (std::size_t i = 0; i < x.size(); ++i) arb_add(sum.raw(), sum.raw(), x.at(i), bits);
  return sum;
}
/// The same of their moduli.
inline Ball sum_of_moduli(const ArbVector& x, long bits) {
  Ball sum = Ball().with_bits(bits);
  for (std::size_t i = 0; i < x.size(); ++i) sum += abs(x.ball(i, bits));
  return sum;
}

}  // namespace gronwall
