#include "gronwall/linalg/kernel_buffer.hpp"

#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace gronwall {

KernelBuffer::KernelBuffer(std::size_t bytes) {
  constexpr std::size_t kHugePage = std::size_t{1} << 21;
  const std::size_t alignment = bytes >= 2 * kHugePage ? kHugePage : 64;
  const std::size_t rounded = (bytes + alignment) / alignment * alignment;
  memory_ = std::aligned_alloc(alignment, rounded);
  if (memory_ == nullptr) throw std::bad_alloc();
#ifdef __linux__
  // A hint: refusal costs speed only.
  if (alignment == kHugePage) static_cast<void>(madvise(memory_, rounded, MADV_HUGEPAGE));
#endif
}

KernelBuffer::~KernelBuffer() {
  std::free(memory_);
}

double* ReusableBuffer::reserve(std::ptrdiff_t count) {
  if (count > held_ || !buffer_) {
    buffer_.reset();
    held_ = 0;
    buffer_ = std::make_unique<KernelBuffer>(static_cast<std::size_t>(count) * sizeof(double));
    held_ = count;
  }
  return buffer_->as<double>();
}

}  // namespace gronwall
