#include "gronwall/data/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <string>

#include "gronwall/numbers/error.hpp"

namespace gronwall {
namespace {

/// Owns a zlib decompression stream for gzip members.
class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
};

}  // namespace

bool is_gzip(ByteView bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

Bytes gunzip(ByteView bytes, std::string_view name, std::uint64_t max_bytes) {
  const std::string file(name);
  Inflater inflater;
  z_stream& stream = inflater.stream();
  Bytes result;
  std::array<std::uint8_t, 1 << 16> chunk;
  bool member_complete = false;
  while (true) {
    if (stream.avail_in == 0) {
      const std::size_t taken = std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max());
      stream.next_in =
          const_cast<Bytef*>(bytes.data());  // zlib's interface predates const; it does not write here
      stream.avail_in = static_cast<uInt>(taken);
      bytes = bytes.subspan(taken);
    }
    if (stream.avail_in == 0) {
      if (member_complete) return result;
      throw InputError(file +
                       " ends in the middle of its gzip data: it is truncated; copy or download it again");
    }
    if (member_complete) {
      if (stream.next_in[0] != 0x1f) throw InputError(file + " has trailing bytes after its gzip data");
      inflateReset(&stream);
      member_complete = false;
    }
    stream.next_out = chunk.data();
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      throw InputError(file + " has corrupt gzip data (" +
                       (stream.msg != nullptr ? stream.msg : "bad stream") + "); copy or download it again");
    }
    const std::size_t produced = chunk.size() - stream.avail_out;
    if (result.size() + produced > max_bytes) {
      throw InputError(file + " decompresses to more than " + std::to_string(max_bytes) +
                       " bytes, the limit");
    }
    result.insert(result.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(produced));
    member_complete = status == Z_STREAM_END;
  }
}

}  // namespace gronwall
