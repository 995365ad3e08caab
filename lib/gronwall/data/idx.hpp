#pragma once
/// \file
/// IDX, the format of MNIST and its family (http://yann.lecun.com/exdb/mnist, "the IDX file format").

#include "gronwall/data/file_io.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/data/read_options.hpp"
#include "gronwall/data/real_table.hpp"

namespace gronwall {

/// Whether the bytes begin as an IDX file does: 0, 0, a known element type, a rank of at least 1.
bool is_idx(ByteView bytes);

/// Reads the array of an uncompressed IDX file as doubles. \throws InputError for a wrong magic number, a
/// truncated header, and as decode_table does.
RealTable parse_idx_table(ByteView bytes, const ReadOptions& options, PointSource source);

/// Reads points from an uncompressed IDX file of any element type and rank >= 2 (images are flattened row by
/// row). \throws InputError for a wrong magic number, a truncated header, and as decode_points does.
PointSet parse_idx(ByteView bytes, const ReadOptions& options, PointSource source);

}  // namespace gronwall
