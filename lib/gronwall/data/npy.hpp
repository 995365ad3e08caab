#pragma once
/// \file
/// NPY, the array format of NumPy (numpy.lib.format, versions 1.0 to 3.0).

#include "gronwall/data/array_layout.hpp"
#include "gronwall/data/file_io.hpp"
#include "gronwall/data/point_set.hpp"
#include "gronwall/data/read_options.hpp"

namespace gronwall {

/// Whether the bytes begin with the magic string of NPY.
bool is_npy(ByteView bytes);

/// Reads the header of an NPY file. `name` stands in messages.
/// \throws InputError for a wrong magic string, an unknown version, a truncated or malformed header, and
/// element types other than u1 u2 u4 u8 i1 i2 i4 i8 f4 f8.
ArrayLayout parse_npy_header(ByteView bytes, const std::string& name);

/// Reads the array of an NPY file as doubles. \throws InputError as parse_npy_header and decode_table do.
RealTable parse_npy_table(ByteView bytes, const ReadOptions& options, PointSource source);

/// Reads points from an NPY file of shape (N, d), or of higher rank, flattened as numpy.reshape(a, (N, -1)).
/// \throws InputError as parse_npy_header and decode_points do.
PointSet parse_npy(ByteView bytes, const ReadOptions& options, PointSource source);

}  // namespace gronwall
