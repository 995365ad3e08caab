#pragma once
/// \file
/// SHA-256 (FIPS 180-4), the identity of data files and certificates.

#include <array>
#include <cstdint>
#include <string>

#include "gronwall/data/file_io.hpp"

namespace gronwall {

/// Hashes a message that arrives in pieces.
class Sha256 {
 public:
  /// Appends `bytes` to the message.
  Sha256& update(ByteView bytes);

  /// The digest of the message so far, 64 lower-case hexadecimal digits. The object may be updated further.
  std::string hex_digest() const;

 private:
  void compress(const std::uint8_t* block);

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> pending_{};
  std::size_t pending_size_ = 0;
  std::uint64_t message_bytes_ = 0;
};

/// The digest of one message, 64 lower-case hexadecimal digits.
std::string sha256_hex(ByteView message);

}  // namespace gronwall
