#pragma once
/// \file The figures of a run.

#include <filesystem>
#include <string>
#include <vector>

#include "gronwall/train/run_directory.hpp"

namespace gronwall::verify {

/// Writes `loss.svg`, `accuracy.svg`, `movement.svg` and `lambda_min.svg` into `folder`, each when its
/// metrics were measured, and returns their names. `columns` are those of the records. \throws FileError.
std::vector<std::string> write_plots(const std::filesystem::path& folder,
                                     const std::vector<std::string>& columns,
                                     const std::vector<MetricsRecord>& records);

}  // namespace gronwall::verify
