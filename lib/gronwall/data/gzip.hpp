#pragma once
/// \file
/// Decompression of gzip files (RFC 1952) with zlib.

#include <string_view>

#include "gronwall/data/file_io.hpp"

namespace gronwall {

/// Whether the bytes begin with the magic number of gzip.
bool is_gzip(ByteView bytes);

/// Decompresses all members of a gzip file. `name` stands in messages.
/// \throws InputError when the data are truncated
/// or corrupt (checksum included), when something that is not gzip follows, or when the result would exceed
/// `max_bytes`.
Bytes gunzip(ByteView bytes, std::string_view name, std::uint64_t max_bytes = kMaxFileBytes);

}  // namespace gronwall
