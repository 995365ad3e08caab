#pragma once
/// \file
/// Points from a file of any supported format.

#include <filesystem>

#include "gronwall/data/point_set.hpp"
#include "gronwall/data/read_options.hpp"

namespace gronwall {

/// Reads points from an IDX, NPY or text (CSV) file, compressed by gzip or not. The format is recognised by
/// content; a file called *.npy, or *-ubyte or *.idx, must also begin as such a file does. The source carries
/// the file's name without its folder and the sha256 of its bytes on the disk. \throws FileError when the
/// file cannot be read; InputError when it is not recognised, and as parse_idx, parse_npy, parse_csv and
/// gunzip do.
PointSet read_points(const std::filesystem::path& path, const ReadOptions& options = {});

}  // namespace gronwall
