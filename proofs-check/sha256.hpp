#pragma once
#include <array>
#include <cstdint>
#include <string>

namespace proofs_check {

/// SHA-256 (FIPS 180-4), fed in pieces.
class Sha256 {
 public:
  void update(const void* data, std::size_t size);
  std::string hex();  ///< Finishes; 64 lower-case digits. To be called once.

 private:
  void block(const unsigned char* bytes);
  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> pending_{};
  std::uint64_t size_ = 0;
};

std::string sha256(const std::string& bytes);

}  // namespace proofs_check
