#pragma once
/// \file Power series of limit kernels, kept on disk with their certificates.

#include <filesystem>
#include <optional>

#include "gronwall/kernel/limit_kernel.hpp"

namespace gronwall::verify {

/// A series and where its certificate lies (no value if it is not on disk).
struct StoredSeries {
  LimitSeries series;
  std::optional<std::filesystem::path> certificate;
  bool was_stored = false;  ///< read back, not computed
};

/// `$GRONWALL_CACHE`, else `$XDG_CACHE_HOME/gronwall`, else `$HOME/.cache/gronwall`; nothing without any of
/// them.
std::optional<std::filesystem::path> default_cache();

/// The kernels as functions of rho, K_inf within `radius` (in units of sigma_v^2). With a folder, the
/// certificate limit-series/1 stands there under the hash of what it depends on, and is read back if its
/// bytes still have the hash that its own manifest states; damaged or foreign files are computed anew.
/// \throws as LimitKernel.
StoredSeries limit_series(const LimitParameters& parameters, double radius,
                          const std::optional<std::filesystem::path>& cache);

}  // namespace gronwall::verify
