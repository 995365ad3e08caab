#pragma once
/// \file Large uninitialised buffers for matrix factors.

#include <cstddef>
#include <memory>

namespace gronwall {

/// `bytes` of uninitialised, 64-byte aligned memory; large buffers ask the system for huge pages, which saves
/// a tenth of a Cholesky factorisation's time in page faults.
class KernelBuffer {
 public:
  explicit KernelBuffer(std::size_t bytes);
  ~KernelBuffer();
  KernelBuffer(const KernelBuffer&) = delete;
  KernelBuffer& operator=(const KernelBuffer&) = delete;

  /// The memory as an array of `T` (double, float).
  template <class T>
  T* as() {
    return static_cast<T*>(memory_);
  }

 private:
  void* memory_;
};

/// Memory to be used again: fresh pages from the system would cost a tenth of a computation's time.
class ReusableBuffer {
 public:
  /// At least `count` doubles, uninitialised, 64-byte aligned; what was reserved before is lost when it has
  /// to grow and kept otherwise.
  double* reserve(std::ptrdiff_t count);
  /// What was reserved last; null if nothing was.
  double* data() { return buffer_ ? buffer_->as<double>() : nullptr; }
  const double* data() const { return buffer_ ? buffer_->as<double>() : nullptr; }

 private:
  std::unique_ptr<KernelBuffer> buffer_;
  std::ptrdiff_t held_ = 0;
};

/// A leading dimension >= n whose columns do not all fall into the same cache sets.
constexpr std::ptrdiff_t padded_stride(std::ptrdiff_t n) {
  const std::ptrdiff_t aligned = (n + 7) / 8 * 8;
  return aligned % 128 == 0 ? aligned + 8 : aligned;
}

}  // namespace gronwall
