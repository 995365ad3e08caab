#pragma once
/// \file The options by which commands choose their points.

#include <boost/program_options.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "gronwall/data/point_set.hpp"

namespace gronwall::verify {

/// Adds `--data --points --offset --quantise --dimension --seed`.
void add_data_options(boost::program_options::options_description& options, const std::string& default_data,
                      std::size_t default_points);

/// The points the options ask for: `fashion-mnist`, `none` (generated) or a file.
/// \throws InputError, FileError as the readers; InputError for zero vectors and duplicate points, naming the
/// rows.
PointSet load_points(const boost::program_options::variables_map& values);

}  // namespace gronwall::verify
